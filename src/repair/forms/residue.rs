//! What a gloss kit cut in two: 樣?xùn)|西 for 樣東西, ?！驹斀狻扛 for 。【詳解】.
//!
//! The kit replaces byte pairs of GBK wherever it finds them, also where a pair is the end of
//! one character and the beginning of the next. In 樣東西, 98D3 967C CEF7, it found D396, 訓, and put
//! the gloss behind it: 98D3 96 `(xùn)` 7C CEF7. The byte 96 swallowed the parenthesis and became a
//! question mark. The reading says which character was found: its first byte is the second of 樣, so its
//! second, 96, is known, and with what follows the gloss makes 東.
//!
//! It also replaces ！, ； and ？ (A3A1, A3BB, A3BF) and cuts off the byte before, which becomes a
//! question mark; everything behind stays shifted by one byte up to the next of ASCII. Shifted back,
//! that run is the text; only the byte that was cut off is gone. It is 。 where an opening bracket
//! follows, for no other mark ends in A3, and this is marked as a guess; elsewhere ? stays for it.
//!
//! Both are looked for only in documents that the kit's glosses have proven (`gloss.rs`); the second
//! only where uncommon characters become common ones. What it gets wrong: a character at the end of a shifted
//! run lost its second byte and stays a question mark.

use super::super::plan::{Edit, Pass};
use super::super::routes::{gbk_bytes, is_common_simplified, is_common_traditional};
use super::super::{form_rules, topic};
use super::syllable;
use crate::data;

/// Every byte but guesses is accounted for, in a document that is proven.
const CERTAINTY: f32 = 0.99;
/// 。 before an opening bracket.
const CERTAINTY_GUESSED: f32 = 0.9;
/// The longest run that is shifted back, in characters: the kit's runs end at the next ASCII.
const RUN_MAX_CHARS: usize = 200;

/// Finds what was cut in two, in a text whose glosses are gone.
pub(in super::super) fn find(text: &str) -> Pass {
    let mut edits: Vec<Edit> = Vec::new();
    for at in memchr::memchr_iter(b'?', text.as_bytes()) {
        if edits.last().is_some_and(|edit| at < edit.span.end) {
            continue;
        }
        edits.extend(gloss_inside(text, at).or_else(|| mark_inside(text, at)));
    }
    Pass { edits }
}

/// The bytes in GBK of a run that starts a text, up to ASCII, and how much of the text it is.
fn shifted_run(text: &str) -> Option<(Vec<u8>, usize)> {
    let mut bytes = Vec::new();
    let mut end = 0;
    for c in text.chars().take(RUN_MAX_CHARS) {
        if c.is_ascii() {
            break;
        }
        bytes.extend(gbk_bytes(c)?);
        end += c.len_utf8();
    }
    Some((bytes, end))
}

/// What GBK reads from bytes, if nothing is malformed and all of it is Chinese.
fn decode(bytes: &[u8]) -> Option<String> {
    let text = encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(bytes)?;
    let is_private = |c| matches!(c, '\u{E000}'..='\u{F8FF}');
    (!text.contains(is_private)).then(|| text.into_owned())
}

/// `X?reading)Y`: a gloss inside of a character.
fn gloss_inside(text: &str, at: usize) -> Option<Edit> {
    let before = text[..at].chars().next_back()?;
    let [_, lead] = gbk_bytes(before)?;
    let rest = &text[at + 1..];
    let syllable = syllable::read(rest)?;
    let behind = rest[syllable.bytes..].strip_prefix(')')?;
    let start = at + 1 + syllable.bytes + 1;
    let (run, run_bytes) = shifted_run(behind)?;
    // The byte that completes the last character: the ASCII behind the run, if it can be one.
    let ascii = behind[run_bytes..].bytes().next();
    let mut found: Option<(String, usize)> = None;
    for trail in 0x40..=0xFE {
        let Some(glossed) = decode(&[lead, trail]) else {
            continue;
        };
        let is_read_so = |c| data::first_reading(c) == Some(syllable.composed.as_str());
        if !glossed.chars().all(is_read_so) {
            continue;
        }
        let mut bytes = vec![trail];
        bytes.extend(&run);
        let mut used_bytes = run_bytes;
        let mut lost_end = "";
        match ascii {
            Some(byte @ 0x40..=0x7E) if run.is_empty() => {
                bytes.push(byte);
                used_bytes += 1;
            }
            // The last character's second byte was swallowed.
            Some(b'?') if !run.is_empty() => {
                bytes.pop();
                lost_end = "?";
                used_bytes += 1;
            }
            _ if run.last().is_some_and(u8::is_ascii) => {}
            _ => continue,
        }
        let Some(mut after) = decode(&bytes) else {
            continue;
        };
        if !is_plain(&after) {
            continue;
        }
        after.push_str(lost_end);
        if found.replace((after, used_bytes)).is_some() {
            return None;
        }
    }
    let (after, used_bytes) = found?;
    let span = at..start + used_bytes;
    Some(Edit::new(
        text,
        span,
        form_rules::GLOSS_CUT_CHARACTER,
        after,
        CERTAINTY,
    ))
}

