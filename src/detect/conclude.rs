//! From costs to an answer: probabilities, the name, the evidence.

use crate::codec::decode;
use crate::detect::input::Input;
use crate::detect::probability::probabilities;
use crate::detect::score::{Prior, Scored};
use crate::detect::{Candidate, Detection, Detector, Evidence, Verdict};
use crate::encoding::Encoding;
use crate::model::BIT;

/// The most that scoring alone may claim.
pub(super) const MOST_PROBABLE: f64 = 0.9999;

/// The least that must be claimed of Chinese where one character stands in ASCII, with marks
/// or without. Section numbers, options and names with one kanji, syllable or accented letter
/// behind them are usual in all languages, and to call them Chinese does more harm than to
/// say nothing of one character. Of lines cut to eight characters, a quarter as many of
/// Japanese and of Vietnamese are called Chinese as with 1/2; of Chinese ones, 1 or 2 in 100 less
/// are named.
const LEAST_OF_ONE: f64 = 0.7;

/// Where more than so many characters past ASCII stand, not all but one are marks.
const MOST_MARKS: u64 = 8;

/// Whether text has one letter past ASCII, or none.
fn is_one_letter(text: &str) -> bool {
    let is_letter = |c: &char| !c.is_ascii() && c.is_alphabetic();
    text.chars().filter(is_letter).count() <= 1
}

/// Whether nothing but Chinese is written in an encoding.
fn is_chinese(encoding: Encoding) -> bool {
    matches!(
        encoding,
        Encoding::Gbk | Encoding::Gb18030 | Encoding::Big5 | Encoding::EucTw
    )
}

/// An answer that needs no weighing.
pub(super) fn answer(
    verdict: Verdict,
    encoding: Option<Encoding>,
    evidence: Vec<Evidence>,
) -> Detection {
    let certain = |encoding| Candidate {
        encoding,
        probability: 1.0,
    };
    Detection {
        verdict,
        encoding,
        candidates: encoding.map(certain).into_iter().collect(),
        evidence,
        bom: false,
    }
}

/// Whether characters are of two or four bytes, ASCII included.
pub(super) fn is_wide(encoding: Encoding) -> bool {
    matches!(
        encoding,
        Encoding::Utf16Le | Encoding::Utf16Be | Encoding::Utf32Le | Encoding::Utf32Be
    )
}

/// ASCII is answered as itself, or as the first allowed encoding that extends it.
pub(super) fn ascii(detector: &Detector, scored: &[Scored]) -> Detection {
    let allowed = detector.candidates.as_deref().unwrap_or_default();
    let encoding = if detector.permits(Encoding::UsAscii) {
        Some(Encoding::UsAscii)
    } else {
        allowed
            .iter()
            .copied()
            .find(|encoding| encoding.extends_ascii())
    };
    let mut detection = answer(Verdict::Text, encoding, vec![Evidence::AsciiOnly]);
    let weights = probabilities(scored);
    let wide = scored.iter().zip(weights);
    // Rounded at the end, or what is as likely as another would seem likelier.
    let mut of_ascii = 1.0;
    for (scored, weight) in wide.filter(|(scored, _)| scored.encoding.is_some_and(is_wide)) {
        let probability = to_probability(weight);
        if let (Some(encoding), true) = (scored.encoding, probability > 0.0) {
            of_ascii -= weight;
            detection.candidates.push(Candidate {
                encoding,
                probability,
            });
        }
    }
    if let Some(first) = detection
        .candidates
        .first_mut()
        .filter(|_| encoding.is_some())
    {
        first.probability = to_probability(of_ascii);
    }
    detection
}

