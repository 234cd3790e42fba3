//! The layout of the model's table, written by training and read at first use.
//!
//! Three parts, each behind its length in bytes. What characters of multi-byte languages
//! cost alone: a bit set of the characters that a language has, then their costs, most of which
//! are the highest. What a
//! character gains from the one before it: a hash table of 16-bit cells. And what letters
//! cost after letters: for every alphabet its letters and a square of costs. Numbers are
//! little-endian. Nothing of a text can be read back: pairs are hashed to 11 bits beside
//! their place, and all amounts are rounded.
//!
//! Of costs in a row a bit says which are not what is expected, and only those follow. Of a
//! character alone the highest cost is expected. Of a square most is told by its first row: what a
//! letter costs after one that it never follows is what it costs at all, and the same more for
//! all of them. So a row is that amount, and what is not as the first row and the amount say.

use super::take;

/// One step of a stored cost: an eighth of a bit, in units of 1/1024 bit.
pub(super) const COST_STEP: i64 = 128;

/// One step of a stored gain: half a bit.
pub(super) const GAIN_STEP: i64 = 512;

/// Languages of multi-byte encodings that the table has costs of.
pub(super) const LANGUAGES: usize = 7;

/// Alphabets that the table has costs of.
pub(super) const ALPHABETS: usize = 9;

/// Cells in which a pair may stand: one line of a memory cache holds four such buckets.
pub(super) const BUCKET_CELLS: usize = 8;

/// Bits of a cell that hold the gain; the others say whose it is.
pub(super) const GAIN_BITS: u32 = 5;

/// Where a pair stands, and what its cell says of it above the gain.
pub(super) fn place(language: usize, before: u16, symbol: u16, buckets: usize) -> (usize, u16) {
    let key = u64::from(before)
        | u64::from(symbol) << 16
        | u64::try_from(language).unwrap_or_default() << 32;
    // Two multiplications by odd constants (Weyl's and one of Bob Jenkins' kind) with a fold
    // between them move every bit of the key into the upper half.
    let mut hash = key.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0xD6E8_FEB8_6659_FD93);
    let upper = hash >> 32;
    let bucket = (upper * u64::try_from(buckets).unwrap_or_default()) >> 32;
    let check = u16::try_from(hash & 0x7FF).unwrap_or_default();
    (
        usize::try_from(bucket).unwrap_or_default(),
        check << GAIN_BITS,
    )
}

/// What stands for a character in pairs and in the costs of multi-byte languages: itself,
/// but one sign each for letters, digits and the other signs of ASCII, for ideographs past
/// the basic plane, for emoji, and for what lies past all that is written.
pub(crate) fn symbol(c: char) -> u16 {
    match u16::try_from(u32::from(c)) {
        Ok(unit) => symbol_of_unit(unit),
        Err(_) if matches!(c, '\u{1F000}'..='\u{1FAFF}') => EMOJI,
        Err(_) if c < '\u{40000}' => ASTRAL,
        Err(_) => UNWRITTEN,
    }
}

/// The symbol of a character of the basic plane.
pub(crate) fn symbol_of_unit(unit: u16) -> u16 {
    match unit {
        0..=0x20 | 0x7F => 0x20,
        0x30..=0x39 => 0x30,
        0x41..=0x5A | 0x61..=0x7A => 0x61,
        0x21..=0x7E => 0x21,
        _ => unit,
    }
}

/// An ideograph past the basic plane. (The value is no character.)
pub(crate) const ASTRAL: u16 = 0xFFFE;

/// A pictograph past the basic plane. (The value is no character.)
pub(crate) const EMOJI: u16 = 0xFFFF;

/// A character of the planes in which none is assigned, or that are for private use. (The
/// value is half a surrogate pair.)
pub(crate) const UNWRITTEN: u16 = 0xDBC0;

/// What a character costs at most that a language has, in steps: 18.5 bits.
pub(super) const MOST_COST: u8 = 148;

