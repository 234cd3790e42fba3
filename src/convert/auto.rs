//! From whatever variant is there to one variant, span by span.
//!
//! OpenCC converts what it is given, and run over text that already is Simplified it changes
//! good text: 乾 in a name, 濛濛 in a poem. So here the text is first read, and only what is
//! in the other variant is converted.
//!
//! **From what it decides.** Characters that only one variant has ([`HanClass`]) are counted
//! in every line and in the whole text. The line is the unit: writing changes between lines
//! (a Simplified banner over a Traditional page), hardly ever inside one. The whole text says
//! what a line without evidence is, and how much evidence a line against it needs.
//!
//! - In a text that is mostly Traditional every line is converted, but for lines with more
//!   Simplified-only than Traditional-only characters.
//! - In a text that is mostly Simplified a line is converted only if it holds no
//!   Simplified-only character and at least two different Traditional-only ones: a
//!   quotation's single 語 is not worth a wrong change.
//! - Traditional characters that Simplified merged away (濛) never speak alone, unless they
//!   are so large a part of a text without other evidence (公佈) that nothing else explains them.
//! - Lines with kana or hangul, and lines with characters that only Japanese has, stay; in a
//!   text that is largely kana or hangul everything stays.
//!
//! **Which Traditional.** Taiwan writes 著 for both 着 and 著; Hong Kong and mainland books keep
//! them apart. A text that uses 着 at least half as often as 著 is read as one that does.
//!
//! **From Traditional to Traditional.** 裡 and 著 are how Taiwan writes, 裏, 着, 説 and 衞 how
//! others do; they are counted in the whole text. To Taiwan's variant a text that is written
//! elsewhere goes by Hong Kong's forms and, if asked for, words; to Hong Kong's variant a text
//! from Taiwan goes by Taiwan's. All other Traditional text only loses forms that the target's
//! standard does not know. Towards `zh-Hant` Traditional text of any region stays.
//!
//! **Of a long text** the first 4 MiB, up to a line's end, say what the whole is. What comes
//! after is judged by them, so that a text that is streamed and one that is there at once are
//! converted alike. A line of more than 64 KiB is judged in parts, each cut behind the last
//! mark or space in its second half, so that hardly ever a word is parted.
//!
//! **What it gets wrong.** A Traditional quotation inside a Simplified line stays, a Simplified
//! one inside a Traditional line is run through the converter (which seldom changes it). A
//! text of shared characters alone, such as 朝著 by itself, has no variant and stays.

use super::engine::Engine;
use super::{Variant, Wording};
use crate::Span;
use crate::data::{HanClass, han_class};

/// The beginning of a text that says what it is. Ten times a long novel: no document that is
/// one text is decided by less than the whole of it.
pub(super) const FACTS_BYTES: usize = 4 << 20;
/// A line that is longer is judged in parts.
const LINE_BYTES: usize = 64 << 10;

/// The length of the first line of a text, line end included, or of the first part of a long
/// one. `None`: it is not complete, or there is none.
pub(super) fn line_bytes(text: &str, goes_on: bool) -> Option<usize> {
    let head = &text.as_bytes()[..text.len().min(LINE_BYTES)];
    if let Some(at) = memchr::memchr(b'\n', head) {
        return Some(at + 1);
    }
    if text.len() <= LINE_BYTES {
        return (!goes_on && !text.is_empty()).then_some(text.len());
    }
    let end = text.floor_char_boundary(LINE_BYTES);
    let half = text.floor_char_boundary(LINE_BYTES / 2);
    let mark = text[half..end].rfind(|c: char| !c.is_alphanumeric());
    let mark = mark.map(|at| half + at);
    Some(mark.map_or(end, |at| {
        at + text[at..].chars().next().map_or(0, char::len_utf8)
    }))
}

/// The engines for one target.
#[derive(Debug, Clone)]
pub(crate) struct Auto {
    target: Variant,
    /// For lines in the other script.
    across: Option<Engine>,
    /// For Simplified targets, lines of texts that keep 着 and 著 apart; for Traditional targets,
    /// lines that are Traditional, perhaps of another region.
    beside: Option<Engine>,
    /// For Traditional targets, lines that are Traditional in a text of the other region.
    between: Option<Engine>,
}

