//! What is shown of a document: its findings, in the form that the action asks for.

use zhfix::detect::decode_segments;
use zhfix::report::{About, Report};
use zhfix::{Encoding, Script, codec, script};

use crate::ambiguities;
use crate::document::{Done, Work};
use crate::explain::{self, Look};
use crate::findings;
use crate::frame::Written;
use crate::open;
use crate::render::{self, Row, counted};
use crate::settings::{Action, Destination, Shown};
use crate::words;

impl Work<'_, '_> {
    /// Shows what was found and would change, as the action and `--report` ask; `bytes` is the
    /// input where it is held.
    pub(crate) fn show_findings(
        &self,
        done: &mut Done,
        report: &Report,
        encodings: [Option<Encoding>; 2],
        bytes: Option<&[u8]>,
    ) {
        let changed = done.changed;
        if let Some((_, kind)) = &self.settings.report {
            let path = self.source.name().to_string_lossy();
            let bytes = bytes.filter(|_| *kind == findings::Kind::Html);
            let decoded = bytes.map(|bytes| decode_segments(bytes, &report.parts()));
            let text = decoded.as_ref().map(|decoded| &*decoded.text);
            done.report = Some(kind.input(&path, changed, report, text));
        }
        done.said = Some(words::said(encodings, report));
        match self.settings.action {
            Action::List => {
                let obstacle = changed.then(|| self.obstacle(report)).flatten();
                done.data = words::listed(changed, obstacle.is_some()).into();
                done.data.extend(self.shown_name());
                let said = obstacle.unwrap_or_else(|| words::said(encodings, report));
                done.data
                    .extend_from_slice(format!(": {said}\n").as_bytes());
            }
            Action::Check(Shown::Json) => {
                let about = About::new().changed(changed);
                let report = findings::without_conversions(report);
                self.json(done, |path| report.explain_json(about.path(Some(path))));
            }
            Action::Check(Shown::Names) if changed => {
                done.data = self.shown_name();
                done.data.push(b'\n');
            }
            Action::Detect {
                json,
                segments,
                evidence,
            } => self.detect(done, report, None, json, [segments, evidence]),
            Action::Explain { json: true } => self.json(done, |path| {
                report.explain_json(About::new().path(Some(path)))
            }),
            _ => {}
        }
    }

    /// Why a file that changes would be left.
    fn obstacle(&self, report: &Report) -> Option<String> {
        open::obstacle(self.settings, self.source).or_else(|| {
            let would_be_lost = self.settings.destination == Destination::InPlace
                && !self.settings.terms.keep_a_copy()
                && report.malformed_count() > 0;
            would_be_lost.then(|| words::would_be_lost(report))
        })
    }

    /// Shows what was recognised; of a text that is too large to be held, not where its
    /// variant changes.
    pub(crate) fn detect(
        &self,
        done: &mut Done,
        report: &Report,
        text: Option<&str>,
        json: bool,
        [segments, evidence]: [bool; 2],
    ) {
        if json {
            let mixed = text.filter(|_| report.script() == Script::Mixed);
            let spans = mixed.map(script::spans);
            let about = About::new().segments(segments).evidence(evidence);
            self.json(done, |path| {
                let about = about.path(Some(path));
                report.detect_json(about.script_spans(spans.as_deref()))
            });
        } else {
            let below = words::below(report, segments, evidence);
            let row = Row::of(self.shown_name(), report);
            done.rows.push(row.with_below(below));
        }
    }

    pub(crate) fn explain(&self, done: &mut Done, report: &Report, bytes: &[u8], json: bool) {
        if json {
            self.json(done, |path| {
                report.explain_json(About::new().path(Some(path)))
            });
            return;
        }
        let decoded = decode_segments(bytes, &report.parts());
        let name = String::from_utf8_lossy(&self.shown_name()).into_owned();
        let explained = explain::explanation(&name, &decoded.text, report, self.look());
        done.data = explained.into_bytes();
    }

    /// How explanations are shown.
    pub(crate) fn look(&self) -> Look {
        Look {
            color: self.terminals.color,
            columns: render::width(self.terminals.stdout),
        }
    }

    pub(crate) fn ambiguities(&self, text: &str) -> String {
        let converter = self.settings.converter.as_ref();
        converter.map_or_else(String::new, |converter| {
            ambiguities::lines(&self.source.name().to_string_lossy(), text, converter)
        })
    }

    pub(crate) fn diff(&self, done: &mut Done, report: &Report, input: &[u8], written: &Written) {
        let before = decode_segments(input, &report.parts()).text;
        let result = written.bytes.as_deref().unwrap_or(input);
        let after = written.to.map(|to| codec::decode(result, to).text);
        let after = after.unwrap_or_default();
        let name = String::from_utf8_lossy(&self.shown_name()).into_owned();
        let title = |encoding: Option<Encoding>| match encoding {
            Some(encoding) if written.from != written.to => format!("{name}\t{}", encoding.name()),
            _ => name.clone(),
        };
        let titles = [title(written.from), title(written.to)];
        let titles = [titles[0].as_str(), titles[1].as_str()];
        done.data = render::diff(&before, &after, titles, self.terminals.color);
    }

    pub(crate) fn json(&self, done: &mut Done, render: impl FnOnce(&str) -> String) {
        let mut line = render(&self.source.name().to_string_lossy());
        line.push('\n');
        done.data = line.into_bytes();
    }

    pub(crate) fn shown_name(&self) -> Vec<u8> {
        render::name(self.source.name(), self.terminals.stdout)
    }

    pub(crate) fn warn(&self, done: &mut Done, report: &Report) {
        done.warnings.extend(report.warnings.iter().cloned());
        done.warnings.extend(words::mixed(&report.segments));
        if !report.malformed.is_empty() {
            done.warnings.push(words::malformed(report));
        }
        if let Some(first) = report.lost.iter().find(|loss| loss.is_gone()) {
            done.warnings.push(format!(
                "{} beyond repair, the first: {}; `zhfix explain` lists them",
                counted(report.lost_count(), "place"),
                first.why
            ));
        }
    }
}
