//! Laws of decoding and encoding.

use std::borrow::Cow;

use zhfix::codec::{DecodeStream, Unencodable, encode};
use zhfix::{Encoding, decode};

/// Malformed spans are in order and inside, and leave a mark; parts give what the whole gives.
pub fn decoding_is_the_same_however_it_is_cut(bytes: &[u8], encoding: Encoding, part_bytes: usize) {
    let decoded = decode(bytes, encoding);
    let mut behind = 0;
    for span in &decoded.malformed {
        assert!(
            behind <= span.start && span.start < span.end && span.end <= bytes.len(),
            "{encoding:?} {span:?}"
        );
        behind = span.end;
    }
    assert!(
        decoded.malformed.is_empty() || decoded.text.contains('\u{FFFD}'),
        "{encoding:?}"
    );
    let mut stream = DecodeStream::new(encoding);
    let mut text = String::new();
    for part in bytes.chunks(part_bytes.max(1)) {
        stream.push(part, &mut text);
    }
    let account = stream.finish(&mut text);
    let by = format!("{encoding:?} by {part_bytes}");
    assert_eq!(text, decoded.text, "{by}");
    assert_eq!(account.malformed, decoded.malformed, "{by}");
    assert_eq!(account.replaced_at, decoded.replaced_at, "{by}");
    assert_eq!(account.bom, decoded.bom, "{by}");
}

/// What an encoding can write is read back; with the characters that are written as another, that
/// one is read, and stays.
pub fn what_is_written_is_read(text: &str, encoding: Encoding) {
    let Ok(written) = encode(text, encoding, Unencodable::Error) else {
        return;
    };
    let back = decode(&written, encoding);
    assert!(back.malformed.is_empty(), "{encoding:?} {text:?}");
    // A mark in front would be dropped once more.
    if back.text.starts_with('\u{FEFF}') {
        return;
    }
    let again = encode(&back.text, encoding, Unencodable::Error).expect("was read in it");
    assert_eq!(
        decode(&again, encoding).text,
        back.text,
        "{encoding:?} {text:?}"
    );
    let one_way = one_way(encoding);
    if !text.starts_with('\u{FEFF}') && !text.contains(|c| one_way.contains(c)) {
        assert_eq!(back.text, text, "{encoding:?}");
    }
}

/// Characters that an encoding writes as another one, in order of their code points.
pub fn one_way(encoding: Encoding) -> String {
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
        // One code of GB 2312 has two readings; the other is written.
        Encoding::Hz => "\u{2015}\u{30FB}".to_owned(),
        Encoding::Iso2022Cn | Encoding::Iso2022CnExt => "\u{2015}\u{30FB}".to_owned(),
        // Half-width katakana are written full-width.
        Encoding::Iso2022Jp => std::iter::once('\u{2212}')
            .chain('\u{FF61}'..='\u{FF9F}')
            .collect(),
        _ => String::new(),
    }
}

/// Valid UTF-8 is what it is, less a mark, and is not copied.
pub fn utf8_is_itself(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let decoded = decode(bytes, Encoding::Utf8);
        assert_eq!(decoded.text, text.strip_prefix('\u{FEFF}').unwrap_or(text));
        assert!(matches!(decoded.text, Cow::Borrowed(_)));
        assert!(decoded.malformed.is_empty());
    }
}
