//! The plan's inverse restores the input; repairing twice is repairing once.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use zhfix::repair::RuleSet;
use zhfix::{Plan, Repairer};

static REPAIRERS: LazyLock<[Repairer; 2]> = LazyLock::new(|| {
    let all = RuleSet::parse("all").expect("a level that exists");
    [Repairer::new(), Repairer::with_rules(all)]
});

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    for repairer in &*REPAIRERS {
        let repair = repairer.repair(&text);
        let plan = repair.plan();
        assert_eq!(plan.apply(&text).expect("fits"), repair.text());
        assert_eq!(plan.inverse().apply(repair.text()).expect("fits"), text);
        assert_eq!(
            &plan
                .to_string()
                .parse::<Plan>()
                .expect("reads what it wrote"),
            plan
        );
        for loss in repair.lost() {
            assert!(text.get(loss.span.clone()).is_some(), "{loss:?}");
        }
        let twice = repairer.repair(repair.text());
        assert_eq!(twice.text(), repair.text());
        assert!(twice.plan().is_empty());
    }
});
