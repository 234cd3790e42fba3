//! The hot paths, for `.ci/instructions`: `instructions list`, `instructions PATH TIMES`.
//!
//! `list` prints the name of every path. With a name the path is walked so many times on text that is
//! the same in every run; how many instructions another time costs is the difference of two runs.
//! Each answer is asserted once, outside of what is counted: it costs both runs the same.

use std::borrow::Cow;
use std::hint::black_box;
use std::io::{Error, ErrorKind, Write as _};

use zhfix::codec::{Unencodable, encode};
use zhfix::records::JsonLines;
use zhfix::{
    Config, Converter, Detector, Encoding, Pipeline, Repairer, Script, ScriptCounts, Variant,
};

#[allow(dead_code, unreachable_pub, reason = "shared by the benchmarks")]
#[path = "../text/mod.rs"]
mod text;
use text::{Kind, pair};

/// Long enough that what a call costs once does not count, short enough for valgrind.
const BYTES: usize = 20_000;

/// What is counted: something that can be done again and again.
type Walk = Box<dyn Fn()>;

/// Converts, after it was seen to be right. Towards more characters there is no one right answer
/// for words in random order: greedy matching finds others at their seams.
fn convert(converter: Converter, from: String, to: Option<&str>) -> Walk {
    let converted = converter.convert(&from);
    assert!(to.is_none_or(|to| converted == to), "{}", converter.name());
    Box::new(move || drop(black_box(converter.convert(black_box(&from)))))
}

/// Converts what is right already.
fn keep(converter: Converter, text: String) -> Walk {
    assert!(matches!(converter.convert(&text), Cow::Borrowed(_)));
    convert(converter, text, None)
}

fn repair(from: String, to: &str) -> Walk {
    let repairer = Repairer::new();
    assert!(repairer.repair(&from).text() == to, "repair");
    Box::new(move || drop(black_box(repairer.repair(black_box(&from)))))
}

/// The bytes of a text that the encoding holds.
fn written(text: &str, encoding: Encoding) -> Vec<u8> {
    encode(text, encoding, Unencodable::Question)
        .map(Cow::into_owned)
        .unwrap_or_default()
}

fn detect(text: &str, encoding: Encoding) -> Walk {
    let bytes = written(text, encoding);
    let detector = Detector::new();
    assert_eq!(detector.detect(&bytes).encoding(), Some(encoding));
    Box::new(move || drop(black_box(detector.detect(black_box(&bytes)))))
}

fn pipeline(text: &str, encoding: Encoding, to: &str) -> Walk {
    let bytes = written(text, encoding);
    let pipeline = Pipeline::default();
    assert!(pipeline.run(&bytes).text.as_deref() == Some(to), "pipeline");
    Box::new(move || drop(black_box(pipeline.run(black_box(&bytes)))))
}

/// JSON lines whose texts have a hundred characters, as most of what people say.
fn records(text: &str, to: &str) -> Walk {
    const CHARS: usize = 100;
    let lines = |text: &str| {
        let chars: Vec<char> = text.chars().collect();
        let texts = chars.chunks(CHARS).map(String::from_iter);
        let lines = texts.map(|text| text.replace('\n', "\\n"));
        let lines = lines.map(|text| format!("{{\"text\":\"{text}\"}}\n"));
        lines.collect::<String>().into_bytes()
    };
    let (from, to) = (lines(text), lines(to));
    let (pipeline, json) = (Pipeline::default(), JsonLines::new(["text".to_owned()]));
    let mut out = Vec::new();
    json.run(&pipeline, &from, &mut out);
    assert!(out == to, "records");
    Box::new(move || {
        let mut out = Vec::new();
        json.run(&pipeline, black_box(&from), &mut out);
        drop(black_box(out));
    })
}

/// A converter, and two characters through it.
fn start(config: Config) -> Walk {
    Box::new(move || {
        black_box(Converter::new(config).convert("头发").len());
    })
}

