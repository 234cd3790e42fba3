//! What one character of a damaged passage can have been: codes, and bytes that were lost.
//!
//! What each choice costs beside the characters that it completes is how rare that loss is;
//! the amounts are rounded powers of two. They only part readings that bytes and language leave
//! equal: whether a question mark was the byte 80 or a byte and the ASCII character behind it.

use super::decoder::{Decoder, Next, Program};
use super::evidence::{Dropped, Kept};
use super::language;
use super::utf8::{Partial, Push, Seen};
use crate::model::{BIT, Cost};

/// One possibility.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Choice {
    bytes: [u8; 2],
    len: u8,
    /// Whether the bytes are filled in.
    pub(super) seen: Seen,
    /// Whether an ASCII character behind was taken along.
    pub(super) swallows: bool,
    /// Whether the first byte goes before the last one that was read.
    pub(super) replaces_last: bool,
    pub(super) cost: Cost,
}

impl Choice {
    pub(super) fn of_ascii(c: char) -> Choice {
        Choice {
            bytes: [u8::try_from(c).unwrap_or(b'?'), 0],
            len: 1,
            ..Choice::default()
        }
    }

    pub(super) fn of_code(code: u16) -> Choice {
        let [high, low] = code.to_be_bytes();
        if high == 0 {
            Choice {
                bytes: [low, 0],
                len: 1,
                ..Choice::default()
            }
        } else {
            Choice {
                bytes: [high, low],
                len: 2,
                ..Choice::default()
            }
        }
    }

    fn lost(bytes: &[u8], cost: Cost) -> Choice {
        let mut choice = Choice {
            seen: Seen::Lost,
            cost,
            ..Choice::default()
        };
        for (slot, &byte) in choice.bytes.iter_mut().zip(bytes) {
            *slot = byte;
            choice.len += 1;
        }
        choice
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}

/// What Windows writes for a pair of bytes that is no character of Shift_JIS: KATAKANA MIDDLE DOT.
pub(super) const WINDOWS_MARK: char = '・';

/// One byte is lost: the usual loss.
const LOST_BYTE: Cost = BIT;
/// One byte is lost of a pair: only Python does so beyond GBK.
const LOST_BEFORE_OTHER: Cost = 5 * BIT;
/// Two bytes are lost together.
const LOST_PAIR: Cost = 2 * BIT;
/// A byte is lost and takes ASCII along.
const SWALLOWED: Cost = 4 * BIT;
/// Something is lost without a trace.
const DROPPED: Cost = 4 * BIT;
/// The same of pairs of bytes: what drops some of those that it has no character for drops all, so
/// that a drop costs no more than the doubt whether it does.
const DROPPED_OF_PAIRS: Cost = BIT;
/// A byte alone is dropped where others left a mark.
const DROPPED_IN_SPITE: Cost = 5 * BIT;
/// A no-break space was trimmed off the end.
const TRIMMED_A0: Cost = 0;
/// A next-line control was.
const TRIMMED_85: Cost = 4 * BIT;
/// The end was cut off.
const CUT: Cost = 7 * BIT;

/// Bytes that windows-1252 has no character for.
pub(super) const UNASSIGNED: [u8; 5] = [0x81, 0x8D, 0x8F, 0x90, 0x9D];

/// Bytes that begin the characters of Chinese text: lost pairs hold no others.
const LEADS: [u8; 9] = [0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEF];

/// A decoder of a chain, and what is known of what it lost.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layer {
    pub(super) decoder: Decoder,
    pub(super) kept: Kept,
    /// Whether the text comes out of it, in which only characters of Chinese are filled in.
    pub(super) is_last: bool,
}

impl Layer {
    /// Of the bytes 80 to BF those that may have been lost behind the open ones, a bit each.
    fn continuations(self, open: Partial) -> u64 {
        let (least, most) = open.continuations().into_inner();
        let all = u64::MAX << (least & 0x3F) & u64::MAX >> (0x3F - (most & 0x3F));
        match open.as_bytes() {
            &[lead @ 0xE0..=0xEF, second] if self.is_last => all & language::written(lead, second),
            _ => all,
        }
    }
}

/// The bytes of such bits, in order.
fn bytes_of(mut bits: u64) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || {
        let byte = u8::try_from(bits.trailing_zeros())
            .ok()
            .filter(|_| bits != 0)?;
        bits &= bits - 1;
        Some(0x80 | byte)
    })
}

/// A list of choices that is used again and again.
#[derive(Debug, Default)]
pub(super) struct Choices {
    list: Vec<Choice>,
}

impl Choices {
    pub(super) fn clear(&mut self) {
        self.list.clear();
    }

    pub(super) fn as_slice(&self) -> &[Choice] {
        &self.list
    }

