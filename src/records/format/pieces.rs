//! How text is spelled where it stands: what a line is made of, and how it is written back.
//!
//! A line is what a reader sees in one go: literal pieces of the document, and characters that
//! are written as references (`&#38957;`), in order. The stages see the characters. Writing
//! back, a character that did not change keeps its spelling, so `&nbsp;` stays `&nbsp;`; one
//! that did is written as itself, or as a reference where it would mean something else there.
//! References to characters that nobody sees or that only one font knows (zero-width marks,
//! icons in the private use area) are not read: they part pieces like a tag.

use super::references::{push_number, reference};
use crate::Span;

/// A piece of text in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::records) struct Passage {
    pub(in crate::records) span: Span,
    pub(in crate::records) spelling: Spelling,
    /// Whether it continues the line of the passage in front of it.
    pub(in crate::records) continues: bool,
}

/// How text is written in a passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::records) enum Spelling {
    /// There are no references, and a line that would get more of these characters stays as it
    /// is: they would mean something else.
    Plain(&'static str),
    /// Between tags.
    Markup,
    /// In an attribute between these quotes, or none.
    Value(Option<char>),
}

/// Why a changed line cannot be written back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// What changed belongs to several passages.
    Crossed,
    /// It would mean something else.
    Unspellable,
}

/// A literal piece of the document, or one character that is written as a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    place: Span,
    character: Option<char>,
    /// Where it begins in what its line says.
    at: usize,
}

/// What stands in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// In order, at least one.
    pieces: Vec<Piece>,
    spelling: Spelling,
}

/// The passages as lines, blank ones left out.
pub(super) fn lines(text: &str, passages: &[Passage]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut open: Option<Line> = None;
    let mut close = |line: Option<Line>| {
        let line = line.filter(|line| !line.is_blank(text));
        lines.extend(line);
    };
    for passage in passages {
        let mut at = passage.span.start;
        let mut goes_on = passage.continues;
        for piece in text[passage.span.clone()].split(['\n', '\r']) {
            let fits = open
                .as_ref()
                .is_some_and(|l| l.spelling == passage.spelling);
            if !(goes_on && fits) {
                close(open.take());
            }
            goes_on = false;
            let line = open.get_or_insert_with(|| Line {
                pieces: Vec::new(),
                spelling: passage.spelling,
            });
            line.take_in(text, at..at + piece.len());
            at += piece.len() + 1;
        }
    }
    close(open);
    lines
}

impl Line {
    /// Adds a literal span of the document, cut at its references.
    fn take_in(&mut self, text: &str, span: Span) {
        let mut from = span.start;
        if !matches!(self.spelling, Spelling::Plain(_)) {
            let source = &text[span.clone()];
            for at in memchr::memchr_iter(b'&', source.as_bytes()) {
                let start = span.start + at;
                let Some((length, character)) = reference(&source[at..]) else {
                    continue;
                };
                // `&amp;amp;`: what is inside of a reference is none.
                if start < from {
                    continue;
                }
                self.push(from..start, None);
                if character.is_some() {
                    self.push(start..start + length, character);
                }
                from = start + length;
            }
        }
        self.push(from..span.end, None);
    }

    fn push(&mut self, place: Span, character: Option<char>) {
        let at = self.pieces.last().map_or(0, |last| last.at + last.bytes());
        if place.start < place.end {
            self.pieces.push(Piece {
                place,
                character,
                at,
            });
        }
    }

    fn is_blank(&self, text: &str) -> bool {
        let is_blank = |piece: &Piece| match piece.character {
            Some(character) => character.is_whitespace(),
            None => text[piece.place.clone()].trim().is_empty(),
        };
        self.pieces.iter().all(is_blank)
    }

    /// From its first to its last piece.
    pub(super) fn span(&self) -> Span {
        let start = self.pieces.first().map_or(0, |piece| piece.place.start);
        start..self.pieces.last().map_or(0, |piece| piece.place.end)
    }

    /// Appends what it says.
    pub(super) fn read(&self, source: &str, out: &mut String) {
        for piece in &self.pieces {
            match piece.character {
                Some(character) => out.push(character),
                None => out.push_str(&source[piece.place.clone()]),
            }
        }
    }

    /// Where the byte at this offset of what it says stands in the document: that byte, or the
    /// whole reference.
    pub(super) fn place_of(&self, offset: usize) -> Span {
        let next = self.pieces.partition_point(|piece| piece.at <= offset);
        let Some(piece) = self.pieces.get(next.saturating_sub(1)) else {
            return 0..0;
        };
        match piece.character {
            Some(_) => piece.place.clone(),
            None => {
                let at = piece.place.start + offset - piece.at;
                at.min(piece.place.end)..(at + 1).min(piece.place.end)
            }
        }
    }

