//! How long it takes to make a built-in converter, and that the cost does not just move into the
//! first conversion.

use std::hint::black_box;

use cpu_time::ThreadTime;
use zhfix::{Config, Converter, Variant};

/// Constructions after the first; the median counts.
const REPETITIONS: usize = 201;

/// Seconds of one kind of converter.
pub struct Construction {
    pub name: &'static str,
    /// The first in this process.
    pub first: f64,
    /// The first conversion after that, of one character.
    pub first_conversion: f64,
    pub median: f64,
}

/// All sixteen configurations and the four variants. To be called before any other use of zhfix.
pub fn measure() -> Vec<Construction> {
    let configs = Config::ALL.map(|config| of(config.name(), || Converter::new(config)));
    let variants = Variant::ALL.map(|variant| of(variant.tag(), || Converter::to(variant)));
    configs.into_iter().chain(variants).collect()
}

fn of(name: &'static str, build: impl Fn() -> Converter) -> Construction {
    let seconds = |work: &mut dyn FnMut()| {
        let start = ThreadTime::now();
        work();
        start.elapsed().as_secs_f64()
    };
    let mut converter = None;
    let first = seconds(&mut || converter = Some(black_box(build())));
    let first_conversion = seconds(&mut || {
        if let Some(converter) = &converter {
            black_box(converter.convert(black_box("龍")));
        }
    });
    let mut all: Vec<f64> = (0..REPETITIONS)
        .map(|_| seconds(&mut || drop(black_box(build()))))
        .collect();
    all.sort_by(f64::total_cmp);
    Construction {
        name,
        first,
        first_conversion,
        median: all[REPETITIONS / 2],
    }
}
