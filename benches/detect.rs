//! Detection: input bytes and strings per second, by encoding and size of text, beside
//! chardetng on the same bytes. Both run in turns, and processor time is counted, so that a
//! busy machine changes little. `cargo bench --bench detect` prints a line for each input and
//! fails where the answer is wrong; `cargo bench --bench detect -- strings` (or `/huge`, `codec`,
//! `GBK/dense`) only those whose name holds this.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark that prints a table and may fail"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use zhfix::codec::{Unencodable, encode};
use zhfix::{Detector, Encoding, decode};

#[allow(dead_code, unreachable_pub, reason = "shared by the benchmarks")]
mod text;
use text::{Kind, SIZES, pair};

/// Processor time of this process, where the system tells; else time.
fn now(start: Instant) -> Duration {
    let told = std::fs::read_to_string("/proc/self/schedstat").ok();
    let nanos = told.and_then(|told| told.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

/// Whether anything is timed: `cargo bench` says so, `cargo test` only wants the answers asserted.
fn is_timed() -> bool {
    std::env::args().any(|argument| argument == "--bench")
}

/// Whether a row is asked for: its name holds the first word of the command line, if any.
fn is_asked(name: &str) -> bool {
    let mut words = std::env::args().skip(1);
    let word = words.find(|word| !word.starts_with('-'));
    word.is_none_or(|word| name.contains(&word))
}

/// How often something is run at once, so that it takes at least 50 ms: the clock of a process
/// may tick a few hundred times a second.
fn times_at_once(run: &mut dyn FnMut()) -> usize {
    let start = Instant::now();
    let mut times = 0_u128;
    while start.elapsed().as_millis() < 50 && is_timed() {
        run();
        times += 1;
    }
    usize::try_from(times).unwrap().max(20)
}

/// The median time of one run of each, in turns.
fn in_turns(rounds: usize, runs: &mut [&mut dyn FnMut()]) -> Vec<f64> {
    if !is_timed() {
        println!("Success");
        return vec![f64::NAN; runs.len()];
    }
    let start = Instant::now();
    let mut times = vec![Vec::new(); runs.len()];
    for round in 0..=rounds {
        for (run, times) in runs.iter_mut().zip(&mut times) {
            let before = now(start);
            run();
            // The first round warms up.
            if round > 0 {
                times.push((now(start) - before).as_secs_f64());
            }
        }
    }
    times
        .into_iter()
        .map(|mut times| {
            times.sort_by(f64::total_cmp);
            times[times.len() / 2]
        })
        .collect()
}

fn chardetng_of(bytes: &[u8]) -> &'static encoding_rs::Encoding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(None, chardetng::Utf8Detection::Allow)
}

fn megabytes(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap()) / 1e6
}

fn row(detector: &Detector, name: &str, bytes: &[u8], encoding: Encoding) {
    if !is_asked(name) {
        return;
    }
    let found = detector.detect(bytes).encoding();
    assert_eq!(found, Some(encoding), "{name}");
    let times = times_at_once(&mut || {
        black_box(detector.detect(black_box(bytes)).encoding());
    });
    let theirs_times = (400_000 / bytes.len()).max(1);
    let decodings = (20_000_000 / bytes.len()).max(1);
    let mut own = || {
        for _ in 0..times {
            black_box(detector.detect(black_box(bytes)).encoding());
        }
    };
    let mut theirs = || {
        for _ in 0..theirs_times {
            black_box(chardetng_of(black_box(bytes)));
        }
    };
    let mut decoded = || {
        for _ in 0..decodings {
            black_box(decode(black_box(bytes), encoding).text.len());
        }
    };
    let medians = in_turns(7, &mut [&mut own, &mut theirs, &mut decoded]);
    let size = megabytes(bytes.len());
    let each = |median: f64, times: usize| median / f64::from(u32::try_from(times).unwrap());
    let own = each(medians[0], times);
    let theirs = each(medians[1], theirs_times);
    let decoded = each(medians[2], decodings);
    println!(
        "{name:28} {:9.1} MB/s | chardetng {:7.1} MB/s | ratio {:7.1} | decode {:7.1} MB/s",
        size / own,
        size / theirs,
        theirs / own,
        size / decoded
    );
}

