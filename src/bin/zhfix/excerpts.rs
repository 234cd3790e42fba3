//! Findings with the line that they stand in, cut around them.
//!
//! Changes that stand near each other in one line share an excerpt, and what changed again (a
//! conversion of repaired text) is shown as it came out in the end: a line is read once before
//! and once after. Losses have an excerpt each.

use std::borrow::Cow;

use zhfix::Span;
use zhfix::repair::Loss;
use zhfix::report::{Change, Report, Stage};

use crate::order;
use crate::places::Places;
use crate::render::{columns, escaped};

/// What must be left for the text around a change, in columns on each side.
const AROUND: usize = 8;

/// A piece of an excerpt.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Piece<'t> {
    /// What stands around.
    Same(Cow<'t, str>),
    /// What changes.
    Changed {
        before: Cow<'t, str>,
        after: Cow<'t, str>,
    },
    /// What is lost or listed.
    Lost(Cow<'t, str>),
}

/// Line and column, counted from 1.
pub(crate) type Place = (usize, usize);

/// What an excerpt shows.
#[derive(Debug, Clone)]
pub(crate) enum Shown<'r> {
    /// Changes, at least one, and where each stands.
    Changes(Vec<(Place, &'r Change)>),
    /// A place that is lost or listed.
    Loss(&'r Loss),
}

impl<'r> Shown<'r> {
    /// Its changes but for conversions.
    pub(crate) fn repairs(&self) -> Vec<(Place, &'r Change)> {
        self.of(|change| change.stage != Stage::Convert)
    }

    /// Its conversions.
    pub(crate) fn conversions(&self) -> Vec<(Place, &'r Change)> {
        self.of(|change| change.stage == Stage::Convert)
    }

    fn of(&self, is_asked: fn(&Change) -> bool) -> Vec<(Place, &'r Change)> {
        match self {
            Shown::Changes(changes) => {
                let asked = changes.iter().filter(|(_, change)| is_asked(change));
                asked.copied().collect()
            }
            Shown::Loss(_) => Vec::new(),
        }
    }
}

/// Findings and what stands around them.
#[derive(Debug)]
pub(crate) struct Excerpt<'t> {
    /// Where it begins.
    pub(crate) place: Place,
    pub(crate) span: Span,
    pub(crate) shown: Shown<'t>,
    pub(crate) pieces: Vec<Piece<'t>>,
}

/// The excerpts of a document in order of place, each at most so many columns wide.
pub(crate) fn excerpts<'t>(
    text: &'t str,
    report: &'t Report,
    room: usize,
) -> impl Iterator<Item = Excerpt<'t>> {
    let findings = findings(text, report);
    let mut places = Places::of(text);
    let mut next = 0;
    std::iter::from_fn(move || {
        let first = findings.get(next)?;
        let count = together(text, &findings[next..], room);
        let group = &findings[next..next + count];
        next += count;
        let last = group.last().unwrap_or(first);
        let span = first.span.start..last.span.end;
        let place = places.find(span.start);
        let shown = match first.kind {
            Kind::Loss(loss) => Shown::Loss(loss),
            Kind::Changes(_) => {
                let mut all = Vec::new();
                for finding in group {
                    let place = places.find(finding.span.start);
                    if let Kind::Changes(changes) = &finding.kind {
                        all.extend(changes.iter().map(|change| (place, *change)));
                    }
                }
                Shown::Changes(all)
            }
        };
        Some(Excerpt {
            place,
            pieces: cut(text, &span, group, room),
            span,
            shown,
        })
    })
}

/// What was found at one place of the document.
#[derive(Debug)]
struct Finding<'r> {
    span: Span,
    kind: Kind<'r>,
    /// What stood there, and what stands there in the end.
    before: Cow<'r, str>,
    after: Cow<'r, str>,
    following: Following,
}

/// How far what changed inside of a change has been followed. What it became is written on from
/// one to the next, so that time does not grow with their number times its length.
#[derive(Debug, Default)]
struct Following {
    /// What it became up to here.
    written: String,
    /// How much of what it was that stands for.
    read: usize,
    /// How often it was begun again from the front, as for each stage.
    rounds: usize,
}

/// How often at the most: repair has a few passes, conversion and consistency one each.
const ROUNDS_MAX: usize = 8;

