//! Inputs that are JSON lines or columns: read in batches of whole records, processed on all
//! threads, written in order, so that memory does not grow with the file, only with its longest
//! record. The encodings of columns are settled from the first 4 MiB.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::ops::ControlFlow;

use zhfix::records::{Columns, JsonLines, Settled, Summary, Tally};
use zhfix::{Encoding, ErrorKind, Pipeline};

use crate::document::{CERTAIN, Done, Terminals};
use crate::jobs::ordered_within;
use crate::open::{self, open};
use crate::progress;
use crate::recoded::Recoded;
use crate::render;
use crate::settings::{Action, RecordFormat, Settings};
use crate::sink::Sink;
use crate::walk::{Source, plain};
use crate::words;

/// Bytes read at once: enough work for a thread, little enough to hold a few of.
const BATCH_BYTES: usize = 1 << 20;

/// Bytes that wait for each thread or are worked on by it: of records that are longer only one
/// is held.
const BATCH_WEIGHT: usize = 2 << 20;

/// Bytes from which the encodings of columns are settled.
const HEAD_BYTES: u64 = 4 << 20;

/// What is done with a batch of records.
enum Work<'s> {
    Json(&'s JsonLines),
    Columns(&'s Columns, Settled),
}

impl Work<'_> {
    /// How many of the bytes are whole records. `first`: they begin the file.
    fn whole_bytes(&self, bytes: &[u8], first: bool) -> usize {
        match self {
            Work::Json(_) => bytes
                .iter()
                .rposition(|&byte| byte == b'\n')
                .map_or(0, |last| last + 1),
            Work::Columns(columns, _) => columns.whole_records_bytes(bytes, first),
        }
    }

    fn run(&self, pipeline: &Pipeline, first: bool, batch: &[u8], out: &mut Vec<u8>) -> Summary {
        match self {
            Work::Json(lines) => lines.run(pipeline, batch, out),
            Work::Columns(_, settled) => settled.run(pipeline, batch, first, out),
        }
    }

    /// What to say where records hold none of the fields, which is more often a slip of the
    /// pen than meant. The names of columns are a record, and no field of it is processed.
    fn nothing_found(&self, summary: &Summary) -> Option<&'static str> {
        if summary.fields > 0 || summary.not_json.count > 0 {
            return None;
        }
        match self {
            Work::Json(_) if summary.lines > 0 => Some("no record has a string that --field names"),
            Work::Columns(..) if summary.lines > 1 => Some("no record has a column of --column"),
            _ => None,
        }
    }

    /// What a record is called.
    fn unit(&self) -> &'static str {
        match self {
            Work::Json(_) => "line",
            Work::Columns(..) => "record",
        }
    }
}

/// Processes one input, writing as it goes. A closed standard output is `Break`.
pub(crate) fn lines(
    settings: &Settings,
    terminals: Terminals,
    records: &RecordFormat,
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
        let obstacle = done.changed.then(|| open::obstacle(settings, source));
        let obstacle = obstacle.flatten();
        done.data = words::listed(done.changed, obstacle.is_some()).into();
        done.data
            .extend(render::name(source.name(), terminals.stdout));
        let why = obstacle.map(|what| format!(": {what}")).unwrap_or_default();
        done.data.extend_from_slice(format!("{why}\n").as_bytes());
    } else if matches!(settings.action, Action::Check(_)) && done.changed {
        done.data = render::name(source.name(), terminals.stdout);
        done.data.push(b'\n');
    }
    ControlFlow::Continue(done)
}

