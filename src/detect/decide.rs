//! The order of the questions, from the cheap and certain to the dear and probable.
//!
//! 1. No bytes; a byte-order mark; the first bytes of a binary format.
//! 2. Only ASCII: unless it switches character sets by escapes, or says more as UTF-16.
//! 3. Valid UTF-8, strictly: certain where it is long or has a character of three bytes
//!    or more, because other encodings fit its pattern only by accident. A few short
//!    words (谢谢 in GBK) do fit, and go on to question 4.
//! 4. Everything else is scored: first the beginning of the input in every encoding,
//!    UTF-16 and UTF-32 included; then what is still in question on a sample of the whole.
//! 5. Control characters that text does not have make binary of what is left.

use crate::detect::binary::{self, Controls};
use crate::detect::declared::declared;
use crate::detect::escape;
use crate::detect::probability::probabilities;
use crate::detect::sample::Sample;
use crate::detect::score::{self, Prior, Scored};
use crate::detect::utf8::Utf8;
use crate::detect::{Candidate, Detection, Detector, Evidence, Verdict};
use crate::encoding::Encoding;
use crate::model::{BIT, Cost};

/// The beginning of the input, scored in every encoding.
const HEAD_BYTES: usize = 2048;

/// After the beginning, encodings this much dearer than the best are given up.
const PRUNE_COST: Cost = 48 * BIT;

/// UTF-16 without a mark must lead ASCII by this: taking ASCII for it destroys good text.
const WIDE_MARGIN: Cost = 2 * BIT;

/// A declared charset is wrong about once in 250 documents.
const DECLARED_BITS: Cost = 8;

/// Four-byte sequences are looked for up to here.
const FOUR_BYTE_SEARCH_BYTES: usize = 4 << 20;

/// The most that scoring alone may claim.
const MOST_PROBABLE: f64 = 0.9999;

pub(super) fn detect(detector: &Detector, bytes: &[u8]) -> Detection {
    if bytes.is_empty() {
        return answer(Verdict::Empty, None, Vec::new());
    }
    if let Some(encoding) = marked(detector, bytes) {
        let evidence = vec![Evidence::ByteOrderMark { encoding }];
        let mut detection = answer(Verdict::Text, Some(encoding), evidence);
        detection.bom = true;
        return detection;
    }
    if let Some(format) = binary::signature(bytes) {
        let evidence = vec![Evidence::Signature { format }];
        return answer(Verdict::Binary, None, evidence);
    }
    let controls = Controls::of(bytes);
    let is_ascii = bytes.is_ascii();
    if is_ascii
        && let Some((encoding, at)) = escape::find(bytes, |encoding| detector.permits(encoding))
    {
        let evidence = vec![Evidence::EscapeSequence { at }];
        return answer(Verdict::Text, Some(encoding), evidence);
    }
    let utf8 = (!is_ascii).then(|| Utf8::of(bytes)).flatten();
    // NUL speaks for UTF-16, but hardly where everything else is UTF-8.
    let unlike_utf16 = utf8.is_some_and(Utf8::is_unlike_utf16);
    let no_text = match unlike_utf16 {
        true => controls.forbid_utf8(),
        false => controls.forbid_text(),
    };
    if no_text && unlike_utf16 {
        return not_text(controls);
    }
    if !no_text && utf8.is_some_and(Utf8::is_certain) && detector.permits(Encoding::Utf8) {
        let mut detection = answer(
            Verdict::Text,
            Some(Encoding::Utf8),
            vec![Evidence::ValidUtf8],
        );
        for candidate in &mut detection.candidates {
            candidate.probability = to_probability(MOST_PROBABLE);
        }
        return detection;
    }
    let scored = rank(detector, bytes, is_ascii, no_text);
    let best = scored.first().and_then(|scored| scored.encoding);
    let wide = matches!(
        best,
        Some(Encoding::Utf16Le | Encoding::Utf16Be | Encoding::Utf32Le | Encoding::Utf32Be)
    );
    let nameless_controls = best.is_none() && controls.all > 0;
    if !wide && (no_text || nameless_controls) {
        return not_text(controls);
    }
    if is_ascii && !wide {
        return ascii(detector, &scored);
    }
    conclude(detector, bytes, scored)
}

