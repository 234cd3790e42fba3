//! Text to bytes, and what to do where the encoding lacks a character.
//!
//! `encoding_rs` follows the Encoding Standard, in which UTF-16 labels write UTF-8;
//! UTF-16 and UTF-32 are therefore written here. A replacement (`&#20013;` or `?`) goes
//! through the same encoder as the text, so that ISO-2022-JP switches back to ASCII
//! before it.

use std::borrow::Cow;

use encoding_rs::EncoderResult;

use crate::codec::{ascii, euc_tw, gb18030_2005, hz, iso_2022_cn, single_byte, utf32};
use crate::data;
use crate::data::cns::Cns;
use crate::encoding::Encoding;
use crate::error::{Error, ErrorKind};

/// What to write for a character that the encoding lacks.
///
/// # Examples
/// ```
/// use zhfix::Encoding;
/// use zhfix::codec::{Unencodable, encode};
/// let question = encode("国A", Encoding::Big5, Unencodable::Question)?;
/// assert_eq!(&*question, b"?A");
/// # Ok::<(), zhfix::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Unencodable {
    /// Stop with an error that names the place.
    #[default]
    Error,
    /// A numeric character reference: `&#20013;`.
    Ncr,
    /// A question mark.
    Question,
}

/// Encodes text; no byte-order mark is written.
///
/// The bytes are borrowed for UTF-8, and for ASCII text in any encoding that extends
/// ASCII. GBK is written without four-byte sequences, Big5 without HKSCS; HZ and
/// ISO-2022-CN return to ASCII before every ASCII character and at the end. Time O(n),
/// extra memory O(output).
///
/// # Errors
/// `NoEncoder` for an encoding that can only be read; `Unmappable` under
/// [`Unencodable::Error`] at the first character that the encoding lacks.
///
/// # Examples
/// ```
/// use zhfix::Encoding;
/// use zhfix::codec::{Unencodable, encode};
/// let bytes = encode("国A", Encoding::Big5, Unencodable::Ncr)?;
/// assert_eq!(&*bytes, b"&#22269;A");
/// assert!(encode("国A", Encoding::Big5, Unencodable::Error).is_err());
/// # Ok::<(), zhfix::Error>(())
/// ```
pub fn encode(text: &str, encoding: Encoding, policy: Unencodable) -> Result<Cow<'_, [u8]>, Error> {
    encode_with(text, encoding, |c| match policy {
        Unencodable::Error => None,
        Unencodable::Ncr => Some(format!("&#{};", u32::from(c))),
        Unencodable::Question => Some("?".to_owned()),
    })
}

/// [`encode`] with what a function gives for each character that the encoding lacks; what is
/// given has to be of the encoding, or is left out.
///
/// # Errors
/// `NoEncoder` as [`encode`]; `Unmappable` at the first character for which the function gives
/// nothing.
///
/// # Examples
/// ```
/// use zhfix::Encoding;
/// use zhfix::codec::encode_with;
/// let mut lacking = 0;
/// let bytes = encode_with("国国A", Encoding::Big5, |_| {
///     lacking += 1;
///     Some("x".into())
/// })?;
/// assert_eq!((&*bytes, lacking), (&b"xxA"[..], 2));
/// # Ok::<(), zhfix::Error>(())
/// ```
pub fn encode_with(
    text: &str,
    encoding: Encoding,
    mut substitute: impl FnMut(char) -> Option<String>,
) -> Result<Cow<'_, [u8]>, Error> {
    let mut policy = Policy {
        encoding,
        substitute: &mut substitute,
    };
    encode_by(text, encoding, &mut policy)
}

/// What is written for characters that the encoding lacks.
struct Policy<'f> {
    encoding: Encoding,
    substitute: &'f mut dyn FnMut(char) -> Option<String>,
}

