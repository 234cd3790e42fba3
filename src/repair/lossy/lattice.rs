//! Every reading of a passage with losses, and the likeliest of them.
//!
//! A character that a wrong decoder wrote is one code of one or two bytes, seldom two or three
//! codes; what it lost is any byte that it loses there. So the passage is a lattice: nodes are
//! states of UTF-8 behind a character (and which character came last), arcs what one more
//! character of the passage can have been. An arc costs what the characters cost that it
//! completes, by the model. The cheapest way through is the reading (Viterbi); the share that
//! all ways through an arc have of all ways is the probability of what it fills in (the forward
//! and the backward sums of hidden Markov models).
//!
//! Where all ways meet in one node the lattice behind it is settled and dropped: memory does not
//! grow with the passage. What is intact is one node wide, and costs no lattice at all. A beam
//! and a budget bound what garbage can ask for; a passage that needs more is none.
//!
//! A route of two layers puts one automaton behind the other: characters that the first
//! completes are codes of the second.

use super::choices::{
    Choice, Choices, Dropped, Kept, Layer, WINDOWS_MARK, end_choices, missing_choices,
};
use super::decoder::{Decoder, Next, lead_of};
use super::language::{Costs, at_line_end};
use super::utf8::{Partial, Push, Seen};
use super::way::{Out, SPACE, Way};
use crate::model::{self, BIT, Cost};

/// How many nodes one place may have.
const BEAM_NODES: usize = 320;
/// The same with one layer, where nodes differ by little more than the last character.
const BEAM_NODES_OF_ONE: usize = 128;
/// How many arcs one place may have.
const ARCS_MAX: usize = 12_000;
/// How many nodes are gone on from where the next character is lost as well.
const NODES_BEFORE_LOSS: usize = 48;
const NODES_OF_ONE_BEFORE_LOSS: usize = 24;
/// How many where something was dropped without a trace.
const NODES_BEFORE_DROP: usize = 12;
/// How many arcs a character may cost on the average, beside a fixed allowance.
const ARCS_PER_CHAR: usize = 48;
const ARCS_ALLOWANCE: usize = 24_000;
/// Of how many nodes the end is filled in.
const END_NODES_MAX: usize = 16;
/// The reading as a whole may be wrong: of characters that seem certain one in fifty was.
pub(super) const MOST_POSTERIOR: f64 = 0.98;
/// How many characters the ways may stay apart: lost bytes are settled within five.
const APART_CHARS_MAX: usize = 48;

/// From which cost on a character is odd: one in fifteen or so of running text. Where pairs of bytes were
/// dropped without a trace, what stood on both sides of one may have become such a character.
const ODD_COST: Cost = 12 * BIT;

/// A place in a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
struct State {
    partials: [Partial; 2],
    before: u16,
}

impl State {
    /// A number for each state, in their order.
    fn key(&self) -> u128 {
        let [first, second] = self.partials.map(|partial| u128::from(partial.key()));
        first << 48 | second << 16 | u128::from(self.before)
    }

    /// The same where there is one layer, in 48 bits.
    fn key_of_one(&self) -> u64 {
        u64::from(self.partials[0].key()) << 16 | u64::from(self.before)
    }
}

/// What one character of the passage was, in the likeliest reading.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub(super) out: Out,
    /// For each character of `out` the probability that it is right.
    pub(super) posteriors: [f32; 4],
    /// Whether no character is open behind it.
    pub(super) complete: bool,
}

impl Step {
    /// Adds what was cut off behind this character.
    pub(super) fn append(&mut self, cut: &Step) {
        for ((c, seen), &posterior) in cut.out.chars().zip(&cut.posteriors) {
            if let Some(slot) = self.posteriors.get_mut(self.out.len()) {
                *slot = posterior;
            }
            self.out.push(c, seen);
        }
        self.out.seen = self.out.seen.max(cut.out.seen);
        self.complete = cut.complete;
    }

    /// Closes what is open with U+FFFD: the rest of it was cut off.
    pub(super) fn cut_off(&mut self) {
        if let Some(slot) = self.posteriors.get_mut(self.out.len()) {
            *slot = 0.0;
        }
        self.out.push('\u{FFFD}', Seen::Lost);
        self.out.seen = Seen::Lost;
        self.complete = true;
    }
}

