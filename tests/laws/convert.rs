//! Laws of conversion. Not laws: that converting there and back gives the input (发 and 髮 both
//! come from 发), and that an OpenCC configuration run over its own output leaves it (s2twp makes
//! 演算法 of 算法).

use std::borrow::Cow;

use zhfix::convert::{ConverterBuilder, Wording};
use zhfix::{Config, Converter, ErrorKind, Variant};

/// A user dictionary that is longer, shorter and other than what is built in.
const USER: &str =
    "头发展\t頭發展 頭髮展\n净的\t淨的\n⿰一\t丁\n，x\ty\n头发\t頭髮髮\n后\t後\n汉\t汉\nSQL\tsql\n";

/// Every kind of converter: the configurations with and without tofu, the variants in both
/// wordings, and some of them with a dictionary of the user's.
pub fn converters() -> Vec<Converter> {
    let mut all = Vec::new();
    for tofu in [false, true] {
        let configs = Config::ALL.into_iter();
        all.extend(configs.map(|config| Converter::builder().config(config).tofu(tofu).build()));
    }
    for variant in Variant::ALL {
        for wording in [Wording::Keep, Wording::Regional] {
            all.push(Converter::builder().to(variant).wording(wording).build());
        }
    }
    let with_user = |builder: ConverterBuilder| {
        let builder = builder.dictionary(USER).expect("a good dictionary");
        builder.build()
    };
    all.extend(Config::ALL.map(|config| with_user(Converter::builder().config(config))));
    all.push(with_user(Converter::builder().to(Variant::Hans)));
    all
}

/// What is unchanged is borrowed and nothing else is; a caller's buffer is appended to; the edits
/// in their places give the same, each changes something, and none overlaps another.
pub fn every_entry_point_gives_the_same(converter: &Converter, text: &str) {
    let name = converter.name();
    let converted = converter.convert(text);
    let is_borrowed = matches!(converted, Cow::Borrowed(_));
    assert_eq!(is_borrowed, converted == text, "{name}: {text:?}");
    let mut appended = String::from("前");
    converter.convert_into(text, &mut appended);
    assert_eq!(
        appended.strip_prefix('前'),
        Some(&*converted),
        "{name}: {text:?}"
    );
    let edits = converter.edits(text);
    assert_eq!(edits.is_empty(), is_borrowed, "{name}: {text:?}");
    let edits: Vec<_> = edits.into_iter().collect();
    for edit in &edits {
        assert_ne!(
            text[edit.source.clone()],
            edit.target,
            "{name}: an edit without effect in {text:?}"
        );
    }
    let changes = edits
        .iter()
        .map(|edit| (edit.source.clone(), &*edit.target));
    assert_eq!(
        super::replaced(text, changes),
        converted,
        "{name}: {text:?}"
    );
}

/// A stream that is given parts gives what the whole gives.
pub fn parts_give_what_the_whole_gives(converter: &Converter, text: &str, part_bytes: usize) {
    let mut stream = converter.stream();
    let mut out = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let part = rest.ceil_char_boundary(part_bytes.max(1));
        stream.push(&rest[..part], &mut out);
        rest = &rest[part..];
    }
    stream.finish(&mut out);
    assert_eq!(
        out,
        converter.convert(text),
        "{}: parts of {part_bytes}",
        converter.name()
    );
}

/// Text in the target variant is left alone. Line by line where there are description operators:
/// an operand behind a line's end is part of the description, as in OpenCC, only if both lines
/// are converted, and of those that were converted one may be left alone.
pub fn simplified_stays_simplified(text: &str) {
    let converter = Converter::to(Variant::Hans);
    let has_description = text.contains(|c| ('\u{2FF0}'..='\u{2FFF}').contains(&c));
    let units = match has_description {
        true => text.split('\n').collect(),
        false => vec![text],
    };
    for unit in units {
        let once = converter.convert(unit);
        assert_eq!(converter.convert(&once), once, "of {unit:?}");
    }
}

/// A dictionary is refused with the number of a line that it has, or each of its keys becomes
/// its first value.
pub fn keys_become_their_first_value(dictionary: &str, text: &str) {
    let builder = Converter::builder().config(Config::S2twp);
    let converter = match builder.dictionary(dictionary) {
        Ok(builder) => builder.build(),
        Err(error) => {
            let lines = dictionary.lines().count();
            match error.kind() {
                ErrorKind::DictionaryLine { line, .. } => {
                    assert!((1..=lines).contains(&(*line as usize)), "{error}");
                }
                _ => panic!("{error}"),
            }
            return;
        }
    };
    // One mark is dropped; a second one is part of the first key.
    let rows = dictionary.strip_prefix('\u{FEFF}').unwrap_or(dictionary);
    for line in rows.lines().filter(|line| !line.starts_with('#')) {
        if let Some((key, values)) = line.split_once('\t') {
            let first = values.split(' ').find(|value| !value.is_empty());
            assert_eq!(Some(&*converter.convert(key)), first, "{key:?}");
        }
    }
    every_entry_point_gives_the_same(&converter, text);
}
