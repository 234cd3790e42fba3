//! The part of the input that is worth scoring: bytes from 0x80 up and what may belong
//! to them, at most a fixed amount, spread over the whole.
//!
//! ASCII says nothing about which extension of ASCII the rest is in, so source code with
//! three comments is judged by its comments. A region runs from a byte of 0x80 and above,
//! with one ASCII neighbour in front, to the second of two ASCII bytes in a row: no
//! encoding has a character of two ASCII bytes at its end, and the four-byte sequences
//! of gb18030 alternate. Regions are joined by line feeds, where every decoder is at rest.
//!
//! What it gets wrong: a zone in the middle of a long line without any byte below 0x30 may
//! begin inside a character. It then begins at an even distance from the start, which is
//! right for pure two-byte text, and wrong for all candidates alike otherwise.

use std::borrow::Cow;

/// Non-ASCII regions of an input, joined.
#[derive(Debug, Clone, Default)]
pub(super) struct Sample<'b> {
    /// The regions, each followed by a line feed unless the input ends in it.
    pub(super) bytes: Cow<'b, [u8]>,
    /// Where each region begins: in `bytes`, and in the input; none where both are the same.
    origins: Cow<'b, [(usize, usize)]>,
}

impl Sample<'_> {
    /// Takes the regions of an input, which is borrowed where it is one. Time O(n) at the speed
    /// of an ASCII scan, extra memory at most the budget.
    pub(super) fn of(input: &[u8]) -> Sample<'_> {
        if is_one_region(input) {
            return Sample {
                bytes: Cow::Borrowed(input),
                origins: Cow::Borrowed(&[]),
            };
        }
        let mut sampler = Sampler::new();
        let likely_bytes = input.len().min(FIRST_BUDGET_BYTES) + 1;
        sampler.bytes.reserve_exact(likely_bytes);
        sampler.push(input);
        sampler.finish()
    }

    /// The same sample again.
    pub(super) fn borrowed(&self) -> Sample<'_> {
        Sample {
            bytes: Cow::Borrowed(&self.bytes),
            origins: Cow::Borrowed(&self.origins),
        }
    }

    /// The place in the input of a byte of the sample.
    pub(super) fn origin(&self, at: usize) -> usize {
        let region = self.origins.partition_point(|&(start, _)| start <= at);
        match region
            .checked_sub(1)
            .and_then(|index| self.origins.get(index))
        {
            Some(&(start, origin)) => origin + (at - start),
            None => at,
        }
    }
}

/// Whether everything is worth scoring: nowhere are there two ASCII bytes in a row.
fn is_one_region(input: &[u8]) -> bool {
    let behind = input.get(1..).unwrap_or_default();
    // All of them are looked at, many at a time.
    let all = input
        .iter()
        .zip(behind)
        .fold(!0, |all, (a, b)| all & (a | b));
    let ends_high = input.last().is_some_and(|last| !last.is_ascii());
    input.len() < FIRST_BUDGET_BYTES && !all.is_ascii() && (input.len() > 1 || ends_high)
}

/// The first zone, and what is taken from it at most: a thousand characters already leave
/// no doubt.
const FIRST_ZONE_BYTES: usize = 16 * 1024;
const FIRST_BUDGET_BYTES: usize = 4 * 1024;

/// What is taken from each further zone.
const BUDGET_BYTES: usize = 512;

/// Zones between a power of two and the next.
const ZONES_AN_OCTAVE: usize = 4;

/// How far the start of a zone is moved to a byte that is no part of a longer character.
const ALIGN_BYTES: usize = 1024;

/// Bytes below this are no part of a longer character in any encoding.
const FIRST_TRAIL_BYTE: u8 = 0x30;

/// What the sampler is looking at.
#[derive(Debug, Clone, Copy)]
enum Mode {
    /// The start of a zone, up to a byte that is no part of a character; how many more
    /// bytes are looked at for one.
    Aligning(usize),
    /// ASCII, the last byte of which is known unless the zone begins here.
    Seeking(Option<u8>),
    /// A region; whether its last byte is ASCII.
    Region(bool),
    /// The rest of a zone that gave enough.
    Full,
}

