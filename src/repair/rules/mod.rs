//! The rules of repair: their names, levels and what each does.
//!
//! A rule is a row of one static list; the code that carries it out refers to the row
//! and never spells the name again, so that what a plan says, what `--list-rules`
//! prints and what a user switches off are the same thing. A [`RuleSet`] is a subset of
//! the rows, written as a comma-separated list of levels, families and rules (`set.rs`).

mod set;

pub use set::RuleSet;

use super::form_rules;

/// When a rule is applied.
///
/// # Examples
/// ```
/// use zhfix::repair::{Level, all_rules};
/// assert!(all_rules().iter().any(|rule| rule.level == Level::Safe));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Level {
    /// On by default: what it changes is damage beyond doubt.
    Safe,
    /// Opt-in: style, or damage with legitimate twins.
    Tidy,
    /// Only listed, never changed.
    Report,
}

/// A rule of repair.
///
/// # Examples
/// ```
/// use zhfix::repair::all_rules;
/// assert!(all_rules().iter().all(|rule| !rule.name.is_empty() && !rule.summary.is_empty()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// `family` or `family/kind`: `mojibake/utf-8-as-gbk`.
    pub name: &'static str,
    /// When it is applied.
    pub level: Level,
    /// What it reads, what it changes, and its legitimate look-alikes.
    pub summary: &'static str,
}

impl Rule {
    /// The part of the name before the slash.
    pub(super) fn family(&self) -> &'static str {
        self.name
            .split_once('/')
            .map_or(self.name, |(family, _)| family)
    }
}

