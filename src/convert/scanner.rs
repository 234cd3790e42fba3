//! Passing over text at the speed of memory, and stopping where a phrase may matter.
//!
//! Almost every character becomes what it becomes alone, so the inner loop does three things
//! for a character of three bytes: it fetches what the character becomes, asks whether the
//! pair that it makes with the next one may begin something else, and writes three bytes. A
//! stretch around such a pair, cut where nothing can cross (`data/scan.rs` explains the two
//! sets of pairs), goes through the stages of the [`Engine`] as a text of its own. What the
//! stages give there is exact, so the whole is.
//!
//! Tried and left: asking at every pair that begins *any* phrase, as a matcher has to (22 % of
//! the positions of Simplified text instead of 4 %); walking back with a set of cuts kept up
//! to date in the loop (slower than looking back at the few stops).
//!
//! ASCII is skipped sixteen bytes at a time; no key is ASCII alone, so only the last character
//! of a run and what follows it have to be asked about.
//!
//! Nothing is written, and nothing allocated, before the first change.

use super::engine::{Engine, Scratch, Sink};
use super::matcher::{Hit, IDS_MAX_CHARS, description_bytes, is_operator, unmatched_bytes};
use crate::Span;
use crate::data::compile::PAGE_CHARS;
use crate::data::table::Value;
use crate::data::{
    Cut, PAIR_SHIELD, PAIR_SLOT_BYTES, SCAN_BLOCKS, SPECIAL, Scan, pair_place, pair_slot, third_bit,
};

/// The new text, begun at the first change.
#[derive(Debug)]
pub(crate) struct Output<'t> {
    /// The input.
    pub(crate) text: &'t str,
    /// How much of the input is in `out` already.
    pub(crate) copied: usize,
    /// The new text so far; `None` before the first change.
    pub(crate) out: Option<String>,
    /// How many characters were replaced.
    pub(crate) replaced_chars: u64,
}

impl<'t> Output<'t> {
    pub(crate) fn new(text: &'t str) -> Output<'t> {
        Output {
            text,
            copied: 0,
            out: None,
            replaced_chars: 0,
        }
    }

    /// The new text up to `at`, where something changes.
    fn up_to(&mut self, at: usize) -> &mut String {
        let out = self.out.get_or_insert_with(|| {
            String::with_capacity(self.text.len() + self.text.len() / 16 + 16)
        });
        out.push_str(&self.text[self.copied..at]);
        self.copied = at;
        out
    }
}

impl Sink for Output<'_> {
    fn replace(&mut self, span: Span, with: &str) {
        self.replaced_chars += chars(&self.text[span.clone()]);
        self.up_to(span.start).push_str(with);
        self.copied = span.end;
    }
}

fn chars(text: &str) -> u64 {
    text.chars().count() as u64
}

/// A hashed set of pairs.
#[derive(Debug, Clone, Copy)]
struct PairSet {
    words: &'static [[u8; 8]],
    word_bits: u32,
}

impl PairSet {
    fn new(words: &'static [[u8; 8]]) -> PairSet {
        PairSet {
            words,
            word_bits: words.len().max(2).trailing_zeros(),
        }
    }

    #[inline(always)]
    fn has(&self, left: u32, right: u32) -> bool {
        let (word, mask) = pair_place(left, right, self.word_bits);
        self.words
            .get(word)
            .is_none_or(|word| u64::from_le_bytes(*word) & mask == mask)
    }
}

/// Bytes of output that are gathered before they are added to the text.
const BUFFER_BYTES: usize = 4096;

/// The scan data of one configuration.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scanner {
    index: &'static [[u8; 2]; SCAN_BLOCKS],
    pages: &'static [[[u8; 4]; PAGE_CHARS]],
    begin: PairSet,
    interior: PairSet,
    late: PairSet,
    pairs: &'static [[u8; PAIR_SLOT_BYTES]],
    /// ASCII characters that stand in a pair of `begin`, a bit each.
    ascii: u128,
}

