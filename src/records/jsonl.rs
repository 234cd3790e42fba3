//! JSON lines: one JSON record a line, some of whose strings are documents.
//!
//! A line is checked by `serde_json`, the wanted strings are found in its bytes
//! (`scan.rs`), and only those that change are written anew, with no escape that JSON
//! does not demand. Everything that cannot be processed is left as it is and counted with
//! the number of the first such line: a line that is not JSON, a string with a lone
//! surrogate (which no Unicode text can hold), base64 that is none, bytes that are no
//! text. A blank line is nobody's record and no error. What comes in with a byte-order
//! mark keeps it, at the head of any line, because `cat` puts them there.

use std::io::{self, BufRead, Write};

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::de::IgnoredAny;

use super::scan::{self, Site};
use super::summary::Summary;
use crate::Span;
use crate::pipeline::{Outcome, Pipeline};
use crate::report::About;
use crate::report::json::{Object, quoted};

/// Standard base64, with or without the `=` at its end.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a field's string holds.
///
/// # Examples
/// ```
/// use zhfix::Pipeline;
/// use zhfix::records::{Contents, JsonLines};
/// let records = JsonLines::new(["t".to_owned()]).contents(Contents::Base64);
/// let mut output = Vec::new();
/// records.run(&Pipeline::default(), br#"{"t":"1tDOxLHgwus="}"#, &mut output); // 中文编码 in GBK
/// assert_eq!(output, r#"{"t":"中文编码"}"#.as_bytes());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Contents {
    /// The text itself.
    #[default]
    Text,
    /// Base64 of raw bytes, whose encoding is to be detected; the text takes its place.
    Base64,
}

/// What is added to each record.
///
/// # Examples
/// ```
/// use zhfix::Pipeline;
/// use zhfix::records::{Finding, JsonLines};
/// let records = JsonLines::new(["t".to_owned()]).finding(Finding::Report("zhfix".to_owned()));
/// let mut output = Vec::new();
/// records.run(&Pipeline::default(), r#"{"t":"漢字"}"#.as_bytes(), &mut output);
/// assert!(output.starts_with(r#"{"t":"汉字","zhfix":{"#.as_bytes()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Finding {
    /// Nothing.
    #[default]
    Nothing,
    /// A member of this name with everything that was found and changed.
    Report(String),
    /// A member of this name with what was recognised; the fields stay as they are.
    Detection(String),
}

/// Processes named string fields of JSON lines.
///
/// # Examples
/// ```
/// use zhfix::Pipeline;
/// use zhfix::records::JsonLines;
///
/// let records = JsonLines::new(["text".to_owned()]);
/// let mut output = Vec::new();
/// let input = "{ \"id\": 1.0, \"text\": \"\\u6f22字\" }\r\n"; // 漢字
/// let summary = records.run(&Pipeline::default(), input.as_bytes(), &mut output);
/// assert_eq!(output, "{ \"id\": 1.0, \"text\": \"汉字\" }\r\n".as_bytes());
/// assert_eq!((summary.lines, summary.changed_lines), (1, 1));
/// ```
#[derive(Debug, Clone)]
pub struct JsonLines {
    fields: Vec<String>,
    contents: Contents,
    finding: Finding,
}

impl JsonLines {
    /// Processes these fields, each a path of member names joined by dots; an array is gone
    /// into by `[]` (each element), `[0]` or `.0`, and by a path that leads on to a name.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::records::JsonLines;
    /// let records = JsonLines::new(["turns[].text".to_owned()]);
    /// let mut output = Vec::new();
    /// records.run(&Pipeline::default(), r#"{"turns":[{"text":"漢"}]}"#.as_bytes(), &mut output);
    /// assert_eq!(output, r#"{"turns":[{"text":"汉"}]}"#.as_bytes());
    /// ```
    #[must_use]
    pub fn new(fields: impl IntoIterator<Item = String>) -> JsonLines {
        let mut distinct: Vec<String> = Vec::new();
        for field in fields {
            if !distinct.contains(&field) {
                distinct.push(field);
            }
        }
        JsonLines {
            fields: distinct,
            contents: Contents::Text,
            finding: Finding::Nothing,
        }
    }

    /// What the fields' strings hold.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::records::{Contents, JsonLines};
    /// let records = JsonLines::new(["t".to_owned()]).contents(Contents::Base64);
    /// let mut output = Vec::new();
    /// records.run(&Pipeline::default(), br#"{"t":"1tDOxLHgwus="}"#, &mut output); // 中文编码 in GBK
    /// assert_eq!(output, r#"{"t":"中文编码"}"#.as_bytes());
    /// ```
    #[must_use]
    pub fn contents(mut self, contents: Contents) -> Self {
        self.contents = contents;
        self
    }

