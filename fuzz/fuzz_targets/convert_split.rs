//! A text in parts gives what the whole gives. First byte: which converter; second: where the
//! parts end. The text is repeated until streams, which hold back some kilobytes, have to cut.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use zhfix::{Config, Converter, Variant};

/// More than a stream waits for before it looks for a cut, several times.
const TEXT_BYTES: usize = 32 * 1024;

static CONVERTERS: LazyLock<Vec<Converter>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for tofu in [false, true] {
        all.extend(
            Config::ALL.map(|config| Converter::builder().config(config).tofu(tofu).build()),
        );
    }
    all.extend(Variant::ALL.map(Converter::to));
    let user = "头发展\t頭發展 頭髮展\n净的\t淨的\n⿰一\t丁\n，x\ty\n";
    for config in Config::ALL {
        let builder = Converter::builder().config(config).dictionary(user);
        all.extend(builder.map(|builder| builder.build()));
    }
    all
});

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
    let mut stream = converter.stream();
    let mut out = String::new();
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let part = rest.ceil_char_boundary(1 + usize::from(*split) * 37);
        stream.push(&rest[..part], &mut out);
        rest = &rest[part..];
    }
    stream.finish(&mut out);
    assert_eq!(out, converter.convert(&text));
});
