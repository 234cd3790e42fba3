//! Which program lost the bytes of a document.
//!
//! Decided from what its lines cost as each would have written them: a document comes from one. What
//! it gets wrong: of few short lines both can be had equally well; what differs is in doubt then,
//! and a document that two programs wrote parts of is read as one's.

use super::attempt::Attempt;
use crate::model::{BIT, Cost};
use crate::repair::lossy::decoder::Program;
use crate::repair::lossy::lattice::{bits, probability};

/// What it costs that a line cannot be read as others of its document.
const UNREADABLE_COST: Cost = 24 * BIT;

/// Who lost the bytes of a document: the cheaper of both, and how certain that is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Author {
    pub(super) program: Program,
    /// How likely it is; 1 where the other one is out of the question.
    pub(super) share: f32,
}

impl Author {
    pub(super) fn of<'a>(attempts: impl Iterator<Item = &'a Attempt>) -> Author {
        let mut costs = [0; 2];
        for attempt in attempts {
            let Some(best) = attempt.best() else {
                continue;
            };
            for (cost, trial) in costs.iter_mut().zip(attempt.trials) {
                *cost += trial.map_or(UNREADABLE_COST, |trial| trial.cost - best.cost);
            }
        }
        let [browser, python] = costs;
        let share = 1.0 / (1.0 + (-bits((browser - python).abs())).exp2());
        Author {
            program: if python < browser {
                Program::Python
            } else {
                Program::Browser
            },
            share: probability(share, 1.0),
        }
    }
}