    /// What is added to each record. A member that already has the name is replaced.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::records::{Finding, JsonLines};
    /// let records = JsonLines::new(["t".to_owned()]).finding(Finding::Report("zhfix".to_owned()));
    /// let mut output = Vec::new();
    /// records.run(&Pipeline::default(), r#"{"t":"漢字"}"#.as_bytes(), &mut output);
    /// assert!(output.starts_with(r#"{"t":"汉字","zhfix":{"#.as_bytes()));
    /// ```
    #[must_use]
    pub fn finding(mut self, finding: Finding) -> Self {
        self.finding = finding;
        self
    }

    /// Processes whole lines and appends them to `output`; all but the last end in LF.
    /// Lines are numbered from 1 within `lines`; [`Summary::plus`] joins what follows.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::records::JsonLines;
    /// let records = JsonLines::new(["t".to_owned()]);
    /// let mut output = Vec::new();
    /// let summary = records.run(&Pipeline::default(), b"{\"t\":\"ok\"}\nno JSON\n", &mut output);
    /// assert_eq!((summary.lines, summary.not_json.first_line), (2, 2));
    /// ```
    pub fn run(&self, pipeline: &Pipeline, lines: &[u8], output: &mut Vec<u8>) -> Summary {
        let mut summary = Summary::default();
        let mut start = 0;
        while let Some(rest) = lines.get(start..).filter(|rest| !rest.is_empty()) {
            let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
            self.line(
                pipeline,
                rest.get(..length).unwrap_or(rest),
                output,
                &mut summary,
            );
            start += length;
        }
        summary
    }

