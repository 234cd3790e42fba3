//! A document larger than what its facts are decided from: however the reader parts it, and in
//! whatever order its parts are processed, the result is the same; and of clean lines that of
//! the whole. The input is repeated until it is large enough; its first byte says in which steps
//! it is read, and by which pipeline. Where repair is on, ASCII stands between the places where
//! parts meet: a document of damage alone would take this build a minute.
#![no_main]

use std::io::{self, Read};
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use zhfix::pipeline::{Document, Total};
use zhfix::{Encoding, Pipeline, Repairer};

/// With the encoding detected and ordered, with repair and without.
static PIPELINES: LazyLock<[Pipeline; 4]> = LazyLock::new(|| {
    [0, 1, 2, 3].map(|number| {
        let builder = Pipeline::builder().encoding((number % 2 == 1).then_some(Encoding::Gb18030));
        let repairer = (number / 2 == 1).then(Repairer::new);
        builder.repair(repairer).sample_bytes(SAMPLE_BYTES).build()
    })
});

/// From how much facts are decided, and as much is a part: the least that is permitted.
const SAMPLE_BYTES: usize = 256 << 10;

/// Two parts and a bit.
const LARGE_BYTES: usize = 2 * SAMPLE_BYTES + (40 << 10);

/// How much of the input stands where parts meet, where that is not everywhere.
const MEETING_BYTES: usize = 2 << 10;

/// The input, again and again.
fn dense(pattern: &[u8]) -> Vec<u8> {
    pattern.repeat(LARGE_BYTES.div_ceil(pattern.len()))
}

/// The same at the beginning, where parts meet and at the end; ASCII between, without line ends
/// if there are none in the input.
fn sparse(pattern: &[u8]) -> Vec<u8> {
    let meeting = pattern.repeat(MEETING_BYTES.div_ceil(pattern.len()));
    let plain: &[u8] = match pattern.contains(&b'\n') {
        true => b"plain text\n",
        false => b"plain text ",
    };
    let mut bytes = meeting.clone();
    for place in [1, 2].map(|part| part * SAMPLE_BYTES) {
        let missing = (place - MEETING_BYTES / 2).saturating_sub(bytes.len());
        bytes.extend(plain.iter().cycle().take(missing));
        bytes.extend_from_slice(&meeting);
    }
    bytes
}

/// Gives a few bytes at a time.
struct Steps<'a>(&'a [u8], usize);

impl Read for Steps<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.1.min(self.0.len()).min(room.len());
        room[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((&step, pattern)) = data.split_first() else {
        return;
    };
    if pattern.is_empty() {
        return;
    }
    let number = usize::from(step) % PIPELINES.len();
    let pipeline = &PIPELINES[number];
    let bytes = if number / 2 == 1 {
        sparse(pattern)
    } else {
        dense(pattern)
    };
    let (mut once, mut split) = (Vec::new(), Vec::new());
    let whole = pipeline
        .copy(&*bytes, &mut once)
        .expect("no errors in memory");
    let steps = Steps(&bytes, 1000 + usize::from(step) * 997);
    let again = pipeline
        .copy(steps, &mut split)
        .expect("no errors in memory");
    assert!(once == split);
    assert_eq!(whole.changes, again.changes);
    assert_eq!(whole.malformed, again.malformed);
    assert_eq!(whole.script_counts, again.script_counts);
    let Ok(Document::Parts(parts)) = pipeline.open(&*bytes) else {
        panic!("a large document has parts");
    };
    let mut parts: Vec<_> = parts.map(|part| part.expect("no errors")).collect();
    parts.reverse();
    let mut done: Vec<_> = parts
        .into_iter()
        .map(|part| pipeline.run_part(part))
        .collect();
    let mut total = Total::new();
    let mut joined = Vec::new();
    for part in done.iter_mut().rev() {
        joined.extend_from_slice(part.utf8());
        total.add(part);
    }
    assert!(joined == once);
    assert_eq!(total.into_report().bytes, bytes.len() as u64);
});
