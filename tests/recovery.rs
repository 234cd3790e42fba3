//! How much of damaged text comes back: chains of wrong decodings × lengths, and damage of a
//! part only.
//!
//! A chain is a list of steps; each writes the text in the right encoding and reads the bytes
//! in the wrong one, with a way to lose what does not fit. Samples are drawn from the corpora in
//! the folder that `ZHFIX_CORPORA` names; without it there is nothing to do, and the test says
//! so. For each chain, script and length (in characters) the table gives the samples that came
//! back exactly and the characters that are right (the longest common subsequence), both in
//! percent of all samples, whether the bytes survived or not. Fails below written floors.
//!
//! `ZHFIX_SEED` draws other samples, `ZHFIX_SAMPLES` more of them in each cell, `ZHFIX_CHAIN`
//! only chains whose names hold the word, `ZHFIX_FILES` only from files whose names hold one of
//! the words between commas, `ZHFIX_ONE_LINE=1` only running text within a line, `=2` only such
//! without ASCII, `ZHFIX_RULES` repairs with other rules, `ZHFIX_SHOW` prints so many failures
//! of each cell. With the feature `datagen`, `ZHFIX_MODEL` takes a model trained without those files.
#![allow(clippy::print_stderr, reason = "prints what it measures")]
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use zhfix::codec::{Unencodable, encode};
use zhfix::repair::RuleSet;
use zhfix::{Encoding, Repairer, decode};

#[path = "recovery/chains.rs"]
mod chains;
#[path = "recovery/fills.rs"]
mod fills;
#[path = "recovery/samples.rs"]
mod samples;

use chains::{Chain, LOSSY, Loss, REVERSIBLE, Step};
use samples::{Corpus, Dice, number};

const LENGTHS: [usize; 5] = [4, 8, 16, 64, 400];

/// The wrong text, if the right encoding holds every character.
fn damaged(text: &str, steps: &[Step]) -> Option<String> {
    let mut now = text.to_owned();
    for step in steps {
        let bytes = encode(&now, step.right, Unencodable::Error).ok()?;
        now = misread(&bytes, step.wrong, step.loss);
    }
    Some(now)
}

/// Reads bytes as programs of a kind do.
fn misread(bytes: &[u8], wrong: Encoding, loss: Loss) -> String {
    if loss == Loss::Browser {
        return decode(bytes, wrong).text.into_owned();
    }
    if loss == Loss::Utf8First {
        let chunks = bytes.utf8_chunks().map(|chunk| {
            let else_read = decode(chunk.invalid(), wrong).text;
            format!("{}{else_read}", chunk.valid())
        });
        return chunks.collect();
    }
    let mut text = String::new();
    let mut at = 0;
    while at < bytes.len() {
        let lone = bytes[at].is_ascii() || loss.is_single_byte();
        // Sequences of one or two bytes; what neither is, is lost.
        let read = [1, 2].into_iter().find_map(|length| {
            let part = bytes.get(at..at + length)?;
            let decoded = decode(part, wrong);
            (decoded.malformed.is_empty() && (length == 1 || !lone))
                .then(|| (decoded.text.into_owned(), length))
        });
        match read {
            Some((part, length)) => {
                let c = part.chars().next().unwrap();
                if loss.keeps(c, &bytes[at..at + length]) {
                    text.push_str(&part);
                } else {
                    text.push_str(loss.stands_for_lost());
                }
                at += length;
            }
            None => {
                text.push_str(loss.stands_for_lost());
                at += if loss.swallows_next() && !bytes[at].is_ascii() {
                    2
                } else {
                    1
                };
            }
        }
    }
    text
}

/// The length of the longest common subsequence, in characters.
fn common_chars(a: &[char], b: &[char]) -> usize {
    let mut row = vec![0usize; b.len() + 1];
    for &x in a {
        let mut diagonal = 0;
        for (at, &y) in b.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if x == y {
                diagonal + 1
            } else {
                above.max(row[at])
            };
            diagonal = above;
        }
    }
    row[b.len()]
}

#[derive(Default)]
struct Cell {
    samples: u32,
    exact: u32,
    kept: u32,
    chars: u64,
    right_chars: u64,
}

