//! Text about damage is not damaged: where a text speaks of encodings, radicals or slips of
//! the pen, the examples that it shows must stay.
//!
//! Words of the subject are searched as they are; what stands within a few sentences of one
//! counts as an example. This errs on the side of leaving: a damaged comment beside a good
//! one about encodings is not repaired.

use memchr::memmem;

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

/// Where a text names its subject.
#[derive(Debug)]
pub(super) struct Topic {
    /// Ends of the words, sorted.
    ends: Vec<usize>,
}

impl Topic {
    /// Finds the words in a text. Time O(text) for each word.
    pub(super) fn of(text: &str, words: &[&str]) -> Topic {
        let mut ends: Vec<usize> = words
            .iter()
            .flat_map(|word| {
                memmem::find_iter(text.as_bytes(), word).map(|start| start + word.len())
            })
            .collect();
        ends.sort_unstable();
        Topic { ends }
    }

    /// Whether a word stands within these many bytes of the span.
    pub(super) fn is_near(&self, span: &Span, reach_bytes: usize) -> bool {
        let first = self
            .ends
            .partition_point(|&end| end + reach_bytes < span.start);
        self.ends
            .get(first)
            .is_some_and(|&end| end <= span.end + reach_bytes)
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
/// without any is Japanese or Korean as well. Time O(n).
pub(super) fn is_japanese_or_korean(text: &str) -> bool {
    let (mut han_chars, mut foreign_chars) = (0usize, 0usize);
    for c in text.chars() {
        han_chars += usize::from(is_han(c));
        foreign_chars += usize::from(is_kana_or_hangul(c));
    }
    foreign_chars * 50 >= han_chars + foreign_chars && foreign_chars > 0
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
    fn quotation_marks_count_on_both_sides_only() {
        let text = "“a” “b";
        assert!(is_quoted(text, &(3..4)));
        assert!(!is_quoted(text, &(11..12)));
    }
}
