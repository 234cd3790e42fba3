//! Files in the making, and what a signal does with them.
//!
//! A temporary file removes itself when it is dropped, but a signal ends a process that
//! drops nothing. So every file in the making stands in one list. The first entry, or the
//! start of a run that replaces files, starts a thread that waits for the signals by which
//! users and systems end a program; it then takes the list for good, so that nothing is
//! begun or renamed any more, removes what stands in it, says how far the run came, and
//! ends the process as the signal would have. A signal that whoever started the program
//! wants ignored (`nohup`, a script's background job) stays ignored.
//!
//! The signal for a file that grows past its limit would end the process with no word at
//! all; it is taken and dropped, so that the write fails and is handled like a full disk.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

static UNFINISHED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Files that stand in their place.
static FINISHED: AtomicU64 = AtomicU64::new(0);

/// Whether a signal is answered with how far the run came.
static TELLS: AtomicBool = AtomicBool::new(false);

/// Starts to wait for signals; `tells`: also says how far the run came when one arrives.
pub(crate) fn watch(tells: bool) {
    static WATCH: Once = Once::new();
    if tells {
        TELLS.store(true, Ordering::SeqCst);
    }
    WATCH.call_once(signals::watch);
}

/// Takes the signal for a file that grows past its limit; the write then fails.
pub(crate) fn survive_limits() {
    signals::survive_limits();
}

/// Has a panic, which nothing is dropped after, remove what is in the making.
pub(crate) fn survive_panics() {
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |what| {
        tell(what);
        // Whoever panics while a file is finished holds the list, and has finished it or not.
        if let Ok(unfinished) = UNFINISHED.try_lock() {
            for path in &*unfinished {
                // Nobody is left to be told.
                let _ = std::fs::remove_file(path);
            }
        }
        std::process::exit(PANICKED);
    }));
}

/// The status that the standard library gives to a panic.
const PANICKED: i32 = 101;

fn unfinished() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Counts a file that is in its place. To be called while the file is finished, so that no
/// signal comes in between.
pub(crate) fn count_one() {
    FINISHED.fetch_add(1, Ordering::SeqCst);
}

/// A file that is removed if a signal ends the program.
#[derive(Debug)]
pub(crate) struct Unfinished {
    path: PathBuf,
}

impl Unfinished {
    /// Makes a file, named by what `make` returns, and enters it, with no room for a
    /// signal in between.
    pub(crate) fn make<F>(
        make: impl FnOnce() -> io::Result<(F, PathBuf)>,
    ) -> io::Result<(F, Unfinished)> {
        watch(false);
        let mut unfinished = unfinished();
        let (file, path) = make()?;
        unfinished.insert(path.clone());
        Ok((file, Unfinished { path }))
    }

    /// Finishes the file, with no room for a signal in between.
    pub(crate) fn finish<T, E>(self, finish: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let mut unfinished = unfinished();
        let finished = finish();
        unfinished.remove(&self.path);
        // Dropping the entry locks the list again.
        drop(unfinished);
        finished
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        unfinished().remove(&self.path);
    }
}

#[cfg(unix)]
mod signals {
    use std::fs;
    use std::io::{self, IsTerminal as _, Write as _};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
    use signal_hook::flag;
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    /// Starts to wait. Without it a signal leaves a temporary file behind and no other harm,
    /// so a system that has no thread to spare goes on.
    pub(super) fn watch() {
        let ignored = ignored();
        let heeded = [SIGHUP, SIGINT, SIGTERM].map(|signal| (signal, ignored >> (signal - 1) & 1));
        let heeded = heeded.iter().filter(|(_, ignored)| *ignored == 0);
        let Ok(mut signals) = Signals::new(heeded.map(|(signal, _)| signal)) else {
            return;
        };
        let wait = move || {
            if let Some(signal) = signals.forever().next() {
                let unfinished = super::unfinished();
                for path in &*unfinished {
                    // Nobody is left to be told.
                    let _ = fs::remove_file(path);
                }
                if super::TELLS.load(Ordering::SeqCst) {
                    let count = super::FINISHED.load(Ordering::SeqCst);
                    let files = crate::render::counted(count, "file");
                    // Below the line of progress, if there is one.
                    let begin = if io::stderr().is_terminal() { "\n" } else { "" };
                    let line = format!(
                        "{begin}zhfix: stopped by a signal; {files} written, the others as they were\n"
                    );
                    let _ = io::stderr().write_all(line.as_bytes());
                }
                let _ = emulate_default_handler(signal);
                std::process::exit(128 + signal);
            }
        };
        let _ = thread::Builder::new().spawn(wait);
    }

    /// A handler that only notes the signal; without one the system ends the process. Nobody
    /// reads the note, since the write that failed says all there is to say.
    pub(super) fn survive_limits() {
        let _ = flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
    }

    /// The signals that are ignored, one bit each; none where the system does not say.
    fn ignored() -> u64 {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
            .unwrap_or(0)
    }
}

#[cfg(not(unix))]
mod signals {
    pub(super) fn watch() {}
    pub(super) fn survive_limits() {}
}
