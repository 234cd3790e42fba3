//! The first look at a text: which rules could find anything in it.
//!
//! One pass, one table look-up a character (`class.rs`); on clean text this is all that
//! repair costs. A sign is only a reason to look again: accented French shows the sign of
//! windows-1252 mojibake, and a rare character behind a Latin letter that of GBK mojibake.
//! What matters is the other direction, that no rule can have work where its sign is missing.
//! Where a class says that some rule reads a character, a second pass says which.

use super::class::{self, Classes, Pair};
use super::routes::windows_1252_byte;
use super::rules::Level;
use super::topic;
use crate::Span;

/// Which rules have to look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Signs {
    /// Two characters that windows-1252 makes of the first bytes of one.
    pub(super) windows_1252: bool,
    /// A run of Han characters that opens like UTF-8 read as GBK.
    pub(super) gbk: bool,
    /// An opening parenthesis behind a Han character.
    pub(super) gloss: bool,
    /// A Kangxi or supplement radical.
    pub(super) radical: bool,
    /// A compatibility ideograph.
    pub(super) compatibility: bool,
    /// 蕞.
    pub(super) lookalike: bool,
    /// 扞.
    pub(super) misconversion: bool,
    /// U+FFFD.
    pub(super) replacement: bool,
    /// 锟.
    pub(super) kun: bool,
    /// Four question marks.
    pub(super) question_marks: bool,
    /// A private use character.
    pub(super) private_use: bool,
    /// A control character, or one that cannot be seen.
    pub(super) invisible: bool,
    /// 锘.
    pub(super) nuo: bool,
    /// The beginning of a word that a conversion left wrong.
    pub(super) word: bool,
    /// The same, of the standard of another region.
    pub(super) regional_word: bool,
    /// 烫烫, 屯屯.
    pub(super) fill: bool,
    /// 头部.
    pub(super) tou_bu: bool,
    /// The beginning of a search word of gambling or adult sites.
    pub(super) spam: bool,
    /// A less-than sign.
    pub(super) markup: bool,
    /// A full-width letter or digit, half-width kana, a ligature, a separate accent.
    pub(super) forms: bool,
}

/// What the first look at a text gives.
#[derive(Debug, Clone)]
pub(super) struct Look {
    /// The signs of the whole.
    pub(super) signs: Signs,
    /// The lines that show a sign of mojibake, in order.
    pub(super) suspects: Vec<Suspect>,
}

/// A line that shows a sign of mojibake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Suspect {
    /// The line without its end.
    pub(super) span: Span,
    /// As in [`Signs`].
    pub(super) windows_1252: bool,
    /// As in [`Signs`].
    pub(super) gbk: bool,
}

