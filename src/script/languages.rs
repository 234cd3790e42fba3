//! What the model says of Han characters: whose words they are.
//!
//! Characters of one variant do not tell Japanese without kana, nor Korean written in Han
//! characters, from Chinese: most are shared, Japan simplified some as China did (国) and
//! kept others (東), Korea kept all. What tells them apart is which characters follow each
//! other. So every Han character is priced after the one before it, under each language, and
//! the sums are compared.
//!
//! Chinese may change its variant on the way, at a price: a page of both must not look
//! Japanese because Japanese has characters of both.
//!
//! The thresholds were set on lists of words and on lines of manuals, menus and prose, with a
//! model that had seen neither: of the lists of words, the half that was judged was not
//! counted. Of Chinese lines of 10 to 40 characters three in ten thousand are taken for
//! Japanese, and of Traditional ones about one in a thousand for Korean; of lists of unseen
//! Japanese words of that length 97 in a hundred are found, of unseen Korean ones 81. What it
//! gets wrong: Traditional lists of technical nouns look like Korean ones, and single words of
//! two or three characters that several languages write alike stay Chinese.

use crate::model::{BIT, Cost, Language, model, of_steps, symbol};

use super::region::{Region, Votes};

/// Bytes of a text that are priced: a text of no more is priced whole.
pub(crate) const SAMPLE_BYTES: usize = 8 << 10;

/// The same of each part of a large document, which has more than sixteen.
pub(crate) const PART_SAMPLE_BYTES: usize = 2 << 10;

/// The length of the pieces of a longer text that are priced, spread over it evenly.
const PIECE_BYTES: usize = 1 << 10;

/// A text is first judged by pieces of so many bytes, the shorter ones first: what is Chinese by so far
/// that the rest cannot make it anything else is priced no further. Prices were two thirds of the work
/// on a page of 20 KB, and half of it on records of 300 bytes.
const GLIMPSES_BYTES: [usize; 3] = [24, 48, 128];
/// How many pieces there are,
const GLIMPSES: usize = 4;
/// and how many in whole documents of so many bytes and more, which may be of many kinds.
const GLIMPSES_OF_LONG: usize = 8;
const LONG_BYTES: usize = 16 << 10;
/// How many times as long as all pieces a text has to be: else it is priced whole at once.
const GLIMPSES_SHARE: usize = 2;

/// How much likelier the pieces have to be as Chinese. Of 13,000 texts of Japanese or Korean words none
/// reached four fifths of it, in pieces of any length; in four of 24 bytes the median of Simplified
/// prose was three times as much, of Traditional half as much again.
const SURELY_CHINESE: Cost = 64 * BIT;
/// How many characters must have been priced.
const SURE_CHARS: i64 = 24;

/// What it costs when Chinese changes its variant.
const CHANGE_COST: Cost = 8 * BIT;

/// What stands before a character that follows none: the same as before a space.
const NOTHING: u16 = 0x20;

/// How much likelier words are as Japanese than as Chinese where they are called so: of a
/// word or two more is asked, for there are many that Chinese could have as well; less where
/// characters of both variants stand side by side, as in Japanese they do.
const JAPANESE_MARGIN: Cost = 4 * BIT;
const JAPANESE_WORD_MARGIN: Cost = 8 * BIT;
const JAPANESE_WORD_CHARS: i64 = 6;
const JAPANESE_MIXED_MARGIN: Cost = 2 * BIT;

/// The same of Korean in Han characters, which is nearest to Traditional Chinese. Fourteen
/// lines of Traditional Chinese in ten thousand reach it; at 15 bits it was 22, and of lists
/// of unseen Korean words 84 in a hundred instead of 81.
const HANJA_MARGIN: Cost = 17 * BIT;

/// What each character counts for Korean in advance: the model has seen lists of Korean
/// words only, and no sentence, so that of Chinese it knows more pairs.
const HANJA_ADVANCE: Cost = 3 * BIT / 2;

/// What each hangul says beside Han characters.
const HANGUL_BITS: Cost = 4 * BIT;

