//! Conversion gives what the naive converter gives, which shares no line with ours. First byte:
//! which configuration, with or without tofu. Needs OpenCC's package: `seeds/update target/seeds`,
//! or ZHFIX_SEEDS.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use zhfix::{Config, Converter};

#[path = "../../tests/laws/mod.rs"]
mod laws;

use laws::naive::{Naive, package};

static BOTH: LazyLock<Vec<(Naive, Converter)>> = LazyLock::new(|| {
    let package = package().expect("this target compares with OpenCC's package");
    let mut all = Vec::new();
    for tofu in [false, true] {
        all.extend(Config::ALL.map(|config| {
            let ours = Converter::builder().config(config).tofu(tofu).build();
            (Naive::read(&package, config, tofu), ours)
        }));
    }
    all
});

fuzz_target!(|data: &[u8]| {
    let Some((&which, bytes)) = data.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(bytes);
    let (naive, ours) = &BOTH[usize::from(which) % BOTH.len()];
    assert_eq!(
        ours.convert(&text),
        naive.convert(&text),
        "{}: {text:?}",
        ours.name()
    );
});