fn run(
    settings: &Settings,
    records: &RecordFormat,
    source: &Source,
    done: &mut Done,
) -> Result<ControlFlow<()>, String> {
    let mut opened = open(settings, source)?;
    let mut sink = Sink::open(settings, source, &mut opened)?;
    let mut reader = opened.reader;
    if let Some(encoding) = settings.lines.filter(|&e| e != Encoding::Utf8) {
        reader = Box::new(Recoded::new(reader, encoding));
    }
    let work = match records {
        RecordFormat::Json(lines) => Work::Json(lines),
        RecordFormat::Columns(columns) => {
            let mut head = Vec::new();
            let read = Read::by_ref(&mut reader)
                .take(HEAD_BYTES)
                .read_to_end(&mut head);
            read.map_err(|error| plain(&error))?;
            let settled = columns.settle(&settings.pipeline, &head);
            let settled = settled.map_err(|error| unsettled(&error))?;
            done.warnings.extend(kept(&settled));
            reader = Box::new(io::Cursor::new(head).chain(reader));
            Work::Columns(columns, settled)
        }
    };
    let mut summary = Summary::default();
    let mut failed = None;
    let mut closed = false;
    ordered_within(
        settings.jobs,
        BATCH_WEIGHT,
        |(_, batch): &(usize, io::Result<Vec<u8>>)| batch.as_ref().map_or(0, Vec::len),
        Batches::of(reader, |bytes: &[u8], first| work.whole_bytes(bytes, first)).enumerate(),
        |(number, batch)| {
            let mut written = Vec::new();
            let result = batch.map(|batch| {
                let part = work.run(&settings.pipeline, number == 0, &batch, &mut written);
                (part, (written == batch).then_some(batch.len()))
            });
            (result, written)
        },
        |(result, written)| {
            let wrote = match result {
                Ok((part, unchanged)) => {
                    summary = summary.plus(part);
                    sink.write(&written, unchanged, &settings.terms)
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
        || summary.malformed.count > 0
        || summary.least_probability < CERTAIN;
    done.said = Some(format!(
        "{} of {} {}s changed",
        summary.changed_lines,
        summary.lines,
        work.unit()
    ));
    sink.commit(&settings.terms)?;
    done.warnings
        .extend(work.nothing_found(&summary).map(str::to_owned));
    report(&summary, work.unit(), done)
}

/// Warns of what was left, and fails over what should have been a record or text.
fn report(summary: &Summary, unit: &str, done: &mut Done) -> Result<ControlFlow<()>, String> {
    let told = |tally: Tally, one: &str, more: &str| match tally.count {
        0 => None,
        1 => Some(format!("{unit} {} {one}", tally.first_line)),
        count => Some(format!(
            "{count} {more}, the first in {unit} {}",
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
                "has a field in an unknown encoding; left as it is",
                "fields are in an unknown encoding and are left as they are",
            ),
            told(
                summary.malformed,
                "has a field that is not in the encoding of its column; left as it is",
                "fields are not in the encoding of their column and are left as they are",
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
            summary.misquoted,
            "has a field whose quotes do not close at its end; left as it is",
            "fields have quotes that do not close at their end and are left as they are",
        ),
        told(
            summary.unencodable,
            "has a field whose result its encoding lacks characters for; left as it is",
            "fields have results that their encoding lacks characters for and are left as they are",
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

fn unsettled(error: &zhfix::Error) -> String {
    match error.kind() {
        ErrorKind::UnknownName {
            what: "column",
            name,
        } => format!("has no column called {name:?}"),
        ErrorKind::UnknownName { name, .. } => {
            format!("is in {name}; --from-encoding {name} reads it and writes UTF-8")
        }
        _ => error.to_string(),
    }
}

fn kept(settled: &Settled) -> Option<String> {
    let kept = settled.kept_encodings().next()?.name();
    Some(format!(
        "the other columns are not UTF-8, so the columns stay in {kept}; \
         --from-encoding {kept} makes the whole file UTF-8"
    ))
}

/// Whole lines as they arrive: a batch ends at the last line end that was read, so that a
/// slow pipe does not wait for a full one.
struct Batches<R, W> {
    reader: R,
    whole_bytes: W,
    begun: Vec<u8>,
    /// Whether what is begun is the beginning of the file.
    first: bool,
    /// The length of what is begun at which its end is looked for again.
    searched_next: usize,
    ready: VecDeque<io::Result<Vec<u8>>>,
    ended: bool,
}

impl<R: Read, W: Fn(&[u8], bool) -> usize> Batches<R, W> {
    fn of(reader: R, whole_bytes: W) -> Batches<R, W> {
        Batches {
            reader,
            whole_bytes,
            begun: Vec::new(),
            first: true,
            searched_next: 0,
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
        progress::read(count);
        self.begun.truncate(before + count);
        match read {
            Ok(0) => {
                self.ended = true;
                if !self.begun.is_empty() {
                    self.ready.push_back(Ok(std::mem::take(&mut self.begun)));
                }
            }
            Ok(_) if self.begun.len() < self.searched_next => {}
            Ok(_) => {
                let whole = (self.whole_bytes)(&self.begun, self.first);
                // A long record is searched for its end each time it grew by half, so that
                // the time stays in proportion to its length.
                self.searched_next = match (whole, self.begun.len()) {
                    (0, bytes) if bytes > BATCH_BYTES => bytes + bytes / 2,
                    _ => 0,
                };
                if whole > 0 {
                    self.first = false;
                    let rest = self.begun.split_off(whole);
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

impl<R: Read, W: Fn(&[u8], bool) -> usize> Iterator for Batches<R, W> {
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
            let lines = JsonLines::new([]);
            let work = Work::Json(&lines);
            let batches: Vec<Vec<u8>> = Batches::of(Slow(input, step), |b: &[u8], first| {
                work.whole_bytes(b, first)
            })
            .map(|batch| batch.unwrap())
            .collect();
            assert_eq!(batches.concat(), input, "steps of {step}");
            let (_, all_but_last) = batches.split_last().unwrap();
            assert!(all_but_last.iter().all(|batch| batch.ends_with(b"\n")));
        }
    }
}
