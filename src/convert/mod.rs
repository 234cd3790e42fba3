//! Text of one variant to text of another, exactly as OpenCC does it.

use std::borrow::Cow;

use crate::script::{Counted, ScriptCounts};

use auto::Auto;
pub(crate) use auto::{LINE_BYTES, long_line_bytes};
use engine::{Engine, Sink};
use output::Output;
use user::Custom;

mod ambiguity;
mod auto;
mod block;
mod builder;
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
pub use builder::ConverterBuilder;
#[cfg(feature = "opencc")]
pub use opencc::OpenCcConverter;
pub use stream::ConvertStream;
pub use variant::{Config, Variant, Wording};

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
