//! Where a long document is cut into parts.
//!
//! A part ends behind a line end, because no rule of repair, no word of a dictionary and no
//! multi-byte character reaches over one. A line that is longer than a part is cut where
//! conversion cuts lines that it judges in parts ([`long_line_bytes`]); in the legacy encodings
//! behind a byte that is no part of a longer character, and if there is none, behind a whole
//! character. Cuts depend on the bytes and on nothing else.

use crate::codec;
use crate::convert::{Converter, LINE_BYTES, long_line_bytes};
use crate::encoding::Encoding;

/// The length of a part: long enough that what is done once a part costs nothing, short enough
/// that a few for every core are little memory.
pub(super) const PART_BYTES: usize = 256 << 10;

/// How the bytes of an encoding are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// UTF-8, or text.
    Utf8,
    /// ASCII is ASCII wherever a decoder is at rest, and a line end always is.
    Legacy(Encoding),
    /// What a byte means depends on those before: it is decoded first.
    Decoded(Encoding),
    /// Not text at all.
    Anywhere,
}

impl Cut {
    pub(super) fn of(encoding: Option<Encoding>) -> Cut {
        match encoding {
            None => Cut::Anywhere,
            Some(Encoding::Utf8 | Encoding::UsAscii) => Cut::Utf8,
            Some(encoding) if encoding.extends_ascii() => Cut::Legacy(encoding),
            Some(encoding) => Cut::Decoded(encoding),
        }
    }

    /// The length of the first part of bytes behind which the input goes on, never 0 where there
    /// are [`PART_BYTES`]. The converter knows where no phrase reaches over.
    pub(super) fn part_bytes(self, bytes: &[u8], converter: Option<&Converter>) -> usize {
        if let (Some(last), true) = (memchr::memrchr(b'\n', bytes), self != Cut::Anywhere) {
            return last + 1;
        }
        match self {
            Cut::Anywhere => bytes.len(),
            Cut::Utf8 | Cut::Decoded(_) => {
                let mut end = 0;
                while bytes.len() - end >= LINE_BYTES {
                    end += long_line_bytes(&bytes[end..]);
                }
                // With the character behind, whose pair with the one before says it.
                let more = bytes[end..].iter().skip(1);
                let more = 1 + more.take_while(|&byte| byte & 0xC0 == 0x80).count();
                let beside = bytes.get(..end + more).map(str::from_utf8);
                match (beside, converter) {
                    (Some(Ok(text)), Some(converter)) => match converter.last_cut(text) {
                        0 => end,
                        cut => cut,
                    },
                    _ => end,
                }
            }
            Cut::Legacy(encoding) => legacy_bytes(bytes, encoding),
        }
    }
}

/// A cut in bytes without a line end.
fn legacy_bytes(bytes: &[u8], encoding: Encoding) -> usize {
    // No character of several bytes has one below 0x30.
    let is_mark = |byte: &u8| matches!(byte, b'\t' | b'\r' | b' ' | b'!' | b'"' | b',');
    let half = bytes.len() / 2;
    if let Some(mark) = bytes[half..].iter().rposition(is_mark) {
        return half + mark + 1;
    }
    let decoded = codec::decode_part(bytes, encoding);
    match decoded.malformed.last() {
        Some(open) if open.end == bytes.len() && open.start > 0 => open.start,
        _ => bytes.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_is_behind_the_last_line_end() {
        for cut in [
            Cut::Utf8,
            Cut::Legacy(Encoding::Gbk),
            Cut::Decoded(Encoding::Hz),
        ] {
            assert_eq!(cut.part_bytes(b"a\nb\nc", None), 4);
        }
        assert_eq!(Cut::Anywhere.part_bytes(b"a\nb\nc", None), 5);
    }

    #[test]
    fn a_long_line_is_cut_behind_a_character() {
        let text = "漢".repeat(PART_BYTES);
        let cut = Cut::Utf8.part_bytes(&text.as_bytes()[..PART_BYTES], None);
        assert!(text.is_char_boundary(cut) && cut > PART_BYTES / 2);
        let bytes = b"\xD6\xD0".repeat(PART_BYTES);
        let gbk = Cut::Legacy(Encoding::Gbk);
        assert_eq!(gbk.part_bytes(&bytes[..PART_BYTES], None), PART_BYTES);
        assert_eq!(
            gbk.part_bytes(&bytes[..PART_BYTES - 1], None),
            PART_BYTES - 2
        );
        let four = b"\x81\x30\x81\x30".repeat(PART_BYTES);
        let gb18030 = Cut::Legacy(Encoding::Gb18030);
        assert_eq!(
            gb18030.part_bytes(&four[..PART_BYTES - 1], None),
            PART_BYTES - 4
        );
    }
}
