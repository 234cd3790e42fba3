//! What short bytes cost at least in each multi-byte encoding, without reading them.
//!
//! A reading looks at two large tables for each character. For strings as short as names and
//! cells it is cheaper to ask first what every pair of bytes costs in the cheapest of the
//! languages that are written in each encoding: one place of one table says it of all the
//! encodings whose characters are pairs. The sum is never more than what a reading costs, so
//! what is too dear by it need not be read, and what is cheapest by it is read first, to be
//! the measure of the others.

use std::sync::LazyLock;

use crate::detect::hypotheses::{Hypothesis, MULTI_BYTE};
use crate::detect::reading::{HALF_WIDTH_RUN_STEPS, is_half_width};
use crate::detect::rules::{Step, step};
use crate::model::{BIT, Cost, Language, ascii_cost, model, of_steps};

/// Longer bytes are not screened: their readings are given up early.
const MOST_BYTES: usize = 128;

/// The encodings whose characters are pairs, first in their list; behind them Shift_JIS, which
/// has half-width katakana of one byte.
const PAIRED: usize = 5;
const SHIFT_JIS: usize = 5;

/// What a malformed sequence costs at least: 12 nats.
const MALFORMED_STEPS: u8 = 138;

/// No character of Shift_JIS.
const NONE: u8 = u8::MAX;

/// What two bytes cost in the paired encodings.
#[derive(Debug, Clone, Copy)]
#[repr(align(8))]
struct Pair {
    steps: [u8; PAIRED],
    /// A bit for each encoding that has no such character.
    malformed: u8,
    /// A bit for each encoding in which they begin a longer one.
    long: u8,
}

/// No character of any.
const NO_PAIR: Pair = Pair {
    steps: [MALFORMED_STEPS; PAIRED],
    malformed: (1 << PAIRED) - 1,
    long: 0,
};

/// The bounds of all encodings.
struct Screens {
    /// By lead and trail.
    pairs: Box<[Pair]>,
    /// Of Shift_JIS: katakana by their lower bits, alone (0 where it is none); and the others
    /// by lead and trail.
    katakana: [u8; 128],
    shift_jis: Box<[u8]>,
}

static SCREENS: LazyLock<Screens> = LazyLock::new(Screens::new);

fn at(lead: u8, trail: u8) -> usize {
    usize::from(lead & 0x7F) << 8 | usize::from(trail)
}

/// What a symbol costs at least where a hypothesis holds.
fn least_steps(symbol: u16, hypothesis: &Hypothesis) -> u8 {
    let row = model().row(symbol);
    let of_languages = hypothesis
        .writings
        .iter()
        .map(|&(language, _)| row[language as usize]);
    let least = of_languages.min().unwrap_or(0);
    match is_half_width(symbol) {
        true => least.min(HALF_WIDTH_RUN_STEPS),
        false => least,
    }
}

impl Screens {
    fn new() -> Screens {
        let mut screens = Screens {
            pairs: vec![NO_PAIR; 128 * 256].into_boxed_slice(),
            katakana: [0; 128],
            shift_jis: vec![NONE; 128 * 256].into_boxed_slice(),
        };
        for lead in 0x80..=u8::MAX {
            // No character of any ends in a byte below.
            for trail in b'0'..=u8::MAX {
                let at = at(lead, trail);
                for (index, hypothesis) in MULTI_BYTE.iter().take(PAIRED).enumerate() {
                    let pair = &mut screens.pairs[at];
                    let (steps, is_long) = match step(&[lead, trail], hypothesis.encoding) {
                        Some(Step::Symbol(symbol, 2)) => (least_steps(symbol, hypothesis), 0),
                        Some(Step::Malformed) => continue,
                        _ => (0, 1),
                    };
                    pair.steps[index] = steps;
                    pair.malformed &= !(1 << index);
                    pair.long |= is_long << index;
                }
                let hypothesis = &MULTI_BYTE[SHIFT_JIS];
                match step(&[lead, trail], hypothesis.encoding) {
                    Some(Step::Symbol(symbol, 1)) => {
                        let steps = model().row(symbol)[Language::Japanese as usize];
                        screens.katakana[usize::from(lead & 0x7F)] = steps;
                    }
                    Some(Step::Symbol(symbol, _)) => {
                        screens.shift_jis[at] = least_steps(symbol, hypothesis);
                    }
                    _ => {}
                }
            }
        }
        screens
    }

