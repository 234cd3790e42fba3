//! How results reach the disk: wholly or not at all.
//!
//! A regular file is written beside its target under a temporary name, flushed, given
//! what the target is besides its bytes (`metadata`), synced, and renamed over it; only
//! then, and only if the target is still the file that was read, is anything of the old
//! one gone. The folder is synced last, which makes the rename outlive a power cut; the folders
//! of new files, whose inputs are still there, at the end of the run.
//! Everything else (a device, a FIFO) is opened and written directly, since a rename would
//! replace the device by a file. A symbolic link is followed: its target is rewritten, the
//! link stays. A file with further hard links is refused unless the user asks for it: a
//! rename leaves the other names with the old contents, and writing through would give up
//! the all-or-nothing.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use tempfile::NamedTempFile;

use crate::ahead::Ahead;
use crate::jobs::aside;
use crate::journal::{Hashing, Journal};
use crate::metadata;
use crate::unfinished::{self, Unfinished};
use crate::walk::plain;

/// How names of temporary files begin; walks pass such files over.
pub(crate) const TEMPORARY_PREFIX: &str = ".zhfix-tmp-";

/// A file of this size or less is synced while another one is worked on. Whoever writes a larger one
/// holds more memory, and the disk has enough to do with it.
const ASIDE_BYTES_MAX: u64 = 1 << 20;

/// On what terms files are replaced.
#[derive(Debug, Default)]
pub(crate) struct Terms {
    /// Keep the old file under its name plus this.
    pub(crate) backup: Option<OsString>,
    /// Replace a file that has other names too; these keep the old contents.
    pub(crate) break_links: bool,
    /// Enter the old file here.
    pub(crate) journal: Option<Journal>,
    /// Folders of new files, to be synced together at the end: until then their inputs are still
    /// all that they were made from. Without, each is synced with its file.
    pub(crate) folders: Option<Mutex<BTreeSet<PathBuf>>>,
}

impl Terms {
    /// Syncs the folders that are still to be; says which could not, and why.
    pub(crate) fn sync_folders(&self) -> Vec<(PathBuf, String)> {
        let Some(folders) = &self.folders else {
            return Vec::new();
        };
        let mut folders = folders.lock().unwrap_or_else(PoisonError::into_inner);
        let folders = std::mem::take(&mut *folders).into_iter();
        folders
            .filter_map(|folder| {
                let error = sync_folder(&folder).err()?;
                Some((folder, plain(&error)))
            })
            .collect()
    }

    /// Whether the bytes of what is replaced can be had back.
    pub(crate) fn keep_a_copy(&self) -> bool {
        self.backup.is_some() || self.journal.is_some()
    }
}

/// Whether something is what a rename can replace.
pub(crate) fn check_regular(found: &Metadata) -> Result<(), String> {
    if found.is_dir() {
        return Err("is a folder".into());
    }
    match found.is_file() {
        true => Ok(()),
        false => Err("is not a regular file and cannot be replaced".into()),
    }
}

/// An existing file that may be replaced, as it was when it was opened.
#[derive(Debug)]
pub(crate) struct Original {
    path: PathBuf,
    seen: Metadata,
}

impl Original {
    /// Opens a file and remembers what it is; refuses everything else before it is opened, since
    /// a FIFO would wait for a writer.
    pub(crate) fn open(path: &Path) -> Result<(Original, File), String> {
        let path = path.canonicalize().map_err(|error| plain(&error))?;
        check_regular(&fs::metadata(&path).map_err(|error| plain(&error))?)?;
        let file = File::open(&path).map_err(|error| plain(&error))?;
        let seen = file.metadata().map_err(|error| plain(&error))?;
        Ok((Original { path, seen }, file))
    }

    /// Where it is, with no link on the way.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it can be replaced at all.
    pub(crate) fn check_replaceable(&self, terms: &Terms) -> Result<(), String> {
        check_regular(&self.seen)?;
        if self.seen.permissions().readonly() {
            return Err("is read-only; left as it is".into());
        }
        match metadata::hard_links(&self.seen) {
            0 | 1 => Ok(()),
            _ if terms.break_links => Ok(()),
            names => Err(format!(
                "has {names} hard links; replacing it would part them, so it is left as it is; \
                 --break-links parts them"
            )),
        }
    }

