//! The laws of repair over mojibake: the input is text in one encoding, read in another, once or
//! twice. First bytes: how many steps, and in which encodings each writes and reads.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use zhfix::codec::{Unencodable, encode};
use zhfix::{Encoding, Repairer, decode};

#[path = "../../tests/laws/mod.rs"]
mod laws;

static REPAIRERS: LazyLock<[Repairer; 2]> = LazyLock::new(laws::repair::repairers);

fuzz_target!(|data: &[u8]| {
    let [
        steps,
        first_right,
        first_wrong,
        second_right,
        second_wrong,
        bytes @ ..,
    ] = data
    else {
        return;
    };
    let encoding = |byte: u8| Encoding::ALL[usize::from(byte) % Encoding::ALL.len()];
    let mut text = String::from_utf8_lossy(bytes).into_owned();
    let steps_taken = 1 + usize::from(steps % 2);
    let steps = [(first_right, first_wrong), (second_right, second_wrong)];
    for (&right, &wrong) in steps.into_iter().take(steps_taken) {
        if let Ok(written) = encode(&text, encoding(right), Unencodable::Question) {
            text = decode(&written, encoding(wrong)).text.into_owned();
        }
    }
    for repairer in &*REPAIRERS {
        laws::repair::repair_keeps_its_laws(repairer, &text);
    }
});
