//! Start-up: building a converter or a pipeline, and the first two characters through it.
#![allow(missing_docs, reason = "criterion's macros write public functions")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use zhfix::{Config, Converter, Pipeline};

fn init(c: &mut Criterion) {
    let mut group = c.benchmark_group("init");
    group.warm_up_time(Duration::from_millis(500));
    group.measurement_time(Duration::from_secs(2));
    for (config, text, expect) in [
        (Config::T2s, "漢字", "汉字"),
        (Config::S2t, "汉字", "漢字"),
        (Config::S2twp, "软件", "軟體"),
        (Config::Tw2sp, "軟體", "软件"),
    ] {
        let run = || {
            Converter::new(black_box(config))
                .convert(black_box(text))
                .into_owned()
        };
        assert_eq!(run(), expect);
        group.bench_function(config.name(), |b| b.iter(run));
    }
    let run = || {
        Pipeline::default()
            .run(black_box("漢字是這樣".as_bytes()))
            .text
            .map(|text| text.into_owned())
    };
    assert_eq!(run().as_deref(), Some("汉字是这样"));
    group.bench_function("pipeline", |b| b.iter(run));

    // A dictionary of as many keys as a large glossary has.
    let dictionary: String = ('\u{4E00}'..'\u{5200}')
        .map(|c| format!("{c}字\t{c}\n"))
        .collect();
    let run = || {
        Converter::builder()
            .dictionary(black_box(&dictionary))
            .map(|builder| builder.build())
    };
    assert!(run().is_ok_and(|converter| converter.convert("說丁字。這樣") == "说丁。这样"));
    group.bench_function("dictionary", |b| b.iter(run));
    group.finish();
}

criterion_group!(benches, init);
criterion_main!(benches);
