//! Files whose parts are in different encodings: logs of several programs, mail folders,
//! files that somebody joined.
//!
//! Each line past ASCII is priced in every encoding, and the cheapest way through the lines
//! is taken, where changing the encoding costs something (Viterbi's algorithm). A line is not
//! cut, and no part is in UTF-16, whose bytes have no lines. Joining good files is rarer than
//! odd lines in a good file, so what the way says is checked again: a part leaves the encoding
//! of the file only if it reads as text mostly does, and far better than in that encoding,
//! whatever the language.
//!
//! What it gets wrong: a part of one or two short lines stays with the file, and so does one
//! that is mostly rare characters.

use crate::Span;
use crate::codec::{Decoded, decode};
use crate::detect::conclude::{MOST_PROBABLE, four_byte_sequence, to_probability};
use crate::detect::hypotheses::SINGLE_BYTE;
use crate::detect::lines::{OfLine, STATES, is_suspicious, state_of, states, way};
use crate::detect::probability::probabilities;
use crate::detect::score::Scored;
use crate::detect::{Detection, Detector, Evidence, Verdict};
use crate::encoding::Encoding;
use crate::model::{BIT, Cost};

/// A part of an input in one encoding.
///
/// # Examples
/// ```
/// use zhfix::{Detector, Encoding};
/// let segments = Detector::new().segments("中文".as_bytes());
/// assert_eq!((segments[0].span.clone(), segments[0].encoding), (0..6, Some(Encoding::Utf8)));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Segment {
    /// Where: raw bytes, whole lines.
    pub span: Span,
    /// The encoding; `None` where there is not enough to say.
    pub encoding: Option<Encoding>,
    /// How probable that is, 0 to 1.
    pub probability: f32,
}

/// A part that leaves the encoding of the file is at least so much cheaper in its own.
const CLEAR_COST: Cost = 36 * BIT;

/// Where the file has no encoding, each part has to be so probable.
const SURE_PROBABILITY: f32 = 0.9;

/// The most that a character past ASCII costs in text as it mostly is, by kind of encoding.
const USUAL_COST: Cost = 13 * BIT;
const USUAL_LETTER_COST: Cost = 8 * BIT;

impl Detector {
    /// The parts of bytes that are in different encodings, in order, without gaps; one where
    /// all is in one encoding, none of no bytes. Encodings are those of [`Detector::detect`];
    /// what is not clearly in another encoding stays with the rest.
    ///
    /// Time O(n), extra memory O(lines). Where every line reads well in one encoding, each is
    /// read once.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Detector, Encoding};
    /// let utf8 = "第一部分是这样写的。\n".as_bytes();
    /// let gbk = b"\xB5\xDA\xB6\xFE\xB2\xBF\xB7\xD6\xCA\xC7\xC1\xED\xD2\xBB\xB8\xF6\xC8\xCB\xD0\xB4\xB5\xC4\n";
    /// let bytes = [utf8, gbk].concat(); // 第二部分是另一个人写的
    /// let segments = Detector::new().segments(&bytes);
    /// assert_eq!(segments[0].encoding, Some(Encoding::Utf8));
    /// assert_eq!(segments[1].encoding, Some(Encoding::Gbk));
    /// assert_eq!(segments[1].span, utf8.len()..bytes.len());
    /// ```
    #[must_use]
    pub fn segments(&self, bytes: &[u8]) -> Vec<Segment> {
        let detection = self.detect(bytes);
        let parts = self.parts(bytes, &detection);
        if !parts.is_empty() || bytes.is_empty() {
            return parts;
        }
        vec![Segment {
            span: 0..bytes.len(),
            encoding: detection.encoding(),
            probability: detection.probability(),
        }]
    }

