//! What detection answers: text or not, in which encoding, how certainly, and why.

use super::evidence::Evidence;
use crate::encoding::Encoding;

/// What bytes were recognised as.
///
/// # Examples
/// ```
/// use zhfix::Detector;
/// use zhfix::detect::Verdict;
/// let verdict = |bytes: &[u8]| Detector::new().detect(bytes).verdict();
/// assert_eq!(verdict(b"\x7FELF\x02\x01\x01\0\0\0"), Verdict::Binary);
/// assert_eq!(verdict("中文".as_bytes()), Verdict::Text);
/// assert_eq!(verdict(b""), Verdict::Empty);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// Text in some encoding, named or not.
    Text,
    /// Not text.
    Binary,
    /// No bytes at all.
    Empty,
}

/// An encoding that the bytes may be in.
///
/// # Examples
/// ```
/// use zhfix::{Detector, Encoding};
/// let detection = Detector::new().detect(b"\xD6\xD0\xCE\xC4\xB1\xE0\xC2\xEB"); // 中文编码
/// assert_eq!(detection.candidates()[0].encoding, Encoding::Gbk);
/// assert!(detection.candidates()[0].probability > 0.9);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Candidate {
    /// The encoding.
    pub encoding: Encoding,
    /// How probable it is, 0 to 1.
    pub probability: f32,
}

/// What [`Detector::detect`](super::Detector::detect) found.
///
/// # Examples
/// ```
/// use zhfix::{Detector, Encoding};
/// let detection = Detector::new().detect(b"\xD6\xD0\xCE\xC4\xB1\xE0\xC2\xEB"); // 中文编码
/// assert_eq!(detection.encoding(), Some(Encoding::Gbk));
/// assert!(!detection.bom());
/// ```
#[derive(Debug, Clone)]
pub struct Detection {
    pub(super) verdict: Verdict,
    pub(super) encoding: Option<Encoding>,
    pub(super) candidates: Vec<Candidate>,
    pub(super) evidence: Vec<Evidence>,
    pub(super) bom: bool,
}

impl Detection {
    /// Text, binary or empty.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Detector, detect::Verdict};
    /// assert_eq!(Detector::new().detect(b"text").verdict(), Verdict::Text);
    /// ```
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }
    /// The encoding; `None` where there is not enough to say.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Detector, Encoding};
    /// let detection = Detector::new().detect(b"\xD6\xD0\xCE\xC4\xB1\xE0\xC2\xEB"); // 中文编码
    /// assert_eq!(detection.encoding(), Some(Encoding::Gbk));
    /// ```
    #[must_use]
    pub fn encoding(&self) -> Option<Encoding> {
        self.encoding
    }
    /// How probable [`Detection::encoding`] is, 0 to 1; 0 where it is `None`.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Detector;
    /// let detection = Detector::new().detect(b"\xD6\xD0\xCE\xC4\xB1\xE0\xC2\xEB"); // 中文编码
    /// assert!(detection.probability() > 0.9);
    /// ```
    #[must_use]
    pub fn probability(&self) -> f32 {
        match (self.encoding, self.candidates.first()) {
            (Some(_), Some(best)) => best.probability,
            _ => 0.0,
        }
    }
    /// Every encoding considered possible, the most probable first.
    ///
    /// An encoding that fits without a malformed sequence is listed even where its
    /// probability rounds to 0, unless it was given up as so much dearer, of more than 128 bytes
    /// or where a dozen usual characters leave nothing else in question. US-ASCII
    /// stands for all that extend it, GBK for gb18030 without four-byte sequences, and one
    /// single-byte encoding for all of them.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Detector, Encoding};
    /// let detection = Detector::new().detect(b"\xD6\xD0\xCE\xC4\xB1\xE0\xC2\xEB"); // 中文编码
    /// let others = &detection.candidates()[1..];
    /// assert!(others.iter().all(|other| other.encoding != Encoding::Gbk && other.probability < 0.1));
    /// ```
    #[must_use]
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }
    /// What speaks for and against the candidates, the strongest first.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Detector, Encoding};
    /// let detection = Detector::new().detect("中文".as_bytes());
    /// let of_utf8 = |encoding| encoding == Some(Encoding::Utf8);
    /// assert!(detection.evidence().iter().any(|evidence| of_utf8(evidence.encoding())));
    /// ```
    #[must_use]
    pub fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }
    /// Whether the bytes begin with a byte-order mark.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Detector;
    /// assert!(Detector::new().detect(b"\xEF\xBB\xBFtext").bom());
    /// ```
    #[must_use]
    pub fn bom(&self) -> bool {
        self.bom
    }
}