/// The first rules; those of `form_rules.rs` follow.
pub(super) const FIRST_ROWS: [Rule; 29] = [
    Rule {
        name: "mojibake/utf-8-as-windows-1252",
        level: Level::Safe,
        summary: "UTF-8 read as windows-1252 or ISO-8859-1, once or more: ä¸\u{AD}æ–‡ becomes 中文. \
                  Only runs whose bytes are valid UTF-8 with two characters of Chinese; accented \
                  European text and passages about mojibake stay.",
    },
    Rule {
        name: "mojibake/utf-8-as-gbk",
        level: Level::Safe,
        summary: "UTF-8 read as GBK, once or more, nothing lost: 浣犲ソ becomes 你好. Only runs \
                  whose bytes are valid UTF-8 and whose result is common Chinese where the text \
                  was not; passages about mojibake stay.",
    },
    Rule {
        name: "mojibake/utf-8-as-single-byte",
        level: Level::Safe,
        summary: "UTF-8 read as another single-byte encoding (windows-125x, IBM437, 850, 866, Mac \
                  Roman, KOI8-R), once or more: ╓Ёц becomes what it was. Only valid UTF-8 with \
                  two characters of Chinese; words, drawings and passages about mojibake stay.",
    },
    Rule {
        name: "mojibake/gbk-as-single-byte",
        level: Level::Safe,
        summary: "GBK read as a single-byte encoding (ÄãºÃÊÀ½ç becomes 你好世界), or as UTF-8 where it \
                  is that, and so else (Îļþ becomes 文件). Only where common \
                  Chinese comes out of what is no text of any alphabet; accented capitals, Cyrillic \
                  abbreviations, drawings and passages about mojibake stay.",
    },
    Rule {
        name: "mojibake/big5-as-single-byte",
        level: Level::Safe,
        summary: "Big5 read as a single-byte encoding: ¤¤¤å¤å³¹ becomes 中文文章. As for GBK.",
    },
    Rule {
        name: "mojibake/big5-as-gbk",
        level: Level::Safe,
        summary: "Big5 read as GBK: 叫浪琩呼隔硈絬 becomes 請檢查網路連線. Only where the text is rare \
                  in every language and common Chinese comes out; Japanese, names, classical \
                  text and passages about mojibake stay.",
    },
    Rule {
        name: "mojibake/gbk-as-big5",
        level: Level::Safe,
        summary: "GBK read as Big5, nothing lost: 笢恅 is what 中文 looks like. As for Big5 read as \
                  GBK; bopomofo and lists of rare characters stay.",
    },
    Rule {
        name: "mojibake/chinese-as-japanese-or-korean",
        level: Level::Safe,
        summary: "GBK or Big5 read as Shift_JIS or EUC-KR, nothing lost. As for Big5 read as GBK; \
                  half-width kana, hangul and hanja stay.",
    },
    Rule {
        name: "mojibake/utf-8-as-east-asian",
        level: Level::Safe,
        summary: "UTF-8 read as Big5, Shift_JIS or EUC-KR, nothing lost: 餓듿ㄹ翁뷴쑉 becomes 今天躺在. \
                  Only where the bytes are valid UTF-8 and common Chinese comes out of what is rare; \
                  Japanese, Korean and passages about mojibake stay.",
    },
    Rule {
        name: "mojibake/lossy-windows-1252",
        level: Level::Safe,
        summary: "The same with bytes lost: controls, no-break spaces and soft hyphens dropped, trimmed \
                  or replaced. Read through the gaps; what is filled in is marked as guessed, what is \
                  too uncertain stays U+FFFD.",
    },
    Rule {
        name: "mojibake/lossy-gbk",
        level: Level::Safe,
        summary: "UTF-8 read as GBK, once or twice, with bytes lost: ?, U+FFFD, € or dropped private-use \
                  characters between. Proven by the intact characters of the passage; what is filled in is \
                  marked as guessed, what is too uncertain stays U+FFFD.",
    },
    Rule {
        name: "mojibake/lossy-shift-jis",
        level: Level::Safe,
        summary: "The same for UTF-8 read as Shift_JIS: Chinese that looks like rare kanji and half-width \
                  kana. Japanese stays.",
    },
    Rule {
        name: "mojibake/lossy-euc-kr",
        level: Level::Safe,
        summary: "The same for UTF-8 read as EUC-KR: Chinese that looks like hanja, hangul and U+FFFD. \
                  Korean stays.",
    },
    Rule {
        name: "mojibake/lossy-big5",
        level: Level::Safe,
        summary: "The same for UTF-8 read as Big5, which loses every second character or so: what is left \
                  comes back around U+FFFD. Rare characters and names with a U+FFFD stay.",
    },
    Rule {
        name: "mojibake/lossy-chinese-as-east-asian",
        level: Level::Safe,
        summary: "GBK or Big5 read as Shift_JIS or EUC-KR, or as each other, with bytes lost. Proven by the \
                  characters around the losses, which have to save as much as where nothing is lost; what is \
                  filled in is marked as guessed, what is too uncertain stays U+FFFD.",
    },
    Rule {
        name: "gloss/pinyin",
        level: Level::Safe,
        summary: "Readings injected behind Traditional characters: 當(dāng)前 becomes 當前. Only in \
                  documents whose glosses all look machine-made; textbooks, dictionaries and names \
                  with their reading stay.",
    },
    Rule {
        name: "radical/kangxi",
        level: Level::Safe,
        summary: "Kangxi radicals (U+2F00 to U+2FD5) that stand for ordinary characters, as PDF \
                  files leave them. Lists of radicals and text about them stay.",
    },
    Rule {
        name: "radical/supplement",
        level: Level::Safe,
        summary: "The same for those of the CJK Radicals Supplement that are whole characters: \
                  U+2ED3 becomes 长. Radicals that are only parts (U+2EC0 grass) stay.",
    },
    Rule {
        name: "compatibility/ideograph",
        level: Level::Safe,
        summary: "Compatibility ideographs (U+F900 to U+FAFF, U+2F800 to U+2FA1F) in Chinese text \
                  become the characters they stand for. Japanese and Korean text, the twelve that \
                  are unified ideographs, and any before a variation selector stay.",
    },
    Rule {
        name: "lookalike/zui",
        level: Level::Safe,
        summary: "蕞 written for 最 to slip past advertising filters: 蕞好 becomes 最好. Only before \
                  listed characters; 蕞尔 and names stay.",
    },
    Rule {
        name: "misconversion/han-wei",
        level: Level::Safe,
        summary: "扞 left by a bad character table before 卫 or 御: 扞卫 becomes 捍卫. 扞格 stays.",
    },
    Rule {
        name: "quotation-marks",
        level: Level::Tidy,
        summary: "The quotation marks of the target variant: Simplified “ ‘ ’ ”, Traditional 「 『 』 」, by \
                  how deep each pair stands. Only in lines of Chinese prose whose marks all pair; \
                  apostrophes, code and unpaired marks stay.",
    },
    Rule {
        name: "punctuation",
        level: Level::Tidy,
        summary: "ASCII , ; : ! ? ( ) ... -- between Han characters of a sentence become full-width; a \
                  middle dot between them that of the variant (Simplified ·, Taiwan ‧). Numbers, \
                  times, addresses, file names, code, tables, lists and labels stay.",
    },
    Rule {
        name: "word-forms",
        level: Level::Tidy,
        summary: "In Simplified text the forms that the standard GF 1001-2001 recommends: 精采 \
                  becomes 精彩. Forms that are words of their own (标识), parts of other words, titles \
                  and Classical Chinese stay.",
    },
    Rule {
        name: "gloss/lost-symbol",
        level: Level::Report,
        summary: "In a document with injected readings: a ? where no question mark can stand, or \
                  the remains of a character cut in two. What stood there cannot be known.",
    },
    Rule {
        name: "lost/replacement",
        level: Level::Report,
        summary: "A run of U+FFFD: bytes that some earlier program could not decode.",
    },
    Rule {
        name: "lost/kun-jin-kao",
        level: Level::Report,
        summary: "锟斤拷 and 嚙踝蕭: replacement characters read as GBK or as Big5. Not where they are \
                  quoted or the text is about encodings.",
    },
    Rule {
        name: "lost/question-marks",
        level: Level::Report,
        summary: "Four or more ? in a row as a word of their own: text written in an encoding that \
                  lacked it.",
    },
    Rule {
        name: "lost/swallowed",
        level: Level::Report,
        summary: "In UTF-8 that was read as GBK: an ASCII character or the end of a line that a lost byte \
                  took along, where the line does not prove which it was.",
    },
];

