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
mod detection;
mod escape;
mod evidence;
mod few;
mod file_name;
mod hypotheses;
mod input;
mod letters;
mod lines;
mod probability;
mod reader;
mod reading;
mod rules;
mod sample;
mod score;
mod screen;
mod segments;
mod stream;
mod units;
mod unusual;
mod utf8;
mod utf8_bound;
mod wide;

pub use detection::{Candidate, Detection, Verdict};
pub use evidence::Evidence;
pub use segments::{Segment, decode_segments};
pub use stream::DetectStream;

use crate::encoding::Encoding;
use crate::model::Cost;
use file_name::Named;

/// Where a document comes from, which shifts what is likely.
///
/// # Examples
/// ```
/// use zhfix::{Detector, Encoding, detect::Region};
/// // 研究 in Big5.
/// let detector = Detector::builder().region(Region::Tw).build();
/// assert_eq!(detector.detect(b"\xAC\xE3\xA8\x73").encoding(), Some(Encoding::Big5));
/// ```
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
///
/// # Examples
/// ```
/// use zhfix::{Detector, Encoding};
/// let detection = Detector::default().detect(b"\xD6\xD0\xCE\xC4\xB1\xE0\xC2\xEB"); // 中文编码
/// assert_eq!(detection.encoding(), Some(Encoding::Gbk));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Detector {
    candidates: Option<Vec<Encoding>>,
    hints: Vec<Encoding>,
    region: Option<Region>,
    name: Named,
}

/// Options of a [`Detector`].
///
/// # Examples
/// ```
/// use zhfix::{Detector, Encoding};
/// let detector = Detector::builder().hint(Encoding::Utf8).file_name("a.txt").build();
/// assert_eq!(detector.detect(b"\xD0\xBB\xD0\xBB").encoding(), Some(Encoding::Utf8));
/// ```
#[derive(Debug, Clone, Default)]
pub struct DetectorBuilder {
    detector: Detector,
}

impl DetectorBuilder {
    /// Answers only these. ASCII is answered as the first of them that extends it, and
    /// GBK covers gb18030 and the other way round where only one of the two is allowed.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Detector, Encoding};
    /// let detector = Detector::builder().candidates(&[Encoding::Big5, Encoding::Utf8]).build();
    /// assert_eq!(detector.detect(b"ASCII").encoding(), Some(Encoding::Big5));
    /// ```
    #[must_use]
    pub fn candidates(mut self, encodings: &[Encoding]) -> Self {
        self.detector.candidates = Some(encodings.to_vec());
        self
    }
    /// What something else says the encoding is: a header, a file name. Evidence only:
    /// bytes that speak clearly outweigh it. Each call adds one.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Detector, Encoding};
    /// let detector = Detector::builder().hint(Encoding::Utf8).build();
    /// assert_eq!(detector.detect(b"\xD0\xBB\xD0\xBB").encoding(), Some(Encoding::Utf8));
    /// ```
    #[must_use]
    pub fn hint(mut self, encoding: Encoding) -> Self {
        self.detector.hints.push(encoding);
        self
    }
    /// The value of a header that came with the document, `text/html; charset=gb2312`: what
    /// it names is taken as [`DetectorBuilder::hint`] takes it, and what it does not name, or
    /// names by a label that nobody knows, changes nothing.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Detector, Encoding};
    /// let detector = Detector::builder().header("text/plain; charset=utf-8").build();
    /// assert_eq!(detector.detect(b"\xD0\xBB\xD0\xBB").encoding(), Some(Encoding::Utf8));
    /// ```
    #[must_use]
    pub fn header(self, content_type: &str) -> Self {
        match declared::of_header(content_type.as_bytes()) {
            Some(encoding) => self.hint(encoding),
            None => self,
        }
    }
    /// The name of the document, with its folders or without: `readme.gbk.txt`,
    /// `zh_TW.Big5/messages.po`, `film.cht.srt` say something of the encoding. Evidence only,
    /// and less than a hint. The last call counts.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Detector, Encoding};
    /// let detector = Detector::builder().file_name("readme.gbk.txt").build();
    /// assert_eq!(detector.detect(b"\xD6\xD0\xCE\xC4\xB1\xE0\xC2\xEB").encoding(), Some(Encoding::Gbk));
    /// ```
    #[must_use]
    pub fn file_name(mut self, name: &str) -> Self {
        self.detector.name = Named::of(name);
        self
    }
    /// Where the document comes from. Evidence only.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Detector, Encoding, detect::Region};
    /// // Evidence only: bytes that speak clearly outweigh it.
    /// let detector = Detector::builder().region(Region::Tw).build();
    /// assert_eq!(detector.detect(b"\xD6\xD0\xCE\xC4\xB1\xE0\xC2\xEB").encoding(), Some(Encoding::Gbk));
    /// ```
    #[must_use]
    pub fn region(mut self, region: Region) -> Self {
        self.detector.region = Some(region);
        self
    }
    /// The detector.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Detector, Encoding};
    /// let detector = Detector::builder().build();
    /// assert_eq!(detector.detect("中文".as_bytes()).encoding(), Some(Encoding::Utf8));
    /// ```
    #[must_use]
    pub fn build(self) -> Detector {
        self.detector
    }
}

