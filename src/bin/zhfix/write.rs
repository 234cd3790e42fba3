//! How results reach the disk: wholly or not at all.
//!
//! A regular file is written beside its target under a temporary name, flushed, synced,
//! given the target's mode and owner, and renamed over it; only then, and only if the
//! target is still the file that was read, is anything of the old one gone. Everything
//! else (a device, a FIFO) is opened and written directly, since a rename would replace
//! the device by a file. A symbolic link is followed: its target is rewritten, the link
//! stays. A file with further hard links is refused: a rename would leave the other
//! names with the old contents, and writing through would give up the all-or-nothing.

use std::ffi::OsStr;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::unfinished::Unfinished;
use crate::walk::plain;

/// How names of temporary files begin; walks pass such files over.
pub(crate) const TEMPORARY_PREFIX: &str = ".zhfix-tmp-";

/// An existing file that may be replaced, as it was when it was opened.
#[derive(Debug)]
pub(crate) struct Original {
    path: PathBuf,
    seen: Metadata,
}

impl Original {
    /// Opens a file and remembers what it is.
    pub(crate) fn open(path: &Path) -> Result<(Original, File), String> {
        let path = path.canonicalize().map_err(|error| plain(&error))?;
        let file = File::open(&path).map_err(|error| plain(&error))?;
        let seen = file.metadata().map_err(|error| plain(&error))?;
        Ok((Original { path, seen }, file))
    }

    /// Whether it can be replaced at all.
    pub(crate) fn check_replaceable(&self) -> Result<(), String> {
        if !self.seen.is_file() {
            return Err("is not a regular file and cannot be replaced".into());
        }
        if self.seen.permissions().readonly() {
            return Err("is read-only; left as it is".into());
        }
        match unix::hard_links(&self.seen) {
            0 | 1 => Ok(()),
            names => Err(format!(
                "has {names} hard links; replacing it would part them, so it is left as it is"
            )),
        }
    }

    fn check_unchanged(&self) -> Result<(), String> {
        match fs::symlink_metadata(&self.path) {
            Ok(now) if unix::same_state(&self.seen, &now) => Ok(()),
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
        unix::private(options.write(true).create_new(true));
        let made = Unfinished::make(|| Ok((options.open(&backup)?, backup.clone())));
        let (mut copy, unfinished) = made.map_err(failed)?;
        let copied = File::open(&self.path)
            .and_then(|mut file| io::copy(&mut file, &mut copy))
            .map(|_| unix::copy_owner(&self.seen, &copy))
            .and_then(|()| copy.set_permissions(self.seen.permissions()))
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
}

impl Replacement {
    /// Begins to replace a file.
    pub(crate) fn of(original: Original) -> Result<Replacement, String> {
        original.check_replaceable()?;
        let target = original.path.clone();
        Replacement::new(target, Some(original)).map_err(|error| plain(&error))
    }

    fn new(target: PathBuf, original: Option<Original>) -> io::Result<Replacement> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(TEMPORARY_PREFIX);
        unix::ordinary_mode(&mut builder, original.is_none());
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
        })
    }

    /// Puts the new file in the old one's place.
    pub(crate) fn commit(mut self, backup: Option<&OsStr>) -> Result<(), String> {
        let plain = |error: io::Error| plain(&error);
        self.temporary.flush().map_err(plain)?;
        if let Some(original) = &self.original {
            unix::copy_owner(&original.seen, self.temporary.as_file());
            let mode = original.seen.permissions();
            self.temporary
                .as_file()
                .set_permissions(mode)
                .map_err(plain)?;
        }
        self.temporary.as_file().sync_all().map_err(plain)?;
        match &self.original {
            Some(original) => {
                original.check_unchanged()?;
                if let Some(suffix) = backup {
                    original.back_up(suffix)?;
                    original.check_unchanged()?;
                }
                self.unfinished
                    .finish(|| self.temporary.persist(&self.target))
                    .map_err(|error| plain(error.error))?;
            }
            None => {
                self.unfinished
                    .finish(|| self.temporary.persist_noclobber(&self.target))
                    .map_err(|error| plain(error.error))?;
            }
        }
        sync_folder(folder_of(&self.target));
        Ok(())
    }
}

impl Write for Replacement {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.temporary.write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.temporary.flush()
    }
}

/// Where `-o` leads.
#[derive(Debug)]
pub(crate) enum Output {
    /// A regular file, replaced on commit.
    File(Box<Replacement>),
    /// Anything else, written as it comes.
    Direct(File),
    /// Standard output under one of its names.
    Stdout(io::Stdout),
}