fn encode_by<'t>(
    text: &'t str,
    encoding: Encoding,
    policy: &mut Policy<'_>,
) -> Result<Cow<'t, [u8]>, Error> {
    if encoding == Encoding::Utf8 || (encoding.extends_ascii() && text.is_ascii()) {
        return Ok(Cow::Borrowed(text.as_bytes()));
    }
    let bytes = match encoding {
        Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Encoding::Utf32Le => utf32::encode(text, utf32::Order::Little),
        Encoding::Utf32Be => utf32::encode(text, utf32::Order::Big),
        Encoding::EucTw => {
            let cns = Cns::new();
            encode_own(text, policy, |c, bytes| euc_tw::encode(cns, c, bytes))?
        }
        Encoding::Gb18030Of2005 => {
            let mut encoder = encoding_rs::GB18030.new_encoder();
            encode_own(text, policy, |c, bytes| {
                gb18030_2005::encode(&mut encoder, c, bytes)
            })?
        }
        Encoding::Hz => {
            let mut encoder = hz::Encoder::new();
            let mut bytes = encode_own(text, policy, |c, bytes| encoder.write(c, bytes))?;
            encoder.finish(&mut bytes);
            bytes
        }
        Encoding::Iso2022Cn | Encoding::Iso2022CnExt => {
            let mut encoder = iso_2022_cn::Encoder::new(encoding == Encoding::Iso2022CnExt);
            let mut bytes = encode_own(text, policy, |c, bytes| encoder.write(c, bytes))?;
            encoder.finish(&mut bytes);
            bytes
        }
        Encoding::Iso8859_1 | Encoding::Ibm437 | Encoding::Ibm850 => {
            let high = match encoding {
                Encoding::Ibm437 => data::IBM437,
                Encoding::Ibm850 => data::IBM850,
                _ => &single_byte::LATIN_1,
            };
            encode_own(text, policy, |c, bytes| single_byte::encode(high, c, bytes))?
        }
        _ => match encoding.standard() {
            Some(standard) => encode_standard(text, standard, policy)?,
            None => encode_own(text, policy, ascii::encode)?,
        },
    };
    Ok(Cow::Owned(bytes))
}

/// The bytes of one character in an encoding without states, and how many they are.
pub(super) fn one(
    encoder: &mut encoding_rs::Encoder,
    c: char,
    code: &mut [u8; 4],
) -> Option<usize> {
    let mut buffer = [0; 4];
    let text = c.encode_utf8(&mut buffer);
    // More room than the code needs, or the encoder would not begin.
    let mut room = [0; 16];
    let (result, _, written) = encoder.encode_from_utf8_without_replacement(text, &mut room, false);
    *code = [room[0], room[1], room[2], room[3]];
    (result == EncoderResult::InputEmpty).then_some(written)
}

/// Encodes by a function that writes a character, or says that the encoding lacks it.
fn encode_own(
    text: &str,
    policy: &mut Policy<'_>,
    mut write: impl FnMut(char, &mut Vec<u8>) -> bool,
) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        if !write(c, &mut bytes) {
            for c in policy.substitute(c, at)?.chars() {
                write(c, &mut bytes);
            }
        }
    }
    Ok(bytes)
}

fn encode_standard(
    text: &str,
    standard: &'static encoding_rs::Encoding,
    policy: &mut Policy<'_>,
) -> Result<Vec<u8>, Error> {
    let mut encoder = standard.new_encoder();
    let mut bytes = Vec::with_capacity(text.len());
    let mut read = 0;
    loop {
        let (result, read_now) =
            encoder.encode_from_utf8_to_vec_without_replacement(&text[read..], &mut bytes, true);
        read += read_now;
        match result {
            EncoderResult::InputEmpty => return Ok(bytes),
            EncoderResult::OutputFull => bytes.reserve(grow_bytes(text.len() - read)),
            EncoderResult::Unmappable(c) => {
                // ISO-2022-JP names U+FFFD for the controls that would switch.
                let c = text[..read].chars().next_back().unwrap_or(c);
                let at = read.saturating_sub(c.len_utf8());
                let substitute = policy.substitute(c, at)?;
                let mut rest = &*substitute;
                while !rest.is_empty() {
                    bytes.reserve(grow_bytes(rest.len()));
                    let (_, taken) = encoder
                        .encode_from_utf8_to_vec_without_replacement(rest, &mut bytes, false);
                    rest = &rest[taken..];
                }
            }
        }
    }
}

/// Room for the rest of the text: no encoder writes more than two bytes per byte of
/// UTF-8, gb18030's four for two of them, plus an escape sequence of ISO-2022-JP.
fn grow_bytes(rest_bytes: usize) -> usize {
    rest_bytes * 2 + 16
}

