//! Percent-encoded Chinese in prose: %E4%B8%AD%E6%96%87 for 中文, in UTF-8 or GBK.
//!
//! Addresses need it; in prose it is what a form or a log left. The common conditions
//! (`mod.rs`) keep addresses, paths and queries. Percentages have one byte and never two in a row.

use super::super::super::form_rules;
use super::super::super::plan::Pass;

/// Finds runs of two characters and more.
pub(in super::super::super) fn find(text: &str) -> Pass {
    let mut found = Vec::new();
    let mut done = 0;
    for at in memchr::memchr_iter(b'%', text.as_bytes()) {
        if at < done {
            continue;
        }
        let (bytes, length) = super::hex_run(&text[at..], "%");
        done = at + length.max(1);
        if let Some(after) = super::decode(&bytes).filter(|_| bytes.len() >= 4) {
            found.push((at..done, after));
        }
    }
    super::pass(text, form_rules::NOTATION_PERCENT, found)
}
