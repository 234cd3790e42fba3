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
use super::output::WINDOW_BYTES;
use super::pass::{HIGH, ascii_bytes, window};
use super::{Variant, Wording};
use crate::Span;
use crate::data::{self, CharSet, Classes, HanClass, class, han_class, utf8_word};
use crate::script::{self, Counted, Marks, ScriptCounts};

/// The beginning of a text that says what it is: about 1.4 million characters. Most documents
/// are shorter and are decided by the whole.
pub(super) const FACTS_BYTES: usize = 4 << 20;
/// Of the first so many bytes a quick look may count characters, and of so many at a time.
const QUICK_BYTES: usize = FACTS_BYTES / 16;
const BLOCK_BYTES: usize = 16 << 10;
/// A line that is longer is judged in parts.
pub(crate) const LINE_BYTES: usize = 64 << 10;

/// The beginning of a text that says what the whole is.
fn head(text: &str) -> &str {
    if text.len() <= FACTS_BYTES {
        return text;
    }
    let head = &text[..text.floor_char_boundary(FACTS_BYTES)];
    let line_end = memchr::memrchr(b'\n', head.as_bytes());
    &head[..line_end.map_or(head.len(), |at| at + 1)]
}

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
    Some(long_line_bytes(text.as_bytes()))
}

/// The length of the first part of a line that is longer than [`LINE_BYTES`] and has no end in
/// them. Behind ASCII that ends no more than a word, since no phrase and no mojibake reaches over
/// it; else behind a mark that few phrases hold; else behind a character.
pub(crate) fn long_line_bytes(line: &[u8]) -> usize {
    let mut end = line.len().min(LINE_BYTES);
    while end > 0 && line.get(end).is_some_and(|byte| byte & 0xC0 == 0x80) {
        end -= 1;
    }
    let half = LINE_BYTES.min(line.len()) / 2;
    let second = line.get(half..end).unwrap_or_default();
    let is_end = |at: usize| match second[at] {
        b'\t' | b'\r' | b',' | b';' | b'!' | b'"' | b'}' | b']' | b'>' | b'|' => true,
        // A space before a parenthesis belongs to what is in it.
        b' ' => line.get(half + at + 1) != Some(&b')'),
        _ => false,
    };
    if let Some(at) = (0..second.len()).rev().find(|&at| is_end(at)) {
        return half + at + 1;
    }
    let marks = ["。", "，", "！", "？", "；", "、", "：", "\u{3000}"]; // IDEOGRAPHIC SPACE
    let behind = |mark: &&str| {
        let at = memchr::memmem::rfind(second, mark.as_bytes());
        at.map(|at| half + at + mark.len())
    };
    match marks.iter().filter_map(behind).max() {
        Some(at) => at,
        None if end > 0 => end,
        None => line.len().min(LINE_BYTES),
    }
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
        match (facts.script, &self.between) {
            (Script::Simplified | Script::Traditional, Some(_)) => Facts {
                region: Region::of(head, &facts),
                ..facts
            },
            _ => facts,
        }
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

/// The first character from a place on that has one of the flags; all that have have three bytes.
/// What has no mark is passed over.
fn next_of(text: &str, from: usize, flags: u8, marks: Option<&Marks>) -> Option<usize> {
    if flags == 0 {
        return None;
    }
    let set = data::chars_with(flags);
    let Some(marks) = marks else {
        return next_in(text, from..text.len(), set);
    };
    let mut from = from;
    while let Some(stretch) = marks.next(from, flags) {
        let start = text.ceil_char_boundary(stretch.start);
        let found = next_in(text, start..stretch.end.min(text.len()), set);
        if found.is_some() {
            return found;
        }
        from = stretch.end;
    }
    None
}

/// The first character that begins in a stretch and is in a set.
///
/// As the inner loop of conversion, whose windows these are: characters of three bytes as long as
/// one follows another, the last one together with ASCII behind it.
fn next_in(text: &str, stretch: Span, set: CharSet) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut rest = bytes.get(stretch.start..)?;
    // So much is left behind the stretch.
    let behind = bytes.len().saturating_sub(stretch.end);
    let window_least = WINDOW_BYTES.max(behind + 1);
    'windows: while rest.len() > behind {
        let Some(word) = window(rest, 0) else {
            let place = bytes.len() - rest.len();
            // The stretch may end inside of the last character that begins in it.
            let mut chars = text[place..].char_indices();
            let found = chars.find(|&(at, c)| {
                if place + at >= stretch.end {
                    return false;
                }
                let [first, second, third, fourth] = utf8_word(c).to_le_bytes();
                first >= 0xE0 && fourth == 0 && data::has_char(set, [first, second, third])
            });
            return found.map(|(at, _)| place + at);
        };
        if word & 0x80 == 0 {
            let passed = match word & HIGH {
                0 => ascii_bytes(rest),
                high => (high.trailing_zeros() / 8) as usize,
            };
            rest = &rest[passed..];
            continue;
        }
        if word & 0xF0 != 0xE0 {
            let c_bytes = if word & 0x20 == 0 { 2 } else { 4 };
            rest = rest.get(c_bytes..).unwrap_or_default();
            continue;
        }
        while let Some(&[first, second, third, next, ..]) = rest.first_chunk::<WINDOW_BYTES>() {
            if data::has_char(set, [first, second, third]) {
                return Some(bytes.len() - rest.len());
            }
            if next & 0xF0 != 0xE0 {
                rest = &rest[if next < 0x80 { 4 } else { 3 }..];
                continue 'windows;
            }
            rest = &rest[3..];
            if rest.len() < window_least {
                continue 'windows;
            }
        }
    }
    None
}

