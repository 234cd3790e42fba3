//! The likeliest way through places whose ways have met, and how likely it is.
//!
//! The share that all ways have together that agree with a character is the probability that it is
//! right (the forward and the backward sums of hidden Markov models, as in `../lattice.rs`). What it
//! gets wrong: ways that were pruned have no share, and what no table holds has little.

use super::column::{Column, Node, index};
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
    let ways = if has_shares {
        Ways::through(columns, root)
    } else {
        Ways::default()
    };
    let mut weights = ways.weights.len();
    let mut sums = ways.sums.len() - if has_shares { last.nodes.len() } else { 0 };
    let (mut behind, mut before) = (vec![1.0; last.nodes.len()], Vec::new());
    let mut at = best;
    for (number, column) in columns.iter().enumerate().rev() {
        let node = column.nodes[at];
        let arc = &column.arcs[index(node.arc)];
        let mut shares = [0.0_f64; 4];
        if has_shares {
            let nodes = if number == 0 {
                1
            } else {
                columns[number - 1].nodes.len()
            };
            weights -= column.arcs.len();
            sums -= nodes;
            let forward = &ways.sums[sums..sums + nodes];
            before.clear();
            before.resize(nodes, 0.0);
            let arcs = column.arcs.iter().zip(&column.to);
            for ((other, &to), weight) in arcs.zip(&ways.weights[weights..]) {
                let from = index(other.from);
                let through = weight * behind[index(to)];
                before[from] += through;
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
            std::mem::swap(&mut behind, &mut before);
        }
        let mut step = Step {
            out: arc.out,
            posteriors: [0.0; 4],
            complete: node.state.open.is_empty(),
        };
        let slots = step.posteriors.iter_mut().zip(&shares);
        for ((slot, &share), (_, seen)) in slots.zip(arc.out.chars()) {
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
#[derive(Debug, Default)]
struct Ways {
    /// For the root and each node the share of all ways to its place that lead to it.
    sums: Vec<f64>,
    /// For each arc what it makes of the sum of the node that it comes from.
    weights: Vec<f64>,
}

impl Ways {
    fn through(columns: &[Column], root: &Node) -> Ways {
        let mut ways = Ways {
            sums: vec![1.0],
            weights: Vec::new(),
        };
        let (mut before, mut least) = (0, root.least);
        for column in columns {
            let now = ways.sums.len();
            let first = ways.weights.len();
            ways.sums.resize(now + column.nodes.len(), 0.0);
            // Costs are taken from the cheapest way, and sums are made 1 at each place: ways are too
            // many, and too unlikely, for a number.
            let here = column
                .nodes
                .iter()
                .map(|node| node.least)
                .min()
                .unwrap_or(least);
            let mut all = 0.0;
            for (arc, &to) in column.arcs.iter().zip(&column.to) {
                let weight = bits(here - least - arc.cost).exp2();
                let sum = ways.sums[before + index(arc.from)] * weight;
                ways.sums[now + index(to)] += sum;
                ways.weights.push(weight);
                all += sum;
            }
            let scale = 1.0 / f64::max(all, f64::MIN_POSITIVE);
            let sums = ways.sums[now..].iter_mut();
            sums.chain(&mut ways.weights[first..])
                .for_each(|sum| *sum *= scale);
            (before, least) = (now, here);
        }
        ways
    }
}
