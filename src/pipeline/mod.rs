//! The one place that knows the order of the stages.

use std::borrow::Cow;

pub use copy::Total;
pub use facts::Facts;
pub use part::{Part, PartOutcome};
pub use parts::{Document, Parts};

use crate::Span;
use crate::codec::{self, Decoded};
use crate::consistency::Consistency;
use crate::convert::{self, Converter, DocumentFacts, Variant};
use crate::detect::{self, Detector, Segment, Verdict};
use crate::encoding::Encoding;
use crate::repair::mend::mend;
use crate::repair::{self, Loss, Plan, Repairer};
use crate::report::{Change, Report, Stage};
use crate::script::{Counted, Marks, SAMPLE_BYTES, Tally};
use part::Beside;

mod copy;
mod cut;
mod facts;
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

/// Options of a [`Pipeline`]; a new one does what `zhfix fix` does.
///
/// # Examples
/// ```
/// use zhfix::Pipeline;
/// let pipeline = Pipeline::builder().repair(None).convert(None).build();
/// assert_eq!(pipeline.run("漢字".as_bytes()).text.as_deref(), Some("漢字"));
/// ```
#[derive(Debug, Clone)]
pub struct PipelineBuilder {
    pipeline: Pipeline,
}

impl PipelineBuilder {
    /// How encodings are recognised.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Detector, Encoding, Pipeline};
    /// let detector = Detector::builder().candidates(&[Encoding::Utf8]).build();
    /// let pipeline = Pipeline::builder().detect(detector).build();
    /// assert_eq!(pipeline.run(b"\xD0\xBB\xD0\xBB").text.as_deref(), Some("лл"));
    /// ```
    #[must_use]
    pub fn detect(mut self, detector: Detector) -> Self {
        self.pipeline.detector = detector;
        self
    }
    /// Trusts this encoding and detects nothing.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Encoding, Pipeline};
    /// let pipeline = Pipeline::builder().encoding(Some(Encoding::Gbk)).build();
    /// assert_eq!(pipeline.run(b"\xD6\xD0").text.as_deref(), Some("中"));
    /// ```
    #[must_use]
    pub fn encoding(mut self, encoding: Option<Encoding>) -> Self {
        self.pipeline.encoding = encoding;
        self
    }
    /// How text is repaired; `None`: not at all. Rules of its set that depend on the variant
    /// ([`Consistency`]) are run behind conversion.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Pipeline, Repairer, repair::RuleSet};
    /// let none = Repairer::with_rules(RuleSet::parse("none")?);
    /// let pipeline = Pipeline::builder().repair(Some(none)).build();
    /// assert_eq!(pipeline.run("坚决扞卫".as_bytes()).text.as_deref(), Some("坚决扞卫"));
    /// # Ok::<(), zhfix::Error>(())
    /// ```
    #[must_use]
    pub fn repair(mut self, repairer: Option<Repairer>) -> Self {
        self.pipeline.repairer = repairer;
        self
    }
    /// How text is converted; `None`: not at all.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Config, Converter, Pipeline};
    /// let pipeline = Pipeline::builder().convert(Some(Converter::new(Config::S2t))).build();
    /// assert_eq!(pipeline.run("汉字".as_bytes()).text.as_deref(), Some("漢字"));
    /// ```
    #[must_use]
    pub fn convert(mut self, converter: Option<Converter>) -> Self {
        self.pipeline.converter = converter;
        self
    }
    /// Whether the report lists each conversion, not only their number.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Pipeline, report::Stage};
    /// let pipeline = Pipeline::builder().list_conversions(true).build();
    /// let report = pipeline.run("漢字".as_bytes()).report;
    /// assert!(report.changes.iter().any(|change| change.stage == Stage::Convert));
    /// ```
    #[must_use]
    pub fn list_conversions(mut self, list: bool) -> Self {
        self.pipeline.list_conversions = list;
        self
    }
    /// From how many bytes of its beginning the facts of a document are decided: 256 KiB to 4 MiB,
    /// which is the default. What is no longer is looked at as a whole. Fewer are less memory and a
    /// sooner first byte; more know the encoding and the damage of a document better.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::pipeline::Document;
    /// let pipeline = Pipeline::builder().sample_bytes(256 << 10).build();
    /// let text = "漢字\n".repeat(1 << 16);
    /// assert!(matches!(pipeline.open(text.as_bytes())?, Document::Parts(_)));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn sample_bytes(mut self, bytes: usize) -> Self {
        self.pipeline.sample_bytes = bytes.clamp(cut::PART_BYTES, facts::SAMPLE_BYTES_MAX);
        self
    }
    /// The pipeline.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// let pipeline = Pipeline::builder().build();
    /// assert_eq!(pipeline.run(b"ASCII").text.as_deref(), Some("ASCII"));
    /// ```
    #[must_use]
    pub fn build(self) -> Pipeline {
        self.pipeline
    }
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
        PipelineBuilder {
            pipeline: Pipeline {
                detector: Detector::new(),
                encoding: None,
                repairer: Some(Repairer::new()),
                converter: Some(Converter::to(Variant::Hans)),
                list_conversions: false,
                sample_bytes: facts::SAMPLE_BYTES_MAX,
            },
        }
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

    /// Conversion of the text that the plan of repair wrote.
    fn convert<'t>(
        &self,
        text: Cow<'t, str>,
        plan: &Plan,
        facts: Option<&DocumentFacts>,
        marks: Option<&Marks>,
        report: &mut Report,
    ) -> Converted<'t> {
        let is_other = report.script_by_encoding().is_some();
        let converter = self.converter.as_ref();
        let converter = converter.filter(|c| !(is_other && c.leaves_other_scripts()));
        let Some(converter) = converter else {
            return Converted {
                text,
                edits: Vec::new(),
            };
        };
        let tidies = self.consistency().is_some();
        let left = report.lost.iter().filter(|loss| loss.is_left());
        let left: Vec<Span> = left.map(|loss| loss.span.clone()).collect();
        if !self.list_conversions && !tidies && left.is_empty() {
            let counted = Counted {
                counts: &report.script_counts,
                marks,
            };
            let (converted, replaced_chars) =
                converter.convert_counted(&text, facts, Some(counted));
            report.converted_chars = replaced_chars;
            let text = match converted {
                Cow::Owned(converted) => Cow::Owned(converted),
                Cow::Borrowed(_) => text,
            };
            return Converted {
                text,
                edits: Vec::new(),
            };
        }
        let mut edits = converter.edits_in(&text, facts);
        edits.retain(|edit| {
            let source = plan.source_of(edit.source.clone());
            let next = left.partition_point(|span| span.end <= source.start);
            left.get(next).is_none_or(|span| source.end <= span.start)
        });
        if edits.is_empty() {
            return Converted { text, edits };
        }
        let mut out = String::with_capacity(text.len());
        let mut copied = 0;
        for edit in &edits {
            let before = &text[edit.source.clone()];
            report.converted_chars += before.chars().count() as u64;
            out.push_str(&text[copied..edit.source.start]);
            out.push_str(&edit.target);
            copied = edit.source.end;
            if !self.list_conversions {
                continue;
            }
            report.changes.push(Change {
                span: plan.source_of(edit.source.clone()),
                stage: Stage::Convert,
                rule: converter.name().to_owned(),
                before: before.to_owned(),
                after: edit.target.clone(),
                route: String::new(),
                certainty: 1.0,
                guessed_chars: 0,
                guesses: Vec::new(),
            });
        }
        out.push_str(&text[copied..]);
        Converted {
            text: Cow::Owned(out),
            edits,
        }
    }

    /// The rules of the repairer that depend on the variant.
    fn consistency(&self) -> Option<Consistency> {
        let target = self.converter.as_ref().and_then(Converter::variant);
        Consistency::new(self.repairer.as_ref()?.rules(), target)
    }

    /// Consistency of the converted text with its variant.
    fn tidy<'t>(&self, converted: Converted<'t>, plan: &Plan, report: &mut Report) -> Cow<'t, str> {
        let Some(consistency) = self.consistency() else {
            return converted.text;
        };
        let tidy = consistency.apply(&converted.text);
        let mut starts = Vec::new();
        let (mut read_bytes, mut written_bytes) = (0, 0);
        for edit in &converted.edits {
            written_bytes += edit.source.start - read_bytes;
            starts.push(written_bytes);
            written_bytes += edit.target.len();
            read_bytes = edit.source.end;
        }
        let edit = |at: usize| {
            let edit: &convert::Edit = &converted.edits[at];
            (edit.source.clone(), edit.target.len())
        };
        for mut change in changes_of(tidy.plan(), Stage::Consistency) {
            let span: Span = repair::source_of(edit, &starts, change.span);
            change.span = plan.source_of(span);
            report.changes.push(change);
        }
        match tidy.into_text() {
            Cow::Owned(tidied) => Cow::Owned(tidied),
            Cow::Borrowed(_) => converted.text,
        }
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

