//! What a text costs as it is, in whatever language it is cheapest, and as Chinese.
//!
//! A repair has to pay: the text as it is, read in the language that suits it best, must cost
//! clearly more bits than what would come out costs as Chinese. ASCII costs the same on both
//! sides, so that only what changes counts.

use std::sync::LazyLock;

use crate::model::{Alphabet, BIT, Cost, Language, Numbers, ascii_cost, model, of_steps, symbol};

/// A character that stands beside itself: rules, sounds, stress.
const REPEATED_COST: Cost = 4 * BIT;

/// A sign behind another of the same forty: bopomofo, mathematics.
const ONE_OF_FEW_COST: Cost = 5 * BIT;

/// A part of a drawn table beside another, or a rule behind what stands in a cell.
const DRAWN_COST: Cost = 3 * BIT;

/// A word in capitals beside one in small letters: a bit for each.
const CAPITAL_STEPS: i64 = 8;

/// Han in a text of letters: as much as no text of the alphabet has.
const HAN_STEPS: i64 = 176;

/// A letter of ASCII beside one of an alphabet that is not Latin, without so much as a space
/// between them. Running text in Cyrillic has one in 57,000 letters, text with names of products
/// more.
const OTHER_ALPHABET_COST: Cost = 8 * BIT;

/// A character that costs more in every language is not written.
const WRITTEN_STEPS: u8 = 120;

/// Whether a character is used in some language; of those past the basic plane, emoji.
pub(super) fn is_written(c: char) -> bool {
    let row = model().row(symbol(c));
    matches!(c, '\0'..='\u{FFFF}' | '\u{1F000}'..='\u{1FAFF}')
        && row.iter().take(7).any(|&steps| steps < WRITTEN_STEPS)
}

/// Whether a character is a letter of an alphabet that is not Latin.
pub(super) fn is_of_other_alphabet(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{6FF}' | '\u{E00}'..='\u{E7F}') && c.is_alphabetic()
}

/// Whether a letter of ASCII is one: who has no і for Ukrainian, Kazakh or Khakas types i.
#[inline]
fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() && !matches!(c, 'i' | 'I')
}

/// What a text costs as Chinese, in the kind that it is cheapest in.
pub(in crate::repair) fn as_chinese(text: &str) -> Cost {
    as_chinese_below(text, Cost::MAX)
}

/// The same, or `limit` where that is less.
pub(super) fn as_chinese_below(text: &str, limit: Cost) -> Cost {
    let mut costs = ChineseCosts::default();
    let mut before = ' ';
    for c in text.chars() {
        costs.add(before, c);
        if !c.is_ascii() && costs.0.iter().all(|&cost| cost >= limit) {
            return limit;
        }
        before = c;
    }
    costs.least().min(limit)
}

/// What a text costs in each kind of Chinese.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ChineseCosts([Cost; Language::CHINESE.len()]);

impl ChineseCosts {
    /// Adds what a character costs behind another.
    #[inline]
    pub(super) fn add(&mut self, before: char, c: char) {
        if let Ok(byte @ 0..=0x7F) = u8::try_from(c) {
            for cost in &mut self.0 {
                *cost += ascii_cost(byte);
            }
            return;
        }
        let model = model();
        let now = symbol(c);
        let row = model.row(now);
        let cap = cap(before, c);
        for (cost, language) in self.0.iter_mut().zip(Language::CHINESE) {
            let alone = of_steps(row[language as usize].into());
            let gain = model.gain(language, symbol(before), now);
            *cost += cap.min(alone - gain);
        }
    }

    /// Adds what costs the same in all of them.
    pub(super) fn add_for_all(&mut self, more: Cost) {
        self.0.iter_mut().for_each(|cost| *cost += more);
    }

    /// What it costs in the kind that it is cheapest in.
    pub(super) fn least(&self) -> Cost {
        self.0.into_iter().fold(Cost::MAX, Cost::min)
    }
}

/// What the ASCII of a text costs.
pub(super) fn of_ascii(text: &str) -> Cost {
    text.bytes().filter(u8::is_ascii).map(ascii_cost).sum()
}

/// What the characters past ASCII of a text cost that costs so much, and how many they are.
pub(super) fn past_ascii(text: &str, cost: Cost) -> (Cost, Cost) {
    let chars = text.chars().filter(|c| !c.is_ascii()).count();
    (cost - of_ascii(text), Cost::try_from(chars).unwrap_or(0))
}