/// An answer that needs no weighing.
fn answer(verdict: Verdict, encoding: Option<Encoding>, evidence: Vec<Evidence>) -> Detection {
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

/// The answer where control characters forbid text.
fn not_text(controls: Controls) -> Detection {
    let bytes = controls.all;
    let evidence = vec![Evidence::ControlCharacters { bytes }];
    answer(Verdict::Binary, None, evidence)
}

/// The encoding whose byte-order mark stands in front.
fn marked(detector: &Detector, bytes: &[u8]) -> Option<Encoding> {
    // The mark of UTF-32LE begins with that of UTF-16LE; text that begins with NUL after
    // a mark of UTF-16 does not exist.
    [
        Encoding::Utf8,
        Encoding::Utf32Le,
        Encoding::Utf32Be,
        Encoding::Utf16Le,
        Encoding::Utf16Be,
        Encoding::Gb18030,
    ]
    .into_iter()
    .filter(|&encoding| detector.permits(encoding))
    .find(|encoding| {
        let mark = encoding.byte_order_mark();
        mark.is_some_and(|mark| bytes.starts_with(mark))
    })
}

/// What the caller knows, and what the document says of itself.
struct Informed<'d> {
    detector: &'d Detector,
    declared: Option<Encoding>,
}

impl Prior for Informed<'_> {
    fn extra_bits(&self, encoding: Encoding) -> Option<Cost> {
        let of_caller = self.detector.extra_bits(encoding)?;
        let of_family = |encoding| match encoding {
            Encoding::Gb18030 => Encoding::Gbk,
            other => other,
        };
        let is_declared = self.declared.map(of_family) == Some(of_family(encoding));
        Some(of_caller - if is_declared { DECLARED_BITS } else { 0 })
    }
}

/// Every hypothesis that is still in question, the cheapest first.
fn rank(detector: &Detector, bytes: &[u8], is_ascii: bool, no_text: bool) -> Vec<Scored> {
    let detector = &Informed {
        detector,
        declared: if is_ascii { None } else { declared(bytes) },
    };
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    let head_sample = Sample::of(head);
    let head_scored = if is_ascii {
        vec![score::plain_ascii()]
    } else {
        score::extensions(&head_sample, detector, None, Some(head))
    };
    let is_settled = head_scored.first().is_some_and(Scored::is_settled) && !no_text;
    if is_settled && bytes.len() <= HEAD_BYTES {
        return head_scored;
    }
    let with_wide = score::wide(head, &head_sample, detector, no_text, &head_scored);
    if let Some(wide) = clear_wide(&with_wide, is_ascii && !no_text) {
        // Of the hypotheses that did not win, only those that fit are of interest.
        return std::iter::once(wide)
            .chain(with_wide.into_iter().skip(1))
            .collect();
    }
    if bytes.len() <= HEAD_BYTES {
        let wins = |scored: &Scored| is_wide(scored.encoding);
        let first = with_wide.iter().position(|scored| !wins(scored));
        // A lead below the margin is not believed: it is moved behind its rival.
        let floor = first
            .and_then(|at| with_wide.get(at))
            .map_or(0, |scored| scored.cost);
        let mut ranked = with_wide;
        for scored in ranked.iter_mut().filter(|scored| wins(scored)) {
            scored.cost = scored.cost.max(floor + BIT);
        }
        ranked.sort_by_key(|scored| scored.cost);
        return ranked;
    }
    if is_ascii {
        return head_scored;
    }
    let limit = head_scored.first().map_or(0, |best| best.cost) + PRUNE_COST;
    let open: Vec<Encoding> = head_scored
        .iter()
        .filter(|scored| scored.cost <= limit)
        .filter_map(|scored| scored.encoding)
        .collect();
    score::extensions(&Sample::of(bytes), detector, Some(&open), None)
}

