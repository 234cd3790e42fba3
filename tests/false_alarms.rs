//! Clean text of every language comes back borrowed, line by line and file by file; what is mojibake of
//! another language does not come back as Chinese.
//!
//! Reads the corpora in the folder that `ZHFIX_CORPORA` names: `*.txt` and `*.tsv`, and files of
//! any name under `files/`, as far as they are UTF-8. Without the variable there is nothing to
//! do, and the test says so. A line that is really damaged belongs in `DAMAGED`, with the reason.
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

use std::path::{Path, PathBuf};

use encoding_rs::{
    EUC_JP, EUC_KR, Encoding, IBM866, KOI8_R, SHIFT_JIS, UTF_8, WINDOWS_874, WINDOWS_1251,
    WINDOWS_1253,
};
use zhfix::Repairer;

/// Lines that are damaged in the corpora: the end of the file's name, and the line.
const DAMAGED: &[(&str, &str)] = &[
    // A compatibility ideograph in the Hong Kong name of Saint Kitts, beside the mainland's.
    ("pairs.zh-CN.zh-HK.tsv", "聖基茨島及尼維斯\u{F997}邦"),
    // Soft hyphens between Han characters.
    ("zh-CN.libreoffice-help.txt", "数据库\u{AD}段"),
    ("pairs.zh-CN.zh-TW.tsv", "数据库\u{AD}段"),
    ("zh-CN.libreoffice-help.txt", "中\u{AD}间形状"),
    ("pairs.zh-CN.zh-TW.tsv", "中\u{AD}间形状"),
    // Traditional text that a converter by characters made of Simplified.
    ("zh-TW.hsk-sentences-MACHINE.txt", "幹預"),
    ("zh-TW.manpages-MACHINE.txt", "你係統上"),
    ("zh-TW.manpages-MACHINE.txt", "AL 此係統 "),
    ("zh-TW.manpages-MACHINE.txt", "顯示錶格"),
    ("zh-TW.manpages-MACHINE.txt", "所幹擾"),
];

#[test]
fn clean_lines_and_files_are_not_changed() {
    let Some(files) = files() else {
        return;
    };
    let repairer = Repairer::new();
    let (mut lines, mut alarms) = (0u64, Vec::new());
    for path in &files {
        let Ok(text) = std::fs::read_to_string(path) else {
            continue;
        };
        for line in text.lines() {
            lines += 1;
            let allowed = DAMAGED
                .iter()
                .any(|(file, damaged)| path.ends_with(file) && line.contains(damaged));
            let repair = repairer.repair(line);
            if !repair.plan().is_empty() && !allowed {
                alarms.push(format!("{}: {}", path.display(), repair.plan()));
            }
        }
        let repair = repairer.repair(&text);
        for edit in repair.plan().passes().iter().flat_map(|pass| &pass.edits) {
            if !DAMAGED.iter().any(|(file, damaged)| {
                path.ends_with(file) && damaged.contains(edit.before.as_str())
            }) {
                alarms.push(format!("{} as a whole: {edit:?}", path.display()));
            }
        }
    }
    eprintln!("{lines} lines of {} files", files.len());
    assert!(
        alarms.is_empty(),
        "{} alarms\n{}",
        alarms.len(),
        alarms.join("\n")
    );
}

/// Text of other languages that was read as ISO-8859-1, alone or where it is no UTF-8: the beginning of the
/// file's name, and the encodings.
const OTHERS: &[(&str, &[&Encoding])] = &[
    ("ko.", &[EUC_KR, UTF_8]),
    ("ja.", &[EUC_JP, SHIFT_JIS, UTF_8]),
    ("cyrl.", &[WINDOWS_1251, KOI8_R, IBM866, UTF_8]),
    ("el.", &[WINDOWS_1253, UTF_8]),
    ("th.", &[WINDOWS_874, UTF_8]),
];
/// Of so many of them one may become Chinese.
const ONE_IN: usize = 300;
/// Of so many lines one is asked, cut to one of these lengths in characters.
const LINE_STEP: usize = 12;
const CHARS: [usize; 3] = [8, 20, 60];

#[test]
fn mojibake_of_other_languages_does_not_become_chinese() {
    let Some(files) = files() else {
        return;
    };
    let repairer = Repairer::new();
    let is_han = |c: &char| matches!(c, '\u{3400}'..='\u{9FFF}');
    for (prefix, encodings) in OTHERS {
        for encoding in *encodings {
            let (mut asked, mut alarms) = (0, Vec::new());
            let names = |path: &&PathBuf| {
                let name = path.file_name().and_then(|name| name.to_str());
                name.is_some_and(|name| name.starts_with(prefix))
            };
            for path in files.iter().filter(names) {
                let Ok(text) = std::fs::read_to_string(path) else {
                    continue;
                };
                for (line, chars) in text.lines().step_by(LINE_STEP).zip(CHARS.iter().cycle()) {
                    let line: String = line.chars().take(*chars).collect();
                    let (bytes, _, is_lossy) = encoding.encode(&line);
                    if is_lossy || line.is_ascii() {
                        continue;
                    }
                    let latin = |bytes: &[u8]| -> String {
                        bytes.iter().map(|&byte| char::from(byte)).collect()
                    };
                    let chunks = bytes.utf8_chunks();
                    let else_latin = chunks
                        .map(|chunk| format!("{}{}", chunk.valid(), latin(chunk.invalid())))
                        .collect();
                    for wrong in [latin(&bytes), else_latin] {
                        let repaired = repairer.repair(&wrong);
                        asked += 1;
                        let mut chars = repaired.text().chars();
                        if chars.any(|c| is_han(&c) && !wrong.contains(c) && !line.contains(c)) {
                            alarms.push(format!("{line} became {}", repaired.text()));
                        }
                    }
                }
            }
            eprintln!("{prefix} {}: {} of {asked}", encoding.name(), alarms.len());
            assert!(
                alarms.len() * ONE_IN <= asked,
                "{prefix} {}: {} of {asked}\n{}",
                encoding.name(),
                alarms.len(),
                alarms.join("\n")
            );
        }
    }
}

/// The files of the corpora, in order.
fn files() -> Option<Vec<PathBuf>> {
    let Some(folder) = std::env::var_os("ZHFIX_CORPORA") else {
        eprintln!("skipped: ZHFIX_CORPORA names no folder");
        return None;
    };
    let mut files = Vec::new();
    collect(Path::new(&folder), &mut files);
    files.sort();
    Some(files)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}
