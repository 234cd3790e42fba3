//! A dictionary is refused with a line number, or each of its keys becomes its first value.
//! Dictionary and text are separated by NUL.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/laws/mod.rs"]
mod laws;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let (dictionary, text) = text.split_once('\0').unwrap_or((&text, ""));
    laws::convert::keys_become_their_first_value(dictionary, text);
});
