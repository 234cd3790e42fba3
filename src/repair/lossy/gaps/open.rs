//! The bytes of a character that is not complete, gaps among them.
//!
//! The other lattice fills a gap in at once (`../utf8.rs`); here it stays one, and only says how it
//! was lost. What it gets wrong: where the first byte is a gap, the character is taken to be as long
//! as those of Chinese.

use crate::repair::lossy::decoder::Next;
use crate::repair::reread::Right;

/// How a byte was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Gap {
    /// Not at all.
    #[default]
    None,
    /// By itself, because it and what follows are no code.
    Alone,
    /// As the first of a pair that is no code, or the second.
    First,
    Second,
}

/// The bytes of a character that is not complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Open {
    pub(super) bytes: [u8; 4],
    pub(super) gaps: [Gap; 4],
    len: u8,
}

/// What a byte makes of what is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Push {
    /// No text has it here.
    Invalid,
    More(Open),
    /// A character is complete.
    Whole(Open),
}

impl Open {
    pub(super) fn is_empty(self) -> bool {
        self.len == 0
    }

    /// A number for each state, in an order.
    pub(super) fn key(self) -> u64 {
        let gaps = self.gaps.iter();
        let gaps = gaps.fold(0, |gaps, &gap| gaps << 2 | gap as u64);
        u64::from(u32::from_be_bytes(self.bytes)) << 16 | gaps << 8 | u64::from(self.len)
    }

    /// How many bytes there are, gaps included.
    pub(super) fn len(self) -> usize {
        self.len.into()
    }

    fn has_gap(self) -> bool {
        self.gaps.iter().any(|&gap| gap != Gap::None)
    }

    /// The byte that is the only one, of ASCII.
    pub(super) fn ascii(self) -> Option<char> {
        let is_known = self.len == 1 && !self.has_gap() && self.bytes[0].is_ascii();
        is_known.then(|| char::from(self.bytes[0]))
    }

    /// What of a byte that follows says which one was lost last.
    pub(super) fn behind(self, behind: Next) -> Next {
        let last = self.len().checked_sub(1).map(|at| self.gaps[at]);
        if last == Some(Gap::Alone) {
            behind
        } else {
            Next::Unknown
        }
    }

    pub(super) fn push(self, right: Right, byte: u8, gap: Gap) -> Push {
        let mut next = self;
        let at = self.len();
        let (Some(slot), Some(slot_gap)) = (next.bytes.get_mut(at), next.gaps.get_mut(at)) else {
            return Push::Invalid;
        };
        (*slot, *slot_gap) = (byte, gap);
        next.len += 1;
        if at > 0 && gap == Gap::None && !right.continues(byte) {
            return Push::Invalid;
        }
        let length = match next.gaps[0] {
            Gap::None => right.length(next.bytes[0]),
            _ => Some(right.usual_length()),
        };
        match length {
            None => Push::Invalid,
            Some(length) if length == next.len() => Push::Whole(next),
            Some(_) => Push::More(next),
        }
    }

    /// The character whose bytes are all known.
    pub(super) fn known(self, right: Right) -> Option<Option<char>> {
        if self.has_gap() {
            return None;
        }
        let bytes = &self.bytes[..self.len()];
        Some(match right {
            Right::Utf8 => std::str::from_utf8(bytes)
                .ok()
                .and_then(|text| text.chars().next()),
            Right::Gbk | Right::Big5 => right.char_of([self.bytes[0], self.bytes[1]]),
        })
    }

    /// Whether a character of these bytes has those that are known.
    pub(super) fn matches(self, bytes: [u8; 4]) -> bool {
        let all = self.bytes.iter().zip(&self.gaps).zip(&bytes);
        all.take(self.len())
            .all(|((mine, gap), its)| *gap != Gap::None || mine == its)
    }
}
