//! GB 18030-2005, where it differs from the edition of 2022.
//!
//! The Encoding Standard follows the edition of 2022, in which eighteen codes of two bytes
//! left the private use area: vertical punctuation (U+FE10 to U+FE19) and eight components
//! (U+9FB4 to U+9FBB). In 2005 the same two bytes stood for private-use characters, and the
//! characters of today took four bytes. Everything else is the Standard's decoder; it is
//! fed up to each of the eighteen codes, and asked whether a character begins there.

use crate::codec::stream::{Draft, Part, decode_standard};

/// The eighteen: code, character of 2005, character of 2022, and what that took in 2005.
const CODES: [([u8; 2], char, char, [u8; 4]); 18] = [
    ([0xA6, 0xD9], '\u{E78D}', '\u{FE10}', *b"\x84\x31\x82\x36"),
    ([0xA6, 0xDA], '\u{E78E}', '\u{FE12}', *b"\x84\x31\x82\x38"),
    ([0xA6, 0xDB], '\u{E78F}', '\u{FE11}', *b"\x84\x31\x82\x37"),
    ([0xA6, 0xDC], '\u{E790}', '\u{FE13}', *b"\x84\x31\x82\x39"),
    ([0xA6, 0xDD], '\u{E791}', '\u{FE14}', *b"\x84\x31\x83\x30"),
    ([0xA6, 0xDE], '\u{E792}', '\u{FE15}', *b"\x84\x31\x83\x31"),
    ([0xA6, 0xDF], '\u{E793}', '\u{FE16}', *b"\x84\x31\x83\x32"),
    ([0xA6, 0xEC], '\u{E794}', '\u{FE17}', *b"\x84\x31\x83\x33"),
    ([0xA6, 0xED], '\u{E795}', '\u{FE18}', *b"\x84\x31\x83\x34"),
    ([0xA6, 0xF3], '\u{E796}', '\u{FE19}', *b"\x84\x31\x83\x35"),
    ([0xFE, 0x59], '\u{E81E}', '\u{9FB4}', *b"\x82\x35\x90\x37"),
    ([0xFE, 0x61], '\u{E826}', '\u{9FB5}', *b"\x82\x35\x90\x38"),
    ([0xFE, 0x66], '\u{E82B}', '\u{9FB6}', *b"\x82\x35\x90\x39"),
    ([0xFE, 0x67], '\u{E82C}', '\u{9FB7}', *b"\x82\x35\x91\x30"),
    ([0xFE, 0x6D], '\u{E832}', '\u{9FB8}', *b"\x82\x35\x91\x31"),
    ([0xFE, 0x7E], '\u{E843}', '\u{9FB9}', *b"\x82\x35\x91\x32"),
    ([0xFE, 0x90], '\u{E854}', '\u{9FBA}', *b"\x82\x35\x91\x33"),
    ([0xFE, 0xA0], '\u{E864}', '\u{9FBB}', *b"\x82\x35\x91\x34"),
];

/// Decodes a part, but for a last byte that may begin one of the codes.
pub(super) fn decode(
    decoder: &mut encoding_rs::Decoder,
    part: Part<'_>,
    draft: &mut Draft<'_>,
) -> usize {
    let bytes = part.bytes;
    let mut fed = 0;
    let feed = |decoder: &mut _, draft: &mut _, from: usize, to: usize, is_last| {
        let piece = Part {
            bytes: &bytes[from..to],
            base_bytes: part.base_bytes + from,
            is_last,
        };
        decode_standard(decoder, piece, draft);
    };
    for at in memchr::memchr2_iter(0xA6, 0xFE, bytes) {
        let Some(&trail) = bytes.get(at + 1) else {
            if part.is_last {
                break;
            }
            feed(decoder, draft, fed, at, false);
            return at;
        };
        let Some((_, c, ..)) = CODES.iter().find(|(code, ..)| *code == [bytes[at], trail]) else {
            continue;
        };
        feed(decoder, draft, fed, at, false);
        fed = at;
        // Asked for the sake of `None`: inside a character.
        if decoder.latin1_byte_compatible_up_to(&[]).is_some() {
            draft.text.push(*c);
            fed += 2;
        }
    }
    feed(decoder, draft, fed, bytes.len(), part.is_last);
    bytes.len()
}

/// Writes a character; all have a code.
pub(super) fn encode(encoder: &mut encoding_rs::Encoder, c: char, bytes: &mut Vec<u8>) -> bool {
    if let Some((.., four)) = CODES.iter().find(|(_, _, today, _)| *today == c) {
        bytes.extend(four);
        return true;
    }
    let mut code = [0; 4];
    let length = super::encode::one(encoder, c, &mut code);
    bytes.extend(&code[..length.unwrap_or(0)]);
    length.is_some()
}
