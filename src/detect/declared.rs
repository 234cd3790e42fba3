//! What a document says of its own encoding: a `meta` element of HTML, the declaration of
//! XML, and the lines that editors and Python read.
//!
//! It is evidence, not an order: files are converted, and what they say of themselves stays.

use crate::encoding::Encoding;

/// Declarations stand at the beginning: HTML wants them in the first 1024 bytes.
const HEAD_BYTES: usize = 1024;

/// What stands in front of a name: `<meta charset="gbk">`, `text/html; charset=gbk`,
/// `<?xml version="1.0" encoding="gbk"?>`, `# -*- coding: gbk -*-`, `vim: set fenc=gbk:`,
/// `fileencoding=gbk`.
const KEYS: [&[u8]; 4] = [b"charset", b"encoding", b"coding", b"fenc"];

/// The encoding that a document declares, if it names one of the list. Time O(1).
pub(super) fn declared(bytes: &[u8]) -> Option<Encoding> {
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    // Every declaration has one of these two signs.
    memchr::memchr2(b'=', b':', head)?;
    KEYS.iter().find_map(|key| {
        memchr::memmem::find_iter(head, key).find_map(|at| label(&head[at + key.len()..]))
    })
}

/// The label behind a key: `=` or `:`, then the name, perhaps in quotes.
fn label(behind: &[u8]) -> Option<Encoding> {
    let value = behind.trim_ascii_start();
    let (b'=' | b':', value) = value.split_first()? else {
        return None;
    };
    let value = value.trim_ascii_start();
    let value = value
        .strip_prefix(b"\"")
        .or(value.strip_prefix(b"'"))
        .unwrap_or(value);
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte);
    let end = value
        .iter()
        .position(|byte| !is_name(byte))
        .unwrap_or(value.len());
    let name = std::str::from_utf8(&value[..end]).ok()?;
    // `fenc=gbk:` ends with the sign that ends the line of options.
    Encoding::from_label(name.trim_end_matches(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations() {
        for (text, expect) in [
            ("<meta charset=\"gb2312\">", Some(Encoding::Gbk)),
            (
                "<meta content='text/html; charset=big5'>",
                Some(Encoding::Big5),
            ),
            (
                "<?xml version=\"1.0\" encoding='GB18030'?>",
                Some(Encoding::Gb18030),
            ),
            ("# -*- coding: euc-tw -*-", Some(Encoding::EucTw)),
            ("/* vim: set fileencoding=gbk: */", Some(Encoding::Gbk)),
            ("@charset \"utf-8\";", None),
            ("the coding of this is unknown: gbk", None),
            ("charset = none", None),
            ("", None),
        ] {
            assert_eq!(declared(text.as_bytes()), expect, "{text}");
        }
    }
}
