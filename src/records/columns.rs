//! Columns of CSV and TSV: the fields under some names or numbers are documents.
//!
//! Fields are mostly too short to tell an encoding by, so each column is judged as a
//! whole, from the head of the file ([`Columns::settle`]), and then every field is read
//! in that encoding. Fields are written in UTF-8, unless the bytes outside of the columns
//! are in an older encoding themselves: then the columns stay in theirs, since a file in
//! two encodings is of use to nobody. What cannot be read or written so is left as it is
//! and counted. A field keeps its quotes and gets some where its new text needs them.

pub use super::cells::Separator;
use super::cells::{self, content, mark_bytes};
use super::settled::{Facts, Settled};
use crate::codec;
use crate::encoding::Encoding;
use crate::error::{Error, ErrorKind};
use crate::pipeline::Pipeline;

/// A column.
///
/// # Examples
/// ```
/// use zhfix::records::{Column, Columns, Separator};
/// let columns = [Column::Number(3), Column::Name("title".to_owned())];
/// let columns = Columns::new(Separator::Comma, columns);
/// assert_eq!(columns.whole_records_bytes(b"id,title\n", true), 9);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Column {
    /// By its place, counted from 1.
    Number(usize),
    /// By the field of the first record, which is then no document itself.
    Name(String),
}

/// Processes named columns of CSV or TSV.
///
/// # Examples
/// ```
/// use zhfix::Pipeline;
/// use zhfix::records::{Column, Columns, Separator};
///
/// let pipeline = Pipeline::default();
/// let columns = Columns::new(Separator::Comma, [Column::Name("書名".to_owned())]);
/// let input = "編號,書名\r\n1,\"漢字,\"\"與\"\"人\"\r\n".as_bytes();
/// let settled = columns.settle(&pipeline, input)?;
/// let mut output = Vec::new();
/// let summary = settled.run(&pipeline, input, true, &mut output);
/// assert_eq!(output, "編號,書名\r\n1,\"汉字,\"\"与\"\"人\"\r\n".as_bytes());
/// assert_eq!((summary.lines, summary.changed_lines), (2, 1));
/// # Ok::<(), zhfix::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Columns {
    separator: Separator,
    columns: Vec<Column>,
}

impl Columns {
    /// Processes these columns.
    ///
    /// # Examples
    /// ```
    /// use zhfix::records::{Column, Columns, Separator};
    /// let columns = Columns::new(Separator::Comma, [Column::Number(1)]);
    /// assert_eq!(columns.whole_records_bytes(b"", true), 0);
    /// ```
    #[must_use]
    pub fn new(separator: Separator, columns: impl IntoIterator<Item = Column>) -> Columns {
        let columns = columns.into_iter().collect();
        Columns { separator, columns }
    }

    /// How many of the bytes are whole records. `first`: they begin the file, whose mark is no
    /// part of its first field. Memory: none. Time: one pass.
    ///
    /// # Examples
    /// ```
    /// use zhfix::records::{Column, Columns, Separator};
    /// let columns = Columns::new(Separator::Comma, [Column::Number(1)]);
    /// // A quoted field goes on over the line's end.
    /// assert_eq!(columns.whole_records_bytes(b"a,b\n\"c\nd\",e\nf", true), 12);
    /// ```
    #[must_use]
    pub fn whole_records_bytes(&self, bytes: &[u8], first: bool) -> usize {
        let (mut at, mut whole) = (mark_bytes(bytes, first), 0);
        while at < bytes.len() {
            let cell = cells::cell(bytes, at, self.separator);
            at = cell.next;
            if cell.last && !cell.cut {
                whole = at;
            }
        }
        whole
    }

