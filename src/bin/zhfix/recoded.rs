//! An input in an encoding other than UTF-8 as UTF-8, read in parts: lines of records cannot be
//! told apart before they are decoded.

use std::io::{self, Read};

use zhfix::Encoding;
use zhfix::codec::DecodeStream;

/// Raw bytes that are decoded at once.
const STEP_BYTES: usize = 64 << 10;

/// Gives what a reader gives as UTF-8; malformed bytes as U+FFFD.
pub(crate) struct Recoded<R> {
    reader: R,
    /// `None` behind the end.
    decoder: Option<DecodeStream>,
    text: String,
    /// How much of the text was given.
    given_bytes: usize,
}

impl<R: Read> Recoded<R> {
    /// Reads from this reader.
    pub(crate) fn new(reader: R, encoding: Encoding) -> Recoded<R> {
        Recoded {
            reader,
            decoder: Some(DecodeStream::new(encoding)),
            text: String::new(),
            given_bytes: 0,
        }
    }

    fn decode(&mut self, mut decoder: DecodeStream) -> io::Result<()> {
        self.text.clear();
        self.given_bytes = 0;
        let mut raw = Vec::with_capacity(STEP_BYTES);
        let read = Read::by_ref(&mut self.reader).take(STEP_BYTES as u64);
        if let Err(error) = { read }.read_to_end(&mut raw) {
            self.decoder = Some(decoder);
            return Err(error);
        }
        decoder.push(&raw, &mut self.text);
        if raw.is_empty() {
            // What was malformed stands in the text as U+FFFD.
            let _ = decoder.finish(&mut self.text);
        } else {
            self.decoder = Some(decoder);
        }
        Ok(())
    }
}

impl<R: Read> Read for Recoded<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        while self.given_bytes == self.text.len() {
            match self.decoder.take() {
                Some(decoder) => self.decode(decoder)?,
                None => return Ok(0),
            }
        }
        let rest = self.text.as_bytes().get(self.given_bytes..);
        let count = rest.unwrap_or_default().read(room)?;
        self.given_bytes += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_input_is_decoded_whole() {
        // Two bytes a character and an odd start, so that steps part characters.
        let raw = [&b"a"[..], &b"\xD6\xD0\xCE\xC4".repeat(70_000), b"\xFF"].concat();
        let mut text = String::new();
        let mut recoded = Recoded::new(&*raw, Encoding::Gbk);
        recoded.read_to_string(&mut text).unwrap();
        assert_eq!(text, format!("a{}\u{FFFD}", "中文".repeat(70_000)));
        assert_eq!(recoded.read(&mut [0; 8]).unwrap(), 0);
    }
}
