//! The glance at a text: which rules could find anything in it, at the speed of memory.
//!
//! One pass, one look-up a character (`class.rs`); on clean text this is all that repair costs.
//! It also counts the characters of each script, and notes what the scan for odd lines asks for.
//! A sign is only a reason to look again. What matters is the other direction, that no rule can
//! have work where its sign is missing. Mojibake is looked for by its first characters: what
//! opens a run that a wrong decoder wrote and goes on as it must is checked as bytes for a few
//! characters more, so that accented words and rare characters behind a comma are no sign.
//!
//! ASCII goes by in blocks that compilers turn into vector instructions (`ascii.rs`); the short words of
//! mixed text byte by byte, which is faster than to set a block up.

use super::ascii::{ASCII, CONTROL, HIGH, LESS, QUESTION, block_class};
use super::class::{self, Classes, Pair, Row};
use super::forms::{fill, misconversion};
use super::opening::{is_utf_8_as_windows_1252, utf_8_as_gbk_chars};
use super::reread::OddLines;
use super::rules::Level;
use super::signs::Signs;
use crate::Span;
use crate::script::{LANE_MAX, Marks, Tally};

/// How many bytes of ASCII are looked at one by one: longer words are rare.
const WORD_BYTES: usize = 16;
/// How many are looked at together behind them.
const BLOCK_BYTES: usize = 128;
/// How many different search words the text has to hold for its lines to be read.
const SPAM_WORDS_MIN: usize = 3;
/// How many runs of two characters are a sign as well,
const SHORT_RUNS_MIN: usize = 3;
/// and in how many bytes of text there has to be one.
const SHORT_RUN_BYTES: usize = 600;

/// How many places of a kind a text may have for which the rest of it is not gone over again: these,
/// and one more in so many bytes of it, of mojibake or of words.
const PLACES_MIN: usize = 8;
const PLACE_BYTES: usize = 32 << 10;
const WORD_PLACE_BYTES: usize = 1 << 10;

/// Where something may begin, as far as there are few places.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    first: Vec<usize>,
    /// There are more than can be remembered.
    are_many: bool,
}

impl Places {
    /// Adds a place, unless there is one in so many bytes of the text already, and a few more.
    fn push(&mut self, place: usize, text: &str, bytes_each: usize) {
        self.are_many |= self.first.len() == PLACES_MIN + text.len() / bytes_each;
        if !self.are_many {
            self.first.push(place);
        }
    }

    /// The places in order; none if there are many.
    pub(super) fn all(&self) -> Option<&[usize]> {
        (!self.are_many).then_some(&self.first)
    }
}

/// What a glance shows.
pub(super) struct Seen {
    /// The signs that the text shows.
    pub(super) signs: Signs,
    /// Where mojibake may begin.
    pub(super) places: Places,
    /// Where words that a conversion left wrong may begin.
    pub(super) words: Places,
    /// Lines that the language model has to read.
    pub(super) odd: Vec<Span>,
    /// The characters by script.
    pub(super) tally: Tally,
    /// Where those of a script are.
    pub(super) marks: Marks,
}

/// Goes over a text. Time O(n), memory for odd lines only.
pub(super) fn at(text: &str, classes: &'static Classes) -> Seen {
    let mut glance = Glance {
        text,
        classes,
        signs: Signs::default(),
        ascii: 0,
        short_runs: 0,
        places: Places::default(),
        words: Places::default(),
        spam: [""; SPAM_WORDS_MIN],
        odd: OddLines::of(text),
        tally: Tally::default(),
        marks: Marks::of_length(text.len()),
    };
    glance.run();
    let Glance {
        mut signs,
        ascii,
        short_runs,
        mut places,
        words,
        spam,
        odd,
        tally,
        marks,
        ..
    } = glance;
    if short_runs >= SHORT_RUNS_MIN && short_runs * SHORT_RUN_BYTES >= text.len() {
        signs.gbk = true;
        places.are_many = true;
    }
    signs.spam = !spam.contains(&"");
    signs.markup = ascii & LESS != 0 && memchr::memmem::find(text.as_bytes(), b"\"></").is_some();
    signs.invisible |= ascii & CONTROL != 0;
    Seen {
        signs,
        places,
        words,
        odd: odd.into_lines(),
        tally,
        marks,
    }
}

struct Glance<'t> {
    text: &'t str,
    classes: &'static Classes,
    signs: Signs,
    /// The classes of all ASCII seen.
    ascii: u8,
    /// How many runs of two characters look like UTF-8 read as GBK.
    short_runs: usize,
    /// Where mojibake may begin.
    places: Places,
    /// Where words that a conversion left wrong may begin.
    words: Places,
    /// The first different search words.
    spam: [&'static str; SPAM_WORDS_MIN],
    odd: OddLines<'t>,
    tally: Tally,
    marks: Marks,
}