#[derive(Debug)]
enum Kind<'r> {
    /// A change, and what changed inside of what it became.
    Changes(Vec<&'r Change>),
    Loss(&'r Loss),
}

/// The findings in order of place.
fn findings<'t>(text: &'t str, report: &'t Report) -> Vec<Finding<'t>> {
    let of_change = |change: &'t Change| Finding {
        span: change.span.clone(),
        kind: Kind::Changes(vec![change]),
        before: Cow::Borrowed(&change.before),
        after: Cow::Borrowed(&change.after),
        following: Following::default(),
    };
    let of_loss = |loss: &'t Loss| Finding {
        span: loss.span.clone(),
        kind: Kind::Loss(loss),
        before: Cow::Borrowed(text.get(loss.span.clone()).unwrap_or_default()),
        after: Cow::Borrowed(""),
        following: Following::default(),
    };
    let changes = report.changes.iter().map(of_change);
    let mut all: Vec<Finding<'t>> = changes.chain(report.lost.iter().map(of_loss)).collect();
    // Of one place the earlier change stays in front of what changed in it.
    order::sort_by_key(&mut all, |finding| finding.span.start);
    let mut found: Vec<Finding<'t>> = Vec::with_capacity(all.len());
    for finding in all {
        let plain = is_plain(text, &finding);
        let is_taken = found
            .last_mut()
            .is_some_and(|last| !plain && last.takes(&finding));
        if !is_taken {
            found.push(finding);
        }
    }
    for finding in &mut found {
        finding.write_on();
    }
    found
}

impl<'r> Finding<'r> {
    /// Takes over a change of what this one became: later changes of a stage stand behind earlier
    /// ones.
    fn takes(&mut self, other: &Finding<'r>) -> bool {
        let is_inside = self.span.start <= other.span.start && other.span.end <= self.span.end;
        let (Kind::Changes(_), Kind::Changes(others)) = (&self.kind, &other.kind) else {
            return false;
        };
        if !is_inside {
            return false;
        }
        loop {
            let following = &mut self.following;
            let behind = self.after.get(following.read..).unwrap_or_default();
            if let Some(at) = behind.find(&*other.before) {
                following.written.push_str(&behind[..at]);
                following.written.push_str(&other.after);
                following.read += at + other.before.len();
                if let Kind::Changes(changes) = &mut self.kind {
                    changes.extend(others);
                }
                return true;
            }
            if following.read == 0 || following.rounds == ROUNDS_MAX {
                return false;
            }
            self.write_on();
        }
    }

    /// Begins a round: what was written so far is what it became.
    fn write_on(&mut self) {
        let Following {
            written,
            read,
            rounds,
        } = &mut self.following;
        if *read > 0 {
            written.push_str(self.after.get(*read..).unwrap_or_default());
            self.after = Cow::Owned(std::mem::take(written));
            *read = 0;
            *rounds += 1;
        }
    }
}

/// Whether a finding read what stands in the document: a conversion of repaired text did not.
fn is_plain(text: &str, finding: &Finding<'_>) -> bool {
    text.get(finding.span.clone()) == Some(&finding.before)
}

