//! Mojibake that the language model proves: Chinese read as the letters of an alphabet, or as
//! the Chinese, Japanese or Korean of another encoding.
//!
//! GBK and Big5 do not check themselves, as UTF-8 does: almost any two bytes are a character.
//! So a reading has to pay. It is weighed against the text as it is, in whatever language that
//! is cheapest (`weigh.rs`), and must save more bits than chance gives; which chain of decoders
//! it takes, `chain.rs` searches.
//!
//! Damage may cover a text, a few lines, a field or a literal. A block of suspicious lines is
//! tried as a whole, then its lines, then what separators of fields part, then what no set
//! holds together. A whole is taken only if none of its fields loses by it. Three proofs of a
//! chain prove the document: what is too short to prove itself is then taken back by the same
//! chain, wherever it saves anything.
//!
//! Left alone: what stands in quotation marks inside good Chinese and what is near words about
//! encodings, unless half of the text is damaged.

mod chain;
mod charsets;
mod weigh;

use chain::{Reading, Step, undo};

use super::plan::{Edit, Pass};
use super::proof::{Census, judge};
use super::routes::Route;
use super::rules::RuleSet;
use super::topic::{self, Topic};
use crate::Span;
use crate::model::{BIT, Cost};

/// Finds what can be taken back in a text.
pub(super) fn find(text: &str, lines: &[Span], rules: &RuleSet) -> Pass {
    let mut search = Search {
        text,
        rules,
        found: Vec::new(),
    };
    for line in lines {
        search.block(line.clone());
    }
    Pass {
        edits: search.edits(),
    }
}

struct Search<'t> {
    text: &'t str,
    rules: &'t RuleSet,
    found: Vec<Found>,
}

/// What is to be replaced.
struct Found {
    span: Span,
    after: String,
    chain: Vec<Step>,
}

impl Search<'_> {
    fn block(&mut self, span: Span) {
        if self.attempt(span.clone(), true) {
            return;
        }
        for field in fields(self.text, span.clone()) {
            if field != span && self.attempt(field.clone(), true) {
                continue;
            }
            for run in runs(self.text, field.clone()) {
                if run != field && self.attempt(run.clone(), false) {
                    continue;
                }
                for word in words(self.text, run.clone()) {
                    if word != run {
                        self.attempt(word, false);
                    }
                }
            }
        }
    }

    /// Takes a span back if that pays.
    fn attempt(&mut self, span: Span, multi: bool) -> bool {
        let before = &self.text[span.clone()];
        if before.chars().filter(|c| !c.is_ascii()).count() < 3 {
            return false;
        }
        let Some(reading) = chain::best(before, self.rules, multi) else {
            return false;
        };
        if !accepted(before, &reading) {
            return false;
        }
        self.found.push(Found {
            span,
            after: reading.after,
            chain: reading.chain,
        });
        true
    }

    fn edits(self) -> Vec<Edit> {
        let text = self.text;
        self.found
            .into_iter()
            .filter_map(|found| found.into_edit(text))
            .collect()
    }
}

/// Whether a reading is better than the text by more than chance.
fn accepted(before: &str, reading: &Reading) -> bool {
    let gain = weigh::as_it_is(before) - reading.cost;
    if std::env::var_os("ZHFIX_DEBUG").is_some() {
        #[allow(clippy::print_stderr)]
        {
            let name: Vec<String> = reading.chain.iter().map(|s| s.describe(before)).collect();
            eprintln!(
                "GAIN {} {:.1} {} {:.1} {before:?} {:?}",
                name.join("|").replace(' ', ""),
                gain as f64 / 1024.0,
                reading.han_chars,
                reading.cost as f64 / 1024.0,
                reading.after
            );
        }
    }
    if reading.is_utf_8() {
        return judge(Route::Windows1252, before, &reading.after, false).is_some() && gain > 0;
    }
    let han = Cost::try_from(reading.han_chars).unwrap_or(0);
    reading.han_chars >= 3 && gain >= 12 * BIT + 2 * BIT * han
}

impl Found {
    fn into_edit(self, text: &str) -> Option<Edit> {
        let rule = self.chain.first()?.rule()?;
        let before = &text[self.span.clone()];
        let mut steps = Vec::new();
        let mut now = before.to_owned();
        for step in &self.chain {
            steps.push(step.describe(&now));
            now = step.undo(&now)?;
        }
        // ASCII at both ends stays what it is.
        let same = |a: &u8, b: &u8| a == b && a.is_ascii();
        let (old, new) = (before.as_bytes(), self.after.as_bytes());
        let head = old.iter().zip(new).take_while(|(a, b)| same(a, b)).count();
        let tail = old[head..].iter().rev().zip(new[head..].iter().rev());
        let tail = tail.take_while(|(a, b)| same(a, b)).count();
        let span = self.span.start + head..self.span.end - tail;
        let after = self.after[head..new.len() - tail].to_owned();
        let mut edit = Edit::new(text, span, rule, after, 0.99);
        edit.route = steps.join(" | ");
        Some(edit)
    }
}

/// What separators of fields part. None of them can be part of a character in GBK or Big5.
fn fields(text: &str, span: Span) -> impl Iterator<Item = Span> {
    let ends = |c| {
        matches!(
            c,
            '\n' | '\r' | '\t' | '"' | '\'' | ',' | ';' | '<' | '>' | '=' | '(' | ')'
        )
    };
    parts(text, span, ends)
}

fn words(text: &str, span: Span) -> impl Iterator<Item = Span> {
    parts(text, span, |c| {
        matches!(c, ' ' | ':' | '/' | '!' | '?' | '.')
    })
}

fn parts(text: &str, span: Span, ends: impl Fn(char) -> bool) -> impl Iterator<Item = Span> {
    let mut rest = span;
    std::iter::from_fn(move || {
        let part = &text[rest.clone()];
        let start = rest.start + part.find(|c| !ends(c))?;
        let end = text[start..rest.end]
            .find(&ends)
            .map_or(rest.end, |at| start + at);
        rest.start = end;
        Some(start..end)
    })
}

/// The longest parts that some single-byte set holds as a whole.
fn runs(text: &str, span: Span) -> impl Iterator<Item = Span> {
    let mut rest = span;
    std::iter::from_fn(move || {
        let part = &text[rest.clone()];
        let start =
            rest.start + part.find(|c: char| !c.is_ascii() && charsets::sets_with(c) != 0)?;
        let mut sets = charsets::Sets::MAX;
        let end = text[start..rest.end]
            .char_indices()
            .find(|&(_, c)| {
                sets &= charsets::sets_with(c);
                sets == 0
            })
            .map_or(rest.end, |(at, _)| start + at);
        rest.start = end;
        Some(start..end)
    })
}
