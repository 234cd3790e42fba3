//! Which lines are worth the search: one pass, one look-up a character.
//!
//! Each character has a kind; what follows what is worth points, some of them negative, and
//! the sum never falls below nothing. Common characters of any language take points away,
//! rare ones and what stands where no language has it (a capital behind a small letter, a sign
//! between letters, a corner of one table beside a line of another) give some. Where the sum
//! reaches a bound the line is searched. Points only have to find damage: what is right and
//! looks odd costs a search, and no more.

use std::sync::LazyLock;

use crate::Span;
use crate::model::model;
use crate::repair::topic;

/// At this sum a line is searched: two characters that are rare in all languages, or three
/// places where letters and signs do not belong together.
const BOUND: i32 = 6;

/// A character that costs less in some language is usual: 12.5 bits.
const USUAL_STEPS: u8 = 100;

/// One that costs more in all of them is rare: 15 bits.
const RARE_STEPS: u8 = 120;

/// What a character is to the scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// ASCII, and what stands beside words in good text.
    Neutral,
    Usual,
    Unusual,
    Rare,
    /// Private use, controls: in no text.
    Never,
    LatinSmall,
    LatinCapital,
    /// Of scripts whose words are not ASCII.
    Small,
    Capital,
    Caseless,
    Sign,
    LightLine,
    DoubleLine,
    MixedLine,
    Block,
}

const KINDS: usize = 16;

struct Tables {
    kinds: Vec<u8>,
    points: [i32; KINDS * KINDS],
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let kinds = (0..=u16::MAX)
        .map(|unit| char::from_u32(unit.into()).map_or(Kind::Never, kind) as u8)
        .collect();
    let mut points = [0; KINDS * KINDS];
    for (before, row) in ALL.iter().zip(points.chunks_mut(KINDS)) {
        for (&kind, points) in ALL.iter().zip(row) {
            *points = worth(*before, kind);
        }
    }
    Tables { kinds, points }
});

const ALL: [Kind; 15] = [
    Kind::Neutral,
    Kind::Usual,
    Kind::Unusual,
    Kind::Rare,
    Kind::Never,
    Kind::LatinSmall,
    Kind::LatinCapital,
    Kind::Small,
    Kind::Capital,
    Kind::Caseless,
    Kind::Sign,
    Kind::LightLine,
    Kind::DoubleLine,
    Kind::MixedLine,
    Kind::Block,
];

fn kind(c: char) -> Kind {
    match c {
        '\0'..='\x7F'
        | '“'
        | '”'
        | '‘'
        | '’'
        | '„'
        | '–'
        | '—'
        | '…'
        | '•'
        | '·'
        | '«'
        | '»'
        | '\u{A0}'
        | '\u{200B}'..='\u{200F}'
        | '\u{FEFF}' => Kind::Neutral,
        '\u{80}'..='\u{9F}' | '\u{E000}'..='\u{F8FF}' | '\u{FFF0}'..='\u{FFFF}' => Kind::Never,
        '═' | '║' | '╔' | '╗' | '╚' | '╝' | '╠' | '╣' | '╦' | '╩' | '╬' => {
            Kind::DoubleLine
        }
        '\u{2550}'..='\u{256C}' => Kind::MixedLine,
        '\u{2500}'..='\u{257F}' => Kind::LightLine,
        '\u{2580}'..='\u{259F}' => Kind::Block,
        '\u{A1}'..='\u{2E7F}' => {
            let latin = matches!(c, '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}')
                || matches!(c, 'ª' | 'º');
            if !c.is_alphabetic() {
                if matches!(c, '\u{300}'..='\u{36F}' | '\u{590}'..='\u{6FF}' | '\u{E00}'..='\u{E7F}')
                {
                    Kind::Caseless
                } else {
                    Kind::Sign
                }
            } else if latin {
                if c.is_uppercase() {
                    Kind::LatinCapital
                } else {
                    Kind::LatinSmall
                }
            } else if c.is_uppercase() {
                Kind::Capital
            } else if c.is_lowercase() {
                Kind::Small
            } else {
                Kind::Caseless
            }
        }
        _ => {
            let row = model().row(crate::model::symbol(c));
            match row.iter().copied().take(7).min().unwrap_or(0) {
                0..USUAL_STEPS => Kind::Usual,
                USUAL_STEPS..RARE_STEPS => Kind::Unusual,
                _ => Kind::Rare,
            }
        }
    }
}

