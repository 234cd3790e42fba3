//! What was met on the way through records: counts, each with the place of the first.

/// How often something was met, and where first.
///
/// # Examples
/// ```
/// let none = zhfix::records::Tally::default();
/// assert_eq!((none.count, none.first_line), (0, 0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Tally {
    /// How often.
    pub count: u64,
    /// The line or record where it was met first, counted from 1; 0 where it never was.
    pub first_line: u64,
}

impl Tally {
    pub(super) fn add(&mut self, line: u64) {
        self.count += 1;
        if self.first_line == 0 {
            self.first_line = line;
        }
    }

    fn plus(self, next: Tally, lines_before: u64) -> Tally {
        Tally {
            count: self.count + next.count,
            first_line: match (self.first_line, next.first_line) {
                (0, 0) => 0,
                (0, first) => first + lines_before,
                (first, _) => first,
            },
        }
    }
}

/// What was met in some lines, or in some records of columns.
///
/// # Examples
/// ```
/// use zhfix::Pipeline;
/// use zhfix::records::JsonLines;
/// let records = JsonLines::new(["t".to_owned()]);
/// let run = |lines: &[u8]| records.run(&Pipeline::default(), lines, &mut Vec::new());
/// assert_eq!(run(b"no JSON\n").not_json.count, 1);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Summary {
    /// How many lines or records there were.
    pub lines: u64,
    /// How many of them were written with at least one change.
    pub changed_lines: u64,
    /// How many fields there were to process: strings under the names, fields of the columns.
    pub fields: u64,
    /// Lines that are not JSON.
    pub not_json: Tally,
    /// Strings with a lone surrogate.
    pub lone_surrogate: Tally,
    /// Strings that are not base64 where base64 was announced.
    pub not_base64: Tally,
    /// Base64 of bytes that are no text.
    pub binary: Tally,
    /// Base64 of bytes in an encoding that there is not enough to name.
    pub unknown: Tally,
    /// Documents with bytes that could not be decoded, or damage that cannot be repaired.
    pub damaged: Tally,
    /// Columns: fields whose quotes do not close where the field ends.
    pub misquoted: Tally,
    /// Columns: fields that are not in the encoding of their column.
    pub malformed: Tally,
    /// Columns: results that cannot be written in the encoding of their column.
    pub unencodable: Tally,
    /// The least probability of any encoding that was detected.
    pub least_probability: f32,
}

impl Default for Summary {
    fn default() -> Self {
        let none = Tally::default();
        Summary {
            lines: 0,
            changed_lines: 0,
            fields: 0,
            not_json: none,
            lone_surrogate: none,
            not_base64: none,
            binary: none,
            unknown: none,
            damaged: none,
            misquoted: none,
            malformed: none,
            unencodable: none,
            least_probability: 1.0,
        }
    }
}

impl Summary {
    /// The summary of these lines and of those that follow them.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::records::JsonLines;
    /// let records = JsonLines::new(["t".to_owned()]);
    /// let run = |lines: &[u8]| records.run(&Pipeline::default(), lines, &mut Vec::new());
    /// let both = run(b"{}\n").plus(run(b"no JSON\n"));
    /// assert_eq!((both.lines, both.not_json.first_line), (2, 2));
    /// ```
    #[must_use]
    pub fn plus(self, next: Summary) -> Summary {
        let tally = |mine: Tally, its: Tally| mine.plus(its, self.lines);
        Summary {
            lines: self.lines + next.lines,
            changed_lines: self.changed_lines + next.changed_lines,
            fields: self.fields + next.fields,
            not_json: tally(self.not_json, next.not_json),
            lone_surrogate: tally(self.lone_surrogate, next.lone_surrogate),
            not_base64: tally(self.not_base64, next.not_base64),
            binary: tally(self.binary, next.binary),
            unknown: tally(self.unknown, next.unknown),
            damaged: tally(self.damaged, next.damaged),
            misquoted: tally(self.misquoted, next.misquoted),
            malformed: tally(self.malformed, next.malformed),
            unencodable: tally(self.unencodable, next.unencodable),
            least_probability: self.least_probability.min(next.least_probability),
        }
    }
}
