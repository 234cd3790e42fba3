//! One part of a large document, and what comes of it.

use std::borrow::Cow;
use std::sync::Arc;

use super::Pipeline;
use super::cut::PART_BYTES;
use super::facts::Facts;
use crate::codec;
use crate::detect::Verdict;
use crate::report::{Contradiction, Report};
use crate::script::PART_SAMPLE_BYTES;

/// How many parts at the beginning of a document are all weighed,
const ALL_WEIGHED: usize = 64;
/// and one in how many behind them.
const WEIGHED_OF: usize = 8;

impl Pipeline {
    /// Runs every stage over one part of a document.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::pipeline::Document;
    /// let pipeline = Pipeline::default();
    /// let large = "漢字\n".repeat(1 << 20);
    /// let Document::Parts(mut parts) = pipeline.open(large.as_bytes())? else { panic!() };
    /// let part = parts.next().ok_or(std::io::ErrorKind::UnexpectedEof)??;
    /// assert!(pipeline.run_part(part).utf8().starts_with("汉字".as_bytes()));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn run_part(&self, part: Part) -> PartOutcome {
        let Part {
            bytes,
            decoded,
            facts,
            start_bytes,
            raw_bytes,
        } = part;
        let mut report = Report {
            bytes: raw_bytes as u64,
            encoding: facts.encoding,
            ..Report::default()
        };
        let mut text = None;
        let mut is_same = true;
        let mut decoded_bytes = 0;
        let mut contradiction = None;
        let is_text = facts.verdict() == Verdict::Text;
        if let Some(encoding) = facts.encoding.filter(|_| is_text) {
            let is_decoded = decoded.is_some();
            let mut decoded = match decoded {
                Some(decoded) => decoded,
                None if start_bytes == 0 => codec::decode(&bytes, encoding),
                None => codec::decode_part(&bytes, encoding),
            };
            let first_malformed = decoded.malformed.first().map(|span| span.start);
            let other = if is_decoded {
                let many = decoded.malformed.len() * 24 > decoded.text.len();
                many.then_some(None)
            } else {
                let other = self.contradicts(&facts, &bytes, first_malformed);
                other.map(Some)
            };
            contradiction = other.map(|encoding| Contradiction {
                at: start_bytes as u64,
                encoding,
            });
            decoded_bytes = decoded.text.len();
            report.bom = decoded.bom;
            report.malformed.clone_from(&decoded.malformed);
            let mended = self.mend(&bytes, &mut decoded, &mut report);
            let is_borrowed = matches!(decoded.text, Cow::Borrowed(_));
            let bom = decoded.bom;
            let result = self.stages_behind(
                decoded.text,
                &decoded.replaced_at,
                mended,
                Some(Beside {
                    facts: &facts,
                    start_bytes,
                }),
                &mut report,
            );
            is_same = report.changes.is_empty() && report.converted_chars == 0;
            text = match result {
                Cow::Borrowed(_) if is_borrowed && !bom => None,
                result => Some(result.into_owned()),
            };
        }
        PartOutcome {
            report,
            bytes,
            text,
            is_same,
            facts,
            start_bytes,
            decoded_bytes,
            contradiction,
        }
    }
}

/// The large document beside which a part stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beside<'f> {
    pub(super) facts: &'f Facts,
    /// Where the part begins.
    start_bytes: usize,
}

impl Beside<'_> {
    /// How much of the part is weighed where its characters do not say which script it is in. Prices
    /// wait for memory, and of a giant a share of the parts says as much as all.
    pub(super) fn sample_bytes(self) -> usize {
        let number = self.start_bytes / PART_BYTES;
        let is_weighed = number < ALL_WEIGHED || number.is_multiple_of(WEIGHED_OF);
        if is_weighed { PART_SAMPLE_BYTES } else { 0 }
    }
}

