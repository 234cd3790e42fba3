//! Characters of which some bytes are gaps, and what may stand in them.
//!
//! What a gap can have been the decoder says ([`Gap`]): a byte that it loses alone before what
//! follows, or one of a pair that is no code. The candidates for a character are those of the
//! language that have the bytes that are known and could have been lost so; the commonest of them
//! are weighed one by one, and all others together, so that what is likely among few is not taken
//! for certain.

use std::sync::OnceLock;

use super::super::decoder::Decoder;
use super::super::language::Costs;
use crate::model::{BIT, Cost, Language};
use crate::repair::routes;

/// How many bits a candidate may be rarer than the commonest one to be weighed by itself.
const CANDIDATE_COST: Cost = 9 * BIT;

/// What the characters have together that no table holds.
const REST_SHARE: f64 = 1.0 / 4096.0;

/// The decoder that is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Right {
    Utf8,
    Gbk,
    Big5,
}

impl Right {
    pub(super) fn name(self) -> &'static str {
        match self {
            Right::Utf8 => "utf-8",
            Right::Gbk => "gbk",
            Right::Big5 => "big5",
        }
    }

    /// The bytes of a character beyond ASCII.
    fn bytes(self, c: char) -> Option<([u8; 4], usize)> {
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
    fn length(self, lead: u8) -> Option<usize> {
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
    fn usual_length(self) -> usize {
        match self {
            Right::Utf8 => 3,
            Right::Gbk | Right::Big5 => 2,
        }
    }

    fn continues(self, byte: u8) -> bool {
        match self {
            Right::Utf8 => matches!(byte, 0x80..=0xBF),
            Right::Gbk => matches!(byte, 0x40..=0x7E | 0x80..=0xFE),
            Right::Big5 => matches!(byte, 0x40..=0x7E | 0xA1..=0xFE),
        }
    }

    /// The bytes that begin the characters of running text.
    fn usual_leads(self) -> impl Iterator<Item = u8> {
        let ranges = match self {
            Right::Utf8 => [0xE2..=0xE9, 0xEF..=0xEF],
            Right::Gbk => [0xA1..=0xA3, 0xB0..=0xF7],
            Right::Big5 => [0xA1..=0xA1, 0xA4..=0xF9],
        };
        ranges.into_iter().flatten()
    }
}

/// How a byte was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Gap {
    /// Not at all.
    #[default]
    None,
    /// By itself, because it and what follows are no code.
    Alone,
    /// As the first of a pair that is no code, or the second.
    First,
    Second,
}

/// The bytes of a character that is not complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Open {
    bytes: [u8; 4],
    gaps: [Gap; 4],
    len: u8,
}

/// What a byte makes of what is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Push {
    /// No text has it here.
    Invalid,
    More(Open),
    /// A character is complete.
    Whole(Open),
}

impl Open {
    pub(super) fn is_empty(self) -> bool {
        self.len == 0
    }

    /// A number for each state, in an order.
    pub(super) fn key(self) -> u64 {
        let gaps = self.gaps.iter();
        let gaps = gaps.fold(0, |gaps, &gap| gaps << 2 | gap as u64);
        u64::from(u32::from_be_bytes(self.bytes)) << 16 | gaps << 8 | u64::from(self.len)
    }

    fn len(self) -> usize {
        self.len.into()
    }

    fn has_gap(self) -> bool {
        self.gaps.iter().any(|&gap| gap != Gap::None)
    }

    /// The byte that is the only one, of ASCII.
    pub(super) fn ascii(self) -> Option<char> {
        let is_known = self.len == 1 && !self.has_gap() && self.bytes[0].is_ascii();
        is_known.then(|| char::from(self.bytes[0]))
    }

    /// What of a byte that follows says which one was lost last.
    pub(super) fn behind(self, behind: Behind) -> Behind {
        let last = self.len().checked_sub(1).map(|at| self.gaps[at]);
        if last == Some(Gap::Alone) {
            behind
        } else {
            Behind::Unknown
        }
    }

