//! What the text becomes where the inner loop stops: the step that stands there, written.

use super::cuts::Place;
use super::engine::{Engine, Scratch};
use super::memo::{Key, Memo, VALUE_BYTES};
use super::output::{Part, Probe, Writer};
use super::scanner::Scanner;
use super::step::Step;
use crate::data::{SPECIAL, utf8_word};

impl Scanner {
    /// Converts what stands at a place where the inner loop does not go on, and goes behind it.
    pub(super) fn settle(
        &self,
        engine: &Engine,
        text: &str,
        place: Place,
        writer: &mut Writer<'_>,
        scratch: &mut Scratch,
    ) -> Place {
        let to_cut = |end: usize| Place { at: end, cut: end };
        let behind = |end: usize| Place { at: end, ..place };
        match self.step(engine, text, place) {
            Step::Ascii { end } => {
                writer.push(&text[place.at..end]);
                behind(end)
            }
            Step::Alone { entry: 0, bytes } => {
                writer.push(&text[place.at..place.at + bytes]);
                behind(place.at + bytes)
            }
            Step::Alone { entry, bytes } => {
                let [first, second, third, _] = entry.to_le_bytes();
                writer.push_bytes(&[first, second, third]);
                writer.replaced_chars += 1;
                behind(place.at + bytes)
            }
            Step::Verbatim { end } => {
                writer.push(&text[place.at..end]);
                to_cut(end)
            }
            Step::Shield { end } => {
                self.write_alone(engine, &text[place.at..end], writer, scratch);
                to_cut(end)
            }
            Step::Phrase { end, value } => {
                let key = &text[place.at..end];
                writer.exchange(key, engine.finish(key, value, scratch));
                to_cut(end)
            }
            Step::Final { end, value } => {
                writer.exchange(&text[place.at..end], value);
                to_cut(end)
            }
            Step::Stretch { cuts, from } => {
                if from < place.at {
                    writer.take_back(place.at - from);
                } else {
                    writer.push(&text[place.at..from]);
                }
                let stretch = &text[cuts.clone()];
                let mut part = Part {
                    text: stretch,
                    copied: from - cuts.start,
                    writer,
                };
                engine.run(stretch, &mut part, scratch);
                let copied = part.copied;
                writer.push(&stretch[copied..]);
                to_cut(cuts.end)
            }
        }
    }

    /// Converts a short stretch that was not met before, and keeps what it became.
    pub(super) fn write_and_keep(
        &self,
        engine: &Engine,
        text: &str,
        (key, at): (Key, usize),
        writer: &mut Writer<'_>,
        scratch: &mut Scratch,
        memo: &mut Memo,
    ) -> Place {
        if !writer.has_room(8 * VALUE_BYTES) {
            writer.flush();
        }
        let (out, filled, replaced) = (writer.out.len(), writer.filled, writer.replaced_chars);
        let (start, end) = key.span(at);
        let mut place = Place { at, cut: start };
        while place.at < end {
            place = self.settle(engine, &text[..end], place, writer, scratch);
        }
        if writer.out.len() == out
            && let Some(written) = writer.buffer.get(filled..writer.filled)
        {
            memo.keep(key, written, writer.replaced_chars - replaced);
        }
        Place { at: end, cut: end }
    }

    /// What a character becomes alone; [`SPECIAL`] where only the stages can say.
    fn entry_of(&self, engine: &Engine, c: char) -> u32 {
        if c.len_utf8() == 3 {
            self.becomes(utf8_word(c))
        } else {
            engine.single(c)
        }
    }

    /// Whether every character of a text stays when it stands alone.
    pub(super) fn all_stay(&self, engine: &Engine, text: &str, scratch: &mut Scratch) -> bool {
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
}
