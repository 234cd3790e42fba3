//! The findings of each input, as `--report` writes them beside the results: one JSON object
//! a line, or a page to look at. Either is written input by input and never held as a whole.
//!
//! The page holds the inputs in blocks ([`Block`]): their counts, which the page reads at once,
//! and packed their excerpts, which it unpacks when they are looked at. So it can be seen while
//! the browser still reads the rest, however many inputs there are: what a browser takes for it
//! is the time to read its bytes, and packed they are a third.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde_json::{Value, json};
use zhfix::report::{About, Report, Stage};

use crate::excerpts::{Excerpt, Piece, Shown, excerpts};
use crate::render::{repairs, tidied};

/// What a report is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Ndjson,
    Html,
}

/// The page, which shows the data in it: it needs nothing from elsewhere.
const PAGE: &str = include_str!("page.html");

/// Where the data stand in it.
const DATA: &str = "<!-- DATA -->\n";

/// How many excerpts of an input the page holds, so that thousands of novels do not make it
/// too large for a browser; the others are counted.
const EXCERPTS_MAX: usize = 50;

/// How wide an excerpt is, in columns: as much as stands beside another on a wide screen.
const EXCERPT_COLUMNS: usize = 96;

/// What a change is drawn from where there is no text to cut an excerpt from.
const NO_TEXT: &str = "";

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

    /// What was found in an input, as a line; its decoded text where that is at hand.
    pub(crate) fn input(
        self,
        path: &str,
        changed: bool,
        report: &Report,
        text: Option<&str>,
    ) -> String {
        match self {
            Kind::Ndjson => {
                let about = About::new().path(Some(path)).changed(changed);
                let mut line = without_conversions(report).explain_json(about);
                line.push('\n');
                line
            }
            Kind::Html => entry(&counts(path, changed, report), &details(report, text)),
        }
    }

    /// An input that nothing could be done with.
    pub(crate) fn failure(self, path: &str, what: &str) -> String {
        let failure = json!({ "path": path, "error": what });
        match self {
            Kind::Ndjson => format!("{failure}\n"),
            Kind::Html => entry(&failure, &Value::Null),
        }
    }
}

/// The report as records for machines have it: conversions are counted.
pub(crate) fn without_conversions(report: &Report) -> std::borrow::Cow<'_, Report> {
    let is_conversion = |stage| stage == Stage::Convert;
    if !report
        .changes
        .iter()
        .any(|change| is_conversion(change.stage))
    {
        return std::borrow::Cow::Borrowed(report);
    }
    let mut report = report.clone();
    report.changes.retain(|change| !is_conversion(change.stage));
    std::borrow::Cow::Owned(report)
}

/// A line of a block: counts and details, which hold no tab and no line end themselves.
fn entry(counts: &Value, details: &Value) -> String {
    format!("{counts}\t{details}\n")
}

/// Inputs that stand in one element of the page.
///
/// A line of counts for each, and in the last line the details of all of them, one line each,
/// as zlib in base64.
#[derive(Debug, Default)]
pub(crate) struct Block {
    counts: String,
    details: String,
    inputs: usize,
}

/// How many inputs a block holds: enough that their texts have much in common, and few enough
/// to be unpacked at once when one of them is opened.
const BLOCK_INPUTS: usize = 64;

/// How much they hold, unpacked, at the most.
const BLOCK_BYTES: usize = 1 << 20;

impl Block {
    /// Takes the lines of an input, or of the documents in one.
    pub(crate) fn push(&mut self, lines: &str) {
        for line in lines.lines() {
            let (counts, details) = line.split_once('\t').unwrap_or((line, "null"));
            // In JSON `<` stands in strings alone; in a page it could end the data.
            self.counts.push_str(&counts.replace('<', "\\u003c"));
            self.counts.push('\n');
            self.details.push_str(details);
            self.details.push('\n');
            self.inputs += 1;
        }
    }

    /// Whether it is to be written before more comes.
    pub(crate) fn is_full(&self) -> bool {
        self.inputs >= BLOCK_INPUTS || self.details.len() >= BLOCK_BYTES
    }

    /// The element, where there is one; the block is empty then.
    pub(crate) fn take(&mut self) -> Option<String> {
        let block = std::mem::take(self);
        if block.inputs == 0 {
            return None;
        }
        let mut packer = ZlibEncoder::new(Vec::new(), Compression::default());
        // Writing to a vector cannot fail.
        let packed = packer
            .write_all(block.details.trim_end().as_bytes())
            .and_then(|()| packer.finish());
        let packed = STANDARD.encode(packed.unwrap_or_default());
        let counts = block.counts;
        Some(format!(
            "<script type=\"application/x-ndjson\">{counts}{packed}</script>\n"
        ))
    }
}

