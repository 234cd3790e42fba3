//! Typed, read-only access to the generated tables, and the compiler that makes them.

pub(crate) mod compile;
pub(crate) mod table;

#[cfg(feature = "datagen")]
pub mod generate;
#[rustfmt::skip]
mod generated;

/// The tables of one of OpenCC's configurations.
#[derive(Debug)]
pub(crate) struct Config {
    /// Keys that are looked up before all others, if there are any; what they give is final.
    pub(crate) overrides: Option<&'static [u8]>,
    /// The stages in order, each a compiled table.
    pub(crate) stages: &'static [Dictionary],
    /// The stage whose phrases cut the text first, if the configuration cuts it.
    pub(crate) segmentation: Option<Dictionary>,
}

/// A compiled table, in two editions where tofu-risk entries make a difference.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dictionary {
    /// Without the entries that give characters that most fonts lack.
    pub(crate) plain: &'static [u8],
    /// With them.
    pub(crate) tofu: &'static [u8],
}

impl Dictionary {
    /// The edition asked for.
    pub(crate) fn bytes(self, tofu: bool) -> &'static [u8] {
        if tofu { self.tofu } else { self.plain }
    }
}

/// What a character says about the variant of the Chinese around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(dead_code, reason = "the table that gives the classes is still empty")]
pub(crate) enum HanClass {
    /// Not a Han character.
    NotHan,
    /// A Han character of both variants, or of neither alone.
    Shared,
    /// Only Simplified text has it: 们.
    SimplifiedOnly,
    /// Only Traditional text has it: 們.
    TraditionalOnly,
    /// Traditional, but kept by Simplified editions of old texts and in names: 濛 (蒙), 於 (于).
    TraditionalMerged,
    /// Only Japanese text has it: 駅.
    JapaneseOnly,
}

/// The class of a character. Time O(1).
#[inline]
pub(crate) fn han_class(c: char) -> HanClass {
    let code = c as usize;
    if !matches!(code, 0x4E00..=0x9FFF | 0x3400..=0x4DBF | 0x20000..=0x3FFFD | 0xF900..=0xFAFF | 0x3007)
    {
        return HanClass::NotHan;
    }
    let (index, classes) = generated::HAN_CLASS.split_at(generated::HAN_CLASS_BLOCKS * 2);
    let page = index
        .as_chunks::<2>()
        .0
        .get(code / compile::PAGE_CHARS)
        .copied()
        .unwrap_or_default();
    match classes.get(
        usize::from(u16::from_le_bytes(page)) * compile::PAGE_CHARS + code % compile::PAGE_CHARS,
    ) {
        Some(1) => HanClass::SimplifiedOnly,
        Some(2) => HanClass::TraditionalOnly,
        Some(3) => HanClass::TraditionalMerged,
        Some(4) => HanClass::JapaneseOnly,
        _ => HanClass::Shared,
    }
}

/// The first reading of a Han character in pinyin with a composed tone mark, lower case,
/// as the tables of mainland dictionaries give it: `dāng` for 當.
#[allow(dead_code, reason = "read by the gloss rule")]
pub(crate) fn first_reading(c: char) -> Option<&'static str> {
    let table = table::Table::open(generated::READINGS);
    match table.single(table.slot(c)) {
        Some(table::Value::Text(reading)) => Some(reading),
        _ => None,
    }
}

/// The configuration of that name.
pub(crate) fn config(name: &str) -> Option<&'static Config> {
    generated::CONFIGS
        .iter()
        .find(|(config, _)| *config == name)
        .map(|(_, config)| config)
}