    pub(super) fn drain(&mut self) -> std::vec::Drain<'_, Choice> {
        self.list.drain(..)
    }

    /// Everything that a character can have been where these bytes are open.
    pub(super) fn of_char(&mut self, layer: Layer, open: Partial, c: char, next: Next) {
        self.list.clear();
        let Layer { decoder, kept, .. } = layer;
        let missing = open.missing();
        match c {
            WINDOWS_MARK if decoder == Decoder::ShiftJis => {
                let codes = decoder.codes(c);
                let codes = codes.as_slice().iter().map(|&code| Choice {
                    seen: Seen::Ambiguous,
                    ..Choice::of_code(code)
                });
                self.list.extend(codes);
                if missing > 0 {
                    self.lost_bytes(layer, open, next);
                }
                self.lost_pairs(layer, open);
                if missing == 1 {
                    self.swallowed(layer, open);
                }
            }
            '\u{FFFD}' | '?' => {
                if missing > 0 || c == '\u{FFFD}' {
                    if c == '\u{FFFD}' || !kept.takes_ascii || next == Next::End {
                        self.lost_bytes(layer, open, next);
                    }
                    let keeps_pairs = kept.private_use || kept.byte_80 && c == '\u{FFFD}';
                    let is_before_pair = matches!(next, Next::Byte(0x80..));
                    let is_before_ascii = matches!(next, Next::Byte(0..0x80) | Next::End);
                    self.list.retain(|choice| match choice.bytes() {
                        [0x80] => !kept.byte_80 || is_before_ascii,
                        _ => !(keeps_pairs && is_before_pair),
                    });
                    if !keeps_pairs {
                        self.lost_pairs(layer, open);
                    }
                }
                if c == '?' {
                    if missing == 0 {
                        self.list.push(Choice::of_ascii(c));
                    } else if decoder == Decoder::Gbk && missing == 1 {
                        self.swallowed(layer, open);
                    }
                }
            }
            ' ' if missing > 0 && decoder == Decoder::Windows1252 => {
                let mut space = Choice::of_code(0xA0);
                space.seen = Seen::Ambiguous;
                self.list.push(space);
            }
            _ if c.is_ascii() => self.list.push(Choice::of_ascii(c)),
            _ => {
                let codes = decoder.codes(c);
                let seen = if codes.as_slice().len() > 1 {
                    Seen::Ambiguous
                } else {
                    Seen::Intact
                };
                self.list
                    .extend(codes.as_slice().iter().map(|&code| Choice {
                        seen,
                        ..Choice::of_code(code)
                    }));
            }
        }
    }

    fn lost_bytes(&mut self, layer: Layer, open: Partial, next: Next) {
        let decoder = layer.decoder;
        let before_other = match layer.kept.program {
            Some(Program::Python) => LOST_BYTE,
            _ => LOST_BEFORE_OTHER,
        };
        if open.is_empty() {
            // Python loses the first byte of a pair that it lacks, and goes on with the second.
            if matches!(decoder, Decoder::ShiftJis | Decoder::EucKr)
                && matches!(next, Next::Byte(0x80..) | Next::Unknown)
            {
                let lost = LEADS.into_iter();
                let lost = lost.filter(|&lead| decoder.loses_alone(lead, next));
                self.list
                    .extend(lost.map(|lead| Choice::lost(&[lead], before_other)));
            }
            return;
        }
        for byte in bytes_of(layer.continuations(open)) {
            if decoder.loses_alone(byte, next) {
                let rare = decoder != Decoder::Gbk
                    && matches!(next, Next::Byte(0x80..))
                    && !decoder.loses_alone(byte, Next::Byte(b' '));
                let cost = if rare { before_other } else { LOST_BYTE };
                self.list.push(Choice::lost(&[byte], cost));
            }
        }
    }

    fn lost_pairs(&mut self, layer: Layer, open: Partial) {
        let decoder = layer.decoder;
        if !decoder.has_pairs() || layer.kept.program == Some(Program::Python) {
            return;
        }
        let mut first = |byte| match open.push(byte, Seen::Lost) {
            Push::Invalid => {}
            Push::More(then) => {
                let lost = decoder.lost_continuations(byte);
                if lost == 0 {
                    return;
                }
                let seconds = bytes_of(lost & layer.continuations(then));
                self.list
                    .extend(seconds.map(|second| Choice::lost(&[byte, second], LOST_PAIR)));
            }
            Push::Char(..) => {
                let leads = LEADS.into_iter();
                let leads = leads.filter(|&lead| decoder.loses_pair([byte, lead]));
                self.list
                    .extend(leads.map(|lead| Choice::lost(&[byte, lead], LOST_PAIR)));
            }
        };
        if open.is_empty() {
            LEADS.into_iter().for_each(&mut first);
        } else {
            bytes_of(layer.continuations(open)).for_each(&mut first);
        }
    }

    /// Two bytes that windows-1252 has no character for, as in 十, 提 and 材.
    fn unassigned_pairs(&mut self) {
        for first in UNASSIGNED {
            for second in UNASSIGNED {
                self.list
                    .push(Choice::lost(&[first, second], DROPPED + BIT));
            }
        }
    }

    /// The byte before an ASCII character below 40, lost with it.
    fn swallowed(&mut self, layer: Layer, open: Partial) {
        for byte in bytes_of(layer.continuations(open)) {
            if byte != 0x80 {
                self.list.push(Choice {
                    swallows: true,
                    ..Choice::lost(&[byte], SWALLOWED)
                });
            }
        }
    }
}

