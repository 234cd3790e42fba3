//! Typed, read-only access to the generated tables.

/// Which variants of Chinese a character belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(dead_code, reason = "the table that gives the classes is still empty")]
pub(crate) enum HanClass {
    /// Not a Han character.
    NotHan,
    /// A Han character of both variants, or of neither alone.
    Shared,
    /// Only Simplified text has it.
    SimplifiedOnly,
    /// Only Traditional text has it.
    TraditionalOnly,
}

/// The class of a character.
#[allow(dead_code, reason = "read by the script detector")]
pub(crate) fn han_class(c: char) -> HanClass {
    match c {
        '\u{4E00}'..='\u{9FFF}' => HanClass::Shared,
        _ => HanClass::NotHan,
    }
}

/// The first reading of a Han character in pinyin with a composed tone mark, lower case,
/// as the tables of mainland dictionaries give it: `dāng` for 當.
#[allow(dead_code, reason = "read by the gloss rule")]
pub(crate) fn first_reading(c: char) -> Option<&'static str> {
    let _ = c;
    None
}
