//! Subtitles and lyrics: line by line, as players read them.

use super::pieces::{Passage, Spelling};
use super::scope::is_foreign;
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

/// `00:00:01,000 --> 00:00:02,000`, whatever follows; a caption may hold an arrow too.
fn is_timing(line: &str) -> bool {
    let Some((from, _)) = line.split_once("-->") else {
        return false;
    };
    let from = from.trim_start_matches('\u{FEFF}').trim();
    let is_of_time = |byte: u8| byte.is_ascii_digit() || b":,. -".contains(&byte);
    from.contains(':') && from.bytes().all(is_of_time)
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
/// whose text begins behind it; notes, styles and regions have none. Text inside of `<lang ja>`
/// is left.
pub(super) fn vtt(text: &str) -> Vec<Passage> {
    let mut found = Found::new(Spelling::Markup);
    let mut in_caption = false;
    // Whether each open `<lang>` is of another language; what it holds ends with its caption.
    let mut foreign: Vec<bool> = Vec::new();
    for (at, line) in whole_lines(text) {
        if line.trim().is_empty() {
            in_caption = false;
        } else if is_timing(line) {
            in_caption = true;
            foreign.clear();
        } else if in_caption {
            found.continues = false;
            push_cue(&mut found, at, line, &mut foreign);
        }
    }
    found.passages
}

/// Pushes what stands outside of the tags of a line, and of other languages.
fn push_cue(found: &mut Found, start: usize, line: &str, foreign: &mut Vec<bool>) {
    let mut from = 0;
    let push = |found: &mut Found, span: Span, is_left: bool| match is_left {
        true => found.continues = false,
        false => found.push(start + span.start..start + span.end),
    };
    for open in memchr::memchr_iter(b'<', line.as_bytes()) {
        let Some(length) = closing(&line.as_bytes()[open..], b'>').filter(|_| open >= from) else {
            continue;
        };
        push(found, from..open, foreign.last() == Some(&true));
        from = open + length + 1;
        let tag = &line[open + 1..from - 1];
        let (name, language) = tag.split_once([' ', '\t']).unwrap_or((tag, ""));
        match name.split('.').next() {
            Some("lang") => foreign.push(is_foreign(language.trim().as_bytes(), false)),
            Some("/lang") => drop(foreign.pop()),
            _ => {}
        }
    }
    push(found, from..line.len(), foreign.last() == Some(&true));
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

/// Pushes what stands outside of override blocks, a line ended by each break. What stands
/// behind `{\p1}` are the commands of a drawing.
fn push_dialogue(found: &mut Found, start: usize, shown: &str) {
    found.continues = false;
    let last_close = shown.rfind('}').unwrap_or(0);
    let (mut from, mut at) = (0, 0);
    let mut draws = false;
    let push = |found: &mut Found, span: Span, draws: bool| match draws {
        true => found.continues = false,
        false => found.push(start + span.start..start + span.end),
    };
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
        push(found, from..mark, draws);
        match shown[mark..].starts_with('\\') {
            true => found.continues = false,
            false => draws = drawing(&shown[mark..mark + length]).unwrap_or(draws),
        }
        from = mark + length;
        at = from;
    }
    push(found, from..shown.len(), draws);
}

/// Whether what follows an override block is a drawing, where it says so: the last `\p` with
/// a number, which is 0 for text. `\pos` and `\pbo` are others.
fn drawing(block: &str) -> Option<bool> {
    let behind = block.rmatch_indices("\\p");
    let mut behind = behind.map(|(at, mark)| &block.as_bytes()[at + mark.len()..]);
    let number = behind.find(|behind| behind.first().is_some_and(u8::is_ascii_digit))?;
    let mut digits = number.iter().take_while(|byte| byte.is_ascii_digit());
    Some(digits.any(|digit| *digit != b'0'))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The texts of a document, those of one line joined by `|`.
    fn shown(passages: Vec<Passage>, text: &str) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for passage in passages {
            let piece = &text[passage.span];
            match lines.last_mut() {
                Some(line) if passage.continues => {
                    line.push('|');
                    line.push_str(piece);
                }
                _ => lines.push(piece.to_owned()),
            }
        }
        lines.retain(|line| !line.trim().is_empty());
        lines
    }

    #[test]
    fn subrip() {
        let rows: [(&str, &[&str]); 8] = [
            (
                "1\n00:00:01,000 --> 00:00:02,000\n一\n二\n\n2\n",
                &["一", "二", "2"],
            ),
            ("\u{FEFF}00:01 --> 00:02 X1:1 Y1:2\r\n一", &["一"]),
            (
                "1\r00:00:01.0-->00:00:02.0\r7\r\r2\r0:0 --> 0:1\r二",
                &["7", "二"],
            ),
            // Arrows, braces and signs that are no tags are shown.
            (
                "3 --> 4 是五\n那裡 --> 這裡",
                &["3 --> 4 是五", "那裡 --> 這裡"],
            ),
            ("{笑} 3 < 5 <3", &["{笑} 3 < 5 <3"]),
            ("<i>頭</i>髮{\\an8}{y:i}說", &["頭|髮|說"]),
            ("<font color=\"#f00\">紅</font>", &["紅"]),
            ("<i", &["<i"]),
        ];
        for (text, expect) in rows {
            assert_eq!(shown(srt(text), text), expect, "{text:?}");
        }
    }

    #[test]
    fn webvtt() {
        let cue = |text: &str| {
            format!("WEBVTT 題\n\nNOTE 一\n二\n\n題\n00:01.0 --> 00:02.0 line:1\n{text}\n")
        };
        let rows: [(&str, &[&str]); 7] = [
            ("頭<c.黃>髮</c>", &["頭|髮"]),
            ("<v 張 三>說</v>\n- 話", &["說", "- 話"]),
            ("一<00:01.5>二", &["一|二"]),
            ("一<lang ja>二</lang>三", &["一", "三"]),
            (
                "<lang.大 zh-TW>一<lang en>二\n三</lang>四</lang>五",
                &["一", "四|五"],
            ),
            ("</lang>一<lang>二</lang>", &["一|二"]),
            ("3 < 5", &["3 < 5"]),
        ];
        for (text, expect) in rows {
            let text = cue(text);
            assert_eq!(shown(vtt(&text), &text), expect, "{text:?}");
        }
        // A language ends with its caption.
        let text = format!("{}\n00:02.0 --> 00:03.0\n二", cue("<lang ja>一"));
        assert_eq!(shown(vtt(&text), &text), ["二"]);
    }

    #[test]
    fn substation_alpha() {
        let rows: [(&str, &[&str]); 9] = [
            ("一{\\i1}二{\\i0}三", &["一|二|三"]),
            ("一\\N二\\n三\\h四", &["一", "二", "三", "四"]),
            ("{\\fn標楷體}一,二", &["一,二"]),
            ("{\\p1}m 0 0 說{\\p0}一", &["一"]),
            (
                "{\\pos(1,2)\\pbo3}一{\\p0}二{\\p12\\b1}m{\\b0}l{\\p0}三",
                &["一|二", "三"],
            ),
            ("{\\p1\\p0}一", &["一"]),
            ("一{二", &["一{二"]),
            ("一}二\\x三", &["一}二\\x三"]),
            ("{說明}一{}二", &["一|二"]),
        ];
        for (shown_text, expect) in rows {
            let text = format!("[Events]\nDialogue: 0,1,2,樣,名,0,0,0,,{shown_text}\n");
            assert_eq!(shown(ass(&text), &text), expect, "{text:?}");
        }
        let text = "[Script Info]\nDialogue: 0,1,2,,,,,,,一\n[Fonts]\n二\n[EVENTS]\nformat: Start,Text\n\
                    dialogue: 1,二,三\nComment: 1,四\nDialogue: 五\n";
        assert_eq!(shown(ass(text), text), ["二,三"]);
    }

    #[test]
    fn lyrics() {
        let rows: [(&str, &[&str]); 6] = [
            (
                "[ti:題]\n[AR:人]\n[al: 集]\n[by:某]\n[offset:+5]",
                &["題", "人", " 集"],
            ),
            ("\u{FEFF}[00:01.00][01:02.3][00:03:04]一", &["一"]),
            ("[00:01]<00:01.0>一<00:01.5>二", &["一|二"]),
            ("[說]一\n二<三>", &["[說]一", "二<三>"]),
            ("[00:01][ti:題]", &["[ti:題]"]),
            ("[00:01.00]\r\n[00:02.00]\r\n", &[]),
        ];
        for (text, expect) in rows {
            assert_eq!(shown(lrc(text), text), expect, "{text:?}");
        }
    }
}