impl Cell {
    fn exact(&self) -> f64 {
        f64::from(self.exact) * 100.0 / f64::from(self.samples.max(1))
    }

    #[allow(clippy::cast_precision_loss, reason = "a percentage")]
    fn right(&self) -> f64 {
        self.right_chars as f64 * 100.0 / self.chars.max(1) as f64
    }
}

/// With the rules that `ZHFIX_RULES` names, as the program's `--rules` does.
fn repairer() -> Repairer {
    let rules = std::env::var("ZHFIX_RULES").unwrap_or_default();
    Repairer::with_rules(RuleSet::parse(&rules).unwrap())
}

/// Fills one cell; empty where the right encoding lacks the script.
fn measure(chain: &Chain, corpus: &Corpus, chars: usize) -> Cell {
    let repairer = repairer();
    let mut dice = Dice::new(&format!("{} {} {chars}", chain.name, corpus.name));
    let wanted = u32::try_from(number("ZHFIX_SAMPLES", 100)).unwrap();
    let show = number("ZHFIX_SHOW", 0);
    let (mut cell, mut shown) = (Cell::default(), 0);
    // Big5 lacks most of Simplified text: then the cell stays empty.
    let tries = if number("ZHFIX_ONE_LINE", 0) == 0 {
        20
    } else {
        200
    };
    for _ in 0..wanted * tries {
        if cell.samples == wanted {
            break;
        }
        let Some(text) = corpus.sample(chars, &mut dice) else {
            continue;
        };
        let Some(wrong) = damaged(&text, chain.steps) else {
            continue;
        };
        if wrong == text {
            continue;
        }
        cell.samples += 1;
        cell.kept += u32::from(!wrong.contains('\u{FFFD}'));
        let repair = repairer.repair(&wrong);
        let length = u64::try_from(text.chars().count()).unwrap();
        cell.chars += length;
        if repair.text() == text {
            cell.exact += 1;
            cell.right_chars += length;
        } else {
            let a: Vec<char> = text.chars().collect();
            let b: Vec<char> = repair.text().chars().collect();
            cell.right_chars += u64::try_from(common_chars(&a, &b)).unwrap();
            if shown < show {
                shown += 1;
                eprintln!(
                    "  was   {text:?}\n  wrong {wrong:?}\n  is    {:?}",
                    repair.text()
                );
            }
        }
    }
    if cell.samples < wanted {
        Cell::default()
    } else {
        cell
    }
}

/// Prints the table of some chains; returns what is below its floor.
fn table(chains: &[Chain]) -> Vec<String> {
    let Some(corpora) = samples::corpora() else {
        eprintln!("skipped: ZHFIX_CORPORA names no folder");
        return Vec::new();
    };
    samples::take_model();
    let only = std::env::var("ZHFIX_CHAIN").unwrap_or_default();
    let mut low = Vec::new();
    eprintln!(
        "{:32}{}",
        "exact % / characters right %",
        LENGTHS.map(|n| format!("{n:>13}")).join("")
    );
    for chain in chains.iter().filter(|chain| chain.name.contains(&only)) {
        for corpus in &corpora {
            let cells = LENGTHS.map(|chars| measure(chain, corpus, chars));
            if cells.iter().all(|cell| cell.samples == 0) {
                continue;
            }
            let mut line = format!("{:30} {}", chain.name, &corpus.name[..1]);
            for (index, cell) in cells.iter().enumerate() {
                if cell.samples == 0 {
                    line.push_str("            -");
                    continue;
                }
                line.push_str(&format!("  {:5.1}/{:5.1}", cell.exact(), cell.right()));
                let floors = [
                    (chain.exact[index], cell.exact()),
                    (chain.right[index], cell.right()),
                ];
                for (floor, is) in floors {
                    if is < floor {
                        low.push(format!(
                            "{} {} {}: {is:.1} < {floor}",
                            chain.name, corpus.name, LENGTHS[index]
                        ));
                    }
                }
            }
            let kept: Vec<String> = cells
                .iter()
                .filter(|cell| cell.samples > 0)
                .map(|cell| (cell.kept * 100 / cell.samples).to_string())
                .collect();
            if kept.iter().any(|kept| kept != "100") {
                line.push_str(&format!("   all bytes kept: {} %", kept.join(" ")));
            }
            eprintln!("{line}");
        }
    }
    low
}

