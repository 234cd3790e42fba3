//! Work on several threads whose results come out in the order of their items.
//!
//! Workers take items one at a time and may run ahead of the slowest by a fixed window,
//! which bounds the results that wait. The worker with the oldest item never waits, so
//! the whole cannot stand still. With one thread everything happens in the caller's.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;

/// Results a thread may have waiting: enough that one slow item does not stop the others.
const WINDOW_PER_JOB: usize = 4;

/// Calls `work` on every item and `sink` on every result, in order, until it breaks.
pub(crate) fn ordered<I: Send, R: Send>(
    jobs: NonZeroUsize,
    mut items: impl Iterator<Item = I> + Send,
    work: impl Fn(I) -> R + Sync,
    mut sink: impl FnMut(R) -> ControlFlow<()>,
) {
    if jobs.get() == 1 {
        // Whether it broke matters to the sink alone.
        let _ = items.try_for_each(|item| sink(work(item)));
        return;
    }
    let line = Line {
        state: Mutex::new(State {
            items,
            taken: 0,
            delivered: 0,
            stopped: false,
        }),
        moved: Condvar::new(),
        window: jobs.get() * WINDOW_PER_JOB,
    };
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        for _ in 0..jobs.get() {
            let (sender, line, work) = (sender.clone(), &line, &work);
            scope.spawn(move || {
                // Also when `work` panics, so that nobody waits for its result.
                let _stop = StopOnPanic(line);
                while let Some((number, item)) = line.take() {
                    if sender.send((number, work(item))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        for (number, result) in receiver {
            waiting.insert(number, result);
            while let Some(result) = waiting.remove(&next) {
                next += 1;
                if sink(result).is_break() {
                    line.stop();
                    return;
                }
                line.delivered(next);
            }
        }
    });
}

struct State<S> {
    items: S,
    taken: usize,
    delivered: usize,
    stopped: bool,
}

struct Line<S> {
    state: Mutex<State<S>>,
    moved: Condvar,
    window: usize,
}

impl<I, S: Iterator<Item = I>> Line<S> {
    /// The next item, once the window reaches it.
    fn take(&self) -> Option<(usize, I)> {
        let mut state = self.lock();
        while !state.stopped && state.taken >= state.delivered + self.window {
            state = self
                .moved
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if state.stopped {
            return None;
        }
        let Some(item) = state.items.next() else {
            state.stopped = true;
            self.moved.notify_all();
            return None;
        };
        let number = state.taken;
        state.taken += 1;
        Some((number, item))
    }
}

impl<S> Line<S> {
    fn lock(&self) -> MutexGuard<'_, State<S>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn delivered(&self, delivered: usize) {
        self.lock().delivered = delivered;
        self.moved.notify_all();
    }

    fn stop(&self) {
        self.lock().stopped = true;
        self.moved.notify_all();
    }
}

struct StopOnPanic<'a, S>(&'a Line<S>);

impl<S> Drop for StopOnPanic<'_, S> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.stop();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    #[test]
    fn results_come_in_order_whatever_the_threads_do() {
        for jobs in [1, 2, 7] {
            let mut seen = Vec::new();
            let slow = |item: u64| {
                thread::sleep(Duration::from_micros((item * 7919) % 400));
                item
            };
            ordered(NonZeroUsize::new(jobs).unwrap(), 0..200, slow, |item| {
                seen.push(item);
                ControlFlow::Continue(())
            });
            assert!(seen.iter().copied().eq(0..200), "{jobs} threads");
        }
    }

    #[test]
    fn nobody_runs_far_ahead_and_a_break_ends_it() {
        let started = AtomicUsize::new(0);
        let mut delivered = 0;
        let jobs = NonZeroUsize::new(2).unwrap();
        let work = |_| started.fetch_add(1, Ordering::SeqCst);
        ordered(jobs, 0.., work, |_| {
            thread::sleep(Duration::from_millis(1));
            assert!(started.load(Ordering::SeqCst) <= delivered + 2 * WINDOW_PER_JOB);
            delivered += 1;
            if delivered == 50 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        assert_eq!(delivered, 50);
    }
}
