//! Damaged forms: characters that were put in, swapped or left over. One file a rule.
//!
//! Each reads one text and gives edits in order of place; none looks at what another found.

pub(super) mod compatibility;
pub(super) mod gloss;
pub(super) mod lookalike;
pub(super) mod lost;
pub(super) mod radical;
mod syllable;
