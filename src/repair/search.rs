//! Finds mojibake that proves itself and takes it back.
//!
//! UTF-8 checks itself: text that was never UTF-8 seldom becomes valid UTF-8 when it is encoded
//! as something else. So a run of characters that a wrong decoder can have written is encoded
//! again, decoded as UTF-8, and accepted where
//!
//! * every byte is accounted for and the bytes are valid UTF-8;
//! * the result holds at least two characters of Chinese (or kana, hangul), no controls, and
//!   is mostly common characters;
//! * for GBK, whose runs are Han before and after: the run itself is mostly uncommon. Three
//!   characters drawn by their frequency in clean text come out as two common ones by chance
//!   2 times in 10 million; that they are uncommon as well, 2 times in a billion (Traditional
//!   and Simplified) to 5 times in 100 million (Japanese words without kana).
//!
//! A run that does not pass is tried through a second layer and a third. Runs end at ASCII
//! (which every route keeps), at line ends and at what the wrong decoder lacks. A run that is
//! too short to prove itself is taken back with a proven one in its line if the whole line comes out right; and where a
//! document has three proofs, two characters may come of a run that is not as uncommon.
//!
//! Left alone, because good text is worth more: runs with lost bytes; runs quoted inside good
//! Chinese and runs near words about encodings, unless half of the text is damaged. That a text
//! proves itself run by run is the idea of ftfy's `decode_inconsistent_utf8`; its single-byte sets
//! do not need the second and third condition, which are ours.

use super::barren::Barren;
use super::plan::{Edit, Pass};
use super::proof::{
    Census, LONG_PROOF_CHARS, is_cjk_punctuation, is_mostly_uncommon, is_typographic, judge,
};
use super::routes::Route;
use super::rules::RuleSet;
use super::runs::{Runs, is_beside_other_letters, may_be_utf_8, may_open_gbk, windows_1252_core};
use super::signs::{Look, Signs, Suspect};
use super::topic::{self, Topic};
use crate::Span;

/// Four characters and more: what chance allows for two (above) would have to happen twice.
const CERTAINTY_LONG: f32 = 0.999;
/// Two or three: chance is small (above), but the run may still be an example.
const CERTAINTY_SHORT: f32 = 0.99;
/// How many proven runs prove a document.
const DOCUMENT_PROOFS: usize = 3;
/// How many layers one run may have: three have been seen in the wild.
const LAYERS_MAX: usize = 3;
/// How far a word about encodings protects: about ten sentences.
const TOPIC_REACH_BYTES: usize = 1000;

/// Finds what can be taken back in a text.
pub(super) fn find(text: &str, look: &Look, barren: &Barren, rules: &RuleSet) -> Pass {
    let routes: Vec<Route> = Route::ALL
        .into_iter()
        .filter(|&route| shows(look.signs, route) && rules.contains(route.rule()))
        .collect();
    let mut search = Search {
        text,
        bytes: Vec::new(),
        edits: Vec::new(),
        quoted: Vec::new(),
        proven_document: false,
        barren,
    };
    if !routes.is_empty() {
        search.lines(&look.suspects, &routes, rules);
        if search.edits.len() >= DOCUMENT_PROOFS && routes.contains(&Route::Gbk) {
            search.proven_document = true;
            search.edits.clear();
            search.quoted.clear();
            search.lines(&look.suspects, &routes, rules);
        }
    }
    Pass {
        edits: search.without_examples(),
    }
}

impl Pass {
    /// Whether all of a line that is not ASCII is taken back, so that no byte of it is missing.
    /// Not where € is in it: what that was depends on what is missing beside it.
    pub(super) fn takes_all_of(&self, text: &str, line: &Span) -> bool {
        let first = self
            .edits
            .partition_point(|edit| edit.span.end <= line.start);
        let mut spans = self.edits[first..].iter().map(|edit| &edit.span).peekable();
        let line_text = &text[line.clone()];
        let mut chars = line_text.char_indices().filter(|(_, c)| !c.is_ascii());
        chars.all(|(at, c)| {
            let at = line.start + at;
            while spans.next_if(|span| span.end <= at).is_some() {}
            c != '€' && spans.peek().is_some_and(|span| span.start <= at)
        })
    }
}