    /// Finds the columns and their encodings in the head of a file; what it ends in may be
    /// cut anywhere. The more there is, the surer the encodings.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownName`] where the first record has no field of such a name, or
    /// the file is in an encoding whose bytes cannot be told apart before they are decoded
    /// (UTF-16 and its like).
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::records::{Column, Columns, Separator};
    /// let pipeline = Pipeline::default();
    /// let columns = Columns::new(Separator::Comma, [Column::Number(2)]);
    /// let input = "1,漢字\n".as_bytes();
    /// assert!(columns.settle(&pipeline, input).is_ok());
    /// let named = Columns::new(Separator::Comma, [Column::Name("nowhere".to_owned())]);
    /// assert!(named.settle(&pipeline, input).is_err());
    /// ```
    pub fn settle(&self, pipeline: &Pipeline, head: &[u8]) -> Result<Settled, Error> {
        let unknown = |what, name: &str| {
            let name = name.to_owned();
            Err(Error::from(ErrorKind::UnknownName { what, name }))
        };
        let (whole, _) = pipeline.encoding_of(head);
        if let Some(whole) = whole.filter(|whole| !is_told_apart(*whole)) {
            return unknown("separator in a file that is", whole.name());
        }
        let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
        let first = first_record(head, self.separator);
        if first.is_empty() {
            // An empty file has no columns, and nothing to do.
            return Ok(self.with_encodings(pipeline, head, &[]));
        }
        let mut places = Vec::new();
        for column in &self.columns {
            match column {
                Column::Number(number) => places.push(number.saturating_sub(1)),
                Column::Name(name) => {
                    let is_name = |raw: &&[u8]| {
                        let raw = content(raw);
                        raw == name.as_bytes()
                            || whole.is_some_and(|whole| codec::decode(&raw, whole).text == *name)
                    };
                    let named = first.iter().enumerate().filter(|(_, raw)| is_name(raw));
                    let before = places.len();
                    places.extend(named.map(|(place, _)| place));
                    if places.len() == before {
                        return unknown("column", name);
                    }
                }
            }
        }
        crate::order::sort_by_key(&mut places, |place| *place);
        places.dedup();
        Ok(self.with_encodings(pipeline, head, &places))
    }

    fn with_encodings(&self, pipeline: &Pipeline, head: &[u8], places: &[usize]) -> Settled {
        let has_header = self.columns.iter().any(|c| matches!(c, Column::Name(_)));
        let mut inside = vec![Vec::new(); places.len()];
        let mut outside = Vec::new();
        let (mut at, mut place, mut record) = (0, 0, 0);
        while at < head.len() {
            let cell = cells::cell(head, at, self.separator);
            let raw = head.get(cell.span.clone()).unwrap_or_default();
            match places.binary_search(&place) {
                Ok(index) if !(cell.cut || has_header && record == 0) => {
                    if let Some(inside) = inside.get_mut(index) {
                        inside.extend_from_slice(&content(raw));
                        inside.push(b'\n');
                    }
                }
                Err(_) if !cell.cut => {
                    outside.extend_from_slice(raw);
                    outside.push(b'\n');
                }
                _ => {}
            }
            (place, record) = match cell.last {
                true => (0, record + 1),
                false => (place + 1, record),
            };
            at = cell.next;
        }
        let is_utf8 = |bytes: &[u8]| std::str::from_utf8(bytes).is_ok();
        let outside_is_older = !is_utf8(&outside);
        let certainly_utf8 = !outside_is_older && !outside.is_ascii();
        let mut least_probability: f32 = 1.0;
        let facts = places.iter().zip(inside).map(|(&place, bytes)| {
            // What is only ASCII says nothing of what may follow.
            let from = if bytes.is_ascii() || certainly_utf8 && is_utf8(&bytes) {
                Some(Encoding::Utf8)
            } else {
                let (from, probability) = pipeline.encoding_of(&bytes);
                least_probability = least_probability.min(probability);
                from.filter(|from| is_told_apart(*from))
            };
            let to = from.filter(|_| outside_is_older).unwrap_or(Encoding::Utf8);
            (place, Facts { from, to })
        });
        Settled {
            separator: self.separator,
            places: facts.collect(),
            has_header,
            least_probability,
        }
    }
}

/// Whether separators and quotes can be seen in the undecoded bytes.
fn is_told_apart(encoding: Encoding) -> bool {
    let name = encoding.name();
    let shifts = ["UTF-16", "UTF-32", "HZ", "ISO-2022"];
    !shifts.iter().any(|shift| name.starts_with(shift))
}

/// The fields of the first record with their quotes.
fn first_record(head: &[u8], separator: Separator) -> Vec<&[u8]> {
    let mut fields = Vec::new();
    let mut at = 0;
    while at < head.len() {
        let cell = cells::cell(head, at, separator);
        fields.push(head.get(cell.span.clone()).unwrap_or_default());
        if cell.last {
            break;
        }
        at = cell.next;
    }
    fields
}
