//! What short bytes cost at least in each multi-byte encoding, without reading them.
//!
//! A reading looks at two large tables for each character. For strings as short as names and
//! cells it is cheaper to ask first what every pair of bytes costs in the cheapest of the
//! languages that are written in each encoding: one place of one table says it of all the
//! encodings whose characters are pairs. The sum is never more than what a reading costs, so
//! what is too dear by it need not be read, and what is cheapest by it is read first, to be
//! the measure of the others.
//!
//! The same place says what the pair costs in most of the languages. Where all the bytes are
//! pairs of an encoding, that is all a reading could say, but for the symbols, which are seldom
//! asked for (`Exact`). Rows of the tables are made when their lead byte is first met: a process
//! that is asked for one name does not pay for all characters. `utf8_bound` does for UTF-8 what
//! this does for the others.

use std::sync::LazyLock;

use crate::detect::hypotheses::{Hypothesis, MULTI_BYTE, Writing};
use crate::detect::reading::{
    CHARS_PER_CHECK, HALF_WIDTH_RUN_STEPS, Reading, add_to, as_cost, is_half_width,
};
use crate::detect::rules::{Leads, Step, step};
use crate::encoding::Encoding;
use crate::model::{BIT, Cost, Language, ascii_steps, model, of_steps};

/// Longer bytes are not screened: their readings are given up early.
pub(super) const MOST_BYTES: usize = 128;

/// The encodings whose characters are pairs, first in their list; behind them Shift_JIS, which
/// has half-width katakana of one byte, and UTF-8.
const PAIRED: usize = 5;
const SHIFT_JIS: usize = 5;
pub(super) const UTF8: usize = 6;

/// What a malformed sequence costs at least: 12 nats.
pub(super) const MALFORMED_STEPS: u8 = 138;

/// No character of Shift_JIS.
const NONE: u8 = u8::MAX;

/// What two bytes cost in the paired encodings: steps at least for each of the encodings, a byte
/// with a bit for each that has no such character, one with a bit for each in which they begin
/// a longer one, and in the bytes that are left the steps of languages.
type Pair = [u8; 16];

const MALFORMED_BYTE: usize = 6;
const LONG_BYTE: usize = 7;

