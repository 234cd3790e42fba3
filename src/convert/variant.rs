//! What a converter can be asked for: OpenCC's configurations, variants, wording.

use crate::error::{Error, ErrorKind};

/// OpenCC's sixteen configurations.
///
/// # Examples
/// ```
/// use zhfix::{Config, Converter};
/// assert_eq!(Converter::new(Config::T2tw).convert("裏面"), "裡面");
/// ```
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
    #[cfg(feature = "wording")]
    S2twp,
    #[cfg(feature = "wording")]
    Tw2sp,
    S2hk,
    Hk2s,
    #[cfg(feature = "wording")]
    S2hkp,
    #[cfg(feature = "wording")]
    Hk2sp,
    T2tw,
    Tw2t,
    T2hk,
    Hk2t,
    #[cfg(feature = "japan")]
    T2jp,
    #[cfg(feature = "japan")]
    Jp2t,
}

/// How many there are.
const COUNT: usize = 10
    + if cfg!(feature = "wording") { 4 } else { 0 }
    + if cfg!(feature = "japan") { 2 } else { 0 };

impl Config {
    /// All sixteen; fewer without the features `wording` and `japan`.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Config;
    /// assert!(Config::ALL.iter().any(|config| config.name() == "s2t"));
    /// ```
    pub const ALL: [Config; COUNT] = [
        Config::S2t,
        Config::T2s,
        Config::S2tw,
        Config::Tw2s,
        #[cfg(feature = "wording")]
        Config::S2twp,
        #[cfg(feature = "wording")]
        Config::Tw2sp,
        Config::S2hk,
        Config::Hk2s,
        #[cfg(feature = "wording")]
        Config::S2hkp,
        #[cfg(feature = "wording")]
        Config::Hk2sp,
        Config::T2tw,
        Config::Tw2t,
        Config::T2hk,
        Config::Hk2t,
        #[cfg(feature = "japan")]
        Config::T2jp,
        #[cfg(feature = "japan")]
        Config::Jp2t,
    ];

    /// OpenCC's name: `s2twp`.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Config;
    /// assert_eq!(Config::Hk2s.name(), "hk2s");
    /// ```
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Config::S2t => "s2t",
            Config::T2s => "t2s",
            Config::S2tw => "s2tw",
            Config::Tw2s => "tw2s",
            #[cfg(feature = "wording")]
            Config::S2twp => "s2twp",
            #[cfg(feature = "wording")]
            Config::Tw2sp => "tw2sp",
            Config::S2hk => "s2hk",
            Config::Hk2s => "hk2s",
            #[cfg(feature = "wording")]
            Config::S2hkp => "s2hkp",
            #[cfg(feature = "wording")]
            Config::Hk2sp => "hk2sp",
            Config::T2tw => "t2tw",
            Config::Tw2t => "tw2t",
            Config::T2hk => "t2hk",
            Config::Hk2t => "hk2t",
            #[cfg(feature = "japan")]
            Config::T2jp => "t2jp",
            #[cfg(feature = "japan")]
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
            Config::T2s | Config::Tw2s | Config::Hk2s => Variant::Hans,
            Config::S2t | Config::Tw2t | Config::Hk2t => Variant::Hant,
            Config::S2tw | Config::T2tw => Variant::HantTw,
            Config::S2hk | Config::T2hk => Variant::HantHk,
            #[cfg(feature = "wording")]
            Config::Tw2sp | Config::Hk2sp => Variant::Hans,
            #[cfg(feature = "wording")]
            Config::S2twp => Variant::HantTw,
            #[cfg(feature = "wording")]
            Config::S2hkp => Variant::HantHk,
            #[cfg(feature = "japan")]
            Config::Jp2t => Variant::Hant,
            #[cfg(feature = "japan")]
            Config::T2jp => return None,
        })
    }

    /// The configuration of that name.
    ///
    /// # Errors
    /// `UnknownName` for any other.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Config;
    /// assert_eq!(Config::from_name("t2s")?, Config::T2s);
    /// assert!(Config::from_name("s2x").is_err());
    /// # Ok::<(), zhfix::Error>(())
    /// ```
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
///
/// # Examples
/// ```
/// use zhfix::{Converter, Variant};
/// assert_eq!(Converter::to(Variant::HantHk).convert("这里是汉字"), "這裏是漢字");
/// ```
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
    ///
    /// # Examples
    /// ```
    /// use zhfix::Variant;
    /// assert_eq!(Variant::ALL.map(Variant::tag), ["zh-Hans", "zh-Hant", "zh-Hant-TW", "zh-Hant-HK"]);
    /// ```
    pub const ALL: [Variant; 4] = [
        Variant::Hans,
        Variant::Hant,
        Variant::HantTw,
        Variant::HantHk,
    ];

    /// The BCP 47 tag: `zh-Hant-TW`.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Variant;
    /// assert_eq!(Variant::Hans.tag(), "zh-Hans");
    /// ```
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
    ///
    /// # Examples
    /// ```
    /// use zhfix::Variant;
    /// assert_eq!(Variant::from_tag("zh-Hant-HK")?, Variant::HantHk);
    /// assert!(Variant::from_tag("zh-Hant-XX").is_err());
    /// # Ok::<(), zhfix::Error>(())
    /// ```
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
///
/// # Examples
/// ```
/// use zhfix::convert::Wording;
/// assert_eq!(Wording::default(), Wording::Keep);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Wording {
    /// 軟體 becomes 软体.
    #[default]
    Keep,
    /// 軟體 becomes 软件.
    #[cfg(feature = "wording")]
    Regional,
}
