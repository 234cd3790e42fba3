//! The wrong decoders: from a character back to the bytes that they read.
//!
//! Single-byte sets are those of the Encoding Standard, whose unassigned bytes are C1 controls,
//! and the code pages of the IBM PC; windows-1252 is taken with ISO-8859-1 in it, because a
//! text may hold both where two programs touched it. Multi-byte sets are turned round from
//! what the decoders of the Standard give for every code of two bytes; where two codes give one
//! character the one that GB 2312 has too is kept, or else the first.
//!
//! All tables are made at first use, which clean text never comes to.

use std::sync::LazyLock;

use crate::codec::{decode, decode_codes};
use crate::encoding::Encoding;
use crate::repair::forms::private_use::{WRITTEN_FOR_SHIFT_JIS, written_for_gbk};

/// The single-byte sets, in the order tried. ISO-8859-2 is none: it is too much like windows-1250, which is
/// met far more often and of which 3 in 100 strings of four characters were read as it.
pub(super) const SINGLE_BYTE: [Encoding; 15] = [
    Encoding::Windows1252,
    Encoding::Windows1251,
    Encoding::Windows1250,
    Encoding::Windows1254,
    Encoding::Windows1253,
    Encoding::Ibm437,
    Encoding::Ibm850,
    Encoding::Ibm866,
    Encoding::Macintosh,
    Encoding::Koi8R,
    Encoding::Windows1255,
    Encoding::Windows1256,
    Encoding::Windows1257,
    Encoding::Windows1258,
    Encoding::Iso8859_15,
];

/// The multi-byte sets, in the order tried. Big5 stands there three times: what programs have at
/// C6 A1 to C8 FE, where GBK has 前, 请 and 人, differs ([`BIG5_UNICODE`], [`CP950`]).
pub(super) const MULTI_BYTE: [Encoding; 6] = [
    Encoding::Gbk,
    Encoding::Big5,
    Encoding::ShiftJis,
    Encoding::EucKr,
    Encoding::Big5,
    Encoding::Big5,
];

/// The place of Big5 as Unicode's table `BIG5.TXT` has it, and glibc, Java and Python: kana from
/// C6 A1 on, where the Encoding Standard has them from C6 E7 on.
pub(super) const BIG5_UNICODE: usize = 4;

/// The place of code page 950: private use for all that is the user's.
pub(super) const CP950: usize = 5;

/// One bit for each single-byte set.
pub(super) type Sets = u16;

/// Characters past ASCII of the single-byte sets.
struct SingleByte {
    /// By code point: the row of `bytes`; 0 is a character of no set.
    rows: Vec<u16>,
    /// The byte in each set, 0 where the set lacks the character.
    bytes: Vec<[u8; SINGLE_BYTE.len()]>,
    /// For each row of `bytes` the sets that have the character.
    sets: Vec<Sets>,
}

impl SingleByte {
    fn row(&self, c: char) -> usize {
        self.rows.get(c as usize).map_or(0, |&row| usize::from(row))
    }
}

static SINGLE: LazyLock<SingleByte> = LazyLock::new(|| {
    let mut table = SingleByte {
        rows: vec![0; 0x1_0000],
        bytes: vec![[0; SINGLE_BYTE.len()]],
        sets: Vec::new(),
    };
    let mut put = |c: char, set: usize, byte: u8| {
        let Some(row) = table.rows.get_mut(c as usize) else {
            return;
        };
        if *row == 0 {
            *row = u16::try_from(table.bytes.len()).unwrap_or(0);
            table.bytes.push([0; SINGLE_BYTE.len()]);
        }
        if table.bytes[usize::from(*row)][set] == 0 {
            table.bytes[usize::from(*row)][set] = byte;
        }
    };
    for (set, &encoding) in SINGLE_BYTE.iter().enumerate() {
        for byte in 0x80..=u8::MAX {
            let bytes = [byte];
            let decoded = decode(&bytes, encoding);
            if let (Some(c), true) = (decoded.text.chars().next(), decoded.malformed.is_empty()) {
                put(c, set, byte);
            }
        }
    }
    for byte in 0x80..=0x9F {
        put(char::from(byte), 0, byte);
    }
    let sets = |row: &[u8; SINGLE_BYTE.len()]| {
        let bytes = row.iter().enumerate();
        bytes.fold(0, |sets, (set, &byte)| sets | Sets::from(byte != 0) << set)
    };
    table.sets = table.bytes.iter().map(sets).collect();
    table
});