/// Where each of the encodings has the steps of its languages, in their order: Japanese is the
/// only one of its encoding. For those of EUC-TW there is no room.
const LANES: [&[usize]; PAIRED] = [&[8, 9, 10, 11], &[12, 13, 14], &[2], &[15, 5], &[]];

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
    let mut row = Box::new([[0; 16]; 256]);
    for (trail, bytes) in (0..=u8::MAX).zip(row.iter_mut()) {
        for (index, hypothesis) in MULTI_BYTE.iter().take(PAIRED).enumerate() {
            match step(&[lead, trail], hypothesis.encoding) {
                Some(Step::Symbol(symbol, 2)) => {
                    let row = model().row(symbol);
                    for (&lane, &(language, _)) in LANES[index].iter().zip(hypothesis.writings) {
                        bytes[lane] = row[language as usize];
                    }
                    bytes[index] = least_steps(symbol, hypothesis);
                }
                Some(Step::Malformed) => {
                    bytes[index] = MALFORMED_STEPS;
                    bytes[MALFORMED_BYTE] |= 1 << index;
                }
                _ => bytes[LONG_BYTE] |= 1 << index,
            }
        }
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
/// Where all are pairs, `exact` takes what they cost in the languages. Fails where a lead byte
/// is met whose row was not made: a call in the loop would take its registers.
fn paired(bytes: &[u8], exact: &mut Exact) -> Result<[Option<Bound>; PAIRED], NoRow> {
    let mut sums = [0; 16];
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
        let row = SCREENS.pairs.made(lead).ok_or(NoRow)?;
        let of_pair = &row[usize::from(trail)];
        add_to(&mut sums, of_pair);
        if at % BYTES_PER_CHECK == BYTES_PER_CHECK - 2
            && let Some(so_far) = exact.so_far.get_mut(at / BYTES_PER_CHECK)
        {
            *so_far = sums;
        }
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
    // No byte of ASCII stands for itself, and the last is not cut off.
    if ascii == 0 && at == bytes.len() && at <= MOST_EXACT_BYTES {
        exact.pairs = at / 2;
        exact.sums = sums;
        exact.others = open | malformed;
    }
    let mut bounds = [None; PAIRED];
    for (index, bound) in bounds.iter_mut().enumerate() {
        if open >> index & 1 == 0 {
            let is_malformed = malformed >> index & 1 != 0;
            *bound = Some(Bound {
                cost: of_steps(ascii + i64::from(sums[index])),
                malformed_at: is_malformed.then(|| place(malformed_at[index])),
            });
        }
    }
    Ok(bounds)
}

/// There is no row of a lead byte yet.
#[derive(Debug)]
struct NoRow;

/// Makes the rows of all lead bytes.
#[cold]
fn make_rows(bytes: &[u8]) {
    let mut rest = bytes;
    while let Some((&lead, behind)) = rest.split_first() {
        rest = behind;
        if !lead.is_ascii() {
            SCREENS.pairs.row(lead, || pairs_of(lead));
            rest = behind.get(1..).unwrap_or_default();
        }
    }
    // Characters of one byte may move the lead bytes of Shift_JIS.
    for &lead in bytes.iter().filter(|byte| !byte.is_ascii()) {
        SCREENS.shift_jis.row(lead, || shift_jis_of(lead));
    }
}

/// Readings are given up, if at all, every so many pairs.
const BYTES_PER_CHECK: usize = 2 * CHARS_PER_CHECK as usize;

/// Longer bytes are read.
const MOST_EXACT_BYTES: usize = 64;

/// What bytes cost in each language where all of them are pairs: as much as a reading says, but
/// for the symbols.
#[derive(Debug, Default)]
pub(super) struct Exact {
    pairs: usize,
    /// At the end, and whenever a reading would be given up.
    sums: [u16; 16],
    so_far: [[u16; 16]; MOST_EXACT_BYTES / BYTES_PER_CHECK],
    /// A bit for each encoding that has other sequences.
    others: u8,
}

impl Exact {
    /// The reading of bytes where a hypothesis holds, if it is known: without symbols, and given
    /// up as it would have been with a limit.
    pub(super) fn reading(
        &self,
        bytes: &[u8],
        hypothesis: &Hypothesis,
        limit: Cost,
    ) -> Option<Reading> {
        let mut hypotheses = MULTI_BYTE.iter().take(PAIRED);
        let index = hypotheses.position(|other| std::ptr::eq(other, hypothesis))?;
        let lanes = LANES[index];
        // What half-width katakana cost depends on what stands before.
        let is_known = self.pairs > 0
            && self.others >> index & 1 == 0
            && !lanes.is_empty()
            && (hypothesis.encoding != Encoding::EucJp || !bytes.contains(&0x8E));
        if !is_known {
            return None;
        }
        let share = limit / as_cost(bytes.len());
        let checks = self
            .so_far
            .iter()
            .zip(1..)
            .take(bytes.len() / BYTES_PER_CHECK);
        for (so_far, check) in checks {
            let limit = share * as_cost(check * BYTES_PER_CHECK) + 24 * BIT;
            let is_too_dear = |(&number, &(_, bits)): (&usize, &Writing)| {
                of_steps(so_far[number].into()) + bits * BIT > limit
            };
            if lanes.iter().zip(hypothesis.writings).all(is_too_dear) {
                return Some(Reading::given_up());
            }
        }
        let of_languages = lanes.iter().zip(hypothesis.writings);
        let of_languages =
            of_languages.map(|(&number, &(language, _))| (language, self.sums[number]));
        Some(Reading::of_sums(self.pairs, of_languages))
    }
}

/// What bytes cost at least in Shift_JIS.
fn shift_jis(bytes: &[u8]) -> Result<Bound, NoRow> {
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
        let row = SCREENS.shift_jis.made(lead).ok_or(NoRow)?;
        match row[usize::from(trail)] {
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
    Ok(Bound {
        cost: of_steps(steps.into()),
        malformed_at,
    })
}

/// A place in short bytes.
pub(super) fn place(at: usize) -> u8 {
    u8::try_from(at).unwrap_or(u8::MAX)
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
/// UTF-8, which `utf8_bound` knows. Time O(1): long bytes are not looked at.
/// `exact` takes what is known to cost just so.
pub(super) fn screened(bytes: &[u8], exact: &mut Exact) -> [Screened; MULTI_BYTE.len()] {
    let mut screened = MULTI_BYTE.each_ref().map(|hypothesis| (hypothesis, None));
    if bytes.len() > MOST_BYTES {
        return screened;
    }
    let (pairs, shift_jis) = match (paired(bytes, exact), shift_jis(bytes)) {
        (Ok(pairs), Ok(shift_jis)) => (pairs, Some(shift_jis)),
        _ => {
            make_rows(bytes);
            *exact = Exact::default();
            let pairs = paired(bytes, exact).unwrap_or_default();
            (pairs, shift_jis(bytes).ok())
        }
    };
    let [gbk, big5, euc_jp, euc_kr, euc_tw] = pairs;
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
    use crate::codec::{Unencodable, encode};
    use crate::detect::candidate::Candidate;
    use crate::detect::reader::Reader;
    use crate::detect::utf8_bound::utf8_bound;

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
            for (hypothesis, mut least) in screened(bytes, &mut Exact::default()) {
                if hypothesis.encoding == Encoding::Utf8 {
                    least = Some(utf8_bound(bytes, Cost::MAX));
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
    fn what_is_exact_is_what_a_reading_says() {
        let texts = [
            "这些文字用哪一种编码说得清楚",
            "這些文字用哪一種編碼說得清楚",
            "漢字文字日本語大会",
        ];
        let encodings = [
            Encoding::Gbk,
            Encoding::Big5,
            Encoding::EucJp,
            Encoding::EucKr,
        ];
        let mut known = 0;
        for (text, written) in texts.into_iter().zip(encodings) {
            let encoded = encode(text, written, Unencodable::Error).unwrap();
            for end in (2..=encoded.len()).step_by(2) {
                let bytes = &encoded[..end];
                let mut exact = Exact::default();
                for (hypothesis, _) in screened(bytes, &mut exact) {
                    for limit in [40 * BIT, 100 * BIT, Cost::MAX / 8] {
                        let mut reader = Reader::new(model(), bytes.len());
                        reader.limit = limit;
                        let mut read = Candidate::unread(hypothesis, hypothesis.writings, 0);
                        assert!(read.read(bytes, 0, &mut reader));
                        let read = read.reading;
                        let Some(exact) = exact.reading(bytes, hypothesis, limit) else {
                            continue;
                        };
                        known += 1;
                        assert_eq!(exact.given_up, read.given_up, "{bytes:X?}");
                        if !read.given_up {
                            let alone = |reading: &Reading| reading.alone(hypothesis.writings);
                            assert_eq!(alone(&exact), alone(&read), "{bytes:X?}");
                            assert_eq!(exact.chars, read.chars);
                            assert_eq!(exact.beside(), read.beside());
                            assert_eq!((read.malformed, read.cut_bytes), (0, 0));
                        }
                    }
                }
            }
        }
        assert!(known > 100, "{known}");
    }

    #[test]
    fn what_is_not_of_two_bytes_is_left_open() {
        let open = |bytes, encoding| {
            let screened = screened(bytes, &mut Exact::default());
            let of_encoding = screened
                .iter()
                .find(|(other, _)| other.encoding == encoding);
            of_encoding.is_some_and(|(_, least)| least.is_none())
        };
        assert!(open(b"\x81\x30\x81\x30", Encoding::Gbk));
        assert!(open(b"\x8F\xB0\xA1", Encoding::EucJp));
        assert!(open(b"\x8E\xA2\xA1\xA1", Encoding::EucTw));
        assert!(!open(b"\xD6\xD0", Encoding::Gbk));
        assert!(open(&[0xD6; 1000], Encoding::Gbk));
    }
}
