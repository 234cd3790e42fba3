//! What is said of a document in a few words: in lists, warnings and errors.

use zhfix::detect::{Segment, Verdict};
use zhfix::report::Report;
use zhfix::{Encoding, ErrorKind};

use crate::places::Places;
use crate::render::{self, counted};

/// How many sequences are malformed, and where the first is.
pub(crate) fn malformed(report: &Report) -> String {
    let first = report.malformed.first().map_or(0, |span| span.start);
    match report.malformed_count() {
        1 => format!("a malformed sequence at byte {first}"),
        more => format!("{more} malformed sequences, the first at byte {first}"),
    }
}

/// How a line of `--dry-run` begins.
pub(crate) fn listed(changed: bool, is_left: bool) -> &'static str {
    match (changed, is_left) {
        (false, _) => "unchanged    ",
        (true, false) => "would change ",
        (true, true) => "would leave  ",
    }
}

/// What happens to an e-book of so many documents, in a few words.
pub(crate) fn said_of_book(documents: usize, report: &Report) -> String {
    let mut said = format!("e-book of {}", counted(documents, "document"));
    push_counts(&mut said, report);
    said
}

/// What happens to a document, in a few words.
pub(crate) fn said([from, to]: [Option<Encoding>; 2], report: &Report) -> String {
    let nameless = match report.verdict() {
        Verdict::Empty => "empty",
        _ => "unknown encoding",
    };
    let name = |encoding: Option<Encoding>| encoding.map_or(nameless, Encoding::name);
    let mut said = match from == to {
        true => name(from).to_owned(),
        false => format!("{} to {}", name(from), name(to)),
    };
    push_counts(&mut said, report);
    said
}

/// Appends what was done, as far as anything was.
fn push_counts(said: &mut String, report: &Report) {
    if render::repairs(report) > 0 {
        said.push_str(", ");
        said.push_str(&counted(render::repairs(report), "repair"));
    }
    if report.converted_chars > 0 {
        said.push_str(", ");
        said.push_str(&counted(report.converted_chars, "character"));
        said.push_str(" converted");
    }
    if render::tidied(report) > 0 {
        said.push_str(", ");
        said.push_str(&counted(render::tidied(report), "place"));
        said.push_str(" tidied");
    }
}

/// Why a text cannot be encoded, with the character and its place.
pub(crate) fn unencodable(error: &zhfix::Error, text: &str) -> String {
    let ErrorKind::Unmappable { encoding, at } = error.kind() else {
        return error.to_string();
    };
    let rest = text.get(at.start..).unwrap_or_default();
    let (line, column) = Places::of(text).find(at.start);
    let character = rest.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER);
    format!(
        "{} has no character for {} (U+{:04X}) at line {line}, column {column}; \
         --unencodable ncr, question or fallback writes it all the same",
        encoding.name(),
        render::escaped(&character.to_string()),
        u32::from(character)
    )
}

/// Why a file with malformed bytes is not replaced.
pub(crate) fn would_be_lost(report: &Report) -> String {
    let malformed = malformed(report);
    format!("{malformed} would be lost; left as it is, --backup keeps a copy")
}

/// Why a file is not replaced by what means something else.
pub(crate) fn not_read_back(to: Encoding) -> String {
    let to = to.name();
    format!("would not be read back from {to} as it was written; left as it is")
}

/// Names of parts that a warning lists before it breaks off.
const NAMES_SHOWN: usize = 8;

/// That an input was read in parts, if it was.
pub(crate) fn mixed(segments: &[Segment]) -> Option<String> {
    if segments.is_empty() {
        return None;
    }
    let name = |segment: &Segment| segment.encoding.map_or("unknown", Encoding::name);
    let names: Vec<&str> = segments.iter().take(NAMES_SHOWN).map(name).collect();
    Some(format!(
        "{} in different encodings, each read in its own: {}{}",
        counted(segments.len(), "part"),
        names.join(", "),
        if segments.len() > NAMES_SHOWN {
            ", …"
        } else {
            ""
        }
    ))
}

/// What stands below a row of `detect`: the parts, and what decided.
pub(crate) fn below(report: &Report, segments: bool, evidence: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let parts = if segments { report.parts() } else { Vec::new() };
    let span = |part: &Segment| format!("{}..{}", part.span.start, part.span.end);
    let width = parts.iter().map(|part| span(part).len()).max().unwrap_or(0);
    for part in &parts {
        let name = part.encoding.map_or("unknown", Encoding::name);
        let probability = part.probability;
        lines.push(format!(
            "  bytes {:width$}  {name}  {probability:.3}",
            span(part)
        ));
    }
    if let (true, Some(detection)) = (evidence, &report.detection) {
        let all = detection.evidence().iter();
        lines.extend(all.map(|evidence| format!("  {evidence}")));
    }
    lines
}
