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
use std::io::Read;

use zhfix::detect::Verdict;
use zhfix::pipeline::Document;

use crate::encode::Replaced;
use crate::exit::Status;
use crate::formats::{self, Kind};
use crate::frame::{Frame, Written};
use crate::large::Large;
use crate::open::{Opened, open};
use crate::progress;
use crate::render::Row;
use crate::settings::{Action, Settings, Shown};
use crate::walk::{Source, plain};

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
            Action::Diff | Action::Check(Shown::Diff) | Action::Ambiguities
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
                let declared =
                    format.and_then(|format| match format.declare(&text, encoding, to) {
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
        self.show_findings(done, report, [written.from, written.to], Some(&bytes));
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
}