/// What a letter costs at most after another, in steps: no more, because what two words share a line
/// with is open.
pub(super) const MOST_LETTER_COST: u8 = 120;

/// What a letter costs after another by the first row and what is told of the other's.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and what a letter costs at most"
)]
fn usual(first: u8, more: i8) -> u8 {
    let cost = i16::from(first) + i16::from(more);
    cost.clamp(0, i16::from(MOST_LETTER_COST)) as u8
}

/// Writes costs beside those that are expected: a bit for each that is another, and these.
#[cfg(feature = "datagen")]
pub(super) fn write_others(costs: &[u8], expected: impl Fn(usize) -> u8) -> Vec<u8> {
    let mut bytes = vec![0; costs.len().div_ceil(8)];
    for (at, &cost) in costs.iter().enumerate() {
        if cost != expected(at) {
            bytes[at / 8] |= 1 << (at % 8);
            bytes.push(cost);
        }
    }
    bytes
}

/// Reads into costs, which are as expected, those that are others, and takes them from the bytes;
/// `None` where those are too few.
pub(super) fn read_others(bytes: &mut &[u8], costs: &mut [u8]) -> Option<()> {
    let bits = take(bytes, costs.len().div_ceil(8))?;
    let count: u32 = bits.iter().map(|bits| bits.count_ones()).sum();
    let mut others = take(bytes, count as usize)?.iter();
    for (&bits, eight) in bits.iter().zip(costs.chunks_mut(8)) {
        let mut rest = bits;
        while rest != 0 {
            let place = rest.trailing_zeros() as usize;
            *eight.get_mut(place)? = *others.next()?;
            rest &= rest - 1;
        }
    }
    Some(())
}

/// Writes the rows of a square, of so many letters each.
#[cfg(feature = "datagen")]
pub(super) fn write_square(costs: &[u8], letters: usize) -> Vec<u8> {
    let mut rows = costs.chunks(letters);
    let first = rows.next().unwrap_or_default();
    let mut bytes = first.to_vec();
    for row in rows {
        let others = |more: &i8| {
            let both = row.iter().zip(first);
            both.filter(|&(&c, &f)| c != usual(f, *more)).count()
        };
        let more = (i8::MIN..=i8::MAX).min_by_key(others).unwrap_or_default();
        bytes.extend(more.to_le_bytes());
        bytes.extend(write_others(row, |at| usual(first[at], more)));
    }
    bytes
}

/// Reads the rows of a square and takes them from the bytes; `None` where those are too few.
pub(super) fn read_square(bytes: &mut &[u8], letters: usize) -> Option<Vec<u8>> {
    let first = take(bytes, letters)?;
    let mut costs = first.to_vec();
    for _ in 1..letters {
        let more = i8::from_le_bytes([*take(bytes, 1)?.first()?]);
        let start = costs.len();
        costs.extend(first.iter().map(|&first| usual(first, more)));
        read_others(bytes, costs.get_mut(start..)?)?;
    }
    Some(costs)
}

#[cfg(all(test, feature = "datagen"))]
mod tests {
    use super::*;

    #[test]
    fn a_square_is_read_as_it_was_written() {
        let letters = 21;
        let mut costs = Vec::new();
        for row in 0..21 {
            for letter in 0..21 {
                let usual = usual(letter * 5, 40 - row * 6);
                let other = [usual, 200, 0][usize::from(letter + row.unsigned_abs()) * 7 % 11 / 5];
                costs.push(if row == 0 { usual } else { other });
            }
        }
        let written = write_square(&costs, letters);
        assert!(written.len() < costs.len());
        let mut rest = &written[..];
        assert_eq!(read_square(&mut rest, letters).unwrap(), costs);
        assert!(rest.is_empty());
        for cut in 0..written.len() {
            assert_eq!(read_square(&mut &written[..cut], letters), None);
        }
    }
}