/// What the page counts and filters by.
fn counts(path: &str, changed: bool, report: &Report) -> Value {
    // A rule by its family, as it is switched.
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    let listed = report
        .changes
        .iter()
        .filter(|change| change.stage != Stage::Convert);
    let names = listed.map(|change| change.rule.as_str());
    for name in names.chain(report.lost.iter().map(|loss| loss.rule.name)) {
        let family = name.split('/').next().unwrap_or(name);
        *rules.entry(family).or_default() += 1;
    }
    let gone = report.lost_count() + report.malformed_count();
    let guessed: u32 = report
        .changes
        .iter()
        .map(|change| change.guessed_chars)
        .sum();
    json!({
        "path": path,
        "changed": changed,
        "verdict": report.verdict_name(),
        "encoding": report.encoding.map(zhfix::Encoding::name),
        "sure": report.encoding_probability().map(short),
        "script": report.script().tag(),
        "repairs": repairs(report),
        "tidied": tidied(report),
        "converted": report.converted_chars,
        "guessed": guessed,
        "lost": gone,
        "listed": report.lost.iter().filter(|loss| !loss.is_gone()).count(),
        "rules": rules,
    })
}

/// What the page shows of an input that is opened.
fn details(report: &Report, text: Option<&str>) -> Value {
    let shown = excerpts(text.unwrap_or(NO_TEXT), report, EXCERPT_COLUMNS);
    let mut items: Vec<Value> = Vec::new();
    let mut left = report.unlisted.changes + report.unlisted.lost;
    for excerpt in shown {
        match items.len() < EXCERPTS_MAX {
            true => items.push(item(&excerpt, text.is_some())),
            false => left += 1,
        }
    }
    let malformed: Vec<[usize; 2]> = report
        .malformed
        .iter()
        .take(EXCERPTS_MAX)
        .map(|span| [span.start, span.end])
        .collect();
    json!({
        "items": items,
        "left": left,
        "malformed": malformed,
        "warnings": report.warnings,
    })
}

fn item(excerpt: &Excerpt<'_>, is_placed: bool) -> Value {
    // Text alone, what was and what is, or what is lost.
    let piece = |piece: &Piece<'_>| match piece {
        Piece::Same(text) => json!(text),
        Piece::Changed { before, after } => json!([before, after]),
        Piece::Lost(text) => json!([text]),
    };
    let mut item = json!({
        "bytes": [excerpt.span.start, excerpt.span.end],
        "pieces": excerpt.pieces.iter().map(piece).collect::<Vec<Value>>(),
    });
    if is_placed {
        item["at"] = json!([excerpt.place.0, excerpt.place.1]);
    }
    let (repairs, conversions) = (excerpt.shown.repairs(), excerpt.shown.conversions());
    match &excerpt.shown {
        Shown::Changes(changes) => {
            let said = if repairs.is_empty() {
                changes
            } else {
                &repairs
            };
            let mut rules: Vec<&str> = Vec::new();
            for (_, change) in said {
                if !rules.contains(&change.rule.as_str()) {
                    rules.push(&change.rule);
                }
            }
            item["rule"] = rules.join(", ").into();
            if let Some((_, conversion)) = conversions.first() {
                item["to"] = conversion.rule.as_str().into();
                item["places"] = conversions.len().into();
            }
            let certainties = repairs.iter().map(|(_, change)| change.certainty);
            if let Some(certainty) = certainties.reduce(f32::min) {
                item["sure"] = short(certainty);
            }
            let guessed: u32 = repairs.iter().map(|(_, change)| change.guessed_chars).sum();
            if guessed > 0 {
                item["guessed"] = guessed.into();
            }
            let mut routes = repairs.iter().map(|(_, change)| change.route.as_str());
            if let Some(route) = routes.find(|route| !route.is_empty()) {
                item["route"] = route.into();
            }
        }
        Shown::Loss(loss) => {
            item["rule"] = loss.rule.name.into();
            item["why"] = loss.why.into();
            item["gone"] = loss.is_gone().into();
        }
    }
    item
}

/// A probability with three decimals.
fn short(probability: f32) -> Value {
    json!((f64::from(probability) * 1000.0).round() / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_cannot_end_the_data() {
        let (head, tail) = Kind::Html.frame();
        assert!(!head.is_empty() && !tail.is_empty());
        let mut block = Block::default();
        assert_eq!(block.take(), None);
        block.push(&Kind::Html.failure("</script><!--\t", "\"漢\""));
        block.push(&Kind::Html.failure("b\nc", "x"));
        assert!(!block.is_full());
        let element = block.take().unwrap();
        let data = element
            .strip_prefix("<script type=\"application/x-ndjson\">")
            .and_then(|rest| rest.strip_suffix("</script>\n"))
            .unwrap();
        assert!(!data.contains('<'), "{data}");
        let lines: Vec<&str> = data.lines().collect();
        assert_eq!(lines.len(), 3);
        for (line, path) in lines.iter().zip(["</script><!--\t", "b\nc"]) {
            let counts: Value = serde_json::from_str(line).unwrap();
            assert_eq!(counts["path"], path);
        }
        let packed = STANDARD.decode(lines[2]).unwrap();
        let mut details = String::new();
        std::io::Read::read_to_string(&mut flate2::read::ZlibDecoder::new(&*packed), &mut details)
            .unwrap();
        assert_eq!(details, "null\nnull");
        assert_eq!(block.take(), None);
    }
}
