//! Cells of script: lines of 10 to 40 characters and what they are written in.
//!
//! A line counts where it holds a character that only one variant has (of mixed ones: one of
//! each), for of the others nobody can say it. Words of Japanese without kana and of Korean in
//! Han characters are short; lines of them are words between marks, as in lists and menus.

use std::collections::HashSet;

use zhfix::script::spans;
use zhfix::{Script, ScriptCounts};

use super::corpora::{Dice, File, files, is_han, line};
use super::{SAMPLE, Scripts, script_cell};

/// Tries to draw for a cell before it is left short.
const TRIES: u32 = 60 * SAMPLE;

fn of_length(text: &str) -> bool {
    (10..=40).contains(&text.chars().count())
}

fn has_simplified(text: &str) -> bool {
    ScriptCounts::of(text).simplified_only_chars > 0
}

fn has_traditional(text: &str) -> bool {
    ScriptCounts::of(text).traditional_only_chars > 0
}

/// A cell of lines, from whatever `draw` gives.
fn fill(mut draw: impl FnMut() -> Option<String>) -> Scripts {
    let mut scripts = Scripts::default();
    for _ in 0..TRIES {
        if scripts.all() == SAMPLE {
            break;
        }
        if let Some(text) = draw() {
            scripts.add(&text, ScriptCounts::of(&text).script());
        }
    }
    scripts
}

/// Lines of the files that one variant alone can have written.
fn lines(files: &[File], salt: &str, may: fn(&str) -> bool) -> Scripts {
    let mut dice = Dice::new(salt);
    fill(|| {
        let text = line(files, &mut dice).trim();
        (of_length(text) && may(text)).then(|| text.to_owned())
    })
}

/// The characters of a line from somewhere on.
fn part<'t>(text: &'t str, chars: usize, dice: &mut Dice) -> Option<&'t str> {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let first = dice.below((starts.len() + 1).checked_sub(chars)?);
    let end = starts.get(first + chars).copied().unwrap_or(text.len());
    text.get(starts[first]..end)
}

/// Lines whose one part is Simplified and the other Traditional, each a quarter at least.
fn mixed(hans: &[File], hant: &[File]) -> Scripts {
    let mut dice = Dice::new("script mixed");
    fill(|| {
        let chars = 10 + dice.below(31);
        let first = chars / 4 + dice.below(chars / 2 + 1);
        let simplified = line(hans, &mut dice).to_owned();
        let simplified = part(&simplified, first, &mut dice)?.to_owned();
        let traditional = line(hant, &mut dice);
        let traditional = part(traditional, chars - first, &mut dice)?;
        if !has_simplified(&simplified) || !has_traditional(traditional) {
            return None;
        }
        Some(if dice.below(2) == 0 {
            format!("{simplified}{traditional}")
        } else {
            format!("{traditional}{simplified}")
        })
    })
}

/// Words between marks, up to a length.
fn words(files: &[File], mark: &str, salt: &str) -> Scripts {
    let mut dice = Dice::new(salt);
    fill(|| {
        let chars = 10 + dice.below(31);
        let mut text = String::new();
        let file = dice.pick(files);
        while text.chars().count() < chars {
            if !text.is_empty() {
                text.push_str(mark);
            }
            text.push_str(dice.pick::<String>(&file.lines).trim());
        }
        of_length(&text).then_some(text)
    })
}

/// Single words of at least so many characters.
fn single_words(files: &[File], least: usize, salt: &str) -> Scripts {
    let mut dice = Dice::new(salt);
    fill(|| {
        let text = line(files, &mut dice).trim();
        (text.chars().count() >= least).then(|| text.to_owned())
    })
}

fn is_traditional(script: Script) -> bool {
    matches!(script, Script::Hant | Script::HantTw | Script::HantHk)
}

fn is_no_chinese(script: Script) -> bool {
    matches!(
        script,
        Script::Japanese | Script::Korean | Script::Undetermined
    )
}

/// Runs all cells; what is too low.
pub(crate) fn all() -> Vec<String> {
    let mut low = Vec::new();
    let read = |prefixes: &[&str]| files(prefixes).unwrap_or_default();
    let hans = read(&["zh-CN"]);
    let taiwan = read(&["zh-TW"]);
    let hong_kong = read(&["zh-HK"]);
    let cantonese = read(&["yue"]);
    let japanese = read(&["ja-nokana"]);
    let hanja = read(&["ko-hanja"]);
    let is_hans: fn(Script) -> bool = |script| script == Script::Hans;
    let mut cell = |name: &str, scripts: Scripts, right: fn(Script) -> bool, floor: f64| {
        low.extend(script_cell(name, &scripts, right, floor));
    };
    for file in &hans {
        let drawn = lines(std::slice::from_ref(file), "script hans", has_simplified);
        cell(&format!("Hans: {}", file.name), drawn, is_hans, 99.0);
    }
    cell(
        "Hans",
        lines(&hans, "script hans", has_simplified),
        is_hans,
        99.8,
    );
    for file in taiwan.iter().chain(&hong_kong).chain(&cantonese) {
        let drawn = lines(std::slice::from_ref(file), "script hant", has_traditional);
        // Cantonese has 吓, which is Simplified for 嚇 elsewhere.
        let floor = if file.name.starts_with("yue") {
            96.0
        } else {
            99.0
        };
        cell(
            &format!("Hant: {}", file.name),
            drawn,
            is_traditional,
            floor,
        );
    }
    let drawn = lines(&taiwan, "script taiwan", has_traditional);
    cell("Hant, Taiwan", drawn, is_traditional, 99.6);
    let drawn = lines(&hong_kong, "script hong kong", has_traditional);
    cell("Hant, Hong Kong", drawn, is_traditional, 99.6);
    let drawn = lines(&read(&["lzh-Hant"]), "script lzh", has_traditional);
    cell("Hant, classical", drawn, is_traditional, 97.0);
    let drawn = lines(&read(&["lzh-Hans"]), "script lzh", has_simplified);
    cell("Hans, classical", drawn, is_hans, 99.0);
    let is_mixed: fn(Script) -> bool = |script| script == Script::Mixed;
    let hant: Vec<File> = read(&["zh-TW", "zh-HK"]);
    cell("mixed", mixed(&hans, &hant), is_mixed, 95.0);
    for (files, language, floor) in [(&japanese, "Japanese", 98.0), (&hanja, "hanja", 94.0)] {
        for file in files {
            let one = std::slice::from_ref(file);
            let salt = format!("script {language}");
            let name = format!("{language}: {}", file.name);
            cell(
                &format!("{name}, lists"),
                words(one, "、", &salt),
                is_no_chinese,
                floor,
            );
            cell(
                &format!("{name}, spaced"),
                words(one, " ", &salt),
                is_no_chinese,
                floor,
            );
            for (least, floor) in [(4, 43.0), (6, 63.0), (8, 74.0), (10, 79.0)] {
                let drawn = single_words(one, least, &salt);
                cell(&format!("{name}, {least} on"), drawn, is_no_chinese, floor);
            }
        }
    }
    low.extend(regions(&taiwan, &hong_kong, &cantonese));
    low.extend(places(&hans, &hant));
    low
}

