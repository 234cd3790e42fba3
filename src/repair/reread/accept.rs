//! When a reading is taken.
//!
//! The bars were set on clean text of every language of the development corpora, every line of
//! which was searched: what chance gave there, and double the distance.

use super::chain::LAYER_COST;
use super::letters;
use super::step::{Right, Step, Wrong};
use super::weigh;
use crate::Span;
use crate::model::{BIT, Cost};
use crate::repair::proof::{Census, drawn_chars, is_cjk_punctuation, is_mostly_uncommon, judge};
use crate::repair::routes::Route;
use crate::repair::topic::{self, Topic};

/// Four characters and more.
pub(super) const CERTAINTY_LONG: f32 = 0.999;
/// Fewer, by the document they stand in; and what could have been other bytes.
pub(super) const CERTAINTY_SHORT: f32 = 0.99;

/// How far a word about encodings protects: about ten sentences.
const TOPIC_REACH_BYTES: usize = 1000;

/// What a character of running text costs at most, on the average. Lists of characters that
/// are rare in one order are less rare in another.
const USUAL_COST: Cost = 13 * BIT;

/// The same where letters come out as Chinese, which is the better proof; four characters may
/// be a name, or begin inside a word.
const LETTERS_USUAL_COST: Cost = 14 * BIT;

/// What a reading as UTF-8 has to save that does not prove itself, and for each character.
const UTF_8_GAIN: Cost = 24 * BIT;
const UTF_8_GAIN_PER_CHAR: Cost = 2 * BIT;

/// How many times what is asked of pairs proves more.
const STRONG: Cost = 2;

/// What a field may lose where the whole gains: a character that is rare in the model.
const FIELD_LOSS: Cost = 6 * BIT;

/// What is longer is seldom shown as an example; a word about encodings protects it only in
/// the sentences next to it.
const EXAMPLE_CHARS: usize = 32;

/// How much a reading has to prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bar {
    /// By itself.
    Alone,
    /// In a document that has proven the chain.
    Document,
    /// Next to a line that has proven it.
    Beside,
}

/// Whether a reading is better than the text by more than chance.
pub(super) fn accepted(before: &str, after: &str, chain: &[Step], bar: Bar) -> bool {
    let seen = Census::of(after);
    if seen.bad_chars > 0 || seen.han_chars == 0 && !(bar != Bar::Alone && are_marks(before, after))
    {
        return false;
    }
    accepted_at(weigh::as_chinese(after), before, after, chain, bar)
}

/// Whether what comes out is nothing but punctuation and signs: a line of dashes, a bracket, the
/// number of a list. A letter of ASCII is part of one only behind a half-width form, where nobody
/// writes letters.
pub(in crate::repair) fn are_marks(before: &str, after: &str) -> bool {
    let ascii_chars = |text: &str| text.chars().filter(char::is_ascii).count();
    let is_narrow = |c: char| c.is_ascii() || matches!(c, '\u{FF61}'..='\u{FF9F}');
    let is_mark = |c: char| is_cjk_punctuation(c) || matches!(c, '\u{2010}'..='\u{27BF}');
    after.chars().all(|c| c.is_ascii() || is_mark(c))
        && (ascii_chars(before) == ascii_chars(after) || before.chars().all(is_narrow))
}

