//! Characters counted by the variant that has them, and what the counts say.

use super::Script;
use super::languages::{SAMPLE_BYTES, Weights};
use super::region::Region;
use super::tally::{CLASSES, Tally};
use crate::model::{BIT, Cost, HanClass, han_class};

/// Counts of characters by the variant that has them.
///
/// # Examples
/// ```
/// use zhfix::ScriptCounts;
/// let counts = ScriptCounts::of("汉字");
/// assert_eq!((counts.simplified_only_chars, counts.shared_chars), (1, 1));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ScriptCounts {
    /// Han characters that only Simplified text has.
    pub simplified_only_chars: u64,
    /// Han characters that only Traditional text has.
    pub traditional_only_chars: u64,
    /// Han characters that both have.
    pub shared_chars: u64,
    /// Hiragana and katakana.
    pub kana_chars: u64,
    /// Hangul.
    pub hangul_chars: u64,
    /// Han characters that only Japanese text has; counted in none of the Han counts above.
    pub japanese_only_chars: u64,
    /// Traditional characters that Simplified text may keep (濛, 癒); counted
    /// in none of the other Han counts.
    pub traditional_merged_chars: u64,
    /// What the model and words say, from a sample.
    pub(super) weights: Weights,
}

/// A Han letter share of kana that Chinese text does not reach: one in ten. Japanese
/// prose has more kana than Han, a list of names in it about one in five; Chinese prose
/// has の in brand names and now and then a quoted word.
const KANA_SHARE: u64 = 10;

/// Hangul in Korean text outnumber Han; in Chinese text they are quoted words. A third
/// is far from both.
const HANGUL_SHARE: u64 = 3;

/// Japanese without kana has a character of its own in one of about fifteen Han (word
/// lists and menus; measured 14 and 16), Chinese text in one of thousands. One in fifty is
/// far from both, and eight of them are no quoted names.
const JAPANESE_SHARE: u64 = 50;
const JAPANESE_CHARS: u64 = 8;

/// A variant is present, and not a stray, where it has more than one in eight of the
/// characters that only one variant has. Names, quotations and a missed character stay
/// below; two halves of a document, or a converted paragraph, do not.
const STRAY_SHARE: u64 = 8;

/// From so many Simplified characters on the characters alone decide, if so few others
/// stand among them: Japanese has one Traditional form or form of its own to two that look
/// Simplified.
const CLEAR_CHARS: u64 = 100;
const CLEAR_SHARE: u64 = 16;

/// What a character is counted as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Nothing that is counted.
    Other,
    /// Han that both variants have.
    Shared,
    /// Han that only Simplified text has.
    Simplified,
    /// Han that only Traditional text has.
    Traditional,
    /// Traditional, but kept by some Simplified text.
    Merged,
    /// Han that only Japanese text has.
    JapaneseOnly,
    /// Hiragana and katakana.
    Kana,
    /// Hangul.
    Hangul,
}

/// The class of a character. Time O(1).
pub(super) fn class_of(c: char) -> Class {
    match c {
        // Everything below the CJK blocks but the first hangul.
        '\0'..='\u{10FF}' | '\u{1200}'..='\u{2E7F}' => Class::Other,
        '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | '\u{FF66}'..='\u{FF9D}' => Class::Kana,
        '\u{1100}'..='\u{11FF}' | '\u{3131}'..='\u{318E}' | '\u{AC00}'..='\u{D7A3}' => {
            Class::Hangul
        }
        _ => match han_class(c) {
            HanClass::NotHan => Class::Other,
            HanClass::Shared => Class::Shared,
            HanClass::SimplifiedOnly => Class::Simplified,
            HanClass::TraditionalOnly => Class::Traditional,
            HanClass::TraditionalMerged => Class::Merged,
            HanClass::JapaneseOnly => Class::JapaneseOnly,
        },
    }
}

impl ScriptCounts {
    /// Counts the characters of a text, and weighs a sample of it where they do not say it
    /// all. Time O(n), no memory.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Script, ScriptCounts};
    /// let counts = ScriptCounts::of("これは日本語です");
    /// assert_eq!(counts.kana_chars, 5);
    /// assert_eq!(counts.script(), Script::Japanese);
    /// ```
    #[must_use]
    pub fn of(text: &str) -> ScriptCounts {
        Tally::of(text).counts(text, SAMPLE_BYTES)
    }

