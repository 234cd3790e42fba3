//! What a character says about the language and script of the text around it.
//!
//! Detection asks: if this text were Simplified Chinese (or Traditional, Japanese,
//! Korean), how many bits would each character cost? The candidate encoding whose text
//! is cheapest in a language that is written in it wins. The answer comes from what is
//! known without counting a corpus: the standards sort their characters into levels by
//! frequency of use (GB/T 2312 level 1, Big5's frequently used part, JIS X 0208 level 1,
//! the syllables of KS X 1001), and the commonest few hundred of each language are listed
//! in `common.rs`, their cost given by Zipf's law. The levels are read out of the
//! decoders once, at first use.
//!
//! A language has a table of its own because a pooled one fails: the kana of EUC-JP
//! stand at the same bytes as GB 2312's, so a model that likes kana calls EUC-JP Chinese.
//!
//! What it gets wrong: it knows no neighbours, so a word of two uncommon characters looks
//! like two accidents, and names, classical verse and dictionaries look rarer than they
//! are. Bigrams will join it here.

mod alphabet;
mod common;

use std::sync::LazyLock;

pub(crate) use crate::data::{HanClass, han_class};
pub(crate) use alphabet::alphabet_cost;

/// An amount of information in units of 1/1024 bit; sums of it are exact, so that the
/// order and the cutting of the input can't matter.
pub(crate) type Cost = i64;

/// One bit.
pub(crate) const BIT: Cost = 1024;

/// Costs that the tables hold: at most 64 bits, far more than any character.
type Table = Box<[u16]>;

/// A language whose characters are written in multi-byte encodings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// Chinese in Simplified characters.
    Hans,
    /// Chinese in Traditional characters.
    Hant,
    /// Japanese.
    Japanese,
    /// Korean.
    Korean,
}

impl Language {
    /// What each character of the language costs; to be fetched once for a text.
    pub(crate) fn costs(self) -> Costs {
        static TABLES: [LazyLock<Table>; 4] = [
            LazyLock::new(hans),
            LazyLock::new(hant),
            LazyLock::new(japanese),
            LazyLock::new(korean),
        ];
        let table = match self {
            Language::Hans => &TABLES[0],
            Language::Hant => &TABLES[1],
            Language::Japanese => &TABLES[2],
            Language::Korean => &TABLES[3],
        };
        Costs { table }
    }
}

/// The costs of one language.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Costs {
    table: &'static [u16],
}

impl Costs {
    /// What a character costs. Time O(1).
    pub(crate) fn of(self, c: char) -> Cost {
        let scalar = usize::try_from(u32::from(c)).unwrap_or(usize::MAX);
        match self.table.get(scalar) {
            Some(&cost) => Cost::from(cost),
            // Emoji stand in any text; ideographs past the basic plane in hardly any.
            None if matches!(c, '\u{1F300}'..='\u{1FAFF}') => 15 * BIT,
            None if c < '\u{40000}' => 19 * BIT,
            // Planes without characters.
            None => 60 * BIT,
        }
    }
}

/// What an ASCII character costs in any text. It only matters where one reading takes
/// as ASCII what another takes as part of a longer character.
pub(crate) fn ascii_cost(byte: u8) -> Cost {
    match byte {
        b' ' => 3 * BIT,
        b'a'..=b'z' => 9 * BIT / 2,
        b'\n' | b'\r' | b'\t' => 6 * BIT,
        b'A'..=b'Z' | b'0'..=b'9' => 13 * BIT / 2,
        0x21..=0x7E => 15 * BIT / 2,
        _ => 18 * BIT,
    }
}

/// `BIT` as a table entry.
const ENTRY_BIT: u16 = 1024;

/// log2 of a rank, in table units: exact at powers of two, linear between, which is less
/// than 0.09 bit off and the same on every machine.
fn log2(n: u16) -> u16 {
    let n = n.max(1);
    let whole = n.ilog2();
    let fraction = (u32::from(n) << 10 >> whole) - 1024;
    u16::try_from(whole * 1024 + fraction).unwrap_or(u16::MAX)
}

/// A table in which every character costs what no language would write, and ASCII what
/// it always costs.
fn blank() -> Table {
    let mut table = vec![20 * ENTRY_BIT; 0x1_0000].into_boxed_slice();
    for byte in 0..0x80_u8 {
        table[usize::from(byte)] = u16::try_from(ascii_cost(byte)).unwrap_or(u16::MAX);
    }
    table
}

