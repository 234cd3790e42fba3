//! Measures zhconv, one program for each of its two sets of tables, as the program `peers` asks:
//!
//! ```text
//! text 1000000\n…1000000 bytes…    the text from now on        → "ok"
//! check s2t\n                      "头发漢語" converted          → the result
//! time s2t 64 1000000\n            one sample: the first 1000000 bytes in blocks of 64 bytes → MB/s
//! ```

use std::io::{self, BufRead, Read, Write};
use zhconv::{Variant, ZhConverter, get_builtin_converter};

#[path = "../src/timing.rs"]
mod timing;

/// zhconv knows only targets.
fn converter(config: &str) -> Option<&'static ZhConverter> {
    Some(get_builtin_converter(match config {
        "t2s" => Variant::ZhHans,
        "s2t" => Variant::ZhHant,
        "s2twp" => Variant::ZhTW,
        "tw2sp" => Variant::ZhCN,
        _ => return None,
    }))
}

fn main() -> io::Result<()> {
    let bad = |what: &str| io::Error::new(io::ErrorKind::InvalidInput, what.to_owned());
    let mut input = io::stdin().lock();
    let mut output = io::stdout().lock();
    let mut text = String::new();
    let mut line = String::new();
    while input.read_line(&mut line)? > 0 {
        let number = |word: &str| word.parse::<usize>().map_err(|_| bad(&line));
        let answer = match *line.split_whitespace().collect::<Vec<_>>() {
            ["text", bytes] => {
                let mut buffer = vec![0; number(bytes)?];
                input.read_exact(&mut buffer)?;
                text = String::from_utf8(buffer).map_err(|_| bad("text"))?;
                "ok".to_owned()
            }
            ["check", config] => converter(config)
                .ok_or_else(|| bad(&line))?
                .convert("头发漢語"),
            ["time", config, block_bytes, bytes] => {
                let converter = converter(config).ok_or_else(|| bad(&line))?;
                let part = &text[..text.floor_char_boundary(number(bytes)?)];
                let blocks = timing::blocks(part, number(block_bytes)?);
                timing::sample(&blocks, |block| converter.convert(block)).to_string()
            }
            _ => return Err(bad(&line)),
        };
        writeln!(output, "{answer}")?;
        output.flush()?;
        line.clear();
    }
    Ok(())
}
