//! Repair of a part of a document, in the light of what its beginning has shown.
//!
//! Some rules judge a document as a whole: three proofs of a route prove it for weak runs too,
//! a page has to look machine-made before its glosses go. A part of a large document is not the
//! whole, and the whole is not at hand. So what the beginning of the document showed is kept
//! as an excerpt: lines that repair changed there, spread over it, but for what is judged by its
//! place alone. Each part is repaired with
//! the excerpt in front of it, and what is done to the excerpt is dropped. No rule has to know
//! of parts; a document without damage has an empty excerpt, and its parts are repaired as they
//! are.
//!
//! What it gets wrong: a rule that counts what is *not* damaged sees the part and the excerpt,
//! not the rest of the document; and a word about encodings protects examples of its own part
//! only.

use std::borrow::Cow;

use super::plan::{Edit, Pass, Plan};
use super::{Extent, Loss, Repair, Repairer, Vain};
use crate::Span;

/// As much as says what a document is like, and little beside the part that it stands before.
const EXCERPT_BYTES: usize = 16 << 10;
/// The families of rules that judge by what stands around a place: what they did says nothing of
/// another.
const JUDGED_BY_PLACE: [&str; 5] = [
    "radical",
    "compatibility",
    "lookalike",
    "misconversion",
    "invisible",
];
/// What is taken of a line around one place.
const LINE_BYTES: usize = 1 << 10;
/// Empty lines behind the excerpt: farther than a word about encodings reaches.
const DISTANCE_BYTES: usize = 1 << 10;

/// What the beginning of a document showed about its damage.
#[derive(Debug, Clone, Default)]
pub(crate) struct Evidence {
    /// Damaged lines, and a distance; empty where there are none.
    excerpt: String,
    /// Which searches were for nothing there.
    vain: Vain,
}

impl Repairer {
    /// What the beginning of a document shows, and that beginning repaired.
    pub(crate) fn evidence<'t>(&self, head: &'t str) -> (Evidence, Repair<'t>) {
        let repair = self.repair(head);
        let mut lines: Vec<Span> = Vec::new();
        for (number, pass) in repair.plan().passes().iter().enumerate() {
            for edit in pass.edits.iter().filter(|edit| is_evidence(edit)) {
                let place = repair.plan().source_before(number, edit.span.clone());
                lines.push(line_around(head, &place));
            }
        }
        crate::order::sort_by_key(&mut lines, |line| (line.start, line.end));
        lines.dedup_by(|line, before| line.start < before.end);
        let all_bytes: usize = lines.iter().map(ExactSizeIterator::len).sum();
        // Every line, or every so many so that they come from everywhere.
        let step = all_bytes.div_ceil(EXCERPT_BYTES).max(1);
        let mut excerpt = String::new();
        for line in lines.into_iter().step_by(step) {
            if excerpt.len() + line.len() > EXCERPT_BYTES {
                break;
            }
            excerpt.push_str(&head[line]);
            excerpt.push('\n');
        }
        if !excerpt.is_empty() {
            excerpt.extend(std::iter::repeat_n('\n', DISTANCE_BYTES));
        }
        let vain = repair.vain;
        (Evidence { excerpt, vain }, repair)
    }

    /// Repairs a part of a document, cut at line ends, beside what its beginning showed.
    pub(crate) fn repair_beside<'t>(&self, evidence: &Evidence, part: &'t str) -> Repair<'t> {
        let extent = Extent::Part(evidence.vain);
        if evidence.excerpt.is_empty() {
            return self.repair_as(part, extent);
        }
        let joined = [&evidence.excerpt, part].concat();
        let repair = self.repair_as(&joined, extent);
        let begin = evidence.excerpt.len();
        let mut behind = begin;
        let mut plan = Plan::default();
        for pass in repair.plan().passes() {
            let mut edits = Vec::new();
            let mut next = behind;
            for edit in &pass.edits {
                if edit.span.end <= behind {
                    next = next - edit.span.len() + edit.after.len();
                } else if edit.span.start >= behind {
                    let span = edit.span.start - behind..edit.span.end - behind;
                    edits.push(Edit {
                        span,
                        ..edit.clone()
                    });
                } else {
                    // A rule that reaches over a kilobyte of empty lines is not of parts.
                    return self.repair_as(part, extent);
                }
            }
            plan.push(Pass { edits });
            behind = next;
        }
        let lost = repair.lost.iter().filter(|loss| loss.span.start >= begin);
        let lost = lost.map(|loss| Loss {
            span: loss.span.start - begin..loss.span.end - begin,
            ..loss.clone()
        });
        let lost = lost.collect();
        let text = match plan.is_empty() {
            true => Cow::Borrowed(part),
            false => Cow::Owned(repair.text.get(behind..).unwrap_or_default().to_owned()),
        };
        let excerpt = repair.text.get(..behind).unwrap_or_default();
        Repair {
            text,
            plan,
            lost,
            tally: repair.tally.map(|tally| tally.behind(excerpt)),
            marks: repair.marks.map(|marks| marks.behind(behind)),
            vain: repair.vain,
        }
    }
}

