//! Bytes in single-byte encodings, priced as the letters of an alphabet.
//!
//! What words look like tells them from Chinese, and roughly from each other: what each
//! letter costs after the one before it, by the alphabet's own counts. Which of the
//! encodings of one alphabet it is, chardetng names.

use std::sync::LazyLock;

use crate::encoding::Encoding;
use crate::model::{Alphabet, BIT, Cost, Letters, model, of_steps};

/// Single-byte encodings and the alphabet that is written in each.
const ENCODINGS: [(Encoding, Alphabet); 16] = [
    (Encoding::Windows1252, Alphabet::West),
    (Encoding::Windows1250, Alphabet::East),
    (Encoding::Windows1251, Alphabet::Cyrillic),
    (Encoding::Windows1253, Alphabet::Greek),
    (Encoding::Windows1254, Alphabet::East),
    (Encoding::Windows1255, Alphabet::Hebrew),
    (Encoding::Windows1256, Alphabet::Arabic),
    (Encoding::Windows1257, Alphabet::East),
    (Encoding::Windows1258, Alphabet::Vietnamese),
    (Encoding::Windows874, Alphabet::Thai),
    (Encoding::Koi8U, Alphabet::Cyrillic),
    (Encoding::Ibm866, Alphabet::Cyrillic),
    (Encoding::Iso8859_2, Alphabet::East),
    (Encoding::Iso8859_5, Alphabet::Cyrillic),
    (Encoding::MacCyrillic, Alphabet::Cyrillic),
    (Encoding::Macintosh, Alphabet::West),
];

/// A byte that the encoding has no character for.
const NO_CHARACTER: u8 = u8::MAX;

/// What a line feed costs everywhere.
const LINE_FEED_STEPS: i64 = 48;

/// The letter that each byte is.
struct Numbers {
    letters: &'static Letters,
    of_byte: [u8; 256],
}

static NUMBERS: LazyLock<Vec<Numbers>> = LazyLock::new(|| ENCODINGS.iter().map(numbers).collect());

fn numbers(&(encoding, alphabet): &(Encoding, Alphabet)) -> Numbers {
    let letters = model().letters(alphabet);
    let number_of = |c| model().numbers(c)[alphabet as usize];
    let mut of_byte = [0; 256];
    for (byte, number) in (0..=u8::MAX).zip(&mut of_byte) {
        let bytes = [byte];
        let text = encoding.standard().and_then(|standard| {
            standard.decode_without_bom_handling_and_without_replacement(&bytes)
        });
        *number = match text.as_deref().and_then(|text| text.chars().next()) {
            None => NO_CHARACTER,
            Some('\t' | '\r') => number_of(' '),
            Some(c) => number_of(c),
        };
    }
    Numbers { letters, of_byte }
}

/// What bytes cost as letters.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spelling {
    /// In total, without malformed bytes.
    pub(super) cost: Cost,
    /// Of the letters past ASCII alone.
    pub(super) text_cost: Cost,
    /// Letters past ASCII.
    pub(super) chars: u64,
    /// Bytes that are no character.
    pub(super) malformed: u32,
    /// The place of the first.
    pub(super) malformed_at: Option<usize>,
}

/// Prices bytes in a single-byte encoding; `None` for other encodings, and where they cost
/// more than `limit`. Time O(n).
pub(super) fn spelling(bytes: &[u8], encoding: Encoding, limit: Cost) -> Option<Spelling> {
    let index = ENCODINGS.iter().position(|&(each, _)| each == encoding)?;
    let numbers = NUMBERS.get(index)?;
    let mut spelling = Spelling::default();
    let length = Cost::try_from(bytes.len().max(1)).unwrap_or(Cost::MAX / BIT);
    let mut before = 0;
    let mut steps = 0_i64;
    let mut text_steps = 0_i64;
    for (block, part) in bytes.chunks(8).enumerate() {
        for (index, &byte) in part.iter().enumerate() {
            let number = numbers.of_byte[usize::from(byte)];
            if number == NO_CHARACTER {
                spelling.malformed += 1;
                spelling.malformed_at = spelling.malformed_at.or(Some(block * 8 + index));
                before = 0;
                continue;
            }
            if byte == b'\n' {
                // What stands behind a line feed does not belong to what stands before it.
                steps += LINE_FEED_STEPS;
                before = 0;
                continue;
            }
            let step = i64::from(numbers.letters.steps(before, number));
            steps += step;
            if !byte.is_ascii() {
                text_steps += step;
                spelling.chars += 1;
            }
            before = number;
        }
        // A part that costs far more than its share will not be made up for.
        let done = Cost::try_from((block + 1) * 8).unwrap_or(Cost::MAX / BIT);
        let share = limit.saturating_mul(done.min(length)) / length;
        if of_steps(steps) > share + 24 * BIT {
            return None;
        }
    }
    spelling.cost = of_steps(steps);
    spelling.text_cost = of_steps(text_steps);
    Some(spelling)
}

