//! Places in a text as people count them.

/// Line and column, counted from 1, columns in characters, of ascending byte offsets.
pub(crate) struct Places<'t> {
    text: &'t str,
    at: usize,
    line: usize,
    line_start: usize,
}

impl<'t> Places<'t> {
    /// Places in this text.
    pub(crate) fn of(text: &'t str) -> Places<'t> {
        Places {
            text,
            at: 0,
            line: 1,
            line_start: 0,
        }
    }

    /// The place of an offset; going back starts again at the top.
    pub(crate) fn find(&mut self, offset: usize) -> (usize, usize) {
        if offset < self.at {
            *self = Places::of(self.text);
        }
        let end = offset.min(self.text.len());
        let passed = self.text.as_bytes().get(self.at..end).unwrap_or_default();
        for (index, _) in passed.iter().enumerate().filter(|(_, b)| **b == b'\n') {
            self.line += 1;
            self.line_start = self.at + index + 1;
        }
        self.at = end;
        let before = self.text.as_bytes().get(self.line_start..end);
        // Bytes that begin a character; continuation bytes are 10xxxxxx.
        let starts = |byte: &&u8| **byte & 0xC0 != 0x80;
        (
            self.line,
            before.unwrap_or_default().iter().filter(starts).count() + 1,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_lines_and_characters() {
        let mut places = Places::of("ab\n漢字x\r\n\n末");
        let rows = [
            (0, (1, 1)),
            (2, (1, 3)),
            (3, (2, 1)),
            (9, (2, 3)),
            (13, (4, 1)),
            (6, (2, 2)),
        ];
        for (offset, expect) in rows {
            assert_eq!(places.find(offset), expect, "byte {offset}");
        }
        assert_eq!(places.find(99), (4, 2));
    }
}
