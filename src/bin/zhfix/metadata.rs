//! What a file is besides its bytes, and how a new file gets it from an old one.
//!
//! Owner, extended attributes (access control lists among them), mode and times, in this
//! order: giving a file away clears the bits of its mode that lend rights, an access
//! control list rewrites the mode, and either changes the times. What only Unix knows has
//! harmless answers elsewhere.

use std::fs::{File, FileTimes, Metadata};
use std::io;
use std::path::Path;
use std::time::SystemTime;

#[cfg(unix)]
pub(crate) use unix::{
    hard_links, mode, ordinary_mode, private, same_file, same_state, set_mode, stdout_metadata,
};

#[cfg(not(unix))]
pub(crate) use elsewhere::{
    hard_links, mode, ordinary_mode, private, same_file, same_state, set_mode, stdout_metadata,
};

/// Gives a new file everything that the old one at `path` has besides its bytes. `seen` is
/// what the old one was before it was read, since reading changes when it was last read.
pub(crate) fn copy(path: &Path, seen: &Metadata, new: &File) -> io::Result<()> {
    #[cfg(unix)]
    {
        unix::copy_owner(seen, new);
        unix::copy_attributes(path, new)?;
    }
    #[cfg(not(unix))]
    let _ = path;
    new.set_permissions(seen.permissions())?;
    let [accessed, modified] = [seen.accessed().ok(), seen.modified().ok()];
    set_times(new, accessed, modified)
}

/// Sets when a file was last read and written; a system that keeps no such time has none
/// to lose.
pub(crate) fn set_times(
    new: &File,
    accessed: Option<SystemTime>,
    modified: Option<SystemTime>,
) -> io::Result<()> {
    let mut times = FileTimes::new();
    if let Some(accessed) = accessed {
        times = times.set_accessed(accessed);
    }
    if let Some(modified) = modified {
        times = times.set_modified(modified);
    }
    new.set_times(times)
}

/// Renames a file or folder; an error where the new name is taken. On systems that cannot do
/// both in one step it is looked for just before.
pub(crate) fn rename_to_free(from: &Path, to: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;
        match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
            // The file system cannot.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
            renamed => return Ok(renamed?),
        }
    }
    if to.symlink_metadata().is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    std::fs::rename(from, to)
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::fs::{File, Metadata, OpenOptions, Permissions};
    use std::io;
    use std::os::fd::AsFd;
    use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
    use std::path::Path;

    use xattr::FileExt;

    pub(crate) fn hard_links(file: &Metadata) -> u64 {
        file.nlink()
    }

    pub(crate) fn same_file(one: &Metadata, other: &Metadata) -> bool {
        (one.dev(), one.ino()) == (other.dev(), other.ino())
    }

    /// Whether neither the bytes nor anything else of a file changed. The time of the last
    /// change of any kind is compared too: it moves even where somebody sets the other back.
    pub(crate) fn same_state(then: &Metadata, now: &Metadata) -> bool {
        let state = |m: &Metadata| {
            let changed = (m.ctime(), m.ctime_nsec());
            (m.size(), m.mtime(), m.mtime_nsec(), changed)
        };
        same_file(then, now) && state(then) == state(now)
    }

    /// The bits that say who may do what.
    pub(crate) fn mode(file: &Metadata) -> Option<u32> {
        Some(file.mode() & 0o7777)
    }

    pub(crate) fn set_mode(file: &File, mode: u32) -> io::Result<()> {
        file.set_permissions(Permissions::from_mode(mode))
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

    /// Whether an attribute is the user's own; the rest belongs to the system, which may
    /// forbid to set it and sets it by itself.
    fn is_users(name: &OsStr) -> bool {
        let name = name.as_encoded_bytes();
        name.starts_with(b"user.") || name.starts_with(b"system.posix_acl")
    }

    /// Makes the attributes those of the file at `from`: a new file may have inherited an
    /// access control list from its folder that the old one does not have.
    pub(super) fn copy_attributes(from: &Path, to: &File) -> io::Result<()> {
        // Where they cannot be listed there are none.
        let wanted: Vec<_> = xattr::list(from).map(Iterator::collect).unwrap_or_default();
        let inherited = to.list_xattr().map(Iterator::collect).unwrap_or_default();
        let inherited: Vec<std::ffi::OsString> = inherited;
        for name in inherited.iter().filter(|name| is_users(name)) {
            if !wanted.contains(name) {
                to.remove_xattr(name)?;
            }
        }
        for name in &wanted {
            let copied = match xattr::get(from, name) {
                Ok(Some(value)) => to.set_xattr(name, &value),
                Ok(None) => Ok(()),
                Err(error) => Err(error),
            };
            if is_users(name) {
                copied?;
            }
        }
        Ok(())
    }

    /// A new file gets the mode that the user's mask gives; the temporary copy of an
    /// existing one stays private until it has that one's mode.
    pub(crate) fn ordinary_mode(builder: &mut tempfile::Builder<'_, '_>, new: bool) {
        let mode = if new { 0o666 } else { 0o600 };
        builder.permissions(Permissions::from_mode(mode));
    }

    /// What is opened so is its owner's alone until it has its mode.
    pub(crate) fn private(options: &mut OpenOptions) {
        options.mode(0o600);
    }

    pub(crate) fn stdout_metadata() -> Option<Metadata> {
        let stdout = std::io::stdout().as_fd().try_clone_to_owned().ok()?;
        File::from(stdout).metadata().ok()
    }
}

#[cfg(not(unix))]
mod elsewhere {
    use std::fs::{File, Metadata, OpenOptions};
    use std::io;

    pub(crate) fn mode(_: &Metadata) -> Option<u32> {
        None
    }
    pub(crate) fn set_mode(_: &File, _: u32) -> io::Result<()> {
        Ok(())
    }
    pub(crate) fn hard_links(_: &Metadata) -> u64 {
        1
    }
    pub(crate) fn same_file(_: &Metadata, _: &Metadata) -> bool {
        false
    }
    pub(crate) fn same_state(then: &Metadata, now: &Metadata) -> bool {
        then.len() == now.len() && then.modified().ok() == now.modified().ok()
    }
    pub(crate) fn ordinary_mode(_: &mut tempfile::Builder<'_, '_>, _: bool) {}
    pub(crate) fn private(_: &mut OpenOptions) {}
    pub(crate) fn stdout_metadata() -> Option<Metadata> {
        None
    }
}
