//! Detection and decoding: input bytes per second, by encoding, kind and size of text.
#![allow(missing_docs, reason = "criterion's macros write public functions")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use zhfix::codec::{Unencodable, encode};
use zhfix::{Detector, Encoding, decode};

#[allow(dead_code, unreachable_pub, reason = "shared by the benchmarks")]
mod text;
use text::{Kind, SIZES, pair};

fn detect(c: &mut Criterion) {
    let detector = Detector::new();
    let mut group = c.benchmark_group("detect");
    group.warm_up_time(Duration::from_millis(500));
    group.measurement_time(Duration::from_secs(2));
    for kind in [Kind::Dense, Kind::Mixed] {
        for bytes in SIZES {
            let (simplified, traditional) = pair(kind, bytes);
            for (encoding, text) in [
                (Encoding::Utf8, &simplified),
                (Encoding::Gbk, &simplified),
                (Encoding::Big5, &traditional),
                (Encoding::Utf16Le, &simplified),
            ] {
                let Ok(encoded) = encode(text, encoding, Unencodable::Error) else {
                    panic!("{encoding:?} lacks a character of the vocabulary");
                };
                let name = format!("{}/{}/{bytes}", encoding.name(), kind.name());
                assert_eq!(
                    detector.detect(&encoded).encoding(),
                    Some(encoding),
                    "{name}"
                );
                assert_eq!(decode(&encoded, encoding).text, *text, "{name}");
                group.throughput(Throughput::Bytes(encoded.len() as u64));
                group.bench_function(&name, |b| {
                    b.iter(|| detector.detect(black_box(&encoded)).encoding());
                });
                group.bench_function(format!("decode/{name}"), |b| {
                    b.iter(|| decode(black_box(&encoded), encoding).text.len());
                });
            }
        }
    }
    group.finish();
}

/// The decoders and encoders of our own.
fn codecs(c: &mut Criterion) {
    let mut group = c.benchmark_group("codec");
    group.warm_up_time(Duration::from_millis(500));
    group.measurement_time(Duration::from_secs(2));
    let [.., bytes] = SIZES;
    let (simplified, traditional) = pair(Kind::Dense, bytes);
    for (encoding, text) in [
        (Encoding::EucTw, &traditional),
        (Encoding::Hz, &simplified),
        (Encoding::Iso2022Cn, &simplified),
        (Encoding::Gb18030Of2005, &simplified),
        (Encoding::Gbk, &simplified),
    ] {
        let Ok(encoded) = encode(text, encoding, Unencodable::Error) else {
            panic!("{encoding:?} lacks a character of the vocabulary");
        };
        assert_eq!(decode(&encoded, encoding).text, *text, "{encoding}");
        group.throughput(Throughput::Bytes(encoded.len() as u64));
        group.bench_function(format!("decode/{encoding}/{bytes}"), |b| {
            b.iter(|| decode(black_box(&encoded), encoding).text.len());
        });
        group.bench_function(format!("encode/{encoding}/{bytes}"), |b| {
            b.iter(|| {
                encode(black_box(text), encoding, Unencodable::Error).map_or(0, |bytes| bytes.len())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, detect, codecs);
criterion_main!(benches);
