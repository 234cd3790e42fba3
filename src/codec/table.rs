//! What single codes of an encoding decode to: how tables of characters are made.
//!
//! Tables of two-byte encodings are read out of the decoder when they are first needed, so that
//! none is shipped. A call for each of 24,000 codes takes twenty times as long as one for all.

use encoding_rs::Encoding;

/// Calls `each` with every code, in order, and what it decodes to: its text, with U+FFFD for
/// what is malformed and what a line end cuts. Codes below 0x100 are single bytes, the others two. Time O(codes).
pub(crate) fn decode_codes(
    encoding: &'static Encoding,
    codes: impl Iterator<Item = u16> + Clone,
    mut each: impl FnMut(u16, &str),
) {
    // Each in a line of its own: a line end is part of no code, and ends what is cut.
    let mut lines = Vec::new();
    for code in codes.clone() {
        let [high, low] = code.to_be_bytes();
        if high != 0 {
            lines.push(high);
        }
        lines.extend([low, b'\n']);
    }
    let (text, _) = encoding.decode_without_bom_handling(&lines);
    let mut rest = &*text;
    for code in codes {
        // Lines of a character or two: a search that is fast on long ones takes most of the time.
        let end = rest.bytes().position(|byte| byte == b'\n');
        let (line, behind) = rest.split_at(end.unwrap_or(rest.len()));
        each(code, line);
        rest = behind.get(1..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_at_once_is_one_by_one() {
        let encodings = [
            encoding_rs::GBK,
            encoding_rs::BIG5,
            encoding_rs::SHIFT_JIS,
            encoding_rs::EUC_JP,
            encoding_rs::EUC_KR,
        ];
        for encoding in encodings {
            let two = (0x80..=0xFF_u16).flat_map(|lead| (0x40..=0xFF).map(move |t| lead << 8 | t));
            let codes = (0x80..=0xFF).chain(two);
            let mut seen = 0;
            decode_codes(encoding, codes.clone(), |code, text| {
                let bytes = code.to_be_bytes();
                let bytes = if code < 0x100 { &bytes[1..] } else { &bytes };
                let (alone, _) = encoding.decode_without_bom_handling(bytes);
                assert_eq!(text, alone, "{} {code:X}", encoding.name());
                seen += 1;
            });
            assert_eq!(seen, codes.count());
        }
    }
}