/// What a character is worth behind another.
fn worth(before: Kind, kind: Kind) -> i32 {
    use Kind::{
        Block, Capital, Caseless, DoubleLine, LatinCapital, LatinSmall, LightLine, MixedLine,
        Neutral, Never, Rare, Sign, Small, Unusual, Usual,
    };
    let line = |kind| matches!(kind, LightLine | DoubleLine | MixedLine | Block);
    let letter = |kind| matches!(kind, LatinSmall | LatinCapital | Small | Capital | Caseless);
    let latin = |kind| matches!(kind, LatinSmall | LatinCapital);
    match (before, kind) {
        (_, Usual) => -2,
        (_, Unusual) => 1,
        (_, Rare) => 4,
        (_, Never) => 6,
        (_, MixedLine) => 3,
        (Neutral | Usual | Unusual | Rare, _) | (_, Neutral) => 0,
        // `ãº` and `ÐÎ` are one character each in no language; Vietnamese has some.
        (before, kind) if latin(before) && latin(kind) => 2,
        (Small, Small) | (Caseless, Caseless) => -1,
        (Small, Capital) => 4,
        (Capital, Small | Capital) => 0,
        (before, kind) if letter(before) && letter(kind) => 3,
        (Sign, Sign) => 2,
        (before, kind) if line(before) && line(kind) => 3 * i32::from(before != kind),
        _ => 3,
    }
}

/// The lines that are worth the search, without their ends, in order. Time O(n), memory for
/// those lines only.
pub(in crate::repair) fn suspects(text: &str) -> Vec<Span> {
    let mut lines: Vec<Span> = Vec::new();
    if std::env::var_os("ZHFIX_ALL").is_some() {
        push_lines(text, 0..text.len(), &mut lines);
        return lines;
    }
    let bytes = text.as_bytes();
    let mut at = encoding_rs::Encoding::ascii_valid_up_to(bytes);
    if at == bytes.len() {
        return lines;
    }
    let Tables { kinds, points } = &*TABLES;
    let (mut sum, mut before, mut since) = (0i32, 0u8, 0);
    while let Some(&first) = bytes.get(at) {
        if first.is_ascii() {
            at += encoding_rs::Encoding::ascii_valid_up_to(&bytes[at..]);
            before = 0;
            sum = (sum - 1).max(0);
            continue;
        }
        let (unit, length) = match bytes[at..] {
            [a, b, ..] if a < 0xE0 => ((usize::from(a) & 0x1F) << 6 | usize::from(b) & 0x3F, 2),
            [a, b, c, ..] if a < 0xF0 => (
                (usize::from(a) & 0xF) << 12 | (usize::from(b) & 0x3F) << 6 | usize::from(c) & 0x3F,
                3,
            ),
            // Past the basic plane: emoji, and what only Big5 with HKSCS makes of other bytes.
            _ => (usize::from(crate::model::EMOJI), 4),
        };
        let kind = kinds[unit];
        let worth = points[usize::from(before) << 4 | usize::from(kind)];
        if sum == 0 {
            since = at;
        }
        sum = (sum + worth).max(0);
        before = kind;
        at += length;
        if sum >= BOUND {
            // From the line in which the points began.
            let last = topic::line_around(text, at - length);
            let first = topic::line_around(text, since);
            let start = lines
                .last()
                .map_or(first.start, |line| line.end.max(first.start));
            push_lines(text, start..last.end, &mut lines);
            at = last.end;
            (sum, before) = (0, 0);
        }
    }
    lines
}

/// Adds lines, empty ones left out.
fn push_lines(text: &str, span: Span, lines: &mut Vec<Span>) {
    let mut start = span.start;
    for line in text[span].split('\n') {
        if !line.is_ascii() {
            lines.push(start..start + line.len());
        }
        start += line.len() + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_text_of_any_language_is_not_searched() {
        for text in [
            "",
            "plain ASCII",
            "今天天气很好，我们去公园走走。無錫高新區（新吳區）召開動員大會。",
            "日本語のテキストです。カタカナもあります。",
            "한국어 문장입니다.",
            "Größe, Äpfel und „Öl“ – fünf Straßen…",
            "Все люди рождаются свободными и равными. СССР",
            "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι",
            "┌──┬──┐ │ ═══ ▓▓▓",
        ] {
            assert_eq!(suspects(text), [], "{text}");
        }
    }

    #[test]
    fn damage_is_searched_from_where_it_begins() {
        for text in [
            "ÄãºÃÊÀ½ç",
            "╓╨╬─▒р┬ы",
            "ЦРОД±аВл",
            "硂琌いゅ代刚",
            "笢恅晤鎢",
            "¤¤¤å½s½X",
        ] {
            assert_eq!(suspects(text), [0..text.len()], "{text}");
        }
        let text = "好\n笢恅\n晤鎢\n好";
        assert_eq!(suspects(text).len(), 2);
    }
}
