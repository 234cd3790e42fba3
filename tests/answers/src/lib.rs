//! Every stage's answer to some bytes, as one text: the same on every platform, or something is wrong.
//!
//! For WebAssembly the bytes go in and the answer comes out one at a time, through three functions
//! that need no memory of anybody else's.

use std::fmt::Write as _;
use std::sync::Mutex;

use zhfix::detect::Verdict;
use zhfix::{Config, Converter, Detector, Pipeline, Repairer, ScriptCounts, Variant};

/// What detection, repair, script and conversion say to these bytes.
pub fn answer(bytes: &[u8]) -> String {
    let mut out = String::new();
    let detection = Detector::new().detect(bytes);
    let _ = writeln!(out, "{:?} {:?}", detection.verdict(), detection.encoding());
    for candidate in detection.candidates() {
        // Bits, so that a difference in the last of them is seen.
        let bits = candidate.probability.to_bits();
        let _ = writeln!(out, "{} {bits:08x}", candidate.encoding);
    }
    let outcome = Pipeline::default().run(bytes);
    let report = &outcome.report;
    let _ = writeln!(
        out,
        "{:?} {:?} {:?}",
        report.changes, report.lost, report.malformed
    );
    let _ = writeln!(out, "{}", outcome.text.as_deref().unwrap_or("no text"));
    if detection.verdict() != Verdict::Text {
        return out;
    }
    let Some(encoding) = detection.encoding() else {
        return out;
    };
    let text = zhfix::decode(bytes, encoding).text;
    let repair = Repairer::new().repair(&text);
    let _ = writeln!(out, "{}\n{}", repair.text(), repair.plan());
    let counts = ScriptCounts::of(&text);
    let _ = writeln!(
        out,
        "{} {:08x}",
        counts.script().tag(),
        counts.probability().to_bits()
    );
    for config in Config::ALL {
        let _ = writeln!(out, "{}", Converter::new(config).convert(&text));
    }
    for variant in Variant::ALL {
        let _ = writeln!(out, "{}", Converter::to(variant).convert(&text));
    }
    out
}

static INPUT: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static OUTPUT: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Takes one more byte of the question.
#[no_mangle]
pub extern "C" fn push(byte: u32) {
    if let (Ok(mut input), Ok(byte)) = (INPUT.lock(), u8::try_from(byte)) {
        input.push(byte);
    }
}

/// Answers what was pushed, and says how long the answer is.
#[no_mangle]
pub extern "C" fn ask() -> usize {
    let (Ok(mut input), Ok(mut output)) = (INPUT.lock(), OUTPUT.lock()) else {
        return 0;
    };
    *output = answer(&std::mem::take(&mut *input)).into_bytes();
    output.len()
}

/// A byte of the answer.
#[no_mangle]
pub extern "C" fn at(index: usize) -> u32 {
    OUTPUT
        .lock()
        .ok()
        .and_then(|output| output.get(index).copied())
        .unwrap_or_default()
        .into()
}
