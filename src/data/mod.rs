//! Typed, read-only access to the generated tables, and the compiler that makes them.

use std::sync::OnceLock;

use compile::PAGE_CHARS;

#[cfg(feature = "datagen")]
mod charsets;
pub(crate) mod choices;
pub(crate) mod cns;
pub(crate) mod compile;
pub(crate) mod dictionary;
mod double_array;
pub(crate) mod table;

#[cfg(feature = "datagen")]
pub mod generate;
#[rustfmt::skip]
#[allow(dead_code, reason = "a feature that is off leaves tables unused")]
mod generated;
#[cfg(feature = "datagen")]
mod package;
mod readings;
#[cfg(feature = "datagen")]
mod scan;
#[cfg(feature = "datagen")]
mod scans;
#[cfg(feature = "datagen")]
pub mod sizes;

/// The table of the language model, as `datagen train` wrote it.
pub(crate) fn model_table() -> &'static [u8] {
    include_bytes!("generated/model.bin")
}
pub(crate) use generated::{IBM437, IBM850};

/// What an entry says of a character of three bytes.
pub(crate) mod entry {
    /// What its bytes differ in from those of the character that it becomes alone; 0: it stays.
    pub(crate) const CHANGE: u32 = 0xFF_FFFF;
    /// How many groups the pairs are in at which something may begin.
    #[cfg(feature = "datagen")]
    pub(crate) const GROUPS: usize = 3;
    /// It is the right one of a pair of the first group; one bit higher, of the second, and so
    /// on.
    #[cfg(feature = "datagen")]
    pub(crate) const RIGHT: u32 = 1 << 24;
    /// It is a character: all have this, so that one test finds [`SPECIAL`] ones as well.
    pub(crate) const ANY: u32 = 1 << 27;
    /// It is the left one of a pair of the first group, and so on.
    #[cfg(feature = "datagen")]
    pub(crate) const LEFT: u32 = RIGHT << LEFT_SHIFT;
    /// It is more than an exchange of three bytes for three: ask the stages.
    pub(crate) const SPECIAL: u32 = ANY << LEFT_SHIFT;
    /// How far the left bit of a group stands above its right bit.
    pub(crate) const LEFT_SHIFT: u32 = 4;
    /// The left bits, and that of [`SPECIAL`].
    pub(crate) const LEFTS: u32 = 0xF000_0000;
}
pub(crate) use entry::SPECIAL;

/// The tables of one of OpenCC's configurations.
#[derive(Debug)]
pub(crate) struct Config {
    /// Keys that are looked up before all others, if there are any; what they give is final.
    pub(crate) overrides: Option<&'static [u8]>,
    /// The stages in order, each a compiled table.
    pub(crate) stages: &'static [Dictionary],
    /// What cuts the text before the stages.
    pub(crate) cut: Cut,
    /// What lets conversion pass over text, without and with tofu-risk entries.
    pub(crate) scan: [Scan; 2],
}

/// Whose phrases cut the text before the stages run on each piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Nothing does.
    Never,
    /// Those of the first stage.
    ByFirst,
    /// Those of the last stage.
    ByLast,
}

/// A compiled table, in two editions where tofu-risk entries make a difference.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dictionary {
    /// Without the entries that give characters that most fonts lack.
    pub(crate) plain: &'static [u8],
    /// Single characters that the other edition looks up first.
    pub(crate) tofu: Option<&'static [u8]>,
}

/// What a character says about the variant of the Chinese around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HanClass {
    /// Not a Han character.
    NotHan,
    /// A Han character of both variants, or of neither alone.
    Shared,
    /// Only Simplified text has it: 们.
    SimplifiedOnly,
    /// Only Traditional text has it: 們.
    TraditionalOnly,
    /// Traditional, but kept by Simplified editions of old texts and in names: 濛 (蒙), 於 (于).
    TraditionalMerged,
    /// Only Japanese text has it: 駅.
    JapaneseOnly,
}

