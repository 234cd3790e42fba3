//! What was seen, changed and left: one value for the report, the diff and the undo.

#[cfg(feature = "records")]
pub use json::About;

use crate::Span;
use crate::detect::{Detection, Verdict};
use crate::encoding::Encoding;
use crate::repair::{Guess, Loss};
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
    /// Consistency with the variant, behind conversion.
    Consistency,
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
    /// Which they are, in bytes of `after`.
    pub guesses: Vec<Guess>,
}

/// Everything that a run has to say about one document.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Report {
    /// What the bytes were recognised as; `None` where nothing was detected, because the
    /// input was text already or its encoding was ordered.
    pub detection: Option<Detection>,
    /// The encoding that the bytes were read in, ordered or detected; `None` where there
    /// were no bytes to read, or no encoding to read them in.
    pub encoding: Option<Encoding>,
    /// Whether the bytes began with the byte-order mark of that encoding.
    pub bom: bool,
    /// Length of the input in bytes (of UTF-8 where it was text already).
    pub bytes: u64,
    /// Raw byte spans that could not be decoded.
    pub malformed: Vec<Span>,
    /// Characters by variant, in the repaired text before conversion.
    pub script_counts: ScriptCounts,
    /// Repairs, conversions where asked for, and what made the text consistent with its
    /// variant, in order of stage and place.
    pub changes: Vec<Change>,
    /// What earlier programs lost, placed in the decoded input. The U+FFFD that stand for
    /// [`Report::malformed`] are not listed again.
    pub lost: Vec<Loss>,
    /// How many characters conversion replaced.
    pub converted_chars: u64,
    /// What a reader should know and no list says.
    pub warnings: Vec<String>,
}

impl Report {
    /// Text, binary or empty. Bytes whose encoding was ordered are text.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match &self.detection {
            Some(detection) => detection.verdict(),
            None if self.bytes == 0 => Verdict::Empty,
            None => Verdict::Text,
        }
    }

    /// How probable [`Report::encoding`] is, 0 to 1: what was ordered counts as certain.
    /// `None` where there is no encoding.
    #[must_use]
    pub fn encoding_probability(&self) -> Option<f32> {
        self.encoding?;
        Some(self.detection.as_ref().map_or(1.0, Detection::probability))
    }

    /// The script of the repaired text before conversion.
    #[must_use]
    pub fn script(&self) -> Script {
        self.script_counts.script()
    }
}
