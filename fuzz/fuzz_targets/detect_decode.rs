//! Detection and decoding are the same however the bytes are cut, and what was written is read.
//! The last byte says how long the parts are, the first in which encoding writing is tried.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zhfix::{Encoding, decode};

#[path = "../../tests/laws/mod.rs"]
mod laws;

fuzz_target!(|data: &[u8]| {
    let part_bytes = 1 + usize::from(data.last().copied().unwrap_or(0) % 7);
    laws::detect::detection_is_the_same_however_it_is_cut(data, part_bytes);
    laws::codec::utf8_is_itself(data);
    for &encoding in Encoding::ALL {
        laws::codec::decoding_is_the_same_however_it_is_cut(data, encoding, part_bytes);
    }
    // Writing is slow in some encodings: one at a time.
    let tried = usize::from(data.first().copied().unwrap_or(0)) % Encoding::ALL.len();
    let tried = Encoding::ALL[tried];
    laws::codec::what_is_written_is_read(&decode(data, tried).text, tried);
    laws::codec::what_is_written_is_read(&String::from_utf8_lossy(data), tried);
});
