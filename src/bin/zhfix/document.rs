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
use std::io::{Read, Write};

use zhfix::codec;
use zhfix::detect::{Verdict, decode_segments};
use zhfix::pipeline::Document;
use zhfix::report::{About, Report};
use zhfix::{Encoding, Script, script};

use crate::ambiguities;
use crate::args::Bom;
use crate::encode::{self, Replaced};
use crate::exit::Status;
use crate::explain;
use crate::formats::{self, Kind};
use crate::large::Large;
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
    /// Rows for the table of `detect`.
    pub(crate) rows: Vec<Row>,
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

/// What came of one input, or that it is too large to be held.
pub(crate) enum Came<'s> {
    Done(Done),
    Large(Done, Box<Large<'s>>),
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
pub(crate) fn document<'s>(
    settings: &'s Settings,
    terminals: Terminals,
    source: &Source,
) -> Came<'s> {
    let mut done = Done {
        name: source.name().to_owned(),
        ..Done::default()
    };
    let work = Work {
        settings,
        terminals,
        source,
    };
    match work.run(&mut done) {
        Ok(None) => {}
        Ok(Some(large)) => return Came::Large(done, Box::new(large)),
        Err(what) => done.failure = Some(what),
    }
    Came::Done(done)
}

/// One input and what is to be done with it.
pub(crate) struct Work<'s, 'i> {
    pub(crate) settings: &'s Settings,
    pub(crate) terminals: Terminals,
    pub(crate) source: &'i Source,
}

/// Which encoding becomes which, and with what in front.
pub(crate) struct Frame {
    from: Encoding,
    pub(crate) to: Encoding,
    had_bom: bool,
    /// The mark to write; none where there is to be none.
    pub(crate) bom: Vec<u8>,
}

impl Frame {
    /// What the settings say of a document in an encoding.
    pub(crate) fn of(settings: &Settings, from: Encoding, had_bom: bool) -> Frame {
        // What is only ASCII is also UTF-8, and has to be as soon as it is more.
        let from = match from {
            Encoding::UsAscii => Encoding::Utf8,
            other => other,
        };
        let to = match settings.target {
            Target::Keep => from,
            Target::Named(named) => named,
        };
        let wants_bom = match settings.bom {
            Bom::Auto => had_bom && from == to,
            Bom::Keep => had_bom,
            Bom::Add => true,
            Bom::Remove => false,
        };
        let bom = bom_of(to).filter(|_| wants_bom).unwrap_or_default();
        Frame {
            from,
            to,
            had_bom,
            bom,
        }
    }

    /// Whether text that did not change needs no other bytes.
    pub(crate) fn is_same(&self) -> bool {
        self.keeps_encoding() && self.had_bom != self.bom.is_empty()
    }

    /// Whether what is written is in the encoding that was read.
    pub(crate) fn keeps_encoding(&self) -> bool {
        self.from == self.to
    }
}

/// The result as bytes, and how it relates to the input.
pub(crate) struct Written {
    /// `None`: the input's own.
    pub(crate) bytes: Option<Vec<u8>>,
    pub(crate) changed: bool,
    pub(crate) replaced: Replaced,
    pub(crate) from: Option<Encoding>,
    pub(crate) to: Option<Encoding>,
}

