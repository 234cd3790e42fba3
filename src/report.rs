//! What was seen, changed and left: one value for the report, the diff and the undo.

#[cfg(feature = "records")]
pub use json::About;

use crate::Span;
use crate::detect::{Detection, Segment, Verdict};
use crate::encoding::Encoding;
use crate::repair::{Guess, Loss};
use crate::script::{self, Script, ScriptCounts};

#[cfg(feature = "records")]
pub(crate) mod json;

/// The stage that made a change.
///
/// # Examples
/// ```
/// use zhfix::{Pipeline, report::Stage};
/// let report = Pipeline::default().run("坚决扞卫".as_bytes()).report;
/// assert_eq!(report.changes[0].stage, Stage::Repair);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// Repair.
    Repair,
    /// Conversion.
    Convert,
    /// Consistency with the variant, behind conversion.
    Consistency,
}

/// One change, placed in the decoded input.
///
/// # Examples
/// ```
/// use zhfix::Pipeline;
/// let report = Pipeline::default().run("坚决扞卫".as_bytes()).report;
/// assert_eq!(report.changes[0].span, 6..9);
/// assert_eq!(report.changes[0].after, "捍");
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Change {
    /// Where: bytes of the decoded text, mapped back through every stage.
    pub span: Span,
    /// The stage that made it.
    pub stage: Stage,
    /// The rule's name; for conversion the configuration's or variant's.
    pub rule: String,
    /// What the stage read there.
    pub before: String,
    /// What it wrote.
    pub after: String,
    /// For mojibake the route, `encode gbk | decode utf-8`; else empty.
    pub route: String,
    /// How certain, 0 to 1.
    pub certainty: f32,
    /// How many characters were filled in rather than proven.
    pub guessed_chars: u32,
    /// Which they are, in bytes of `after`.
    pub guesses: Vec<Guess>,
}

/// Everything that a run has to say about one document.
///
/// # Examples
/// ```
/// use zhfix::{Encoding, Pipeline};
/// let report = Pipeline::default().run("坚决扞卫".as_bytes()).report;
/// assert_eq!(report.encoding, Some(Encoding::Utf8));
/// assert_eq!(report.changes.len(), 1);
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Report {
    /// What the bytes were recognised as; `None` where nothing was detected, because the
    /// input was text already or its encoding was ordered.
    pub detection: Option<Detection>,
    /// The encoding that the bytes were read in, ordered or detected, or most of them where
    /// there are [`Report::segments`]; `None` where there were no bytes to read, or no encoding
    /// to read them in.
    pub encoding: Option<Encoding>,
    /// The parts of the input, where they were read in different encodings; else empty.
    pub segments: Vec<Segment>,
    /// Whether the bytes began with the byte-order mark of that encoding.
    pub bom: bool,
    /// Length of the input in bytes (of UTF-8 where it was text already).
    pub bytes: u64,
    /// Raw byte spans that could not be decoded.
    pub malformed: Vec<Span>,
    /// Characters by variant, in the repaired text before conversion.
    pub script_counts: ScriptCounts,
    /// Repairs, conversions where asked for, and what made the text consistent with its
    /// variant, in order of stage and place.
    pub changes: Vec<Change>,
    /// What earlier programs lost, placed in the decoded input. The U+FFFD that stand for
    /// [`Report::malformed`] are not listed again.
    pub lost: Vec<Loss>,
    /// How many characters conversion replaced.
    pub converted_chars: u64,
    /// What a reader should know and no list says.
    pub warnings: Vec<String>,
    /// How many entries the lists lack, of a document so large that they would not fit into
    /// memory.
    pub unlisted: Unlisted,
    /// The first place where text contradicts what was detected from the beginning of a
    /// large document.
    pub contradiction: Option<Contradiction>,
}

/// How many entries the lists of a [`Report`] lack.
///
/// # Examples
/// ```
/// use zhfix::Pipeline;
/// let report = Pipeline::default().run("坚决扞卫".as_bytes()).report;
/// assert_eq!(report.unlisted.changes, 0);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unlisted {
    /// Of [`Report::changes`].
    pub changes: u64,
    /// Of [`Report::lost`].
    pub lost: u64,
    /// How many of those are gone ([`Loss::is_gone`]).
    pub gone: u64,
    /// Of [`Report::malformed`].
    pub malformed: u64,
}

/// Later text that contradicts what was detected from the beginning of a document.
///
/// # Examples
/// ```
/// use zhfix::Pipeline;
/// let report = Pipeline::default().run("坚决扞卫".as_bytes()).report;
/// assert_eq!(report.contradiction, None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Contradiction {
    /// Where: the first raw byte of the part that was looked at.
    pub at: u64,
    /// What the text looks like there; `None`: only not like what was detected.
    pub encoding: Option<Encoding>,
}

