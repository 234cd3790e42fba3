//! GBK and Big5 read as UTF-8 where the bytes are that, and as windows-1252 where they are not.
//!
//! Programs that take a line as UTF-8 and help themselves where it is none make `ÎļþδÕҵ½` of
//! 文件未找到: of its bytes CE C4 BC FE CE B4 D5 D2 B5 BD the pairs C4 BC, CE B4 and D2 B5 are valid, and
//! come out as letters of other alphabets. A character up to U+00FF may have been one byte or two, so what
//! was read is not certain: of all bytes that come out as the text, those are taken that are the
//! cheapest Chinese. A byte that would have been valid behind the one before it was no byte alone, which
//! leaves few.

use super::bytes::{self, Neighbour};
use super::charsets::windows_1252_byte;
use super::step::Right;
use super::weigh::{self, ChineseCosts};
use crate::model::{BIT, Cost, Language};

/// How many ways to read what came so far are followed: they differ in whether a character is open, and
/// come together again in the next one that is ASCII.
const WAYS: usize = 12;

/// How many characters that were sequences of two bytes may stand beside one that was a byte.
const PAIRS_A_BYTE: usize = 2;

/// And how many that were a byte, beside one that was a sequence of three or four.
const BYTES_A_SEQUENCE: usize = 2;

/// What a letter of ASCII costs more behind a character: it is likelier to end one.
const TRAIL_COST: Cost = 6 * BIT;

/// How many characters that were a byte, beside one of two that would have been valid together.
const BYTES_A_VALID_PAIR: usize = 6;

/// How much dearer than the cheapest a way may be that is followed: more than a lost byte costs.
const BEAM: Cost = 20 * BIT;

/// What it costs that a byte is lost, or the text is cut: where that is cheaper, no bytes are given.
const BREAK_COST: Cost = 17 * BIT;

/// Whether a text may have been read so: letters of windows-1252 beside some of other alphabets, or
/// beside few of any other script, and few of them such as would have been valid together. Time O(n).
pub(super) fn may_be(text: &str) -> bool {
    let (mut alone, mut valid, mut pairs, mut longer) = (0, 0, 0, 0);
    let mut before = ' ';
    for c in text.chars() {
        if windows_1252_byte(c) != 0 {
            alone += 1;
            let is_valid = matches!((before, c), ('\u{C2}'..='\u{DF}', '\u{80}'..='\u{BF}'));
            valid += usize::from(is_valid);
        } else if c == char::REPLACEMENT_CHARACTER {
            return false;
        } else if c >= '\u{800}' {
            longer += 1;
        } else if !c.is_ascii() {
            pairs += 1;
        }
        before = c;
    }
    pairs + longer > 0
        && pairs <= alone * PAIRS_A_BYTE
        && longer * BYTES_A_SEQUENCE <= alone
        && valid * BYTES_A_VALID_PAIR <= alone
}

/// What the bytes are to be: an encoding of pairs, in the languages that are written in it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Goal {
    Chinese(Right),
    Other(Neighbour, Language),
}

impl Goal {
    /// The character of a lead and a trail.
    fn pair(self, lead: u8, trail: u8) -> Option<char> {
        match self {
            Goal::Chinese(right) => bytes::pair(right, lead, trail),
            Goal::Other(neighbour, _) => bytes::pair_of_neighbour(neighbour, lead, trail),
        }
    }
}

/// A way to read what came so far.
#[derive(Debug, Clone, Copy)]
struct Way {
    /// The lead of a character that is open, or 0.
    lead: u8,
    /// The last bytes that were read alone, in order; 0 where a sequence stood.
    alone: [u8; 3],
    before: char,
    costs: ChineseCosts,
    /// The least of them.
    least: Cost,
    /// Whether a character was left open.
    is_broken: bool,
    /// Its last link.
    link: usize,
}

/// The bytes of a character, and the link before.
#[derive(Debug, Clone, Copy)]
struct Link {
    bytes: [u8; 4],
    len: usize,
    before: usize,
}

