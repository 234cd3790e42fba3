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
use super::matcher::{IDS_MAX_CHARS, description_bytes, is_operator};
use crate::Span;
use crate::data::compile::PAGE_CHARS;
use crate::data::{SCAN_BLOCKS, SPECIAL, Scan, pair_hash};

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
    /// How far a hash is shifted to the right to give the number of a bit.
    shift: u32,
}

impl PairSet {
    fn new(words: &'static [[u8; 8]]) -> PairSet {
        PairSet {
            words,
            shift: 32 - (words.len().max(1) * 64).trailing_zeros(),
        }
    }

    #[inline(always)]
    fn has(&self, left: u32, right: u32) -> bool {
        let place = pair_hash(left, right) >> self.shift;
        match self.words.get(place as usize / 64) {
            Some(word) => u64::from_le_bytes(*word) >> (place % 64) & 1 != 0,
            None => true,
        }
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
    /// and, if `WRITE`, writes what they become. Stops at anything else, at the end of the
    /// buffer, shortly before the end of the text, and, if not `WRITE`, at a character that
    /// changes.
    #[inline(always)]
    fn pass<const WRITE: bool>(&self, bytes: &[u8], from: usize, writer: &mut Writer<'_>) -> usize {
        let mut at = from;
        let mut filled = writer.filled;
        let mut replaced_chars = 0;
        while let Some(window) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
            let word = u64::from_le_bytes(*window);
            let mut there = None;
            if WRITE {
                there = writer
                    .buffer
                    .get_mut(filled..)
                    .and_then(|rest| rest.first_chunk_mut::<8>());
                if there.is_none() {
                    break;
                }
            }
            if word & 0x80 == 0 {
                let high = word & 0x8080_8080_8080_8080;
                let passed = if high == 0 {
                    8
                } else {
                    high.trailing_zeros() as usize / 8
                };
                let last = bytes[at + passed - 1];
                if high != 0 && self.ascii >> last & 1 != 0 {
                    break;
                }
                if let Some(there) = there {
                    *there = *window;
                    filled += passed;
                }
                at += passed;
                continue;
            }
            let [a, b, c, d, e, f, _, _] = *window;
            if a & 0xF0 != 0xE0 {
                break;
            }
            let code = three(a, b, c);
            let entry = self.entry(code);
            if d & 0xF0 == 0xE0 {
                if self.begin.has(code, three(d, e, f)) {
                    break;
                }
            } else if d >= 0x80 || self.ascii >> d & 1 != 0 {
                break;
            }
            if entry & SPECIAL != 0 || (!WRITE && entry != 0) {
                break;
            }
            if let Some(there) = there {
                let [a, b, c, ..] = if entry == 0 {
                    [a, b, c, 0]
                } else {
                    entry.to_le_bytes()
                };
                *there = [a, b, c, 0, 0, 0, 0, 0];
                filled += 3;
                replaced_chars += u64::from(entry != 0);
            }
            at += 3;
        }
        writer.filled = filled;
        writer.replaced_chars += replaced_chars;
        at
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
            place.at = self.pass::<false>(bytes, place.at, &mut writer);
            if place.at >= bytes.len() {
                break;
            }
            match self.step(engine, text, place) {
                Step::Ascii { end } => place.at = end,
                Step::Alone { entry: 0, bytes } => place.at += bytes,
                Step::Verbatim { end } => place = Place { at: end, cut: end },
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
                Step::Alone { .. } => return Some(place),
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
        while place.at < bytes.len() {
            place.at = self.pass::<true>(bytes, place.at, writer);
            if place.at >= bytes.len() {
                break;
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

    /// What stands at a place where the inner loop does not go on.
    fn step(&self, engine: &Engine, text: &str, place: Place) -> Step {
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
        Step::Stretch {
            from: start.max(place.at),
            cuts: start..self.cut_behind(text, at),
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

/// What the inner loop leaves to do.
#[derive(Debug)]
enum Step {
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

/// The scalar value of a character of three bytes.
#[inline(always)]
fn three(a: u8, b: u8, c: u8) -> u32 {
    u32::from(a & 0x0F) << 12 | u32::from(b & 0x3F) << 6 | u32::from(c & 0x3F)
}

/// How many bytes of ASCII stand in front.
#[inline]
fn ascii_bytes(bytes: &[u8]) -> usize {
    let mut done = 0;
    for chunk in bytes.as_chunks::<16>().0 {
        let high = u128::from_le_bytes(*chunk) & 0x8080_8080_8080_8080_8080_8080_8080_8080;
        if high != 0 {
            return done + high.trailing_zeros() as usize / 8;
        }
        done += 16;
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
