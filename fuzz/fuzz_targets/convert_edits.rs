//! Every entry point of conversion gives the same. First byte: which converter; its highest bit:
//! the text again and again, long enough that conversion remembers its stretches.
#![no_main]

use std::borrow::Cow;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use zhfix::Converter;

#[path = "../../tests/laws/mod.rs"]
mod laws;

static CONVERTERS: LazyLock<Vec<Converter>> = LazyLock::new(laws::convert::converters);

fuzz_target!(|data: &[u8]| {
    let Some((&which, bytes)) = data.split_first() else {
        return;
    };
    let mut text = String::from_utf8_lossy(bytes);
    if which & 0x80 != 0 {
        text = Cow::Owned(text.repeat(8192 / (text.len() + 1) + 1));
    }
    let converter = &CONVERTERS[usize::from(which & 0x7F) % CONVERTERS.len()];
    laws::convert::every_entry_point_gives_the_same(converter, &text);
    if which % 8 == 0 {
        laws::convert::simplified_stays_simplified(&text);
    }
});