impl Way {
    /// The way without what is open; `None` where nothing is.
    fn broken(mut self) -> Option<Way> {
        (self.lead != 0).then(|| {
            self.lead = 0;
            self.is_broken = true;
            self.costs.add_for_all(BREAK_COST);
            self.least += BREAK_COST;
            self
        })
    }

    /// The way with a byte more; `None` where it is no character.
    fn with(mut self, goal: Goal, byte: u8) -> Option<Way> {
        let c = match (self.lead, byte) {
            (0, 0..=0x7F) => char::from(byte),
            (0, 0x81..=0xFE) => {
                self.lead = byte;
                return Some(self);
            }
            (0, 0x80 | 0xFF) => return None,
            (lead, trail) => goal.pair(lead, trail)?,
        };
        self.lead = 0;
        // The model was not told of spaces.
        let c = if c == '\u{3000}' { ' ' } else { c };
        match goal {
            Goal::Chinese(_) => self.costs.add(self.before, c),
            Goal::Other(_, language) => {
                let cost = weigh::cost_in(language, self.before, c);
                self.costs.add_for_all(cost);
            }
        }
        if matches!(c, '@'..='~') && !self.before.is_ascii() {
            self.costs.add_for_all(TRAIL_COST);
        }
        self.least = self.costs.least();
        self.before = c;
        Some(self)
    }

    /// The way with a byte that was read alone; `None` where it and those before it are valid.
    fn alone(mut self, goal: Goal, byte: u8) -> Option<Way> {
        let [a, b, c] = self.alone;
        let all = [a, b, c, byte];
        let is_valid = |from: usize| std::str::from_utf8(&all[from..]).is_ok_and(is_one);
        if matches!(byte, 0x80..=0xBF) && (0..3).any(is_valid) {
            return None;
        }
        self.alone = [b, c, byte];
        self.with(goal, byte)
    }

    /// The way with bytes that were read as one character.
    fn sequence(mut self, goal: Goal, bytes: &[u8]) -> Option<Way> {
        self.alone = [0; 3];
        bytes
            .iter()
            .try_fold(self, |way, &byte| way.with(goal, byte))
    }
}

fn is_one(text: &str) -> bool {
    text.chars().nth(1).is_none()
}

/// Appends the bytes of a text that are the cheapest in the languages of a goal, and gives their cost;
/// `None` where there are none that cost less than `limit`, or some of them seem lost. Time and
/// memory O(n).
pub(super) fn encode_into(
    text: &str,
    goal: Goal,
    limit: Cost,
    bytes: &mut Vec<u8>,
) -> Option<Cost> {
    let start = Way {
        lead: 0,
        alone: [0; 3],
        before: ' ',
        costs: ChineseCosts::default(),
        least: 0,
        is_broken: false,
        link: usize::MAX,
    };
    let mut ways = vec![start];
    let mut next: Vec<Way> = Vec::with_capacity(2 * WAYS);
    let mut links: Vec<Link> = Vec::with_capacity(text.len());
    for c in text.chars() {
        if c == char::REPLACEMENT_CHARACTER {
            return None;
        }
        next.clear();
        let cheapest = ways.iter().map(|way| way.least).min().unwrap_or(0);
        if cheapest >= limit {
            return None;
        }
        ways.retain(|way| way.least <= cheapest + BEAM);
        let mut utf_8 = [0; 4];
        let utf_8 = c.encode_utf8(&mut utf_8).as_bytes();
        let alone = [windows_1252_byte(c)];
        let broken = |way: Way| way.broken().filter(|way| way.least <= cheapest + BEAM);
        let all = ways.iter().flat_map(|&way| [Some(way), broken(way)]);
        for way in all.flatten() {
            let as_alone = (!c.is_ascii() && alone != [0])
                .then(|| way.alone(goal, alone[0]))
                .flatten();
            let as_sequence = way.sequence(goal, utf_8);
            for (found, read) in [(as_alone, &alone[..]), (as_sequence, utf_8)] {
                let Some(mut found) = found else {
                    continue;
                };
                let mut link = Link {
                    bytes: [0; 4],
                    len: read.len(),
                    before: way.link,
                };
                link.bytes[..read.len()].copy_from_slice(read);
                found.link = links.len();
                links.push(link);
                add(&mut next, found);
            }
        }
        if next.is_empty() {
            return None;
        }
        std::mem::swap(&mut ways, &mut next);
    }
    let ended = ways.iter().map(|way| way.broken().unwrap_or(*way));
    let best = ended.min_by_key(|way| way.least);
    let best = best.filter(|way| !way.is_broken && way.least < limit)?;
    let from = bytes.len();
    let mut at = best.link;
    while let Some(link) = links.get(at) {
        bytes.extend(link.bytes[..link.len].iter().rev());
        at = link.before;
    }
    bytes[from..].reverse();
    Some(best.least)
}

