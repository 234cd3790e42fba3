//! Documents in which only some bytes are text, and e-books, which are archives of such.

use std::io::Cursor;
use std::path::Path;

use zhfix::Encoding;
use zhfix::records::{self, Entry, Format};
use zhfix::report::{About, Report};

use crate::args;
use crate::document::{Done, Work};
use crate::encode::Replaced;
use crate::explain;
use crate::findings;
use crate::frame::Written;
use crate::open::Opened;
use crate::render::{self, Row};
use crate::settings::{Action, Settings, Shown, Target};
use crate::walk::Source;
use crate::words;

/// What a document is, where not all of it is text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text among other things.
    Text(Format),
    /// An e-book.
    Book,
}

/// What a source is, as ordered or by its name; `None`: plain text.
pub(crate) fn of(settings: &Settings, source: &Source) -> Option<Kind> {
    let format = match settings.format {
        args::Format::Text => return None,
        args::Format::Auto => return source.path().and_then(by_name),
        args::Format::Epub => return Some(Kind::Book),
        args::Format::Srt => Format::Srt,
        args::Format::Ass => Format::Ass,
        args::Format::Vtt => Format::Vtt,
        args::Format::Lrc => Format::Lrc,
        args::Format::Html => Format::Html,
        args::Format::Xml => Format::Xml,
        args::Format::Opf => Format::Opf,
    };
    Some(Kind::Text(format))
}

/// By the extension, under that of a compression.
fn by_name(path: &Path) -> Option<Kind> {
    let is = |path: &Path, endings: &[&str]| {
        let ending = path.extension().and_then(|ending| ending.to_str());
        endings
            .iter()
            .any(|known| ending.is_some_and(|ending| ending.eq_ignore_ascii_case(known)))
    };
    let bare = match path.file_stem() {
        Some(stem) if is(path, &["gz", "zst", "bz2", "xz"]) => Path::new(stem),
        _ => path,
    };
    if is(bare, &["epub"]) {
        return Some(Kind::Book);
    }
    Format::of_path(bare).map(Kind::Text)
}

impl Work<'_, '_> {
    /// Does what the settings say with an e-book.
    pub(crate) fn book(
        &self,
        done: &mut Done,
        opened: Opened,
        bytes: Vec<u8>,
    ) -> Result<(), String> {
        let settings = self.settings;
        if !matches!(
            settings.target,
            Target::Named(Encoding::Utf8) | Target::Keep
        ) {
            return Err("is an e-book, which is written in UTF-8".to_owned());
        }
        let mut output = Cursor::new(Vec::new());
        let entries = records::epub(&settings.pipeline, &bytes, &mut output);
        let entries = entries.map_err(|error| error.to_string())?;
        let mut all = Report::default();
        for entry in &entries {
            let report = &entry.report;
            let named = report.warnings.iter();
            let named = named.map(|warning| format!("{}: {warning}", entry.name));
            done.warnings.extend(named);
            all.changes.extend_from_slice(&report.changes);
            all.lost.extend_from_slice(&report.lost);
            all.converted_chars += report.converted_chars;
            all.script_counts = all.script_counts.plus(report.script_counts);
            if !report.malformed.is_empty() {
                let malformed = words::malformed(report);
                done.warnings.push(format!(
                    "{}: {malformed}; the entry is left as it is",
                    entry.name
                ));
            }
            done.uncertain |= report.is_damaged();
        }
        let changed = entries.iter().any(|entry| entry.changed);
        let shows = matches!(settings.action, Action::Detect { .. });
        done.changed = changed && !shows;
        let said = words::said_of_book(entries.len(), &all);
        done.said = Some(said.clone());
        if let Some((_, kind)) = &settings.report {
            let lines = entries.iter().map(|entry| {
                let path = self.path_in_book(entry);
                kind.input(&path, entry.changed, &entry.report, Some(&entry.decoded))
            });
            done.report = Some(lines.collect());
        }
        match settings.action {
            Action::Write => {
                let written = Written {
                    bytes: changed.then(|| output.into_inner()),
                    changed,
                    replaced: Replaced::default(),
                    from: None,
                    to: None,
                };
                return self.write(done, opened, bytes, written, &all);
            }
            Action::Diff | Action::Check(Shown::Diff) | Action::Ambiguities => {
                return Err("is an e-book; its changes are shown by `zhfix explain`".to_owned());
            }
            Action::List => {
                let verb = match changed {
                    true => "would change ",
                    false => "unchanged    ",
                };
                done.data = verb.as_bytes().to_vec();
                done.data.extend(self.shown_name());
                done.data
                    .extend_from_slice(format!(": {said}\n").as_bytes());
            }
            Action::Check(Shown::Names) if changed => {
                done.data = self.shown_name();
                done.data.push(b'\n');
            }
            Action::Check(Shown::Names) => {}
            Action::Check(Shown::Json) | Action::Detect { .. } | Action::Explain { .. } => {
                for entry in &entries {
                    self.show_entry(done, entry);
                }
            }
        }
        Ok(())
    }

    /// Shows one document of an e-book like a file below it.
    fn show_entry(&self, done: &mut Done, entry: &Entry) {
        let path = self.path_in_book(entry);
        let report = &entry.report;
        let about = About::new().path(Some(&path));
        let line = match self.settings.action {
            Action::Detect {
                json: false,
                segments,
                evidence,
            } => {
                let name = render::name(path.as_ref(), self.terminals.stdout);
                let below = words::below(report, segments, evidence);
                done.rows.push(Row::of(name, report).with_below(below));
                return;
            }
            Action::Explain { json: false } => {
                let shown = render::name(path.as_ref(), self.terminals.stdout);
                let shown = String::from_utf8_lossy(&shown).into_owned();
                let explained = explain::explanation(&shown, &entry.decoded, report, self.look());
                done.data.extend(explained.into_bytes());
                return;
            }
            Action::Detect {
                json: true,
                segments,
                evidence,
            } => report.detect_json(about.segments(segments).evidence(evidence)),
            Action::Explain { .. } => report.explain_json(about.changed(entry.changed)),
            _ => {
                let report = findings::without_conversions(report);
                report.explain_json(about.changed(entry.changed))
            }
        };
        done.data.extend_from_slice(line.as_bytes());
        done.data.push(b'\n');
    }

    fn path_in_book(&self, entry: &Entry) -> String {
        format!("{}/{}", self.source.name().to_string_lossy(), entry.name)
    }
}
