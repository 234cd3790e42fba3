//! Notation that leaked into prose: what one program wrote for another stands where people read.
//!
//! Every notation is legitimate where a program reads it, so all of these rules ask three things.
//! What comes out must be Chinese: two Han characters and more, four of five common, and
//! nothing but Chinese, marks and ASCII. What stands around it must be prose: not an address, path,
//! query, string literal, regular expression, tag, indented or fenced code. And the text must not
//! speak of notation within a few sentences. What it gets wrong: notation in brackets or quotation
//! marks stays, for there it is mostly meant.

pub(in super::super) mod entity;
pub(in super::super) mod escape;
pub(in super::super) mod mime_word;
pub(in super::super) mod percent;
pub(in super::super) mod quoted_printable;
pub(in super::super) mod utf_7;

use super::super::plan::{Edit, Pass};
use super::super::proof::Census;
use super::super::rules::Rule;
use super::super::topic::{self, Topic};
use crate::Span;

/// What comes out is common Chinese, which no other text gives by chance; but it may be meant.
pub(super) const CERTAINTY: f32 = 0.95;

/// Words of a text about notation.
const NOTATION: &[&str] = &[
    "转义",
    "轉義",
    "跳脫",
    "escape",
    "Escape",
    "Unicode",
    "unicode",
    "实体",
    "實體",
    "entity",
    "Base64",
    "base64",
    "正则",
    "正規",
    "regex",
    "URL",
    "HTML",
    "字面量",
    "ASCII",
];

/// Signs that a line is code.
const CODE: &[&str] = &[
    "();", "{", "}", "=>", "->", "==", " = ", "//", "/*", "#include", "import ", "return ",
    "print", "</", "<?", "href=", "src=", "($", "var ", "let ", "const ", "def ", "::", "&&", "||",
];

/// Puts what was found and passes the common conditions into a pass.
pub(super) fn pass(text: &str, rule: &'static Rule, found: Vec<(Span, String)>) -> Pass {
    if found.is_empty() || is_fenced(text) {
        return Pass::default();
    }
    let words = [topic::ENCODINGS, NOTATION].concat();
    let subject = Topic::of(text, &words);
    let edits = found
        .into_iter()
        .filter(|(span, _)| is_prose(text, span) && !subject.is_near(span, topic::REACH_BYTES))
        .map(|(span, after)| Edit::new(text, span, rule, after, CERTAINTY))
        .collect();
    Pass { edits }
}

/// Whether the text is a message or a document with fences, in which any line may be code.
fn is_fenced(text: &str) -> bool {
    text.contains("```")
        || text.contains("MIME-Version:")
        || text.contains("Content-Transfer-Encoding:")
}

/// Whether what stands around a span is prose.
fn is_prose(text: &str, span: &Span) -> bool {
    let (start, end) = (
        topic::near(text, span.start).start,
        topic::near(text, span.end).end,
    );
    let (before, after) = (&text[start..span.start], &text[span.end..end]);
    let is_indented = before.starts_with("    ") || before.starts_with('\t');
    if is_indented
        || [before, after]
            .iter()
            .any(|side| CODE.iter().any(|sign| side.contains(sign)))
    {
        return false;
    }
    // The rest of the word, up to a space, Han or a mark of Chinese.
    let ends = |c: char| c.is_whitespace() || !c.is_ascii();
    let word_before = before.rsplit(ends).next().unwrap_or("");
    let word_after = after.split(ends).next().unwrap_or("");
    !topic::is_quoted(text, span)
        && [word_before, word_after].iter().all(|word| {
            !word.contains([
                '/', '\\', '=', '"', '\'', '`', '[', ']', '{', '}', '<', '>', '(', ')', ';', '$',
                '^', '*', '|', '_', '@', '#', '&', '%',
            ])
        })
}

/// What bytes are in UTF-8, or in GBK if that is plainly Chinese.
pub(super) fn decode(bytes: &[u8]) -> Option<String> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return is_chinese(text).then(|| text.to_owned());
    }
    let text = encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(bytes)?;
    is_chinese(&text).then(|| text.into_owned())
}

/// Whether a text is two Han characters and more, four of five common, and nothing foreign.
pub(super) fn is_chinese(text: &str) -> bool {
    let seen = Census::of(text);
    seen.han_chars >= 2
        && seen.bad_chars == 0
        && seen.other_chars * 4 <= seen.cjk_chars()
        && seen.kana_or_hangul_chars == 0
        && seen.common_han_chars() * 5 >= seen.han_chars * 4
}

/// The bytes that a run of `prefix` and two hexadecimal digits writes, and how long it is.
pub(super) fn hex_run(text: &str, prefix: &str) -> (Vec<u8>, usize) {
    let mut bytes = Vec::new();
    let mut end = 0;
    while let Some(digits) = text[end..]
        .strip_prefix(prefix)
        .and_then(|rest| rest.get(..2))
    {
        let Ok(byte) = u8::from_str_radix(digits, 16) else {
            break;
        };
        bytes.push(byte);
        end += prefix.len() + 2;
    }
    (bytes, end)
}

/// What base64 says; none for other characters, `=` at the end apart.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.extend(u8::try_from(bits >> held));
            bits &= (1 << held) - 1;
        }
    }
    (bits == 0).then_some(bytes)
}
