//! One input as one document: read, run through the pipeline, and its result written,
//! compared or shown.
//!
//! Whether a document changes is judged by its bytes, with one exception: where the
//! encoding stays and the text is what was decoded, nothing changes, even where the bytes
//! would be spelled differently or hold damage. So a file is never rewritten only to turn
//! its malformed bytes into U+FFFD. Where a file would be replaced by something else and
//! has malformed bytes, these would be gone for good: it is left, unless a backup is kept.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::Write;

use zhfix::Encoding;
use zhfix::codec::{self, Unencodable};
use zhfix::detect::{Verdict, decode_segments};
use zhfix::report::{About, Report};

use crate::ambiguities;
use crate::args::Bom;
use crate::exit::Status;
use crate::explain;
use crate::open::{Opened, open, open_output, output_path};
use crate::packed::Packer;
use crate::progress;
use crate::render::{self, Row, counted};
use crate::settings::{Action, Destination, Settings, Shown, Target};
use crate::stages::bom_of;
use crate::walk::{Source, plain};
use crate::words;
use crate::write::Replacement;

/// Below this an encoding is uncertain: one such answer in twenty is wrong.
pub(crate) const CERTAIN: f32 = 0.95;

/// What came of one input.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// What the input is called.
    pub(crate) name: OsString,
    /// Data for standard output.
    pub(crate) data: Vec<u8>,
    /// A row for the table of `detect`.
    pub(crate) row: Option<Row>,
    /// The findings, where they are asked for beside the result.
    pub(crate) report: Option<String>,
    /// Warnings.
    pub(crate) warnings: Vec<String>,
    /// What was done, for `--verbose`.
    pub(crate) said: Option<String>,
    /// Why it could not be done.
    pub(crate) failure: Option<String>,
    /// The result differs from the input.
    pub(crate) changed: bool,
    /// The encoding is uncertain, or something is lost.
    pub(crate) uncertain: bool,
    /// A binary file in a folder.
    pub(crate) skipped: bool,
}

impl Done {
    /// The status that this input alone would give.
    pub(crate) fn status(&self, settings: &Settings) -> Status {
        let would_change = self.changed && matches!(settings.action, Action::Check(_));
        if self.failure.is_some() {
            Status::Failed
        } else if self.uncertain && settings.strict {
            Status::Uncertain
        } else if would_change {
            Status::WouldChange
        } else {
            Status::Done
        }
    }
}

/// What the terminals are like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terminals {
    pub(crate) stdout: bool,
    pub(crate) stderr: bool,
    pub(crate) color: bool,
}

/// Does what the settings say with one input. Never fails: what cannot be done is said.
pub(crate) fn document(settings: &Settings, terminals: Terminals, source: &Source) -> Done {
    let mut done = Done {
        name: source.name().to_owned(),
        ..Done::default()
    };
    let work = Work {
        settings,
        terminals,
        source,
    };
    done.failure = work.run(&mut done).err();
    done
}

struct Work<'s> {
    settings: &'s Settings,
    terminals: Terminals,
    source: &'s Source,
}

/// The result as bytes, and how it relates to the input.
struct Written {
    /// `None`: the input's own.
    bytes: Option<Vec<u8>>,
    changed: bool,
    from: Option<Encoding>,
    to: Option<Encoding>,
}

