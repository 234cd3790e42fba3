//! Detection of bytes that arrive in parts.

use crate::detect::binary::{Controls, WINDOW_BYTES};
use crate::detect::input::{HEAD_BYTES, Input};
use crate::detect::sample::{Sample, Sampler};
use crate::detect::utf8::{Utf8, Utf8Stream};
use crate::detect::{Detection, Detector, decide, declared};

/// Recognises the encoding of bytes that arrive in parts: what the parts are cannot matter.
///
/// Made by [`Detector::stream`]. The answer is what [`Detector::detect`] gives for all the
/// bytes at once. Memory: the first 4 MiB, and less than 256 KiB for all that follows. Time:
/// each byte is looked at once, at the speed of a scan for ASCII and of a check of UTF-8.
///
/// # Examples
/// ```
/// use zhfix::{Detector, Encoding};
/// let detector = Detector::new();
/// let mut stream = detector.stream();
/// stream.push(b"\xD6\xD0\xCE"); // 中, and a lead byte
/// stream.push(b"\xC4\xB1\xE0\xC2\xEB");
/// assert_eq!(stream.finish().encoding(), Some(Encoding::Gbk)); // 中文编码
/// ```
#[derive(Debug, Clone)]
pub struct DetectStream<'d> {
    detector: &'d Detector,
    head: Vec<u8>,
    /// The last bytes of those behind the first that controls are counted in.
    tail: Vec<u8>,
    /// The very last of those behind the first that declarations are looked for in.
    last: Vec<u8>,
    length: usize,
    has_high: bool,
    utf8: Utf8Stream,
    sampler: Sampler,
}

impl<'d> DetectStream<'d> {
    pub(super) fn new(detector: &'d Detector) -> DetectStream<'d> {
        DetectStream {
            detector,
            head: Vec::new(),
            tail: Vec::new(),
            last: Vec::new(),
            length: 0,
            has_high: false,
            utf8: Utf8Stream::default(),
            sampler: Sampler::new(),
        }
    }

    /// Reads the next part.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Detector, Encoding};
    /// let detector = Detector::new();
    /// let mut stream = detector.stream();
    /// for byte in "中文".as_bytes() {
    ///     stream.push(&[*byte]);
    /// }
    /// assert_eq!(stream.finish().encoding(), Some(Encoding::Utf8));
    /// ```
    pub fn push(&mut self, part: &[u8]) {
        keep_last(&mut self.tail, part, self.head.len(), WINDOW_BYTES);
        keep_last(
            &mut self.last,
            part,
            self.head.len(),
            declared::WINDOW_BYTES,
        );
        self.length += part.len();
        let room = HEAD_BYTES - self.head.len();
        self.head.extend_from_slice(&part[..part.len().min(room)]);
        self.has_high |= !part.is_ascii();
        self.utf8.push(part);
        self.sampler.push(part);
    }

    /// What all parts together were recognised as.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Detector, detect::Verdict};
    /// let detector = Detector::new();
    /// assert_eq!(detector.stream().finish().verdict(), Verdict::Empty);
    /// ```
    #[must_use]
    pub fn finish(self) -> Detection {
        let seen = Seen {
            tail: &self.tail[self.tail.len().saturating_sub(WINDOW_BYTES)..],
            last: &self.last[self.last.len().saturating_sub(declared::WINDOW_BYTES)..],
            length: self.length,
            head: &self.head,
            has_high: self.has_high,
            utf8: self.utf8.finish(),
            sample: self.sampler.finish(),
        };
        decide::detect(self.detector, &seen)
    }
}

/// Keeps the last bytes of those behind the first window of as many, of which `seen` were
/// seen before this part.
fn keep_last(kept: &mut Vec<u8>, part: &[u8], seen: usize, window_bytes: usize) {
    let behind = &part[part.len().min(window_bytes.saturating_sub(seen))..];
    kept.extend_from_slice(&behind[behind.len().saturating_sub(window_bytes)..]);
    if kept.len() > 2 * window_bytes {
        kept.drain(..kept.len() - window_bytes);
    }
}

/// What a stream knows at its end.
struct Seen<'s> {
    head: &'s [u8],
    tail: &'s [u8],
    last: &'s [u8],
    length: usize,
    has_high: bool,
    utf8: Option<Utf8>,
    sample: Sample<'static>,
}

impl Input for Seen<'_> {
    fn head(&self) -> &[u8] {
        self.head
    }
    fn last(&self) -> (&[u8], usize) {
        (self.last, self.length - self.last.len())
    }
    fn controls(&self) -> Controls {
        let first = &self.head[..self.head.len().min(WINDOW_BYTES)];
        Controls::of_both(first, self.tail)
    }
    fn is_ascii(&self) -> bool {
        !self.has_high
    }
    fn utf8(&self) -> Option<Utf8> {
        self.utf8
    }
    fn sample(&self) -> Sample<'_> {
        self.sample.borrowed()
    }
}
