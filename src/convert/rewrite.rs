//! Text that is written as it is passed over, and what was met before with it.
//!
//! A stretch that is known is written without leaving the inner loop: to leave it and to come back
//! takes a hundred instructions, as many as the writing (`s2twp`: 4 % of the time).

use super::block::{AHEAD_BYTES, BLOCK_BYTES};
use super::cuts::Place;
use super::memo::{Key, Memo};
use super::output::Writer;
use super::pass::Target;
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
