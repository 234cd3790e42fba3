//! Work on several threads whose results come out in the order of their items.
//!
//! Workers take items one at a time and may run ahead of the slowest by a fixed window,
//! which bounds the results that wait; where items are of any size, by what they hold together
//! too. The worker with the oldest item never waits, so the whole cannot stand still. With one
//! thread everything happens in the caller's.
//!
//! A file is only safe once the disk has it, and disks take several files in the time of one. So
//! where work also waits ([`aside`]) there are more threads than may work at a time, and one that
//! waits gives its turn to another.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;

/// Results a thread may have waiting: enough that one slow item does not stop the others.
const WINDOW_PER_JOB: usize = 4;

/// Threads for each that works, where the others wait for the disk. Each keeps the memory of the
/// largest file that it worked on: with four, 24 files of 4 MB took 110 MB instead of 40.
const THREADS_PER_JOB: usize = 2;

/// Calls `work` on every item and `sink` on every result, in order, until it breaks.
pub(crate) fn ordered<I: Send, R: Send>(
    jobs: NonZeroUsize,
    items: impl Iterator<Item = I> + Send,
    work: impl Fn(I) -> R + Sync,
    sink: impl FnMut(R) -> ControlFlow<()>,
) {
    ordered_within(jobs, usize::MAX, |_: &I| 0, items, work, sink);
}

/// The same for work that also waits, in [`aside`].
pub(crate) fn ordered_beside_waits<I: Send, R: Send>(
    jobs: NonZeroUsize,
    items: impl Iterator<Item = I> + Send,
    work: impl Fn(I) -> R + Sync,
    sink: impl FnMut(R) -> ControlFlow<()>,
) {
    if jobs.get() == 1 {
        return ordered(jobs, items, work, sink);
    }
    let turns = Arc::new(Turns {
        free: Mutex::new(jobs.get()),
        freed: Condvar::new(),
    });
    let work = |item| {
        let _turn = Turn::of(&turns);
        work(item)
    };
    let threads = jobs.saturating_mul(NonZeroUsize::MIN.saturating_add(THREADS_PER_JOB - 1));
    ordered(threads, items, work, sink);
}

/// Waits for a disk, while another thread works.
pub(crate) fn aside<R>(wait: impl FnOnce() -> R) -> R {
    let turns = TURNS.with_borrow_mut(Option::take);
    let Some(turns) = turns else {
        return wait();
    };
    turns.give_back();
    let waited = wait();
    turns.take();
    TURNS.set(Some(turns));
    waited
}

thread_local! {
    /// Where this thread has a turn.
    static TURNS: RefCell<Option<Arc<Turns>>> = const { RefCell::new(None) };
}

/// How many threads may still begin to work.
struct Turns {
    free: Mutex<usize>,
    freed: Condvar,
}

impl Turns {
    fn take(&self) {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.freed.wait_while(free, |free| *free == 0);
        *waited.unwrap_or_else(PoisonError::into_inner) -= 1;
    }

    fn give_back(&self) {
        *self.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.freed.notify_one();
    }
}

/// The turn of this thread, until it is dropped.
struct Turn;

impl Turn {
    fn of(turns: &Arc<Turns>) -> Turn {
        turns.take();
        TURNS.set(Some(Arc::clone(turns)));
        Turn
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // None where waiting panicked: its turn was given back.
        if let Some(turns) = TURNS.take() {
            turns.give_back();
        }
    }
}