/// Where a pass over a text stands.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// The next character.
    at: usize,
    /// The last cut that is known for certain; never behind `at`.
    cut: usize,
}

impl Scanner {
    pub(crate) fn new(scan: &Scan) -> Scanner {
        Scanner {
            index: scan.index(),
            pages: Scan::pages(),
            ascii: scan.ascii,
            begin: PairSet::new(scan.begin()),
            interior: PairSet::new(scan.interior()),
            late: PairSet::new(scan.late()),
            pairs: scan.pairs(),
        }
    }

    /// Converts a part of the text of `output`; what stands around it does not matter.
    pub(crate) fn run(&self, engine: &Engine, part: Span, output: &mut Output<'_>) {
        let text = &output.text[..part.end];
        let place = Place {
            at: part.start,
            cut: part.start,
        };
        let scratch = &mut Scratch::default();
        let Some(place) = self.first_change(engine, text, place, scratch) else {
            return;
        };
        output.up_to(place.at);
        let mut out = output.out.take().unwrap_or_default();
        let mut writer = Writer::new(&mut out);
        self.write(engine, text, place, &mut writer, scratch);
        writer.flush();
        output.replaced_chars += writer.replaced_chars;
        output.out = Some(out);
        output.copied = part.end;
    }

    /// What a character of the basic plane becomes; 0: itself.
    #[inline(always)]
    fn entry(&self, code: u32) -> u32 {
        let code = code as usize;
        let page = self.index[code / PAGE_CHARS % SCAN_BLOCKS];
        match self.pages.get(usize::from(u16::from_le_bytes(page))) {
            Some(page) => u32::from_le_bytes(page[code % PAGE_CHARS]),
            None => SPECIAL,
        }
    }

    /// The inner loop: passes over ASCII and over characters of three bytes that change alone,
    /// and, if `WRITE`, writes what they become. It stops at anything else, at the end of the
    /// buffer, a few bytes before the end of the text, and, if not `WRITE`, at a character that
    /// changes.
    #[inline(always)]
    fn pass<const WRITE: bool>(
        &self,
        bytes: &[u8],
        floor: usize,
        from: usize,
        writer: &mut Writer<'_>,
    ) -> usize {
        let Some(last) = bytes.len().checked_sub(8) else {
            return from;
        };
        // Local copies: the loop lives in registers.
        let (begin, ascii) = (self.begin, self.ascii);
        let (mut at, mut filled, mut replaced_chars) = (from, writer.filled, 0);
        let buffer = &mut writer.buffer;
        while at <= last && filled <= BUFFER_BYTES - 8 {
            let here = four(bytes, at);
            if here & 0x80 == 0 {
                let window = [here, four(bytes, at + 4)];
                let word = u64::from(window[1]) << 32 | u64::from(window[0]);
                let high = word & 0x8080_8080_8080_8080;
                let passed = if high == 0 {
                    8
                } else {
                    high.trailing_zeros() as usize / 8
                };
                // The run of ASCII may also end exactly where the window does.
                if ascii >> bytes[at + passed - 1] & 1 != 0
                    && (high != 0 || bytes.get(at + passed).is_some_and(|next| *next >= 0x80))
                {
                    break;
                }
                if WRITE {
                    buffer[filled..filled + 8].copy_from_slice(&word.to_le_bytes());
                    filled += passed;
                }
                at += passed;
                continue;
            }
            if here & 0xF0 != 0xE0 {
                break;
            }
            let code = three(here);
            let entry = self.entry(code);
            let next = four(bytes, at + 3);
            if next & 0xF0 == 0xE0 {
                let next = three(next);
                if begin.has(code, next) {
                    if !WRITE {
                        break;
                    }
                    match self.pair(bytes, at, floor, code, next) {
                        Some(Pair::None) => {}
                        Some(Pair::Shield) if entry & SPECIAL == 0 => {
                            let next_entry = self.entry(next);
                            if next_entry & SPECIAL != 0 {
                                break;
                            }
                            let word = if entry == 0 { here } else { entry };
                            buffer[filled..filled + 4].copy_from_slice(&word.to_le_bytes());
                            let word = if next_entry == 0 {
                                four(bytes, at + 3)
                            } else {
                                next_entry
                            };
                            buffer[filled + 3..filled + 7].copy_from_slice(&word.to_le_bytes());
                            replaced_chars += u64::from(entry != 0) + u64::from(next_entry != 0);
                            filled += 6;
                            at += 6;
                            continue;
                        }
                        Some(Pair::Value { text, length }) => {
                            buffer[filled..filled + 8].copy_from_slice(&text);
                            filled += length;
                            replaced_chars += 2;
                            at += 6;
                            continue;
                        }
                        _ => break,
                    }
                }
            } else if next & 0x80 != 0 || ascii >> (next & 0x7F) & 1 != 0 {
                break;
            }
            if entry & SPECIAL != 0 || (!WRITE && entry != 0) {
                break;
            }
            if WRITE {
                let word = if entry == 0 { here } else { entry };
                buffer[filled..filled + 4].copy_from_slice(&word.to_le_bytes());
                filled += 3;
                replaced_chars += u64::from(entry != 0);
            }
            at += 3;
        }
        writer.filled = filled;
        writer.replaced_chars += replaced_chars;
        at
    }

