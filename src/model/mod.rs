//! What a character says about the language and script of the text around it.
//!
//! Detection asks: if this text were Simplified Chinese (or Traditional, Japanese, …), how
//! many bits would each character cost? The candidate encoding whose text is cheapest in a
//! language that is written in it wins. The answer is counted from texts and word lists of
//! many kinds (`datagen train`, seeds/training): what a character costs alone, and what it
//! gains where the character before it is one that it often follows. Alphabets, whose
//! letters are few, have the cost of every letter after every other.
//!
//! A language has costs of its own because pooled ones fail: the kana of EUC-JP stand at
//! the same bytes as GB 2312's, so a model that likes kana calls EUC-JP Chinese.
//!
//! What it gets wrong: it sees two characters at a time, and names, verse and technical
//! words that no source has look rarer than they are.

mod table;
#[cfg(feature = "datagen")]
pub mod train;

use std::borrow::Cow;
use std::sync::LazyLock;
#[cfg(feature = "datagen")]
use std::sync::OnceLock;

use table::{ALPHABETS, BUCKET_CELLS, COST_STEP, GAIN_BITS, GAIN_STEP, LANGUAGES, place};

pub(crate) use crate::data::{HanClass, han_class};
pub(crate) use table::{ASTRAL, EMOJI, UNWRITTEN, symbol, symbol_of_unit};

/// An amount of information in units of 1/1024 bit; sums of it are exact, so that the
/// order and the cutting of the input can't matter.
pub(crate) type Cost = i64;

/// One bit.
pub(crate) const BIT: Cost = 1024;

/// A language whose characters are written in multi-byte encodings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Language {
    /// Chinese in Simplified characters.
    Hans,
    /// Chinese in Traditional characters, as in Taiwan.
    Hant,
    /// Chinese in Traditional characters, as in Hong Kong: with Cantonese.
    HantHk,
    /// Classical Chinese, in either kind of characters.
    Classical,
    /// Japanese.
    Japanese,
    /// Korean.
    Korean,
    /// Korean in Han characters only.
    Hanja,
}

impl Language {
    /// The kinds of Chinese.
    pub(crate) const CHINESE: [Language; 4] = [
        Language::Hans,
        Language::Hant,
        Language::HantHk,
        Language::Classical,
    ];

    /// All of them.
    pub(crate) const ALL: [Language; LANGUAGES] = [
        Language::Hans,
        Language::Hant,
        Language::HantHk,
        Language::Classical,
        Language::Japanese,
        Language::Korean,
        Language::Hanja,
    ];
}

/// Letters that are written together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Alphabet {
    /// Latin of western and northern Europe.
    West,
    /// Latin of central and eastern Europe, Turkey and the Baltic.
    East,
    /// Cyrillic.
    Cyrillic,
    /// Greek.
    Greek,
    /// Thai.
    Thai,
    /// Vietnamese, composed or with tone marks behind.
    Vietnamese,
    /// Hebrew.
    Hebrew,
    /// Arabic.
    Arabic,
    /// English and source code: ASCII.
    Code,
}

impl Alphabet {
    /// Those with letters past ASCII.
    pub(crate) const PAST_ASCII: [Alphabet; 8] = [
        Alphabet::West,
        Alphabet::East,
        Alphabet::Cyrillic,
        Alphabet::Greek,
        Alphabet::Thai,
        Alphabet::Vietnamese,
        Alphabet::Hebrew,
        Alphabet::Arabic,
    ];
}

/// What a character costs that a language does not have, but might quote.
const FOREIGN_COST: u8 = 160;

/// What a character costs that no text of a language has: 22 bits.
const NO_TEXT_COST: u8 = 176;

/// What a character costs of the planes in which no text has any: 31 bits, as random bytes do
/// that happen to be such a sequence. Pairs of kana in UTF-16 are, read as gb18030.
const UNWRITTEN_COST: u8 = 250;