impl Look {
    /// Looks at a text. Time O(n), memory for the suspects only.
    pub(super) fn at(text: &str) -> Look {
        let bytes = text.as_bytes();
        let classes = Classes::get();
        let mut look = Look {
            signs: Signs::default(),
            suspects: Vec::new(),
        };
        let signs = &mut look.signs;
        // Whether the character before was Han, an opening of windows-1252 mojibake, or ends a
        // run in GBK.
        let (mut after_han, mut after_latin, mut after_run) = (false, false, true);
        // All classes seen, and that of the character before.
        let (mut seen, mut before) = (0, 0);
        let mut at = 0;
        while let Some(first) = bytes.get(at) {
            if first.is_ascii() {
                signs.gloss |= *first == b'(' && after_han;
                let (run_bytes, controls) = signs.pass_ascii(bytes, at);
                if controls {
                    seen |= class::SAFE;
                }
                at += run_bytes;
                (after_han, after_latin, after_run) = (false, false, true);
                before = 0;
                continue;
            }
            if after_han {
                let passed_bytes = signs.pass_han(classes, &bytes[at..], &mut seen, &mut before);
                if passed_bytes > 0 {
                    at += passed_bytes;
                    continue;
                }
            }
            let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else {
                break;
            };
            let class = classes.of(u32::from(c));
            seen |= class;
            if class::may_pair(before, class) {
                signs.pair(classes, text, at, c);
            }
            before = class;
            let opens_gbk = class & class::OPENS_GBK != 0;
            let (mut windows_1252, mut gbk) = (false, false);
            match c {
                '\u{3400}'..='\u{9FFF}' => {
                    gbk = after_run && opens_gbk;
                    (after_han, after_latin, after_run) = (true, false, false);
                }
                // Kana are in GBK, so they go on with a run and open none; hangul ends it.
                '\u{3041}'..='\u{3093}' | '\u{30A1}'..='\u{30F6}' => {
                    (after_han, after_latin, after_run) = (false, false, false);
                }
                '\u{AC00}'..='\u{D7A3}' => {
                    (after_han, after_latin, after_run) = (false, false, true);
                }
                '\u{80}'..='\u{2122}' => {
                    windows_1252 = after_latin && windows_1252_byte(c).is_some();
                    after_latin = matches!(c, '\u{C2}'..='\u{F4}');
                    gbk = after_run && opens_gbk;
                    (after_han, after_run) = (false, true);
                }
                _ => {
                    signs.compatibility |= matches!(c, '\u{2F800}'..='\u{2FA1F}');
                    gbk = after_run && opens_gbk;
                    after_han = matches!(c, '\u{20000}'..='\u{3FFFF}' | '\u{F900}'..='\u{FAFF}');
                    (after_latin, after_run) = (false, true);
                }
            }
            if windows_1252 | gbk {
                signs.windows_1252 |= windows_1252;
                signs.gbk |= gbk;
                match look.suspects.last_mut() {
                    Some(line) if at < line.span.end => {
                        line.windows_1252 |= windows_1252;
                        line.gbk |= gbk;
                    }
                    _ => look.suspects.push(Suspect {
                        span: topic::line_around(text, at),
                        windows_1252,
                        gbk,
                    }),
                }
            }
            at += c.len_utf8();
        }
        if seen & (class::SAFE | class::TIDY) != 0 {
            signs.look_again(text, classes, seen);
        }
        look
    }
}

/// The scalar value of three bytes of UTF-8.
#[inline(always)]
fn code(c: [u8; 3]) -> u32 {
    u32::from(c[0] & 0xF) << 12 | u32::from(c[1] & 0x3F) << 6 | u32::from(c[2] & 0x3F)
}

/// How many bytes of ASCII are looked at one by one: longer words are rare.
const WORD_BYTES: usize = 16;
/// How many are looked at together behind them.
const BLOCK_BYTES: usize = 128;

/// A byte that is not ASCII.
const HIGH: u8 = 2;
/// A control character or a question mark.
const NOTED: u8 = 1;

/// The class of every byte.
static ASCII: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0_u8;
    loop {
        classes[byte as usize] = if !byte.is_ascii() {
            HIGH
        } else if is_control(byte) || byte == b'?' {
            NOTED
        } else {
            0
        };
        if byte == u8::MAX {
            break;
        }
        byte += 1;
    }
    classes
};

/// What a block of bytes holds.
struct AsciiBlock {
    bytes: usize,
    /// Nothing but ASCII, no control characters and no question mark.
    is_plain: bool,
    /// A less-than sign, in the ASCII or behind it.
    markup: bool,
}

impl AsciiBlock {
    /// Looks at a block, in a way that the compiler makes vector instructions of: each range of
    /// bytes that is not plain is moved to one end of the scale, and the extremes are kept.
    #[inline(always)]
    fn of(block: &[u8]) -> AsciiBlock {
        let (mut highest, mut to_8, mut from_b, mut from_e) = (0_u8, 0_u8, 0xFF_u8, 0xFF_u8);
        let (mut question, mut markup) = (false, false);
        for &byte in block {
            highest = highest.max(byte);
            to_8 = to_8.max(byte.wrapping_sub(9));
            from_b = from_b.min(byte.wrapping_sub(0x0B));
            from_e = from_e.min(byte.wrapping_sub(0x0E));
            question |= byte == b'?';
            markup |= byte == b'<';
        }
        let is_plain = highest < 0x7F && to_8 < 0xF7 && from_b >= 2 && from_e >= 0x12 && !question;
        AsciiBlock {
            bytes: block.len(),
            is_plain,
            markup,
        }
    }
}

