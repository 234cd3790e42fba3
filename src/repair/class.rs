//! Two bytes a character: what the first look at a text has to know of it.
//!
//! The look (`glance.rs`) reads every character of clean text, so it asks this table once for each
//! and not every rule in turn. One bit says that a rule reads the character alone. Others come
//! in pairs, a bit and the next one: a character with the first before one with the second is worth
//! a closer look. Neither is rare alone (皇 and 後, 烫 and 烫), both together are. What two
//! characters with bits of the same pair are in truth, a filter of one bit a pair and then a sorted
//! list say.
//!
//! The upper byte says what the character is to the scan for odd lines (`reread/scan.rs`), and as
//! what it is counted. Both went over the text by themselves once; with the classes at hand they
//! cost next to nothing.

use std::sync::OnceLock;

use super::forms::{injected, misconversion};
use super::plane::{
    LEAD_OF_THREE, in_three_bytes, is_lead_of_three, place, place_behind, place_of,
};
use super::reread::{Weight, weight};
use super::routes;
use super::rules::Level;
use crate::script;

/// A rule reads the character wherever it stands.
pub(super) const ALONE: u16 = 1;
/// Gives points to a line wherever it stands.
const ODD: u16 = 1 << 1;
/// Begins a pair of the list.
const FIRST: u16 = 1 << 2;
/// Ends one.
pub(super) const SECOND: u16 = 1 << 3;
/// The first byte of a sequence of UTF-8, read as windows-1252.
const LATIN: u16 = 1 << 4;
/// A later byte of one.
pub(super) const FOLLOWS: u16 = 1 << 5;
/// May open a run of UTF-8 read as GBK.
pub(super) const OPENS: u16 = 1 << 6;
/// May go on with such a run.
pub(super) const GOES_ON: u16 = 1 << 7;
/// Gives points that the next usual character takes away.
pub(super) const UNUSUAL: u16 = 1 << 8;
/// Gives points behind another of its kind, or one that is unusual.
pub(super) const BESIDE: u16 = 1 << 9;
/// Gives points behind another of its kind.
const OF_LETTER: u16 = 1 << 10;
/// Ends a run in GBK, so that the next character may open one.
pub(super) const EDGE: u16 = 1 << 11;
/// How far the number of its counter is shifted.
const COUNTER_SHIFT: u32 = 13;

/// What the scan for odd lines asks for.
pub(super) const WEIGHTS: u16 = ODD | UNUSUAL | BESIDE | OF_LETTER;

/// What is worth a look behind the bit below.
const SECONDS: u16 = SECOND | FOLLOWS | GOES_ON | BESIDE;
/// What is worth a look behind itself.
const TWICE: u16 = UNUSUAL | BESIDE | OF_LETTER;

/// How many bits the filter of pairs has: with 250 pairs one in thirty is set.
const FILTER_BITS: u32 = 1 << 13;

/// Why a pair is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pair {
    /// Begins a word of `misconversions.tsv`.
    Word,
    /// 烫烫, 屯屯, 葺葺.
    Fill,
    /// 头部.
    TouBu,
    /// Begins this word of `spam-words.tsv`.
    Spam(&'static str),
}

/// How many different classes there can be.
const ROWS_MAX: usize = 1 << u8::BITS;

/// What characters of one class have in common.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    class: u16,
    /// What of the next character's class makes that worth a closer look.
    wanted: u16,
    /// What the counters of the script are to be raised by: one byte a counter.
    pub(super) lanes: u64,
}

impl Row {
    /// What stands in front of a text: it ends what was before it.
    pub(super) const EDGE: Row = Row::new(EDGE);
    /// The same, and beside it stands what gives points there.
    const BESIDE: Row = Row::new(EDGE | BESIDE);
    const BESIDE_UNUSUAL: Row = Row::new(EDGE | BESIDE | UNUSUAL);

    const fn new(class: u16) -> Row {
        Row {
            class,
            wanted: (class << 1) & SECONDS | class & TWICE | ALONE | ODD,
            lanes: 1 << (8 * (class >> COUNTER_SHIFT)),
        }
    }

