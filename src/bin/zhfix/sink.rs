//! Where a result goes that is written in parts.
//!
//! A file that is replaced is not written as long as its parts stay as they are: only with the
//! first that changes a replacement is begun, by copying what was passed over.

use std::fs::File;
use std::io::{self, Read, Write};

use crate::open::{Opened, open_output, output_path};
use crate::packed::{self, Packer, Packing};
use crate::settings::{Action, Destination, Settings};
use crate::walk::{Source, plain};
use crate::write::{Original, Output, Terms};

/// Where processed parts go.
pub(crate) enum Sink {
    Stdout(io::Stdout),
    Output(Box<Packer<Output>>),
    InPlace(Box<InPlace>),
    Nowhere,
}

impl Sink {
    /// Opens what the settings say for an input; the original is taken out of `opened`.
    pub(crate) fn open(
        settings: &Settings,
        source: &Source,
        opened: &mut Opened,
    ) -> Result<Sink, String> {
        Ok(match (settings.action, &settings.destination) {
            (Action::Write | Action::Detect { .. }, Destination::Stdout) => {
                Sink::Stdout(io::stdout())
            }
            (Action::Write, Destination::InPlace) => match opened.original.take() {
                Some(original) => Sink::InPlace(Box::new(InPlace {
                    packing: opened.packing,
                    passed_bytes: 0,
                    state: State::Passing(original),
                })),
                None => return Err("standard input cannot be replaced".to_owned()),
            },
            (Action::Write, _) => match output_path(settings, source) {
                Some(path) => {
                    let output = open_output(settings, &path, opened.metadata.as_ref())?;
                    Sink::Output(Box::new(output))
                }
                None => return Err("has no name to be written under".to_owned()),
            },
            _ => Sink::Nowhere,
        })
    }

    /// Writes the next part. One that is `unchanged` in place is that of the input, however it
    /// would be written elsewhere.
    pub(crate) fn write(
        &mut self,
        part: &[u8],
        unchanged: Option<usize>,
        terms: &Terms,
    ) -> io::Result<()> {
        match self {
            Sink::Stdout(stdout) => stdout.write_all(part).and_then(|()| stdout.flush()),
            Sink::Output(output) => output.write_all(part),
            Sink::InPlace(in_place) => in_place.write(part, unchanged, terms),
            Sink::Nowhere => Ok(()),
        }
    }

    /// Makes what was written last.
    pub(crate) fn commit(self, terms: &Terms) -> Result<(), String> {
        let plain_of = |error: io::Error| plain(&error);
        match self {
            Sink::Output(output) => output.finish().map_err(plain_of)?.commit(terms),
            Sink::InPlace(in_place) => match in_place.state {
                State::Replacing(packer) => packer.finish().map_err(plain_of)?.commit(terms),
                State::Passing(_) => Ok(()),
                State::Failed => Err(plain(&failed())),
            },
            Sink::Stdout(_) | Sink::Nowhere => Ok(()),
        }
    }
}

/// A file that is replaced as soon as a part of it changes.
pub(crate) struct InPlace {
    packing: Option<Packing>,
    /// Unpacked bytes that stay as they are.
    passed_bytes: u64,
    state: State,
}

enum State {
    Passing(Original),
    Replacing(Box<Packer<Output>>),
    Failed,
}

impl InPlace {
    fn write(&mut self, part: &[u8], unchanged: Option<usize>, terms: &Terms) -> io::Result<()> {
        if let (State::Passing(_), Some(raw_bytes)) = (&self.state, unchanged) {
            self.passed_bytes += raw_bytes as u64;
            return Ok(());
        }
        if let State::Passing(_) = &self.state {
            self.begin(terms)?;
        }
        match &mut self.state {
            State::Replacing(packer) => packer.write_all(part),
            State::Passing(_) | State::Failed => Err(failed()),
        }
    }

    /// Begins the replacement with what was passed over.
    fn begin(&mut self, terms: &Terms) -> io::Result<()> {
        let State::Passing(original) = std::mem::replace(&mut self.state, State::Failed) else {
            return Err(failed());
        };
        let passed = File::open(original.path()).and_then(packed::open_file)?.0;
        let replacement = Output::replacing(original, terms).map_err(io::Error::other)?;
        let mut packer = Packer::new(self.packing, replacement)?;
        if io::copy(&mut passed.take(self.passed_bytes), &mut packer)? != self.passed_bytes {
            let what = "was changed by someone else meanwhile; left as it is";
            return Err(io::Error::other(what));
        }
        self.state = State::Replacing(Box::new(packer));
        Ok(())
    }
}

/// What is said of a file whose replacement has failed before.
fn failed() -> io::Error {
    io::Error::other("could not be replaced; left as it is")
}
