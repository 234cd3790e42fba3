//! The verb that is meant where none was typed.

use std::ffi::OsString;

/// Puts `fix` where no verb stands, which clap cannot do by itself.
pub(crate) fn with_verb(mut typed: Vec<OsString>) -> Vec<OsString> {
    const NOT_FIX: [&str; 13] = [
        "fix",
        "repair",
        "convert",
        "detect",
        "explain",
        "names",
        "undo",
        "--completions",
        "--man",
        "-h",
        "--help",
        "-V",
        "--version",
    ];
    let first = typed.get(1).and_then(|word| word.to_str());
    let is_own = |word: &str| NOT_FIX.contains(&word) || word.starts_with("--completions=");
    if !first.is_some_and(is_own) {
        typed.insert(1.min(typed.len()), "fix".into());
    }
    typed
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