impl Auto {
    pub(crate) fn new(
        target: Variant,
        wording: Wording,
        engine: impl Fn(&str) -> Option<Engine>,
    ) -> Auto {
        let regional = wording == Wording::Regional;
        let (across, beside, between) = match target {
            Variant::Hans if regional => ("tw2sp", Some("hk2sp"), None),
            Variant::Hans => ("any2s", Some("hk2s"), None),
            Variant::Hant => ("s2t", None, None),
            Variant::HantTw if regional => ("s2twp", Some("t2tw"), Some("hk2twp")),
            Variant::HantTw => ("s2tw", Some("t2tw"), Some("hk2tw")),
            Variant::HantHk if regional => ("s2hkp", Some("t2hk"), Some("tw2hkp")),
            Variant::HantHk => ("s2hk", Some("t2hk"), Some("tw2hk")),
        };
        Auto {
            target,
            across: engine(across),
            beside: beside.and_then(&engine),
            between: between.and_then(engine),
        }
    }

    /// Calls `convert` with every span to convert and the engine to convert it with, in order.
    pub(crate) fn spans<'e>(&'e self, text: &str, mut convert: impl FnMut(Span, &'e Engine)) {
        let facts = Facts::of(text);
        let nothing = self.target == Variant::Hans && facts.total.is_simplified();
        if !facts.is_chinese() || (nothing && text.len() <= FACTS_BYTES) {
            return;
        }
        let mut open: Option<(Span, Script)> = None;
        let mut close = |open: Option<(Span, Script)>| {
            let Some((span, script)) = open else { return };
            if let Some(engine) = self.engine(script, &facts) {
                convert(span, engine);
            }
        };
        let mut at = 0;
        while let Some(bytes) = line_bytes(&text[at..], false) {
            let span = at..at + bytes;
            at = span.end;
            let script = self.script_of(&facts, &text[span.clone()]);
            open = match open {
                Some((started, before)) if before == script => {
                    Some((started.start..span.end, script))
                }
                other => {
                    close(other);
                    Some((span, script))
                }
            };
        }
        close(open);
    }

    /// What a line is converted as.
    pub(super) fn script_of(&self, facts: &Facts, line: &str) -> Script {
        if facts.is_chinese() {
            facts.script_of(&Counts::of(line))
        } else {
            Script::Other
        }
    }

    /// What converts lines of a script; `None`: they stay.
    pub(super) fn engine(&self, script: Script, facts: &Facts) -> Option<&Engine> {
        match (self.target, script) {
            (_, Script::Other) | (Variant::Hans, Script::Simplified) => None,
            (Variant::Hans, Script::Traditional) if facts.keeps_apart() => self.beside.as_ref(),
            (Variant::Hans, Script::Traditional) | (_, Script::Simplified) => self.across.as_ref(),
            (Variant::HantTw, Script::Traditional) if facts.region() == Region::Elsewhere => {
                self.between.as_ref()
            }
            (Variant::HantHk, Script::Traditional) if facts.region() == Region::Taiwan => {
                self.between.as_ref()
            }
            (_, Script::Traditional) => self.beside.as_ref(),
        }
    }
}

/// What a line is converted as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    Simplified,
    Traditional,
    /// Not to be converted.
    Other,
}

/// Where a Traditional text was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Region {
    Taiwan,
    /// Hong Kong, or a book after the mainland's or OpenCC's standard.
    Elsewhere,
    Unknown,
}

/// Characters of a stretch of text by what they say.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    han: u64,
    simplified: u64,
    traditional: u64,
    merged: u64,
    japanese: u64,
    kana: u64,
    hangul: u64,
    /// 着 and 著.
    zhe: u64,
    zhu: u64,
    /// Other forms that Taiwan writes, and that others write.
    taiwan: u64,
    elsewhere: u64,
    /// Whether two different Traditional-only characters were seen, and the first of them.
    traditional_differ: bool,
    first_traditional: Option<char>,
}

