//! Escapes of programming languages in prose: \u4e2d\u6587, %u4E2D%u6587, \xE4\xB8\xAD, \344\270\255.
//!
//! The first two name UTF-16 units, the others bytes of UTF-8 or GBK. String literals, regular
//! expressions and JSON need them and are kept by the common conditions (`mod.rs`): quotation marks,
//! brackets and code around them. Paths of Windows have no hexadecimal digits behind every backslash.

use super::super::super::form_rules;
use super::super::super::plan::Pass;

/// Finds runs of two characters and more.
pub(in super::super::super) fn find(text: &str) -> Pass {
    let mut found = Vec::new();
    let mut done = 0;
    for at in memchr::memchr2_iter(b'\\', b'%', text.as_bytes()) {
        if at < done {
            continue;
        }
        done = at + 1;
        let rest = &text[at..];
        done = done.max(at + units_bytes(rest));
        let decoded = units(rest, "\\u")
            .or_else(|| units(rest, "%u"))
            .or_else(|| {
                let (bytes, length) = super::hex_run(rest, "\\x");
                done = done.max(at + length);
                Some((super::decode(&bytes)?, length))
            })
            .or_else(|| {
                let (bytes, length) = octal_run(rest);
                // What is no text here is none from the next escape on.
                done = done.max(at + length);
                Some((super::decode(&bytes)?, length))
            });
        if let Some((after, length)) = decoded {
            done = at + length;
            found.push((at..done, after));
        }
    }
    super::pass(text, form_rules::NOTATION_ESCAPE, found)
}

/// The text of a run of UTF-16 units in four hexadecimal digits each.
fn units(text: &str, prefix: &str) -> Option<(String, usize)> {
    let mut units = Vec::new();
    let mut end = 0;
    while let Some(digits) = text[end..]
        .strip_prefix(prefix)
        .and_then(|rest| rest.get(..4))
    {
        let Ok(unit) = u16::from_str_radix(digits, 16) else {
            break;
        };
        units.push(unit);
        end += prefix.len() + 4;
    }
    let text = String::from_utf16(&units).ok()?;
    super::is_chinese(&text).then_some((text, end))
}

/// How far a run of UTF-16 units goes.
fn units_bytes(text: &str) -> usize {
    let is_unit = |unit: &[u8; 6]| matches!(unit, [b'\\' | b'%', b'u', digits @ ..] if digits.iter().all(u8::is_ascii_hexdigit));
    text.as_bytes()
        .as_chunks()
        .0
        .iter()
        .take_while(|&unit| is_unit(unit))
        .count()
        * 6
}

/// The bytes of a run of three octal digits each.
fn octal_run(text: &str) -> (Vec<u8>, usize) {
    let mut bytes = Vec::new();
    let mut end = 0;
    while let Some(digits) = text[end..]
        .strip_prefix('\\')
        .and_then(|rest| rest.get(..3))
    {
        let Ok(byte) = u8::from_str_radix(digits, 8) else {
            break;
        };
        bytes.push(byte);
        end += 4;
    }
    (bytes, end)
}
