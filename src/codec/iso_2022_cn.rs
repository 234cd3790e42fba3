//! ISO-2022-CN and ISO-2022-CN-EXT (RFC 1922): seven bits, switched by escape sequences.
//!
//! ESC `$ ) A` and ESC `$ ) G` designate GB 2312 and plane 1 of CNS 11643 for what stands
//! between SO and SI; ESC `$ * H` designates plane 2 for the one character behind ESC `N`;
//! in the extension, ESC `$ + I` to ESC `$ + M` designate planes 3 to 7 for the one
//! character behind ESC `O`. Both names read all of it; only the extension writes planes
//! 3 to 7. Its further sets are not known here (ISO-IR-165, and the GB sets that never
//! got a number): their designations are malformed.
//!
//! Written text returns to ASCII before every character of it, so also before the end of
//! every line, and designates anew on the next line, as the RFC demands. Read more freely:
//! a line that ends between SO and SI ends that, which limits what a lost SI costs, but a
//! designation lasts, because not every writer repeats it. An escape sequence that is
//! none of these (a terminal's colours) stands for itself.

use crate::codec::gb2312::{self, Run};
use crate::codec::stream::{Draft, Part};
use crate::data::cns::Cns;

const ESC: u8 = 0x1B;
/// Shift out: the set that is designated.
const SO: u8 = 0x0E;
/// Shift in: ASCII.
const SI: u8 = 0x0F;

/// A set of two bytes a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Set {
    Gb2312,
    /// A plane of CNS 11643.
    Plane(u8),
}

impl Set {
    /// The set, and which shift it is for, by the last two bytes of its designation.
    fn of(designation: [u8; 2]) -> Option<(Set, Shift)> {
        match designation {
            [b')', b'A'] => Some((Set::Gb2312, Shift::Out)),
            [b')', b'G'] => Some((Set::Plane(1), Shift::Out)),
            [b'*', b'H'] => Some((Set::Plane(2), Shift::Two)),
            [b'+', last @ b'I'..=b'M'] => Some((Set::Plane(last - b'I' + 3), Shift::Three)),
            _ => None,
        }
    }

    fn designation(self) -> [u8; 4] {
        let [shift, last] = match self {
            Set::Gb2312 => [b')', b'A'],
            Set::Plane(1) => [b')', b'G'],
            Set::Plane(2) => [b'*', b'H'],
            Set::Plane(plane) => [b'+', b'I' + (plane - 3)],
        };
        [ESC, b'$', shift, last]
    }
}

/// What calls for a designated set: SO for all that follows, single shifts for a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shift {
    Out,
    Two,
    Three,
}

/// Where the decoder is.
#[derive(Debug)]
pub(super) struct Decoder {
    cns: Cns,
    /// What is designated for each [`Shift`].
    sets: [Option<Set>; 3],
    is_out: bool,
    run: Run,
}

/// What the bytes ahead are.
enum Ahead {
    /// The next part decides.
    Open,
    Malformed(usize),
    /// Nothing to write.
    Switch(usize),
    Code(usize, Set, [u8; 2]),
    Literal,
}

impl Decoder {
    pub(super) fn new() -> Decoder {
        Decoder {
            cns: Cns::new(),
            sets: [None; 3],
            is_out: false,
            run: Run::default(),
        }
    }

