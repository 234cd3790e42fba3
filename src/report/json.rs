//! The report as JSON, under the field names of the command line's contract.
//!
//! Written by hand rather than derived: the order of the fields is part of the contract,
//! no type of a JSON crate becomes public, and strings are the only part that needs care
//! (they go through `serde_json`). Probabilities keep four decimals; what differs further
//! down is noise of the model.

use super::{Report, Stage, Unlisted};
use crate::detect::{Evidence, Segment, Verdict};
use crate::script::ScriptSpan;

/// What the report does not know about its document, and JSON shows.
///
/// # Examples
/// ```
/// use zhfix::Pipeline;
/// use zhfix::report::About;
/// let report = Pipeline::default().run("漢字".as_bytes()).report;
/// assert!(report.detect_json(About::new()).contains(r#""encoding":"UTF-8""#));
/// ```
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct About<'a> {
    /// The `path` field; absent where there is none.
    pub path: Option<&'a str>,
    /// The `changed` field, whether the output differs from the input; absent where nobody asked.
    pub changed: Option<bool>,
    /// The `script_spans` field, where the script changes; absent where nobody asked.
    pub script_spans: Option<&'a [ScriptSpan]>,
    /// Whether what was recognised is shown with its parts.
    pub segments: bool,
    /// Whether what was recognised is shown with the evidence for it.
    pub evidence: bool,
}

impl<'a> About<'a> {
    /// Nothing is known.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::report::About;
    /// let report = Pipeline::default().run("漢字".as_bytes()).report;
    /// assert!(!report.detect_json(About::new()).contains("path"));
    /// ```
    #[must_use]
    pub fn new() -> About<'a> {
        About::default()
    }
    /// The path to show.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::report::About;
    /// let report = Pipeline::default().run("漢字".as_bytes()).report;
    /// assert!(report.detect_json(About::new().path(Some("a"))).starts_with(r#"{"path":"a""#));
    /// ```
    #[must_use]
    pub fn path(mut self, path: Option<&'a str>) -> Self {
        self.path = path;
        self
    }
    /// Where the script changes.
    ///
    /// # Examples
    /// ```
    /// use zhfix::report::About;
    /// use zhfix::{Pipeline, script::spans};
    /// let text = "汉字。\n漢字。\n";
    /// let found = spans(text);
    /// let json = Pipeline::default().run_text(text).report.detect_json(About::new().script_spans(Some(&found)));
    /// assert!(json.contains("script_spans"));
    /// ```
    #[must_use]
    pub fn script_spans(mut self, spans: Option<&'a [ScriptSpan]>) -> Self {
        self.script_spans = spans;
        self
    }
    /// Whether the output differs from the input.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::report::About;
    /// let report = Pipeline::default().run("漢字".as_bytes()).report;
    /// assert!(report.explain_json(About::new().changed(true)).contains(r#""changed":true"#));
    /// ```
    #[must_use]
    pub fn changed(mut self, changed: bool) -> Self {
        self.changed = Some(changed);
        self
    }
    /// Whether to show the parts that are in different encodings.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::report::About;
    /// let report = Pipeline::default().run("漢字".as_bytes()).report;
    /// assert!(report.detect_json(About::new().segments(true)).contains(r#""segments":["#));
    /// ```
    #[must_use]
    pub fn segments(mut self, segments: bool) -> Self {
        self.segments = segments;
        self
    }
    /// Whether to show the evidence for the encoding.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::report::About;
    /// let report = Pipeline::default().run("漢字".as_bytes()).report;
    /// assert!(report.detect_json(About::new().evidence(true)).contains(r#""evidence":["#));
    /// ```
    #[must_use]
    pub fn evidence(mut self, evidence: bool) -> Self {
        self.evidence = evidence;
        self
    }
}

