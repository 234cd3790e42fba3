//! UTF-8, a byte at a time: the characters that a state of half-read bytes can become.

/// The bytes of a character that is not complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(super) struct Partial {
    bytes: [u8; 3],
    len: u8,
    /// How much of it was seen.
    pub(super) seen: Seen,
}

/// Whether bytes were seen or filled in; the greater is the less certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(super) enum Seen {
    /// As they are.
    #[default]
    Intact,
    /// As a character that has more than one code.
    Ambiguous,
    /// They were lost.
    Lost,
}

/// What a byte makes of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Push {
    /// No UTF-8 has the byte here.
    Invalid,
    /// More is to come.
    More(Partial),
    /// A character, and how much of it was seen.
    Char(char, Seen),
}

impl Partial {
    /// A number for each state, in their order.
    pub(super) fn key(self) -> u32 {
        let [first, second, third] = self.bytes;
        u32::from_be_bytes([first, second, third, self.len << 4 | self.seen as u8])
    }

    /// Whether no character is open.
    pub(super) fn is_empty(self) -> bool {
        self.len == 0
    }

    /// The bytes of the open character.
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// How many bytes are to come.
    pub(super) fn missing(self) -> usize {
        let wanted = match self.bytes[0] {
            _ if self.len == 0 => 0,
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            _ => 4,
        };
        wanted - usize::from(self.len)
    }

    /// The bytes that may come next in an open character.
    pub(super) fn continuations(self) -> std::ops::RangeInclusive<u8> {
        match (self.len, self.bytes[0]) {
            (1, 0xE0) => 0xA0..=0xBF,
            (1, 0xED) => 0x80..=0x9F,
            (1, 0xF0) => 0x90..=0xBF,
            (1, 0xF4) => 0x80..=0x8F,
            _ => 0x80..=0xBF,
        }
    }

    /// The same without its last byte.
    pub(super) fn without_last(self) -> Partial {
        let mut less = self;
        match usize::from(self.len) {
            0 | 1 => Partial::default(),
            len => {
                less.bytes[len - 1] = 0;
                less.len -= 1;
                less
            }
        }
    }

    /// Reads a byte.
    #[inline]
    pub(super) fn push(self, byte: u8, seen: Seen) -> Push {
        let seen = seen.max(self.seen);
        let [first, second, third] = self.bytes;
        if self.len == 0 {
            return match byte {
                0..=0x7F => Push::Char(char::from(byte), seen),
                0xC2..=0xF4 => Push::More(Partial {
                    bytes: [byte, 0, 0],
                    len: 1,
                    seen,
                }),
                _ => Push::Invalid,
            };
        }
        if !self.continuations().contains(&byte) {
            return Push::Invalid;
        }
        let six_bits = |byte: u8| u32::from(byte & 0x3F);
        let scalar = match (self.len, first) {
            (1, 0..=0xDF) => u32::from(first & 0x1F) << 6 | six_bits(byte),
            (2, 0..=0xEF) => u32::from(first & 0x0F) << 12 | six_bits(second) << 6 | six_bits(byte),
            (3, _) => {
                let begun = u32::from(first & 0x07) << 18 | six_bits(second) << 12;
                begun | six_bits(third) << 6 | six_bits(byte)
            }
            _ => {
                let mut more = self;
                more.bytes[usize::from(self.len)] = byte;
                more.len += 1;
                more.seen = seen;
                return Push::More(more);
            }
        };
        char::from_u32(scalar).map_or(Push::Invalid, |c| Push::Char(c, seen))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_read_as_it_is_written() {
        for c in ['\0'..='\u{D7FF}', '\u{E000}'..='\u{10FFFF}']
            .into_iter()
            .flatten()
            .step_by(7)
        {
            let mut buffer = [0; 4];
            let bytes = c.encode_utf8(&mut buffer).as_bytes();
            let mut partial = Partial::default();
            let mut read = None;
            for &byte in bytes {
                match partial.push(byte, Seen::Intact) {
                    Push::More(more) => partial = more,
                    Push::Char(c, Seen::Intact) => read = Some(c),
                    other => panic!("{c:?} {other:?}"),
                }
            }
            assert_eq!(read, Some(c));
        }
    }

    #[test]
    fn what_is_no_utf_8_is_refused() {
        for bytes in [
            &b"\x80"[..],
            b"\xC1",
            b"\xE0\x9F",
            b"\xED\xA0",
            b"\xF4\x90",
            b"\xE4a",
            b"\xFF",
        ] {
            let mut partial = Partial::default();
            let mut last = Push::Invalid;
            for &byte in bytes {
                last = partial.push(byte, Seen::Intact);
                if let Push::More(more) = last {
                    partial = more;
                }
            }
            assert_eq!(last, Push::Invalid, "{bytes:X?}");
        }
    }
}