impl Glance<'_> {
    fn run(&mut self) {
        let bytes = self.text.as_bytes();
        let classes = self.classes;
        // The last character; the text begins like a line.
        let mut last = &Row::EDGE;
        // Characters that are counted in a register, and how many bytes of more it has room for.
        let (mut lanes, mut room) = (0, 3 * LANE_MAX);
        let mut counted = 0;
        let mut at = 0;
        while let Some(&first) = bytes.get(at) {
            match first {
                0..0x80 => {
                    if first == b'(' && !last.is_edge() {
                        self.signs.gloss |= may_be_gloss(&bytes[at + 1..]);
                    }
                    let start = at;
                    at = self.pass_ascii(bytes, at);
                    // A line end parts no line of an odd text from the next, and a letter by itself
                    // may be half of a character.
                    let is_short = match at - start {
                        1 => first == b'\n' || first >= b'@',
                        2 => first >= b'@' && bytes[start + 1] == b'\n',
                        _ => false,
                    };
                    last = if is_short {
                        last.and_short()
                    } else {
                        &Row::EDGE
                    };
                }
                0xE0..0xF0 => {
                    let within = &bytes[at..bytes.len().min(at + room)];
                    let chars = within.as_chunks::<3>().0;
                    let mut rest = chars;
                    // Each pass is without a call, so that all of it stays in registers.
                    loop {
                        let found = classes.pass(&mut rest, &mut last, &mut lanes);
                        if found == 0 {
                            break;
                        }
                        self.note(found, at + 3 * (chars.len() - rest.len() - 1));
                    }
                    let passed = 3 * (chars.len() - rest.len());
                    at += passed;
                    room -= passed;
                    if room == 0 {
                        self.count(counted..at, std::mem::take(&mut lanes));
                        counted = at;
                        room = 3 * LANE_MAX;
                    }
                }
                0xC0..0xE0 => {
                    for c in bytes[at..].as_chunks::<2>().0 {
                        if !matches!(c[0], 0xC0..0xE0) {
                            break;
                        }
                        let code = u16::from(c[0] & 0x1F) << 6 | u16::from(c[1] & 0x3F);
                        let row = classes.of(code);
                        let found = row.stops(last);
                        if found != 0 {
                            self.note(found, at);
                        }
                        last = row;
                        at += 2;
                    }
                }
                _ => {
                    // U+2F800 to U+2FA1F.
                    self.signs.compatibility |= bytes[at..].starts_with(&[0xF0, 0xAF]);
                    let c = self.text[at..].chars().next();
                    self.tally.add_char(c.unwrap_or_default());
                    last = last.and_short();
                    at += 4;
                }
            }
        }
        self.count(counted..at, lanes);
    }

    /// Takes the sums of the characters of a span.
    fn count(&mut self, span: Span, lanes: u64) {
        self.tally.add(lanes);
        self.marks.add(span, lanes);
    }

    /// Passes over the ASCII at a place; says where it ends.
    #[inline(always)]
    fn pass_ascii(&mut self, bytes: &[u8], start: usize) -> usize {
        // Most runs are words, and end before a block would be loaded.
        let mut seen = 0;
        let mut at = start;
        let word_end = bytes.len().min(start + WORD_BYTES);
        while let Some(&byte) = bytes[..word_end].get(at) {
            let class = ASCII[usize::from(byte)];
            if class == HIGH {
                break;
            }
            seen |= class;
            at += 1;
        }
        if at == start + WORD_BYTES {
            at = self.pass_blocks(bytes, at);
        }
        self.ascii |= seen;
        if seen & QUESTION != 0 {
            self.note_questions(&bytes[start..at]);
        }
        at
    }

    /// Passes over the ASCII at a place in blocks; says where it ends.
    fn pass_blocks(&mut self, bytes: &[u8], start: usize) -> usize {
        let mut at = start;
        let mut seen = 0;
        loop {
            let rest = &bytes[at..];
            let block = match rest.first_chunk::<BLOCK_BYTES>() {
                Some(block) => block_class(block),
                None => block_class(rest),
            };
            if block & HIGH != 0 {
                let run = encoding_rs::Encoding::ascii_valid_up_to(rest);
                for &byte in &rest[..run] {
                    seen |= ASCII[usize::from(byte)];
                }
                at += run;
                break;
            }
            seen |= block;
            at += rest.len().min(BLOCK_BYTES);
            if at == bytes.len() {
                break;
            }
        }
        self.ascii |= seen;
        if seen & QUESTION != 0 {
            self.note_questions(&bytes[start - 3..at]);
        }
        at
    }

    fn note_questions(&mut self, ascii: &[u8]) {
        self.signs.question_marks |= memchr::memmem::find(ascii, b"????").is_some();
    }

    /// Looks closer at the character at a place: at what it is alone, and at what it completes.
    #[cold]
    #[inline(never)]
    fn note(&mut self, complete: u16, at: usize) {
        if complete & class::WEIGHTS != 0 {
            self.odd.note(at);
        }
        // Once the places are too many, there is nothing more to learn.
        let wanted = !self.places.are_many;
        let mut complete = complete & !class::WEIGHTS;
        if !wanted && self.signs.windows_1252 {
            complete &= !class::FOLLOWS;
        }
        if !wanted && self.signs.gbk {
            complete &= !class::GOES_ON;
        }
        // Most of it is a pair of no list, or stands in the middle of a run; that few bytes tell.
        let bytes = self.text.as_bytes();
        if complete & class::SECOND != 0 && !self.classes.may_be_pair(bytes, at) {
            complete &= !class::SECOND;
        }
        if complete & class::GOES_ON != 0 && !self.classes.edge_before_last(&bytes[..at]) {
            complete &= !class::GOES_ON;
        }
        if complete != 0 {
            self.note_signs(complete, at);
        }
    }

    /// What [`Glance::note`] has not ruled out.
    fn note_signs(&mut self, complete: u16, at: usize) {
        let text = self.text;
        let (before, rest) = text.split_at(at);
        if complete & class::ALONE != 0
            && let Some(c) = rest.chars().next()
        {
            self.signs.note_alone(c);
        }
        let Some(first) = before.chars().next_back() else {
            return;
        };
        let start = at - first.len_utf8();
        let is_asian = matches!(first, '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}');
        if is_asian && rest.starts_with(|c| matches!(c, '\u{FF61}'..='\u{FF9F}' | '\u{FFFD}')) {
            self.signs.eastern = true;
            self.places.push(start, text, PLACE_BYTES);
        }
        if complete & class::FOLLOWS != 0 && is_utf_8_as_windows_1252(&text[start..]) {
            self.signs.windows_1252 = true;
            self.places.push(start, text, PLACE_BYTES);
        }
        if complete & class::GOES_ON != 0 {
            match utf_8_as_gbk_chars(&text[start..]) {
                0 | 1 => {}
                2 => self.short_runs += 1,
                _ => {
                    self.signs.gbk = true;
                    self.places.push(start, text, PLACE_BYTES);
                }
            }
        }
        let Some(second) = rest
            .chars()
            .next()
            .filter(|_| complete & class::SECOND != 0)
        else {
            return;
        };
        for why in self.classes.pairs(first, second) {
            match why {
                Pair::Word => {
                    let level = misconversion::level_at(text, start);
                    self.signs.regional_word |= level == Some(Level::Tidy);
                    self.signs.word |= level.is_some_and(|level| level != Level::Tidy);
                    if level.is_some() {
                        self.words.push(start, text, WORD_PLACE_BYTES);
                    }
                }
                Pair::Fill => self.signs.fill |= rest[second.len_utf8()..].starts_with(second),
                Pair::TouBu => self.signs.tou_bu |= fill::is_claim(text, start),
                Pair::Spam(word) => {
                    let is_new = text[start..].starts_with(word) && !self.spam.contains(&word);
                    let free = self.spam.iter_mut().find(|word| word.is_empty());
                    if let Some(free) = free.filter(|_| is_new) {
                        *free = word;
                    }
                }
            }
        }
    }
}