/// All rules: both lists.
pub(super) static RULES: [Rule; FIRST_ROWS.len() + form_rules::ROWS.len()] = joined();

const fn joined() -> [Rule; FIRST_ROWS.len() + form_rules::ROWS.len()] {
    const NONE: Rule = Rule {
        name: "",
        level: Level::Report,
        summary: "",
    };
    let mut all = [NONE; FIRST_ROWS.len() + form_rules::ROWS.len()];
    let mut at = 0;
    while at < all.len() {
        let row = if at < FIRST_ROWS.len() {
            &FIRST_ROWS[at]
        } else {
            &form_rules::ROWS[at - FIRST_ROWS.len()]
        };
        all[at] = Rule {
            name: row.name,
            level: row.level,
            summary: row.summary,
        };
        at += 1;
    }
    all
}

pub(crate) static UTF_8_AS_WINDOWS_1252: &Rule = &RULES[0];
pub(crate) static UTF_8_AS_GBK: &Rule = &RULES[1];
pub(crate) static UTF_8_AS_SINGLE_BYTE: &Rule = &RULES[2];
pub(crate) static GBK_AS_SINGLE_BYTE: &Rule = &RULES[3];
pub(crate) static BIG5_AS_SINGLE_BYTE: &Rule = &RULES[4];
pub(crate) static BIG5_AS_GBK: &Rule = &RULES[5];
pub(crate) static GBK_AS_BIG5: &Rule = &RULES[6];
pub(crate) static CHINESE_AS_NEIGHBOUR: &Rule = &RULES[7];
pub(crate) static UTF_8_AS_NEIGHBOUR: &Rule = &RULES[8];
pub(crate) static LOSSY_WINDOWS_1252: &Rule = &RULES[9];
pub(crate) static LOSSY_GBK: &Rule = &RULES[10];
pub(crate) static LOSSY_SHIFT_JIS: &Rule = &RULES[11];
pub(crate) static LOSSY_EUC_KR: &Rule = &RULES[12];
pub(crate) static LOSSY_BIG5: &Rule = &RULES[13];
pub(crate) static LOSSY_PAIRS: &Rule = &RULES[14];
pub(crate) static GLOSS_PINYIN: &Rule = &RULES[15];
pub(crate) static RADICAL_KANGXI: &Rule = &RULES[16];
pub(crate) static RADICAL_SUPPLEMENT: &Rule = &RULES[17];
pub(crate) static COMPATIBILITY_IDEOGRAPH: &Rule = &RULES[18];
pub(crate) static MISCONVERSION_HAN_WEI: &Rule = &RULES[20];
/// The three of `consistency`, which depend on the variant of the result.
pub(crate) static QUOTATION_MARKS: &Rule = &RULES[21];
pub(crate) static PUNCTUATION: &Rule = &RULES[22];
pub(crate) static WORD_FORMS: &Rule = &RULES[23];
pub(crate) static GLOSS_LOST_SYMBOL: &Rule = &RULES[24];
pub(crate) static LOST_REPLACEMENT: &Rule = &RULES[25];
pub(crate) static LOST_KUN_JIN_KAO: &Rule = &RULES[26];
pub(crate) static LOST_QUESTION_MARKS: &Rule = &RULES[27];
pub(crate) static LOST_SWALLOWED: &Rule = &RULES[28];

