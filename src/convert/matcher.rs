//! Leftmost-longest matching of one compiled dictionary, and what OpenCC copies verbatim.
//!
//! A position is settled by one look-up in most text: a character that begins no phrase and
//! has no value of its own is passed over. Otherwise the double array is walked as long as a
//! phrase continues, and the longest key seen wins; the single character is the shortest.
//! Rivals, for the record: a merged Aho–Corasick automaton finds all keys in one pass but
//! loses OpenCC's group semantics; a hash of whole keys needs one probe a length.
//!
//! An ideographic description sequence (⿰ and its operands) describes a character that
//! cannot be written otherwise. OpenCC copies a complete one as it stands, with its limits:
//! operators U+2FF0–2FFF, nested at most 16 deep, at most 64 characters. U+31EF is not an
//! operator there, so it is none here.

use crate::data::table::{Cursor, Slot, Table, Value};

/// A key found in the text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit<'a> {
    /// Where it ends: a byte offset of the text.
    pub(crate) end: usize,
    /// What it becomes.
    pub(crate) value: Value<'a>,
}

/// Finds the keys of one dictionary.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Matcher<'a> {
    table: Table<'a>,
    /// Single characters that are looked up before those of the table.
    first: Option<Table<'a>>,
}

impl<'a> Matcher<'a> {
    /// A matcher over the bytes of a table.
    pub(crate) fn new(bytes: &'a [u8]) -> Matcher<'a> {
        let table = Table::open(bytes);
        Matcher { table, first: None }
    }

    /// A matcher that looks up single characters in another table first, which holds no phrase
    /// and no ASCII.
    pub(crate) fn with_first(bytes: &'a [u8], first: &'a [u8]) -> Matcher<'a> {
        Matcher {
            first: Some(Table::open(first)),
            ..Matcher::new(bytes)
        }
    }

    /// The value of a single character.
    #[inline]
    fn alone(&self, c: char, slot: Slot) -> Option<Value<'a>> {
        let first = self.first.and_then(|first| first.single(first.slot(c)));
        first.or_else(|| self.table.single(slot))
    }

    /// Whether an ASCII byte can neither be nor begin a key.
    #[inline]
    pub(crate) fn skips(&self, byte: u8) -> bool {
        byte < 0x80 && self.table.ascii >> byte & 1 == 0
    }

    /// The longest key that begins at a character boundary.
    #[inline]
    pub(crate) fn longest(&self, text: &str, at: usize) -> Option<Hit<'a>> {
        let mut rest = text[at..].chars();
        let c = rest.next()?;
        let slot = self.table.slot(c);
        self.phrase_from(slot.id, rest, text.len()).or_else(|| {
            Some(Hit {
                end: at + c.len_utf8(),
                value: self.alone(c, slot)?,
            })
        })
    }

    /// The longest key of at least two characters that begins at a character boundary.
    #[inline]
    pub(crate) fn phrase(&self, text: &str, at: usize) -> Option<Hit<'a>> {
        let mut rest = text[at..].chars();
        let slot = self.table.slot(rest.next()?);
        self.phrase_from(slot.id, rest, text.len())
    }

    #[inline]
    fn phrase_from(
        &self,
        id: u16,
        mut rest: std::str::Chars<'_>,
        text_bytes: usize,
    ) -> Option<Hit<'a>> {
        let mut found = None;
        let mut cursor = self.table.start(id);
        while !cursor.is_leaf() {
            let Some(c) = rest.next() else { break };
            let Some(next) = self.table.next(cursor, self.table.slot(c).id) else {
                break;
            };
            cursor = next;
            if let Some(value) = self.table.value(cursor) {
                found = Some(Hit {
                    end: text_bytes - rest.as_str().len(),
                    value,
                });
            }
        }
        found
    }

    /// What a character becomes, if it is a key and becomes one character.
    #[inline]
    pub(crate) fn single(&self, c: char) -> Option<char> {
        match self.alone(c, self.table.slot(c)) {
            Some(Value::Char(to)) => Some(to),
            _ => None,
        }
    }

    /// Begins to look for a phrase, character by character.
    #[inline]
    pub(crate) fn walk(&self, c: char) -> Walk<'a> {
        Walk {
            table: self.table,
            cursor: self.table.start(self.table.slot(c).id),
        }
    }

    /// Whether a character is a key.
    #[inline]
    pub(crate) fn has_single(&self, c: char) -> bool {
        self.alone(c, self.table.slot(c)).is_some()
    }

    /// What one character becomes; itself where it is no key.
    #[inline]
    pub(crate) fn push_single(&self, c: char, out: &mut String) {
        match self.alone(c, self.table.slot(c)) {
            Some(Value::Char(to)) => out.push(to),
            Some(Value::Text(to)) => out.push_str(to),
            Some(Value::Shield) | None => out.push(c),
        }
    }

    /// Writes what a key becomes; `key` is the text that was matched.
    #[inline]
    pub(crate) fn push(&self, key: &str, value: Value<'_>, out: &mut String) {
        match value {
            Value::Char(to) => out.push(to),
            Value::Text(to) => out.push_str(to),
            Value::Shield => key.chars().for_each(|c| self.push_single(c, out)),
        }
    }

    /// Whether a key becomes itself, which costs no buffer to see.
    #[inline]
    pub(crate) fn keeps(&self, key: &str, value: Value<'_>) -> bool {
        match value {
            Value::Text(to) => to == key,
            Value::Char(to) => key == to.encode_utf8(&mut [0; 4]),
            Value::Shield => key
                .chars()
                .all(|c| match self.alone(c, self.table.slot(c)) {
                    Some(Value::Char(to)) => to == c,
                    Some(Value::Text(to)) => to.chars().eq([c]),
                    Some(Value::Shield) | None => true,
                }),
        }
    }
}

