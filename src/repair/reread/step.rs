//! One wrong decoding: the decoder that was wrong, the one that is right, how what they did is undone,
//! and what rules and plans call it.

use super::charsets::{
    BIG5_UNICODE, CP950, MULTI_BYTE, SINGLE_BYTE, encode_single_into, multi_byte,
};
use super::utf8_else::{self, Goal};
use crate::encoding::Encoding;
use crate::model::Cost;
use crate::repair::rules::{self, Rule};

/// The decoder that was wrong: a place in one of the lists of sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    /// In [`SINGLE_BYTE`].
    Single(usize),
    /// In [`MULTI_BYTE`].
    Multi(usize),
    /// UTF-8, and windows-1252 where the bytes are not that.
    Utf8Else,
}

/// The decoder that is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::repair) enum Right {
    Utf8,
    Gbk,
    Big5,
}

/// One wrong decoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) wrong: Wrong,
    pub(super) right: Right,
}

impl Step {
    /// The rule that takes this step back; `None` for pairs that are not tried.
    pub(super) fn rule(self) -> Option<&'static Rule> {
        Some(match (self.wrong, self.right) {
            (Wrong::Single(0), Right::Utf8) => rules::UTF_8_AS_WINDOWS_1252,
            (Wrong::Single(_), Right::Utf8) => rules::UTF_8_AS_SINGLE_BYTE,
            (Wrong::Single(_) | Wrong::Utf8Else, Right::Gbk) => rules::GBK_AS_SINGLE_BYTE,
            (Wrong::Single(_) | Wrong::Utf8Else, Right::Big5) => rules::BIG5_AS_SINGLE_BYTE,
            (Wrong::Multi(0), Right::Utf8) => rules::UTF_8_AS_GBK,
            (Wrong::Multi(_), Right::Utf8) => rules::UTF_8_AS_NEIGHBOUR,
            (Wrong::Multi(0), Right::Big5) => rules::BIG5_AS_GBK,
            (Wrong::Multi(1 | BIG5_UNICODE | CP950), Right::Gbk) => rules::GBK_AS_BIG5,
            (Wrong::Multi(2 | 3), Right::Gbk | Right::Big5) => rules::CHINESE_AS_NEIGHBOUR,
            _ => return None,
        })
    }

    /// The bytes that the wrong decoder read; `false` where it cannot have written this.
    fn encode_into(self, text: &str, bytes: &mut Vec<u8>) -> bool {
        match self.wrong {
            Wrong::Multi(set) => multi_byte(set).encode_into(text, bytes),
            Wrong::Single(set) => encode_single_into(set, text, bytes),
            Wrong::Utf8Else => {
                let goal = Goal::Chinese(self.right);
                utf8_else::encode_into(text, goal, Cost::MAX, bytes).is_some()
            }
        }
    }

    /// What this step takes the whole of a text back to.
    pub(super) fn undo(self, text: &str) -> Option<String> {
        let mut bytes = Vec::with_capacity(text.len());
        if !self.encode_into(text, &mut bytes) {
            return None;
        }
        self.right.read(&bytes)
    }

    /// The step as a plan prints it.
    pub(super) fn describe(self, text: &str) -> String {
        let wrong = match self.wrong {
            // C1 controls that windows-1252 has other characters for.
            Wrong::Single(0) if text.contains(is_latin_1_control) => {
                if text.contains(|c| c > '\u{FF}') {
                    "windows-1252+iso-8859-1"
                } else {
                    "iso-8859-1"
                }
            }
            Wrong::Single(set) => SINGLE_BYTE[set].name(),
            Wrong::Multi(BIG5_UNICODE) => "big5-unicode",
            Wrong::Multi(CP950) => "cp950",
            Wrong::Multi(set) => MULTI_BYTE[set].name(),
            Wrong::Utf8Else => "utf-8+windows-1252",
        };
        let right = self.right.name();
        format!("encode {} | decode {right}", wrong.to_lowercase())
    }
}

fn is_latin_1_control(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{9F}')
        && !matches!(c, '\u{81}' | '\u{8D}' | '\u{8F}' | '\u{90}' | '\u{9D}')
}

impl Right {
    /// What a plan calls it.
    pub(in crate::repair) fn name(self) -> &'static str {
        match self {
            Right::Utf8 => "utf-8",
            Right::Gbk => "gbk",
            Right::Big5 => "big5",
        }
    }

    pub(super) fn read(self, bytes: &[u8]) -> Option<String> {
        match self {
            Right::Utf8 => simdutf8::basic::from_utf8(bytes).ok().map(str::to_owned),
            Right::Gbk => encoding_rs::GBK
                .decode_without_bom_handling_and_without_replacement(bytes)
                .map(std::borrow::Cow::into_owned),
            Right::Big5 => encoding_rs::BIG5
                .decode_without_bom_handling_and_without_replacement(bytes)
                .map(std::borrow::Cow::into_owned),
        }
    }

    pub(super) fn is(self, encoding: Encoding) -> bool {
        matches!(
            (self, encoding),
            (Right::Gbk, Encoding::Gbk) | (Right::Big5, Encoding::Big5)
        )
    }
}

/// What takes a whole chain back.
pub(super) fn undo(text: &str, chain: &[Step]) -> Option<String> {
    let (first, rest) = chain.split_first()?;
    let once = first.undo(text)?;
    rest.iter().try_fold(once, |text, step| step.undo(&text))
}
