//! A document of any size from a reader to a writer.

use std::io::{self, Read, Write};

use super::{Document, PartOutcome, Pipeline};
use crate::Span;
use crate::report::{Contradiction, Report};

/// How many entries each list of a report on a large document has; the rest is counted.
const LISTED_MAX: usize = 10_000;

/// What came of a document so far, as its parts are added in order. Memory: at most 10,000
/// entries a list.
///
/// # Examples
/// ```
/// use zhfix::Pipeline;
/// use zhfix::pipeline::{Document, Total};
/// let pipeline = Pipeline::default();
/// let large = "漢字\n".repeat(1 << 20);
/// let Document::Parts(parts) = pipeline.open(large.as_bytes())? else { panic!() };
/// let mut total = Total::new();
/// for part in parts {
///     total.add(&mut pipeline.run_part(part?));
/// }
/// assert_eq!(total.report().converted_chars, 1 << 20);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Total {
    report: Report,
    text_bytes: usize,
    contradicted_parts: u64,
}

impl Total {
    /// Nothing yet.
    ///
    /// # Examples
    /// ```
    /// use zhfix::pipeline::Total;
    /// assert_eq!(Total::new().report().bytes, 0);
    /// ```
    #[must_use]
    pub fn new() -> Total {
        Total::default()
    }

    /// Adds the next part, and places its report in the document.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::pipeline::{Document, Total};
    /// let pipeline = Pipeline::default();
    /// let large = "漢字\n".repeat(1 << 20);
    /// let Document::Parts(parts) = pipeline.open(large.as_bytes())? else { panic!() };
    /// let mut total = Total::new();
    /// for part in parts {
    ///     total.add(&mut pipeline.run_part(part?));
    /// }
    /// assert_eq!(total.report().bytes, large.len() as u64);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn add(&mut self, part: &mut PartOutcome) {
        let report = &mut part.report;
        let (text, raw) = (self.text_bytes, part.start_bytes);
        let place = |span: &mut Span, by: usize| *span = span.start + by..span.end + by;
        report
            .changes
            .iter_mut()
            .for_each(|c| place(&mut c.span, text));
        report
            .lost
            .iter_mut()
            .for_each(|l| place(&mut l.span, text));
        report
            .malformed
            .iter_mut()
            .for_each(|span| place(span, raw));
        self.text_bytes += part.decoded_bytes;

        let all = &mut self.report;
        all.encoding = part.facts.encoding;
        all.detection.clone_from(&part.facts.detection);
        all.bytes += report.bytes;
        all.bom |= report.bom;
        all.converted_chars += report.converted_chars;
        all.script_counts = all.script_counts.plus(report.script_counts);
        let unlisted = &mut all.unlisted;
        unlisted.changes += listed(&mut all.changes, &report.changes);
        let unlisted_lost = listed(&mut all.lost, &report.lost);
        unlisted.lost += unlisted_lost;
        let listed_lost = report.lost.len() - usize::try_from(unlisted_lost).unwrap_or_default();
        let rest = report.lost.get(listed_lost..).unwrap_or_default();
        unlisted.gone += rest.iter().filter(|loss| loss.is_gone()).count() as u64;
        unlisted.malformed += listed(&mut all.malformed, &report.malformed);
        for warning in &report.warnings {
            if !all.warnings.contains(warning) && all.warnings.len() < LISTED_MAX {
                all.warnings.push(warning.clone());
            }
        }
        if let Some(found) = part.contradiction {
            self.contradicted_parts += 1;
            all.contradiction.get_or_insert(found);
        }
    }

    /// The report on all that was added.
    ///
    /// # Examples
    /// ```
    /// use zhfix::pipeline::Total;
    /// assert!(!Total::new().into_report().is_damaged());
    /// ```
    #[must_use]
    pub fn into_report(self) -> Report {
        let mut report = self.report;
        if let Some(Contradiction { at, encoding }) = report.contradiction {
            let detected = report.encoding.map_or("unknown", |e| e.name());
            let looks = encoding.map_or_else(
                || format!("does not look like {detected}"),
                |other| format!("looks like {}, not {detected}", other.name()),
            );
            let parts = match self.contradicted_parts {
                1 => String::new(),
                more => format!(", as in {} further places", more - 1),
            };
            report.warnings.push(format!(
                "what follows byte {at} {looks} as its beginning does{parts}"
            ));
        }
        report
    }

    /// What is known so far.
    ///
    /// # Examples
    /// ```
    /// use zhfix::pipeline::Total;
    /// assert_eq!(Total::new().report().converted_chars, 0);
    /// ```
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }
}

/// Adds entries while there is room, and says how many there was none for.
fn listed<T: Clone>(all: &mut Vec<T>, more: &[T]) -> u64 {
    let room = LISTED_MAX.saturating_sub(all.len()).min(more.len());
    all.extend_from_slice(&more[..room]);
    (more.len() - room) as u64
}

impl Pipeline {
    /// Runs every stage over a document of any size and writes its text as UTF-8; bytes that
    /// are not text, or in an unknown encoding, are copied.
    ///
    /// A document of at most 4 MiB is processed as [`Pipeline::run`] does. Of a larger one the
    /// encoding, the variant and the kind of damage are decided from its first 4 MiB; the rest
    /// is processed with them in parts that end at line ends. How the reader parts the bytes
    /// cannot matter. The report lists at most 10,000 entries of a kind, and counts the rest
    /// ([`Report::unlisted`]). Time O(n); memory: below 32 MiB, whatever the size of the
    /// document and of its lines.
    ///
    /// # Errors
    /// What the reader or the writer gives.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    ///
    /// let mut out = Vec::new();
    /// let report = Pipeline::default().copy("漢字".as_bytes(), &mut out)?;
    /// assert_eq!((out, report.converted_chars), ("汉字".into(), 1));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn copy(&self, input: impl Read, mut output: impl Write) -> io::Result<Report> {
        let parts = match self.open(input)? {
            Document::Whole(bytes) => {
                let outcome = self.run(&bytes);
                match &outcome.text {
                    Some(text) => output.write_all(text.as_bytes())?,
                    None => output.write_all(&bytes)?,
                }
                return Ok(outcome.report);
            }
            Document::Parts(parts) => parts,
        };
        let mut total = Total::new();
        for part in parts {
            let mut outcome = self.run_part(part?);
            output.write_all(outcome.utf8())?;
            total.add(&mut outcome);
        }
        Ok(total.into_report())
    }
}