    /// The counts of a text of which there is a tally, and the size of its sample.
    pub(super) fn of_tally(tally: &Tally, text: &str, sample_bytes: usize) -> ScriptCounts {
        let mut counts = ScriptCounts::from_classes(tally.chars);
        if sample_bytes > 0 && !counts.is_clear() {
            counts.weights = Weights::of(text, sample_bytes);
        }
        counts
    }

    fn from_classes(chars: [u64; CLASSES]) -> ScriptCounts {
        ScriptCounts {
            shared_chars: chars[Class::Shared as usize],
            simplified_only_chars: chars[Class::Simplified as usize],
            traditional_only_chars: chars[Class::Traditional as usize],
            traditional_merged_chars: chars[Class::Merged as usize],
            japanese_only_chars: chars[Class::JapaneseOnly as usize],
            kana_chars: chars[Class::Kana as usize],
            hangul_chars: chars[Class::Hangul as usize],
            weights: Weights::default(),
        }
    }

    /// Adds the counts of another part of the same text. The counts of characters are those
    /// of the whole, however it was cut; the samples are those of the parts.
    ///
    /// # Examples
    /// ```
    /// use zhfix::ScriptCounts;
    /// let both = ScriptCounts::of("汉").plus(ScriptCounts::of("字"));
    /// assert_eq!(both.simplified_only_chars + both.shared_chars, 2);
    /// ```
    #[must_use]
    pub fn plus(self, other: ScriptCounts) -> ScriptCounts {
        ScriptCounts {
            simplified_only_chars: self.simplified_only_chars + other.simplified_only_chars,
            traditional_only_chars: self.traditional_only_chars + other.traditional_only_chars,
            shared_chars: self.shared_chars + other.shared_chars,
            kana_chars: self.kana_chars + other.kana_chars,
            hangul_chars: self.hangul_chars + other.hangul_chars,
            japanese_only_chars: self.japanese_only_chars + other.japanese_only_chars,
            traditional_merged_chars: self.traditional_merged_chars
                + other.traditional_merged_chars,
            weights: self.weights.plus(other.weights),
        }
    }

    /// Every Han character.
    fn han_chars(self) -> u64 {
        self.simplified_only_chars
            + self.traditional_only_chars
            + self.shared_chars
            + self.japanese_only_chars
            + self.traditional_merged_chars
    }

    /// Characters that speak for Traditional. Those that Simplified text may keep do so
    /// only where nothing is Simplified.
    fn traditional_chars(self) -> u64 {
        if self.simplified_only_chars == 0 {
            self.traditional_only_chars + self.traditional_merged_chars
        } else {
            self.traditional_only_chars
        }
    }

    /// Whether hangul or kana are as many as in Korean or Japanese text.
    fn with_letters(self) -> Option<Script> {
        let han = self.han_chars();
        if self.hangul_chars > 0 && self.hangul_chars * HANGUL_SHARE >= han {
            Some(Script::Korean)
        } else if self.kana_chars > 0 && self.kana_chars * KANA_SHARE >= han {
            Some(Script::Japanese)
        } else {
            None
        }
    }

    /// Whether the characters say it all: there are no Han characters, other letters beside
    /// them, or so many Simplified ones and hardly any other that nothing else is possible.
    fn is_clear(self) -> bool {
        self.han_chars() == 0
            || self.with_letters().is_some()
            || (self.simplified_only_chars >= CLEAR_CHARS
                && self.traditional_only_chars * CLEAR_SHARE < self.simplified_only_chars
                && self.japanese_only_chars * CLEAR_SHARE < self.simplified_only_chars)
    }