#[test]
fn reversible_chains_come_back() {
    let low = table(REVERSIBLE);
    assert!(low.is_empty(), "{low:#?}");
}

#[test]
fn lossy_chains_come_back_in_part() {
    let low = table(LOSSY);
    assert!(low.is_empty(), "{low:#?}");
}

/// A good document and the place in it that is damaged.
struct Scope {
    name: &'static str,
    /// Good text around a damaged one.
    around: fn(&Corpus, &mut Dice) -> Option<(String, String)>,
    /// Characters of the damaged text, at least and at most.
    chars: (usize, usize),
}

const SCOPES: [Scope; 4] = [
    Scope {
        name: "one line of a document",
        around: |corpus, dice| {
            Some((
                corpus.lines(20, dice),
                format!("\n{}", corpus.lines(20, dice)),
            ))
        },
        chars: (12, 60),
    },
    Scope {
        name: "one field of a CSV file",
        around: |corpus, dice| {
            let row = |dice: &mut Dice| -> Option<String> {
                let cells: Option<Vec<String>> = (0..3).map(|_| corpus.cell(6, dice)).collect();
                Some(format!("{},{}\n", dice.below(9000), cells?.join(",")))
            };
            let rows: Option<String> = (0..8).map(|_| row(dice)).collect();
            let before = format!("{}17,{},", rows?, corpus.cell(4, dice)?);
            let after = format!(",{}\n{}", corpus.cell(5, dice)?, row(dice)?);
            Some((before, after))
        },
        chars: (6, 20),
    },
    Scope {
        name: "one string literal in code",
        around: |corpus, dice| {
            let before = format!(
                "// {}\nfn main() {{\n    let title = \"{}\";\n    let text = \"",
                corpus.cell(10, dice)?,
                corpus.cell(6, dice)?
            );
            let after = format!(
                "\";\n    println!(\"{}: {{}}\", text);\n}}\n",
                corpus.cell(4, dice)?
            );
            Some((before, after))
        },
        chars: (6, 20),
    },
    Scope {
        name: "the text of one element",
        around: |corpus, dice| {
            let before = format!("<p class=\"a\">{}</p>\n<p>", corpus.cell(12, dice)?);
            Some((
                before,
                format!("</p>\n<td>{}</td>\n", corpus.cell(5, dice)?),
            ))
        },
        chars: (6, 20),
    },
];

#[test]
fn damage_of_a_part_comes_back() {
    let Some(corpora) = samples::corpora() else {
        eprintln!("skipped: ZHFIX_CORPORA names no folder");
        return;
    };
    samples::take_model();
    let repairer = repairer();
    let wanted = number("ZHFIX_SAMPLES", 100);
    let show = number("ZHFIX_SHOW", 0);
    let only = std::env::var("ZHFIX_CHAIN").unwrap_or_default();
    let mut low = Vec::new();
    for scope in &SCOPES {
        for chain in REVERSIBLE
            .iter()
            .filter(|chain| chain.in_parts.is_some() && chain.name.contains(&only))
        {
            for corpus in &corpora {
                let mut dice = Dice::new(&format!("{} {} {}", scope.name, chain.name, corpus.name));
                let (mut samples, mut exact, mut shown) = (0, 0, 0);
                for _ in 0..wanted * 20 {
                    if samples == wanted {
                        break;
                    }
                    let (least, most) = scope.chars;
                    let chars = least + dice.below(most - least + 1);
                    let Some(text) = corpus.cell(chars, &mut dice) else {
                        continue;
                    };
                    let Some((before, after)) = (scope.around)(corpus, &mut dice) else {
                        continue;
                    };
                    let Some(wrong) = damaged(&text, chain.steps) else {
                        continue;
                    };
                    // Where bytes are lost, or a trail byte ends the field, nothing is asked.
                    if wrong.contains(['\u{FFFD}', '"', ',', '<', '\\', '\n']) || wrong == text {
                        continue;
                    }
                    samples += 1;
                    let whole = format!("{before}{wrong}{after}");
                    let good = format!("{before}{text}{after}");
                    let repair = repairer.repair(&whole);
                    if repair.text() == good {
                        exact += 1;
                    } else if shown < show {
                        shown += 1;
                        eprintln!(
                            "  was   {text:?}\n  wrong {wrong:?}\n  plan  {}",
                            repair.plan()
                        );
                    }
                }
                if samples < wanted {
                    continue;
                }
                let percent = f64::from(u32::try_from(exact).unwrap()) * 100.0
                    / f64::from(u32::try_from(samples).unwrap());
                eprintln!(
                    "{:28} {:30} {} {percent:6.1}",
                    scope.name,
                    chain.name,
                    &corpus.name[..1]
                );
                if chain.in_parts.is_some_and(|floor| percent < floor) {
                    low.push(format!(
                        "{} {} {}: {percent:.1}",
                        scope.name, chain.name, corpus.name
                    ));
                }
            }
        }
    }
    assert!(low.is_empty(), "{low:#?}");
}

