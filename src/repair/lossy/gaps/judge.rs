//! Whether what is intact of a reading proves it.
//!
//! Decided from the characters that were seen, what they cost in the language against what the line
//! costs as it stands, and how many were lost beside them. The amounts are those of the search for
//! what is not lossy, where there is such a one. What it gets wrong: a line of rare characters,
//! names above all, proves nothing, and is left.

use super::lattice::Read;
use super::marks::mark_of;
use crate::model::{BIT, Cost};
use crate::repair::lossy::passage::Strength;
use crate::repair::lossy::utf8::Seen;
use crate::repair::proof::{Census, is_mostly_uncommon};
use crate::repair::reread::{Right, are_marks, as_chinese, as_it_is, pairs_pay};

/// What UTF-8 has to save, and for each character that is not ASCII.
const UTF_8_GAIN: Cost = 24 * BIT;

const UTF_8_GAIN_PER_CHAR: Cost = 2 * BIT;

/// How many characters each intact one may let be lost: Big5 loses two of three, of short lines more.
const LOST_PER_INTACT: usize = 6;

/// How many intact characters of Han prove UTF-8,
const UTF_8_HAN: usize = 3;

/// and how many times as much fewer of them have to save, by their number.
const UTF_8_GAIN_TIMES: [Cost; UTF_8_HAN] = [4, 3, 2];

/// What a line has to save that others prove.
const WEAK_GAIN: Cost = 8 * BIT;

/// The same of a line that shows nothing by itself.
const FOLLOWING_GAIN: Cost = 4 * BIT;

/// What a character of running text costs at most, on the average, as in the exact search.
const USUAL_COST: Cost = 13 * BIT;

/// How much a span has to prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bar {
    /// By itself.
    Alone,
    /// In a document that has proven the way.
    Document,
}

/// The characters of which no byte was lost; what was lost parts words.
pub(super) fn intact(read: &Read) -> String {
    let chars = read.steps.iter().flat_map(|(_, step)| step.out.chars());
    let known = |(c, seen): (char, Seen)| if seen == Seen::Lost { ' ' } else { c };
    chars.map(known).collect()
}

/// Whether a reading proves itself; `None` where it proves nothing.
pub(super) fn judge(before: &str, read: &Read, right: Right, bar: Bar) -> Option<Strength> {
    let after = intact(read);
    let all = read.steps.iter().flat_map(|(_, step)| step.out.chars());
    let lost = all.filter(|(_, seen)| *seen == Seen::Lost).count();
    let seen = Census::of(&after);
    let is_little = seen.han_chars == 0 || lost > seen.cjk_chars() * LOST_PER_INTACT;
    if seen.bad_chars > 0 || bar == Bar::Alone && is_little {
        return None;
    }
    let mark = mark_of(before);
    let kept: String = before.chars().filter(|&c| c != mark).collect();
    let gain = |enough: Cost| as_it_is(&kept, read.cost + enough + BIT) - read.cost;
    let is_plain = seen.common_han_chars() == seen.han_chars && seen.other_chars == 0;
    if bar == Bar::Document {
        let follows =
            (is_plain || are_marks(&kept, &after)) && gain(FOLLOWING_GAIN) >= FOLLOWING_GAIN;
        return follows.then_some(Strength::Weak);
    }
    let is_strong = match right {
        Right::Utf8 => {
            let letters = seen.han_chars + seen.kana_or_hangul_chars;
            let chars = kept.chars().filter(|c| !c.is_ascii()).count();
            let usual = UTF_8_GAIN + UTF_8_GAIN_PER_CHAR * Cost::try_from(chars).unwrap_or(0);
            let times = UTF_8_GAIN_TIMES.get(seen.han_chars).unwrap_or(&1);
            let least = usual * times;
            seen.is_common(letters)
                && seen.other_chars * 4 <= seen.cjk_chars()
                && is_mostly_uncommon(&kept, seen.cjk_chars(), false)
                && gain(least) >= least
        }
        Right::Gbk | Right::Big5 => {
            let ascii: String = after.chars().filter(char::is_ascii).collect();
            let beyond = Cost::try_from(after.chars().filter(|c| !c.is_ascii()).count()).ok()?;
            as_chinese(&after) - as_chinese(&ascii) <= USUAL_COST * beyond
                && pairs_pay(&after, &seen, 5, gain)
        }
    };
    if is_strong {
        return Some(Strength::Strong);
    }
    (is_plain && gain(WEAK_GAIN) >= WEAK_GAIN).then_some(Strength::Weak)
}
