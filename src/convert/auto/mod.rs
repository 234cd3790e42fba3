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
//! - A text of both variants whose words are certainly Japanese or Korean stays: Japan
//!   simplified some characters as China did and kept others.
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
//! converted alike. A line of more than 64 KiB is judged in parts, each cut behind
//! space or punctuation in its second half, so that hardly ever a word is parted.
//!
//! **What it gets wrong.** A Traditional quotation inside a Simplified line stays, a Simplified
//! one inside a Traditional line is run through the converter (which seldom changes it). A
//! text of shared characters alone, such as 朝著 by itself, has no variant and stays.

use super::engine::Engine;
use super::{Variant, Wording};
use crate::Span;
use crate::data::class;
use crate::script::{Counted, Marks, ScriptCounts};

use counts::Counts;
pub(crate) use facts::Facts;
use facts::{Region, have_two};
use lines::line_around;
pub(super) use lines::line_bytes;
pub(crate) use lines::{LINE_BYTES, long_line_bytes};
use next::next_of;

mod counts;
mod facts;
mod lines;
mod next;

/// The beginning of a text that says what it is: about 1.4 million characters. Most documents
/// are shorter and are decided by the whole.
pub(super) const FACTS_BYTES: usize = 4 << 20;
/// Of the first so many bytes a quick look may count characters, and of so many at a time.
const QUICK_BYTES: usize = FACTS_BYTES / 16;
const COUNTED_BYTES: usize = 16 << 10;

