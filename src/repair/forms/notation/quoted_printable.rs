//! Quoted-printable Chinese in prose: =E4=B8=AD=E6=96=87 for 中文, in UTF-8 or GBK.
//!
//! The encoding of mail bodies; a `=` at the end of a line is a soft break inside a run. Formulas of
//! spreadsheets (=A1=B1, =C3=D4=E5=F6) look like it: a run of names of cells stays, and others have to be four
//! bytes long. Whole messages, with their headers, are a mail program's and stay.

use super::super::super::form_rules;
use super::super::super::plan::Pass;

/// Finds runs of two characters and more.
pub(in super::super::super) fn find(text: &str) -> Pass {
    let mut found = Vec::new();
    let mut done = 0;
    for at in memchr::memchr_iter(b'=', text.as_bytes()) {
        if at < done {
            continue;
        }
        let (mut bytes, mut length) = super::hex_run(&text[at..], "=");
        done = at + length.max(1);
        // A soft line break, if the run goes on behind it.
        while let Some(rest) = ["=\n", "=\r\n"]
            .iter()
            .find_map(|soft| text[at + length..].strip_prefix(soft))
        {
            let (more, more_bytes) = super::hex_run(rest, "=");
            if more.is_empty() {
                break;
            }
            bytes.extend(more);
            length = text.len() - at - rest.len() + more_bytes;
            done = at + length;
        }
        let is_long = bytes.len() >= 4 && !are_cells(&bytes);
        if let Some(after) = super::decode(&bytes).filter(|_| is_long) {
            found.push((at..done, after));
        }
    }
    super::pass(text, form_rules::NOTATION_QUOTED_PRINTABLE, found)
}

/// Whether all of the bytes are also names of cells: a letter, and a digit that is not 0.
fn are_cells(bytes: &[u8]) -> bool {
    bytes
        .iter()
        .all(|byte| byte >> 4 >= 0xA && (1..=9).contains(&(byte & 0xF)))
}
