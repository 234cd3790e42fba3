//! 10,000 generated records of CSV and of TSV in every form of quoting: outside of the named
//! columns no byte changes, inside only the text does, however the input is cut.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::io::Write;
use std::process::{Command, Stdio};

use zhfix::Pipeline;
use zhfix::records::{Column, Columns, Separator};

/// Any fixed sequence will do: Knuth's MMIX constants.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn one_of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

/// Fields that are written without quotes, and what the text becomes.
const PLAIN: [(&str, &str); 14] = [
    ("", ""),
    (" ", " "),
    ("漢字", "汉字"),
    (" 漢字 ", " 汉字 "),
    ("a\"漢\"\"b", "a\"汉\"\"b"),
    ("1.00", "1.00"),
    ("-1.5E-300", "-1.5E-300"),
    ("00012", "00012"),
    ("'漢'", "'汉'"),
    ("=1+2", "=1+2"),
    ("汉字", "汉字"),
    ("NULL", "NULL"),
    ("\\N", "\\N"),
    ("漢\u{A0}字\u{2028}", "汉\u{A0}字\u{2028}"), // NO-BREAK SPACE, LINE SEPARATOR
];

/// Fields in quotes; those with line ends are for CSV alone.
const QUOTED: [(&str, &str); 8] = [
    ("\"\"", "\"\""),
    ("\"漢字\"", "\"汉字\""),
    ("\"\"\"\"", "\"\"\"\""),
    ("\"漢 \"\"字\"\"\"", "\"汉 \"\"字\"\"\""),
    ("\"SEP漢SEP\"", "\"SEP汉SEP\""),
    ("\"漢\n字\"", "\"汉\n字\""),
    ("\"\r\n漢\r\"", "\"\r\n汉\r\""),
    ("\" \"\"SEP\n\"", "\" \"\"SEP\n\""),
];

fn generated(separator: Separator, count: usize, columns: &[usize]) -> (String, String) {
    let mut dice = Dice(31);
    let (between, quoted) = match separator {
        Separator::Comma => (",", 8),
        _ => ("\t", 5),
    };
    let (mut source, mut expect) = (String::new(), String::new());
    for _ in 0..count {
        let fields = 1 + dice.below(6);
        for place in 1..=fields {
            let (before, after) = match dice.below(2) {
                0 => PLAIN[dice.below(PLAIN.len())],
                _ => QUOTED[dice.below(quoted)],
            };
            let before = before.replace("SEP", between);
            let after = after.replace("SEP", between);
            expect += if columns.contains(&place) {
                &after
            } else {
                &before
            };
            source += &before;
            if place < fields {
                source += between;
                expect += between;
            }
        }
        let end = dice.one_of(&["\n", "\r\n", "\n", "\r\n", "\n\n"]);
        source += end;
        expect += end;
    }
    (source, expect)
}

#[test]
fn every_byte_outside_of_the_columns_stays() {
    for (separator, option) in [(Separator::Comma, "--csv"), (Separator::Tab, "--tsv")] {
        let (source, expect) = generated(separator, 10_000, &[2, 4]);
        assert!(source.len() > 200_000 && source != expect);
        for input in [source.as_str(), source.trim_end_matches(['\r', '\n'])] {
            let mut child = Command::new(env!("CARGO_BIN_EXE_zhfix"))
                .args(["convert", option, "--column", "2,4"])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let mut pipe = child.stdin.take().unwrap();
            let bytes = input.as_bytes().to_vec();
            let feeder = std::thread::spawn(move || pipe.write_all(&bytes));
            let output = child.wait_with_output().unwrap();
            feeder.join().unwrap().unwrap();
            assert_eq!(output.status.code(), Some(0));
            let found = String::from_utf8(output.stdout).unwrap();
            let expect = &expect[..expect.len() - (source.len() - input.len())];
            let differs = found.lines().zip(expect.lines()).find(|(f, e)| f != e);
            assert_eq!(differs, None, "{option}");
            assert!(found == expect, "{option}");
        }
    }
}

#[test]
fn any_cut_into_whole_records_equals_the_whole() {
    let generated = [Separator::Comma, Separator::Tab].map(|separator| {
        let (source, expect) = generated(separator, 60, &[1]);
        (separator, source, expect)
    });
    // A mark stands before the quote that opens the first field, which goes on over line ends.
    let marked = "\u{FEFF}\"漢\n字,\",說\n漢,\"說\n\"\n".to_owned();
    let expected = "\u{FEFF}\"汉\n字,\",說\n汉,\"說\n\"\n".to_owned();
    let marked = [(Separator::Comma, marked, expected)];
    for (separator, source, expect) in generated.into_iter().chain(marked) {
        let pipeline = Pipeline::default();
        let columns = Columns::new(separator, [Column::Number(1)]);
        let settled = columns.settle(&pipeline, source.as_bytes()).unwrap();
        let mut whole = Vec::new();
        let summary = settled.run(&pipeline, source.as_bytes(), true, &mut whole);
        assert_eq!(String::from_utf8(whole).unwrap(), expect);
        for cut in 0..=source.len() {
            let first = columns.whole_records_bytes(&source.as_bytes()[..cut], true);
            assert!(first <= cut);
            let (one, two) = source.as_bytes().split_at(first);
            let mut joined = Vec::new();
            let part = settled.run(&pipeline, one, true, &mut joined);
            let rest = settled.run(&pipeline, two, one.is_empty(), &mut joined);
            assert!(joined == expect.as_bytes(), "cut at {cut}");
            assert_eq!(part.plus(rest), summary, "cut at {cut}");
        }
    }
}
