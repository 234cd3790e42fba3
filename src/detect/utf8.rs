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

/// What valid UTF-8 has past ASCII.
#[derive(Debug, Clone, Copy)]
pub(super) struct Utf8 {
    /// How many bytes, or at least enough to be certain.
    past_ascii_bytes: usize,
    /// A character of three bytes or more.
    has_long: bool,
}

impl Utf8 {
    /// `None` where the bytes are not valid; the last character may be cut off.
    pub(super) fn of(bytes: &[u8]) -> Option<Utf8> {
        // Errors that say where, at the speed of memory where there is none.
        let checked = simdutf8::compat::from_utf8(bytes);
        if checked.is_err_and(|error| error.error_len().is_some()) {
            return None;
        }
        let mut utf8 = Utf8 {
            past_ascii_bytes: 0,
            has_long: false,
        };
        // Enough is soon seen; in blocks, because what may stop at any byte is slow.
        for block in bytes.chunks(4096) {
            utf8.past_ascii_bytes += block.iter().filter(|byte| !byte.is_ascii()).count();
            utf8.has_long |= block.iter().fold(false, |any, &byte| any | (byte >= 0xE0));
            if utf8.is_certain() {
                break;
            }
        }
        Some(utf8)
    }

    /// Whether no other encoding looks like this by accident.
    pub(super) fn is_certain(self) -> bool {
        self.past_ascii_bytes >= CERTAIN_UTF8_PAIR_BYTES
            || (self.has_long && self.past_ascii_bytes >= CERTAIN_UTF8_BYTES)
    }

    /// Whether a NUL is likelier a stray than a sign of UTF-16.
    pub(super) fn is_unlike_utf16(self) -> bool {
        self.has_long && self.past_ascii_bytes >= UNLIKE_UTF16_BYTES
    }
}