/// Adds a way to the cheapest ones; of two that go on alike the cheaper one stays.
fn add(ways: &mut Vec<Way>, way: Way) {
    let alike =
        |other: &Way| (other.lead, other.alone, other.before) == (way.lead, way.alone, way.before);
    let place = ways.iter().position(alike).or_else(|| {
        let dearest = (0..ways.len()).max_by_key(|&at| ways[at].least);
        dearest.filter(|_| ways.len() == WAYS)
    });
    match place {
        None => ways.push(way),
        Some(at) if way.least < ways[at].least => ways[at] = way,
        Some(_) => {}
    }
}

/// What comes of bytes that are read so; what is not UTF-8 as ISO-8859-1.
#[cfg(test)]
pub(super) fn misread(bytes: &[u8]) -> String {
    let chunks = bytes.utf8_chunks().map(|chunk| {
        let invalid = chunk.invalid().iter().map(|&byte| char::from(byte));
        chunk.valid().chars().chain(invalid).collect::<String>()
    });
    chunks.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_found_that_come_out_as_the_text() {
        for (encoding, right, text) in [
            (
                encoding_rs::GBK,
                Right::Gbk,
                "不是内部或外部命令，也不是可运行的程序。",
            ),
            (
                encoding_rs::GBK,
                Right::Gbk,
                "每个人都有自己的路，么么哒 123 录音机",
            ),
            (encoding_rs::GBK, Right::Gbk, "繁體中文的說明書"),
            (
                encoding_rs::BIG5,
                Right::Big5,
                "今天天氣很好，我們去公園走走。",
            ),
        ] {
            let (bytes, _, _) = encoding.encode(text);
            let wrong = misread(&bytes);
            let mut found = Vec::new();
            let cost = encode_into(&wrong, Goal::Chinese(right), Cost::MAX, &mut found);
            assert!(cost.is_some(), "{wrong}");
            assert_eq!(right.read(&found).as_deref(), Some(text), "{wrong}");
            assert_eq!(misread(&found), wrong);
        }
    }

    #[test]
    fn a_valid_pair_was_not_read_alone() {
        for (wrong, read) in [
            ("Îļþ", Some(&[0xCE, 0xC4, 0xBC, 0xFE][..])),
            ("一", None),
            ("ÃÄ", Some(&[0xC3, 0xC4])),
            ("ʲô", Some(&[0xCA, 0xB2, 0xC3, 0xB4])),
            ("½ø³ÌÎ", None),
        ] {
            let mut bytes = Vec::new();
            let cost = encode_into(wrong, Goal::Chinese(Right::Gbk), Cost::MAX, &mut bytes);
            let found = cost.map(|_| &bytes[..]);
            assert_eq!(found, read, "{wrong}");
        }
    }

    #[test]
    fn letters_of_two_alphabets_may_be() {
        assert!(may_be("ÎļþδÕҵ½") && may_be("»ñȡÎļþ"));
        for text in [
            "",
            "plain",
            "Größe",
            "Привет",
            "中文é",
            "ÎÄ¼þ",
            "×¢Òâδ",
            "Îļþ\u{FFFD}",
        ] {
            assert!(!may_be(text), "{text}");
        }
    }
}
