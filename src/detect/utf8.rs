//! How far valid UTF-8 proves itself.
//!
//! The pattern of its bytes is met by other encodings only by accident, and the more of it
//! there is, the less. A few short words in GBK do meet it.

/// Bytes past ASCII that make valid UTF-8 certain: with one character of three bytes or
/// more, and without.
const CERTAIN_UTF8_BYTES: usize = 18;
const CERTAIN_UTF8_PAIR_BYTES: usize = 512;

/// Two characters of three bytes: UTF-16 looks like one now and then (Hangul has the right
/// bytes), like two less often than a NUL strays into text.
const UNLIKE_UTF16_BYTES: usize = 6;

/// How many bytes there are in all for each one past ASCII in what is written in ASCII.
const MOSTLY_ASCII_BYTES: usize = 16;

/// Enough is soon seen; counted in blocks, because what may stop at any byte is slow.
const BLOCK_BYTES: usize = 4096;

/// What valid UTF-8 has past ASCII.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Utf8 {
    /// How many bytes, or at least enough to be certain.
    past_ascii_bytes: usize,
    /// A character of three bytes or more.
    has_long: bool,
    /// How many bytes were counted: all, unless those are enough.
    bytes: usize,
}

impl Utf8 {
    /// `None` where the bytes are not valid; the last character may be cut off.
    pub(super) fn of(bytes: &[u8]) -> Option<Utf8> {
        // Errors that say where, at the speed of memory where there is none.
        let checked = simdutf8::compat::from_utf8(bytes);
        if checked.is_err_and(|error| error.error_len().is_some()) {
            return None;
        }
        let mut utf8 = Utf8::default();
        for block in bytes.chunks(BLOCK_BYTES) {
            utf8.count(block);
            if utf8.is_certain() {
                break;
            }
        }
        Some(utf8)
    }

    fn count(&mut self, bytes: &[u8]) {
        self.past_ascii_bytes += bytes.iter().filter(|byte| !byte.is_ascii()).count();
        self.has_long |= bytes.iter().fold(false, |any, &byte| any | (byte >= 0xE0));
        self.bytes += bytes.len();
    }

    /// Whether no other encoding looks like this by accident.
    pub(super) fn is_certain(self) -> bool {
        self.past_ascii_bytes >= CERTAIN_UTF8_PAIR_BYTES
            || (self.has_long && self.past_ascii_bytes >= CERTAIN_UTF8_BYTES)
    }

    /// Whether it is ASCII with a few other characters.
    pub(super) fn is_mostly_ascii(self) -> bool {
        self.bytes >= MOSTLY_ASCII_BYTES * self.past_ascii_bytes
    }

    /// Whether a NUL is likelier a stray than a sign of UTF-16.
    pub(super) fn is_unlike_utf16(self) -> bool {
        self.has_long && self.past_ascii_bytes >= UNLIKE_UTF16_BYTES
    }
}

/// The same for bytes that arrive in parts.
#[derive(Debug, Clone, Default)]
pub(super) struct Utf8Stream {
    utf8: Utf8,
    /// Nothing more has to be counted.
    is_counted: bool,
    is_invalid: bool,
    seen_bytes: usize,
    /// The beginning of a character that the next part goes on with.
    open: Vec<u8>,
}

impl Utf8Stream {
    /// Reads the next part.
    pub(super) fn push(&mut self, part: &[u8]) {
        if self.is_invalid {
            return;
        }
        self.check(part);
        let mut rest = part;
        while !rest.is_empty() && !self.is_counted {
            let (block, behind) =
                rest.split_at(rest.len().min(BLOCK_BYTES - self.seen_bytes % BLOCK_BYTES));
            self.utf8.count(block);
            self.seen_bytes += block.len();
            let is_whole = self.seen_bytes.is_multiple_of(BLOCK_BYTES);
            self.is_counted = is_whole && self.utf8.is_certain();
            rest = behind;
        }
    }

    fn check(&mut self, mut part: &[u8]) {
        while let (false, Some((&byte, behind))) = (self.open.is_empty(), part.split_first()) {
            self.open.push(byte);
            part = behind;
            match std::str::from_utf8(&self.open) {
                Ok(_) => self.open.clear(),
                Err(error) if error.error_len().is_some() => {
                    self.is_invalid = true;
                    return;
                }
                Err(_) => {}
            }
        }
        if let Err(error) = simdutf8::compat::from_utf8(part) {
            self.is_invalid = error.error_len().is_some();
            self.open = part[error.valid_up_to()..].to_vec();
        }
    }

    /// What [`Utf8::of`] says of all parts.
    pub(super) fn finish(&self) -> Option<Utf8> {
        (!self.is_invalid).then_some(self.utf8)
    }
}
