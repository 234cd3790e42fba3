//! One machine for every decoder, fed in parts.
//!
//! The decoders of the Encoding Standard keep what a part leaves open to themselves. Our
//! own take whole sequences only: at the end of a part that is not the last they stop in
//! front of a sequence that the next part may decide, and the stream keeps those bytes.
//! So any split gives what the whole gives, with no state machine per byte.

use encoding_rs::DecoderResult;

use crate::Span;
use crate::codec::single_byte::{self, High};
use crate::codec::{ascii, euc_tw, gb18030_2005, hz, iso_2022_cn, utf32};
use crate::data;
use crate::encoding::Encoding;

/// What a decoder could not make text of, and what it replaced.
///
/// # Examples
/// ```
/// use zhfix::{Encoding, codec::DecodeStream};
/// let mut text = String::new();
/// let mut stream = DecodeStream::new(Encoding::Gbk);
/// stream.push(b"\xD6\xD0\xFF", &mut text);
/// let account = stream.finish(&mut text);
/// assert_eq!(account.malformed, [2..3]);
/// assert_eq!(account.replaced_at, ["中".len()]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Account {
    /// Raw byte spans that could not be decoded, in order.
    pub malformed: Vec<Span>,
    /// Where in the text the U+FFFD of each malformed span begins, one for one: a byte
    /// offset into all the text that the stream has written.
    pub replaced_at: Vec<usize>,
    /// Whether a byte-order mark stood in front; it is not part of the text.
    pub bom: bool,
}

/// The text of a part in the making, and the account of what did not fit.
pub(super) struct Draft<'t> {
    pub(super) text: &'t mut String,
    account: &'t mut Account,
    /// What the text held before the stream wrote to it.
    foreign_bytes: usize,
    /// What the stream has written elsewhere before.
    earlier_bytes: usize,
}

impl Draft<'_> {
    /// Writes U+FFFD for raw bytes.
    pub(super) fn replace(&mut self, raw: Span) {
        let at = self.earlier_bytes + self.text.len() - self.foreign_bytes;
        self.account.malformed.push(raw);
        self.account.replaced_at.push(at);
        self.text.push(char::REPLACEMENT_CHARACTER);
    }

    /// Writes the ASCII that bytes begin with, and says how much that was.
    pub(super) fn take_ascii(&mut self, bytes: &[u8]) -> usize {
        let length = encoding_rs::Encoding::ascii_valid_up_to(bytes);
        // Never invalid: ASCII is UTF-8.
        self.text
            .push_str(std::str::from_utf8(&bytes[..length]).unwrap_or_default());
        length
    }
}

/// A part of the input.
#[derive(Clone, Copy)]
pub(super) struct Part<'b> {
    pub(super) bytes: &'b [u8],
    /// Where it begins in the raw input.
    pub(super) base_bytes: usize,
    /// Whether nothing follows, so that what is open is malformed.
    pub(super) is_last: bool,
}

impl Part<'_> {
    /// The raw span of some of its bytes.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        self.base_bytes + start..self.base_bytes + end
    }
}

/// No decoder of ours leaves more bytes open than this: HZ 1, ISO-2022-CN 4, EUC-TW 3.
const OPEN_MAX_BYTES: usize = 4;

/// A decoder of the list, with its state.
enum Machine {
    Standard(Box<encoding_rs::Decoder>),
    Ascii,
    Utf32(utf32::Order),
    SingleByte(High),
    EucTw,
    Gb18030Of2005(Box<encoding_rs::Decoder>),
    Hz(hz::Decoder),
    Iso2022Cn(iso_2022_cn::Decoder),
}