/// Whether a text shows the sign of a route.
fn shows(signs: Signs, route: Route) -> bool {
    match route {
        Route::Windows1252 => signs.windows_1252,
        Route::Gbk => signs.gbk,
    }
}

struct Search<'t> {
    text: &'t str,
    /// Reused for every attempt.
    bytes: Vec<u8>,
    edits: Vec<Edit>,
    /// For each edit whether it is quoted in good Chinese.
    quoted: Vec<bool>,
    /// Whether three runs have proven that the document went this way.
    proven_document: bool,
    barren: &'t Barren,
}

/// How a run was taken back.
struct Found {
    span: Span,
    chain: Vec<Route>,
    after: String,
    cjk_chars: usize,
}

impl Search<'_> {
    /// Goes through the lines that show a sign.
    fn lines(&mut self, suspects: &[Suspect], routes: &[Route], rules: &RuleSet) {
        for line in suspects {
            let shows = |route| match route {
                Route::Windows1252 => line.windows_1252,
                Route::Gbk => line.gbk,
            };
            let way = u64::from(line.windows_1252) << 1 | u64::from(line.gbk) << 2;
            let way = way | u64::from(self.proven_document) << 3;
            let key = Barren::key(&self.text[line.span.clone()], way);
            if self.barren.cost(key).is_some() {
                continue;
            }
            // What a line shows to a second route is judged anew in the next round.
            let found = routes
                .iter()
                .any(|&route| shows(route) && self.line(line.span.clone(), route, rules));
            if !found {
                self.barren.add(key, 0);
            }
        }
    }

    /// Takes back what one line holds of one route; whether there was anything.
    fn line(&mut self, line: Span, route: Route, rules: &RuleSet) -> bool {
        let text = self.text;
        let runs = || Runs::of(text, line.clone(), route);
        let mut found: Vec<Found> = Vec::new();
        for run in runs() {
            self.prove(run, route, rules, &mut found);
        }
        let Some(first) = found.first() else {
            return false;
        };
        let chain = first.chain.clone();
        found.extend(self.weak_runs(runs(), &chain, &found).unwrap_or_default());
        crate::order::sort_by_key(&mut found, |found| found.span.start);
        let quoted: Vec<bool> = found
            .iter()
            .map(|found| topic::is_quoted(text, &found.span))
            .collect();
        let in_good_chinese = quoted.contains(&true) && has_other_han(text, line, &found);
        for (found, quoted) in found.into_iter().zip(quoted) {
            self.quoted.push(quoted && in_good_chinese);
            self.edits.push(found.into_edit(text));
        }
        true
    }

    /// Tries a run, and where it fails what punctuation cuts it into.
    fn prove(&mut self, run: Span, route: Route, rules: &RuleSet, found: &mut Vec<Found>) {
        match route {
            // Letters of another alphabet beside it: it is that one's text, for `reread/`.
            Route::Windows1252 if is_beside_other_letters(self.text, &run) => {}
            Route::Windows1252 => {
                if let Some(run) = windows_1252_core(self.text, run, &mut self.bytes) {
                    found.extend(self.undo(run, route, rules));
                }
            }
            Route::Gbk => {
                if let Some(whole) = self.undo(run.clone(), route, rules) {
                    found.push(whole);
                    return;
                }
                let mut start = run.start;
                let cuts = self.text[run.clone()]
                    .match_indices(is_cjk_punctuation)
                    .map(|(at, mark)| (run.start + at, mark.len()))
                    .chain([(run.end, 0)]);
                for (cut, mark_bytes) in cuts {
                    if (start..cut) != run {
                        found.extend(self.undo(start..cut, route, rules));
                    }
                    start = cut + mark_bytes;
                }
            }
        }
    }

    /// Takes one run back through its layers, if what comes out proves it.
    fn undo(&mut self, run: Span, route: Route, rules: &RuleSet) -> Option<Found> {
        let before = &self.text[run.clone()];
        if route == Route::Gbk && !before.chars().next().is_some_and(may_open_gbk) {
            return None;
        }
        if !may_be_utf_8(before, route, &mut self.bytes) {
            return None;
        }
        self.bytes.clear();
        if !route.encode_into(before, &mut self.bytes) {
            return None;
        }
        let once = std::str::from_utf8(&self.bytes).ok()?;
        let mut chain = vec![route];
        let (after, cjk_chars) = peel(
            before,
            once.to_owned(),
            &mut chain,
            rules,
            self.proven_document,
        )?;
        Some(Found {
            span: run,
            chain,
            after,
            cjk_chars,
        })
    }

    /// The runs of a line that are too short to prove themselves, if all of them come out
    /// right by the route that others have proven.
    fn weak_runs(
        &self,
        runs: impl Iterator<Item = Span>,
        chain: &[Route],
        found: &[Found],
    ) -> Option<Vec<Found>> {
        let mut weak = Vec::new();
        let mut proven = found.iter().peekable();
        for run in runs {
            while proven
                .peek()
                .is_some_and(|proven| proven.span.end <= run.start)
            {
                proven.next();
            }
            if let Some(proven) = proven.peek()
                && proven.span.start < run.end
            {
                if proven.span == run {
                    continue;
                }
                return None;
            }
            let before = &self.text[run.clone()];
            if before.chars().all(is_typographic) {
                continue;
            }
            let mut after = before.to_owned();
            for route in chain {
                after = route.undo(&after)?;
            }
            let seen = Census::of(&after);
            let right = match chain.last()? {
                Route::Windows1252 => seen.bad_chars == 0,
                Route::Gbk => {
                    seen.bad_chars == 0
                        && seen.cjk_chars() > 0
                        && seen.other_chars == 0
                        && seen.common_han_chars() == seen.han_chars
                        && is_mostly_uncommon(before, seen.cjk_chars(), self.proven_document)
                }
            };
            if !right {
                return None;
            }
            weak.push(Found {
                span: run,
                chain: chain.to_vec(),
                after,
                cjk_chars: seen.cjk_chars(),
            });
        }
        Some(weak)
    }

    /// The edits without those that a text about encodings shows as examples.
    fn without_examples(self) -> Vec<Edit> {
        if self.edits.is_empty() {
            return self.edits;
        }
        let damaged_bytes: usize = self.edits.iter().map(|edit| edit.span.len()).sum();
        let other_bytes = self.text.bytes().filter(|byte| !byte.is_ascii()).count();
        if damaged_bytes * 2 >= other_bytes {
            return self.edits;
        }
        let subject = Topic::of(self.text, topic::ENCODINGS);
        self.edits
            .into_iter()
            .zip(self.quoted)
            .filter(|(edit, quoted)| !quoted && !subject.is_near(&edit.span, TOPIC_REACH_BYTES))
            .map(|(edit, _)| edit)
            .collect()
    }
}

