//! Text to repaired text, a plan that says what was done and can undo it, and what was lost.

use std::borrow::Cow;

pub use plan::{Edit, Pass, Plan};
pub use rules::{Level, Rule, RuleSet};

use crate::Span;

mod plan;
mod rules;

/// Something that is gone and stays visible in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Loss {
    /// Where: bytes of the input text.
    pub span: Span,
    /// The rule that saw it.
    pub rule: &'static Rule,
    /// What is known of it.
    pub why: &'static str,
}

/// What [`Repairer::repair`] gives back.
#[derive(Debug, Clone)]
pub struct Repair<'t> {
    text: Cow<'t, str>,
    plan: Plan,
    lost: Vec<Loss>,
}

impl<'t> Repair<'t> {
    /// The repaired text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
    /// The repaired text; borrowed when nothing was repaired.
    #[must_use]
    pub fn into_text(self) -> Cow<'t, str> {
        self.text
    }
    /// What was done, in order.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
    /// What no plan can restore, in order of place.
    #[must_use]
    pub fn lost(&self) -> &[Loss] {
        &self.lost
    }
}

/// Repairs text by a set of rules; immutable, reusable, shared by threads.
#[derive(Debug, Clone, Default)]
pub struct Repairer {
    rules: RuleSet,
}

impl Repairer {
    /// A repairer with the rules of level `safe`.
    #[must_use]
    pub fn new() -> Repairer {
        Repairer::default()
    }

    /// A repairer with these rules.
    #[must_use]
    pub fn with_rules(rules: RuleSet) -> Repairer {
        Repairer { rules }
    }

    /// Repairs a text.
    #[must_use]
    pub fn repair<'t>(&self, text: &'t str) -> Repair<'t> {
        let _ = &self.rules;
        Repair {
            text: Cow::Borrowed(text),
            plan: Plan::default(),
            lost: Vec::new(),
        }
    }
}