impl Report {
    /// What was recognised, as one JSON object without a line end.
    ///
    /// Of text that was never bytes, `encoding` and `encoding_probability` are null and
    /// `bytes` counts UTF-8.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::report::About;
    ///
    /// let pipeline = Pipeline::builder().repair(None).convert(None).build();
    /// let json = pipeline.run_text("漢").report.detect_json(About::new().path(Some("a")));
    /// assert!(json.starts_with(r#"{"path":"a","verdict":"text","encoding":null,"#));
    /// ```
    #[must_use]
    pub fn detect_json(&self, about: About<'_>) -> String {
        let mut object = Object::new();
        if let Some(path) = about.path {
            object.string("path", path);
        }
        object.string("verdict", self.verdict_name());
        self.encoding_field(&mut object);
        match self.encoding_probability() {
            Some(probability) => object.probability("encoding_probability", probability),
            None => object.raw("encoding_probability", "null"),
        }
        object.bool("bom", self.bom);
        let candidates = self.detection.as_ref().map_or(&[][..], |d| d.candidates());
        object.list("candidates", candidates, |one, candidate| {
            one.string("encoding", candidate.encoding.name());
            one.probability("probability", candidate.probability);
        });
        if about.segments {
            object.list("segments", &self.parts(), segment);
        }
        if about.evidence {
            let evidence = self.detection.as_ref().map_or(&[][..], |d| d.evidence());
            object.list("evidence", evidence, evidence_fields);
        }
        object.string("script", self.script().tag());
        object.probability("script_probability", self.script_probability());
        let mut chars = Object::new();
        chars.number("simplified_only", self.script_counts.simplified_only_chars);
        chars.number(
            "traditional_only",
            self.script_counts.traditional_only_chars,
        );
        chars.number("shared", self.script_counts.shared_chars);
        object.raw("chars", &chars.finish());
        let mut shares = Object::new();
        for (script, share) in self.script_counts.shares() {
            shares.share(script.tag(), share);
        }
        object.raw("script_shares", &shares.finish());
        if let Some(spans) = about.script_spans {
            object.list("script_spans", spans, |one, part| {
                one.span(&part.span);
                one.string("script", part.script.tag());
            });
        }
        object.number("malformed", self.malformed_count());
        object.number("bytes", self.bytes);
        object.finish()
    }

    /// Everything that was found and changed, as one JSON object without a line end.
    ///
    /// All offsets are bytes of the decoded input. Conversions are listed where the
    /// pipeline was asked to list them; their number is always there. What the lists of a
    /// large document lack is counted as `unlisted`.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::report::About;
    ///
    /// let json = Pipeline::default().run_text("漢").report.explain_json(About::new());
    /// assert!(json.ends_with(r#""changes":[],"converted_chars":1,"lost":[],"warnings":[]}"#));
    /// ```
    #[must_use]
    pub fn explain_json(&self, about: About<'_>) -> String {
        let mut object = Object::new();
        if let Some(path) = about.path {
            object.string("path", path);
        }
        if let Some(changed) = about.changed {
            object.bool("changed", changed);
        }
        self.encoding_field(&mut object);
        if !self.segments.is_empty() {
            object.list("segments", &self.segments, segment);
        }
        object.string("script", self.script().tag());
        object.list("changes", &self.changes, |one, change| {
            one.span(&change.span);
            one.string("rule", &change.rule);
            one.string("before", &change.before);
            one.string("after", &change.after);
            one.probability("certainty", change.certainty);
            one.number("guessed", u64::from(change.guessed_chars));
            if !change.guesses.is_empty() {
                one.list("guesses", &change.guesses, |one, guess| {
                    one.span(&guess.span);
                    one.probability("posterior", guess.posterior);
                });
            }
            if !change.route.is_empty() {
                one.string("route", &change.route);
            }
            match change.stage {
                Stage::Repair => {}
                Stage::Convert => one.string("stage", "convert"),
                Stage::Consistency => one.string("stage", "consistency"),
            }
        });
        object.number("converted_chars", self.converted_chars);
        object.list("lost", &self.lost, |one, loss| {
            one.span(&loss.span);
            one.string("rule", loss.rule.name);
            one.string("why", loss.why);
        });
        if self.unlisted != Unlisted::default() {
            let mut unlisted = Object::new();
            unlisted.number("changes", self.unlisted.changes);
            unlisted.number("lost", self.unlisted.lost);
            object.raw("unlisted", &unlisted.finish());
        }
        let warnings: Vec<String> = self.all_warnings().map(|w| quoted(&w)).collect();
        object.raw("warnings", &format!("[{}]", warnings.join(",")));
        object.finish()
    }

