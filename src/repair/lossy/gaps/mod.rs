//! Lines of which so much is lost that their gaps are what they are read by.
//!
//! Three kinds: UTF-8 read as Big5, where every other pair of bytes is no code; GBK or Big5 read as
//! Shift_JIS, EUC-KR or each other, where a gap may be the end of one character and the beginning of
//! the next; and UTF-8 read as Shift_JIS or EUC-KR where that proved nothing. The other lattice takes a
//! gap for all the bytes that it can have been; here that would be thousands, so a character stays
//! open with its gaps until all of it has gone by (`open.rs`, `lattice.rs`). Who lost the bytes
//! matters: a browser writes one U+FFFD for the two bytes of a pair, Python one for each byte, so
//! that in its texts the place of every byte is known (`losses.rs`). Both are read, and the cheaper
//! one taken (`attempt.rs`, `author.rs`). Windows writes a question mark for a pair of Big5, ASCII
//! included, and so do programs that save U+FFFD as Big5.
//!
//! A line is read as a whole, or else its fields. What proves it is what is intact (`judge.rs`):
//! pairs have to save as much as where nothing is lost (`../../reread/accept.rs`), and UTF-8 has to
//! come out as common Chinese. What is lost costs what all characters cost together that may stand
//! there, so that gaps prove nothing; what may stand in them is asked for what is proven only
//! (`candidates.rs`). Lines that are too short to prove themselves follow where three have proven
//! the way.
//!
//! What it gets wrong: a line whose ends were cut inside of a character, or of which a byte vanished
//! without a trace, is no line of these; it is left, and its losses are listed.

use super::{DOCUMENT_PROOFS, Filling, Found, RouteFuel};
use crate::Span;
use crate::repair::reread;
use crate::repair::rules::RuleSet;
use crate::repair::signs::Look;

mod attempt;
mod author;
mod candidates;
mod choices;
mod column;
mod judge;
mod lattice;
mod losses;
mod marks;
mod misreading;
mod open;
mod settle;
mod table;

use attempt::{Attempt, Search};
use author::Author;
use judge::Bar;
use marks::has_gap;
use misreading::Misreading;

/// Finds what can be taken back.
pub(super) fn find(
    text: &str,
    look: &Look,
    fuel: &mut RouteFuel,
    rules: &RuleSet,
    filling: Filling,
    found: &mut Found,
) {
    let mut search = Search::of(text, fuel, rules);
    let mut attempts: Vec<Attempt> = Vec::new();
    for line in &look.odd {
        if search.fuel.left == 0 {
            break;
        }
        if !has_gap(&text[line.clone()]) {
            continue;
        }
        let as_last = search.attempt_as_last(line.clone());
        let whole = as_last.or_else(|| search.attempt(line.clone(), &Misreading::ALL, Bar::Alone));
        match whole {
            Some(whole) if whole.is_strong() => {
                attempts.push(whole);
            }
            whole => {
                let before = attempts.len();
                for field in reread::fields(text, line.clone()) {
                    if field != *line && has_gap(&text[field.clone()]) {
                        attempts.extend(search.attempt(field, &Misreading::ALL, Bar::Alone));
                    }
                }
                if let Some(whole) = whole
                    && !attempts[before..].iter().any(Attempt::is_strong)
                {
                    attempts.truncate(before);
                    attempts.push(whole);
                }
            }
        }
    }
    if !attempts.iter().any(Attempt::is_strong) {
        return;
    }
    let is_proven = |misreading: &Misreading| {
        let strong = attempts.iter().filter(|attempt| attempt.is_strong());
        let like = strong.filter(|attempt| attempt.misreading == *misreading);
        like.count() >= DOCUMENT_PROOFS
    };
    let all = Misreading::ALL.into_iter();
    let proven: Vec<Misreading> = all.filter(is_proven).collect();
    attempts.retain(|attempt| attempt.is_strong() || proven.contains(&attempt.misreading));
    if !proven.is_empty() {
        follow(&mut search, &proven, &mut attempts);
    }
    let spans: Vec<Span> = attempts
        .iter()
        .map(|attempt| attempt.span.clone())
        .collect();
    let examples = reread::examples(text, &spans);
    for misreading in Misreading::ALL {
        let is_of_it = |attempt: &&Attempt| attempt.misreading == misreading;
        let author = Author::of(attempts.iter().filter(is_of_it));
        let mine = attempts.iter().zip(&examples);
        for (attempt, _) in mine.filter(|(attempt, example)| is_of_it(attempt) && !**example) {
            attempt.write(text, author, (filling, &mut search.memory), found);
        }
    }
    crate::order::sort_by_key(&mut found.pass.edits, |edit| edit.span.start);
}

/// Adds the lines that show nothing by themselves, where the document has proven a misreading: those
/// with gaps, and near what was read so those without, which prove nothing to the exact search if
/// what would is read here.
fn follow(search: &mut Search<'_>, proven: &[Misreading], attempts: &mut Vec<Attempt>) {
    let text = search.text;
    let mut more = Vec::new();
    for span in reread::lines(text) {
        let next = attempts.partition_point(|attempt| attempt.span.end <= span.start);
        let is_known = attempts
            .get(next)
            .is_some_and(|attempt| attempt.span.start < span.end);
        let line = &text[span.clone()];
        let is_near = || {
            let before = next.checked_sub(1).and_then(|at| attempts.get(at));
            before.is_some_and(|before| span.start - before.span.end <= reread::PAGE_BYTES)
                || attempts
                    .get(next)
                    .is_some_and(|behind| behind.span.start - span.end <= reread::PAGE_BYTES)
        };
        if !is_known && (has_gap(line) || !line.is_ascii() && is_near()) {
            more.extend(search.attempt(span, proven, Bar::Document));
        }
    }
    attempts.append(&mut more);
    crate::order::sort_by_key(attempts, |attempt| attempt.span.start);
}

#[cfg(test)]
mod tests {
    use crate::repair::Repairer;

    #[test]
    fn what_is_known_stands_around_the_gaps() {
        let repair = |text: &str| Repairer::new().repair(text).text().to_owned();
        let text = "功\u{FFFD}唐훙瞳짜\u{FFFD}綱뺐，乖쳬떼청唐慷봤。";
        assert_eq!(
            repair(text),
            "晚\u{FFFD}有人在楼\u{FFFD}说话，我们都没有睡好。"
        );
        // Twice is once.
        assert_eq!(repair(&repair(text)), repair(text));
    }

    #[test]
    fn a_short_line_needs_few_characters_that_save_much() {
        let repair = |text: &str| Repairer::new().repair(text).text().to_owned();
        // 门口有两只白猫 and 我在楼下等你呢 in UTF-8, read as EUC-KR by Python.
        let text = "\u{FFFD}뿨\u{FFFD}룭\u{FFFD}쐣訝ㅵ룵\u{FFFD}쇋\u{FFFD}뙧";
        assert!(repair(text).contains("两只"), "{}", repair(text));
        let text = "\u{FFFD}닊\u{FFFD}쑉璵쇌툔\u{F9AB}됦퐷\u{FFFD}몾\u{FFFD}\u{FFFD}\u{FFFD}";
        assert!(
            repair(text).starts_with("我在楼下等你呢"),
            "{}",
            repair(text)
        );
        // 昨日は雨が降っていましたので: what there is of kana says that it is no Chinese.
        let text = "�삩�뿥�겘�썾�걣�솉�겂�겍�걚�겲�걮�걼�겗�겎";
        assert_eq!(repair(text), text);
    }
}