impl Detector {
    /// A detector with the Chinese prior.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Detector, Encoding};
    /// assert_eq!(Detector::new().detect("中文".as_bytes()).encoding(), Some(Encoding::Utf8));
    /// ```
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

    /// The same detector for a document of this name; see [`DetectorBuilder::file_name`].
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Detector, Encoding};
    /// let detector = Detector::new().named("messages.gb2312.txt");
    /// assert_eq!(detector.detect(b"\xD6\xD0\xCE\xC4\xB1\xE0\xC2\xEB").encoding(), Some(Encoding::Gbk));
    /// ```
    #[must_use]
    pub fn named(&self, name: &str) -> Detector {
        let mut detector = self.clone();
        detector.name = Named::of(name);
        detector
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

    /// Recognises the one encoding of many short strings: the names in an archive, the cells
    /// of a column. What one name leaves open all of them together decide.
    ///
    /// Offsets in the evidence count the strings with one byte between each two. Time and
    /// memory as [`Detector::stream`].
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Detector, Encoding};
    /// // 谢谢 in GBK is лл in UTF-8; 文件 beside it is nothing else.
    /// let names: [&[u8]; 2] = [b"\xD0\xBB\xD0\xBB", b"\xCE\xC4\xBC\xFE"];
    /// assert_eq!(Detector::new().detect_many(&names).encoding(), Some(Encoding::Gbk));
    /// ```
    #[must_use]
    pub fn detect_many<B: AsRef<[u8]>>(&self, strings: &[B]) -> Detection {
        let strings = || strings.iter().map(AsRef::as_ref);
        let mut stream = self.stream();
        for (index, string) in strings().enumerate() {
            // Where every decoder is at rest.
            stream.push(if index > 0 { b"\n" } else { b"" });
            stream.push(string);
        }
        let joined = stream.finish();
        // A line feed is no unit of UTF-16 or UTF-32.
        let is_wide = |found: &Detection| found.encoding().is_some_and(conclude::is_wide);
        let whole_units = strings().all(|string| string.len().is_multiple_of(2));
        if whole_units && (joined.encoding().is_none() || is_wide(&joined)) {
            let mut stream = self.stream();
            strings().for_each(|string| stream.push(string));
            let without = stream.finish();
            if is_wide(&without) {
                return without;
            }
        }
        joined
    }

    /// Recognises the encoding of bytes that arrive in parts.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Detector, Encoding};
    /// let detector = Detector::new();
    /// let mut stream = detector.stream();
    /// stream.push("中".as_bytes());
    /// stream.push("文".as_bytes());
    /// assert_eq!(stream.finish().encoding(), Some(Encoding::Utf8));
    /// ```
    #[must_use]
    pub fn stream(&self) -> DetectStream<'_> {
        DetectStream::new(self)
    }

    /// Whether the caller said nothing of what is likely.
    fn knows_nothing(&self) -> bool {
        self.candidates.is_none()
            && self.hints.is_empty()
            && self.region.is_none()
            && self.name.says_nothing()
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
        let region_bits = region_bits(self.region, encoding);
        // A declared charset is wrong about once in 250 documents.
        let hint_bits = if self.hints.iter().any(|&hint| same(hint)) {
            -8
        } else {
            0
        };
        Some(region_bits + hint_bits + self.name.extra_bits(encoding))
    }
}

/// How much less likely an encoding is where a document comes from, in bits.
fn region_bits(region: Option<Region>, encoding: Encoding) -> Cost {
    match (region, encoding) {
        (Some(Region::Cn), Encoding::Big5) => 4,
        (Some(Region::Tw | Region::Hk), Encoding::Gbk) => 3,
        _ => 0,
    }
}
