//! What bytes probably are: every candidate encoding is read and its text priced.
//!
//! A hypothesis is an encoding together with what may be written in it. Its cost is the
//! bits of its prior, of the characters in the cheapest of its languages (see `model`), and
//! of its malformed sequences: an illegal byte is an accident worth 12 nats, not a
//! disqualification, and a character cut off at either end of the input is worth less,
//! because files and samples are cut all the time. All hypotheses pay for the same bytes,
//! so costs compare; the probability of each is two to the minus cost, normalised. "None
//! of these" takes part as random bytes.
//!
//! Of short bytes `screen` says first what each encoding costs at least, so that most need not be
//! read. Characters are first priced alone, which is a look-up each. Pairs are looked up only for
//! what that leaves in question, and single bytes are given up when they cost more than the
//! best.
//!
//! What it gets wrong: priors are judgement, for a user who mostly meets Chinese.

use crate::codec::decode;
use crate::detect::candidate::{Candidate, lonely};
use crate::detect::few::Few;
use crate::detect::hypotheses::{Hypothesis, LETTERS_IN_UNICODE, MULTI_BYTE, SINGLE_BYTE, Writing};
use crate::detect::letters::{spelling, text_cost};
use crate::detect::reader::Reader;
use crate::detect::reading::MALFORMED_COST;
use crate::detect::sample::Sample;
use crate::detect::screen::{Exact, MOST_BYTES, screened};
use crate::detect::utf8_bound::utf8_bound;
use crate::detect::wide::is_usual_utf16;
use crate::encoding::Encoding;
use crate::model::{Alphabet, BIT, Cost, ascii_steps, model, of_steps};

/// A byte of 0x80 and above, or a control, among random bytes: 9.5 bits, more than 8 so that
/// a list of rare characters is still text.
const RANDOM_BYTE_STEPS: u8 = 76;

/// Readings that cost so much more than the best when priced alone are not priced by
/// pairs: what all pairs gain together is less.
pub(super) fn open_margin(chars: usize) -> Cost {
    16 * BIT + 2 * BIT * Cost::try_from(chars).unwrap_or(Cost::MAX / BIT / 8)
}

/// Up to here, pairs are looked up even where characters alone leave nothing in question:
/// the probability of a few characters should say how usual they are.
const SHORT_BYTES: usize = 12;

/// Text in an alphabet has no more than a malformed sequence in so many characters.
const CHARS_PER_DAMAGE: u32 = 4;

/// A hypothesis that costs so much more than the best does not change the answer.
const GIVE_UP_COST: Cost = 32 * BIT;

/// What a hypothesis costs on some bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scored {
    /// The encoding; `None` is random bytes.
    pub(super) encoding: Option<Encoding>,
    /// In total, prior included.
    pub(super) cost: Cost,
    /// Of the characters of 0x80 and above alone.
    pub(super) text_cost: Cost,
    /// The same with each character alone: what pairs save depends on what the model has read.
    pub(super) alone_cost: Cost,
    /// Characters past ASCII.
    pub(super) chars: u64,
    /// The first malformed sequence, in the input.
    pub(super) malformed_at: Option<usize>,
    /// Whether it is an alphabet's.
    pub(super) single_byte: bool,
}

impl Scored {
    /// Whether so many characters are so usual that no other kind of encoding looks like it:
    /// letters read as Han cost 13 bits and more each.
    pub(super) fn is_settled(&self) -> bool {
        !self.single_byte
            && self.chars >= 12
            && self.malformed_at.is_none()
            // Half-width katakana are single bytes.
            && !matches!(self.encoding, None | Some(Encoding::ShiftJis))
            && u64::try_from(self.text_cost).is_ok_and(|cost| cost <= 11776 * self.chars)
    }
}

/// What the caller knows: what may be answered, and what is likely.
pub(super) trait Prior {
    /// Bits to add to the cost of an encoding; `None` where it may not be answered.
    fn extra_bits(&self, encoding: Encoding) -> Option<Cost>;

