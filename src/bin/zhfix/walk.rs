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

use walkdir::{DirEntry, WalkDir};

use crate::ignored::{Ignored, Pattern, slashed};
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
    /// Which files of folders are taken, and with `!` which are not.
    pub(crate) globs: Vec<Pattern>,
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
        let mut ignored = (!self.no_ignore).then(|| Ignored::above(root));
        let walk = WalkDir::new(root).sort_by(|one, other| one.file_name().cmp(other.file_name()));
        let walk = walk.into_iter().filter_entry(move |entry| {
            let is_folder = entry.file_type().is_dir();
            let below = below(root, entry.path());
            let said = ignored.as_mut().and_then(|it| it.says(below, is_folder));
            let is_taken = entry.depth() == 0 || self.goes_to(entry, said);
            if let (true, Some(ignored)) = (is_taken && is_folder, &mut ignored) {
                ignored.enter(below);
            }
            is_taken
        });
        walk.filter_map(move |entry| match entry {
            Ok(entry) => self.takes(&entry).then(|| {
                let below = below(root, entry.path()).to_owned();
                let path = entry.into_path();
                Ok(Source::Found { path, below })
            }),
            Err(error) => Some(Err(Failure {
                name: error.path().unwrap_or(root).to_owned(),
                what: error.io_error().map_or_else(|| error.to_string(), plain),
            })),
        })
    }

    /// Whether an entry is gone into or looked at, by what ignore files say of it.
    fn goes_to(&self, entry: &DirEntry, said: Option<bool>) -> bool {
        let is_out = said.unwrap_or_else(|| !self.hidden && is_hidden(entry));
        let is_output = || {
            let not_into = self
                .not_into
                .as_ref()
                .filter(|_| entry.file_type().is_dir());
            not_into.is_some_and(|out| entry.path().canonicalize().is_ok_and(|path| path == *out))
        };
        !is_out && !is_output()
    }

    /// Whether an entry is an input.
    fn takes(&self, entry: &DirEntry) -> bool {
        let is_written = self.not_these.iter().any(|written| {
            written.file_name() == Some(entry.file_name())
                && entry
                    .path()
                    .canonicalize()
                    .is_ok_and(|path| path == *written)
        });
        !is_written
            && entry.file_type().is_file()
            && self.is_in_globs(entry.path())
            && !entry
                .file_name()
                .as_encoded_bytes()
                .starts_with(TEMPORARY_PREFIX.as_bytes())
    }

    /// What the globs say of a file: the last one that matches decides, and where none does a file
    /// is out if any glob takes files in. They are matched against the path as it was given.
    fn is_in_globs(&self, path: &Path) -> bool {
        let path = slashed(path);
        let path = path.strip_prefix(b"./").unwrap_or(&path);
        let path = path.strip_prefix(b"/").unwrap_or(path);
        let mut globs = self.globs.iter().rev();
        match globs.find(|glob| glob.matches(path, false)) {
            Some(glob) => !glob.is_negated,
            None => self.globs.iter().all(|glob| glob.is_negated),
        }
    }
}

/// A path from the folder in which it was found.
fn below<'a>(root: &Path, path: &'a Path) -> &'a Path {
    path.strip_prefix(root).unwrap_or(path)
}

/// Whether an entry of a folder counts as hidden.
#[cfg(not(windows))]
fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

#[cfg(windows)]
fn is_hidden(entry: &DirEntry) -> bool {
    use std::os::windows::fs::MetadataExt;
    /// FILE_ATTRIBUTE_HIDDEN.
    const HIDDEN: u32 = 2;
    let has_attribute = || {
        let found = entry.metadata();
        found.is_ok_and(|found| found.file_attributes() & HIDDEN != 0)
    };
    entry.file_name().as_encoded_bytes().starts_with(b".") || has_attribute()
}

/// The globs, each read.
pub(crate) fn globs(patterns: &[String]) -> Result<Vec<Pattern>, String> {
    let read = patterns
        .iter()
        .map(|glob| Pattern::of_glob(glob).map_err(|error| format!("--glob {glob}: {error}")));
    read.collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn write(root: &Path, path: &str, text: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// What the crate `ignore` finds with the same options.
    fn expected(places: &Places, root: &Path) -> Vec<PathBuf> {
        let walk = ignore::WalkBuilder::new(root)
            .hidden(!places.hidden)
            .ignore(!places.no_ignore)
            .git_ignore(!places.no_ignore)
            .git_exclude(!places.no_ignore)
            .parents(!places.no_ignore)
            .git_global(false)
            .require_git(false)
            .sort_by_file_name(OsStr::cmp)
            .build();
        let files = walk
            .map(Result::unwrap)
            .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
        files.map(ignore::DirEntry::into_path).collect()
    }

    #[test]
    fn a_walk_finds_what_the_crate_ignore_finds() {
        let temporary = tempfile::tempdir().unwrap();
        let root = temporary.path();
        for (path, text) in [
            (".ignore", "*.bak\n"),
            (".gitignore", "/tree/outer\n*.tmp\n!kept.bak\n"),
            (
                "tree/.gitignore",
                "*.log\n!/keep.log\nbuild/\n/only\n\u{4E2D}*\n",
            ),
            ("tree/.git/info/exclude", "secret*\nb/**/deep\n"),
            ("tree/b/.gitignore", "!x.log\n!.shown\n/c/*\n!/c/d\n"),
            ("tree/b/.ignore", "x.tmp\nkeep.log\n"),
            ("tree/b/c/.gitignore", "\u{FEFF}z.txt\n[bad\nlast.txt\n"),
            ("worktree/.git", "gitdir: ROOT/repository/worktrees/w\n"),
            ("worktree/x.txt", ""),
            ("worktree/y.txt", ""),
            ("repository/worktrees/w/commondir", "../..\n"),
            ("repository/info/exclude", "x.txt\n"),
        ] {
            write(root, path, &text.replace("ROOT", root.to_str().unwrap()));
        }
        let names = [
            "1.txt",
            "keep.log",
            "x.log",
            "x.tmp",
            "kept.bak",
            "a.bak",
            "only",
            "secret.txt",
            "\u{4E2D}.txt",
            ".hidden",
            ".shown",
            "z.txt",
            "last.txt",
            "deep/in.txt",
            "build/o.txt",
            "outer/i.txt",
            "c/d/q.txt",
            "c/e.txt",
        ];
        for folder in [
            "tree",
            "tree/b",
            "tree/b/c",
            "tree/b/c/d",
            "tree/e",
            "tree/build",
            "tree/.dot",
        ] {
            for name in names {
                if !root.join(folder).join(name).is_dir() {
                    write(root, &format!("{folder}/{name}"), "");
                }
            }
        }
        let mut found = 0;
        for below in [
            "",
            "tree",
            "tree/",
            "tree/b",
            "tree/b/c",
            "tree/build",
            "worktree",
            "tree/b/../e",
        ] {
            for (hidden, no_ignore) in [(false, false), (true, false), (false, true), (true, true)]
            {
                let path = root.join(below);
                let places = Places {
                    paths: vec![path.clone()],
                    globs: Vec::new(),
                    hidden,
                    no_ignore,
                    not_into: None,
                    not_these: Vec::new(),
                };
                let paths: Vec<PathBuf> = places
                    .sources()
                    .map(|source| source.unwrap().path().unwrap().to_owned())
                    .collect();
                let expected = expected(&places, &path);
                assert_eq!(paths, expected, "{below} {hidden} {no_ignore}");
                found += paths.len();
            }
        }
        assert!(found > 1000, "{found}");
    }
}