/// What can have stood, and left no trace, before a character whose code begins with `next`.
pub(super) fn missing_choices(
    layer: Layer,
    dropped: Dropped,
    open: Partial,
    next: u8,
    choices: &mut Choices,
) {
    if layer.decoder.has_pairs() {
        choices.lost_bytes(layer, open, Next::Byte(next));
        if dropped == Dropped::PrivateUse {
            for choice in &mut choices.list {
                choice.cost += DROPPED_IN_SPITE;
            }
        }
        choices.lost_pairs(layer, open);
        for choice in &mut choices.list {
            choice.cost += DROPPED_OF_PAIRS;
        }
        return;
    }
    if open.missing() == 2 {
        choices.unassigned_pairs();
    }
    if open.missing() != 1 {
        return;
    }
    for byte in open.continuations().filter(|&byte| is_dropped(byte)) {
        choices
            .list
            .push(Choice::lost(&[byte], DROPPED + dropped.rarity(byte)));
    }
    // Of two bytes that follow the first, the one that was lost may be either.
    if let &[lead, last] = open.as_bytes()
        && let Push::More(begun) = Partial::default().push(lead, Seen::Intact)
    {
        for byte in begun.continuations().filter(|&byte| is_dropped(byte)) {
            choices.list.push(Choice {
                replaces_last: true,
                ..Choice::lost(&[byte, last], DROPPED + dropped.rarity(byte))
            });
        }
    }
}

/// What can have been cut off the end of a passage.
pub(super) fn end_choices(layer: Layer, open: Partial, choices: &mut Choices) {
    if layer.decoder.has_pairs() {
        choices.lost_bytes(layer, open, Next::End);
        if open.missing() == 2 {
            choices.lost_pairs(layer, open);
        }
        return;
    }
    if open.missing() == 2 {
        choices.unassigned_pairs();
    }
    if open.missing() != 1 {
        return;
    }
    for byte in open.continuations() {
        let cost = match byte {
            0xA0 => TRIMMED_A0,
            0x85 => TRIMMED_85,
            0xAD => DROPPED,
            _ if UNASSIGNED.contains(&byte) => DROPPED,
            _ => CUT,
        };
        choices.list.push(Choice::lost(&[byte], cost));
    }
}

/// Whether editors and filters drop the character that windows-1252 or ISO-8859-1 has for a byte.
fn is_dropped(byte: u8) -> bool {
    matches!(byte, 0x80..=0x9F | 0xA0 | 0xAD)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What U+FFFD can have been behind some open bytes of UTF-8 that was read as GBK.
    fn choices(kept: Kept, open: &[u8], next: Next) -> Vec<Vec<u8>> {
        let layer = Layer {
            decoder: Decoder::Gbk,
            kept,
            is_last: true,
        };
        let mut partial = Partial::default();
        for &byte in open {
            match partial.push(byte, Seen::Intact) {
                Push::More(more) => partial = more,
                other => panic!("{other:?}"),
            }
        }
        let mut choices = Choices::default();
        choices.of_char(layer, partial, '\u{FFFD}', next);
        let choices = choices.as_slice().iter();
        choices.map(|choice| choice.bytes().to_vec()).collect()
    }

    #[test]
    fn what_a_text_shows_was_not_lost_in_it() {
        let all = choices(Kept::default(), &[0xE6], Next::Byte(0xE4));
        assert!(all.contains(&vec![0x80]) && all.contains(&vec![0xAD, 0xA5]));
        let browser = Kept::of("鎴戞槸涓€涓\u{E15F}枃", Decoder::Gbk);
        assert_eq!(choices(browser, &[0xE6], Next::Byte(0xE4)), [[0u8; 0]; 0]);
        // A byte before ASCII is lost by all.
        let before_ascii = choices(browser, &[0xE6, 0x88], Next::Byte(b'\n'));
        assert!(before_ascii.contains(&vec![0x91]));
        assert!(before_ascii.iter().all(|bytes| bytes.len() == 1));
        // € is too rare here to be the byte 80.
        let rare = format!("€{}", "鎴戞槸".repeat(80));
        let rare = choices(Kept::of(&rare, Decoder::Gbk), &[0xE6], Next::Byte(0xE4));
        assert_eq!(rare, all);
    }

    #[test]
    fn only_characters_that_are_written_are_filled_in() {
        // 鎴 has the bytes of 我 but the last; U+6200 to U+623F hold some that no text has.
        let kept = Kept::of("\u{E15F}", Decoder::Gbk);
        let choices = choices(kept, &[0xE6, 0x88], Next::End);
        assert!(choices.contains(&vec![0x91]) && choices.len() < 64);
        assert!(choices.iter().all(|bytes| (0x80..0xC0).contains(&bytes[0])));
    }
}
