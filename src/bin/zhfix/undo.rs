//! `zhfix undo`: every file that a journal names gets its old bytes, mode and times back.
//!
//! The last change is undone first, so that a file which several runs replaced goes back
//! step by step. Whether a file may be touched is judged by the hash of its bytes: those
//! that the run left are replaced; the old ones stay, since nothing is to be done; any
//! other are somebody's later work, and the file is refused. It is replaced like any
//! other file, wholly or not at all, so that an undo which is stopped can be run again.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::journal::{Entry, Hashing, Reader, Step, hash_of};
use crate::metadata::rename_to_free;
use crate::walk::{Failure, plain};
use crate::write::{Original, Replacement, Terms};

/// What an undo has come to.
#[derive(Debug, Default)]
pub(crate) struct Undone {
    /// Files that were restored, or would be; the same file counts as often as it was changed.
    pub(crate) restored: u64,
    /// Files that are as they were before the run already.
    pub(crate) already: u64,
    /// What could not be restored.
    pub(crate) failures: Vec<Failure>,
}

/// Undoes what a journal tells; `each` hears of every restored file. With `dry` nothing is
/// written.
pub(crate) fn undo(
    journal: &Path,
    dry: bool,
    mut each: impl FnMut(&Path),
) -> Result<Undone, String> {
    let reader =
        Reader::open(journal).map_err(|what| format!("journal {}: {what}", journal.display()))?;
    let mut undone = Undone::default();
    let mut refused: HashSet<&PathBuf> = HashSet::new();
    for step in reader.steps.iter().rev() {
        let path = match step {
            Step::Replaced(entry) => &entry.path,
            Step::Renamed { to, .. } => to,
        };
        if refused.contains(path) {
            continue;
        }
        let restored = match step {
            Step::Replaced(entry) => restore(&reader, entry, dry),
            Step::Renamed { from, to } => name_back(from, to, dry),
        };
        match restored {
            Ok(true) => {
                undone.restored += 1;
                each(path);
                if dry {
                    // An older entry speaks of bytes that are not there yet.
                    refused.insert(path);
                }
            }
            Ok(false) => undone.already += 1,
            Err(what) => {
                refused.insert(path);
                undone.failures.push(Failure {
                    name: path.clone(),
                    what,
                });
            }
        }
    }
    Ok(undone)
}

/// Gives a file or folder its old name back; `false`: it has it.
fn name_back(from: &Path, to: &Path, dry: bool) -> Result<bool, String> {
    let is_there = |path: &Path| fs::symlink_metadata(path).is_ok();
    match (is_there(from), is_there(to)) {
        (true, false) => Ok(false),
        (false, true) if dry => Ok(true),
        (false, true) => rename_to_free(to, from)
            .map(|()| true)
            .map_err(|error| plain(&error)),
        (true, true) => Err("its old name is another's now; left as it is".to_owned()),
        (false, false) => Err("is not there any more".to_owned()),
    }
}

/// Restores one file; `false`: it holds its old bytes.
fn restore(reader: &Reader, entry: &Entry, dry: bool) -> Result<bool, String> {
    let changed = "was changed since; left as it is";
    let found = fs::symlink_metadata(&entry.path).map_err(|error| plain(&error))?;
    if !found.is_file() {
        return Err(changed.to_owned());
    }
    let (original, file) = Original::open(&entry.path)?;
    let now = hash_of(file).map_err(|error| plain(&error))?;
    if now == entry.before {
        return Ok(false);
    }
    if now != entry.after {
        return Err(changed.to_owned());
    }
    if dry {
        return Ok(true);
    }
    let mut replacement = Replacement::of(original, &Terms::default())?;
    let mut hashing = Hashing::new(&mut replacement);
    reader.restore(entry, &mut hashing)?;
    if hashing.digits() != entry.before {
        return Err("the journal is damaged; left as it is".to_owned());
    }
    replacement.set_as_of(entry.as_of);
    replacement.commit(&Terms::default())?;
    Ok(true)
}
