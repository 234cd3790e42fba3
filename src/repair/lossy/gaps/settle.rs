//! The likeliest way through places whose ways have met, and how likely it is.
//!
//! The share that all ways have together that agree with a character is the probability that it is
//! right (the forward and the backward sums of hidden Markov models, as in `../lattice.rs`). What it
//! gets wrong: ways that were pruned have no share, and what no table holds has little.

use super::column::{Arc, Column, Node, index};
use crate::repair::lossy::lattice::{MOST_POSTERIOR, Step, bits, probability};
use crate::repair::lossy::utf8::Seen;

/// Which share of all ways a way has that is not counted.
const NO_SHARE: f64 = 1.0 / (1 << 24) as f64;

/// Writes down the likeliest way through some columns; gives where it ends. `has_shares` says whether
/// shares are asked for.
pub(super) fn settle(
    columns: &[Column],
    root: &Node,
    has_shares: bool,
    steps: &mut Vec<Step>,
) -> Option<Node> {
    let last = columns.last()?;
    let nodes = 0..last.nodes.len();
    let best = nodes.min_by_key(|&at| last.nodes[at].least).unwrap_or(0);
    let first = steps.len();
    let mut ways = has_shares.then(|| Ways::through(columns, root));
    let mut at = best;
    for column in columns.iter().rev() {
        let node = column.nodes[at];
        let arc = &column.arcs[index(node.arc)];
        let shares = ways.as_mut().map(|ways| ways.go_back(column, arc));
        let mut step = Step {
            out: arc.out,
            posteriors: [0.0; 4],
            complete: node.state.open.is_empty(),
        };
        let slots = step.posteriors.iter_mut().zip(shares.unwrap_or_default());
        for ((slot, share), (_, seen)) in slots.zip(arc.out.chars()) {
            let most = match seen {
                Seen::Lost => MOST_POSTERIOR,
                Seen::Intact | Seen::Ambiguous => 1.0,
            };
            *slot = probability(share, most);
        }
        steps.push(step);
        at = index(arc.from);
    }
    steps[first..].reverse();
    Some(last.nodes[best])
}

/// How likely all ways are together, one place behind the other.
#[derive(Debug)]
struct Ways {
    /// For the root, and for each node that a column comes from, the share of all ways to its place
    /// that lead to it.
    sums: Vec<f64>,
    /// Where in `sums` each column's begin.
    starts: Vec<usize>,
    /// For each arc what it makes of the sum of the node that it comes from.
    weights: Vec<f64>,
    /// For each node of the last place what the ways make of its sum that lead on from it.
    behind: Vec<f64>,
    /// Used again and again.
    before: Vec<f64>,
}

impl Ways {
    fn through(columns: &[Column], root: &Node) -> Ways {
        let (mut sums, mut starts, mut weights) = (vec![1.0], Vec::new(), Vec::new());
        let (mut before, mut least) = (0, root.least);
        for column in columns {
            starts.push(before);
            let now = sums.len();
            let first = weights.len();
            sums.resize(now + column.nodes.len(), 0.0);
            // Costs are taken from the cheapest way, and sums are made 1 at each place: ways are too
            // many, and too unlikely, for a number.
            let cheapest = column.nodes.iter().map(|node| node.least).min();
            let here = cheapest.unwrap_or(least);
            let mut all = 0.0;
            for (arc, &to) in column.arcs.iter().zip(&column.to) {
                let weight = bits(here - least - arc.cost).exp2();
                let sum = sums[before + index(arc.from)] * weight;
                sums[now + index(to)] += sum;
                weights.push(weight);
                all += sum;
            }
            let scale = 1.0 / f64::max(all, f64::MIN_POSITIVE);
            let all = sums[now..].iter_mut().chain(&mut weights[first..]);
            all.for_each(|sum| *sum *= scale);
            (before, least) = (now, here);
        }
        let behind = vec![1.0; sums.len() - before];
        sums.truncate(before);
        Ways {
            sums,
            starts,
            weights,
            behind,
            before: Vec::new(),
        }
    }

    /// Goes back over the last column; the shares of all its ways that agree with each character of
    /// an arc.
    fn go_back(&mut self, column: &Column, arc: &Arc) -> [f64; 4] {
        let mut shares = [0.0; 4];
        let start = self.starts.pop().unwrap_or_default();
        let first = self.weights.len() - column.arcs.len();
        let forward = &self.sums[start..];
        self.before.clear();
        self.before.resize(forward.len(), 0.0);
        let arcs = column.arcs.iter().zip(&column.to);
        for ((other, &to), weight) in arcs.zip(&self.weights[first..]) {
            let from = index(other.from);
            let through = weight * self.behind[index(to)];
            self.before[from] += through;
            let share = forward[from] * through;
            if share < NO_SHARE {
                continue;
            }
            let chars = arc.out.chars().zip(other.out.chars());
            for (slot, ((mine, _), (its, _))) in shares.iter_mut().zip(chars) {
                if mine == its {
                    *slot += share;
                }
            }
        }
        std::mem::swap(&mut self.behind, &mut self.before);
        self.weights.truncate(first);
        self.sums.truncate(start);
        shares
    }
}
