//! The decoders that a passage is read through, and what its lines tell of what these lost.

use crate::repair::lossy::decoder::Decoder;
use crate::repair::lossy::evidence::{Dropped, Kept};
use crate::repair::routes;

/// The decoders of a route, and what the text tells of what they lost.
#[derive(Debug, Clone, Copy)]
pub(super) struct Route {
    pub(super) chain: &'static [Decoder],
    pub(super) dropped: Dropped,
    pub(super) kept: Kept,
}

impl Route {
    /// What some lines tell.
    pub(super) fn of(chain: &'static [Decoder], lines: &str) -> Route {
        let mut dropped = Dropped::of(lines, chain[0]);
        if dropped == Dropped::Controls && *chain == [Decoder::Gbk] {
            // Where no line is damaged, nothing was dropped.
            let mut lines = lines.split_inclusive('\n');
            if lines.all(|line| line.is_ascii() || is_whole(chain, line)) {
                dropped = Dropped::Marked;
            }
        }
        Route {
            chain,
            dropped,
            kept: Kept::of(lines, chain[0]),
        }
    }
}

/// Whether the first line of a text is UTF-8 as it stands, so that nothing can be missing in it.
pub(super) fn is_whole(chain: &[Decoder], text: &str) -> bool {
    *chain == [Decoder::Gbk] && routes::Route::Gbk.reads_first_line(text)
}
