//! 锘 at the beginning of a text, or of a line where files were joined: the byte order mark of UTF-8 read as GBK.
//!
//! EF BB is 锘 in GBK; BF takes the next byte with it. Where that was a letter (or @ to ~), a rare
//! character stands there whose second byte is the letter: 锘縤mport was import. Where it was anything
//! else of ASCII, decoders leave U+FFFD or ? in place of BF, some of them of both bytes. Where
//! the text behind is not ASCII all of it is UTF-8 read as GBK, which is another rule's.
//!
//! 锘 is also the element nobelium; it is left wherever neither of this follows. What it gets
//! wrong: a character that was swallowed with BF is put back only if it is the < of `<?xml` or `<!DOCTYPE`.

use super::super::form_rules;
use super::super::plan::{Edit, Pass};
use super::super::routes::gbk_bytes;

/// The bytes account for every character; that the mark was one follows from the place.
const CERTAINTY: f32 = 0.999;

/// Finds the mark.
pub(in super::super) fn find(text: &str) -> Pass {
    let line_starts =
        std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1));
    Pass {
        edits: line_starts.filter_map(|at| mark(text, at)).collect(),
    }
}

/// The mark at the beginning of a line.
fn mark(text: &str, at: usize) -> Option<Edit> {
    let rest = text[at..].strip_prefix('锘')?;
    let next = rest.chars().next()?;
    let behind = &rest[next.len_utf8()..];
    let after = match next {
        '\u{FFFD}' => String::new(),
        '?' if at > 0 => return None,
        '?' if behind.starts_with("?xml") || behind.starts_with("!DOCTYPE") => "<".to_owned(),
        '?' if behind.starts_with(|c: char| c.is_ascii_graphic()) => String::new(),
        _ => match gbk_bytes(next)? {
            [0xBF, trail] if trail.is_ascii() => char::from(trail).to_string(),
            _ => return None,
        },
    };
    let span = at..text.len() - behind.len();
    let rule = form_rules::BYTE_ORDER_MARK_READ_AS_GBK;
    Some(Edit::new(text, span, rule, after, CERTAINTY))
}

#[cfg(test)]
mod tests {
    use super::super::super::plan::apply_pass;
    use super::*;

    #[test]
    fn the_mark_goes_and_what_it_swallowed_comes_back() {
        for (text, expect) in [
            ("import os", "import os"),
            ("锘縤mport os", "import os"),
            ("锘\u{FFFD}# 标题", "# 标题"),
            ("锘??xml version", "<?xml version"),
            ("锘?// a", "// a"),
            ("锘是一种元素", "锘是一种元素"),
            ("锘？", "锘？"),
            ("锘? 是什么", "锘? 是什么"),
            ("钔锘縤", "钔锘縤"),
        ] {
            assert_eq!(apply_pass(&find(text), text).unwrap(), expect);
        }
    }
}
