//! Which losses and changes the report lists of a text. What decoding itself lost is not among
//! the losses, as the report has it under the malformed bytes.

use crate::repair::{Loss, Plan};
use crate::report::{Change, Stage};

/// The losses without the U+FFFD that decoding itself wrote, which the report lists as
/// malformed bytes; `replaced_at` is where these stand, in order.
pub(super) fn lost_before(lost: &[Loss], text: &str, replaced_at: &[usize]) -> Vec<Loss> {
    if replaced_at.is_empty() {
        return lost.to_vec();
    }
    let mut before = Vec::new();
    for loss in lost {
        let place = text.get(loss.span.clone()).unwrap_or_default();
        if place.chars().any(|c| c != char::REPLACEMENT_CHARACTER) {
            before.push(loss.clone());
            continue;
        }
        // What is left of a run lies between those that decoding wrote.
        let first = replaced_at.partition_point(|&at| at < loss.span.start);
        let rest = replaced_at.get(first..).unwrap_or_default();
        let written = rest.iter().take_while(|&&at| at < loss.span.end);
        let mut start = loss.span.start;
        for at in written.copied().chain([loss.span.end]) {
            if start < at {
                let span = start..at;
                before.push(Loss {
                    span,
                    ..loss.clone()
                });
            }
            start = at + char::REPLACEMENT_CHARACTER.len_utf8();
        }
    }
    before
}

/// The edits of a plan, placed in the text that the whole plan was applied to.
pub(super) fn changes_of(plan: &Plan, stage: Stage) -> Vec<Change> {
    let mut changes = Vec::new();
    for (number, pass) in plan.passes().iter().enumerate() {
        for edit in &pass.edits {
            changes.push(Change {
                span: plan.source_before(number, edit.span.clone()),
                stage,
                rule: edit.rule.name.to_owned(),
                before: edit.before.clone(),
                after: edit.after.clone(),
                route: edit.route.clone(),
                certainty: edit.certainty,
                guessed_chars: edit.guessed_chars,
                guesses: edit.guesses.clone(),
            });
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use crate::encoding::Encoding;
    use crate::pipeline::Pipeline;

    #[test]
    fn what_decoding_replaced_is_reported_once() {
        // U+FFFD is 84 31 A4 37 in gb18030; FF is malformed.
        let fffd = b"\x84\x31\xA4\x37";
        let rows = [
            (vec![&b"\xD6\xD0"[..], b"\xFF", b"\xCE\xC4"], vec![], 1),
            (vec![b"a", fffd, b"b"], vec![(1, 4)], 0),
            (
                vec![b"a", b"\xFF\xFF", fffd, fffd, b"\xFF", fffd, b"b"],
                vec![(7, 13), (16, 19)],
                3,
            ),
            (vec![fffd, b"a", b"\xFF"], vec![(0, 3)], 1),
        ];
        let pipeline = Pipeline::builder()
            .encoding(Some(Encoding::Gb18030))
            .build();
        for (parts, lost, malformed) in rows {
            let bytes = parts.concat();
            let report = pipeline.run(&bytes).report;
            let spans = report.lost.iter().map(|l| (l.span.start, l.span.end));
            assert_eq!(spans.collect::<Vec<_>>(), lost, "{bytes:X?}");
            assert_eq!(report.malformed.len(), malformed, "{bytes:X?}");
        }
    }
}
