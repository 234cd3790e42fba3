//! Bytes that UTF-8 forbids and that still say which character was meant.
//!
//! CESU-8 (databases whose `utf8` has three bytes at the most, Java's modified UTF-8) writes a character
//! beyond the basic plane as two surrogates of three bytes each: ED A0 BD ED B8 80 is 😀. Overlong forms use
//! more bytes than needed: C0 80 is NUL in modified UTF-8. Decoders give one U+FFFD a byte; the
//! bytes are at hand, so the characters are put in their place, as a pass of the plan like any other.
//!
//! No other text holds such bytes between valid UTF-8. What stays: half a pair, which is no
//! character; overlong forms of other control characters; all of it in other encodings.

use super::form_rules;
use super::plan::{Edit, Pass, Plan};
use super::rules::RuleSet;
use crate::codec::Decoded;

/// The bytes say what the character is.
const CERTAINTY: f32 = 0.999;

/// Puts what malformed UTF-8 means into its text, and takes it off the list of what is
/// malformed; the plan leads from the text as it was to the text as it is now. Time O(malformed)
/// where nothing is found, else O(n).
pub(crate) fn mend(bytes: &[u8], decoded: &mut Decoded<'_>, rules: &RuleSet) -> Plan {
    let mut pass = Pass::default();
    let mut kept = Vec::new();
    let mut at = 0;
    while let Some(span) = decoded.malformed.get(at) {
        let run = &decoded.malformed[at..];
        // Each byte is a malformed sequence of its own.
        let touch = |pair: &[crate::Span]| pair[0].len() == 1 && pair[0].end == pair[1].start;
        let run_bytes = 1 + run
            .windows(2)
            .take(5)
            .take_while(|pair| touch(pair))
            .count();
        let run = bytes
            .get(span.start..span.start + run_bytes)
            .unwrap_or_default();
        let Some((c, length, rule)) = meant(run).filter(|(_, _, rule)| rules.contains(rule)) else {
            kept.push(at);
            at += 1;
            continue;
        };
        let start = decoded.replaced_at[at];
        let span = start..start + length * char::REPLACEMENT_CHARACTER.len_utf8();
        let edit = Edit::new(&decoded.text, span, rule, c, CERTAINTY);
        pass.edits.push(edit);
        at += length;
    }
    let mut plan = Plan::default();
    if pass.edits.is_empty() {
        return plan;
    }
    let mut edits = pass.edits.iter().peekable();
    let mut gone_bytes = 0;
    let mut replaced_at = Vec::with_capacity(kept.len());
    for &at in &kept {
        let place = decoded.replaced_at[at];
        while let Some(edit) = edits.next_if(|edit| edit.span.start < place) {
            gone_bytes += edit.span.len() - edit.after.len();
        }
        replaced_at.push(place - gone_bytes);
    }
    plan.push(pass);
    match plan.apply(&decoded.text) {
        Ok(text) => decoded.text = text.into_owned().into(),
        Err(_) => return Plan::default(),
    }
    decoded.malformed = kept
        .iter()
        .map(|&at| decoded.malformed[at].clone())
        .collect();
    decoded.replaced_at = replaced_at;
    plan
}

/// The character that bytes begin with, how many they are, and the rule that knows them.
fn meant(bytes: &[u8]) -> Option<(char, usize, &'static super::Rule)> {
    let later = |byte: u8| u32::from(byte & 0x3F);
    match *bytes {
        [
            0xED,
            a @ 0xA0..=0xAF,
            b @ 0x80..=0xBF,
            0xED,
            c @ 0xB0..=0xBF,
            d @ 0x80..=0xBF,
            ..,
        ] => {
            let high = later(a) << 6 | later(b);
            let low = later(c) << 6 | later(d);
            let code = 0x1_0000 + ((high & 0x3FF) << 10 | (low & 0x3FF));
            Some((char::from_u32(code)?, 6, form_rules::BYTES_CESU_8))
        }
        [0xC0 | 0xC1, a @ 0x80..=0xBF, ..] => overlong(u32::from(bytes[0] & 1) << 6 | later(a), 2),
        [0xE0, a @ 0x80..=0x9F, b @ 0x80..=0xBF, ..] => overlong(later(a) << 6 | later(b), 3),
        [0xF0, a @ 0x80..=0x8F, b @ 0x80..=0xBF, c @ 0x80..=0xBF, ..] => {
            overlong(later(a) << 12 | later(b) << 6 | later(c), 4)
        }
        _ => None,
    }
}

fn overlong(code: u32, length: usize) -> Option<(char, usize, &'static super::Rule)> {
    let c = char::from_u32(code).filter(|&c| c == '\0' || !c.is_control())?;
    Some((c, length, form_rules::BYTES_OVERLONG))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::decode;
    use crate::encoding::Encoding;

    fn mended(bytes: &[u8]) -> (String, Vec<crate::Span>) {
        let mut decoded = decode(bytes, Encoding::Utf8);
        let before = decoded.text.clone().into_owned();
        let plan = mend(bytes, &mut decoded, &RuleSet::default());
        assert_eq!(plan.apply(&before).unwrap(), decoded.text);
        assert_eq!(plan.inverse().apply(&decoded.text).unwrap(), before);
        for &at in &decoded.replaced_at {
            assert!(decoded.text[at..].starts_with('\u{FFFD}'), "{bytes:X?}");
        }
        assert_eq!(decoded.replaced_at.len(), decoded.malformed.len());
        (decoded.text.into_owned(), decoded.malformed)
    }

    #[test]
    fn surrogates_and_overlong_forms_become_characters() {
        for (bytes, text) in [
            (&b"a\xED\xA0\xBD\xED\xB8\x80b"[..], "a😀b"),
            (b"\xED\xA1\x82\xED\xBE\xB7\xE9\x87\x8E", "𠮷野"),
            (b"a\xC0\x80b", "a\0b"),
            (b"\xC1\x81\xE0\x81\x81\xF0\x80\x81\x81", "AAA"),
            (b"\xF0\x84\xB8\xAD", "中"),
        ] {
            assert_eq!(mended(bytes), (text.to_owned(), vec![]), "{bytes:X?}");
        }
    }

    #[test]
    fn what_says_nothing_stays_malformed() {
        let (text, malformed) = mended(b"\xFF\xED\xA0\xBD\xED\xB8\x80\xED\xA0\xBDa\xFE\xC0\x87");
        assert_eq!(malformed.len(), 1 + 3 + 1 + 2);
        assert_eq!(
            text,
            "\u{FFFD}😀\u{FFFD}\u{FFFD}\u{FFFD}a\u{FFFD}\u{FFFD}\u{FFFD}"
        );
        assert_eq!(malformed[0], 0..1);
        assert_eq!(malformed[1], 7..8);
    }
}
