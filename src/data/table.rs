//! Typed access to a compiled table: what `compile` writes, read in place.
//!
//! Nothing is parsed: opening a table cuts its bytes into sections, and a look-up reads
//! little-endian numbers where they lie, so the same bytes serve every platform.

use super::compile::{
    CHAR_BITS, CHECK_BITS, HASHED, HEADER_WORDS, ID_SHIFT, INNER_VALUE, KIND_BITS, LEAF,
    LONG_VALUE, PAGE_CHARS, PRESENT, SECTIONS, VALUE_FIRST, VALUE_SHIELD, WIDE, char_slot,
};

/// A table cut into its sections.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table<'a> {
    finder: Finder<'a>,
    bases: &'a [[u8; 4]],
    nodes: &'a [u8],
    wide: bool,
    pool: &'a [u8],
    /// ASCII characters that are a key or begin one, a bit each.
    pub(crate) ascii: u128,
}

/// How the entry of a character is found.
#[derive(Debug, Clone, Copy)]
enum Finder<'a> {
    /// By the page of its block.
    Pages {
        index: &'a [[u8; 2]],
        words: &'a [[u8; 4]],
        ids: &'a [[u8; 2]],
    },
    /// By hashing.
    Hashed {
        /// The number of an entry and one.
        slots: &'a [[u8; 2]],
        /// The character, its word, its number.
        entries: &'a [[u8; 8]],
    },
}

/// What a table holds for one character.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Slot {
    word: u32,
    /// The number of the character inside phrases; 0: no phrase holds it.
    pub(crate) id: u16,
}

impl Slot {
    /// What a hashed entry says.
    #[inline]
    #[allow(
        clippy::cast_possible_truncation,
        reason = "what stands above is cut off"
    )]
    fn of(entry: u64) -> Slot {
        Slot {
            word: (entry >> CHAR_BITS) as u32 & (2 * PRESENT - 1),
            id: (entry >> ID_SHIFT) as u16,
        }
    }
}

/// The value of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// One character.
    Char(char),
    /// A text.
    Text(&'a str),
    /// What the characters of the key give one by one.
    Shield,
}

impl<'a> Table<'a> {
    /// Cuts the bytes of a table into sections. Bytes that no compiler wrote give a table
    /// without entries.
    pub(crate) fn open(bytes: &'a [u8]) -> Table<'a> {
        let words = bytes.as_chunks::<4>().0;
        let header = |word: usize| words.get(word).map_or(0, |word| u32::from_le_bytes(*word));
        let section = |number: usize| {
            bytes
                .get(header(number) as usize..header(number + 1) as usize)
                .unwrap_or_default()
        };
        let written = header(SECTIONS + 1);
        let ascii = bytes
            .get(SECTIONS * 4 + 8..HEADER_WORDS * 4)
            .unwrap_or_default();
        Table {
            finder: match written & HASHED {
                0 => Finder::Pages {
                    index: section(0).as_chunks().0,
                    words: section(1).as_chunks().0,
                    ids: section(2).as_chunks().0,
                },
                _ => Finder::Hashed {
                    slots: section(0).as_chunks().0,
                    entries: section(1).as_chunks().0,
                },
            },
            bases: section(3).as_chunks().0,
            nodes: section(4),
            wide: written & WIDE != 0,
            pool: section(5),
            ascii: ascii
                .first_chunk()
                .map_or(0, |bits| u128::from_le_bytes(*bits)),
        }
    }

    /// What the table holds for a character.
    #[inline]
    pub(crate) fn slot(&self, c: char) -> Slot {
        match self.finder {
            Finder::Pages { index, words, ids } => {
                let code = c as usize;
                let Some(&page) = index.get(code / PAGE_CHARS) else {
                    return Slot::default();
                };
                let place = usize::from(u16::from_le_bytes(page)) * PAGE_CHARS + code % PAGE_CHARS;
                let word = words.get(place).copied().unwrap_or_default();
                let id = ids.get(place).copied().unwrap_or_default();
                Slot {
                    word: u32::from_le_bytes(word),
                    id: u16::from_le_bytes(id),
                }
            }
            Finder::Hashed { slots, entries } => {
                let mut place = char_slot(u32::from(c), slots.len());
                loop {
                    let number = slots.get(place).map_or(0, |slot| u16::from_le_bytes(*slot));
                    let Some(entry) = usize::from(number).checked_sub(1) else {
                        return Slot::default();
                    };
                    let entry = entries.get(entry).copied().map_or(0, u64::from_le_bytes);
                    if entry & ((1 << CHAR_BITS) - 1) == u64::from(c) {
                        return Slot::of(entry);
                    }
                    place = (place + 1) & (slots.len() - 1);
                }
            }
        }
    }

    /// The value of a character as a key of its own.
    #[inline]
    pub(crate) fn single(&self, slot: Slot) -> Option<Value<'a>> {
        if slot.word & PRESENT == 0 {
            return None;
        }
        let payload = slot.word & !(PRESENT | LONG_VALUE);
        if slot.word & LONG_VALUE != 0 {
            return Some(Value::Text(self.text(payload)));
        }
        char::from_u32(payload).map(Value::Char)
    }

