//! What repair gives back: the text, the plan that was carried out, and what no plan brings back.
//!
//! What was counted on the way is kept with them, so that no later stage goes over the text again.

use std::borrow::Cow;

use super::Vain;
use super::form_rules;
use super::plan::Plan;
use super::rules::{self, Rule};
use crate::Span;
use crate::script::{Marks, ScriptCounts, Tally};

/// Something that is gone and stays visible in the text.
///
/// # Examples
/// ```
/// use zhfix::Repairer;
/// let repair = Repairer::new().repair("他说：锟斤拷");
/// assert_eq!(repair.lost()[0].span, "他说：".len().."他说：锟斤拷".len());
/// ```
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

impl Loss {
    /// Whether text is gone here. What is only suspected, or stands there and should not, as
    /// the rules `injected` and `claim` list it, is no loss.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Repairer;
    /// assert!(Repairer::new().repair("他说：锟斤拷锟斤拷").lost().iter().all(|loss| loss.is_gone()));
    /// ```
    #[must_use]
    pub fn is_gone(&self) -> bool {
        !matches!(self.rule.family(), "injected" | "claim")
    }

    /// Whether what is left here is to stay as it is, so that it can still be found by it.
    pub(crate) fn is_left(&self) -> bool {
        self.rule == form_rules::LOST_UTF_8_AS_BIG5 || self.rule == rules::LOST_KUN_JIN_KAO
    }
}

/// What [`Repairer::repair`](super::Repairer::repair) gives back.
///
/// # Examples
/// ```
/// use zhfix::Repairer;
/// let repair = Repairer::new().repair("坚决扞卫");
/// assert_eq!(repair.text(), "坚决捍卫");
/// assert!(repair.lost().is_empty());
/// ```
#[derive(Debug, Clone)]
pub struct Repair<'t> {
    pub(super) text: Cow<'t, str>,
    pub(super) plan: Plan,
    pub(super) lost: Vec<Loss>,
    /// The characters of the text by script, where repair has counted them.
    pub(super) tally: Option<Tally>,
    /// Where the characters of a script are, where that is known.
    pub(super) marks: Option<Marks>,
    pub(super) vain: Vain,
}

impl<'t> Repair<'t> {
    /// What a plan made of a text; nothing was lost.
    pub(crate) fn new(text: Cow<'t, str>, plan: Plan) -> Repair<'t> {
        Repair {
            text,
            plan,
            lost: Vec::new(),
            tally: None,
            marks: None,
            vain: Vain::default(),
        }
    }
    /// The repaired text.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Repairer;
    /// let repair = Repairer::new().repair("坚决扞卫");
    /// assert_eq!(repair.text(), "坚决捍卫");
    /// ```
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
    /// The repaired text; borrowed when nothing was repaired.
    ///
    /// # Examples
    /// ```
    /// use std::borrow::Cow;
    /// use zhfix::Repairer;
    /// assert!(matches!(Repairer::new().repair("好").into_text(), Cow::Borrowed("好")));
    /// ```
    #[must_use]
    pub fn into_text(self) -> Cow<'t, str> {
        self.text
    }
    /// What was done, in order.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Repairer;
    /// let repair = Repairer::new().repair("坚决扞卫");
    /// assert_eq!(repair.plan().passes()[0].edits[0].after, "捍");
    /// ```
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
    /// What no plan can restore, in order of place.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Repairer;
    /// let repair = Repairer::new().repair("坚决扞卫");
    /// assert!(repair.lost().is_empty());
    /// ```
    #[must_use]
    pub fn lost(&self) -> &[Loss] {
        &self.lost
    }

    /// The characters of the repaired text by script, weighed by so large a sample. Time O(1) up to
    /// that, where nothing had to be repaired beside a document.
    pub(crate) fn script_counts(&self, sample_bytes: usize) -> ScriptCounts {
        match &self.tally {
            Some(tally) => tally.counts(&self.text, sample_bytes),
            None => Tally::of(&self.text).counts(&self.text, sample_bytes),
        }
    }

    /// Where the characters of a script are in the repaired text, where repair has seen it.
    pub(crate) fn take_marks(&mut self) -> Option<Marks> {
        self.marks.take()
    }
}
