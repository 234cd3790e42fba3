//! One input that is too large to be held: read, processed and written in parts.
//!
//! The facts of the document are decided once by the library; here its parts go to all threads
//! and come back in order. What is written is what a document that fits into memory would
//! give, but for one thing: where the encoding stays, a part whose text did not change keeps
//! its bytes, whatever other parts do.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::ControlFlow;

use zhfix::Encoding;
use zhfix::codec;
use zhfix::detect::Verdict;
use zhfix::pipeline::{Part, PartOutcome, Parts, Total};

use crate::document::{CERTAIN, Done, Work};
use crate::encode::{self, Replaced};
use crate::explain::InParts;
use crate::frame::Frame;
use crate::open::Opened;
use crate::packed::Reader;
use crate::settings::{Action, Destination};
use crate::sink::Sink;
use crate::walk::{Source, plain};
use crate::{jobs, progress, words};

/// Samples that are taken of a file behind its beginning, at even distances.
const SAMPLES: u64 = 16;
/// The length of one.
const SAMPLE_BYTES: u64 = 64 << 10;

/// A large input, open.
pub(crate) struct Large<'s> {
    pub(crate) opened: Opened,
    pub(crate) parts: Box<Parts<'s, Reader>>,
    pub(crate) source: Source,
}

/// What a thread makes of a part.
struct Made {
    outcome: PartOutcome,
    written: Vec<u8>,
    changed: bool,
    replaced: Replaced,
    /// What it was decoded to, where that is to be shown.
    decoded: String,
}

/// What the run does with what comes out.
pub(crate) trait Show {
    /// Writes to standard output.
    fn show(&mut self, data: &[u8]) -> ControlFlow<()>;
}

/// Does what the settings say with a large input. `Break`: standard output is closed.
pub(crate) fn large(
    work: &Work<'_, '_>,
    large: Large<'_>,
    done: &mut Done,
    show: &mut impl Show,
) -> ControlFlow<()> {
    match run(work, large, done, show) {
        Ok(flow) => flow,
        Err(what) => {
            done.failure = Some(what);
            ControlFlow::Continue(())
        }
    }
}

fn run(
    work: &Work<'_, '_>,
    large: Large<'_>,
    done: &mut Done,
    show: &mut impl Show,
) -> Result<ControlFlow<()>, String> {
    let settings = work.settings;
    let mut opened = large.opened;
    let samples = match (large.source.path(), opened.packing) {
        (Some(path), None) => samples(path).map_err(|error| plain(&error))?,
        _ => Vec::new(),
    };
    let parts = large.parts.with_samples(&samples);
    let shows = matches!(
        settings.action,
        Action::Detect { .. } | Action::Explain { .. }
    );
    if parts.facts().verdict() == Verdict::Binary && !shows {
        if large.source.found() {
            done.skipped = true;
            return Ok(ControlFlow::Continue(()));
        }
        return Err("is binary, not text; --from-encoding reads it all the same".to_owned());
    }
    let unknown = parts.facts().encoding().is_none();
    let mut sink = match &settings.action {
        Action::Detect { .. } | Action::Explain { .. } => Sink::Nowhere,
        _ => Sink::open(settings, &large.source, &mut opened)?,
    };
    let terms = &settings.terms;
    let mut total = Total::new();
    let mut failed = None;
    let mut stopped = false;
    let mut closed = false;
    let mut replaced = Replaced::default();
    let mut explained = explains(settings.action).then(|| InParts::new(work.look()));
    jobs::ordered(
        settings.jobs,
        parts.enumerate(),
        |(number, part)| -> Result<Made, String> {
            let part = part.map_err(|error| plain(&error))?;
            process(work, part, number == 0)
        },
        |made| {
            let mut made = match made {
                Ok(made) => made,
                Err(what) => {
                    failed = Some(what);
                    return ControlFlow::Break(());
                }
            };
            if let Some(explained) = explained.as_mut().filter(|all| all.has_room()) {
                explained.add(&made.decoded, made.outcome.report());
            }
            total.add(&mut made.outcome);
            let bytes = usize::try_from(made.outcome.report().bytes).unwrap_or(usize::MAX);
            progress::read(bytes);
            if settings.strict && total.report().contradiction.is_some() {
                stopped = true;
                return ControlFlow::Break(());
            }
            done.changed |= made.changed;
            replaced.add(made.replaced);
            if let Sink::Stdout(_) = sink {
                closed = show.show(&made.written).is_break();
                return match closed {
                    true => ControlFlow::Break(()),
                    false => ControlFlow::Continue(()),
                };
            }
            let unchanged = (!made.changed).then_some(bytes);
            match sink.write(&made.written, unchanged, terms) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    failed = Some(plain(&error));
                    ControlFlow::Break(())
                }
            }
        },
    );
    if closed {
        return Ok(ControlFlow::Break(()));
    }
    if let Some(what) = failed {
        return Err(what);
    }
    let report = total.into_report();
    let unsure = report.encoding_probability().is_some_and(|p| p < CERTAIN);
    let damaged = report.is_damaged();
    done.uncertain = unknown || unsure || damaged || report.contradiction.is_some();
    if unknown && !shows {
        done.warnings
            .push("encoding unknown; copied unchanged".into());
    }
    if !shows {
        work.warn(done, &report);
    }
    if let (Some(to), false) = (work.to(report.encoding), replaced.is_empty()) {
        done.warnings.push(replaced.said(to));
    }
    if stopped {
        done.changed = false;
        done.warnings
            .push("stopped there, since --strict says so; nothing further is written".into());
    } else if done.changed
        && settings.destination == Destination::InPlace
        && settings.action == Action::Write
        && !terms.keep_a_copy()
        && report.malformed_count() > 0
    {
        return Err(words::would_be_lost(&report));
    } else {
        sink.commit(terms)?;
    }
    let encodings = [report.encoding, work.to(report.encoding)];
    work.show_findings(done, &report, encodings, None);
    if let Some(explained) = explained {
        let name = String::from_utf8_lossy(&work.shown_name()).into_owned();
        done.data = explained.finish(&name, &report).into_bytes();
    }
    Ok(ControlFlow::Continue(()))
}