/// Strings of 16 characters, as file names and cells are.
fn strings(detector: &Detector, encoding: Encoding) {
    let name = format!("{encoding}/strings of 16");
    if !is_asked(&name) {
        return;
    }
    let (simplified, traditional) = pair(Kind::Dense, 200_000);
    let text = if encoding == Encoding::Big5 {
        traditional
    } else {
        simplified
    };
    let chars: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let strings: Vec<Vec<u8>> = chars
        .chunks_exact(16)
        .take(2000)
        .filter_map(|part| {
            let text: String = part.iter().collect();
            encode(&text, encoding, Unencodable::Error)
                .ok()
                .map(|bytes| bytes.into_owned())
        })
        .collect();
    let count = u32::try_from(strings.len()).unwrap();
    let right = strings
        .iter()
        .filter(|bytes| detector.detect(bytes).encoding() == Some(encoding));
    assert!(right.count() * 1000 >= strings.len() * 999);
    let mut own = || {
        for _ in 0..20 {
            for bytes in &strings {
                black_box(detector.detect(black_box(bytes)).encoding());
            }
        }
    };
    let mut theirs = || {
        for bytes in &strings {
            black_box(chardetng_of(black_box(bytes)));
        }
    };
    let medians = in_turns(15, &mut [&mut own, &mut theirs]);
    println!(
        "{name:28} {:9.0}/s    | chardetng {:9.0}/s  | ratio {:7.1}",
        20.0 * f64::from(count) / medians[0],
        f64::from(count) / medians[1],
        20.0 * medians[1] / medians[0]
    );
}

fn main() {
    if is_asked("codec") {
        codecs();
    }
    let detector = Detector::new();
    for encoding in [
        Encoding::Gbk,
        Encoding::Big5,
        Encoding::Utf8,
        Encoding::Utf16Le,
    ] {
        strings(&detector, encoding);
    }
    let large: &[usize] = if is_timed() { &[10_000_000] } else { &[] };
    for kind in [Kind::Dense, Kind::Mixed] {
        for &bytes in SIZES.iter().chain(large) {
            let size = if bytes > 1_000_000 { "/huge" } else { "" };
            let (simplified, traditional) = pair(kind, bytes);
            for (encoding, text) in [
                (Encoding::Utf8, &simplified),
                (Encoding::Gbk, &simplified),
                (Encoding::Big5, &traditional),
                (Encoding::Utf16Le, &simplified),
            ] {
                let encoded = encode(text, encoding, Unencodable::Error).unwrap();
                let (encoding_name, kind) = (encoding.name(), kind.name());
                let name = format!("{encoding_name}/{kind}/{}{size}", encoded.len());
                row(&detector, &name, &encoded, encoding);
            }
        }
    }
}

/// The decoders and encoders of our own.
fn codecs() {
    let [.., bytes] = SIZES;
    let (simplified, traditional) = pair(Kind::Dense, bytes);
    for (encoding, text) in [
        (Encoding::EucTw, &traditional),
        (Encoding::Hz, &simplified),
        (Encoding::Iso2022Cn, &simplified),
        (Encoding::Gb18030Of2005, &simplified),
        (Encoding::Gbk, &simplified),
    ] {
        let encoded = encode(text, encoding, Unencodable::Error).unwrap();
        assert_eq!(decode(&encoded, encoding).text, *text, "{encoding}");
        let mut decoded = || {
            for _ in 0..100 {
                black_box(decode(black_box(&encoded), encoding).text.len());
            }
        };
        let mut encoded_again = || {
            for _ in 0..100 {
                let bytes = encode(black_box(text), encoding, Unencodable::Error);
                black_box(bytes.map_or(0, |bytes| bytes.len()));
            }
        };
        let medians = in_turns(7, &mut [&mut decoded, &mut encoded_again]);
        println!(
            "{encoding:12} decode {:7.1} MB/s | encode {:7.1} MB/s",
            100.0 * megabytes(encoded.len()) / medians[0],
            100.0 * megabytes(text.len()) / medians[1]
        );
    }
}
