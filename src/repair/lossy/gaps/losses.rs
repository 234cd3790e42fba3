//! What a program can have lost, byte by byte.
//!
//! `../decoder.rs` says what any program loses; this says what the one at hand does, because here a
//! gap is all that is seen of most characters. Decided from the decoder's tables and the byte that
//! follows. What it gets wrong: a decoder that loses other bytes than browsers and Python do is none
//! of these, and its lines come out as others or not at all.

use std::sync::OnceLock;

use super::misreading::Misreading;
use super::open::{Gap, Open};
use crate::repair::lossy::decoder::{Decoder, Next, Program};

/// Who lost the bytes, and in which misreading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Losses {
    pub(super) misreading: Misreading,
    pub(super) program: Program,
}

impl Losses {
    /// Whether a byte can have been lost by itself before what follows.
    fn loses_alone(self, byte: u8, next: Next) -> bool {
        let decoder = self.misreading.decoder;
        if decoder.is_single(byte) {
            return false;
        }
        match next {
            Next::Byte(next) if self.program == Program::Python || next.is_ascii() => {
                !decoder.is_code([byte, next])
            }
            Next::Byte(_) => !decoder.is_lead(byte),
            Next::Unknown | Next::End => true,
        }
    }

    /// For each byte whether it can have been lost together with one that begins a character.
    fn loses_before_lead(self) -> &'static [bool; 256] {
        static LOST: [[OnceLock<[bool; 256]>; 3]; Decoder::COUNT] =
            [const { [const { OnceLock::new() }; 3] }; Decoder::COUNT];
        let Misreading { decoder, right } = self.misreading;
        LOST[decoder as usize][right as usize].get_or_init(|| {
            let loses = |byte| {
                let mut leads = right.usual_leads();
                leads.any(|lead| decoder.loses_pair([byte, lead]))
            };
            let mut lost = [false; 256];
            for (slot, byte) in lost.iter_mut().zip(0..=u8::MAX) {
                *slot = loses(byte);
            }
            lost
        })
    }

    /// Whether a character of these bytes can have been lost as the gaps of `open` say.
    pub(super) fn may_lose(self, open: Open, bytes: [u8; 4], behind: Next) -> bool {
        let byte_at = |at: usize| (at < open.len()).then(|| bytes[at]);
        (0..open.len()).all(|at| {
            let next = byte_at(at + 1);
            match open.gaps[at] {
                Gap::None => true,
                Gap::Alone => self.loses_alone(bytes[at], next.map_or(behind, Next::Byte)),
                Gap::First => match next {
                    Some(next) => self.misreading.decoder.loses_pair([bytes[at], next]),
                    None => self.loses_before_lead()[usize::from(bytes[at])],
                },
                // The first of the pair was asked, or belongs to another character.
                Gap::Second => !bytes[at].is_ascii(),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::reread::Right;

    #[test]
    fn losses_are_those_of_the_program() {
        let [browser, python] = Program::ALL.map(|program| Losses {
            misreading: Misreading {
                decoder: Decoder::Big5,
                right: Right::Utf8,
            },
            program,
        });
        // 96 87 is no code: a browser loses both, Python 96, and 87 before what makes none with it.
        assert!(Decoder::Big5.loses_pair([0x96, 0x87]));
        assert!(!browser.loses_alone(0x96, Next::Byte(0x87)));
        assert!(python.loses_alone(0x96, Next::Byte(0x87)));
        assert!(!python.loses_alone(0xE4, Next::Byte(0xB8)));
        assert!(browser.loses_alone(0x80, Next::Byte(0xE4)));
    }
}
