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
use crate::detect::reading::{HALF_WIDTH_RUN_STEPS, add_to, is_half_width, lane};
use crate::detect::rules::{Leads, Step, step};
use crate::model::{BIT, Cost, Language, ascii_cost, ascii_steps, model, of_steps};

/// Longer bytes are not screened: their readings are given up early.
pub(super) const MOST_BYTES: usize = 128;

/// The encodings whose characters are pairs, first in their list; behind them Shift_JIS, which
/// has half-width katakana of one byte, and UTF-8.
const PAIRED: usize = 5;
const SHIFT_JIS: usize = 5;
const UTF8: usize = 6;

/// What a malformed sequence costs at least: 12 nats.
const MALFORMED_STEPS: u8 = 138;

/// No character of Shift_JIS.
const NONE: u8 = u8::MAX;

/// What two bytes cost in the paired encodings, from the lowest byte up: steps for each of the
/// encodings, a byte of nothing, a byte with a bit for each that has no such character, and
/// one with a bit for each in which they begin a longer one.
type Pair = u64;

const MALFORMED_BYTE: usize = 6;
const LONG_BYTE: usize = 7;

/// The bounds of all encodings, by lead and trail.
struct Screens {
    pairs: Leads<Pair>,
    shift_jis: Leads<u8>,
    /// Of Shift_JIS what is of one byte, ASCII and half-width katakana, behind anything and behind
    /// such a katakana; 0 where it is neither.
    single: LazyLock<[[u8; 256]; 2]>,
}

static SCREENS: Screens = Screens {
    pairs: Leads::new(),
    shift_jis: Leads::new(),
    single: LazyLock::new(single),
};

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

#[cold]
fn pairs_of(lead: u8) -> Box<[Pair; 256]> {
    let mut row = Box::new([0; 256]);
    for (trail, pair) in (0..=u8::MAX).zip(row.iter_mut()) {
        let mut bytes = [0; 8];
        for (index, hypothesis) in MULTI_BYTE.iter().take(PAIRED).enumerate() {
            match step(&[lead, trail], hypothesis.encoding) {
                Some(Step::Symbol(symbol, 2)) => bytes[index] = least_steps(symbol, hypothesis),
                Some(Step::Malformed) => {
                    bytes[index] = MALFORMED_STEPS;
                    bytes[MALFORMED_BYTE] |= 1 << index;
                }
                _ => bytes[LONG_BYTE] |= 1 << index,
            }
        }
        *pair = Pair::from_le_bytes(bytes);
    }
    row
}

#[cold]
fn shift_jis_of(lead: u8) -> Box<[u8; 256]> {
    let hypothesis = &MULTI_BYTE[SHIFT_JIS];
    let mut row = Box::new([NONE; 256]);
    for (trail, least) in (0..=u8::MAX).zip(row.iter_mut()) {
        if let Some(Step::Symbol(symbol, 2)) = step(&[lead, trail], hypothesis.encoding) {
            *least = least_steps(symbol, hypothesis);
        }
    }
    row
}

fn single() -> [[u8; 256]; 2] {
    let mut single = [0; 256];
    for (byte, steps) in (0..=u8::MAX).zip(&mut single) {
        *steps = match step(&[byte], MULTI_BYTE[SHIFT_JIS].encoding) {
            _ if byte.is_ascii() => ascii_steps(byte),
            Some(Step::Symbol(symbol, 1)) => model().row(symbol)[Language::Japanese as usize],
            _ => 0,
        };
    }
    let in_run = |byte: usize| match single[byte] > 0 && byte >= 0x80 {
        true => HALF_WIDTH_RUN_STEPS,
        false => single[byte],
    };
    [single, std::array::from_fn(in_run)]
}

