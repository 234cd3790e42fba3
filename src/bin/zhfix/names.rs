//! `zhfix names`: what the names of files in trees and of entries in archives should be, and
//! with `--apply` makes them so.
//!
//! The names below one path are judged together (`records::names`). In a tree every folder and
//! file is renamed for itself, the deepest first; an archive is written anew and replaced as a
//! whole. Nothing is renamed onto something else: names that would be the same as another's,
//! but for capitals or the way their characters are composed, stay and are listed. Every renaming stands in the journal before it
//! happens.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Seek};
use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization as _;
use zhfix::records::{self, Name};
use zhfix::{Detector, Encoding, Pipeline};

use crate::args;
use crate::journal::Journal;
use crate::metadata::rename_to_free;
use crate::order;
use crate::stages;
use crate::walk::{Failure, bytes_of, plain};
use crate::write::{Original, Replacement, Terms};

mod shown;

/// The first bytes of a zip archive; the second are those of an empty one.
const ARCHIVE_SIGNS: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];

/// How long a name may be on the file systems that are in use. A Chinese character takes two
/// bytes in GBK and three in UTF-8.
const NAME_BYTES_MAX: usize = 255;

/// What became of one name.
#[derive(Debug)]
pub(crate) struct Told {
    /// A line of data.
    pub(crate) line: Vec<u8>,
    /// Why it stays, though it should be another.
    pub(crate) failure: Option<Failure>,
}

/// What a run has come to.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) names: u64,
    /// Renamed, or would be.
    pub(crate) renamed: u64,
    /// Right already, and marked as UTF-8, or would be.
    pub(crate) marked: u64,
    /// Not certain enough to be renamed.
    pub(crate) uncertain: u64,
}

/// How names are read, shown and changed.
pub(crate) struct Renaming<'a> {
    typed: &'a args::Names,
    detector: Detector,
    pipeline: Pipeline,
    terms: Terms,
    /// Whether lines go to a terminal.
    terminal: bool,
    pub(crate) counts: Counts,
}

/// A name, and what it should be.
struct Change {
    /// As it is, the path in front of it included.
    path: PathBuf,
    /// The name alone, as it is and as it should be.
    old: Vec<u8>,
    name: Name,
}

impl Change {
    /// The new name, where it is another.
    fn wanted(&self) -> Option<&str> {
        let text = self.name.text.as_deref();
        text.filter(|text| text.as_bytes() != self.old)
    }
}