/// Some lines of a document.
///
/// # Examples
/// ```
/// use zhfix::Pipeline;
/// use zhfix::pipeline::Document;
/// let pipeline = Pipeline::default();
/// let large = "漢字\n".repeat(1 << 20);
/// let Document::Parts(mut parts) = pipeline.open(large.as_bytes())? else { panic!() };
/// let part = parts.next().ok_or(std::io::ErrorKind::UnexpectedEof)??;
/// assert!(large.as_bytes().starts_with(part.bytes()));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Part {
    pub(super) bytes: Vec<u8>,
    /// Set where the bytes cannot be decoded by themselves.
    pub(super) decoded: Option<codec::Decoded<'static>>,
    pub(super) facts: Arc<Facts>,
    /// Where it begins in the raw input; 0 where its places are those of the document.
    pub(super) start_bytes: usize,
    pub(super) raw_bytes: usize,
}

impl Part {
    /// The raw bytes, where the part was cut from them.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::pipeline::Document;
    /// let pipeline = Pipeline::default();
    /// let large = "漢字\n".repeat(1 << 20);
    /// let Document::Parts(mut parts) = pipeline.open(large.as_bytes())? else { panic!() };
    /// let part = parts.next().ok_or(std::io::ErrorKind::UnexpectedEof)??;
    /// assert!(part.bytes().ends_with(b"\n"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The text as it is decoded, before any stage: what places in the report of the part are
    /// places in.
    ///
    /// Empty where the encoding is unknown. Borrowed where the bytes are that text. Time O(n).
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::pipeline::Document;
    /// let pipeline = Pipeline::default();
    /// let large = "漢字\n".repeat(1 << 20);
    /// let Document::Parts(mut parts) = pipeline.open(large.as_bytes())? else { panic!() };
    /// let part = parts.next().ok_or(std::io::ErrorKind::UnexpectedEof)??;
    /// assert!(part.decoded().starts_with("漢字\n"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn decoded(&self) -> Cow<'_, str> {
        match (&self.decoded, self.facts.encoding) {
            (Some(decoded), _) => Cow::Borrowed(&decoded.text),
            (None, Some(encoding)) if self.start_bytes == 0 => {
                codec::decode(&self.bytes, encoding).text
            }
            (None, Some(encoding)) => codec::decode_part(&self.bytes, encoding).text,
            (None, None) => Cow::Borrowed(""),
        }
    }
}

/// What came of a part; its report is placed in the part until [`Total::add`](super::Total::add)
/// places it in the document.
///
/// # Examples
/// ```
/// use zhfix::Pipeline;
/// use zhfix::pipeline::Document;
/// let pipeline = Pipeline::default();
/// let large = "漢字\n".repeat(1 << 20);
/// let Document::Parts(mut parts) = pipeline.open(large.as_bytes())? else { panic!() };
/// let part = parts.next().ok_or(std::io::ErrorKind::UnexpectedEof)??;
/// let outcome = pipeline.run_part(part);
/// assert!(outcome.report().converted_chars > 0);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct PartOutcome {
    pub(super) report: Report,
    bytes: Vec<u8>,
    text: Option<String>,
    is_same: bool,
    pub(super) facts: Arc<Facts>,
    pub(super) start_bytes: usize,
    pub(super) decoded_bytes: usize,
    pub(super) contradiction: Option<Contradiction>,
}

