//! What conversion does, place by place: the edits it makes and the choices it makes blindly.

use super::trace::{Chain, Group};
use super::{Converter, DocumentFacts, Kind};
use crate::Span;

/// A replacement that conversion makes.
///
/// # Examples
/// ```
/// use zhfix::{Config, Converter};
/// let edits = Converter::new(Config::S2t).edits("干杯");
/// assert_eq!((edits[0].source.clone(), edits[0].target.as_str()), (0..6, "乾杯"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Edit {
    /// Where: bytes of the input text.
    pub source: Span,
    /// What stands there instead.
    pub target: String,
    /// What else the dictionaries allow there: the further values of every key that was
    /// matched, each taken through the later stages; empty where all keys have one value.
    pub alternatives: Vec<String>,
}

/// A character with several values of which conversion took the first, because no phrase
/// around it decided.
///
/// # Examples
/// ```
/// use zhfix::{Config, Converter};
/// let found = Converter::new(Config::S2t).ambiguities("面");
/// assert_eq!((found[0].key.as_str(), found[0].chosen.as_str()), ("面", "面"));
/// assert_eq!(found[0].alternatives, ["麪"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ambiguity {
    /// Where: bytes of the input text.
    pub source: Span,
    /// The character that stands there.
    pub key: String,
    /// What conversion makes of it; often the character itself, which is no edit.
    pub chosen: String,
    /// What it might have become; never empty, without `chosen`.
    pub alternatives: Vec<String>,
}

impl Converter {
    /// The replacements that [`Converter::convert`] makes, in order of place, each of them a
    /// change; replacing them all gives what `convert` gives.
    ///
    /// Time O(n), but several times that of `convert`: every step is kept for its
    /// alternatives. Memory: that of the list.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Config, Converter};
    ///
    /// let edits = Converter::new(Config::S2t).edits("我的头发，干。");
    /// assert_eq!((edits[0].source.clone(), edits[0].target.as_str()), (6..12, "頭髮"));
    /// assert_eq!((edits[1].target.as_str(), &edits[1].alternatives[0]), ("幹", &"乾".to_owned()));
    /// ```
    #[must_use]
    pub fn edits(&self, text: &str) -> Vec<Edit> {
        self.edits_in(text, None)
    }

    /// [`Converter::edits`] of a part of a document of whole lines.
    pub(crate) fn edits_in(&self, text: &str, facts: Option<&DocumentFacts>) -> Vec<Edit> {
        let mut edits = Vec::new();
        self.groups(text, facts, |offset, group| {
            if group.before != group.after {
                edits.push(Edit {
                    source: offset + group.source.start..offset + group.source.end,
                    target: group.after.to_owned(),
                    alternatives: group.alternatives(),
                });
            }
        });
        edits
    }

    /// The places where a character with several values was given its first one by default, in
    /// order.
    ///
    /// Places where a phrase decided are not listed, nor what [`Converter::to`] leaves
    /// unconverted. Time and memory as for [`Converter::edits`].
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Config, Converter};
    ///
    /// // 乾 of 乾隆 is decided by the phrase, 乾 alone is not.
    /// let found = Converter::new(Config::T2s).ambiguities("乾隆說：乾");
    /// assert_eq!(found.len(), 1);
    /// assert_eq!((found[0].chosen.as_str(), &found[0].alternatives[..]), ("干", &["乾".to_owned()][..]));
    /// ```
    #[must_use]
    pub fn ambiguities(&self, text: &str) -> Vec<Ambiguity> {
        let mut found = Vec::new();
        self.groups(text, None, |offset, group| {
            if !group.is_single_char() {
                return;
            }
            let alternatives = group.alternatives();
            if !alternatives.is_empty() {
                found.push(Ambiguity {
                    source: offset + group.source.start..offset + group.source.end,
                    key: group.before.to_owned(),
                    chosen: group.after.to_owned(),
                    alternatives,
                });
            }
        });
        found
    }

    /// Calls `each` with every group of every span that is converted, and where the span begins.
    fn groups(
        &self,
        text: &str,
        facts: Option<&DocumentFacts>,
        mut each: impl FnMut(usize, &Group<'_>),
    ) {
        match &self.kind {
            Kind::Config(None) => {}
            Kind::Config(Some(engine)) => {
                Chain::of(engine).walk(text, false, &mut |group| each(0, group));
            }
            Kind::Custom(custom) => {
                custom
                    .chain()
                    .walk(text, false, &mut |group| each(0, group));
            }
            Kind::Variant(auto) => auto.spans(text, facts.map(|f| &f.0), None, |span, engine| {
                let at = span.start;
                Chain::of(engine).walk(&text[span], false, &mut |group| each(at, group));
            }),
        }
    }
}