/// Texts of blocks of 1 to 10 lines, in turns of either variant: how many characters lie in a
/// span of their variant. Only lines with a character of their own are drawn, and spans
/// that could be of both count as wrong.
fn places(hans: &[File], hant: &[File]) -> Vec<String> {
    let mut dice = Dice::new("script places");
    let (mut all, mut right) = (0_u32, 0_u32);
    for _ in 0..SAMPLE {
        let mut text = String::new();
        let mut truth = Vec::new();
        for block in 0..4 {
            let files = if block % 2 == 0 { hans } else { hant };
            let may = if block % 2 == 0 {
                has_simplified
            } else {
                has_traditional
            };
            let mut left = if files.is_empty() {
                0
            } else {
                1 + dice.below(10)
            };
            while left > 0 {
                let drawn = line(files, &mut dice);
                if may(drawn) && of_length(drawn) {
                    text.push_str(drawn);
                    text.push('\n');
                    left -= 1;
                }
            }
            truth.push((text.len(), block % 2 == 0));
        }
        for part in spans(&text) {
            for (at, c) in text[part.span.clone()].char_indices() {
                let at = part.span.start + at;
                let is_hans = truth.iter().find(|(end, _)| at < *end).is_some_and(|t| t.1);
                all += u32::from(is_han(c));
                let agrees = match part.script {
                    Script::Hans => is_hans,
                    script => !is_hans && is_traditional(script),
                };
                right += u32::from(is_han(c) && agrees);
            }
        }
    }
    let share = 100.0 * f64::from(right) / f64::from(all.max(1));
    println!("characters in a span of their variant    {share:6.2} % of {all} | floor  99.0");
    let is_low = all > 0 && share < 99.0;
    is_low
        .then(|| format!("places: {share:.2} < 99"))
        .into_iter()
        .collect()
}

/// Of lines of Taiwan and of Hong Kong: how many are given to a region, and how many of those
/// rightly. Programs translated for Hong Kong take over many lines of Taiwan's translation;
/// of a line that both have nobody can say which it is, so such lines are not drawn.
fn regions(taiwan: &[File], hong_kong: &[File], cantonese: &[File]) -> Vec<String> {
    let lines_of = |files: &[File]| -> HashSet<String> {
        let lines = files.iter().flat_map(|file| &file.lines);
        lines.map(|line| line.trim().to_owned()).collect()
    };
    let mut theirs = lines_of(hong_kong);
    theirs.extend(lines_of(cantonese));
    let ours = lines_of(taiwan);
    let cell = |files: &[File], others: &HashSet<String>, salt: &str| {
        let mut dice = Dice::new(salt);
        fill(|| {
            let text = line(files, &mut dice).trim();
            let may = of_length(text) && has_traditional(text) && !others.contains(text);
            may.then(|| text.to_owned())
        })
    };
    let cells = [
        (
            "Taiwan",
            cell(taiwan, &theirs, "region tw"),
            Script::HantTw,
            25.0,
        ),
        (
            "Hong Kong",
            cell(hong_kong, &ours, "region hk"),
            Script::HantHk,
            46.0,
        ),
        (
            "Cantonese",
            cell(cantonese, &ours, "region yue"),
            Script::HantHk,
            86.0,
        ),
    ];
    let mut low = Vec::new();
    let (mut answered, mut right) = (0.0, 0.0);
    for (name, scripts, region, floor) in cells {
        let named = |script| matches!(script, Script::HantTw | Script::HantHk);
        answered += scripts.percent(named);
        let share = scripts.percent(|script| script == region);
        right += share;
        println!(
            "region: {name:34} {share:6.2} % of {:4} | floor {floor:5.1}",
            scripts.all()
        );
        if scripts.all() > 0 && share < floor {
            low.push(format!("region: {name}: {share:.2} < {floor}"));
        }
    }
    if answered > 0.0 {
        let share = 100.0 * right / answered;
        println!("region: right where one is named      {share:6.2} % | floor  98.0");
        if share < 98.0 {
            low.push(format!("region, right where named: {share:.2} < 98"));
        }
    }
    low
}