/// Whether a byte is a control character that no plain text holds.
#[inline(always)]
const fn is_control(byte: u8) -> bool {
    byte < 9 || byte.wrapping_sub(0x0B) < 2 || byte.wrapping_sub(0x0E) < 18 || byte == 0x7F
}

impl Signs {
    /// Passes over the ASCII at a place, in blocks that need no branch; says how many bytes
    /// it takes and whether they hold a control character.
    fn pass_ascii(&mut self, bytes: &[u8], start: usize) -> (usize, bool) {
        // Most runs are words, and end before a block would be loaded.
        let (mut at, mut noted, mut markup) = (start, false, false);
        let word_end = bytes.len().min(start + WORD_BYTES);
        while let Some(&byte) = bytes[..word_end].get(at) {
            let class = ASCII[usize::from(byte)];
            if class == HIGH {
                break;
            }
            noted |= class == NOTED;
            markup |= byte == b'<';
            at += 1;
        }
        self.markup |= markup;
        let mut controls = noted && self.note_ascii(bytes, start..at);
        if at < start + WORD_BYTES {
            return (at - start, controls);
        }
        loop {
            let rest = &bytes[at..];
            let block = match rest.first_chunk::<BLOCK_BYTES>() {
                Some(block) => AsciiBlock::of(block),
                None => AsciiBlock::of(rest),
            };
            self.markup |= block.markup;
            if block.is_plain {
                at += block.bytes;
                if at < bytes.len() {
                    continue;
                }
                return (at - start, controls);
            }
            let looked_at = &rest[..block.bytes];
            let run_bytes = encoding_rs::Encoding::ascii_valid_up_to(looked_at);
            controls |= self.note_ascii(bytes, at..at + run_bytes);
            at += run_bytes;
            if run_bytes < block.bytes || at == bytes.len() {
                return (at - start, controls);
            }
        }
    }

    /// Looks for four question marks that end in a span, and for control characters in it.
    fn note_ascii(&mut self, bytes: &[u8], span: Span) -> bool {
        let ascii = &bytes[span.clone()];
        if ascii.contains(&b'?') {
            let with_before = &bytes[span.start.saturating_sub(3)..span.end];
            self.question_marks |= with_before.windows(4).any(|four| four == b"????");
        }
        ascii.iter().any(|&byte| is_control(byte))
    }

    /// Passes over the ideographs U+4000 to U+9FFF at the start of a text: behind another
    /// one all that can be seen of them is their class. Returns how many bytes they take.
    fn pass_han(
        &mut self,
        classes: &Classes,
        text: &[u8],
        seen: &mut u8,
        before: &mut u8,
    ) -> usize {
        let (chars, _) = text.as_chunks::<3>();
        let mut bytes = 0_usize;
        for c in chars {
            if !matches!(c[0], 0xE4..=0xE9) {
                break;
            }
            let class = classes.of(code(*c));
            *seen |= class;
            if class::may_pair(*before, class)
                && let Some(last) = bytes.checked_sub(3)
                && let [Some(first), Some(second)] =
                    [[text[last], text[last + 1], text[last + 2]], *c]
                        .map(|c| char::from_u32(code(c)))
            {
                self.pair_of(classes, first, second);
            } else if bytes == 0 && class::may_pair(*before, class) {
                // The first of the two lies before this text; the caller's slower way sees them.
                return 0;
            }
            *before = class;
            bytes += c.len();
        }
        bytes
    }