    /// Settles a pair at which something may begin, if its table can: where it is certain that
    /// a match may begin there and that none but of these two characters does.
    #[inline(always)]
    fn pair(&self, bytes: &[u8], at: usize, floor: usize, code: u32, next: u32) -> Option<Pair> {
        let key = code << 16 | next;
        let mut place = pair_slot(code, next, self.pairs.len());
        let slot = loop {
            let slot = self.pairs.get(place)?;
            let found = u32::from_le_bytes([slot[0], slot[1], slot[2], slot[3]]);
            if found == key {
                break slot;
            }
            if found == 0 {
                return None;
            }
            place = (place + 1) & (self.pairs.len() - 1);
        };
        // A pair may not stand inside another match with what is before it.
        if at > floor {
            let before = match bytes[at - 1] {
                ascii @ 0..0x80 => u32::from(ascii),
                _ if at >= floor + 3 && bytes[at - 3] & 0xF0 == 0xE0 => {
                    three(u32::from_le_bytes([
                        bytes[at - 3],
                        bytes[at - 2],
                        bytes[at - 1],
                        0,
                    ]))
                }
                _ => return None,
            };
            if self.interior.has(before, code) {
                return None;
            }
        }
        let third = match *bytes.get(at + 6..)?.first_chunk::<4>()? {
            [a, b, c, _] if a & 0xF0 == 0xE0 => three(u32::from_le_bytes([a, b, c, 0])),
            [ascii @ 0..0x80, ..] => u32::from(ascii),
            _ => return None,
        };
        if u32::from_le_bytes([slot[4], slot[5], slot[6], slot[7]]) & third_bit(third) != 0 {
            return None;
        }
        let [.., a, b, c, d, e, f, g, length] = *slot;
        Some(match length {
            0 => Pair::None,
            PAIR_SHIELD => Pair::Shield,
            length => Pair::Value {
                text: [a, b, c, d, e, f, g, 0],
                length: usize::from(length),
            },
        })
    }