/// Whether findings are shown with the text around them.
fn explains(action: Action) -> bool {
    matches!(action, Action::Explain { json: false })
}

/// Runs a part through the pipeline, and encodes what comes out.
fn process(work: &Work<'_, '_>, part: Part, is_first: bool) -> Result<Made, String> {
    let decoded = match explains(work.settings.action) {
        true => part.decoded().into_owned(),
        false => String::new(),
    };
    let mut outcome = work.settings.pipeline.run_part(part);
    let Some(encoding) = outcome.report().encoding.filter(|_| !outcome.is_bytes()) else {
        return Ok(Made {
            written: outcome.take(true),
            outcome,
            changed: false,
            replaced: Replaced::default(),
            decoded,
        });
    };
    let frame = Frame::of(work.settings, encoding, is_first && outcome.report().bom);
    let is_same_frame = match is_first {
        true => frame.is_same(),
        false => frame.keeps_encoding(),
    };
    let unchanged = is_same_frame && outcome.is_same();
    let mut replaced = Replaced::default();
    let mut written = match is_first {
        true => frame.bom.clone(),
        false => Vec::new(),
    };
    let mut stays = false;
    if frame.to == Encoding::Utf8 {
        match written.is_empty() {
            true => {
                // Bytes that are given out as they came are those of the input.
                stays = outcome.is_borrowed();
                written = outcome.take(false);
            }
            false => written.extend_from_slice(outcome.utf8()),
        }
    } else if unchanged && outcome.raw().is_some() {
        written = outcome.take(true);
    } else {
        let text = String::from_utf8(outcome.take(false)).map_err(|error| error.to_string())?;
        let encoded = encode::encode(&text, frame.to, work.settings.unencodable);
        let (encoded, others) = encoded.map_err(|error| words::unencodable(&error, &text))?;
        replaced = others;
        if replaced.is_empty()
            && work.reads_back()
            && codec::decode(&encoded, frame.to).text != text
        {
            return Err(words::not_read_back(frame.to));
        }
        written.extend_from_slice(&encoded);
    }
    let differs = !stays && outcome.raw().is_none_or(|raw| raw != written);
    Ok(Made {
        changed: !unchanged && differs,
        written,
        outcome,
        replaced,
        decoded,
    })
}

/// Samples of a file behind the beginning that the facts are decided from; none of one that
/// cannot be cut at bytes, or is no file.
fn samples(path: &std::path::Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let length = file
        .metadata()
        .map(|found| if found.is_file() { found.len() } else { 0 })?;
    let mut samples = Vec::new();
    for number in 1..=SAMPLES {
        let at = length / (SAMPLES + 1) * number;
        if at < 4 << 20 {
            continue;
        }
        file.seek(SeekFrom::Start(at))?;
        let mut sample = Vec::new();
        Read::by_ref(&mut file)
            .take(SAMPLE_BYTES)
            .read_to_end(&mut sample)?;
        // Where UTF-16 is cut nobody knows, and its beginning has said what it is.
        if memchr_nul(&sample) {
            return Ok(Vec::new());
        }
        let whole = |byte: &u8| *byte == b'\n';
        if let (Some(first), Some(last)) = (
            sample.iter().position(whole),
            sample.iter().rposition(whole),
        ) {
            samples.extend_from_slice(sample.get(first + 1..=last).unwrap_or_default());
        }
    }
    Ok(samples)
}

fn memchr_nul(bytes: &[u8]) -> bool {
    bytes.contains(&0)
}
