//! Text of one variant to text of another, exactly as OpenCC does it.

use std::borrow::Cow;

use crate::data;
use crate::data::dictionary::{self, Entry};
use crate::error::Error;
use crate::script::{Counted, ScriptCounts};

use auto::Auto;
pub(crate) use auto::{LINE_BYTES, long_line_bytes};
use engine::{Engine, Sink};
use output::Output;
use user::{Custom, UserDictionary};

mod ambiguity;
mod auto;
mod block;
#[cfg(feature = "records")]
mod config_file;
mod cuts;
mod edits;
mod engine;
mod matcher;
mod memo;
#[cfg(feature = "opencc")]
mod opencc;
mod output;
mod pairs;
mod pass;
mod rewrite;
mod scanner;
mod settle;
mod step;
mod stream;
mod trace;
mod traced;
mod user;
mod variant;

pub use ambiguity::{Ambiguity, Edit};
#[cfg(feature = "opencc")]
pub use opencc::OpenCcConverter;
pub use stream::ConvertStream;
pub use variant::{Config, Variant, Wording};

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
    target: Option<Target>,
    wording: Wording,
    tofu: bool,
    user: Vec<Entry>,
}

/// What a converter was asked for.
#[derive(Debug, Clone)]
enum Target {
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

/// Converts text; built once, immutable, shared by threads.
///
/// # Examples
/// ```
/// use zhfix::{Config, Converter};
/// let converter = Converter::new(Config::T2s);
/// let lines: Vec<_> = ["漢字", "文字"].iter().map(|line| converter.convert(line)).collect();
/// assert_eq!(lines, ["汉字", "文字"]);
/// ```
#[derive(Debug, Clone)]
pub struct Converter {
    name: Cow<'static, str>,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    /// `None` never happens: every configuration has its tables.
    Config(Option<Box<Engine>>),
    /// From a configuration file.
    #[cfg_attr(
        not(feature = "records"),
        allow(dead_code, reason = "files need a reader of JSON")
    )]
    Custom(Box<Custom>),
    Variant(Box<Auto>),
}

/// What the beginning of a document says about how its lines are converted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DocumentFacts(auto::Facts);

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
    /// What the text is, is decided once, from its first 4 MiB; what a line is, line by line.
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
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Config, Converter};
    /// let converter = Converter::builder().config(Config::S2t).build();
    /// assert_eq!(converter.convert("书"), "書");
    /// ```
    #[must_use]
    pub fn builder() -> ConverterBuilder {
        ConverterBuilder::default()
    }

    /// Converts a text; borrowed when nothing changes. Time O(n), memory that of the output.
    ///
    /// # Examples
    /// ```
    /// use std::borrow::Cow;
    /// use zhfix::{Config, Converter};
    /// let converter = Converter::new(Config::T2s);
    /// assert_eq!(converter.convert("頭髮"), "头发");
    /// assert!(matches!(converter.convert("头发"), Cow::Borrowed("头发")));
    /// ```
    #[must_use]
    pub fn convert<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.convert_counted(text, None, None).0
    }

    /// What the beginning of a document says about all of its lines; `None` where lines are
    /// converted whatever the document is.
    pub(crate) fn document_facts(
        &self,
        head: &str,
        counted: Option<&ScriptCounts>,
    ) -> Option<DocumentFacts> {
        match &self.kind {
            Kind::Variant(auto) => Some(DocumentFacts(auto.facts(head, counted))),
            Kind::Config(_) | Kind::Custom(_) => None,
        }
    }

    /// [`Converter::convert`], and how many characters of the input were replaced. With facts
    /// the text is a part, of whole lines, of the document that they are of; `counted` are its
    /// characters by script, where they are known.
    pub(crate) fn convert_counted<'t>(
        &self,
        text: &'t str,
        facts: Option<&DocumentFacts>,
        counted: Option<Counted<'_>>,
    ) -> (Cow<'t, str>, u64) {
        let mut output = Output::new(text);
        self.fill(&mut output, facts, counted);
        match output.out {
            None => (Cow::Borrowed(text), 0),
            Some(mut out) => {
                out.push_str(&text[output.copied..]);
                (Cow::Owned(out), output.replaced_chars)
            }
        }
    }

    fn fill(
        &self,
        output: &mut Output<'_>,
        facts: Option<&DocumentFacts>,
        counted: Option<Counted<'_>>,
    ) {
        let text = output.text;
        match &self.kind {
            Kind::Config(Some(engine)) => engine.convert(0..text.len(), output),
            Kind::Config(None) => {}
            Kind::Custom(custom) => {
                custom.chain().walk(text, false, &mut |group| {
                    if group.before != group.after {
                        output.replace(group.source.clone(), group.after);
                    }
                });
            }
            Kind::Variant(auto) => auto.spans(
                text,
                facts.map(|facts| &facts.0),
                counted,
                |span, engine| {
                    engine.convert(span, output);
                },
            ),
        }
    }

    /// What it was asked for: the configuration's name or the variant's tag.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Config, Converter, Variant};
    /// assert_eq!(Converter::new(Config::S2hk).name(), "s2hk");
    /// assert_eq!(Converter::to(Variant::HantTw).name(), "zh-Hant-TW");
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The variant that it writes; `None` for Japanese and for configuration files, which do
    /// not say.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Config, Converter, Variant};
    /// assert_eq!(Converter::new(Config::S2tw).variant(), Some(Variant::HantTw));
    /// ```
    #[must_use]
    pub fn variant(&self) -> Option<Variant> {
        match &self.kind {
            Kind::Config(_) => Config::from_name(&self.name).ok()?.variant(),
            Kind::Variant(_) => Variant::from_tag(&self.name).ok(),
            Kind::Custom(_) => None,
        }
    }

    /// Whether it asks what a text is, and leaves what is not Chinese.
    pub(crate) fn leaves_other_scripts(&self) -> bool {
        matches!(self.kind, Kind::Variant(_))
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
        self.fill(&mut output, None, None);
        *out = output.out.unwrap_or_default();
        out.push_str(&text[output.copied..]);
    }
}
