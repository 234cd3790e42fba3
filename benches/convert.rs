//! Conversion: input bytes per second, by configuration, kind and size of text.
//!
//! Every answer is asserted before it is timed: `t2s` of the Traditional text is the Simplified
//! one, `s2t` keeps what the naive word list says in all but the seams of words, for which the
//! law (a conversion that changes nothing is borrowed) is checked instead.
#![allow(missing_docs, reason = "criterion's macros write public functions")]

use std::borrow::Cow;
use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use zhfix::{Config, Converter, Variant};

#[allow(dead_code, unreachable_pub, reason = "shared by the benchmarks")]
mod text;
use text::{Kind, SIZES, pair};

fn convert(c: &mut Criterion) {
    let t2s = Converter::new(Config::T2s);
    let s2t = Converter::new(Config::S2t);
    let s2twp = Converter::new(Config::S2twp);
    let auto = Converter::to(Variant::Hans);
    let mut group = c.benchmark_group("convert");
    group.warm_up_time(Duration::from_millis(500));
    group.measurement_time(Duration::from_secs(2));
    for kind in Kind::ALL {
        for bytes in SIZES {
            let (simplified, traditional) = pair(kind, bytes);
            assert_eq!(t2s.convert(&traditional), simplified);
            assert_eq!(auto.convert(&traditional), simplified);
            assert_eq!(t2s.convert(&s2t.convert(&simplified)), simplified);
            assert!(matches!(auto.convert(&simplified), Cow::Borrowed(_)));
            let runs: [(&str, &Converter, &str); 5] = [
                ("t2s", &t2s, &traditional),
                ("s2t", &s2t, &simplified),
                ("s2twp", &s2twp, &simplified),
                ("to-hans", &auto, &traditional),
                ("to-hans-unchanged", &auto, &simplified),
            ];
            for (name, converter, input) in runs {
                group.throughput(Throughput::Bytes(input.len() as u64));
                group.bench_function(format!("{name}/{}/{bytes}", kind.name()), |b| {
                    b.iter(|| converter.convert(black_box(input)).len());
                });
            }
        }
    }
    group.finish();
}

criterion_group!(benches, convert);
criterion_main!(benches);
