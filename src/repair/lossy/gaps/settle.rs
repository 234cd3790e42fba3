//! The likeliest way through places whose ways have met, and how likely it is.
//!
//! The share that all ways have together that agree with a character is the probability that it is
//! right (the forward and the backward sums of hidden Markov models, as in `../lattice.rs`). What it
//! gets wrong: ways that were pruned have no share, and what no table holds has little.

use super::column::{Column, Node, index};
use crate::repair::lossy::lattice::{MOST_POSTERIOR, Step, add, bits, probability};
use crate::repair::lossy::utf8::Seen;

/// How many bits less likely than all together a way is that has no share in the answer.
const NO_SHARE_BITS: f64 = 24.0;

/// Writes down the likeliest way through some columns; gives where it ends. `root_sum` is -log2 of
/// the sum over all ways to the first one, if shares are asked for.
pub(super) fn settle(
    columns: &[Column],
    root_sum: Option<f64>,
    steps: &mut Vec<Step>,
) -> Option<Node> {
    let last = columns.last()?;
    let nodes = 0..last.nodes.len();
    let best = nodes.min_by_key(|&at| last.nodes[at].least).unwrap_or(0);
    let end = last.nodes[best];
    let first = steps.len();
    // -log2 of the sums over all ways to each node, for one column after the other.
    let mut sums: Vec<Vec<f64>> = vec![vec![root_sum.unwrap_or(0.0)]];
    if root_sum.is_some() {
        for column in columns {
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
        if root_sum.is_some() {
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
        steps.push(step);
        at = index(arc.from);
    }
    steps[first..].reverse();
    Some(end)
}
