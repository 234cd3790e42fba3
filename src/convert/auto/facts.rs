//! What the whole text says: its script, its region, whether it is Chinese at all.

use super::Script;
use super::counts::{BOTH_SHARE, Counts};
use crate::data::{HanClass, han_class};
use crate::script::{self, ScriptCounts};

/// What the whole text says; decided once, the same for every line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts {
    pub(super) total: Counts,
    /// What a line without evidence is.
    pub(super) script: Script,
    pub(super) region: Region,
    /// It keeps 着 and 著 apart; said for Simplified targets only.
    pub(super) keeps_apart: bool,
    /// Characters of both variants, in words of Japanese or Korean.
    is_foreign: bool,
}

/// How certain it must be that a text is no Chinese: of 270,000 lines of Chinese none is as
/// certain and has characters of both variants.
const FOREIGN_CERTAINTY: f32 = 0.999;

impl Facts {
    pub(super) fn of(text: &str, counted: Option<&ScriptCounts>) -> Facts {
        let known = counted.and_then(Counts::known);
        let total = known
            .or_else(|| Counts::of_long(text))
            .unwrap_or_else(|| Counts::of(text));
        // A quarter: 公佈 alone is Traditional, one 濛 in a line of verse is not.
        let merged_speaks =
            total.simplified == 0 && total.merged * 4 >= total.han && total.merged > 0;
        let script = match total.traditional.cmp(&total.simplified) {
            std::cmp::Ordering::Greater => Script::Traditional,
            std::cmp::Ordering::Less => Script::Simplified,
            std::cmp::Ordering::Equal if total.traditional > 0 || merged_speaks => {
                Script::Traditional
            }
            std::cmp::Ordering::Equal => Script::Other,
        };
        let mixes = total.simplified.min(total.traditional) * BOTH_SHARE
            > total.simplified + total.traditional;
        Facts {
            total,
            script,
            region: Region::Unknown,
            keeps_apart: false,
            is_foreign: mixes
                && match counted {
                    Some(counts) => is_foreign(counts),
                    None => is_foreign(&ScriptCounts::of(text)),
                },
        }
    }

    /// Whether there is Chinese text to convert at all: kana and hangul are under a tenth.
    pub(super) fn is_chinese(&self) -> bool {
        let foreign = self.total.kana + self.total.hangul;
        // Menus and word lists in Japanese may do without kana, not without its own
        // characters: one in 15 of theirs, in Chinese text not one in 2,000.
        let is_japanese = self.total.japanese >= 8 && self.total.japanese * 50 >= self.total.han;
        self.script != Script::Other
            && foreign * 10 <= self.total.han + foreign
            && !is_japanese
            && !self.is_foreign
    }

    /// Whether a text keeps 着 and 著 apart. Of use only where there are lines to convert.
    pub(super) fn keeps_apart(&self, text: &str) -> bool {
        if self.total.traditional + self.total.merged == 0 {
            return false;
        }
        let enough = places(text, "著").count().div_ceil(2).max(1);
        places(text, "着").take(enough).count() == enough
    }

    pub(super) fn script_of(&self, text: &str) -> Script {
        let line = Counts::of(text);
        let foreign = line.kana + line.hangul;
        // In a Traditional text a character that only Japanese has is a variant: 覧 for 覽.
        let is_japanese = line.japanese > 0 && self.total.traditional < self.total.japanese * 4;
        if foreign * 10 > line.han + foreign || is_japanese {
            return Script::Other;
        }
        match self.script {
            Script::Traditional if line.simplified > line.traditional => Script::Simplified,
            Script::Simplified if line.simplified == 0 && have_two(text) => Script::Traditional,
            script => script,
        }
    }
}

/// Where a character stands in a text.
fn places(text: &str, c: &str) -> impl Iterator<Item = usize> {
    memchr::memmem::find_iter(text.as_bytes(), c)
}

/// Whether the words of a text are certainly not Chinese.
fn is_foreign(counts: &ScriptCounts) -> bool {
    let script = counts.script();
    matches!(script, script::Script::Japanese | script::Script::Korean)
        && counts.probability() >= FOREIGN_CERTAINTY
}

/// Whether a line holds two different characters that only Traditional text has.
pub(super) fn have_two(line: &str) -> bool {
    let mut found = line
        .chars()
        .filter(|c| han_class(*c) == HanClass::TraditionalOnly);
    let Some(first) = found.next() else {
        return false;
    };
    found.any(|c| c != first)
}

/// Where a Traditional text was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Region {
    Taiwan,
    /// Hong Kong, or a book after the mainland's or OpenCC's standard.
    Elsewhere,
    Unknown,
}

impl Region {
    /// By the same measure as [`Facts::keeps_apart`].
    pub(super) fn of(text: &str, facts: &Facts) -> Region {
        let (mut taiwan, mut elsewhere) = match facts.total.traditional + facts.total.merged {
            0 => (0, 0),
            _ => (places(text, "著").count(), places(text, "着").count()),
        };
        for c in text.chars() {
            taiwan += usize::from(matches!(c, '裡' | '麵'));
            elsewhere += usize::from(matches!(c, '裏' | '説' | '衞' | '麪' | '綫'));
        }
        if elsewhere > 0 && elsewhere * 2 >= taiwan {
            Region::Elsewhere
        } else if taiwan > 0 {
            Region::Taiwan
        } else {
            Region::Unknown
        }
    }
}
