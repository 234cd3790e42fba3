//! How many characters of a text say what.

use super::COUNTED_BYTES;
use super::next::{ascii_run, next_in};
use crate::data::{self, Classes, class};
use crate::script::ScriptCounts;

/// So many of the characters of one variant must be of the rarer one before a text may be
/// Japanese: one in 32. Chinese of one variant is hardly ever asked.
pub(super) const BOTH_SHARE: u64 = 32;

/// Characters of a stretch of text by what they say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Counts {
    pub(super) han: u64,
    pub(super) simplified: u64,
    pub(super) traditional: u64,
    pub(super) merged: u64,
    pub(super) japanese: u64,
    pub(super) kana: u64,
    pub(super) hangul: u64,
}

/// What Chinese in Simplified has few characters of.
const OTHERS: u8 =
    class::TRADITIONAL | class::MERGED | class::JAPANESE | class::KANA | class::HANGUL;

/// The flags of a character as eight counters of one byte each.
const SPREAD: [u64; 128] = {
    let mut spread = [0; 128];
    let mut flags = 0;
    while flags < 128 {
        let mut bit = 0;
        while bit < 7 {
            spread[flags] |= (flags as u64 >> bit & 1) << (bit * 8);
            bit += 1;
        }
        flags += 1;
    }
    spread
};

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, more: Counts) {
        self.han += more.han;
        self.simplified += more.simplified;
        self.traditional += more.traditional;
        self.merged += more.merged;
        self.japanese += more.japanese;
        self.kana += more.kana;
        self.hangul += more.hangul;
    }
}

impl Counts {
    /// Counts without a branch on what is counted.
    pub(super) fn of(text: &str) -> Counts {
        let classes = Classes::new();
        let mut counts = Counts::default();
        let bytes = text.as_bytes();
        let mut rest = bytes;
        while !rest.is_empty() {
            let mut counters = 0u64;
            // A counter of one byte holds 255.
            for _ in 0..255 {
                let (word, is_three) = match rest.first_chunk::<4>() {
                    Some(window) => {
                        let word = u32::from_le_bytes(*window);
                        (word, word & 0xF0 == 0xE0)
                    }
                    None => match *rest {
                        [a, b, c] => (u32::from_le_bytes([a, b, c, 0]), a & 0xF0 == 0xE0),
                        [a, ..] => (u32::from(a), false),
                        [] => break,
                    },
                };
                if is_three {
                    counters += SPREAD[usize::from(classes.of_three(word)) % SPREAD.len()];
                    rest = rest.get(3..).unwrap_or_default();
                } else if word & 0x80 == 0 {
                    rest = &rest[ascii_run(word, rest).min(rest.len())..];
                } else {
                    let at = bytes.len() - rest.len();
                    let is_han = |c| matches!(c, '\u{20000}'..='\u{3FFFD}');
                    counts.han += u64::from(text[at..].starts_with(is_han));
                    let c_bytes = if word & 0xE0 == 0xC0 { 2 } else { 4 };
                    rest = rest.get(c_bytes..).unwrap_or_default();
                }
            }
            let counters = counters.to_le_bytes().map(u64::from);
            counts.han += counters[0];
            counts.simplified += counters[1];
            counts.traditional += counters[2];
            counts.merged += counters[3];
            counts.japanese += counters[4];
            counts.kana += counters[5];
            counts.hangul += counters[6];
        }
        counts
    }

    /// The same of a long text; where it is Simplified, only the characters of other kinds
    /// are looked for: of Han and Simplified characters it may say too few, but so many that more
    /// change nothing of [`Facts`]. `None`: they have to be counted.
    pub(super) fn of_long(text: &str) -> Option<Counts> {
        if text.len() < 4 * COUNTED_BYTES {
            return None;
        }
        let classes = Classes::new();
        let others = data::chars_with(OTHERS);
        let mut counts = Counts::default();
        let mut is_exact = true;
        let mut at = 0;
        while at < text.len() {
            let end = text.floor_char_boundary(at + COUNTED_BYTES);
            if counts.are_enough(2) {
                is_exact = false;
                while let Some(found) = next_in(text, at..end, others) {
                    let bytes = text.as_bytes().get(found..found + 4);
                    let bytes = bytes.and_then(<[u8]>::first_chunk);
                    let flags = classes.of_three(u32::from_le_bytes(*bytes?));
                    let has = |flag: u8| u64::from(flags & flag != 0);
                    counts.han += has(class::HAN);
                    counts.traditional += has(class::TRADITIONAL);
                    counts.merged += has(class::MERGED);
                    counts.japanese += has(class::JAPANESE);
                    counts.kana += has(class::KANA);
                    counts.hangul += has(class::HANGUL);
                    at = found + 3;
                }
            } else {
                counts += Counts::of(&text[at..end]);
                if counts.simplified <= counts.traditional && is_exact {
                    counts += Counts::of(&text[end..]);
                    return Some(counts);
                }
            }
            at = end;
        }
        (is_exact || counts.are_enough(1)).then_some(counts)
    }