    /// What may be written in an encoding.
    fn writings(&self, hypothesis: &'static Hypothesis) -> &'static [Writing] {
        hypothesis.writings
    }

    /// Whether pairs are looked up where that decides nothing, for what it says of the text.
    fn wants_pairs(&self) -> bool {
        false
    }

    /// Whether the bytes are known to be of a file in an encoding: then they are read in it
    /// to the end, and may be text in any alphabet that it has.
    fn is_of_file(&self, _encoding: Encoding) -> bool {
        false
    }
}

/// How a sample is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pass {
    Plain,
    Searching,
    BehindHead,
}

/// Prices every extension of ASCII on a sample, the cheapest first. `whole`: the bytes of
/// the sample and what lies between, which may be UTF-16: then nothing is searched for.
pub(super) fn extensions(
    sample: &Sample<'_>,
    prior: &impl Prior,
    only: Option<&[Encoding]>,
    whole: Option<&[u8]>,
) -> Vec<Scored> {
    let bytes = &*sample.bytes;
    let mut reader = Reader::new(model(), bytes.len());
    let is_asked =
        |hypothesis: &Hypothesis| only.is_none_or(|only| only.contains(&hypothesis.encoding));
    let mut exact = Exact::default();
    let mut screened = screened(bytes, &mut exact);
    let mut candidates = Few::<Candidate, { MULTI_BYTE.len() + 1 }>::new();
    let mut best_alone = Cost::MAX / 8;
    // From the start; then, if nothing reads as text mostly does, with a search behind what is
    // malformed, and from behind what may be the rest of a character.
    for pass in [Pass::Plain, Pass::Searching, Pass::BehindHead] {
        let is_of_damaged_file = |candidate: &Candidate| {
            candidate.reading.malformed > 0 && prior.is_of_file(candidate.hypothesis.encoding)
        };
        let is_settled = || {
            !candidates.iter().any(is_of_damaged_file)
                && (candidates.iter().any(Candidate::is_usual) || whole.is_some_and(is_usual_utf16))
        };
        if pass != Pass::Plain && is_settled() {
            break;
        }
        reader.searches = pass != Pass::Plain;
        for (hypothesis, least) in &mut screened {
            let hypothesis = *hypothesis;
            if !is_asked(hypothesis) {
                continue;
            }
            let Some(extra) = prior.extra_bits(hypothesis.encoding) else {
                continue;
            };
            // What is known to be too dear is not read.
            let limit = best_alone + open_margin(bytes.len() / 2);
            if hypothesis.encoding == Encoding::Utf8 && least.is_none() && bytes.len() <= MOST_BYTES
            {
                *least = Some(utf8_bound(bytes, limit - extra * BIT));
            }
            let is_too_dear = least.is_some_and(|least| least.cost + extra * BIT > limit);
            if pass == Pass::Plain && is_too_dear && !prior.wants_pairs() {
                continue;
            }
            let head = match pass {
                Pass::BehindHead => cut_head(bytes, hypothesis.encoding),
                _ => 0,
            };
            let same = |other: &&Candidate| other.hypothesis.encoding == hypothesis.encoding;
            let is_needed = match pass {
                Pass::Plain => true,
                Pass::Searching => match candidates.iter().find(same) {
                    Some(earlier) => earlier.reading.malformed > 0,
                    None => least.is_none_or(|least| least.malformed_at.is_some()),
                },
                Pass::BehindHead => head > 0,
            };
            if !is_needed {
                continue;
            }
            reader.limit = match prior.is_of_file(hypothesis.encoding) {
                true => Cost::MAX / 8,
                false => limit,
            };
            let Some((place, kept)) = candidates.next() else {
                continue;
            };
            let writings = prior.writings(hypothesis);
            let candidate = place.insert(Candidate::unread(hypothesis, writings, head));
            let is_usual = pass == Pass::Plain
                && !prior.is_of_file(hypothesis.encoding)
                && !prior.wants_pairs()
                && std::ptr::eq(writings, hypothesis.writings);
            let known = match is_usual {
                true => exact.reading(bytes, hypothesis, reader.limit),
                false => None,
            };
            if let Some(reading) = known {
                candidate.take(reading, extra * BIT);
            } else if !candidate.read(bytes, extra * BIT, &mut reader) {
                continue;
            }
            let estimate = candidate.estimate();
            if !candidate.reading.given_up {
                best_alone = best_alone.min(estimate);
            }
            match kept.iter_mut().flatten().find(|other| same(&&**other)) {
                Some(other) if candidate.reading.given_up && !other.reading.given_up => {}
                Some(other) if other.reading.given_up || estimate < other.estimate() => {
                    std::mem::swap(other, candidate);
                }
                Some(_) => {}
                None => candidates.keep(),
            }
        }
    }
    let mut scored: Vec<Scored> = Vec::with_capacity(MULTI_BYTE.len() + 1);
    let is_open = |candidate: &Candidate| {
        let chars = usize::try_from(candidate.reading.chars).unwrap_or(usize::MAX);
        !candidate.reading.given_up && candidate.estimate() <= best_alone + open_margin(chars)
    };
    // One that stands alone by far needs no closer look.
    let by_pairs = candidates
        .iter()
        .filter(|candidate| is_open(candidate))
        .count()
        > 1
        || bytes.len() <= 2 * SHORT_BYTES
        || prior.wants_pairs();
    if by_pairs {
        for candidate in candidates.iter_mut().filter(|candidate| is_open(candidate)) {
            candidate.read_symbols(bytes, &mut reader);
        }
    }
    let given_up = |candidate: &&Candidate| candidate.reading.given_up;
    for candidate in candidates.iter().filter(|read| !given_up(read)) {
        let encoding = candidate.hypothesis.encoding;
        let is_of_file = prior.is_of_file(encoding);
        let by_pairs = by_pairs && (is_open(candidate) || is_of_file);
        let mut priced = candidate.scored(&reader, by_pairs);
        if (encoding == Encoding::Utf8 || is_of_file)
            && candidate.reading.malformed * CHARS_PER_DAMAGE <= candidate.reading.chars
        {
            let lonely = lonely(reader.symbols(&candidate.reading), encoding);
            priced = with_letters(priced, candidate, lonely, bytes);
        }
        scored.push(priced);
    }
    // What was not read to the end costs much more than what was: pairs may make that dearer
    // than its characters alone.
    let best_read = scored.iter().map(|scored| scored.cost).min();
    let best_read = best_read.unwrap_or(0).max(best_alone) + GIVE_UP_COST + GIVE_UP_COST;
    for candidate in candidates.iter().filter(given_up) {
        if candidate.reading.malformed > 0 {
            let mut priced = candidate.scored(&reader, false);
            priced.cost = priced.cost.max(best_read);
            scored.push(priced);
        }
    }
    // What was not read to the end, but of which short bytes are known to fit or not. What fits is
    // not told where nothing else is in question.
    let is_settled = scored.iter().any(Scored::is_settled);
    for (hypothesis, least) in &screened {
        let encoding = hypothesis.encoding;
        let is_said = |scored: &Scored| scored.encoding == Some(encoding);
        let Some(least) = least else { continue };
        // UTF-8 is not looked at to the end where it is dear.
        let fits = !is_settled && encoding != Encoding::Utf8;
        if (least.malformed_at.is_some() || fits)
            && is_asked(hypothesis)
            && prior.extra_bits(encoding).is_some()
            && !scored.iter().any(is_said)
        {
            scored.push(Scored {
                encoding: Some(encoding),
                cost: best_read.max(least.cost),
                text_cost: 0,
                alone_cost: 0,
                chars: u64::from(least.malformed_at.is_none()),
                malformed_at: least.malformed_at.map(usize::from),
                single_byte: false,
            });
        }
    }
    scored.push(random(bytes));
    let best = scored.iter().map(|scored| scored.cost).min().unwrap_or(0);
    for hypothesis in SINGLE_BYTE.iter().filter(|each| is_asked(each)) {
        if is_settled {
            break;
        }
        let Some(extra) = prior.extra_bits(hypothesis.encoding) else {
            continue;
        };
        let fixed = (hypothesis.prior_bits + extra) * BIT;
        let limit = best + GIVE_UP_COST - fixed;
        if let Some(spelling) = spelling(bytes, hypothesis.encoding, limit) {
            scored.push(Scored {
                encoding: Some(hypothesis.encoding),
                cost: fixed + spelling.cost + Cost::from(spelling.malformed) * MALFORMED_COST,
                text_cost: spelling.text_cost,
                alone_cost: spelling.text_cost,
                chars: spelling.chars,
                malformed_at: spelling.malformed_at,
                single_byte: true,
            });
        }
    }
    for scored in &mut scored {
        scored.malformed_at = scored.malformed_at.map(|at| sample.origin(at));
    }
    sort(&mut scored);
    scored
}

