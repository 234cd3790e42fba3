//! Subtitles and lyrics: line by line, as players read them.

use crate::Span;

/// The lines of a text with their places, line ends left out.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    // \r\n, \n and \r all end a line; the empty line between \r and \n is none of anybody's.
    text.split_inclusive(['\n', '\r']).map(move |line| {
        let start = at;
        at += line.len();
        (start, line.trim_end_matches(['\n', '\r']))
    })
}

/// Lines with the blank ones that stand between `\r` and `\n` left out.
fn whole_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    lines(text).filter(move |&(at, line)| {
        let between = at > 0 && line.is_empty() && text[..at].ends_with('\r');
        !(between && text[at..].starts_with('\n'))
    })
}

fn is_timing(line: &str) -> bool {
    line.contains("-->") && line.trim_start().starts_with(|c: char| c.is_ascii_digit())
}

/// SubRip: a number, a timing, lines, a blank line. A number counts as one only in front of
/// a timing: captions may be numbers too.
pub(super) fn srt(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut lines = whole_lines(text).peekable();
    while let Some((at, line)) = lines.next() {
        let number = line.trim_start_matches('\u{FEFF}').trim();
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let leads = lines.peek().is_some_and(|(_, next)| is_timing(next));
        if is_timing(line) || (is_number && leads) {
            continue;
        }
        push_outside(&mut spans, at, line, &[('<', '>'), ('{', '}')]);
    }
    spans
}

/// WebVTT (W3C): a header, then blocks between blank lines; those with a timing are captions,
/// whose text begins behind it; notes, styles and regions have none.
pub(super) fn vtt(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut in_caption = false;
    for (at, line) in whole_lines(text) {
        if line.trim().is_empty() {
            in_caption = false;
        } else if is_timing(line) {
            in_caption = true;
        } else if in_caption {
            push_outside(&mut spans, at, line, &[('<', '>')]);
        }
    }
    spans
}

/// SubStation Alpha: the last field of `Dialogue:` lines, whose number of fields `Format:`
/// says; `\N`, `\n` and `\h` are breaks and a space.
pub(super) fn ass(text: &str) -> Vec<Span> {
    /// What both generations write, in case `Format:` is missing.
    const FIELDS: usize = 10;
    let mut spans = Vec::new();
    let mut fields = FIELDS;
    let mut in_events = true;
    for (at, line) in whole_lines(text) {
        let trimmed = line.trim_start_matches('\u{FEFF}').trim_start();
        if trimmed.starts_with('[') {
            in_events = trimmed.trim_end().eq_ignore_ascii_case("[events]");
        } else if !in_events {
            continue;
        } else if let Some(format) = behind(trimmed, "Format:") {
            fields = format.split(',').count();
        } else if let Some(values) = behind(trimmed, "Dialogue:") {
            let Some(shown) = values.splitn(fields, ',').nth(fields - 1) else {
                continue;
            };
            let start = at + line.len() - shown.len();
            let mut plain = Vec::new();
            push_outside(&mut plain, start, shown, &[('{', '}')]);
            for span in plain {
                push_between_breaks(&mut spans, text, span);
            }
        }
    }
    spans
}

/// Lyrics: what stands behind the time tags `[mm:ss.xx]` of a line, word tags `<mm:ss.xx>`
/// left out; and the values of title, artist and album.
pub(super) fn lrc(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    for (at, line) in whole_lines(text) {
        let mut rest = line.trim_start_matches('\u{FEFF}');
        let mut timed = false;
        while let Some((tag, behind)) = rest.strip_prefix('[').and_then(|r| r.split_once(']')) {
            if !is_time(tag) {
                break;
            }
            timed = true;
            rest = behind;
        }
        let start = at + line.len() - rest.len();
        if let Some((key, value)) = rest.strip_prefix('[').and_then(|r| r.split_once(':')) {
            let is_shown = ["ti", "ar", "al"]
                .iter()
                .any(|k| key.eq_ignore_ascii_case(k));
            if !timed {
                if let (true, Some(end)) = (is_shown, value.find(']')) {
                    let start = start + 1 + key.len() + 1;
                    spans.push(start..start + end);
                }
                continue;
            }
        }
        push_words(&mut spans, start, rest);
    }
    spans
}

fn is_time(tag: &str) -> bool {
    let mut parts = tag.split([':', '.']);
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    tag.contains(':') && parts.all(is_number)
}

/// Pushes what stands outside of word tags.
fn push_words(spans: &mut Vec<Span>, start: usize, line: &str) {
    let mut from = 0;
    for (open, _) in line.match_indices('<') {
        let Some(len) = line[open..].find('>') else {
            break;
        };
        if open >= from && is_time(&line[open + 1..open + len]) {
            push(spans, start + from..start + open);
            from = open + len + 1;
        }
    }
    push(spans, start + from..start + line.len());
}

/// Pushes what stands outside of these pairs of marks; one that does not close is text.
fn push_outside(spans: &mut Vec<Span>, start: usize, line: &str, pairs: &[(char, char)]) {
    let mut from = 0;
    let mut at = 0;
    while let Some(found) = line[at..].find(|c| pairs.iter().any(|&(open, _)| open == c)) {
        let open = at + found;
        let close = pairs
            .iter()
            .find(|&&(mark, _)| line[open..].starts_with(mark));
        let Some(len) = close.and_then(|&(_, close)| line[open..].find(close)) else {
            at = open + 1;
            continue;
        };
        push(spans, start + from..start + open);
        from = open + len + 1;
        at = from;
    }
    push(spans, start + from..start + line.len());
}

fn push_between_breaks(spans: &mut Vec<Span>, text: &str, span: Span) {
    let mut from = span.start;
    for (at, _) in text[span.clone()].match_indices('\\') {
        let at = span.start + at;
        if at >= from && text[at + 1..span.end].starts_with(['N', 'n', 'h']) {
            push(spans, from..at);
            from = at + 2;
        }
    }
    push(spans, from..span.end);
}

fn push(spans: &mut Vec<Span>, span: Span) {
    if span.start < span.end {
        spans.push(span);
    }
}

/// What stands behind a key, in any case of letters.
fn behind<'l>(line: &'l str, key: &str) -> Option<&'l str> {
    let head = line.get(..key.len())?;
    head.eq_ignore_ascii_case(key).then(|| &line[key.len()..])
}