impl Found {
    fn into_edit(self, text: &str) -> Edit {
        let rule = self.chain[0].rule();
        let certainty = if self.cjk_chars >= LONG_PROOF_CHARS {
            CERTAINTY_LONG
        } else {
            CERTAINTY_SHORT
        };
        let mut steps = Vec::new();
        let mut step_text = text[self.span.clone()].to_owned();
        for route in &self.chain {
            steps.push(route.describe(&step_text));
            step_text = route.undo(&step_text).unwrap_or_default();
        }
        let mut edit = Edit::new(text, self.span, rule, self.after, certainty);
        edit.route = steps.join(" | ");
        edit
    }
}

/// Takes off further layers until the result proves itself; `after` is what the last route
/// of the chain made of `before`. At most [`LAYERS_MAX`] in all, each of them shrinking the text.
fn peel(
    before: &str,
    after: String,
    chain: &mut Vec<Route>,
    rules: &RuleSet,
    proven_document: bool,
) -> Option<(String, usize)> {
    if let Some(cjk_chars) = judge(*chain.last()?, before, &after, proven_document) {
        return Some((after, cjk_chars));
    }
    if chain.len() >= LAYERS_MAX {
        return None;
    }
    for route in Route::ALL {
        if rules.contains(route.rule())
            && let Some(next) = route.undo(&after)
        {
            chain.push(route);
            if let Some(found) = peel(&after, next, chain, rules, proven_document) {
                return Some(found);
            }
            chain.pop();
        }
    }
    None
}

