//! HZ-GB-2312 (RFC 1843): ASCII and GB 2312 in seven bits, switched by `~{` and `~}`.
//!
//! In ASCII `~~` is a tilde, and `~` with a line feed behind it is nothing: a line of the
//! source is continued. Written text returns to ASCII before every character of it, so
//! also before the end of every line, as the RFC demands.
//!
//! Read more freely than the RFC: a line that ends inside GB 2312 ends it, which limits
//! what a lost `~}` costs, and spaces and controls inside GB 2312 stand for themselves.
//! A tilde that means nothing is malformed; what follows it is read again.

use crate::codec::gb2312::{self, Run};
use crate::codec::stream::{Draft, Part};

/// Where the decoder is.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    in_gb2312: bool,
    run: Run,
}

impl Decoder {
    /// Decodes a part up to a sequence that its end leaves open.
    pub(super) fn decode(&mut self, part: Part<'_>, draft: &mut Draft<'_>) -> usize {
        let bytes = part.bytes;
        draft.text.reserve(bytes.len() + bytes.len() / 2);
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let next = bytes.get(at + 1).copied();
            if self.in_gb2312 && matches!(byte, 0x21..=0x7D) {
                // A code of two bytes, which may mean nothing.
                let length = match next {
                    None if !part.is_last => break,
                    Some(0x21..=0x7E) => 2,
                    _ => 1,
                };
                match next {
                    Some(column) if gb2312::holds(byte, column) => self.run.push(byte, column),
                    _ => self.replace(part, at, length, draft),
                }
                at += length;
                continue;
            }
            if byte == b'~' {
                let (length, text) = match (self.in_gb2312, next) {
                    (_, None) if !part.is_last => break,
                    (false, Some(b'~')) => (2, "~"),
                    (false, Some(b'{')) | (true, Some(b'}')) => {
                        self.in_gb2312 = !self.in_gb2312;
                        (2, "")
                    }
                    (false, Some(b'\n')) => (2, ""),
                    _ => {
                        self.replace(part, at, 1, draft);
                        (1, "")
                    }
                };
                // Codes are written together however often the text switches between.
                if !text.is_empty() {
                    self.run.flush(draft);
                    draft.text.push_str(text);
                }
                at += length;
                continue;
            }
            if byte < 0x7F || (byte == 0x7F && !self.in_gb2312) {
                self.run.flush(draft);
                at += match self.in_gb2312 {
                    true => {
                        self.in_gb2312 = byte != b'\n';
                        draft.text.push(char::from(byte));
                        1
                    }
                    false => {
                        let tilde = memchr::memchr(b'~', &bytes[at..]);
                        let end = tilde.map_or(bytes.len(), |tilde| at + tilde);
                        draft.take_ascii(&bytes[at..end])
                    }
                };
                continue;
            }
            self.replace(part, at, 1, draft);
            at += 1;
        }
        self.run.flush(draft);
        at
    }

    fn replace(&mut self, part: Part<'_>, at: usize, length: usize, draft: &mut Draft<'_>) {
        self.run.flush(draft);
        draft.replace(part.span(at, at + length));
    }
}

/// Writes text; ends in ASCII.
pub(super) struct Encoder {
    gbk: encoding_rs::Encoder,
    in_gb2312: bool,
}

impl Encoder {
    pub(super) fn new() -> Encoder {
        Encoder {
            gbk: encoding_rs::GBK.new_encoder(),
            in_gb2312: false,
        }
    }

    /// Writes a character, if the encoding has it.
    pub(super) fn write(&mut self, c: char, bytes: &mut Vec<u8>) -> bool {
        if let Ok(byte @ 0..=0x7F) = u8::try_from(c) {
            self.finish(bytes);
            bytes.push(byte);
            if byte == b'~' {
                bytes.push(byte);
            }
            return true;
        }
        let Some(code) = gb2312::encode(&mut self.gbk, c) else {
            return false;
        };
        if !self.in_gb2312 {
            bytes.extend(b"~{");
            self.in_gb2312 = true;
        }
        bytes.extend(code);
        true
    }

    /// Returns to ASCII.
    pub(super) fn finish(&mut self, bytes: &mut Vec<u8>) {
        if self.in_gb2312 {
            bytes.extend(b"~}");
            self.in_gb2312 = false;
        }
    }
}
