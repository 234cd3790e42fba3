//! The first look at a text: which rules could find anything in it.
//!
//! One pass, no memory, no tables but one bit a character; on clean text this is all that
//! repair costs. A sign is only a reason to look again: accented French shows the sign of
//! windows-1252 mojibake, and a rare character behind a Latin letter that of GBK mojibake.
//! What matters is the other direction, that no rule can have work where its sign is missing.

use super::routes::{opens_gbk_run, windows_1252_byte};

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
    /// U+FFFD, 锟 or four question marks.
    pub(super) lost: bool,
}

impl Signs {
    /// The signs of a text. Time O(n), no memory.
    pub(super) fn of(text: &str) -> Signs {
        let mut signs = Signs::default();
        // Whether the character before was Han, an opening of windows-1252 mojibake, or ends a
        // run in GBK; and how many question marks stand together.
        let (mut after_han, mut after_latin, mut after_run) = (false, false, true);
        let mut question_marks = 0u32;
        for c in text.chars() {
            if c.is_ascii() {
                signs.gloss |= c == '(' && after_han;
                question_marks = if c == '?' { question_marks + 1 } else { 0 };
                signs.lost |= question_marks >= 4;
                (after_han, after_latin, after_run) = (false, false, true);
                continue;
            }
            question_marks = 0;
            match c {
                '\u{3400}'..='\u{9FFF}' => {
                    signs.gbk |= after_run && opens_gbk_run(c);
                    match c {
                        '蕞' => signs.lookalike = true,
                        '扞' => signs.misconversion = true,
                        '锟' => signs.lost = true,
                        _ => {}
                    }
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
                    signs.windows_1252 |= after_latin && windows_1252_byte(c).is_some();
                    after_latin = matches!(c, '\u{C2}'..='\u{F4}');
                    signs.gbk |= after_run && opens_gbk_run(c);
                    (after_han, after_run) = (false, true);
                }
                _ => {
                    match c {
                        '\u{2E80}'..='\u{2FD5}' => signs.radical = true,
                        '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}' => {
                            signs.compatibility = true;
                        }
                        '\u{FFFD}' => signs.lost = true,
                        _ => {}
                    }
                    signs.gbk |= after_run && opens_gbk_run(c);
                    after_han = matches!(c, '\u{20000}'..='\u{3FFFF}' | '\u{F900}'..='\u{FAFF}');
                    (after_latin, after_run) = (false, true);
                }
            }
        }
        signs
    }

    /// Whether there is nothing to look at.
    pub(super) fn none(self) -> bool {
        self == Signs::default()
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
            assert!(Signs::of(text).none(), "{text} {:?}", Signs::of(text));
        }
    }

    #[test]
    fn each_damage_shows_its_sign() {
        let sign = |text: &str| Signs::of(text);
        assert!(sign("ä¸\u{AD}æ–‡").windows_1252);
        assert!(sign("<b>浣犲ソ</b>").gbk);
        assert!(sign("當(dāng)").gloss);
        assert!(sign("\u{2F08}工").radical);
        assert!(sign("\u{F90A}融").compatibility);
        assert!(sign("蕞好").lookalike);
        assert!(sign("扞卫").misconversion);
        assert!(sign("锟斤拷").lost && sign("a ???? b").lost && sign("\u{FFFD}").lost);
    }
}
