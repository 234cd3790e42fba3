//! How often detection is right, on corpora that are not part of the crate.
//!
//! Runs where `ZHFIX_CORPORA` names a folder of UTF-8 files, one sentence a line, named by
//! language: `zh-CN.*.txt`, `zh-TW.*.txt`, `zh-HK.*`, `yue.*`, `ja.*`, `ko.*`, `cyrl*`,
//! `el*`, `th*`, `vi*`, `europe*`. Prints a table of every cell and length and fails below
//! the written floors; without the variable it does nothing. `cargo test --release --test
//! accuracy -- --nocapture` is the command that prints it all.
//!
//! `ZHFIX_SEED=N` draws other samples, `ZHFIX_FILES` leaves only files whose names hold one
//! of some words, `ZHFIX_CELLS=script` leaves only the cells of script, `ZHFIX_SHOW` prints what
//! went wrong. The model is counted from packages
//! that these corpora come from, too; with the feature `datagen`, `ZHFIX_MODEL` names a table
//! that was trained without them (`datagen train TEXTS --without … --to …`). Then, as
//! with other samples, no floor applies.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test that prints a table and may fail"
)]

mod cells;
mod corpora;
mod mixed;
mod script;
mod structured;

use std::sync::Mutex;

use zhfix::detect::Verdict;
use zhfix::{Detector, Encoding, Script};

/// Texts in a cell.
const SAMPLE: u32 = 300;

/// What was stated, and whether it was right: for the calibration.
static STATED: Mutex<Vec<(f32, bool)>> = Mutex::new(Vec::new());

/// What counts as the right answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Right {
    /// This encoding.
    Is(Encoding),
    /// Anything but an encoding of Chinese.
    NotChinese(Encoding),
    /// No text.
    Binary,
}

/// Answers counted over the texts of a cell.
#[derive(Default)]
struct Tally {
    all: u32,
    right: u32,
    named: u32,
    unknown: u32,
    shown: u32,
}

fn is_chinese(encoding: Encoding) -> bool {
    matches!(
        encoding,
        Encoding::Gbk | Encoding::Gb18030 | Encoding::Big5 | Encoding::EucTw
    )
}

impl Tally {
    fn add(&mut self, detector: &Detector, bytes: &[u8], right: Right, what: &str) {
        let detection = detector.detect(bytes);
        let found = detection.encoding();
        let is_right = match right {
            Right::Is(encoding) => found == Some(encoding),
            Right::NotChinese(_) => !found.is_some_and(is_chinese),
            Right::Binary => detection.verdict() == Verdict::Binary,
        };
        self.all += 1;
        self.right += u32::from(is_right);
        self.unknown += u32::from(found.is_none());
        let expect = match right {
            Right::Is(encoding) | Right::NotChinese(encoding) => Some(encoding),
            Right::Binary => None,
        };
        self.named += u32::from(expect.is_some() && found == expect);
        if let (Some(found), Some(expect)) = (found, expect) {
            // One single-byte encoding stands for all of them.
            let same = found == expect || (is_alphabetic(found) && is_alphabetic(expect));
            STATED.lock().unwrap().push((detection.probability(), same));
        }
        if !is_right && std::env::var_os("ZHFIX_SHOW").is_some() && self.shown < 6 {
            self.shown += 1;
            let start: String = what.chars().take(40).collect();
            let first = detection.candidates().iter().take(3);
            let first: Vec<String> = first
                .map(|c| format!("{} {:.3}", c.encoding, c.probability))
                .collect();
            println!(
                "    {start:?} {:?}: {}",
                detection.verdict(),
                first.join(", ")
            );
        }
    }

    /// Counts an answer that was judged elsewhere.
    fn count(&mut self, is_right: bool, what: impl FnOnce() -> String) {
        self.all += 1;
        self.right += u32::from(is_right);
        if !is_right && std::env::var_os("ZHFIX_SHOW").is_some() && self.shown < 12 {
            self.shown += 1;
            println!("    {}", what());
        }
    }

    fn percent(&self) -> f64 {
        100.0 * f64::from(self.right) / f64::from(self.all.max(1))
    }
}

fn is_alphabetic(encoding: Encoding) -> bool {
    !is_chinese(encoding)
        && !matches!(
            encoding,
            Encoding::UsAscii
                | Encoding::Utf8
                | Encoding::Utf16Le
                | Encoding::Utf16Be
                | Encoding::Utf32Le
                | Encoding::Utf32Be
                | Encoding::ShiftJis
                | Encoding::EucJp
                | Encoding::Iso2022Jp
                | Encoding::EucKr
        )
}

