//! Of records and formats only the text changes, wherever they are cut. First byte: which kind.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use zhfix::Pipeline;

#[path = "../../tests/laws/mod.rs"]
mod laws;

static PIPELINE: LazyLock<Pipeline> = LazyLock::new(laws::records::converting);
static UTF_8: LazyLock<Pipeline> = LazyLock::new(laws::records::converting_utf8);

fuzz_target!(|data: &[u8]| {
    let Some((&kind, bytes)) = data.split_first() else {
        return;
    };
    match kind % 3 {
        0 => laws::records::json_lines_keep_the_rest(&PIPELINE, bytes),
        1 => laws::records::columns_keep_the_rest(&PIPELINE, bytes),
        _ => {
            let text = String::from_utf8_lossy(bytes);
            laws::records::formats_keep_what_is_not_text(&UTF_8, &text);
        }
    }
});
