//! UTF-16 and UTF-32 without a mark, priced beside the extensions of ASCII.
//!
//! Any bytes of even number are UTF-16 of something, so the rivals have to be priced on the
//! same bytes, ASCII included.

use crate::detect::candidate::{Candidate, cut_cost};
use crate::detect::hypotheses::{ANY, HAN, WIDE};
use crate::detect::letters::code_cost;
use crate::detect::reader::Reader;
use crate::detect::reading::MALFORMED_COST;
use crate::detect::sample::Sample;
use crate::detect::score::{Prior, Scored, letters_in_unicode, open_margin, random, sort};
use crate::encoding::Encoding;
use crate::model::{BIT, Cost, ascii_cost, model};

/// What a malformed sequence costs: one of UTF-16 or UTF-32 is two or four bytes of what
/// would otherwise be text, and no better than as many random bytes.
fn malformed_cost(encoding: Encoding) -> Cost {
    match encoding {
        Encoding::Utf16Le | Encoding::Utf16Be => 2 * MALFORMED_COST,
        Encoding::Utf32Le | Encoding::Utf32Be => 4 * MALFORMED_COST,
        _ => MALFORMED_COST,
    }
}

/// Documents of one character in UTF-16 without a mark hardly exist; a letter and a stray
/// byte do.
const LONE_UNIT_COST: Cost = 3 * BIT;

/// What the prior of UTF-16 gains where only binary is left beside it.
const NO_TEXT_BONUS: Cost = 4 * BIT;

/// Whether bytes read as UTF-16 of either order as text mostly does.
pub(super) fn is_usual_utf16(bytes: &[u8]) -> bool {
    let units = Cost::try_from(bytes.len() / 2).unwrap_or(Cost::MAX / BIT / 64);
    let mut reader = Reader::new(model(), bytes.len());
    reader.limit = 12 * BIT * units;
    bytes.len().is_multiple_of(2)
        && [true, false].into_iter().any(|is_little| {
            let reading = reader.read_utf16(bytes, is_little, ANY);
            !reading.given_up
                && reading.malformed == 0
                && reading.chars > 1
                && reading.alone(ANY) <= 12 * BIT * Cost::from(reading.chars)
        })
}

/// Units of UTF-16 that leave no doubt.
const SETTLED_UNITS: usize = 12;

/// UTF-16 that reads as Chinese or Japanese mostly does, so that no extension of ASCII has to
/// be priced beside it: their bytes are Hangul, Yi or private use in UTF-16, and ASCII is rare
/// characters. Time O(1) for most other bytes.
pub(super) fn settled(bytes: &[u8], prior: &impl Prior) -> Option<Vec<Scored>> {
    let units = bytes.as_chunks::<2>().0;
    if units.len() < SETTLED_UNITS || !bytes.len().is_multiple_of(2) {
        return None;
    }
    // The upper bytes of Han characters, kana and punctuation.
    let is_upper = |byte: u8| matches!(byte, 0x30 | 0x4E..=0x9F | 0xFF);
    // All but a quarter.
    let is_most = |at: usize| {
        let mut others = units.iter().take(SETTLED_UNITS);
        let mut others = others.by_ref().filter(|unit| !is_upper(unit[at]));
        others.nth(SETTLED_UNITS / 4).is_none()
    };
    let is_little = is_most(1);
    let encoding = if is_little {
        Encoding::Utf16Le
    } else {
        Encoding::Utf16Be
    };
    if !is_little && !is_most(0) {
        return None;
    }
    let hypothesis = WIDE.iter().find(|wide| wide.encoding == encoding)?;
    let extra = prior.extra_bits(encoding)?;
    let mut reader = Reader::new(model(), bytes.len());
    let reading = reader.read_utf16(bytes, is_little, HAN);
    let fixed = (hypothesis.prior_bits + extra) * BIT + reading.ascii_cost;
    let most = 11 * BIT * Cost::from(reading.chars);
    let fits = reading.malformed + reading.numbers == 0
        && reading.cut_bytes == 0
        && usize::try_from(reading.chars).is_ok_and(|chars| chars >= SETTLED_UNITS)
        && reading.alone(HAN) <= most;
    let candidate = Candidate {
        hypothesis,
        writings: HAN,
        alone: reading.alone(HAN),
        reading,
        fixed,
        head_bytes: 0,
    };
    fits.then(|| vec![candidate.scored(&reader, false), random(bytes)])
}