/// What a pair that the table lacks costs beside its second character: pairs that are kept
/// save as much as these lose.
const UNSEEN_PAIR_COST: Cost = 3 * BIT / 2;

/// The costs of a symbol in the languages, in steps.
pub(crate) type Row = [u8; 8];

/// The table, laid out for look-ups.
#[derive(Debug)]
pub(crate) struct Model {
    rows: Box<[Row]>,
    cells: Cow<'static, [u8]>,
    buckets: usize,
    letters: Vec<Letters>,
    /// By code unit the row of `numbers`; row 0 is no letter of any alphabet.
    number_rows: Vec<u16>,
    numbers: Vec<Numbers>,
}

/// The number of a character among the letters of each alphabet; 0 is no letter.
pub(crate) type Numbers = [u8; ALPHABETS];

/// The letters of an alphabet.
#[derive(Debug, Default)]
pub(crate) struct Letters {
    symbols: Vec<u16>,
    /// A row of costs for each letter in front, in steps; letter 0 is no letter.
    costs: Vec<u8>,
}

#[cfg(feature = "datagen")]
static OTHER_TABLE: OnceLock<Vec<u8>> = OnceLock::new();

/// Takes another table than the built-in one, for measurements of what it would do; before
/// the first use of any detector.
#[cfg(feature = "datagen")]
pub fn use_table(table: Vec<u8>) -> bool {
    OTHER_TABLE.set(table).is_ok()
}

/// The model, laid out at first use.
pub(crate) fn model() -> &'static Model {
    static MODEL: LazyLock<Model> = LazyLock::new(|| {
        #[cfg(feature = "datagen")]
        if let Some(table) = OTHER_TABLE.get() {
            return Model::read(table).unwrap_or_else(Model::blank);
        }
        Model::read(crate::data::model_table()).unwrap_or_else(Model::blank)
    });
    &MODEL
}

/// The next `count` bytes.
fn take<'t>(table: &mut &'t [u8], count: usize) -> Option<&'t [u8]> {
    let (part, rest) = table.split_at_checked(count)?;
    *table = rest;
    Some(part)
}

/// A part behind its length.
fn part<'t>(table: &mut &'t [u8]) -> Option<&'t [u8]> {
    let length = take(table, 4)?.first_chunk::<4>()?;
    take(table, usize::try_from(u32::from_le_bytes(*length)).ok()?)
}

impl Model {
    /// Knows nothing: every character is foreign.
    fn blank() -> Model {
        Model {
            rows: vec![[FOREIGN_COST; 8]; 0x1_0000].into_boxed_slice(),
            cells: Cow::Borrowed(&[]),
            buckets: 0,
            letters: (0..ALPHABETS).map(|_| Letters::default()).collect(),
            number_rows: vec![0; 0x1_0000],
            numbers: vec![[0; ALPHABETS]],
        }
    }