    /// Whether more Han and Simplified characters would change nothing of [`Facts`]; `times`
    /// is how far the counts must be from where they would.
    pub(super) fn are_enough(&self, times: u64) -> bool {
        self.simplified > self.traditional * BOTH_SHARE * times
            && self.han > (self.kana + self.hangul) * 10 * times
            && self.han > self.japanese * 50 * times
    }

    /// The same, of a text whose characters are counted by script; `None` where kana and hangul
    /// are counted otherwise there.
    pub(super) fn known(counts: &ScriptCounts) -> Option<Counts> {
        if counts.kana_chars + counts.hangul_chars > 0 {
            return None;
        }
        let of_one_variant = counts.simplified_only_chars
            + counts.traditional_only_chars
            + counts.traditional_merged_chars
            + counts.japanese_only_chars;
        Some(Counts {
            han: counts.shared_chars + of_one_variant,
            simplified: counts.simplified_only_chars,
            traditional: counts.traditional_only_chars,
            merged: counts.traditional_merged_chars,
            japanese: counts.japanese_only_chars,
            kana: 0,
            hangul: 0,
        })
    }

    /// Nothing in it that only Traditional text has.
    pub(super) fn is_simplified(&self) -> bool {
        self.traditional == 0 && (self.merged == 0 || self.simplified > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::flags;
    use super::*;
    use crate::convert::Variant;

    #[test]
    fn counts_know_every_flag() {
        let classes = Classes::new();
        for c in '\0'..='\u{FFFF}' {
            let counts = ScriptCounts::of(c.encode_utf8(&mut [0; 4]));
            let flags = flags(&counts);
            let own = classes.of(u32::from(c));
            assert_eq!(own & !flags, 0, "{c}: {own:b} but {counts:?}");
            if let Some(known) = Counts::known(&counts) {
                assert_eq!(known, Counts::of(c.encode_utf8(&mut [0; 4])), "{c}");
            }
        }
    }

    #[test]
    fn a_long_text_is_judged_as_if_all_of_it_was_counted() {
        let converter = crate::Converter::to(Variant::Hans);
        let simplified = "这个国家的经济发展得很快，大家都说好。\n";
        let others = [
            "這個國家的漢語說得很好，著名的書。\n",
            "他说「漢語」这个词，笑着走了。\n",
            "漢\n",
            "乾隆\n",
            "カタカナとひらがなで書く\n",
            "覧図桜\n",
            "한국어\n",
            "𠀀 plain text\n",
        ];
        let (mut quick, mut exact) = (0, 0);
        for other in others {
            for every in [1, 3, 20, 100, 1000, 5000] {
                for from in [0, 1500] {
                    let line = |at: usize| match at >= from && at % every == every - 1 {
                        true => other,
                        false => simplified,
                    };
                    let text: String = (0..3000).map(line).collect();
                    let counts = Counts::of(&text);
                    if let Some(few) = Counts::of_long(&text) {
                        quick += usize::from(few != counts);
                        exact += usize::from(few == counts);
                        assert!(few == counts || (few.are_enough(1) && counts.are_enough(1)));
                        assert!(few.han <= counts.han && few.simplified <= counts.simplified);
                        let (han, simplified) = (counts.han, counts.simplified);
                        let few = Counts {
                            han,
                            simplified,
                            ..few
                        };
                        assert_eq!(few, counts, "{other}, every {every}");
                    }
                    // With facts nothing is looked at beforehand.
                    let facts = converter.document_facts(&text, None);
                    let expect = converter.convert_counted(&text, facts.as_ref(), None).0;
                    assert!(converter.convert(&text) == expect, "{other}, every {every}");
                }
            }
        }
        assert!(quick > 20 && exact > 5, "{quick} {exact}");
    }
}
