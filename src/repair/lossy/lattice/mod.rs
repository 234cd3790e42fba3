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

use super::choices::{Choice, WINDOWS_MARK, end_choices};
use super::decoder::{Decoder, Next};
use super::evidence::{Dropped, Kept};
use super::language::{Costs, at_line_end};
use super::utf8::{Partial, Push, Seen};
use super::way::{Out, SPACE};
use crate::model::{self, BIT, Cost};

mod arcs;
mod columns;
mod memory;
mod pairs;
mod shares;

use columns::Column;
pub(super) use memory::Memory;
use pairs::OpenPairs;
pub(super) use shares::{MOST_POSTERIOR, bits, probability};

/// How many arcs one place may have.
const ARCS_MAX: usize = 12_000;
/// How many nodes are gone on from where the next character is lost as well.
const NODES_BEFORE_LOSS: usize = 48;
const NODES_OF_ONE_BEFORE_LOSS: usize = 24;
/// How many where something was dropped without a trace.
const NODES_BEFORE_DROP: usize = 12;
/// Of how many nodes the end is filled in.
const END_NODES_MAX: usize = 16;

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
    /// Behind the root.
    open_pairs: OpenPairs,
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
            open_pairs: OpenPairs::default(),
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
        // Where nothing closes it, the passage ends before what is open.
        if !arcs.is_empty() {
            self.add_column(&mut arcs);
        }
        self.memory.arcs = arcs;
        self.settle();
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
                    self.open_pairs.note(c);
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
}

fn index(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Language;
    use crate::repair::lossy::decoder::lead_of;

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
}
