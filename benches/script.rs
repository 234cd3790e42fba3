//! Script: bytes of text per second by kind and size, for the answer and for the places where
//! it changes, and short strings per second. `cargo bench --bench script` prints a line for each
//! input and fails where the answer is wrong.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark that prints a table and may fail"
)]

use std::hint::black_box;
use std::time::Instant;

use zhfix::script::spans;
use zhfix::{Script, ScriptCounts};

#[allow(dead_code, unreachable_pub, reason = "shared by the benchmarks")]
mod text;
use text::{Kind, SIZES, pair};

/// Whether anything is timed: `cargo bench` says so, `cargo test` only wants the answers asserted.
fn is_timed() -> bool {
    std::env::args().any(|argument| argument == "--bench")
}

/// The median time of one run in seconds.
fn median(mut run: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..9)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[4]
}

fn row(name: &str, text: &str, expect: Script) {
    let script = ScriptCounts::of(text).script();
    assert_eq!(script, expect, "{name}");
    assert_eq!(spans(text).len(), 1, "{name}");
    if !is_timed() {
        println!("Success");
        return;
    }
    let times = (20_000_000 / text.len()).clamp(1, 100_000);
    let each = f64::from(u32::try_from(times).unwrap());
    let counted = median(|| {
        for _ in 0..times {
            black_box(ScriptCounts::of(black_box(text)).script());
        }
    });
    let placed = median(|| {
        for _ in 0..times.div_ceil(10) {
            black_box(spans(black_box(text)).len());
        }
    });
    let size = f64::from(u32::try_from(text.len()).unwrap()) / 1e6;
    println!(
        "{name:24} script {:8.1} MB/s {:9.0}/s | spans {:7.1} MB/s",
        size * each / counted,
        each / counted,
        size * (each / 10.0).ceil() / placed,
    );
}

fn main() {
    let large: &[usize] = if is_timed() { &[10_000_000] } else { &[] };
    for kind in [Kind::Dense, Kind::Mixed] {
        for &bytes in SIZES.iter().chain(large) {
            let (simplified, traditional) = pair(kind, bytes);
            let name = |what: &str, text: &str| format!("{what}/{}/{}", kind.name(), text.len());
            row(&name("zh-Hans", &simplified), &simplified, Script::Hans);
            let script = ScriptCounts::of(&traditional).script();
            row(&name("zh-Hant", &traditional), &traditional, script);
        }
    }
}