/// Turns costs into probabilities and names.
///
/// `said`: what the caller and the document say.
pub(super) fn conclude(
    detector: &Detector,
    input: &impl Input,
    scored: &[Scored],
    said: Vec<Evidence>,
) -> Detection {
    let bytes = input.head();
    let weights = probabilities(scored);
    let mut evidence = Vec::with_capacity(scored.len() + said.len() + 1);
    let mut weighed: Vec<(Encoding, f64, &Scored)> = Vec::with_capacity(scored.len());
    let mut letters = 0.0;
    let mut unnamed = 0.0;
    for (scored, probability) in scored.iter().zip(weights) {
        match scored.encoding {
            None => unnamed = probability,
            Some(_) if scored.single_byte => {
                // One stands for all: which of them is not a question of cost.
                letters += probability;
                if let Some(alphabetic) = weighed.iter_mut().find(|(.., s)| s.single_byte) {
                    alphabetic.1 = letters;
                } else {
                    weighed.extend(scored.encoding.map(|e| (e, letters, scored)));
                }
            }
            Some(Encoding::Gbk) => {
                let four_byte = four_byte_sequence(bytes);
                evidence.extend(four_byte.map(|at| Evidence::FourByteSequence { at }));
                let wants = match four_byte {
                    Some(_) => [Encoding::Gb18030, Encoding::Gbk],
                    None => [Encoding::Gbk, Encoding::Gb18030],
                };
                let name = wants
                    .into_iter()
                    .find(|&encoding| detector.permits(encoding));
                weighed.extend(name.map(|name| (name, probability, scored)));
            }
            Some(encoding) => weighed.push((encoding, probability, scored)),
        }
    }
    crate::order::sort_by(&mut weighed, &|a, b| b.1.total_cmp(&a.1));
    let best = weighed.first().copied();
    if let Some((_, probability, scored)) = best
        && scored.single_byte
        && let Some(name) = name_of_letters(detector, input)
        && let Some(first) = weighed.first_mut()
    {
        *first = (name, probability, scored);
    }
    // No claim that is less likely than everything else together, since files are rewritten by
    // it, unless it is UTF-8, by which no file is; and none of one byte that no letter stands
    // beside.
    let least = |encoding| if encoding == Encoding::Utf8 { 0.4 } else { 0.5 };
    let says_little = |encoding, scored: &Scored| {
        is_chinese(encoding)
            && scored.chars <= MOST_MARKS
            && bytes.len() > 2
            && bytes.iter().any(u8::is_ascii_graphic)
            && is_one_letter(&decode(&input.sample().bytes, encoding).text)
    };
    let says_nothing = |scored: &Scored| {
        scored.single_byte && scored.chars < 2 && !bytes.iter().any(u8::is_ascii_alphabetic)
    };
    let encoding = weighed
        .first()
        .filter(|&&(encoding, probability, _)| {
            probability > unnamed && probability >= least(encoding)
        })
        .filter(|&&(encoding, probability, scored)| {
            probability >= LEAST_OF_ONE || !says_little(encoding, scored)
        })
        .filter(|(_, _, scored)| !says_nothing(scored))
        .map(|&(encoding, ..)| encoding);
    let kept = |(_, probability, scored): &&(Encoding, f64, &Scored)| {
        is_shown(*probability)
            || (scored.malformed_at.is_none() && !scored.single_byte && scored.chars > 0)
    };
    let candidates = weighed
        .iter()
        .filter(kept)
        .map(|&(encoding, probability, _)| Candidate {
            encoding,
            probability: to_probability(probability.min(MOST_PROBABLE)),
        })
        .collect();
    // Of what was too dear to be read, no likelihood is known.
    let read = weighed
        .iter()
        .filter(kept)
        .filter(|(.., s)| s.text_cost > 0);
    evidence.extend(read.map(|(encoding, _, scored)| Evidence::Likelihood {
        encoding: *encoding,
        bits_per_char: bits_per_char(scored),
        chars: scored.chars,
    }));
    evidence.extend(said);
    evidence.extend(weighed.iter().filter_map(|&(encoding, _, scored)| {
        let at = scored.malformed_at?;
        Some(Evidence::RuledOut { encoding, at })
    }));
    Detection {
        verdict: Verdict::Text,
        encoding,
        candidates,
        evidence,
        bom: false,
    }
}

/// What chardetng calls text in an alphabet, if that may be answered.
fn name_of_letters(detector: &Detector, input: &impl Input) -> Option<Encoding> {
    let sample = input.sample();
    let mut letters = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    letters.feed(&sample.bytes, true);
    let named = letters.guess(None, chardetng::Utf8Detection::Deny);
    Encoding::of_standard(named)
        .filter(|&encoding| encoding.standard().is_some_and(|e| e.is_single_byte()))
        .filter(|&encoding| detector.extra_bits(encoding).is_some())
}

/// The first four-byte sequence of gb18030: lead, digit, lead, digit.
pub(super) fn four_byte_sequence(bytes: &[u8]) -> Option<usize> {
    // Short bytes are looked at all at once for a digit behind a lead byte.
    let behind = bytes.get(1..)?.iter();
    let begun =
        |any, (lead, digit): (&u8, &u8)| any | lead & (u8::from(digit.is_ascii_digit()) << 7);
    if bytes.len() <= 256 && bytes.iter().zip(behind).fold(0, begun) == 0 {
        return None;
    }
    let mut at = 0;
    while let Some(&lead) = bytes.get(at) {
        at += match bytes.get(at..at + 4) {
            _ if !(0x81..=0xFE).contains(&lead) => 1,
            Some([_, b'0'..=b'9', 0x81..=0xFE, b'0'..=b'9']) => return Some(at),
            // A trail byte goes with its lead; anything else stands for itself.
            _ => match bytes.get(at + 1) {
                Some(0x40..=0x7E | 0x80..=0xFE) => 2,
                _ => 1,
            },
        };
    }
    None
}

/// Rounded to four places, so that the last bits of a platform's arithmetic do not show.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a value between 0 and 1, rounded by hand because the library's `round` is a call; \
              f32 is what the public type holds"
)]
pub(super) fn to_probability(probability: f64) -> f32 {
    let places = probability * 10_000.0;
    let whole = f64::from(places as u16);
    let rounded = whole + if places - whole >= 0.5 { 1.0 } else { 0.0 };
    (rounded / 10_000.0) as f32
}

/// Whether a probability is more than 0 when it is rounded.
fn is_shown(probability: f64) -> bool {
    probability * 10_000.0 >= 0.5
}

/// The mean cost of the characters past ASCII, to two places.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a mean for display; at most 64 KiB are priced, so no value is large"
)]
fn bits_per_char(scored: &Scored) -> f32 {
    let mean = scored.text_cost as f64 / BIT as f64 / (scored.chars.max(1)) as f64;
    ((mean * 100.0).round() / 100.0) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    pub(super) fn four_byte_sequences() {
        for (bytes, expect) in [
            (&b"\xD6\xD0\x81\x30\x81\x30"[..], Some(2)),
            // 30 is a character of its own, and 81 30 lies across two characters.
            (b"\xD6\xD0\x30\x81\x40", None),
            (b"\x81\x81\x30\x81\x30", None),
            (b"\x81\x30\x81", None),
        ] {
            assert_eq!(four_byte_sequence(bytes), expect, "{bytes:X?}");
        }
    }
}