    /// Goes to the first character that changes; `None` if none does.
    fn first_change(
        &self,
        engine: &Engine,
        text: &str,
        mut place: Place,
        scratch: &mut Scratch,
    ) -> Option<Place> {
        let bytes = text.as_bytes();
        let mut nothing = String::new();
        let mut writer = Writer::new(&mut nothing);
        while place.at < bytes.len() {
            place.at = self.pass::<false>(bytes, place.at, place.at, &mut writer);
            if place.at >= bytes.len() {
                break;
            }
            match self.step(engine, text, place) {
                Step::Ascii { end } => place.at = end,
                Step::Alone { entry: 0, bytes } => place.at += bytes,
                Step::Verbatim { end } => place = Place { at: end, cut: end },
                Step::Shield { end } if self.all_stay(engine, &text[place.at..end], scratch) => {
                    place = Place { at: end, cut: end };
                }
                Step::Phrase { end, value }
                    if text[place.at..end]
                        == *engine.finish(&text[place.at..end], value, scratch) =>
                {
                    place = Place { at: end, cut: end };
                }
                Step::Final { end, value } if text[place.at..end] == *value => {
                    place = Place { at: end, cut: end }
                }
                Step::Stretch { cuts, from } => {
                    let mut probe = Probe {
                        from: from - cuts.start,
                        changed: false,
                    };
                    engine.run(&text[cuts.clone()], &mut probe, scratch);
                    if probe.changed {
                        return Some(Place { at: from, ..place });
                    }
                    place = Place {
                        at: cuts.end,
                        cut: cuts.end,
                    };
                }
                Step::Alone { .. }
                | Step::Shield { .. }
                | Step::Final { .. }
                | Step::Phrase { .. } => return Some(place),
            }
        }
        None
    }

    /// Converts from a place to the end.
    fn write(
        &self,
        engine: &Engine,
        text: &str,
        mut place: Place,
        writer: &mut Writer<'_>,
        scratch: &mut Scratch,
    ) {
        let bytes = text.as_bytes();
        // What stands before the first cut does not matter.
        let floor = place.cut;
        while place.at < bytes.len() {
            place.at = self.pass::<true>(bytes, floor, place.at, writer);
            if place.at >= bytes.len() {
                break;
            }
            if writer.filled + 8 > BUFFER_BYTES {
                writer.flush();
                continue;
            }
            match self.step(engine, text, place) {
                Step::Ascii { end } => {
                    writer.push(&text[place.at..end]);
                    place.at = end;
                }
                Step::Alone { entry: 0, bytes } => {
                    writer.push(&text[place.at..place.at + bytes]);
                    place.at += bytes;
                }
                Step::Alone { entry, bytes } => {
                    let [first, second, third, _] = entry.to_le_bytes();
                    writer.push_bytes(&[first, second, third]);
                    writer.replaced_chars += 1;
                    place.at += bytes;
                }
                Step::Verbatim { end } => {
                    writer.push(&text[place.at..end]);
                    place = Place { at: end, cut: end };
                }
                Step::Shield { end } => {
                    self.write_alone(engine, &text[place.at..end], writer, scratch);
                    place = Place { at: end, cut: end };
                }
                Step::Phrase { end, value } => {
                    let key = &text[place.at..end];
                    writer.exchange(key, engine.finish(key, value, scratch));
                    place = Place { at: end, cut: end };
                }
                Step::Final { end, value } => {
                    writer.exchange(&text[place.at..end], value);
                    place = Place { at: end, cut: end };
                }
                Step::Stretch { cuts, from } => {
                    writer.push(&text[place.at..from]);
                    let stretch = &text[cuts.clone()];
                    let mut part = Part {
                        text: stretch,
                        copied: from - cuts.start,
                        writer,
                    };
                    engine.run(stretch, &mut part, scratch);
                    let copied = part.copied;
                    writer.push(&stretch[copied..]);
                    place = Place {
                        at: cuts.end,
                        cut: cuts.end,
                    };
                }
            }
        }
    }

    /// What a character becomes alone; [`SPECIAL`] where only the stages can say.
    fn entry_of(&self, engine: &Engine, c: char) -> u32 {
        if u32::from(c) < 0x1_0000 {
            self.entry(u32::from(c))
        } else {
            engine.single(c)
        }
    }

    /// Whether every character of a text stays when it stands alone.
    fn all_stay(&self, engine: &Engine, text: &str, scratch: &mut Scratch) -> bool {
        let mut buffer = [0; 4];
        text.chars().all(|c| match self.entry_of(engine, c) {
            0 => true,
            SPECIAL => {
                let c: &str = c.encode_utf8(&mut buffer);
                let mut probe = Probe {
                    from: 0,
                    changed: false,
                };
                engine.run(c, &mut probe, scratch);
                !probe.changed
            }
            _ => false,
        })
    }