/// How many findings at the beginning of these fit into one excerpt.
fn together(text: &str, findings: &[Finding<'_>], room: usize) -> usize {
    let mut wide = 0;
    let mut end: Option<usize> = None;
    let mut count = 0;
    for finding in findings {
        let is_change = matches!(finding.kind, Kind::Changes(_));
        let spreads = |text: &str| text.contains(['\n', '\r']);
        if !is_change
            || !is_plain(text, finding)
            || spreads(&finding.before)
            || spreads(&finding.after)
        {
            break;
        }
        let from = end.unwrap_or(finding.span.start);
        let Some(between) = text.get(from..finding.span.start) else {
            break;
        };
        // No further than what could fit, so that time does not grow with the distance.
        if between.len() > 4 * room || spreads(between) {
            break;
        }
        let changed = columns(&escaped(&finding.before)).max(columns(&escaped(&finding.after)));
        wide += columns(&escaped(between)) + changed;
        if count > 0 && wide + 2 * AROUND > room {
            break;
        }
        count += 1;
        end = Some(finding.span.end);
    }
    count.max(1)
}

/// The pieces of an excerpt: the findings, and as much around them as there is room for.
fn cut<'t>(text: &'t str, span: &Span, group: &[Finding<'t>], room: usize) -> Vec<Piece<'t>> {
    let mut inside = Vec::new();
    let mut at = span.start;
    for finding in group {
        let own = &finding.span;
        if let Some(between) = text
            .get(at..own.start)
            .filter(|between| !between.is_empty())
        {
            inside.push(Piece::Same(escaped(between)));
        }
        at = own.end;
        let (before, after) = (&finding.before, &finding.after);
        inside.push(match finding.kind {
            Kind::Changes(_) => Piece::Changed {
                before: shortened(before, room),
                after: shortened(after, room),
            },
            Kind::Loss(_) => Piece::Lost(shortened(before, room)),
        });
    }
    let wide: usize = inside.iter().map(Piece::columns).sum();
    let left = room.saturating_sub(wide);
    let (front, back) = around(text, span, left);
    let mut pieces = Vec::with_capacity(inside.len() + 2);
    pieces.extend(Some(Piece::Same(front)).filter(|piece| piece.columns() > 0));
    pieces.append(&mut inside);
    pieces.extend(Some(Piece::Same(back)).filter(|piece| piece.columns() > 0));
    pieces
}

/// What stands in the same line in front and behind, together so many columns wide. Dots show
/// where it goes on.
fn around<'t>(text: &'t str, span: &Span, room: usize) -> (Cow<'t, str>, Cow<'t, str>) {
    let front = text.get(..span.start).unwrap_or_default();
    let back = text.get(span.end..).unwrap_or_default();
    let (front_wide, front_bytes, is_front_cut) = reach(front.chars().rev(), room);
    let (back_wide, back_bytes, is_back_cut) = reach(back.chars(), room);
    if front_wide + back_wide <= room && !is_front_cut && !is_back_cut {
        let front = &front[front.len() - front_bytes..];
        return (escaped(front), escaped(&back[..back_bytes]));
    }
    // Each side may have half, and what the other does not need.
    let half = room / 2;
    let front_room = half.max(room.saturating_sub(back_wide)).min(room);
    let (front_wide, front_bytes, before) = side(front.chars().rev(), front_room);
    let (_, back_bytes, behind) = side(back.chars(), room.saturating_sub(front_wide));
    let front = escaped(&front[front.len() - front_bytes..]);
    let back = escaped(&back[..back_bytes]);
    (
        Cow::Owned(format!("{before}{front}")),
        Cow::Owned(format!("{back}{behind}")),
    )
}

/// What stands where a line goes on.
const DOTS: &str = "…";

/// As [`reach`], with room for the dots that show that the line goes on: columns with them,
/// bytes without, and the dots. Where not even these have room, nothing is shown.
fn side(
    characters: impl Iterator<Item = char> + Clone,
    room: usize,
) -> (usize, usize, &'static str) {
    let (wide, bytes, is_cut) = reach(characters.clone(), room);
    let dots_wide = columns(DOTS);
    if !is_cut {
        return (wide, bytes, "");
    }
    if room < dots_wide {
        return (0, 0, "");
    }
    let (wide, bytes, _) = reach(characters, room - dots_wide);
    (wide + dots_wide, bytes, DOTS)
}

/// How far characters reach within so many columns and the line: columns, bytes, and whether
/// the line goes on.
fn reach(characters: impl Iterator<Item = char>, room: usize) -> (usize, usize, bool) {
    let (mut wide, mut bytes) = (0, 0);
    for character in characters {
        if matches!(character, '\n' | '\r') {
            return (wide, bytes, false);
        }
        let own = columns(&escaped(character.encode_utf8(&mut [0; 4])));
        if wide + own > room {
            return (wide, bytes, true);
        }
        wide += own;
        bytes += character.len_utf8();
    }
    (wide, bytes, false)
}

/// A text escaped, with its middle left out where it is too wide; no escape is cut.
pub(crate) fn shortened<'t>(text: &Cow<'t, str>, room: usize) -> Cow<'t, str> {
    // A character takes one column at least, or none and some bytes: what is short is not counted.
    let whole = match text {
        Cow::Borrowed(text) => escaped(text),
        Cow::Owned(text) => Cow::Owned(escaped(text).into_owned()),
    };
    if whole.len() <= room || columns(&whole) <= room {
        return whole;
    }
    let half = room.saturating_sub(1) / 2;
    let mut shown = String::new();
    let fits = |characters: &mut dyn Iterator<Item = char>| {
        let (mut wide, mut bytes) = (0, 0);
        for character in characters {
            wide += columns(&escaped(character.encode_utf8(&mut [0; 4])));
            if wide > half {
                break;
            }
            bytes += character.len_utf8();
        }
        bytes
    };
    let head = fits(&mut text.chars());
    let tail = fits(&mut text.chars().rev());
    shown.push_str(&escaped(&text[..head]));
    shown.push_str(DOTS);
    shown.push_str(&escaped(&text[text.len() - tail..]));
    Cow::Owned(shown)
}

