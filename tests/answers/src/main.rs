//! The same answers where the program runs: `answers FILE…` prints each behind a line with its length.

use std::io::Write as _;

fn main() -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for path in std::env::args_os().skip(1) {
        let answer = answers::answer(&std::fs::read(path)?);
        writeln!(out, "{}", answer.len())?;
        out.write_all(answer.as_bytes())?;
    }
    out.flush()
}
