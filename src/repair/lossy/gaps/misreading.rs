//! The wrong decoders whose texts are read by their gaps, and the right ones.
//!
//! Of the right one this knows which bytes begin and continue a character, and which character they
//! are. What it gets wrong: Chinese is taken to have three bytes a character in UTF-8, so that one
//! of two or four whose first byte is lost is read as another, or not at all.

use std::sync::OnceLock;

use encoding_rs::Encoding;

use crate::codec::decode_codes;
use crate::model::Language;
use crate::repair::lossy::decoder::Decoder;
use crate::repair::reread::Right;
use crate::repair::routes;
use crate::repair::rules::{self, Rule};

/// What was wrong, and what is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Misreading {
    pub(super) decoder: Decoder,
    pub(super) right: Right,
}

impl Misreading {
    /// Those that are tried, in order.
    pub(super) const ALL: [Misreading; 9] = [
        Misreading::of(Decoder::Gbk, Right::Big5),
        Misreading::of(Decoder::ShiftJis, Right::Utf8),
        Misreading::of(Decoder::EucKr, Right::Utf8),
        Misreading::of(Decoder::Big5, Right::Utf8),
        Misreading::of(Decoder::Big5, Right::Gbk),
        Misreading::of(Decoder::ShiftJis, Right::Gbk),
        Misreading::of(Decoder::ShiftJis, Right::Big5),
        Misreading::of(Decoder::EucKr, Right::Gbk),
        Misreading::of(Decoder::EucKr, Right::Big5),
    ];

    pub(super) const fn of(decoder: Decoder, right: Right) -> Misreading {
        Misreading { decoder, right }
    }

    /// The rule that takes it back.
    pub(super) fn rule(self) -> &'static Rule {
        match (self.right, self.decoder) {
            (Right::Utf8, Decoder::ShiftJis) => rules::LOSSY_SHIFT_JIS,
            (Right::Utf8, Decoder::EucKr) => rules::LOSSY_EUC_KR,
            (Right::Utf8, _) => rules::LOSSY_BIG5,
            (Right::Gbk | Right::Big5, _) => rules::LOSSY_PAIRS,
        }
    }

    /// The decodings to be undone, as a plan prints them.
    pub(super) fn route(self) -> String {
        let (wrong, right) = (self.decoder.name(), self.right.name());
        format!("encode {wrong} | decode {right}")
    }
}

/// What is known of its bytes.
impl Right {
    /// The language of most texts in it; UTF-8 has none.
    pub(super) fn language(self) -> Option<Language> {
        match self {
            Right::Big5 => Some(Language::Hant),
            Right::Gbk => Some(Language::Hans),
            Right::Utf8 => None,
        }
    }

    /// The bytes of a character beyond ASCII.
    pub(super) fn bytes(self, c: char) -> Option<([u8; 4], usize)> {
        let mut bytes = [0; 4];
        let length = match self {
            Right::Utf8 => c.encode_utf8(&mut bytes).len(),
            Right::Gbk => {
                let pair = routes::gbk_bytes(c)?;
                bytes[..2].copy_from_slice(&pair);
                2
            }
            Right::Big5 => {
                let codes = Decoder::Big5.codes(c);
                let code = codes.as_slice().first()?;
                bytes[..2].copy_from_slice(&code.to_be_bytes());
                2
            }
        };
        Some((bytes, length))
    }

    /// How many bytes a character has that begins with this one; `None` where none does.
    pub(super) fn length(self, lead: u8) -> Option<usize> {
        match (self, lead) {
            (_, 0..=0x7F) => Some(1),
            (Right::Utf8, 0xC2..=0xDF) => Some(2),
            (Right::Utf8, 0xE0..=0xEF) => Some(3),
            (Right::Utf8, 0xF0..=0xF4) => Some(4),
            (Right::Gbk | Right::Big5, 0x81..=0xFE) => Some(2),
            _ => None,
        }
    }

    /// How many bytes a character has of which the first is a gap.
    pub(super) fn usual_length(self) -> usize {
        match self {
            Right::Utf8 => 3,
            Right::Gbk | Right::Big5 => 2,
        }
    }

    /// Whether a byte may stand behind the first one.
    pub(super) fn continues(self, byte: u8) -> bool {
        match self {
            Right::Utf8 => matches!(byte, 0x80..=0xBF),
            Right::Gbk => matches!(byte, 0x40..=0x7E | 0x80..=0xFE),
            Right::Big5 => matches!(byte, 0x40..=0x7E | 0xA1..=0xFE),
        }
    }

    /// The bytes that begin the characters of running text.
    pub(super) fn usual_leads(self) -> impl Iterator<Item = u8> {
        let ranges = match self {
            Right::Utf8 => [0xE2..=0xE9, 0xEF..=0xEF],
            Right::Gbk => [0xA1..=0xA3, 0xB0..=0xF7],
            Right::Big5 => [0xA1..=0xA1, 0xA4..=0xF9],
        };
        ranges.into_iter().flatten()
    }
    /// The character of a pair of GBK or Big5.
    pub(super) fn char_of(self, pair: [u8; 2]) -> Option<char> {
        static GBK: OnceLock<Vec<Option<char>>> = OnceLock::new();
        static BIG5: OnceLock<Vec<Option<char>>> = OnceLock::new();
        let (chars, encoding) = match self {
            Right::Big5 => (&BIG5, encoding_rs::BIG5),
            Right::Gbk => (&GBK, encoding_rs::GBK),
            Right::Utf8 => return None,
        };
        let chars = chars.get_or_init(|| chars_of_pairs(encoding));
        let code = usize::from(u16::from_be_bytes(pair));
        chars.get(code).copied().flatten()
    }
}

/// The characters of all codes of two bytes.
fn chars_of_pairs(encoding: &'static Encoding) -> Vec<Option<char>> {
    let mut chars = vec![None; 0x1_0000];
    let codes = (0x81..=0xFE_u16).flat_map(|lead| (0x40..=0xFE).map(move |t| lead << 8 | t));
    decode_codes(encoding, codes, |code, text| {
        let mut all = text.chars();
        if let (Some(c), None) = (all.next(), all.next())
            && c != char::REPLACEMENT_CHARACTER
        {
            chars[usize::from(code)] = Some(c);
        }
    });
    chars
}
