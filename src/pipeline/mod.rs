//! The one place that knows the order of the stages.

use std::borrow::Cow;

pub use builder::PipelineBuilder;
pub use copy::Total;
pub use facts::Facts;
pub use part::{Part, PartOutcome};
pub use parts::{Document, Parts};

use crate::codec::{self, Decoded};
use crate::convert::Converter;
use crate::detect::{self, Detector, Segment, Verdict};
use crate::encoding::Encoding;
use crate::repair::mend::mend;
use crate::repair::{Plan, Repairer};
use crate::report::{Report, Stage};
use crate::script::{SAMPLE_BYTES, Tally};
use listed::{changes_of, lost_before};
use part::Beside;

mod builder;
mod converted;
mod copy;
mod cut;
mod facts;
mod listed;
mod part;
mod parts;

/// What [`Pipeline::run`] gives back.
///
/// # Examples
/// ```
/// use zhfix::Pipeline;
/// let outcome = Pipeline::default().run("漢字".as_bytes());
/// assert_eq!(outcome.text.as_deref(), Some("汉字"));
/// assert_eq!(outcome.report.converted_chars, 1);
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Outcome<'b> {
    /// The clean text; `None` where the bytes are binary or their encoding is unknown.
    pub text: Option<Cow<'b, str>>,
    /// What was seen, changed and left.
    pub report: Report,
}

/// Detects, decodes, repairs and converts; immutable, shared by threads.
///
/// # Examples
/// ```
/// use zhfix::Pipeline;
/// let pipeline = Pipeline::default();
/// let outcome = pipeline.run("鎵撳紑鏂囦欢澶辫触".as_bytes());
/// assert_eq!(outcome.text.as_deref(), Some("打开文件失败"));
/// ```
#[derive(Debug, Clone)]
pub struct Pipeline {
    detector: Detector,
    encoding: Option<Encoding>,
    repairer: Option<Repairer>,
    converter: Option<Converter>,
    list_conversions: bool,
    sample_bytes: usize,
}

impl Default for Pipeline {
    fn default() -> Self {
        Pipeline::builder().build()
    }
}

impl Pipeline {
    /// All options, set as `zhfix fix` has them: detect, repair what is safe, Simplified.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// let pipeline = Pipeline::builder().convert(None).build();
    /// assert_eq!(pipeline.run("漢字".as_bytes()).text.as_deref(), Some("漢字"));
    /// ```
    #[must_use]
    pub fn builder() -> PipelineBuilder {
        PipelineBuilder::new()
    }

