//! The findings of each input, as `--report` writes them beside the results: one JSON object
//! a line, or a page to look at. Either is written input by input and never held as a whole.

use std::path::Path;

use zhfix::report::{About, Report};

/// What a report is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Ndjson,
    Html,
}

/// The page, which shows the JSON lines in it: it needs nothing from elsewhere.
const PAGE: &str = include_str!("page.html");

/// Where the lines stand in it.
const DATA: &str = "<!-- DATA -->";

impl Kind {
    /// The kind that a file's name asks for.
    pub(crate) fn of(path: &Path) -> Option<Kind> {
        match path.extension()?.to_str()? {
            "ndjson" => Some(Kind::Ndjson),
            "html" => Some(Kind::Html),
            _ => None,
        }
    }

    /// What stands above the inputs, and what below.
    pub(crate) fn frame(self) -> (&'static str, &'static str) {
        match self {
            Kind::Ndjson => ("", ""),
            Kind::Html => PAGE.split_once(DATA).unwrap_or((PAGE, "")),
        }
    }

    /// What was found in an input.
    pub(crate) fn input(self, path: &str, changed: bool, report: &Report) -> String {
        let about = About::new().path(Some(path)).changed(changed);
        self.line(report.explain_json(about))
    }

    /// An input that nothing could be done with.
    pub(crate) fn failure(self, path: &str, what: &str) -> String {
        let failure = serde_json::json!({ "path": path, "error": what });
        self.line(failure.to_string())
    }

    fn line(self, mut json: String) -> String {
        if self == Kind::Html {
            // In JSON it stands in strings alone; in a page it could end the data.
            json = json.replace('<', "\\u003c");
        }
        json.push('\n');
        json
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_cannot_end_the_data() {
        let (head, tail) = Kind::Html.frame();
        assert!(!head.is_empty() && tail.starts_with("</script>"));
        let line = Kind::Html.failure("</script><!--", "\"漢\"");
        assert!(!line.contains('<'), "{line}");
        let read: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(read["path"], "</script><!--");
    }
}