    pub(super) fn push(self, right: Right, byte: u8, gap: Gap) -> Push {
        let mut next = self;
        let at = self.len();
        let (Some(slot), Some(slot_gap)) = (next.bytes.get_mut(at), next.gaps.get_mut(at)) else {
            return Push::Invalid;
        };
        (*slot, *slot_gap) = (byte, gap);
        next.len += 1;
        if at > 0 && gap == Gap::None && !right.continues(byte) {
            return Push::Invalid;
        }
        let length = match next.gaps[0] {
            Gap::None => right.length(next.bytes[0]),
            _ => Some(right.usual_length()),
        };
        match length {
            None => Push::Invalid,
            Some(length) if length == next.len() => Push::Whole(next),
            Some(_) => Push::More(next),
        }
    }

    /// The character whose bytes are all known.
    pub(super) fn known(self, right: Right) -> Option<Option<char>> {
        if self.has_gap() {
            return None;
        }
        let bytes = &self.bytes[..self.len()];
        Some(match right {
            Right::Utf8 => std::str::from_utf8(bytes)
                .ok()
                .and_then(|text| text.chars().next()),
            _ => {
                let code = usize::from(u16::from_be_bytes([self.bytes[0], self.bytes[1]]));
                Known::of(right).chars.get(code).copied().flatten()
            }
        })
    }

    fn matches(self, bytes: [u8; 4]) -> bool {
        let all = self.bytes.iter().zip(&self.gaps).zip(&bytes);
        all.take(self.len())
            .all(|((mine, gap), its)| *gap != Gap::None || mine == its)
    }

    /// What the characters cost together that have its known bytes, however they were lost.
    pub(super) fn together(self, right: Right, language: Language) -> Cost {
        let table = Table::of(right, language);
        let at = table.place(self.bytes, |at| self.gaps[at] == Gap::None);
        table.together.get(at).copied().unwrap_or(30 * BIT)
    }
}

/// What behind a gap is known of the byte that follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Behind {
    Unknown,
    Byte(u8),
    End,
}

/// Who lost the bytes, and from where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Way {
    pub(super) decoder: Decoder,
    pub(super) right: Right,
    /// Whether each byte that opens no code is lost by itself, as Python does it; browsers lose the
    /// pair.
    pub(super) one_by_one: bool,
}

impl Way {
    /// Whether a byte can have been lost by itself before what follows.
    fn loses_alone(self, byte: u8, behind: Behind) -> bool {
        let decoder = self.decoder;
        if decoder.is_single(byte) {
            return false;
        }
        match behind {
            Behind::Byte(next) if self.one_by_one || next.is_ascii() => {
                !decoder.is_code([byte, next])
            }
            Behind::Byte(_) => !decoder.is_lead(byte),
            Behind::Unknown | Behind::End => true,
        }
    }

    /// Whether two bytes can have been lost together.
    fn loses_pair(self, pair: [u8; 2]) -> bool {
        self.decoder.is_lead(pair[0]) && !pair[1].is_ascii() && !self.decoder.is_code(pair)
    }

    /// For each byte whether it can have been lost together with one that begins a character.
    fn loses_before_lead(self) -> &'static [bool; 256] {
        static LOST: [[OnceLock<[bool; 256]>; 3]; Decoder::COUNT] =
            [const { [const { OnceLock::new() }; 3] }; Decoder::COUNT];
        LOST[self.decoder as usize][self.right as usize].get_or_init(|| {
            let loses = |byte| {
                let mut leads = self.right.usual_leads();
                leads.any(|lead| self.loses_pair([byte, lead]))
            };
            let mut lost = [false; 256];
            for (slot, byte) in lost.iter_mut().zip(0..=u8::MAX) {
                *slot = loses(byte);
            }
            lost
        })
    }

    /// Whether a character of these bytes can have been lost as the gaps of `open` say.
    fn may_lose(self, open: Open, bytes: [u8; 4], behind: Behind) -> bool {
        let byte_at = |at: usize| (at < open.len()).then(|| bytes[at]);
        (0..open.len()).all(|at| {
            let next = byte_at(at + 1);
            match open.gaps[at] {
                Gap::None => true,
                Gap::Alone => self.loses_alone(bytes[at], next.map_or(behind, Behind::Byte)),
                Gap::First => match next {
                    Some(next) => self.loses_pair([bytes[at], next]),
                    None => self.loses_before_lead()[usize::from(bytes[at])],
                },
                // The first of the pair was asked, or belongs to another character.
                Gap::Second => !bytes[at].is_ascii(),
            }
        })
    }
}

