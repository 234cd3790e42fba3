//! What a passage proves: its intact characters are common Chinese where the passage is none, and it is
//! cheaper so than in any language as it stands.

use crate::model::{BIT, Cost};
use crate::repair::lossy::decoder::Decoder;
use crate::repair::lossy::language;
use crate::repair::lossy::lattice::Step;
use crate::repair::lossy::utf8::Seen;
use crate::repair::proof::{Census, is_mostly_uncommon};

/// How many intact characters of Chinese prove a passage.
const PROOF_CHARS: usize = 3;
/// The same where U+FFFD says that something is damaged, or where so many bits are saved.
const PROOF_CHARS_IN_NEED: usize = 2;
const GAIN_IN_NEED: Cost = 40 * BIT;
/// How many characters each intact one may let be filled in: EUC-KR loses two of five.
const GUESSES_PER_PROOF: usize = 2;
/// How many bits the passage has to save, and how many for each of its characters.
const GAIN: Cost = 24 * BIT;
const GAIN_PER_CHAR: Cost = 2 * BIT;

/// What a passage proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::repair::lossy) enum Strength {
    /// Nothing.
    None,
    /// Itself, beside others that are proven.
    Weak,
    /// Itself.
    Strong,
}

impl Strength {
    /// What a passage proves, by what it is read as.
    pub(super) fn of(before: &str, decoder: Decoder, steps: &[(usize, Step)]) -> Strength {
        let (mut intact, mut all) = (String::new(), String::new());
        let mut guessed_chars = 0;
        for (c, seen) in steps.iter().flat_map(|(_, step)| step.out.chars()) {
            if c != '\u{FFFD}' {
                all.push(c);
            }
            if seen == Seen::Lost {
                guessed_chars += 1;
            } else if !matches!(c, '\n' | '\r') {
                intact.push(c);
            }
        }
        let seen = Census::of(&intact);
        let letters = seen.han_chars + seen.kana_chars;
        if seen.bad_chars > 0
            || seen.han_chars == 0
            || guessed_chars > seen.cjk_chars() * GUESSES_PER_PROOF
        {
            return Strength::None;
        }
        // As the exact search has it: common Chinese comes out, and went in only by chance.
        let is_common = seen.is_common(letters) && seen.other_chars * 4 <= seen.cjk_chars();
        let is_uncommon =
            !decoder.has_pairs() || is_mostly_uncommon(before, seen.cjk_chars(), false);
        if !is_common || !is_uncommon {
            return Strength::None;
        }
        let chars = Cost::try_from(before.chars().filter(|c| !c.is_ascii()).count()).unwrap_or(0);
        let cost = language::cheapest(all.chars());
        // More than is asked for below says no more.
        let enough = (chars * GAIN_PER_CHAR).max(GAIN).max(GAIN_IN_NEED);
        let gain = language::as_it_stands(before, cost + enough) - cost;
        let proof_chars = if before.contains('\u{FFFD}') || gain >= GAIN_IN_NEED {
            PROOF_CHARS_IN_NEED
        } else {
            PROOF_CHARS
        };
        if gain < chars * GAIN_PER_CHAR {
            Strength::None
        } else if seen.cjk_chars() >= proof_chars && seen.han_chars >= 2 && gain >= GAIN {
            Strength::Strong
        } else {
            Strength::Weak
        }
    }
}
