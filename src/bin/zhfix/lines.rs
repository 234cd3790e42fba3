//! Inputs that are JSON lines: read in batches of whole lines, processed on all threads,
//! written in order, so that memory does not grow with the file.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::ops::ControlFlow;

use zhfix::records::{JsonLines, Summary, Tally};
use zhfix::{Encoding, codec};

use crate::document::{CERTAIN, Done, Terminals};
use crate::jobs::ordered;
use crate::open::{open, open_output, output_path};
use crate::render;
use crate::settings::{Action, Destination, Settings};
use crate::walk::{Source, plain};
use crate::write::{Output, Replacement};

/// Bytes read at once: enough work for a thread, little enough to hold a few of.
const BATCH_BYTES: usize = 1 << 20;

/// Processes one input, writing as it goes. A closed standard output is `Break`.
pub(crate) fn lines(
    settings: &Settings,
    terminals: Terminals,
    records: &JsonLines,
    source: &Source,
) -> ControlFlow<Done, Done> {
    let mut done = Done {
        name: source.name().to_owned(),
        ..Done::default()
    };
    match run(settings, records, source, &mut done) {
        Ok(ControlFlow::Continue(())) => {}
        Ok(ControlFlow::Break(())) => return ControlFlow::Break(done),
        Err(what) => done.failure = Some(what),
    }
    if settings.action == Action::List {
        let verb = if done.changed {
            "would change "
        } else {
            "unchanged    "
        };
        done.data = verb.as_bytes().to_vec();
        done.data
            .extend(render::name(source.name(), terminals.stdout));
        done.data.push(b'\n');
    } else if matches!(settings.action, Action::Check(_)) && done.changed {
        done.data = render::name(source.name(), terminals.stdout);
        done.data.push(b'\n');
    }
    ControlFlow::Continue(done)
}

/// Where processed lines go.
enum Sink {
    Stdout(io::Stdout),
    Output(Output),
    Replacement(Box<Replacement>),
    Nowhere,
}

impl Sink {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Sink::Stdout(stdout) => stdout.write_all(bytes).and_then(|()| stdout.flush()),
            Sink::Output(output) => output.write_all(bytes),
            Sink::Replacement(replacement) => replacement.write_all(bytes),
            Sink::Nowhere => Ok(()),
        }
    }
}

fn run(
    settings: &Settings,
    records: &JsonLines,
    source: &Source,
    done: &mut Done,
) -> Result<ControlFlow<()>, String> {
    let opened = open(settings, source)?;
    let mut sink = match (settings.action, &settings.destination) {
        (Action::Write | Action::Detect { .. }, Destination::Stdout) => Sink::Stdout(io::stdout()),
        (Action::Write, Destination::InPlace) => match opened.original {
            Some(original) => {
                Sink::Replacement(Box::new(Replacement::of(original, &settings.terms)?))
            }
            None => return Err("standard input cannot be replaced".to_owned()),
        },
        (Action::Write, _) => match output_path(settings, source) {
            Some(path) => Sink::Output(open_output(settings, &path, opened.metadata.as_ref())?),
            None => return Err("has no name to be written under".to_owned()),
        },
        _ => Sink::Nowhere,
    };
    let mut reader = opened.reader;
    if let Some(encoding) = settings.lines.filter(|&e| e != Encoding::Utf8) {
        reader = decoded(reader, encoding)?;
    }
    let mut summary = Summary::default();
    let mut failed = None;
    let mut closed = false;
    ordered(
        settings.jobs,
        Batches::of(reader),
        |batch| {
            let mut written = Vec::new();
            let summary = batch.map(|batch| records.run(&settings.pipeline, &batch, &mut written));
            (summary, written)
        },
        |(result, written)| {
            let wrote = match result {
                Ok(part) => {
                    summary = summary.plus(part);
                    sink.write_all(&written)
                }
                Err(error) => Err(error),
            };
            match wrote {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    closed = error.kind() == io::ErrorKind::BrokenPipe;
                    failed = Some(plain(&error));
                    ControlFlow::Break(())
                }
            }
        },
    );
    match failed {
        Some(_) if closed => return Ok(ControlFlow::Break(())),
        Some(what) => return Err(what),
        None => {}
    }
    done.changed = summary.changed_lines > 0;
    done.uncertain = summary.unknown.count > 0
        || summary.damaged.count > 0
        || summary.least_probability < CERTAIN;
    done.said = Some(format!(
        "{} of {} lines changed",
        summary.changed_lines, summary.lines
    ));
    match sink {
        Sink::Output(output) => output.commit(&settings.terms)?,
        Sink::Replacement(replacement) if done.changed => {
            replacement.commit(&settings.terms)?;
        }
        _ => {}
    }
    report(&summary, done)
}