/// Prints a cell; what is wrong with it, if anything.
fn cell(name: &str, tally: &Tally, floor: f64) -> Option<String> {
    let share = tally.percent();
    let named = 100.0 * f64::from(tally.named) / f64::from(tally.all.max(1));
    let is_low = tally.all > 0 && share < floor;
    println!(
        "{name:42} {share:6.2} % of {:4} | named {named:5.1} | none {:3} | floor {floor:5.1}{}",
        tally.all,
        tally.unknown,
        if is_low { " LOW" } else { "" }
    );
    is_low.then(|| format!("{name}: {share:.2} < {floor}"))
}

/// Answers of script counted over the lines of a cell, and what was answered to which.
#[derive(Default)]
struct Scripts {
    answers: Vec<(Script, String)>,
}

impl Scripts {
    fn all(&self) -> u32 {
        u32::try_from(self.answers.len()).unwrap()
    }

    fn add(&mut self, text: &str, script: Script) {
        self.answers.push((script, text.to_owned()));
    }

    fn percent(&self, right: impl Fn(Script) -> bool) -> f64 {
        let count = self.answers.iter().filter(|(script, _)| right(*script));
        let count = u32::try_from(count.count()).unwrap();
        100.0 * f64::from(count) / f64::from(self.all().max(1))
    }
}

/// Prints a cell of script; what is wrong with it, if anything.
fn script_cell(
    name: &str,
    scripts: &Scripts,
    right: fn(Script) -> bool,
    floor: f64,
) -> Option<String> {
    let share = scripts.percent(right);
    let taiwan = scripts.percent(|script| script == Script::HantTw);
    let hong_kong = scripts.percent(|script| script == Script::HantHk);
    let is_low = scripts.all() > 0 && share < floor;
    println!(
        "{name:42} {share:6.2} % of {:4} | TW {taiwan:5.1} | HK {hong_kong:5.1} | floor {floor:5.1}{}",
        scripts.all(),
        if is_low { " LOW" } else { "" }
    );
    if std::env::var_os("ZHFIX_SHOW").is_some() {
        let wrong = scripts.answers.iter().filter(|(script, _)| !right(*script));
        for (script, text) in wrong.take(6) {
            println!("    {} {text}", script.tag());
        }
    }
    is_low.then(|| format!("{name}: {share:.2} < {floor}"))
}

/// The mean distance between what is stated and what is true, weighted by how often.
fn calibration_error(stated: &[(f32, bool)]) -> f64 {
    let mut bins = [(0_u32, 0.0_f64, 0_u32); 20];
    for &(probability, right) in stated {
        let edges = (1..20_u8).map(|edge| f32::from(edge) / 20.0);
        let bin = edges.filter(|&edge| probability >= edge).count();
        bins[bin].0 += 1;
        bins[bin].1 += f64::from(probability);
        bins[bin].2 += u32::from(right);
    }
    let mut error = 0.0;
    for (all, sum, right) in bins {
        if all > 0 {
            println!(
                "    stated {:.3} true {:.3} of {all}",
                sum / f64::from(all),
                f64::from(right) / f64::from(all)
            );
            error += (sum - f64::from(right)).abs();
        }
    }
    error / f64::from(u32::try_from(stated.len().max(1)).unwrap())
}

/// Other samples, other files and other models are for looking.
fn is_for_looking() -> bool {
    let asks = ["ZHFIX_SEED", "ZHFIX_FILES", "ZHFIX_MODEL"];
    asks.iter().any(|name| std::env::var_os(name).is_some())
}

#[test]
fn the_whole_table() {
    #[cfg(feature = "datagen")]
    if let Some(path) = std::env::var_os("ZHFIX_MODEL") {
        assert!(zhfix::use_table(std::fs::read(path).unwrap()));
    }
    if std::env::var_os("ZHFIX_CORPORA").is_none() {
        return;
    }
    let mut low = script::all();
    if std::env::var("ZHFIX_CELLS").is_ok_and(|cells| cells == "script") {
        assert!(
            low.is_empty() || is_for_looking(),
            "below their floors: {low:#?}"
        );
        return;
    }
    let detector = Detector::new();
    low.extend(cells::all(&detector));
    low.extend(structured::all(&detector));
    low.extend(mixed::all(&detector));
    let stated = STATED.lock().unwrap();
    let error = calibration_error(&stated);
    println!(
        "calibration: expected error {error:.4} over {} answers",
        stated.len()
    );
    if error > 0.02 {
        low.push(format!("calibration {error:.4} > 0.02"));
    }
    assert!(
        low.is_empty() || is_for_looking(),
        "below their floors: {low:#?}"
    );
}