    /// What bytes cost at least in the paired encodings; `None` where characters are not pairs.
    fn paired(&self, bytes: &[u8]) -> [Option<Bound>; PAIRED] {
        let mut steps = [0_u32; PAIRED];
        let mut cost = 0;
        let (mut open, mut malformed) = (0, 0);
        let mut malformed_at = [None; PAIRED];
        let mut rest = bytes;
        while let Some((&lead, behind)) = rest.split_first() {
            rest = behind;
            if lead.is_ascii() {
                cost += ascii_cost(lead);
                continue;
            }
            let Some((&trail, behind)) = rest.split_first() else {
                break;
            };
            let pair = self.pairs[at(lead, trail)];
            for (sum, of_pair) in steps.iter_mut().zip(pair.steps) {
                *sum += u32::from(of_pair);
            }
            if pair.malformed & !malformed != 0 {
                for (index, first) in malformed_at.iter_mut().enumerate() {
                    if first.is_none() && pair.malformed >> index & 1 != 0 {
                        *first = Some(bytes.len() - rest.len() - 1);
                    }
                }
                malformed |= pair.malformed;
            }
            // Behind what is no character, ASCII stands for itself, and what else there is may
            // begin the next.
            open |= pair.long | if trail.is_ascii() { 0 } else { pair.malformed };
            rest = behind;
        }
        let mut index = 0;
        steps.map(|steps| {
            let bound = Bound {
                cost: cost + of_steps(steps.into()),
                malformed_at: malformed_at[index],
            };
            let is_open = open >> index & 1 != 0;
            index += 1;
            (!is_open).then_some(bound)
        })
    }

    /// What bytes cost at least in Shift_JIS.
    fn shift_jis(&self, bytes: &[u8]) -> Bound {
        let (mut steps, mut cost) = (0_u32, 0);
        let mut malformed_at = None;
        let mut was_katakana = false;
        let mut rest = bytes;
        while let Some((&lead, behind)) = rest.split_first() {
            rest = behind;
            if lead.is_ascii() {
                cost += ascii_cost(lead);
                was_katakana = false;
                continue;
            }
            let katakana = self.katakana[usize::from(lead & 0x7F)];
            if katakana > 0 {
                steps += u32::from(match was_katakana {
                    true => HALF_WIDTH_RUN_STEPS,
                    false => katakana,
                });
                was_katakana = true;
                continue;
            }
            let Some((&trail, behind)) = rest.split_first() else {
                break;
            };
            match self.shift_jis[at(lead, trail)] {
                NONE => {
                    steps += u32::from(MALFORMED_STEPS);
                    malformed_at = malformed_at.or(Some(bytes.len() - rest.len() - 1));
                }
                of_pair => {
                    steps += u32::from(of_pair);
                    rest = behind;
                    was_katakana = false;
                }
            }
        }
        Bound {
            cost: cost + of_steps(steps.into()),
            malformed_at,
        }
    }
}

/// What bytes cost at least in UTF-8: what is malformed, and ASCII.
fn utf8(bytes: &[u8]) -> Bound {
    let mut bound = Bound::default();
    let mut rest = bytes;
    while let Some((&lead, behind)) = rest.split_first() {
        rest = behind;
        if lead.is_ascii() {
            bound.cost += ascii_cost(lead);
            continue;
        }
        let trails = match lead {
            0xC2..=0xDF => 1,
            0xE0..=0xEF => 2,
            0xF0..=0xF4 => 3,
            _ => 0,
        };
        let fitting = behind.iter().take(trails);
        let fitting = fitting
            .take_while(|&&byte| matches!(byte, 0x80..=0xBF))
            .count();
        // The last may be cut off.
        if trails > 0 && (fitting == trails || fitting == behind.len()) {
            rest = &behind[fitting..];
        } else {
            bound.cost += of_steps(MALFORMED_STEPS.into());
            let at = bytes.len() - behind.len() - 1;
            bound.malformed_at = bound.malformed_at.or(Some(at));
        }
    }
    bound
}

