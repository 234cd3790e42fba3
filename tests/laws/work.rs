//! Time as a thread spends it: what other programs take of a busy machine is not in it.

use std::fs;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// How long this thread has been at work; where the system does not say so (it is Linux that does), how
/// long the program has been running.
pub(crate) fn worked() -> Duration {
    // Nanoseconds on a processor, nanoseconds of waiting for one, turns.
    let counts = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = counts.and_then(|counts| counts.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| BEGAN.elapsed(), Duration::from_nanos)
}
