//! What a text of one variant is consistent in beyond its characters: quotation marks,
//! punctuation, word forms.
//!
//! These are rules of level `tidy`, switched on by name like the rules of repair, but they
//! are no repairs: what they change is not damage, and which mark or form is right depends on
//! the variant that the text is to be in. That is known only when conversion is done, and the
//! words of the Simplified list are only there then. So they are a stage of their own behind
//! conversion, and neither repair nor conversion knows of them. What they do is a [`Plan`] as
//! that of repair, so it is listed, applied and undone by the same code.
//!
//! The target is the variant that conversion was asked for; without conversion it is the one
//! that the text already is in. Text that is not Chinese, that conversion left in the other
//! script, or of which nobody can say in which variant it is, stays. Each rule reads line by line what `prose.rs` takes for running Chinese
//! text, one file a rule; each says there which good text looks like what it changes. The rules
//! are run again on their own result until nothing changes, so that twice is once.
//!
//! What all of them get wrong: a text about punctuation or spelling is changed like any other.

use std::borrow::Cow;

use crate::convert::Variant;
use crate::repair::{PUNCTUATION, Pass, Plan, QUOTATION_MARKS, Repair, RuleSet, WORD_FORMS};
use crate::script::{Script, ScriptCounts};

mod prose;
mod punctuation;
mod quotation;
mod word_forms;

/// How often the rules may run over their own result; real text needs two.
const ROUNDS_MAX: usize = 8;

/// What a rule finds in a text of this variant; nothing where the set leaves it out.
type Find = fn(&str, Variant, &RuleSet) -> Pass;
/// In this order, though none reads what another writes.
const RULES: [Find; 3] = [word_forms::find, quotation::find, punctuation::find];

/// Makes a text consistent with its variant by a set of rules; immutable, shared by threads.
///
/// # Examples
/// ```
/// use zhfix::Variant;
/// use zhfix::consistency::Consistency;
/// use zhfix::repair::RuleSet;
/// let rules = RuleSet::parse("quotation-marks")?;
/// let consistency = Consistency::new(&rules, Some(Variant::Hans)).ok_or("no such rule")?;
/// assert_eq!(consistency.apply("他说：「好。」").text(), "他说：“好。”");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Consistency {
    rules: RuleSet,
    target: Option<Variant>,
}

impl Consistency {
    /// The rules of this set that depend on the variant; `None` where it holds none of them.
    ///
    /// `target` is the variant that the text was converted to; `None`: the one it is in.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Variant;
    /// use zhfix::consistency::Consistency;
    /// use zhfix::repair::RuleSet;
    /// // What is safe holds no rule that depends on the variant.
    /// assert!(Consistency::new(&RuleSet::default(), Some(Variant::Hans)).is_none());
    /// ```
    #[must_use]
    pub fn new(rules: &RuleSet, target: Option<Variant>) -> Option<Consistency> {
        let any = [QUOTATION_MARKS, PUNCTUATION, WORD_FORMS];
        any.iter()
            .any(|rule| rules.contains(rule))
            .then(|| Consistency {
                rules: rules.clone(),
                target,
            })
    }