    fn check_unchanged(&self) -> Result<(), String> {
        match fs::symlink_metadata(&self.path) {
            Ok(now) if metadata::same_state(&self.seen, &now) => Ok(()),
            Ok(_) => Err("was changed by someone else meanwhile; left as it is".into()),
            Err(error) => Err(format!("meanwhile: {}", plain(&error))),
        }
    }

    /// Copies the file to its name plus a suffix, which must be free.
    fn back_up(&self, suffix: &OsStr) -> Result<(), String> {
        let mut name = self.path.clone().into_os_string();
        name.push(suffix);
        let backup = PathBuf::from(name);
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::AlreadyExists => format!(
                "the backup {} exists already; left as it is",
                backup.display()
            ),
            _ => format!("backup {}: {}", backup.display(), plain(&error)),
        };
        let mut options = OpenOptions::new();
        metadata::private(options.write(true).create_new(true));
        let made = Unfinished::make(|| Ok((options.open(&backup)?, backup.clone())));
        let (mut copy, unfinished) = made.map_err(failed)?;
        let copied = File::open(&self.path)
            .and_then(|mut file| io::copy(&mut file, &mut copy))
            .and_then(|_| metadata::copy(&self.path, &self.seen, &copy))
            .and_then(|()| copy.sync_all());
        unfinished.finish(|| copied).map_err(|error| {
            // Half a backup is worse than none; that it cannot be removed changes nothing.
            let _ = fs::remove_file(&backup);
            failed(error)
        })
    }
}

/// A regular file in the making; dropped without [`Replacement::commit`], nothing happened.
#[derive(Debug)]
pub(crate) struct Replacement {
    temporary: NamedTempFile,
    unfinished: Unfinished,
    target: PathBuf,
    original: Option<Original>,
    ahead: Ahead,
    /// Of the bytes so far, where the journal is to know them.
    hashing: Option<Hashing<io::Sink>>,
    /// Mode and times, where they are not to be those of the original.
    as_of: Option<AsOf>,
}

/// Mode and times that a file had once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AsOf {
    pub(crate) mode: Option<u32>,
    pub(crate) accessed: SystemTime,
    pub(crate) modified: SystemTime,
}

impl Replacement {
    /// Begins to replace a file.
    pub(crate) fn of(original: Original, terms: &Terms) -> Result<Replacement, String> {
        original.check_replaceable(terms)?;
        let target = original.path.clone();
        let new = Replacement::new(target, Some(original));
        let mut new = new.map_err(|error| plain(&error))?;
        new.hashing = terms.journal.as_ref().map(|_| Hashing::new(io::sink()));
        Ok(new)
    }

    /// Gives the file these mode and times instead of those of the file it replaces.
    pub(crate) fn set_as_of(&mut self, as_of: AsOf) {
        self.as_of = Some(as_of);
    }

