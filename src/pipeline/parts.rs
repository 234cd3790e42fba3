//! A document of any size as parts that are processed one by one, by any number of threads.
//!
//! The parts are the same however the bytes arrive: each is cut from a window of 256 KiB by
//! what stands in it (`cut`). As long as a document is ASCII alone its encoding is open: the
//! sample from which that is decided begins with the first part that is more.

use std::io::{self, Cursor, Read};
use std::sync::Arc;

use super::Pipeline;
use super::cut::{Cut, PART_BYTES};
use super::facts::Facts;
use super::part::Part;
use crate::codec::{self, Account, DecodeStream};
use crate::encoding::Encoding;

/// A document that was opened.
///
/// # Examples
/// ```
/// use zhfix::Pipeline;
/// use zhfix::pipeline::Document;
/// let pipeline = Pipeline::default();
/// assert!(matches!(pipeline.open(&b"small"[..])?, Document::Whole(bytes) if bytes == b"small"));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Document<'p, R> {
    /// All of one that is no larger than what facts are decided from; for [`Pipeline::run`].
    Whole(Vec<u8>),
    /// The parts of a larger one.
    Parts(Box<Parts<'p, R>>),
}

impl Pipeline {
    /// Opens a document of any size. Waits for its first 4 MiB
    /// ([`PipelineBuilder::sample_bytes`](super::PipelineBuilder::sample_bytes)) or its end.
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
        fill(&mut input, &mut head, self.sample_bytes + 1)?;
        if head.len() <= self.sample_bytes {
            return Ok(Document::Whole(head));
        }
        let facts = self.facts(&head[..self.sample_bytes]);
        Ok(Document::Parts(Box::new(Parts {
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
        })))
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
///
/// # Examples
/// ```
/// use zhfix::Pipeline;
/// use zhfix::pipeline::Document;
/// let pipeline = Pipeline::default();
/// let large = "漢字\n".repeat(1 << 20);
/// let Document::Parts(parts) = pipeline.open(large.as_bytes())? else { panic!() };
/// let bytes = parts.map(|part| part.map(|part| part.bytes().len())).sum::<Result<usize, _>>()?;
/// assert_eq!(bytes, large.len());
/// # Ok::<(), std::io::Error>(())
/// ```
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
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::pipeline::Document;
    /// let pipeline = Pipeline::default();
    /// let large = "漢字\n".repeat(1 << 20);
    /// let Document::Parts(parts) = pipeline.open(large.as_bytes())? else { panic!() };
    /// assert!(parts.facts().encoding().is_some());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Decides the encoding anew, from the beginning and from these samples of the rest.
    ///
    /// # Examples
    /// ```
    /// use zhfix::pipeline::Document;
    /// use zhfix::{Encoding, Pipeline};
    /// let pipeline = Pipeline::default();
    /// // 4 MiB of ASCII say nothing; what comes behind them does.
    /// let large = ["note\n".repeat(1 << 20).as_bytes(), b"\xD6\xD0\xCE\xC4\xB1\xE0\xC2\xEB\n"].concat();
    /// let Document::Parts(parts) = pipeline.open(&large[..])? else { panic!() };
    /// let parts = parts.with_samples(b"\xD6\xD0\xCE\xC4\xB1\xE0\xC2\xEB\n");
    /// assert!(parts.facts().encoding().is_some_and(|encoding| encoding != Encoding::Utf8));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn with_samples(mut self, samples: &[u8]) -> Self {
        if samples.is_empty() || self.facts.detection.is_none() {
            return self;
        }
        let head = self.ahead.get_ref();
        let head = &head[..head.len().min(self.pipeline.sample_bytes)];
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
        self.read(self.pipeline.sample_bytes)?;
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
