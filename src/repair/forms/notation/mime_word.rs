//! Encoded words of mail headers in prose: =?GB2312?B?1tDOxA==?= for 中文 (RFC 2047).
//!
//! They appear where a program copied a subject without decoding it. Words parted by spaces are one text.
//! Whole messages, with their headers, are a mail program's and stay.

use super::super::super::form_rules;
use super::super::super::plan::Pass;

/// Finds encoded words that are Chinese.
pub(in super::super::super) fn find(text: &str) -> Pass {
    let mut found = Vec::new();
    let mut done = 0;
    for (at, _) in text.match_indices("=?") {
        if at < done {
            continue;
        }
        let Some((encoding, mut bytes, mut length)) = word(&text[at..]) else {
            continue;
        };
        loop {
            let rest = &text[at + length..];
            let next = rest.trim_start();
            match word(next).filter(|(other, ..)| *other == encoding) {
                Some((_, more, more_bytes)) => {
                    bytes.extend(more);
                    length += rest.len() - next.len() + more_bytes;
                }
                None => break,
            }
        }
        let decoded = encoding.decode_without_bom_handling_and_without_replacement(&bytes);
        if let Some(after) = decoded.filter(|text| super::is_chinese(text)) {
            done = at + length;
            found.push((at..done, after.into_owned()));
        }
    }
    super::pass(text, form_rules::NOTATION_MIME_WORD, found)
}

/// One encoded word at the start of a text: its encoding, its bytes and its length.
fn word(text: &str) -> Option<(&'static encoding_rs::Encoding, Vec<u8>, usize)> {
    let rest = text.strip_prefix("=?")?;
    let (label, rest) = rest.split_once('?')?;
    let (kind, rest) = rest.split_once('?')?;
    let (content, behind) = rest.split_once("?=")?;
    // A word is 75 characters at most; programs write longer ones.
    if content.len() > 1000 || content.contains(char::is_whitespace) {
        return None;
    }
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes())?;
    let bytes = match kind {
        "B" | "b" => super::base64(content)?,
        "Q" | "q" => q_bytes(content)?,
        _ => return None,
    };
    Some((encoding, bytes, text.len() - behind.len()))
}

/// What the Q encoding says: quoted-printable with _ for a space.
fn q_bytes(content: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = content;
    while let Some(c) = rest.chars().next() {
        let (run, length) = super::hex_run(rest, "=");
        if length > 0 {
            bytes.extend(run);
            rest = &rest[length..];
            continue;
        }
        bytes.push(if c == '_' {
            b' '
        } else {
            u8::try_from(c).ok().filter(u8::is_ascii)?
        });
        rest = &rest[c.len_utf8()..];
    }
    Some(bytes)
}