    fn read(mut table: &'static [u8]) -> Option<Model> {
        let mut model = Model::blank();
        for unit in (0x80..0xA0).chain(0xD800..0xF900).chain(0xFDD0..0xFDF0) {
            model.rows[unit] = [NO_TEXT_COST; 8];
        }
        for unit in 0..0x80 {
            // `ascii_cost` prices it.
            model.rows[unit] = [0; 8];
        }
        model.rows[usize::from(EMOJI)] = [120; 8];
        model.rows[usize::from(UNWRITTEN)] = [UNWRITTEN_COST; 8];
        let mut alone = part(&mut table)?;
        for language in 0..LANGUAGES {
            let pages = take(&mut alone, 32)?;
            let mut symbols = Vec::new();
            for page in 0..=u8::MAX {
                if pages[usize::from(page / 8)] >> (page % 8) & 1 == 0 {
                    continue;
                }
                let bits = take(&mut alone, 32)?;
                let has = |low: &u8| bits[usize::from(low / 8)] >> (low % 8) & 1 == 1;
                let lows = (0..=u8::MAX).filter(has);
                symbols.extend(lows.map(|low| u16::from_le_bytes([low, page])));
            }
            let mut costs = vec![table::MOST_COST; symbols.len()];
            table::read_others(&mut alone, &mut costs)?;
            for (&symbol, cost) in symbols.iter().zip(costs) {
                model.rows[usize::from(symbol)][language] = cost;
            }
        }
        let cells = part(&mut table)?;
        model.buckets = cells.len() / (2 * BUCKET_CELLS);
        model.cells = Cow::Borrowed(cells);
        let mut squares = part(&mut table)?;
        for letters in &mut model.letters {
            let count = usize::from(*take(&mut squares, 1)?.first()?);
            let symbols = take(&mut squares, 2 * count)?;
            let units = symbols.as_chunks::<2>().0.iter();
            letters.symbols = units.map(|&unit| u16::from_le_bytes(unit)).collect();
            letters.costs = table::read_square(&mut squares, count + 1)?;
        }
        for (alphabet, letters) in model.letters.iter().enumerate() {
            for (number, &symbol) in (1..).zip(&letters.symbols) {
                let row = &mut model.number_rows[usize::from(symbol)];
                if *row == 0 {
                    *row = u16::try_from(model.numbers.len()).ok()?;
                    model.numbers.push([0; ALPHABETS]);
                }
                model.numbers[usize::from(*row)][alphabet] = number;
            }
        }
        Some(model)
    }

    /// The numbers of a character, by [`Alphabet`]. Time O(1).
    pub(crate) fn numbers(&self, c: char) -> &Numbers {
        let row = self.number_rows.get(c as usize).copied().unwrap_or(0);
        &self.numbers[usize::from(row)]
    }

    /// What a symbol costs alone in each language, in steps of 1/8 bit. Time O(1).
    pub(crate) fn row(&self, symbol: u16) -> Row {
        self.rows[usize::from(symbol)]
    }

    /// The same of all symbols.
    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// What a symbol costs less after another than alone; below zero where it is a surprise.
    #[inline]
    pub(crate) fn gain(&self, language: Language, before: u16, symbol: u16) -> Cost {
        let found = self.cell(language as usize, before, symbol);
        let found = match (found, language) {
            // Hong Kong writes like Taiwan but where it is known to differ.
            (None, Language::HantHk) => self.cell(Language::Hant as usize, before, symbol),
            _ => found,
        };
        found.unwrap_or(-UNSEEN_PAIR_COST)
    }

    /// [`Model::gain`] in each of [`Language::CHINESE`], where that of Taiwan is looked up once.
    pub(crate) fn chinese_gains(&self, before: u16, symbol: u16) -> [Cost; 4] {
        let cell = |language| self.cell(language as usize, before, symbol);
        let [hans, hant, hant_hk, classical] = Language::CHINESE.map(cell);
        let gains = [hans, hant, hant_hk.or(hant), classical];
        gains.map(|found| found.unwrap_or(-UNSEEN_PAIR_COST))
    }

    #[inline]
    fn cell(&self, language: usize, before: u16, symbol: u16) -> Option<Cost> {
        let (bucket, check) = place(language, before, symbol, self.buckets);
        let at = bucket * 2 * BUCKET_CELLS;
        // Of a length that the compiler knows: it compares all cells at once.
        let cells = self
            .cells
            .get(at..)?
            .first_chunk::<{ 2 * BUCKET_CELLS }>()?;
        let mask = u16::MAX << GAIN_BITS;
        let mut gain = 0;
        for cell in cells.as_chunks::<2>().0 {
            let cell = u16::from_le_bytes(*cell);
            let is_it = u16::from(cell & mask == check).wrapping_neg();
            gain = gain.max(cell & !mask & is_it);
        }
        (gain > 0).then(|| Cost::from(gain) * GAIN_STEP)
    }

    /// The letters of an alphabet.
    pub(crate) fn letters(&self, alphabet: Alphabet) -> &Letters {
        &self.letters[alphabet as usize]
    }
}