fn is_wide(encoding: Option<Encoding>) -> bool {
    matches!(
        encoding,
        Some(Encoding::Utf16Le | Encoding::Utf16Be | Encoding::Utf32Le | Encoding::Utf32Be)
    )
}

/// The first, if it is UTF-16 or UTF-32 and leads everything else by the margin.
fn clear_wide(scored: &[Scored], is_ascii: bool) -> Option<Scored> {
    let margin = if is_ascii { WIDE_MARGIN } else { 0 };
    let first = scored.first().filter(|first| is_wide(first.encoding))?;
    let rival = scored.iter().find(|scored| !is_wide(scored.encoding));
    rival
        .is_none_or(|rival| first.cost + margin <= rival.cost)
        .then_some(*first)
}

/// ASCII is answered as itself, or as the first allowed encoding that extends it.
fn ascii(detector: &Detector, scored: &[Scored]) -> Detection {
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
    for (scored, probability) in wide.filter(|(scored, _)| is_wide(scored.encoding)) {
        let probability = to_probability(probability);
        if let (Some(encoding), true) = (scored.encoding, probability > 0.0) {
            detection.candidates.push(Candidate {
                encoding,
                probability,
            });
            if let Some(first) = detection.candidates.first_mut() {
                first.probability -= probability;
            }
        }
    }
    detection
}

/// Turns costs into probabilities and names.
fn conclude(detector: &Detector, bytes: &[u8], scored: Vec<Scored>) -> Detection {
    let weights = probabilities(&scored);
    let mut evidence = Vec::new();
    let mut weighed: Vec<(Encoding, f64, Scored)> = Vec::new();
    let mut letters = 0.0;
    let mut unnamed = 0.0;
    for (scored, probability) in scored.into_iter().zip(weights) {
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
    weighed.sort_by(|a, b| b.1.total_cmp(&a.1));
    let best = weighed.first().copied();
    if let Some((_, probability, scored)) = best
        && scored.single_byte
        && let Some(name) = name_of_letters(detector, bytes)
        && let Some(first) = weighed.first_mut()
    {
        *first = (name, probability, scored);
    }
    // No claim that is less likely than everything else together, since files are rewritten by
    // it, unless it is UTF-8, by which no file is; and none of one byte that no letter stands
    // beside.
    let least = |encoding| if encoding == Encoding::Utf8 { 0.4 } else { 0.5 };
    let says_nothing = |scored: &Scored| {
        scored.single_byte && scored.chars < 2 && !bytes.iter().any(u8::is_ascii_alphabetic)
    };
    let encoding = weighed
        .first()
        .filter(|&&(encoding, probability, _)| {
            probability > unnamed && probability >= least(encoding)
        })
        .filter(|(_, _, scored)| !says_nothing(scored))
        .map(|&(encoding, ..)| encoding);
    let kept = |(_, probability, scored): &&(Encoding, f64, Scored)| {
        to_probability(*probability) > 0.0
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
    evidence.extend(weighed.iter().filter(kept).map(|(encoding, _, scored)| {
        Evidence::Likelihood {
            encoding: *encoding,
            bits_per_char: bits_per_char(scored),
            chars: scored.chars,
        }
    }));
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
fn name_of_letters(detector: &Detector, bytes: &[u8]) -> Option<Encoding> {
    let sample = Sample::of(bytes);
    let mut letters = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    letters.feed(&sample.bytes, true);
    let named = letters.guess(None, chardetng::Utf8Detection::Deny);
    Encoding::of_standard(named)
        .filter(|&encoding| encoding.standard().is_some_and(|e| e.is_single_byte()))
        .filter(|&encoding| detector.extra_bits(encoding).is_some())
}

/// The first four-byte sequence of gb18030: lead, digit, lead, digit.
fn four_byte_sequence(bytes: &[u8]) -> Option<usize> {
    let bytes = &bytes[..bytes.len().min(FOUR_BYTE_SEARCH_BYTES)];
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
    reason = "a rounded value between 0 and 1; f32 is what the public type holds"
)]
fn to_probability(probability: f64) -> f32 {
    ((probability * 10_000.0).round() / 10_000.0) as f32
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
    fn four_byte_sequences() {
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