/// A way from a node to the next place.
#[derive(Debug, Clone, Copy)]
struct Arc {
    from: u32,
    to: State,
    cost: Cost,
    out: Out,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    state: State,
    /// The cost of the cheapest way here.
    least: Cost,
    /// The arc by which it comes.
    arc: u32,
}

/// One place whose ways have not met again.
#[derive(Debug, Default)]
struct Column {
    arcs: Vec<Arc>,
    /// The nodes behind the arcs.
    nodes: Vec<Node>,
    /// For each arc the node that it leads to.
    to: Vec<u32>,
}

/// A lattice that grows by one character of a passage at a time.
#[derive(Debug)]
pub(super) struct Lattice<'c> {
    chain: &'c [Decoder],
    costs: Costs<'c>,
    dropped: Dropped,
    kept: Kept,
    /// The node where all ways last met, then the columns since.
    root: Node,
    /// -log2 of the sum over all ways to it.
    root_sum: f64,
    columns: Vec<Column>,
    steps: Vec<Step>,
    arcs: usize,
    /// Whether the last character was €, and more than one way leads on from it.
    is_behind_euro: bool,
    /// Choices that were fed to an automaton.
    fed: usize,
    shares: Shares,
    memory: &'c mut Memory,
}

/// Of which characters the share is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shares {
    /// Of those that are in doubt, and some of the lost ones: what is read again asks for the others.
    OfDoubts,
    /// Of all that are not intact.
    OfAll,
}

/// How many costs are remembered.
const KNOWN_COSTS: usize = 1 << 11;

/// What one lattice leaves to the next: garbage begins passages by the thousand. Costs are those of
/// one document, so that it is not for another.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Costs that were asked for, by a hash of both characters: the characters and what the second
    /// costs in which language. Empty before the first is.
    known: Vec<(u32, u32, Cost)>,
    /// Lists that are used again and again.
    choices: Choices,
    /// Behind which open bytes `choices` are all that the character can have been.
    are_of: Option<Partial>,
    inner: Choices,
    arcs: Vec<Arc>,
    behind: Vec<Arc>,
    /// What `choices` do where there is one layer, and what their first characters cost.
    ways: Vec<Way>,
    costs: Vec<Cost>,
    order: Vec<(u64, u32)>,
    columns: Vec<Column>,
    /// Sums over ways, see [`Lattice::weigh_shares`].
    sums: Vec<f64>,
    behind_sums: Vec<f64>,
    before_sums: Vec<f64>,
}

impl Memory {
    fn forget_choices(&mut self) {
        self.choices.clear();
        self.are_of = None;
    }

    /// What a character costs behind a symbol. The same few are asked for again and again.
    fn cost(&mut self, costs: &Costs<'_>, before: u16, c: char) -> Cost {
        let Ok(unit) = u16::try_from(u32::from(c)) else {
            return costs.cost(before, c);
        };
        if self.known.is_empty() {
            self.known = vec![(u32::MAX, u32::MAX, 0); KNOWN_COSTS];
        }
        let key = u32::from(before) << 16 | u32::from(unit);
        let language = costs.language() as u32;
        let slot = &mut self.known[usize::from(unit ^ before.rotate_left(5)) % KNOWN_COSTS];
        if (slot.0, slot.1) != (key, language) {
            *slot = (key, language, costs.cost(before, c));
        }
        slot.2
    }
}

