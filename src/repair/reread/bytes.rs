//! What bytes are as GBK or Big5: one look-up a character, for readings by the thousand.
//!
//! Most readings of garbage hold what no text holds or no Han at all, so that nobody has to see
//! them. So a reading is made as characters, with both known of it, and becomes a string only if it
//! is the best one. The tables are those of the Encoding Standard; what they do not tell, codes of
//! four bytes and those of two characters, its decoder does.

use std::sync::LazyLock;

use super::step::Right;
use crate::codec::decode_codes;
use crate::repair::proof::Census;

/// A character of no text: control, private use, noncharacter.
const BAD: u32 = 1 << 31;
/// Han.
const HAN: u32 = 1 << 30;
/// Nothing that the table tells.
const OTHER: u32 = 1 << 29;
/// Where the scalar value is.
const SCALAR: u32 = (1 << 21) - 1;

/// What characters are that bytes came out as.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Read {
    /// How many bytes they are in UTF-8.
    pub(super) text_bytes: usize,
    /// Whether one of them stands in no text.
    pub(super) is_bad: bool,
    /// Whether one of them is Han.
    pub(super) has_han: bool,
}

/// By lead and trail; 0 is malformed.
struct Codes(Vec<u32>);

static ASCII: LazyLock<[u32; 0x80]> = LazyLock::new(|| {
    let mut table = [0; 0x80];
    for (slot, byte) in table.iter_mut().zip(0_u8..) {
        *slot = entry(char::from(byte));
    }
    table
});
static GBK: LazyLock<Codes> = LazyLock::new(|| Codes::of(encoding_rs::GBK));
static BIG5: LazyLock<Codes> = LazyLock::new(|| Codes::of(encoding_rs::BIG5));

/// A character and what is known of it.
fn entry(c: char) -> u32 {
    let seen = Census::of(c.encode_utf8(&mut [0; 4]));
    let bad = BAD * u32::from(seen.bad_chars > 0);
    let han = HAN * u32::from(seen.han_chars > 0);
    u32::from(c) | bad | han
}

impl Codes {
    fn of(encoding: &'static encoding_rs::Encoding) -> Codes {
        let mut table = vec![0; 0x80 << 8];
        let pairs = (0x81..=0xFE_u16).flat_map(|lead| (0..=0xFF).map(move |t| lead << 8 | t));
        // A line end would part the two.
        let pairs = pairs.filter(|pair| pair & 0xFF >= 0x40);
        decode_codes(encoding, pairs, |code, text| {
            let mut chars = text.chars();
            table[usize::from(code & 0x7FFF)] = match (chars.next(), chars.next()) {
                (Some(char::REPLACEMENT_CHARACTER), _) => 0,
                (Some(c), None) => entry(c),
                _ => OTHER,
            };
        });
        if encoding == encoding_rs::GBK {
            // They may begin a code of four bytes.
            for row in table[1 << 8..0x7F << 8].chunks_mut(0x100) {
                row[usize::from(b'0')..=usize::from(b'9')].fill(OTHER);
            }
        }
        Codes(table)
    }
}

/// An encoding of pairs of another language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Neighbour {
    EucKr,
    EucJp,
    ShiftJis,
}

static NEIGHBOURS: [LazyLock<Codes>; 3] = [
    LazyLock::new(|| Codes::of(encoding_rs::EUC_KR)),
    LazyLock::new(|| Codes::of(encoding_rs::EUC_JP)),
    LazyLock::new(|| Codes::of(encoding_rs::SHIFT_JIS)),
];

impl Codes {
    /// The character of a lead and a trail, if it is one that stands in text.
    fn pair(&self, lead: u8, trail: u8) -> Option<char> {
        let entry = *self
            .0
            .get(usize::from(lead & 0x7F) << 8 | usize::from(trail))?;
        let is_one = entry != 0 && entry & (BAD | OTHER) == 0;
        char::from_u32(entry & SCALAR).filter(|_| is_one)
    }
}

/// The character of a lead and a trail, if it is one that stands in text; none of UTF-8.
pub(super) fn pair(right: Right, lead: u8, trail: u8) -> Option<char> {
    match right {
        Right::Gbk => GBK.pair(lead, trail),
        Right::Big5 => BIG5.pair(lead, trail),
        Right::Utf8 => None,
    }
}

/// The same of another language's.
pub(super) fn pair_of_neighbour(neighbour: Neighbour, lead: u8, trail: u8) -> Option<char> {
    NEIGHBOURS[neighbour as usize].pair(lead, trail)
}

/// Reads bytes strictly as GBK or Big5; `None` where they are not.
pub(super) fn read(right: Right, bytes: &[u8], chars: &mut Vec<char>) -> Option<Read> {
    let (codes, of_80) = match right {
        Right::Gbk => (&*GBK, entry('€')),
        Right::Big5 => (&*BIG5, 0),
        Right::Utf8 => return by_decoder(right, bytes, chars),
    };
    let ascii = &*ASCII;
    chars.clear();
    let mut read = Read::default();
    let (mut all, mut rest) = (0, bytes);
    while let Some((&lead, behind)) = rest.split_first() {
        let entry = match lead {
            0..0x80 => {
                rest = behind;
                ascii[usize::from(lead)]
            }
            0x80 => {
                rest = behind;
                of_80
            }
            _ => {
                let (&trail, behind) = behind.split_first()?;
                rest = behind;
                codes.0[usize::from(lead & 0x7F) << 8 | usize::from(trail)]
            }
        };
        if entry == 0 {
            return None;
        }
        if entry & OTHER != 0 {
            return by_decoder(right, bytes, chars);
        }
        all |= entry;
        let c = char::from_u32(entry & SCALAR)?;
        read.text_bytes += c.len_utf8();
        chars.push(c);
    }
    read.is_bad = all & BAD != 0;
    read.has_han = all & HAN != 0;
    Some(read)
}

fn by_decoder(right: Right, bytes: &[u8], chars: &mut Vec<char>) -> Option<Read> {
    let text = right.read(bytes)?;
    chars.clear();
    chars.extend(text.chars());
    let seen = Census::of(&text);
    Some(Read {
        text_bytes: text.len(),
        is_bad: seen.bad_chars > 0,
        has_han: seen.han_chars > 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_as_the_standard_has_it() {
        let mut seed = 1_u64;
        let mut next = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) as usize % below
        };
        let mut some = 0;
        let mut chars = Vec::new();
        for round in 0..200_000 {
            let bytes: Vec<u8> = (0..next(7))
                .map(|_| match next(6) {
                    0 => b"a0\0\n~@\x7F9"[next(8)],
                    1 if round % 2 == 0 => 0x80 + u8::try_from(next(128)).unwrap(),
                    2 => 0x88,
                    _ => 0xA1 + u8::try_from(next(0x5E)).unwrap(),
                })
                .collect();
            for right in [Right::Gbk, Right::Big5] {
                let found = read(right, &bytes, &mut chars);
                let text = right.read(&bytes);
                assert_eq!(found.is_some(), text.is_some(), "{right:?} {bytes:X?}");
                let (Some(found), Some(text)) = (found, text) else {
                    continue;
                };
                some += 1;
                assert!(text.chars().eq(chars.iter().copied()), "{bytes:X?} {text}");
                let seen = Census::of(&text);
                let wanted = (text.len(), seen.bad_chars > 0, seen.han_chars > 0);
                assert_eq!(wanted, (found.text_bytes, found.is_bad, found.has_han));
            }
        }
        assert!(some > 50_000, "{some}");
    }
}