    /// Processes all lines of `input`, one after the other.
    ///
    /// # Errors
    /// Those of `input` and `output`.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::records::JsonLines;
    /// let records = JsonLines::new(["t".to_owned()]);
    /// let mut output = Vec::new();
    /// let input = r#"{"t":"漢字"}"#.as_bytes();
    /// records.copy(&Pipeline::default(), input, &mut output)?;
    /// assert_eq!(output, r#"{"t":"汉字"}"#.as_bytes());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn copy(
        &self,
        pipeline: &Pipeline,
        mut input: impl BufRead,
        mut output: impl Write,
    ) -> io::Result<Summary> {
        let mut summary = Summary::default();
        let (mut line, mut written) = (Vec::new(), Vec::new());
        while input.read_until(b'\n', &mut line)? > 0 {
            summary = summary.plus(self.run(pipeline, &line, &mut written));
            output.write_all(&written)?;
            line.clear();
            written.clear();
        }
        output.flush()?;
        Ok(summary)
    }

    fn line(&self, pipeline: &Pipeline, line: &[u8], output: &mut Vec<u8>, summary: &mut Summary) {
        summary.lines += 1;
        let (mark, record) = match line.strip_prefix(b"\xEF\xBB\xBF") {
            Some(record) => (3, record),
            None => (0, line),
        };
        let valid = std::str::from_utf8(record)
            .ok()
            .filter(|text| serde_json::from_str::<IgnoredAny>(text).is_ok());
        let Some(text) = valid else {
            if !record.trim_ascii().is_empty() {
                summary.not_json.add(summary.lines);
            }
            output.extend_from_slice(line);
            return;
        };
        output.extend_from_slice(line.get(..mark).unwrap_or_default());
        let edits = self.edits(pipeline, text, summary);
        if !edits.is_empty() {
            summary.changed_lines += 1;
        }
        let mut copied = 0;
        for (span, replacement) in edits {
            output.extend_from_slice(record.get(copied..span.start).unwrap_or_default());
            output.extend_from_slice(replacement.as_bytes());
            copied = span.end;
        }
        output.extend_from_slice(record.get(copied..).unwrap_or_default());
    }

    /// What is to stand where in the record, in order of place.
    fn edits(&self, pipeline: &Pipeline, text: &str, summary: &mut Summary) -> Vec<(Span, String)> {
        let member = match &self.finding {
            Finding::Nothing => None,
            Finding::Report(name) | Finding::Detection(name) => Some(name.as_str()),
        };
        let layout = scan::layout(text, &self.fields, member);
        summary.fields += layout.sites.len() as u64;
        let mut edits = Vec::new();
        let mut findings: Vec<Option<String>> = vec![None; self.fields.len()];
        for site in &layout.sites {
            let source = text.get(site.span.clone()).unwrap_or_default();
            let Some((replacement, finding)) = self.string(pipeline, source, summary) else {
                if site.in_array {
                    set(&mut findings, site, "null".to_owned());
                }
                continue;
            };
            edits.extend(replacement.map(|new| (site.span.clone(), new)));
            set(&mut findings, site, finding);
        }
        if let (Some(name), Some(value)) = (member, self.joined(findings)) {
            match (layout.written, layout.insert) {
                // A field inside the member that is replaced goes with it.
                (Some(old), _) => {
                    edits.retain(|(span, _)| span.end <= old.start || old.end <= span.start);
                    if text.get(old.clone()) != Some(value.as_str()) {
                        edits.push((old, value));
                    }
                }
                (None, Some((at, follows))) => {
                    let comma = if follows { "," } else { "" };
                    edits.push((at..at, format!("{comma}{}:{value}", quoted(name))));
                }
                (None, None) => {}
            }
        }
        crate::order::sort_by_key(&mut edits, |(span, _)| span.start);
        // Two paths may lead to one string: `a[0]` and `a[]`.
        edits.dedup_by_key(|(span, _)| span.start);
        edits
    }

    /// What to write for a string, if it changes, and the finding; `None` where it is left.
    fn string(
        &self,
        pipeline: &Pipeline,
        source: &str,
        summary: &mut Summary,
    ) -> Option<(Option<String>, String)> {
        let line = summary.lines;
        let Some(text) = scan::unescaped(source) else {
            summary.lone_surrogate.add(line);
            return None;
        };
        let bytes;
        let outcome = match self.contents {
            Contents::Text => pipeline.run_text(&text),
            Contents::Base64 => match BASE64.decode(&text) {
                Ok(decoded) => {
                    bytes = decoded;
                    pipeline.run(&bytes)
                }
                Err(_) => {
                    summary.not_base64.add(line);
                    return None;
                }
            },
        };
        self.count(&outcome, summary);
        let report = &outcome.report;
        let about = About::new();
        let finding = match &self.finding {
            Finding::Nothing => String::new(),
            Finding::Report(_) => report.explain_json(about),
            Finding::Detection(_) => return Some((None, report.detect_json(about))),
        };
        let replacement = match outcome.text {
            Some(new) if self.contents == Contents::Text && new == text => None,
            Some(new) => Some(quoted(&new)),
            None => None,
        };
        Some((replacement, finding))
    }

    fn count(&self, outcome: &Outcome<'_>, summary: &mut Summary) {
        let (line, report) = (summary.lines, &outcome.report);
        if outcome.text.is_none() {
            let seen = match report.verdict_name() {
                "binary" => &mut summary.binary,
                _ => &mut summary.unknown,
            };
            seen.add(line);
        }
        if report.is_damaged() {
            summary.damaged.add(line);
        }
        if let Some(found) = report.detection.as_ref().filter(|f| f.encoding().is_some()) {
            summary.least_probability = summary.least_probability.min(found.probability());
        }
    }

    /// The finding of the only field, or an object of them by field; `None`: none of the
    /// fields is there.
    fn joined(&self, findings: Vec<Option<String>>) -> Option<String> {
        if self.fields.len() == 1 {
            return findings.into_iter().next().flatten();
        }
        let mut object = Object::new();
        let mut any = false;
        for (field, finding) in self.fields.iter().zip(findings) {
            if let Some(finding) = finding {
                any = true;
                object.raw(field, &finding);
            }
        }
        any.then(|| object.finish())
    }
}

