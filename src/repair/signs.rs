//! The first look at a text: which rules could find anything in it.
//!
//! One pass, no tables but one bit a character; on clean text this is all that
//! repair costs. A sign is only a reason to look again: accented French shows the sign of
//! windows-1252 mojibake, and a rare character behind a Latin letter that of GBK mojibake.
//! What matters is the other direction, that no rule can have work where its sign is missing.

use super::routes::{opens_gbk_run, windows_1252_byte};
use super::topic;
use crate::Span;

/// Which rules have to look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Signs {
    /// Two characters that windows-1252 makes of the first bytes of one.
    pub(super) windows_1252: bool,
    /// A run of Han characters that opens like UTF-8 read as GBK.
    pub(super) gbk: bool,
    /// Han or hangul followed by the other or by U+FFFD, Han by half-width kana: as in UTF-8 read
    /// as EUC-KR or Shift_JIS.
    pub(super) eastern: bool,
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
    /// As in [`Signs`].
    pub(super) eastern: bool,
}

impl Look {
    /// Looks at a text. Time O(n), memory for the suspects only.
    pub(super) fn at(text: &str) -> Look {
        let bytes = text.as_bytes();
        let mut look = Look {
            signs: Signs::default(),
            suspects: Vec::new(),
        };
        let signs = &mut look.signs;
        // Whether the character before was Han, an opening of windows-1252 mojibake, or ends a
        // run in GBK.
        let (mut after_han, mut after_latin, mut after_run) = (false, false, true);
        // Where the last hangul or U+FFFD ended.
        let (mut hangul_end, mut replacement_end) = (usize::MAX, usize::MAX);
        let mut at = 0;
        while let Some(first) = bytes.get(at) {
            if first.is_ascii() {
                signs.gloss |= *first == b'(' && after_han;
                let rest = &bytes[at..];
                let run = &rest[..encoding_rs::Encoding::ascii_valid_up_to(rest)];
                signs.question_marks |= has_question_marks(run);
                at += run.len();
                (after_han, after_latin, after_run) = (false, false, true);
                continue;
            }
            let passed_bytes = if after_han {
                signs.pass_han(&bytes[at..])
            } else {
                0
            };
            if passed_bytes > 0 {
                at += passed_bytes;
                continue;
            }
            let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else {
                break;
            };
            let (mut windows_1252, mut gbk, mut eastern) = (false, false, false);
            match c {
                '\u{3400}'..='\u{9FFF}' => {
                    gbk = after_run && opens_gbk_run(c);
                    eastern = hangul_end == at;
                    match c {
                        '蕞' => signs.lookalike = true,
                        '扞' => signs.misconversion = true,
                        '锟' => signs.kun = true,
                        _ => {}
                    }
                    (after_han, after_latin, after_run) = (true, false, false);
                }
                // Kana are in GBK, so they go on with a run and open none; hangul ends it.
                '\u{3041}'..='\u{3093}' | '\u{30A1}'..='\u{30F6}' => {
                    (after_han, after_latin, after_run) = (false, false, false);
                }
                '\u{AC00}'..='\u{D7A3}' => {
                    eastern = after_han | (replacement_end == at);
                    hangul_end = at + c.len_utf8();
                    (after_han, after_latin, after_run) = (false, false, true);
                }
                '\u{80}'..='\u{2122}' => {
                    windows_1252 = after_latin && windows_1252_byte(c).is_some();
                    after_latin = matches!(c, '\u{C2}'..='\u{F4}');
                    gbk = after_run && opens_gbk_run(c);
                    (after_han, after_run) = (false, true);
                }
                _ => {
                    match c {
                        '\u{2E80}'..='\u{2FD5}' => signs.radical = true,
                        '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}' => {
                            signs.compatibility = true;
                        }
                        '\u{FFFD}' => {
                            signs.replacement = true;
                            eastern = hangul_end == at;
                            replacement_end = at + c.len_utf8();
                        }
                        _ => {}
                    }
                    eastern |= after_han && matches!(c, '\u{FF61}'..='\u{FF9F}' | '\u{FFFD}');
                    gbk = after_run && opens_gbk_run(c);
                    after_han = matches!(c, '\u{20000}'..='\u{3FFFF}' | '\u{F900}'..='\u{FAFF}');
                    (after_latin, after_run) = (false, true);
                }
            }
            if windows_1252 | gbk | eastern {
                signs.windows_1252 |= windows_1252;
                signs.gbk |= gbk;
                signs.eastern |= eastern;
                match look.suspects.last_mut() {
                    Some(line) if at < line.span.end => {
                        line.windows_1252 |= windows_1252;
                        line.gbk |= gbk;
                        line.eastern |= eastern;
                    }
                    _ => look.suspects.push(Suspect {
                        span: topic::line_around(text, at),
                        windows_1252,
                        gbk,
                        eastern,
                    }),
                }
            }
            at += c.len_utf8();
        }
        look
    }
}

/// Whether four question marks stand together.
fn has_question_marks(ascii: &[u8]) -> bool {
    memchr::memchr(b'?', ascii)
        .and_then(|first| ascii.get(first..))
        .is_some_and(|rest| rest.windows(4).any(|four| four == b"????"))
}

impl Signs {
    /// Passes over the ideographs U+4000 to U+9FFF at the start of a text: behind another
    /// one all that can be seen of them is which they are. Returns how many bytes they take.
    fn pass_han(&mut self, text: &[u8]) -> usize {
        let (chars, _) = text.as_chunks::<3>();
        let is_han = |c: &&[u8; 3]| matches!(c[0], 0xE4..=0xE9);
        let mut bytes = 0;
        for c in chars.iter().take_while(is_han) {
            // Without a branch: which of them comes next nobody can guess.
            self.lookalike |= *c == [0xE8, 0x95, 0x9E]; // 蕞
            self.misconversion |= *c == [0xE6, 0x89, 0x9E]; // 扞
            self.kun |= *c == [0xE9, 0x94, 0x9F]; // 锟
            bytes += c.len();
        }
        bytes
    }

    /// Whether something may be lost.
    pub(super) fn lost(self) -> bool {
        self.replacement || self.kun || self.question_marks
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
