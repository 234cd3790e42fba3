//! Passing over text at the speed of memory, and stopping where a phrase may matter.
//!
//! Almost every character becomes what it becomes alone, so the inner loop does three things
//! for a character of three bytes: it fetches what the character becomes, asks whether the
//! pair that it makes with the next one may begin something else, and writes three bytes. A
//! stretch around such a pair, cut where nothing can cross (`data/scan.rs` explains the two
//! sets of pairs), goes through the stages of the [`Engine`] as a text of its own. What the
//! stages give there is exact, so the whole is.
//!
//! A matcher has to ask at every pair that begins *any* phrase, 22 % of the positions of
//! Simplified text; here it is 4 %, and 10 % in the configurations with regional words. A third
//! character says no to four in five of the former and to a third of the latter. Of the
//! stretches that are left, nine in ten were met shortly before (`memo.rs`).
//!
//! Tried and not faster: the stages at every position; one hashed bit a pair instead of two;
//! a set of the characters that begin anything, asked before the pairs (a fifth fewer
//! instructions in `t2s`, as many mispredicted branches more); rows of 40 characters with one
//! counter for both texts; asking about the third character without a branch, or in the loop
//! itself; the extent of a stretch without branches (four look-ups instead of two: `tw2sp` 4 %
//! slower); output gathered in 2 or 16 KiB instead of 4; twice the bits for the pairs of `tw2sp` (fewer
//! wrong stops, more misses in the nearest cache); instructions of newer processors (x86-64-v3: 2 to
//! 4 %). Not tried: keeping the last cut up to date in the loop, instead of looking back for it at each
//! stop, which asks about one pair.
//!
//! No key is ASCII alone, so of ASCII only the last character of a run and what follows it have to
//! be asked about, and only where one of some capitals stands there.
//!
//! Nothing is written, and no output allocated, before the first change.

use super::block::{AsciiSet, BLOCK_BYTES, PADDING_BYTES, Places};
use super::cuts::Place;
use super::engine::{Engine, Scratch};
use super::memo::{Memo, SEEN_TEXT_BYTES, Seen};
use super::output::{BUFFER_ROOM, Output, Probe, SHORT_ROOM, Writer};
use super::pairs::PairSet;
use super::pass::Target as _;
use super::rewrite::Rewrite;
use super::step::Step;
use crate::Span;
use crate::data::{INDEX_SLOTS, Scan};

/// Text that is converted without looking whether it changes: half of what [`SHORT_ROOM`] holds.
const SHORT_BYTES: usize = 128;
/// As long as this nothing changed: the text may be in the target script already.
const CALM_BYTES: usize = 512;
/// Pieces that are shorter are not worth copying by themselves.
const CALM_BYTES_LEAST: usize = 48;

/// The scan data of one configuration.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scanner {
    pub(super) index: &'static [[u8; 2]; INDEX_SLOTS],
    pub(super) begin: PairSet,
    /// How the pairs of `begin` go on where something does begin.
    pub(super) heads: PairSet,
    /// Whether the entries say of single characters that something may begin there.
    pub(super) few_begin: bool,
    pub(super) interior: PairSet,
    pub(super) late: PairSet,
    /// ASCII characters that stand in a pair of `begin`, a bit each.
    pub(super) ascii: Option<AsciiSet>,
}

impl Scanner {
    pub(crate) fn new(scan: &Scan) -> Scanner {
        Scanner {
            index: scan.index(),
            ascii: AsciiSet::new(scan.ascii),
            begin: PairSet::new(scan.begin()),
            heads: PairSet::new(scan.heads()),
            few_begin: scan.few_begin,
            interior: PairSet::new(scan.interior()),
            late: PairSet::new(scan.late()),
        }
    }

    /// Converts a part of the text of `output`; what stands around it does not matter.
    pub(crate) fn run(&self, engine: &Engine, part: Span, output: &mut Output<'_>) {
        if part.len() <= SHORT_BYTES {
            self.run_short(engine, part, output);
        } else {
            self.run_long(engine, part, output);
        }
    }

