//! What one character of a line with gaps can have been: codes, or bytes that were lost.
//!
//! Unlike `../choices.rs` this does not say which bytes: a gap is one choice, be it for one byte or
//! for two. What it gets wrong: that a program lost more than a pair at once.

use super::losses::Losses;
use super::open::Gap;
use crate::model::{BIT, Cost};
use crate::repair::lossy::decoder::{Next, Program};

/// What it costs that browsers lost a byte by itself, where a pair is what they lose.
const ALONE_COST: Cost = 4 * BIT;

/// The same before ASCII, where it is as usual as a pair.
const ALONE_BEFORE_ASCII_COST: Cost = BIT;

/// What it costs that a question mark is one where it may stand for a loss.
const ASKED_COST: Cost = 3 * BIT;

/// One thing that a character of the line can have been.
#[derive(Debug, Clone, Copy)]
pub(super) struct Choice {
    bytes: [(u8, Gap); 2],
    len: usize,
    pub(super) cost: Cost,
    /// Whether it took ASCII along.
    pub(super) swallows: bool,
}

impl Choice {
    fn of_code(code: u16) -> Choice {
        let [high, low] = code.to_be_bytes();
        let (bytes, len) = match high {
            0 => ([(low, Gap::None); 2], 1),
            _ => ([(high, Gap::None), (low, Gap::None)], 2),
        };
        Choice {
            bytes,
            len,
            cost: 0,
            swallows: false,
        }
    }

    /// A byte that was lost by itself.
    fn alone(cost: Cost, swallows: bool) -> Choice {
        Choice {
            bytes: [(0, Gap::Alone); 2],
            len: 1,
            cost,
            swallows,
        }
    }

    fn lost_pair() -> Choice {
        Choice {
            bytes: [(0, Gap::First), (0, Gap::Second)],
            len: 2,
            cost: 0,
            swallows: false,
        }
    }

    pub(super) fn bytes(&self) -> &[(u8, Gap)] {
        &self.bytes[..self.len]
    }
}

/// Everything that a character can have been where `mark` stands for a loss.
pub(super) fn choices_of(
    losses: Losses,
    mark: char,
    (c, behind): (char, Next),
    choices: &mut Vec<Choice>,
) {
    choices.clear();
    if let Some(byte) = u8::try_from(c).ok().filter(u8::is_ascii) {
        choices.push(Choice {
            cost: if c == mark { ASKED_COST } else { 0 },
            ..Choice::of_code(byte.into())
        });
    } else if c != mark {
        let codes = losses.misreading.decoder.codes(c);
        choices.extend(codes.as_slice().iter().map(|&code| Choice::of_code(code)));
    }
    if c != mark {
        return;
    }
    match losses.program {
        Program::Python => choices.push(Choice::alone(0, false)),
        Program::Browser => {
            choices.push(Choice::lost_pair());
            let cost = match behind {
                Next::End | Next::Byte(0..=0x7F) => ALONE_BEFORE_ASCII_COST,
                Next::Byte(_) | Next::Unknown => ALONE_COST,
            };
            // Windows takes along what follows, whatever it is.
            choices.push(Choice::alone(cost, c == '?' && behind != Next::End));
        }
    }
}
