//! A dictionary is refused with a line number, or each of its keys becomes its first value.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zhfix::{Config, Converter, ErrorKind};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let (dictionary, text) = text.split_once('\0').unwrap_or((&text, ""));
    let builder = match Converter::builder()
        .config(Config::S2twp)
        .dictionary(dictionary)
    {
        Ok(builder) => builder,
        Err(error) => {
            let lines = dictionary.lines().count();
            match error.kind() {
                ErrorKind::DictionaryLine { line, .. } => {
                    assert!(*line as usize <= lines, "{error}")
                }
                _ => panic!("{error}"),
            }
            return;
        }
    };
    let converter = builder.build();
    // One mark is dropped; a second one is part of the first key.
    for line in dictionary
        .strip_prefix('\u{FEFF}')
        .unwrap_or(dictionary)
        .lines()
    {
        if line.starts_with('#') {
            continue;
        }
        if let Some((key, values)) = line.split_once('\t') {
            let first = values.split(' ').find(|value| !value.is_empty());
            assert_eq!(Some(&*converter.convert(key)), first, "{key:?}");
        }
    }
    let converted = converter.convert(text);
    let edits = converter.edits(text);
    assert_eq!(edits.is_empty(), converted == text);
});
