//! Text to script variant: which Chinese it is, whether it is Chinese, and where that changes.
//!
//! What is decided here: whether text is Chinese and in which characters ([`ScriptCounts`]), and
//! the same place by place ([`spans`]). From what:
//!
//! - Each character is counted once, by class: Han that only Simplified text has (国), only
//!   Traditional (國), or both (中); kana; hangul; and Han that only Japanese has (駅, 込).
//! - Words in a sample of the text, weighed by the language model: Japanese without kana and
//!   Korean in Han characters are told from Chinese by which characters follow each other.
//! - Words that only Taiwan or only Hong Kong writes, in the same sample.
//!
//! The rules, in order. Hangul or kana beside Han make Korean or Japanese where they are
//! as many as such languages have at least; a Chinese text may quote a few. Otherwise the
//! model may say that the words are Japanese or Korean. Otherwise
//! the characters of one variant decide, and the others count as strays up to a share
//! that quotations and names reach. Only shared characters: Chinese, variant unknown.
//! Traditional text is Taiwan's or Hong Kong's where its words say so, else neither.
//! Classical Chinese is Chinese in whichever characters it is written.
//!
//! A report knows one thing more, which the text does not: nobody stores Chinese in Shift_JIS or
//! EUC-KR, so Han that came in these is Japanese or Korean, however few characters there are.
//!
//! What it gets wrong: single words that Chinese, Japanese and Korean write alike are taken
//! for Chinese; most lines of Traditional text hold no word that tells the region. A text
//! that discusses characters is called mixed, which it is.

mod counts;
mod languages;
mod marks;
mod region;
mod spans;
mod tally;

use crate::encoding::Encoding;

pub use counts::ScriptCounts;
pub(crate) use languages::{PART_SAMPLE_BYTES, SAMPLE_BYTES};
pub(crate) use marks::Marks;
pub use spans::{ScriptSpan, spans};
pub(crate) use tally::{LANE_MAX, Tally, counter};

/// What is known of the characters of a text by whoever went over it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counted<'c> {
    /// How many there are by script.
    pub(crate) counts: &'c ScriptCounts,
    /// Where they are.
    pub(crate) marks: Option<&'c Marks>,
}

/// The script of what is written in an encoding that was made for one language other than Chinese;
/// `None` for all others.
pub(crate) fn of_encoding(encoding: Encoding) -> Option<Script> {
    match encoding {
        Encoding::ShiftJis | Encoding::EucJp | Encoding::Iso2022Jp => Some(Script::Japanese),
        Encoding::EucKr => Some(Script::Korean),
        _ => None,
    }
}

/// The script of a text.
///
/// # Examples
/// ```
/// use zhfix::{Script, ScriptCounts};
/// assert_eq!(ScriptCounts::of("한국어").script(), Script::Korean);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Script {
    /// Simplified Chinese, `zh-Hans`.
    Hans,
    /// Traditional Chinese of no certain region, `zh-Hant`.
    Hant,
    /// Traditional Chinese of Taiwan, `zh-Hant-TW`.
    HantTw,
    /// Traditional Chinese of Hong Kong, `zh-Hant-HK`.
    HantHk,
    /// Both Simplified and Traditional, `zh-mixed`.
    Mixed,
    /// Chinese that both share, `zh`.
    Shared,
    /// Japanese, `ja`.
    Japanese,
    /// Korean, `ko`.
    Korean,
    /// Not Chinese, or not enough to say: `und`.
    Undetermined,
}

impl Script {
    /// The tag that the command line prints.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Script;
    /// assert_eq!(Script::HantTw.tag(), "zh-Hant-TW");
    /// ```
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Script::Hans => "zh-Hans",
            Script::Hant => "zh-Hant",
            Script::HantTw => "zh-Hant-TW",
            Script::HantHk => "zh-Hant-HK",
            Script::Mixed => "zh-mixed",
            Script::Shared => "zh",
            Script::Japanese => "ja",
            Script::Korean => "ko",
            Script::Undetermined => "und",
        }
    }

    /// Whether it is Chinese, in whichever characters.
    pub(crate) fn is_chinese(self) -> bool {
        !matches!(
            self,
            Script::Japanese | Script::Korean | Script::Undetermined
        )
    }
}
