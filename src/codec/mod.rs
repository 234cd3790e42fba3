//! Bytes to text and back, with the place of everything that did not fit.
//!
//! The decoders and encoders are those of the Encoding Standard, through `encoding_rs`;
//! what the Standard lacks is our own, one file each, and so is writing UTF-16, which the
//! Standard forbids. What this module adds to all is the account: each U+FFFD that stands
//! for bytes has a span of raw bytes, in order and without overlap, so that what was lost
//! can be shown.
//!
//! What counts as one malformed sequence follows the Standard: of a bad two-byte
//! sequence whose second byte is ASCII only the first byte is malformed, and the ASCII
//! character is kept. Three consequences to know:
//! - GBK is decoded as gb18030, of which it is a part, so a wrong label loses nothing;
//! - Big5 is decoded with HKSCS but written without it, as the Standard wants;
//! - GBK is written without four-byte sequences, and byte 0x80 is the euro sign there.

mod ascii;
mod encode;
mod euc_tw;
mod gb18030_2005;
mod gb2312;
mod hz;
mod iso_2022_cn;
mod single_byte;
mod stream;
mod table;
mod utf32;

use std::borrow::Cow;

use crate::Span;
use crate::encoding::Encoding;

pub(crate) use ascii::SEPARATORS;
pub(crate) use gb2312::holds as holds_gb2312;
pub(crate) use table::decode_codes;

pub use encode::{Unencodable, encode, encode_with};
pub use stream::{Account, DecodeStream};

/// What [`decode`] gives back.
///
/// # Examples
/// ```
/// use zhfix::{Encoding, decode};
/// let decoded = decode(b"\xEF\xBB\xBF\xE4\xB8\xAD", Encoding::Utf8);
/// assert!(decoded.bom);
/// assert_eq!(decoded.text, "中");
/// assert!(decoded.malformed.is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decoded<'b> {
    /// The text; U+FFFD stands where bytes could not be decoded.
    pub text: Cow<'b, str>,
    /// Raw byte spans that could not be decoded, in order.
    pub malformed: Vec<Span>,
    /// Where in the text the U+FFFD of each malformed span begins, one for one. Text can
    /// hold further U+FFFD, which were in the bytes already.
    pub replaced_at: Vec<usize>,
    /// Whether a byte-order mark stood in front; it is not part of the text.
    pub bom: bool,
}

/// Decodes bytes as the encoding says, dropping a byte-order mark of that encoding.
///
/// Every malformed sequence becomes one U+FFFD and one span; no input is refused. The
/// text is borrowed for valid UTF-8, and for bytes below 0x80 in any encoding that
/// extends ASCII. Time O(n), extra memory O(text).
///
/// # Examples
/// ```
/// use zhfix::{Encoding, decode};
/// let decoded = decode(b"\xD6\xD0\xCE\xC4\xFF!", Encoding::Gbk);
/// assert_eq!(decoded.text, "中文\u{FFFD}!");
/// assert_eq!(decoded.malformed, [4..5]);
/// assert_eq!(decoded.replaced_at, ["中文".len()]);
/// ```
#[must_use]
pub fn decode(bytes: &[u8], encoding: Encoding) -> Decoded<'_> {
    let mark = encoding
        .byte_order_mark()
        .filter(|mark| bytes.starts_with(mark));
    decode_behind(bytes, encoding, mark)
}

/// [`decode`] of bytes in front of which there are others, so that no mark is one.
pub(crate) fn decode_part(bytes: &[u8], encoding: Encoding) -> Decoded<'_> {
    decode_behind(bytes, encoding, None)
}

fn decode_behind<'b>(bytes: &'b [u8], encoding: Encoding, mark: Option<&[u8]>) -> Decoded<'b> {
    let base_bytes = mark.map_or(0, <[u8]>::len);
    let body = &bytes[base_bytes..];
    let bom = mark.is_some();
    if let Some(text) = borrowed(body, encoding) {
        return Decoded {
            text: Cow::Borrowed(text),
            malformed: Vec::new(),
            replaced_at: Vec::new(),
            bom,
        };
    }
    let mut text = String::with_capacity(body.len());
    let account = match encoding {
        Encoding::Utf8 => decode_utf8(body, base_bytes, bom, &mut text),
        _ => DecodeStream::behind_mark(encoding, base_bytes, bom).finish_with(body, &mut text),
    };
    Decoded {
        text: Cow::Owned(text),
        malformed: account.malformed,
        replaced_at: account.replaced_at,
        bom,
    }
}

/// The bytes as they are, where they are the text already.
fn borrowed(bytes: &[u8], encoding: Encoding) -> Option<&str> {
    let is_text = encoding == Encoding::Utf8 || (encoding.extends_ascii() && bytes.is_ascii());
    is_text
        .then(|| simdutf8::basic::from_utf8(bytes).ok())
        .flatten()
}

