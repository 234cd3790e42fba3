//! The basic plane as UTF-8 writes it: characters of three bytes, and the place that each of them has
//! in a table, which costs fewer operations than its scalar value.

/// The lowest first byte of a character of three bytes.
pub(super) const LEAD_OF_THREE: u8 = 0xE0;

/// Where a character of three bytes has its place in a table of the basic plane.
///
/// The scalar value would take twice as many operations. The later bytes, `10bbbbbb 10cccccc`, have
/// two bits each that are always the same; there the four bits of the first byte are put in. They
/// alter others too, which they leave apart.
#[inline(always)]
pub(super) fn place([lead, middle, end]: [u8; 3]) -> u16 {
    place_behind(lead.wrapping_sub(LEAD_OF_THREE), [middle, end])
}

/// The same, by the four bits of the first byte.
#[inline(always)]
pub(super) fn place_behind(lead: u8, later: [u8; 2]) -> u16 {
    u16::from_le_bytes(later) ^ u16::from(lead).wrapping_mul(0x1040)
}

/// A scalar value in three bytes, as UTF-8 writes those from U+0800 on.
#[inline(always)]
pub(super) fn in_three_bytes(code: u16) -> [u8; 3] {
    let [high, low] = code.to_be_bytes();
    [
        0xE0 | high >> 4,
        0x80 | (high & 0x0F) << 2 | low >> 6,
        0x80 | low & 0x3F,
    ]
}

/// Whether a byte begins a character of three bytes.
#[inline(always)]
pub(super) const fn is_lead_of_three(byte: u8) -> bool {
    matches!(byte, 0xE0..0xF0)
}

/// The [`place`] of a character of the basic plane.
pub(super) fn place_of(c: char) -> u16 {
    place(in_three_bytes(
        u16::try_from(u32::from(c)).unwrap_or_default(),
    ))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_character_has_a_place_of_its_own() {
        let places: HashSet<u16> = (0..=u16::MAX).map(in_three_bytes).map(place).collect();
        assert_eq!(places.len(), 0x1_0000);
        for c in '\u{800}'..='\u{FFFF}' {
            let bytes = in_three_bytes(u16::try_from(u32::from(c)).unwrap());
            assert_eq!(bytes, c.to_string().as_bytes());
        }
    }
}