/// The beginning of a text that says what the whole is.
fn head(text: &str) -> &str {
    if text.len() <= FACTS_BYTES {
        return text;
    }
    let head = &text[..text.floor_char_boundary(FACTS_BYTES)];
    let line_end = memchr::memrchr(b'\n', head.as_bytes());
    &head[..line_end.map_or(head.len(), |at| at + 1)]
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
        let regional = wording != Wording::Keep;
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

    /// What converts lines in the other script.
    pub(super) fn across(&self) -> Option<&Engine> {
        self.across.as_ref()
    }

    /// What the beginning of a text says; the same whatever follows it. `counted` are the
    /// characters of the whole text, where they are known.
    pub(super) fn facts(&self, text: &str, counted: Option<&ScriptCounts>) -> Facts {
        let head = head(text);
        let counted = counted.filter(|_| head.len() == text.len());
        let mut facts = Facts::of(head, counted);
        facts.keeps_apart = self.target == Variant::Hans && facts.keeps_apart(head);
        let is_chinese = matches!(facts.script, Script::Simplified | Script::Traditional);
        if is_chinese && self.between.is_some() {
            facts.region = Region::of(head, &facts);
        }
        facts
    }

    /// Calls `convert` with every span to convert and the engine to convert it with, in order.
    ///
    /// `frozen` is what the document says of which the text is a part of whole lines; without
    /// it the text is the document. `counted` are the characters of the text, where somebody has
    /// counted them: what it has none of, and where it has none, is not looked for.
    pub(crate) fn spans<'e>(
        &'e self,
        text: &str,
        frozen: Option<&Facts>,
        counted: Option<Counted<'_>>,
        mut convert: impl FnMut(Span, &'e Engine),
    ) {
        // The usual case, and the quickest to see: nothing in the text is Traditional. Of a
        // part it says nothing where the document is Traditional.
        let mut first_sign = 0;
        // If the text is Simplified, nothing changes up to here.
        let mut stays = 0;
        let present = counted.map_or(u8::MAX, |counted| flags(counted.counts));
        let marks = counted.and_then(|counted| counted.marks);
        let is_telling = frozen.is_none_or(|facts| facts.script == Script::Simplified);
        if self.target == Variant::Hans && is_telling {
            match next_of(text, 0, class::SIGNS & present, marks) {
                Some(at) => first_sign = at,
                None => return,
            }
            if frozen.is_none() {
                stays = match stays_if_simplified(text, first_sign, present, marks) {
                    Stays::All => return,
                    Stays::To(end) => end,
                };
            }
        }
        let facts = match frozen {
            Some(facts) => *facts,
            None => self.facts(text, counted.map(|counted| counted.counts)),
        };
        let nothing = self.target == Variant::Hans && facts.total.is_simplified();
        let nothing = nothing && frozen.is_none();
        if !facts.is_chinese() || (nothing && text.len() <= FACTS_BYTES) {
            return;
        }
        let mut open: Option<(Span, Script)> = None;
        let mut join = |span: Span, script: Script| {
            open = match open.take() {
                Some((started, before)) if before == script => {
                    Some((started.start..span.end, script))
                }
                other => {
                    if let Some((span, script)) = other
                        && let Some(engine) = self.engine(script, &facts)
                    {
                        convert(span, engine);
                    }
                    Some((span, script))
                }
            };
        };
        // Lines without a suspect are what the whole is; only the others are looked at.
        let suspects = self.suspects(facts.script) & present;
        let mut settled = 0;
        if stays > 0 && facts.script == Script::Simplified {
            join(0..stays, facts.script);
            settled = stays;
        }
        if suspects & !class::SIGNS != 0 {
            first_sign = 0;
        }
        while let Some(suspect) = next_of(text, settled.max(first_sign), suspects, marks) {
            let line = line_around(text, settled, suspect);
            if settled < line.start {
                join(settled..line.start, facts.script);
            }
            settled = line.end;
            join(line.clone(), facts.script_of(&text[line]));
        }
        if settled < text.len() {
            join(settled..text.len(), facts.script);
        }
        // Closes the last span.
        join(text.len()..text.len(), Script::End);
    }

    /// The characters that make a line worth a look, in a text that is of a script.
    fn suspects(&self, script: Script) -> u8 {
        match (self.target, script) {
            (Variant::Hans, Script::Simplified) => class::TRADITIONAL,
            (_, Script::Simplified) => {
                class::TRADITIONAL | class::JAPANESE | class::KANA | class::HANGUL
            }
            _ => class::SIMPLIFIED | class::JAPANESE | class::KANA | class::HANGUL,
        }
    }

    /// What a line is converted as.
    pub(super) fn script_of(&self, facts: &Facts, line: &str) -> Script {
        if facts.is_chinese() {
            facts.script_of(line)
        } else {
            Script::Other
        }
    }

    /// What converts lines of a script; `None`: they stay.
    pub(super) fn engine(&self, script: Script, facts: &Facts) -> Option<&Engine> {
        match (self.target, script) {
            (_, Script::Other | Script::End) | (Variant::Hans, Script::Simplified) => None,
            (Variant::Hans, Script::Traditional) if facts.keeps_apart => self.beside.as_ref(),
            (Variant::Hans, Script::Traditional) | (_, Script::Simplified) => self.across.as_ref(),
            (Variant::HantTw, Script::Traditional) if facts.region == Region::Elsewhere => {
                self.between.as_ref()
            }
            (Variant::HantHk, Script::Traditional) if facts.region == Region::Taiwan => {
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
    /// Behind the last line.
    End,
}

/// The flags that characters of a text may have.
fn flags(counts: &ScriptCounts) -> u8 {
    [
        (counts.simplified_only_chars, class::SIMPLIFIED),
        (counts.traditional_only_chars, class::TRADITIONAL),
        (counts.traditional_merged_chars, class::MERGED),
        (counts.japanese_only_chars, class::JAPANESE),
        (counts.kana_chars, class::KANA),
        (counts.hangul_chars, class::HANGUL),
    ]
    .into_iter()
    .filter(|&(chars, _)| chars > 0)
    .fold(class::HAN, |flags, (_, flag)| flags | flag)
}

/// What is known of a text before it is counted.
enum Stays {
    All,
    /// If it is Simplified, up to here.
    To(usize),
}

/// Most texts in Simplified have a Traditional character somewhere, and still none of their lines
/// is to be converted. Such a text need not be counted: enough Simplified characters in front
/// say what it is.
fn stays_if_simplified(text: &str, first_sign: usize, present: u8, marks: Option<&Marks>) -> Stays {
    let (mut settled, mut traditional) = (0, 0);
    let suspects = class::TRADITIONAL & present;
    while let Some(suspect) = next_of(text, settled.max(first_sign), suspects, marks) {
        let line = line_around(text, settled, suspect);
        let counts = Counts::of(&text[line.clone()]);
        if counts.simplified == 0 && have_two(&text[line.clone()]) {
            return Stays::To(line.start);
        }
        traditional += counts.traditional;
        settled = line.end;
    }
    let head = head(text);
    let mut rest = &head[..head.floor_char_boundary(QUICK_BYTES)];
    let mut simplified = 0;
    while !rest.is_empty() {
        let (block, behind) = rest.split_at(rest.floor_char_boundary(COUNTED_BYTES));
        simplified += Counts::of(block).simplified;
        if simplified > traditional {
            return Stays::All;
        }
        rest = behind;
    }
    Stays::To(settled)
}
