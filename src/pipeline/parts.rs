//! A document of any size as parts that are processed one by one, by any number of threads.
//!
//! The parts are the same however the bytes arrive: each is cut from a window of 256 KiB by
//! what stands in it (`cut`). As long as a document is ASCII alone its encoding is open: the
//! sample from which that is decided begins with the first part that is more.

use std::borrow::Cow;
use std::io::{self, Cursor, Read};
use std::sync::Arc;

use super::Pipeline;
use super::cut::{Cut, PART_BYTES};
use super::facts::{Facts, SAMPLE_BYTES};
use crate::codec::{self, Account, DecodeStream};
use crate::detect::Verdict;
use crate::encoding::Encoding;
use crate::report::{Contradiction, Report};

/// A document that was opened.
#[derive(Debug)]
#[non_exhaustive]
pub enum Document<'p, R> {
    /// All of one that is no larger than what facts are decided from; for [`Pipeline::run`].
    Whole(Vec<u8>),
    /// The parts of a larger one.
    Parts(Parts<'p, R>),
}

impl Pipeline {
    /// Opens a document of any size. Waits for its first 4 MiB or its end.
    ///
    /// # Errors
    /// What the reader gives.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::pipeline::Document;
    ///
    /// let pipeline = Pipeline::default();
    /// let large = "漢字\n".repeat(1 << 20);
    /// let Document::Parts(parts) = pipeline.open(large.as_bytes())? else { panic!() };
    /// for part in parts {
    ///     assert!(pipeline.run_part(part?).utf8().starts_with("汉字\n".as_bytes()));
    /// }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn open<R: Read>(&self, mut input: R) -> io::Result<Document<'_, R>> {
        let mut head = Vec::new();
        fill(&mut input, &mut head, SAMPLE_BYTES + 1)?;
        if head.len() <= SAMPLE_BYTES {
            return Ok(Document::Whole(head));
        }
        let facts = self.facts(&head[..SAMPLE_BYTES]);
        Ok(Document::Parts(Parts {
            pipeline: self,
            cut: Cut::of(facts.encoding),
            decoder: None,
            facts: Arc::new(facts),
            ahead: Cursor::new(head),
            input,
            window: Vec::new(),
            text: String::new(),
            account: Account::default(),
            start_bytes: 0,
            text_start_bytes: 0,
            ended: false,
        }))
    }

    /// Runs every stage over one part of a document.
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
            let decoded = match decoded {
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
            report.malformed = decoded.malformed;
            let is_borrowed = matches!(decoded.text, Cow::Borrowed(_));
            let bom = decoded.bom;
            let result = self.stages(
                decoded.text,
                &decoded.replaced_at,
                Some(&facts),
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

/// Reads until there are as many bytes, or no more.
fn fill(input: &mut impl Read, bytes: &mut Vec<u8>, wanted_bytes: usize) -> io::Result<()> {
    let missing = wanted_bytes.saturating_sub(bytes.len());
    bytes.reserve(missing);
    input.take(missing as u64).read_to_end(bytes)?;
    Ok(())
}

/// The parts of a document, in order; made by [`Pipeline::open`].
#[derive(Debug)]
pub struct Parts<'p, R> {
    pipeline: &'p Pipeline,
    facts: Arc<Facts>,
    cut: Cut,
    /// For encodings whose bytes cannot be cut.
    decoder: Option<DecodeStream>,
    /// What was read to decide the facts.
    ahead: Cursor<Vec<u8>>,
    input: R,
    /// Bytes that are not given out.
    window: Vec<u8>,
    /// Text that is not given out.
    text: String,
    /// What was malformed in it.
    account: Account,
    /// Where the window begins, or what was decoded ends.
    start_bytes: usize,
    /// How much text was given out before.
    text_start_bytes: usize,
    ended: bool,
}

impl<R: Read> Parts<'_, R> {
    /// What is decided about the document so far.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Decides the encoding anew, from the beginning and from these samples of the rest.
    #[must_use]
    pub fn with_samples(mut self, samples: &[u8]) -> Self {
        if samples.is_empty() || self.facts.detection.is_none() {
            return self;
        }
        let head = self.ahead.get_ref();
        let head = &head[..head.len().min(SAMPLE_BYTES)];
        let facts = self.pipeline.detected(&[head, samples].concat());
        if facts.encoding == self.facts.encoding {
            let known = (*self.facts).clone();
            self.facts = Arc::new(Facts {
                detection: facts.detection,
                ..known
            });
        } else if !self.facts.is_open() {
            let facts = self.pipeline.learn(head, facts);
            self.settle(facts);
        }
        self
    }

    fn settle(&mut self, facts: Facts) {
        self.cut = Cut::of(facts.encoding);
        self.facts = Arc::new(facts);
    }

    fn read(&mut self, wanted_bytes: usize) -> io::Result<()> {
        fill(&mut self.ahead, &mut self.window, wanted_bytes)?;
        if self.window.len() < wanted_bytes {
            // What was read ahead is not needed any more.
            self.ahead = Cursor::default();
            fill(&mut self.input, &mut self.window, wanted_bytes)?;
        }
        self.ended = self.window.len() < wanted_bytes;
        Ok(())
    }

    fn part(&mut self) -> io::Result<Option<Part>> {
        if let Cut::Decoded(encoding) = self.cut {
            return self.decoded_part(encoding);
        }
        self.read(PART_BYTES)?;
        if self.facts.is_open() && !is_plain(&self.window) {
            self.sample()?;
            return self.part();
        }
        if self.window.is_empty() {
            return Ok(None);
        }
        let end = match self.ended {
            true => self.window.len(),
            false => self
                .cut
                .part_bytes(&self.window, self.pipeline.converter.as_ref()),
        };
        let rest = self.window.split_off(end);
        let bytes = std::mem::replace(&mut self.window, rest);
        let part = Part {
            start_bytes: self.start_bytes,
            raw_bytes: end,
            bytes,
            decoded: None,
            facts: Arc::clone(&self.facts),
        };
        self.start_bytes += end;
        Ok(Some(part))
    }

    /// Decides the facts of a document that was ASCII up to here.
    fn sample(&mut self) -> io::Result<()> {
        self.read(SAMPLE_BYTES)?;
        let facts = self.pipeline.facts(&self.window);
        self.settle(facts);
        // What is in the window is read again.
        let mut ahead = std::mem::take(&mut self.window);
        let read = usize::try_from(self.ahead.position()).unwrap_or(usize::MAX);
        ahead.extend_from_slice(self.ahead.get_ref().get(read..).unwrap_or_default());
        self.ahead = Cursor::new(ahead);
        self.ended = false;
        if self.facts.is_open() {
            // Signs of an escape that is none: ASCII for good.
            self.cut = Cut::Utf8;
            self.facts = Arc::new(Facts {
                encoding: Some(Encoding::Utf8),
                ..(*self.facts).clone()
            });
        }
        Ok(())
    }

    fn decoded_part(&mut self, encoding: Encoding) -> io::Result<Option<Part>> {
        let from_bytes = self.start_bytes;
        if self.decoder.is_none() && !self.ended {
            self.decoder = Some(DecodeStream::new(encoding));
        }
        while self.text.len() < PART_BYTES
            && let Some(mut decoder) = self.decoder.take()
        {
            self.read(PART_BYTES)?;
            self.start_bytes += self.window.len();
            decoder.push(&self.window, &mut self.text);
            self.window.clear();
            let account = match self.ended {
                true => decoder.finish(&mut self.text),
                false => {
                    let account = decoder.take_account();
                    self.decoder = Some(decoder);
                    account
                }
            };
            self.account.bom |= account.bom;
            self.account.malformed.extend(account.malformed);
            self.account.replaced_at.extend(account.replaced_at);
        }
        if self.text.is_empty() && self.start_bytes == from_bytes {
            return Ok(None);
        }
        let is_last = self.ended && self.text.len() <= PART_BYTES;
        let end = match is_last {
            true => self.text.len(),
            false => {
                let window = &self.text.as_bytes()[..PART_BYTES.min(self.text.len())];
                self.cut
                    .part_bytes(window, self.pipeline.converter.as_ref())
            }
        };
        let end = self.text.floor_char_boundary(end);
        let rest = self.text.split_off(end);
        let text = std::mem::replace(&mut self.text, rest);
        let text_end_bytes = self.text_start_bytes + end;
        let done = self
            .account
            .replaced_at
            .partition_point(|&at| at < text_end_bytes);
        let malformed: Vec<_> = self.account.malformed.drain(..done).collect();
        let replaced_at = self.account.replaced_at.drain(..done);
        let replaced_at = replaced_at.map(|at| at - self.text_start_bytes).collect();
        let decoded = codec::Decoded {
            text: text.into(),
            malformed,
            replaced_at,
            bom: std::mem::take(&mut self.account.bom),
        };
        self.text_start_bytes = text_end_bytes;
        Ok(Some(Part {
            bytes: Vec::new(),
            decoded: Some(decoded),
            facts: Arc::clone(&self.facts),
            start_bytes: 0,
            raw_bytes: self.start_bytes - from_bytes,
        }))
    }
}