    fn new(target: PathBuf, original: Option<Original>) -> io::Result<Replacement> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(TEMPORARY_PREFIX);
        metadata::ordinary_mode(&mut builder, original.is_none());
        let (temporary, unfinished) = Unfinished::make(|| {
            let temporary = builder.tempfile_in(folder_of(&target))?;
            let path = temporary.path().to_owned();
            Ok((temporary, path))
        })?;
        Ok(Replacement {
            temporary,
            unfinished,
            target,
            original,
            ahead: Ahead::default(),
            hashing: None,
            as_of: None,
        })
    }

    /// Puts the new file in the old one's place.
    pub(crate) fn commit(mut self, terms: &Terms) -> Result<(), String> {
        let plain = |error: io::Error| plain(&error);
        self.temporary.flush().map_err(plain)?;
        let file = self.temporary.as_file();
        if let Some(original) = &self.original {
            metadata::copy(&original.path, &original.seen, file).map_err(plain)?;
        }
        if let Some(as_of) = self.as_of {
            if let Some(mode) = as_of.mode {
                metadata::set_mode(file, mode).map_err(plain)?;
            }
            metadata::set_times(file, Some(as_of.accessed), Some(as_of.modified)).map_err(plain)?;
        }
        let bytes = file.metadata().map_err(plain)?.len();
        self.ahead.finish().map_err(plain)?;
        synced(bytes, || file.sync_all()).map_err(plain)?;
        let renamed = if let Some(original) = &self.original {
            original.check_unchanged()?;
            if let Some(suffix) = &terms.backup {
                original.back_up(suffix)?;
            }
            if let (Some(journal), Some(hashing)) = (&terms.journal, self.hashing) {
                journal.enter(&original.path, &original.seen, &hashing.digits())?;
            }
            original.check_unchanged()?;
            self.unfinished.finish(|| {
                let renamed = self.temporary.persist(&self.target);
                renamed.inspect(|_| unfinished::count_one())
            })
        } else {
            self.unfinished.finish(|| {
                let renamed = self.temporary.persist_noclobber(&self.target);
                renamed.inspect(|_| unfinished::count_one())
            })
        };
        renamed.map_err(|error| plain(error.error))?;
        let folder = folder_of(&self.target);
        if let (None, Some(later)) = (&self.original, &terms.folders) {
            let mut later = later.lock().unwrap_or_else(PoisonError::into_inner);
            later.insert(folder.to_owned());
            return Ok(());
        }
        synced(bytes, || sync_folder(folder))
            .map_err(|error| format!("was replaced, but its folder: {}", plain(error)))
    }
}

impl Write for Replacement {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.temporary.write(bytes)?;
        if let Some(hashing) = &mut self.hashing {
            hashing.write_all(bytes.get(..count).unwrap_or_default())?;
        }
        self.ahead.wrote(self.temporary.as_file(), count)?;
        Ok(count)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.temporary.flush()
    }
}

/// Where results go.
#[derive(Debug)]
pub(crate) enum Output {
    /// A regular file, replaced or made on commit.
    File(Box<Replacement>),
    /// Anything else, written as it comes.
    Direct(File),
    /// Standard output under one of its names.
    Stdout(io::Stdout),
}

impl Output {
    /// A file in the place of another one.
    pub(crate) fn replacing(original: Original, terms: &Terms) -> Result<Output, String> {
        let new = Replacement::of(original, terms)?;
        Ok(Output::File(Box::new(new)))
    }