/// Keeps the finding of a field; of members with the same name the last counts, as it
/// does for those who read JSON. Those of strings in an array are a list, in their order.
fn set(findings: &mut [Option<String>], site: &Site, finding: String) {
    if let Some(slot) = findings.get_mut(site.field) {
        *slot = match (slot.take(), site.in_array) {
            (Some(list), true) if list.ends_with(']') => {
                let open = list.strip_suffix(']').unwrap_or(&list);
                Some(format!("{open},{finding}]"))
            }
            (_, true) => Some(format!("[{finding}]")),
            (_, false) => Some(finding),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(lines: &JsonLines, input: &[u8]) -> (Vec<u8>, Summary) {
        let pipeline = Pipeline::builder().repair(None).convert(None).build();
        let (mut whole, mut streamed) = (Vec::new(), Vec::new());
        let summary = lines.run(&pipeline, input, &mut whole);
        let again = lines.copy(&pipeline, input, &mut streamed).unwrap();
        assert_eq!(whole, streamed);
        assert_eq!(summary, again);
        (whole, summary)
    }

    fn lines(fields: &[&str]) -> JsonLines {
        JsonLines::new(fields.iter().map(|&field| field.to_owned()))
    }

    #[test]
    fn what_is_not_a_record_is_copied_and_counted() {
        let input = b"\xEF\xBB\xBF{\"a\":\"x\"}\r\n\n \t\nnot json\n{\"a\":\"\\ud800\"}\n\
            \xff{}\n{\"a\":1e999}\n[1, 2]\n{\"a\":\"tail\"}";
        let (output, summary) = run(&lines(&["a"]), input);
        assert_eq!(output, input);
        assert_eq!(summary.lines, 9);
        assert_eq!(summary.changed_lines, 0);
        assert_eq!(
            (summary.not_json.count, summary.not_json.first_line),
            (2, 4)
        );
        assert_eq!(summary.lone_surrogate.first_line, 5);
    }

    #[test]
    fn a_record_deeper_than_any_stack_is_a_record() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(200_000), "]".repeat(200_000));
        let (output, summary) = run(&lines(&["a.b"]), deep.as_bytes());
        assert_eq!(output, deep.as_bytes());
        assert_eq!(summary.not_json.count, 0);
    }

    #[test]
    fn base64_becomes_text() {
        // 中文 in UTF-8, without and with padding that it does not need.
        let lines = lines(&["raw"]).contents(Contents::Base64);
        let (output, summary) = run(
            &lines,
            b"{\"raw\" : \"5Lit5paH\",\"n\":1.0}\n{\"raw\":\"YQ\"}\n{\"raw\":\"YQ==\"}\n{\"raw\":\"*\"}\n",
        );
        assert_eq!(
            String::from_utf8(output).unwrap(),
            "{\"raw\" : \"中文\",\"n\":1.0}\n{\"raw\":\"a\"}\n{\"raw\":\"a\"}\n{\"raw\":\"*\"}\n"
        );
        assert_eq!(summary.changed_lines, 3);
        assert_eq!(summary.not_base64.first_line, 4);
    }

    #[test]
    fn findings_are_added_once() {
        let one = lines(&["a"]).finding(Finding::Detection("zhfix".into()));
        let (output, _) = run(&one, b"{ \"a\":\"\\u4e2d\" }\n{\"b\":\"x\"}\n{}");
        let text = String::from_utf8(output.clone()).unwrap();
        assert!(
            text.starts_with("{ \"a\":\"\\u4e2d\",\"zhfix\":{\"verdict\":"),
            "{text}"
        );
        assert!(text.ends_with(" }\n{\"b\":\"x\"}\n{}"), "{text}");
        assert_eq!(run(&one, &output).0, output);

        let list = lines(&["a[].b"]).finding(Finding::Report("why".into()));
        let (output, _) = run(&list, br#"{"a":[{"b":"x"},{"b":"\ud800"},{"b":"y"}]}"#);
        let text = String::from_utf8(output).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text.replace("\\ud800", "")).unwrap();
        let why = value["why"].as_array().unwrap();
        assert_eq!(why.len(), 3, "{text}");
        assert!(why[0].is_object() && why[1].is_null() && why[2].is_object());

        let two = lines(&["a", "b.c"]).finding(Finding::Report("why".into()));
        let (output, _) = run(
            &two,
            b"{\"why\":0,\"b\":{\"c\":\"\"},\"a\":\"x\",\"a\":\"y\"}",
        );
        let text = String::from_utf8(output).unwrap();
        let finding = Pipeline::builder()
            .repair(None)
            .convert(None)
            .build()
            .run_text("y")
            .report
            .explain_json(About::new());
        assert_eq!(
            text,
            format!(
                "{{\"why\":{{\"a\":{finding},\"b.c\":{finding}}},\"b\":{{\"c\":\"\"}},\"a\":\"x\",\"a\":\"y\"}}"
            )
        );
    }

    #[test]
    fn summaries_join() {
        let lines = lines(&["a"]);
        let input = b"{}\n{}\nx\n{\"a\":\"\\udc00\"}\ny\n";
        let whole = run(&lines, input).1;
        let joined = run(&lines, &input[..6]).1.plus(run(&lines, &input[6..]).1);
        assert_eq!(whole, joined);
        assert_eq!(whole.not_json.first_line, 3);
    }
}
