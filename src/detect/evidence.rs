//! Why the detector said what it said, as values and as sentences.

use std::fmt;

use crate::detect::Region;
use crate::encoding::Encoding;

/// Why the detector said what it said.
///
/// # Examples
/// ```
/// use zhfix::{Detector, detect::Evidence};
/// let detection = Detector::new().detect(b"plain");
/// assert_eq!(detection.evidence()[0], Evidence::AsciiOnly);
/// assert!(!detection.evidence()[0].to_string().is_empty());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Evidence {
    /// The bytes begin with the mark of this encoding.
    ByteOrderMark {
        /// The encoding.
        encoding: Encoding,
    },
    /// No byte is 0x80 or above.
    AsciiOnly,
    /// Every byte fits UTF-8, some past ASCII.
    ValidUtf8,
    /// The byte at `at` does not fit this encoding.
    RuledOut {
        /// The encoding.
        encoding: Encoding,
        /// Where: a raw byte offset.
        at: usize,
    },
    /// A four-byte sequence of gb18030, which GBK lacks.
    FourByteSequence {
        /// Where: a raw byte offset.
        at: usize,
    },
    /// An escape sequence that switches character sets.
    EscapeSequence {
        /// Where: a raw byte offset.
        at: usize,
    },
    /// What the characters past ASCII cost in this encoding: the fewer bits, the more
    /// usual the text; characters drawn at random cost 16 and more.
    Likelihood {
        /// The encoding.
        encoding: Encoding,
        /// Mean over the characters past ASCII that were looked at.
        bits_per_char: f32,
        /// How many those are.
        chars: u64,
    },
    /// The document names an encoding as its own: 8 bits in favour.
    Declared {
        /// The encoding.
        encoding: Encoding,
        /// Where the name stands: a raw byte offset.
        at: usize,
    },
    /// The caller has heard of this encoding: 8 bits in favour.
    Hinted {
        /// The encoding.
        encoding: Encoding,
    },
    /// The file name names this encoding, or a language that is written in it: some bits in
    /// favour.
    FileName {
        /// The encoding.
        encoding: Encoding,
    },
    /// The caller or the file name says where the document comes from.
    From {
        /// Where.
        region: Region,
    },
    /// The first bytes are those of a binary format.
    Signature {
        /// What the format is called.
        format: &'static str,
    },
    /// More control characters than text has.
    ControlCharacters {
        /// How many, in the part that was looked at.
        bytes: usize,
    },
}

impl Evidence {
    /// A short name of its kind, as JSON has it.
    ///
    /// # Examples
    /// ```
    /// use zhfix::detect::Evidence;
    /// assert_eq!(Evidence::ValidUtf8.kind(), "valid-utf-8");
    /// ```
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Evidence::ByteOrderMark { .. } => "byte-order-mark",
            Evidence::AsciiOnly => "ascii-only",
            Evidence::ValidUtf8 => "valid-utf-8",
            Evidence::RuledOut { .. } => "ruled-out",
            Evidence::FourByteSequence { .. } => "four-byte-sequence",
            Evidence::EscapeSequence { .. } => "escape-sequence",
            Evidence::Likelihood { .. } => "likelihood",
            Evidence::Declared { .. } => "declared",
            Evidence::Hinted { .. } => "hinted",
            Evidence::FileName { .. } => "file-name",
            Evidence::From { .. } => "region",
            Evidence::Signature { .. } => "signature",
            Evidence::ControlCharacters { .. } => "control-characters",
        }
    }

    /// The encoding that it speaks for or against, where it is about one.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Encoding, detect::Evidence};
    /// let hinted = Evidence::Hinted { encoding: Encoding::Gbk };
    /// assert_eq!(hinted.encoding(), Some(Encoding::Gbk));
    /// ```
    #[must_use]
    pub fn encoding(&self) -> Option<Encoding> {
        match *self {
            Evidence::ByteOrderMark { encoding }
            | Evidence::RuledOut { encoding, .. }
            | Evidence::Likelihood { encoding, .. }
            | Evidence::Declared { encoding, .. }
            | Evidence::Hinted { encoding }
            | Evidence::FileName { encoding } => Some(encoding),
            Evidence::FourByteSequence { .. } => Some(Encoding::Gb18030),
            Evidence::ValidUtf8 => Some(Encoding::Utf8),
            _ => None,
        }
    }

    /// Where it stands, a raw byte offset, where it is in a place.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Encoding, detect::Evidence};
    /// let ruled_out = Evidence::RuledOut { encoding: Encoding::Utf8, at: 7 };
    /// assert_eq!(ruled_out.at(), Some(7));
    /// ```
    #[must_use]
    pub fn at(&self) -> Option<usize> {
        match *self {
            Evidence::RuledOut { at, .. }
            | Evidence::FourByteSequence { at }
            | Evidence::EscapeSequence { at }
            | Evidence::Declared { at, .. } => Some(at),
            _ => None,
        }
    }
}

/// A sentence without its full stop.
impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Evidence::ByteOrderMark { encoding } => {
                write!(f, "begins with the byte-order mark of {encoding}")
            }
            Evidence::AsciiOnly => f.write_str("has no byte past ASCII"),
            Evidence::ValidUtf8 => f.write_str("is valid UTF-8 with characters past ASCII"),
            Evidence::RuledOut { encoding, at } => {
                write!(f, "does not fit {encoding} at byte {at}")
            }
            Evidence::FourByteSequence { at } => {
                write!(f, "has a four-byte sequence of gb18030 at byte {at}")
            }
            Evidence::EscapeSequence { at } => {
                write!(f, "switches character sets at byte {at}")
            }
            Evidence::Likelihood {
                encoding,
                bits_per_char,
                chars,
            } => write!(
                f,
                "as {encoding} costs {bits_per_char:.2} bits for each of {chars} characters past \
                 ASCII"
            ),
            Evidence::Declared { encoding, at } => {
                write!(f, "calls itself {encoding} at byte {at}")
            }
            Evidence::Hinted { encoding } => write!(f, "is said to be {encoding}"),
            Evidence::FileName { encoding } => write!(f, "has a name that suggests {encoding}"),
            Evidence::From { region } => {
                let region = match region {
                    Region::Cn => "mainland China",
                    Region::Tw => "Taiwan",
                    Region::Hk => "Hong Kong",
                };
                write!(f, "comes from {region}")
            }
            Evidence::Signature { format } => write!(f, "begins as {format} does"),
            Evidence::ControlCharacters { bytes } => {
                write!(f, "has {bytes} control characters that text does not have")
            }
        }
    }
}
