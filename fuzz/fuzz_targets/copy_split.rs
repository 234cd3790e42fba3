//! A document larger than what its facts are decided from: however the reader parts it, and in
//! whatever order its parts are processed, the result is the same; and of clean lines that of
//! the whole. The input is repeated until it is large enough; its first byte says in which steps
//! it is read, and by which pipeline. Where repair is on, ASCII stands between the places where
//! parts meet: a document of damage alone would take this build a minute.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use zhfix::{Encoding, Pipeline, Repairer};

#[path = "../../tests/laws/mod.rs"]
mod laws;

use laws::pipeline::SAMPLE_BYTES;

/// With the encoding detected and ordered, with repair and without.
static PIPELINES: LazyLock<[Pipeline; 4]> = LazyLock::new(|| {
    [0, 1, 2, 3].map(|number| {
        let builder = Pipeline::builder().encoding((number % 2 == 1).then_some(Encoding::Gb18030));
        let repairer = (number / 2 == 1).then(Repairer::new);
        builder.repair(repairer).sample_bytes(SAMPLE_BYTES).build()
    })
});

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
    let step_bytes = 1000 + usize::from(step) * 997;
    laws::pipeline::a_document_is_the_same_however_it_is_read(pipeline, &bytes, step_bytes);
});
