//! The same bytes give the same result, and the report explains it: with the rules of level
//! `safe`, and with all.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/laws/mod.rs"]
mod laws;

static PIPELINES: LazyLock<[laws::pipeline::Pair; 2]> =
    LazyLock::new(|| ["safe", "all"].map(laws::pipeline::pair));

fuzz_target!(|data: &[u8]| {
    for pair in &*PIPELINES {
        laws::pipeline::a_report_tells_what_happened(pair, data);
    }
});
