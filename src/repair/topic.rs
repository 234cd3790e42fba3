//! Text about damage is not damaged: where a text speaks of encodings, radicals or slips of
//! the pen, the examples that it shows must stay.
//!
//! Words of the subject are searched as they are; what stands within a few sentences of one
//! counts as an example. This errs on the side of leaving: a damaged comment beside a good
//! one about encodings is not repaired.

use std::cell::{Cell, OnceCell};

use memchr::memmem;

use super::blocks::{BLOCK_BYTES, READ_BYTES, block_at};
use crate::Span;

/// Words of a text about encodings.
pub(super) const ENCODINGS: &[&str] = &[
    "乱码",
    "亂碼",
    "编码",
    "編碼",
    "文字化け",
    "mojibake",
    "Mojibake",
    "garbled",
];

/// Words of a text about radicals.
pub(super) const RADICALS: &[&str] = &[
    "部首", "偏旁", "康熙", "部件", "radical", "Radical", "RADICAL", "Kangxi", "KANGXI",
];

/// Words of a text about how words are written or to be avoided.
pub(super) const SPELLING: &[&str] = &[
    "广告法",
    "廣告法",
    "违禁词",
    "極限詞",
    "极限词",
    "敏感词",
    "谐音",
    "諧音",
    "错别字",
    "錯別字",
    "错字",
    "錯字",
    "形近字",
    "写成",
    "寫成",
    "写作",
    "寫作",
    "代替",
    "替代",
    "拼音",
    "读音",
    "讀音",
    "蕞字",
    "“蕞”",
    "「蕞」",
    "扞字",
    "“扞”",
    "「扞」",
    "zuì",
];

/// About three sentences of Chinese, in bytes of UTF-8: how far a subject reaches.
pub(super) const REACH_BYTES: usize = 300;

/// What the search near a place costs beside its bytes, in bytes.
const NAMED_BYTES_MAX: usize = 256;

/// Where a text names its subject. Near a few places only their surroundings are searched, for more
/// the whole text, once.
#[derive(Debug)]
pub(super) struct Topic<'t> {
    text: &'t str,
    words: &'t [&'t str],
    /// How many bytes were searched near places.
    near_bytes: Cell<usize>,
    /// Ends of the words in the whole text, sorted.
    ends: OnceCell<Vec<usize>>,
}

impl<'t> Topic<'t> {
    /// The subject that these words name. Time O(1).
    pub(super) fn of(text: &'t str, words: &'t [&'t str]) -> Topic<'t> {
        Topic {
            text,
            words,
            near_bytes: Cell::new(0),
            ends: OnceCell::new(),
        }
    }

    /// Whether a word stands within these many bytes of the span. Time O(text) for each word
    /// over all calls.
    pub(super) fn is_near(&self, span: &Span, reach_bytes: usize) -> bool {
        let from = span.start.saturating_sub(reach_bytes);
        let to = span.end.saturating_add(reach_bytes).min(self.text.len());
        if self.near_bytes.get() < self.text.len() {
            self.near_bytes
                .set(self.near_bytes.get() + NAMED_BYTES_MAX + to - from);
            return self.words.iter().any(|word| {
                let begin = from.saturating_sub(word.len());
                let near = self.text.as_bytes().get(begin..to);
                near.is_some_and(|near| memmem::find(near, word.as_bytes()).is_some())
            });
        }
        let ends = self.ends.get_or_init(|| self.ends());
        let first = ends.partition_point(|&end| end < from);
        ends.get(first).is_some_and(|&end| end <= to)
    }

    fn ends(&self) -> Vec<usize> {
        let text = self.text.as_bytes();
        let places = |word: &&'t str| {
            let bytes = word.len();
            memmem::find_iter(text, *word).map(move |start| start + bytes)
        };
        let mut ends: Vec<usize> = self.words.iter().flat_map(places).collect();
        crate::order::sort_by_key(&mut ends, |end| *end);
        ends
    }
}

/// Whether quotation marks or backticks stand directly around the span.
pub(super) fn is_quoted(text: &str, span: &Span) -> bool {
    let before = text[..span.start].chars().next_back();
    let after = text[span.end..].chars().next();
    matches!(
        before,
        Some('"' | '\'' | '`' | '“' | '‘' | '「' | '『' | '《' | '〈' | '«' | '‹')
    ) && matches!(
        after,
        Some('"' | '\'' | '`' | '”' | '’' | '」' | '』' | '》' | '〉' | '»' | '›')
    )
}

/// The line in which a place stands, without its end.
pub(super) fn line_around(text: &str, at: usize) -> Span {
    let start = memchr::memrchr(b'\n', &text.as_bytes()[..at]).map_or(0, |end| end + 1);
    let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |more| at + more);
    start..end
}

/// How far [`near`] looks to each side: a long sentence.
const NEAR_BYTES: usize = 300;

/// What stands in the same line near a place: bounded, for text without line ends has to take
/// linear time too.
pub(super) fn near(text: &str, at: usize) -> Span {
    let from = text.floor_char_boundary(at.saturating_sub(NEAR_BYTES));
    let to = text.ceil_char_boundary(text.len().min(at + NEAR_BYTES));
    let line = line_around(&text[from..to], at - from);
    from + line.start..from + line.end
}

