//! The layout of the model's table, written by training and read at first use.
//!
//! Three parts, each behind its length in bytes. What characters of multi-byte languages
//! cost alone: a bit set of the characters that a language has, then their costs. What a
//! character gains from the one before it: a hash table of 16-bit cells. And what letters
//! cost after letters: for every alphabet its letters and a square of costs. Numbers are
//! little-endian. Nothing of a text can be read back: pairs are hashed to 11 bits beside
//! their place, and all amounts are rounded.

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