impl Machine {
    fn new(encoding: Encoding) -> Machine {
        match (encoding, encoding.standard()) {
            (_, Some(standard)) => {
                Machine::Standard(Box::new(standard.new_decoder_without_bom_handling()))
            }
            (Encoding::Utf32Le, _) => Machine::Utf32(utf32::Order::Little),
            (Encoding::Utf32Be, _) => Machine::Utf32(utf32::Order::Big),
            (Encoding::EucTw, _) => Machine::EucTw,
            (Encoding::Gb18030Of2005, _) => Machine::Gb18030Of2005(Box::new(
                encoding_rs::GB18030.new_decoder_without_bom_handling(),
            )),
            (Encoding::Hz, _) => Machine::Hz(hz::Decoder::default()),
            (Encoding::Iso2022Cn | Encoding::Iso2022CnExt, _) => {
                Machine::Iso2022Cn(iso_2022_cn::Decoder::new())
            }
            (Encoding::Iso8859_1, _) => Machine::SingleByte(&single_byte::LATIN_1),
            (Encoding::Ibm437, _) => Machine::SingleByte(data::IBM437),
            (Encoding::Ibm850, _) => Machine::SingleByte(data::IBM850),
            (_, None) => Machine::Ascii,
        }
    }

    /// Decodes a part and says how many of its bytes it took.
    fn decode(&mut self, part: Part<'_>, draft: &mut Draft<'_>) -> usize {
        match self {
            Machine::Standard(decoder) => decode_standard(decoder, part, draft),
            Machine::Ascii => ascii::decode(part, draft),
            Machine::Utf32(order) => utf32::decode(part, *order, draft),
            Machine::SingleByte(high) => single_byte::decode(high, part, draft),
            Machine::EucTw => euc_tw::decode(part, draft),
            Machine::Gb18030Of2005(decoder) => gb18030_2005::decode(decoder, part, draft),
            Machine::Hz(decoder) => decoder.decode(part, draft),
            Machine::Iso2022Cn(decoder) => decoder.decode(part, draft),
        }
    }
}

/// Decodes all of a part: what is open stays in the decoder.
pub(super) fn decode_standard(
    decoder: &mut encoding_rs::Decoder,
    part: Part<'_>,
    draft: &mut Draft<'_>,
) -> usize {
    let bytes = part.bytes;
    let mut read = 0;
    loop {
        let (result, read_now) =
            decoder.decode_to_string_without_replacement(&bytes[read..], draft.text, part.is_last);
        read += read_now;
        match result {
            DecoderResult::InputEmpty => return read,
            // Grows by what the rest may need at worst, which is proportional to the
            // rest; asked once or twice a document, so the whole stays linear.
            DecoderResult::OutputFull => {
                let rest = bytes.len() - read;
                let wanted = decoder.max_utf8_buffer_length_without_replacement(rest);
                draft.text.reserve(wanted.unwrap_or(rest).max(16));
            }
            // The sequence may have begun in an earlier call, or part, and bytes after it
            // may have been taken with it: `read` counts both.
            DecoderResult::Malformed(length, consumed_after) => {
                let end = part.base_bytes + read - usize::from(consumed_after);
                draft.replace(end - usize::from(length)..end);
            }
        }
    }
}

/// Decodes bytes that arrive in parts: what the parts are cannot matter.
///
/// Made by [`DecodeStream::new`]. The text is the same, and the account too, as
/// [`decode`](crate::decode) gives for all the bytes at once. Memory: a few bytes, and
/// the account.
///
/// # Examples
/// ```
/// use zhfix::{Encoding, codec::DecodeStream};
/// let mut stream = DecodeStream::new(Encoding::EucTw);
/// let mut text = String::new();
/// stream.push(b"\xC4\xE3\xC5", &mut text); // 中, and a lead byte
/// assert_eq!(text, "中");
/// stream.push(b"\xC6\xFF", &mut text);
/// let account = stream.finish(&mut text);
/// assert_eq!(text, "中文\u{FFFD}");
/// assert_eq!(account.malformed, [4..5]);
/// ```
pub struct DecodeStream {
    machine: Machine,
    /// The mark that may stand in front; `None` once that is decided.
    mark: Option<&'static [u8]>,
    /// Bytes that the next part decides.
    open: Vec<u8>,
    /// Raw bytes taken so far, those in `open` not counted.
    read_bytes: usize,
    written_bytes: usize,
    account: Account,
}

impl std::fmt::Debug for DecodeStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DecodeStream")
            .field("open", &self.open)
            .field("read_bytes", &self.read_bytes)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

