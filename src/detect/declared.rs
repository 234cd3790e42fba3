//! What a document says of its own encoding: a `meta` element of HTML, the declaration of
//! XML, style sheets, mail headers, and the lines that editors, Python and TeX read.
//!
//! It is evidence, not an order: files are converted, and what they say of themselves stays.

use crate::encoding::Encoding;

/// Declarations stand at the beginning (HTML wants them in the first 1024 bytes), and what
/// editors read at the end as well.
pub(super) const WINDOW_BYTES: usize = 1024;

/// What stands in front of a name: `<meta charset="gbk">`, `text/html; charset=gbk`,
/// `@charset "gbk"`, `<?xml version="1.0" encoding="gbk"?>`, `pageEncoding="gbk"`,
/// `%!TEX encoding = gbk`, `# -*- coding: gbk -*-`, `vim: set fenc=gbk:`, `fileencoding=gbk`,
/// `\begin{CJK}{GBK}{song}`.
const KEYS: [&[u8]; 6] = [
    b"charset",
    b"encoding",
    b"Encoding",
    b"coding",
    b"fenc",
    b"{CJK",
];

/// What editors look for in the last lines.
const KEYS_AT_END: [&[u8]; 3] = [b"fileencoding", b"coding", b"fenc"];

/// The encoding that a document declares, if it names one of the list, and where the name
/// stands. `first` and `last`: the first and the last bytes, at most a window each; the last
/// begin at `last_at`. Time O(1).
pub(super) fn declared(first: &[u8], last: &[u8], last_at: usize) -> Option<(Encoding, usize)> {
    find(first, &KEYS).or_else(|| {
        if last.is_empty() {
            return None;
        }
        // Only lines that are for editors.
        let is_for_editor = [&b"vim:"[..], b"vi:", b"-*-", b"Local Variables:"]
            .iter()
            .any(|sign| memchr::memmem::find(last, sign).is_some());
        let (encoding, at) = find(last, &KEYS_AT_END).filter(|_| is_for_editor)?;
        Some((encoding, last_at + at))
    })
}

/// The encoding that the value of a header names: a label, or a content type with one.
pub(super) fn of_header(value: &[u8]) -> Option<Encoding> {
    let value = value.trim_ascii();
    let found = find(value, &[b"charset"]).map(|(encoding, _)| encoding);
    found.or_else(|| Encoding::from_label(std::str::from_utf8(value).ok()?))
}

fn find(text: &[u8], keys: &[&[u8]]) -> Option<(Encoding, usize)> {
    // Every declaration has one of these signs. Of short bytes many are looked at at a time.
    if text.len() <= 128 {
        let (mut signs, mut opens, mut closes) = (0, 0, 0);
        for &byte in text {
            signs |= u8::from(byte == b'=') | u8::from(byte == b':') | u8::from(byte == b'"');
            opens |= u8::from(byte == b'{');
            closes |= u8::from(byte == b'}');
        }
        if signs | (opens & closes) == 0 {
            return None;
        }
    } else {
        memchr::memchr3(b'=', b':', b'"', text).or_else(|| memchr::memchr(b'{', text))?;
    }
    keys.iter().find_map(|key| {
        memchr::memmem::find_iter(text, key).find_map(|at| {
            let (before, behind) = (&text[..at], &text[at + key.len()..]);
            if is_of_another(before) {
                return None;
            }
            let (encoding, skipped) = label(behind, before)?;
            Some((encoding, at + key.len() + skipped))
        })
    })
}

/// Whether what stands in front makes it the encoding of something else: of what a form
/// sends, or of a script or page that is linked.
fn is_of_another(before: &[u8]) -> bool {
    if before.ends_with(b"accept-") {
        return true;
    }
    let Some(open) = memchr::memrchr(b'<', before) else {
        return false;
    };
    let tag = &before[open + 1..];
    if memchr::memchr(b'>', tag).is_some() {
        return false;
    }
    let name = tag.split(|byte| !byte.is_ascii_alphanumeric()).next();
    let name = name.unwrap_or_default().to_ascii_lowercase();
    [&b"script"[..], b"link", b"a", b"form"].contains(&&*name)
}

/// The label behind a key and where it begins: `=` or `:`, then the name, perhaps in quotes;
/// behind `@charset` the name in quotes, behind `{CJK` in braces.
fn label(behind: &[u8], before: &[u8]) -> Option<(Encoding, usize)> {
    let value = behind.trim_ascii_start();
    let value = match value.split_first()? {
        (b'=' | b':', value) => value.trim_ascii_start(),
        (b'"', _) if before.ends_with(b"@") => value,
        (b'}' | b'*', _) => value
            .trim_ascii_start()
            .strip_prefix(b"*")
            .unwrap_or(value)
            .strip_prefix(b"}{")?,
        _ => return None,
    };
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
    // `fenc=gbk:` ends with the sign that ends the line of options. What can be read here is
    // not in UTF-16, whatever it says.
    let named = Encoding::from_label(name.trim_end_matches(':'));
    let named = named.filter(|encoding| encoding.extends_ascii())?;
    Some((named, behind.len() - value.len()))
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
            ("@charset \"utf-8\";", Some(Encoding::Utf8)),
            ("<%@ page pageEncoding=\"GBK\"%>", Some(Encoding::Gbk)),
            ("%!TEX encoding = Big5", Some(Encoding::Big5)),
            ("\\begin{CJK*}{GBK}{song}", Some(Encoding::Gbk)),
            ("\\begin{CJK}{Bg5}{bsmi}", None),
            (
                "Content-Type: text/plain; charset=\"big5\"",
                Some(Encoding::Big5),
            ),
            ("<form accept-charset=\"gbk\">", None),
            ("<script charset=\"gbk\" src=\"a.js\">", None),
            (
                "<script charset='gbk'></script><meta charset=big5>",
                Some(Encoding::Big5),
            ),
            ("<meta charset=utf-16>", None),
            ("the coding of this is unknown: gbk", None),
            ("charset = none", None),
            ("", None),
        ] {
            let found = declared(text.as_bytes(), b"", 0);
            assert_eq!(found.map(|(encoding, _)| encoding), expect, "{text}");
            if let Some((_, at)) = found {
                let label = text[at..].split(['"', '\'', ' ', ':', '}', '>']).next();
                assert!(
                    Encoding::from_label(label.unwrap()).is_some(),
                    "{text} {at}"
                );
            }
        }
    }

    #[test]
    fn the_last_lines_are_for_editors() {
        let last = b"code\n# Local Variables:\n# coding: big5\n# End:\n";
        assert_eq!(declared(b"", last, 100), Some((Encoding::Big5, 134)));
        assert_eq!(declared(b"", b"coding: big5", 0), None);
    }

    #[test]
    fn headers() {
        for (value, expect) in [
            ("text/html; charset=gb2312", Some(Encoding::Gbk)),
            ("big5", Some(Encoding::Big5)),
            ("text/html", None),
        ] {
            assert_eq!(of_header(value.as_bytes()), expect, "{value}");
        }
    }
}