    /// Notes the pair that ends with a character at a place.
    fn pair(&mut self, classes: &Classes, text: &str, at: usize, c: char) {
        if let Some(first) = text.get(..at).and_then(|text| text.chars().next_back()) {
            self.pair_of(classes, first, c);
        }
    }

    fn pair_of(&mut self, classes: &Classes, first: char, second: char) {
        for why in classes.pairs(first, second) {
            match why {
                Pair::Word(Level::Tidy) => self.regional_word = true,
                Pair::Word(_) => self.word = true,
                Pair::Fill => self.fill = true,
                Pair::TouBu => self.tou_bu = true,
                Pair::Spam(_) => self.spam = true,
            }
        }
    }

    /// Says which rules read the characters whose classes were seen.
    fn look_again(&mut self, text: &str, classes: &Classes, seen: u8) {
        self.forms |= seen & class::TIDY != 0;
        if seen & class::SAFE == 0 {
            return;
        }
        let noted = |c: &char| classes.of(u32::from(*c)) & class::SAFE != 0;
        for c in text.chars().filter(noted) {
            match c {
                '蕞' => self.lookalike = true,
                '扞' => self.misconversion = true,
                '锟' => self.kun = true,
                '锘' => self.nuo = true,
                '\u{2E80}'..='\u{2FD5}' => self.radical = true,
                '\u{E000}'..='\u{F8FF}' => self.private_use = true,
                '\u{F900}'..='\u{FAFF}' => self.compatibility = true,
                '\u{FFFD}' => self.replacement = true,
                _ => self.invisible = true,
            }
        }
    }

    /// Whether something may be lost.
    pub(super) fn lost(self) -> bool {
        self.replacement
            || self.kun
            || self.question_marks
            || self.fill
            || self.tou_bu
            || self.spam
            || self.markup
    }

    /// Whether there is nothing to look at.
    pub(super) fn none(self) -> bool {
        let html = Signs {
            markup: self.markup,
            ..Signs::default()
        };
        self == html
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clean_text_shows_no_sign() {
        for text in [
            "",
            "plain ASCII (with parentheses) and ???",
            "今天天气很好，我们去公园走走。",
            "無錫高新區（新吳區）召開動員大會。",
            "日本語のテキスト",
            "“引号”—破折号…",
            "Ünïcödé cafés, naïve façades",
        ] {
            let signs = Look::at(text).signs;
            assert!(signs.none(), "{text} {signs:?}");
        }
    }

    #[test]
    fn each_damage_shows_its_sign() {
        let sign = |text: &str| Look::at(text).signs;
        assert!(sign("ä¸\u{AD}æ–‡").windows_1252);
        assert!(sign("<b>浣犲ソ</b>").gbk);
        assert!(sign("當(dāng)").gloss);
        assert!(sign("\u{2F08}工").radical);
        assert!(sign("\u{F90A}融").compatibility);
        assert!(sign("蕞好").lookalike);
        assert!(sign("扞卫").misconversion);
        assert!(sign("锟斤拷").kun && sign("中锟").kun && sign("中蕞").lookalike);
        assert!(sign("中扞").misconversion);
        assert!(sign("a ???? b").question_marks && sign("\u{FFFD}").replacement);
    }

    #[test]
    fn the_lines_that_show_a_sign_are_named() {
        let text = "a ??\n?? b\n中\n(dāng)\r\nÃ\n© 文\nä¸\u{AD}æ–‡ é\n浣犲ソ ä¸\n\n蕞";
        let look = Look::at(text);
        let suspects: Vec<_> = look
            .suspects
            .iter()
            .map(|line| (&text[line.span.clone()], line.windows_1252, line.gbk))
            .collect();
        assert_eq!(
            suspects,
            [("ä¸\u{AD}æ–‡ é", true, false), ("浣犲ソ ä¸", true, true)]
        );
        assert!(!look.signs.question_marks && !look.signs.gloss && look.signs.lookalike);
    }
}
