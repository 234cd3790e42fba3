//! Which lines are worth the search: one pass, one look-up a character.
//!
//! Each character has a kind (`kinds.rs`); what follows what is worth points, some of them negative,
//! and the sum never falls below nothing. Common characters of any language take points away,
//! rare ones and what stands where no language has it (a capital behind a small letter, a sign
//! between letters, a corner of one table beside a line of another) give some. Where the sum
//! reaches a bound the line is searched. Points only have to find damage: what is right and
//! looks odd costs a search, and no more.

use super::kinds::{Kind, TABLES, Tables};
use super::parts::{is_field_end, is_word_end, part_around};
use crate::Span;
use crate::repair::topic;

/// At this sum a line is searched: two characters that are rare in all languages, or two or three
/// places where letters and signs do not belong together.
const BOUND: i32 = 10;

/// What a part of a line sums up to if it is damaged as a whole: half of that.
const ODD: i32 = 5;

/// What a rare character is worth more in such a part.
const RARE_MORE: i32 = 2;

/// What ASCII takes away: what stands on both sides of it is not one word.
const ASCII_POINTS: i32 = 4;

/// The points of a text, one amount for each character past ASCII and each run of ASCII.
#[derive(Debug)]
struct Points<'t> {
    bytes: &'t [u8],
    at: usize,
    before: u8,
    tables: &'static Tables,
}

impl Points<'_> {
    fn of(text: &str) -> Points<'_> {
        Points {
            bytes: text.as_bytes(),
            at: 0,
            before: 0,
            tables: &TABLES,
        }
    }

    /// Goes to a place, or before it to where unusual characters begin.
    fn go_to(&mut self, at: usize) {
        if at == self.at {
            return;
        }
        let mut start = at;
        let mut unusual = at;
        while start > self.at
            && let Some(bytes) = self.bytes.get(self.at..start)
        {
            start -= match *bytes {
                [.., a @ 0xE0..0xF0, b, c]
                    if self.tables.kinds[usize::from(unit(a, b, c))] == Kind::Unusual as u8 =>
                {
                    unusual = start - 3;
                    3
                }
                [.., 0xF0..=0xFF, _, _, _] => 4,
                [.., 0x80..=0xFF, b'\n' | b'@'..=b'~'] => 1,
                [.., 0x80..=0xFF, b'@'..=b'~', b'\n'] => 2,
                _ => break,
            };
        }
        if unusual > self.at {
            self.before = self.kind_before(unusual);
            self.at = unusual;
        }
    }

    /// The kind of what stands before a place, where nothing before has left points.
    fn kind_before(&self, at: usize) -> u8 {
        let Some((before, _)) = self.bytes.split_at_checked(at) else {
            return Kind::Neutral as u8;
        };
        match *before {
            [.., 0x80..=0xFF, last @ 0..0x80] => behind_ascii(self.kind_before(at - 1), &[last]),
            [.., 0x80..=0xFF, first @ 0..0x80, b'\n'] => {
                behind_ascii(self.kind_before(at - 2), &[first, b'\n'])
            }
            [.., a @ 0xC0..0xE0, b] => self.tables.kinds[unit_of_two(a, b)],
            [.., a @ 0xE0..0xF0, b, c] => self.tables.kinds[usize::from(unit(a, b, c))],
            _ => Kind::Neutral as u8,
        }
    }
}

/// How long fields may be that are odd together only.
const SHORT_FIELDS_BYTES: usize = 64;

/// The scalar value of a sequence of three bytes; the first four bits of the lead byte leave
/// the sixteen.
fn unit(a: u8, b: u8, c: u8) -> u16 {
    u16::from(a) << 12 | u16::from(b & 0x3F) << 6 | u16::from(c & 0x3F)
}

/// The scalar value of a sequence of two bytes.
fn unit_of_two(a: u8, b: u8) -> usize {
    (usize::from(a) & 0x1F) << 6 | usize::from(b) & 0x3F
}

/// How many bytes of ASCII there are; most runs are words, and shorter than what is worth a call.
#[inline(always)]
fn ascii_bytes(bytes: &[u8]) -> usize {
    const WORD_BYTES: usize = 8;
    let word = bytes.iter().take(WORD_BYTES);
    match word.take_while(|byte| byte.is_ascii()).count() {
        WORD_BYTES => encoding_rs::Encoding::ascii_valid_up_to(bytes),
        short => short,
    }
}

/// The kind of a run of ASCII: a single letter or sign behind a character may be its trail byte,
/// in front of the end of a line too.
fn behind_ascii(before: u8, run: &[u8]) -> u8 {
    let is_trail = matches!(run, [b'@'..=b'~'] | [b'@'..=b'~', b'\n']) && before != 0;
    if is_trail {
        Kind::Trail as u8
    } else {
        Kind::Neutral as u8
    }
}