    /// The warnings of the stages, and one for bytes that could not be decoded.
    fn all_warnings(&self) -> impl Iterator<Item = String> + '_ {
        let malformed = self.malformed.first().map(|first| {
            format!(
                "{} malformed: bytes that are not of the encoding, the first at {}..{} of the raw input",
                self.malformed_count(),
                first.start,
                first.end
            )
        });
        self.warnings.iter().cloned().chain(malformed)
    }

    /// `text`, `binary` or `empty`.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// assert_eq!(Pipeline::default().run(b"").report.verdict_name(), "empty");
    /// ```
    #[must_use]
    pub fn verdict_name(&self) -> &'static str {
        match self.verdict() {
            Verdict::Binary => "binary",
            Verdict::Empty => "empty",
            Verdict::Text => "text",
        }
    }

    fn encoding_field(&self, object: &mut Object) {
        match self.encoding {
            Some(encoding) => object.string("encoding", encoding.name()),
            None => object.raw("encoding", "null"),
        }
    }
}

/// A part of the input, raw bytes.
fn segment(object: &mut Object, segment: &Segment) {
    object.span(&segment.span);
    match segment.encoding {
        Some(encoding) => object.string("encoding", encoding.name()),
        None => object.raw("encoding", "null"),
    }
    object.probability("probability", segment.probability);
}

/// What speaks for an encoding; fields that do not apply are absent.
fn evidence_fields(object: &mut Object, evidence: &Evidence) {
    object.string("kind", evidence.kind());
    if let Some(encoding) = evidence.encoding() {
        object.string("encoding", encoding.name());
    }
    match *evidence {
        Evidence::Likelihood {
            bits_per_char,
            chars,
            ..
        } => {
            let rounded = (f64::from(bits_per_char) * 100.0).round() / 100.0;
            object.raw("bits_per_char", &format!("{rounded:?}"));
            object.number("chars", chars);
        }
        Evidence::Signature { format } => object.string("format", format),
        Evidence::ControlCharacters { bytes } => object.number("bytes", count(bytes)),
        _ => {}
    }
    if let Some(at) = evidence.at() {
        object.number("at", count(at));
    }
}

/// A JSON object in the making.
pub(crate) struct Object {
    text: String,
}

impl Object {
    pub(crate) fn new() -> Object {
        Object {
            text: String::from("{"),
        }
    }
    pub(crate) fn raw(&mut self, key: &str, value: &str) {
        if self.text.len() > 1 {
            self.text.push(',');
        }
        self.text.push_str(&quoted(key));
        self.text.push(':');
        self.text.push_str(value);
    }
    fn string(&mut self, key: &str, value: &str) {
        self.raw(key, &quoted(value));
    }
    fn bool(&mut self, key: &str, value: bool) {
        self.raw(key, if value { "true" } else { "false" });
    }
    fn number(&mut self, key: &str, value: u64) {
        self.raw(key, &value.to_string());
    }
    fn span(&mut self, span: &crate::Span) {
        self.number("start", count(span.start));
        self.number("end", count(span.end));
    }
    fn probability(&mut self, key: &str, value: f32) {
        self.share(key, value.into());
    }
    fn share(&mut self, key: &str, value: f64) {
        let rounded = (value * 1e4).round() / 1e4;
        self.raw(key, &format!("{rounded:?}"));
    }
    fn list<T>(&mut self, key: &str, items: &[T], mut each: impl FnMut(&mut Object, &T)) {
        let mut text = String::from("[");
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            let mut one = Object::new();
            each(&mut one, item);
            text.push_str(&one.finish());
        }
        text.push(']');
        self.raw(key, &text);
    }
    pub(crate) fn finish(mut self) -> String {
        self.text.push('}');
        self.text
    }
}

