//! The part of the input that is worth scoring: bytes from 0x80 up and what may belong
//! to them, at most a fixed amount, spread over the whole.
//!
//! ASCII says nothing about which extension of ASCII the rest is in, so source code with
//! three comments is judged by its comments. A region runs from a byte of 0x80 and above,
//! with one ASCII neighbour in front, to the second of two ASCII bytes in a row: no
//! encoding has a character of two ASCII bytes at its end, and the four-byte sequences
//! of gb18030 alternate. Regions are joined by line feeds, where every decoder is at rest.
//!
//! What it gets wrong: a window in the middle of a long line without any byte below 0x30
//! may begin inside a character. It then begins at an even distance from the start,
//! which is right for pure two-byte text, and wrong for all candidates alike otherwise.

/// Scored bytes of 0x80 and above, and their neighbours, in an input of any size. A
/// thousand characters already leave no doubt; sixteen windows of that see every part.
const BUDGET_BYTES: usize = 16 * 1024;

/// Inputs up to this are read from the start in one window.
const ONE_WINDOW_BYTES: usize = 64 * 1024;

/// Windows over a larger input.
const WINDOWS: usize = 16;

/// Non-ASCII regions of an input, joined.
#[derive(Debug)]
pub(super) struct Sample {
    /// The regions, each followed by a line feed unless the input ends in it.
    pub(super) bytes: Vec<u8>,
    /// Where each region begins: in `bytes`, and in the input.
    origins: Vec<(usize, usize)>,
}

impl Sample {
    /// Takes the regions of an input. Time O(n) at the speed of an ASCII scan, extra
    /// memory at most the budget.
    pub(super) fn of(input: &[u8]) -> Sample {
        let mut sample = Sample {
            bytes: Vec::new(),
            origins: Vec::new(),
        };
        if input.len() <= ONE_WINDOW_BYTES {
            sample.take(input, 0, input.len(), BUDGET_BYTES);
            return sample;
        }
        let step = input.len() / WINDOWS / 2 * 2;
        for window in 0..WINDOWS {
            let nominal = window * step;
            let end = if window + 1 == WINDOWS {
                input.len()
            } else {
                nominal + step
            };
            let start = if window == 0 {
                0
            } else {
                // Below 0x30 no byte is part of a longer character.
                input[nominal..end]
                    .iter()
                    .take(1024)
                    .position(|&byte| byte < 0x30)
                    .map_or(nominal, |skip| nominal + skip + 1)
            };
            sample.take(input, start, end, BUDGET_BYTES / WINDOWS);
        }
        sample
    }

    /// Appends regions of `input[start..end]` until the budget is used.
    fn take(&mut self, input: &[u8], start: usize, end: usize, budget_bytes: usize) {
        let limit = self.bytes.len() + budget_bytes;
        let mut at = start;
        while at < end && self.bytes.len() < limit {
            at += encoding_rs::Encoding::ascii_valid_up_to(&input[at..end]);
            if at == end {
                return;
            }
            let from = if at > start { at - 1 } else { at };
            let mut until = at + 1;
            while until < end && !(input[until].is_ascii() && input[until - 1].is_ascii()) {
                until += 1;
                // A long region is cut where a character surely ends, or at twice the rest.
                let taken = self.bytes.len() + (until - from);
                if taken >= limit && (input[until - 1] < 0x30 || taken >= limit + budget_bytes) {
                    break;
                }
            }
            // One more: what the first ASCII may be the trail byte of has a neighbour, too.
            if until < end && input[until - 1].is_ascii() && input[until] != b'\n' {
                until += 1;
            }
            self.origins.push((self.bytes.len(), from));
            self.bytes.extend_from_slice(&input[from..until]);
            if until < input.len() {
                self.bytes.push(b'\n');
            }
            at = until;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_keep_their_neighbours_and_places() {
        let input = b"int a; // \xD6\xD0\xCE\xC4 ok\nplain\n// \x81\x30\x81\x30x";
        let sample = Sample::of(input);
        assert_eq!(sample.bytes, b" \xD6\xD0\xCE\xC4 o\n \x81\x30\x81\x30x");
        let lead = sample.bytes.iter().position(|&b| b == 0x81);
        assert_eq!(lead.map(|at| input[sample.origin(at)]), Some(0x81));
        assert!(Sample::of(b"plain").bytes.is_empty());
    }

    #[test]
    fn a_large_input_is_seen_everywhere_within_the_budget() {
        let mut input = b"\xD6\xD0\xCE\xC4\xA1\xA3".repeat(100_000);
        let sample = Sample::of(&input);
        assert!(sample.bytes.len() <= 2 * BUDGET_BYTES + WINDOWS);
        input.fill(b' ');
        let last = input.len() - 40;
        input[last] = 0xD6;
        let sample = Sample::of(&input);
        assert_eq!(sample.bytes, b" \xD6  \n");
        assert_eq!(sample.origin(1), last);
    }
}
