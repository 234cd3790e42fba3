//! Whether a text is another language's, whose mojibake is none of ours.
//!
//! Nearly any bytes are characters of GBK, those of Korean and Russian too: `ÀÚ·çº¸´Ù` is 자루보다
//! in EUC-KR, and 磊风焊促 in GBK. By what it saves alone such a reading is taken, for as it stands
//! the text is no language. So whatever the same bytes are in the encodings of other languages is
//! weighed too, and what a chain gives on its way: `Ð½Ñ–Ð¹` is ній before it is 信遗翘. What is
//! cheaper as that stays as it is.
//!
//! What it gets wrong: a few characters of Chinese that are rare ones, and common in the other language.

use super::bytes::Neighbour;
use super::chain::{LAYER_COST, Reading};
use super::charsets::{SINGLE_BYTE, encode_single_into};
use super::step::{Right, Step, Wrong};
use super::utf8_else::{self, Goal};
use super::weigh;
use crate::Span;
use crate::model::{Alphabet, BIT, Cost, Language};
use crate::repair::topic;

/// What a rival is cheap in.
#[derive(Clone, Copy)]
enum Tongue {
    Written(Language),
    Spelt(Alphabet),
}

/// An encoding of another language.
struct Rival {
    encoding: &'static encoding_rs::Encoding,
    tongue: Tongue,
    /// Whether a byte is of a kind that text in it is full of,
    is_usual: fn(u8) -> bool,
    /// and of how many past ASCII at least one is that.
    one_in: usize,
}

/// Of pairs, the bytes that most begin with: of syllables B0 to C8, of kana A4 and A5, and in Shift_JIS
/// 82 and 83. In sets of one byte a character, all that are letters or may be quotation marks.
static RIVALS: [Rival; 9] = {
    use Tongue::{Spelt, Written};
    use encoding_rs::{
        EUC_JP, EUC_KR, IBM866, ISO_8859_5, KOI8_R, SHIFT_JIS, WINDOWS_874, WINDOWS_1251,
        WINDOWS_1253,
    };
    const fn rival(
        encoding: &'static encoding_rs::Encoding,
        tongue: Tongue,
        one_in: usize,
        is_usual: fn(u8) -> bool,
    ) -> Rival {
        Rival {
            encoding,
            tongue,
            is_usual,
            one_in,
        }
    }
    let (cyrillic, greek) = (Spelt(Alphabet::Cyrillic), Spelt(Alphabet::Greek));
    let japanese = Written(Language::Japanese);
    [
        rival(EUC_KR, Written(Language::Korean), 4, |byte| {
            matches!(byte, 0xB0..=0xC8)
        }),
        rival(EUC_JP, japanese, 16, |byte| matches!(byte, 0xA4 | 0xA5)),
        rival(SHIFT_JIS, japanese, 8, |byte| matches!(byte, 0x82 | 0x83)),
        rival(WINDOWS_1251, cyrillic, 1, is_letter),
        rival(KOI8_R, cyrillic, 1, is_letter),
        rival(WINDOWS_1253, greek, 1, is_letter),
        rival(
            IBM866,
            cyrillic,
            1,
            |byte| matches!(byte, 0x80..=0xAF | 0xE0..=0xF7),
        ),
        rival(ISO_8859_5, cyrillic, 1, |byte| byte > 0xA0),
        rival(WINDOWS_874, Spelt(Alphabet::Thai), 1, |byte| byte > 0xA0),
    ]
};

/// Where three sets have their letters, from 0xC0 on but for a few, and 0xAB and 0xBB quotation marks.
fn is_letter(byte: u8) -> bool {
    matches!(byte, 0xA3 | 0xA8 | 0xAA..=0xAF | 0xB3 | 0xB8 | 0xBA..)
}

/// What a character of running text costs at most, on the average, in its language.
const COST_IN_ITS_OWN: Cost = 10 * BIT;