/// Adds the likeliest characters for what is open, and what each costs by itself; says what all
/// others cost together.
pub(super) fn candidates(
    way: Way,
    open: Open,
    behind: Behind,
    (costs, most): (&Costs<'_>, usize),
    found: &mut Vec<char>,
) -> Cost {
    let table = Table::of(way.right, costs.language());
    let mut limit = Cost::MAX;
    let mut rest = 0.0;
    for candidate in table.with_known(open) {
        if !open.matches(candidate.bytes) || !way.may_lose(open, candidate.bytes, behind) {
            continue;
        }
        if found.is_empty() {
            limit = candidate.cost + CANDIDATE_COST;
        }
        if found.len() < most && candidate.cost <= limit {
            found.push(candidate.c);
        } else {
            rest += candidate.share;
        }
    }
    of_share(rest + REST_SHARE)
}

/// How many bytes the characters of the table have at most.
const BYTES_MAX: usize = 3;

#[derive(Debug, Clone, Copy)]
struct Candidate {
    c: char,
    bytes: [u8; 4],
    cost: Cost,
    share: f64,
}

/// The characters of a language in an encoding.
#[derive(Debug)]
struct Table {
    right: Right,
    /// The commonest first.
    by_cost: Vec<Candidate>,
    /// For each byte of a character: which of them have which there, by that and by cost.
    by_byte: [Vec<(u8, u16)>; BYTES_MAX],
    /// By [`Table::place`].
    together: Vec<Cost>,
}

impl Table {
    fn of(right: Right, language: Language) -> &'static Table {
        static TABLES: [[OnceLock<Table>; 8]; 3] = [const { [const { OnceLock::new() }; 8] }; 3];
        let kind = Language::CHINESE
            .iter()
            .position(|&kind| kind == language)
            .unwrap_or(0);
        TABLES[right as usize][kind].get_or_init(|| Table::build(right, Language::CHINESE[kind]))
    }

    fn build(right: Right, language: Language) -> Table {
        let costs = Costs::of(language, None);
        let all = ('\u{80}'..='\u{FFFC}').filter(|&c| costs.has(c));
        let mut by_cost: Vec<Candidate> = all
            .filter_map(|c| {
                let (bytes, length) = right.bytes(c)?;
                (length == right.usual_length()).then(|| {
                    let cost = costs.cost(0x20, c);
                    Candidate {
                        c,
                        bytes,
                        cost,
                        share: (-super::super::lattice::bits(cost)).exp2(),
                    }
                })
            })
            .collect();
        crate::order::sort_by_key(&mut by_cost, |candidate| candidate.cost);
        let by_byte = std::array::from_fn(|at| {
            let all = (0..=u16::MAX).zip(&by_cost);
            let mut all: Vec<_> = all.map(|(number, c)| (c.bytes[at], number)).collect();
            crate::order::sort_by_key(&mut all, |entry| *entry);
            all
        });
        let mut table = Table {
            right,
            by_byte,
            by_cost,
            together: Vec::new(),
        };
        let places = match right {
            Right::Utf8 => 17 * 65 * 65,
            _ => 257 * 257,
        };
        let mut shares = vec![REST_SHARE; places];
        for candidate in &table.by_cost {
            for known in 0..8_u8 {
                if known >> right.usual_length() == 0 {
                    let at = table.place(candidate.bytes, |at| known >> at & 1 == 1);
                    shares[at] += candidate.share;
                }
            }
        }
        table.together = shares.into_iter().map(of_share).collect();
        table
    }

    /// Those that have a byte that is known, the one that fewest have; the commonest first.
    fn with_known(&self, open: Open) -> impl Iterator<Item = &Candidate> {
        let known = (0..open.len()).filter(|&at| open.gaps[at] == Gap::None);
        let having = known.filter_map(|at| {
            let all = self.by_byte.get(at)?;
            let byte = open.bytes[at];
            let start = all.partition_point(|&(its, _)| its < byte);
            let end = all.partition_point(|&(its, _)| its <= byte);
            Some(&all[start..end])
        });
        let fewest = having.min_by_key(|all| all.len());
        let all = fewest.is_none().then_some(self.by_cost.iter());
        let fewest = fewest.unwrap_or_default().iter();
        let fewest = fewest.filter_map(|&(_, number)| self.by_cost.get(usize::from(number)));
        fewest.chain(all.into_iter().flatten())
    }

    /// Where the characters stand of which some bytes are known.
    fn place(&self, bytes: [u8; 4], is_known: impl Fn(usize) -> bool) -> usize {
        let (lead, others, length) = match self.right {
            Right::Utf8 => (0x0F, 0x3F, 3),
            _ => (0xFF, 0xFF, 2),
        };
        (0..length).fold(0, |place, at| {
            let mask = if at == 0 { lead } else { others };
            let number = if is_known(at) {
                usize::from(bytes[at] & mask) + 1
            } else {
                0
            };
            place * (usize::from(mask) + 2) + number
        })
    }
}

