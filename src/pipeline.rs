//! The one place that knows the order of the stages.

use std::borrow::Cow;

use crate::codec;
use crate::convert::{Converter, Variant};
use crate::detect::{Detector, Verdict};
use crate::encoding::Encoding;
use crate::repair::Repairer;
use crate::report::Report;

/// What [`Pipeline::run`] gives back.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Outcome<'b> {
    /// The clean text; `None` where the bytes are binary or their encoding is unknown.
    pub text: Option<Cow<'b, str>>,
    /// What was seen, changed and left.
    pub report: Report,
}

/// Detects, decodes, repairs and converts; immutable, shared by threads.
#[derive(Debug, Clone)]
pub struct Pipeline {
    detector: Detector,
    encoding: Option<Encoding>,
    repairer: Option<Repairer>,
    converter: Option<Converter>,
    list_conversions: bool,
}

/// Options of a [`Pipeline`]; a new one does what `zhfix fix` does.
#[derive(Debug, Clone)]
pub struct PipelineBuilder {
    pipeline: Pipeline,
}

impl PipelineBuilder {
    /// How encodings are recognised.
    #[must_use]
    pub fn detect(mut self, detector: Detector) -> Self {
        self.pipeline.detector = detector;
        self
    }
    /// Trusts this encoding and detects nothing.
    #[must_use]
    pub fn encoding(mut self, encoding: Option<Encoding>) -> Self {
        self.pipeline.encoding = encoding;
        self
    }
    /// How text is repaired; `None`: not at all.
    #[must_use]
    pub fn repair(mut self, repairer: Option<Repairer>) -> Self {
        self.pipeline.repairer = repairer;
        self
    }
    /// How text is converted; `None`: not at all.
    #[must_use]
    pub fn convert(mut self, converter: Option<Converter>) -> Self {
        self.pipeline.converter = converter;
        self
    }
    /// Whether the report lists each conversion, not only their number.
    #[must_use]
    pub fn list_conversions(mut self, list: bool) -> Self {
        self.pipeline.list_conversions = list;
        self
    }
    /// The pipeline.
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
    #[must_use]
    pub fn builder() -> PipelineBuilder {
        PipelineBuilder {
            pipeline: Pipeline {
                detector: Detector::new(),
                encoding: None,
                repairer: Some(Repairer::new()),
                converter: Some(Converter::to(Variant::Hans)),
                list_conversions: false,
            },
        }
    }

    /// Runs every stage over the bytes of one document.
    #[must_use]
    pub fn run<'b>(&self, bytes: &'b [u8]) -> Outcome<'b> {
        let detection = self.detector.detect(bytes);
        let encoding = match (self.encoding, detection.verdict()) {
            (Some(encoding), _) => Some(encoding),
            (None, Verdict::Binary) => None,
            (None, _) => detection.encoding(),
        };
        let text = encoding.map(|encoding| codec::decode(bytes, encoding).text);
        let _ = (&self.repairer, &self.converter, self.list_conversions);
        Outcome {
            text,
            report: Report {
                detection: Some(detection),
                ..Report::default()
            },
        }
    }

    /// Runs repair and conversion over a text; nothing is detected.
    #[must_use]
    pub fn run_text<'t>(&self, text: &'t str) -> Outcome<'t> {
        Outcome {
            text: Some(Cow::Borrowed(text)),
            report: Report::default(),
        }
    }
}