/// What a character says against Korean: Chinese sentences, modern and classical, are full of
/// some that Korean words in Han characters have not, or seldom (的, 之), and have more of
/// others (所, 最) than words have. Marks of full width as well: Korean takes them from ASCII.
fn grammar_cost(c: char) -> Cost {
    match c {
        '了' | '們' | '這' | '您' | '你' | '嗎' | '呢' | '吧' | '很' | '把' | '還' | '沒'
        | '她' | '它' | '麼' | '個' | '嘅' | '咗' | '喺' | '的' | '之' | '也' | '矣' | '焉'
        | '乃' | '汝' | '曰' | '，' | '。' | '：' | '；' | '？' | '！' => 8 * BIT,
        '是' | '在' | '和' | '與' | '及' | '或' | '被' | '將' | '此' | '所' | '最' | '就'
        | '都' | '從' | '到' | '讓' | '給' | '但' | '而' | '只' | '再' | '又' | '已' | '才'
        | '使' | '以' | '於' | '為' | '其' | '何' | '該' | '每' | '某' | '另' | '對' | '比'
        | '時' => 5 * BIT,
        _ => 0,
    }
}

/// Sums over the Han characters of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Weights {
    /// How many characters were priced.
    chars: i64,
    /// As Chinese of the kinds that make it cheapest.
    chinese: Cost,
    /// As Japanese.
    japanese: Cost,
    /// As Korean in Han characters.
    hanja: Cost,
    /// Hangul beside them.
    hangul_chars: i64,
    /// What Chinese grammar says against Korean.
    grammar: Cost,
    /// Words that only one region has,
    votes: Votes,
    /// and among how many Han characters.
    voting_chars: u64,
}

impl Weights {
    /// Weighs so many bytes of the text. Time O(n) up to that, constant from there on.
    pub(super) fn of(text: &str, sample_bytes: usize) -> Weights {
        let sample = || pieces(text, sample_bytes / PIECE_BYTES, PIECE_BYTES);
        let is_long = text.len() >= LONG_BYTES && sample_bytes >= SAMPLE_BYTES;
        let glimpses = if is_long { GLIMPSES_OF_LONG } else { GLIMPSES };
        let mut glances = GLIMPSES_BYTES
            .into_iter()
            .filter(|bytes| text.len() >= GLIMPSES_SHARE * glimpses * bytes)
            .map(|bytes| Weights::priced(pieces(text, glimpses, bytes)));
        let sure = glances.find(|weights| weights.are_surely_chinese());
        let mut weights = sure.unwrap_or_else(|| Weights::priced(sample()));
        sample().for_each(|piece| weights.vote(piece));
        weights
    }

    fn priced<'t>(pieces: impl Iterator<Item = &'t str>) -> Weights {
        let mut weights = Weights::default();
        pieces.for_each(|piece| weights.price(piece));
        weights
    }

    /// Whether so few characters have been said to be Chinese so clearly that it is.
    fn are_surely_chinese(self) -> bool {
        let excess = self.japanese_excess(true).max(self.hanja_excess());
        self.chars >= SURE_CHARS && excess <= -SURELY_CHINESE
    }

    fn vote(&mut self, text: &str) {
        self.voting_chars += self.votes.count(text, is_han);
    }

    fn price(&mut self, text: &str) {
        let model = model();
        let mut before = NOTHING;
        let mut best = [0; Language::CHINESE.len()];
        for c in text.chars() {
            self.grammar += grammar_cost(c);
            if !is_han(c) {
                self.hangul_chars += i64::from(matches!(c, '\u{AC00}'..='\u{D7A3}'));
                before = NOTHING;
                continue;
            }
            let symbol = symbol(c);
            let row = model.row(symbol);
            let cost = |language: Language, gain| of_steps(row[language as usize].into()) - gain;
            let changed = best.into_iter().min().unwrap_or_default() + CHANGE_COST;
            let gains = model.chinese_gains(before, symbol);
            for ((sum, kind), gain) in best.iter_mut().zip(Language::CHINESE).zip(gains) {
                *sum = changed.min(*sum) + cost(kind, gain);
            }
            let cost = |language| cost(language, model.gain(language, before, symbol));
            self.chars += 1;
            self.japanese += cost(Language::Japanese);
            self.hanja += cost(Language::Hanja);
            before = symbol;
        }
        self.chinese += best.into_iter().min().unwrap_or_default();
    }

    /// The sums of two samples.
    pub(super) fn plus(self, other: Weights) -> Weights {
        Weights {
            chars: self.chars + other.chars,
            chinese: self.chinese + other.chinese,
            japanese: self.japanese + other.japanese,
            hanja: self.hanja + other.hanja,
            hangul_chars: self.hangul_chars + other.hangul_chars,
            grammar: self.grammar + other.grammar,
            votes: self.votes.plus(other.votes),
            voting_chars: self.voting_chars + other.voting_chars,
        }
    }

    /// By how much the words are Japanese rather than Chinese, above the margin; what is
    /// likely Korean as well is likelier no Chinese. `mixes`: with characters of both variants.
    pub(super) fn japanese_excess(self, mixes: bool) -> Cost {
        let japanese = self.chinese - self.japanese;
        let hanja = self.chinese - self.hanja;
        let margin = match mixes {
            true => JAPANESE_MIXED_MARGIN,
            false if self.chars < JAPANESE_WORD_CHARS => JAPANESE_WORD_MARGIN,
            false => JAPANESE_MARGIN,
        };
        japanese + hanja / 5 - margin
    }

    /// By how much the words are Korean in Han characters rather than Chinese, above the
    /// margin.
    pub(super) fn hanja_excess(self) -> Cost {
        self.chinese - self.hanja + self.chars * HANJA_ADVANCE + self.hangul_chars * HANGUL_BITS
            - self.grammar
            - HANJA_MARGIN
    }

    /// The region that the words speak for, and how far it is ahead.
    pub(super) fn region(self) -> Option<(Region, u64)> {
        self.votes.region(self.voting_chars)
    }
}

