//! What is said of a finding: where in the document it stands, by which rules, how certain it
//! is, and the way back.

use zhfix::report::{Change, Stage};

use crate::excerpts::{Excerpt, Place, Shown};
use crate::places::Places;
use crate::render::{counted, escaped};

/// What stands in front of a part.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Passed {
    bytes: usize,
    lines: usize,
    /// Characters of the line that the part begins in.
    chars: usize,
}

impl Passed {
    pub(super) fn pass(&mut self, text: &str) {
        let (line, column) = Places::of(text).find(text.len());
        (_, self.chars) = self.place((line, column - 1));
        self.lines += line - 1;
        self.bytes += text.len();
    }

    /// A place of the part in the document.
    pub(super) fn place(&self, (line, column): Place) -> Place {
        match line {
            1 => (self.lines + 1, self.chars + column),
            _ => (self.lines + line, column),
        }
    }
}

/// What stands above an excerpt, in columns.
pub(super) struct Row {
    pub(super) place: String,
    pub(super) bytes: String,
    pub(super) rule: String,
    pub(super) says: String,
}

impl Row {
    pub(super) fn of(excerpt: &Excerpt<'_>, passed: Passed) -> Row {
        let (start, end) = (excerpt.span.start, excerpt.span.end);
        let (rule, says) = match &excerpt.shown {
            Shown::Changes(changes) => said_of(changes, &excerpt.shown),
            Shown::Loss(loss) => {
                let what = if loss.is_gone() { "lost" } else { "listed" };
                (loss.rule.name.to_owned(), format!("{what}: {}", loss.why))
            }
        };
        Row {
            place: placed(passed.place(excerpt.place)),
            bytes: format!("bytes {}..{}", passed.bytes + start, passed.bytes + end),
            rule,
            says,
        }
    }
}

pub(super) fn placed((line, column): Place) -> String {
    format!("{line}:{column}")
}

/// The rules of the changes of one excerpt, and what is to be said of them: repairs first.
fn said_of(changes: &[(Place, &Change)], shown: &Shown<'_>) -> (String, String) {
    let (repairs, conversions) = (shown.repairs(), shown.conversions());
    let mut rules: Vec<&str> = Vec::new();
    for (_, change) in repairs.iter().chain(changes) {
        // Conversions stand beside repairs in the text of the row.
        let is_said = repairs.is_empty() || change.stage != Stage::Convert;
        if is_said && !rules.contains(&change.rule.as_str()) {
            rules.push(&change.rule);
        }
    }
    let converted = match conversions.len() {
        0 => None,
        1 if repairs.is_empty() => Some("converted".to_owned()),
        count => Some(format!("{} converted", counted(count, "place"))),
    };
    let repaired = match repairs.as_slice() {
        [] => None,
        [(_, only)] => Some(certainty(only)),
        several => Some(counted(several.len(), "repair")),
    };
    let says: Vec<String> = repaired.into_iter().chain(converted).collect();
    (rules.join(", "), says.join(", "))
}

/// How certain a change is, and what was guessed.
pub(super) fn certainty(change: &Change) -> String {
    let mut says = format!("certainty {:.3}", change.certainty);
    if change.guessed_chars > 0 {
        says.push_str(&format!(
            ", {} guessed",
            counted(change.guessed_chars, "character")
        ));
        for guess in &change.guesses {
            let filled = change.after.get(guess.span.clone()).unwrap_or_default();
            says.push_str(&format!(" {} {:.2}", escaped(filled), guess.posterior));
        }
    }
    says
}

/// The route back: the steps from last to first, encoding where there was decoding.
pub(super) fn inverse(route: &str) -> String {
    let steps = route.split('|').rev().map(|step| {
        let step = step.trim();
        match step.split_once(' ') {
            Some(("encode", label)) => format!("decode {label}"),
            Some(("decode", label)) => format!("encode {label}"),
            _ => step.to_owned(),
        }
    });
    steps.collect::<Vec<_>>().join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_is_undone_backwards() {
        assert_eq!(
            inverse("encode gbk | decode utf-8"),
            "encode utf-8 | decode gbk"
        );
    }
}
