//! Damaged forms: characters that were put in, swapped or left over. One file a rule.
//!
//! Each reads one text and gives edits in order of place; none looks at what another found.

pub(super) mod byte_order_mark;
pub(super) mod compatibility;
pub(super) mod composed;
pub(super) mod fill;
pub(super) mod gloss;
pub(super) mod injected;
pub(super) mod invisible;
pub(super) mod ligature;
pub(super) mod line_break;
pub(super) mod lookalike;
pub(super) mod lost;
pub(super) mod misconversion;
pub(super) mod notation;
pub(super) mod private_use;
pub(super) mod radical;
mod replaced;
pub(super) mod residue;
mod syllable;
pub(super) mod width;
