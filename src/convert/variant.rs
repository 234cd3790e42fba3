//! What a converter can be asked for: OpenCC's configurations, variants, wording.

use crate::error::{Error, ErrorKind};

/// OpenCC's sixteen configurations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(
    missing_docs,
    reason = "the names are OpenCC's own and say from what to what"
)]
pub enum Config {
    S2t,
    T2s,
    S2tw,
    Tw2s,
    S2twp,
    Tw2sp,
    S2hk,
    Hk2s,
    S2hkp,
    Hk2sp,
    T2tw,
    Tw2t,
    T2hk,
    Hk2t,
    T2jp,
    Jp2t,
}

impl Config {
    /// All sixteen.
    pub const ALL: [Config; 16] = [
        Config::S2t,
        Config::T2s,
        Config::S2tw,
        Config::Tw2s,
        Config::S2twp,
        Config::Tw2sp,
        Config::S2hk,
        Config::Hk2s,
        Config::S2hkp,
        Config::Hk2sp,
        Config::T2tw,
        Config::Tw2t,
        Config::T2hk,
        Config::Hk2t,
        Config::T2jp,
        Config::Jp2t,
    ];

    /// OpenCC's name: `s2twp`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Config::S2t => "s2t",
            Config::T2s => "t2s",
            Config::S2tw => "s2tw",
            Config::Tw2s => "tw2s",
            Config::S2twp => "s2twp",
            Config::Tw2sp => "tw2sp",
            Config::S2hk => "s2hk",
            Config::Hk2s => "hk2s",
            Config::S2hkp => "s2hkp",
            Config::Hk2sp => "hk2sp",
            Config::T2tw => "t2tw",
            Config::Tw2t => "tw2t",
            Config::T2hk => "t2hk",
            Config::Hk2t => "hk2t",
            Config::T2jp => "t2jp",
            Config::Jp2t => "jp2t",
        }
    }

    /// The variant that it writes; `None` for Japanese.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Config, Variant};
    ///
    /// assert_eq!(Config::S2twp.variant(), Some(Variant::HantTw));
    /// assert_eq!(Config::T2jp.variant(), None);
    /// ```
    #[must_use]
    pub fn variant(self) -> Option<Variant> {
        Some(match self {
            Config::T2s | Config::Tw2s | Config::Tw2sp | Config::Hk2s | Config::Hk2sp => {
                Variant::Hans
            }
            Config::S2t | Config::Tw2t | Config::Hk2t | Config::Jp2t => Variant::Hant,
            Config::S2tw | Config::S2twp | Config::T2tw => Variant::HantTw,
            Config::S2hk | Config::S2hkp | Config::T2hk => Variant::HantHk,
            Config::T2jp => return None,
        })
    }

    /// The configuration of that name.
    ///
    /// # Errors
    /// `UnknownName` for any other.
    pub fn from_name(name: &str) -> Result<Config, Error> {
        Config::ALL
            .into_iter()
            .find(|config| config.name() == name)
            .ok_or_else(|| {
                ErrorKind::UnknownName {
                    what: "configuration",
                    name: name.to_owned(),
                }
                .into()
            })
    }
}

/// A variant of written Chinese to convert to, from whatever is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Variant {
    /// Simplified, `zh-Hans`.
    Hans,
    /// Traditional after OpenCC's standard, `zh-Hant`.
    Hant,
    /// Traditional of Taiwan, `zh-Hant-TW`.
    HantTw,
    /// Traditional of Hong Kong, `zh-Hant-HK`.
    HantHk,
}

impl Variant {
    /// All four.
    pub const ALL: [Variant; 4] = [
        Variant::Hans,
        Variant::Hant,
        Variant::HantTw,
        Variant::HantHk,
    ];

    /// The BCP 47 tag: `zh-Hant-TW`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Variant::Hans => "zh-Hans",
            Variant::Hant => "zh-Hant",
            Variant::HantTw => "zh-Hant-TW",
            Variant::HantHk => "zh-Hant-HK",
        }
    }

    /// The variant of that tag; letter case does not matter.
    ///
    /// # Errors
    /// `UnknownName` for any other.
    pub fn from_tag(tag: &str) -> Result<Variant, Error> {
        Variant::ALL
            .into_iter()
            .find(|variant| variant.tag().eq_ignore_ascii_case(tag))
            .ok_or_else(|| {
                ErrorKind::UnknownName {
                    what: "variant",
                    name: tag.to_owned(),
                }
                .into()
            })
    }
}

/// Whether words that differ between regions change with the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Wording {
    /// 軟體 becomes 软体.
    #[default]
    Keep,
    /// 軟體 becomes 软件.
    Regional,
}