/// Warns of what was left, and fails over what should have been a record or text.
fn report(summary: &Summary, done: &mut Done) -> Result<ControlFlow<()>, String> {
    let told = |tally: Tally, one: &str, more: &str| match tally.count {
        0 => None,
        1 => Some(format!("line {} {one}", tally.first_line)),
        count => Some(format!(
            "{count} {more}, the first in line {}",
            tally.first_line
        )),
    };
    done.warnings.extend(
        [
            told(
                summary.lone_surrogate,
                "has a string with a lone surrogate; left as it is",
                "strings have a lone surrogate and are left as they are",
            ),
            told(
                summary.unknown,
                "is in an unknown encoding; left as it is",
                "fields are in an unknown encoding and are left as they are",
            ),
            told(
                summary.damaged,
                "is damaged beyond repair",
                "fields are damaged beyond repair",
            ),
        ]
        .into_iter()
        .flatten(),
    );
    let failures: Vec<String> = [
        told(
            summary.not_json,
            "is not JSON; copied as it is",
            "lines are not JSON and are copied as they are",
        ),
        told(
            summary.not_base64,
            "has a field that is not base64; left as it is",
            "fields are not base64 and are left as they are",
        ),
        told(
            summary.binary,
            "has a field that is binary, not text; left as it is",
            "fields are binary, not text, and are left as they are",
        ),
    ]
    .into_iter()
    .flatten()
    .collect();
    if failures.is_empty() {
        Ok(ControlFlow::Continue(()))
    } else {
        Err(failures.join("; "))
    }
}

/// The whole input as UTF-8: lines of an encoding other than UTF-8 cannot be told apart
/// before they are decoded.
fn decoded(
    mut reader: Box<dyn Read + Send>,
    encoding: Encoding,
) -> Result<Box<dyn Read + Send>, String> {
    let mut bytes = Vec::new();
    reader
        .read_to_end(&mut bytes)
        .map_err(|error| plain(&error))?;
    let text = codec::decode(&bytes, encoding).text.into_owned();
    Ok(Box::new(io::Cursor::new(text.into_bytes())))
}

/// Whole lines as they arrive: a batch ends at the last line end that was read, so that a
/// slow pipe does not wait for a full one.
struct Batches<R> {
    reader: R,
    begun: Vec<u8>,
    ready: VecDeque<io::Result<Vec<u8>>>,
    ended: bool,
}

impl<R: Read> Batches<R> {
    fn of(reader: R) -> Batches<R> {
        Batches {
            reader,
            begun: Vec::new(),
            ready: VecDeque::new(),
            ended: false,
        }
    }

    fn read(&mut self) {
        let before = self.begun.len();
        self.begun.resize(before + BATCH_BYTES, 0);
        let room = self.begun.get_mut(before..).unwrap_or_default();
        let read = self.reader.read(room);
        let count = *read.as_ref().unwrap_or(&0);
        self.begun.truncate(before + count);
        match read {
            Ok(0) => {
                self.ended = true;
                if !self.begun.is_empty() {
                    self.ready.push_back(Ok(std::mem::take(&mut self.begun)));
                }
            }
            Ok(_) => {
                let fresh = self.begun.get(before..).unwrap_or_default();
                if let Some(last) = fresh.iter().rposition(|&byte| byte == b'\n') {
                    let rest = self.begun.split_off(before + last + 1);
                    let batch = std::mem::replace(&mut self.begun, rest);
                    self.ready.push_back(Ok(batch));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                self.ended = true;
                self.ready.push_back(Err(error));
            }
        }
    }
}

impl<R: Read> Iterator for Batches<R> {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.ready.is_empty() && !self.ended {
            self.read();
        }
        self.ready.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a few bytes at a time.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(room.len());
            room[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    #[test]
    fn batches_are_whole_lines_and_lose_nothing() {
        let input = b"a\n\nbcdefgh\r\n12345678901234567890\nno end";
        for step in 1..input.len() {
            let batches: Vec<Vec<u8>> = Batches::of(Slow(input, step))
                .map(|batch| batch.unwrap())
                .collect();
            assert_eq!(batches.concat(), input, "steps of {step}");
            let (_, all_but_last) = batches.split_last().unwrap();
            assert!(all_but_last.iter().all(|batch| batch.ends_with(b"\n")));
        }
    }
}