    /// Something short between this character and the next, which leaves it as unusual as it is.
    pub(super) const fn and_short(&self) -> &'static Row {
        if self.class & UNUSUAL == 0 {
            &Row::BESIDE
        } else {
            &Row::BESIDE_UNUSUAL
        }
    }

    /// Whether a run in GBK may open behind it.
    pub(super) const fn is_edge(&self) -> bool {
        self.class & EDGE != 0
    }

    /// Why this character is worth a closer look behind the one before: [`ALONE`], [`SECOND`],
    /// [`FOLLOWS`], [`GOES_ON`], [`WEIGHTS`] or nothing.
    #[inline(always)]
    pub(super) const fn stops(&self, before: &Row) -> u16 {
        before.wanted & self.class
    }
}

/// The rows of the characters of the basic plane.
#[derive(Debug)]
#[repr(C)]
struct Rows {
    rows: [Row; ROWS_MAX],
    /// Which row is the character's, at its [`place`]: a byte each, so that the characters of a
    /// language stay in the fastest memory.
    numbers: [u8; 0x1_0000],
}

/// The classes of the basic plane, and the pairs.
#[derive(Debug)]
pub(super) struct Classes {
    rows: Box<Rows>,
    filter: [u64; FILTER_BITS as usize / 64],
    /// Sorted.
    pairs: Vec<([char; 2], Pair)>,
}