/// Every rule there is; `--list-rules` prints this.
///
/// # Examples
/// ```
/// assert!(zhfix::repair::all_rules().iter().any(|rule| rule.name == "gloss/pinyin"));
/// ```
#[must_use]
pub fn all_rules() -> &'static [Rule] {
    &RULES
}

/// The rule of this name.
pub(crate) fn rule_named(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_that_code_uses_are_the_rows_it_means() {
        for (rule, name) in [
            (UTF_8_AS_WINDOWS_1252, "mojibake/utf-8-as-windows-1252"),
            (UTF_8_AS_GBK, "mojibake/utf-8-as-gbk"),
            (LOSSY_WINDOWS_1252, "mojibake/lossy-windows-1252"),
            (LOSSY_GBK, "mojibake/lossy-gbk"),
            (LOSSY_SHIFT_JIS, "mojibake/lossy-shift-jis"),
            (UTF_8_AS_NEIGHBOUR, "mojibake/utf-8-as-east-asian"),
            (LOSSY_EUC_KR, "mojibake/lossy-euc-kr"),
            (LOSSY_BIG5, "mojibake/lossy-big5"),
            (LOSSY_PAIRS, "mojibake/lossy-chinese-as-east-asian"),
            (LOST_SWALLOWED, "lost/swallowed"),
            (GLOSS_PINYIN, "gloss/pinyin"),
            (RADICAL_KANGXI, "radical/kangxi"),
            (RADICAL_SUPPLEMENT, "radical/supplement"),
            (COMPATIBILITY_IDEOGRAPH, "compatibility/ideograph"),
            (MISCONVERSION_HAN_WEI, "misconversion/han-wei"),
            (QUOTATION_MARKS, "quotation-marks"),
            (PUNCTUATION, "punctuation"),
            (WORD_FORMS, "word-forms"),
            (GLOSS_LOST_SYMBOL, "gloss/lost-symbol"),
            (LOST_REPLACEMENT, "lost/replacement"),
            (LOST_KUN_JIN_KAO, "lost/kun-jin-kao"),
            (LOST_QUESTION_MARKS, "lost/question-marks"),
        ] {
            assert_eq!(rule.name, name);
        }
    }

    #[test]
    fn names_are_unique() {
        for (at, rule) in RULES.iter().enumerate() {
            assert!(RULES[..at].iter().all(|other| other.name != rule.name));
        }
    }
}