    /// Opens the target; refuses the input itself.
    pub(crate) fn open(
        target: &Path,
        input: Option<&Metadata>,
        terms: &Terms,
    ) -> Result<Output, String> {
        const STDOUT: [&str; 4] = ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];
        let failed = |error: io::Error| format!("-o {}: {}", target.display(), plain(&error));
        if STDOUT.iter().any(|name| target == Path::new(name)) {
            return Ok(Output::Stdout(io::stdout()));
        }
        match fs::metadata(target) {
            Ok(found) if found.is_dir() => Err(format!("-o {} is a folder", target.display())),
            // What stands under /dev may lead to a regular file, and is still not to be replaced.
            Ok(found)
                if !found.is_file() || ["/dev", "/proc"].iter().any(|d| target.starts_with(d)) =>
            {
                let opened = OpenOptions::new().append(true).open(target);
                opened.map(Output::Direct).map_err(failed)
            }
            Ok(found) => {
                if input.is_some_and(|input| metadata::same_file(input, &found)) {
                    return Err(format!(
                        "-o {} is the input itself; -i replaces it",
                        target.display()
                    ));
                }
                let (original, _) = Original::open(target)?;
                Output::replacing(original, terms)
                    .map_err(|what| format!("-o {}: {what}", target.display()))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if fs::symlink_metadata(target).is_ok() {
                    return Err(format!("-o {} is a link to nothing", target.display()));
                }
                let new = Replacement::new(target.to_owned(), None);
                new.map(|new| Output::File(Box::new(new))).map_err(failed)
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// Makes what was written last.
    pub(crate) fn commit(self, terms: &Terms) -> Result<(), String> {
        match self {
            Output::File(replacement) => replacement.commit(terms),
            Output::Direct(mut file) => file.flush().map_err(|error| plain(&error)),
            Output::Stdout(mut stdout) => stdout.flush().map_err(|error| plain(&error)),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Output::File(replacement) => replacement.write(bytes),
            Output::Direct(file) => file.write(bytes),
            Output::Stdout(stdout) => stdout.write(bytes),
        }
    }
    fn flush(&mut self) -> io::Result<()> {
        match self {
            Output::File(replacement) => replacement.flush(),
            Output::Direct(file) => file.flush(),
            Output::Stdout(stdout) => stdout.flush(),
        }
    }
}

/// Whether standard output is this very file, which would then read what it writes.
pub(crate) fn is_stdout(input: &Metadata) -> bool {
    metadata::stdout_metadata().is_some_and(|out| out.is_file() && metadata::same_file(input, &out))
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// Syncs a file of so many bytes, or its folder.
fn synced(bytes: u64, sync: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    match bytes <= ASIDE_BYTES_MAX {
        true => aside(sync),
        false => sync(),
    }
}

/// Makes a rename last. A folder that cannot be opened or synced at all (some file systems
/// have no such thing) is no failure; a disk that fails is.
fn sync_folder(folder: &Path) -> io::Result<()> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    match synced {
        Err(error) if error.raw_os_error() == Some(EIO) => Err(error),
        _ => Ok(()),
    }
}

/// The number by which systems report that a disk failed; no [`io::ErrorKind`] names it.
const EIO: i32 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_changed_meanwhile_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        fs::write(&path, "old").unwrap();
        let (original, _) = Original::open(&path).unwrap();
        let mut replacement = Replacement::of(original, &Terms::default()).unwrap();
        replacement.write_all(b"new").unwrap();
        fs::write(&path, "theirs").unwrap();
        let what = replacement.commit(&Terms::default()).unwrap_err();
        assert!(what.contains("changed by someone else"), "{what}");
        assert_eq!(fs::read(&path).unwrap(), b"theirs");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_is_not_committed_leaves_no_trace() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        fs::write(&path, "old").unwrap();
        let (original, _) = Original::open(&path).unwrap();
        let mut replacement = Replacement::of(original, &Terms::default()).unwrap();
        replacement.write_all(b"half").unwrap();
        drop(replacement);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn folders_of_new_files_are_synced_at_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let terms = Terms {
            folders: Some(Mutex::default()),
            ..Terms::default()
        };
        for name in ["a.txt", "b.txt"] {
            let mut new = Output::open(&folder.path().join(name), None, &terms).unwrap();
            new.write_all(b"new").unwrap();
            new.commit(&terms).unwrap();
        }
        let waiting = || terms.folders.as_ref().unwrap().lock().unwrap().clone();
        assert!(waiting().iter().eq([folder.path()]));
        assert!(terms.sync_folders().is_empty());
        assert!(waiting().is_empty());
        // What is replaced is synced at once.
        let mut again = Output::open(&folder.path().join("a.txt"), None, &terms).unwrap();
        again.write_all(b"newer").unwrap();
        again.commit(&terms).unwrap();
        assert!(waiting().is_empty());
        assert_eq!(fs::read(folder.path().join("a.txt")).unwrap(), b"newer");
    }

    #[test]
    fn an_older_backup_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        fs::write(&path, "second").unwrap();
        fs::write(folder.path().join("a.txt.bak"), "first").unwrap();
        let (original, _) = Original::open(&path).unwrap();
        let mut replacement = Replacement::of(original, &Terms::default()).unwrap();
        replacement.write_all(b"third").unwrap();
        let terms = Terms {
            backup: Some(".bak".into()),
            ..Terms::default()
        };
        let what = replacement.commit(&terms).unwrap_err();
        assert!(what.contains("exists already"), "{what}");
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(fs::read(folder.path().join("a.txt.bak")).unwrap(), b"first");
    }
}
