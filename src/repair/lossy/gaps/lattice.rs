//! Every reading of a line with gaps, and the likeliest of them.
//!
//! A node is what is open behind a character of the line, with its gaps, and which character came
//! before; an arc is one thing that the next character can have been. What is open is not filled in
//! until it is complete: so a gap costs one arc, and a character of which something is known a few
//! dozen. Where all ways meet in one node, what lies behind is settled, as in `../lattice.rs`.
//!
//! It is read twice: to learn whether it is worth it without any candidate, all of them together
//! being one, and then with those that are weighed by themselves.

use std::collections::HashMap;

use super::super::decoder::Decoder;
use super::super::language::Costs;
use super::super::lattice::{MOST_POSTERIOR, Step, add, bits, probability};
use super::super::utf8::Seen;
use super::super::way::{Out, SPACE};
use super::slot::{Behind, Gap, Open, Push, Way, candidates};
use crate::model::{self, BIT, Cost, Language};

/// How many nodes one place may have.
const NODES_MAX: usize = 40;
/// How much dearer than the best one a node may be.
const BEAM_COST: Cost = 24 * BIT;
/// How many places the ways may stay apart, and how many arcs they may have.
const COLUMNS_MAX: usize = 600;
const ARCS_MAX: usize = 400_000;

/// What it costs that browsers lost a byte by itself, where a pair is what they lose.
const ALONE_COST: Cost = 4 * BIT;
/// The same before ASCII, where it is as usual as a pair.
const ALONE_BEFORE_ASCII_COST: Cost = BIT;

/// What it costs that a question mark is one where it may stand for a loss.
const ASKED_COST: Cost = 3 * BIT;

/// How many bits less likely than all together a way is that has no share in the answer.
const NO_SHARE_BITS: f64 = 24.0;

/// What the text knows of a candidate that stands for all others.
const NONE: char = char::REPLACEMENT_CHARACTER;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct State {
    open: Open,
    before: u16,
}

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
    least: Cost,
    arc: u32,
}

#[derive(Debug, Default)]
struct Column {
    arcs: Vec<Arc>,
    nodes: Vec<Node>,
    /// For each arc the node that it leads to.
    to: Vec<u32>,
}

/// One thing that a character of the line can have been.
#[derive(Debug, Clone, Copy)]
struct Choice {
    bytes: [(u8, Gap); 2],
    len: usize,
    cost: Cost,
    /// Whether it took ASCII along.
    swallows: bool,
}

/// A line as it was read.
#[derive(Debug)]
pub(super) struct Read {
    /// For each character of the line where it ends and what it was.
    pub(super) steps: Vec<(usize, Step)>,
    /// What it costs, what was lost included.
    pub(super) cost: Cost,
}

/// How many lists of candidates are remembered.
const KNOWN_MAX: usize = 1 << 14;

/// The candidates for some open bytes, and what all others cost together.
type Known = (std::rc::Rc<[char]>, Cost);

/// What one line leaves to the next: the same gaps are asked for again and again.
#[derive(Debug, Default)]
pub(super) struct Memory {
    known: HashMap<(Way, Language, u64, Behind), Known>,
}

impl Memory {
    fn candidates(
        &mut self,
        way: Way,
        open: Open,
        behind: Behind,
        asked: (&Costs<'_>, usize),
    ) -> Known {
        if self.known.len() > KNOWN_MAX {
            self.known.clear();
        }
        let language = asked.0.language();
        let known = self.known.entry((way, language, open.key(), behind));
        let known = known.or_insert_with(|| {
            let mut chars = Vec::new();
            let rest = candidates(way, open, behind, asked, &mut chars);
            (chars.into(), rest)
        });
        (std::rc::Rc::clone(&known.0), known.1)
    }
}

struct Lattice<'c> {
    way: Way,
    /// What stands for a loss.
    mark: char,
    costs: Costs<'c>,
    /// How many candidates are weighed by themselves.
    candidates: usize,
    root: Node,
    root_sum: f64,
    columns: Vec<Column>,
    steps: Vec<Step>,
    arcs: usize,
    memory: &'c mut Memory,
    /// Used again and again.
    choices: Vec<Choice>,
}

