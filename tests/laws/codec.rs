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

/// What an encoding can write is read back: at once, or, where it writes two characters alike
/// (Big5 has some twice), as the one that it reads, which then stays.
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
    if !matches!(
        encoding,
        Encoding::Big5 | Encoding::EucTw | Encoding::ShiftJis | Encoding::EucJp
    ) && !text.starts_with('\u{FEFF}')
    {
        assert_eq!(back.text, text, "{encoding:?}");
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