fn set(table: &mut Table, chars: impl IntoIterator<Item = char>, cost: u16) {
    for c in chars {
        if let Ok(unit) = u16::try_from(u32::from(c)) {
            table[usize::from(unit)] = cost;
        }
    }
}

/// Sets the n-th character to the cost that Zipf's law gives it. The shift of 8 flattens
/// the head of the curve, as counts of Chinese characters have it (的 is about 4 %, the
/// next ten 1 to 2 %); `share_cost` makes the sum of the list its share of the text.
fn set_ranked(table: &mut Table, chars: &str, share_cost: u16) {
    for (rank, c) in (1_u16..).zip(chars.chars()) {
        set(table, [c], log2(rank + 8) + share_cost);
    }
}

/// The characters of some rows and cells of a two-byte encoding.
fn rows(
    encoding: &'static encoding_rs::Encoding,
    leads: std::ops::RangeInclusive<u8>,
    trails: std::ops::RangeInclusive<u8>,
) -> Vec<char> {
    let bytes: Vec<u8> = leads
        .flat_map(|lead| trails.clone().map(move |trail| [lead, trail]))
        .flatten()
        .collect();
    let (text, _) = encoding.decode_without_bom_handling(&bytes);
    text.chars()
        .filter(|&c| !c.is_ascii() && c != char::REPLACEMENT_CHARACTER)
        .collect()
}

/// Punctuation and symbols as Chinese and Japanese text has them.
fn set_symbols(table: &mut Table) {
    // What GB 2312 row 1 to 3 and their like hold: seen in text, each of them seldom.
    set(table, '\u{2010}'..='\u{2642}', 13 * ENTRY_BIT);
    set(table, '\u{3000}'..='\u{303F}', 12 * ENTRY_BIT);
    set(table, '\u{FF01}'..='\u{FF5E}', 11 * ENTRY_BIT);
    set(table, "·°±×÷§¥©®".chars(), 13 * ENTRY_BIT);
    set(
        table,
        "“”‘’—…《》「」『』【】\u{3000}！？；".chars(),
        15 * ENTRY_BIT / 2,
    );
    set(table, "（）：、".chars(), 13 * ENTRY_BIT / 2);
    set(table, "，。".chars(), 5 * ENTRY_BIT);
}

/// Letters that stand in Chinese or Japanese text only to be talked about.
fn set_foreign(table: &mut Table) {
    set(table, '\u{A0}'..='\u{24F}', 16 * ENTRY_BIT);
    set(table, '\u{370}'..='\u{45F}', 17 * ENTRY_BIT);
    set(table, '\u{80}'..='\u{9F}', 21 * ENTRY_BIT);
    set(table, '\u{E000}'..='\u{F8FF}', 21 * ENTRY_BIT);
}

/// What Chinese of both kinds has besides its own Han characters.
fn chinese() -> Table {
    let mut table = blank();
    set_foreign(&mut table);
    set_symbols(&mut table);
    // Pinyin with tone marks, and bopomofo.
    set(
        &mut table,
        "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ".chars(),
        14 * ENTRY_BIT,
    );
    set(&mut table, '\u{3105}'..='\u{3129}', 14 * ENTRY_BIT);
    set(&mut table, '\u{3041}'..='\u{30FE}', 15 * ENTRY_BIT);
    // Half of all Han: any that no level names. Rarer than two accidental bytes.
    set(&mut table, '\u{4E00}'..='\u{9FFF}', 37 * ENTRY_BIT / 2);
    set(&mut table, '\u{3400}'..='\u{4DBF}', 19 * ENTRY_BIT);
    table
}

fn hans() -> Table {
    let mut table = chinese();
    let gbk = encoding_rs::GBK;
    // Level 2 is about 1 % of text in 3008 characters, level 1 without the list about a
    // fifth in 3100.
    set(
        &mut table,
        rows(gbk, 0xD8..=0xF7, 0xA1..=0xFE),
        17 * ENTRY_BIT,
    );
    set(
        &mut table,
        rows(gbk, 0xB0..=0xD7, 0xA1..=0xFE),
        27 * ENTRY_BIT / 2,
    );
    // The list is about two thirds of all characters: 0.15 · Σ 1/(rank + 8).
    set_ranked(&mut table, common::HANS, 2803);
    table
}

