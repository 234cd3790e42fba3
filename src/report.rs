//! What was seen, changed and left: one value for the report, the diff and the undo.

#[cfg(feature = "records")]
pub use json::About;

use crate::Span;
use crate::detect::Detection;
use crate::repair::Loss;
use crate::script::{Script, ScriptCounts};

#[cfg(feature = "records")]
pub(crate) mod json;

/// The stage that made a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// Repair.
    Repair,
    /// Conversion.
    Convert,
}

/// One change, placed in the decoded input.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Change {
    /// Where: bytes of the decoded text, mapped back through every stage.
    pub span: Span,
    /// The stage that made it.
    pub stage: Stage,
    /// The rule's name; for conversion the configuration's or variant's.
    pub rule: String,
    /// What the stage read there.
    pub before: String,
    /// What it wrote.
    pub after: String,
    /// For mojibake the route, `encode gbk | decode utf-8`; else empty.
    pub route: String,
    /// How certain, 0 to 1.
    pub certainty: f32,
    /// How many characters were filled in rather than proven.
    pub guessed_chars: u32,
}

/// Everything that a run has to say about one document.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Report {
    /// What the bytes were recognised as; `None` where the input was text already.
    pub detection: Option<Detection>,
    /// Length of the input in bytes (of UTF-8 where it was text already).
    pub bytes: u64,
    /// Raw byte spans that could not be decoded.
    pub malformed: Vec<Span>,
    /// Characters by variant, in the repaired text before conversion.
    pub script_counts: ScriptCounts,
    /// Repairs and, where asked for, conversions, in order of stage and place.
    pub changes: Vec<Change>,
    /// What is gone, placed in the decoded input.
    pub lost: Vec<Loss>,
    /// How many characters conversion replaced.
    pub converted_chars: u64,
    /// What a reader should know and no list says.
    pub warnings: Vec<String>,
}

impl Report {
    /// The script of the repaired text before conversion.
    #[must_use]
    pub fn script(&self) -> Script {
        self.script_counts.script()
    }
}
