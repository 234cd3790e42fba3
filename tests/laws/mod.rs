//! The laws of zhfix: what holds for every text, for all bytes, and however they are cut.
//!
//! Each law is a function that panics where it is broken. Generated cases (`properties.rs`) and
//! the fuzz targets (`../fuzz`) call the same functions, so that a law is written once: the one
//! goes where its author thought of, the other where the code branches.
#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test and each fuzz target uses a part of them"
)]

pub mod codec;
pub mod consistency;
#[cfg(feature = "wording")]
pub mod convert;
pub mod detect;
pub mod naive;
pub mod pipeline;
#[cfg(feature = "records")]
pub mod records;
pub mod repair;
pub mod script;
pub mod work;

/// Puts changes in their places: the text with each span replaced, what is between them kept.
/// The spans are in order and do not overlap; panics where they do, or cut a character.
pub fn replaced<'e>(
    text: &str,
    changes: impl IntoIterator<Item = (zhfix::Span, &'e str)>,
) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for (span, after) in changes {
        assert!(copied <= span.start, "changes overlap at {span:?}");
        out.push_str(&text[copied..span.start]);
        out.push_str(after);
        copied = span.end;
    }
    out.push_str(&text[copied..]);
    out
}

/// How many cases a law gets: so many, or what `ZHFIX_CASES` says.
pub fn cases(usual: u32) -> u32 {
    let wanted = std::env::var("ZHFIX_CASES");
    wanted
        .ok()
        .and_then(|number| number.parse().ok())
        .unwrap_or(usual)
}