impl Report {
    /// Whether something is beyond repair: malformed bytes, or what earlier programs lost. What
    /// is only listed ([`Loss::is_gone`]) does not count.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Encoding, Pipeline};
    /// let pipeline = Pipeline::builder().encoding(Some(Encoding::Utf8)).build();
    /// assert!(pipeline.run(b"\xFF").report.is_damaged());
    /// ```
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        self.malformed_count() > 0 || self.lost_count() > 0
    }

    /// Text, binary or empty. Bytes whose encoding was ordered are text.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Pipeline, detect::Verdict};
    /// assert_eq!(Pipeline::default().run(b"").report.verdict(), Verdict::Empty);
    /// ```
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match &self.detection {
            Some(detection) => detection.verdict(),
            None if self.bytes == 0 => Verdict::Empty,
            None => Verdict::Text,
        }
    }

    /// How probable [`Report::encoding`] is, 0 to 1: what was ordered counts as certain.
    /// `None` where there is no encoding.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// let report = Pipeline::default().run("坚决扞卫".as_bytes()).report;
    /// assert!(report.encoding_probability().is_some_and(|probability| probability > 0.9));
    /// ```
    #[must_use]
    pub fn encoding_probability(&self) -> Option<f32> {
        self.encoding?;
        let detected = self.detection.as_ref().map(Detection::probability);
        let longest = self.segments.iter().max_by_key(|part| part.span.len());
        match (detected, longest) {
            // What has no encoding as a whole goes by its longest part.
            (Some(0.0), Some(longest)) => Some(longest.probability),
            _ => Some(detected.unwrap_or(1.0)),
        }
    }

    /// The parts of the input by encoding, in order: [`Report::segments`], or all of it as one.
    /// None where there was nothing to read.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// let report = Pipeline::default().run("坚决扞卫".as_bytes()).report;
    /// assert_eq!(report.parts()[0].span, 0.."坚决扞卫".len());
    /// ```
    #[must_use]
    pub fn parts(&self) -> Vec<Segment> {
        match (self.verdict(), usize::try_from(self.bytes)) {
            (Verdict::Text, Ok(bytes)) if self.segments.is_empty() => vec![Segment {
                span: 0..bytes,
                encoding: self.encoding,
                probability: self.encoding_probability().unwrap_or(0.0),
            }],
            _ => self.segments.clone(),
        }
    }

    /// How many raw byte spans could not be decoded, listed or not.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// let report = Pipeline::default().run("坚决扞卫".as_bytes()).report;
    /// assert_eq!(report.malformed_count(), 0);
    /// ```
    #[must_use]
    pub fn malformed_count(&self) -> u64 {
        self.malformed.len() as u64 + self.unlisted.malformed
    }

    /// How many places are lost, listed or not; those that are only listed
    /// ([`Loss::is_gone`]) do not count.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// assert!(Pipeline::default().run("他说：锟斤拷".as_bytes()).report.lost_count() > 0);
    /// ```
    #[must_use]
    pub fn lost_count(&self) -> u64 {
        self.lost.iter().filter(|loss| loss.is_gone()).count() as u64 + self.unlisted.gone
    }

    /// The script of the repaired text before conversion: what its characters say, and where
    /// these may be Chinese, but came in an encoding of Japanese or Korean, what that says.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Encoding, Pipeline, Script};
    /// let report = Pipeline::default().run("漢字是這樣寫的".as_bytes()).report;
    /// assert_eq!(report.script(), Script::Hant);
    ///
    /// let pipeline = Pipeline::builder().encoding(Some(Encoding::ShiftJis)).build();
    /// let report = pipeline.run(b"\x93\x8C\x8B\x9E").report; // 東京
    /// assert_eq!(report.script(), Script::Japanese);
    /// ```
    #[must_use]
    pub fn script(&self) -> Script {
        let script = self.script_counts.script();
        self.script_by_encoding()
            .filter(|_| script.is_chinese())
            .unwrap_or(script)
    }

    /// How probable [`Report::script`] is, 0 to 1.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// let report = Pipeline::default().run("漢字是這樣寫的".as_bytes()).report;
    /// assert!(report.script_probability() > 0.9);
    /// ```
    #[must_use]
    pub fn script_probability(&self) -> f32 {
        match self.encoding_probability() {
            Some(certain) if self.script() != self.script_counts.script() => certain,
            _ => self.script_counts.probability(),
        }
    }

    /// The script that the encoding of the whole input was made for, if it is not Chinese.
    pub(crate) fn script_by_encoding(&self) -> Option<Script> {
        let encoding = self.encoding.filter(|_| self.segments.is_empty())?;
        script::of_encoding(encoding)
    }
}