/// The line that a character stands in, or the part of a long one; `settled` is the end of an
/// earlier one.
fn line_around(text: &str, settled: usize, at: usize) -> Span {
    let line_start = memchr::memrchr(b'\n', &text.as_bytes()[settled..at]);
    let mut start = line_start.map_or(settled, |at| settled + at + 1);
    let mut end = start;
    while end <= at {
        start = end;
        end += line_bytes(&text[start..], false).unwrap_or(text.len() - start);
    }
    start..end
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
        let (block, behind) = rest.split_at(rest.floor_char_boundary(BLOCK_BYTES));
        simplified += Counts::of(block).simplified;
        if simplified > traditional {
            return Stays::All;
        }
        rest = behind;
    }
    Stays::To(settled)
}

/// How many bytes of ASCII stand in front, the first four of them in a word.
#[inline(always)]
fn ascii_run(word: u32, rest: &[u8]) -> usize {
    match word & 0x8080_8080 {
        0 => ascii_bytes(rest),
        high => (high.trailing_zeros() / 8) as usize,
    }
}

/// Where a Traditional text was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Region {
    Taiwan,
    /// Hong Kong, or a book after the mainland's or OpenCC's standard.
    Elsewhere,
    Unknown,
}

impl Region {
    /// By the same measure as [`Facts::keeps_apart`].
    fn of(text: &str, facts: &Facts) -> Region {
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

/// Characters of a stretch of text by what they say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Counts {
    han: u64,
    simplified: u64,
    traditional: u64,
    merged: u64,
    japanese: u64,
    kana: u64,
    hangul: u64,
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
    fn of(text: &str) -> Counts {
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
    fn of_long(text: &str) -> Option<Counts> {
        if text.len() < 4 * BLOCK_BYTES {
            return None;
        }
        let classes = Classes::new();
        let others = data::chars_with(OTHERS);
        let mut counts = Counts::default();
        let mut is_exact = true;
        let mut at = 0;
        while at < text.len() {
            let end = text.floor_char_boundary(at + BLOCK_BYTES);
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
    fn are_enough(&self, times: u64) -> bool {
        self.simplified > self.traditional * BOTH_SHARE * times
            && self.han > (self.kana + self.hangul) * 10 * times
            && self.han > self.japanese * 50 * times
    }

    /// The same, of a text whose characters are counted by script; `None` where kana and hangul
    /// are counted otherwise there.
    fn known(counts: &ScriptCounts) -> Option<Counts> {
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
    fn is_simplified(&self) -> bool {
        self.traditional == 0 && (self.merged == 0 || self.simplified > 0)
    }
}

/// What the whole text says; decided once, the same for every line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts {
    total: Counts,
    /// What a line without evidence is.
    script: Script,
    region: Region,
    /// It keeps 着 and 著 apart; said for Simplified targets only.
    keeps_apart: bool,
    /// Characters of both variants, in words of Japanese or Korean.
    is_foreign: bool,
}

/// So many of the characters of one variant must be of the rarer one before a text may be
/// Japanese: one in 32. Chinese of one variant is hardly ever asked.
const BOTH_SHARE: u64 = 32;

/// How certain it must be that a text is no Chinese: of 270,000 lines of Chinese none is as
/// certain and has characters of both variants.
const FOREIGN_CERTAINTY: f32 = 0.999;

impl Facts {
    fn of(text: &str, counted: Option<&ScriptCounts>) -> Facts {
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
    fn is_chinese(&self) -> bool {
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
    fn keeps_apart(&self, text: &str) -> bool {
        if self.total.traditional + self.total.merged == 0 {
            return false;
        }
        let enough = places(text, "著").count().div_ceil(2).max(1);
        places(text, "着").take(enough).count() == enough
    }

    fn script_of(&self, text: &str) -> Script {
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
fn have_two(line: &str) -> bool {
    let mut found = line
        .chars()
        .filter(|c| han_class(*c) == HanClass::TraditionalOnly);
    let Some(first) = found.next() else {
        return false;
    };
    found.any(|c| c != first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_not_cut_inside_of_parentheses() {
        let before = "字".repeat(LINE_BYTES / 3 - 20);
        for (behind, cut) in [("當(dāng )的", None), ("當 (dāng )的", Some("當 "))] {
            let line = [&before, behind, &"字".repeat(40)].concat();
            // Without a place to cut behind, the last whole character that there is room for.
            let room = line.floor_char_boundary(LINE_BYTES);
            let expect = cut.map_or(room, |cut: &str| before.len() + cut.len());
            assert_eq!(long_line_bytes(line.as_bytes()), expect, "{behind}");
        }
    }

    /// However a stretch lies to the characters at its ends, and however near the end of the text.
    #[test]
    fn the_next_one_begins_in_its_stretch() {
        let set = data::chars_with(class::TRADITIONAL);
        for text in [
            "a們é𠮷字們",
            "們們們們們",
            "字ab們",
            "字字字們é",
            "abc們",
            "é們𠮷",
            "",
        ] {
            for start in (0..=text.len()).filter(|&at| text.is_char_boundary(at)) {
                for end in start..=text.len() + 2 {
                    let expect = text.match_indices('們').map(|(at, _)| at);
                    let expect = expect.filter(|at| (start..end).contains(at)).min();
                    let found = next_in(text, start..end, set);
                    assert_eq!(found, expect, "{text} {start}..{end}");
                }
            }
        }
    }

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

    #[test]
    fn the_first_of_some_characters_is_found() {
        let text = "a中Ä漢😀abcdefgh語ij국";
        let place = |c: char| text.find(c);
        for (flags, expect) in [
            (class::SIGNS, place('漢')),
            (class::HANGUL, place('국')),
            (class::HANGUL | class::TRADITIONAL, place('漢')),
            (class::KANA, None),
            (0, None),
        ] {
            assert_eq!(next_of(text, 0, flags, None), expect, "{flags:b}");
        }
        let behind = text.find('漢').map_or(0, |at| at + 3);
        assert_eq!(next_of(text, behind, class::SIGNS, None), place('語'));
        assert_eq!(next_of(text, text.len(), class::SIGNS, None), None);
    }
}