    /// Writes what each character of a text becomes alone.
    fn write_alone(
        &self,
        engine: &Engine,
        text: &str,
        writer: &mut Writer<'_>,
        scratch: &mut Scratch,
    ) {
        let mut buffer = [0; 4];
        for c in text.chars() {
            let entry = self.entry_of(engine, c);
            let c: &str = c.encode_utf8(&mut buffer);
            if entry == 0 {
                writer.push(c);
            } else if entry & SPECIAL == 0 {
                let [first, second, third, _] = entry.to_le_bytes();
                writer.push_bytes(&[first, second, third]);
                writer.replaced_chars += 1;
            } else {
                let mut part = Part {
                    text: c,
                    copied: 0,
                    writer,
                };
                engine.run(c, &mut part, scratch);
                let copied = part.copied;
                writer.push(&c[copied..]);
            }
        }
    }

    /// What stands at a place where the inner loop does not go on.
    fn step<'e>(&self, engine: &'e Engine, text: &str, place: Place) -> Step<'e> {
        let bytes = text.as_bytes();
        let mut at = place.at;
        if bytes[at] < 0x80 {
            let end = at + ascii_bytes(&bytes[at..]);
            let Some(next) = text[end..].chars().next() else {
                return Step::Ascii { end };
            };
            if !self.begin.has(u32::from(bytes[end - 1]), u32::from(next)) {
                return Step::Ascii { end };
            }
            at = end - 1;
        }
        let mut rest = text[at..].chars();
        let Some(c) = rest.next() else {
            return Step::Verbatim { end: text.len() };
        };
        let entry = if u32::from(c) < 0x1_0000 {
            self.entry(u32::from(c))
        } else {
            engine.single(c)
        };
        if entry & SPECIAL != 0 {
            let described = description_bytes(text, at);
            if described > 0 {
                return Step::Verbatim {
                    end: at + described,
                };
            }
        } else if rest
            .next()
            .is_none_or(|next| !self.begin.has(u32::from(c), u32::from(next)))
        {
            return Step::Alone {
                entry,
                bytes: c.len_utf8(),
            };
        }
        let start = self.cut_before(text, at, place.cut);
        if at == place.at
            && let Some(step) = self.match_here(engine, text, start, at)
        {
            return step;
        }
        Step::Stretch {
            from: start.max(place.at),
            cuts: start..self.cut_behind(text, at),
        }
    }

    /// Settles a place without a second cut, where the first stage decides alone: what it
    /// matches from the first cut on ends at, or behind, the place.
    ///
    /// With a single stage it always does. Where its phrases cut the text, a match is a piece
    /// of its own, and the later stage sees nothing but its value; where nothing is matched,
    /// or a shield, the later stage must have nothing to say there. Where the phrases of the
    /// last stage cut the text, the later stage must have nothing to say from the first cut to
    /// behind the match.
    fn match_here<'e>(
        &self,
        engine: &'e Engine,
        text: &str,
        start: usize,
        at: usize,
    ) -> Option<Step<'e>> {
        let matcher = engine.first_stage()?;
        let mut end = start;
        while end < at {
            end = matcher
                .phrase(text, end)
                .map_or_else(|| end + unmatched_bytes(text, end), |hit| hit.end);
        }
        let is_here = end == at;
        let hit = if end > at {
            Some(Hit {
                end,
                value: Value::Shield,
            })
        } else {
            matcher.phrase(text, at)
        };
        let end = hit.map_or_else(|| at + unmatched_bytes(text, at), |hit| hit.end);
        let step = match hit {
            Some(Hit {
                value: value @ Value::Text(_),
                ..
            }) => Step::Phrase { end, value },
            _ => Step::Shield { end },
        };
        match engine.cut() {
            Cut::Never => Some(step),
            Cut::ByLast => self.is_early(text, start, end).then_some(step),
            Cut::ByFirst => match (hit, &step) {
                (_, Step::Phrase { .. }) => Some(step),
                _ if self.is_early(text, at, end) => Some(step),
                // A piece that begins here, and of which the later stage may make something.
                (
                    Some(Hit {
                        value: Value::Shield,
                        ..
                    }),
                    _,
                ) if is_here => Some(Step::Phrase {
                    end,
                    value: Value::Shield,
                }),
                // No piece begins here, and no match of the later stage reaches in.
                (None, _) if self.is_early(text, at, at) => match engine.later_match(text, at) {
                    Some(Hit {
                        end,
                        value: Value::Text(value),
                    }) => Some(Step::Final { end, value }),
                    Some(Hit { end, .. }) => Some(Step::Shield { end }),
                    None => Some(step),
                },
                _ => None,
            },
        }
    }

    /// Whether only the first stage can match anything that holds a pair of neighbours from
    /// the one before `start` to the one at `end`.
    fn is_early(&self, text: &str, start: usize, end: usize) -> bool {
        let mut left = text[..start].chars().next_back();
        let mut rest = text[start..].chars();
        loop {
            let done = text.len() - rest.as_str().len() > end;
            let right = match rest.next() {
                Some(right) if !done => right,
                _ => return true,
            };
            if left.is_some_and(|left| self.late.has(u32::from(left), u32::from(right))) {
                return false;
            }
            left = Some(right);
        }
    }

    /// A cut of a text that goes on, as near to its end as can be told; 0: none is certain.
    pub(crate) fn last_cut(&self, text: &str) -> usize {
        let mut at = text.len();
        let mut right: Option<char> = None;
        for left in text.chars().rev() {
            // A description sequence that begins shortly before may reach over the cut.
            if right.is_some_and(|right| !self.interior.has(u32::from(left), u32::from(right)))
                && !text[..at]
                    .chars()
                    .rev()
                    .take(IDS_MAX_CHARS)
                    .any(is_operator)
            {
                return at;
            }
            at -= left.len_utf8();
            right = Some(left);
        }
        0
    }

    /// The last cut at or before `at`.
    fn cut_before(&self, text: &str, mut at: usize, known: usize) -> usize {
        let mut right = text[at..].chars().next();
        for left in text[known..at].chars().rev() {
            if right.is_none_or(|right| !self.interior.has(u32::from(left), u32::from(right))) {
                break;
            }
            at -= left.len_utf8();
            right = Some(left);
        }
        at
    }

    /// The first cut behind the character at `at`.
    fn cut_behind(&self, text: &str, at: usize) -> usize {
        let mut rest = text[at..].chars();
        let mut left = rest.next();
        loop {
            let end = text.len() - rest.as_str().len();
            match (left, rest.next()) {
                // No key holds a description operator; the hashed set alone might say so.
                (Some(before), Some(right))
                    if !is_operator(right)
                        && self.interior.has(u32::from(before), u32::from(right)) =>
                {
                    left = Some(right);
                }
                _ => return end,
            }
        }
    }
}

