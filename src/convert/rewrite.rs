//! Text that is written as it is passed over, and what was met before with it.
//!
//! A stretch that is known is written without leaving the inner loop: to leave it and to come back
//! takes a hundred instructions, as many as the writing (`s2twp`: 4 % of the time).

use super::block::{AHEAD_BYTES, BLOCK_BYTES, Places};
use super::cuts::Place;
use super::memo::{Key, Memo};
use super::output::Writer;
use super::pass::{Tail, Target};
use super::scanner::Scanner;
use crate::data::SPECIAL;

/// Where a pass writes to.
pub(super) struct Rewrite<'t, 'w, 'o> {
    pub(super) text: &'t str,
    pub(super) writer: &'w mut Writer<'o>,
    /// The last cut that is known for certain.
    pub(super) cut: usize,
    /// `None`: what places say is not the text, or it is too short.
    pub(super) memo: Option<&'w mut Memo>,
    /// The stretch that was not known, for which the last pass stopped.
    pub(super) unknown: Option<Key>,
}

impl Target for Rewrite<'_, '_, '_> {
    const STOPS: u32 = SPECIAL;
    const WRITES: bool = true;

    #[inline(always)]
    fn room(&mut self) -> Option<&mut [u8; AHEAD_BYTES]> {
        let writer = &mut *self.writer;
        if writer.has_room(BLOCK_BYTES) {
            writer.buffer.get_mut(writer.filled..)?.first_chunk_mut()
        } else {
            None
        }
    }

    #[inline(always)]
    fn advance(&mut self, bytes: usize, replaced_chars: u64) {
        self.writer.filled += bytes;
        self.writer.replaced_chars += replaced_chars;
    }

    #[inline(never)]
    fn recall(&mut self, scanner: &Scanner, at: usize) -> Option<usize> {
        let memo = self.memo.as_ref()?;
        let cut = self.cut;
        let key = scanner.key(self.text, Place { at, cut })?;
        let Some(value) = memo.get(&key) else {
            self.unknown = Some(key);
            return None;
        };
        self.writer
            .push_window(&value.text, usize::from(value.bytes));
        self.writer.replaced_chars += u64::from(value.replaced_chars);
        let (_, end) = key.span(at);
        self.cut = end;
        Some(end)
    }
}

impl Scanner {
    /// Passes over ASCII and over characters of three bytes that change alone, and writes what
    /// they become, and what the memo knows. It stops at anything else, and where the room ends.
    ///
    /// The text ends at `end`; if there is something behind it, that is NUL, `PADDING_BYTES` of
    /// it. `known` are the places of the block that was passed over last.
    #[inline(always)]
    pub(super) fn pass(
        &self,
        bytes: &[u8],
        (from, end): (usize, usize),
        known: &mut Places,
        target: &mut Rewrite<'_, '_, '_>,
    ) -> usize {
        let passed = self.pass_asking(bytes, from, known, target);
        if passed.begins {
            passed.at
        } else {
            self.pass_to_end(bytes, (passed.at, end), target)
        }
    }

    /// The same where there may be less left than a pass needs in front of it.
    #[inline(never)]
    fn pass_to_end(
        &self,
        bytes: &[u8],
        (at, end): (usize, usize),
        target: &mut Rewrite<'_, '_, '_>,
    ) -> usize {
        let (at, end, passed_at) = match Tail::new(bytes, at) {
            Some(tail) if end == bytes.len() => {
                let known = &mut Places::default();
                // Places there are not those of the text.
                let memo = target.memo.take();
                let passed = self.pass_asking(tail.padded(), 0, known, target);
                target.memo = memo;
                (at, tail.bytes, passed.at)
            }
            _ => (0, end, at),
        };
        // What is behind the text was taken for ASCII, and copied.
        let over = passed_at.saturating_sub(end);
        target.writer.filled = target.writer.filled.saturating_sub(over);
        at + passed_at - over
    }
}