/// Appends the bytes of a text in a single-byte set; `false` where the set lacks a character.
pub(super) fn encode_single_into(set: usize, text: &str, bytes: &mut Vec<u8>) -> bool {
    let table = &*SINGLE;
    text.chars().all(|c| {
        let byte = match u8::try_from(c) {
            Ok(byte @ 0..=0x7F) => byte,
            _ => table.bytes[table.row(c)][set],
        };
        bytes.push(byte);
        c.is_ascii() || byte != 0
    })
}

/// The byte of windows-1252, with ISO-8859-1 in it, of a character past ASCII; 0 where it has none.
pub(super) fn windows_1252_byte(c: char) -> u8 {
    SINGLE.bytes[SINGLE.row(c)][0]
}

/// What ASCII is among the rows of a text.
const ASCII_ROW: u16 = 0x8000;

/// Where the characters of a text stand in the table of single-byte sets: for
/// [`encode_rows_into`], which is asked for several sets.
pub(super) fn rows_into(text: &str, rows: &mut Vec<u16>) {
    let table = &*SINGLE;
    rows.clear();
    rows.extend(text.chars().map(|c| match u8::try_from(c) {
        Ok(byte @ 0..=0x7F) => ASCII_ROW | u16::from(byte),
        _ => table.rows.get(c as usize).copied().unwrap_or_default(),
    }));
}

/// Appends the bytes of a text in a single-byte set that has all of its characters.
pub(super) fn encode_rows_into(set: usize, rows: &[u16], bytes: &mut Vec<u8>) {
    let table = &SINGLE.bytes[..];
    bytes.extend(rows.iter().map(|&row| match row.to_be_bytes() {
        [0x80, byte] => byte,
        _ => table[usize::from(row)][set],
    }));
}

/// The byte of a character past ASCII in each single-byte set, 0 where it has none.
#[cfg(test)]
fn single_bytes(c: char) -> &'static [u8; SINGLE_BYTE.len()] {
    &SINGLE.bytes[SINGLE.row(c)]
}

/// The single-byte sets that have a character.
pub(super) fn sets_with(c: char) -> Sets {
    if c.is_ascii() {
        return Sets::MAX;
    }
    SINGLE.sets[SINGLE.row(c)]
}

/// The single-byte sets that have all characters of a text.
pub(super) fn sets_of(text: &str) -> Sets {
    let table = &*SINGLE;
    let mut sets = Sets::MAX;
    for c in text.chars().filter(|c| !c.is_ascii()) {
        sets &= table.sets[table.row(c)];
        if sets == 0 {
            break;
        }
    }
    sets
}

/// Characters past ASCII of one multi-byte set.
pub(super) struct MultiByte {
    /// By code point of the basic plane: lead and trail, or one byte; 0 for none.
    codes: Vec<u16>,
    /// The others, in order.
    astral: Vec<(char, u16)>,
}

static MULTI: [LazyLock<MultiByte>; MULTI_BYTE.len()] = [
    LazyLock::new(|| {
        let mut table = MultiByte::of(encoding_rs::GBK, |_| true);
        for (c, code) in written_for_gbk() {
            table.put(c, code);
        }
        table
    }),
    LazyLock::new(|| MultiByte::of(encoding_rs::BIG5, |_| true)),
    LazyLock::new(|| {
        let mut table = MultiByte::of(encoding_rs::SHIFT_JIS, |_| true);
        for (c, byte) in WRITTEN_FOR_SHIFT_JIS {
            table.put(c, byte.into());
        }
        table
    }),
    LazyLock::new(|| MultiByte::of(encoding_rs::EUC_KR, |_| true)),
    LazyLock::new(|| {
        let mut table = MultiByte::of(encoding_rs::BIG5, |code| !is_users_own(code));
        for (c, code) in big5_unicode_extras() {
            table.put(c, code);
        }
        table
    }),
    LazyLock::new(|| {
        let mut table = MultiByte::of(encoding_rs::BIG5, |code| !is_users_own(code));
        // U+E000 is FA 40, U+E311 8E 40, U+EEB8 81 40, U+F6B1 C6 A1.
        let codes = [
            0xFA40..=0xFEFE,
            0x8E40..=0xA0FE,
            0x8140..=0x8DFE,
            0xC6A1..=0xC8FE,
        ];
        let codes = codes.into_iter().flat_map(big5_codes);
        for (c, code) in ('\u{E000}'..='\u{F848}').zip(codes) {
            table.put(c, code);
        }
        table
    }),
];

