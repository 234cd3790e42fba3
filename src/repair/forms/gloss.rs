//! Readings that a cloaking kit put behind Traditional characters: 當(dāng)前 for 當前.
//!
//! The kit turns Simplified pages into Traditional ones to look unique to search engines; its
//! table has entries like `当` → `當(dāng)`, and every such character of the page carries its
//! reading. People write readings too, in textbooks, dictionaries, poems and after rare names,
//! so a single gloss proves nothing. The whole document has to look machine-made:
//!
//! * three characters or more are glossed, one of them twice, or there are eight glosses;
//! * 19 of 20 readings are the first that a dictionary gives, as a table would have it;
//! * 9 of 10 glosses are on Traditional characters: textbooks gloss 人 too;
//! * more than half of the Han characters in lines with glosses are not glossed, and every other
//!   gloss has Han right behind it: lists of words to learn are short words, parted by commas;
//! * 4 of 5 times that a glossed character occurs it is glossed: people gloss the first time.
//!
//! A second kit leaves a space, 互相(xiàng ), keeps Simplified characters and gives whatever reading;
//! nobody writes the space, so two of them are enough. The kits work on GBK bytes, not characters, and cut
//! some characters in two; those, and the `?` left of symbols that GBK lacks, are only listed.
//!
//! What it gets wrong: a page cut so short that it holds fewer glosses than the gate asks
//! stays as it is. A gloss whose reading is known and is another stays.
//! The numbers were found on one page with 783 glosses and excerpts of 16 more.

use std::collections::HashMap;

use super::super::Loss;
use super::super::plan::{Edit, Pass};
use super::super::rules;
use super::super::topic;
use super::syllable;
use crate::Span;
use crate::data::{self, HanClass};

/// The gate looked at the whole document: no gloss outside of kits has been seen to pass it.
const CERTAINTY: f32 = 0.999;

/// One reading in parentheses behind a Han character.
struct Gloss {
    /// The character it explains.
    base: char,
    /// From the opening parenthesis to the closing one.
    span: Span,
    /// With its tone mark, composed.
    reading: String,
    /// Whether a space stands before the closing parenthesis.
    spaced: bool,
}

impl Gloss {
    /// Whether the reading is the character's first; `None` where no reading is known.
    fn is_first_reading(&self) -> Option<bool> {
        data::first_reading(self.base).map(|first| first == self.reading)
    }
}

/// Finds the glosses to take out; none if the document is not machine-made.
pub(in super::super) fn find(text: &str) -> Pass {
    let glosses = glosses(text);
    let spaced_only = match kit(text, &glosses) {
        None => return Pass::default(),
        Some(Kit::Traditional) => false,
        Some(Kit::Spaced) => true,
    };
    Pass {
        edits: glosses
            .into_iter()
            .filter(|gloss| {
                gloss.spaced || (!spaced_only && gloss.is_first_reading() != Some(false))
            })
            .map(|gloss| Edit::new(text, gloss.span, rules::GLOSS_PINYIN, "", CERTAINTY))
            .collect(),
    }
}

/// Which tool made the document.
enum Kit {
    Traditional,
    Spaced,
}

fn kit(text: &str, glosses: &[Gloss]) -> Option<Kit> {
    if is_traditional_kit(text, glosses) {
        Some(Kit::Traditional)
    } else if glosses.iter().filter(|gloss| gloss.spaced).count() >= 2 {
        Some(Kit::Spaced)
    } else {
        None
    }
}

fn is_traditional_kit(text: &str, glosses: &[Gloss]) -> bool {
    let mut glossed: HashMap<char, usize> = HashMap::new();
    for gloss in glosses {
        *glossed.entry(gloss.base).or_default() += 1;
    }
    let repeated = glossed.values().any(|&times| times >= 2);
    if glossed.len() < 3 || !(repeated || glosses.len() >= 8) {
        return false;
    }
    let traditional = glosses
        .iter()
        .filter(|gloss| is_traditional(gloss.base))
        .count();
    let occurrences = text.chars().filter(|c| glossed.contains_key(c)).count();
    let in_words = glosses
        .iter()
        .filter(|gloss| text[gloss.span.end..].starts_with(topic::is_han))
        .count();
    readings_are_first(glosses)
        && han_chars_beside(text, glosses) > glosses.len() * 2
        && in_words * 2 >= glosses.len()
        && traditional * 10 >= glosses.len() * 9
        && glosses.len() * 5 >= occurrences * 4
}

/// How many Han characters stand in the lines that hold glosses. Time O(n).
fn han_chars_beside(text: &str, glosses: &[Gloss]) -> usize {
    let mut glosses = glosses.iter().map(|gloss| gloss.span.start).peekable();
    let mut han_chars = 0;
    let mut line_end = 0;
    for line in text.split_inclusive('\n') {
        line_end += line.len();
        if glosses.peek().is_some_and(|&start| start < line_end) {
            han_chars += line.chars().filter(|&c| topic::is_han(c)).count();
        }
        while glosses.next_if(|&start| start < line_end).is_some() {}
    }
    han_chars
}