/// Whether kana and hangul make up a fiftieth of the text's letters: then a line
/// without any is Japanese or Korean as well. Time O(n), at the speed of memory where there are none.
pub(super) fn is_japanese_or_korean(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut han_chars, mut foreign_chars) = (0_usize, 0_usize);
    let mut at = 0;
    while at < bytes.len() {
        let (han, is_rest) = block_letters(&block_at(bytes, at));
        han_chars += usize::from(han);
        let end = bytes.len().min(at + BLOCK_BYTES);
        if is_rest {
            let leads = (at..end).filter(|&at| is_other_lead(bytes[at]));
            for c in leads.filter_map(|at| text.get(at..)?.chars().next()) {
                han_chars += usize::from(c > '\u{FFFF}' && is_han(c));
                foreign_chars += usize::from(is_kana_or_hangul(c));
            }
        }
        at = end;
    }
    foreign_chars * 50 >= han_chars + foreign_chars && foreign_chars > 0
}

/// Whether kana, hangul or Han beyond the basic plane may begin with this byte.
fn is_other_lead(byte: u8) -> bool {
    matches!(byte, 0xE1 | 0xE3 | 0xEA..=0xED | 0xEF | 0xF0)
}

/// How many characters of Han of the basic plane begin in a block, and whether any other letter may.
/// The compiler makes vector instructions of it.
#[inline(always)]
fn block_letters(block: &[u8; READ_BYTES]) -> (u8, bool) {
    let (mut han, mut others) = (0_u8, 0_u8);
    for at in 0..BLOCK_BYTES {
        let (a, b, c) = (block[at], block[at + 1], block[at + 2]);
        // U+4DC0 to U+4DFF are hexagrams; U+3007 is the zero.
        let is_han = (0xE5..=0xE9).contains(&a)
            | (a == 0xE4) & (b != 0xB7)
            | (a == 0xE3) & ((b >= 0x90) | (b == 0x80) & (c == 0x87));
        let is_other = (a == 0xE3) & (0x81..=0x87).contains(&b)
            | (a == 0xE1)
            | (0xEA..=0xED).contains(&a)
            | (a == 0xEF) & (b >= 0xBD)
            | (a == 0xF0);
        han += u8::from(is_han);
        others |= u8::from(is_other);
    }
    (han, others != 0)
}

/// Whether the character is Han, compatibility ideographs apart.
pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{20000}'..='\u{2F7FF}'
        | '\u{30000}'..='\u{3FFFF}' | '\u{3007}')
}

/// Whether the character is kana or hangul.
pub(super) fn is_kana_or_hangul(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | '\u{31F0}'..='\u{31FF}'
        | '\u{FF66}'..='\u{FF9D}' | '\u{1100}'..='\u{11FF}' | '\u{AC00}'..='\u{D7A3}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearness_is_measured_from_both_ends() {
        let topic = Topic::of("0123乱码0123456789", &["乱码"]);
        assert!(topic.is_near(&(0..4), 6));
        assert!(topic.is_near(&(12..13), 2));
        assert!(!topic.is_near(&(13..14), 2));
        assert!(!Topic::of("", &["乱码"]).is_near(&(0..0), 9));
    }

    #[test]
    fn a_few_places_and_many_are_answered_alike() {
        let text = "乱码a".repeat(3) + &"字".repeat(40) + "编码。";
        let words = ["乱码", "编码", "a乱"];
        for start in 0..text.len() {
            for (bytes, reach) in [(0, 0), (1, 3), (9, 20), (500, 4)] {
                let span = start..text.len().min(start + bytes);
                let few = Topic::of(&text, &words);
                let many = Topic::of(&text, &words);
                many.near_bytes.set(text.len());
                let is_near = few.is_near(&span, reach);
                assert_eq!(is_near, many.is_near(&span, reach), "{span:?} {reach}");
                assert!(few.ends.get().is_none() && many.ends.get().is_some());
            }
        }
    }

    #[test]
    fn letters_are_counted_in_blocks_as_one_by_one() {
        for c in (char::MIN..='\u{FFFF}').chain(['\u{20000}', '\u{2F800}', '\u{30000}', '😀']) {
            let text = c.to_string();
            let mut block = [0; READ_BYTES];
            block[..text.len()].copy_from_slice(text.as_bytes());
            let (han, others) = block_letters(&block);
            assert_eq!(han == 1, is_han(c) && c <= '\u{FFFF}', "{c:?}");
            let is_other = is_kana_or_hangul(c) || is_han(c) && c > '\u{FFFF}';
            assert!(others && is_other_lead(block[0]) || !is_other, "{c:?}");
        }
        for han_chars in 0..200 {
            for (foreign, foreign_chars) in [("", 0), ("の", 1), ("a한", 1), ("ｶ😀ﾅ", 2)] {
                let han = ["中", "〇", "㐀", "一", "\u{20000}"].into_iter().cycle();
                let han: String = han.take(han_chars).collect();
                let expect = foreign_chars > 0 && foreign_chars * 49 >= han_chars;
                for text in [[&han, foreign].concat(), [foreign, &han, "䷀"].concat()] {
                    assert_eq!(is_japanese_or_korean(&text), expect, "{text}");
                }
            }
        }
    }

    #[test]
    fn quotation_marks_count_on_both_sides_only() {
        let text = "“a” “b";
        assert!(is_quoted(text, &(3..4)));
        assert!(!is_quoted(text, &(11..12)));
    }
}