/// What conversion made of a text.
struct Converted<'t> {
    text: Cow<'t, str>,
    /// The replacements that led there; empty where nobody asks for them.
    edits: Vec<convert::Edit>,
}

/// The losses without the U+FFFD that decoding itself wrote, which the report lists as
/// malformed bytes; `replaced_at` is where these stand, in order.
fn lost_before(lost: &[Loss], text: &str, replaced_at: &[usize]) -> Vec<Loss> {
    if replaced_at.is_empty() {
        return lost.to_vec();
    }
    let mut before = Vec::new();
    for loss in lost {
        let place = text.get(loss.span.clone()).unwrap_or_default();
        if place.chars().any(|c| c != char::REPLACEMENT_CHARACTER) {
            before.push(loss.clone());
            continue;
        }
        // What is left of a run lies between those that decoding wrote.
        let first = replaced_at.partition_point(|&at| at < loss.span.start);
        let rest = replaced_at.get(first..).unwrap_or_default();
        let written = rest.iter().take_while(|&&at| at < loss.span.end);
        let mut start = loss.span.start;
        for at in written.copied().chain([loss.span.end]) {
            if start < at {
                let span = start..at;
                before.push(Loss {
                    span,
                    ..loss.clone()
                });
            }
            start = at + char::REPLACEMENT_CHARACTER.len_utf8();
        }
    }
    before
}

