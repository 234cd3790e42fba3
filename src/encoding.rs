//! The closed list of encodings, under the names that the field uses.

/// An encoding that zhfix can name. The labels `gb2312` and `gbk` mean [`Encoding::Gbk`];
/// `big5` means the Encoding Standard's Big5, HKSCS included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Encoding {
    /// Only bytes below 0x80.
    UsAscii,
    /// UTF-8.
    Utf8,
    /// UTF-16, little-endian.
    Utf16Le,
    /// UTF-16, big-endian.
    Utf16Be,
    /// GBK; also what `gb2312` means.
    Gbk,
    /// GB18030, named only where four-byte sequences occur.
    Gb18030,
    /// Big5 of the Encoding Standard, HKSCS included.
    Big5,
}

impl Encoding {
    /// The standard name, as the command line prints it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Encoding::UsAscii => "US-ASCII",
            Encoding::Utf8 => "UTF-8",
            Encoding::Utf16Le => "UTF-16LE",
            Encoding::Utf16Be => "UTF-16BE",
            Encoding::Gbk => "GBK",
            Encoding::Gb18030 => "gb18030",
            Encoding::Big5 => "Big5",
        }
    }

    /// The encoding that a label names.
    #[must_use]
    pub fn from_label(label: &str) -> Option<Encoding> {
        match label.trim().to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" => Some(Encoding::Utf8),
            _ => None,
        }
    }
}