/// What stands for a loss in a line: U+FFFD, or the question mark, which Windows writes and which
/// becomes of U+FFFD in an encoding that lacks it.
pub(super) fn mark_of(line: &str) -> char {
    if line.contains(char::REPLACEMENT_CHARACTER) {
        char::REPLACEMENT_CHARACTER
    } else {
        '?'
    }
}

/// Reads a line, or a part of one; `None` where it cannot be what the decoder wrote.
pub(super) fn read(
    line: &str,
    start: usize,
    way: Way,
    costs: Costs<'_>,
    (candidates, memory): (usize, &mut Memory),
) -> Option<Read> {
    let mut lattice = Lattice {
        way,
        mark: mark_of(line),
        costs,
        candidates,
        root: Node {
            state: State {
                open: Open::default(),
                before: SPACE,
            },
            least: 0,
            arc: 0,
        },
        root_sum: 0.0,
        columns: Vec::new(),
        steps: Vec::new(),
        arcs: 0,
        memory,
        choices: Vec::new(),
    };
    let mut ends = Vec::new();
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let behind = chars
            .peek()
            .map_or(Behind::End, |&(_, next)| behind_of(way.decoder, next));
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
fn behind_of(decoder: Decoder, next: char) -> Behind {
    if let Some(byte) = u8::try_from(next).ok().filter(u8::is_ascii) {
        return Behind::Byte(byte);
    }
    match *decoder.codes(next).as_slice() {
        [code] => {
            let [high, low] = code.to_be_bytes();
            Behind::Byte(if high == 0 { low } else { high })
        }
        _ => Behind::Unknown,
    }
}

impl Lattice<'_> {
    /// What a character can have been.
    fn choices(&self, c: char, behind: Behind, choices: &mut Vec<Choice>) {
        choices.clear();
        let whole = |code: u16, cost| {
            let [high, low] = code.to_be_bytes();
            let (bytes, len) = match high {
                0 => ([(low, Gap::None); 2], 1),
                _ => ([(high, Gap::None), (low, Gap::None)], 2),
            };
            Choice {
                bytes,
                len,
                cost,
                swallows: false,
            }
        };
        if let Some(byte) = u8::try_from(c).ok().filter(u8::is_ascii) {
            let is_mark = c == self.mark;
            choices.push(whole(byte.into(), if is_mark { ASKED_COST } else { 0 }));
            if !is_mark {
                return;
            }
        }
        if c == self.mark {
            let alone = |cost, swallows| Choice {
                bytes: [(0, Gap::Alone); 2],
                len: 1,
                cost,
                swallows,
            };
            if self.way.one_by_one {
                choices.push(alone(0, false));
                return;
            }
            let is_before_ascii = matches!(behind, Behind::End | Behind::Byte(0..=0x7F));
            choices.push(Choice {
                bytes: [(0, Gap::First), (0, Gap::Second)],
                len: 2,
                cost: 0,
                swallows: false,
            });
            let cost = if is_before_ascii {
                ALONE_BEFORE_ASCII_COST
            } else {
                ALONE_COST
            };
            // Windows takes along what follows, whatever it is.
            choices.push(alone(cost, c == '?' && behind != Behind::End));
            return;
        }
        let codes = self.way.decoder.codes(c);
        choices.extend(codes.as_slice().iter().map(|&code| whole(code, 0)));
    }

    fn push(&mut self, c: char, behind: Behind) -> bool {
        let mut choices = std::mem::take(&mut self.choices);
        self.choices(c, behind, &mut choices);
        let done = self.push_choices(&choices, behind);
        self.choices = choices;
        done
    }

    fn push_choices(&mut self, choices: &[Choice], behind: Behind) -> bool {
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
        let mut arcs = Vec::new();
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
        self.add_column(arcs)
    }

    /// A character with one code behind a place where nothing is in doubt; `None` where more is to
    /// be thought of.
    fn push_plain(&mut self, choice: Choice) -> Option<bool> {
        let mut node = self.root;
        let mut out = Out::default();
        for &(byte, gap) in &choice.bytes[..choice.len] {
            if gap != Gap::None {
                return None;
            }
            match node.state.open.push(self.way.right, byte, gap) {
                Push::Invalid => return Some(false),
                Push::More(more) => node.state.open = more,
                Push::Whole(open) => {
                    let c = match open.ascii() {
                        Some(c) => c,
                        None => match open.known(self.way.right)? {
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
        self.root_sum = bits(node.least);
        self.steps.push(Step {
            out,
            posteriors: [1.0; 4],
            complete: node.state.open.is_empty(),
        });
        Some(true)
    }

    /// Feeds the bytes of a choice to a way.
    fn feed(&mut self, begin: Arc, choice: &Choice, behind: Behind, arcs: &mut Vec<Arc>) {
        let first = arcs.len();
        arcs.push(begin);
        let bytes = &choice.bytes[..choice.len];
        for (at, &(byte, gap)) in bytes.iter().enumerate() {
            let behind = match bytes.get(at + 1) {
                Some(&(next, Gap::None)) => Behind::Byte(next),
                Some(_) => Behind::Unknown,
                None if choice.swallows => Behind::Byte(b' '),
                None => behind,
            };
            let end = arcs.len();
            for number in first..end {
                let mut arc = arcs[number];
                match arc.to.open.push(self.way.right, byte, gap) {
                    Push::Invalid => {}
                    Push::More(more) => {
                        arc.to.open = more;
                        arcs.push(arc);
                    }
                    Push::Whole(open) => self.complete(arc, open, behind, arcs),
                }
            }
            arcs.drain(first..end);
        }
    }

    /// The arcs of a character that is complete.
    fn complete(&mut self, mut arc: Arc, open: Open, behind: Behind, arcs: &mut Vec<Arc>) {
        let before = arc.to.before;
        arc.to.open = Open::default();
        let known = match open.ascii() {
            Some(c) => Some(Some(c)),
            None => open.known(self.way.right),
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
        if self.candidates == 0 {
            let together = open.together(self.way.right, self.costs.language());
            push(NONE, together, Seen::Lost);
            return;
        }
        let asked = (&self.costs, self.candidates);
        let behind = open.behind(behind);
        let (chars, rest) = self.memory.candidates(self.way, open, behind, asked);
        for &c in &*chars {
            push(c, self.costs.cost(before, c), Seen::Lost);
        }
        push(NONE, rest, Seen::Lost);
    }

    fn add_column(&mut self, mut arcs: Vec<Arc>) -> bool {
        self.arcs += arcs.len();
        if arcs.is_empty() || self.arcs > ARCS_MAX || self.columns.len() >= COLUMNS_MAX {
            return false;
        }
        let root = [self.root];
        let before = self.columns.last().map_or(&root[..], |last| &last.nodes);
        let total = |arc: &Arc| before[index(arc.from)].least + arc.cost;
        let limit = arcs.iter().map(total).min().unwrap_or(0) + BEAM_COST;
        arcs.retain(|arc| total(arc) <= limit);
        // Keys are small, and arcs are not; those to one node stay in their order.
        let keys = (0_u32..).zip(&arcs);
        let mut order: Vec<(u64, u16, u32)> = keys
            .map(|(number, arc)| (arc.to.open.key(), arc.to.before, number))
            .collect();
        order.sort_unstable();
        let arcs: Vec<Arc> = order
            .iter()
            .map(|&(.., number)| arcs[index(number)])
            .collect();
        let mut column = Column::default();
        for (number, arc) in (0_u32..).zip(&arcs) {
            let least = before[index(arc.from)].least + arc.cost;
            match column.nodes.last_mut() {
                Some(node) if node.state == arc.to => {
                    if least < node.least {
                        (node.least, node.arc) = (least, number);
                    }
                }
                _ => column.nodes.push(Node {
                    state: arc.to,
                    least,
                    arc: number,
                }),
            }
            column
                .to
                .push(u32::try_from(column.nodes.len() - 1).unwrap_or(u32::MAX));
        }
        column.arcs = arcs;
        column.prune();
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
        let columns = std::mem::take(&mut self.columns);
        let Some(last) = columns.last() else {
            return;
        };
        let nodes = 0..last.nodes.len();
        let best = nodes.min_by_key(|&at| last.nodes[at].least).unwrap_or(0);
        let end = last.nodes[best];
        let first = self.steps.len();
        // -log2 of the sums over all ways to each node, for one column after the other.
        let mut sums: Vec<Vec<f64>> = vec![vec![self.root_sum]];
        if self.candidates > 0 {
            for column in &columns {
                let mut now = vec![f64::INFINITY; column.nodes.len()];
                for (arc, &to) in column.arcs.iter().zip(&column.to) {
                    let sum = sums[sums.len() - 1][index(arc.from)] + bits(arc.cost);
                    let slot = &mut now[index(to)];
                    *slot = add(*slot, sum);
                }
                sums.push(now);
            }
        }
        let total = sums[sums.len() - 1]
            .iter()
            .copied()
            .fold(f64::INFINITY, add);
        let mut behind = vec![0.0; last.nodes.len()];
        let mut at = best;
        for (number, column) in columns.iter().enumerate().rev() {
            let node = column.nodes[at];
            let arc = &column.arcs[index(node.arc)];
            let mut shares = [0.0_f64; 4];
            if self.candidates > 0 {
                let forward = &sums[number];
                let mut before = vec![f64::INFINITY; forward.len()];
                for (other, &to) in column.arcs.iter().zip(&column.to) {
                    let from = index(other.from);
                    let through = bits(other.cost) + behind[index(to)];
                    before[from] = add(before[from], through);
                    let less = forward[from] + through - total;
                    if less > NO_SHARE_BITS {
                        continue;
                    }
                    let share = (-less).exp2();
                    let chars = arc.out.chars().zip(other.out.chars());
                    for (slot, ((mine, _), (its, _))) in shares.iter_mut().zip(chars) {
                        if mine == its {
                            *slot += share;
                        }
                    }
                }
                behind = before;
            }
            let mut step = Step {
                out: arc.out,
                posteriors: [0.0; 4],
                complete: node.state.open.is_empty(),
            };
            let slots = step.posteriors.iter_mut().zip(&shares);
            for ((slot, &share), (_, seen)) in slots.zip(arc.out.chars()) {
                let most = if seen == Seen::Lost {
                    MOST_POSTERIOR
                } else {
                    1.0
                };
                *slot = probability(share, most);
            }
            self.steps.push(step);
            at = index(arc.from);
        }
        self.steps[first..].reverse();
        self.root = Node { arc: 0, ..end };
        self.root_sum = bits(end.least);
    }
}

impl Column {
    /// Keeps the nodes that are likeliest.
    fn prune(&mut self) {
        let least = self.nodes.iter().map(|node| node.least).min().unwrap_or(0);
        let mut limit = least + BEAM_COST;
        if self.nodes.len() > NODES_MAX {
            let mut order: Vec<Cost> = self.nodes.iter().map(|node| node.least).collect();
            let (_, &mut most, _) = order.select_nth_unstable(NODES_MAX);
            limit = limit.min(most);
        }
        if self.nodes.iter().any(|node| node.least > limit) {
            self.keep(|node| node.least <= limit);
        }
    }

    fn keep(&mut self, is_kept: impl Fn(&Node) -> bool) {
        let mut number_of = vec![u32::MAX; self.nodes.len()];
        let mut kept = 0;
        for (slot, node) in number_of.iter_mut().zip(&self.nodes) {
            if is_kept(node) {
                *slot = kept;
                kept += 1;
            }
        }
        let mut arc_of = vec![u32::MAX; self.arcs.len()];
        let (mut arcs, mut to) = (Vec::new(), Vec::new());
        for (slot, (arc, &node)) in arc_of.iter_mut().zip(self.arcs.iter().zip(&self.to)) {
            let number = number_of[index(node)];
            if number != u32::MAX {
                *slot = u32::try_from(arcs.len()).unwrap_or(u32::MAX);
                arcs.push(*arc);
                to.push(number);
            }
        }
        self.nodes.retain(|node| is_kept(node));
        for node in &mut self.nodes {
            node.arc = arc_of[index(node.arc)];
        }
        (self.arcs, self.to) = (arcs, to);
    }
}

fn index(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}
