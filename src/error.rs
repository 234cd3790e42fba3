//! What a caller can ask for that cannot be done.
//!
//! Bad *text* is never an error: it is a result with spans. An [`Error`] is a bad
//! *request*: a label that names no encoding, a dictionary line that cannot be read, a
//! character that the wanted encoding lacks.

use std::fmt;

use crate::encoding::Encoding;

/// A request that cannot be carried out; names the thing, the place and the limit.
///
/// # Examples
/// ```
/// use zhfix::Config;
/// let error = Config::from_name("s2x").unwrap_err();
/// assert!(error.to_string().contains("s2x"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
}

/// What was wrong with the request.
///
/// # Examples
/// ```
/// use zhfix::{Encoding, ErrorKind};
/// let error = Encoding::from_label("utf-9").ok_or(ErrorKind::UnknownLabel { label: "utf-9".into() });
/// assert!(matches!(error, Err(ErrorKind::UnknownLabel { .. })));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No encoding of the closed list has this label.
    UnknownLabel {
        /// The label as it was given.
        label: String,
    },
    /// Bytes that the encoding cannot hold, where the caller asked for none.
    Malformed {
        /// The encoding in which the bytes were read.
        encoding: Encoding,
        /// Where: raw bytes.
        at: std::ops::Range<usize>,
    },
    /// A character that the wanted encoding lacks.
    Unmappable {
        /// The encoding that was to be written.
        encoding: Encoding,
        /// Where: bytes of the UTF-8 text.
        at: std::ops::Range<usize>,
    },
    /// An encoding that can be read but not written.
    NoEncoder {
        /// The encoding that was to be written.
        encoding: Encoding,
    },
    /// A line of a user dictionary that cannot be read.
    DictionaryLine {
        /// The line, counted from 1.
        line: u32,
        /// What is wrong with it.
        reason: String,
    },
    /// An OpenCC configuration file that cannot be read or names what cannot be used.
    Configuration {
        /// Where: a line and column, a member like `conversion_chain[0].dict.type`, or the
        /// name of a dictionary file.
        at: String,
        /// What is wrong there.
        reason: String,
    },
    /// No OpenCC configuration, variant, rule or other named thing is called so.
    UnknownName {
        /// What kind of thing was named: `configuration`, `variant`, `rule`.
        what: &'static str,
        /// The name as it was given.
        name: String,
    },
    /// A plan that does not fit the text: what stands there is not what it replaces.
    PlanMismatch {
        /// Where: bytes of the text that the plan was applied to.
        at: std::ops::Range<usize>,
    },
    /// Markup that is not well-formed.
    Markup {
        /// Where: a byte of the decoded text.
        at: usize,
        /// What is wrong there.
        reason: String,
    },
    /// An archive that cannot be read or is refused.
    Archive {
        /// The entry; empty where it is the archive itself.
        entry: String,
        /// What is wrong with it.
        reason: String,
    },
    /// What OpenCC's library says it cannot do.
    #[cfg(feature = "opencc")]
    OpenCc {
        /// Its own message.
        reason: String,
    },
    /// A plan's text form that cannot be read.
    PlanSyntax {
        /// The line, counted from 1.
        line: u32,
        /// What is wrong with it.
        reason: String,
    },
}

impl Error {
    /// What was wrong.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Encoding, ErrorKind};
    /// use zhfix::codec::{Unencodable, encode};
    /// let error = encode("A国", Encoding::Big5, Unencodable::Error).unwrap_err();
    /// assert_eq!(error.kind(), &ErrorKind::Unmappable { encoding: Encoding::Big5, at: 1..4 });
    /// ```
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Error { kind }
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ErrorKind::UnknownLabel { label } => write!(f, "no encoding is called {label:?}"),
            ErrorKind::Malformed { encoding, at } => {
                write!(
                    f,
                    "bytes {}..{} are not {}",
                    at.start,
                    at.end,
                    encoding.name()
                )
            }
            ErrorKind::Unmappable { encoding, at } => write!(
                f,
                "{} has no character for bytes {}..{} of the text",
                encoding.name(),
                at.start,
                at.end
            ),
            ErrorKind::NoEncoder { encoding } => {
                write!(f, "{} can be read but not written", encoding.name())
            }
            ErrorKind::DictionaryLine { line, reason } => write!(f, "line {line}: {reason}"),
            ErrorKind::Configuration { at, reason } => write!(f, "{at}: {reason}"),
            ErrorKind::UnknownName { what, name } => write!(f, "no {what} is called {name:?}"),
            ErrorKind::PlanMismatch { at } => write!(
                f,
                "the text at bytes {}..{} is not what the plan replaces",
                at.start, at.end
            ),
            ErrorKind::Markup { at, reason } => {
                write!(f, "markup is not well-formed at byte {at}: {reason}")
            }
            ErrorKind::Archive { entry, reason } if entry.is_empty() => {
                write!(f, "archive: {reason}")
            }
            ErrorKind::Archive { entry, reason } => write!(f, "entry {entry:?} {reason}"),
            #[cfg(feature = "opencc")]
            ErrorKind::OpenCc { reason } => write!(f, "OpenCC: {reason}"),
            ErrorKind::PlanSyntax { line, reason } => write!(f, "plan line {line}: {reason}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a user reads names the thing, the place and the limit.
    #[test]
    fn every_kind_says_what_and_where() {
        let encoding = Encoding::Big5;
        let reason = || "is cut off".to_string();
        for (kind, expect) in [
            (
                ErrorKind::UnknownLabel {
                    label: "utf-9".into(),
                },
                r#"no encoding is called "utf-9""#,
            ),
            (
                ErrorKind::Malformed { encoding, at: 3..4 },
                "bytes 3..4 are not Big5",
            ),
            (
                ErrorKind::Unmappable { encoding, at: 1..4 },
                "Big5 has no character for bytes 1..4 of the text",
            ),
            (
                ErrorKind::NoEncoder { encoding },
                "Big5 can be read but not written",
            ),
            (
                ErrorKind::DictionaryLine {
                    line: 7,
                    reason: reason(),
                },
                "line 7: is cut off",
            ),
            (
                ErrorKind::Configuration {
                    at: "dict.type".into(),
                    reason: reason(),
                },
                "dict.type: is cut off",
            ),
            (
                ErrorKind::UnknownName {
                    what: "rule",
                    name: "x\n".into(),
                },
                r#"no rule is called "x\n""#,
            ),
            (
                ErrorKind::PlanMismatch { at: 3..6 },
                "the text at bytes 3..6 is not what the plan replaces",
            ),
            (
                ErrorKind::Markup {
                    at: 9,
                    reason: reason(),
                },
                "markup is not well-formed at byte 9: is cut off",
            ),
            (
                ErrorKind::Archive {
                    entry: String::new(),
                    reason: reason(),
                },
                "archive: is cut off",
            ),
            (
                ErrorKind::Archive {
                    entry: "a.html".into(),
                    reason: reason(),
                },
                r#"entry "a.html" is cut off"#,
            ),
            (
                ErrorKind::PlanSyntax {
                    line: 2,
                    reason: reason(),
                },
                "plan line 2: is cut off",
            ),
        ] {
            assert_eq!(Error::from(kind).to_string(), expect);
        }
    }
}