/// What a character says about the text around it, a bit each.
pub(crate) mod class {
    /// A Han character.
    pub(crate) const HAN: u8 = 1;
    /// Only Simplified text has it.
    pub(crate) const SIMPLIFIED: u8 = 2;
    /// Only Traditional text has it.
    pub(crate) const TRADITIONAL: u8 = 4;
    /// Traditional, but kept in old texts and names.
    pub(crate) const MERGED: u8 = 8;
    /// Only Japanese text has it.
    pub(crate) const JAPANESE: u8 = 16;
    /// What makes text worth a look that is to become Simplified.
    pub(crate) const SIGNS: u8 = TRADITIONAL | MERGED;
    /// Hiragana and katakana but for の, which Chinese shop names have.
    pub(crate) const KANA: u8 = 32;
    /// Hangul.
    pub(crate) const HANGUL: u8 = 64;

    /// What the block of a character says.
    #[cfg(feature = "datagen")]
    pub(crate) fn of_block(c: char) -> u8 {
        match c {
            '\u{4E00}'..='\u{9FFF}'
            | '\u{3400}'..='\u{4DBF}'
            | '\u{F900}'..='\u{FAFF}'
            | '\u{3007}' => HAN,
            'の' => 0,
            '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | '\u{FF66}'..='\u{FF9D}' => KANA,
            '\u{1100}'..='\u{11FF}' | '\u{AC00}'..='\u{D7A3}' => HANGUL,
            _ => 0,
        }
    }
}

/// The flags of every character of the basic plane.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Classes {
    index: &'static [[u8; 2]; SCAN_BLOCKS],
    pages: &'static [[u8; PAGE_CHARS]],
}

impl Classes {
    /// The table. Time O(1).
    #[inline]
    pub(crate) fn new() -> Classes {
        let (_, rest) = generated::CLASSES.split_at(SIGNS_BYTES);
        let (index, pages) = rest.split_at(SCAN_BLOCKS * 2);
        Classes {
            index: index
                .as_chunks()
                .0
                .first_chunk()
                .unwrap_or(&[[0; 2]; SCAN_BLOCKS]),
            pages: pages.as_chunks().0,
        }
    }

    /// The flags of a scalar value below U+10000.
    #[inline(always)]
    pub(crate) fn of(self, code: u32) -> u8 {
        let code = code as usize;
        self.at(code / PAGE_CHARS, code % PAGE_CHARS)
    }

    /// The flags of a character given by its three bytes, the lowest of a number.
    #[inline(always)]
    pub(crate) fn of_three(self, word: u32) -> u8 {
        let block = (word & 0x0F) << 6 | (word >> 8 & 0x3F);
        self.at(block as usize, (word >> 16 & 0x3F) as usize)
    }

    #[inline(always)]
    fn at(self, block: usize, place: usize) -> u8 {
        let page = self.index[block % SCAN_BLOCKS];
        let page = self.pages.get(usize::from(u16::from_le_bytes(page)));
        page.map_or(0, |page| page[place % PAGE_CHARS])
    }
}

/// The characters of three bytes that have one of some flags. Those with [`class::SIGNS`] are
/// there, the others are collected once, in a tenth of a millisecond.
pub(crate) fn chars_with(flags: u8) -> CharSet {
    static OTHERS: [OnceLock<Box<[[u8; 8]; SCAN_BLOCKS]>>; 128] = [const { OnceLock::new() }; 128];
    if flags == class::SIGNS {
        return char_set(&generated::CLASSES[..SIGNS_BYTES]);
    }
    OTHERS[usize::from(flags) % OTHERS.len()].get_or_init(|| {
        let classes = Classes::new();
        let mut set = Box::new([[0; 8]; SCAN_BLOCKS]);
        for code in (0..0x1_0000).filter(|&code| classes.of(code) & flags != 0) {
            let code = code as usize;
            set[code / PAGE_CHARS][code / 8 % 8] |= 1 << (code % 8);
        }
        set
    })
}

