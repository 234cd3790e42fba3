//! Which inputs a run has: named paths, lists of paths, and what folders hold.
//!
//! A named file is always taken. In folders, files that .gitignore and .ignore leave out,
//! hidden ones and symbolic links are passed over, as ripgrep and fd do; unlike them,
//! ignore files count outside of repositories too and the user's global ones never do, so
//! that the same tree gives the same inputs on every machine. Names are sorted.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use ignore::overrides::{Override, OverrideBuilder};

use crate::write::TEMPORARY_PREFIX;

/// One input.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// Standard input.
    Stdin,
    /// A file that the user named.
    Named(PathBuf),
    /// A file found in a folder, and its path from there.
    Found { path: PathBuf, below: PathBuf },
}

impl Source {
    /// What the input is called in tables, lists and JSON.
    pub(crate) fn name(&self) -> &OsStr {
        match self {
            Source::Stdin => OsStr::new("-"),
            Source::Named(path) | Source::Found { path, .. } => path.as_os_str(),
        }
    }

    /// The file; `None` for standard input.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Source::Stdin => None,
            Source::Named(path) | Source::Found { path, .. } => Some(path),
        }
    }

    /// Where the result goes under an output folder.
    pub(crate) fn below(&self) -> Option<&Path> {
        match self {
            Source::Stdin => None,
            Source::Named(path) => path.file_name().map(Path::new),
            Source::Found { below, .. } => Some(below),
        }
    }

    /// Whether it was met in a folder rather than named.
    pub(crate) fn found(&self) -> bool {
        matches!(self, Source::Found { .. })
    }
}

/// Something that could not be done, and to what.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    /// The path as given or found; `-` for standard input; empty for the run itself.
    pub(crate) name: PathBuf,
    /// What was wrong.
    pub(crate) what: String,
}

/// Where to look.
#[derive(Debug)]
pub(crate) struct Places {
    /// Paths in the order given; `-` is standard input.
    pub(crate) paths: Vec<PathBuf>,
    /// What the globs leave in.
    pub(crate) globs: Override,
    /// Also hidden files.
    pub(crate) hidden: bool,
    /// Also ignored files.
    pub(crate) no_ignore: bool,
    /// A folder that is written to and therefore not gone into.
    pub(crate) not_into: Option<PathBuf>,
    /// Files that are written to and therefore not met in folders.
    pub(crate) not_these: Vec<PathBuf>,
}

impl Places {
    /// Every input, in order, found as it is asked for.
    pub(crate) fn sources(&self) -> impl Iterator<Item = Result<Source, Failure>> + Send + '_ {
        self.paths.iter().flat_map(|path| self.at(path))
    }

    fn at<'a>(
        &'a self,
        path: &'a Path,
    ) -> Box<dyn Iterator<Item = Result<Source, Failure>> + Send + 'a> {
        if path == Path::new("-") {
            return Box::new(std::iter::once(Ok(Source::Stdin)));
        }
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => Box::new(self.folder(path)),
            Ok(_) => Box::new(std::iter::once(Ok(Source::Named(path.to_owned())))),
            Err(error) => Box::new(std::iter::once(Err(Failure {
                name: path.to_owned(),
                what: plain(&error),
            }))),
        }
    }

    fn folder<'a>(
        &'a self,
        root: &'a Path,
    ) -> impl Iterator<Item = Result<Source, Failure>> + Send + 'a {
        let not_into = self.not_into.clone();
        let mut walk = WalkBuilder::new(root);
        walk.hidden(!self.hidden)
            .ignore(!self.no_ignore)
            .git_ignore(!self.no_ignore)
            .git_exclude(!self.no_ignore)
            .parents(!self.no_ignore)
            .git_global(false)
            .require_git(false)
            .sort_by_file_name(OsStr::cmp)
            .filter_entry(move |entry| {
                let goes_down = entry.depth() > 0 && entry.file_type().is_some_and(|t| t.is_dir());
                !(goes_down && not_into.is_some() && entry.path().canonicalize().ok() == not_into)
            });
        walk.build().filter_map(move |entry| match entry {
            Ok(entry) => self.taken(&entry).then(|| {
                let path = entry.into_path();
                let below = path.strip_prefix(root).unwrap_or(&path).to_owned();
                Ok(Source::Found { path, below })
            }),
            Err(error) => Some(Err(walk_failure(root, &error))),
        })
    }

    fn taken(&self, entry: &ignore::DirEntry) -> bool {
        let is_written = self.not_these.iter().any(|written| {
            written.file_name() == Some(entry.file_name())
                && entry
                    .path()
                    .canonicalize()
                    .is_ok_and(|path| path == *written)
        });
        !is_written
            && entry.file_type().is_some_and(|kind| kind.is_file())
            && !self.globs.matched(entry.path(), false).is_ignore()
            && !entry
                .file_name()
                .as_encoded_bytes()
                .starts_with(TEMPORARY_PREFIX.as_bytes())
    }
}

/// The globs as one matcher.
pub(crate) fn globs(patterns: &[String]) -> Result<Override, String> {
    let mut builder = OverrideBuilder::new("");
    for pattern in patterns {
        builder
            .add(pattern)
            .map_err(|error| format!("--glob {pattern}: {error}"))?;
    }
    builder.build().map_err(|error| error.to_string())
}

/// The paths that a list names.
pub(crate) fn listed(list: &Path, ends_in_nul: bool) -> io::Result<Vec<PathBuf>> {
    let mut bytes = Vec::new();
    if list == Path::new("-") {
        io::stdin().lock().read_to_end(&mut bytes)?;
    } else {
        bytes = fs::read(list)?;
    }
    let end = if ends_in_nul { b'\0' } else { b'\n' };
    Ok(bytes
        .split(|&byte| byte == end)
        .map(|line| match line {
            [rest @ .., b'\r'] if !ends_in_nul => rest,
            _ => line,
        })
        .filter(|line| !line.is_empty())
        .map(path_of_bytes)
        .collect())
}

#[cfg(unix)]
fn path_of_bytes(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(OsStr::from_bytes(bytes))
}

/// A name as its bytes; where names are not bytes, as UTF-8.
#[cfg(unix)]
pub(crate) fn bytes_of(name: &OsStr) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    name.as_bytes().to_vec()
}

#[cfg(not(unix))]
pub(crate) fn bytes_of(name: &OsStr) -> Vec<u8> {
    name.to_string_lossy().into_owned().into_bytes()
}

#[cfg(not(unix))]
fn path_of_bytes(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// The message of an I/O error without its number.
pub(crate) fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    match text.rfind(" (os error ") {
        Some(at) => text.get(..at).unwrap_or(&text).to_owned(),
        None => text,
    }
}

fn walk_failure(root: &Path, error: &ignore::Error) -> Failure {
    fn path(error: &ignore::Error) -> Option<&Path> {
        match error {
            ignore::Error::WithPath { path, .. } => Some(path),
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
                path(err)
            }
            _ => None,
        }
    }
    Failure {
        name: path(error).unwrap_or(root).to_owned(),
        what: error.io_error().map_or_else(|| error.to_string(), plain),
    }
}