/// What a pair of characters becomes.
enum Pair {
    /// Its first character becomes what it becomes alone; nothing begins there.
    None,
    /// Both become what they become alone, and nothing begins at the second.
    Shield,
    /// This, with its length in bytes.
    Value { text: [u8; 8], length: usize },
}

/// What the inner loop leaves to do.
#[derive(Debug)]
enum Step<'e> {
    /// Characters that become what they become alone, up to a cut.
    Shield { end: usize },
    /// What all stages make of the text up to a cut.
    Final { end: usize, value: &'e str },
    /// A phrase of the first stage, a piece of its own, and its value.
    Phrase { end: usize, value: Value<'e> },
    /// ASCII that nothing begins in, up to `end`.
    Ascii { end: usize },
    /// One character that becomes `entry` (0: itself) whatever stands around it.
    Alone { entry: u32, bytes: usize },
    /// A complete ideographic description sequence.
    Verbatim { end: usize },
    /// Text between two cuts for the stages. Nothing changes otherwise than alone before
    /// `from`, and what stands before it is converted already.
    Stretch { cuts: Span, from: usize },
}

/// Four bytes as a little-endian number.
#[inline(always)]
fn four(bytes: &[u8], at: usize) -> u32 {
    let mut word = [0; 4];
    word.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(word)
}

/// The scalar value of a character of three bytes, the lowest three of a number.
#[inline(always)]
pub(crate) fn three(bytes: u32) -> u32 {
    (bytes & 0x0F) << 12 | (bytes >> 2 & 0xFC0) | (bytes >> 16 & 0x3F)
}

/// How many bytes of ASCII stand in front.
#[inline]
pub(crate) fn ascii_bytes(bytes: &[u8]) -> usize {
    // Compilers turn the sum over a chunk into a few wide instructions.
    let is_ascii = |chunk: &&[u8; 64]| chunk.iter().fold(0, |bits, byte| bits | byte) < 0x80;
    let done = bytes
        .as_chunks::<64>()
        .0
        .iter()
        .take_while(is_ascii)
        .count()
        * 64;
    let mut done = done;
    for chunk in bytes[done..].as_chunks::<8>().0 {
        let high = u64::from_le_bytes(*chunk) & 0x8080_8080_8080_8080;
        if high != 0 {
            return done + high.trailing_zeros() as usize / 8;
        }
        done += 8;
    }
    done + bytes[done..]
        .iter()
        .take_while(|byte| byte.is_ascii())
        .count()
}

/// Whether the stages change anything behind a place.
struct Probe {
    from: usize,
    changed: bool,
}

impl Sink for Probe {
    fn replace(&mut self, span: Span, _: &str) {
        self.changed |= span.end > self.from;
    }
}

/// Writes what the stages make of a stretch, behind what is written already.
struct Part<'t, 'w, 'o> {
    text: &'t str,
    copied: usize,
    writer: &'w mut Writer<'o>,
}