/// Whether a character of three bytes, the lowest of a number, is in a set.
#[inline(always)]
pub(crate) fn has_char(set: CharSet, word: u32) -> bool {
    let block = ((word & 0x0F) << 6 | (word >> 8 & 0x3F)) as usize;
    u64::from_le_bytes(set[block % SCAN_BLOCKS]) >> (word >> 16 & 0x3F) & 1 != 0
}

/// How many bytes of the table of classes are the set of [`class::SIGNS`].
const SIGNS_BYTES: usize = SCAN_BLOCKS * 8;

/// The class of a character. Time O(1).
#[inline]
pub(crate) fn han_class(c: char) -> HanClass {
    if c >= '\u{10000}' {
        let is_han = matches!(c, '\u{20000}'..='\u{3FFFD}');
        return if is_han {
            HanClass::Shared
        } else {
            HanClass::NotHan
        };
    }
    let flags = Classes::new().of(u32::from(c));
    match flags & !class::HAN {
        class::SIMPLIFIED => HanClass::SimplifiedOnly,
        class::TRADITIONAL => HanClass::TraditionalOnly,
        class::MERGED => HanClass::TraditionalMerged,
        class::JAPANESE => HanClass::JapaneseOnly,
        _ if flags & class::HAN != 0 => HanClass::Shared,
        _ => HanClass::NotHan,
    }
}

/// The first reading of a Han character in pinyin with a composed tone mark, lower case,
/// as the tables of mainland dictionaries give it: `dāng` for 當.
pub(crate) fn first_reading(c: char) -> Option<&'static str> {
    readings::Readings::open(generated::READINGS).first(c)
}

/// The configuration of that name.
pub(crate) fn config(name: &str) -> Option<&'static Config> {
    generated::CONFIGS
        .iter()
        .find(|(config, _)| *config == name)
        .map(|(_, config)| config)
}

/// The further values of the keys of each stage of a configuration, as `choices` writes them.
pub(crate) fn choices(config: &str, tofu: bool) -> &'static [&'static [u8]] {
    let found = generated::CHOICES.iter().find(|(name, _)| *name == config);
    found.map_or(&[], |(_, editions)| editions[usize::from(tofu)])
}

/// What lets one configuration pass over text: sections of the shared scan data.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scan {
    /// Where its page index begins.
    index: usize,
    /// Where the pairs at which something may begin are, and how many bytes they take.
    begin: (usize, usize),
    /// Where that is which says how those pairs go on, and how many bytes it takes.
    heads: (usize, usize),
    /// Whether its entries say of single characters that something may begin there.
    pub(crate) few_begin: bool,
    /// Where the pairs that stand inside matches are, and how many bytes they take.
    interior: (usize, usize),
    /// Where the pairs that stand inside matches of later stages are, and how many bytes they take.
    late: (usize, usize),
    /// ASCII characters that stand in a pair at which something may begin, a bit each.
    pub(crate) ascii: [u64; 2],
}

/// Blocks of [`PAGE_CHARS`] code points in the basic multilingual plane.
pub(crate) const SCAN_BLOCKS: usize = 0x10000 / PAGE_CHARS;

/// Entries between one place where a page may begin and the next: pages overlap, and two bytes
/// number the places.
pub(crate) const PAGE_STEP: usize = 2;

/// Slots of a page index, by the bits of the first two bytes of a character that differ. Where
/// they lie only a fraction of all numbers occurs: the indexes of sixteen configurations are in
/// the gaps of each other.
pub(crate) const INDEX_SLOTS: usize = 1 << 14;

/// Where the number of the page of a character stands, given by its bytes, the lowest of a
/// number: a block has a slot, and 16 slots are used of 256.
#[inline(always)]
pub(crate) fn index_slot(word: u32) -> usize {
    (word & 0x3F0F) as usize
}