/// Whether the line holds Han outside of what was found.
fn has_other_han(text: &str, line: Span, found: &[Found]) -> bool {
    let mut start = line.start;
    found
        .iter()
        .map(|found| found.span.clone())
        .chain(std::iter::once(line.end..line.end))
        .any(|span| {
            let between = &text[start..span.start];
            start = span.end;
            between.chars().any(topic::is_han)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> String {
        let pass = find(
            text,
            &Look::at(text, false),
            &Barren::default(),
            &RuleSet::default(),
        );
        super::super::plan::apply_pass(&pass, text).unwrap()
    }

    fn as_windows_1252(text: &str) -> String {
        let (text, _, _) = encoding_rs::WINDOWS_1252.decode(text.as_bytes());
        text.into_owned()
    }

    fn as_gbk(text: &str) -> String {
        let (text, _, malformed) = encoding_rs::GBK.decode(text.as_bytes());
        assert!(!malformed, "{text}");
        text.into_owned()
    }

    #[test]
    fn one_layer_and_two_are_taken_back() {
        for good in ["中文", "你好世界", "今天天气，不错"] {
            let layer = as_windows_1252(good);
            assert_eq!(repaired(&layer), good);
            assert_eq!(repaired(&as_windows_1252(&layer)), good);
        }
        for good in ["你好", "编程语言"] {
            assert_eq!(repaired(&as_gbk(good)), good);
            assert_eq!(repaired(&as_windows_1252(&as_gbk(good))), good);
        }
    }

    #[test]
    fn a_short_run_follows_a_proven_one_in_its_line() {
        let line = format!("{} & {}", as_windows_1252("你好"), as_windows_1252("中"));
        assert_eq!(repaired(&line), "你好 & 中");
        let alone = as_windows_1252("中");
        assert_eq!(repaired(&alone), alone);
    }

    #[test]
    fn three_proofs_prove_a_document() {
        // 标准 comes of two common characters out of three: by itself it is left.
        let weak = as_gbk("标准");
        assert_eq!(repaired(&weak), weak);
        let column = ["你好", "编程语言", "中文", "标准"].map(as_gbk).join("\n");
        assert_eq!(repaired(&column), "你好\n编程语言\n中文\n标准");
    }

    #[test]
    fn quotation_marks_around_a_run_stay() {
        let line = format!("“{}”", as_windows_1252("你好"));
        assert_eq!(repaired(&line), "“你好”");
    }

    #[test]
    fn the_route_says_which_table_it_was() {
        let route = |text: &str| {
            let pass = find(
                text,
                &Look::at(text, false),
                &Barren::default(),
                &RuleSet::default(),
            );
            pass.edits[0].route.clone()
        };
        assert_eq!(
            route(&as_windows_1252("中文")),
            "encode windows-1252 | decode utf-8"
        );
        let latin_1: String = "中文".bytes().map(char::from).collect();
        assert_eq!(route(&latin_1), "encode iso-8859-1 | decode utf-8");
        assert_eq!(route(&as_gbk("你好")), "encode gbk | decode utf-8");
    }
}