impl PartOutcome {
    /// The text as UTF-8; of a document that is not text, or in an unknown encoding, its bytes.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::pipeline::Document;
    /// let pipeline = Pipeline::default();
    /// let large = "漢字\n".repeat(1 << 20);
    /// let Document::Parts(mut parts) = pipeline.open(large.as_bytes())? else { panic!() };
    /// let part = parts.next().ok_or(std::io::ErrorKind::UnexpectedEof)??;
    /// let outcome = pipeline.run_part(part);
    /// assert!(outcome.utf8().starts_with("汉字\n".as_bytes()));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn utf8(&self) -> &[u8] {
        self.text.as_ref().map_or(&self.bytes, String::as_bytes)
    }

    /// The raw bytes, where the part was cut from them.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::pipeline::Document;
    /// let pipeline = Pipeline::default();
    /// let large = "漢字\n".repeat(1 << 20);
    /// let Document::Parts(mut parts) = pipeline.open(large.as_bytes())? else { panic!() };
    /// let part = parts.next().ok_or(std::io::ErrorKind::UnexpectedEof)??;
    /// let outcome = pipeline.run_part(part);
    /// assert!(outcome.raw().is_some_and(|raw| raw.starts_with("漢字\n".as_bytes())));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn raw(&self) -> Option<&[u8]> {
        (!self.bytes.is_empty()).then_some(&self.bytes)
    }

    /// Whether the document is not text or in an unknown encoding, so that its bytes are all
    /// there is.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::pipeline::Document;
    /// let pipeline = Pipeline::default();
    /// let large = "漢字\n".repeat(1 << 20);
    /// let Document::Parts(mut parts) = pipeline.open(large.as_bytes())? else { panic!() };
    /// let part = parts.next().ok_or(std::io::ErrorKind::UnexpectedEof)??;
    /// let outcome = pipeline.run_part(part);
    /// assert!(!outcome.is_bytes());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn is_bytes(&self) -> bool {
        self.facts.encoding.is_none() || self.facts.verdict() == Verdict::Binary
    }

    /// Whether the raw bytes are the text, unchanged.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::pipeline::Document;
    /// let pipeline = Pipeline::default();
    /// let large = "漢字\n".repeat(1 << 20);
    /// let Document::Parts(mut parts) = pipeline.open(large.as_bytes())? else { panic!() };
    /// let part = parts.next().ok_or(std::io::ErrorKind::UnexpectedEof)??;
    /// let outcome = pipeline.run_part(part);
    /// assert!(!outcome.is_borrowed());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn is_borrowed(&self) -> bool {
        self.text.is_none()
    }

    /// Whether the text is what was decoded, so that its raw bytes can stay.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::pipeline::Document;
    /// let pipeline = Pipeline::default();
    /// let large = "漢字\n".repeat(1 << 20);
    /// let Document::Parts(mut parts) = pipeline.open(large.as_bytes())? else { panic!() };
    /// let part = parts.next().ok_or(std::io::ErrorKind::UnexpectedEof)??;
    /// let outcome = pipeline.run_part(part);
    /// assert!(!outcome.is_same());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.is_same
    }

    /// What was seen, changed and left.
    /// Behind the first 16 MiB the script is weighed of one part in eight; of the others it is what the
    /// characters say alone.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::pipeline::Document;
    /// let pipeline = Pipeline::default();
    /// let large = "漢字\n".repeat(1 << 20);
    /// let Document::Parts(mut parts) = pipeline.open(large.as_bytes())? else { panic!() };
    /// let part = parts.next().ok_or(std::io::ErrorKind::UnexpectedEof)??;
    /// let outcome = pipeline.run_part(part);
    /// assert!(outcome.report().malformed.is_empty());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The text as UTF-8, or the raw bytes where `raw` says so and there are some; the rest
    /// stays.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::pipeline::Document;
    /// let pipeline = Pipeline::default();
    /// let large = "漢字\n".repeat(1 << 20);
    /// let Document::Parts(mut parts) = pipeline.open(large.as_bytes())? else { panic!() };
    /// let part = parts.next().ok_or(std::io::ErrorKind::UnexpectedEof)??;
    /// let mut outcome = pipeline.run_part(part);
    /// assert!(outcome.take(false).starts_with("汉字\n".as_bytes()));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn take(&mut self, raw: bool) -> Vec<u8> {
        match self.text.take() {
            Some(text) if !raw || self.bytes.is_empty() => text.into_bytes(),
            _ => std::mem::take(&mut self.bytes),
        }
    }
}