/// What a text costs in the language that it is cheapest in, or `limit` where that is less: mojibake
/// costs so much in any language that a part of it says enough.
pub(in crate::repair) fn as_it_is(text: &str, limit: Cost) -> Cost {
    let mut all = Letters::of(text);
    // None of them has to be known farther than to where another one is cheaper.
    let alphabets = Alphabet::PAST_ASCII.into_iter();
    let limit = alphabets.fold(limit, |limit, alphabet| spelt(&mut all, alphabet, limit));
    let languages = Language::ALL.into_iter();
    languages.fold(limit, |limit, language| written(&mut all, language, limit))
}

/// What a character costs behind another in one language of characters. One function for this, for
/// [`ChineseCosts::add`] and for [`written`] takes 2.5 % more instructions to repair a text.
pub(super) fn cost_in(language: Language, before: char, c: char) -> Cost {
    match u8::try_from(c) {
        Ok(byte @ 0..=0x7F) => ascii_cost(byte),
        _ => {
            let (model, now) = (model(), symbol(c));
            let alone = of_steps(model.row(now)[language as usize].into());
            cap(before, c).min(alone - model.gain(language, symbol(before), now))
        }
    }
}

/// What a text costs in one language of characters, or `limit` where that is less.
pub(super) fn in_language(text: &str, language: Language, limit: Cost) -> Cost {
    written(&mut Letters::of(text), language, limit)
}

/// What a text costs in one alphabet, or `limit` where that is less.
pub(super) fn in_alphabet(text: &str, alphabet: Alphabet, limit: Cost) -> Cost {
    spelt(&mut Letters::of(text), alphabet, limit)
}

/// The letters of a text, as far as they were asked for.
struct Letters<'t> {
    rest: std::str::Chars<'t>,
    before: char,
    known: Vec<Letter>,
}

