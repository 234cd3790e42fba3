//! Text of one variant to text of another, exactly as OpenCC does it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::Span;
use crate::data;
use crate::data::compile::{self, Entry, Flat};
use crate::error::{Error, ErrorKind};

use auto::Auto;
use edits::Replacements;
use engine::{Engine, Scratch, Shifted};
use scanner::Output;

mod auto;
mod edits;
mod engine;
mod matcher;
#[cfg(feature = "opencc")]
mod opencc;
mod scanner;

#[cfg(feature = "opencc")]
pub use opencc::OpenCcConverter;

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

/// A replacement that conversion makes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Edit {
    /// Where: bytes of the input text.
    pub source: Span,
    /// What stands there instead.
    pub target: String,
}

/// Options of a [`Converter`].
#[derive(Debug, Clone, Default)]
pub struct ConverterBuilder {
    target: Option<Target>,
    wording: Wording,
    tofu: bool,
    user: Vec<Entry>,
}

/// What a converter was asked for.
#[derive(Debug, Clone, Copy)]
enum Target {
    Config(Config),
    Variant(Variant),
}

impl ConverterBuilder {
    /// Converts exactly as this configuration of OpenCC; replaces [`ConverterBuilder::to`].
    #[must_use]
    pub fn config(mut self, config: Config) -> Self {
        self.target = Some(Target::Config(config));
        self
    }

    /// Converts to this variant whatever is not in it; replaces [`ConverterBuilder::config`].
    #[must_use]
    pub fn to(mut self, variant: Variant) -> Self {
        self.target = Some(Target::Variant(variant));
        self
    }

    /// Only with [`ConverterBuilder::to`]: what happens to words that differ between regions.
    #[must_use]
    pub fn wording(mut self, wording: Wording) -> Self {
        self.wording = wording;
        self
    }

    /// Also produce Simplified characters that most fonts lack; off unless said, as in
    /// OpenCC's own command.
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
        let entries = compile::parse(text)?;
        // The size limits of a table are an error of this call, not of `build`.
        let all: Flat = self
            .user
            .iter()
            .chain(&entries)
            .map(|entry| (entry.key.clone(), entry.values.clone()))
            .collect();
        compile::compile(&all, &BTreeMap::new())?;
        self.user.extend(entries);
        Ok(self)
    }

    /// The converter. Without [`ConverterBuilder::config`] or [`ConverterBuilder::to`] it
    /// converts to Simplified.
    #[must_use]
    pub fn build(self) -> Converter {
        let user = (!self.user.is_empty()).then(|| {
            let flat: Flat = self
                .user
                .into_iter()
                .map(|entry| (entry.key, entry.values))
                .collect();
            // `dictionary` has compiled the same entries before: this cannot fail.
            Arc::new(compile::compile(&flat, &BTreeMap::new()).unwrap_or_default())
        });
        let engine = |config: &str| {
            data::config(config).map(|tables| Engine::new(tables, self.tofu, user.clone()))
        };
        let target = self.target.unwrap_or(Target::Variant(Variant::Hans));
        let name = match target {
            Target::Config(config) => config.name(),
            Target::Variant(variant) => variant.tag(),
        };
        let kind = match target {
            Target::Config(config) => Kind::Config(engine(config.name()).map(Box::new)),
            Target::Variant(variant) => {
                Kind::Variant(Box::new(Auto::new(variant, self.wording, engine)))
            }
        };
        Converter { name, kind }
    }
}

/// Converts text; built once, immutable, shared by threads.
#[derive(Debug, Clone)]
pub struct Converter {
    name: &'static str,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    /// `None` never happens: every configuration has its tables.
    Config(Option<Box<Engine>>),
    Variant(Box<Auto>),
}

impl Converter {
    /// Exactly OpenCC's configuration, without the tofu-risk dictionary.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Config, Converter};
    ///
    /// assert_eq!(Converter::new(Config::S2t).convert("头发发展"), "頭髮發展");
    /// assert_eq!(Converter::new(Config::Tw2sp).convert("滑鼠和軟體"), "鼠标和软件");
    /// ```
    #[must_use]
    pub fn new(config: Config) -> Converter {
        Converter::builder().config(config).build()
    }

    /// From whatever is there to this variant, span by span; text that already is in it, and
    /// text that is not Chinese, stays.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Converter, Variant};
    ///
    /// let converter = Converter::to(Variant::Hans);
    /// assert_eq!(converter.convert("企業朝著專業化發展"), "企业朝着专业化发展");
    /// assert_eq!(converter.convert("乾隆皇帝的慰藉"), "乾隆皇帝的慰藉");
    /// ```
    #[must_use]
    pub fn to(variant: Variant) -> Converter {
        Converter::builder().to(variant).build()
    }

    /// All options.
    #[must_use]
    pub fn builder() -> ConverterBuilder {
        ConverterBuilder::default()
    }

    /// Converts a text; borrowed when nothing changes. Time O(n), memory that of the output.
    #[must_use]
    pub fn convert<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.convert_counted(text).0
    }

    /// [`Converter::convert`], and how many characters of the input were replaced.
    pub(crate) fn convert_counted<'t>(&self, text: &'t str) -> (Cow<'t, str>, u64) {
        let mut output = Output::new(text);
        self.fill(&mut output);
        match output.out {
            None => (Cow::Borrowed(text), 0),
            Some(mut out) => {
                out.push_str(&text[output.copied..]);
                (Cow::Owned(out), output.replaced_chars)
            }
        }
    }

    fn fill(&self, output: &mut Output<'_>) {
        let text = output.text;
        match &self.kind {
            Kind::Config(Some(engine)) => engine.convert(0..text.len(), output),
            Kind::Config(None) => {}
            Kind::Variant(auto) => auto.spans(text, |span, engine| engine.convert(span, output)),
        }
    }

    /// What it was asked for: the configuration's name or the variant's tag.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Converts a text and appends the result to `out`, changed or not.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Config, Converter};
    ///
    /// let mut out = String::from("结果：");
    /// Converter::new(Config::T2s).convert_into("漢字", &mut out);
    /// assert_eq!(out, "结果：汉字");
    /// ```
    pub fn convert_into(&self, text: &str, out: &mut String) {
        let mut output = Output {
            out: Some(std::mem::take(out)),
            ..Output::new(text)
        };
        self.fill(&mut output);
        *out = output.out.unwrap_or_default();
        out.push_str(&text[output.copied..]);
    }

    /// The replacements that [`Converter::convert`] makes, in order of place, each of them a
    /// change; replacing them all gives what `convert` gives.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Config, Converter};
    ///
    /// let edits = Converter::new(Config::S2t).edits("我的头发");
    /// assert_eq!((edits[0].source.clone(), edits[0].target.as_str()), (6..12, "頭髮"));
    /// ```
    #[must_use]
    pub fn edits(&self, text: &str) -> Vec<Edit> {
        let mut sink = Replacements::default();
        match &self.kind {
            Kind::Config(Some(engine)) => engine.run(text, &mut sink, &mut Scratch::default()),
            Kind::Config(None) => {}
            Kind::Variant(auto) => auto.spans(text, |span, engine| {
                let shifted = &mut Shifted {
                    by: span.start,
                    sink: &mut sink,
                };
                engine.run(&text[span], shifted, &mut Scratch::default());
            }),
        }
        sink.iter()
            .map(|(source, target)| Edit {
                source,
                target: target.to_owned(),
            })
            .collect()
    }
}