/// What bytes cost at least.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Bound {
    pub(super) cost: Cost,
    /// The place of the first malformed sequence.
    pub(super) malformed_at: Option<usize>,
}

/// A hypothesis with what bytes cost in it at least, prior included, where that is known.
pub(super) type Screened = (&'static Hypothesis, Option<Bound>);

/// The multi-byte encodings, the cheapest first and those of which nothing is known last.
/// Time O(1): long bytes are not looked at.
pub(super) fn screened(bytes: &[u8]) -> [Screened; MULTI_BYTE.len()] {
    let mut screened = MULTI_BYTE.each_ref().map(|hypothesis| (hypothesis, None));
    if bytes.len() > MOST_BYTES {
        return screened;
    }
    let screens = &*SCREENS;
    let [gbk, big5, euc_jp, euc_kr, euc_tw] = screens.paired(bytes);
    let shift_jis = Some(screens.shift_jis(bytes));
    let least = [
        gbk,
        big5,
        euc_jp,
        euc_kr,
        euc_tw,
        shift_jis,
        Some(utf8(bytes)),
    ];
    for ((hypothesis, bound), mut least) in screened.iter_mut().zip(least) {
        if let Some(least) = &mut least {
            least.cost += hypothesis.prior_bits * BIT;
        }
        *bound = least;
    }
    // UTF-8 stays the last: of what it costs only what is malformed is known.
    let (pairs, _) = screened.split_at_mut(PAIRED + 1);
    pairs.sort_by_key(|&(_, least)| least.map_or(Cost::MAX, |least| least.cost));
    screened
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::candidate::candidate;
    use crate::detect::reading::Reader;
    use crate::encoding::Encoding;

    #[test]
    fn no_reading_costs_less() {
        let mut reader = Reader::new(model(), 64);
        for bytes in [
            &b"\xD6\xD0\xCE\xC4\xB1\xE0\xC2\xEB"[..],
            b"\xA4\xA4\xA4\xE5 and \xBD\x73\xBD\x58",
            b"\x87\xF8\xD0\xBB\xFF\x41\x81",
            b"\xB6\xC5\xB6\xC5\xB6\x83e\x83L\x83X\x83g",
            b"caf\xE9 \xE0 la carte",
            b"\xE4\xB8\xAD\xE6\x96\x87",
        ] {
            for (hypothesis, least) in screened(bytes) {
                let read = candidate(bytes, hypothesis, hypothesis.writings, 0, 0, &mut reader);
                let read = read.map(|read| read.estimate());
                let least = least.map(|least| least.cost);
                assert!(
                    least.is_none_or(|least| Some(least) <= read),
                    "{bytes:X?} {least:?} {read:?}"
                );
            }
        }
    }

    #[test]
    fn what_is_not_of_two_bytes_is_left_open() {
        let open = |bytes, encoding| {
            let screened = screened(bytes);
            let of_encoding = screened
                .iter()
                .find(|(other, _)| other.encoding == encoding);
            of_encoding.is_some_and(|(_, least)| least.is_none())
        };
        assert!(open(b"\x81\x30\x81\x30", Encoding::Gbk));
        assert!(open(b"\x8F\xB0\xA1", Encoding::EucJp));
        assert!(open(b"\x8E\xA2\xA1\xA1", Encoding::EucTw));
        assert!(!open(b"\xD6\xD0", Encoding::Utf8));
        assert!(!open(b"\xD6\xD0", Encoding::Gbk));
        assert!(open(&[0xD6; 1000], Encoding::Gbk));
    }
}