/// Whether what stands behind a parenthesis may be a reading: letters, one of them with a tone.
fn may_be_gloss(rest: &[u8]) -> bool {
    let letters = rest
        .iter()
        .take(6)
        .take_while(|byte| byte.is_ascii_lowercase())
        .count();
    matches!(rest.get(letters), Some(0xC3..=0xCC))
}

#[cfg(test)]
mod tests {
    use super::super::topic;
    use super::*;

    fn signs(text: &str) -> Signs {
        at(text, Classes::get(true)).signs
    }

    #[test]
    fn signs_are_seen_at_every_place_of_ascii() {
        for padding in 0..300 {
            let before = "a".repeat(padding);
            for after in ["", "b", "好", &"c".repeat(200)] {
                let text = |sign: &str| format!("{before}{sign}{after}");
                assert!(signs(&text("????")).question_marks, "{padding}");
                assert!(signs(&text("\u{1}")).invisible, "{padding}");
                assert!(signs(&text("\u{7F}")).invisible, "{padding}");
                assert!(signs(&text("<p id=\"a1bc\"></p>")).markup, "{padding}");
                assert!(signs(&text("浣犲ソ")).gbk, "{padding}");
                assert!(signs(&text("ä½\u{A0}å¥½")).windows_1252, "{padding}");
                assert!(signs(&text("皇後")).word, "{padding}");
                assert!(signs(&text("發(fā)")).gloss, "{padding}");
                assert!(signs(&text("??? < ? \t\r\n")).none(), "{padding}");
            }
        }
    }

    #[test]
    fn every_text_read_wrong_is_seen() {
        for text in [
            "你好",
            "这是一句中文",
            "學習",
            "，。",
            "😀你好",
            "あいう",
            "中文abc",
        ] {
            let gbk = encoding_rs::GBK
                .decode_without_bom_handling(text.as_bytes())
                .0;
            assert!(signs(&gbk).gbk || !gbk.contains(topic::is_han), "{gbk}");
            let twice = encoding_rs::GBK
                .decode_without_bom_handling(gbk.as_bytes())
                .0;
            assert!(signs(&twice).gbk, "{twice}");
            let mut latin = text.to_owned();
            for _ in 0..3 {
                latin = encoding_rs::WINDOWS_1252
                    .decode_without_bom_handling(latin.as_bytes())
                    .0
                    .into_owned();
                assert!(signs(&latin).windows_1252, "{latin}");
            }
        }
    }
}
