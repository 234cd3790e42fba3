//! The edits in their places give what `convert` gives. First byte: which converter; its highest
//! bit: the text again and again, long enough that conversion remembers its stretches.
#![no_main]

use std::borrow::Cow;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use zhfix::{Config, Converter, Variant};

static CONVERTERS: LazyLock<Vec<Converter>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for tofu in [false, true] {
        all.extend(
            Config::ALL.map(|config| Converter::builder().config(config).tofu(tofu).build()),
        );
    }
    all.extend(Variant::ALL.map(Converter::to));
    all
});

fuzz_target!(|data: &[u8]| {
    let Some((&which, bytes)) = data.split_first() else {
        return;
    };
    let mut text = String::from_utf8_lossy(bytes);
    if which & 0x80 != 0 {
        text = Cow::Owned(text.repeat(8192 / (text.len() + 1) + 1));
    }
    let converter = &CONVERTERS[usize::from(which & 0x7F) % CONVERTERS.len()];
    let converted = converter.convert(&text);
    assert_eq!(matches!(converted, Cow::Borrowed(_)), converted == text);
    let mut folded = String::new();
    let mut copied = 0;
    for edit in converter.edits(&text) {
        assert_ne!(text[edit.source.clone()], edit.target);
        folded.push_str(&text[copied..edit.source.start]);
        folded.push_str(&edit.target);
        copied = edit.source.end;
    }
    folded.push_str(&text[copied..]);
    assert_eq!(folded, converted);
    let mut appended = String::from("前");
    converter.convert_into(&text, &mut appended);
    assert_eq!(appended.strip_prefix('前'), Some(&*converted));
});