impl<'c> Lattice<'c> {
    /// A lattice at the beginning of a passage.
    pub(super) fn new(
        chain: &'c [Decoder],
        costs: Costs<'c>,
        dropped: Dropped,
        kept: Kept,
        memory: &'c mut Memory,
    ) -> Lattice<'c> {
        Lattice {
            chain,
            costs,
            dropped,
            kept,
            root: Node {
                state: State {
                    before: SPACE,
                    ..State::default()
                },
                least: 0,
                arc: 0,
            },
            root_sum: 0.0,
            columns: Vec::new(),
            steps: Vec::new(),
            arcs: 0,
            is_behind_euro: false,
            fed: 0,
            shares: Shares::OfAll,
            memory,
        }
    }

    /// Says which shares are asked for.
    pub(super) fn with_shares(self, shares: Shares) -> Lattice<'c> {
        Lattice { shares, ..self }
    }

    /// What is known from here on of what was dropped.
    pub(super) fn set_dropped(&mut self, dropped: Dropped) {
        self.dropped = dropped;
    }

    /// Reads one more character of the passage; `false` where no reading has it there.
    pub(super) fn push(&mut self, c: char, next: Next) -> bool {
        if self.columns.is_empty()
            && let Some(done) = self.push_plain(c)
        {
            return done;
        }
        let nodes = self.take_nodes();
        let mut arcs = std::mem::take(&mut self.memory.arcs);
        arcs.clear();
        // What this character was is asked for anew.
        self.memory.forget_choices();
        let goes_on = self.expand_all(&nodes, c, next, &mut arcs);
        self.put_nodes(nodes);
        let done = goes_on && {
            self.is_behind_euro = c == '€';
            self.arcs += arcs.len();
            self.add_column(&mut arcs)
        };
        self.memory.arcs = arcs;
        done
    }

    /// The nodes of the last place, which are to be put back.
    fn take_nodes(&mut self) -> Vec<Node> {
        match self.columns.last_mut() {
            Some(last) => std::mem::take(&mut last.nodes),
            None => vec![self.root],
        }
    }

    fn put_nodes(&mut self, nodes: Vec<Node>) {
        if let Some(last) = self.columns.last_mut() {
            last.nodes = nodes;
        }
    }

    /// The arcs of all nodes of a place; `false` where there are too many.
    fn expand_all(&mut self, nodes: &[Node], c: char, next: Next, arcs: &mut Vec<Arc>) -> bool {
        // What is dropped without a trace is thought of where nothing else explains the text.
        for inserts in [false, true] {
            let most = match (inserts, c) {
                (true, _) => NODES_BEFORE_DROP,
                (_, '\u{FFFD}' | '?') if self.chain.len() == 1 => NODES_OF_ONE_BEFORE_LOSS,
                (_, '\u{FFFD}' | '?') => NODES_BEFORE_LOSS,
                _ => self.beam(),
            };
            for from in self.likeliest(nodes, most) {
                let node = nodes[index(from)];
                self.expand((from, node), (c, next), inserts, arcs);
                if arcs.len() > ARCS_MAX {
                    return false;
                }
            }
            // A space may be the no-break space of a character, or stand behind a dropped byte;
            // € is the byte 80, which fits in anywhere, so that something may have been dropped
            // in front of it as well as behind.
            let is_open = match self.chain[0] {
                Decoder::Windows1252 => c == ' ',
                Decoder::Gbk => {
                    let is_near = c == '€' || self.is_behind_euro;
                    self.may_be_dropped() && (is_near || !inserts && self.doubts_odd(nodes, arcs))
                }
                Decoder::ShiftJis | Decoder::EucKr | Decoder::Big5 => false,
            };
            if !arcs.is_empty() && !is_open {
                break;
            }
        }
        true
    }

    /// Whether arcs complete characters that are odd; they are in doubt from then on.
    fn doubts_odd(&mut self, nodes: &[Node], arcs: &mut [Arc]) -> bool {
        let mut any = false;
        for arc in arcs {
            let before = nodes[index(arc.from)].state.before;
            any |= arc.out.doubt(before, |before, c| self.is_odd(before, c));
        }
        any
    }

    /// Whether pairs of bytes of GBK may have been dropped without a trace.
    fn may_be_dropped(&self) -> bool {
        *self.chain == [Decoder::Gbk] && self.dropped != Dropped::Marked
    }

    /// Whether a character is odd behind a symbol.
    fn is_odd(&mut self, before: u16, c: char) -> bool {
        !c.is_ascii() && self.cost(before, c) >= ODD_COST
    }

    /// What a character costs behind a symbol.
    fn cost(&mut self, before: u16, c: char) -> Cost {
        self.memory.cost(&self.costs, before, c)
    }

    /// What the likeliest reading costs, once it is finished.
    pub(super) fn least(&self) -> Cost {
        self.root.least
    }

    /// How much work it has been, in choices and arcs.
    pub(super) fn work(&self) -> usize {
        self.arcs + self.fed
    }

    /// Ends the passage: what is open is closed by what can be lost there, or the passage ends
    /// where nothing was open.
    pub(super) fn finish(&mut self) -> Vec<Step> {
        let nodes = self.take_nodes();
        let mut arcs = std::mem::take(&mut self.memory.arcs);
        arcs.clear();
        let mut choices = std::mem::take(&mut self.memory.choices);
        choices.clear();
        self.memory.are_of = None;
        // With more nodes the character before is lost as well.
        let likeliest = self.likeliest(&nodes, END_NODES_MAX);
        for (from, node) in (0_u32..).zip(&nodes) {
            let arc = |to, cost, out| Arc {
                from,
                to,
                cost,
                out,
            };
            if node.state.partials[0].is_empty() {
                if node.state.partials[1].is_empty() {
                    let cost = at_line_end(node.state.before);
                    arcs.push(arc(node.state, cost, Out::default()));
                }
                continue;
            }
            if likeliest.binary_search(&from).is_err() {
                continue;
            }
            end_choices(self.layer(0), node.state.partials[0], &mut choices);
            let old = arcs.len();
            for choice in choices.drain() {
                let open = arc(node.state, choice.cost, Out::lost());
                self.feed(0, open, &choice, &mut arcs);
            }
            let mut kept = old;
            for at in old..arcs.len() {
                let mut arc = arcs[at];
                if arc.to.partials.iter().all(|open| open.is_empty()) {
                    arc.cost += at_line_end(arc.to.before);
                    arcs[kept] = arc;
                    kept += 1;
                }
            }
            arcs.truncate(kept);
        }
        self.memory.choices = choices;
        self.put_nodes(nodes);
        let is_closed = !arcs.is_empty() && self.add_column(&mut arcs);
        self.memory.arcs = arcs;
        if !is_closed {
            // Nothing closes it: the passage ends before what is open.
            self.settle();
        } else {
            self.settle();
        }
        std::mem::take(&mut self.steps)
    }

    /// A character with one code behind a place where nothing is open to doubt; `None` where
    /// more is to be thought of.
    fn push_plain(&mut self, c: char) -> Option<bool> {
        if self.chain.len() > 1 || matches!(c, '\u{FFFD}' | '?' | ' ' | WINDOWS_MARK) {
            return None;
        }
        let choice = if c.is_ascii() {
            Choice::of_ascii(c)
        } else {
            match *self.chain[0].codes(c).as_slice() {
                [code] => Choice::of_code(code),
                [] => return Some(false),
                _ => return None,
            }
        };
        let mut state = self.root.state;
        let mut out = Out::default();
        for &byte in choice.bytes() {
            match state.partials[0].push(byte, Seen::Intact) {
                Push::Invalid => return None,
                Push::More(more) => state.partials[0] = more,
                Push::Char(c, seen) => {
                    if self.may_be_dropped() && self.is_odd(state.before, c) {
                        return None;
                    }
                    state.partials[0] = Partial::default();
                    state.before = model::symbol(c);
                    out.push(c, seen);
                }
            }
        }
        // Its cost is that of every way: it parts none.
        self.root.state = state;
        self.steps.push(Step {
            out,
            posteriors: [1.0; 4],
            complete: state.partials[0].is_empty(),
        });
        Some(true)
    }

    /// The arcs of a node.
    fn expand(
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
    fn insert(&mut self, begin: Arc, c: char, next: Next, arcs: &mut Vec<Arc>) {
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
        let layer = self.layer(0);
        let choices = &mut self.memory.choices;
        missing_choices(layer, self.dropped, open, first_byte, choices);
        let inserted = choices.take();
        self.memory.are_of = None;
        let mut behind = std::mem::take(&mut self.memory.behind);
        for choice in inserted {
            let mut state = begin.to;
            if choice.replaces_last {
                // The byte that was dropped stood before the last one of what is open.
                let bytes = open.as_bytes();
                let Some((_, kept)) = bytes.split_last() else {
                    continue;
                };
                state.partials[0] = Partial::default();
                for &byte in kept {
                    if let Push::More(more) = state.partials[0].push(byte, open.seen) {
                        state.partials[0] = more;
                    }
                }
            }
            let with_gap = Arc {
                to: state,
                cost: choice.cost,
                out: Out::lost(),
                ..begin
            };
            behind.clear();
            self.feed(0, with_gap, &choice, &mut behind);
            for &way in &behind {
                self.read(way, c, next, arcs);
            }
        }
        self.memory.behind = behind;
    }

    /// All that a character can have been for the first layer.
    fn read(&mut self, begin: Arc, c: char, next: Next, arcs: &mut Vec<Arc>) {
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
    fn take_ways(&mut self, begin: Arc, arcs: &mut Vec<Arc>) {
        let Memory { ways, costs, .. } = &mut *self.memory;
        // All at once: the model's table is large, and its lines are waited for together.
        costs.clear();
        let firsts = ways.iter().filter_map(|way| way.first);
        let cost = |(c, _)| self.costs.cost(begin.to.before, c);
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

    fn layer(&self, number: usize) -> Layer {
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
    fn feed(&mut self, layer: usize, arc: Arc, choice: &Choice, arcs: &mut Vec<Arc>) {
        self.fed += self.chain.len();
        if layer + 1 == self.chain.len() {
            self.feed_last(layer, arc, choice, arcs);
        } else {
            self.feed_through(layer, arc, choice, arcs);
        }
    }

    /// Feeds the bytes of a choice to a layer, and what that completes to the next.
    fn feed_through(&mut self, layer: usize, arc: Arc, choice: &Choice, arcs: &mut Vec<Arc>) {
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
    fn feed_last(&mut self, layer: usize, mut arc: Arc, choice: &Choice, arcs: &mut Vec<Arc>) {
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

    /// Joins arcs that lead to the same state; `false` where there is none, or too many.
    fn add_column(&mut self, arcs: &mut [Arc]) -> bool {
        let allowed = ARCS_ALLOWANCE + ARCS_PER_CHAR * self.steps.len();
        if arcs.is_empty() || self.arcs > allowed || self.columns.len() >= APART_CHARS_MAX {
            return false;
        }
        let mut column = self.memory.columns.pop().unwrap_or_default();
        column.clear();
        let Column {
            arcs: sorted,
            nodes,
            to,
        } = &mut column;
        match self.chain {
            [_] => {
                // A beam has far fewer nodes than would fit.
                let order = &mut self.memory.order;
                order.clear();
                let key = |arc: &Arc| arc.to.key_of_one() << 16 | u64::from(arc.from & 0xFFFF);
                order.extend(arcs.iter().map(key).zip(0..));
                order.sort_unstable();
                sorted.extend(order.iter().map(|&(_, at)| arcs[index(at)]));
            }
            _ => sort_into(sorted, arcs, |arc| (arc.to.key(), arc.from)),
        }
        let arcs = sorted;
        let root = [self.root];
        {
            let before = self.columns.last().map_or(&root[..], |last| &last.nodes);
            for (number, arc) in (0_u32..).zip(arcs.iter()) {
                let source = before[index(arc.from)];
                let least = source.least + arc.cost;
                match nodes.last_mut() {
                    Some(node) if node.state == arc.to => {
                        if least < node.least {
                            (node.least, node.arc) = (least, number);
                        }
                    }
                    _ => nodes.push(Node {
                        state: arc.to,
                        least,
                        arc: number,
                    }),
                }
                to.push(u32::try_from(nodes.len() - 1).unwrap_or(u32::MAX));
            }
        }
        if nodes.len() > self.beam() {
            self.prune(nodes, arcs, to);
        }
        let met = nodes.len() == 1;
        self.columns.push(column);
        if met {
            self.settle();
        }
        true
    }

    /// How many nodes one place may have.
    fn beam(&self) -> usize {
        match self.chain {
            [_] => BEAM_NODES_OF_ONE,
            _ => BEAM_NODES,
        }
    }

    /// The numbers of the nodes that are likeliest, counting what their open bytes promise.
    fn likeliest(&self, nodes: &[Node], most: usize) -> Vec<u32> {
        let all = 0..u32::try_from(nodes.len()).unwrap_or(u32::MAX);
        if nodes.len() <= most {
            return all.collect();
        }
        let last = self.chain.len() - 1;
        let mut order: Vec<(Cost, u32)> = all
            .zip(nodes)
            .map(|(at, node)| {
                let open = node.state.partials[last];
                (node.least + self.costs.prefix(open.as_bytes()), at)
            })
            .collect();
        order.select_nth_unstable(most);
        let mut kept: Vec<u32> = order.iter().take(most).map(|&(_, at)| at).collect();
        kept.sort_unstable();
        kept
    }

    /// Keeps the nodes that are likeliest.
    fn prune(&self, nodes: &mut Vec<Node>, arcs: &mut Vec<Arc>, to: &mut Vec<u32>) {
        let kept = self.likeliest(nodes, self.beam());
        let mut number_of = vec![u32::MAX; nodes.len()];
        for (number, &at) in (0_u32..).zip(&kept) {
            number_of[index(at)] = number;
        }
        let mut arc_of = vec![u32::MAX; arcs.len()];
        let mut kept_arcs = Vec::new();
        let mut kept_to = Vec::new();
        for (at, (arc, to)) in arcs.iter().zip(to.iter()).enumerate() {
            let number = number_of[index(*to)];
            if number != u32::MAX {
                arc_of[at] = u32::try_from(kept_arcs.len()).unwrap_or(u32::MAX);
                kept_arcs.push(*arc);
                kept_to.push(number);
            }
        }
        *nodes = kept.iter().map(|&at| nodes[index(at)]).collect();
        for node in nodes {
            node.arc = arc_of[index(node.arc)];
        }
        (*arcs, *to) = (kept_arcs, kept_to);
    }

    /// Writes down the likeliest way through the columns and drops them.
    fn settle(&mut self) {
        let Some(last) = self.columns.last() else {
            return;
        };
        let nodes = 0..last.nodes.len();
        let best = nodes.min_by_key(|&at| last.nodes[at].least).unwrap_or(0);
        let end = last.nodes[best];
        let first = self.steps.len();
        let mut at = best;
        let mut is_known = true;
        for column in self.columns.iter().rev() {
            let node = column.nodes[at];
            let arc = &column.arcs[index(node.arc)];
            is_known &= arc.out.chars().all(|(_, seen)| match seen {
                Seen::Intact => true,
                Seen::Ambiguous => false,
                Seen::Lost => self.shares == Shares::OfDoubts,
            });
            self.steps.push(Step {
                out: arc.out,
                posteriors: [1.0; 4],
                complete: node.state.partials.iter().all(|open| open.is_empty()),
            });
            at = index(arc.from);
        }
        self.steps[first..].reverse();
        // What is intact, and what completes nothing, has no share to be asked for.
        if !is_known {
            self.weigh_shares(first, best);
        }
        self.root = Node { arc: 0, ..end };
        self.root_sum = bits(end.least);
        self.memory.columns.append(&mut self.columns);
    }

    /// Asks for the share of each step that the columns gave, from one on; `best` is the last node.
    fn weigh_shares(&mut self, first: usize, best: usize) {
        let Memory {
            sums,
            behind_sums: behind,
            before_sums: before,
            ..
        } = &mut *self.memory;
        // -log2 of the sums over all ways to each node, for one column after the other.
        sums.clear();
        sums.push(self.root_sum);
        let mut start = 0;
        for column in &self.columns {
            let next = sums.len();
            sums.resize(next + column.nodes.len(), f64::INFINITY);
            let (done, open) = sums.split_at_mut(next);
            for (arc, &to) in column.arcs.iter().zip(&column.to) {
                let sum = done[start + index(arc.from)] + bits(arc.cost);
                let slot = &mut open[index(to)];
                *slot = if *slot == f64::INFINITY {
                    sum
                } else {
                    add(*slot, sum)
                };
            }
            start = next;
        }
        let total = sums[start..]
            .iter()
            .copied()
            .reduce(add)
            .unwrap_or_default();
        // Backward sums of the nodes of the column that is being looked at.
        behind.clear();
        behind.resize(sums.len() - start, 0.0);
        let mut at = best;
        let may_be_dropped = *self.chain == [Decoder::Gbk] && self.dropped != Dropped::Marked;
        for (number, column) in self.columns.iter().enumerate().rev() {
            let nodes = match number.checked_sub(1) {
                Some(before) => self.columns[before].nodes.len(),
                None => 1,
            };
            start -= nodes;
            let forward = &sums[start..start + nodes];
            let arc = &column.arcs[index(column.nodes[at].arc)];
            let best = arc.out;
            let is_known = best.chars().all(|(_, seen)| seen == Seen::Intact);
            let mut shares = [0.0_f64; 4];
            before.clear();
            before.resize(nodes, f64::INFINITY);
            for (arc, &to) in column.arcs.iter().zip(&column.to) {
                let from = index(arc.from);
                let through = bits(arc.cost) + behind[index(to)];
                before[from] = add(before[from], through);
                if is_known {
                    continue;
                }
                let share = (total - forward[from] - through).exp2();
                let chars = best.chars().zip(arc.out.chars());
                for (slot, ((mine, _), (its, _))) in shares.iter_mut().zip(chars) {
                    if mine == its {
                        *slot += share;
                    }
                }
            }
            at = index(arc.from);
            let slots = self.steps[first + number]
                .posteriors
                .iter_mut()
                .zip(&shares);
            for ((slot, &share), (_, seen)) in slots.zip(best.chars()) {
                *slot = match seen {
                    Seen::Intact => 1.0,
                    // More may have been dropped than is thought of: that is never certain.
                    Seen::Ambiguous if may_be_dropped => probability(share, MOST_POSTERIOR),
                    Seen::Ambiguous => probability(share, 1.0),
                    Seen::Lost => probability(share, MOST_POSTERIOR),
                };
            }
            std::mem::swap(behind, before);
        }
    }
}

impl Column {
    fn clear(&mut self) {
        self.arcs.clear();
        self.nodes.clear();
        self.to.clear();
    }
}

/// Arcs in the order of their keys; to move keys is less work than to move arcs.
fn sort_into<K: Ord>(sorted: &mut Vec<Arc>, arcs: &[Arc], key: impl Fn(&Arc) -> K) {
    let mut order: Vec<(K, u32)> = arcs.iter().map(key).zip(0..).collect();
    order.sort_unstable();
    sorted.extend(order.iter().map(|&(_, at)| arcs[index(at)]));
}

fn index(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

/// -log2 of the sum of two amounts given as -log2.
pub(super) fn add(a: f64, b: f64) -> f64 {
    let (least, most) = if a < b { (a, b) } else { (b, a) };
    if most.is_infinite() || most - least > 60.0 {
        return least;
    }
    least - (1.0 + (least - most).exp2()).log2()
}

#[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
pub(super) fn bits(cost: Cost) -> f64 {
    cost as f64 / 1024.0
}

#[allow(clippy::cast_possible_truncation, reason = "between 0 and 1")]
pub(super) fn probability(share: f64, most: f64) -> f32 {
    share.clamp(0.0, most) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Language;

    /// What a passage reads as, and the posterior of each character.
    fn read(chain: &[Decoder], passage: &str) -> Vec<(char, f32)> {
        let mut memory = Memory::default();
        let mut lattice = Lattice::new(
            chain,
            Costs::of(Language::Hans, None),
            Dropped::Controls,
            Kept::default(),
            &mut memory,
        );
        let mut chars = passage.chars().peekable();
        while let Some(c) = chars.next() {
            let next = match chars.peek() {
                None => Next::End,
                Some(&next) => match *chain[0].codes(next).as_slice() {
                    [code] => Next::Byte(lead_of(code)),
                    _ => Next::Unknown,
                },
            };
            if !lattice.push(c, next) {
                break;
            }
        }
        let steps = lattice.finish();
        let read = |step: &Step| {
            let chars = step.out.chars().map(|(c, _)| c);
            chars.zip(step.posteriors).collect::<Vec<_>>()
        };
        steps.iter().flat_map(read).collect()
    }

    fn text(read: &[(char, f32)]) -> String {
        read.iter().map(|&(c, _)| c).collect()
    }

    #[test]
    fn a_lost_byte_is_filled_in_and_nothing_else_is_a_guess() {
        // 我们说 and a full stop, whose last byte stood before the end.
        let read = read(&[Decoder::Gbk], "鎴戜滑璇�");
        assert_eq!(text(&read), "我们说");
        assert!(read[..2].iter().all(|&(_, posterior)| posterior == 1.0));
        assert!(read[2].1 < 1.0);
    }

    #[test]
    fn the_byte_80_is_one_of_few_that_are_lost_before_others() {
        let read = read(&[Decoder::Gbk], "鎴戞槸涓�涓汉");
        assert_eq!(text(&read), "我是一个人");
        assert!(read[2].1 > 0.9, "{read:?}");
    }

    #[test]
    fn two_layers_are_read_as_one() {
        let once = encoding_rs::GBK.decode("我们是中国人".as_bytes()).0;
        let twice = encoding_rs::GBK.decode(once.as_bytes()).0;
        assert_eq!(
            text(&read(&[Decoder::Gbk, Decoder::Gbk], &twice)),
            "我们是中国人"
        );
    }

    #[test]
    fn what_is_no_reading_ends_the_passage() {
        assert_eq!(text(&read(&[Decoder::Gbk], "鎴戜滑今天")), "我们");
        assert_eq!(text(&read(&[Decoder::Gbk], "今天")), "");
    }

    #[test]
    fn sums_of_shares_are_those_of_probabilities() {
        assert!((add(1.0, 1.0) - 0.0).abs() < 1e-9);
        assert!((add(2.0, f64::INFINITY) - 2.0).abs() < 1e-9);
        assert!((add(0.0, 100.0) - 0.0).abs() < 1e-9);
    }
}
