//! How far the run is, on standard error, while it is silent.
//!
//! A thread of its own draws, so that the line moves while one giant file is read. On a
//! terminal one line is drawn over and over and taken away before anything else is said;
//! into a pipe (`--progress always`) each state is a line, and there is always a last one.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::render::counted;

/// Bytes of input that were read, unpacked.
static READ_BYTES: AtomicU64 = AtomicU64::new(0);

/// Between two drawings on a terminal: as fast as digits can be read.
const REDRAWN_AFTER: Duration = Duration::from_millis(200);

/// Between two lines into a pipe.
const WRITTEN_AFTER: Duration = Duration::from_secs(2);

/// Counts bytes that were read.
pub(crate) fn read(bytes: usize) {
    READ_BYTES.fetch_add(bytes as u64, Ordering::Relaxed);
}

/// The line and what it counts.
#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    ended: Condvar,
    terminal: bool,
}

#[derive(Debug, Default)]
struct State {
    inputs: u64,
    changed: u64,
    drawn: bool,
    ended: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn draw(&self, state: &mut State) {
        let megabytes = READ_BYTES.load(Ordering::Relaxed) as f64 / 1e6;
        let inputs = counted(state.inputs, "input");
        let text = format!("{inputs}, {} changed, {megabytes:.1} MB", state.changed);
        let line = if self.terminal {
            state.drawn = true;
            format!("\r\x1B[K{text}")
        } else {
            format!("zhfix: {text}\n")
        };
        // Nobody is left to be told that standard error is closed.
        let _ = io::stderr().write_all(line.as_bytes());
    }

    fn clear(&self, state: &mut State) {
        if std::mem::take(&mut state.drawn) {
            let _ = io::stderr().write_all(b"\r\x1B[K");
        }
    }
}

/// A line that is shown until this is dropped.
#[derive(Debug)]
pub(crate) struct Progress {
    shared: Arc<Shared>,
    drawing: Option<JoinHandle<()>>,
}

impl Progress {
    /// Starts to show; `terminal`: standard error is one. A system that has no thread to
    /// spare shows nothing.
    pub(crate) fn start(terminal: bool) -> Progress {
        let shared = Arc::new(Shared {
            state: Mutex::new(State::default()),
            ended: Condvar::new(),
            terminal,
        });
        let draws = Arc::clone(&shared);
        let every = match terminal {
            true => REDRAWN_AFTER,
            false => WRITTEN_AFTER,
        };
        let draw = move || {
            let mut state = draws.lock();
            while !state.ended {
                let waited = draws.ended.wait_timeout(state, every);
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
                if !state.ended {
                    draws.draw(&mut state);
                }
            }
        };
        Progress {
            shared,
            drawing: thread::Builder::new().spawn(draw).ok(),
        }
    }

    /// Counts an input that is done.
    pub(crate) fn count(&self, changed: bool) {
        let mut state = self.shared.lock();
        state.inputs += 1;
        state.changed += u64::from(changed);
    }

    /// Takes the line away while something else is written.
    pub(crate) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        let mut state = self.shared.lock();
        self.shared.clear(&mut state);
        write()
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.ended = true;
        if self.shared.terminal {
            self.shared.clear(&mut state);
        } else {
            self.shared.draw(&mut state);
        }
        drop(state);
        self.shared.ended.notify_all();
        if let Some(drawing) = self.drawing.take() {
            // It ends by itself; whether it panicked matters to nobody.
            let _ = drawing.join();
        }
    }
}
