//! The plan's inverse restores the input, every edit says what stood there, and repairing twice is
//! repairing once: with the rules of level `safe`, and with all.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use zhfix::Repairer;

#[path = "../../tests/laws/mod.rs"]
mod laws;

static REPAIRERS: LazyLock<[Repairer; 2]> = LazyLock::new(laws::repair::repairers);

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    for repairer in &*REPAIRERS {
        laws::repair::repair_keeps_its_laws(repairer, &text);
    }
});
