//! References to characters (`&#38957;`, `&lt;`): which there are, what they stand for, and
//! which of them are read. Names and numbers are those of HTML, for XML too, whose few are
//! among them.

use super::html;
use crate::codec;
use crate::encoding::Encoding;
use crate::records::unseen::is_unseen;

/// How long a reference may be: the longest name of HTML has 31 characters.
const REFERENCE_BYTES_MAX: usize = 34;

/// The length of the reference that a text begins with, and its character where that is read.
pub(super) fn reference(text: &str) -> Option<(usize, Option<char>)> {
    let head = &text.as_bytes()[..text.len().min(REFERENCE_BYTES_MAX)];
    let end = memchr::memchr(b';', head)?;
    let name = text.get(1..end)?;
    let is_word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric());
    let character = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) if is_word(digits) => u32::from_str_radix(digits, 16),
                _ if is_word(number) => number.parse(),
                _ => return None,
            };
            numbered(code.ok()?)
        }
        None if is_word(name) => named(&text[..=end])?,
        None => return None,
    };
    Some((end + 1, character.filter(|&character| is_read(character))))
}

/// The character of a reference by name, from `&` to `;`; within `Some`, `None` where the name
/// stands for two characters, as a few do.
fn named(reference: &str) -> Option<Option<char>> {
    let character = match reference {
        "&amp;" => '&',
        "&lt;" => '<',
        "&gt;" => '>',
        "&nbsp;" => '\u{A0}',
        "&quot;" => '"',
        _ => {
            // What is no name stays as it is written, and of a longer word that begins with a
            // name that needs no `;` the rest stays: three characters and more.
            let text = html::text_of(reference)?;
            let mut characters = text.chars();
            let first = characters.next()?;
            match (characters.next(), characters.next()) {
                (None, _) => first,
                (Some(_), None) => return Some(None),
                (Some(_), Some(_)) => return None,
            }
        }
    };
    Some(Some(character))
}

/// The character of a number; 128 to 159 are those of windows-1252 (HTML Living Standard,
/// section 13.2.5.80).
fn numbered(code: u32) -> Option<char> {
    match u8::try_from(code) {
        Ok(byte @ 0x80..=0x9F) => {
            let byte = [byte];
            let decoded = codec::decode(&byte, Encoding::Windows1252);
            decoded.text.chars().next()
        }
        _ => char::from_u32(code),
    }
}

/// Whether a reference to this character is text to the stages.
fn is_read(character: char) -> bool {
    let is_other = matches!(character,
        '\u{FE00}'..='\u{FE0F}' // variation selectors
        | '\u{FFFC}' | '\u{FFFD}' // what stands for objects and for lost characters
        | '\u{E000}'..='\u{F8FF}' // private use: icons of the page's own font
        | '\u{E0000}'..='\u{10FFFF}'); // tags, selectors and private use planes
    !character.is_control() && !is_unseen(character) && !is_other
}

pub(super) fn push_number(character: char, out: &mut String) {
    out.push_str(&format!("&#{};", u32::from(character)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_those_of_html() {
        let rows = [
            ("&lt;", Some((4, Some('<')))),
            ("&#x4E2D;", Some((8, Some('中')))),
            ("&#150;", Some((6, Some('–')))),
            ("&#128;", Some((6, Some('€')))),
            ("&#xD800;", Some((8, None))),
            ("&#0;", Some((4, None))),
            ("&#xE000;", Some((8, None))),
            ("&zwj;", Some((5, None))),
            ("&#1114112;", Some((10, None))),
            ("&lt", None),
            ("&;", None),
            ("&<;", None),
            ("&a&lt;", None),
            ("&a;", None),
            ("&semi;", Some((6, Some(';')))),
            ("&not;", Some((5, Some('¬')))),
            ("&notit;", None),
            ("&NotEqualTilde;", Some((15, None))),
            ("&#x4E2D中;", None),
            ("&#-1;", None),
        ];
        for (text, expect) in rows {
            assert_eq!(reference(text), expect, "{text}");
        }
    }
}