impl<'a> Renaming<'a> {
    pub(crate) fn of(typed: &'a args::Names, terminal: bool) -> Result<Renaming<'a>, String> {
        let converter = match &typed.converting.asks() {
            true => Some(stages::converter(&typed.converting)?),
            false => None,
        };
        let pipeline = Pipeline::builder()
            .repair(Some(stages::repairer(&typed.repairing)?))
            .convert(converter);
        let mut terms = Terms::default();
        if let Some(journal) = &typed.journal {
            terms.journal = Some(Journal::open(journal)?);
        }
        Ok(Renaming {
            typed,
            detector: detector(&typed.reading)?,
            pipeline: pipeline.build(),
            terms,
            terminal,
            counts: Counts::default(),
        })
    }

    /// Goes through one path; `each` hears of every name that should be another or is not
    /// certain.
    pub(crate) fn path(&mut self, path: &Path, each: &mut dyn FnMut(Told)) -> Result<(), String> {
        let found = fs::metadata(path).map_err(|error| plain(&error))?;
        if found.is_dir() {
            return self.tree(path, each);
        }
        let mut sign = [0; 4];
        let read = File::open(path).and_then(|mut file| io::Read::read_exact(&mut file, &mut sign));
        if read.is_ok() && ARCHIVE_SIGNS.contains(&&sign[..]) {
            return self.archive(path, each);
        }
        Err("is neither a folder nor a zip archive".to_owned())
    }

    fn tree(&mut self, root: &Path, each: &mut dyn FnMut(Told)) -> Result<(), String> {
        let mut paths = Vec::new();
        below(root, &mut paths, &mut |failure| {
            each(Told {
                line: Vec::new(),
                failure: Some(failure),
            });
        });
        let olds: Vec<Vec<u8>> = paths
            .iter()
            .map(|path| bytes_of(path.file_name().unwrap_or_default()))
            .collect();
        let read = records::names(&self.detector, &self.pipeline, &olds);
        let changes = paths.into_iter().zip(olds).zip(read);
        let changes: Vec<Change> = changes
            .map(|((path, old), name)| Change { path, old, name })
            .collect();
        // By folder and folded name: how many will be called so.
        let mut called: HashMap<(PathBuf, String), u32> = HashMap::new();
        for change in &changes {
            let name = match change.wanted() {
                Some(new) => new.to_owned(),
                None => String::from_utf8_lossy(&change.old).into_owned(),
            };
            *called.entry(folded(&change.path, &name)).or_default() += 1;
        }
        // `below` lists what is in a folder behind it, so the reverse is the deepest first.
        for change in changes.iter().rev() {
            self.counts.names += 1;
            let Some(new) = change.wanted() else {
                self.uncertain(change, each);
                continue;
            };
            let is_free = called.get(&folded(&change.path, new)) == Some(&1);
            let done = match (is_free, self.typed.apply) {
                (false, _) => Err(format!("{new} is the name of another; left as it is")),
                (true, _) if new.len() > NAME_BYTES_MAX => {
                    Err("would be too long for a file name; left as it is".to_owned())
                }
                (true, false) => Ok(()),
                (true, true) => self.rename(&change.path, new),
            };
            self.renamed(change, new, done, each);
        }
        Ok(())
    }

    fn rename(&self, from: &Path, name: &str) -> Result<(), String> {
        let from = std::path::absolute(from).map_err(|error| plain(&error))?;
        let to = from.with_file_name(name);
        if let Some(journal) = &self.terms.journal {
            journal.enter_renaming(&from, &to)?;
        }
        rename_to_free(&from, &to).map_err(|error| plain(&error))
    }

    fn archive(&mut self, path: &Path, each: &mut dyn FnMut(Told)) -> Result<(), String> {
        let told = |error: zhfix::Error| error.to_string();
        let (original, file) = Original::open(path)?;
        let olds = records::entry_names(BufReader::new(&file)).map_err(told)?;
        let read = records::names(&self.detector, &self.pipeline, &olds);
        let marked: Vec<bool> = olds.iter().map(|old| old.is_marked).collect();
        let changes = olds.into_iter().zip(read).map(|(old, mut name)| {
            if old.is_marked && name.encoding != Some(Encoding::Utf8) {
                // Marked and valid, it is not read as anything else, however short it is.
                name.text = name.text.filter(|_| std::str::from_utf8(&old.raw).is_err());
                name.text = name.text.or(String::from_utf8(old.raw.clone()).ok());
            }
            let path = path.join(String::from_utf8_lossy(&old.raw).trim_start_matches('/'));
            let old = old.raw;
            Change { path, old, name }
        });
        let changes: Vec<Change> = changes.collect();
        let mut called: HashMap<String, u32> = HashMap::new();
        for change in &changes {
            let name = match change.wanted() {
                Some(new) => folded_name(new),
                None => folded_name(&String::from_utf8_lossy(&change.old)),
            };
            *called.entry(name).or_default() += 1;
        }
        let mut names = Vec::with_capacity(changes.len());
        for (change, is_marked) in changes.iter().zip(marked) {
            self.counts.names += 1;
            let Some(new) = change.wanted() else {
                names.push(self.right_already(change, is_marked, each));
                continue;
            };
            let is_free = called.get(&folded_name(new)) == Some(&1);
            let done = match is_free {
                true => Ok(()),
                false => Err(format!("{new} is the name of another; left as it is")),
            };
            names.push(is_free.then(|| new.to_owned()));
            self.renamed(change, new, done, each);
        }
        if !self.typed.apply || names.iter().all(Option::is_none) {
            return Ok(());
        }
        original.check_replaceable(&self.terms)?;
        // An archive is not written from front to back, what replaces a file is.
        let folder = path.canonicalize().map_err(|error| plain(&error))?;
        let folder = folder.parent().unwrap_or(Path::new("/")).to_owned();
        let mut new = tempfile::tempfile_in(folder).map_err(|error| plain(&error))?;
        records::rename_entries(BufReader::new(&file), &names, BufWriter::new(&new))
            .map_err(told)?;
        let mut replacement = Replacement::of(original, &self.terms)?;
        new.rewind()
            .and_then(|()| io::copy(&mut new, &mut replacement))
            .map_err(|error| plain(&error))?;
        replacement.commit(&self.terms)
    }

    /// Tells of an entry whose name is right, or not certain: the name to mark as UTF-8. Without
    /// the mark, programs take it for whatever encoding their system has.
    fn right_already(
        &mut self,
        change: &Change,
        is_marked: bool,
        each: &mut dyn FnMut(Told),
    ) -> Option<String> {
        let text = change.name.text.as_deref();
        // GBK may be valid UTF-8 too, of two bytes each: only what is certain is marked.
        let is_utf_8 = change.name.encoding == Some(Encoding::Utf8)
            && change.name.probability >= records::CERTAIN_NAME
            && text.is_some_and(|text| text.chars().any(|c| c.len_utf8() > 2));
        let Some(text) = text.filter(|text| is_utf_8 && !is_marked && !text.is_ascii()) else {
            self.uncertain(change, each);
            return None;
        };
        self.counts.marked += 1;
        let status = match self.typed.apply {
            true => "marked as UTF-8",
            false => "would mark as UTF-8",
        };
        let line = self.line(change, Some(text), status);
        each(Told {
            line,
            failure: None,
        });
        Some(text.to_owned())
    }

    /// Tells of a name that should be another.
    fn renamed(
        &mut self,
        change: &Change,
        new: &str,
        done: Result<(), String>,
        each: &mut dyn FnMut(Told),
    ) {
        self.counts.renamed += u64::from(done.is_ok());
        let status = match (&done, self.typed.apply) {
            (Err(_), _) => "left",
            (Ok(()), true) => "renamed",
            (Ok(()), false) => "would rename",
        };
        let failure = done.err().map(|what| Failure {
            name: change.path.clone(),
            what,
        });
        let line = self.line(change, Some(new), status);
        each(Told { line, failure });
    }

    /// Tells of a name that cannot be read with certainty.
    fn uncertain(&mut self, change: &Change, each: &mut dyn FnMut(Told)) {
        if change.name.text.is_some() {
            return;
        }
        self.counts.uncertain += 1;
        let line = self.line(change, None, "uncertain");
        each(Told {
            line,
            failure: None,
        });
    }
}

/// How names are read. An encoding that is ordered is that of the names that are not UTF-8: in a
/// tree there are both as a rule.
fn detector(typed: &args::Reading) -> Result<Detector, String> {
    if typed.format != args::Format::Auto {
        return Err("--format says what files hold, not how they are named".to_owned());
    }
    match &typed.from_encoding {
        Some(label) => {
            let ordered = stages::encoding("--from-encoding", label)?;
            let builder = Detector::builder().candidates(&[ordered, Encoding::Utf8]);
            Ok(builder.build())
        }
        None => stages::detector(typed),
    }
}

/// Where a path would be under another name, as a file system that folds names sees it.
fn folded(path: &Path, name: &str) -> (PathBuf, String) {
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    (folder, folded_name(name))
}

/// A name as a file system sees it that ignores case (NTFS, and HFS+ and APFS as they come) and
/// how characters are composed (HFS+, APFS).
fn folded_name(name: &str) -> String {
    match name.is_ascii() {
        true => name.to_ascii_lowercase(),
        false => name
            .nfd()
            .collect::<String>()
            .to_lowercase()
            .nfc()
            .collect(),
    }
}

/// Everything below a folder in order of its bytes, each folder in front of what is in it.
/// Symbolic links are listed and not followed.
fn below(folder: &Path, paths: &mut Vec<PathBuf>, failed: &mut dyn FnMut(Failure)) {
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        let entries =
            fs::read_dir(&folder).and_then(|entries| entries.collect::<io::Result<Vec<_>>>());
        let mut entries = match entries {
            Ok(entries) => entries,
            Err(error) => {
                failed(Failure {
                    name: folder,
                    what: plain(&error),
                });
                continue;
            }
        };
        order::sort_by_key(&mut entries, fs::DirEntry::file_name);
        for entry in entries {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                waiting.push(entry.path());
            }
            paths.push(entry.path());
        }
    }
}
