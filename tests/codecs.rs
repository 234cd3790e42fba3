//! Every decoder at its boundaries: rows of bytes and text, multiplied by 0 to 31 bytes of ASCII
//! in front, by a split at every byte, and by the ways in (whole, and in parts).
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use zhfix::codec::{Account, DecodeStream, Unencodable, encode};
use zhfix::{Encoding, decode};

/// Encoding, bytes, text, malformed spans.
type Row = (
    Encoding,
    &'static [u8],
    &'static str,
    &'static [(usize, usize)],
);

const ROWS: &[Row] = &[
    (Encoding::UsAscii, b"a\xC0b", "a\u{FFFD}b", &[(1, 2)]),
    (
        Encoding::Utf8,
        b"\xE4\xB8\xAD\xE6\x96\xE6\x96\x87\xF0\xA0\xAE",
        "中\u{FFFD}文\u{FFFD}",
        &[(3, 5), (8, 11)],
    ),
    (
        Encoding::Gb18030,
        b"\xD6\xD0\x810\x81!\x95\x32\x82\x36\xCE",
        "中\u{FFFD}0\u{FFFD}!𠀀\u{FFFD}",
        &[(2, 3), (4, 5), (10, 11)],
    ),
    (
        Encoding::Big5,
        b"\xA4\xA4\xFF\x88\x62\xA4",
        "中\u{FFFD}Ê̄\u{FFFD}",
        &[(2, 3), (5, 6)],
    ),
    (
        Encoding::EucTw,
        b"\xC4\xE3\x8E\xA1\xC5\xC6a\xC4b\x8E\xA2\xC4\x8E\xAF\xED\xA1\x8E\xAF\xED",
        "中文a\u{FFFD}b\u{FFFD}𨰬\u{FFFD}",
        &[(7, 8), (9, 12), (16, 19)],
    ),
    (
        Encoding::Iso2022Jp,
        b"\x1B$BCfJ8\x1B(Ba\x1B$BC",
        "中文a\u{FFFD}",
        &[(14, 15)],
    ),
];

/// The bytes in parts of the given lengths, repeated.
fn in_parts(bytes: &[u8], encoding: Encoding, parts: &[usize]) -> (String, Account) {
    let mut stream = DecodeStream::new(encoding);
    // What a caller had in the string before is no business of the stream's.
    let mut text = "前".to_owned();
    let mut at = 0;
    for &part in parts.iter().cycle() {
        let end = bytes.len().min(at + part);
        stream.push(&bytes[at..end], &mut text);
        at = end;
        if at == bytes.len() {
            break;
        }
    }
    let account = stream.finish(&mut text);
    (text.split_off("前".len()), account)
}

#[test]
fn rows_behind_padding_split_at_every_byte() {
    for &(encoding, bytes, text, malformed) in ROWS {
        for padding in 0..32 {
            let padded = [
                "abcdefghijklmnopqrstuvwxyz 01234".as_bytes()[..padding].to_vec(),
                bytes.to_vec(),
            ]
            .concat();
            let expect_text = format!("{}{text}", &"abcdefghijklmnopqrstuvwxyz 01234"[..padding]);
            let expect: Vec<_> = malformed
                .iter()
                .map(|&(start, end)| start + padding..end + padding)
                .collect();
            let whole = decode(&padded, encoding);
            assert_eq!(whole.text, expect_text, "{encoding} behind {padding}");
            assert_eq!(whole.malformed, expect, "{encoding} behind {padding}");
            for split in 1..=padded.len() {
                let (text, account) = in_parts(&padded, encoding, &[split, padded.len()]);
                assert_eq!(
                    text, expect_text,
                    "{encoding} behind {padding}, split at {split}"
                );
                assert_eq!(
                    account.malformed, expect,
                    "{encoding} behind {padding}, split at {split}"
                );
                assert_eq!(
                    account.replaced_at, whole.replaced_at,
                    "{encoding} behind {padding}, split at {split}"
                );
            }
        }
    }
}

#[test]
fn parts_of_any_length_give_what_the_whole_gives() {
    // A small generator with a fixed seed, so that a failure repeats.
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    for _ in 0..4_000 {
        let length = usize::from(next() % 40);
        let bytes: Vec<u8> = (0..length)
            .map(|_| match next() % 8 {
                0 => b"0123456789"[usize::from(next() % 10)],
                1 | 2 => b"\x1B$)*+AGHIN~{}!\n\x0E\x0F\x8E\xA1\xA2\xFF\0"[usize::from(next() % 22)],
                3 => 0xC4,
                4 => 0xD8,
                _ => next(),
            })
            .collect();
        let parts = [1 + usize::from(next() % 3), 1 + usize::from(next() % 5)];
        for &encoding in Encoding::ALL {
            let whole = decode(&bytes, encoding);
            let (text, account) = in_parts(&bytes, encoding, &parts);
            assert_eq!(text, whole.text, "{encoding} {bytes:X?} {parts:?}");
            assert_eq!(
                account.malformed, whole.malformed,
                "{encoding} {bytes:X?} {parts:?}"
            );
            assert_eq!(
                account.replaced_at, whole.replaced_at,
                "{encoding} {bytes:X?} {parts:?}"
            );
            assert_eq!(account.bom, whole.bom, "{encoding} {bytes:X?} {parts:?}");
        }
    }
}

#[test]
fn what_an_encoding_can_write_it_reads_back() {
    for &encoding in Encoding::ALL {
        let mut written = String::new();
        let mut changed = String::new();
        for c in '\0'..=char::MAX {
            let mut buffer = [0; 4];
            let text = c.encode_utf8(&mut buffer);
            let Ok(bytes) = encode(text, encoding, Unencodable::Error) else {
                continue;
            };
            let decoded = decode(&bytes, encoding);
            if decoded.text == *text {
                written.push(c);
            } else if c != '\u{FEFF}' {
                // A mark is dropped in front of a text; all else is listed.
                changed.push(c);
            }
        }
        assert_eq!(changed, one_way(encoding), "{encoding}");
        let bytes = encode(&written, encoding, Unencodable::Error).unwrap();
        let decoded = decode(&bytes, encoding);
        assert!(
            decoded.text == written && decoded.malformed.is_empty(),
            "{encoding}"
        );
    }
}

/// Characters that an encoding writes as another one, in order of their code points.
fn one_way(encoding: Encoding) -> String {
    match encoding {
        // Private use until GB 18030-2005 and -2022 moved them: their two bytes have a character
        // of Unicode today (U+FE10 to U+FE19, U+9FB4 to U+9FBB).
        Encoding::Gbk | Encoding::Gb18030 => {
            let vertical = '\u{E78D}'..='\u{E796}';
            vertical
                .chain("\u{E81E}\u{E826}\u{E82B}\u{E82C}\u{E832}\u{E843}\u{E854}\u{E864}".chars())
                .collect()
        }
        // YEN SIGN and OVERLINE share a byte with the backslash and the tilde, and MINUS SIGN its
        // code with FULLWIDTH HYPHEN-MINUS.
        Encoding::ShiftJis | Encoding::EucJp => "\u{A5}\u{203E}\u{2212}".to_owned(),
        // Half-width katakana are written full-width.
        Encoding::Iso2022Jp => std::iter::once('\u{2212}')
            .chain('\u{FF61}'..='\u{FF9F}')
            .collect(),
        _ => String::new(),
    }
}
