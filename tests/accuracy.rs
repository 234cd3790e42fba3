//! How often detection is right, by length, on corpora that are not part of the crate.
//!
//! Runs where `ZHFIX_CORPORA` names a folder of UTF-8 files, one sentence a line, named
//! by language: `zh-CN.*.txt`, `zh-TW.*.txt`, `ja.*.txt`, `ko.*.txt`, `cyrl*`, `el*`,
//! `th*`, `vi*`, `europe*`. Prints a table and fails below the written floors; without
//! the variable it does nothing. `ZHFIX_SHOW` prints some of what went wrong.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test that prints a table and may fail"
)]

use std::path::PathBuf;

use zhfix::codec::{Unencodable, encode};
use zhfix::detect::Verdict;
use zhfix::{Detector, Encoding};

/// Lines of all files of a language: as many from every file, spread over it, so that no
/// genre decides. `None` without corpora.
fn lines(prefix: &str) -> Option<Vec<String>> {
    let folder = PathBuf::from(std::env::var_os("ZHFIX_CORPORA")?);
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let name = path.file_name().unwrap().to_string_lossy();
            name.starts_with(prefix) && name.ends_with(".txt") && !name.contains("MACHINE")
        })
        .collect();
    files.sort();
    let mut all = Vec::new();
    for file in &files {
        let text = std::fs::read_to_string(file).unwrap();
        let lines: Vec<&str> = text.lines().filter(|line| !line.is_ascii()).collect();
        let step = (lines.len() / 300).max(1);
        all.extend(lines.iter().step_by(step).map(|line| (*line).to_owned()));
    }
    Some(all)
}

/// The text from its first Han character to its n-th.
fn with_han(text: &str, n: usize) -> Option<&str> {
    let is_han = |c: char| matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}');
    let (start, _) = text.char_indices().find(|&(_, c)| is_han(c))?;
    let (last, c) = text.char_indices().filter(|&(_, c)| is_han(c)).nth(n - 1)?;
    Some(&text[start..last + c.len_utf8()])
}

/// Vietnamese as windows-1258 wants it: the tone as a mark of its own.
fn with_tone_marks(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let is_tone = |c: &char| matches!(c, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}');
    let mut out = String::new();
    for c in text.chars() {
        let parts: Vec<char> = std::iter::once(c).nfd().collect();
        out.extend(parts.iter().copied().filter(|c| !is_tone(c)).nfc());
        out.extend(parts.iter().filter(|c| is_tone(c)));
    }
    out
}

/// Answers counted over many texts.
#[derive(Default)]
struct Tally {
    all: u32,
    right: u32,
    chinese: u32,
    unknown: u32,
    shown: u32,
}

impl Tally {
    /// Detects a text written in an encoding; texts that it lacks characters for are left out.
    fn add(&mut self, detector: &Detector, text: &str, encoding: Encoding) {
        let Ok(bytes) = encode(text, encoding, Unencodable::Error) else {
            return;
        };
        let detection = detector.detect(&bytes);
        assert_eq!(detection.verdict(), Verdict::Text, "{encoding}: {text}");
        let found = detection.encoding();
        let chinese = [Encoding::Gbk, Encoding::Gb18030, Encoding::Big5];
        let is_chinese = found.is_some_and(|found| chinese.contains(&found));
        self.all += 1;
        self.right += u32::from(found == Some(encoding));
        self.chinese += u32::from(is_chinese);
        self.unknown += u32::from(found.is_none());
        let wrong = is_chinese || chinese.contains(&encoding);
        if found != Some(encoding) && wrong && std::env::var_os("ZHFIX_SHOW").is_some() {
            self.shown += 1;
            if self.shown <= 5 {
                let end: String = text.chars().filter(|c| !c.is_ascii()).take(40).collect();
                println!("  {encoding} {end}: {:?}", detection.candidates());
            }
        }
    }

    fn percent(&self, count: u32) -> f64 {
        100.0 * f64::from(count) / f64::from(self.all.max(1))
    }
}

#[test]
fn chinese_by_length() {
    let detector = Detector::new();
    let lengths = [2, 4, 8, 16, 64];
    println!("% right by number of Han characters {lengths:?}");
    // The floors are in percent, for each length.
    for (prefix, encoding, floors) in [
        ("zh-CN", Encoding::Gbk, [94.0, 98.5, 99.8, 99.9, 99.9]),
        ("zh-TW", Encoding::Big5, [91.0, 98.5, 99.8, 99.9, 99.9]),
        ("zh-TW", Encoding::Gbk, [93.0, 98.5, 99.8, 99.9, 99.9]),
        ("zh-CN", Encoding::Utf16Le, [30.0, 85.0, 99.0, 99.9, 99.9]),
        ("zh-TW", Encoding::Utf16Be, [30.0, 85.0, 99.0, 99.9, 99.9]),
        ("zh-CN", Encoding::Utf8, [99.9; 5]),
        ("zh-TW", Encoding::Utf8, [99.9; 5]),
    ] {
        let Some(lines) = lines(prefix) else { return };
        let mut row = format!("{prefix} {encoding:10}");
        for (n, floor) in lengths.into_iter().zip(floors) {
            let mut tally = Tally::default();
            for text in lines.iter().filter_map(|line| with_han(line, n)) {
                tally.add(&detector, text, encoding);
            }
            let share = tally.percent(tally.right);
            row += &format!("  {share:6.2} ({})", tally.all);
            assert!(share >= floor, "{row}: floor {floor}");
        }
        println!("{row}");
    }
}

