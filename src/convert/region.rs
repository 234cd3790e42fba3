//! Where a Traditional text was written, by the forms of its characters.
//!
//! Taiwan writes 裡, 麵, and 著 for both 着 and 著; Hong Kong, and books after the mainland's or
//! OpenCC's standard, write 裏, 説, 衞, 麪, 綫, and keep 着 and 著 apart. A text that keeps them
//! apart has 著 too (著名), so half as much evidence is enough for what Taiwan does not write.

/// Where a Traditional text was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Region {
    Taiwan,
    /// Hong Kong, or a book after the mainland's or OpenCC's standard.
    Elsewhere,
    Unknown,
}

impl Region {
    /// By the forms in a text. Time O(n).
    pub(super) fn of(text: &str) -> Region {
        let (mut taiwan, mut elsewhere) = (0u64, 0u64);
        for c in text.chars() {
            taiwan += u64::from(matches!(c, '著' | '裡' | '麵'));
            elsewhere += u64::from(matches!(c, '着' | '裏' | '説' | '衞' | '麪' | '綫'));
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
