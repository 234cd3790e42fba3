//! What one more character of the passage can have been: the arcs of a node.

use super::super::choices::{Choice, Layer, missing_choices};
use super::super::decoder::{Next, lead_of};
use super::super::evidence::Kept;
use super::super::language::at_line_end;
use super::super::utf8::{Partial, Push, Seen};
use super::super::way::{Out, SPACE, Way};
use super::{Arc, Lattice, Memory, Node};
use crate::model;

impl Lattice<'_> {
    /// The arcs of a node.
    pub(super) fn expand(
        &mut self,
        (from, node): (u32, Node),
        (c, next): (char, Next),
        inserts: bool,
        arcs: &mut Vec<Arc>,
    ) {
        let begin = Arc {
            from,
            to: node.state,
            cost: 0,
            out: Out::default(),
        };
        if inserts {
            self.insert(begin, c, next, arcs);
        } else {
            self.read(begin, c, next, arcs);
        }
    }

    /// Reads a character behind bytes that were dropped without a trace.
    pub(super) fn insert(&mut self, begin: Arc, c: char, next: Next, arcs: &mut Vec<Arc>) {
        let codes = self.chain[0].codes(c);
        let first_byte = if c.is_ascii() {
            u8::try_from(c).ok()
        } else {
            codes.as_slice().first().map(|&code| lead_of(code))
        };
        let Some(first_byte) = first_byte else {
            return;
        };
        let open = begin.to.partials[0];
        if open.is_empty() {
            return;
        }
        if self.memory.inserted_at != Some(open) {
            self.find_inserted(open, c, first_byte);
        }
        let inserted = std::mem::take(&mut self.memory.inserted);
        let mut behind = std::mem::take(&mut self.memory.behind);
        for choice in &inserted {
            let mut state = begin.to;
            if choice.replaces_last {
                state.partials[0] = open.without_last();
            }
            let with_gap = Arc {
                to: state,
                cost: choice.cost,
                out: Out::lost(),
                ..begin
            };
            behind.clear();
            self.feed(0, with_gap, choice, &mut behind);
            for &way in &behind {
                self.read(way, c, next, arcs);
            }
        }
        self.memory.behind = behind;
        self.memory.inserted = inserted;
    }

    /// Notes what can have been dropped behind open bytes, so that a character can be read there: one
    /// that goes on where something is open then, one that begins where nothing is.
    fn find_inserted(&mut self, open: Partial, c: char, first_byte: u8) {
        let layer = self.layer(0);
        let choices = &mut self.memory.choices;
        choices.clear();
        missing_choices(layer, self.dropped, open, first_byte, choices);
        // A question mark and a space stand for bytes as well, or for what is lost.
        let reads_all = matches!(c, '?' | ' ');
        let begins = !matches!(first_byte, 0x80..=0xBF);
        let is_read = |choice: &Choice| {
            let missing = open.missing() + usize::from(choice.replaces_last);
            reads_all || (choice.bytes().len() == missing) == begins
        };
        let inserted = &mut self.memory.inserted;
        inserted.clear();
        inserted.extend(choices.drain().filter(is_read));
        self.memory.are_of = None;
        self.memory.inserted_at = Some(open);
    }

    /// All that a character can have been for the first layer.
    pub(super) fn read(&mut self, begin: Arc, c: char, next: Next, arcs: &mut Vec<Arc>) {
        let open = begin.to.partials[0];
        if self.chain.len() == 1
            && self.memory.are_of == Some(open)
            && let [way] = *self.memory.ways
            && way.first.is_none()
            && !way.swallows
        {
            // It completes nothing: so it is nearly everywhere behind what was dropped.
            self.fed += self.memory.choices.as_slice().len();
            let mut arc = begin;
            arc.to.partials[0] = way.open;
            arc.cost += way.cost;
            arc.out.seen = arc.out.seen.max(way.seen);
            arcs.push(arc);
            return;
        }
        let layer = self.layer(0);
        let mut choices = std::mem::take(&mut self.memory.choices);
        // Nodes with the same bytes open stand together.
        let is_new = self.memory.are_of != Some(open);
        if is_new {
            choices.of_char(layer, open, c, next);
            self.memory.are_of = Some(open);
        }
        if self.chain.len() == 1 {
            if is_new {
                let ways = choices.as_slice().iter();
                let ways = ways.filter_map(|choice| Way::of(choice, open, &self.costs));
                self.memory.ways.clear();
                self.memory.ways.extend(ways);
            }
            self.fed += choices.as_slice().len();
            self.memory.choices = choices;
            self.take_ways(begin, arcs);
            return;
        }
        for choice in choices.as_slice() {
            let mut arc = begin;
            arc.out.swallowed |= choice.swallows;
            arc.out.seen = arc.out.seen.max(choice.seen);
            arc.cost += choice.cost;
            self.feed(0, arc, choice, arcs);
        }
        self.memory.choices = choices;
    }

    /// The arcs of all ways of one layer.
    pub(super) fn take_ways(&mut self, begin: Arc, arcs: &mut Vec<Arc>) {
        let Memory { ways, costs, .. } = &mut *self.memory;
        // All at once: the model's table is large, and its lines are waited for together.
        costs.clear();
        let firsts = ways.iter().filter_map(|way| way.first);
        let cost = |(c, seen)| {
            let more = if seen == Seen::Lost {
                self.open_pairs.weigh(c) + self.costs.doubt(begin.to.before, c)
            } else {
                0
            };
            self.costs.cost(begin.to.before, c) + more
        };
        costs.extend(firsts.map(cost));
        let mut costs = costs.iter();
        for way in ways {
            let mut arc = begin;
            arc.to.partials[0] = way.open;
            arc.cost += way.cost;
            arc.out.swallowed |= way.swallows;
            arc.out.seen = arc.out.seen.max(way.seen);
            let mut fits = true;
            if let Some((c, seen)) = way.first {
                arc.cost += costs.next().copied().unwrap_or_default();
                arc.to.before = way.before;
                fits = arc.out.push(c, seen);
            } else if way.swallows {
                arc.cost += at_line_end(arc.to.before);
                arc.to.before = SPACE;
            }
            if let Some((c, seen)) = way.second {
                fits &= arc.out.push(c, seen);
            }
            if fits {
                arcs.push(arc);
            }
        }
    }

    pub(super) fn layer(&self, number: usize) -> Layer {
        Layer {
            decoder: self.chain[number],
            // What the text shows is what its last decoder did.
            kept: if number == 0 {
                self.kept
            } else {
                Kept::default()
            },
            is_last: number + 1 == self.chain.len(),
        }
    }

    /// Feeds the bytes of a choice to a layer.
    #[inline]
    pub(super) fn feed(&mut self, layer: usize, arc: Arc, choice: &Choice, arcs: &mut Vec<Arc>) {
        self.fed += self.chain.len();
        if layer + 1 == self.chain.len() {
            self.feed_last(layer, arc, choice, arcs);
        } else {
            self.feed_through(layer, arc, choice, arcs);
        }
    }

    /// Feeds the bytes of a choice to a layer, and what that completes to the next.
    pub(super) fn feed_through(
        &mut self,
        layer: usize,
        arc: Arc,
        choice: &Choice,
        arcs: &mut Vec<Arc>,
    ) {
        // The ways so far stand at the end of the list.
        let now = arcs.len();
        arcs.push(arc);
        for &byte in choice.bytes() {
            let end = arcs.len();
            for at in now..end {
                let mut arc = arcs[at];
                match arc.to.partials[layer].push(byte, choice.seen) {
                    Push::Invalid => {}
                    Push::More(more) => {
                        arc.to.partials[layer] = more;
                        arcs.push(arc);
                    }
                    Push::Char(c, seen) => {
                        arc.to.partials[layer] = Partial::default();
                        let next = self.layer(layer + 1);
                        let mut choices = std::mem::take(&mut self.memory.inner);
                        choices.of_char(next, arc.to.partials[layer + 1], c, Next::Unknown);
                        for inner in choices.as_slice() {
                            let mut inner = *inner;
                            inner.seen = inner.seen.max(seen);
                            let mut arc = arc;
                            arc.out.seen = arc.out.seen.max(inner.seen);
                            arc.cost += inner.cost;
                            self.feed(layer + 1, arc, &inner, arcs);
                        }
                        self.memory.inner = choices;
                    }
                }
            }
            arcs.drain(now..end);
        }
    }

    /// Feeds the bytes of a choice to the last layer, whose characters are the reading.
    #[inline]
    pub(super) fn feed_last(
        &mut self,
        layer: usize,
        mut arc: Arc,
        choice: &Choice,
        arcs: &mut Vec<Arc>,
    ) {
        let state = &mut arc.to;
        for &byte in choice.bytes() {
            match state.partials[layer].push(byte, choice.seen) {
                Push::Invalid => return,
                Push::More(more) => state.partials[layer] = more,
                Push::Char(c, seen) => {
                    if seen == Seen::Lost && !self.costs.has(c) {
                        return;
                    }
                    arc.cost += self.memory.cost(&self.costs, state.before, c);
                    if seen == Seen::Lost {
                        arc.cost += self.open_pairs.weigh(c) + self.costs.doubt(state.before, c);
                    }
                    state.partials[layer] = Partial::default();
                    state.before = model::symbol(c);
                    if !arc.out.push(c, seen) {
                        return;
                    }
                }
            }
        }
        if choice.swallows {
            // What was taken along is ASCII, a line end more often than not.
            arc.cost += at_line_end(state.before);
            state.before = SPACE;
        }
        arcs.push(arc);
    }
}
