//! One input as one document: read, run through the pipeline, and its result written,
//! compared or shown.
//!
//! Whether a document changes is judged by its bytes, with one exception: where the
//! encoding stays and the text is what was decoded, nothing changes, even where the bytes
//! would be spelled differently or hold damage. So a file is never rewritten only to turn
//! its malformed bytes into U+FFFD. Where a file would be replaced by something else and
//! has malformed bytes, these would be gone for good: it is left, unless a backup is kept.

use std::ffi::OsString;
use std::io::Write;

use zhfix::detect::Verdict;
use zhfix::report::{About, Report};
use zhfix::{Encoding, ErrorKind, Span, codec};

use crate::ambiguities;
use crate::args::Bom;
use crate::exit::Status;
use crate::explain::{self, Places};
use crate::open::{Opened, open, open_output, output_path};
use crate::render::{self, Row, counted};
use crate::settings::{Action, Settings, Shown, Target};
use crate::stages::bom_of;
use crate::walk::{Source, plain};
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
    bytes: Vec<u8>,
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
        let outcome = self.settings.pipeline.run(&bytes);
        let report = &outcome.report;
        let detection = report.detection.as_ref();
        let trusted = self.settings.trusted;
        let encoding = trusted.or_else(|| detection.and_then(|d| d.encoding()));
        let verdict = detection.map_or(Verdict::Text, |d| d.verdict());
        let binary = trusted.is_none() && verdict == Verdict::Binary;
        let unknown = encoding.is_none() && verdict == Verdict::Text;
        let unsure = trusted.is_none()
            && verdict == Verdict::Text
            && detection.is_some_and(|d| d.probability() < CERTAIN);
        let damaged = !report.malformed.is_empty() || !report.lost.is_empty();
        done.uncertain = unknown || unsure || damaged;

        let shows = matches!(self.settings.action, Action::Detect { .. });
        if binary && self.source.found() && !shows {
            done.skipped = true;
            return Ok(());
        }
        match self.settings.action {
            Action::Detect { json } => {
                self.detect(done, report, json);
                return Ok(());
            }
            Action::Explain { json } => {
                self.explain(done, report, &bytes, encoding, json);
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
        let text = outcome.text.as_deref();
        let written = match (text, encoding) {
            (Some(text), Some(encoding)) if !bytes.is_empty() => {
                self.encoded(&bytes, text, encoding, report)?
            }
            // Unknown, or empty: a mark in front of nothing would make something of it.
            _ => Written {
                bytes: bytes.clone(),
                changed: false,
                from: encoding,
                to: encoding,
            },
        };
        done.changed = written.changed;
        done.said = Some(said(&written, report));
        match self.settings.action {
            Action::Write => self.write(done, opened, written, report),
            Action::List => {
                let verb = if written.changed {
                    "would change "
                } else {
                    "unchanged    "
                };
                done.data = verb.as_bytes().to_vec();
                done.data.extend(self.shown_name());
                done.data
                    .extend_from_slice(format!(": {}\n", said(&written, report)).as_bytes());
                Ok(())
            }
            Action::Check(Shown::Json) => {
                let about = About::new().trusted(trusted).changed(written.changed);
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
                if let (true, Some(text)) = (written.changed, text) {
                    self.diff(done, &bytes, text, &written);
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
        text: &str,
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
        let unchanged = same_frame && !clean_utf8 && codec::decode(bytes, from).text == text;
        if unchanged && (to != Encoding::Utf8 || report.malformed.is_empty()) {
            return Ok(Written {
                bytes: bytes.to_vec(),
                changed: false,
                from: Some(from),
                to: Some(to),
            });
        }
        let encoded = codec::encode(text, to, self.settings.unencodable);
        let encoded = encoded.map_err(|error| unencodable(&error, text))?;
        let mut written = bom;
        written.extend_from_slice(&encoded);
        let changed = !unchanged && written != bytes;
        Ok(Written {
            bytes: written,
            changed,
            from: Some(from),
            to: Some(to),
        })
    }

    fn write(
        &self,
        done: &mut Done,
        opened: Opened,
        written: Written,
        report: &Report,
    ) -> Result<(), String> {
        let backup = self.settings.backup.as_deref();
        if let Some(original) = opened.original {
            if !written.changed {
                return Ok(());
            }
            original.check_replaceable()?;
            if backup.is_none() && !report.malformed.is_empty() {
                return Err(format!(
                    "{} would be lost; left as it is, --backup keeps a copy",
                    malformed(&report.malformed)
                ));
            }
            let mut replacement = Replacement::of(original)?;
            replacement
                .write_all(&written.bytes)
                .map_err(|error| plain(&error))?;
            return replacement.commit(backup);
        }
        match output_path(self.settings, self.source) {
            None => done.data = written.bytes,
            Some(target) => {
                let mut output = open_output(self.settings, &target, opened.metadata.as_ref())?;
                output
                    .write_all(&written.bytes)
                    .map_err(|error| plain(&error))?;
                output.commit(backup)?;
            }
        }
        Ok(())
    }

    fn detect(&self, done: &mut Done, report: &Report, json: bool) {
        let trusted = self.settings.trusted;
        if json {
            let about = About::new().trusted(trusted);
            self.json(done, |path| report.detect_json(about.path(Some(path))));
        } else {
            done.row = Some(Row::of(self.shown_name(), report, trusted));
        }
    }

    fn explain(
        &self,
        done: &mut Done,
        report: &Report,
        bytes: &[u8],
        encoding: Option<Encoding>,
        json: bool,
    ) {
        let trusted = self.settings.trusted;
        if json {
            let about = About::new().trusted(trusted);
            self.json(done, |path| report.explain_json(about.path(Some(path))));
            return;
        }
        let decoded = encoding.map(|encoding| codec::decode(bytes, encoding));
        let text = decoded.as_ref().map_or("", |decoded| &decoded.text);
        let name = String::from_utf8_lossy(&self.shown_name()).into_owned();
        done.data = explain::explanation(&name, text, report, trusted).into_bytes();
    }

    fn ambiguities(&self, text: &str) -> String {
        let converter = self.settings.converter.as_ref();
        converter.map_or_else(String::new, |converter| {
            ambiguities::lines(&self.source.name().to_string_lossy(), text, converter)
        })
    }

    fn diff(&self, done: &mut Done, bytes: &[u8], text: &str, written: &Written) {
        let decoded = written.from.map(|from| codec::decode(bytes, from));
        let before = decoded.as_ref().map_or("", |decoded| &decoded.text);
        let name = String::from_utf8_lossy(&self.shown_name()).into_owned();
        let title = |encoding: Option<Encoding>| match encoding {
            Some(encoding) if written.from != written.to => format!("{name}\t{}", encoding.name()),
            _ => name.clone(),
        };
        let titles = [title(written.from), title(written.to)];
        let titles = [titles[0].as_str(), titles[1].as_str()];
        done.data = render::diff(before, text, titles, self.terminals.color);
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
        if !report.malformed.is_empty() {
            done.warnings.push(malformed(&report.malformed));
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

fn malformed(spans: &[Span]) -> String {
    let first = spans.first().map_or(0, |span| span.start);
    match spans.len() {
        1 => format!("a malformed sequence at byte {first}"),
        more => format!("{more} malformed sequences, the first at byte {first}"),
    }
}

/// What happens to a document, in a few words.
fn said(written: &Written, report: &Report) -> String {
    let name = |encoding: Option<Encoding>| encoding.map_or("unknown", Encoding::name);
    let mut said = match written.from == written.to {
        true => name(written.from).to_owned(),
        false => format!("{} to {}", name(written.from), name(written.to)),
    };
    if render::repairs(report) > 0 {
        said.push_str(", ");
        said.push_str(&counted(render::repairs(report), "repair"));
    }
    if report.converted_chars > 0 {
        said.push_str(", ");
        said.push_str(&counted(report.converted_chars, "character"));
        said.push_str(" converted");
    }
    said
}

/// Why a text cannot be encoded, with the character and its place.
fn unencodable(error: &zhfix::Error, text: &str) -> String {
    let ErrorKind::Unmappable { encoding, at } = error.kind() else {
        return error.to_string();
    };
    let rest = text.get(at.start..).unwrap_or_default();
    let (line, column) = Places::of(text).find(at.start);
    let character = rest.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER);
    format!(
        "{} has no character for {} (U+{:04X}) at line {line}, column {column}; \
         --unencodable ncr or question writes it all the same",
        encoding.name(),
        render::escaped(&character.to_string()),
        u32::from(character)
    )
}