impl Piece<'_> {
    /// How wide it stands, on the wider of both sides.
    fn columns(&self) -> usize {
        match self {
            Piece::Same(text) | Piece::Lost(text) => columns(text),
            Piece::Changed { before, after } => columns(before).max(columns(after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zhfix::Pipeline;

    /// Each excerpt as `place: text`, changes as `[before|after]`.
    fn shown(text: &str, room: usize) -> Vec<String> {
        let pipeline = Pipeline::builder().list_conversions(true).build();
        let report = pipeline.run_text(text).report;
        let shown = excerpts(text, &report, room).map(|excerpt| {
            let (line, column) = excerpt.place;
            let pieces = excerpt.pieces.iter().map(|piece| match piece {
                Piece::Same(text) => text.to_string(),
                Piece::Changed { before, after } => format!("[{before}|{after}]"),
                Piece::Lost(text) => format!("({text})"),
            });
            format!("{line}:{column} {}", pieces.collect::<String>())
        });
        shown.collect()
    }

    #[test]
    fn findings_stand_in_their_line() {
        let rows: [(&str, usize, &[&str]); 8] = [
            ("甲\n他說話\r\n乙", 40, &["2:2 他[說|说][話|话]"]),
            (
                "提示：鎵撳紑鏂囦欢澶辫触，请重试",
                60,
                &["1:4 提示：[鎵撳紑鏂囦欢澶辫触|打开文件失败]，请重试"],
            ),
            // What is converted in what was repaired is shown as it came out in the end.
            (
                "這裡：瀛哥繏鏅傞枔寰堥暦。",
                60,
                &["1:1 [這|这][裡|里]：[瀛哥繏鏅傞枔寰堥暦|学习时间很长]。"],
            ),
            // Changes near each other share an excerpt, whatever their rules.
            (
                "扞卫国家，扞卫家园",
                60,
                &["1:1 [扞|捍]卫国家，[扞|捍]卫家园"],
            ),
            (
                "一二三四五六七八九十說一二三四五六七八九十",
                20,
                &["1:11 …七八九十[說|说]一二三四…"],
            ),
            ("說一二三四五六七八九十", 12, &["1:1 [說|说]一二三四…"]),
            ("一二三四五六七八九十說", 12, &["1:11 …七八九十[說|说]"]),
            (
                "說一二三四五六七八九十說",
                24,
                &[
                    "1:1 [說|说]一二三四五六七八九十說",
                    "1:12 說一二三四五六七八九十[說|说]",
                ],
            ),
        ];
        for (text, room, expect) in rows {
            assert_eq!(shown(text, room), expect, "{text}");
        }
    }

    #[test]
    fn what_changed_twice_is_shown_once() {
        let change = |stage, before: &str, after: &str| {
            let pipeline = Pipeline::builder().list_conversions(true).build();
            let mut change = pipeline.run_text("說").report.changes.remove(0);
            change.stage = stage;
            (change.before, change.after) = (before.to_owned(), after.to_owned());
            change.span = 0..2;
            change
        };
        let mut report = Report::default();
        report.changes = vec![
            change(Stage::Repair, "xy", "甲乙丙丁"),
            // Two rounds, each from the front.
            change(Stage::Convert, "甲", "一"),
            change(Stage::Convert, "丙", "三"),
            change(Stage::Consistency, "一", "壹"),
            // What was never there is a finding of its own.
            change(Stage::Consistency, "戊", "五"),
        ];
        let found = findings("xyz", &report);
        let after: Vec<&str> = found.iter().map(|finding| &*finding.after).collect();
        assert_eq!(after, ["壹乙三丁", "五"]);
    }

    #[test]
    fn no_escape_is_cut() {
        let text = Cow::Borrowed("\u{80}\u{81}\u{82}\u{83}");
        assert_eq!(shortened(&text, 100), "\\u{80}\\u{81}\\u{82}\\u{83}");
        assert_eq!(shortened(&text, 17), "\\u{80}…\\u{83}");
        assert_eq!(shortened(&text, 3), "…");
    }

    #[test]
    fn no_excerpt_is_wider_than_its_room() {
        let text = "這裡的頭髮，我們後來才聽說\u{200B}鎵撳紑鏂囦欢澶辫触 then ÿ and ?".repeat(30);
        let pipeline = Pipeline::builder().list_conversions(true).build();
        let report = pipeline.run_text(&text).report;
        for room in [12, 20, 33, 80] {
            for excerpt in excerpts(&text, &report, room) {
                let wide: usize = excerpt.pieces.iter().map(Piece::columns).sum();
                assert!(wide <= room, "{wide} > {room}: {excerpt:?}");
            }
        }
    }
}
