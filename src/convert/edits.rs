//! Replacements in one text, and two rounds of them as one.

use super::engine::Sink;
use crate::Span;

/// Replacements in order of place, never overlapping; the new texts share one buffer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Replacements {
    spans: Vec<(Span, Span)>,
    pool: String,
}

impl Sink for Replacements {
    fn replace(&mut self, span: Span, with: &str) {
        let start = self.pool.len();
        self.pool.push_str(with);
        self.spans.push((span, start..self.pool.len()));
    }
}

impl Replacements {
    pub(crate) fn clear(&mut self) {
        self.spans.clear();
        self.pool.clear();
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Each span and what stands there instead.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Span, &str)> {
        self.spans
            .iter()
            .map(|(span, with)| (span.clone(), &self.pool[with.clone()]))
    }

    /// Appends the text with everything replaced.
    pub(crate) fn apply(&self, text: &str, out: &mut String) {
        let mut copied = 0;
        for (span, with) in self.iter() {
            out.push_str(&text[copied..span.start]);
            out.push_str(with);
            copied = span.end;
        }
        out.push_str(&text[copied..]);
    }
}

/// Two rounds as one: `first` turned the text into `middle`, `second` was found in `middle`.
/// The result is placed in the text. Replacements that overlap become one.
pub(crate) fn compose(first: &Replacements, middle: &str, second: &Replacements) -> Replacements {
    // The first round as pairs of spans: of the text and of the middle text.
    let mut ones: Vec<(Span, Span)> = Vec::with_capacity(first.spans.len());
    let (mut text_end, mut middle_end) = (0, 0);
    for (span, with) in first.iter() {
        let start = middle_end + (span.start - text_end);
        (text_end, middle_end) = (span.end, start + with.len());
        ones.push((span, start..middle_end));
    }
    let twos: Vec<(Span, &str)> = second.iter().collect();
    // A place of the middle text that no replacement of the first round spans, behind `done` of them.
    let text_at = |done: usize, place: usize| match done.checked_sub(1).map(|last| &ones[last]) {
        Some((text, middle)) => text.end + (place - middle.end),
        None => place,
    };
    let mut composed = Replacements::default();
    let (mut one, mut two) = (0, 0);
    loop {
        let (first_one, first_two) = (one, two);
        let begin = match (ones.get(one), twos.get(two)) {
            (None, None) => return composed,
            (Some((_, middle)), None) => middle.start,
            (None, Some((span, _))) => span.start,
            (Some((_, middle)), Some((span, _))) => middle.start.min(span.start),
        };
        // A group grows as long as a replacement of either round begins inside it.
        let mut end = begin;
        loop {
            let is_new = one == first_one && two == first_two;
            let joins = |start: usize| start < end || (is_new && start == begin);
            if let Some((_, middle)) = ones.get(one).filter(|(_, middle)| joins(middle.start)) {
                end = end.max(middle.end);
                one += 1;
            } else if let Some((span, _)) = twos.get(two).filter(|(span, _)| joins(span.start)) {
                end = end.max(span.end);
                two += 1;
            } else {
                break;
            }
        }
        let mut after = String::new();
        let mut copied = begin;
        for (span, with) in &twos[first_two..two] {
            after.push_str(&middle[copied..span.start]);
            after.push_str(with);
            copied = span.end;
        }
        after.push_str(&middle[copied..end]);
        composed.replace(text_at(first_one, begin)..text_at(one, end), &after);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(edits: &[(Span, &str)]) -> Replacements {
        let mut round = Replacements::default();
        edits
            .iter()
            .for_each(|(span, with)| round.replace(span.clone(), with));
        round
    }

    #[test]
    fn two_rounds_give_what_one_after_the_other_gives() {
        let text = "abcdefgh";
        let firsts = [
            round(&[]),
            round(&[(1..3, "XYZ")]),
            round(&[(0..1, "12"), (2..3, ""), (5..8, "W")]),
        ];
        for first in &firsts {
            let mut middle = String::new();
            first.apply(text, &mut middle);
            for start in 0..middle.len() {
                for end in start + 1..=middle.len() {
                    let second = round(&[(start..end, "é")]);
                    let (mut expected, mut got) = (String::new(), String::new());
                    second.apply(&middle, &mut expected);
                    compose(first, &middle, &second).apply(text, &mut got);
                    assert_eq!(got, expected, "{first:?} {start}..{end}");
                }
            }
        }
    }
}
