//! Laws of script.

use zhfix::script::spans;
use zhfix::{Script, ScriptCounts};

/// Spans follow each other from the beginning to the end of the text, each in one script, which
/// is not that of its neighbours.
pub fn spans_are_the_whole_text(text: &str) {
    let mut end = 0;
    let mut script_before = None;
    for part in spans(text) {
        assert_eq!(part.span.start, end, "{text:?}");
        assert!(
            text.get(part.span.clone())
                .is_some_and(|part| !part.is_empty()),
            "{part:?}"
        );
        assert_ne!(part.script, Script::Mixed, "{text:?}");
        assert_ne!(script_before, Some(part.script), "{text:?}");
        script_before = Some(part.script);
        end = part.span.end;
    }
    assert_eq!(end, text.len());
}

/// Shares are of one whole, and an answer is given exactly where it has a probability, which is
/// never 1.
pub fn an_answer_is_as_certain_as_it_may_be(text: &str) {
    let counts = ScriptCounts::of(text);
    let shares = counts.shares();
    let sum: f64 = shares.iter().map(|(_, share)| share).sum();
    assert!(
        shares.iter().all(|(_, share)| *share > 0.0),
        "{shares:?} of {text:?}"
    );
    assert!(
        shares.is_empty() || (sum - 1.0).abs() < 1e-9,
        "{shares:?} of {text:?}"
    );
    let probability = counts.probability();
    assert!(
        (0.0..1.0).contains(&probability),
        "{probability} of {text:?}"
    );
    let is_open = counts.script() == Script::Undetermined;
    assert_eq!(probability == 0.0, is_open, "{text:?}");
}

/// What is counted, without what is weighed.
fn counted(counts: ScriptCounts) -> [u64; 7] {
    [
        counts.simplified_only_chars,
        counts.traditional_only_chars,
        counts.traditional_merged_chars,
        counts.shared_chars,
        counts.japanese_only_chars,
        counts.kana_chars,
        counts.hangul_chars,
    ]
}

/// The counts of two parts are those of the whole.
pub fn characters_are_counted_alike_wherever_a_text_is_cut(text: &str, at: usize) {
    let (head, tail) = text.split_at(text.floor_char_boundary(at));
    let parts = ScriptCounts::of(head).plus(ScriptCounts::of(tail));
    assert_eq!(
        counted(parts),
        counted(ScriptCounts::of(text)),
        "{text:?} cut at {at}"
    );
}