/// The characters of all codes of two bytes.
#[derive(Debug)]
struct Known {
    chars: Vec<Option<char>>,
}

impl Known {
    fn of(right: Right) -> &'static Known {
        static GBK: OnceLock<Known> = OnceLock::new();
        static BIG5: OnceLock<Known> = OnceLock::new();
        let (known, encoding) = match right {
            Right::Big5 => (&BIG5, encoding_rs::BIG5),
            _ => (&GBK, encoding_rs::GBK),
        };
        known.get_or_init(|| {
            let mut chars = vec![None; 0x1_0000];
            let codes =
                (0x81..=0xFE_u16).flat_map(|lead| (0x40..=0xFE).map(move |t| lead << 8 | t));
            crate::codec::decode_codes(encoding, codes, |code, text| {
                let mut all = text.chars();
                if let (Some(c), None) = (all.next(), all.next())
                    && c != char::REPLACEMENT_CHARACTER
                {
                    chars[usize::from(code)] = Some(c);
                }
            });
            Known { chars }
        })
    }
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "a logarithm of a share, at most a few dozen"
)]
fn of_share(share: f64) -> Cost {
    (-share.log2() * 1024.0).round() as Cost
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn way(decoder: Decoder, right: Right, one_by_one: bool) -> Way {
        Way {
            decoder,
            right,
            one_by_one,
        }
    }

    #[test]
    fn losses_are_those_of_the_program() {
        let browser = way(Decoder::Big5, Right::Utf8, false);
        let python = way(Decoder::Big5, Right::Utf8, true);
        // 96 87 is no code: a browser loses both, Python 96, and 87 before what makes none with it.
        assert!(browser.loses_pair([0x96, 0x87]));
        assert!(!browser.loses_alone(0x96, Behind::Byte(0x87)));
        assert!(python.loses_alone(0x96, Behind::Byte(0x87)));
        assert!(!python.loses_alone(0xE4, Behind::Byte(0xB8)));
        assert!(browser.loses_alone(0x80, Behind::Byte(0xE4)));
    }

    #[test]
    fn candidates_have_the_bytes_that_are_known() {
        let costs = Costs::of(Language::Hans, None);
        let way = way(Decoder::EucKr, Right::Gbk, false);
        let Push::More(open) = Open::default().push(Right::Gbk, 0, Gap::First) else {
            panic!("a lead byte is open");
        };
        let Push::Whole(open) = open.push(Right::Gbk, 0, Gap::Second) else {
            panic!("a pair is a character");
        };
        let mut found = Vec::new();
        candidates(way, open, Behind::Unknown, (&costs, 8), &mut found);
        // EUC-KR has no code that begins with C9.
        assert!(found.contains(&'上') && !found.contains(&'的'), "{found:?}");
    }

    #[test]
    fn what_is_known_costs_more_together() {
        let together = |gaps: [Gap; 2]| {
            let mut open = Open::default();
            // 上 is C9 CF.
            for (byte, gap) in [0xC9, 0xCF].into_iter().zip(gaps) {
                match open.push(Right::Gbk, byte, gap) {
                    Push::More(next) | Push::Whole(next) => open = next,
                    Push::Invalid => panic!("{byte:X}"),
                }
            }
            open.together(Right::Gbk, Language::Hans)
        };
        let none = together([Gap::First, Gap::Second]);
        let lead = together([Gap::None, Gap::Alone]);
        assert!(none < lead, "{none} {lead}");
    }
}