impl Policy<'_> {
    /// What stands for a character that the encoding lacks.
    fn substitute(&mut self, c: char, at: usize) -> Result<String, Error> {
        (self.substitute)(c).ok_or_else(|| {
            Error::from(ErrorKind::Unmappable {
                encoding: self.encoding,
                at: at..at + c.len_utf8(),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::decode;

    #[test]
    fn what_can_be_written_can_be_read() {
        let texts = [
            "",
            "ascii",
            "中文",
            "a中b文c",
            "かな漢字",
            "한글",
            "Привет",
            "Ωμέγα",
            "𠮷😀",
        ];
        for &encoding in Encoding::ALL {
            for text in texts {
                if let Ok(bytes) = encode(text, encoding, Unencodable::Error) {
                    let decoded = decode(&bytes, encoding);
                    assert_eq!(decoded.text, text, "{encoding}");
                    assert!(decoded.malformed.is_empty(), "{encoding}");
                }
            }
        }
    }

    #[test]
    fn substitutes() {
        for (encoding, text, ncr, question) in [
            (
                Encoding::Gbk,
                "中𠮷a",
                &b"\xD6\xD0&#134071;a"[..],
                &b"\xD6\xD0?a"[..],
            ),
            (Encoding::Big5, "國国", b"\xB0\xEA&#22269;", b"\xB0\xEA?"),
            (Encoding::UsAscii, "a中", b"a&#20013;", b"a?"),
            // Back to ASCII before the substitute, and once more at no cost at the end.
            (
                Encoding::Iso2022Jp,
                "中한",
                b"\x1B$BCf\x1B(B&#54620;",
                b"\x1B$BCf\x1B(B?",
            ),
            (Encoding::EucTw, "中한", b"\xC4\xE3&#54620;", b"\xC4\xE3?"),
            (
                Encoding::Hz,
                "中한~\n文",
                b"~{VP~}&#54620;~~\n~{ND~}",
                b"~{VP~}?~~\n~{ND~}",
            ),
            // A designation holds for its line.
            (
                Encoding::Iso2022Cn,
                "中國文\n乂丂中",
                b"\x1B$)A\x0EVP\x1B$)GYOEF\x0F\n\x1B$*H\x1BN!!&#19970;\x1B$)A\x0EVP\x0F",
                b"\x1B$)A\x0EVP\x1B$)GYOEF\x0F\n\x1B$*H\x1BN!!?\x1B$)A\x0EVP\x0F",
            ),
            (
                Encoding::Iso2022CnExt,
                "丂",
                b"\x1B$+J\x1BO!&",
                b"\x1B$+J\x1BO!&",
            ),
            (Encoding::Ibm437, "é中", b"\x82&#20013;", b"\x82?"),
            (Encoding::Utf16Be, "中", b"\x4E\x2D", b"\x4E\x2D"),
            (Encoding::Utf32Le, "中", b"\x2D\x4E\0\0", b"\x2D\x4E\0\0"),
        ] {
            let written = encode(text, encoding, Unencodable::Ncr).expect("never refused");
            assert_eq!(&*written, ncr, "{encoding}");
            let written = encode(text, encoding, Unencodable::Question).expect("never refused");
            assert_eq!(&*written, question, "{encoding}");
        }
    }

    #[test]
    fn the_error_names_the_place() {
        let error = encode("ab中𠮷", Encoding::Gbk, Unencodable::Error).expect_err("no four bytes");
        let expect = ErrorKind::Unmappable {
            encoding: Encoding::Gbk,
            at: 5..9,
        };
        assert_eq!(error.kind(), &expect);
    }

    #[test]
    fn controls_that_switch_cannot_be_written() {
        for encoding in [
            Encoding::Iso2022Jp,
            Encoding::Iso2022Cn,
            Encoding::Iso2022CnExt,
        ] {
            for c in ['\u{E}', '\u{F}', '\u{1B}'] {
                let text = format!("中{c}");
                let error = encode(&text, encoding, Unencodable::Error);
                let at = 3..4;
                let expect = ErrorKind::Unmappable { encoding, at };
                assert_eq!(error.expect_err("a switch").kind(), &expect);
                let text = c.to_string();
                let bytes = encode(&text, encoding, Unencodable::Ncr);
                let expect = format!("&#{};", u32::from(c));
                assert_eq!(&*bytes.expect("never refused"), expect.as_bytes());
            }
        }
    }

    #[test]
    fn gbk_never_writes_four_bytes_and_gb18030_writes_everything() {
        for c in (0..=0x10_FFFF).step_by(97).filter_map(char::from_u32) {
            let text = c.to_string();
            if let Ok(bytes) = encode(&text, Encoding::Gbk, Unencodable::Error) {
                assert!(bytes.len() <= 2, "U+{:04X}", u32::from(c));
            }
            assert!(encode(&text, Encoding::Utf16Le, Unencodable::Error).is_ok());
        }
    }
}