/// The edits of a plan, placed in the text that the whole plan was applied to.
fn changes_of(plan: &Plan, stage: Stage) -> Vec<Change> {
    let mut changes = Vec::new();
    for (number, pass) in plan.passes().iter().enumerate() {
        for edit in &pass.edits {
            changes.push(Change {
                span: plan.source_before(number, edit.span.clone()),
                stage,
                rule: edit.rule.name.to_owned(),
                before: edit.before.clone(),
                after: edit.after.clone(),
                route: edit.route.clone(),
                certainty: edit.certainty,
                guessed_chars: edit.guessed_chars,
                guesses: edit.guesses.clone(),
            });
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::RuleSet;

    #[test]
    fn what_is_left_beyond_repair_is_not_converted() {
        let left = "// 閮剖?瑼?摮嚗??遣蝡?config 瑼??餃?";
        let text = format!("這裡轉換。\n{left}\n");
        let outcome = Pipeline::default().run_text(&text);
        assert_eq!(
            outcome.text.as_deref(),
            Some(&*format!("这里转换。\n{left}\n"))
        );
        assert_eq!(outcome.report.converted_chars, 4);
        assert!(outcome.report.lost.iter().any(Loss::is_left));
    }
    use crate::script::ScriptCounts;

    #[test]
    fn what_decoding_replaced_is_reported_once() {
        // U+FFFD is 84 31 A4 37 in gb18030; FF is malformed.
        let fffd = b"\x84\x31\xA4\x37";
        let rows = [
            (vec![&b"\xD6\xD0"[..], b"\xFF", b"\xCE\xC4"], vec![], 1),
            (vec![b"a", fffd, b"b"], vec![(1, 4)], 0),
            (
                vec![b"a", b"\xFF\xFF", fffd, fffd, b"\xFF", fffd, b"b"],
                vec![(7, 13), (16, 19)],
                3,
            ),
            (vec![fffd, b"a", b"\xFF"], vec![(0, 3)], 1),
        ];
        let pipeline = Pipeline::builder()
            .encoding(Some(Encoding::Gb18030))
            .build();
        for (parts, lost, malformed) in rows {
            let bytes = parts.concat();
            let report = pipeline.run(&bytes).report;
            let spans = report.lost.iter().map(|l| (l.span.start, l.span.end));
            assert_eq!(spans.collect::<Vec<_>>(), lost, "{bytes:X?}");
            assert_eq!(report.malformed.len(), malformed, "{bytes:X?}");
        }
    }

    #[test]
    fn conversion_passes_over_nothing_that_it_would_convert() {
        let lines = [
            "这是简体中文，没有别的。\n",
            "他說這個國家的歷史很長，還有許多東西。\n",
            "濛濛细雨\n",
            "これは日本語の文です。駅込\n",
            "한국어 漢字\n",
            "plain ASCII, and no more than that\n",
            "裡面有麵，他走着，后面是皇后。\n",
            "😀\u{20000}\u{301}é",
        ];
        for seed in 0..60_u32 {
            // Long stretches of one line with others in between: some marked blocks, and more not.
            let mut text = String::new();
            let mut state = seed;
            for _ in 0..60 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let line = lines[(state >> 24) as usize % lines.len()];
                let is_usual = state >> 20 & 7 > 1;
                let often = 1 + (state >> 8) as usize % 60;
                text += &lines[if is_usual { seed as usize % 2 } else { 0 }].repeat(often);
                text += line;
            }
            let mut repair = Repairer::with_rules(RuleSet::parse("none").unwrap()).repair(&text);
            let marks = repair.take_marks();
            assert!(marks.is_some());
            let counts = ScriptCounts::of(&text);
            for target in [Variant::Hans, Variant::HantTw] {
                let converter = Converter::to(target);
                let counted = Counted {
                    counts: &counts,
                    marks: marks.as_ref(),
                };
                let (converted, _) = converter.convert_counted(&text, None, Some(counted));
                assert!(converted == converter.convert(&text), "{seed} {target:?}");
            }
        }
    }

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
