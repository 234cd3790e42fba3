//! The rules of repair: their names, levels and what each does.

use crate::error::Error;

/// When a rule is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Level {
    /// On by default: what it changes is damage beyond doubt.
    Safe,
    /// Opt-in: style, or damage with legitimate twins.
    Tidy,
    /// Only listed, never changed.
    Report,
}

/// A rule of repair.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// `family` or `family/kind`: `mojibake/utf-8-as-gbk`.
    pub name: &'static str,
    /// When it is applied.
    pub level: Level,
    /// What it reads, what it changes, and its legitimate look-alikes.
    pub summary: &'static str,
}

/// Which rules are on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RuleSet {
    _private: (),
}

impl RuleSet {
    /// Reads `safe`, `tidy`, `all`, `none`, `+rule`, `-rule`, separated by commas.
    ///
    /// # Errors
    /// `UnknownName` for a word that is neither a level nor a rule or family of rules.
    pub fn parse(list: &str) -> Result<RuleSet, Error> {
        let _ = list;
        Ok(RuleSet::default())
    }
}