/// The multi-byte sets that have all characters of a text, one bit for each.
pub(super) fn multi_sets_of(text: &str) -> u8 {
    static SETS: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let mut sets = vec![0; 0x1_0000];
        for (set, table) in MULTI.iter().enumerate() {
            for (slot, &code) in sets.iter_mut().zip(&table.codes) {
                *slot |= u8::from(code != 0) << set;
            }
        }
        sets
    });
    let table = &**SETS;
    let with = |c: char| match table.get(c as usize) {
        Some(&sets) => sets,
        None => (0..MULTI.len()).fold(0, |sets, set| {
            sets | u8::from(multi_byte(set).has(c)) << set
        }),
    };
    let mut sets = (1 << MULTI.len()) - 1;
    for c in text.chars().filter(|c| !c.is_ascii()) {
        sets &= with(c);
        if sets == 0 {
            break;
        }
    }
    sets
}

/// Whether a code of Big5 is one that its standard left to users.
fn is_users_own(code: u16) -> bool {
    matches!(code, 0x8140..=0xA0FE | 0xC6A1..=0xC8FE | 0xFA40..=0xFEFE)
}

/// The codes of Big5 in a range, in order.
fn big5_codes(range: std::ops::RangeInclusive<u16>) -> impl Iterator<Item = u16> {
    range.filter(|code| matches!(code & 0xFF, 0x40..=0x7E | 0xA1..=0xFE))
}

/// What `BIG5.TXT`, and so Python, has from C6 A1 to C7 FC; Cyrillic lacks НОПРСТ there.
pub(in crate::repair) fn big5_unicode_extras() -> impl Iterator<Item = (char, u16)> {
    let chars = "ヾゝゞ々"
        .chars()
        .chain('ぁ'..='ん')
        .chain('ァ'..='ヶ')
        .chain("ДЕЁЖЗИЙКЛМУФХЦЧШЩЪЫЬЭЮЯ".chars())
        .chain("абвгдеёжзийклмнопрстуфхцчшщъыьэюя".chars())
        .chain('①'..='⑩')
        .chain('⑴'..='⑽');
    chars.zip(big5_codes(0xC6A1..=0xC7FE))
}

/// The table of a multi-byte set, by its place in [`MULTI_BYTE`].
pub(super) fn multi_byte(set: usize) -> &'static MultiByte {
    &MULTI[set.min(MULTI.len() - 1)]
}

impl MultiByte {
    /// The codes of an encoding that are wanted.
    fn of(encoding: &'static encoding_rs::Encoding, is_wanted: fn(u16) -> bool) -> MultiByte {
        let mut table = MultiByte {
            codes: vec![0; 0x1_0000],
            astral: Vec::new(),
        };
        // The rows and trails of GB 2312 first: where Big5 has a character twice, once among
        // the additions of Hong Kong, those are the likelier.
        let trails = || (0xA1..=0xFE).chain(0x40..=0xA0u8);
        let leads = (0xA1..=0xFE).chain(0x81..=0xA0u8);
        let pairs = leads.flat_map(|lead| trails().map(move |trail| [lead, trail]));
        let codes = pairs.map(u16::from_be_bytes).chain(0x80..=0xFF);
        decode_codes(encoding, codes, |code, text| {
            let mut chars = text.chars();
            if let (Some(c), None) = (chars.next(), chars.next())
                && c != char::REPLACEMENT_CHARACTER
                && is_wanted(code)
            {
                table.put(c, code);
            }
        });
        crate::order::sort_by_key(&mut table.astral, |row| *row);
        table.astral.dedup_by_key(|row| row.0);
        table
    }