    /// The offset in what it says of a byte of the document, where that is literal.
    pub(super) fn offset_of(&self, at: usize) -> Option<usize> {
        let next = self.pieces.partition_point(|piece| piece.place.end <= at);
        let piece = self.pieces.get(next)?;
        let is_literal = piece.character.is_none() && piece.place.contains(&at);
        is_literal.then(|| piece.at + at - piece.place.start)
    }

    /// The line as several, cut wherever something stands between its pieces.
    pub(super) fn parted(self) -> Vec<Line> {
        let mut lines: Vec<Line> = Vec::new();
        let spelling = self.spelling;
        for piece in self.pieces {
            let continues = lines
                .last()
                .is_some_and(|l| l.span().end == piece.place.start);
            if !continues {
                lines.push(Line {
                    pieces: Vec::new(),
                    spelling,
                });
            }
            if let Some(line) = lines.last_mut() {
                line.push(piece.place, piece.character);
            }
        }
        lines
    }

    /// Writes what the line became, and what stands between its pieces.
    pub(super) fn spell(
        &self,
        source: &str,
        before: &str,
        after: &str,
        out: &mut String,
    ) -> Result<(), Refusal> {
        if let Spelling::Plain(marks) = self.spelling {
            let count = |text: &str, mark| text.matches(mark).count();
            if marks
                .chars()
                .any(|mark| count(after, mark) > count(before, mark))
            {
                return Err(Refusal::Unspellable);
            }
            if let [piece] = self.pieces.as_slice()
                && piece.character.is_none()
            {
                out.push_str(after);
                return Ok(());
            }
        }
        let news = self.aligned(source, before, after)?;
        let is_new_ascii = |(old, new): (char, &Option<&str>)| {
            new.is_some_and(|new| new.bytes().any(|byte| byte.is_ascii()) && !is_only(new, old))
        };
        if before.chars().zip(&news).any(is_new_ascii) && self.has_bare_marks(source) {
            return Err(Refusal::Unspellable);
        }
        let mut news = news.into_iter();
        let mut copied = self.span().start;
        for piece in &self.pieces {
            out.push_str(&source[copied..piece.place.start]);
            copied = piece.place.end;
            let spelled = &source[piece.place.clone()];
            if let Some(character) = piece.character {
                match news.next().flatten() {
                    Some(new) if !is_only(new, character) => self.escape(new, out),
                    _ => out.push_str(spelled),
                }
                continue;
            }
            for old in spelled.chars() {
                match news.next().flatten() {
                    Some(new) if !is_only(new, old) => self.escape(new, out),
                    _ => out.push(old),
                }
            }
        }
        Ok(())
    }

    /// Whether it holds a bare `&` or `<`: text only as long as nothing behind makes it more.
    fn has_bare_marks(&self, source: &str) -> bool {
        let literal = self.pieces.iter().filter(|piece| piece.character.is_none());
        let mut literal = literal.map(|piece| &source[piece.place.clone()]);
        !matches!(self.spelling, Spelling::Plain(_))
            && literal.any(|text| text.contains(['&', '<']))
    }

