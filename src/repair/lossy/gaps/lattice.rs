//! Every reading of a line with gaps, and the likeliest of them.
//!
//! A node is what is open behind a character of the line, with its gaps, and which character came
//! before; an arc is one thing that the next character can have been. What is open is not filled in
//! until it is complete: so a gap costs one arc, and a character of which something is known a few
//! dozen. Where all ways meet in one node, what lies behind is settled, as in `../lattice.rs`.
//!
//! It is read twice: to learn whether it is worth it without any candidate, all of them together
//! being one, and then with those that are weighed by themselves. What it gets wrong: which of two
//! characters is meant that differ in lost bytes only, where the characters around them were lost as
//! well.

use super::candidates::Memory;
use super::choices::{Choice, choices_of};
use super::column::{Arc, Column, Node, State};
use super::losses::Losses;
use super::marks::mark_of;
use super::open::{Gap, Open, Push};
use super::settle::settle;
use super::table::Table;
use crate::model::{self, Cost, Language};
use crate::repair::lossy::decoder::{Decoder, Next};
use crate::repair::lossy::language::Costs;
use crate::repair::lossy::lattice::Step;
use crate::repair::lossy::utf8::Seen;
use crate::repair::lossy::way::{Out, SPACE};

/// How many places the ways may stay apart, and how many arcs they may have.
const COLUMNS_MAX: usize = 600;
const ARCS_MAX: usize = 400_000;

/// What the text knows of a candidate that stands for all others.
const NONE: char = char::REPLACEMENT_CHARACTER;

/// What is made of the characters that may stand in a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// All together are one.
    Together,
    /// The likeliest are weighed by themselves.
    Weighed,
}

/// A line as it was read.
#[derive(Debug)]
pub(super) struct Read {
    /// For each character of the line where it ends and what it was.
    pub(super) steps: Vec<(usize, Step)>,
    /// What it costs, what was lost included.
    pub(super) cost: Cost,
}

/// A lattice that grows by one character of a line at a time.
struct Lattice<'c> {
    losses: Losses,
    /// What stands for a loss.
    mark: char,
    costs: Costs<'static>,
    root: Node,
    columns: Vec<Column>,
    steps: Vec<Step>,
    arcs: usize,
    detail: Detail,
    memory: &'c mut Memory,
}

/// Reads a line, or a part of one; `None` where it cannot be what the decoder wrote.
pub(super) fn read(
    line: &str,
    start: usize,
    losses: Losses,
    language: Language,
    (detail, memory): (Detail, &mut Memory),
) -> Option<Read> {
    let mut lattice = Lattice {
        losses,
        mark: mark_of(line),
        costs: Costs::of(language, None),
        root: Node {
            state: State {
                open: Open::default(),
                before: SPACE,
            },
            least: 0,
            arc: 0,
        },
        columns: Vec::new(),
        steps: Vec::new(),
        arcs: 0,
        detail,
        memory,
    };
    let decoder = losses.misreading.decoder;
    let mut ends = Vec::new();
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let behind = chars
            .peek()
            .map_or(Next::End, |&(_, next)| next_of(decoder, next));
        if !lattice.push(c, behind) {
            return None;
        }
        ends.push(start + at + c.len_utf8());
    }
    let cost = lattice.finish()?;
    Some(Read {
        steps: ends.into_iter().zip(lattice.steps).collect(),
        cost,
    })
}

/// What is known of the first byte of a character that follows.
fn next_of(decoder: Decoder, next: char) -> Next {
    decoder.first_byte(next).map_or(Next::Unknown, Next::Byte)
}