fn hant() -> Table {
    let mut table = chinese();
    let big5 = encoding_rs::BIG5;
    for trails in [0x40..=0x7E, 0xA1..=0xFE] {
        let rare = rows(big5, 0xC9..=0xF9, trails.clone());
        set(&mut table, rare, 17 * ENTRY_BIT);
    }
    for trails in [0x40..=0x7E, 0xA1..=0xFE] {
        let frequent = rows(big5, 0xA4..=0xC5, trails.clone());
        set(&mut table, frequent, 27 * ENTRY_BIT / 2);
    }
    set(
        &mut table,
        rows(big5, 0xC6..=0xC6, 0x40..=0x7E),
        27 * ENTRY_BIT / 2,
    );
    set_ranked(&mut table, common::HANT, 2803);
    table
}

fn japanese() -> Table {
    let mut table = blank();
    set_foreign(&mut table);
    set_symbols(&mut table);
    set(&mut table, "・〜～".chars(), 8 * ENTRY_BIT);
    // The comma of Japanese is 、.
    set(&mut table, "，；".chars(), 10 * ENTRY_BIT);
    let sjis = encoding_rs::SHIFT_JIS;
    set(&mut table, '\u{4E00}'..='\u{9FFF}', 19 * ENTRY_BIT);
    for trails in [0x40..=0x7E, 0x80..=0xFC] {
        let level_2 = rows(sjis, 0x98..=0x9F, trails.clone());
        set(&mut table, level_2, 18 * ENTRY_BIT);
        set(
            &mut table,
            rows(sjis, 0xE0..=0xEA, trails.clone()),
            18 * ENTRY_BIT,
        );
    }
    for trails in [0x40..=0x7E, 0x80..=0xFC] {
        let level_1 = rows(sjis, 0x88..=0x97, trails.clone());
        set(&mut table, level_1, 27 * ENTRY_BIT / 2);
    }
    // Kanji of the list are about a fifth of all characters.
    set_ranked(&mut table, common::KANJI, 4423);
    set(&mut table, '\u{FF61}'..='\u{FF9F}', 11 * ENTRY_BIT);
    set(&mut table, '\u{30A1}'..='\u{30F6}', 15 * ENTRY_BIT / 2);
    set(&mut table, "ーンスルトリラクイ".chars(), 13 * ENTRY_BIT / 2);
    set(&mut table, '\u{3041}'..='\u{3093}', 15 * ENTRY_BIT / 2);
    set(
        &mut table,
        "のにはたいをとるがしでてなれらもすかまっりん".chars(),
        5 * ENTRY_BIT,
    );
    table
}

fn korean() -> Table {
    let mut table = blank();
    set_foreign(&mut table);
    set_symbols(&mut table);
    set(&mut table, "，。、".chars(), 12 * ENTRY_BIT);
    set(&mut table, '\u{4E00}'..='\u{9FFF}', 18 * ENTRY_BIT);
    set(&mut table, '\u{3131}'..='\u{318E}', 14 * ENTRY_BIT);
    set(&mut table, '\u{AC00}'..='\u{D7A3}', 18 * ENTRY_BIT);
    // The syllables of KS X 1001 without the list: about a quarter of the text in 2150.
    let syllables = rows(encoding_rs::EUC_KR, 0xB0..=0xC8, 0xA1..=0xFE);
    set(&mut table, syllables, 25 * ENTRY_BIT / 2);
    set_ranked(&mut table, common::HANGUL, 2378);
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(language: Language, text: &str) -> Cost {
        let costs = language.costs();
        text.chars().map(|c| costs.of(c)).sum()
    }

    #[test]
    fn a_language_is_cheapest_in_itself() {
        for (text, expect) in [
            ("我们现在说的这个问题", Language::Hans),
            ("我們現在說的這個問題", Language::Hant),
            ("これは日本語の文章です", Language::Japanese),
            ("이것은 한국어 문장입니다", Language::Korean),
        ] {
            let all = [
                Language::Hans,
                Language::Hant,
                Language::Japanese,
                Language::Korean,
            ];
            let best = all.into_iter().min_by_key(|&l| cost(l, text));
            assert_eq!(best, Some(expect), "{text}");
        }
    }

    #[test]
    fn rarer_costs_more() {
        let costs = Language::Hans.costs();
        // In the list; level 1; level 2; GBK only.
        let order = ['的', '谢', '蔼', '翕', '國'].map(|c| costs.of(c));
        assert!(order.is_sorted(), "{order:?}");
    }

    #[test]
    fn lists_name_each_character_once() {
        for list in [common::HANS, common::HANT, common::KANJI, common::HANGUL] {
            let mut chars: Vec<char> = list.chars().collect();
            chars.sort_unstable();
            assert!(chars.is_sorted_by(|a, b| a < b));
            assert!(chars.iter().all(|c| !c.is_ascii()));
        }
    }
}
