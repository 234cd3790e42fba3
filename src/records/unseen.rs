//! Characters that are in a text and that nobody sees.

/// Whether a character shows nothing of its own: it joins, parts or turns the direction (UAX #9;
/// Default_Ignorable_Code_Point of UAX #44 in the basic plane). Variation selectors are not among
/// them: emoji need them.
pub(super) fn is_unseen(character: char) -> bool {
    matches!(character,
        '\u{AD}' // SOFT HYPHEN
        | '\u{34F}' // COMBINING GRAPHEME JOINER
        | '\u{61C}' // ARABIC LETTER MARK
        | '\u{180E}' // MONGOLIAN VOWEL SEPARATOR
        | '\u{200B}'..='\u{200F}' // zero-width characters and direction marks
        | '\u{2028}'..='\u{202E}' // separators, embeddings and overrides
        | '\u{2060}'..='\u{206F}' // joiners, isolates, deprecated format characters
        | '\u{FEFF}' // ZERO WIDTH NO-BREAK SPACE
        | '\u{FFF9}'..='\u{FFFB}' // annotation
    )
}