impl Lattice<'_> {
    /// Reads one more character; `false` where no reading has it there.
    fn push(&mut self, c: char, behind: Next) -> bool {
        let mut choices = std::mem::take(&mut self.memory.choices);
        choices_of(self.losses, self.mark, (c, behind), &mut choices);
        let done = self.push_choices(&choices, behind);
        self.memory.choices = choices;
        done
    }

    fn push_choices(&mut self, choices: &[Choice], behind: Next) -> bool {
        if let [choice] = *choices
            && self.columns.is_empty()
            && let Some(done) = self.push_plain(choice)
        {
            return done;
        }
        let nodes = match self.columns.last_mut() {
            Some(last) => std::mem::take(&mut last.nodes),
            None => vec![self.root],
        };
        let mut arcs = std::mem::take(&mut self.memory.scratch.arcs);
        arcs.clear();
        for (from, node) in (0_u32..).zip(&nodes) {
            for choice in choices {
                let mut begin = Arc {
                    from,
                    to: node.state,
                    cost: choice.cost,
                    out: Out::default(),
                };
                begin.out.swallowed = choice.swallows;
                self.feed(begin, choice, behind, &mut arcs);
            }
        }
        if let Some(last) = self.columns.last_mut() {
            last.nodes = nodes;
        }
        self.memory.scratch.arcs = arcs;
        self.add_column()
    }

    /// A character with one code behind a place where nothing is in doubt; `None` where more is to
    /// be thought of.
    fn push_plain(&mut self, choice: Choice) -> Option<bool> {
        let mut node = self.root;
        let mut out = Out::default();
        for &(byte, gap) in choice.bytes() {
            if gap != Gap::None {
                return None;
            }
            match node
                .state
                .open
                .push(self.losses.misreading.right, byte, gap)
            {
                Push::Invalid => return Some(false),
                Push::More(more) => node.state.open = more,
                Push::Whole(open) => {
                    let c = match open.ascii() {
                        Some(c) => c,
                        None => match open.known(self.losses.misreading.right)? {
                            Some(c) => c,
                            None => return Some(false),
                        },
                    };
                    node.least += self.costs.cost(node.state.before, c);
                    node.state = State {
                        open: Open::default(),
                        before: model::symbol(c),
                    };
                    out.push(c, Seen::Intact);
                }
            }
        }
        self.root = node;
        self.steps.push(Step {
            out,
            posteriors: [1.0; 4],
            complete: node.state.open.is_empty(),
        });
        Some(true)
    }

    /// Feeds the bytes of a choice to a way.
    fn feed(&mut self, begin: Arc, choice: &Choice, behind: Next, arcs: &mut Vec<Arc>) {
        let behind = if choice.swallows {
            Next::Byte(b' ')
        } else {
            behind
        };
        match *choice.bytes() {
            [only] => self.feed_byte(begin, only, behind, arcs),
            [one, other] => {
                let between = match other {
                    (byte, Gap::None) => Next::Byte(byte),
                    _ => Next::Unknown,
                };
                let first = arcs.len();
                self.feed_byte(begin, one, between, arcs);
                let end = arcs.len();
                for number in first..end {
                    let arc = arcs[number];
                    self.feed_byte(arc, other, behind, arcs);
                }
                arcs.drain(first..end);
            }
            _ => {}
        }
    }

    fn feed_byte(&mut self, mut arc: Arc, byte: (u8, Gap), behind: Next, arcs: &mut Vec<Arc>) {
        let (byte, gap) = byte;
        let right = self.losses.misreading.right;
        match arc.to.open.push(right, byte, gap) {
            Push::Invalid => {}
            Push::More(more) => {
                arc.to.open = more;
                arcs.push(arc);
            }
            Push::Whole(open) => self.complete(arc, open, behind, arcs),
        }
    }

    /// The arcs of a character that is complete.
    fn complete(&mut self, mut arc: Arc, open: Open, behind: Next, arcs: &mut Vec<Arc>) {
        let before = arc.to.before;
        arc.to.open = Open::default();
        let right = self.losses.misreading.right;
        let known = match open.ascii() {
            Some(c) => Some(Some(c)),
            None => open.known(right),
        };
        let mut push = |c: char, cost: Cost, seen: Seen| {
            let mut arc = arc;
            arc.cost += cost;
            arc.to.before = if c == NONE { SPACE } else { model::symbol(c) };
            if arc.out.push(c, seen) {
                arc.out.seen = arc.out.seen.max(seen);
                arcs.push(arc);
            }
        };
        if let Some(known) = known {
            if let Some(c) = known {
                push(c, self.costs.cost(before, c), Seen::Ambiguous);
            }
            return;
        }
        let language = self.costs.language();
        if self.detail == Detail::Together {
            let together = Table::of(right, language).together(open);
            push(NONE, together, Seen::Lost);
            return;
        }
        let behind = open.behind(behind);
        let candidates = self.memory.candidates(self.losses, open, behind, language);
        for &c in &*candidates.chars {
            let cost = self.costs.cost(before, c) + self.costs.doubt(before, c);
            push(c, cost, Seen::Lost);
        }
        push(NONE, candidates.rest, Seen::Lost);
    }

    /// Adds the place behind a character; `false` where nothing leads there, or too much.
    fn add_column(&mut self) -> bool {
        let scratch = &mut self.memory.scratch;
        self.arcs += scratch.arcs.len();
        let is_too_much = self.arcs > ARCS_MAX || self.columns.len() >= COLUMNS_MAX;
        if scratch.arcs.is_empty() || is_too_much {
            return false;
        }
        let root = [self.root];
        let before = self.columns.last().map_or(&root[..], |last| &last.nodes);
        let column = scratch.column(before);
        let met = column.nodes.len() == 1;
        self.columns.push(column);
        if met {
            self.settle();
        }
        true
    }

    /// Ends the line, where nothing is open.
    fn finish(&mut self) -> Option<Cost> {
        if let Some(last) = self.columns.last_mut() {
            let whole = |node: &Node| node.state.open.is_empty();
            if !last.nodes.iter().any(whole) {
                return None;
            }
            last.keep(whole);
            self.settle();
        } else if !self.root.state.open.is_empty() {
            return None;
        }
        Some(self.root.least)
    }

    /// Writes down the likeliest way through the columns and drops them.
    fn settle(&mut self) {
        let has_shares = self.detail == Detail::Weighed;
        if let Some(end) = settle(&self.columns, &self.root, has_shares, &mut self.steps) {
            self.root = Node { arc: 0, ..end };
        }
        self.memory.scratch.take_back(&mut self.columns);
    }
}
