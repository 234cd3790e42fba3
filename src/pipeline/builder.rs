//! The options of a pipeline, and how they are set where nothing is said.

use super::Pipeline;
use super::cut::PART_BYTES;
use super::facts::SAMPLE_BYTES_MAX;
use crate::convert::{Converter, Variant};
use crate::detect::Detector;
use crate::encoding::Encoding;
use crate::repair::Repairer;

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
    pub(super) fn new() -> PipelineBuilder {
        PipelineBuilder {
            pipeline: Pipeline {
                detector: Detector::new(),
                encoding: None,
                repairer: Some(Repairer::new()),
                converter: Some(Converter::to(Variant::Hans)),
                list_conversions: false,
                sample_bytes: SAMPLE_BYTES_MAX,
            },
        }
    }
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
    /// ([`Consistency`](crate::consistency::Consistency)) are run behind conversion.
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
        self.pipeline.sample_bytes = bytes.clamp(PART_BYTES, SAMPLE_BYTES_MAX);
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