    /// Where the phrases that begin with the character of this number continue.
    #[inline]
    pub(crate) fn start(&self, id: u16) -> Cursor {
        let base = self.bases.get(usize::from(id)).copied().unwrap_or_default();
        Cursor {
            base: u32::from_le_bytes(base),
            value: 0,
        }
    }

    /// Goes on by one character; `None` where no phrase does.
    #[inline]
    pub(crate) fn next(&self, cursor: Cursor, id: u16) -> Option<Cursor> {
        if cursor.base == 0 || id == 0 {
            return None;
        }
        let node = self.node(cursor.base as usize + usize::from(id))?;
        if node.id != id {
            return None;
        }
        Some(match node.kind {
            LEAF => Cursor {
                base: 0,
                value: node.payload,
            },
            INNER_VALUE => Cursor {
                base: node.payload,
                value: VALUE_AT_BASE,
            },
            _ => Cursor {
                base: node.payload,
                value: 0,
            },
        })
    }

    #[inline]
    #[allow(
        clippy::cast_possible_truncation,
        reason = "what stands above the number is cut off; bases and values have 22 bits"
    )]
    fn node(&self, slot: usize) -> Option<Node> {
        let (node, check_bits) = if self.wide {
            let node = self.nodes.as_chunks().0.get(slot)?;
            (u64::from_le_bytes(*node), CHECK_BITS[1])
        } else {
            let node = self.nodes.as_chunks().0.get(slot)?;
            (u64::from(u32::from_le_bytes(*node)), CHECK_BITS[0])
        };
        Some(Node {
            id: node as u16 & (u16::MAX >> (16 - check_bits)),
            kind: node >> check_bits & ((1 << KIND_BITS) - 1),
            payload: (node >> (check_bits + KIND_BITS)) as u32,
        })
    }

    /// The value of the phrase that ends here, if one does.
    #[inline]
    pub(crate) fn value(&self, cursor: Cursor) -> Option<Value<'a>> {
        let value = match cursor.value {
            VALUE_AT_BASE => self.node(cursor.base as usize)?.payload,
            value => value,
        };
        match value {
            0 => None,
            VALUE_SHIELD => Some(Value::Shield),
            number => Some(Value::Text(self.text(number.wrapping_sub(VALUE_FIRST)))),
        }
    }

    /// The value that begins at a place.
    fn text(&self, place: u32) -> &'a str {
        let mut rest = self.pool.get(place as usize..).unwrap_or_default();
        let (mut bytes, mut shift) = (0, 0);
        while let Some((&low, behind)) = rest.split_first() {
            rest = behind;
            bytes |= usize::from(low & 0x7F) << shift;
            shift = (shift + 7) % usize::BITS;
            if low & 0x80 == 0 {
                break;
            }
        }
        std::str::from_utf8(rest.get(..bytes).unwrap_or_default()).unwrap_or_default()
    }
}

/// A place inside the phrases of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor {
    /// 0: no phrase goes on.
    base: u32,
    /// 0: no phrase ends here.
    value: u32,
}

/// The value of a phrase that others begin with stands in the slot of their base.
const VALUE_AT_BASE: u32 = u32::MAX;

/// What stands in a slot.
struct Node {
    id: u16,
    kind: u64,
    payload: u32,
}

impl Cursor {
    /// Whether no phrase is longer.
    #[inline]
    pub(crate) fn is_leaf(self) -> bool {
        self.base == 0
    }
}