    /// Makes a text consistent: what changed, and a plan that takes it back.
    ///
    /// Borrowed when nothing changed; nothing is ever lost. Time O(n) for each rule.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Variant;
    /// use zhfix::consistency::Consistency;
    /// use zhfix::repair::RuleSet;
    ///
    /// let rules = RuleSet::parse("tidy")?;
    /// let simplified = Consistency::new(&rules, Some(Variant::Hans)).expect("rules of level tidy");
    /// let tidy = simplified.apply("他说：「这份计画很精采,真的。」");
    /// assert_eq!(tidy.text(), "他说：“这份计画很精彩，真的。”");
    /// assert_eq!(tidy.plan().inverse().apply(tidy.text())?, "他说：「这份计画很精采,真的。」");
    /// assert!(Consistency::new(&RuleSet::default(), None).is_none());
    /// # Ok::<(), zhfix::Error>(())
    /// ```
    #[must_use]
    pub fn apply<'t>(&self, text: &'t str) -> Repair<'t> {
        let mut done = Cow::Borrowed(text);
        let mut plan = Plan::default();
        if let Some(variant) = self.variant_of(text) {
            for _ in 0..ROUNDS_MAX {
                let passes_before = plan.passes().len();
                for find in RULES {
                    let mut step = Plan::default();
                    let pass = find(&done, variant, &self.rules);
                    step.push(pass.clone());
                    // A pass that does not fit its own text would be a mistake of the rule's.
                    if let Ok(Cow::Owned(after)) = step.apply(&done) {
                        done = Cow::Owned(after);
                        plan.push(pass);
                    }
                }
                if plan.passes().len() == passes_before {
                    break;
                }
            }
        }
        Repair::new(done, plan)
    }

    /// The variant that the text should be consistent with.
    fn variant_of(&self, text: &str) -> Option<Variant> {
        let own = match ScriptCounts::of(text).script() {
            Script::Hans => Some(Variant::Hans),
            Script::Hant => Some(Variant::Hant),
            Script::HantTw => Some(Variant::HantTw),
            Script::HantHk => Some(Variant::HantHk),
            Script::Mixed | Script::Shared => None,
            Script::Japanese | Script::Korean | Script::Undetermined => return None,
        };
        let is_simplified = |variant: Variant| variant == Variant::Hans;
        match (self.target, own) {
            // Conversion took it for something else than Chinese, and left it.
            (Some(target), Some(own)) if is_simplified(target) != is_simplified(own) => None,
            (target, own) => target.or(own),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tidy(list: &str, target: Option<Variant>, text: &str) -> String {
        let rules = RuleSet::parse(list).unwrap();
        let consistency = Consistency::new(&rules, target).unwrap();
        let repair = consistency.apply(text);
        let back = repair.plan().inverse();
        assert_eq!(back.apply(repair.text()).unwrap(), text);
        assert_eq!(consistency.apply(repair.text()).text(), repair.text());
        assert_eq!(
            repair.plan().to_string().parse::<Plan>().as_ref(),
            Ok(repair.plan())
        );
        repair.into_text().into_owned()
    }

    #[test]
    fn only_the_rules_of_the_list_run() {
        let text = "他说：「精采,真的。」";
        let hans = Some(Variant::Hans);
        let rows = [
            ("quotation-marks", "他说：“精采,真的。”"),
            ("punctuation", "他说：「精采，真的。」"),
            ("word-forms", "他说：「精彩,真的。」"),
            ("+word-forms,+punctuation", "他说：「精彩，真的。」"),
            ("tidy,-word-forms", "他说：“精采，真的。”"),
            ("all", "他说：“精彩，真的。”"),
        ];
        for (list, expect) in rows {
            assert_eq!(tidy(list, hans, text), expect, "{list}");
        }
        for list in ["", "safe", "none", "tidy,-tidy"] {
            let rules = RuleSet::parse(list).unwrap();
            assert!(Consistency::new(&rules, hans).is_none(), "{list}");
        }
    }

    #[test]
    fn without_a_target_the_text_itself_says_its_variant() {
        assert_eq!(tidy("tidy", None, "这里说「国」。"), "这里说“国”。");
        assert_eq!(tidy("tidy", None, "這裡說“國”。"), "這裡說「國」。");
        // Shared characters alone: no variant, nothing to be consistent with.
        assert_eq!(tidy("tidy", None, "「天下」"), "「天下」");
        assert_eq!(tidy("tidy", Some(Variant::Hans), "「天下」"), "“天下”");
    }

    #[test]
    fn other_languages_stay() {
        for text in [
            "これは「日本語」です。",
            "이것은 “한국어”",
            "“English”, he said",
        ] {
            assert_eq!(tidy("tidy", Some(Variant::Hans), text), text);
            assert_eq!(tidy("tidy", Some(Variant::HantTw), text), text);
        }
        // What conversion leaves in the other script is not what it was asked for.
        let hanja = "國語人材經濟圖象關連";
        assert_eq!(tidy("tidy", Some(Variant::Hans), hanja), hanja);
    }
}