/// The same, where it is known what comes out costs as Chinese.
pub(super) fn accepted_at(
    chinese: Cost,
    before: &str,
    after: &str,
    chain: &[Step],
    bar: Bar,
) -> bool {
    let seen = Census::of(after);
    if draws(after, &seen, chain) {
        return true;
    }
    if seen.bad_chars > 0 || seen.han_chars == 0 && bar == Bar::Alone {
        return false;
    }
    // What is dear to know is asked for last.
    if bar != Bar::Alone && seen.common_han_chars() != seen.han_chars {
        return false;
    }
    let layers = Cost::try_from(chain.len().saturating_sub(1)).unwrap_or(0);
    let han = Cost::try_from(seen.han_chars).unwrap_or(0);
    let cost = chinese + layers * LAYER_COST;
    // More than a bar asks for says no more.
    let gain = |enough: Cost| weigh::as_it_is(before, cost + enough + BIT) - cost;
    let least = match bar {
        Bar::Alone => None,
        Bar::Document => Some(4 * BIT),
        Bar::Beside => Some(0),
    };
    if let Some(least) = least {
        return gain(least) >= least;
    }
    let (by_utf_8, single) = kind_of(chain);
    if by_utf_8 {
        let route = if single {
            Route::Windows1252
        } else {
            Route::Gbk
        };
        // Two sequences may be chance where one of them is a character that nobody writes.
        let is_plain = seen.han_chars > 2 || seen.common_han_chars() == seen.han_chars;
        if !is_plain {
            return false;
        }
        if judge(route, before, after, false).is_some() {
            return gain(0) > 0;
        }
        let least = utf_8_gain(before);
        return !single && may_pay(before, &seen, chain) && gain(least) >= least;
    }
    if single && letters::are_meant(before, after, chain) {
        return false;
    }
    let (cost, chars) = weigh::past_ascii(after, chinese);
    let usual = if single {
        LETTERS_USUAL_COST
    } else {
        USUAL_COST
    };
    if cost > usual * chars {
        return false;
    }
    if single || chain.len() > 1 {
        let common = Cost::try_from(seen.common_han_chars()).unwrap_or(0);
        // What is repeated is no evidence for a second time.
        let distinct = Cost::try_from(distinct_han(after)).unwrap_or(0);
        // Single characters in a row of fields are the signs or the letters of a list.
        if distinct < 2 || chars < 3 || common * 4 < han * 3 || han_in_words(after) < 2 {
            return false;
        }
        let trails = trails_cost(before) - trails_cost(after);
        let least = letters_gain(han);
        return (gain(least * 3 / 2 + trails) - trails) * distinct.min(3) / 3 >= least;
    }
    // What stands in the area of private use is in no text.
    let least = if before.contains(|c| matches!(c, '\u{E000}'..='\u{F8FF}')) {
        4
    } else {
        5
    };
    pairs_pay(after, &seen, least, gain)
}

/// Whether a reading as characters of an encoding of pairs is Chinese by what it saves, and by its
/// words; `gain` tells so much of it as is asked for.
pub(in crate::repair) fn pairs_pay(
    after: &str,
    seen: &Census,
    least: usize,
    gain: impl Fn(Cost) -> Cost,
) -> bool {
    let enough = pairs_gain(Cost::try_from(seen.han_chars).unwrap_or(0));
    let gained = gain(STRONG * enough);
    // What saves far more than chance does may be a word of four characters, or hold names.
    let is_strong = gained >= STRONG * enough;
    let least = if is_strong { 4 } else { least };
    let (common, all) = (seen.common_han_chars(), seen.han_chars);
    distinct_han(after) >= least - 1
        && han_in_words(after) >= least
        && (common * 10 >= all * 9 || is_strong && common * 4 >= all * 3)
        && gained >= enough
}

/// Whether what comes out as UTF-8 is a drawing, which is proof of itself.
fn draws(after: &str, seen: &Census, chain: &[Step]) -> bool {
    seen.han_chars == 0
        && seen.bad_chars == 0
        && chain.iter().all(|step| step.right == Right::Utf8)
        && drawn_chars(after) > 0
}

/// Whether a chain gives UTF-8 alone, and whether a single-byte set was wrong last.
fn kind_of(chain: &[Step]) -> (bool, bool) {
    let by_utf_8 = chain.iter().all(|step| step.right == Right::Utf8);
    let single = matches!(
        chain,
        [
            Step {
                wrong: Wrong::Single(_) | Wrong::Utf8Else,
                ..
            },
            ..
        ]
    );
    (by_utf_8, single)
}

/// Whether a reading would be accepted by itself if it saves enough: what its characters tell,
/// which is less work to know than what they cost. `seen` is what came out.
pub(super) fn may_be_accepted(before: &str, after: &str, seen: &Census, chain: &[Step]) -> bool {
    if draws(after, seen, chain) {
        return true;
    }
    if seen.bad_chars > 0 || seen.han_chars == 0 {
        return false;
    }
    let common = seen.common_han_chars();
    match kind_of(chain) {
        (true, true) => judge(Route::Windows1252, before, after, false).is_some(),
        (true, false) => {
            judge(Route::Gbk, before, after, false).is_some() || may_pay(before, seen, chain)
        }
        (false, single) if single || chain.len() > 1 => {
            common * 4 >= seen.han_chars * 3 && han_in_words(after) >= 2
        }
        _ => common * 4 >= seen.han_chars * 3 && han_in_words(after) >= 4,
    }
}

/// What letters have to save that come out as so many characters of Han.
fn letters_gain(han: Cost) -> Cost {
    16 * BIT + BIT * han
}

/// The same of characters of an encoding of pairs.
fn pairs_gain(han: Cost) -> Cost {
    18 * BIT + 6 * BIT * han / 5
}

/// What a text has to save that comes out as UTF-8 and does not prove itself.
fn utf_8_gain(before: &str) -> Cost {
    let chars = Cost::try_from(before.chars().filter(|c| !c.is_ascii()).count()).unwrap_or(0);
    UTF_8_GAIN + UTF_8_GAIN_PER_CHAR * chars
}