impl<'s> Work<'s, '_> {
    fn run(&self, done: &mut Done) -> Result<Option<Large<'s>>, String> {
        let mut opened = open(self.settings, self.source)?;
        let reader = std::mem::replace(&mut opened.reader, Box::new(std::io::empty()));
        let bytes = if self.needs_whole() {
            let mut bytes = Vec::new();
            let mut reader = reader;
            let read = reader.read_to_end(&mut bytes);
            read.map_err(|error| plain(&error))?;
            bytes
        } else {
            let document = self.settings.pipeline.open(reader);
            match document.map_err(|error| plain(&error))? {
                Document::Whole(bytes) => bytes,
                Document::Parts(parts) => {
                    return Ok(Some(Large {
                        opened,
                        parts,
                        source: self.source.clone(),
                    }));
                }
                _ => return Err("is neither small nor large".to_owned()),
            }
        };
        self.whole(done, opened, bytes).map(|()| None)
    }

    /// Whether what is shown needs the document as a whole.
    fn needs_whole(&self) -> bool {
        let shows_text = matches!(
            self.settings.action,
            Action::Diff
                | Action::Check(Shown::Diff)
                | Action::Explain { json: false }
                | Action::Ambiguities
        );
        shows_text || formats::of(self.settings, self.source).is_some()
    }

    /// A document that fits into memory.
    fn whole(&self, done: &mut Done, opened: Opened, bytes: Vec<u8>) -> Result<(), String> {
        progress::read(bytes.len());
        let pipeline = &self.settings.pipeline;
        let format = match formats::of(self.settings, self.source) {
            Some(Kind::Book) => return self.book(done, opened, bytes),
            Some(Kind::Text(format)) => Some(format),
            None => None,
        };
        let outcome = match format {
            Some(format) => format.run(pipeline, &bytes),
            None => Ok(pipeline.run_named(&self.source.name().to_string_lossy(), &bytes)),
        };
        let outcome = outcome.map_err(|error| error.to_string())?;
        let report = &outcome.report;
        let encoding = report.encoding;
        let binary = report.verdict() == Verdict::Binary;
        let unknown = encoding.is_none() && report.verdict() == Verdict::Text;
        let unsure = report.encoding_probability().is_some_and(|p| p < CERTAIN);
        done.uncertain = unknown || unsure || report.is_damaged();

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
                let text = outcome.text.as_deref();
                self.detect(done, report, text, json, [segments, evidence]);
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
                let to = Frame::of(self.settings, encoding, false).to;
                let declared = format.and_then(|format| match format.declare(&text, to) {
                    Cow::Owned(declared) => Some(declared),
                    Cow::Borrowed(_) => None,
                });
                let text = declared.map_or(text, Cow::Owned);
                self.encoded(&bytes, text, encoding, report)?
            }
            // Unknown, or empty: a mark in front of nothing would make something of it.
            _ => Written {
                bytes: None,
                changed: false,
                replaced: Replaced::default(),
                from: encoding,
                to: encoding,
            },
        };
        done.changed = written.changed;
        if let (Some(to), false) = (written.to, written.replaced.is_empty()) {
            done.warnings.push(written.replaced.said(to));
        }
        self.show_findings(done, report, [written.from, written.to]);
        match self.settings.action {
            Action::Write => self.write(done, opened, bytes, written, report),
            Action::Check(Shown::Diff) | Action::Diff => {
                if written.changed {
                    self.diff(done, report, &bytes, &written);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Shows what was found and would change, as the action and `--report` ask.
    pub(crate) fn show_findings(
        &self,
        done: &mut Done,
        report: &Report,
        encodings: [Option<Encoding>; 2],
    ) {
        let changed = done.changed;
        if let Some((_, kind)) = &self.settings.report {
            let path = self.source.name().to_string_lossy();
            done.report = Some(kind.input(&path, changed, report));
        }
        done.said = Some(words::said(encodings, report));
        match self.settings.action {
            Action::List => {
                let verb = if changed {
                    "would change "
                } else {
                    "unchanged    "
                };
                done.data = verb.as_bytes().to_vec();
                done.data.extend(self.shown_name());
                let said = format!(": {}\n", words::said(encodings, report));
                done.data.extend_from_slice(said.as_bytes());
            }
            Action::Check(Shown::Json) => {
                let about = About::new().changed(changed);
                self.json(done, |path| report.explain_json(about.path(Some(path))));
            }
            Action::Check(Shown::Names) => {
                if changed {
                    done.data = self.shown_name();
                    done.data.push(b'\n');
                }
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

    /// The encoding that is written for one that is read.
    pub(crate) fn to(&self, from: Option<Encoding>) -> Option<Encoding> {
        from.map(|from| Frame::of(self.settings, from, false).to)
    }

    /// Whether what is written has to be read back as it was.
    pub(crate) fn reads_back(&self) -> bool {
        self.settings.destination == Destination::InPlace
    }

    /// The text in the encoding that is to be written.
    fn encoded(
        &self,
        bytes: &[u8],
        text: Cow<'_, str>,
        from: Encoding,
        report: &Report,
    ) -> Result<Written, String> {
        let had_bom = bom_of(from).is_some_and(|bom| bytes.starts_with(&bom));
        let frame = Frame::of(self.settings, from, had_bom);
        let same_frame = frame.is_same();
        let Frame { from, to, bom, .. } = frame;
        let mut replaced = Replaced::default();
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
            let encoded = encode::encode(&text, to, self.settings.unencodable);
            let (encoded, others) = encoded.map_err(|error| words::unencodable(&error, &text))?;
            replaced = others;
            let exact = replaced.is_empty();
            if self.reads_back() && exact && codec::decode(&encoded, to).text != text {
                return Err(words::not_read_back(to));
            }
            let mut written = bom;
            written.extend_from_slice(&encoded);
            Some(written)
        };
        let differs = written.as_ref().is_some_and(|written| written != bytes);
        Ok(Written {
            bytes: written,
            changed: !unchanged && differs,
            replaced,
            from: Some(from),
            to: Some(to),
        })
    }

    pub(crate) fn write(
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
                return Err(words::would_be_lost(report));
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

    /// Shows what was recognised; of a text that is too large to be held, not where its
    /// variant changes.
    fn detect(
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
