//! What a converter is made from: a configuration, a variant, or a file, and dictionaries of users.

use super::auto::Auto;
#[cfg(feature = "records")]
use super::config_file;
use super::engine::Engine;
use super::user::UserDictionary;
use super::{Config, Converter, Kind, Variant, Wording};
use crate::data;
use crate::data::dictionary::{self, Entry};
use crate::error::Error;

/// Options of a [`Converter`].
///
/// # Examples
/// ```
/// use zhfix::{Config, Converter};
/// let converter = Converter::builder().config(Config::T2s).tofu(true).build();
/// assert_eq!(converter.convert("漢字"), "汉字");
/// ```
#[derive(Debug, Clone, Default)]
pub struct ConverterBuilder {
    pub(super) target: Option<Target>,
    wording: Wording,
    tofu: bool,
    user: Vec<Entry>,
}

/// What a converter was asked for.
#[derive(Debug, Clone)]
pub(super) enum Target {
    Config(Config),
    #[cfg(feature = "records")]
    File(Box<config_file::ConfigFile>),
    Variant(Variant),
}

impl ConverterBuilder {
    /// Converts exactly as this configuration of OpenCC; replaces [`ConverterBuilder::to`].
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Config, Converter};
    /// let converter = Converter::builder().config(Config::S2tw).build();
    /// assert_eq!(converter.convert("里面"), "裡面");
    /// ```
    #[must_use]
    pub fn config(mut self, config: Config) -> Self {
        self.target = Some(Target::Config(config));
        self
    }

    /// Converts to this variant whatever is not in it; replaces [`ConverterBuilder::config`].
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Converter, Variant};
    /// let converter = Converter::builder().to(Variant::HantTw).build();
    /// assert_eq!(converter.convert("这里面有汉字"), "這裡面有漢字");
    /// ```
    #[must_use]
    pub fn to(mut self, variant: Variant) -> Self {
        self.target = Some(Target::Variant(variant));
        self
    }

    /// Only with [`ConverterBuilder::to`]: what happens to words that differ between regions.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Converter, Variant, convert::Wording};
    /// let keep = Converter::builder().to(Variant::Hans).build();
    /// assert_eq!(keep.convert("軟體的設計"), "软体的设计");
    /// # #[cfg(feature = "wording")]
    /// let regional = Converter::builder().to(Variant::Hans).wording(Wording::Regional).build();
    /// # #[cfg(feature = "wording")]
    /// assert_eq!(regional.convert("軟體的設計"), "软件的设计");
    /// ```
    #[must_use]
    pub fn wording(mut self, wording: Wording) -> Self {
        self.wording = wording;
        self
    }

    /// Also produce Simplified characters that most fonts lack; off unless said, as in
    /// OpenCC's own command.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Config, Converter};
    /// let rare = |tofu| Converter::builder().config(Config::T2s).tofu(tofu).build().convert("㑮").into_owned();
    /// assert_eq!(rare(false), "㑮");
    /// assert_eq!(rare(true), "\u{2B748}");
    /// ```
    #[must_use]
    pub fn tofu(mut self, tofu: bool) -> Self {
        self.tofu = tofu;
        self
    }

    /// Adds a user dictionary in OpenCC's text format. Its keys are looked for in the input
    /// before any other, the longest first, and what they give is final. Of two dictionaries
    /// with the same key the later one wins.
    ///
    /// # Errors
    /// `DictionaryLine` for the first line that cannot be read.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Config, Converter};
    ///
    /// let converter = Converter::builder().config(Config::S2t).dictionary("后羿\t后羿\n乾隆\t乾隆\n")?.build();
    /// assert_eq!(converter.convert("皇后和后羿"), "皇后和后羿");
    /// # Ok::<(), zhfix::Error>(())
    /// ```
    pub fn dictionary(mut self, text: &str) -> Result<Self, Error> {
        let entries = dictionary::parse(text)?;
        // The size limits of a table are an error of this call, not of `build`.
        self.user.extend(entries);
        UserDictionary::of(&dictionary::flat(self.user.clone()))?;
        Ok(self)
    }

    /// The converter. Without [`ConverterBuilder::config`] or [`ConverterBuilder::to`] it
    /// converts to Simplified.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Converter;
    /// assert_eq!(Converter::builder().build().name(), "zh-Hans");
    /// ```
    #[must_use]
    pub fn build(self) -> Converter {
        let user = (!self.user.is_empty()).then(|| {
            // `dictionary` has compiled the same entries before: this cannot fail.
            UserDictionary::of(&dictionary::flat(self.user)).unwrap_or_default()
        });
        let engine = |config: &str| {
            let choices = data::choices(config, self.tofu);
            data::config(config).map(|tables| Engine::new(tables, choices, self.tofu, user.clone()))
        };
        let (name, kind) = match self.target.unwrap_or(Target::Variant(Variant::Hans)) {
            Target::Config(config) => (
                config.name().into(),
                Kind::Config(engine(config.name()).map(Box::new)),
            ),
            Target::Variant(variant) => {
                let auto = Auto::new(variant, self.wording, engine);
                (variant.tag().into(), Kind::Variant(Box::new(auto)))
            }
            #[cfg(feature = "records")]
            Target::File(file) => {
                let (name, custom) = file.custom(self.tofu, user);
                (name.into(), Kind::Custom(Box::new(custom)))
            }
        };
        Converter { name, kind }
    }
}
