//! Where the fields of CSV and TSV stand, and how they are quoted (RFC 4180).
//!
//! Places only, in raw bytes: comma, tab, quote and line end are no part of any character
//! in the encodings that files of columns come in (GBK, Big5, Shift_JIS and the like have
//! no trail byte below 0x30). A record ends at LF, CR LF or a lone CR. In CSV a field that
//! begins with a quote goes on to the quote that closes it, over line ends too. In TSV,
//! where many writers know no quoting, only a field that is quoted as a whole within its
//! line counts as quoted; any other quote is text.

use std::borrow::Cow;

use crate::Span;

/// What stands between fields.
///
/// # Examples
/// ```
/// use zhfix::records::{Column, Columns, Separator};
/// let columns = Columns::new(Separator::Tab, [Column::Number(1)]);
/// assert_eq!(columns.whole_records_bytes(b"a\tb\nc", true), 4);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Separator {
    /// CSV.
    Comma,
    /// TSV.
    Tab,
}

impl Separator {
    pub(super) fn byte(self) -> u8 {
        match self {
            Separator::Comma => b',',
            Separator::Tab => b'\t',
        }
    }
}

/// How a field is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Plain,
    Quoted,
    /// It begins with a quote that does not close at the end of the field.
    Misquoted,
}

/// A field and what follows it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// The field with its quotes.
    pub(super) span: Span,
    pub(super) form: Form,
    /// Where the next field begins.
    pub(super) next: usize,
    /// Whether that is in another record.
    pub(super) last: bool,
    /// Whether the bytes ended before the field did.
    pub(super) cut: bool,
}

/// The field that begins at `at`.
pub(super) fn cell(bytes: &[u8], at: usize, separator: Separator) -> Cell {
    let quoted = bytes.get(at) == Some(&b'"');
    match (quoted, separator) {
        (false, _) => ended(
            bytes,
            at,
            plain_end(bytes, at, separator),
            Form::Plain,
            separator,
        ),
        (true, Separator::Comma) => {
            let close = close(bytes, at + 1);
            let end = plain_end(bytes, close, separator);
            let closes = close > at + 1 && bytes.get(close - 1) == Some(&b'"') && end == close;
            let form = match closes {
                true => Form::Quoted,
                false => Form::Misquoted,
            };
            ended(bytes, at, end, form, separator)
        }
        (true, Separator::Tab) => {
            let line = memchr::memchr2(b'\n', b'\r', bytes.get(at..).unwrap_or_default());
            let line_end = line.map_or(bytes.len(), |line| at + line);
            let line = bytes.get(..line_end).unwrap_or(bytes);
            let close = close(line, at + 1);
            let ends = close == line.len() || line.get(close) == Some(&b'\t');
            if close > at + 1 && line.get(close - 1) == Some(&b'"') && ends {
                ended(bytes, at, close, Form::Quoted, separator)
            } else {
                ended(
                    bytes,
                    at,
                    plain_end(bytes, at, separator),
                    Form::Plain,
                    separator,
                )
            }
        }
    }
}

/// One past the quote that closes what begins at `at`; the end where none does.
fn close(bytes: &[u8], mut at: usize) -> usize {
    while let Some(found) = memchr::memchr(b'"', bytes.get(at..).unwrap_or_default()) {
        at += found + 1;
        if bytes.get(at) != Some(&b'"') {
            return at;
        }
        at += 1;
    }
    // Not one past a quote: a doubled one at the very end closes nothing.
    bytes.len() + 1
}

/// Where a field without quotes ends.
fn plain_end(bytes: &[u8], at: usize, separator: Separator) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let found = memchr::memchr3(separator.byte(), b'\n', b'\r', rest);
    found.map_or(bytes.len(), |found| at + found)
}

fn ended(bytes: &[u8], start: usize, end: usize, form: Form, separator: Separator) -> Cell {
    let (next, last) = match bytes.get(end) {
        Some(b'\r') if bytes.get(end + 1) == Some(&b'\n') => (end + 2, true),
        Some(byte) if *byte == separator.byte() => (end + 1, false),
        Some(_) => (end + 1, true),
        None => (end, true),
    };
    Cell {
        span: start..end,
        form,
        next,
        last,
        // After a lone CR at the very end LF may follow.
        cut: end == bytes.len() || next == bytes.len() && bytes.get(end) == Some(&b'\r'),
    }
}

