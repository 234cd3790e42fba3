//! The first look at a text: which rules could find anything in it.
//!
//! The glance (`glance.rs`) says whether there is any sign; on clean text this is all that repair
//! costs. Where it saw one, a second pass says which rules read it, and which lines may be mojibake.

use super::class::Classes;
use super::glance::{self, Places, Seen};
use super::routes::{opens_gbk_run, windows_1252_byte};
use super::topic;
use crate::Span;
use crate::script::{Marks, Tally};

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
    /// 锟 or 嚙.
    pub(super) replaced: bool,
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

/// Up to which length all lines of a text that shows a sign are looked at; in a longer one, where
/// there are few signs, only theirs.
const SHORT_TEXT_BYTES: usize = 1 << 16;

/// What the first look at a text gives.
#[derive(Debug, Clone)]
pub(super) struct Look {
    /// The signs of the whole.
    pub(super) signs: Signs,
    /// The lines that show a sign of mojibake, in order.
    pub(super) suspects: Vec<Suspect>,
    /// The lines that the language model has to read, without their ends, in order.
    pub(super) odd: Vec<Span>,
    /// Where words that a conversion left wrong may begin.
    pub(super) words: Places,
    /// The characters of the text by script.
    pub(super) tally: Tally,
    /// Where those of a script are.
    pub(super) marks: Marks,
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
    /// Looks at a text, for rules of level `tidy` too or not. Time O(n), memory for suspicious lines
    /// only.
    pub(super) fn at(text: &str, tidy: bool) -> Look {
        let Seen {
            signs,
            places,
            words,
            odd,
            tally,
            marks,
        } = glance::at(text, Classes::get(tidy));
        let mut look = Look {
            signs,
            suspects: Vec::new(),
            odd,
            words,
            tally,
            marks,
        };
        match places.all().filter(|_| text.len() > SHORT_TEXT_BYTES) {
            _ if !signs.windows_1252 && !signs.gbk && !signs.eastern => {}
            None => look.find_suspects(text, 0..text.len()),
            Some(places) => {
                let mut line = 0..0;
                for &place in places {
                    if place >= line.end {
                        line = topic::line_around(text, place);
                        look.find_suspects(text, line.clone());
                    }
                }
            }
        }
        look
    }

    /// Finds the lines of a span that show a sign of mojibake, by weaker signs than the glance:
    /// in a damaged text a short run counts too.
    fn find_suspects(&mut self, text: &str, within: Span) {
        let signs = &mut self.signs;
        // Whether the character before was an opening of windows-1252 mojibake, or ends a
        // run in GBK.
        let (mut after_latin, mut after_run, mut after_han) = (false, true, false);
        // Where the last hangul or U+FFFD ended.
        let (mut hangul_end, mut replacement_end) = (usize::MAX, usize::MAX);
        for (at, c) in text[within.clone()].char_indices() {
            let at = within.start + at;
            let opens_gbk = || after_run && opens_gbk_run(c);
            let was_han = std::mem::take(&mut after_han);
            let (mut windows_1252, mut gbk, mut eastern) = (false, false, false);
            match c {
                '\0'..='\x7F' => (after_latin, after_run) = (false, true),
                '\u{3400}'..='\u{9FFF}' => {
                    gbk = opens_gbk();
                    eastern = hangul_end == at;
                    after_han = true;
                    (after_latin, after_run) = (false, false);
                }
                // Kana are in GBK, so they go on with a run and open none; hangul ends it.
                '\u{3041}'..='\u{3093}' | '\u{30A1}'..='\u{30F6}' => {
                    (after_latin, after_run) = (false, false);
                }
                '\u{AC00}'..='\u{D7A3}' => {
                    eastern = was_han || replacement_end == at;
                    hangul_end = at + c.len_utf8();
                    (after_latin, after_run) = (false, true);
                }
                // No letter of an alphabet opens a run in GBK.
                '\u{80}'..='\u{2122}' => {
                    windows_1252 = after_latin && windows_1252_byte(c).is_some();
                    after_latin = matches!(c, '\u{C2}'..='\u{F4}');
                    after_run = true;
                }
                _ => {
                    if c == char::REPLACEMENT_CHARACTER {
                        eastern = hangul_end == at;
                        replacement_end = at + c.len_utf8();
                    }
                    eastern |= was_han && matches!(c, '\u{FF61}'..='\u{FF9F}' | '\u{FFFD}');
                    after_han = matches!(c, '\u{20000}'..='\u{3FFFF}' | '\u{F900}'..='\u{FAFF}');
                    gbk = opens_gbk();
                    (after_latin, after_run) = (false, true);
                }
            }
            if windows_1252 | gbk | eastern {
                signs.windows_1252 |= windows_1252;
                signs.gbk |= gbk;
                signs.eastern |= eastern;
                match self.suspects.last_mut() {
                    Some(line) if at < line.span.end => {
                        line.windows_1252 |= windows_1252;
                        line.gbk |= gbk;
                        line.eastern |= eastern;
                    }
                    _ => self.suspects.push(Suspect {
                        span: topic::line_around(text, at),
                        windows_1252,
                        gbk,
                        eastern,
                    }),
                }
            }
        }
    }
}

impl Signs {
    /// Notes a character that is a sign alone.
    pub(super) fn note_alone(&mut self, c: char) {
        match c {
            '蕞' => self.lookalike = true,
            '扞' => self.misconversion = true,
            '锟' | '嚙' => self.replaced = true,
            '锘' => self.nuo = true,
            '\u{2E80}'..='\u{2FD5}' => self.radical = true,
            '\u{E000}'..='\u{F8FF}' => self.private_use = true,
            '\u{F900}'..='\u{FAFF}' => self.compatibility = true,
            '\u{FFFD}' => self.replacement = true,
            '\u{300}'..='\u{36F}' | '\u{FB00}'..='\u{FB06}' | '\u{FF10}'..='\u{FF9F}' => {
                self.forms = true;
            }
            _ => self.invisible = true,
        }
    }

    /// Whether something may be lost.
    pub(super) fn lost(self) -> bool {
        self.replacement
            || self.replaced
            || self.question_marks
            || self.fill
            || self.tou_bu
            || self.spam
            || self.markup
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
            let signs = Look::at(text, true).signs;
            assert!(signs.none(), "{text} {signs:?}");
        }
    }

    #[test]
    fn each_damage_shows_its_sign() {
        let sign = |text: &str| Look::at(text, true).signs;
        assert!(sign("ä¸\u{AD}æ–‡").windows_1252);
        assert!(sign("<b>浣犲ソ</b>").gbk);
        assert!(sign("當(dāng)").gloss);
        assert!(sign("\u{2F08}工").radical);
        assert!(sign("\u{F90A}融").compatibility);
        assert!(sign("蕞好").lookalike);
        assert!(sign("扞卫").misconversion);
        assert!(sign("锟斤拷").replaced && sign("中锟").replaced && sign("中蕞").lookalike);
        assert!(sign("中扞").misconversion);
        assert!(sign("a ???? b").question_marks && sign("\u{FFFD}").replacement);
    }

    #[test]
    fn the_lines_that_show_a_sign_are_named() {
        let text = "a ??\n?? b\n中\n(dāng)\r\nÃ\n© 文\nä¸\u{AD}æ–‡ é\n浣犲ソ ä¸\n\n蕞";
        let look = Look::at(text, false);
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