    /// What each character becomes; `None`: itself.
    fn aligned<'a>(
        &self,
        source: &str,
        before: &str,
        after: &'a str,
    ) -> Result<Vec<Option<&'a str>>, Refusal> {
        let before: Vec<char> = before.chars().collect();
        let places: Vec<(usize, char)> = after.char_indices().collect();
        let slice = |from: usize, to: usize| {
            let at = |n: usize| places.get(n).map_or(after.len(), |(at, _)| *at);
            &after[at(from)..at(to)]
        };
        if before.len() == places.len() {
            let each = (0..before.len()).map(|n| Some(slice(n, n + 1)));
            return Ok(each.collect());
        }
        let pairs = before.iter().zip(&places);
        let head = pairs.take_while(|(old, (_, new))| *old == new).count();
        let pairs = before[head..].iter().rev().zip(places[head..].iter().rev());
        let tail = pairs.take_while(|(old, (_, new))| *old == new).count();
        let mut news = vec![None; before.len()];
        // What is put in between two characters is written behind the first.
        let (first, end) = match (head, before.len() - tail) {
            (first, end) if first < end => (first, end),
            (0, _) => (0, 1),
            (after_it, _) => (after_it - 1, after_it),
        };
        if self.is_parted(source, first, end) {
            return Err(Refusal::Crossed);
        }
        let new_end = match before.len() - tail < end {
            true => places.len() - tail + 1,
            false => places.len() - tail,
        };
        for new in &mut news[first..end] {
            *new = Some("");
        }
        if let Some(new) = news.get_mut(first) {
            *new = Some(slice(first, new_end));
        }
        Ok(news)
    }

    /// Whether something stands between two of these characters.
    fn is_parted(&self, source: &str, first: usize, end: usize) -> bool {
        let mut at = 0;
        let mut last: Option<&Piece> = None;
        for piece in &self.pieces {
            let is_gap = last.is_some_and(|last| last.place.end != piece.place.start);
            if is_gap && first < at && at < end {
                return true;
            }
            at += match piece.character {
                Some(_) => 1,
                None => source[piece.place.clone()].chars().count(),
            };
            last = Some(piece);
        }
        false
    }

    fn escape(&self, new: &str, out: &mut String) {
        for character in new.chars() {
            let is_bare = self.spelling == Spelling::Value(None);
            match (self.spelling, character) {
                (Spelling::Plain(_), _) => out.push(character),
                (_, '<') => out.push_str("&lt;"),
                (_, '>') => out.push_str("&gt;"),
                (_, '&') => out.push_str("&amp;"),
                (Spelling::Value(Some(quote)), _) if character == quote => {
                    push_number(character, out);
                }
                _ if is_bare
                    && (character.is_ascii_whitespace() || "\"'=`".contains(character)) =>
                {
                    push_number(character, out);
                }
                _ => out.push(character),
            }
        }
    }
}

impl Piece {
    /// How many bytes of what its line says it is.
    fn bytes(&self) -> usize {
        self.character.map_or(self.place.len(), char::len_utf8)
    }
}

