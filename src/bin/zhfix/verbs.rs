//! The verb that is meant where none was typed.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

const VERBS: [&str; 7] = [
    "fix", "repair", "convert", "detect", "explain", "names", "undo",
];

/// What is no option of a verb.
const OWN_OPTIONS: [&str; 6] = ["--completions", "--man", "-h", "--help", "-V", "--version"];

/// Puts `fix` where no verb stands, which clap cannot do by itself.
pub(crate) fn with_verb(mut typed: Vec<OsString>) -> Vec<OsString> {
    let first = typed.get(1).and_then(|word| word.to_str());
    let is_own = |word: &str| {
        VERBS.contains(&word) || OWN_OPTIONS.contains(&word) || word.starts_with("--completions=")
    };
    if !first.is_some_and(is_own) {
        typed.insert(1.min(typed.len()), "fix".into());
    }
    typed
}

/// A verb that was typed behind options and so was taken for the name of a file: `-i repair a.txt`
/// would do to `a.txt` what nobody asked for. A file that is really called so is meant.
pub(crate) fn misplaced(paths: &[PathBuf]) -> Result<(), String> {
    let verb = paths
        .iter()
        .find(|path| VERBS.iter().any(|verb| *path == Path::new(verb)) && !path.exists());
    match verb {
        Some(verb) => Err(format!(
            "{verb}: there is no such file; a verb stands before its options: zhfix {verb} …",
            verb = verb.display()
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fix_is_meant_where_no_verb_stands() {
        let rows = [
            ("zhfix", "zhfix fix"),
            ("zhfix a.txt", "zhfix fix a.txt"),
            ("zhfix -i a.txt", "zhfix fix -i a.txt"),
            ("zhfix detect a.txt", "zhfix detect a.txt"),
            ("zhfix ./detect", "zhfix fix ./detect"),
            ("zhfix --help", "zhfix --help"),
        ];
        for (typed, meant) in rows {
            let typed = typed.split(' ').map(OsString::from).collect();
            let words: Vec<OsString> = meant.split(' ').map(OsString::from).collect();
            assert_eq!(with_verb(typed), words);
        }
    }
}
