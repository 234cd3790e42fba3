//! What detection asks of its input: of bytes that are all there, computed when it is asked,
//! or of a stream that has gone by.

use crate::detect::binary::Controls;
use crate::detect::declared;
use crate::detect::sample::Sample;
use crate::detect::utf8::Utf8;

/// The beginning of an input in which everything is looked at: escapes, four-byte sequences,
/// what the document says of itself.
pub(super) const HEAD_BYTES: usize = 4 << 20;

/// An input.
pub(super) trait Input {
    /// The first [`HEAD_BYTES`], or all there are.
    fn head(&self) -> &[u8];
    /// The last bytes, as many as declarations are looked for in, and where they begin; none
    /// where the first are all there are.
    fn last(&self) -> (&[u8], usize);
    /// Control characters at both ends.
    fn controls(&self) -> Controls;
    /// Whether no byte is past ASCII.
    fn is_ascii(&self) -> bool;
    /// What there is past ASCII, if everything is valid UTF-8.
    fn utf8(&self) -> Option<Utf8>;
    /// A sample of what is past ASCII.
    fn sample(&self) -> Sample<'_>;
}

impl Input for &[u8] {
    fn head(&self) -> &[u8] {
        &self[..self.len().min(HEAD_BYTES)]
    }
    fn last(&self) -> (&[u8], usize) {
        let at = self.len().saturating_sub(declared::WINDOW_BYTES);
        let at = at.max(self.len().min(declared::WINDOW_BYTES));
        (&self[at..], at)
    }
    fn controls(&self) -> Controls {
        Controls::of(self)
    }
    fn is_ascii(&self) -> bool {
        <[u8]>::is_ascii(self)
    }
    fn utf8(&self) -> Option<Utf8> {
        Utf8::of(self)
    }
    fn sample(&self) -> Sample<'_> {
        Sample::of(self)
    }
}