impl DecodeStream {
    /// A decoder at the start of its input. A byte-order mark of the encoding is dropped.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Encoding, codec::DecodeStream};
    /// let mut text = String::new();
    /// assert!(!DecodeStream::new(Encoding::Big5).finish(&mut text).bom);
    /// assert_eq!(text, "");
    /// ```
    #[must_use]
    pub fn new(encoding: Encoding) -> DecodeStream {
        DecodeStream {
            mark: encoding.byte_order_mark(),
            ..DecodeStream::behind_mark(encoding, 0, false)
        }
    }

    /// A decoder that begins behind what was looked for a mark already.
    pub(super) fn behind_mark(encoding: Encoding, mark_bytes: usize, bom: bool) -> DecodeStream {
        DecodeStream {
            machine: Machine::new(encoding),
            mark: None,
            open: Vec::new(),
            read_bytes: mark_bytes,
            written_bytes: 0,
            account: Account {
                bom,
                ..Account::default()
            },
        }
    }

    /// Decodes the next part, appending to the text. Time O(part).
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Encoding, codec::DecodeStream};
    /// let mut text = String::new();
    /// let mut stream = DecodeStream::new(Encoding::Big5);
    /// stream.push(b"\xA4", &mut text);
    /// assert_eq!(text, "");
    /// stream.push(b"\xA4", &mut text);
    /// assert_eq!(text, "中");
    /// ```
    pub fn push(&mut self, bytes: &[u8], text: &mut String) {
        self.run(bytes, text, false);
    }

    /// Ends the input, appending what was left open, and gives back the account of it all.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Encoding, codec::DecodeStream};
    /// let mut text = String::new();
    /// let mut stream = DecodeStream::new(Encoding::Big5);
    /// stream.push(b"\xA4", &mut text); // a lead byte, and nothing behind it
    /// let account = stream.finish(&mut text);
    /// assert_eq!((text.as_str(), account.malformed), ("\u{FFFD}", vec![0..1]));
    /// ```
    #[must_use]
    pub fn finish(self, text: &mut String) -> Account {
        self.finish_with(&[], text)
    }

    /// The account of what was decoded since it was last taken; places stay those in the
    /// whole.
    pub(crate) fn take_account(&mut self) -> Account {
        std::mem::take(&mut self.account)
    }

    /// Decodes the last part and ends the input.
    pub(super) fn finish_with(mut self, bytes: &[u8], text: &mut String) -> Account {
        self.run(bytes, text, true);
        self.account
    }

    fn run(&mut self, bytes: &[u8], text: &mut String, is_last: bool) {
        let foreign_bytes = text.len();
        let joined;
        let mut bytes = bytes;
        if let Some(mark) = self.mark {
            joined = [&self.open, bytes].concat();
            if !is_last && joined.len() < mark.len() && mark.starts_with(&joined) {
                self.open = joined;
                return;
            }
            self.mark = None;
            self.open.clear();
            bytes = &joined;
            if let Some(body) = joined.strip_prefix(mark) {
                self.account.bom = true;
                self.read_bytes = mark.len();
                bytes = body;
            }
        }
        let mut draft = Draft {
            text,
            account: &mut self.account,
            foreign_bytes,
            earlier_bytes: self.written_bytes,
        };
        let mut ended = false;
        if !self.open.is_empty() {
            // Twice what may be open: whatever the first bytes begin ends in this.
            let lent = bytes.len().min(2 * OPEN_MAX_BYTES);
            let open_bytes = self.open.len();
            self.open.extend(&bytes[..lent]);
            let part = Part {
                bytes: &self.open,
                base_bytes: self.read_bytes,
                is_last: is_last && lent == bytes.len(),
            };
            // A decoder is told of the end once.
            ended = part.is_last;
            let taken = self.machine.decode(part, &mut draft);
            self.read_bytes += taken;
            if taken < open_bytes {
                self.open.drain(..taken);
                bytes = &[];
            } else {
                self.open.clear();
                bytes = &bytes[taken - open_bytes..];
            }
        }
        if self.open.is_empty() && !ended {
            let part = Part {
                bytes,
                base_bytes: self.read_bytes,
                is_last,
            };
            let taken = self.machine.decode(part, &mut draft);
            self.read_bytes += taken;
            self.open.extend(&bytes[taken..]);
        }
        self.written_bytes += text.len() - foreign_bytes;
    }
}