    /// The script that the counts speak for. Time O(1).
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Script, ScriptCounts};
    /// assert_eq!(ScriptCounts::of("这是简体").script(), Script::Hans);
    /// ```
    #[must_use]
    pub fn script(self) -> Script {
        self.judge().0
    }

    /// How certain [`ScriptCounts::script`] is, 0 to 1; 0 where it is undetermined.
    ///
    /// Each character that speaks for the answer halves the doubt that is left, each that
    /// speaks against it doubles it, up to what one stray among few can do; of what the
    /// model decides, every two bits above its margin halve it. Time O(1).
    ///
    /// # Examples
    /// ```
    /// use zhfix::ScriptCounts;
    /// let (short, long) = (ScriptCounts::of("汉字"), ScriptCounts::of("这里说的汉字是简体"));
    /// assert!(short.probability() < long.probability());
    /// ```
    #[must_use]
    pub fn probability(self) -> f32 {
        let (script, halvings) = self.judge();
        if script == Script::Undetermined {
            return 0.0;
        }
        let halvings = u16::try_from(halvings.min(14)).unwrap_or(14);
        1.0 - 0.5_f32.powi(i32::from(halvings))
    }

    /// Which share of the Han characters, kana and hangul speaks for which script: those
    /// that only it has, and under [`Script::Shared`] the rest. Only shares above zero are
    /// listed, in the order of [`Script`]; they sum to 1. Time O(1).
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Script, ScriptCounts};
    /// let shares = ScriptCounts::of("国家與").shares();
    /// assert_eq!(shares.len(), 3);
    /// assert_eq!(shares[0].0, Script::Hans);
    /// ```
    #[must_use]
    pub fn shares(self) -> Vec<(Script, f64)> {
        let parts = [
            (Script::Hans, self.simplified_only_chars),
            (
                Script::Hant,
                self.traditional_only_chars + self.traditional_merged_chars,
            ),
            (Script::Shared, self.shared_chars),
            (Script::Japanese, self.kana_chars + self.japanese_only_chars),
            (Script::Korean, self.hangul_chars),
        ];
        let all: u64 = parts.iter().map(|(_, chars)| chars).sum();
        let parts = parts.into_iter().filter(|(_, chars)| *chars > 0);
        parts
            .map(|(script, chars)| (script, chars as f64 / all as f64))
            .collect()
    }

    /// The script, and how often the doubt about it is halved.
    fn judge(self) -> (Script, u64) {
        let han = self.han_chars();
        let simplified = self.simplified_only_chars;
        let traditional = self.traditional_chars();
        let one_variant = simplified + traditional;
        let against = |witnesses: u64, against: u64| (witnesses + 1).saturating_sub(against);
        if let Some(script) = self.with_letters() {
            let witnesses = match script {
                Script::Korean => self.hangul_chars,
                _ => self.kana_chars + self.japanese_only_chars,
            };
            return (script, witnesses + 1);
        }
        if self.japanese_only_chars * 2 >= simplified.max(traditional).max(1)
            && self.japanese_only_chars * KANA_SHARE >= han
        {
            // Japanese without kana: titles, addresses. What a Chinese text quotes has
            // more characters of its own variant around it.
            return (Script::Japanese, self.japanese_only_chars + 1);
        }
        if han == 0 {
            return (Script::Undetermined, 0);
        }
        if !self.is_clear() {
            let mixes = simplified.min(traditional) > 0;
            let japanese = self.weights.japanese_excess(mixes);
            let hanja = self.weights.hanja_excess();
            let halvings = |excess: Cost| 2 + (excess / (2 * BIT)).unsigned_abs();
            if japanese > 0 {
                return (Script::Japanese, halvings(japanese));
            }
            if hanja > 0 {
                return (Script::Korean, halvings(hanja));
            }
        }
        if one_variant == 0 {
            // Each shared character of a longer text makes it likelier that the variant
            // would have shown: one in three does.
            return (Script::Shared, self.shared_chars / 3 + 1);
        }
        if simplified.min(traditional) * STRAY_SHARE > one_variant {
            // Japanese simplified some characters as China did (国, 学) and others not.
            if self.japanese_only_chars >= JAPANESE_CHARS
                && self.japanese_only_chars * JAPANESE_SHARE >= han
            {
                return (Script::Japanese, self.japanese_only_chars + 1);
            }
            return (Script::Mixed, 2 * simplified.min(traditional) + 1);
        }
        if simplified > traditional {
            return (Script::Hans, against(simplified, traditional));
        }
        let halvings = against(traditional, simplified);
        match self.weights.region() {
            // Two votes are right in 98 of 100 lines.
            Some((region, lead)) => {
                let script = match region {
                    Region::Taiwan => Script::HantTw,
                    Region::HongKong => Script::HantHk,
                };
                (script, halvings.min(5 + lead / 4))
            }
            None => (Script::Hant, halvings),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without what depends on where a text is cut.
    fn of_chars(counts: ScriptCounts) -> ScriptCounts {
        ScriptCounts {
            weights: Weights::default(),
            ..counts
        }
    }

    fn counts(simplified: u64, traditional: u64, shared: u64) -> ScriptCounts {
        ScriptCounts {
            simplified_only_chars: simplified,
            traditional_only_chars: traditional,
            shared_chars: shared,
            ..ScriptCounts::default()
        }
    }

    #[test]
    fn counts_decide() {
        for (simplified, traditional, shared, expect) in [
            (0, 0, 0, Script::Undetermined),
            (0, 0, 5, Script::Shared),
            (1, 0, 5, Script::Hans),
            (0, 1, 5, Script::Hant),
            // One stray Simplified character in a Traditional document, and the reverse.
            (1, 40, 60, Script::Hant),
            (40, 1, 60, Script::Hans),
            (1, 1, 10, Script::Mixed),
            (30, 30, 60, Script::Mixed),
            (10, 50, 60, Script::Mixed),
        ] {
            let counts = counts(simplified, traditional, shared);
            assert_eq!(counts.script(), expect, "{counts:?}");
        }
    }

    #[test]
    fn more_evidence_is_more_certain() {
        let rising = [(1, 0), (3, 0), (9, 0)].map(|(s, t)| counts(s, t, 9).probability());
        assert!(rising.is_sorted(), "{rising:?}");
        assert!(counts(9, 1, 9).probability() < counts(9, 0, 9).probability());
        assert!(counts(0, 0, 0).probability() == 0.0);
    }

    #[test]
    fn a_word_again_and_again_says_no_more_than_once() {
        // Characters that Japan simplified as China did, and no other, as in a column.
        for word in ["行番号", "参照", "来月"] {
            let column = [word, "\n"].concat().repeat(40);
            assert_eq!(
                ScriptCounts::of(&column).script(),
                Script::Japanese,
                "{word}"
            );
        }
    }

    #[test]
    fn other_languages() {
        for (text, expect) in [
            ("これは日本語の文章です。", Script::Japanese),
            ("東京駅構内図", Script::Japanese),
            ("カタカナ", Script::Japanese),
            // Menus without kana, of which one alone says nothing.
            (
                "新規作成\n編集\n表示\n挿入\n書式\n標準\n図形\n近似曲線\n場所\n適用\n検索\n置換\n\
                 選択\n国際\n学習\n変更\n単位\n総計\n実行\n終了\n属性\n戻\n拡大\n縮小\n写真\n会話\n\
                 説明\n参照\n点線\n当日\n対象\n回転\n画面\n辞書\n転記\n内容\n更新\n保存",
                Script::Japanese,
            ),
            ("ﾊﾝｶｸ", Script::Japanese),
            ("이 문서는 한국어입니다", Script::Korean),
            ("plain text, no Han: ①②", Script::Undetermined),
            ("中文", Script::Shared),
            ("我喝了一瓶优の良品牌的水, 今天天气很好啊", Script::Hans),
        ] {
            assert_eq!(ScriptCounts::of(text).script(), expect, "{text}");
        }
    }

    #[test]
    fn parts_add_up() {
        let (a, b) = ("中文かな", "駅한글");
        let whole = ScriptCounts::of(&[a, b].concat());
        let parts = ScriptCounts::of(a).plus(ScriptCounts::of(b));
        assert_eq!(of_chars(parts), of_chars(whole));
    }

    #[test]
    fn variants() {
        for (text, expect) in [
            ("这个国家的语言", Script::Hans),
            ("這個國家的語言", Script::Hant),
            (
                "這個國家的語言，這個國家的歷史與傳統，還有許多東西說不完",
                Script::Hant,
            ),
            ("国家与國家，语言与語言", Script::Mixed),
            ("中文和日文", Script::Shared),
            // 濛 speaks for Traditional only where nothing is Simplified.
            ("山色空濛", Script::Hant),
            ("细雨濛濛", Script::Hans),
            // A station in a Chinese sentence.
            ("我们从京都駅出发，走了两个钟头才到那里", Script::Hans),
        ] {
            assert_eq!(ScriptCounts::of(text).script(), expect, "{text}");
        }
    }
}