impl Work<'_> {
    fn run(&self, done: &mut Done) -> Result<(), String> {
        let mut opened = open(self.settings, self.source)?;
        let mut bytes = Vec::new();
        opened
            .reader
            .read_to_end(&mut bytes)
            .map_err(|error| plain(&error))?;
        progress::read(bytes.len());
        let pipeline = &self.settings.pipeline;
        let outcome = pipeline.run_named(&self.source.name().to_string_lossy(), &bytes);
        let report = &outcome.report;
        let encoding = report.encoding;
        let binary = report.verdict() == Verdict::Binary;
        let unknown = encoding.is_none() && report.verdict() == Verdict::Text;
        let unsure = report.encoding_probability().is_some_and(|p| p < CERTAIN);
        let damaged = !report.malformed.is_empty() || !report.lost.is_empty();
        done.uncertain = unknown || unsure || damaged;

        let shows = matches!(self.settings.action, Action::Detect { .. });
        if binary && self.source.found() && !shows {
            done.skipped = true;
            return Ok(());
        }
        match self.settings.action {
            Action::Detect {
                json,
                segments,
                evidence,
            } => {
                self.detect(done, report, json, [segments, evidence]);
                return Ok(());
            }
            Action::Explain { json } => {
                self.explain(done, report, &bytes, json);
                return Ok(());
            }
            _ => {}
        }
        if let (Action::Ambiguities, false) = (self.settings.action, binary) {
            if unknown {
                done.warnings
                    .push("encoding unknown; nothing is listed".into());
            }
            self.warn(done, report);
            let text = outcome.text.as_deref().unwrap_or_default();
            done.data = self.ambiguities(text).into_bytes();
            return Ok(());
        }
        if binary {
            return Err("is binary, not text; --from-encoding reads it all the same".to_owned());
        }
        if unknown {
            done.warnings
                .push("encoding unknown; copied unchanged".into());
        }
        self.warn(done, report);
        let written = match (outcome.text, encoding) {
            (Some(text), Some(encoding)) if !bytes.is_empty() => {
                self.encoded(&bytes, text, encoding, report)?
            }
            // Unknown, or empty: a mark in front of nothing would make something of it.
            _ => Written {
                bytes: None,
                changed: false,
                from: encoding,
                to: encoding,
            },
        };
        done.changed = written.changed;
        if let Some((_, kind)) = &self.settings.report {
            let path = self.source.name().to_string_lossy();
            done.report = Some(kind.input(&path, written.changed, report));
        }
        done.said = Some(words::said([written.from, written.to], report));
        match self.settings.action {
            Action::Write => self.write(done, opened, bytes, written, report),
            Action::List => {
                let verb = if written.changed {
                    "would change "
                } else {
                    "unchanged    "
                };
                done.data = verb.as_bytes().to_vec();
                done.data.extend(self.shown_name());
                done.data.extend_from_slice(
                    format!(": {}\n", words::said([written.from, written.to], report)).as_bytes(),
                );
                Ok(())
            }
            Action::Check(Shown::Json) => {
                let about = About::new().changed(written.changed);
                self.json(done, |path| report.explain_json(about.path(Some(path))));
                Ok(())
            }
            Action::Check(Shown::Names) => {
                if written.changed {
                    done.data = self.shown_name();
                    done.data.push(b'\n');
                }
                Ok(())
            }
            Action::Check(Shown::Diff) | Action::Diff => {
                if written.changed {
                    self.diff(done, report, &bytes, &written);
                }
                Ok(())
            }
            Action::Detect { .. } | Action::Explain { .. } | Action::Ambiguities => Ok(()),
        }
    }

    /// The text in the encoding that is to be written.
    fn encoded(
        &self,
        bytes: &[u8],
        text: Cow<'_, str>,
        from: Encoding,
        report: &Report,
    ) -> Result<Written, String> {
        // What is only ASCII is also UTF-8, and has to be as soon as it is more.
        let from = match from {
            Encoding::UsAscii => Encoding::Utf8,
            other => other,
        };
        let to = match self.settings.target {
            Target::Keep => from,
            Target::Named(named) => named,
        };
        let had_bom = bom_of(from).is_some_and(|bom| bytes.starts_with(&bom));
        let wants_bom = match self.settings.bom {
            Bom::Auto => had_bom && from == to,
            Bom::Keep => had_bom,
            Bom::Add => true,
            Bom::Remove => false,
        };
        let bom = bom_of(to).filter(|_| wants_bom).unwrap_or_default();
        let same_frame = from == to && had_bom != bom.is_empty();
        let clean_utf8 = to == Encoding::Utf8 && report.malformed.is_empty();
        let unchanged = same_frame
            && !clean_utf8
            && report.segments.is_empty()
            && codec::decode(bytes, from).text == text;
        let written = if unchanged && to != Encoding::Utf8 {
            None
        } else if to == Encoding::Utf8 && bom.is_empty() {
            match text {
                // No copy of a text that is the input or can be given away.
                Cow::Borrowed(same) if same.len() == bytes.len() => None,
                text => Some(text.into_owned().into_bytes()),
            }
        } else {
            let encoded = codec::encode(&text, to, self.settings.unencodable);
            let encoded = encoded.map_err(|error| words::unencodable(&error, &text))?;
            let in_place = self.settings.destination == Destination::InPlace;
            let exact = self.settings.unencodable == Unencodable::Error;
            if in_place && exact && codec::decode(&encoded, to).text != text {
                return Err(format!(
                    "would not be read back from {} as it was written; left as it is",
                    to.name()
                ));
            }
            let mut written = bom;
            written.extend_from_slice(&encoded);
            Some(written)
        };
        let differs = written.as_ref().is_some_and(|written| written != bytes);
        Ok(Written {
            bytes: written,
            changed: !unchanged && differs,
            from: Some(from),
            to: Some(to),
        })
    }

    fn write(
        &self,
        done: &mut Done,
        opened: Opened,
        input: Vec<u8>,
        written: Written,
        report: &Report,
    ) -> Result<(), String> {
        let terms = &self.settings.terms;
        let changed = written.changed;
        let bytes = written.bytes.unwrap_or(input);
        if let Some(original) = opened.original {
            if !changed {
                return Ok(());
            }
            original.check_replaceable(terms)?;
            if !terms.keep_a_copy() && !report.malformed.is_empty() {
                return Err(format!(
                    "{} would be lost; left as it is, --backup keeps a copy",
                    words::malformed(&report.malformed)
                ));
            }
            let replacement = Replacement::of(original, terms)?;
            let packed = Packer::new(opened.packing, replacement).and_then(|mut packer| {
                packer.write_all(&bytes)?;
                packer.finish()
            });
            return packed.map_err(|error| plain(&error))?.commit(terms);
        }
        match output_path(self.settings, self.source) {
            None => done.data = bytes,
            Some(target) => {
                let mut output = open_output(self.settings, &target, opened.metadata.as_ref())?;
                let packed = output.write_all(&bytes).and_then(|()| output.finish());
                packed.map_err(|error| plain(&error))?.commit(terms)?;
            }
        }
        Ok(())
    }

    fn detect(&self, done: &mut Done, report: &Report, json: bool, shown: [bool; 2]) {
        let [segments, evidence] = shown;
        if json {
            let about = About::new().segments(segments).evidence(evidence);
            self.json(done, |path| report.detect_json(about.path(Some(path))));
        } else {
            let below = words::below(report, segments, evidence);
            done.row = Some(Row::of(self.shown_name(), report).with_below(below));
        }
    }

    fn explain(&self, done: &mut Done, report: &Report, bytes: &[u8], json: bool) {
        if json {
            self.json(done, |path| {
                report.explain_json(About::new().path(Some(path)))
            });
            return;
        }
        let decoded = decode_segments(bytes, &report.parts());
        let name = String::from_utf8_lossy(&self.shown_name()).into_owned();
        done.data = explain::explanation(&name, &decoded.text, report).into_bytes();
    }

    fn ambiguities(&self, text: &str) -> String {
        let converter = self.settings.converter.as_ref();
        converter.map_or_else(String::new, |converter| {
            ambiguities::lines(&self.source.name().to_string_lossy(), text, converter)
        })
    }

    fn diff(&self, done: &mut Done, report: &Report, input: &[u8], written: &Written) {
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

    fn json(&self, done: &mut Done, render: impl FnOnce(&str) -> String) {
        let mut line = render(&self.source.name().to_string_lossy());
        line.push('\n');
        done.data = line.into_bytes();
    }

    fn shown_name(&self) -> Vec<u8> {
        render::name(self.source.name(), self.terminals.stdout)
    }

    fn warn(&self, done: &mut Done, report: &Report) {
        done.warnings.extend(report.warnings.iter().cloned());
        done.warnings.extend(words::mixed(&report.segments));
        if !report.malformed.is_empty() {
            done.warnings.push(words::malformed(&report.malformed));
        }
        if let Some(first) = report.lost.first() {
            done.warnings.push(format!(
                "{} beyond repair, the first: {}; `zhfix explain` lists them",
                counted(report.lost.len(), "place"),
                first.why
            ));
        }
    }
}
