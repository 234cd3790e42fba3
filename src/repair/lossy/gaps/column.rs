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
    /// Joins arcs from the nodes `before` that lead to the same state; there has to be one.
    pub(super) fn of(mut arcs: Vec<Arc>, before: &[Node]) -> Column {
        let total = |arc: &Arc| before[index(arc.from)].least + arc.cost;
        let limit = arcs.iter().map(total).min().unwrap_or(0) + BEAM_COST;
        arcs.retain(|arc| total(arc) <= limit);
        // Keys are small, and arcs are not; those to one node stay in their order.
        let keys = (0_u32..).zip(&arcs);
        let mut order: Vec<(u64, u16, u32)> = keys
            .map(|(number, arc)| (arc.to.open.key(), arc.to.before, number))
            .collect();
        order.sort_unstable();
        let order = order.iter();
        let mut column = Column {
            arcs: order.map(|&(.., number)| arcs[index(number)]).collect(),
            ..Column::default()
        };
        for (number, arc) in (0_u32..).zip(&column.arcs) {
            let least = total(arc);
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
            let node = u32::try_from(column.nodes.len() - 1);
            column.to.push(node.unwrap_or(u32::MAX));
        }
        column.prune();
        column
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

pub(super) fn index(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}