/// Whether what was done at one place may say what to do at another.
fn is_evidence(edit: &Edit) -> bool {
    !JUDGED_BY_PLACE.contains(&edit.rule.family())
}

/// The line around a place, without its end; of a long one the part next to the place.
fn line_around(text: &str, place: &Span) -> Span {
    let bytes = text.as_bytes();
    let least = text.ceil_char_boundary(place.start.saturating_sub(LINE_BYTES));
    let most = text.floor_char_boundary(text.len().min(place.end + LINE_BYTES));
    let line_start = memchr::memrchr(b'\n', &bytes[least..place.start]);
    let line_end = memchr::memchr(b'\n', &bytes[place.end..most]);
    line_start.map_or(least, |at| least + at + 1)..line_end.map_or(most, |at| place.end + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_repaired_as_its_document() {
        let (weak, _, _) = encoding_rs::GBK.decode("标准".as_bytes());
        let strong = "浣犲ソ\n缂栫▼璇\u{E161}█\n涓\u{E15F}枃\n";
        let repairer = Repairer::new();
        assert_eq!(repairer.repair(&weak).text(), weak);
        let (evidence, head) = repairer.evidence(strong);
        assert_ne!(head.text(), strong);
        let part = format!("a\n{weak}\n\u{FFFD}\n");
        let repair = repairer.repair_beside(&evidence, &part);
        assert_eq!(repair.text(), "a\n标准\n\u{FFFD}\n");
        let plan = repair.plan();
        assert_eq!(plan.apply(&part).unwrap(), repair.text());
        assert_eq!(plan.inverse().apply(repair.text()).unwrap(), part);
        assert_eq!(part.get(repair.lost()[0].span.clone()), Some("\u{FFFD}"));
        // What is lost at the very beginning of a part is the part's.
        let part = format!("\u{FFFD}\n{weak}\n");
        let repair = repairer.repair_beside(&evidence, &part);
        assert_eq!(repair.text(), "\u{FFFD}\n标准\n");
        assert_eq!(repair.lost()[0].span, 0..3);
    }

    #[test]
    fn without_damage_there_is_no_excerpt() {
        let (evidence, head) = Repairer::new().evidence("好的文字\n");
        assert!(evidence.excerpt.is_empty());
        assert!(matches!(head.into_text(), Cow::Borrowed(_)));
        // What a word needs stands beside it.
        let (evidence, head) = Repairer::new().evidence("要扞卫一行\n");
        assert!(evidence.excerpt.is_empty());
        assert_eq!(head.text(), "要捍卫一行\n");
        let many = "ä¸\u{AD}æ–‡一行\n".repeat(10_000);
        let (evidence, _) = Repairer::new().evidence(&many);
        assert!(evidence.excerpt.len() <= EXCERPT_BYTES + DISTANCE_BYTES + 16);
        assert!(evidence.excerpt.len() > EXCERPT_BYTES / 2);
    }
}
