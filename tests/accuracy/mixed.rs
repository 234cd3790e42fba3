//! Files whose parts are in different encodings, and files that only look odd.

use zhfix::codec::{Unencodable, encode};
use zhfix::{Detector, Encoding};

use super::corpora::{Dice, File, files, line};
use super::{SAMPLE, Tally, cell};

/// Parts of 2 to 20 lines, each in an encoding of its own; the share of lines that are read
/// in theirs.
fn joined(detector: &Detector, others: &[(&str, Encoding)], name: &str) -> Option<String> {
    let kinds: Vec<(Vec<File>, Encoding)> = others
        .iter()
        .map(|&(prefix, encoding)| (files(&[prefix]).unwrap(), encoding))
        .collect();
    if kinds.iter().any(|(files, _)| files.is_empty()) {
        return None;
    }
    let mut dice = Dice::new(name);
    let mut tally = Tally::default();
    while tally.all < 20 * SAMPLE {
        let mut bytes = Vec::new();
        let mut lines = Vec::new();
        for _ in 0..2 + dice.below(7) {
            let (files, encoding) = dice.pick(&kinds);
            for _ in 0..2 + dice.below(19) {
                let text = line(files, &mut dice);
                let Ok(encoded) = encode(text, *encoding, Unencodable::Error) else {
                    continue;
                };
                if !encoded.is_ascii() {
                    lines.push((bytes.len(), *encoding, text));
                }
                bytes.extend_from_slice(&encoded);
                bytes.push(b'\n');
            }
        }
        let segments = detector.segments(&bytes);
        for (start, encoding, text) in lines {
            let found = segments.iter().find(|s| s.span.contains(&start));
            let found = found.and_then(|segment| segment.encoding);
            let is_right = found.map(family) == Some(encoding);
            tally.count(is_right, || format!("{text} {encoding}: {found:?}"));
        }
    }
    // A line with one accented letter says little.
    let floor = if name.contains("windows") { 90.0 } else { 98.0 };
    cell(name, &tally, floor)
}

fn family(encoding: Encoding) -> Encoding {
    match encoding {
        Encoding::Gb18030 => Encoding::Gbk,
        other => other,
    }
}

/// Files that are recognised, with an odd byte or two: the share that stays whole.
fn whole(detector: &Detector) -> Vec<String> {
    let mut low = Vec::new();
    for encoding in [
        Encoding::Gb18030,
        Encoding::Big5,
        Encoding::Utf8,
        Encoding::EucTw,
        Encoding::ShiftJis,
        Encoding::EucJp,
        Encoding::EucKr,
        Encoding::Windows1252,
        Encoding::Windows1251,
    ] {
        let all = files(&[
            "zh", "yue", "ja", "ko", "cyrl", "el", "th", "vi", "europe", "code",
        ]);
        let name = format!("{encoding} stays whole");
        let mut dice = Dice::new(&name);
        let mut tally = Tally::default();
        for file in all.unwrap() {
            for lines in file.lines.chunks(60).take(60) {
                let mut bytes = Vec::new();
                for line in lines {
                    if let Ok(encoded) = encode(line, encoding, Unencodable::Error) {
                        bytes.extend_from_slice(&encoded);
                        bytes.push(b'\n');
                    }
                }
                if bytes.is_ascii() || bytes.len() < 200 {
                    continue;
                }
                let damaged = dice.below(3);
                for _ in 0..damaged {
                    let at = dice.below(bytes.len());
                    bytes[at] = 0x80 | dice.byte();
                }
                let found = detector.detect(&bytes).encoding();
                if found.map(family) != Some(family(encoding)) {
                    continue;
                }
                let segments = detector.segments(&bytes);
                let what = || {
                    let texts = segments.iter().skip(1).take(2).map(|segment| {
                        let text = &bytes[segment.span.clone()];
                        let decoded = zhfix::decode(text, encoding).text;
                        let start: String = decoded.chars().take(60).collect();
                        format!("{:?} {start}", segment.encoding)
                    });
                    let first = segments.first().and_then(|first| first.encoding);
                    format!("{first:?}, {}", texts.collect::<Vec<_>>().join(" | "))
                };
                tally.count(segments.len() <= 1, what);
            }
        }
        low.extend(cell(&name, &tally, 98.5));
    }
    low
}

pub(super) fn all(detector: &Detector) -> Vec<String> {
    let mut low = Vec::new();
    let three = [
        ("zh-CN", Encoding::Utf8),
        ("zh-CN", Encoding::Gbk),
        ("zh-TW", Encoding::Big5),
    ];
    low.extend(joined(detector, &three, "lines of UTF-8, GBK and Big5"));
    low.extend(joined(detector, &three[..2], "lines of UTF-8 and GBK"));
    low.extend(joined(detector, &three[1..], "lines of GBK and Big5"));
    let japanese = [("ja.", Encoding::ShiftJis), ("zh-CN", Encoding::Utf8)];
    low.extend(joined(detector, &japanese, "lines of Shift_JIS and UTF-8"));
    let western = [("europe", Encoding::Windows1252), ("zh-CN", Encoding::Utf8)];
    low.extend(joined(
        detector,
        &western,
        "lines of windows-1252 and UTF-8",
    ));
    low.extend(whole(detector));
    low
}
