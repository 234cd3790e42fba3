//! An allocator that counts, so that "allocates nothing" is measured and not believed.
//!
//! It counts only between [`start`] and [`stop`]; at all other times, so also while anything
//! is timed, an allocation costs one relaxed load more. What C++ allocates is not seen.

#![allow(unsafe_code, reason = "an allocator cannot be written without it")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicIsize, AtomicUsize, Ordering::Relaxed};

static COUNTING: AtomicBool = AtomicBool::new(false);
static CALLS: AtomicUsize = AtomicUsize::new(0);
static LIVE_BYTES: AtomicIsize = AtomicIsize::new(0);
static PEAK_BYTES: AtomicIsize = AtomicIsize::new(0);

/// The system's allocator, counted.
pub struct Counting;

fn record(calls: usize, old_bytes: usize, new_bytes: usize) {
    if COUNTING.load(Relaxed) {
        CALLS.fetch_add(calls, Relaxed);
        let change = new_bytes.cast_signed() - old_bytes.cast_signed();
        let live = LIVE_BYTES.fetch_add(change, Relaxed) + change;
        PEAK_BYTES.fetch_max(live, Relaxed);
    }
}

// SAFETY: every call goes unchanged to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        record(1, 0, layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        record(1, 0, layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        record(0, layout.size(), 0);
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_bytes: usize) -> *mut u8 {
        record(1, layout.size(), new_bytes);
        unsafe { System.realloc(pointer, layout, new_bytes) }
    }
}

/// What happened between [`start`] and [`stop`].
#[derive(Debug, Clone, Copy)]
pub struct Use {
    /// Calls for new or larger memory.
    pub calls: usize,
    /// The most that was held at once beyond what was held at the start.
    pub peak_bytes: usize,
}

/// Begins to count.
pub fn start() {
    CALLS.store(0, Relaxed);
    LIVE_BYTES.store(0, Relaxed);
    PEAK_BYTES.store(0, Relaxed);
    COUNTING.store(true, Relaxed);
}

/// Ends it.
pub fn stop() -> Use {
    COUNTING.store(false, Relaxed);
    Use {
        calls: CALLS.load(Relaxed),
        peak_bytes: PEAK_BYTES.load(Relaxed).max(0).cast_unsigned(),
    }
}