/// So many pieces of a text, spread over it evenly; of a text of no more bytes the whole.
fn pieces(text: &str, count: usize, bytes: usize) -> impl Iterator<Item = &str> {
    let is_whole = text.len() <= count * bytes;
    let step = text.len().saturating_sub(bytes) / count.saturating_sub(1).max(1);
    (0..if is_whole { 1 } else { count }).map(move |piece| {
        if is_whole {
            return text;
        }
        let start = text.floor_char_boundary(step * piece);
        let end = text.floor_char_boundary(step * piece + bytes);
        &text[start..end]
    })
}

/// Han characters in which the model has words, and the mark that repeats one.
fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '々')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_words_they_are() {
        for (text, japanese, hanja) in [
            (
                "受取人住所、会社電話、参照先、改行文字、印刷範囲",
                true,
                false,
            ),
            (
                "國立博物館、硏究所、大統領令、敎育委員會、株式會社",
                false,
                true,
            ),
            ("我们昨天下午在图书馆里看了半天书", false, false),
            ("我們昨天下午在圖書館裡看了半天書", false, false),
            (
                "學而時習之，不亦說乎？有朋自遠方來，不亦樂乎？",
                false,
                false,
            ),
            ("国家与國家，语言与語言，历史与歷史", false, false),
            ("", false, false),
        ] {
            let weights = Weights::of(text, SAMPLE_BYTES);
            assert_eq!(
                weights.japanese_excess(false) > 0,
                japanese,
                "{text} {weights:?}"
            );
            if !japanese {
                assert_eq!(weights.hanja_excess() > 0, hanja, "{text} {weights:?}");
            }
        }
    }

    #[test]
    fn a_long_text_is_sampled() {
        let line = "他们把书放在桌子上，然后走了出去。\n";
        let weights = Weights::of(&line.repeat(10_000), SAMPLE_BYTES);
        assert!((2000..3000).contains(&weights.voting_chars), "{weights:?}");
        // What it is is clear long before.
        assert!((50..=64).contains(&weights.chars), "{weights:?}");
    }

    #[test]
    fn what_is_not_surely_chinese_is_priced_as_far_as_it_is_sampled() {
        let chinese = "他们把书放在桌子上，然后走了出去。";
        let japanese = "受取人住所、会社電話、参照先、改行文字、印刷範囲。";
        for (text, han_chars) in [
            (japanese.repeat(40), 20 * 40),
            // A Chinese heading over a Japanese list.
            (
                format!("{}{}", chinese.repeat(8), japanese.repeat(40)),
                15 * 8 + 20 * 40,
            ),
            // A text that is not long enough to judge by pieces.
            (chinese.repeat(3), 15 * 3),
        ] {
            let weights = Weights::of(&text, SAMPLE_BYTES);
            assert_eq!(weights.chars, han_chars, "{text}");
            assert_eq!(weights.voting_chars, han_chars.unsigned_abs());
        }
    }
}
