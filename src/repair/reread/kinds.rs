//! What a character is to the scan for odd lines, and what it is worth behind another.
//!
//! Kinds are few, so that what any two are worth is a small table. The glance knows characters by
//! these tables as well: it asks the scan of those only that may give points.

use std::sync::LazyLock;

use crate::model::model;

/// A character that costs less in some language is usual: 12.5 bits.
const USUAL_STEPS: u8 = 100;

/// One that costs more in all of them is rare: 15 bits.
const RARE_STEPS: u8 = 120;

/// What a character is to the scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// ASCII, and what is of no weight.
    Neutral,
    /// A single letter or sign of ASCII that GBK and Big5 may have as a trail byte.
    Trail,
    /// What stands beside words in good text.
    Mark,
    Usual,
    /// A usual character that GBK makes of one letter in UTF-8, as 盲 of ä: in a row, they are
    /// text that two programs misread, one after the other.
    OfLetter,
    Unusual,
    Rare,
    /// Private use, controls: in no text.
    Never,
    LatinSmall,
    LatinCapital,
    /// Of scripts whose words are not ASCII.
    Small,
    Capital,
    /// Letters of Cyrillic that few of its languages have.
    Odd,
    Caseless,
    Sign,
    LightLine,
    DoubleLine,
    MixedLine,
    Block,
}

const KINDS: usize = 32;

#[derive(Debug)]
pub(super) struct Tables {
    pub(super) kinds: Box<[u8; 0x1_0000]>,
    pub(super) points: [i32; KINDS * KINDS],
}

pub(super) static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut kinds = Box::new([0; 0x1_0000]);
    for (unit, slot) in (0..=u16::MAX).zip(kinds.iter_mut()) {
        *slot = char::from_u32(unit.into()).map_or(Kind::Never, kind) as u8;
    }
    for unit in '\u{80}'..='\u{FF}' {
        let bytes = unit.to_string();
        let (text, _, _) = encoding_rs::GBK.decode(bytes.as_bytes());
        if let Some(c) = text.chars().next()
            && let Some(kind) = kinds.get_mut(c as usize)
            && *kind == Kind::Usual as u8
        {
            *kind = Kind::OfLetter as u8;
        }
    }
    let mut points = [0; KINDS * KINDS];
    for (before, row) in ALL.iter().zip(points.chunks_mut(KINDS)) {
        for (&kind, points) in ALL.iter().zip(row) {
            *points = worth(*before, kind);
        }
    }
    Tables { kinds, points }
});

const ALL: [Kind; 19] = [
    Kind::Neutral,
    Kind::Trail,
    Kind::Mark,
    Kind::Usual,
    Kind::OfLetter,
    Kind::Unusual,
    Kind::Rare,
    Kind::Never,
    Kind::LatinSmall,
    Kind::LatinCapital,
    Kind::Small,
    Kind::Capital,
    Kind::Odd,
    Kind::Caseless,
    Kind::Sign,
    Kind::LightLine,
    Kind::DoubleLine,
    Kind::MixedLine,
    Kind::Block,
];

fn kind(c: char) -> Kind {
    match c {
        '\0'..='\x7F' | '\u{200B}'..='\u{200F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' => {
            Kind::Neutral
        }
        '“' | '”' | '‘' | '’' | '„' | '‚' | '–' | '—' | '…' | '•' | '·' | '«' | '»' | '‹' | '›'
        | '\u{A0}' => Kind::Mark,
        '\u{80}'..='\u{9F}' | '\u{E000}'..='\u{F8FF}' | '\u{FFF0}'..='\u{FFFF}' => Kind::Never,
        'µ' => Kind::Sign,
        'ђ' | 'ѓ' | 'ќ' | 'џ' | 'љ' | 'њ' | 'ћ' | 'ј' | 'ѕ' | 'Ђ' | 'Ѓ' | 'Ќ' | 'Џ' | 'Љ' | 'Њ'
        | 'Ћ' | 'Ј' | 'Ѕ' => Kind::Odd,
        '═' | '║' | '╔' | '╗' | '╚' | '╝' | '╠' | '╣' | '╦' | '╩' | '╬' => {
            Kind::DoubleLine
        }
        '\u{2550}'..='\u{256C}' => Kind::MixedLine,
        '\u{2500}'..='\u{257F}' => Kind::LightLine,
        '\u{2580}'..='\u{259F}' => Kind::Block,
        '\u{300}'..='\u{36F}' | '\u{590}'..='\u{6FF}' | '\u{E00}'..='\u{E7F}' => Kind::Caseless,
        '\u{A1}'..='\u{2E7F}' if !c.is_alphabetic() => Kind::Sign,
        'ª' | 'º' | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => {
            if c.is_uppercase() {
                Kind::LatinCapital
            } else {
                Kind::LatinSmall
            }
        }
        '\u{A1}'..='\u{2E7F}' if c.is_uppercase() => Kind::Capital,
        '\u{A1}'..='\u{2E7F}' if c.is_lowercase() => Kind::Small,
        '\u{A1}'..='\u{2E7F}' => Kind::Caseless,
        _ => {
            let row = model().row(crate::model::symbol(c));
            match row.iter().copied().take(7).min().unwrap_or(0) {
                0..USUAL_STEPS => Kind::Usual,
                USUAL_STEPS..RARE_STEPS => Kind::Unusual,
                _ => Kind::Rare,
            }
        }
    }
}

