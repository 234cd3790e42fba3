//! Bytes to encoding.
//!
//! What this module decides: whether bytes are text, and in which encoding, for a user
//! who mostly meets Chinese. From what: byte-order marks, strict validity as UTF-8, and
//! otherwise what the bytes would say in each candidate encoding, priced in bits by
//! `model` (see `score`). The order of the questions is `decide`'s. The ideas come from
//! chardetng (decode, then judge characters, not bytes) and CED (an illegal byte is a
//! cost, not a verdict); chardetng also names the single-byte encoding where letters of
//! an alphabet win.
//!
//! What it gets wrong: text of two to four rare characters; Japanese without kana in
//! EUC-JP, which looks like GBK; names of encodings that differ in a letter or two
//! (windows-1252 and ISO-8859-15). Only a sample of a large input is judged, so `gb18030`
//! instead of `GBK`
//! is named only if a four-byte sequence stands in the first 4 MiB.

mod binary;
mod candidate;
mod conclude;
mod decide;
mod declared;
mod escape;
mod hypotheses;
mod input;
mod letters;
mod probability;
mod reading;
mod rules;
mod sample;
mod score;
mod segments;
mod stream;
mod utf8;
mod wide;

pub use segments::{Segment, decode_segments};
pub use stream::DetectStream;

use crate::encoding::Encoding;
use crate::model::Cost;

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

/// Why the detector said what it said.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Evidence {
    /// The bytes begin with the mark of this encoding.
    ByteOrderMark {
        /// The encoding.
        encoding: Encoding,
    },
    /// No byte is 0x80 or above.
    AsciiOnly,
    /// Every byte fits UTF-8, some past ASCII.
    ValidUtf8,
    /// The byte at `at` does not fit this encoding.
    RuledOut {
        /// The encoding.
        encoding: Encoding,
        /// Where: a raw byte offset.
        at: usize,
    },
    /// A four-byte sequence of gb18030, which GBK lacks.
    FourByteSequence {
        /// Where: a raw byte offset.
        at: usize,
    },
    /// An escape sequence that switches character sets.
    EscapeSequence {
        /// Where: a raw byte offset.
        at: usize,
    },
    /// What the characters past ASCII cost in this encoding: the fewer bits, the more
    /// usual the text; characters drawn at random cost 16 and more.
    Likelihood {
        /// The encoding.
        encoding: Encoding,
        /// Mean over the characters past ASCII that were looked at.
        bits_per_char: f32,
        /// How many those are.
        chars: u64,
    },
    /// The first bytes are those of a binary format.
    Signature {
        /// What the format is called.
        format: &'static str,
    },
    /// More control characters than text has.
    ControlCharacters {
        /// How many, in the part that was looked at.
        bytes: usize,
    },
}

/// What [`Detector::detect`] found.
#[derive(Debug, Clone)]
pub struct Detection {
    verdict: Verdict,
    encoding: Option<Encoding>,
    candidates: Vec<Candidate>,
    evidence: Vec<Evidence>,
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
        match (self.encoding, self.candidates.first()) {
            (Some(_), Some(best)) => best.probability,
            _ => 0.0,
        }
    }
    /// Every encoding considered possible, the most probable first.
    ///
    /// An encoding that fits without a malformed sequence is listed even where its
    /// probability rounds to 0. US-ASCII stands for all that extend it, GBK for gb18030
    /// without four-byte sequences, and one single-byte encoding for all of them.
    #[must_use]
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }
    /// What speaks for and against the candidates, the strongest first.
    #[must_use]
    pub fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }
    /// Whether the bytes begin with a byte-order mark.
    #[must_use]
    pub fn bom(&self) -> bool {
        self.bom
    }
}

/// Where a document comes from, which shifts what is likely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Region {
    /// Mainland China: GBK is likelier than Big5.
    Cn,
    /// Taiwan: Big5 is likelier than GBK.
    Tw,
    /// Hong Kong: Big5 is likelier than GBK.
    Hk,
}

