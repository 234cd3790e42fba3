//! One place of the passage: arcs that lead to the same state are joined, and the likeliest nodes kept.

use super::{Arc, Lattice, Node, index};
use crate::model::Cost;

/// How many nodes one place may have.
const BEAM_NODES: usize = 320;
/// The same with one layer, where nodes differ by little more than the last character.
const BEAM_NODES_OF_ONE: usize = 128;
/// How many arcs a character may cost on the average, beside a fixed allowance.
const ARCS_PER_CHAR: usize = 48;
const ARCS_ALLOWANCE: usize = 24_000;
/// How many characters the ways may stay apart: lost bytes are settled within five.
const APART_CHARS_MAX: usize = 48;

/// One place whose ways have not met again.
#[derive(Debug, Default)]
pub(super) struct Column {
    pub(super) arcs: Vec<Arc>,
    /// The nodes behind the arcs.
    pub(super) nodes: Vec<Node>,
    /// For each arc the node that it leads to.
    pub(super) to: Vec<u32>,
}

impl Lattice<'_> {
    /// Joins arcs that lead to the same state; `false` where there is none, or too many.
    pub(super) fn add_column(&mut self, arcs: &mut [Arc]) -> bool {
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
    pub(super) fn beam(&self) -> usize {
        match self.chain {
            [_] => BEAM_NODES_OF_ONE,
            _ => BEAM_NODES,
        }
    }

    /// The numbers of the nodes that are likeliest, counting what their open bytes promise.
    pub(super) fn likeliest(&self, nodes: &[Node], most: usize) -> Vec<u32> {
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
    pub(super) fn prune(&self, nodes: &mut Vec<Node>, arcs: &mut Vec<Arc>, to: &mut Vec<u32>) {
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
}

impl Column {
    pub(super) fn clear(&mut self) {
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
