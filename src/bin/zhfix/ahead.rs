//! A large file's bytes on their way to the disk while the rest of it is made.
//!
//! A file is only renamed over another one when the disk has it. To wait for all of a gigabyte at
//! its end took an eighth of the whole run, in which the processors had nothing to do; a thread that
//! waits for what is written so far costs them next to nothing.

use std::fs::File;
use std::io;
use std::thread::{self, JoinHandle};

/// How much is written before it is worth a thread: a small file is synced once, at its end.
const STRETCH_BYTES: usize = 32 << 20;

/// What the disk was given ahead of the end, one stretch at a time.
#[derive(Debug, Default)]
pub(crate) struct Ahead {
    unsynced_bytes: usize,
    waiting: Option<JoinHandle<io::Result<()>>>,
}

impl Ahead {
    /// Takes note of so many bytes more in a file. Fails if an earlier stretch did not reach the
    /// disk, which a system says once only, to the first who asks.
    pub(crate) fn wrote(&mut self, file: &File, bytes: usize) -> io::Result<()> {
        self.unsynced_bytes += bytes;
        let is_busy = self.waiting.as_ref().is_some_and(|t| !t.is_finished());
        if self.unsynced_bytes < STRETCH_BYTES || is_busy {
            return Ok(());
        }
        self.finish()?;
        self.unsynced_bytes = 0;
        // Without a handle or a thread to spare, the end waits for everything, as it does anyway.
        self.waiting = file.try_clone().ok().and_then(|file| {
            let sync = move || file.sync_data();
            thread::Builder::new().spawn(sync).ok()
        });
        Ok(())
    }

    /// Waits for the stretch that is under way.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        let Some(waiting) = self.waiting.take() else {
            return Ok(());
        };
        let panicked = |_| {
            Err(io::Error::other(
                "the thread that waits for the disk is gone",
            ))
        };
        waiting.join().unwrap_or_else(panicked)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn what_is_small_is_synced_at_its_end() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"text").unwrap();
        let mut ahead = Ahead::default();
        ahead.wrote(&file, STRETCH_BYTES - 1).unwrap();
        assert!(ahead.waiting.is_none());
        ahead.wrote(&file, 1).unwrap();
        assert!(ahead.waiting.is_some());
        ahead.finish().unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_stretch_that_does_not_reach_the_disk_fails_what_follows() {
        // No disk is behind a pipe.
        let (_reader, writer) = io::pipe().unwrap();
        let pipe = File::from(std::os::fd::OwnedFd::from(writer));
        let mut ahead = Ahead::default();
        ahead.wrote(&pipe, STRETCH_BYTES).unwrap();
        ahead.finish().unwrap_err();
        ahead.wrote(&pipe, STRETCH_BYTES).unwrap();
        while ahead.waiting.as_ref().is_some_and(|t| !t.is_finished()) {
            thread::yield_now();
        }
        ahead.wrote(&pipe, STRETCH_BYTES).unwrap_err();
    }
}
