//! A finding with the line that it stands in, cut around it.
//!
//! Repairs and losses have an excerpt each. Conversions are many and each is plain to see, so
//! those that stand near each other in one line share one.

use std::borrow::Cow;

use zhfix::Span;
use zhfix::repair::Loss;
use zhfix::report::{Change, Report, Stage};

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

/// What an excerpt shows.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shown<'r> {
    /// A change.
    Change(&'r Change),
    /// So many conversions, the first of which is this.
    Conversions(&'r Change, usize),
    /// A place that is lost or listed.
    Loss(&'r Loss),
}

/// A finding and what stands around it.
#[derive(Debug)]
pub(crate) struct Excerpt<'t> {
    /// Line and column of its beginning, counted from 1.
    pub(crate) place: (usize, usize),
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
    let changes = report.changes.iter().map(Finding::Change);
    let mut findings: Vec<Finding<'t>> = changes
        .chain(report.lost.iter().map(Finding::Loss))
        .collect();
    findings.sort_by_key(|finding| finding.span().start);
    let mut places = Places::of(text);
    let mut next = 0;
    std::iter::from_fn(move || {
        let first = *findings.get(next)?;
        let count = match first {
            Finding::Change(change) if is_plain(text, change) => {
                together(text, &findings[next..], room)
            }
            _ => 1,
        };
        let group = &findings[next..next + count];
        next += count;
        let last = group.last().copied().unwrap_or(first);
        let span = first.span().start..last.span().end;
        let shown = match first {
            Finding::Change(change) if change.stage == Stage::Convert => {
                Shown::Conversions(change, count)
            }
            Finding::Change(change) => Shown::Change(change),
            Finding::Loss(loss) => Shown::Loss(loss),
        };
        Some(Excerpt {
            place: places.find(span.start),
            pieces: cut(text, &span, group, room),
            span,
            shown,
        })
    })
}

#[derive(Debug, Clone, Copy)]
enum Finding<'r> {
    Change(&'r Change),
    Loss(&'r Loss),
}

impl Finding<'_> {
    fn span(&self) -> &Span {
        match self {
            Finding::Change(change) => &change.span,
            Finding::Loss(loss) => &loss.span,
        }
    }
}

/// Whether a conversion read what stands in the document: one of repaired text did not.
fn is_plain(text: &str, change: &Change) -> bool {
    change.stage == Stage::Convert && text.get(change.span.clone()) == Some(&change.before)
}

/// How many conversions at the beginning of these fit into one excerpt.
fn together(text: &str, findings: &[Finding<'_>], room: usize) -> usize {
    let mut wide = 0;
    let mut end: Option<usize> = None;
    let mut count = 0;
    for finding in findings {
        let Finding::Change(change) = finding else {
            break;
        };
        let from = end.unwrap_or(change.span.start);
        let Some(between) = text.get(from..change.span.start) else {
            break;
        };
        // No further than what could fit, so that time does not grow with the distance.
        if !is_plain(text, change) || between.len() > 4 * room || between.contains(['\n', '\r']) {
            break;
        }
        let changed = columns(&escaped(&change.before)).max(columns(&escaped(&change.after)));
        wide += columns(&escaped(between)) + changed;
        if count > 0 && wide + 2 * AROUND > room {
            break;
        }
        count += 1;
        end = Some(change.span.end);
    }
    count.max(1)
}

/// The pieces of an excerpt: the findings, and as much around them as there is room for.
fn cut<'t>(text: &'t str, span: &Span, group: &[Finding<'t>], room: usize) -> Vec<Piece<'t>> {
    let mut inside = Vec::new();
    let mut at = span.start;
    for finding in group {
        let own = finding.span();
        if let Some(between) = text
            .get(at..own.start)
            .filter(|between| !between.is_empty())
        {
            inside.push(Piece::Same(escaped(between)));
        }
        at = own.end;
        inside.push(match finding {
            Finding::Change(change) => Piece::Changed {
                before: shortened(escaped(&change.before), room),
                after: shortened(escaped(&change.after), room),
            },
            Finding::Loss(loss) => {
                let lost = text.get(loss.span.clone()).unwrap_or_default();
                Piece::Lost(shortened(escaped(lost), room))
            }
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

/// A text with its middle left out where it is too wide.
fn shortened(text: Cow<'_, str>, room: usize) -> Cow<'_, str> {
    if text.len() <= room || columns(&text) <= room {
        return text;
    }
    let half = room.saturating_sub(1) / 2;
    let (_, head, _) = reach(text.chars(), half);
    let (_, tail, _) = reach(text.chars().rev(), half);
    Cow::Owned(format!(
        "{}{DOTS}{}",
        &text[..head],
        &text[text.len() - tail..]
    ))
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
        let rows: [(&str, usize, &[&str]); 6] = [
            ("甲\n他說話\r\n乙", 40, &["2:2 他[說|说][話|话]"]),
            (
                "提示：鎵撳紑鏂囦欢澶辫触，请重试",
                60,
                &["1:4 提示：[鎵撳紑鏂囦欢澶辫触|打开文件失败]，请重试"],
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