#[test]
fn other_languages_are_not_chinese() {
    let detector = Detector::new();
    // The most that may be called Chinese, in percent, of 32 characters and of lines.
    for (prefix, encoding, most) in [
        ("ja.", Encoding::ShiftJis, 0.5),
        ("ja.", Encoding::EucJp, 1.0),
        ("ja-nokana", Encoding::ShiftJis, 1.0),
        ("ja-nokana", Encoding::EucJp, 60.0),
        ("ko.", Encoding::EucKr, 1.0),
        ("cyrl", Encoding::Windows1251, 1.0),
        ("cyrl", Encoding::Koi8R, 1.5),
        ("el.", Encoding::Windows1253, 1.0),
        ("th.", Encoding::Windows874, 2.0),
        ("vi.", Encoding::Windows1258, 0.5),
        ("europe", Encoding::Windows1252, 0.5),
        ("europe", Encoding::Windows1250, 2.0),
        ("cyrl", Encoding::Utf8, 0.2),
        ("europe", Encoding::Utf8, 0.2),
        ("vi.", Encoding::Utf8, 0.2),
    ] {
        let Some(lines) = lines(prefix) else { return };
        let mut row = format!("{prefix:9} {encoding:12}");
        for cut_chars in [8, 32, 100_000] {
            let mut tally = Tally::default();
            for line in &lines {
                let mut text: String = line.chars().take(cut_chars).collect();
                if encoding == Encoding::Windows1258 {
                    text = with_tone_marks(&text);
                }
                if !text.is_ascii() {
                    tally.add(&detector, &text, encoding);
                }
            }
            let share = tally.percent(tally.chinese);
            row += &format!(
                " | {share:5.2} right {:5.1} none {:4.1} ({})",
                tally.percent(tally.right),
                tally.percent(tally.unknown),
                tally.all
            );
            assert!(share <= most || cut_chars == 8, "{row}: most {most}");
        }
        println!("{row}");
    }
}

#[test]
fn ascii_is_never_utf16() {
    let detector = Detector::new();
    let Some(lines) = lines("europe") else { return };
    let words = lines.iter().flat_map(|line| line.split_whitespace());
    for word in words.filter(|word| word.is_ascii()) {
        let found = detector.detect(word.as_bytes()).encoding();
        assert_eq!(found, Some(Encoding::UsAscii), "{word}");
    }
}

#[test]
fn source_code_with_three_comments() {
    let detector = Detector::new();
    for (prefix, encoding, floor) in [
        ("zh-CN", Encoding::Gbk, 99.0),
        ("zh-TW", Encoding::Big5, 99.0),
    ] {
        let Some(lines) = lines(prefix) else { return };
        let comments: Vec<&str> = lines
            .iter()
            .filter_map(|line| with_han(line, 6))
            .filter(|text| encode(text, encoding, Unencodable::Error).is_ok())
            .collect();
        let filler = "    if (a[i] != b[i]) { return compare(a, b, i); }\n".repeat(20);
        let mut tally = Tally::default();
        for three in comments.chunks_exact(3) {
            let parts = [
                " // ", three[0], "\n", &filler, "/* ", three[1], " */\n# ", three[2],
            ];
            let code = format!("{filler}{}\n{filler}", parts.concat());
            tally.add(&detector, &code, encoding);
        }
        let share = tally.percent(tally.right);
        println!("source code, {encoding}: {share:6.2} ({})", tally.all);
        assert!(share >= floor);
    }
}

/// Script of lines by language, in percent: the least that must be right.
#[test]
fn scripts_of_lines() {
    for (prefix, expect, floor) in [
        ("zh-CN", &["zh-Hans", "zh"][..], 99.5),
        ("zh-TW", &["zh-Hant", "zh"][..], 99.5),
        ("ja.", &["ja"][..], 99.0),
        ("ko.", &["ko"][..], 99.0),
        ("cyrl", &["und"][..], 99.0),
    ] {
        let Some(lines) = lines(prefix) else { return };
        let mut right = 0;
        for line in &lines {
            let tag = zhfix::ScriptCounts::of(line).script().tag();
            right += u32::from(expect.contains(&tag));
            if !expect.contains(&tag) && std::env::var_os("ZHFIX_SHOW").is_some() {
                println!("  script {prefix} {tag} {line}");
            }
        }
        let share = 100.0 * f64::from(right) / f64::from(u32::try_from(lines.len()).unwrap());
        println!("{prefix}: script of {share:6.2} % of {} lines", lines.len());
        assert!(share >= floor);
    }
}

#[test]
fn random_bytes_are_binary() {
    let detector = Detector::new();
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    for (length, least) in [(16, 60), (64, 97), (256, 100), (4096, 100)] {
        let mut binary = 0;
        for _ in 0..100 {
            let bytes: Vec<u8> = std::iter::repeat_with(&mut next).take(length).collect();
            binary += u32::from(detector.detect(&bytes).verdict() == Verdict::Binary);
        }
        println!("{length} random bytes: {binary} of 100 called binary");
        assert!(binary >= least);
    }
}