#[test]
fn damage_is_as_the_programs_do_it() {
    let gbk = |text: &str, loss| misread(text.as_bytes(), Encoding::Gbk, loss);
    assert_eq!(gbk("中文", Loss::Browser), "涓\u{E15F}枃");
    assert_eq!(gbk("中文", Loss::PrivateUseDropped), "涓枃");
    assert_eq!(gbk("好!", Loss::Browser), "濂\u{FFFD}!");
    assert_eq!(gbk("好!", Loss::WindowsQuestion), "濂?");
    assert_eq!(gbk("好!", Loss::Ignored), "濂!");
    assert_eq!(gbk("发送", Loss::JavaQuestion), "鍙戦??");
    let latin = |text: &str, loss| misread(text.as_bytes(), Encoding::Windows1252, loss);
    assert_eq!(latin("中", Loss::ControlsDropped), "ä¸\u{AD}");
    let first = misread(b"\xCE\xC4\xBC\xFE", Encoding::Windows1252, Loss::Utf8First);
    assert_eq!(first, "Îļþ");
    assert_eq!(latin("元素", Loss::ControlsDropped), "å…ƒç´\u{A0}");
    assert_eq!(common_chars(&['a', 'b', 'c'], &['a', 'c', 'd']), 2);
}

#[test]
fn what_is_filled_in_is_marked_and_right() {
    let Some(corpora) = samples::corpora() else {
        eprintln!("skipped: ZHFIX_CORPORA names no folder");
        return;
    };
    samples::take_model();
    let repairer = repairer();
    let wanted = number("ZHFIX_SAMPLES", 100);
    let only = std::env::var("ZHFIX_CHAIN").unwrap_or_default();
    let mut all = fills::Fills::default();
    for chain in LOSSY.iter().filter(|chain| chain.name.contains(&only)) {
        let mut fills = fills::Fills::default();
        for (corpus, chars) in corpora
            .iter()
            .flat_map(|corpus| LENGTHS.map(|n| (corpus, n)))
        {
            let mut dice = Dice::new(&format!("fills {} {} {chars}", chain.name, corpus.name));
            for _ in 0..wanted {
                if let Some(text) = corpus.sample(chars, &mut dice)
                    && let Some(wrong) = damaged(&text, chain.steps)
                {
                    for fills in [&mut fills, &mut all] {
                        fills.add(&text, &repairer.repair(&wrong));
                    }
                }
            }
        }
        let (filled, right) = fills.share(0);
        eprintln!(
            "{:30} {filled:6} filled, {right:5.1} % right, {} wrong without a mark, {} not listed",
            chain.name, fills.unmarked, fills.unlisted
        );
    }
    for (tenth, (filled, right)) in all.by_tenth.iter().enumerate().filter(|(_, (n, _))| *n > 0) {
        let right = f64::from(*right) * 100.0 / f64::from(*filled);
        eprintln!("posterior from 0.{tenth}: {filled:6} filled, {right:5.1} % right");
    }
    let (filled, right) = all.share(0);
    assert!(
        all.unmarked * 4000 <= filled,
        "{} wrong without a mark",
        all.unmarked
    );
    assert!(right >= 92.0, "{right:.1} % of what is filled in is right");
    let (_, right) = all.share(7);
    assert!(right >= 95.0, "{right:.1} % of what is likely is right");
    assert_eq!(all.unlisted, 0);
}