impl Counts {
    fn of(text: &str) -> Counts {
        let mut counts = Counts::default();
        for c in text.chars() {
            match c {
                '\0'..='\u{2FFF}' => {
                    counts.hangul += u64::from(matches!(c, '\u{1100}'..='\u{11FF}'));
                    continue;
                }
                // の is common in Chinese shop names and says nothing.
                '\u{3041}'..='\u{306D}'
                | '\u{306F}'..='\u{3096}'
                | '\u{30A1}'..='\u{30FA}'
                | '\u{FF66}'..='\u{FF9D}' => counts.kana += 1,
                '\u{AC00}'..='\u{D7A3}' => counts.hangul += 1,
                '着' => counts.zhe += 1,
                '著' => counts.zhu += 1,
                '裡' | '麵' => counts.taiwan += 1,
                '裏' | '説' | '衞' | '麪' | '綫' => counts.elsewhere += 1,
                _ => {}
            }
            match han_class(c) {
                HanClass::NotHan => continue,
                HanClass::Shared => {}
                HanClass::SimplifiedOnly => counts.simplified += 1,
                HanClass::TraditionalOnly => {
                    counts.traditional += 1;
                    match counts.first_traditional {
                        None => counts.first_traditional = Some(c),
                        Some(first) => counts.traditional_differ |= first != c,
                    }
                }
                HanClass::TraditionalMerged => counts.merged += 1,
                HanClass::JapaneseOnly => counts.japanese += 1,
            }
            counts.han += 1;
        }
        counts
    }

    /// Nothing in it that only Traditional text has.
    fn is_simplified(&self) -> bool {
        self.traditional == 0 && (self.merged == 0 || self.simplified > 0)
    }
}

/// What the whole text says; decided once, the same for every line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts {
    total: Counts,
    /// What a line without evidence is.
    script: Script,
}

impl Facts {
    /// What the beginning of a text says; the same whatever follows it.
    pub(super) fn of(text: &str) -> Facts {
        let mut head = text;
        if text.len() > FACTS_BYTES {
            head = &text[..text.floor_char_boundary(FACTS_BYTES)];
            let line_end = memchr::memrchr(b'\n', head.as_bytes());
            head = &head[..line_end.map_or(head.len(), |at| at + 1)];
        }
        let total = Counts::of(head);
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
        Facts { total, script }
    }

    /// Whether there is Chinese text to convert at all: kana and hangul are under a tenth.
    fn is_chinese(&self) -> bool {
        let foreign = self.total.kana + self.total.hangul;
        self.script != Script::Other && foreign * 10 <= self.total.han + foreign
    }

    /// Whether the text keeps 着 and 著 apart.
    fn keeps_apart(&self) -> bool {
        self.total.zhe > 0 && self.total.zhe * 2 >= self.total.zhu
    }

    /// Where the text was written, by the same measure as [`Facts::keeps_apart`].
    fn region(&self) -> Region {
        let taiwan = self.total.taiwan + self.total.zhu;
        let elsewhere = self.total.elsewhere + self.total.zhe;
        if elsewhere > 0 && elsewhere * 2 >= taiwan {
            Region::Elsewhere
        } else if taiwan > 0 {
            Region::Taiwan
        } else {
            Region::Unknown
        }
    }

    fn script_of(&self, line: &Counts) -> Script {
        let foreign = line.kana + line.hangul;
        // In a Traditional text a character that only Japanese has is a variant: 覧 for 覽.
        let is_japanese = line.japanese > 0 && self.total.traditional < self.total.japanese * 4;
        if foreign * 10 > line.han + foreign || is_japanese {
            return Script::Other;
        }
        match self.script {
            Script::Traditional if line.simplified > line.traditional => Script::Simplified,
            Script::Simplified if line.simplified == 0 && line.traditional_differ => {
                Script::Traditional
            }
            script => script,
        }
    }
}