/// What bytes cost at least in the paired encodings; `None` where characters are not pairs.
fn paired(bytes: &[u8]) -> [Option<Bound>; PAIRED] {
    let mut sums = [0; 2];
    let mut ascii = 0;
    let (mut open, mut malformed) = (0, 0);
    let mut malformed_at = [0; 8];
    let mut at = 0;
    while let Some(&lead) = bytes.get(at) {
        if lead.is_ascii() {
            ascii += i64::from(ascii_steps(lead));
            at += 1;
            continue;
        }
        let Some(&trail) = bytes.get(at + 1) else {
            break;
        };
        let pair = SCREENS.pairs.row(lead, || pairs_of(lead))[usize::from(trail)];
        let of_pair = pair.to_le_bytes();
        add_to(&mut sums, of_pair);
        let malformed_here = of_pair[MALFORMED_BYTE];
        let mut first = malformed_here & !malformed;
        malformed |= first;
        while first != 0 {
            malformed_at[first.trailing_zeros() as usize & 7] = at;
            first &= first - 1;
        }
        // Behind what is no character, ASCII stands for itself, and what else there is may
        // begin the next.
        open |= of_pair[LONG_BYTE] | if trail.is_ascii() { 0 } else { malformed_here };
        at += 2;
    }
    let mut bounds = [None; PAIRED];
    for (index, bound) in bounds.iter_mut().enumerate() {
        if open >> index & 1 == 0 {
            let is_malformed = malformed >> index & 1 != 0;
            *bound = Some(Bound {
                cost: of_steps(ascii + i64::from(lane(sums, index))),
                malformed_at: is_malformed.then(|| place(malformed_at[index])),
            });
        }
    }
    bounds
}

/// What bytes cost at least in Shift_JIS.
fn shift_jis(bytes: &[u8]) -> Bound {
    let mut steps = 0_u32;
    let mut malformed_at = None;
    let mut was_katakana = 0;
    let single = &*SCREENS.single;
    let mut at = 0;
    while let Some(&lead) = bytes.get(at) {
        let of_byte = single[was_katakana][usize::from(lead)];
        if of_byte > 0 {
            steps += u32::from(of_byte);
            was_katakana = usize::from(lead >> 7);
            at += 1;
            continue;
        }
        let Some(&trail) = bytes.get(at + 1) else {
            break;
        };
        match SCREENS.shift_jis.row(lead, || shift_jis_of(lead))[usize::from(trail)] {
            NONE => {
                steps += u32::from(MALFORMED_STEPS);
                malformed_at = malformed_at.or(Some(place(at)));
                at += 1;
            }
            of_pair => {
                steps += u32::from(of_pair);
                at += 2;
                was_katakana = 0;
            }
        }
    }
    Bound {
        cost: of_steps(steps.into()),
        malformed_at,
    }
}

/// A place in short bytes.
fn place(at: usize) -> u8 {
    u8::try_from(at).unwrap_or(u8::MAX)
}

/// How many malformed sequences there are at least in UTF-8, without a walk: what begins a
/// character and is not followed by the rest of one, and what is such a rest beyond those that
/// the others may take.
fn surely_malformed(bytes: &[u8]) -> i64 {
    const LANES: usize = 16;
    // Behind the last byte stand rests, since it may be cut off: they do not count.
    let mut padded = [0x80; MOST_BYTES + LANES];
    let length = bytes.len().min(MOST_BYTES);
    padded[..length].copy_from_slice(&bytes[..length]);
    let blocks = padded.as_chunks::<LANES>().0.iter();
    let blocks = blocks.zip(padded[1..].as_chunks::<LANES>().0);
    let (mut bare, mut rests) = ([0_i8; LANES], [0_i8; LANES]);
    for (block, behind) in blocks.take(length.div_ceil(LANES)) {
        for lane in 0..LANES {
            let (byte, next) = (block[lane], behind[lane]);
            let is_rest = |byte: u8| byte & 0xC0 == 0x80;
            let is_followed = i8::from(is_rest(next));
            let may_take = i8::from(byte >= 0xC0) + i8::from(byte >= 0xE0) + i8::from(byte >= 0xF0);
            bare[lane] += i8::from(byte >= 0xC0) & !is_followed;
            rests[lane] += i8::from(is_rest(byte)) - (may_take & -is_followed);
        }
    }
    let sum = |lanes: [i8; LANES]| lanes.into_iter().map(i64::from).sum::<i64>();
    let padding = i64::try_from(length.next_multiple_of(LANES) - length).unwrap_or_default();
    sum(bare) + (sum(rests) - padding).max(0)
}

