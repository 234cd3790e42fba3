//! What a document has between Chinese and what follows, where it is ASCII.

use super::line::open_quote;
use super::{CERTAINTY_BALANCE, CERTAINTY_LINE_END, LINE_BYTES_MAX};

/// How many lines prove what spaces begin one, if as many as those nowhere else stand.
const LINES_INDENTED: usize = 3;

/// How many characters a lost byte can take along: those below 40.
const TAKEN: usize = 0x40;

/// What a document has behind Chinese, where it is ASCII.
#[derive(Debug)]
pub(super) struct Layout<'t> {
    /// For what stands behind (`what`), how often each character below 40 stands between that and
    /// Chinese; `"` is either quotation mark.
    between: Vec<[u32; TAKEN]>,
    /// Two spaces or more, or tabs; how often they begin a line, and stand anywhere else.
    spaces: Vec<(&'t str, usize, usize)>,
    /// Line ends of two characters, and all of which the first one was not taken along.
    carriage_returns: usize,
    line_ends: usize,
}

/// What a text begins with: any letter is `a`, any digit `0`, indentation a tab, and a mark is itself; `None`
/// at its end, where something was taken along, and for what is not ASCII.
fn what(text: &str) -> Option<u8> {
    let mut bytes = text.bytes();
    Some(match (bytes.next()?, bytes.next()) {
        (b' ', Some(b' ' | b'\t')) => b'\t',
        (b'a'..=b'z' | b'A'..=b'Z', _) => b'a',
        (b'0'..=b'9', _) => b'0',
        (0 | 0x80.., _) => return None,
        (byte, _) => byte,
    })
}

/// What a lost byte takes along, and what can be told: no digits.
fn is_told(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r' | b'\t' | b' '..=b'/' | b':'..=b'?')
}

/// Spaces and tabs that a text begins with.
fn spaces(text: &str) -> &str {
    let spaces = text.bytes().take_while(|byte| matches!(byte, b' ' | b'\t'));
    &text[..spaces.count()]
}

impl<'t> Layout<'t> {
    pub(super) fn of(text: &'t str) -> Layout<'t> {
        let mut seen = Layout {
            between: vec![[0; TAKEN]; 0x80],
            spaces: Vec::new(),
            carriage_returns: 0,
            line_ends: 0,
        };
        let mut before = '\0';
        for (at, c) in text.char_indices() {
            if c == '\n' && before != '\0' {
                seen.line_ends += 1;
                seen.carriage_returns += usize::from(before == '\r');
            }
            if matches!(c, ' ' | '\t')
                && !matches!(before, ' ' | '\t' | '\0')
                && let spaces = spaces(&text[at..])
                && (c == '\t' || spaces.len() > 1)
            {
                let known = seen.spaces.iter().position(|(known, ..)| *known == spaces);
                let known = known.unwrap_or_else(|| {
                    seen.spaces.push((spaces, 0, 0));
                    seen.spaces.len() - 1
                });
                let (_, begin, other) = &mut seen.spaces[known];
                *(if before == '\n' { begin } else { other }) += 1;
            }
            if !before.is_ascii()
                && c != '\0'
                && let Some(what) = what(&text[at + c.len_utf8()..])
            {
                let c = if c == '\'' { '"' } else { c };
                if let Some(count) = seen.between[usize::from(what)].get_mut(c as usize) {
                    *count += 1;
                }
            }
            before = c;
        }
        seen
    }

    /// What stood between two parts of the text, and how certain that is.
    pub(super) fn prove(&self, before: &str, behind: &str) -> Option<(char, f32)> {
        before.chars().next_back().filter(|c| !c.is_ascii())?;
        if behind.starts_with('\n') {
            return (self.carriage_returns > 0 && self.carriage_returns + 1 >= self.line_ends)
                .then_some(('\r', CERTAINTY_LINE_END));
        }
        let spaces = spaces(behind);
        let known = self.spaces.iter().find(|(known, ..)| *known == spaces);
        if let Some(&(_, begin, other)) = known
            && begin >= LINES_INDENTED
            && begin >= other * 10
        {
            return Some(('\n', CERTAINTY_LINE_END));
        }
        match self.usual_before(what(behind)?)? {
            // Of the two, the one that is open.
            ('"', certainty) => {
                let near = before.floor_char_boundary(before.len().saturating_sub(LINE_BYTES_MAX));
                let line = before[near..].rsplit('\n').next().unwrap_or_default();
                open_quote(line).map(|quote| (quote, certainty))
            }
            proven => Some(proven),
        }
    }

    /// What nearly always stands between Chinese and that.
    #[allow(clippy::cast_precision_loss, reason = "a share")]
    fn usual_before(&self, what: u8) -> Option<(char, f32)> {
        let all = &self.between[usize::from(what)];
        let total: u32 = all.iter().sum();
        let (most, &count) = (0u8..).zip(all).max_by_key(|&(_, count)| count)?;
        // As if one that is not seen had been something else.
        let share = count as f32 / (total + 1) as f32;
        (is_told(most) && share >= CERTAINTY_LINE_END)
            .then_some((char::from(most), share.min(CERTAINTY_BALANCE)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_document_nearly_always_has_is_proven() {
        let at_mark = |text: &str| {
            let (before, behind) = text.split_once('|')?;
            let now = text.replace('|', "\0");
            Layout::of(&now).prove(before, behind).map(|(c, _)| c)
        };
        assert_eq!(at_mark("很好。\r\n也好。|\n不知道。"), Some('\r'));
        // Lines that begin as far to the right, and no other spaces of that kind.
        let code = "if a:\n    b = 1\n    c = 2\n    d = 3\n# 说明|    e = 4\n";
        assert_eq!(at_mark(code), Some('\n'));
        let columns = "名    年\n    一    二\n    三    四\n姓名|    年龄\n";
        assert_eq!(at_mark(columns), None);
        // A space before letters, a mark before a comma.
        let spaced = "用 C 和 D 写，看 E 和 F，读 G 或 H，有 I 及 J。";
        let text = |rest: &str| format!("{spaced}{spaced}{rest}");
        assert_eq!(at_mark(&text("安装|Rust")), Some(' '));
        assert_eq!(at_mark(&text("安装|，")), None);
        assert_eq!(at_mark("用 C 写，安装|Rust"), None);
        let list = r#"["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "#;
        assert_eq!(at_mark(&format!("{list}\"百|, ")), Some('"'));
        assert_eq!(at_mark(&format!("{list}'百|, ")), Some('\''));
        assert_eq!(at_mark(&format!("{list}百|, ")), None);
    }
}
