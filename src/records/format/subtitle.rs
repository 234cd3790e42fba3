//! Subtitles and lyrics: line by line, as players read them.

use super::pieces::{Passage, Spelling};
use crate::Span;

/// Passages in the order in which they are found.
struct Found {
    passages: Vec<Passage>,
    spelling: Spelling,
    /// Whether the next passage stands in the line of the last.
    continues: bool,
}

impl Found {
    fn new(spelling: Spelling) -> Found {
        Found {
            passages: Vec::new(),
            spelling,
            continues: false,
        }
    }

    fn push(&mut self, span: Span) {
        if span.start < span.end {
            self.passages.push(Passage {
                span,
                spelling: self.spelling,
                continues: self.continues,
            });
            self.continues = true;
        }
    }

    /// Pushes what stands outside of tags; `tag_bytes` is how long the tag is that a text
    /// begins with, and one that does not close is text.
    fn push_outside(
        &mut self,
        start: usize,
        line: &str,
        marks: &[char],
        tag_bytes: fn(&str) -> Option<usize>,
    ) {
        let mut from = 0;
        let mut at = 0;
        while let Some(found) = line[at..].find(marks) {
            let open = at + found;
            let Some(length) = tag_bytes(&line[open..]) else {
                at = open + 1;
                continue;
            };
            self.push(start + from..start + open);
            from = open + length;
            at = from;
        }
        self.push(start + from..start + line.len());
    }
}

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
pub(super) fn srt(text: &str) -> Vec<Passage> {
    let mut found = Found::new(Spelling::Plain("<>{}\\"));
    let mut lines = whole_lines(text).peekable();
    while let Some((at, line)) = lines.next() {
        let number = line.trim_start_matches('\u{FEFF}').trim();
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let leads = lines.peek().is_some_and(|(_, next)| is_timing(next));
        if is_timing(line) || (is_number && leads) {
            continue;
        }
        found.continues = false;
        found.push_outside(at, line, &['<', '{'], srt_tag_bytes);
    }
    found.passages
}

/// What players take for a tag in SubRip: `<i>`, `</font>`, `{\an8}` and `{y:i}`; `{笑}` and
/// `3 < 5` are shown.
fn srt_tag_bytes(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (is_tag, close) = match (bytes.first()?, bytes.get(1)?, bytes.get(2)) {
        (b'<', b'/', Some(letter)) => (letter.is_ascii_alphabetic(), b'>'),
        (b'<', letter, _) => (letter.is_ascii_alphabetic(), b'>'),
        (b'{', b'\\', _) => (true, b'}'),
        (b'{', letter, Some(b':')) => (letter.is_ascii_alphabetic(), b'}'),
        _ => return None,
    };
    let end = closing(bytes, close).filter(|_| is_tag)?;
    Some(end + 1)
}

/// Where a tag closes that begins a text.
fn closing(text: &[u8], close: u8) -> Option<usize> {
    /// Longer ones are text, so that time stays linear where nothing closes.
    const TAG_BYTES_MAX: usize = 1 << 10;
    memchr::memchr(close, &text[..text.len().min(TAG_BYTES_MAX)])
}

/// WebVTT (W3C): a header, then blocks between blank lines; those with a timing are captions,
/// whose text begins behind it; notes, styles and regions have none.
pub(super) fn vtt(text: &str) -> Vec<Passage> {
    let mut found = Found::new(Spelling::Markup);
    let mut in_caption = false;
    for (at, line) in whole_lines(text) {
        if line.trim().is_empty() {
            in_caption = false;
        } else if is_timing(line) {
            in_caption = true;
        } else if in_caption {
            found.continues = false;
            found.push_outside(at, line, &['<'], |text| {
                Some(closing(text.as_bytes(), b'>')? + 1)
            });
        }
    }
    found.passages
}

/// SubStation Alpha: the last field of `Dialogue:` lines, whose number of fields `Format:`
/// says; `\N`, `\n` and `\h` are breaks and a space. Syllables of karaoke stand in one line.
pub(super) fn ass(text: &str) -> Vec<Passage> {
    /// What both generations write, in case `Format:` is missing.
    const FIELDS: usize = 10;
    let mut found = Found::new(Spelling::Plain("{}\\"));
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
            push_dialogue(&mut found, at + line.len() - shown.len(), shown);
        }
    }
    found.passages
}

/// Pushes what stands outside of override blocks, a line ended by each break.
fn push_dialogue(found: &mut Found, start: usize, shown: &str) {
    found.continues = false;
    let last_close = shown.rfind('}').unwrap_or(0);
    let (mut from, mut at) = (0, 0);
    while let Some(next) = shown[at..].find(['{', '\\']) {
        let mark = at + next;
        let is_break = shown[mark + 1..].starts_with(['N', 'n', 'h']);
        let length = match shown[mark..].starts_with('{') {
            true if mark < last_close => shown[mark..].find('}').map(|end| end + 1),
            true => None,
            false => is_break.then_some(2),
        };
        let Some(length) = length else {
            at = mark + 1;
            continue;
        };
        found.push(start + from..start + mark);
        if shown[mark..].starts_with('\\') {
            found.continues = false;
        }
        from = mark + length;
        at = from;
    }
    found.push(start + from..start + shown.len());
}

/// Lyrics: what stands behind the time tags `[mm:ss.xx]` of a line, word tags `<mm:ss.xx>`
/// left out; and the values of title, artist and album.
pub(super) fn lrc(text: &str) -> Vec<Passage> {
    let mut found = Found::new(Spelling::Plain("[]<>"));
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
                    found.continues = false;
                    found.push(start..start + end);
                }
                continue;
            }
        }
        found.continues = false;
        found.push_outside(start, rest, &['<'], |text| {
            let end = closing(text.as_bytes(), b'>')?;
            is_time(&text[1..end]).then_some(end + 1)
        });
    }
    found.passages
}

fn is_time(tag: &str) -> bool {
    let mut parts = tag.split([':', '.']);
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    tag.contains(':') && parts.all(is_number)
}

/// What stands behind a key, in any case of letters.
fn behind<'l>(line: &'l str, key: &str) -> Option<&'l str> {
    let head = line.get(..key.len())?;
    head.eq_ignore_ascii_case(key).then(|| &line[key.len()..])
}
