//! Laws of repair.

use std::borrow::Cow;

use zhfix::repair::RuleSet;
use zhfix::{Plan, Repair, Repairer};

/// With the rules of level `safe`, and with all.
pub fn repairers() -> [Repairer; 2] {
    let all = RuleSet::parse("all").expect("a level that exists");
    [Repairer::new(), Repairer::with_rules(all)]
}

/// The plan gives the text and its inverse the input; it survives its own text form; what is
/// unchanged is borrowed; every edit says what stood there, every guess and every loss lies where
/// it says; and repairing twice is repairing once.
pub fn repair_keeps_its_laws<'t>(repairer: &Repairer, text: &'t str) -> Repair<'t> {
    let repair = repairer.repair(text);
    let plan = repair.plan();
    assert_eq!(plan.apply(text).expect("fits"), repair.text(), "{text:?}");
    assert_eq!(
        plan.inverse().apply(repair.text()).expect("fits"),
        text,
        "the inverse of {plan}"
    );
    assert_eq!(
        &plan
            .to_string()
            .parse::<Plan>()
            .expect("reads what it wrote"),
        plan
    );
    let is_borrowed = matches!(repair.clone().into_text(), Cow::Borrowed(_));
    assert_eq!(plan.is_empty(), is_borrowed, "{text:?}");
    assert_eq!(
        plan.is_empty(),
        repair.text() == text,
        "a plan without effect: {plan}"
    );
    let mut now = text.to_owned();
    for pass in plan.passes() {
        for edit in &pass.edits {
            assert_eq!(
                now.get(edit.span.clone()),
                Some(&*edit.before),
                "{edit:?} of {text:?}"
            );
            assert_eq!(edit.guessed_chars as usize, edit.guesses.len(), "{edit:?}");
            for guess in &edit.guesses {
                let filled = edit.after.get(guess.span.clone());
                assert!(
                    filled.is_some_and(|c| c.chars().count() == 1),
                    "{guess:?} of {edit:?}"
                );
                assert!((0.0..=1.0).contains(&guess.posterior), "{edit:?}");
            }
        }
        let changes = pass.edits.iter();
        let changes = changes.map(|edit| (edit.span.clone(), &*edit.after));
        now = super::replaced(&now, changes);
    }
    assert_eq!(now, repair.text());
    for loss in repair.lost() {
        assert!(
            text.get(loss.span.clone()).is_some(),
            "{loss:?} of {text:?}"
        );
    }
    let twice = repairer.repair(repair.text());
    assert_eq!(twice.text(), repair.text(), "twice is not once: {text:?}");
    assert!(twice.plan().is_empty());
    repair
}
