//! What is decided once about a document that is too large to be looked at as a whole.

use super::Pipeline;
use crate::codec;
use crate::convert::DocumentFacts;
use crate::detect::{Detection, Verdict};
use crate::encoding::Encoding;
use crate::repair::Evidence;
use crate::script::SAMPLE_BYTES;

/// From how much of a document its facts are decided at most: about two million characters.
/// Smaller documents are looked at as a whole.
pub(super) const SAMPLE_BYTES_MAX: usize = 4 << 20;

/// What says that later text contradicts what was detected: of as many bytes at most.
const PROBE_BYTES: usize = 8 << 10;
/// Fewer bytes of 0x80 and above say nothing.
const PROBE_LEAST_BYTES: usize = 64;
/// The probability from which another encoding is believed of a part.
const CONTRADICTION: f32 = 0.99;

/// What is decided once about a document and frozen: its encoding, what its damage is like, and
/// which variant it is in. Immutable, shared by threads.
///
/// Made by [`Pipeline::open`] from the first 4 MiB
/// ([`sample_bytes`](super::PipelineBuilder::sample_bytes)); every part of the document is processed
/// by it, so that neither the order nor the number of threads can matter.
///
/// # Examples
/// ```
/// use zhfix::{Encoding, Pipeline};
/// use zhfix::pipeline::Document;
/// let pipeline = Pipeline::default();
/// let large = "漢字\n".repeat(1 << 20);
/// let Document::Parts(parts) = pipeline.open(large.as_bytes())? else { panic!() };
/// assert_eq!(parts.facts().encoding(), Some(Encoding::Utf8));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Facts {
    pub(super) detection: Option<Detection>,
    pub(super) encoding: Option<Encoding>,
    pub(super) evidence: Evidence,
    pub(super) conversion: Option<DocumentFacts>,
}

impl Facts {
    /// The encoding that the document is read in; `None` where there is not enough to say.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Encoding, Pipeline};
    /// use zhfix::pipeline::Document;
    /// let pipeline = Pipeline::default();
    /// let large = "漢字\n".repeat(1 << 20);
    /// let Document::Parts(parts) = pipeline.open(large.as_bytes())? else { panic!() };
    /// assert_eq!(parts.facts().encoding(), Some(Encoding::Utf8));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn encoding(&self) -> Option<Encoding> {
        self.encoding
    }

    /// What was detected; `None` where the encoding was ordered.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::pipeline::Document;
    /// let pipeline = Pipeline::default();
    /// let large = "漢字\n".repeat(1 << 20);
    /// let Document::Parts(parts) = pipeline.open(large.as_bytes())? else { panic!() };
    /// assert!(parts.facts().detection().is_some());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn detection(&self) -> Option<&Detection> {
        self.detection.as_ref()
    }

    /// Text or binary. Bytes whose encoding was ordered are text.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::detect::Verdict;
    /// use zhfix::pipeline::Document;
    /// let pipeline = Pipeline::default();
    /// let large = "漢字\n".repeat(1 << 20);
    /// let Document::Parts(parts) = pipeline.open(large.as_bytes())? else { panic!() };
    /// assert_eq!(parts.facts().verdict(), Verdict::Text);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.detection
            .as_ref()
            .map_or(Verdict::Text, Detection::verdict)
    }

    /// Whether all that was seen is ASCII, so that the encoding is still open.
    pub(super) fn is_open(&self) -> bool {
        self.detection.is_some() && self.encoding == Some(Encoding::UsAscii)
    }
}

impl Pipeline {
    /// Decides the facts from the beginning of a document.
    pub(super) fn facts(&self, head: &[u8]) -> Facts {
        let facts = self.detected(head);
        self.learn(head, facts)
    }

    /// The encoding, and nothing else yet.
    pub(super) fn detected(&self, bytes: &[u8]) -> Facts {
        let detection = match self.encoding {
            Some(_) => None,
            None => Some(self.detector.detect(bytes)),
        };
        Facts {
            encoding: self
                .encoding
                .or_else(|| detection.as_ref().and_then(Detection::encoding)),
            detection,
            evidence: Evidence::default(),
            conversion: None,
        }
    }

    /// What the beginning of a document says beside its encoding.
    pub(super) fn learn(&self, head: &[u8], mut facts: Facts) -> Facts {
        let Some(encoding) = facts.encoding else {
            return facts;
        };
        if facts.verdict() != Verdict::Text {
            return facts;
        }
        let decoded = codec::decode(head, encoding).text;
        // Whole lines, as far as there are any.
        let lines = match memchr::memrchr(b'\n', decoded.as_bytes()) {
            Some(last) => &decoded[..last + 1],
            None => decoded.trim_end_matches(char::REPLACEMENT_CHARACTER),
        };
        let mut repaired = lines.into();
        let mut counts = None;
        if let Some(repairer) = &self.repairer {
            let (evidence, repair) = repairer.evidence(lines);
            facts.evidence = evidence;
            counts = Some(repair.script_counts(SAMPLE_BYTES));
            repaired = repair.into_text();
        }
        if let Some(converter) = &self.converter {
            facts.conversion = converter.document_facts(&repaired, counts.as_ref());
        }
        facts
    }

    /// What a part looks like, if it is something else than its document was detected as.
    pub(super) fn contradicts(
        &self,
        facts: &Facts,
        raw: &[u8],
        malformed: Option<usize>,
    ) -> Option<Encoding> {
        facts.detection.as_ref()?;
        let encoding = facts.encoding?;
        let start = match (encoding, malformed) {
            (Encoding::Utf8, None) => return None,
            (Encoding::Utf8, Some(at)) => at,
            _ => encoding_rs::Encoding::ascii_valid_up_to(raw),
        };
        let line = start.saturating_sub(PROBE_BYTES / 2);
        let line = memchr::memchr(b'\n', &raw[line..start]).map_or(start, |at| line + at + 1);
        let probe = &raw[line..raw.len().min(line + PROBE_BYTES)];
        let high_bytes = probe.iter().filter(|byte| !byte.is_ascii()).count();
        if high_bytes < PROBE_LEAST_BYTES {
            return None;
        }
        let found = self.detector.detect(probe);
        let other = found.encoding()?;
        (found.probability() >= CONTRADICTION && is_other(encoding, other)).then_some(other)
    }
}

/// Whether two answers exclude each other. Alphabets in single bytes are told apart by a letter
/// or two, and ASCII is part of all.
fn is_other(encoding: Encoding, found: Encoding) -> bool {
    use Encoding::{Big5, EucJp, EucKr, EucTw, Gb18030, Gb18030Of2005, Gbk, ShiftJis, Utf8};
    let kind = |encoding| match encoding {
        Utf8 => Some(0),
        Gbk | Gb18030 | Gb18030Of2005 => Some(1),
        Big5 => Some(2),
        EucTw => Some(3),
        ShiftJis => Some(4),
        EucJp => Some(5),
        EucKr => Some(6),
        _ => None,
    };
    kind(found).is_some() && kind(found) != kind(encoding)
}