    /// Converts at once into a small buffer, and forgets it if nothing changed.
    fn run_short(&self, engine: &Engine, part: Span, output: &mut Output<'_>) {
        let text = &output.text[part.clone()];
        // With something behind it the text is passed over in one go.
        let mut padded = [0; SHORT_BYTES + PADDING_BYTES];
        let padded = &mut padded[..text.len() + PADDING_BYTES];
        padded[..text.len()].copy_from_slice(text.as_bytes());
        let (mut out, mut buffer) = (String::new(), [0; SHORT_ROOM]);
        let mut writer = Writer::new(&mut out, &mut buffer);
        let place = Place { at: 0, cut: 0 };
        let scratch = &mut Scratch::default();
        self.write(engine, (text, padded), place, &mut writer, scratch, None);
        if writer.replaced_chars > 0 {
            output.replaced_chars += writer.replaced_chars;
            writer.flush_behind(output.up_to(part.start));
            output.copied = part.end;
        }
    }

    /// Looks for the first change, and converts from there.
    fn run_long(&self, engine: &Engine, part: Span, output: &mut Output<'_>) {
        let text = &output.text[..part.end];
        let place = Place {
            at: part.start,
            cut: part.start,
        };
        let scratch = &mut Scratch::default();
        let mut seen = (part.len() >= SEEN_TEXT_BYTES).then(Seen::default);
        let Some(place) = self.first_change(engine, text, place, scratch, seen.as_mut()) else {
            return;
        };
        output.up_to(place.at);
        let mut out = output.out.take().unwrap_or_default();
        let mut buffer = [0; BUFFER_ROOM];
        let mut writer = Writer::new(&mut out, &mut buffer);
        let mut memo = Memo::for_text(part.end - place.at);
        self.write(
            engine,
            (text, text.as_bytes()),
            place,
            &mut writer,
            scratch,
            memo.as_mut(),
        );
        writer.flush();
        output.replaced_chars += writer.replaced_chars;
        output.out = Some(out);
        output.copied = part.end;
    }

    /// Goes to the first character that changes; `None` if none does.
    fn first_change(
        &self,
        engine: &Engine,
        text: &str,
        mut place: Place,
        scratch: &mut Scratch,
        mut seen: Option<&mut Seen>,
    ) -> Option<Place> {
        let bytes = text.as_bytes();
        let mut known = Places::default();
        while place.at < bytes.len() {
            let begins;
            (place.at, begins) = self.pass_over(bytes, place.at, &mut known);
            if place.at >= bytes.len() {
                break;
            }
            if begins
                && let Some(seen) = &mut seen
                && let Some(key) = self.key(text, place)
            {
                let (start, end) = key.span(place.at);
                if !seen.has(&key) {
                    let place = Place {
                        cut: start,
                        ..place
                    };
                    let stretch = &text[..end];
                    let change = self.first_change(engine, stretch, place, scratch, None);
                    if change.is_some() {
                        return change;
                    }
                    seen.keep(key);
                }
                place = Place { at: end, cut: end };
                continue;
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

    /// Converts from a place to the end. `padded` are the bytes of the text, for
    /// [`Scanner::pass`].
    fn write(
        &self,
        engine: &Engine,
        (text, padded): (&str, &[u8]),
        mut place: Place,
        writer: &mut Writer<'_>,
        scratch: &mut Scratch,
        memo: Option<&mut Memo>,
    ) {
        let bytes = text.as_bytes();
        // Whether nothing has changed for a while: then text is copied in long pieces.
        let mut is_calm = false;
        let mut known = Places::default();
        let mut target = Rewrite {
            text,
            writer,
            cut: place.cut,
            memo,
            unknown: None,
        };
        while place.at < bytes.len() {
            let from = place.at;
            target.cut = place.cut;
            if is_calm {
                let begins;
                (place.at, begins) = self.pass_over(bytes, from, &mut known);
                target.writer.push(&text[from..place.at]);
                is_calm = place.at - from >= CALM_BYTES_LEAST;
                if begins && let Some(end) = target.recall(self, place.at) {
                    place = Place { at: end, cut: end };
                    continue;
                }
            } else {
                let replaced = target.writer.replaced_chars;
                place.at = self.pass(padded, (from, bytes.len()), &mut known, &mut target);
                place.cut = target.cut;
                is_calm = place.at - from >= CALM_BYTES && target.writer.replaced_chars == replaced;
            }
            let unknown = target.unknown.take();
            if place.at >= bytes.len() {
                break;
            }
            if !target.writer.has_room(BLOCK_BYTES) {
                target.writer.flush();
                continue;
            }
            place = match (unknown, &mut target.memo) {
                (Some(key), Some(memo)) => {
                    let stretch = (key, place.at);
                    self.write_and_keep(engine, text, stretch, target.writer, scratch, memo)
                }
                _ => self.settle(engine, text, place, target.writer, scratch),
            };
        }
    }
}
