//! Where converted text goes: nothing before the first change, then pieces gathered in a buffer.

use super::engine::Sink;
use crate::Span;

/// The new text, begun at the first change.
#[derive(Debug)]
pub(crate) struct Output<'t> {
    /// The input.
    pub(crate) text: &'t str,
    /// How much of the input is in `out` already.
    pub(crate) copied: usize,
    /// The new text so far; `None` before the first change.
    pub(crate) out: Option<String>,
    /// How many characters were replaced.
    pub(crate) replaced_chars: u64,
}

impl<'t> Output<'t> {
    pub(crate) fn new(text: &'t str) -> Output<'t> {
        Output {
            text,
            copied: 0,
            out: None,
            replaced_chars: 0,
        }
    }

    /// The new text up to `at`, where something changes.
    pub(super) fn up_to(&mut self, at: usize) -> &mut String {
        let out = self.out.get_or_insert_with(|| {
            String::with_capacity(self.text.len() + self.text.len() / 16 + 16)
        });
        out.push_str(&self.text[self.copied..at]);
        self.copied = at;
        out
    }
}

impl Sink for Output<'_> {
    fn replace(&mut self, span: Span, with: &str) {
        self.replaced_chars += chars(&self.text[span.clone()]);
        self.up_to(span.start).push_str(with);
        self.copied = span.end;
    }
}

fn chars(text: &str) -> u64 {
    text.chars().count() as u64
}

/// Bytes that the inner loop reads and writes at once.
pub(super) const WINDOW_BYTES: usize = 8;
/// Bytes that are checked at once.
const CHECKED_BYTES: usize = 64;
/// Room behind what is written: for the last window, and for what is checked with it.
pub(super) const ROOM_BEHIND: usize = CHECKED_BYTES;
/// Room in which output is gathered before it is added to the text: a power of two, and some.
pub(super) const BUFFER_ROOM: usize = 4096 + ROOM_BEHIND;
/// Room for all that a short text becomes.
pub(super) const SHORT_ROOM: usize = 256 + ROOM_BEHIND;

/// Whether the stages change anything behind a place.
pub(super) struct Probe {
    pub(super) from: usize,
    pub(super) changed: bool,
}

impl Sink for Probe {
    fn replace(&mut self, span: Span, _: &str) {
        self.changed |= span.end > self.from;
    }
}

/// Writes what the stages make of a stretch, behind what is written already.
pub(super) struct Part<'t, 'w, 'o> {
    pub(super) text: &'t str,
    pub(super) copied: usize,
    pub(super) writer: &'w mut Writer<'o>,
}

impl Sink for Part<'_, '_, '_> {
    fn replace(&mut self, span: Span, with: &str) {
        if span.end <= self.copied {
            return;
        }
        // A phrase may begin in what is written already, where it gives what its characters
        // give alone, one for one.
        let start = span.start.max(self.copied);
        let done = self.text[span.start..start].chars().count();
        let with = with
            .char_indices()
            .nth(done)
            .map_or("", |(at, _)| &with[at..]);
        self.writer.replaced_chars += chars(&self.text[start..span.end]);
        self.writer.push(&self.text[self.copied..start]);
        self.writer.push(with);
        self.copied = span.end;
    }
}

/// Gathers short pieces of UTF-8 before they go to the text.
pub(super) struct Writer<'o> {
    pub(super) out: &'o mut String,
    pub(super) buffer: &'o mut [u8],
    pub(super) filled: usize,
    pub(super) replaced_chars: u64,
}

impl<'o> Writer<'o> {
    pub(super) fn new<const ROOM: usize>(
        out: &'o mut String,
        buffer: &'o mut [u8; ROOM],
    ) -> Writer<'o> {
        const { assert!(ROOM == BUFFER_ROOM || ROOM == SHORT_ROOM) };
        Writer {
            out,
            buffer,
            filled: 0,
            replaced_chars: 0,
        }
    }

    /// Whether there is room for so many bytes.
    #[inline]
    pub(super) fn has_room(&self, bytes: usize) -> bool {
        self.filled + bytes + ROOM_BEHIND <= self.buffer.len()
    }

    #[inline]
    pub(super) fn push(&mut self, text: &str) {
        if text.len() > 64 {
            self.flush();
            self.out.push_str(text);
        } else {
            self.push_bytes(text.as_bytes());
        }
    }

    /// Takes back the last bytes, which are ASCII.
    pub(super) fn take_back(&mut self, bytes: usize) {
        self.flush();
        self.out.truncate(self.out.len().saturating_sub(bytes));
    }

    /// Writes what a key becomes.
    pub(super) fn exchange(&mut self, key: &str, value: &str) {
        if key != value {
            self.replaced_chars += chars(key);
        }
        self.push(value);
    }

    /// Whole characters, at most 64 bytes.
    #[inline]
    pub(super) fn push_bytes(&mut self, bytes: &[u8]) {
        if !self.has_room(bytes.len()) {
            self.flush();
        }
        if let Some(there) = self.buffer.get_mut(self.filled..self.filled + bytes.len()) {
            there.copy_from_slice(bytes);
            self.filled += bytes.len();
        }
    }

    /// The first bytes of a window, whole characters.
    #[inline]
    pub(super) fn push_window<const N: usize>(&mut self, window: &[u8; N], bytes: usize) {
        if !self.has_room(N) {
            self.flush();
        }
        let rest = self.buffer.get_mut(self.filled..).unwrap_or_default();
        if let Some(there) = rest.first_chunk_mut() {
            *there = *window;
            self.filled += bytes;
        }
    }

    /// Moves the buffer into the text.
    pub(super) fn flush(&mut self) {
        push_bytes(self.buffer, self.filled, self.out);
        self.filled = 0;
    }

    /// Ends the writing, and adds all that was written to another text.
    pub(super) fn flush_behind(self, out: &mut String) {
        out.push_str(self.out);
        push_bytes(self.buffer, self.filled, out);
    }
}

/// Appends the first bytes of a buffer. They are whole characters; the check that they are
/// UTF-8 is what lets this be written without unsafe code.
fn push_bytes(buffer: &mut [u8], filled: usize, out: &mut String) {
    // Whole blocks: all take the same way through the check, and it is several times faster.
    let checked = filled.next_multiple_of(CHECKED_BYTES).min(buffer.len());
    match buffer.get_mut(filled..).and_then(<[u8]>::first_chunk_mut) {
        Some(behind) => *behind = [0; CHECKED_BYTES],
        None => buffer[filled..checked].fill(0),
    }
    match simdutf8::basic::from_utf8(&buffer[..checked]) {
        Ok(text) => out.push_str(&text[..filled]),
        Err(_) => out.push_str(&String::from_utf8_lossy(&buffer[..filled])),
    }
}