/// `?！…`: a mark that was replaced across two characters, flattened or not.
fn mark_inside(text: &str, at: usize) -> Option<Edit> {
    let rest = &text[at + 1..];
    let mark = rest.chars().next()?;
    let trail = match mark {
        '！' | '!' => 0xA1,
        '；' | ';' => 0xBB,
        '？' | '?' => 0xBF,
        _ => return None,
    };
    let (run, run_bytes) = shifted_run(&rest[mark.len_utf8()..])?;
    if run.len() < 4 {
        return None;
    }
    let mut bytes = vec![trail];
    bytes.extend(&run);
    let mut end = at + 1 + mark.len_utf8() + run_bytes;
    // One byte is left over: the first of a character whose second was swallowed, or ASCII.
    let mut lost_end = "";
    if !run.last().is_some_and(u8::is_ascii) {
        bytes.pop();
        lost_end = "?";
        end += usize::from(text[end..].starts_with('?'));
    }
    let after = decode(&bytes)?;
    let before = &rest[mark.len_utf8()..][..run_bytes];
    if !is_plain(&after) || is_plain(before) {
        return None;
    }
    let opens = after.starts_with(['【', '“', '（', '《', '「', '『']);
    let first = if opens { "。" } else { "?" };
    let mut edit = Edit::new(
        text,
        at..end,
        form_rules::GLOSS_CUT_CHARACTER,
        format!("{first}{after}{lost_end}"),
        if opens { CERTAINTY_GUESSED } else { CERTAINTY },
    );
    edit.guessed_chars = u32::from(opens);
    Some(edit)
}

/// Whether a text is common characters and marks: four of five, and two at least.
fn is_plain(text: &str) -> bool {
    let (mut chars, mut common, mut simplified, mut traditional) = (0, 0, 0, 0);
    for c in text.chars() {
        chars += 1;
        if topic::is_han(c) {
            simplified += usize::from(is_common_simplified(c));
            traditional += usize::from(is_common_traditional(c));
        } else {
            let is_mark = super::super::proof::is_cjk_punctuation(c) || c.is_ascii_alphanumeric();
            common += usize::from(is_mark || c.is_ascii_punctuation());
        }
    }
    common += simplified.max(traditional);
    chars > 0 && common * 5 >= chars * 4
}

#[cfg(test)]
mod tests {
    use super::super::super::plan::apply_pass;
    use super::*;

    fn repaired(text: &str) -> String {
        apply_pass(&find(text), text).unwrap()
    }

    #[test]
    fn a_gloss_inside_of_a_character_gives_it_back() {
        assert_eq!(repaired("樣?xùn)|西"), "樣東西");
        assert_eq!(repaired("數以?xún)|計"), "數以億計");
    }

    #[test]
    fn what_is_shifted_is_shifted_back() {
        assert_eq!(repaired("句?！驹斀狻扛?式"), "句。【詳解】?式");
        assert_eq!(repaired("好?！驹斀狻扛"), "好。【詳解】?");
    }

    #[test]
    fn questions_stay() {
        for text in [
            "好嗎?！真的",
            "什麼?xùn 是",
            "?！",
            "好嗎?！我們明天再說吧",
            "是?(xùn)吗",
        ] {
            assert_eq!(repaired(text), text);
        }
    }
}