impl Output {
    /// Opens the target; refuses the input itself.
    pub(crate) fn open(target: &Path, input: Option<&Metadata>) -> Result<Output, String> {
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
                if input.is_some_and(|input| unix::same_file(input, &found)) {
                    return Err(format!(
                        "-o {} is the input itself; -i replaces it",
                        target.display()
                    ));
                }
                let (original, _) = Original::open(target)?;
                Replacement::of(original)
                    .map(|new| Output::File(Box::new(new)))
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
    pub(crate) fn commit(self, backup: Option<&OsStr>) -> Result<(), String> {
        match self {
            Output::File(replacement) => replacement.commit(backup),
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
    unix::stdout_metadata().is_some_and(|out| out.is_file() && unix::same_file(input, &out))
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// Makes a rename last. Some file systems cannot; the rename has happened all the same.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// What only Unix knows about files, with harmless answers elsewhere.
#[cfg(unix)]
mod unix {
    use std::fs::{File, Metadata, OpenOptions, Permissions};
    use std::os::fd::AsFd;
    use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};

    pub(super) fn hard_links(file: &Metadata) -> u64 {
        file.nlink()
    }

    pub(super) fn same_file(one: &Metadata, other: &Metadata) -> bool {
        (one.dev(), one.ino()) == (other.dev(), other.ino())
    }

    pub(super) fn same_state(then: &Metadata, now: &Metadata) -> bool {
        let state = |m: &Metadata| (m.size(), m.mtime(), m.mtime_nsec());
        same_file(then, now) && state(then) == state(now)
    }

    /// Best effort: only root may give files away, a group must be one's own.
    pub(super) fn copy_owner(from: &Metadata, to: &File) {
        let same = to
            .metadata()
            .is_ok_and(|new| (new.uid(), new.gid()) == (from.uid(), from.gid()));
        if !same && fchown(to, Some(from.uid()), Some(from.gid())).is_err() {
            let _ = fchown(to, None, Some(from.gid()));
        }
    }

    /// A new file gets the mode that the user's mask gives; the temporary copy of an
    /// existing one stays private until it has that one's mode.
    pub(super) fn ordinary_mode(builder: &mut tempfile::Builder<'_, '_>, new: bool) {
        let mode = if new { 0o666 } else { 0o600 };
        builder.permissions(Permissions::from_mode(mode));
    }

    /// What is opened so is its owner's alone until it has its mode.
    pub(super) fn private(options: &mut OpenOptions) {
        options.mode(0o600);
    }

    pub(super) fn stdout_metadata() -> Option<Metadata> {
        let stdout = std::io::stdout().as_fd().try_clone_to_owned().ok()?;
        File::from(stdout).metadata().ok()
    }
}

#[cfg(not(unix))]
mod unix {
    use std::fs::{File, Metadata, OpenOptions};

    pub(super) fn hard_links(_: &Metadata) -> u64 {
        1
    }
    pub(super) fn same_file(_: &Metadata, _: &Metadata) -> bool {
        false
    }
    pub(super) fn same_state(then: &Metadata, now: &Metadata) -> bool {
        then.len() == now.len() && then.modified().ok() == now.modified().ok()
    }
    pub(super) fn copy_owner(_: &Metadata, _: &File) {}
    pub(super) fn ordinary_mode(_: &mut tempfile::Builder<'_, '_>, _: bool) {}
    pub(super) fn private(_: &mut OpenOptions) {}
    pub(super) fn stdout_metadata() -> Option<Metadata> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_changed_meanwhile_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        fs::write(&path, "old").unwrap();
        let (original, _) = Original::open(&path).unwrap();
        let mut replacement = Replacement::of(original).unwrap();
        replacement.write_all(b"new").unwrap();
        fs::write(&path, "theirs").unwrap();
        let what = replacement.commit(None).unwrap_err();
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
        let mut replacement = Replacement::of(original).unwrap();
        replacement.write_all(b"half").unwrap();
        drop(replacement);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_older_backup_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        fs::write(&path, "second").unwrap();
        fs::write(folder.path().join("a.txt.bak"), "first").unwrap();
        let (original, _) = Original::open(&path).unwrap();
        let mut replacement = Replacement::of(original).unwrap();
        replacement.write_all(b"third").unwrap();
        let what = replacement.commit(Some(OsStr::new(".bak"))).unwrap_err();
        assert!(what.contains("exists already"), "{what}");
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(fs::read(folder.path().join("a.txt.bak")).unwrap(), b"first");
    }
}
