//! Every decoder at its boundaries: rows of bytes and text, multiplied by 0 to 31 bytes of ASCII
//! in front, by a split at every byte, and by the ways in (whole, and in parts).
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use zhfix::codec::{Account, DecodeStream, Unencodable, encode};
use zhfix::{Encoding, decode};

#[path = "laws/codec.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "only what is written one way is asked for"
)]
mod laws;

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
        Encoding::Gb18030Of2005,
        b"\xA6\xD9\x84\x31\x82\x36\xFE\x59\xD6\xD0\xD6\xA6\xD9\xD0\xA6",
        "\u{E78D}\u{FE10}\u{E81E}中枝傩\u{FFFD}",
        &[(14, 15)],
    ),
    (
        Encoding::Gb18030,
        b"\xA6\xD9\x84\x31\x82\x36\xFE\x59",
        "\u{FE10}\u{FE10}\u{9FB4}",
        &[],
    ),
    // RFC 1843: `~~`, a continued line, and back to ASCII; then what it does not allow.
    (Encoding::Hz, b"a~~~{VPND~}b~\nc~{VP~}", "a~中文bc中", &[]),
    (
        Encoding::Hz,
        b"~x~{VP ND\nVP~{V\x0AN\xD6~}~~{~~!~}~",
        "\u{FFFD}x中 文\nVP\u{FFFD}\nN\u{FFFD}\u{FFFD}}~{~!\u{FFFD}}\u{FFFD}",
        &[(0, 1), (14, 15), (17, 18), (18, 19), (26, 27), (28, 29)],
    ),
    (
        Encoding::Iso2022Cn,
        b"\x1B$)A\x0EVP\x1B$*H\x1BN!!ND\x0Fa\n\x1B$)G\x0EDcEF\x0F\x1B[1mb",
        "中乂文a\n中文\u{1B}[1mb",
        &[],
    ),
    (
        Encoding::Iso2022CnExt,
        b"\x0E\x1B$)E\x1B$+I\x1BO!!\x1BO!\x1B$)A\x0EV\nVP\x80\x0EVPV",
        "\u{FFFD}\u{FFFD}$)E丨\u{FFFD}!\u{FFFD}\nVP\u{FFFD}中\u{FFFD}",
        &[(0, 1), (1, 2), (13, 15), (21, 22), (25, 26), (29, 30)],
    ),
    (Encoding::Iso8859_1, b"\x80\xE9\xFF", "\u{80}éÿ", &[]),
    (Encoding::Ibm437, b"\x80\xB0\xE1\xFF", "Ç░ß\u{A0}", &[]),
    (Encoding::Ibm850, b"\x80\xB0\xD5\xF0", "Ç░ı\u{AD}", &[]),
    (Encoding::Macintosh, b"\x80\xCA\xDB", "Ä\u{A0}€", &[]),
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
        // Past the basic plane only what may have something there is tried whole.
        let has_more = encode("𠀀😀", encoding, Unencodable::Ncr).unwrap().len() < 16;
        let step = if has_more || encoding == Encoding::EucTw {
            1
        } else {
            101
        };
        let rest = ('\u{10000}'..'\u{30000}').step_by(step);
        let rare = ('\u{30000}'..=char::MAX).step_by(101);
        for c in ('\0'..='\u{FFFF}').chain(rest).chain(rare) {
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
        assert_eq!(changed, laws::one_way(encoding), "{encoding}");
        let bytes = encode(&written, encoding, Unencodable::Error).unwrap();
        let decoded = decode(&bytes, encoding);
        assert!(
            decoded.text == written && decoded.malformed.is_empty(),
            "{encoding}"
        );
    }
}
