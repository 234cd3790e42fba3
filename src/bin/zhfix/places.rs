//! Places in a text as people count them.

/// Line and column, counted from 1, columns in characters, of ascending byte offsets.
pub(crate) struct Places<'t> {
    text: &'t str,
    at: usize,
    line: usize,
    /// Characters of the line in front of `at`.
    chars: usize,
}

impl<'t> Places<'t> {
    /// Places in this text.
    pub(crate) fn of(text: &'t str) -> Places<'t> {
        Places {
            text,
            at: 0,
            line: 1,
            chars: 0,
        }
    }

    /// The place of an offset; going back starts again at the top. What was passed is not read
    /// again, so that a long line costs no more than many short ones.
    pub(crate) fn find(&mut self, offset: usize) -> (usize, usize) {
        if offset < self.at {
            *self = Places::of(self.text);
        }
        let end = offset.min(self.text.len());
        let passed = self.text.as_bytes().get(self.at..end).unwrap_or_default();
        for &byte in passed {
            if byte == b'\n' {
                self.line += 1;
                self.chars = 0;
            } else if byte & 0xC0 != 0x80 {
                // It begins a character; continuation bytes are 10xxxxxx.
                self.chars += 1;
            }
        }
        self.at = end;
        (self.line, self.chars + 1)
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