/// Whether nothing in the bytes says of an encoding more than that it extends ASCII.
fn is_plain(bytes: &[u8]) -> bool {
    bytes.is_ascii()
        && memchr::memchr2(0x1B, 0, bytes).is_none()
        && memchr::memmem::find(bytes, b"~{").is_none()
}

impl<R: Read> Iterator for Parts<'_, R> {
    type Item = io::Result<Part>;

    fn next(&mut self) -> Option<Self::Item> {
        self.part().transpose()
    }
}

/// Some lines of a document.
#[derive(Debug, Clone)]
pub struct Part {
    bytes: Vec<u8>,
    /// Set where the bytes cannot be decoded by themselves.
    decoded: Option<codec::Decoded<'static>>,
    facts: Arc<Facts>,
    /// Where it begins in the raw input; 0 where its places are those of the document.
    start_bytes: usize,
    raw_bytes: usize,
}

impl Part {
    /// The raw bytes, where the part was cut from them.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// What came of a part; its report is placed in the part until [`Total::add`](super::Total::add)
/// places it in the document.
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
    #[must_use]
    pub fn utf8(&self) -> &[u8] {
        self.text.as_ref().map_or(&self.bytes, String::as_bytes)
    }

    /// The raw bytes, where the part was cut from them.
    #[must_use]
    pub fn raw(&self) -> Option<&[u8]> {
        (!self.bytes.is_empty()).then_some(&self.bytes)
    }

    /// Whether the document is not text or in an unknown encoding, so that its bytes are all
    /// there is.
    #[must_use]
    pub fn is_bytes(&self) -> bool {
        self.facts.encoding.is_none() || self.facts.verdict() == Verdict::Binary
    }

    /// Whether the raw bytes are the text, unchanged.
    #[must_use]
    pub fn is_borrowed(&self) -> bool {
        self.text.is_none()
    }

    /// Whether the text is what was decoded, so that its raw bytes can stay.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.is_same
    }

    /// What was seen, changed and left.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The text as UTF-8, or the raw bytes where `raw` says so and there are some; the rest
    /// stays.
    #[must_use]
    pub fn take(&mut self, raw: bool) -> Vec<u8> {
        match self.text.take() {
            Some(text) if !raw || self.bytes.is_empty() => text.into_bytes(),
            _ => std::mem::take(&mut self.bytes),
        }
    }
}
