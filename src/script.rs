//! Text to script variant, from the characters that only one variant has.

/// The script of a text.
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
}

/// Counts of characters by the variant that has them.
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
}

impl ScriptCounts {
    /// Counts the characters of a text. Time O(n), no memory.
    #[must_use]
    pub fn of(text: &str) -> ScriptCounts {
        let _ = text;
        ScriptCounts::default()
    }

    /// Adds the counts of another part of the same text.
    #[must_use]
    pub fn plus(self, other: ScriptCounts) -> ScriptCounts {
        ScriptCounts {
            simplified_only_chars: self.simplified_only_chars + other.simplified_only_chars,
            traditional_only_chars: self.traditional_only_chars + other.traditional_only_chars,
            shared_chars: self.shared_chars + other.shared_chars,
            kana_chars: self.kana_chars + other.kana_chars,
            hangul_chars: self.hangul_chars + other.hangul_chars,
        }
    }

    /// The script that the counts speak for.
    #[must_use]
    pub fn script(self) -> Script {
        Script::Undetermined
    }

    /// How certain [`ScriptCounts::script`] is, 0 to 1.
    #[must_use]
    pub fn probability(self) -> f32 {
        0.0
    }
}