impl Classes {
    /// The table of the rules of level `safe` and `report`, or with those of `tidy`; built once,
    /// in some ten milliseconds, most of them for tables of other modules.
    pub(super) fn get(tidy: bool) -> &'static Classes {
        static SAFE: OnceLock<Classes> = OnceLock::new();
        static TIDY: OnceLock<Classes> = OnceLock::new();
        if tidy {
            TIDY.get_or_init(|| Classes::build(true))
        } else {
            SAFE.get_or_init(|| Classes::build(false))
        }
    }

    fn build(tidy: bool) -> Classes {
        let mut of = vec![0; 0x1_0000];
        for c in '\0'..='\u{FFFF}' {
            of[c as usize] = class(c, tidy);
        }
        let mut pairs = vec![
            (['烫', '烫'], Pair::Fill),
            (['屯', '屯'], Pair::Fill),
            (['葺', '葺'], Pair::Fill),
            (['头', '部'], Pair::TouBu),
            (['頭', '部'], Pair::TouBu),
        ];
        let words = misconversion::words()
            .filter(|&(_, level)| tidy || level != Level::Tidy)
            .map(|(word, _)| (word, Pair::Word));
        let spam = injected::words().map(|word| (word, Pair::Spam(word)));
        for (word, why) in words.chain(spam) {
            let mut chars = word.chars();
            if let (Some(first), Some(second)) = (chars.next(), chars.next()) {
                pairs.push(([first, second], why));
            }
        }
        crate::order::sort_by_key(&mut pairs, |&(pair, _)| pair);
        pairs.dedup_by(|one, other| one == other && one.1 == Pair::Word);
        let mut filter = [0; FILTER_BITS as usize / 64];
        for &([first, second], _) in &pairs {
            of[first as usize] |= FIRST;
            of[second as usize] |= SECOND;
            let bit = filter_bit(place_of(first), place_of(second));
            filter[bit / 64] |= 1 << (bit % 64);
        }
        let mut known = of.clone();
        crate::order::sort_by_key(&mut known, |bits| *bits);
        known.dedup();
        let mut rows = Box::new(Rows {
            numbers: [0; 0x1_0000],
            rows: [Row::EDGE; ROWS_MAX],
        });
        let mut number_of = vec![0; usize::from(u16::MAX) + 1];
        for ((number, &class), row) in (0..=u8::MAX).zip(&known).zip(rows.rows.iter_mut()) {
            *row = Row::new(class);
            number_of[usize::from(class)] = number;
        }
        for (code, &class) in (0..=u16::MAX).zip(&of) {
            rows.numbers[usize::from(place(in_three_bytes(code)))] = number_of[usize::from(class)];
        }
        Classes {
            rows,
            filter,
            pairs,
        }
    }

    /// What a scalar value of the basic plane is.
    #[inline(always)]
    pub(super) fn of(&self, code: u16) -> &Row {
        self.of_bytes(in_three_bytes(code))
    }

    /// What a character of three bytes is.
    #[inline(always)]
    pub(super) fn of_bytes(&self, char: [u8; 3]) -> &Row {
        &self.rows.rows[usize::from(self.rows.numbers[usize::from(place(char))])]
    }

    /// Passes over characters of three bytes up to one that is worth a closer look, and over
    /// that too; says why it is. Nothing: none of them is, or the rest begins with another
    /// character.
    #[inline(always)]
    pub(super) fn pass<'c>(
        &'c self,
        chars: &mut &[[u8; 3]],
        last: &mut &'c Row,
        lanes: &mut u64,
    ) -> u16 {
        let mut wanted = last.wanted;
        let mut rest = chars.iter();
        let mut ahead = rest.as_slice();
        let mut found = 0;
        while let Some(&[lead, middle, end]) = rest.next() {
            let lead = lead.wrapping_sub(LEAD_OF_THREE);
            if lead >= 0x10 {
                break;
            }
            ahead = rest.as_slice();
            let place = usize::from(place_behind(lead, [middle, end]));
            let row = &self.rows.rows[usize::from(self.rows.numbers[place])];
            *lanes += row.lanes;
            found = wanted & row.class;
            wanted = row.wanted;
            *last = row;
            if found != 0 {
                break;
            }
        }
        *chars = ahead;
        found
    }

    /// Where two characters of three bytes stand that begin and end a pair, perhaps not the same one.
    pub(super) fn pair_places(&self, text: &str) -> impl Iterator<Item = usize> {
        let bytes = text.as_bytes();
        let (mut at, mut last) = (0, &Row::EDGE);
        std::iter::from_fn(move || {
            while let Some(&first) = bytes.get(at) {
                let place = at.wrapping_sub(3);
                let row = match (first, bytes.get(at + 1), bytes.get(at + 2)) {
                    (0xE0..0xF0, Some(&middle), Some(&end)) => {
                        at += 3;
                        self.of_bytes([first, middle, end])
                    }
                    (0xC0..0xE0, ..) => {
                        at += 2;
                        &Row::EDGE
                    }
                    (0xF0.., ..) => {
                        at += 4;
                        &Row::EDGE
                    }
                    _ => {
                        at += 1;
                        &Row::EDGE
                    }
                };
                let found = row.stops(last) & SECOND;
                last = row;
                if found != 0 {
                    return Some(place);
                }
            }
            None
        })
    }

    /// Whether the characters before and behind a place may be a pair of the list.
    #[inline(always)]
    pub(super) fn may_be_pair(&self, text: &[u8], at: usize) -> bool {
        let (before, behind) = text.split_at(at);
        match (before.last_chunk(), behind.first_chunk()) {
            (Some(&first), Some(&second)) if is_lead_of_three(first[0]) => {
                let bit = filter_bit(place(first), place(second));
                self.filter[bit / 64] >> (bit % 64) & 1 == 1
            }
            _ => true,
        }
    }

    /// Whether what stands before the last character, one of three bytes, ends a run in GBK. Only a
    /// character of three bytes does not.
    #[inline(always)]
    pub(super) fn edge_before_last(&self, text: &[u8]) -> bool {
        match *text {
            [.., lead, middle, end, _, _, _] if is_lead_of_three(lead) => {
                self.of_bytes([lead, middle, end]).is_edge()
            }
            _ => true,
        }
    }

    /// Why these two characters are looked for, one after the other.
    pub(super) fn pairs(&self, first: char, second: char) -> impl Iterator<Item = Pair> {
        let wanted = [first, second];
        let start = self.pairs.partition_point(|&(pair, _)| pair < wanted);
        self.pairs[start..]
            .iter()
            .take_while(move |&&(pair, _)| pair == wanted)
            .map(|&(_, why)| why)
    }
}

/// The bit of two characters, by their places.
#[inline(always)]
fn filter_bit(first: u16, second: u16) -> usize {
    let both = u32::from(first) << 16 | u32::from(second);
    (both.wrapping_mul(0x9E37_79B1) >> (32 - FILTER_BITS.ilog2())) as usize
}