/// A reading may be of an alphabet, too.
fn with_letters(priced: Scored, candidate: &Candidate, lonely: Cost, bytes: &[u8]) -> Scored {
    let bytes = &bytes[candidate.head_bytes..];
    let text = decode(bytes, candidate.hypothesis.encoding).text;
    let fixed = candidate.fixed - candidate.reading.ascii_cost - lonely;
    letters_in_unicode(priced, fixed, &text)
}

pub(super) fn letters_in_unicode(priced: Scored, fixed: Cost, text: &str) -> Scored {
    let (cost, past_ascii, alphabet) = text_cost(text);
    // 谢谢 in GBK is лл in UTF-8, and a word of two letters is likelier to be Chinese here.
    let foreign = match alphabet {
        Alphabet::West | Alphabet::East | Alphabet::Vietnamese => 0,
        _ => 7,
    };
    let cost = fixed + (LETTERS_IN_UNICODE + foreign) * BIT + cost;
    if cost < priced.cost {
        Scored {
            cost,
            text_cost: past_ascii,
            alone_cost: past_ascii,
            ..priced
        }
    } else {
        priced
    }
}

/// Random bytes, for which 10 bits of prior speak against.
pub(super) fn random(bytes: &[u8]) -> Scored {
    const STEPS: [u8; 256] = {
        let mut steps = [RANDOM_BYTE_STEPS; 256];
        let mut byte = 0;
        while byte < 0x80 {
            if matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r') {
                steps[byte as usize] = ascii_steps(byte);
            }
            byte += 1;
        }
        steps
    };
    let steps = bytes
        .iter()
        .map(|&byte| i64::from(STEPS[usize::from(byte)]));
    Scored {
        encoding: None,
        cost: 10 * BIT + of_steps(steps.sum()),
        text_cost: 0,
        alone_cost: 0,
        chars: 0,
        malformed_at: None,
        single_byte: false,
    }
}

/// The cheapest first; equal costs keep the order of the tables above.
pub(super) fn sort(scored: &mut [Scored]) {
    crate::order::sort_by_key(scored, |scored| scored.cost);
}

/// How many bytes at the start may be the rest of a character that was cut off.
fn cut_head(bytes: &[u8], encoding: Encoding) -> usize {
    match encoding {
        Encoding::Utf8 => {
            let is_rest = |byte: &&u8| (0x80..0xC0).contains(*byte);
            bytes.iter().take(3).take_while(is_rest).count()
        }
        _ => usize::from(bytes.first().is_some_and(|&byte| byte >= 0x80)),
    }
}