    /// The parts of bytes in which `detection` was found, if there is more than one.
    pub(crate) fn parts(&self, bytes: &[u8], detection: &Detection) -> Vec<Segment> {
        let is_certain =
            |evidence: &Evidence| matches!(evidence, Evidence::ValidUtf8 | Evidence::AsciiOnly);
        let file = detection.encoding();
        let is_utf8 = file == Some(Encoding::Utf8);
        if detection.verdict() != Verdict::Text
            || detection.evidence().iter().any(is_certain)
            || file.is_some_and(|file| state_of(file).is_none())
            || (is_utf8 && simdutf8::basic::from_utf8(bytes).is_ok())
        {
            return Vec::new();
        }
        let of_line = OfLine {
            detector: self,
            file: file
                .and_then(state_of)
                .and_then(|at| states().nth(at))
                .map(|s| s.encoding),
        };
        if !is_suspicious(bytes, &of_line) {
            return Vec::new();
        }
        let way = way(bytes, &of_line);
        let parts = match file {
            Some(file) => checked(bytes, &way, file, &of_line),
            // The most of it is the file's, if it is good text.
            None => most(bytes, &way, &of_line).map_or_else(Vec::new, |file| {
                let file_prior = OfLine {
                    detector: self,
                    file: Some(file),
                };
                checked(bytes, &way, file, &file_prior)
            }),
        };
        let is_sure = |part: &Segment| part.probability >= SURE_PROBABILITY;
        if parts.len() > 1 && (file.is_some() || parts.iter().all(is_sure)) {
            parts
        } else {
            Vec::new()
        }
    }
}

/// The bytes of each part of a way, and its state.
fn spans(bytes: &[u8], way: &[(usize, usize)]) -> impl Iterator<Item = (Span, usize)> {
    let ends = way.iter().skip(1).map(|&(start, _)| start);
    let ends = ends.chain(std::iter::once(bytes.len()));
    let parts = way.iter().zip(ends);
    parts.map(|(&(start, state), end)| (start..end, state))
}

/// The encoding of most of a way, if the longest part in it reads as text mostly does.
fn most(bytes: &[u8], way: &[(usize, usize)], of_line: &OfLine<'_>) -> Option<Encoding> {
    let mut lengths = [0; STATES];
    for (span, state) in spans(bytes, way) {
        lengths[state] += span.len();
    }
    let (state, _) = lengths
        .into_iter()
        .enumerate()
        .max_by_key(|&(_, length)| length)?;
    let encoding = states().nth(state)?.encoding;
    let of_state = spans(bytes, way).filter(|&(_, other)| other == state);
    let (longest, _) = of_state.max_by_key(|(span, _)| span.len())?;
    let scored = of_line.score(&bytes[longest]);
    let own = scored
        .iter()
        .find(|scored| scored.encoding == Some(encoding))?;
    is_usual(own).then_some(encoding)
}

/// Whether it reads as text mostly does.
fn is_usual(scored: &Scored) -> bool {
    let most = if scored.single_byte {
        USUAL_LETTER_COST
    } else {
        USUAL_COST
    };
    let chars = Cost::try_from(scored.chars).unwrap_or(Cost::MAX / USUAL_COST);
    scored.text_cost.min(scored.alone_cost) <= most * chars
}

/// The parts of a way that are clear, with their names; neighbours in the same are one.
fn checked(
    bytes: &[u8],
    way: &[(usize, usize)],
    file: Encoding,
    of_line: &OfLine<'_>,
) -> Vec<Segment> {
    let mut parts: Vec<Segment> = Vec::new();
    for (span, state) in spans(bytes, way) {
        let end = span.end;
        let part = segment(bytes, span, state, file, of_line);
        match parts.last_mut() {
            Some(last) if last.encoding == part.encoding => {
                // Of two parts in the same encoding the longer knows it better.
                if part.span.len() > last.span.len() {
                    last.probability = part.probability;
                }
                last.span.end = end;
            }
            _ => parts.push(part),
        }
    }
    parts
}