/// Takes a sample of bytes that arrive in parts. What is taken depends on where bytes stand,
/// not on how many follow: zones grow with their distance from the start, a quarter of it
/// long, so that any input has a few dozen.
#[derive(Debug, Clone)]
pub(super) struct Sampler {
    bytes: Vec<u8>,
    origins: Vec<(usize, usize)>,
    mode: Mode,
    /// Bytes seen.
    seen_bytes: usize,
    /// Where the zone ends.
    zone_end: usize,
    /// Bytes of the sample with which the zone is full, and what it gives.
    limit_bytes: usize,
    budget_bytes: usize,
    /// Where the last region ended.
    region_end: usize,
}

impl Sampler {
    /// At the start of an input.
    pub(super) fn new() -> Sampler {
        Sampler {
            bytes: Vec::new(),
            origins: Vec::new(),
            mode: Mode::Seeking(None),
            seen_bytes: 0,
            zone_end: FIRST_ZONE_BYTES,
            limit_bytes: FIRST_BUDGET_BYTES,
            budget_bytes: FIRST_BUDGET_BYTES,
            region_end: 0,
        }
    }

    /// Takes what is worth scoring of the next part.
    pub(super) fn push(&mut self, mut part: &[u8]) {
        while !part.is_empty() {
            if self.seen_bytes == self.zone_end {
                self.next_zone();
            }
            let rest = self.zone_end - self.seen_bytes;
            let read = self.step(&part[..part.len().min(rest)]);
            self.seen_bytes += read;
            part = &part[read..];
        }
    }

