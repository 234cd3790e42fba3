//! Columns that were found in a file, with their encodings: every field of them is read,
//! processed and written back. All that is decided of the file stands here, so that its
//! records can come in parts.

use std::borrow::Cow;

use super::cells::{self, Cell, Form, Separator, content, mark_bytes, quoted};
use super::summary::Summary;
use crate::codec::{self, Unencodable};
use crate::encoding::Encoding;
use crate::pipeline::Pipeline;

/// Columns of one file, found and with their encodings.
///
/// # Examples
/// ```
/// use zhfix::Pipeline;
/// use zhfix::records::{Column, Columns, Separator};
/// let pipeline = Pipeline::default();
/// let columns = Columns::new(Separator::Comma, [Column::Number(2)]);
/// let input = "1,漢字\n".as_bytes();
/// let settled = columns.settle(&pipeline, input)?;
/// let mut output = Vec::new();
/// settled.run(&pipeline, input, true, &mut output);
/// assert_eq!(output, "1,汉字\n".as_bytes());
/// # Ok::<(), zhfix::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Settled {
    pub(super) separator: Separator,
    /// The places of the columns, counted from 0, in order, each with its encoding.
    pub(super) places: Vec<(usize, Facts)>,
    pub(super) has_header: bool,
    pub(super) least_probability: f32,
}

/// How a column is read and written; the encoding is `None` where there is not enough to
/// name it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts {
    pub(super) from: Option<Encoding>,
    pub(super) to: Encoding,
}

impl Settled {
    /// The encodings in which the columns are written, other than UTF-8.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::records::{Column, Columns, Separator};
    /// let pipeline = Pipeline::default();
    /// let columns = Columns::new(Separator::Comma, [Column::Number(2)]);
    /// let input = "1,漢字\n".as_bytes();
    /// assert!(columns.settle(&pipeline, input)?.kept_encodings().next().is_none());
    /// # Ok::<(), zhfix::Error>(())
    /// ```
    pub fn kept_encodings(&self) -> impl Iterator<Item = Encoding> + '_ {
        let written = self.places.iter().map(|(_, facts)| facts.to);
        written.filter(|&to| to != Encoding::Utf8)
    }

    /// Processes whole records and appends them to `output`. `first`: they begin the file.
    /// Records are numbered from 1 within `records`; [`Summary::plus`] joins what follows.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::records::{Column, Columns, Separator};
    /// let pipeline = Pipeline::default();
    /// let columns = Columns::new(Separator::Comma, [Column::Number(2)]);
    /// let input = "1,漢字\n".as_bytes();
    /// let mut output = Vec::new();
    /// let summary = columns.settle(&pipeline, input)?.run(&pipeline, input, true, &mut output);
    /// assert_eq!(summary.changed_lines, 1);
    /// # Ok::<(), zhfix::Error>(())
    /// ```
    pub fn run(
        &self,
        pipeline: &Pipeline,
        records: &[u8],
        first: bool,
        output: &mut Vec<u8>,
    ) -> Summary {
        let mut summary = Summary {
            least_probability: self.least_probability,
            ..Summary::default()
        };
        let mut at = mark_bytes(records, first);
        output.extend_from_slice(records.get(..at).unwrap_or_default());
        let (mut place, mut copied, mut changed) = (0, at, false);
        while at < records.len() {
            let cell = cells::cell(records, at, self.separator);
            let wanted = self
                .places
                .binary_search_by_key(&place, |(place, _)| *place);
            let is_header = first && self.has_header && summary.lines == 0;
            let wanted = wanted.ok().filter(|_| !is_header);
            summary.fields += u64::from(wanted.is_some());
            if let Some((_, facts)) = wanted.and_then(|index| self.places.get(index))
                && let Some(new) = self.field(pipeline, records, &cell, *facts, &mut summary)
            {
                output.extend_from_slice(records.get(copied..cell.span.start).unwrap_or_default());
                output.extend_from_slice(&new);
                copied = cell.span.end;
                changed = true;
            }
            place += 1;
            if cell.last {
                summary.lines += 1;
                summary.changed_lines += u64::from(changed);
                (place, changed) = (0, false);
            }
            at = cell.next;
        }
        if place > 0 {
            // The bytes end in a separator.
            summary.lines += 1;
            summary.changed_lines += u64::from(changed);
        }
        output.extend_from_slice(records.get(copied..).unwrap_or_default());
        summary
    }

    /// What to write for a field, if it changes.
    fn field(
        &self,
        pipeline: &Pipeline,
        records: &[u8],
        cell: &Cell,
        facts: Facts,
        summary: &mut Summary,
    ) -> Option<Vec<u8>> {
        let raw = records.get(cell.span.clone()).unwrap_or_default();
        let number = summary.lines + 1;
        if cell.form == Form::Misquoted {
            summary.misquoted.add(number);
            return None;
        }
        let bytes = match cell.form {
            Form::Quoted => content(raw),
            _ => Cow::Borrowed(raw),
        };
        let Some(from) = facts.from else {
            if !bytes.is_ascii() {
                summary.unknown.add(number);
            }
            return None;
        };
        // Beside the pipeline there is no byte-order mark in the middle of a file.
        let decoded = codec::decode(&bytes, from);
        if !decoded.malformed.is_empty() || decoded.bom {
            summary.malformed.add(number);
            return None;
        }
        let outcome = pipeline.run_text(&decoded.text);
        if outcome.report.is_damaged() {
            summary.damaged.add(number);
        }
        let text = outcome.text?;
        if text == decoded.text && from == facts.to {
            return None;
        }
        let Ok(written) = codec::encode(&text, facts.to, Unencodable::Error) else {
            summary.unencodable.add(number);
            return None;
        };
        let has = |byte: u8| written.contains(&byte);
        let needs_quotes = has(self.separator.byte())
            || has(b'\n')
            || has(b'\r')
            || self.separator == Separator::Comma && has(b'"') && !raw.contains(&b'"');
        let new = if cell.form == Form::Quoted || needs_quotes {
            quoted(&written)
        } else {
            written.into_owned()
        };
        (new != raw).then_some(new)
    }
}