fn is_only(text: &str, character: char) -> bool {
    let mut characters = text.chars();
    characters.next() == Some(character) && characters.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(span: Span, spelling: Spelling, continues: bool) -> Passage {
        Passage {
            span,
            spelling,
            continues,
        }
    }

    /// A text in which `|` parts passages of one line and `‖` lines, as its one spelling.
    fn of(marked: &str, spelling: Spelling) -> (String, Vec<Line>) {
        let (mut text, mut passages) = (String::new(), Vec::new());
        let mut continues = false;
        for part in marked.split_inclusive(['|', '‖']) {
            let piece = part.trim_end_matches(['|', '‖']);
            let start = text.len();
            text.push_str(piece);
            passages.push(passage(start..text.len(), spelling, continues));
            // What stands between passages in a document, a tag as a rule.
            text.push_str("<i>");
            continues = part.ends_with('|');
        }
        let lines = lines(&text, &passages);
        (text, lines)
    }

    fn says(text: &str, line: &Line) -> String {
        let mut said = String::new();
        line.read(text, &mut said);
        said
    }

    /// What a document of one line becomes.
    fn spelled(marked: &str, spelling: Spelling, after: &str) -> Result<String, Refusal> {
        let (text, lines) = of(marked, spelling);
        let [line] = lines.as_slice() else {
            panic!("{marked}: {lines:?}");
        };
        let mut out = String::new();
        line.spell(&text, &says(&text, line), after, &mut out)
            .map(|()| out)
    }

    const MARKUP: Spelling = Spelling::Markup;
    const PLAIN: Spelling = Spelling::Plain("{}");

    #[test]
    fn lines_are_what_is_read_in_one_go() {
        let rows: [(&str, Spelling, &[&str]); 9] = [
            ("漢|字", MARKUP, &["漢字"]),
            ("漢‖字", MARKUP, &["漢", "字"]),
            ("漢\r\n字|書", MARKUP, &["漢", "字書"]),
            (" ‖&nbsp;&#32;‖\n", MARKUP, &[]),
            ("&#28450;&#x5B57;&amp;", MARKUP, &["漢字&"]),
            ("&amp;lt;", MARKUP, &["&lt;"]),
            // References to what nobody sees part pieces and are not read.
            ("漢&#8203;字&shy;&zwnj;書", MARKUP, &["漢字書"]),
            (
                "a & b &c &#; &#x; &nosuch;",
                MARKUP,
                &["a & b &c &#; &#x; &nosuch;"],
            ),
            ("&#28450;", PLAIN, &["&#28450;"]),
        ];
        for (marked, spelling, expect) in rows {
            let (text, lines) = of(marked, spelling);
            let said: Vec<String> = lines.iter().map(|line| says(&text, line)).collect();
            assert_eq!(said, expect, "{marked:?}");
        }
    }

    #[test]
    fn passages_of_another_spelling_begin_a_line() {
        let text = "漢字";
        let passages = [
            passage(0..3, MARKUP, false),
            passage(3..6, Spelling::Value(Some('"')), true),
        ];
        assert_eq!(lines(text, &passages).len(), 2);
    }

    #[test]
    fn what_does_not_change_keeps_its_spelling() {
        let rows = [
            ("漢&nbsp;字", "汉\u{A0}字", "汉&nbsp;字"),
            ("&#28450;字&#x5b57;", "汉字字", "汉字&#x5b57;"),
            ("漢&#8203;字", "汉字", "汉&#8203;字"),
            ("漢|字", "汉字", "汉<i>字"),
            // Longer or shorter: what is the same at both ends stays.
            ("&lt;漢&gt;", "<汉字>", "&lt;汉字&gt;"),
            ("&lt;漢字&gt;", "<汉>", "&lt;汉&gt;"),
            ("&lt;漢&gt;", "<>", "&lt;&gt;"),
            ("漢字", "漢新字", "漢新字"),
            ("漢", "新漢", "新漢"),
        ];
        for (marked, after, expect) in rows {
            assert_eq!(
                spelled(marked, MARKUP, after).as_deref(),
                Ok(expect),
                "{marked:?}"
            );
        }
    }

    #[test]
    fn what_would_mean_something_else_is_a_reference() {
        let value = |quote| Spelling::Value(Some(quote));
        let rows = [
            (MARKUP, "<&>\"'", "&lt;&amp;&gt;\"'"),
            (value('"'), "<\"'", "&lt;&#34;'"),
            (value('\''), "\"'", "\"&#39;"),
            (Spelling::Value(None), "a '=`", "a&#32;&#39;&#61;&#96;"),
        ];
        for (spelling, after, expect) in rows {
            assert_eq!(
                spelled("漢", spelling, after).as_deref(),
                Ok(expect),
                "{after}"
            );
        }
    }

    #[test]
    fn what_cannot_be_written_is_refused() {
        // Braces would be a tag; those that were there stay.
        assert_eq!(spelled("漢", PLAIN, "{a}"), Err(Refusal::Unspellable));
        assert_eq!(spelled("{漢}", PLAIN, "{汉}").as_deref(), Ok("{汉}"));
        // Behind a bare `&` letters could make a reference, and behind `<` a tag.
        for bare in ["a&漢", "a<漢"] {
            let after = format!("{}lt", &bare[..2]);
            assert_eq!(
                spelled(bare, MARKUP, &after),
                Err(Refusal::Unspellable),
                "{bare}"
            );
        }
        assert_eq!(spelled("a&漢", MARKUP, "a&汉").as_deref(), Ok("a&汉"));
        // Two characters on both sides of a tag become three: nobody knows where they belong.
        assert_eq!(spelled("漢|字", MARKUP, "一二三"), Err(Refusal::Crossed));
        assert_eq!(
            spelled("漢|字書", MARKUP, "漢一二三").as_deref(),
            Ok("漢<i>一二三")
        );
    }

    #[test]
    fn a_line_that_is_refused_is_parted_where_something_stands_between() {
        let (text, mut lines) = of("漢&#23383;|書&#8203;頭", MARKUP);
        let parts = lines.remove(0).parted();
        let said: Vec<String> = parts.iter().map(|line| says(&text, line)).collect();
        assert_eq!(said, ["漢字", "書", "頭"]);
        // Offsets count from the beginning of each part.
        assert_eq!(parts[1].place_of(0).start, parts[1].span().start);
    }

    #[test]
    fn places_lead_there_and_back() {
        let (text, lines) = of("a&#28450;|字b", MARKUP);
        let line = &lines[0];
        // `a`, three bytes of the reference, three of 字, `b`.
        let places: Vec<&[u8]> = (0..8)
            .map(|at| &text.as_bytes()[line.place_of(at)])
            .collect();
        assert_eq!(places[0], b"a");
        assert!(places[1..4].iter().all(|place| *place == b"&#28450;"));
        assert_eq!(places[4..7].concat(), "字".as_bytes());
        assert_eq!(places[7], b"b");
        for (at, _) in text.char_indices() {
            if let Some(offset) = line.offset_of(at) {
                assert_eq!(line.place_of(offset).start, at);
            }
        }
        // Inside of a reference and of a tag nothing is literal.
        assert_eq!(line.offset_of(3), None);
        assert_eq!(line.offset_of(text.find("<i>").unwrap()), None);
        assert_eq!(line.place_of(99).start, line.span().end);
    }
}