    /// Decodes a part up to a sequence that its end leaves open.
    pub(super) fn decode(&mut self, part: Part<'_>, draft: &mut Draft<'_>) -> usize {
        let bytes = part.bytes;
        draft.text.reserve(bytes.len() + bytes.len() / 2);
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            match self.ahead(&bytes[at..], byte, part.is_last) {
                Ahead::Open => break,
                Ahead::Switch(length) => at += length,
                Ahead::Malformed(length) => {
                    self.run.flush(draft);
                    draft.replace(part.span(at, at + length));
                    at += length;
                }
                Ahead::Code(length, Set::Gb2312, [row, column]) => {
                    if gb2312::holds(row, column) {
                        self.run.push(row, column);
                    } else {
                        self.run.flush(draft);
                        draft.replace(part.span(at, at + length));
                    }
                    at += length;
                }
                Ahead::Code(length, Set::Plane(plane), [row, column]) => {
                    self.run.flush(draft);
                    let [row, column] = [row, column].map(|byte| usize::from(byte) - 0x21);
                    match self.cns.decode(plane, row, column) {
                        Some(c) => draft.text.push(c),
                        None => draft.replace(part.span(at, at + length)),
                    }
                    at += length;
                }
                Ahead::Literal => {
                    self.run.flush(draft);
                    if byte == b'\n' {
                        self.is_out = false;
                    }
                    draft.text.push(char::from(byte));
                    at += 1;
                }
            }
        }
        self.run.flush(draft);
        at
    }

    fn ahead(&mut self, rest: &[u8], byte: u8, is_last: bool) -> Ahead {
        let missing = if is_last {
            Ahead::Malformed(1)
        } else {
            Ahead::Open
        };
        match byte {
            SO if self.sets[0].is_none() => Ahead::Malformed(1),
            SO | SI => {
                self.is_out = byte == SO;
                Ahead::Switch(1)
            }
            ESC => match *rest {
                [_] if is_last => Ahead::Literal,
                [_] => missing,
                [_, b'$', shift, last, ..] => match Set::of([shift, last]) {
                    Some((set, shift)) => {
                        self.sets[shift as usize] = Some(set);
                        Ahead::Switch(4)
                    }
                    None => Ahead::Malformed(1),
                },
                [_, b'$', ..] => missing,
                [_, b'N', ref code @ ..] => self.single(Shift::Two, code, is_last),
                [_, b'O', ref code @ ..] => self.single(Shift::Three, code, is_last),
                _ => Ahead::Literal,
            },
            0x21..=0x7E if self.is_out => match (rest.get(1), self.sets[0]) {
                (Some(&column @ 0x21..=0x7E), Some(set)) => Ahead::Code(2, set, [byte, column]),
                (None, _) => missing,
                _ => Ahead::Malformed(1),
            },
            0x80.. => Ahead::Malformed(1),
            _ => Ahead::Literal,
        }
    }

    /// The code behind a single shift; the shift alone is malformed where there is none.
    fn single(&self, shift: Shift, code: &[u8], is_last: bool) -> Ahead {
        match (self.sets[shift as usize], code) {
            // An escape sequence of a terminal, where nothing was designated.
            (None, _) => Ahead::Literal,
            (Some(set), &[row @ 0x21..=0x7E, column @ 0x21..=0x7E, ..]) => {
                Ahead::Code(4, set, [row, column])
            }
            (Some(_), [] | [0x21..=0x7E]) if !is_last => Ahead::Open,
            _ => Ahead::Malformed(2),
        }
    }
}

/// Writes text; ends in ASCII.
pub(super) struct Encoder {
    gbk: encoding_rs::Encoder,
    cns: Cns,
    /// Whether planes 3 to 7 may be written.
    extended: bool,
    /// What is designated for each [`Shift`], on this line.
    sets: [Option<Set>; 3],
    is_out: bool,
}

impl Encoder {
    pub(super) fn new(extended: bool) -> Encoder {
        Encoder {
            gbk: encoding_rs::GBK.new_encoder(),
            cns: Cns::new(),
            extended,
            sets: [None; 3],
            is_out: false,
        }
    }

    /// Writes a character, if the encoding has it.
    pub(super) fn write(&mut self, c: char, bytes: &mut Vec<u8>) -> bool {
        if let Ok(byte @ 0..=0x7F) = u8::try_from(c) {
            // These switch; they cannot stand for themselves.
            if matches!(byte, ESC | SO | SI) {
                return false;
            }
            self.finish(bytes);
            bytes.push(byte);
            if byte == b'\n' {
                self.sets = [None; 3];
            }
            return true;
        }
        let Some((set, shift, code)) = self.find(c) else {
            return false;
        };
        if self.sets[shift as usize] != Some(set) {
            bytes.extend(set.designation());
            self.sets[shift as usize] = Some(set);
        }
        match shift {
            Shift::Out if !self.is_out => {
                bytes.push(SO);
                self.is_out = true;
            }
            Shift::Out => {}
            Shift::Two => bytes.extend([ESC, b'N']),
            Shift::Three => bytes.extend([ESC, b'O']),
        }
        bytes.extend(code);
        true
    }

    /// The set to write a character in: the one in use if it has it, GB 2312 before CNS.
    fn find(&mut self, c: char) -> Option<(Set, Shift, [u8; 2])> {
        let cns = self.cns;
        let in_cns = || {
            let code = cns.encode(c)?;
            Some((code.plane, [0x20 + code.row, 0x20 + code.column]))
        };
        if self.sets[0] == Some(Set::Plane(1))
            && let Some((1, code)) = in_cns()
        {
            return Some((Set::Plane(1), Shift::Out, code));
        }
        if let Some(code) = gb2312::encode(&mut self.gbk, c) {
            return Some((Set::Gb2312, Shift::Out, code));
        }
        match in_cns()? {
            (1, code) => Some((Set::Plane(1), Shift::Out, code)),
            (2, code) => Some((Set::Plane(2), Shift::Two, code)),
            (plane @ 3..=7, code) if self.extended => Some((Set::Plane(plane), Shift::Three, code)),
            _ => None,
        }
    }

    /// Returns to ASCII.
    pub(super) fn finish(&mut self, bytes: &mut Vec<u8>) {
        if self.is_out {
            bytes.push(SI);
            self.is_out = false;
        }
    }
}