/// What bytes cost at least in UTF-8, prior included: what is malformed, and ASCII. What costs
/// more than `limit` may cost still more.
pub(super) fn utf8(bytes: &[u8], limit: Cost) -> Bound {
    let is_rest = |byte: u8| matches!(byte, 0x80..=0xBF);
    let prior = MULTI_BYTE[UTF8].prior_bits * BIT;
    let surely = prior + of_steps(surely_malformed(bytes) * i64::from(MALFORMED_STEPS));
    let mut bound = Bound {
        cost: prior,
        malformed_at: None,
    };
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
        let fitting = fitting.take_while(|&&byte| is_rest(byte)).count();
        // The last may be cut off.
        if trails > 0 && (fitting == trails || fitting == behind.len()) {
            rest = &behind[fitting..];
        } else {
            bound.cost += of_steps(MALFORMED_STEPS.into());
            if bound.malformed_at.is_none() {
                bound.malformed_at = Some(place(bytes.len() - behind.len() - 1));
                if surely > limit {
                    bound.cost = surely;
                }
            }
            if bound.cost > limit {
                break;
            }
        }
    }
    bound
}

/// What bytes cost at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bound {
    pub(super) cost: Cost,
    /// The place of the first malformed sequence.
    pub(super) malformed_at: Option<u8>,
}

/// A hypothesis with what bytes cost in it at least, prior included, where that is known.
pub(super) type Screened = (&'static Hypothesis, Option<Bound>);

/// The multi-byte encodings, the cheapest first and those of which nothing is known last; then
/// UTF-8, which `utf8` knows. Time O(1): long bytes are not looked at.
pub(super) fn screened(bytes: &[u8]) -> [Screened; MULTI_BYTE.len()] {
    let mut screened = MULTI_BYTE.each_ref().map(|hypothesis| (hypothesis, None));
    if bytes.len() > MOST_BYTES {
        return screened;
    }
    let [gbk, big5, euc_jp, euc_kr, euc_tw] = paired(bytes);
    let shift_jis = Some(shift_jis(bytes));
    let mut bounds = [gbk, big5, euc_jp, euc_kr, euc_tw, shift_jis];
    for (hypothesis, bound) in MULTI_BYTE.iter().zip(&mut bounds) {
        if let Some(bound) = bound {
            bound.cost += hypothesis.prior_bits * BIT;
        }
    }
    // Ordered by what tells them apart: to move them is dearer.
    let mut order = [0; UTF8];
    for (key, (bound, index)) in order.iter_mut().zip(bounds.iter().zip(0..)) {
        *key = bound.map_or(Cost::MAX >> 3, |bound| bound.cost) << 3 | index;
    }
    order.sort_unstable();
    for (place, key) in screened.iter_mut().zip(order) {
        let index = usize::try_from(key & 7).unwrap_or_default();
        *place = (&MULTI_BYTE[index], bounds[index]);
    }
    screened
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::candidate::Candidate;
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
            for (hypothesis, mut least) in screened(bytes) {
                if hypothesis.encoding == Encoding::Utf8 {
                    least = Some(utf8(bytes, Cost::MAX));
                }
                let mut read = Candidate::unread(hypothesis, hypothesis.writings, 0);
                assert!(read.read(bytes, 0, &mut reader));
                let read = read.estimate();
                let least = least.map(|least| least.cost);
                assert!(
                    least.is_none_or(|least| least <= read),
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