/// What the search for bytes may count more than the weighing: letters of ASCII that end no character.
const SLACK: Cost = 24 * BIT;

/// Of how many characters past ASCII a text says by itself what it is.
const TELLING_CHARS: usize = 6;

/// Whether what a chain reads as Chinese at a place is cheaper as another language's, by itself or with
/// what stands beside it in its line.
pub(super) fn is_of_other_language(text: &str, span: &Span, reading: &Reading) -> bool {
    let chain = &reading.chain;
    // What comes on the way, by as many layers less.
    let mut now = text[span.clone()].to_owned();
    for (done, step) in (1..chain.len()).zip(chain) {
        let Some(next) = step.undo(&now) else {
            return false;
        };
        now = next;
        let fewer = Cost::try_from(chain.len() - done).unwrap_or(0);
        let limit = reading.chinese + fewer * LAYER_COST;
        if weigh::as_it_is(&now, limit) < limit {
            return true;
        }
    }
    let Some(&last) = chain.last() else {
        return false;
    };
    if last.right == Right::Utf8 || matches!(last.wrong, Wrong::Multi(_)) {
        return false;
    }
    if is_cheaper_elsewhere(&now, last, reading.chinese) {
        return true;
    }
    if chain.len() > 1 {
        return false;
    }
    let beside = &text[between_ascii(text, span)];
    let chars = beside.chars().filter(|c| !c.is_ascii()).count();
    if beside.len() == span.len() || chars < TELLING_CHARS {
        return false;
    }
    let limit = last.undo(beside).map_or_else(
        || weigh::of_ascii(beside) + COST_IN_ITS_OWN * Cost::try_from(chars).unwrap_or(0),
        |all| weigh::as_chinese(&all),
    );
    is_cheaper_elsewhere(beside, last, limit)
}

/// What stands in the line of a span near it, from an end of the line or a character of ASCII to
/// another, so that no character of what it was is cut.
fn between_ascii(text: &str, span: &Span) -> Span {
    let near = topic::near(text, span.start);
    let (start, end) = (near.start.min(span.start), near.end.max(span.end));
    let is_ascii = |c: char| c.is_ascii();
    let head = if start == 0 || text[..start].ends_with('\n') {
        Some(0)
    } else {
        text[start..span.start].find(is_ascii)
    };
    let tail = if end == text.len() || text[end..].starts_with('\n') {
        Some(end - span.end)
    } else {
        text[span.end..end].rfind(is_ascii)
    };
    head.map_or(span.start, |at| start + at)..tail.map_or(span.end, |at| span.end + at)
}

/// Whether a text costs less than so much in another language: read as UTF-8 from the bytes that any set
/// has for it, or in an encoding of that language from those of the step or of windows-1252, by which
/// nearly all of it was read.
fn is_cheaper_elsewhere(text: &str, step: Step, limit: Cost) -> bool {
    let mut bytes = Vec::with_capacity(text.len());
    if step.wrong == Wrong::Utf8Else || text.chars().any(|c| c > '\u{FF}') {
        if is_cheaper_as_utf8_else(text, step, limit) {
            return true;
        }
        if step.wrong == Wrong::Utf8Else {
            return false;
        }
    }
    (0..SINGLE_BYTE.len()).any(|set| {
        bytes.clear();
        if !encode_single_into(set, text, &mut bytes) {
            return false;
        }
        if let Ok(utf_8) = std::str::from_utf8(&bytes) {
            return weigh::as_it_is(utf_8, limit) < limit;
        }
        (set == 0 || step.wrong == Wrong::Single(set))
            && RIVALS.iter().any(|rival| rival.is_cheaper(&bytes, limit))
    })
}