impl<'t> Letters<'t> {
    fn of(text: &'t str) -> Letters<'t> {
        Letters {
            rest: text.chars(),
            before: ' ',
            known: Vec::new(),
        }
    }

    #[inline]
    fn get(&mut self, at: usize) -> Option<&Letter> {
        if at == self.known.len() {
            let c = self.rest.next()?;
            self.known.push(Letter::behind(self.before, c));
            self.before = c;
        }
        self.known.get(at)
    }
}

/// What a text costs in a language of characters, or `limit` where that is less.
fn written(text: &mut Letters, language: Language, limit: Cost) -> Cost {
    let model = model();
    let mut before = ' ';
    let mut cost = 0;
    let mut at = 0;
    while let Some(letter) = text.get(at) {
        at += 1;
        cost += match u8::try_from(letter.c) {
            Ok(byte @ 0..=0x7F) => ascii_cost(byte),
            _ => {
                let now = symbol(letter.c);
                let alone = of_steps(model.row(now)[language as usize].into());
                letter
                    .cap
                    .min(alone - model.gain(language, symbol(before), now))
            }
        };
        if cost >= limit {
            return limit;
        }
        before = letter.c;
    }
    cost
}

/// A character, and what does not depend on the alphabet.
struct Letter {
    c: char,
    numbers: &'static Numbers,
    /// Those of the small letter, where it is a capital.
    small: Option<&'static Numbers>,
    /// The most that it costs.
    cap: Cost,
    /// What it costs that another alphabet stands before it.
    change: Cost,
}

impl Letter {
    fn behind(before: char, c: char) -> Letter {
        let model = model();
        let number_of = |c| model.numbers(if matches!(c, '\t' | '\r') { ' ' } else { c });
        let small = small(c);
        let changes = is_latin(before) && is_of_other_alphabet(c)
            || is_latin(c) && is_of_other_alphabet(before);
        Letter {
            c,
            numbers: number_of(c),
            small: (small != c).then(|| number_of(small)),
            cap: cap(before, c),
            change: if changes { OTHER_ALPHABET_COST } else { 0 },
        }
    }
}

fn spelt(text: &mut Letters, alphabet: Alphabet, limit: Cost) -> Cost {
    let letters = model().letters(alphabet);
    let number = |numbers: &Numbers| numbers[alphabet as usize];
    let space = number(model().numbers(' '));
    let (mut before, mut small_before) = (space, space);
    let mut cost = 0;
    let mut at = 0;
    while let Some(letter) = text.get(at) {
        at += 1;
        let now = number(letter.numbers);
        let small = letter.small.map_or(now, number);
        cost += letter.change;
        cost += match u8::try_from(letter.c) {
            Ok(byte @ 0..=0x7F) => ascii_cost(byte),
            _ => {
                let mut steps = i64::from(letters.steps(before, now));
                if letter.small.is_some() {
                    // Words in capitals are words, though no text of training has them.
                    let of_small = i64::from(letters.steps(small_before, small));
                    steps = steps.min(of_small + CAPITAL_STEPS);
                }
                if letter.c >= '\u{2E80}' {
                    steps = steps.max(HAN_STEPS);
                }
                of_steps(steps).min(letter.cap)
            }
        };
        if cost >= limit {
            return limit;
        }
        (before, small_before) = (now, small);
    }
    cost
}

/// The small letter of a capital, if it is one character.
#[inline]
pub(super) fn small(c: char) -> char {
    static SMALL: LazyLock<Vec<char>> = LazyLock::new(|| {
        let small = |c: char| {
            let mut all = c.to_lowercase();
            match (all.next(), all.next()) {
                (Some(one), None) => one,
                _ => c,
            }
        };
        ('\0'..'\u{2000}').map(small).collect()
    });
    match c {
        'A'..='Z' => c.to_ascii_lowercase(),
        '\u{A1}'..='\u{1FFF}' => SMALL[c as usize],
        _ => c,
    }
}

/// The most that a character costs behind another: a repetition, a list, a drawing.
#[inline]
fn cap(before: char, c: char) -> Cost {
    // Neither a list nor a drawing has them.
    if matches!(c, '\u{3130}'..='\u{D7FF}') && before != c {
        return Cost::MAX;
    }
    cap_of_sign(before, c)
}

fn cap_of_sign(before: char, c: char) -> Cost {
    let is_rule = |c| matches!(c, '│' | '─' | '║' | '═' | '┃' | '━' | '┆' | '┊');
    if before == c || is_next(before, c) {
        REPEATED_COST
    } else if (is_phonetic(before) && is_phonetic(c)) || (is_maths(before) && is_maths(c)) {
        ONE_OF_FEW_COST
    } else if (before.is_ascii() && is_rule(c))
        || style(before).is_some_and(|one| style(c) == Some(one))
    {
        DRAWN_COST
    } else {
        Cost::MAX
    }
}

/// Whether two letters are one in both cases, or the next in the alphabet: lists of letters, and
/// of the signs of a font.
fn is_next(before: char, c: char) -> bool {
    matches!(c, '\u{A1}'..='\u{52F}' | '\u{3105}'..='\u{312F}' | '\u{E000}'..='\u{F8FF}')
        && matches!(
            u32::from(small(c)).checked_sub(small(before).into()),
            Some(0 | 1)
        )
}

/// Bopomofo and its tones.
fn is_phonetic(c: char) -> bool {
    matches!(c, '\u{3105}'..='\u{312F}' | 'ˊ' | 'ˇ' | 'ˋ' | '˙')
}

/// Signs of mathematics.
fn is_maths(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{22FF}' | '±' | '×' | '÷' | '¬' | '°')
}

/// Light, heavy or double lines; blocks. Lines that join two styles are in no usual table.
fn style(c: char) -> Option<u8> {
    match c {
        '═' | '║' | '╔' | '╗' | '╚' | '╝' | '╠' | '╣' | '╦' | '╩' | '╬' => {
            Some(1)
        }
        '\u{2550}'..='\u{256C}' => None,
        '\u{2500}'..='\u{257F}' => Some(0),
        '\u{2580}'..='\u{259F}' => Some(2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cheaper_than_what_its_bytes_look_like() {
        let cost = |text| as_it_is(text, Cost::MAX);
        for (good, wrong) in [
            ("今天天气很好", "½ñÌìÌìÆøºÜºÃ"),
            ("今天天气很好", "╜ё╠ь╠ь╞°║▄║├"),
            ("今天天氣很好", "さぱぱ甿眔\u{E000}"),
        ] {
            assert!(as_chinese(good) + 24 * BIT < cost(wrong), "{wrong}");
            assert_eq!(as_it_is(wrong, 40 * BIT), cost(wrong).min(40 * BIT));
        }
        for good in [
            "Привет, мир",
            "größere Änderungen",
            "Θεσσαλονίκη",
            "日本語の漢字",
        ] {
            assert!(cost(good) < 12 * BIT * 12, "{good} {}", cost(good) / BIT);
        }
        assert!(cost("══════") < 40 * BIT && cost("┌──┬──┐") < 50 * BIT);
    }
}