/// What text costs in the alphabet that it is cheapest in, ASCII included; what it costs
/// past ASCII; and in which alphabet. Time O(n · alphabets).
pub(super) fn text_cost(text: &str) -> (Cost, Cost, Alphabet) {
    let costs = Alphabet::PAST_ASCII.map(|alphabet| {
        let letters = model().letters(alphabet);
        let mut before = 0;
        let (mut steps, mut past_ascii) = (0, 0);
        for c in text.chars() {
            if c == '\n' {
                steps += LINE_FEED_STEPS;
                before = 0;
                continue;
            }
            let c_or_space = if matches!(c, '\t' | '\r') { ' ' } else { c };
            let number = model().numbers(c_or_space)[alphabet as usize];
            let step = i64::from(letters.steps(before, number));
            // Han and their like are no part of alphabetic text.
            let step = if c >= '\u{2E80}' { step.max(176) } else { step };
            steps += step;
            past_ascii += if c.is_ascii() { 0 } else { step };
            before = number;
        }
        (of_steps(steps), of_steps(past_ascii), alphabet)
    });
    let cheapest = costs.into_iter().min_by_key(|&(cost, ..)| cost);
    cheapest.unwrap_or((0, 0, Alphabet::West))
}

/// What ASCII costs as English or source code. Time O(n).
pub(super) fn code_cost(bytes: &[u8]) -> Cost {
    let letters = model().letters(Alphabet::Code);
    let number_of = |c| model().numbers(c)[Alphabet::Code as usize];
    let number = |byte: u8| match byte {
        b'\t' | b'\n' | b'\r' => number_of(' '),
        _ => number_of(char::from(byte)),
    };
    let mut before = number(b' ');
    let mut steps = 0;
    for &byte in bytes {
        let cost = i64::from(letters.steps(before, number(byte)));
        steps += match byte {
            _ if number(byte) == before && byte > b' ' => cost.min(REPEATED_STEPS),
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => cost.min(MOST_NAME_STEPS),
            b'\t' | b'\n' | b'\r' | b' '..=b'~' => cost.min(MOST_ASCII_STEPS),
            _ => CONTROL_STEPS,
        };
        before = number(byte);
    }
    of_steps(steps)
}

/// A sign beside itself, as in rules of `====`: 3 bits.
const REPEATED_STEPS: i64 = 24;

/// No sign of ASCII is a greater surprise than 8.5 bits, since lines of signs are drawn; and no
/// letter or digit than 6.5, since numbers, keys and names are made up.
const MOST_ASCII_STEPS: i64 = 68;
const MOST_NAME_STEPS: i64 = 52;
/// A control is what no text of a language has: 22 bits.
const CONTROL_STEPS: i64 = 176;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_malformed_byte_is_named_wherever_it_stands() {
        // 0xDB is no character of windows-874, and 0xAA none of windows-1253.
        for (encoding, malformed) in [(Encoding::Windows874, 0xDB), (Encoding::Windows1253, 0xAA)] {
            for at in 0..40 {
                let mut bytes = [0xE1; 40];
                bytes[at] = malformed;
                bytes[39] = malformed;
                let spelling = spelling(&bytes, encoding, Cost::MAX);
                let spelling = spelling.map(|spelling| spelling.malformed_at);
                assert_eq!(spelling, Some(Some(at)), "{encoding}");
            }
        }
    }

    #[test]
    fn a_rule_of_one_sign_costs_three_bits_a_sign_at_most() {
        for sign in [b'=', b'^', b'~', b'|'] {
            let first = code_cost(&[sign]);
            assert!(code_cost(&[sign; 21]) <= first + 20 * 3 * BIT, "{sign}");
        }
    }
}
