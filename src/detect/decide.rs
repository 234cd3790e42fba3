//! The order of the questions, from the cheap and certain to the dear and probable.
//!
//! 1. No bytes; a byte-order mark; the first bytes of a binary format.
//! 2. Only ASCII: unless it switches character sets by escapes, or says more as UTF-16.
//! 3. Valid UTF-8, strictly: certain where it is long or has a character of three bytes
//!    or more, because other encodings fit its pattern only by accident. A few short
//!    words (谢谢 in GBK) do fit, and go on to question 4. What is ASCII but for a few
//!    characters is likelier UTF-8 than Chinese of one character or two.
//! 4. Everything else is scored: first the beginning of the input in every encoding,
//!    UTF-16 and UTF-32 included; then what is still in question on a sample of the whole.
//! 5. Control characters that text does not have make binary of what is left.

use crate::detect::binary::{self, Controls};
use crate::detect::conclude::{MOST_PROBABLE, answer, ascii, conclude, is_wide, to_probability};
use crate::detect::declared;
use crate::detect::escape;
use crate::detect::input::Input;
use crate::detect::sample::Sample;
use crate::detect::score::{self, Prior, Scored};
use crate::detect::unusual;
use crate::detect::utf8::Utf8;
use crate::detect::wide;
use crate::detect::{Detection, Detector, Evidence, Verdict};
use crate::encoding::Encoding;
use crate::model::{BIT, Cost};

/// The beginning of the input, scored in every encoding.
const HEAD_BYTES: usize = 2048;

/// After the beginning, encodings this much dearer than the best are given up.
const PRUNE_COST: Cost = 48 * BIT;

/// A declared charset is wrong about once in 250 documents.
const DECLARED_BITS: Cost = 8;

pub(super) fn detect(detector: &Detector, input: &impl Input) -> Detection {
    let bytes = input.head();
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
    let controls = input.controls();
    let is_ascii = input.is_ascii();
    if is_ascii
        && let Some((encoding, at)) = escape::find(bytes, |encoding| detector.permits(encoding))
    {
        let evidence = vec![Evidence::EscapeSequence { at }];
        return answer(Verdict::Text, Some(encoding), evidence);
    }
    let utf8 = (!is_ascii).then(|| input.utf8()).flatten();
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
    let informed = Informed::of(detector, input, is_ascii);
    let mut scored = rank(&informed, input, is_ascii, no_text);
    if let Some(utf8) = utf8 {
        add_unusual(&informed, input, utf8, &mut scored);
    }
    let best = scored.first().and_then(|scored| scored.encoding);
    let wide = best.is_some_and(is_wide);
    let nameless_controls = best.is_none() && controls.all > 0;
    if !wide && (no_text || nameless_controls) {
        return not_text(controls);
    }
    if is_ascii && !wide {
        return ascii(detector, &scored);
    }
    conclude(detector, input, &scored, informed.evidence())
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
    declared: Option<(Encoding, usize)>,
    /// Whether there is nothing that makes an encoding likelier, as usual.
    knows_nothing: bool,
}

impl<'d> Informed<'d> {
    fn of(detector: &'d Detector, input: &impl Input, is_ascii: bool) -> Informed<'d> {
        let first = &input.head()[..input.head().len().min(declared::WINDOW_BYTES)];
        let (last, last_at) = input.last();
        let declared = match is_ascii {
            true => None,
            false => declared::declared(first, last, last_at),
        };
        Informed {
            detector,
            declared,
            knows_nothing: declared.is_none() && detector.knows_nothing(),
        }
    }

    /// What was said, as evidence.
    fn evidence(&self) -> Vec<Evidence> {
        let mut said = Vec::new();
        let declared = self.declared;
        said.extend(declared.map(|(encoding, at)| Evidence::Declared { encoding, at }));
        let hints = self.detector.hints.iter();
        said.extend(hints.map(|&encoding| Evidence::Hinted { encoding }));
        let region = self.detector.region;
        said.extend(region.map(|region| Evidence::From { region }));
        said.extend(self.detector.name.evidence());
        said
    }
}

impl Prior for Informed<'_> {
    fn extra_bits(&self, encoding: Encoding) -> Option<Cost> {
        if self.knows_nothing {
            return Some(0);
        }
        let of_caller = self.detector.extra_bits(encoding)?;
        let of_family = |encoding| match encoding {
            Encoding::Gb18030 => Encoding::Gbk,
            other => other,
        };
        let is_declared =
            self.declared.map(|(encoding, _)| of_family(encoding)) == Some(of_family(encoding));
        Some(of_caller - if is_declared { DECLARED_BITS } else { 0 })
    }
}

/// Prices valid UTF-8 as what no language writes, and as ASCII with little else, where that is cheaper.
fn add_unusual(detector: &Informed<'_>, input: &impl Input, utf8: Utf8, scored: &mut Vec<Scored>) {
    let Some(extra) = detector.extra_bits(Encoding::Utf8) else {
        return;
    };
    // What the others were priced on: with all of short ASCII, or what is settled without it.
    let is_settled = |first: &Scored| first.is_settled() && !first.encoding.is_some_and(is_wide);
    let head = input.head();
    let sample;
    let bytes = match head.len() {
        0..=HEAD_BYTES if !scored.first().is_some_and(is_settled) => head,
        _ => {
            sample = input.sample();
            &*sample.bytes
        }
    };
    let mostly_ascii = utf8.is_mostly_ascii();
    let mostly_ascii = mostly_ascii.then(|| unusual::mostly_ascii(bytes, extra));
    let found = [unusual::misread(bytes, extra), mostly_ascii.flatten()];
    let cheapest = found.into_iter().flatten().min_by_key(|found| found.cost);
    let is_utf8 = |scored: &&mut Scored| scored.encoding == Some(Encoding::Utf8);
    match (cheapest, scored.iter_mut().find(is_utf8)) {
        (Some(found), Some(known)) if found.cost < known.cost => *known = found,
        (Some(found), None) => scored.push(found),
        _ => return,
    }
    score::sort(scored);
}

/// Every hypothesis that is still in question, the cheapest first.
fn rank(detector: &Informed<'_>, input: &impl Input, is_ascii: bool, no_text: bool) -> Vec<Scored> {
    let bytes = input.head();
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    if !is_ascii && let Some(settled) = wide::settled(head, detector) {
        return settled;
    }
    let head_sample = Sample::of(head);
    let head_scored = if is_ascii {
        vec![wide::plain_ascii()]
    } else {
        score::extensions(&head_sample, detector, None, Some(head))
    };
    let is_settled = head_scored.first().is_some_and(Scored::is_settled) && !no_text;
    if is_settled && bytes.len() <= HEAD_BYTES {
        return head_scored;
    }
    let with_wide = wide::wide(head, &head_sample, detector, no_text, &head_scored);
    let wins = with_wide
        .first()
        .is_some_and(|first| first.encoding.is_some_and(is_wide));
    if wins || bytes.len() <= HEAD_BYTES {
        return with_wide;
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
    score::extensions(&input.sample(), detector, Some(&open), None)
}
