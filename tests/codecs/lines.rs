//! What the codecs do, one item a line, for `.ci/codecs`: `codecs list`, `codecs decode LABEL`,
//! `codecs encode LABEL`.
//!
//! `list` prints the name of every encoding. `decode` reads lines of bytes in hexadecimal and
//! prints the code points of each, `-` where any byte is malformed; `encode` reads a code point a
//! line and prints its bytes, `-` where the encoding lacks it.

use std::fmt::Write as _;
use std::io::{BufWriter, Error, ErrorKind, Read as _, Write as _};

use zhfix::codec::{Unencodable, encode};
use zhfix::{Encoding, decode};

fn main() -> Result<(), Error> {
    let wrong = |message: &str| Error::new(ErrorKind::InvalidInput, message.to_owned());
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let mut out = BufWriter::new(std::io::stdout().lock());
    if command == "list" {
        for encoding in Encoding::ALL {
            writeln!(out, "{encoding}")?;
        }
        return out.flush();
    }
    let label = arguments.next().unwrap_or_default();
    let encoding = Encoding::from_label(&label).ok_or_else(|| wrong("no such encoding"))?;
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    for line in input.lines() {
        let mut answer = String::new();
        let known = match command.as_str() {
            "decode" => decode_line(line, encoding, &mut answer),
            "encode" => encode_line(line, encoding, &mut answer),
            _ => return Err(wrong("usage: codecs list | decode LABEL | encode LABEL")),
        };
        let answer = known.map_or("-", |()| answer.trim_end());
        writeln!(out, "{answer}")?;
    }
    out.flush()
}

fn decode_line(line: &str, encoding: Encoding, answer: &mut String) -> Option<()> {
    let digits = line.as_bytes().chunks(2);
    let bytes: Vec<u8> = digits
        .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    let decoded = decode(&bytes, encoding);
    for c in decoded.text.chars() {
        let _ = write!(answer, "{:X} ", u32::from(c));
    }
    decoded.malformed.is_empty().then_some(())
}

fn encode_line(line: &str, encoding: Encoding, answer: &mut String) -> Option<()> {
    let code = u32::from_str_radix(line, 16).ok()?;
    let text = char::from_u32(code)?.to_string();
    let bytes = encode(&text, encoding, Unencodable::Error).ok()?;
    for byte in &*bytes {
        let _ = write!(answer, "{byte:02X}");
    }
    Some(())
}