/// A set of characters of the basic plane, a bit each; a word holds a block.
pub(crate) type CharSet = &'static [[u8; 8]; SCAN_BLOCKS];

impl Scan {
    /// Where the page of each block begins, in steps, two bytes each, by the lowest twelve bits of
    /// the first two bytes of its characters.
    pub(crate) fn index(&self) -> &'static [[u8; 2]; INDEX_SLOTS] {
        let words = generated::SCAN
            .get(self.index..)
            .unwrap_or_default()
            .as_chunks()
            .0;
        words.first_chunk().unwrap_or(&[[0; 2]; INDEX_SLOTS])
    }

    /// The entries of all pages, and as much of what stands behind them that every number of a page
    /// and every place in it lie within: the loops need not ask.
    pub(crate) const ENTRIES: &'static [[u8; 4]; u16::MAX as usize * PAGE_STEP + PAGE_CHARS] =
        match generated::SCAN.as_chunks().0.first_chunk() {
            Some(entries) => entries,
            None => panic!("the file is shorter"),
        };

    /// The hashed bits of the pairs at which something may begin.
    pub(crate) fn begin(&self) -> &'static [[u8; 8]] {
        section(self.begin)
    }

    /// The hashed bits of the pairs with which something does begin, whatever follows, and of the
    /// triples, by [`triple_key`].
    pub(crate) fn heads(&self) -> &'static [[u8; 8]] {
        section(self.heads)
    }

    /// The hashed bits of the pairs that stand inside matches.
    pub(crate) fn interior(&self) -> &'static [[u8; 8]] {
        section(self.interior)
    }

    /// The hashed bits of the pairs that stand inside matches of anything but the first stage.
    pub(crate) fn late(&self) -> &'static [[u8; 8]] {
        section(self.late)
    }
}

/// A part of the scan data: where it begins, and how many bytes it takes.
fn section((start, bytes): (usize, usize)) -> &'static [[u8; 8]] {
    generated::SCAN
        .get(start..start + bytes)
        .unwrap_or_default()
        .as_chunks()
        .0
}

/// The set in front of some bytes.
fn char_set(bytes: &'static [u8]) -> CharSet {
    let words = bytes.as_chunks().0.first_chunk();
    words.unwrap_or(&[[0xFF; 8]; SCAN_BLOCKS])
}

/// The UTF-8 of a character as a little-endian number.
#[inline(always)]
pub(crate) fn utf8_word(c: char) -> u32 {
    let mut bytes = [0; 4];
    c.encode_utf8(&mut bytes);
    u32::from_le_bytes(bytes)
}

/// Two neighbours as one number: of two characters of three bytes, the six bytes as they stand
/// in the text. Characters of four bytes share numbers with others.
#[inline(always)]
pub(crate) fn pair_key(left: u32, right: u32) -> u64 {
    u64::from(left) ^ u64::from(right) << 24
}

/// A pair, given by [`pair_key`], and the character behind it as one number. Of two characters of
/// three bytes what stands above the six bytes does not matter.
#[inline(always)]
pub(crate) fn triple_key(pair: u64, third: u32) -> u64 {
    pair ^ (u64::from(third) * 0x9E37_79B1)
}

/// Where a pair of neighbours, given by [`pair_key`], stands in a set of hashed bits: the word,
/// of `1 << word_bits` words of 64 bits, and the two bits in it (a blocked Bloom filter: one
/// look at memory). What stands above the six bytes does not matter.
#[inline(always)]
pub(crate) fn pair_place(key: u64, word_bits: u32) -> (usize, u64, u64) {
    // Of each character 16 bits say something; folded, the two fit into 32. Then the golden
    // ratio: Fibonacci hashing, of which every bit of the upper half depends on all of them.
    let folded = (key ^ key >> 14) & 0xFFFF_FFFF;
    let hash = folded.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let word = usize::try_from(hash >> (64 - word_bits)).unwrap_or(0);
    (word, hash >> 32 & 63, hash >> 38 & 63)
}
