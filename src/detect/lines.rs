//! Lines priced in every encoding, and the cheapest way through them, where changing the
//! encoding costs something: Viterbi's algorithm with one price for every change, so that each
//! line is looked at once for each encoding.

use crate::Span;
use crate::detect::Detector;
use crate::detect::hypotheses::{ANY, Hypothesis, MULTI_BYTE, SINGLE_BYTE, Writing};
use crate::detect::reader::Reader;
use crate::detect::sample::Sample;
use crate::detect::score::{self, Prior, Scored};
use crate::detect::utf8::Utf8;
use crate::encoding::Encoding;
use crate::model::{BIT, Cost, model};

/// What changing the encoding costs, beside what the new one's prior does.
const SWITCH_COST: Cost = 10 * BIT;

/// No line says more against an encoding than this.
const MOST_LINE_COST: Cost = 64 * BIT;

/// A line that is so much cheaper in another encoding makes it worth to look at all.
const SUSPICION_COST: Cost = 12 * BIT;

/// The encodings that lines may be in.
pub(super) fn states() -> impl Iterator<Item = &'static Hypothesis> {
    MULTI_BYTE.iter().chain(SINGLE_BYTE)
}

pub(super) const STATES: usize = MULTI_BYTE.len() + SINGLE_BYTE.len();

pub(super) fn state_of(encoding: Encoding) -> Option<usize> {
    let family = match encoding {
        Encoding::Gb18030 => Encoding::Gbk,
        other => other,
    };
    states().position(|state| state.encoding == family)
}

/// What is known when a line is priced: priors are for changes, not for each line, and the
/// file's own encoding may hold any language.
pub(super) struct OfLine<'d> {
    pub(super) detector: &'d Detector,
    pub(super) file: Option<Encoding>,
}

impl Prior for OfLine<'_> {
    fn extra_bits(&self, encoding: Encoding) -> Option<Cost> {
        self.detector.extra_bits(encoding)?;
        let state = states().find(|state| state.encoding == encoding)?;
        Some(-state.prior_bits)
    }

    fn wants_pairs(&self) -> bool {
        true
    }

    fn is_of_file(&self, encoding: Encoding) -> bool {
        self.file == Some(encoding)
    }

    fn writings(&self, hypothesis: &'static Hypothesis) -> &'static [Writing] {
        if self.file == Some(hypothesis.encoding) {
            ANY
        } else {
            hypothesis.writings
        }
    }
}

impl OfLine<'_> {
    pub(super) fn score(&self, bytes: &[u8]) -> Vec<Scored> {
        score::extensions(&Sample::of(bytes), self, None, None)
    }

    /// What a line costs in each state, beside the cheapest.
    fn costs(&self, line: &[u8]) -> [Cost; STATES] {
        let mut costs = [MOST_LINE_COST; STATES];
        if let (Some(utf8), Some(state)) = (Utf8::of(line), state_of(Encoding::Utf8))
            && utf8.is_certain()
            && self.detector.extra_bits(Encoding::Utf8).is_some()
        {
            costs[state] = 0;
            return costs;
        }
        let scored = self.score(line);
        let cheapest = scored.first().map_or(0, |first| first.cost);
        // What costs more than random bytes is not read at all.
        let random = scored.iter().find(|scored| scored.encoding.is_none());
        let most = random.map_or(MOST_LINE_COST, |random| random.cost - cheapest);
        let most = most.min(MOST_LINE_COST);
        costs = [most; STATES];
        for scored in &scored {
            if let Some(state) = scored.encoding.and_then(state_of) {
                costs[state] = (scored.cost - cheapest).min(most);
            }
        }
        costs
    }
}

/// The lines that have something past ASCII.
fn lines(bytes: &[u8]) -> impl Iterator<Item = Span> + '_ {
    let ends = memchr::memchr2_iter(b'\n', b'\r', bytes).map(|at| at + 1);
    let mut start = 0;
    ends.chain(std::iter::once(bytes.len()))
        .map(move |end| std::mem::replace(&mut start, end)..end)
        .filter(|span| !bytes[span.clone()].is_ascii())
}

/// Whether any line is much better read in another encoding than in the file's.
pub(super) fn is_suspicious(bytes: &[u8], of_line: &OfLine<'_>) -> bool {
    let Some(file) = of_line.file else {
        return true;
    };
    let Some(state) = state_of(file) else {
        return false;
    };
    let mut reader = Reader::new(model(), 256);
    lines(bytes).any(|span| {
        let line = &bytes[span];
        reader.clear();
        if let Some(reading) = reader.read(line, file, ANY)
            && reading.malformed == 0
            && reading.cut_bytes == 0
            && (file == Encoding::Utf8 || reading.is_usual(ANY))
        {
            return false;
        }
        of_line.costs(line)[state] >= SUSPICION_COST
    })
}

/// The cheapest way: where each part begins, and its state.
pub(super) fn way(bytes: &[u8], of_line: &OfLine<'_>) -> Vec<(usize, usize)> {
    let file = of_line.file.and_then(state_of);
    let mut priors = [0; STATES];
    for (prior, state) in priors.iter_mut().zip(states()) {
        let extra = of_line.detector.extra_bits(state.encoding);
        *prior = extra.map_or(MOST_LINE_COST, |extra| (state.prior_bits + extra) * BIT);
    }
    if let Some(file) = file {
        priors[file] = priors.iter().copied().min().unwrap_or(0).min(0);
    }
    let mut totals = priors;
    let mut starts = Vec::new();
    // For each line, the cheapest state before it, and a bit for each that was changed to.
    let mut steps: Vec<(u8, u32)> = Vec::new();
    for span in lines(bytes) {
        let costs = of_line.costs(&bytes[span.clone()]);
        let (from, least) = cheapest(&totals);
        let mut changed = 0;
        for (state, total) in totals.iter_mut().enumerate() {
            let by_change = least + SWITCH_COST + priors[state];
            if by_change < *total && !starts.is_empty() {
                *total = by_change;
                changed |= 1 << state;
            }
            *total += costs[state];
        }
        starts.push(span.start);
        steps.push((u8::try_from(from).unwrap_or(0), changed));
    }
    let (mut state, _) = cheapest(&totals);
    let mut parts = Vec::new();
    for (&start, &(from, changed)) in starts.iter().zip(&steps).rev() {
        if changed >> state & 1 == 1 {
            parts.push((start, state));
            state = usize::from(from);
        }
    }
    parts.push((0, state));
    parts.reverse();
    parts
}

fn cheapest(totals: &[Cost; STATES]) -> (usize, Cost) {
    let all = totals.iter().copied().enumerate();
    all.min_by_key(|&(_, total)| total).unwrap_or_default()
}