fn segment(
    bytes: &[u8],
    span: Span,
    state: usize,
    file: Encoding,
    of_line: &OfLine<'_>,
) -> Segment {
    let part = &bytes[span.clone()];
    let own = states().nth(state).map(|state| state.encoding);
    let scored = of_line.score(part);
    let of = |encoding: Option<Encoding>| {
        let encoding = encoding?;
        scored
            .iter()
            .find(|scored| scored.encoding == Some(encoding))
    };
    let is_clear = own == of_line.file
        || of(own).is_some_and(|own| {
            let file = of(of_line.file).map_or(own.cost + CLEAR_COST, |file| file.cost);
            // Half-width katakana, of a byte each, are what many encodings look like.
            let is_half_width = own.encoding == Some(Encoding::ShiftJis)
                && part.iter().filter(|byte| !byte.is_ascii()).count() * 3 < chars_of(own) * 4;
            own.cost + CLEAR_COST <= file && is_usual(own) && !is_half_width
        });
    let family = if is_clear { own } else { of_line.file };
    let encoding = match family {
        _ if family == of_line.file => Some(file),
        Some(Encoding::Gbk) => {
            let four_byte = four_byte_sequence(part).map(|_| Encoding::Gb18030);
            four_byte
                .filter(|&name| of_line.detector.permits(name))
                .or(family)
        }
        Some(encoding) if SINGLE_BYTE.iter().any(|single| single.encoding == encoding) => {
            let named = of_line.detector.detect(part).encoding();
            let is_letters = |named: &Encoding| {
                named
                    .standard()
                    .is_some_and(encoding_rs::Encoding::is_single_byte)
            };
            named.filter(is_letters).or(family)
        }
        other => other,
    };
    let weights = probabilities(&scored);
    let mut weighed = scored.iter().zip(weights);
    let probability = weighed
        .find(|(scored, _)| scored.encoding == family && family.is_some())
        .map_or(0.0, |(_, weight)| weight.min(MOST_PROBABLE));
    Segment {
        span,
        encoding,
        probability: to_probability(probability),
    }
}

fn chars_of(scored: &Scored) -> usize {
    usize::try_from(scored.chars).unwrap_or(usize::MAX / 4)
}

/// Decodes each part in its encoding, as [`decode`] does; a part without one as UTF-8. The
/// parts follow each other from the first byte to the last, as [`Detector::segments`] gives
/// them. A mark in front of any part is dropped, and [`Decoded::bom`] tells of the first.
///
/// # Examples
/// ```
/// use zhfix::detect::{Detector, decode_segments};
/// let bytes = [
///     "第一部分是这样写的。\n".as_bytes(),
///     b"\xB5\xDA\xB6\xFE\xB2\xBF\xB7\xD6\xCA\xC7\xC1\xED\xD2\xBB\xB8\xF6\xC8\xCB\xD0\xB4\xB5\xC4",
/// ]
/// .concat();
/// let segments = Detector::new().segments(&bytes);
/// let decoded = decode_segments(&bytes, &segments);
/// assert_eq!(decoded.text, "第一部分是这样写的。\n第二部分是另一个人写的");
/// ```
#[must_use]
pub fn decode_segments<'b>(bytes: &'b [u8], segments: &[Segment]) -> Decoded<'b> {
    let mut all = decode(&[], Encoding::Utf8);
    let mut text = String::new();
    for segment in segments {
        let part = bytes.get(segment.span.clone()).unwrap_or_default();
        let decoded = decode(part, segment.encoding.unwrap_or(Encoding::Utf8));
        let raw = segment.span.start;
        let malformed = decoded.malformed.into_iter();
        all.malformed
            .extend(malformed.map(|span| span.start + raw..span.end + raw));
        let replaced_at = decoded.replaced_at.into_iter();
        all.replaced_at
            .extend(replaced_at.map(|at| at + text.len()));
        all.bom |= raw == 0 && decoded.bom;
        text.push_str(&decoded.text);
    }
    all.text = text.into();
    all
}
