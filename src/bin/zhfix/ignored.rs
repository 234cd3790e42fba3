//! Patterns of paths, and what .gitignore, .ignore and .git/info/exclude leave out.
//!
//! A path is asked about in every folder from its own up to the root of the file system: a nearer
//! file outranks one further up, in a file a later line an earlier one, and .ignore outranks
//! .gitignore. Lines are read as gitignore(5) says, so that braces are text in them; a line that
//! cannot be read matches nothing.

use std::fs;
use std::path::{Path, PathBuf};

use crate::walk::bytes_of;

/// The files, in the order in which they outrank each other.
const FILES: [&str; 3] = [".ignore", ".gitignore", ".git/info/exclude"];

/// A glob and what its line says beside.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    glob: Vec<u8>,
    /// Written with `!`.
    pub(crate) is_negated: bool,
    /// Written with a slash at the end.
    is_only_folders: bool,
}

impl Pattern {
    /// Reads a line of an ignore file; `None`: it is empty, a comment or no pattern.
    fn of_line(line: &[u8]) -> Option<Pattern> {
        let mut line = line.strip_suffix(b"\r").unwrap_or(line);
        while let Some(before) = line.strip_suffix(b" ") {
            if before.ends_with(b"\\") {
                break;
            }
            line = before;
        }
        if line.starts_with(b"#") {
            return None;
        }
        let pattern = Pattern::read(line, true);
        pattern.filter(|pattern| fast_glob::validate(&pattern.glob).is_ok())
    }

    /// Reads an argument, in which `{a,b}` is either of two; the error says what is wrong in it.
    pub(crate) fn of_glob(glob: &str) -> Result<Pattern, String> {
        let pattern = Pattern::read(glob.as_bytes(), false).ok_or("no pattern")?;
        // What is asked about is not what was typed: the place would be another.
        fast_glob::validate(&pattern.glob).map_err(|error| {
            match error.kind {
                fast_glob::ErrorKind::UnclosedBrace => "a brace stays open",
                fast_glob::ErrorKind::UnclosedBracket => "a bracket stays open",
                _ => "too many braces",
            }
            .to_owned()
        })?;
        Ok(pattern)
    }

    fn read(line: &[u8], braces_are_text: bool) -> Option<Pattern> {
        let (line, is_negated) = match line.strip_prefix(b"!") {
            Some(rest) => (rest, true),
            None => (line, false),
        };
        let (line, is_only_folders) = match line.strip_suffix(b"/") {
            Some(rest) => (rest, true),
            None => (line, false),
        };
        let (line, mut is_anchored) = match line.strip_prefix(b"/") {
            Some(rest) => (rest, true),
            None => (line, false),
        };
        is_anchored |= line.contains(&b'/');
        let mut glob = Vec::new();
        if !is_anchored {
            glob.extend(b"**/");
        } else if line.starts_with(b"!") {
            // In front it would turn the answer round.
            glob.push(b'\\');
        }
        let mut bytes = line.iter().copied().peekable();
        while let Some(byte) = bytes.next() {
            match byte {
                b'\\' => match bytes.next()? {
                    // Any character stands for itself; these would be control characters.
                    letter @ (b'a' | b'b' | b'n' | b'r' | b't') => glob.push(letter),
                    other => glob.extend([b'\\', other]),
                },
                b'{' | b'}' if braces_are_text => glob.extend([b'\\', byte]),
                b'*' => {
                    let is_edge = |byte: Option<&u8>| {
                        byte.is_none_or(|byte| {
                            *byte == b'/' || !braces_are_text && b"{,}".contains(byte)
                        })
                    };
                    let (starts, mut stars) = (is_edge(glob.last()), 1);
                    while bytes.next_if_eq(&b'*').is_some() {
                        stars += 1;
                    }
                    // Two are as one but for a whole name.
                    let is_deep = stars > 1 && starts && is_edge(bytes.peek());
                    glob.extend(if is_deep { &b"**"[..] } else { b"*" });
                }
                _ => glob.push(byte),
            }
        }
        // What is in a folder, not the folder itself.
        if glob.ends_with(b"/**") && glob != b"**/**" {
            glob.extend(b"/*");
        }
        (!line.is_empty()).then_some(Pattern {
            glob,
            is_negated,
            is_only_folders,
        })
    }

    /// Whether it matches the whole of a path, of which the names are separated by `/`.
    pub(crate) fn matches(&self, path: &[u8], is_folder: bool) -> bool {
        (is_folder || !self.is_only_folders) && fast_glob::glob_match(&self.glob, path)
    }
}

/// What the files of the folders say in which a walk is.
#[derive(Debug)]
pub(crate) struct Ignored {
    /// Where the walk begins, from the root of the file system.
    root: PathBuf,
    /// Those that say something, from the outermost to the innermost.
    folders: Vec<Folder>,
}

#[derive(Debug)]
struct Folder {
    path: PathBuf,
    /// The lines of each of [`FILES`].
    lines: [Vec<Pattern>; FILES.len()],
}

impl Ignored {
    /// What is said in the folders above one in which a walk begins.
    pub(crate) fn above(root: &Path) -> Ignored {
        let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        let folders = root.ancestors().skip(1).filter_map(Folder::read);
        let mut folders: Vec<Folder> = folders.collect();
        folders.reverse();
        Ignored { root, folders }
    }

    /// Goes into a folder, named from where the walk begins.
    pub(crate) fn enter(&mut self, below: &Path) {
        self.folders.extend(Folder::read(&self.path(below)));
    }