    fn put(&mut self, c: char, code: u16) {
        match self.codes.get_mut(c as usize) {
            Some(row) if *row == 0 && !c.is_ascii() => *row = code,
            Some(_) => {}
            None => self.astral.push((c, code)),
        }
    }

    /// The code of a character past ASCII; 0 where the set lacks it.
    pub(super) fn code(&self, c: char) -> u16 {
        match self.codes.get(c as usize) {
            Some(&code) => code,
            None => self
                .astral
                .binary_search_by_key(&c, |row| row.0)
                .map_or(0, |at| self.astral[at].1),
        }
    }

    /// Whether the set has the character.
    pub(super) fn has(&self, c: char) -> bool {
        c.is_ascii() || self.code(c) != 0
    }

    /// Appends the bytes of a text; `false` where the set lacks a character.
    pub(super) fn encode_into(&self, text: &str, bytes: &mut Vec<u8>) -> bool {
        for c in text.chars() {
            match u8::try_from(c).ok().filter(u8::is_ascii) {
                Some(byte) => bytes.push(byte),
                None => match self.code(c).to_be_bytes() {
                    [0, 0] => return false,
                    [0, byte] => bytes.push(byte),
                    pair => bytes.extend(pair),
                },
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_of_big5_differ_where_users_had_their_own() {
        for (c, set, code) in [
            ('中', 1, 0xA4A4),
            ('中', BIG5_UNICODE, 0xA4A4),
            ('中', CP950, 0xA4A4),
            ('ヾ', BIG5_UNICODE, 0xC6A1),
            ('ヶ', BIG5_UNICODE, 0xC7B0),
            ('③', BIG5_UNICODE, 0xC7EB),
            ('⑽', BIG5_UNICODE, 0xC7FC),
            ('ヶ', 1, 0xC7F2),
            ('ヶ', CP950, 0),
            ('\u{E000}', CP950, 0xFA40),
            ('\u{E310}', CP950, 0xFEFE),
            ('\u{E311}', CP950, 0x8E40),
            ('\u{EEB8}', CP950, 0x8140),
            ('\u{F6B1}', CP950, 0xC6A1),
            ('\u{F848}', CP950, 0xC8FE),
        ] {
            assert_eq!(multi_byte(set).code(c), code, "{c} {set}");
        }
    }

    #[test]
    fn what_is_encoded_reads_as_the_same_again() {
        for (set, encoding) in MULTI_BYTE.into_iter().enumerate().take(BIG5_UNICODE) {
            let mut known_chars = 0;
            for c in '\u{80}'..='\u{2FFFF}' {
                let mut bytes = Vec::new();
                let table = multi_byte(set);
                if !table.has(c) {
                    continue;
                }
                assert!(table.encode_into(c.encode_utf8(&mut [0; 4]), &mut bytes));
                let decoded = decode(&bytes, encoding);
                // What decoders wrote once, they do not today.
                let is_old = || written_for_gbk().any(|row| row == (c, table.code(c)));
                let is_not_of_browsers = WRITTEN_FOR_SHIFT_JIS.iter().any(|row| row.0 == c);
                assert!(
                    decoded.text.chars().eq([c]) || is_old() || is_not_of_browsers,
                    "{encoding:?} {c:?} {bytes:X?}"
                );
                known_chars += 1;
            }
            assert!(known_chars > 6_000, "{encoding:?} {known_chars}");
        }
        for c in '\u{80}'..='\u{FFFF}' {
            for (&byte, encoding) in single_bytes(c).iter().zip(SINGLE_BYTE) {
                let c1 = matches!(c, '\u{80}'..='\u{9F}');
                if byte != 0 && !(c1 && encoding == Encoding::Windows1252) {
                    assert!(decode(&[byte], encoding).text.chars().eq([c]));
                }
            }
        }
        assert_eq!(sets_with('a'), Sets::MAX);
        assert_eq!(sets_with('中'), 0);
        assert_eq!(sets_with('Ж') & 1, 0);
    }
}
