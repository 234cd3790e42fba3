//! How one sample is taken. The helper programs under `zhconv/` include this file, so that
//! every contender is timed by the same code.

use std::hint::black_box;

use cpu_time::ThreadTime;

/// A sample repeats its work for at least this long, some 10,000 times what reading the clock takes.
const SAMPLE_SECONDS: f64 = 0.005;

/// The text in pieces of about so many bytes, cut between characters.
pub fn blocks(text: &str, block_bytes: usize) -> Vec<&str> {
    let mut blocks = Vec::with_capacity(text.len() / block_bytes + 1);
    let mut rest = text;
    while !rest.is_empty() {
        let (block, tail) = rest.split_at(rest.floor_char_boundary(block_bytes.max(4)));
        blocks.push(block);
        rest = tail;
    }
    blocks
}

/// Megabytes (10^6 bytes) of input per second of this thread's CPU time.
pub fn sample<R>(blocks: &[&str], mut work: impl FnMut(&str) -> R) -> f64 {
    let bytes: usize = blocks.iter().map(|block| block.len()).sum();
    let mut passes = 0_u32;
    let start = ThreadTime::now();
    loop {
        for block in blocks {
            black_box(work(black_box(block)));
        }
        passes += 1;
        let seconds = start.elapsed().as_secs_f64();
        if seconds >= SAMPLE_SECONDS {
            return bytes as f64 * f64::from(passes) / 1e6 / seconds;
        }
    }
}