/// Whether 19 of 20 readings, among characters whose reading is known, are the first.
fn readings_are_first(glosses: &[Gloss]) -> bool {
    let (mut known, mut first) = (0usize, 0usize);
    for is_first in glosses.iter().filter_map(Gloss::is_first_reading) {
        known += 1;
        first += usize::from(is_first);
    }
    first * 20 >= known * 19
}

/// Whether the character is Traditional: a table entry of the kit begins with one that
/// Simplified text writes otherwise.
fn is_traditional(c: char) -> bool {
    matches!(
        data::han_class(c),
        HanClass::TraditionalOnly | HanClass::TraditionalMerged
    )
}

/// Every gloss of a text, in order. Time O(n).
fn glosses(text: &str) -> Vec<Gloss> {
    memchr::memchr_iter(b'(', text.as_bytes())
        .filter_map(|open| {
            let base = text[..open]
                .chars()
                .next_back()
                .filter(|&c| topic::is_han(c))?;
            let inside = &text[open + 1..];
            let syllable = syllable::read(inside)?;
            let rest = &inside[syllable.bytes..];
            let spaced = rest.starts_with(" )");
            let close = open + 1 + syllable.bytes + usize::from(spaced);
            text[close..].starts_with(')').then(|| Gloss {
                base,
                span: open..close + 1,
                reading: syllable.composed,
                spaced,
            })
        })
        .collect()
}

/// In a document that a kit made: what it destroyed, in the text without glosses.
pub(in super::super) fn lost(text: &str) -> Vec<Loss> {
    let mut lost = Vec::new();
    let mut line_start = true;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c != '?' {
            line_start = matches!(c, '\n' | '\r') || (line_start && c.is_whitespace());
            continue;
        }
        let mut end = at + 1;
        while chars.next_if(|&(_, next)| next == '?').is_some() {
            end += 1;
        }
        let rest = &text[end..];
        let next = rest.chars().next();
        let before_han = next.is_some_and(topic::is_han);
        let residue = syllable::read(rest).filter(|found| rest[found.bytes..].starts_with(')'));
        if let Some(found) = residue {
            lost.push(Loss {
                span: at..end + found.bytes + 1,
                rule: rules::GLOSS_LOST_SYMBOL,
                why: "a reading was put inside of a character and cut it in two",
            });
        } else if matches!(next, Some('！' | '；' | '？')) {
            lost.push(Loss {
                span: at..end,
                rule: rules::GLOSS_LOST_SYMBOL,
                why: "a punctuation mark was replaced across two characters",
            });
        } else if before_han && (line_start || end - at >= 2) {
            lost.push(Loss {
                span: at..end,
                rule: rules::GLOSS_LOST_SYMBOL,
                why: "a symbol that GBK lacks stood here",
            });
        }
        line_start = false;
    }
    lost
}

#[cfg(test)]
mod tests {
    use super::super::super::plan::apply_pass;
    use super::*;

    fn repaired(text: &str) -> String {
        apply_pass(&find(text), text).unwrap()
    }

    #[test]
    fn a_machine_made_page_loses_its_glosses() {
        let text = "開發(fā)區(qū)的發(fā)展與創(chuàng)新";
        assert_eq!(repaired(text), "開發區的發展與創新");
        let decomposed = "開發(fa\u{304})區(qu\u{304})的發(fa\u{304})展與創(chua\u{300}ng)新";
        assert_eq!(repaired(decomposed), "開發區的發展與創新");
    }

    #[test]
    fn the_second_kit_leaves_a_space() {
        assert_eq!(repaired("我(wǒ )们互相(xiàng )帮助"), "我们互相帮助");
        assert!(find("我(wǒ )们").edits.is_empty());
    }

    #[test]
    fn readings_that_people_write_stay() {
        for text in [
            "發(fā)展",
            "龍(lóng)、鳳(fèng)、龜(guī)、馬(mǎ)、魚(yú)、鳥(niǎo)、貓(māo)、雞(jī)",
            "人(rén)之(zhī)初(chū)，性(xìng)本(běn)善(shàn)，人(rén)",
            "發(fā)音與發展、發明、發現；區(qū)別與地區；創(chuàng)作與創造、發(fā)",
        ] {
            assert!(find(text).edits.is_empty(), "{text}");
        }
    }

    #[test]
    fn what_the_kit_destroyed_is_listed() {
        let text = "  ?要突出\n樣?xùn)|西\n好嗎?好\n??我\n句?！驹";
        let spans: Vec<&str> = lost(text)
            .iter()
            .map(|loss| &text[loss.span.clone()])
            .collect();
        assert_eq!(spans, ["?", "?xùn)", "??", "?"]);
    }
}