/// As [`ordered`], and no item is begun while those under way weigh so much for each thread.
pub(crate) fn ordered_within<I: Send, R: Send>(
    jobs: NonZeroUsize,
    weight_per_job: usize,
    weigh: impl Fn(&I) -> usize + Sync,
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
            weight: 0,
            stopped: false,
        }),
        moved: Condvar::new(),
        window: jobs.get() * WINDOW_PER_JOB,
        weight: weight_per_job.saturating_mul(jobs.get()),
    };
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        let mut threads = 0;
        for _ in 0..jobs.get() {
            let (sender, line, work, weigh) = (sender.clone(), &line, &work, &weigh);
            let spawned = thread::Builder::new().spawn_scoped(scope, move || {
                // Also when `work` panics, so that nobody waits for its result.
                let _stop = StopOnPanic(line);
                while let Some((number, weight, item)) = line.take(weigh) {
                    if sender.send((number, (weight, work(item)))).is_err() {
                        break;
                    }
                }
            });
            if spawned.is_err() {
                // The system has no more of them: what there is does the work.
                break;
            }
            threads += 1;
        }
        drop(sender);
        if threads == 0 {
            while let Some((number, weight, item)) = line.take(&weigh) {
                if sink(work(item)).is_break() {
                    return;
                }
                line.delivered(number + 1, weight);
            }
        }
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        for (number, result) in receiver {
            waiting.insert(number, result);
            while let Some((weight, result)) = waiting.remove(&next) {
                next += 1;
                if sink(result).is_break() {
                    line.stop();
                    return;
                }
                line.delivered(next, weight);
            }
        }
    });
}

struct State<S> {
    items: S,
    taken: usize,
    delivered: usize,
    /// Of what was taken and is not delivered.
    weight: usize,
    stopped: bool,
}

struct Line<S> {
    state: Mutex<State<S>>,
    moved: Condvar,
    window: usize,
    /// At which nothing further is taken.
    weight: usize,
}

impl<I, S: Iterator<Item = I>> Line<S> {
    /// The next item with its number and weight, once the window reaches it.
    fn take(&self, weigh: impl Fn(&I) -> usize) -> Option<(usize, usize, I)> {
        let mut state = self.lock();
        while !state.stopped && state.taken > state.delivered && self.is_full(&state) {
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
        let (number, weight) = (state.taken, weigh(&item));
        state.taken += 1;
        state.weight = state.weight.saturating_add(weight);
        Some((number, weight, item))
    }
}

impl<S> Line<S> {
    fn lock(&self) -> MutexGuard<'_, State<S>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_full(&self, state: &State<S>) -> bool {
        state.taken >= state.delivered + self.window || state.weight >= self.weight
    }

    fn delivered(&self, delivered: usize, weight: usize) {
        let mut state = self.lock();
        state.delivered = delivered;
        state.weight = state.weight.saturating_sub(weight);
        drop(state);
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
    fn what_is_heavy_is_alone_and_nothing_stands_still() {
        let held = AtomicUsize::new(0);
        let mut delivered = 0;
        let jobs = NonZeroUsize::new(3).unwrap();
        let work = |item: usize| {
            held.fetch_add(item, Ordering::SeqCst);
            item
        };
        let items = (0..300).map(|number| if number % 7 == 0 { 1000 } else { 1 });
        ordered_within(
            jobs,
            10,
            |item| *item,
            items,
            work,
            |item| {
                thread::sleep(Duration::from_micros(100));
                // Less than the limit of 30 was there when the last one was begun.
                assert!(held.fetch_sub(item, Ordering::SeqCst) < 30 + 1000);
                delivered += 1;
                ControlFlow::Continue(())
            },
        );
        assert_eq!(delivered, 300);
    }

    #[test]
    fn while_some_wait_others_work() {
        let jobs = NonZeroUsize::new(2).unwrap();
        let (working, waiting) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let most_waiting = AtomicUsize::new(0);
        let begin = || assert!(working.fetch_add(1, Ordering::SeqCst) < 2);
        let end = || working.fetch_sub(1, Ordering::SeqCst);
        let work = |item: usize| {
            begin();
            thread::sleep(Duration::from_micros(50));
            end();
            aside(|| {
                let now = waiting.fetch_add(1, Ordering::SeqCst) + 1;
                most_waiting.fetch_max(now, Ordering::SeqCst);
                thread::sleep(Duration::from_millis(4));
                waiting.fetch_sub(1, Ordering::SeqCst);
            });
            begin();
            thread::sleep(Duration::from_micros(50));
            end();
            item
        };
        let mut seen = Vec::new();
        ordered_beside_waits(jobs, 0..60, work, |item| {
            seen.push(item);
            ControlFlow::Continue(())
        });
        assert!(seen.iter().copied().eq(0..60));
        assert!(most_waiting.load(Ordering::SeqCst) > 1);
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