/// The class of a character, pairs of the list apart.
fn class(c: char, tidy: bool) -> u16 {
    let alone = match c {
        '蕞' | '扞' | '锟' | '嚙' | '锘' => true,
        '\0'..='\x08' | '\x0B' | '\x0C' | '\x0E'..='\x1F' | '\x7F'..='\u{9F}' => true,
        '\u{AD}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}' => true,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => true,
        '\u{2E80}'..='\u{2FD5}' | '\u{F900}'..='\u{FAFF}' | '\u{FFFD}' => true,
        '\u{E000}'..='\u{F8FF}' => true,
        '\u{300}'..='\u{36F}' | '\u{FB00}'..='\u{FB06}' => tidy,
        '\u{FF10}'..='\u{FF19}' | '\u{FF21}'..='\u{FF3A}' | '\u{FF41}'..='\u{FF5A}' => tidy,
        '\u{FF61}'..='\u{FF9F}' => true,
        _ => false,
    };
    // Kana are in GBK too, so they go on with a run.
    let in_run =
        matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{3041}'..='\u{3093}' | '\u{30A1}'..='\u{30F6}');
    // The third byte of a sequence, and the first of the next; or bytes two of which were dropped.
    let goes_on = c == '€' || routes::gbk_bytes(c).is_some_and(|[lead, _]| lead <= 0xBF);
    let follows = routes::windows_1252_byte(c).is_some_and(|byte| matches!(byte, 0x80..=0xBF));
    let weight = match weight(c) {
        Weight::None => 0,
        Weight::Odd => ODD,
        Weight::Unusual => UNUSUAL,
        Weight::OfLetter => OF_LETTER,
        Weight::Beside => BESIDE,
    };
    let counter = (script::counter(c) as u16) << COUNTER_SHIFT;
    [
        (alone, ALONE),
        (!in_run, EDGE),
        (routes::opens_gbk_run(c), OPENS),
        (goes_on, GOES_ON),
        (matches!(c, '\u{C2}'..='\u{F4}'), LATIN),
        (follows, FOLLOWS),
    ]
    .into_iter()
    .filter(|&(is_of, _)| is_of)
    .fold(weight | counter, |class, (_, bit)| class | bit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row_of(classes: &Classes, c: char) -> &Row {
        classes.of(u16::try_from(u32::from(c)).unwrap())
    }

    #[test]
    fn every_pair_is_seen_by_its_classes() {
        let classes = Classes::get(true);
        for &([first, second], why) in &classes.pairs {
            let [one, two] = [first, second].map(|c| row_of(classes, c));
            assert_ne!(two.stops(one) & SECOND, 0, "{first}{second}");
            assert!(classes.pairs(first, second).any(|found| found == why));
        }
        assert_eq!(classes.pairs('中', '文').count(), 0);
    }

    #[test]
    fn places_of_pairs_are_found_between_all_other_characters() {
        let classes = Classes::get(true);
        let text = "a皇後é皇😀後皇皇後，b皇c後\n皇後";
        let found = |(at, pair): (usize, &str)| text[at..].starts_with(pair).then_some(at);
        let expect = text
            .char_indices()
            .filter_map(|(at, _)| found((at, "皇後")));
        assert_eq!(
            classes.pair_places(text).collect::<Vec<_>>(),
            expect.collect::<Vec<_>>()
        );
    }

    #[test]
    fn each_class_has_a_row() {
        for tidy in [false, true] {
            let classes = Classes::get(tidy);
            for c in '\0'..='\u{FFFF}' {
                let own = class(c, tidy);
                assert_eq!(row_of(classes, c).class & !(FIRST | SECOND), own, "{c:?}");
            }
        }
    }

    #[test]
    fn common_characters_are_of_no_level() {
        for c in "的一是不了在人有我他這個们中来上大為国和地到以說时要就出会，。“”—…·、".chars()
        {
            assert_eq!(class(c, true) & ALONE, 0, "{c}");
        }
    }
}