impl Iterator for Points<'_> {
    type Item = i32;

    #[inline(always)]
    fn next(&mut self) -> Option<i32> {
        let rest = self.bytes.get(self.at..)?;
        let unit = match *rest {
            [] => return None,
            [first, ..] if first.is_ascii() => {
                let run = ascii_bytes(rest);
                self.at += run;
                self.before = behind_ascii(self.before, &rest[..run]);
                if self.before == Kind::Trail as u8 {
                    return Some(0);
                }
                // A line end parts no words: lines may all be damaged.
                let is_line_end = run == 1 && first == b'\n';
                return Some(if is_line_end { 0 } else { -ASCII_POINTS });
            }
            [a, b, ..] if a < 0xE0 => {
                self.at += 2;
                unit_of_two(a, b)
            }
            [a, b, c, ..] if a < 0xF0 => {
                self.at += 3;
                usize::from(unit(a, b, c))
            }
            // Past the basic plane: emoji and the rarest ideographs, of no weight.
            _ => {
                self.at += 4;
                0
            }
        };
        let kind = self.tables.kinds[unit];
        let points = self.tables.points[usize::from(self.before) << 5 | usize::from(kind)];
        self.before = kind;
        Some(points)
    }
}

/// Whether a part of a suspicious line may be damaged as a whole: what is odd in it outweighs
/// what is usual.
pub(super) fn is_odd(text: &str) -> bool {
    let mut points = Points::of(text);
    let mut sum = 0;
    while let Some(first) = points.bytes.get(points.at) {
        // ASCII tells nothing of what stands beside it.
        let counts = i32::from(!first.is_ascii());
        sum += counts * points.next().unwrap_or_default();
        // Beside the usual characters of a whole field, rare ones weigh more.
        sum += RARE_MORE * i32::from(points.before == Kind::Rare as u8) * counts;
    }
    sum >= ODD
}

/// The lines that are worth the search, collected while somebody goes over the text and says
/// which characters may give points; nearly none of good text may. Memory for those lines only.
#[derive(Debug)]
pub(in crate::repair) struct OddLines<'t> {
    text: &'t str,
    points: Points<'t>,
    /// Without their ends, in order.
    lines: Vec<Span>,
}

impl<'t> OddLines<'t> {
    pub(in crate::repair) fn of(text: &'t str) -> OddLines<'t> {
        OddLines {
            text,
            points: Points::of(text),
            lines: Vec::new(),
        }
    }

    pub(in crate::repair) fn into_lines(self) -> Vec<Span> {
        self.lines
    }

    /// Adds up the points from a character on that may give some ([`super::Weight`]), and from unusual
    /// ones before it, until there are none left. Places come in order; what was gone over is known.
    pub(in crate::repair) fn note(&mut self, at: usize) {
        let points = &mut self.points;
        if at < points.at {
            return;
        }
        points.go_to(at);
        let (bytes, text) = (points.bytes, self.text);
        let (mut sum, mut since) = (0i32, points.at);
        while let Some(worth) = points.next() {
            sum = (sum + worth).max(0);
            if sum >= BOUND {
                let here = points.at - 1;
                let field = part_around(bytes, here, is_field_end);
                let word = part_around(bytes, here, is_word_end);
                points.before = 0;
                sum = 0;
                // Of short fields, all that gave points.
                let fields = part_around(bytes, since.min(here), is_field_end).start..field.end;
                let are_short = fields != field && fields.len() <= SHORT_FIELDS_BYTES;
                if is_odd(&text[field.clone()])
                    || (word != field && is_odd(&text[word]))
                    || (are_short && is_odd(&text[fields]))
                {
                    // From the line in which the points began.
                    let last = topic::line_around(text, here);
                    let first = topic::line_around(text, since);
                    let done = self.lines.last().map_or(0, |line| line.end);
                    push_lines(text, done.max(first.start)..last.end, &mut self.lines);
                    points.at = last.end;
                } else {
                    points.at = field.end.max(points.at);
                }
            }
            if sum == 0 {
                // Words of other alphabets are gone over at once.
                if !matches!(bytes.get(points.at), Some(0xC0..0xE0)) {
                    break;
                }
                since = points.at;
            }
        }
    }
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
    use crate::repair::signs::Look;

    fn suspects(text: &str) -> Vec<Span> {
        Look::at(text, false).odd
    }

    /// Asks of every character, not of those only that may give points.
    fn naive(text: &str) -> Vec<Span> {
        let mut odd = OddLines::of(text);
        let places = text.char_indices().filter(|(_, c)| !c.is_ascii());
        places.for_each(|(at, _)| odd.note(at));
        odd.into_lines()
    }

    #[test]
    fn the_glance_asks_where_it_matters() {
        let pieces = [
            "中", "文", "的", "盲", "漏", "镥", "龘", "靁", "\u{E000}", "é", "Ã", "д", "Д", "ђ",
            "ก", "“", "—", "→", "①", "─", "═", "╞", "█", "a", "ab", "Z", " ", "\n", "，", "\"",
            "あ", "한", "\u{FE0F}", "😀", "\u{200B}", "·",
        ];
        let mut seed = 1_u64;
        let mut found = 0;
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..10 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                // Some pieces stand beside themselves.
                let range = if seed >> 62 == 0 { 8 } else { pieces.len() };
                text.push_str(pieces[(seed >> 33) as usize % range]);
            }
            let lines = suspects(&text);
            assert_eq!(lines, naive(&text), "{text}");
            found += usize::from(!lines.is_empty());
        }
        assert!((2_000..18_000).contains(&found), "{found}");
    }

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
            "叫浪琩呼隔硈絬",
            "笢恅晤鎢",
            "¤¤¤å½s½X",
            "盲赂陋盲潞潞盲赂颅氓驴聝",
        ] {
            assert_eq!(suspects(text), [0..text.len()], "{text}");
        }
        let text = "好\n笢恅\n晤鎢\n好";
        assert_eq!(suspects(text).len(), 2);
    }
}
