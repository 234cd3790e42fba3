//! The likeliest way through places that are settled, and how sure each character of it is.

use super::super::decoder::Decoder;
use super::super::evidence::Dropped;
use super::super::utf8::Seen;
use super::{Lattice, Memory, Node, Shares, Step, index};
use crate::model::Cost;

/// The reading as a whole may be wrong: of characters that seem certain one in fifty was.
pub(in crate::repair::lossy) const MOST_POSTERIOR: f64 = 0.98;

impl Lattice<'_> {
    /// Writes down the likeliest way through the columns and drops them.
    pub(super) fn settle(&mut self) {
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
        for step in &self.steps[first..] {
            step.out.chars().for_each(|(c, _)| self.open_pairs.note(c));
        }
        // What is intact, and what completes nothing, has no share to be asked for.
        if !is_known {
            self.weigh_shares(first, best);
        }
        self.root = Node { arc: 0, ..end };
        self.root_sum = bits(end.least);
        self.memory.columns.append(&mut self.columns);
    }

    /// Asks for the share of each step that the columns gave, from one on; `best` is the last node.
    pub(super) fn weigh_shares(&mut self, first: usize, best: usize) {
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

/// -log2 of the sum of two amounts given as -log2.
pub(super) fn add(a: f64, b: f64) -> f64 {
    let (least, most) = if a < b { (a, b) } else { (b, a) };
    if most.is_infinite() || most - least > 60.0 {
        return least;
    }
    least - (1.0 + (least - most).exp2()).log2()
}

#[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
pub(in crate::repair::lossy) fn bits(cost: Cost) -> f64 {
    cost as f64 / 1024.0
}

#[allow(clippy::cast_possible_truncation, reason = "between 0 and 1")]
pub(in crate::repair::lossy) fn probability(share: f64, most: f64) -> f32 {
    share.clamp(0.0, most) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_shares_are_those_of_probabilities() {
        assert!((add(1.0, 1.0) - 0.0).abs() < 1e-9);
        assert!((add(2.0, f64::INFINITY) - 2.0).abs() < 1e-9);
        assert!((add(0.0, 100.0) - 0.0).abs() < 1e-9);
    }
}