/// The same from the bytes of a text that was read as UTF-8 and windows-1252.
fn is_cheaper_as_utf8_else(text: &str, step: Step, limit: Cost) -> bool {
    let bytes_of = |goal, limit| {
        let mut bytes = Vec::with_capacity(text.len());
        utf8_else::encode_into(text, goal, limit, &mut bytes).map(|_| bytes)
    };
    let chinese = bytes_of(Goal::Chinese(step.right), Cost::MAX);
    // Most bytes are the same whatever they are to be.
    let may_be = |rival: &&Rival| {
        let seen = chinese.as_ref().map(|bytes| rival.usual_bytes(bytes));
        seen.is_none_or(|(usual, all)| usual * rival.one_in * 2 >= all)
    };
    RIVALS.iter().filter(may_be).any(|rival| {
        let own;
        let bytes = match (rival.neighbour(), rival.tongue) {
            (Some(neighbour), Tongue::Written(language)) => {
                own = bytes_of(Goal::Other(neighbour, language), limit + SLACK);
                &own
            }
            _ => &chinese,
        };
        let mut bytes = bytes.iter();
        bytes.any(|bytes| rival.is_cheaper(bytes, limit))
    })
}

impl Rival {
    /// How many bytes past ASCII are of its usual kind, and how many there are.
    fn usual_bytes(&self, bytes: &[u8]) -> (usize, usize) {
        let past_ascii = || bytes.iter().filter(|byte| !byte.is_ascii());
        let usual = past_ascii().filter(|byte| (self.is_usual)(**byte)).count();
        (usual, past_ascii().count())
    }

    fn neighbour(&self) -> Option<Neighbour> {
        match self.encoding {
            encoding if encoding == encoding_rs::EUC_KR => Some(Neighbour::EucKr),
            encoding if encoding == encoding_rs::EUC_JP => Some(Neighbour::EucJp),
            encoding if encoding == encoding_rs::SHIFT_JIS => Some(Neighbour::ShiftJis),
            _ => None,
        }
    }

    fn is_cheaper(&self, bytes: &[u8], limit: Cost) -> bool {
        let (usual, all) = self.usual_bytes(bytes);
        let decode = || {
            self.encoding
                .decode_without_bom_handling_and_without_replacement(bytes)
        };
        usual * self.one_in >= all
            && decode().is_some_and(|text| {
                let cost = match self.tongue {
                    Tongue::Written(language) => weigh::in_language(&text, language, limit),
                    Tongue::Spelt(alphabet) => weigh::in_alphabet(&text, alphabet, limit),
                };
                cost < limit
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::reread::chain;
    use crate::repair::rules::RuleSet;

    fn is_other(encoding: &'static encoding_rs::Encoding, text: &str) -> Option<bool> {
        let (bytes, _, _) = encoding.encode(text);
        let wrong: String = bytes.iter().map(|&byte| char::from(byte)).collect();
        let mut memory = chain::Memory::default();
        let best = chain::best(&wrong, &RuleSet::default(), false, &mut memory);
        Some(is_of_other_language(
            &wrong,
            &(0..wrong.len()),
            &best.reading?,
        ))
    }

    #[test]
    fn what_is_cheaper_as_another_language_is_none_of_ours() {
        for (encoding, text) in [
            (encoding_rs::EUC_KR, "아래쪽 삼각형을 선택합니다"),
            (encoding_rs::EUC_JP, "アメリカの歌手です"),
            (encoding_rs::KOI8_R, "параметр является"),
            (encoding_rs::UTF_8, "трикутники"),
        ] {
            assert_ne!(is_other(encoding, text), Some(false), "{text}");
        }
        for (encoding, text) in [
            (encoding_rs::GBK, "今天天气很好，我们去公园走走。"),
            (encoding_rs::GBK, "繁體中文的說明"),
            (encoding_rs::BIG5, "今天天氣很好，我們去公園走走。"),
            (encoding_rs::GBK, "谢谢惠顾"),
        ] {
            assert_eq!(is_other(encoding, text), Some(false), "{text}");
        }
    }
}