    /// The sample of everything that was pushed.
    pub(super) fn finish(mut self) -> Sample<'static> {
        if self.region_end < self.seen_bytes && !matches!(self.mode, Mode::Region(_)) {
            self.close_line();
        }
        Sample {
            bytes: Cow::Owned(self.bytes),
            origins: Cow::Owned(self.origins),
        }
    }

    fn next_zone(&mut self) {
        if matches!(self.mode, Mode::Region(_)) {
            self.region_end = self.seen_bytes;
        }
        let octave = 1_usize << self.zone_end.ilog2();
        self.zone_end = self.zone_end.saturating_add(octave / ZONES_AN_OCTAVE);
        self.budget_bytes = BUDGET_BYTES;
        self.limit_bytes = self.bytes.len() + BUDGET_BYTES;
        self.mode = Mode::Aligning(ALIGN_BYTES);
    }

    /// Reads some of the bytes, at least one, and says how many. They lie in one zone.
    fn step(&mut self, bytes: &[u8]) -> usize {
        match self.mode {
            Mode::Full => bytes.len(),
            Mode::Aligning(left) => {
                let first = &bytes[..bytes.len().min(left)];
                match first.iter().position(|&byte| byte < FIRST_TRAIL_BYTE) {
                    Some(at) => {
                        self.mode = Mode::Seeking(None);
                        at + 1
                    }
                    None => {
                        let left = left - first.len();
                        self.mode = match left {
                            0 => Mode::Seeking(None),
                            _ => Mode::Aligning(left),
                        };
                        first.len()
                    }
                }
            }
            Mode::Seeking(before) => {
                let ascii = encoding_rs::Encoding::ascii_valid_up_to(bytes);
                let before = ascii
                    .checked_sub(1)
                    .map_or(before, |last| Some(bytes[last]));
                if ascii == bytes.len() {
                    self.mode = Mode::Seeking(before);
                    return ascii;
                }
                self.close_line();
                let start = self.seen_bytes + ascii - usize::from(before.is_some());
                self.origins.push((self.bytes.len(), start));
                self.bytes.extend(before);
                self.bytes.push(bytes[ascii]);
                self.mode = Mode::Region(false);
                ascii + 1
            }
            Mode::Region(was_ascii) => self.region(bytes, was_ascii),
        }
    }

    /// Copies a region, up to its end.
    fn region(&mut self, bytes: &[u8], mut was_ascii: bool) -> usize {
        let copied = &mut self.bytes;
        let before = copied.len();
        for (index, &byte) in bytes.iter().enumerate() {
            let taken = before + index + 1;
            if byte.is_ascii() && was_ascii {
                // One more: what the first ASCII may be the trail byte of has a neighbour, too.
                // A line feed is not part of the region, but read.
                let end = index + usize::from(byte != b'\n');
                copied.extend_from_slice(&bytes[..end]);
                self.region_end = self.seen_bytes + end;
                self.mode = match copied.len() >= self.limit_bytes {
                    true => Mode::Full,
                    false => Mode::Seeking(Some(byte)),
                };
                return index + 1;
            }
            was_ascii = byte.is_ascii();
            // A long region is cut where a character surely ends, or at twice the budget.
            if taken >= self.limit_bytes
                && (byte < FIRST_TRAIL_BYTE || taken >= self.limit_bytes + self.budget_bytes)
            {
                copied.extend_from_slice(&bytes[..=index]);
                self.region_end = self.seen_bytes + index + 1;
                self.mode = Mode::Full;
                return index + 1;
            }
        }
        copied.extend_from_slice(bytes);
        self.mode = Mode::Region(was_ascii);
        bytes.len()
    }

    /// Ends the region that was copied last.
    fn close_line(&mut self) {
        if !self.bytes.is_empty() {
            self.bytes.push(b'\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_keep_their_neighbours_and_places() {
        let input = b"int a; // \xD6\xD0\xCE\xC4 ok\nplain\n// \x81\x30\x81\x30x";
        let sample = Sample::of(input);
        assert_eq!(*sample.bytes, *b" \xD6\xD0\xCE\xC4 o\n \x81\x30\x81\x30x");
        let lead = sample.bytes.iter().position(|&b| b == 0x81);
        assert_eq!(lead.map(|at| input[sample.origin(at)]), Some(0x81));
        assert!(Sample::of(b"plain").bytes.is_empty());
    }

    #[test]
    fn a_large_input_is_seen_everywhere_within_the_budget() {
        let mut input = b"\xD6\xD0\xCE\xC4\xA1\xA3".repeat(100_000);
        let sample = Sample::of(&input);
        assert!(sample.bytes.len() <= 32 * 1024, "{}", sample.bytes.len());
        let last = sample.origin(sample.bytes.len() - 1);
        assert!(last * 8 > input.len() * 7 - 64 * 1024, "{last}");
        input.fill(b' ');
        let last = input.len() - 40;
        input[last] = 0xD6;
        let sample = Sample::of(&input);
        assert_eq!(*sample.bytes, *b" \xD6  \n");
        assert_eq!(sample.origin(1), last);
    }

    #[test]
    fn one_region_is_borrowed_and_is_what_would_be_taken() {
        for (input, is_borrowed) in [
            (&b"\xD6\xD0\xCE\xC4"[..], true),
            (b"a\xD6\xD0b\xCE\xC4\n", true),
            (b"\xD6", true),
            (b"a", false),
            (b"", false),
            (b"\xD6\xD0  \xCE\xC4", false),
            (b"\xD6\xD0\xCE\xC4\n\n", false),
        ] {
            let sample = Sample::of(input);
            assert_eq!(
                matches!(sample.bytes, Cow::Borrowed(_)),
                is_borrowed,
                "{input:X?}"
            );
            let mut sampler = Sampler::new();
            sampler.push(input);
            let taken = sampler.finish();
            assert_eq!(sample.bytes, taken.bytes, "{input:X?}");
            for at in 0..sample.bytes.len() {
                assert_eq!(sample.origin(at), taken.origin(at), "{input:X?}");
            }
        }
    }

    #[test]
    fn parts_give_what_the_whole_gives() {
        let line = b"plain, \xD6\xD0\xCE\xC4 \xA1\xA3 and\n\xB1\xE0\xC2\xEB";
        let input = line.repeat(9000);
        let whole = Sample::of(&input);
        for part_bytes in [1, 7, 4096, 100_003] {
            let mut sampler = Sampler::new();
            for part in input.chunks(part_bytes) {
                sampler.push(part);
            }
            let sample = sampler.finish();
            assert_eq!(sample.bytes, whole.bytes, "{part_bytes}");
            assert_eq!(sample.origins, whole.origins, "{part_bytes}");
        }
    }
}