    /// Runs every stage over the bytes of one document.
    ///
    /// Where the bytes are binary or their encoding is unknown, [`Outcome::text`] is `None`
    /// and nothing was done.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    ///
    /// // 漢字 in Big5.
    /// let outcome = Pipeline::default().run(b"\xBA\x7E\xA6\x72\xAC\x4F\xB3\x6F\xBC\xCB\xBC\x67\xAA\xBA");
    /// assert_eq!(outcome.text.as_deref(), Some("汉字是这样写的"));
    /// ```
    #[must_use]
    pub fn run<'b>(&self, bytes: &'b [u8]) -> Outcome<'b> {
        self.run_by(&self.detector, bytes)
    }

    /// The same for a document with a name, which is evidence for its encoding
    /// ([`Detector::named`]).
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// let outcome = Pipeline::default().run_named("a.gbk.txt", b"\xD6\xD0\xCE\xC4\xB1\xE0\xC2\xEB");
    /// assert_eq!(outcome.text.as_deref(), Some("中文编码"));
    /// ```
    #[must_use]
    pub fn run_named<'b>(&self, name: &str, bytes: &'b [u8]) -> Outcome<'b> {
        self.run_by(&self.detector.named(name), bytes)
    }

    fn run_by<'b>(&self, detector: &Detector, bytes: &'b [u8]) -> Outcome<'b> {
        let (mut report, decoded) = self.read_by(detector, bytes);
        let text = decoded.map(|mut decoded| {
            let mended = self.mend(bytes, &mut decoded, &mut report);
            self.stages_behind(
                decoded.text,
                &decoded.replaced_at,
                mended,
                None,
                &mut report,
            )
        });
        Outcome { text, report }
    }

    /// Detects and decodes; no text where the bytes are binary or their encoding is unknown.
    #[cfg(feature = "records")]
    pub(crate) fn read<'b>(&self, bytes: &'b [u8]) -> (Report, Option<Decoded<'b>>) {
        self.read_by(&self.detector, bytes)
    }

    fn read_by<'b>(&self, detector: &Detector, bytes: &'b [u8]) -> (Report, Option<Decoded<'b>>) {
        let mut report = Report {
            bytes: bytes.len() as u64,
            encoding: self.encoding,
            ..Report::default()
        };
        if self.encoding.is_none() {
            let detection = detector.detect(bytes);
            report.encoding = detection.encoding();
            report.detection = Some(detection);
            report.segments = segments(detector, bytes, &mut report);
        }
        let encoding = match report.verdict() {
            // An empty document is empty in any encoding.
            Verdict::Empty => Some(Encoding::Utf8),
            Verdict::Text | Verdict::Binary => report.encoding,
        };
        let decoded = encoding.map(|encoding| match report.segments.as_slice() {
            [] => codec::decode(bytes, encoding),
            segments => detect::decode_segments(bytes, segments),
        });
        if let Some(decoded) = &decoded {
            report.malformed.clone_from(&decoded.malformed);
            report.bom = decoded.bom;
        }
        (report, decoded)
    }

    /// Runs repair and conversion over a text; nothing is detected.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// let outcome = Pipeline::default().run_text("漢字");
    /// assert_eq!(outcome.text.as_deref(), Some("汉字"));
    /// assert_eq!(outcome.report.encoding, None);
    /// ```
    #[must_use]
    pub fn run_text<'t>(&self, text: &'t str) -> Outcome<'t> {
        let mut report = Report {
            bytes: text.len() as u64,
            ..Report::default()
        };
        let text = self.stages(Cow::Borrowed(text), &[], &mut report);
        Outcome {
            text: Some(text),
            report,
        }
    }

    /// What the detector says of some bytes, or the encoding that was ordered.
    #[cfg(feature = "records")]
    pub(crate) fn encoding_of(&self, bytes: &[u8]) -> (Option<Encoding>, f32) {
        if self.encoding.is_some() {
            return (self.encoding, 1.0);
        }
        let detection = self.detector.detect(bytes);
        (detection.encoding(), detection.probability())
    }

    /// Puts in what malformed bytes mean, if the rules for that are on; says how.
    fn mend(&self, bytes: &[u8], decoded: &mut Decoded<'_>, report: &mut Report) -> Plan {
        let Some(repairer) = &self.repairer else {
            return Plan::default();
        };
        if decoded.malformed.is_empty() || report.encoding != Some(Encoding::Utf8) {
            return Plan::default();
        }
        let plan = mend(bytes, decoded, repairer.rules());
        report.malformed.clone_from(&decoded.malformed);
        plan
    }

    /// [`Pipeline::stages_behind`] of a text as it was decoded.
    pub(crate) fn stages<'t>(
        &self,
        text: Cow<'t, str>,
        replaced_at: &[usize],
        report: &mut Report,
    ) -> Cow<'t, str> {
        self.stages_behind(text, replaced_at, Plan::default(), None, report)
    }

    /// Repair, conversion and consistency of a decoded text that `mended` led to; `replaced_at` is where the
    /// U+FFFD of decoding stand in it; `document` is what it is a part of.
    fn stages_behind<'t>(
        &self,
        text: Cow<'t, str>,
        replaced_at: &[usize],
        mended: Plan,
        document: Option<Beside<'_>>,
        report: &mut Report,
    ) -> Cow<'t, str> {
        let mut plan = mended;
        let mut text = text;
        let mut marks = None;
        let facts = document.map(|document| document.facts);
        let sample_bytes = document.map_or(SAMPLE_BYTES, Beside::sample_bytes);
        if let Some(repairer) = &self.repairer {
            let mut repair = match facts {
                Some(facts) => repairer.repair_beside(&facts.evidence, &text),
                None => repairer.repair(&text),
            };
            report.lost = lost_before(repair.lost(), &text, replaced_at);
            for loss in &mut report.lost {
                loss.span = plan.source_of(loss.span.clone());
            }
            for pass in repair.plan().passes() {
                plan.push(pass.clone());
            }
            report.changes = changes_of(&plan, Stage::Repair);
            report.script_counts = repair.script_counts(sample_bytes);
            marks = repair.take_marks();
            if let Cow::Owned(repaired) = repair.into_text() {
                text = Cow::Owned(repaired);
            }
        } else {
            report.script_counts = Tally::of(&text).counts(&text, sample_bytes);
        }
        let conversion = facts.and_then(|facts| facts.conversion.as_ref());
        let text = self.convert(text, &plan, conversion, marks.as_ref(), report);
        self.tidy(text, &plan, report)
    }
}

/// The parts of a document that are in different encodings; none where it is in one. What has
/// no encoding as a whole is called by that of its longest part.
fn segments(detector: &Detector, bytes: &[u8], report: &mut Report) -> Vec<Segment> {
    let Some(detection) = &report.detection else {
        return Vec::new();
    };
    let segments = detector.parts(bytes, detection);
    let longest = segments.iter().max_by_key(|segment| segment.span.len());
    report.encoding = report
        .encoding
        .or(longest.and_then(|longest| longest.encoding));
    segments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_names_the_encoding_that_was_used() {
        let text = "漢字是這樣寫的";
        let detected = Pipeline::default().run(text.as_bytes()).report;
        assert_eq!(detected.encoding, Some(Encoding::Utf8));
        let ordered = Pipeline::builder().encoding(Some(Encoding::Gbk)).build();
        let ordered = ordered.run(text.as_bytes()).report;
        assert_eq!(ordered.encoding, Some(Encoding::Gbk));
        assert_eq!(ordered.encoding_probability(), Some(1.0));
        assert!(ordered.detection.is_none());
        let empty = Pipeline::default().run(b"").report;
        assert_eq!((empty.encoding, empty.encoding_probability()), (None, None));
        assert_eq!(empty.verdict(), Verdict::Empty);
    }
}