    fn path(&self, below: &Path) -> PathBuf {
        match below.as_os_str().is_empty() {
            true => self.root.clone(),
            false => self.root.join(below),
        }
    }

    /// What is said of a path, named from where the walk begins: true, it is left out; false, that
    /// it is not; `None`: nothing. A walk asks about a folder before what is in it, and is not in
    /// a folder any more when it asks about what is beside it.
    pub(crate) fn says(&mut self, below: &Path, is_folder: bool) -> Option<bool> {
        let path = self.path(below);
        let has_left = |folder: &Folder| !path.starts_with(&folder.path);
        while self.folders.last().is_some_and(has_left) {
            self.folders.pop();
        }
        (0..FILES.len()).find_map(|file| {
            self.folders.iter().rev().find_map(|folder| {
                let below = slashed(path.strip_prefix(&folder.path).ok()?);
                let mut lines = folder.lines[file].iter().rev();
                let line = lines.find(|line| line.matches(&below, is_folder))?;
                Some(!line.is_negated)
            })
        })
    }
}

impl Folder {
    /// Reads the files of a folder; `None`: they say nothing.
    fn read(path: &Path) -> Option<Folder> {
        let lines = FILES.map(|name| {
            let bytes = fs::read(path.join(name)).ok();
            let bytes = bytes.or_else(|| {
                let is_list = name == FILES[2];
                fs::read(is_list.then(|| exclude_of_worktree(path)).flatten()?).ok()
            });
            patterns(&bytes.unwrap_or_default())
        });
        lines.iter().any(|lines| !lines.is_empty()).then(|| Folder {
            path: path.to_owned(),
            lines,
        })
    }
}

fn patterns(file: &[u8]) -> Vec<Pattern> {
    let text = file.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(file);
    let lines = text.split(|&byte| byte == b'\n');
    lines.filter_map(Pattern::of_line).collect()
}

/// The list of a worktree, whose .git is a file that says where the repository is.
fn exclude_of_worktree(folder: &Path) -> Option<PathBuf> {
    let first_line = |path: &Path| -> Option<String> {
        let text = fs::read_to_string(path).ok()?;
        text.lines().next().map(str::to_owned)
    };
    let line = first_line(&folder.join(".git"))?;
    let repository = folder.join(line.strip_prefix("gitdir: ")?);
    let common = repository.join(first_line(&repository.join("commondir"))?);
    Some(common.join("info/exclude"))
}

/// A path as bytes, with slashes.
pub(crate) fn slashed(path: &Path) -> Vec<u8> {
    let mut bytes = bytes_of(path.as_os_str());
    if cfg!(windows) {
        for byte in bytes.iter_mut().filter(|byte| **byte == b'\\') {
            *byte = b'/';
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use ignore::gitignore::GitignoreBuilder;

    /// What the crate `ignore` says of a path.
    fn expected(line: &str, path: &str, is_folder: bool) -> Option<bool> {
        let mut builder = GitignoreBuilder::new("");
        builder.add_line(None, line).ok()?;
        match builder.build().ok()?.matched(path, is_folder) {
            ignore::Match::None => None,
            ignore::Match::Ignore(_) => Some(true),
            ignore::Match::Whitelist(_) => Some(false),
        }
    }

    #[test]
    fn random_lines_match_what_they_match_in_the_crate_ignore() {
        let mut state = 1u64;
        let mut random = |below: usize| {
            state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
            usize::try_from(state >> 33).unwrap() % below
        };
        let parts = [
            "a", "b", "ab", ".", ".txt", "*", "*", "/**", "/**/", "/", "/", "?", "[ab]", "[a-c]",
            "[b-]", "-", "\\*", "\u{4E2D}", "#", "a b", ",", "\\a",
        ];
        let starts = ["", "", "", "!", "/", "**/", "\\!", "\\#"];
        let names = [
            "a", "b", "c", "ab", "abc", "a.txt", "b.txt", ".a", "\u{4E2D}", "-", "!", "#", "a b",
            ",", "*",
        ];
        let mut said = 0;
        for _ in 0..20_000 {
            let mut line = starts[random(starts.len())].to_owned();
            for _ in 0..=random(5) {
                line.push_str(parts[random(parts.len())]);
            }
            // Names are never empty, and of three stars the crate makes what Git does not.
            for (from, to) in [("//", "/"), ("***", "**")] {
                while line.contains(from) {
                    line = line.replace(from, to);
                }
            }
            for _ in 0..12 {
                let path: Vec<&str> = (0..=random(3))
                    .map(|_| names[random(names.len())])
                    .collect();
                let (path, is_folder) = (path.join("/"), random(3) == 0);
                let pattern = Pattern::of_line(line.as_bytes());
                let matching =
                    pattern.filter(|pattern| pattern.matches(path.as_bytes(), is_folder));
                let found = matching.map(|pattern| !pattern.is_negated);
                let expected = expected(&line, &path, is_folder);
                assert_eq!(found, expected, "{line:?} {path:?} {is_folder}");
                said += usize::from(found.is_some());
            }
        }
        assert!(said > 10_000, "{said}");
    }

    #[test]
    fn braces_are_text_in_lines_and_choices_in_globs() {
        let line = Pattern::of_line(b"{a,b}").unwrap();
        assert!(line.matches(b"x/{a,b}", false) && !line.matches(b"a", false));
        let glob = Pattern::of_glob("*.{txt,md}").unwrap();
        assert!(glob.matches(b"x/y.md", false) && !glob.matches(b"y.rs", false));
        for wrong in ["[", "{a", "a\\", ""] {
            assert!(Pattern::of_glob(wrong).is_err(), "{wrong}");
        }
    }
}