fn count(value: usize) -> u64 {
    u64::try_from(value).unwrap_or(u64::MAX)
}

/// A string as JSON writes it, with no escape that it can do without.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Change;

    #[test]
    fn an_empty_report_has_every_field_in_order() {
        let report = Report::default();
        assert_eq!(
            report.detect_json(About::new()),
            concat!(
                r#"{"verdict":"empty","encoding":null,"encoding_probability":null,"bom":false,"#,
                r#""candidates":[],"script":"und","script_probability":0.0,"#,
                r#""chars":{"simplified_only":0,"traditional_only":0,"shared":0},"#,
                r#""script_shares":{},"malformed":0,"bytes":0}"#
            )
        );
        assert_eq!(
            report.explain_json(About::new().path(Some("a\"\u{1}.txt")).changed(false)),
            concat!(
                r#"{"path":"a\"\u0001.txt","changed":false,"encoding":null,"script":"und","#,
                r#""changes":[],"converted_chars":0,"lost":[],"warnings":[]}"#
            )
        );
    }

    #[test]
    fn scripts_have_shares_and_places() {
        let text = "这里是简体字。\n這裏是繁體字。\n中";
        let report = Report {
            script_counts: crate::script::ScriptCounts::of(text),
            ..Report::default()
        };
        let spans = crate::script::spans(text);
        let json = report.detect_json(About::new().script_spans(Some(&spans)));
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["script"], "zh-mixed");
        assert_eq!(json["script_spans"][0]["script"], "zh-Hans");
        assert_eq!(json["script_spans"][1]["start"], 22);
        let shares = json["script_shares"].as_object().unwrap();
        let sum: f64 = shares.values().filter_map(serde_json::Value::as_f64).sum();
        assert!((sum - 1.0).abs() < 1e-3, "{shares:?}");
        assert_eq!(shares.len(), 3);
    }

    #[test]
    fn changes_are_listed_with_their_certainty() {
        let change = |stage| Change {
            span: 0..9,
            stage,
            rule: "mojibake/utf-8-as-gbk".into(),
            before: "涓\u{E15F}枃".into(), // U+E15F: PUA, where GBK has no character
            after: "中文".into(),
            route: "encode gbk | decode utf-8".into(),
            certainty: 0.999,
            guessed_chars: 0,
            guesses: Vec::new(),
        };
        let report = Report {
            bytes: 9,
            changes: vec![
                change(Stage::Repair),
                change(Stage::Convert),
                change(Stage::Consistency),
            ],
            malformed: vec![3..4, 7..8],
            ..Report::default()
        };
        let json: serde_json::Value =
            serde_json::from_str(&report.explain_json(About::new())).unwrap();
        assert_eq!(json["changes"][0]["certainty"], 0.999);
        assert_eq!(json["changes"][0]["end"], 9);
        assert_eq!(json["changes"][0]["after"], "中文");
        assert!(json["changes"][0].get("stage").is_none());
        assert_eq!(json["changes"][1]["stage"], "convert");
        assert_eq!(json["changes"][2]["stage"], "consistency");
        assert!(json["warnings"][0].as_str().unwrap().contains("3..4"));
        assert!(json.get("unlisted").is_none());
        let mut report = report;
        report.unlisted.lost = 7;
        let json: serde_json::Value =
            serde_json::from_str(&report.explain_json(About::new())).unwrap();
        assert_eq!(json["unlisted"]["lost"], 7);
    }
}
