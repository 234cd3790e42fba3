//! What stretches of a text became when they were met before.
//!
//! A stretch between two cuts becomes the same wherever it stands, and a text says the same
//! things again and again: of the stretches that the stages have to look at, nine in ten were met
//! shortly before. So what a short one became is kept, in a table in which a new one takes
//! the place of an old one with the same hash. Found there, it costs a tenth of what the
//! stages take. The whole stretch is compared, so that a wrong answer is impossible.
//!
//! Tables of pairs made beforehand, as rivals, settle fewer of them, since they know no
//! neighbours, and have to be shipped: 222 KB for all configurations. Four times as many slots
//! settle a quarter of the rest in 10 MB (`s2twp`) and are not faster, nor are slots that are a line of
//! the cache each. Pairs between two cuts, kept apart and settled in the inner loop, are four stops
//! in ten, and cost `s2twp` 4 % and `t2s` 10 %: nobody foresees where there are cuts.

/// Bytes of a stretch that is kept: eight characters.
pub(super) const KEY_BYTES: usize = 24;
/// Bytes of what it became.
pub(super) const VALUE_BYTES: usize = 32;
/// Most stretches that are kept: 256 KiB.
const SLOTS_MAX: usize = 4096;
/// Text that pays for keeping another one.
const BYTES_PER_SLOT: usize = 64;

/// The bytes of a word of a stretch of so many bytes that belong to it.
const MASKS: [[u64; KEY_BYTES / 8]; KEY_BYTES + 1] = {
    let mut masks = [[0; KEY_BYTES / 8]; KEY_BYTES + 1];
    let mut bytes = 0;
    while bytes <= KEY_BYTES {
        let mut byte = 0;
        while byte < bytes {
            masks[bytes][byte / 8] |= 0xFF << (byte % 8 * 8);
            byte += 1;
        }
        bytes += 1;
    }
    masks
};

/// A short stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    words: [u64; KEY_BYTES / 8],
    /// How long it is, and how much of it was written already.
    bytes: u8,
    from: u8,
}

impl Key {
    /// That of no stretch.
    const NONE: Key = Key {
        words: [0; KEY_BYTES / 8],
        bytes: 0,
        from: 0,
    };

    /// The stretch of a text; `None` if it is long, or if the text ends shortly behind it.
    #[inline(always)]
    pub(super) fn new(text: &[u8], start: usize, from: usize, end: usize) -> Option<Key> {
        let [first, second, third] = MASKS.get(end - start)?;
        let window = text.get(start..)?.first_chunk::<KEY_BYTES>()?;
        let word = |at: usize| {
            let bytes = window.get(at..).and_then(|rest| rest.first_chunk());
            bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes))
        };
        Some(Key {
            words: [word(0) & first, word(8) & second, word(16) & third],
            bytes: u8::try_from(end - start).ok()?,
            from: u8::try_from(from - start).ok()?,
        })
    }

    /// Where the stretch begins and ends if what is not written yet begins there.
    #[inline(always)]
    pub(super) fn span(&self, from: usize) -> (usize, usize) {
        let start = from.saturating_sub(usize::from(self.from));
        (start, start + usize::from(self.bytes))
    }

    #[inline(always)]
    fn slot(&self, slots: usize) -> usize {
        let [first, second, third] = self.words;
        let folded = first ^ second.rotate_left(23) ^ third.rotate_left(46);
        let (low, high) = folded.carrying_mul(0x9E37_79B9_7F4A_7C15, 0);
        usize::try_from((low ^ high) >> 32).unwrap_or(0) & (slots - 1)
    }
}

/// What a stretch became.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value {
    pub(super) text: [u8; VALUE_BYTES],
    pub(super) bytes: u8,
    pub(super) replaced_chars: u8,
}

/// The stretches that were met last.
#[derive(Debug)]
pub(super) struct Memo {
    slots: Vec<(Key, Value)>,
}

impl Memo {
    /// Room for what a text of so many bytes may repeat; `None` if it is short.
    pub(super) fn for_text(bytes: usize) -> Option<Memo> {
        let slots = (bytes / BYTES_PER_SLOT).min(SLOTS_MAX);
        if slots < 64 {
            return None;
        }
        let value = Value {
            text: [0; VALUE_BYTES],
            bytes: 0,
            replaced_chars: 0,
        };
        Some(Memo {
            slots: vec![(Key::NONE, value); slots.next_power_of_two()],
        })
    }

    /// What a stretch became.
    #[inline(always)]
    pub(super) fn get(&self, key: &Key) -> Option<&Value> {
        let (kept, value) = self.slots.get(key.slot(self.slots.len()))?;
        (kept == key).then_some(value)
    }

    /// Keeps what a stretch became.
    pub(super) fn keep(&mut self, key: Key, text: &[u8], replaced_chars: u64) {
        let slot = key.slot(self.slots.len());
        let mut value = [0; VALUE_BYTES];
        if let Some(kept) = self.slots.get_mut(slot)
            && let Some(target) = value.get_mut(..text.len())
            && let (Ok(bytes), Ok(replaced_chars)) =
                (u8::try_from(text.len()), u8::try_from(replaced_chars))
        {
            target.copy_from_slice(text);
            *kept = (
                key,
                Value {
                    text: value,
                    bytes,
                    replaced_chars,
                },
            );
        }
    }
}

/// Text that pays for keeping stretches that stay.
pub(super) const SEEN_TEXT_BYTES: usize = 1024;
/// How many are kept: 4 KiB, on the stack, since text that stays must cost no allocation.
const SEEN_SLOTS: usize = 128;

/// Stretches that stay what they are.
#[derive(Debug)]
pub(super) struct Seen {
    keys: [Key; SEEN_SLOTS],
}

impl Default for Seen {
    fn default() -> Seen {
        Seen {
            keys: [Key::NONE; SEEN_SLOTS],
        }
    }
}

impl Seen {
    #[inline]
    pub(super) fn has(&self, key: &Key) -> bool {
        self.keys[key.slot(SEEN_SLOTS) % SEEN_SLOTS] == *key
    }

    pub(super) fn keep(&mut self, key: Key) {
        self.keys[key.slot(SEEN_SLOTS) % SEEN_SLOTS] = key;
    }
}
