//! The words that an option takes one of, with what `--help` says of each.

use clap::ValueEnum;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Region {
    /// Mainland China
    Cn,
    /// Taiwan
    Tw,
    /// Hong Kong
    Hk,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Wording {
    /// 軟體 becomes 软体
    Keep,
    /// 軟體 becomes 软件
    Regional,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Bom {
    /// Kept where input and output encoding are the same
    Auto,
    /// As the input has it
    Keep,
    /// Always
    Add,
    /// Never
    Remove,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Unencodable {
    /// Do not write the file
    Error,
    /// A numeric character reference
    Ncr,
    /// A question mark
    Question,
    /// Another form of the character that the encoding has (國 for 国, (1) for ⑴), else an error
    Fallback,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// What the extension of a file says; all of it is text where it says nothing
    Auto,
    /// All of it is text
    Text,
    /// SubRip subtitles
    Srt,
    /// SubStation Alpha subtitles
    Ass,
    /// WebVTT subtitles
    Vtt,
    /// Lyrics
    Lrc,
    /// Web pages
    Html,
    /// XML, XHTML included
    Xml,
    /// The package document of an e-book
    Opf,
    /// E-books
    Epub,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// On terminals
    Auto,
    /// Also into pipes and files
    Always,
    /// Nowhere
    Never,
}
