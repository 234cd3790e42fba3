//! The findings of each input, as `--report` writes them beside the results: one JSON object
//! a line, or a page to look at. Either is written input by input and never held as a whole.

use std::fmt::Write as _;
use std::path::Path;

use zhfix::report::{About, Report};

use crate::render::escaped;

/// What a report is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Ndjson,
    Html,
}

/// What stands above the inputs. It needs nothing from elsewhere, and no script.
const HTML_HEAD: &str = "\
<!DOCTYPE html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width\">
<title>zhfix report</title>
<style>
body { font: 16px/1.5 sans-serif; max-width: 70em; margin: 2em auto; padding: 0 1em }
table { border-collapse: collapse; margin: .5em 0 1em }
td, th { border: 1px solid #bbb; padding: .2em .6em; text-align: left; overflow-wrap: anywhere }
summary { cursor: pointer }
.error { color: #a00 }
del { background: #fdd; text-decoration: none }
ins { background: #dfd; text-decoration: none }
</style>
<h1>zhfix report</h1>
";

impl Kind {
    /// The kind that a file's name asks for.
    pub(crate) fn of(path: &Path) -> Option<Kind> {
        match path.extension()?.to_str()? {
            "ndjson" => Some(Kind::Ndjson),
            "html" => Some(Kind::Html),
            _ => None,
        }
    }

    /// What stands above the inputs.
    pub(crate) fn head(self) -> &'static str {
        match self {
            Kind::Ndjson => "",
            Kind::Html => HTML_HEAD,
        }
    }

    /// What was found in an input.
    pub(crate) fn input(self, path: &str, changed: bool, report: &Report) -> String {
        match self {
            Kind::Ndjson => {
                let about = About::new().path(Some(path)).changed(changed);
                report.explain_json(about) + "\n"
            }
            Kind::Html => html(path, changed, report),
        }
    }

    /// An input that nothing could be done with.
    pub(crate) fn failure(self, path: &str, what: &str) -> String {
        match self {
            Kind::Ndjson => format!("{}\n", serde_json::json!({ "path": path, "error": what })),
            Kind::Html => format!(
                "<p class=\"error\"><b>{}</b>: {}</p>\n",
                text(path),
                text(what)
            ),
        }
    }
}

/// Text as HTML, with what cannot be seen as escapes.
fn text(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in escaped(text).chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            c => html.push(c),
        }
    }
    html
}

fn html(path: &str, changed: bool, report: &Report) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_html(&mut out, path, changed, report);
    out
}

fn write_html(
    out: &mut String,
    path: &str,
    changed: bool,
    report: &Report,
) -> Result<(), std::fmt::Error> {
    let encoding = report.encoding.map_or("-", |encoding| encoding.name());
    writeln!(
        out,
        "<details{}><summary><b>{}</b>: {}, {encoding}, {}, {} repaired, {} converted, {} lost</summary>",
        if report.changes.is_empty() && report.lost.is_empty() {
            ""
        } else {
            " open"
        },
        text(path),
        if changed { "changed" } else { "unchanged" },
        report.script().tag(),
        report.changes.len(),
        report.converted_chars,
        report.lost.iter().filter(|loss| loss.is_gone()).count(),
    )?;
    for warning in &report.warnings {
        writeln!(out, "<p>{}</p>", text(warning))?;
    }
    if !report.changes.is_empty() {
        writeln!(
            out,
            "<table><tr><th>Bytes</th><th>Rule</th><th>Before</th><th>After</th><th>Certainty</th></tr>"
        )?;
        for change in &report.changes {
            writeln!(
                out,
                "<tr><td>{}–{}</td><td>{} {}</td><td><del>{}</del></td><td><ins>{}</ins></td><td>{:.4}</td></tr>",
                change.span.start,
                change.span.end,
                text(&change.rule),
                text(&change.route),
                text(&change.before),
                text(&change.after),
                change.certainty,
            )?;
        }
        writeln!(out, "</table>")?;
    }
    if !report.lost.is_empty() || !report.malformed.is_empty() {
        writeln!(out, "<table><tr><th>Bytes</th><th>Lost or listed</th></tr>")?;
        for loss in &report.lost {
            let (start, end) = (loss.span.start, loss.span.end);
            writeln!(
                out,
                "<tr><td>{start}–{end}</td><td>{}</td></tr>",
                text(loss.why)
            )?;
        }
        for span in &report.malformed {
            let (start, end) = (span.start, span.end);
            writeln!(
                out,
                "<tr><td>{start}–{end} of the raw input</td><td>malformed</td></tr>"
            )?;
        }
        writeln!(out, "</table>")?;
    }
    writeln!(out, "</details>")
}
