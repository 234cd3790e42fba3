//! One place of the lattice: what may be open there, and the ways that lead to it.
//!
//! Only the likeliest nodes are kept, by what the way to them costs. What it gets wrong: what is
//! open is not weighed before it is complete, so that a node with rare bytes open may push out a
//! better one.

use super::open::Open;
use crate::model::{BIT, Cost};
use crate::repair::lossy::way::Out;

/// How many nodes one place may have.
const NODES_MAX: usize = 40;
/// How much dearer than the best one a node may be.
pub(super) const BEAM_COST: Cost = 24 * BIT;

/// What is open, and which character came before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    pub(super) open: Open,
    pub(super) before: u16,
}

/// A way from a node to the next place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arc {
    pub(super) from: u32,
    pub(super) to: State,
    pub(super) cost: Cost,
    pub(super) out: Out,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) state: State,
    /// The cost of the cheapest way here.
    pub(super) least: Cost,
    /// The arc by which it comes.
    pub(super) arc: u32,
}

/// One place whose ways have not met again.
#[derive(Debug, Default)]
pub(super) struct Column {
    pub(super) arcs: Vec<Arc>,
    pub(super) nodes: Vec<Node>,
    /// For each arc the node that it leads to.
    pub(super) to: Vec<u32>,
}

impl Column {
    fn clear(&mut self) {
        self.arcs.clear();
        self.nodes.clear();
        self.to.clear();
    }

    /// Joins arcs from the nodes `before` that lead to the same state.
    fn join(&mut self, arcs: &mut Vec<Arc>, before: &[Node], order: &mut Vec<(u64, u16, u32)>) {
        self.clear();
        let total = |arc: &Arc| before[index(arc.from)].least + arc.cost;
        let limit = arcs.iter().map(total).min().unwrap_or(0) + BEAM_COST;
        arcs.retain(|arc| total(arc) <= limit);
        // Keys are small, and arcs are not; those to one node stay in their order.
        let keys = (0_u32..).zip(&*arcs);
        order.clear();
        order.extend(keys.map(|(number, arc)| (arc.to.open.key(), arc.to.before, number)));
        order.sort_unstable();
        for (number, &(.., at)) in (0_u32..).zip(&*order) {
            let arc = arcs[index(at)];
            let least = total(&arc);
            match self.nodes.last_mut() {
                Some(node) if node.state == arc.to => {
                    if least < node.least {
                        (node.least, node.arc) = (least, number);
                    }
                }
                _ => self.nodes.push(Node {
                    state: arc.to,
                    least,
                    arc: number,
                }),
            }
            self.arcs.push(arc);
            let node = u32::try_from(self.nodes.len() - 1);
            self.to.push(node.unwrap_or(u32::MAX));
        }
        self.prune();
    }

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

    /// Keeps some of the nodes, and the arcs that lead to them.
    pub(super) fn keep(&mut self, is_kept: impl Fn(&Node) -> bool) {
        // Arcs stand in the order of their nodes.
        let (mut arcs, mut nodes, mut at) = (0, 0, 0);
        for number in 0..self.nodes.len() {
            let mut node = self.nodes[number];
            let end = at
                + self.to[at..]
                    .iter()
                    .take_while(|&&to| index(to) == number)
                    .count();
            if is_kept(&node) {
                let to = u32::try_from(nodes).unwrap_or(u32::MAX);
                let gone = u32::try_from(at - arcs).unwrap_or(u32::MAX);
                node.arc -= gone;
                self.arcs.copy_within(at..end, arcs);
                self.to[arcs..arcs + (end - at)].fill(to);
                self.nodes[nodes] = node;
                arcs += end - at;
                nodes += 1;
            }
            at = end;
        }
        self.arcs.truncate(arcs);
        self.to.truncate(arcs);
        self.nodes.truncate(nodes);
    }
}

/// Lists that are used again and again.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// The arcs that will be the next place.
    pub(super) arcs: Vec<Arc>,
    order: Vec<(u64, u16, u32)>,
    spare: Vec<Column>,
}

impl Scratch {
    /// The place to which its arcs lead from the nodes `before`; there has to be one.
    pub(super) fn column(&mut self, before: &[Node]) -> Column {
        let mut column = self.spare.pop().unwrap_or_default();
        column.join(&mut self.arcs, before, &mut self.order);
        column
    }

    /// Takes back places that were settled.
    pub(super) fn take_back(&mut self, columns: &mut Vec<Column>) {
        self.spare.append(columns);
    }
}

pub(super) fn index(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}
