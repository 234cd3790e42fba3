//! Repair, and the whole pipeline: input bytes per second, of clean and of damaged text.
#![allow(missing_docs, reason = "criterion's macros write public functions")]

use std::borrow::Cow;
use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use zhfix::{Pipeline, Repairer};

#[allow(dead_code, unreachable_pub, reason = "shared by the benchmarks")]
mod text;
use text::{Kind, SIZES, pair};

/// UTF-8 read as windows-1252, as the Encoding Standard reads it: every byte is a character.
fn as_windows_1252(text: &str) -> String {
    encoding_rs::WINDOWS_1252
        .decode_without_bom_handling(text.as_bytes())
        .0
        .into_owned()
}

fn repair(c: &mut Criterion) {
    let repairer = Repairer::new();
    let pipeline = Pipeline::default();
    let mut group = c.benchmark_group("repair");
    group.warm_up_time(Duration::from_millis(500));
    group.measurement_time(Duration::from_secs(2));
    for kind in Kind::ALL {
        for bytes in SIZES {
            let (simplified, traditional) = pair(kind, bytes);
            assert!(matches!(
                repairer.repair(&simplified).into_text(),
                Cow::Borrowed(_)
            ));
            group.throughput(Throughput::Bytes(simplified.len() as u64));
            group.bench_function(format!("clean/{}/{bytes}", kind.name()), |b| {
                b.iter(|| repairer.repair(black_box(&simplified)).text().len());
            });

            // What any program pays that keeps its text in UTF-16: the measure of the look.
            let mut units = vec![0; simplified.len() + 1];
            group.bench_function(format!("utf-8-to-utf-16/{}/{bytes}", kind.name()), |b| {
                b.iter(|| {
                    let mut decoder = encoding_rs::UTF_8.new_decoder_without_bom_handling();
                    let bytes = black_box(&simplified).as_bytes();
                    decoder.decode_to_utf16_without_replacement(bytes, &mut units, true)
                });
            });

            let outcome = pipeline.run(traditional.as_bytes());
            assert_eq!(outcome.text.as_deref(), Some(&*simplified));
            group.throughput(Throughput::Bytes(traditional.len() as u64));
            group.bench_function(format!("pipeline/{}/{bytes}", kind.name()), |b| {
                b.iter(|| {
                    pipeline
                        .run(black_box(traditional.as_bytes()))
                        .text
                        .map(|text| text.len())
                });
            });
            if matches!(kind, Kind::Ascii) {
                continue;
            }

            let damaged = as_windows_1252(&simplified);
            assert_eq!(repairer.repair(&damaged).text(), simplified);
            group.throughput(Throughput::Bytes(damaged.len() as u64));
            group.bench_function(
                format!("utf-8-as-windows-1252/{}/{bytes}", kind.name()),
                |b| {
                    b.iter(|| repairer.repair(black_box(&damaged)).text().len());
                },
            );
        }
    }
    group.finish();
}

criterion_group!(benches, repair);
criterion_main!(benches);
