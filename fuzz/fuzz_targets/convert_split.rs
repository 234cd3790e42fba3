//! A text in parts gives what the whole gives. First byte: which converter; second: where the
//! parts end. The text is repeated until streams, which hold back some kilobytes, have to cut.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use zhfix::Converter;

#[path = "../../tests/laws/mod.rs"]
mod laws;

/// More than a stream waits for before it looks for a cut, several times.
const TEXT_BYTES: usize = 32 * 1024;

static CONVERTERS: LazyLock<Vec<Converter>> = LazyLock::new(laws::convert::converters);

fuzz_target!(|data: &[u8]| {
    let [which, split, bytes @ ..] = data else {
        return;
    };
    let piece = String::from_utf8_lossy(bytes);
    if piece.is_empty() {
        return;
    }
    let text = piece.repeat(TEXT_BYTES.div_ceil(piece.len()));
    let converter = &CONVERTERS[usize::from(*which) % CONVERTERS.len()];
    let part_bytes = 1 + usize::from(*split) * 37;
    laws::convert::parts_give_what_the_whole_gives(converter, &text, part_bytes);
});