/// An amount of steps of 1/8 bit.
pub(crate) fn of_steps(steps: i64) -> Cost {
    steps * COST_STEP
}

impl Letters {
    /// What a letter costs after another, in steps of 1/8 bit. Time O(1).
    pub(crate) fn steps(&self, before: u8, letter: u8) -> u8 {
        let at = usize::from(before) * (self.symbols.len() + 1) + usize::from(letter);
        self.costs.get(at).copied().unwrap_or(NO_TEXT_COST)
    }
}

/// What an ASCII character costs in any text. It only matters where one reading takes
/// as ASCII what another takes as part of a longer character.
pub(crate) fn ascii_cost(byte: u8) -> Cost {
    of_steps(ascii_steps(byte).into())
}

/// The same in steps of 1/8 bit.
pub(crate) const fn ascii_steps(byte: u8) -> u8 {
    const STEPS: [u8; 256] = {
        let mut steps = [144; 256];
        let mut byte = 0_u8;
        while byte < 0x80 {
            steps[byte as usize] = match byte {
                b' ' => 24,
                b'a'..=b'z' => 36,
                b'\n' | b'\r' | b'\t' => 48,
                b'A'..=b'Z' | b'0'..=b'9' => 52,
                0x21..=0x7E => 60,
                _ => 144,
            };
            byte += 1;
        }
        steps
    };
    STEPS[byte as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(language: Language, text: &str) -> Cost {
        let model = model();
        let mut before = 0x20;
        let mut sum = 0;
        for symbol in text.chars().map(symbol) {
            let alone = model.row(symbol)[language as usize];
            sum += of_steps(i64::from(alone)) - model.gain(language, before, symbol);
            before = symbol;
        }
        sum
    }

    #[test]
    fn a_language_is_cheapest_in_itself() {
        for (text, expect) in [
            ("我们现在说的这个问题", Language::Hans),
            ("我們現在說的這個問題", Language::Hant),
            ("佢哋而家喺邊度食飯", Language::HantHk),
            ("これは日本語の文章です", Language::Japanese),
            ("이것은 한국어 문장입니다", Language::Korean),
        ] {
            let best = Language::ALL.into_iter().min_by_key(|&l| cost(l, text));
            assert_eq!(best, Some(expect), "{text}");
        }
    }

    #[test]
    fn words_are_cheaper_than_what_chinese_bytes_look_like() {
        let model = model();
        // 中文编码 in GBK as windows-1251, 1252 and 1253, beside words as long.
        for (alphabet, word, accident) in [
            (Alphabet::Cyrillic, "привет он", "ЦРОД±аВл"),
            (Alphabet::West, "élève où", "ÖÐÎÄ±àÂë"),
            (Alphabet::Greek, "ελληνικά", "ΦΠΞΔ±ΰΒλ"),
        ] {
            let letters = model.letters(alphabet);
            let bits = |text: &str| {
                let number = |c| model.numbers(c)[alphabet as usize];
                let numbers: Vec<u8> = text.chars().map(number).collect();
                let pairs = numbers.windows(2);
                pairs
                    .map(|pair| i64::from(letters.steps(pair[0], pair[1])))
                    .sum::<i64>()
                    / 8
            };
            assert!(bits(word) + 16 < bits(accident), "{word} {accident}");
        }
    }

    #[test]
    fn rarer_costs_more() {
        let costs = ['的', '谢', '蔼', '翕', '龘'].map(|c| model().row(symbol(c))[0]);
        assert!(costs.is_sorted(), "{costs:?}");
    }

    #[test]
    fn one_symbol_for_each_kind_of_ascii() {
        for (chars, expect) in [("azQ", 0x61), ("07", 0x30), ("\n \t", 0x20), ("#~", 0x21)] {
            for c in chars.chars() {
                assert_eq!(symbol(c), expect, "{c:?}");
            }
        }
        assert_eq!(symbol_of_unit(0x4E2D), 0x4E2D);
    }
}
