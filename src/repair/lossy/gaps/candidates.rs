//! What may stand in the gaps of a character.
//!
//! The candidates are the characters of the language that have the bytes that are known and can have
//! been lost so; the commonest of them are weighed one by one, and all others together, so that what
//! is likely among few is not taken for certain. What it gets wrong: the word around the gap is
//! asked for afterwards, so that a character that is rare except in that word is not among those
//! that are weighed.

use std::collections::HashMap;
use std::rc::Rc;

use super::choices::Choice;
use super::column::Scratch;
use super::losses::Losses;
use super::open::Open;
use super::table::{REST_SHARE, Table, of_share};
use crate::model::{BIT, Cost, Language};
use crate::repair::lossy::decoder::Next;

/// How many bits a candidate may be rarer than the commonest one to be weighed by itself.
const CANDIDATE_COST: Cost = 9 * BIT;

/// How many candidates for a character are weighed by themselves.
const CANDIDATES: usize = 16;

/// How many lists of candidates are remembered.
const KNOWN_MAX: usize = 1 << 14;

/// What may stand in the gaps of a character.
#[derive(Debug, Clone)]
pub(super) struct Candidates {
    /// Those that are weighed by themselves, the commonest first.
    pub(super) chars: Rc<[char]>,
    /// What all others cost together.
    pub(super) rest: Cost,
}

impl Candidates {
    fn of(losses: Losses, open: Open, behind: Next, language: Language) -> Candidates {
        let table = Table::of(losses.misreading.right, language);
        let mut chars = Vec::new();
        let mut limit = Cost::MAX;
        let mut rest = 0.0;
        for candidate in table.with_known(open) {
            if !open.matches(candidate.bytes) || !losses.may_lose(open, candidate.bytes, behind) {
                continue;
            }
            if chars.is_empty() {
                limit = candidate.cost + CANDIDATE_COST;
            }
            if chars.len() < CANDIDATES && candidate.cost <= limit {
                chars.push(candidate.c);
            } else {
                rest += candidate.share;
            }
        }
        Candidates {
            chars: chars.into(),
            rest: of_share(rest + REST_SHARE),
        }
    }
}

/// Who lost what, of which bytes in which language, and what follows.
type Asked = (Losses, Language, u64, Next);

/// What one line leaves to the next: the same gaps are asked for again and again.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Lists that are used again and again.
    pub(super) scratch: Scratch,
    pub(super) choices: Vec<Choice>,
    known: HashMap<Asked, Candidates>,
    /// What was asked for last: nodes with the same bytes open stand together.
    last: Option<(Asked, Candidates)>,
}

impl Memory {
    pub(super) fn candidates(
        &mut self,
        losses: Losses,
        open: Open,
        behind: Next,
        language: Language,
    ) -> Candidates {
        let asked = (losses, language, open.key(), behind);
        if let Some((last, candidates)) = &self.last
            && *last == asked
        {
            return candidates.clone();
        }
        if self.known.len() > KNOWN_MAX {
            self.known.clear();
        }
        let of_these = || Candidates::of(losses, open, behind, language);
        let candidates = self.known.entry(asked).or_insert_with(of_these).clone();
        self.last = Some((asked, candidates.clone()));
        candidates
    }
}

#[cfg(test)]
mod tests {
    use super::super::misreading::Misreading;
    use super::super::open::{Gap, Push};
    use super::*;
    use crate::repair::lossy::decoder::Decoder;
    use crate::repair::lossy::decoder::Program;
    use crate::repair::reread::Right;

    #[test]
    fn candidates_have_the_bytes_that_are_known() {
        let losses = Losses {
            misreading: Misreading::of(Decoder::EucKr, Right::Gbk),
            program: Program::Browser,
        };
        let Push::More(open) = Open::default().push(Right::Gbk, 0, Gap::First) else {
            panic!("a lead byte is open");
        };
        let Push::Whole(open) = open.push(Right::Gbk, 0, Gap::Second) else {
            panic!("a pair is a character");
        };
        let found = Candidates::of(losses, open, Next::Unknown, Language::Hans).chars;
        // EUC-KR has no code that begins with C9.
        assert!(found.contains(&'上') && !found.contains(&'的'), "{found:?}");
    }
}