impl Sink for Part<'_, '_, '_> {
    fn replace(&mut self, span: Span, with: &str) {
        if span.end <= self.copied {
            return;
        }
        // A phrase may begin in what is written already, where it gives what its characters
        // give alone, one for one.
        let start = span.start.max(self.copied);
        let done = self.text[span.start..start].chars().count();
        let with = with
            .char_indices()
            .nth(done)
            .map_or("", |(at, _)| &with[at..]);
        self.writer.replaced_chars += chars(&self.text[start..span.end]);
        self.writer.push(&self.text[self.copied..start]);
        self.writer.push(with);
        self.copied = span.end;
    }
}

/// Gathers short pieces of UTF-8 before they go to the text.
struct Writer<'o> {
    out: &'o mut String,
    buffer: [u8; BUFFER_BYTES],
    filled: usize,
    replaced_chars: u64,
}

impl<'o> Writer<'o> {
    fn new(out: &'o mut String) -> Writer<'o> {
        Writer {
            out,
            buffer: [0; BUFFER_BYTES],
            filled: 0,
            replaced_chars: 0,
        }
    }

    #[inline]
    fn push(&mut self, text: &str) {
        if text.len() > 64 {
            self.flush();
            self.out.push_str(text);
        } else {
            self.push_bytes(text.as_bytes());
        }
    }

    /// Writes what a key becomes.
    fn exchange(&mut self, key: &str, value: &str) {
        if key != value {
            self.replaced_chars += chars(key);
        }
        self.push(value);
    }

    /// Whole characters, at most 64 bytes.
    #[inline]
    fn push_bytes(&mut self, bytes: &[u8]) {
        if self.filled + bytes.len() > BUFFER_BYTES {
            self.flush();
        }
        if let Some(there) = self.buffer.get_mut(self.filled..self.filled + bytes.len()) {
            there.copy_from_slice(bytes);
            self.filled += bytes.len();
        }
    }

    /// Moves the buffer into the text. It holds whole characters, which is checked once more:
    /// at the speed of SIMD that costs less than a promise to the compiler would have to be
    /// worth.
    fn flush(&mut self) {
        let bytes = &self.buffer[..self.filled];
        match simdutf8::basic::from_utf8(bytes) {
            Ok(text) => self.out.push_str(text),
            Err(_) => self.out.push_str(&String::from_utf8_lossy(bytes)),
        }
        self.filled = 0;
    }
}