/// Whether a reading of Chinese as UTF-8 that saves much need not be as common as what proves
/// itself: one character in four may be rare. Text that is UTF-8 twice over can have gone in
/// common, because that is not chance.
fn may_pay(before: &str, seen: &Census, chain: &[Step]) -> bool {
    let is_common = seen.common_han_chars() * 4 >= seen.han_chars * 3;
    let is_chinese = seen.han_chars >= 2 && seen.kana_or_hangul_chars + seen.other_chars == 0;
    let layers = chain.len() > 1 || is_mostly_uncommon(before, seen.cjk_chars(), false);
    is_chinese && is_common && layers
}

/// Whether a field loses nothing by a reading that the whole gains by.
pub(super) fn kept(before: &str, after: &str) -> bool {
    if Census::of(after).bad_chars > 0 {
        return false;
    }
    let least = weigh::as_chinese(after) - FIELD_LOSS;
    weigh::as_it_is(before, least) >= least
}

/// A letter of ASCII that becomes part of a character was plausible where it stood, so most
/// of what it costs does not count; a sign was less so, and a letter was not behind a sign, a
/// letter of another alphabet, or as a capital behind a small one.
fn trails_cost(text: &str) -> Cost {
    let mut before = ' ';
    let cost = |c: char| {
        // Only of letters it matters.
        let is_plausible = || {
            before.is_ascii()
                || matches!(before, '¡' | '¿' | '«' | '“' | '‘' | '„' | '’' | '·')
                || before.is_alphabetic()
                    && !weigh::is_of_other_alphabet(before)
                    && !(before.is_lowercase() && c.is_uppercase())
        };
        let cost = match c {
            'A'..='Z' | 'a'..='z' if is_plausible() => 4 * BIT,
            '\0'..='\x7F' => BIT,
            _ => 0,
        };
        before = c;
        cost
    };
    text.chars().map(cost).sum()
}

fn distinct_han(text: &str) -> usize {
    let mut seen: Vec<char> = Vec::new();
    for c in text.chars().filter(|&c| topic::is_han(c)) {
        if !seen.contains(&c) {
            seen.push(c);
        }
        if seen.len() >= 8 {
            break;
        }
    }
    seen.len()
}

/// How many characters of Han stand beside another: in a list of single ones, in the order of a
/// table, rare and common ones of two tables go together by rows.
fn han_in_words(text: &str) -> usize {
    let mut chars = text.chars().map(topic::is_han);
    let mut count = 0;
    let mut length = 0;
    loop {
        let next = chars.next();
        if next == Some(true) {
            length += 1;
            continue;
        }
        count += if length > 1 { length } else { 0 };
        length = 0;
        if next.is_none() {
            return count;
        }
    }
}

/// For each span whether a text that is mostly good shows it as an example: it is quoted in
/// good Chinese, or stands near words about encodings.
pub(in crate::repair) fn examples(text: &str, spans: &[Span]) -> Vec<bool> {
    let damaged_bytes: usize = spans.iter().map(Span::len).sum();
    if spans.is_empty() || damaged_bytes * 2 >= text.bytes().filter(|byte| !byte.is_ascii()).count()
    {
        return vec![false; spans.len()];
    }
    let subject = Topic::of(text, topic::ENCODINGS);
    spans
        .iter()
        .map(|span| {
            let example = text[span.clone()].chars().nth(EXAMPLE_CHARS).is_none();
            let reach = if example {
                TOPIC_REACH_BYTES
            } else {
                topic::REACH_BYTES
            };
            subject.is_near(span, reach) || is_talked_about(text, span)
        })
        .collect()
}

/// Whether a span is quoted in a line of good Chinese, and not just a field or a literal.
fn is_talked_about(text: &str, span: &Span) -> bool {
    if !topic::is_quoted(text, span) {
        return false;
    }
    let line = topic::line_around(text, span.start);
    let (head, tail) = (
        &text[line.start..span.start],
        &text[span.end..line.end.max(span.end)],
    );
    let (mut outside_head, mut outside_tail) = (head.chars().rev(), tail.chars());
    let ascii_marks = outside_head.next().is_some_and(|c| c.is_ascii())
        && outside_tail.next().is_some_and(|c| c.is_ascii());
    let is_edge = |c: Option<char>| c.is_none_or(|c| c.is_ascii() && !c.is_ascii_alphanumeric());
    let is_field = ascii_marks && is_edge(outside_head.next()) && is_edge(outside_tail.next());
    !is_field && head.chars().chain(tail.chars()).any(topic::is_han)
}