/// What a character is worth behind another.
fn worth(before: Kind, kind: Kind) -> i32 {
    use Kind::{
        Block, Capital, Caseless, DoubleLine, LatinCapital, LatinSmall, LightLine, Mark, MixedLine,
        Neutral, Never, Odd, OfLetter, Rare, Sign, Small, Trail, Unusual, Usual,
    };
    let line = |kind| matches!(kind, LightLine | DoubleLine | MixedLine | Block);
    let latin = |kind| matches!(kind, LatinSmall | LatinCapital);
    let letter = |kind| latin(kind) || matches!(kind, Small | Capital | Odd | Caseless);
    match (before, kind) {
        (_, Neutral | Trail) => 0,
        (OfLetter | Rare, OfLetter) => 3,
        (_, Usual | OfLetter) => -4,
        (_, Unusual) => 2,
        (_, Rare) => 6,
        (_, Never) => 12,
        (_, MixedLine) => 6,
        (Trail, kind) if kind == Sign || line(kind) => 6,
        (Trail, kind) if latin(kind) => 4,
        // A letter of ASCII within a word of another alphabet.
        (Trail, kind) if letter(kind) => 8,
        (Neutral | Trail | Usual | OfLetter | Unusual | Rare, kind) => 4 * i32::from(kind == Odd),
        (LatinSmall, LatinCapital) | (Small, Capital) => 12,
        (LatinCapital, LatinSmall) => 6,
        // `ãº` and `ÐÎ` are one character each in no language; Vietnamese has some.
        (before, kind) if latin(before) && latin(kind) => 4,
        (_, Odd) => 6,
        (Small | Odd, Small) | (Caseless, Caseless) => -2,
        (Capital, Capital) => 2,
        (Capital, Small) => 0,
        (before, kind) if letter(before) && letter(kind) => 6,
        (Mark, kind) if letter(kind) => 2,
        (before, Mark) if letter(before) => 2,
        (Mark, Mark) => 2,
        (Sign, Sign) => 4,
        (before, kind) if line(before) && line(kind) => 6 * i32::from(before != kind),
        _ => 6,
    }
}

/// When a character gives points to a line that has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::repair) enum Weight {
    /// Never, and it takes points away.
    None,
    /// Always.
    Odd,
    /// Always, but so few that a usual one behind it takes them away.
    Unusual,
    /// Behind another of its weight.
    OfLetter,
    /// At most behind another of its weight, or a single letter of ASCII; it takes none away.
    Beside,
}

/// The weight of a character.
pub(in crate::repair) fn weight(c: char) -> Weight {
    let unit = u16::try_from(u32::from(c)).unwrap_or_default();
    weight_of(ALL[usize::from(TABLES.kinds[usize::from(unit)])])
}

fn weight_of(kind: Kind) -> Weight {
    match kind {
        Kind::Usual => Weight::None,
        Kind::OfLetter => Weight::OfLetter,
        Kind::Unusual => Weight::Unusual,
        Kind::Rare | Kind::Never | Kind::Odd | Kind::MixedLine => Weight::Odd,
        _ => Weight::Beside,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_gives_points_is_known_by_its_weight() {
        for before in ALL {
            for kind in ALL {
                let weights = [before, kind].map(weight_of);
                let adds = |weight| matches!(weight, Weight::Odd | Weight::Unusual);
                let is_known = adds(weights[0])
                    || adds(weights[1])
                    || weights[0] == weights[1] && weights[0] != Weight::None;
                assert!(
                    worth(before, kind) <= 0 || is_known,
                    "{before:?} {kind:?} {weights:?}"
                );
            }
        }
    }
}