/// A phrase looked for character by character.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Walk<'a> {
    table: Table<'a>,
    cursor: Cursor,
}

impl<'a> Walk<'a> {
    /// Whether any phrase is longer.
    #[inline]
    pub(crate) fn may_go_on(&self) -> bool {
        !self.cursor.is_leaf()
    }

    /// Goes on by one character; false where no phrase does.
    #[inline]
    pub(crate) fn go_on(&mut self, c: char) -> bool {
        match self.table.next(self.cursor, self.table.slot(c).id) {
            Some(cursor) => {
                self.cursor = cursor;
                true
            }
            None => false,
        }
    }

    /// The value of the phrase that ends here, if one does.
    #[inline]
    pub(crate) fn value(&self) -> Option<Value<'a>> {
        self.table.value(self.cursor)
    }
}

/// Nesting that OpenCC accepts in a description sequence.
const IDS_MAX_DEPTH: usize = 16;
/// Characters that OpenCC accepts in a description sequence.
pub(crate) const IDS_MAX_CHARS: usize = 64;

/// The length in bytes of what is copied when no key begins at `at`: a complete ideographic
/// description sequence, else one character.
#[inline]
pub(crate) fn unmatched_bytes(text: &str, at: usize) -> usize {
    match description_bytes(text, at) {
        0 => text[at..].chars().next().map_or(0, char::len_utf8),
        bytes => bytes,
    }
}

/// The length in bytes of a complete ideographic description sequence; 0: none begins here.
#[inline]
pub(crate) fn description_bytes(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    if !rest.starts_with(|c| arity(c) > 0) {
        return 0;
    }
    let mut chars = rest.chars();
    let mut budget = IDS_MAX_CHARS;
    if description(&mut chars, IDS_MAX_DEPTH, &mut budget) {
        rest.len() - chars.as_str().len()
    } else {
        0
    }
}

/// Whether a character is an ideographic description operator.
#[inline]
pub(crate) fn is_operator(c: char) -> bool {
    arity(c) > 0
}

/// How many operands an ideographic description operator takes; 0: it is none.
#[inline]
fn arity(c: char) -> usize {
    match c {
        '\u{2FF2}' | '\u{2FF3}' => 3,
        '\u{2FFE}' | '\u{2FFF}' => 1,
        '\u{2FF0}'..='\u{2FFD}' => 2,
        _ => 0,
    }
}

/// Reads one operand; false where it is incomplete or beyond a limit.
fn description(chars: &mut std::str::Chars<'_>, depth: usize, budget: &mut usize) -> bool {
    if depth == 0 || *budget == 0 {
        return false;
    }
    let Some(c) = chars.next() else { return false };
    *budget -= 1;
    (0..arity(c)).all(|_| description(chars, depth - 1, budget))
}