/// Every path: stage, what of it, kind of text.
const PATHS: [&str; 29] = [
    "start/t2s",
    "start/s2t",
    "start/s2twp",
    "start/tw2sp",
    "convert/t2s/dense",
    "convert/t2s/mixed",
    "convert/s2t/dense",
    "convert/s2t/mixed",
    "convert/s2twp/dense",
    "convert/s2twp/mixed",
    "convert/tw2sp/dense",
    "convert/tw2sp/mixed",
    "convert/to-zh-hans/dense",
    "convert/to-zh-hans/mixed",
    "convert/t2s-unchanged/dense",
    "convert/to-zh-hans-unchanged/dense",
    "convert/t2s/ascii",
    "repair/clean/dense",
    "repair/clean/mixed",
    "repair/clean/ascii",
    "repair/utf-8-as-windows-1252/dense",
    "detect/UTF-8/mixed",
    "detect/GBK/dense",
    "detect/GBK/mixed",
    "detect/Big5/dense",
    "script/counts/dense",
    "pipeline/UTF-8/dense",
    "pipeline/GBK/mixed",
    "records/json/dense",
];

/// A path by its name.
fn path(name: &str) -> Option<Walk> {
    let mut parts = name.split('/');
    let (stage, what) = (parts.next()?, parts.next()?);
    let kind = match parts.next() {
        Some("mixed") => Kind::Mixed,
        Some("ascii") => Kind::Ascii,
        _ => Kind::Dense,
    };
    let (hans, hant) = pair(kind, BYTES);
    let encoding = || Encoding::from_label(what);
    Some(match (stage, what) {
        ("start", _) => start(Config::from_name(what).ok()?),
        ("convert", "t2s" | "tw2sp") if matches!(kind, Kind::Ascii) => {
            keep(Converter::new(Config::from_name(what).ok()?), hans)
        }
        ("convert", "t2s") => convert(Converter::new(Config::T2s), hant, Some(&hans)),
        ("convert", "t2s-unchanged") => keep(Converter::new(Config::T2s), hans),
        ("convert", "s2t") => convert(Converter::new(Config::S2t), hans, None),
        ("convert", "to-zh-hans") => convert(Converter::to(Variant::Hans), hant, Some(&hans)),
        ("convert", "to-zh-hans-unchanged") => keep(Converter::to(Variant::Hans), hans),
        ("convert", "s2twp") => convert(Converter::new(Config::S2twp), hans, None),
        ("convert", "tw2sp") => convert(Converter::new(Config::Tw2sp), hant, None),
        ("repair", "clean") => repair(hans.clone(), &hans),
        ("repair", "utf-8-as-windows-1252") => {
            let (wrong, ..) = encoding_rs::WINDOWS_1252.decode(hans.as_bytes());
            repair(wrong.into_owned(), &hans)
        }
        ("detect", "Big5") => detect(&hant, encoding()?),
        ("detect", _) => detect(&hans, encoding()?),
        ("script", _) => {
            assert_eq!(ScriptCounts::of(&hans).script(), Script::Hans);
            Box::new(move || {
                black_box(ScriptCounts::of(black_box(&hans)).script());
            })
        }
        ("pipeline", _) => pipeline(&hant, encoding()?, &hans),
        ("records", "json") => records(&hant, &hans),
        _ => return None,
    })
}

fn main() -> Result<(), Error> {
    let wrong = || {
        Error::new(
            ErrorKind::InvalidInput,
            "usage: instructions list | PATH TIMES",
        )
    };
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().ok_or_else(wrong)?;
    if name == "list" {
        return writeln!(std::io::stdout(), "{}", PATHS.join("\n"));
    }
    let times: u32 = arguments
        .next()
        .and_then(|times| times.parse().ok())
        .ok_or_else(wrong)?;
    let walk = path(&name).ok_or_else(wrong)?;
    for _ in 0..times {
        walk();
    }
    Ok(())
}
