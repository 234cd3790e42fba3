//! Laws of the rules that follow the variant: marks, punctuation, word forms.

use std::borrow::Cow;

use zhfix::consistency::Consistency;
use zhfix::repair::RuleSet;
use zhfix::{Converter, Variant};

/// In converted text, the inverse of what was put in order restores it, nothing is lost, the plan
/// is empty and the text borrowed where nothing changed, and twice is once.
pub fn tidying_keeps_its_laws(text: &str, to: Variant) {
    let rules = RuleSet::parse("all").expect("a level that exists");
    let stage = Consistency::new(&rules, Some(to)).expect("rules that follow the variant");
    let converted = Converter::to(to).convert(text).into_owned();
    let tidy = stage.apply(&converted);
    assert_eq!(tidy.plan().apply(&converted).expect("fits"), tidy.text());
    let back = tidy.plan().inverse();
    assert_eq!(back.apply(tidy.text()).expect("fits"), converted);
    assert_eq!(tidy.plan().is_empty(), tidy.text() == converted, "{text:?}");
    assert!(tidy.lost().is_empty(), "{text:?}");
    let twice = stage.apply(tidy.text());
    assert_eq!(twice.text(), tidy.text(), "twice is not once: {text:?}");
    let is_borrowed = matches!(tidy.clone().into_text(), Cow::Borrowed(_));
    assert_eq!(tidy.plan().is_empty(), is_borrowed, "{text:?}");
}
