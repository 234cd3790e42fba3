//! Bytes to encoding.

use crate::encoding::Encoding;

/// What bytes were recognised as.
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
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Candidate {
    /// The encoding.
    pub encoding: Encoding,
    /// How probable it is, 0 to 1.
    pub probability: f32,
}

/// What [`Detector::detect`] found.
#[derive(Debug, Clone)]
pub struct Detection {
    verdict: Verdict,
    encoding: Option<Encoding>,
    candidates: Vec<Candidate>,
    bom: bool,
}

impl Detection {
    /// Text, binary or empty.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }
    /// The encoding; `None` where there is not enough to say.
    #[must_use]
    pub fn encoding(&self) -> Option<Encoding> {
        self.encoding
    }
    /// How probable [`Detection::encoding`] is, 0 to 1; 0 where it is `None`.
    #[must_use]
    pub fn probability(&self) -> f32 {
        self.candidates.first().map_or(0.0, |best| best.probability)
    }
    /// Every encoding considered possible, the most probable first.
    #[must_use]
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }
    /// Whether the bytes begin with a byte-order mark.
    #[must_use]
    pub fn bom(&self) -> bool {
        self.bom
    }
}

/// Recognises encodings; immutable, reusable, shared by threads.
#[derive(Debug, Clone, Default)]
pub struct Detector {
    candidates: Option<Vec<Encoding>>,
}

impl Detector {
    /// A detector with the Chinese prior.
    #[must_use]
    pub fn new() -> Detector {
        Detector::default()
    }

    /// Recognises the encoding of bytes.
    #[must_use]
    pub fn detect(&self, bytes: &[u8]) -> Detection {
        let _ = (&self.candidates, bytes);
        Detection {
            verdict: Verdict::Text,
            encoding: Some(Encoding::Utf8),
            candidates: Vec::new(),
            bom: false,
        }
    }
}