/// Recognises encodings; immutable, reusable, shared by threads.
#[derive(Debug, Clone, Default)]
pub struct Detector {
    candidates: Option<Vec<Encoding>>,
    hints: Vec<Encoding>,
    region: Option<Region>,
}

/// Options of a [`Detector`].
#[derive(Debug, Clone, Default)]
pub struct DetectorBuilder {
    detector: Detector,
}

impl DetectorBuilder {
    /// Answers only these. ASCII is answered as the first of them that extends it, and
    /// GBK covers gb18030 and the other way round where only one of the two is allowed.
    #[must_use]
    pub fn candidates(mut self, encodings: &[Encoding]) -> Self {
        self.detector.candidates = Some(encodings.to_vec());
        self
    }
    /// What something else says the encoding is: a header, a file name. Evidence only:
    /// bytes that speak clearly outweigh it. Each call adds one.
    #[must_use]
    pub fn hint(mut self, encoding: Encoding) -> Self {
        self.detector.hints.push(encoding);
        self
    }
    /// Where the document comes from. Evidence only.
    #[must_use]
    pub fn region(mut self, region: Region) -> Self {
        self.detector.region = Some(region);
        self
    }
    /// The detector.
    #[must_use]
    pub fn build(self) -> Detector {
        self.detector
    }
}

impl Detector {
    /// A detector with the Chinese prior.
    #[must_use]
    pub fn new() -> Detector {
        Detector::default()
    }

    /// All options, set as [`Detector::new`] has them.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Detector, Encoding};
    /// // 谢谢 in GBK is лл in UTF-8: the bytes fit both.
    /// let bytes = b"\xD0\xBB\xD0\xBB";
    /// let unicode = Detector::builder().candidates(&[Encoding::Utf8]).build();
    /// assert_eq!(unicode.detect(bytes).encoding(), Some(Encoding::Utf8));
    /// ```
    #[must_use]
    pub fn builder() -> DetectorBuilder {
        DetectorBuilder::default()
    }

    /// Recognises the encoding of bytes.
    ///
    /// Valid UTF-8 is checked over the whole input at memory speed; of anything else a
    /// sample is decoded: 4 KiB of the first 16, and half a KiB of each further zone, of
    /// which there are four between a power of two and the next. Time O(n), extra memory
    /// O(log n).
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Detector, Encoding};
    /// let detection = Detector::new().detect(b"\xD6\xD0\xCE\xC4\xB1\xE0\xC2\xEB");
    /// assert_eq!(detection.encoding(), Some(Encoding::Gbk)); // 中文编码
    /// assert!(detection.probability() > 0.9);
    /// ```
    #[must_use]
    pub fn detect(&self, bytes: &[u8]) -> Detection {
        decide::detect(self, &bytes)
    }

    /// Recognises the encoding of bytes that arrive in parts.
    #[must_use]
    pub fn stream(&self) -> DetectStream<'_> {
        DetectStream::new(self)
    }

    /// Whether an encoding may be answered.
    fn permits(&self, encoding: Encoding) -> bool {
        self.candidates
            .as_ref()
            .is_none_or(|candidates| candidates.contains(&encoding))
    }
}

impl score::Prior for Detector {
    fn extra_bits(&self, encoding: Encoding) -> Option<Cost> {
        // GBK is scored for both of its names.
        let gbk_family = matches!(encoding, Encoding::Gbk | Encoding::Gb18030);
        let same = |other: Encoding| {
            other == encoding || (gbk_family && matches!(other, Encoding::Gbk | Encoding::Gb18030))
        };
        if let Some(candidates) = &self.candidates
            && !candidates.iter().any(|&candidate| same(candidate))
        {
            return None;
        }
        let region_bits = match (self.region, encoding) {
            (Some(Region::Cn), Encoding::Big5) => 4,
            (Some(Region::Tw | Region::Hk), Encoding::Gbk) => 3,
            _ => 0,
        };
        // A declared charset is wrong about once in 250 documents.
        let hint_bits = if self.hints.iter().any(|&hint| same(hint)) {
            -8
        } else {
            0
        };
        Some(region_bits + hint_bits)
    }
}
