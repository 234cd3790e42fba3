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
//! that run is the text; only the byte that was cut off is gone. What it was the language model may say, of all
//! characters that end in A3, and this is marked as a guess; elsewhere ? stays for it.
//!
//! Both are looked for only in documents that the kit's glosses have proven (`gloss.rs`); the second
//! only where uncommon characters become common ones. What it gets wrong: a character at the end of a shifted
//! run lost its second byte and stays a question mark.

use super::super::plan::{Edit, Pass};
use super::super::routes::{gbk_bytes, is_common_simplified, is_common_traditional};
use super::super::{form_rules, topic};
use super::syllable;
use crate::data;
use crate::model::{self, Language};

/// Every byte but guesses is accounted for, in a document that is proven.
const CERTAINTY: f32 = 0.99;
/// From which probability on a character is filled in.
const CERTAINTY_GUESSED: f32 = 0.9;
/// The longest run that is shifted back, in characters: the kit's runs end at the next ASCII.
const RUN_MAX_CHARS: usize = 200;

/// Finds what was cut in two, in a text whose glosses are gone.
pub(in super::super) fn find(text: &str) -> Pass {
    let mut edits: Vec<Edit> = Vec::new();
    for at in memchr::memchr2_iter(b'?', b'(', text.as_bytes()) {
        if edits.last().is_some_and(|edit| at < edit.span.end) {
            continue;
        }
        let found = match text.as_bytes()[at] {
            b'(' => gloss_behind_ascii(text, at),
            _ => gloss_inside(text, at).or_else(|| mark_inside(text, at)),
        };
        edits.extend(found);
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
    // A byte below would have kept the parenthesis.
    for trail in 0x81..=0xFE {
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
            // The last character's second byte was swallowed.
            Some(b'?') if !run.is_empty() => {
                bytes.pop();
                lost_end = "?";
                used_bytes += 1;
            }
            _ if run.last().is_some_and(u8::is_ascii) => {}
            // The ASCII is the second byte of the last character.
            Some(byte @ 0x40..=0x7E) => {
                bytes.push(byte);
                used_bytes += 1;
            }
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

/// `XA(reading)`: the last byte of a character and the ASCII behind it were taken for one; nothing
/// is destroyed but for the gloss.
fn gloss_behind_ascii(text: &str, at: usize) -> Option<Edit> {
    let trail = *text.as_bytes().get(at.checked_sub(1)?)?;
    let [_, lead] = gbk_bytes(text.get(..at - 1)?.chars().next_back()?)?;
    let glossed = decode(&[lead, trail]).filter(|_| matches!(trail, 0x40..=0x7E))?;
    let rest = &text[at + 1..];
    let syllable = syllable::read(rest)?;
    let is_read_so = |c| data::first_reading(c) == Some(syllable.composed.as_str());
    (rest[syllable.bytes..].starts_with(')') && glossed.chars().all(is_read_so)).then(|| {
        let span = at..at + 1 + syllable.bytes + 1;
        Edit::new(text, span, form_rules::GLOSS_CUT_CHARACTER, "", CERTAINTY)
    })
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
    if run.len() < 2 {
        return None;
    }
    let mut bytes = vec![trail];
    bytes.extend(&run);
    let mut end = at + 1 + mark.len_utf8() + run_bytes;
    // One byte is left over: the first of a character whose second was swallowed, or ASCII.
    let mut lost_end = "";
    match text.as_bytes().get(end) {
        _ if run.last().is_some_and(u8::is_ascii) => {}
        Some(&byte @ 0x40..=0x7E) => {
            bytes.push(byte);
            end += 1;
        }
        next => {
            bytes.pop();
            lost_end = "?";
            end += usize::from(next == Some(&b'?'));
        }
    }
    let after = decode(&bytes)?;
    let before = &rest[mark.len_utf8()..][..run_bytes];
    // Nobody writes ? before a full-width mark, so that a bracket behind it is enough.
    let is_sure = !mark.is_ascii() && after.starts_with(is_bracket);
    if !is_sure && (!is_plain(&after) || is_plain(before)) {
        return None;
    }
    // No other mark ends in A3, and Han that does is rarer than 。 there by far.
    let guess = if after.starts_with(is_bracket) {
        Some(('。', CERTAINTY_GUESSED))
    } else {
        cut_off(&text[..at], &after)
    };
    let (first, certainty) = guess.map_or(("?".to_owned(), CERTAINTY), |(first, certainty)| {
        (first.to_string(), certainty)
    });
    let mut edit = Edit::new(
        text,
        at..end,
        form_rules::GLOSS_CUT_CHARACTER,
        format!("{first}{after}{lost_end}"),
        certainty,
    );
    edit.guessed_chars = u32::from(guess.is_some());
    Some(edit)
}

fn is_bracket(c: char) -> bool {
    matches!(
        c,
        '【' | '“' | '（' | '《' | '「' | '『' | '』' | '」' | '”'
    )
}

/// The character that was cut off, with its probability: of those whose second byte is A3 the one that
/// stands best between its neighbours, if it is at least nine times as likely as all others
/// together.
fn cut_off(before: &str, after: &str) -> Option<(char, f32)> {
    let [last, next] =
        [before.chars().next_back(), after.chars().next()].map(|c| c.unwrap_or('\n'));
    let candidates: Vec<char> = (0x81..=0xFE)
        .filter_map(|lead| decode(&[lead, 0xA3])?.chars().next())
        .collect();
    let total = |language| -> Vec<f64> {
        let cost = |&c| (cost_between(language, last, c) + cost_between(language, c, next)) as f64;
        candidates
            .iter()
            .map(|c| (-cost(c) / model::BIT as f64).exp2())
            .collect()
    };
    // The variant that likes its best candidate better is the text's.
    let [hans, hant] = [Language::Hans, Language::Hant].map(total);
    let best = |odds: &[f64]| odds.iter().copied().fold(0.0, f64::max);
    let odds = if best(&hans) > best(&hant) {
        hans
    } else {
        hant
    };
    let sum: f64 = odds.iter().sum();
    let (c, odd) = candidates
        .into_iter()
        .zip(&odds)
        .max_by(|one, other| one.1.total_cmp(other.1))?;
    let probability = odd / sum;
    #[allow(clippy::cast_possible_truncation, reason = "a probability")]
    let certainty = probability as f32;
    (certainty >= CERTAINTY_GUESSED).then_some((c, certainty))
}

/// What a character costs behind another.
fn cost_between(language: Language, before: char, c: char) -> model::Cost {
    let [before, symbol] = [before, c].map(model::symbol);
    let model = model::model();
    let alone = model.row(symbol)[language as usize];
    model::of_steps(i64::from(alone)) - model.gain(language, before, symbol)
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
    fn a_character_costs_less_behind_one_that_it_follows_often() {
        let behind = |before| cost_between(Language::Hans, before, '们');
        assert!(behind('我') + 2 * model::BIT < behind('，'));
        assert!(behind('他') < behind('锟'));
    }

    #[test]
    fn a_gloss_inside_of_a_character_gives_it_back() {
        assert_eq!(repaired("樣?xùn)|西"), "樣東西");
        assert_eq!(repaired("數以?xún)|計"), "數以億計");
        // The second byte of the last shifted character is a letter.
        assert_eq!(repaired("談?wù)摿速I背包"), "談論了買背包");
        // The second byte of the found character is a letter.
        assert_eq!(repaired("創作者M(jìn)ike"), "創作者Mike");
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