/// How long the byte-order mark is that a file begins with.
pub(super) fn mark_bytes(bytes: &[u8], first: bool) -> usize {
    match first && bytes.starts_with(b"\xEF\xBB\xBF") {
        true => 3,
        false => 0,
    }
}

/// The bytes of a field without its quotes.
pub(super) fn content(raw: &[u8]) -> Cow<'_, [u8]> {
    let inside = raw
        .strip_prefix(b"\"")
        .and_then(|raw| raw.strip_suffix(b"\""));
    let Some(inside) = inside else {
        return Cow::Borrowed(raw);
    };
    if memchr::memchr(b'"', inside).is_none() {
        return Cow::Borrowed(inside);
    }
    let mut single = Vec::with_capacity(inside.len());
    let mut bytes = inside.iter();
    while let Some(&byte) = bytes.next() {
        single.push(byte);
        if byte == b'"' {
            // Its double.
            bytes.next();
        }
    }
    Cow::Owned(single)
}

/// The bytes as a field in quotes.
pub(super) fn quoted(bytes: &[u8]) -> Vec<u8> {
    let mut quoted = vec![b'"'];
    for &byte in bytes {
        if byte == b'"' {
            quoted.push(b'"');
        }
        quoted.push(byte);
    }
    quoted.push(b'"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text and its fields: bytes, form, whether the record ends.
    type Row<'a> = (&'a str, &'a [(&'a str, Form, bool)]);

    fn cells(text: &str, separator: Separator) -> Vec<(&str, Form, bool)> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let cell = cell(text.as_bytes(), at, separator);
            found.push((&text[cell.span], cell.form, cell.last));
            at = cell.next;
        }
        found
    }

    #[test]
    fn finds_fields_of_csv() {
        use Form::{Misquoted, Plain, Quoted};
        let rows: [Row<'_>; 10] = [
            (
                "a,b\r\nc",
                &[("a", Plain, false), ("b", Plain, true), ("c", Plain, true)],
            ),
            (",\n", &[("", Plain, false), ("", Plain, true)]),
            (
                "\"a,\r\n\"\"b\",c",
                &[("\"a,\r\n\"\"b\"", Quoted, false), ("c", Plain, true)],
            ),
            ("a\"b\",c", &[("a\"b\"", Plain, false), ("c", Plain, true)]),
            (
                "\"a\"b,c",
                &[("\"a\"b", Misquoted, false), ("c", Plain, true)],
            ),
            ("\"a", &[("\"a", Misquoted, true)]),
            ("\"", &[("\"", Misquoted, true)]),
            ("\"\"\"", &[("\"\"\"", Misquoted, true)]),
            (
                "\"\"\r\"\"\"\"",
                &[("\"\"", Quoted, true), ("\"\"\"\"", Quoted, true)],
            ),
            ("\"a\"\r\n", &[("\"a\"", Quoted, true)]),
        ];
        for (text, expect) in rows {
            assert_eq!(cells(text, Separator::Comma), expect, "{text:?}");
        }
    }

    #[test]
    fn finds_fields_of_tsv() {
        use Form::{Plain, Quoted};
        let rows: [Row<'_>; 4] = [
            ("a,\tb\r\n", &[("a,", Plain, false), ("b", Plain, true)]),
            (
                "\"a\tb\"\t\"c\"\n",
                &[("\"a\tb\"", Quoted, false), ("\"c\"", Quoted, true)],
            ),
            ("\"a\tb\n", &[("\"a", Plain, false), ("b", Plain, true)]),
            ("\"a\nb\"\n", &[("\"a", Plain, true), ("b\"", Plain, true)]),
        ];
        for (text, expect) in rows {
            assert_eq!(cells(text, Separator::Tab), expect, "{text:?}");
        }
    }
}