/// What a stream does, at the speed of memory up to the first malformed sequence (often a character
/// that is cut at the end) and of the standard library behind it.
fn decode_utf8(bytes: &[u8], base_bytes: usize, bom: bool, text: &mut String) -> Account {
    let mut account = Account {
        bom,
        ..Account::default()
    };
    let valid_bytes = match simdutf8::compat::from_utf8(bytes) {
        Ok(valid) => valid.len(),
        Err(error) => error.valid_up_to(),
    };
    let (valid, rest) = bytes.split_at(valid_bytes);
    text.push_str(simdutf8::basic::from_utf8(valid).unwrap_or_default());
    let mut at = base_bytes + valid_bytes;
    // The maximal subparts of Unicode 3.9 (D93b), as the Encoding Standard has them.
    for chunk in rest.utf8_chunks() {
        text.push_str(chunk.valid());
        at += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            account.malformed.push(at..at + chunk.invalid().len());
            account.replaced_at.push(text.len());
            text.push(char::REPLACEMENT_CHARACTER);
            at += chunk.invalid().len();
        }
    }
    account
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small generator with a fixed seed, so that a failure repeats.
    struct Bytes(u64);

    impl Bytes {
        fn next(&mut self) -> u8 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0.to_le_bytes()[3]
        }

        /// Bytes that often form sequences: leads, trails, digits and escapes.
        fn input(&mut self) -> Vec<u8> {
            let len = usize::from(self.next() % 24);
            (0..len)
                .map(|_| match self.next() % 8 {
                    0 => b"0123456789"[usize::from(self.next() % 10)],
                    1 => b"\x1B$B(J@A~\x7F\x80\xFF\0"[usize::from(self.next() % 12)],
                    2 => 0xE3,
                    3 => 0xD8,
                    _ => self.next(),
                })
                .collect()
        }
    }

    /// The law of spans: they are in order, and as many as U+FFFD were written.
    fn check_spans(bytes: &[u8], encoding: Encoding) {
        let decoded = decode(bytes, encoding);
        let mut end = 0;
        for span in &decoded.malformed {
            assert!(
                end <= span.start && span.start < span.end && span.end <= bytes.len(),
                "{encoding}: {bytes:X?} {:?}",
                decoded.malformed
            );
            end = span.end;
        }
        // U+FFFD itself can be written in the Unicode encodings and in gb18030.
        let replaced = decoded.text.matches(char::REPLACEMENT_CHARACTER).count();
        assert!(
            decoded.malformed.len() <= replaced,
            "{encoding}: {bytes:X?}"
        );
        assert_eq!(decoded.malformed.len(), decoded.replaced_at.len());
        assert!(decoded.replaced_at.is_sorted_by(|a, b| a < b));
        for &at in &decoded.replaced_at {
            assert!(decoded.text[at..].starts_with(char::REPLACEMENT_CHARACTER));
        }
        // Without its malformed bytes a stateless document is the text between U+FFFD.
        let stateless = !decoded.bom
            && !matches!(
                encoding,
                Encoding::Iso2022Jp
                    | Encoding::Hz
                    | Encoding::Iso2022Cn
                    | Encoding::Iso2022CnExt
                    | Encoding::Gb18030Of2005
            );
        if stateless && decoded.malformed.len() == replaced {
            let mut rest = bytes.to_vec();
            for span in decoded.malformed.iter().rev() {
                rest.splice(span.clone(), *b"");
            }
            let joined = decoded.text.replace(char::REPLACEMENT_CHARACTER, "");
            let mut parts = String::new();
            let mut start = 0;
            for span in &decoded.malformed {
                parts.push_str(&decode_part(&bytes[start..span.start], encoding));
                start = span.end;
            }
            parts.push_str(&decode_part(&bytes[start..], encoding));
            assert_eq!(
                parts, joined,
                "{encoding}: {bytes:X?} {:?}",
                decoded.malformed
            );
        }
    }

    fn decode_part(bytes: &[u8], encoding: Encoding) -> String {
        // Parts have no mark of their own: one in the middle is U+FEFF.
        match encoding.standard() {
            Some(standard) => standard.decode_without_bom_handling(bytes).0.into_owned(),
            None => decode(bytes, encoding).text.into_owned(),
        }
    }

    #[test]
    fn text_is_that_of_encoding_rs_and_spans_account_for_it() {
        let mut source = Bytes(0x9E37_79B9_7F4A_7C15);
        for _ in 0..20_000 {
            let bytes = source.input();
            for &encoding in Encoding::ALL {
                check_spans(&bytes, encoding);
                let Some(standard) = encoding.standard() else {
                    continue;
                };
                let (expect, had_errors) = standard.decode_without_bom_handling(&bytes);
                let decoded = decode(&bytes, encoding);
                if decoded.bom {
                    continue;
                }
                assert_eq!(decoded.text, expect, "{encoding}: {bytes:X?}");
                assert_eq!(!decoded.malformed.is_empty(), had_errors, "{encoding}");
            }
        }
    }

    #[test]
    fn malformed_spans() {
        for (encoding, bytes, text, malformed) in [
            (Encoding::Gbk, &b"\xD6"[..], "\u{FFFD}", &[(0, 1)][..]),
            (Encoding::Gbk, b"\xD6\xD0\xCE", "中\u{FFFD}", &[(2, 3)][..]),
            // An ASCII second byte is kept.
            (Encoding::Gbk, b"\xD6 a", "\u{FFFD} a", &[(0, 1)][..]),
            // A four-byte sequence that breaks off gives back all but its lead byte.
            (
                Encoding::Gb18030,
                b"\x810\x81!",
                "\u{FFFD}0\u{FFFD}!",
                &[(0, 1), (2, 3)][..],
            ),
            (Encoding::Gb18030, b"\x810\x81", "\u{FFFD}", &[(0, 3)][..]),
            (Encoding::Utf8, b"a\xE4\xB8b", "a\u{FFFD}b", &[(1, 3)][..]),
            (
                Encoding::Utf16Le,
                b"\x2D\x4E\x00",
                "中\u{FFFD}",
                &[(2, 3)][..],
            ),
            (
                Encoding::Utf16Be,
                b"\xD8\x00\x4E\x2D",
                "\u{FFFD}中",
                &[(0, 2)][..],
            ),
            (
                Encoding::Utf32Le,
                b"\x2D\x4E\0\0\0\0\x11\0",
                "中\u{FFFD}",
                &[(4, 8)][..],
            ),
            (
                Encoding::Utf32Be,
                b"\0\0\x4E\x2D\0",
                "中\u{FFFD}",
                &[(4, 5)][..],
            ),
            // Two bytes of plane 1; the same in four; plane 2; plane 15 past the basic plane.
            (
                Encoding::EucTw,
                b"\xC4\xE3\x8E\xA1\xC4\xE3\x8E\xA2\xA1\xA1\x8E\xAF\xED\xA1",
                "中中乂𨰬",
                &[][..],
            ),
            // A byte that breaks a sequence is read again; a code without a character is one.
            (
                Encoding::EucTw,
                b"\xC4a\x8E\xC4\xE3\x8E\xA1\xC4b\xFE\xFE\x8E\xA8\xA1\xA1\xA0\xC4",
                "\u{FFFD}a\u{FFFD}中\u{FFFD}b\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}",
                &[
                    (0, 1),
                    (2, 3),
                    (5, 8),
                    (9, 11),
                    (11, 15),
                    (15, 16),
                    (16, 17),
                ][..],
            ),
            (Encoding::EucTw, b"\x8E\xA2\xA1", "\u{FFFD}", &[(0, 3)][..]),
            (Encoding::UsAscii, b"a\xC0", "a\u{FFFD}", &[(1, 2)][..]),
            (Encoding::Big5, b"\xA4\xA4\xFF", "中\u{FFFD}", &[(2, 3)][..]),
        ] {
            let decoded = decode(bytes, encoding);
            assert_eq!(decoded.text, text, "{encoding} {bytes:X?}");
            let spans: Vec<_> = decoded.malformed.iter().map(|s| (s.start, s.end)).collect();
            assert_eq!(spans, malformed, "{encoding} {bytes:X?}");
        }
    }

    #[test]
    fn a_mark_of_the_same_encoding_is_removed_and_spans_count_it() {
        for &encoding in Encoding::ALL {
            let Some(mark) = encoding.byte_order_mark() else {
                continue;
            };
            let body = encode("中!", encoding, Unencodable::Error).expect("encodable");
            let decoded_bytes = [mark, &*body].concat();
            let decoded = decode(&decoded_bytes, encoding);
            assert_eq!((&*decoded.text, decoded.bom), ("中!", true), "{encoding}");
        }
        let decoded = decode(b"\xEF\xBB\xBFa\xFF", Encoding::Utf8);
        assert_eq!(decoded.malformed.first(), Some(&(4..5)));
        let other = decode(b"\xEF\xBB\xBFa", Encoding::Gbk);
        assert!(!other.bom);
    }

    #[test]
    fn borrows_what_needs_no_work() {
        for (encoding, bytes, borrows) in [
            (Encoding::Utf8, "中文".as_bytes(), true),
            (Encoding::Utf8, b"\xEF\xBB\xBFa", true),
            (Encoding::Gbk, b"plain", true),
            (Encoding::UsAscii, b"plain", true),
            (Encoding::Gbk, b"\xD6\xD0", false),
            (Encoding::Iso2022Jp, b"\x1B(Ja", false),
        ] {
            let decoded = decode(bytes, encoding);
            assert_eq!(
                matches!(decoded.text, Cow::Borrowed(_)),
                borrows,
                "{encoding}"
            );
        }
    }
}
