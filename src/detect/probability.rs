//! Costs in bits to probabilities, the same on every machine.
//!
//! A hypothesis that costs one bit more is half as likely; the sum of all is one. Costs
//! of neighbouring characters are added as if they were independent, so differences are
//! tempered before they are believed. Powers of two are products of constants: what a
//! platform's mathematical library would give differs in the last digit.

use crate::detect::score::Scored;
use crate::model::{BIT, Cost};

/// How much of a difference in cost is believed: neighbours are not independent, so the
/// sum of their costs exaggerates.
const TEMPER: (Cost, Cost) = (3, 5);

/// The probability of each, in the order given; they sum to one. Only multiplications of
/// constants, so that every machine finds the same.
pub(super) fn probabilities(scored: &[Scored]) -> impl Iterator<Item = f64> {
    let best = scored.iter().map(|scored| scored.cost).min().unwrap_or(0);
    // Most weigh nothing: to find a weight twice is cheaper than to keep it.
    let weight = move |scored: &Scored| half_to_the((scored.cost - best) * TEMPER.0 / TEMPER.1);
    let sum: f64 = scored.iter().map(weight).sum();
    scored.iter().map(move |scored| weight(scored) / sum)
}

/// Two to the minus cost.
fn half_to_the(cost: Cost) -> f64 {
    // Less than what is left of a probability when it is rounded.
    if cost >= 24 * BIT {
        return 0.0;
    }
    let mut weight = 1.0;
    // 2^(-1/1024), squared for each higher bit of the cost.
    let mut factor = 0.9993233275026507_f64;
    let mut rest = cost;
    while rest > 0 {
        if rest & 1 == 1 {
            weight *= factor;
        }
        factor *= factor;
        rest >>= 1;
    }
    weight
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_halve_per_bit() {
        for (bits, expect) in [(0, 1.0), (1, 0.5), (3, 0.125), (10, 1.0 / 1024.0)] {
            let weight = half_to_the(bits * BIT);
            assert!((weight - expect).abs() < 1e-9, "{bits}: {weight}");
        }
    }
}