/// Prices UTF-16 and UTF-32 on the first bytes of an input, beside `rivals` that were
/// priced on the sample of the same bytes; the cheapest first. `no_text`: the bytes have
/// controls that no extension of ASCII has, which leaves these and random bytes.
pub(super) fn wide(
    bytes: &[u8],
    sample: &Sample<'_>,
    prior: &impl Prior,
    no_text: bool,
    rivals: &[Scored],
) -> Vec<Scored> {
    // The rivals did not pay for the ASCII that the sample left out, and paid for line
    // feeds that it put in.
    let ascii = |bytes: &[u8]| -> Cost {
        let ascii = bytes.iter().filter(|byte| byte.is_ascii());
        ascii.map(|&byte| ascii_cost(byte)).sum()
    };
    let outside = if sample.bytes.is_empty() {
        code_cost(bytes)
    } else {
        ascii(bytes) - ascii(&sample.bytes)
    };
    let mut scored: Vec<Scored> = if no_text {
        vec![random(bytes)]
    } else {
        let with_outside = |rival: &Scored| Scored {
            cost: rival.cost + outside,
            ..*rival
        };
        rivals.iter().map(with_outside).collect()
    };
    let best = scored.iter().map(|scored| scored.cost).min().unwrap_or(0);
    let mut reader = Reader::new(model(), bytes.len());
    reader.limit = best + open_margin(bytes.len() / 2);
    let has_nul = memchr::memchr(0, bytes).is_some();
    for hypothesis in WIDE {
        let Some(extra) = prior.extra_bits(hypothesis.encoding) else {
            continue;
        };
        let encoding = hypothesis.encoding;
        let reading = match encoding {
            Encoding::Utf16Le | Encoding::Utf16Be => {
                // Alphabets are priced by their letters, whatever they cost alone.
                if has_nul {
                    reader.limit = Cost::MAX / 8;
                }
                let is_little = encoding == Encoding::Utf16Le;
                reader.read_utf16(bytes, is_little, hypothesis.writings)
            }
            // Every unit of UTF-32 has a byte of zero at its upper end.
            _ if has_nul => reader.read_utf32(bytes, encoding == Encoding::Utf32Le),
            _ => continue,
        };
        if reading.given_up {
            continue;
        }
        let bonus = if no_text { NO_TEXT_BONUS } else { 0 };
        let lone = if bytes.len() < 4 { LONE_UNIT_COST } else { 0 };
        let fixed = (hypothesis.prior_bits + extra) * BIT + lone - bonus
            + reading.ascii_cost
            + Cost::from(reading.malformed + reading.numbers) * malformed_cost(encoding)
            + cut_cost(reading.cut_bytes);
        let candidate = Candidate {
            hypothesis,
            writings: hypothesis.writings,
            alone: reading.alone(hypothesis.writings),
            reading,
            fixed,
            head_bytes: 0,
        };
        let symbols = reader.symbols(&candidate.reading);
        let is_open = candidate.estimate() <= best + open_margin(symbols.len());
        let mut priced = candidate.scored(&reader, is_open);
        let letters = symbols.iter().filter(|&&symbol| symbol < 0x2000).count();
        if (is_open || has_nul) && letters * 2 > symbols.len() {
            let text = crate::codec::decode(bytes, encoding).text;
            let fixed = candidate.fixed - candidate.reading.ascii_cost;
            priced = letters_in_unicode(priced, fixed, &text);
        }
        scored.push(priced);
    }
    sort(&mut scored);
    scored
}

/// Plain ASCII as a hypothesis of its own, for bytes that are nothing else: every odd word of
/// ASCII is some Han characters of UTF-16. 1 bit of prior speaks for it, beside the 4 that
/// speak against UTF-16, and its letters say the rest: of 1.5 million words of ASCII 3 are
/// called UTF-16, with 2 and 5 bits 3.
pub(super) fn plain_ascii() -> Scored {
    Scored {
        encoding: Some(Encoding::UsAscii),
        cost: -BIT,
        text_cost: 0,
        alone_cost: 0,
        chars: 0,
        malformed_at: None,
        single_byte: false,
    }
}
