//! Line ends inside of sentences, as columns of newspapers and fixed widths leave them.
//!
//! A line that ends in Han or a comma, with no mark that ends a sentence, is the beginning of the
//! next if it is long, is itself a piece of a sentence (a mark stands in it), and the next goes on in prose:
//! it begins with Han, holds marks of its own or ends the sentence, and is no heading, item or label. A blank
//! line between them counts as much as none, for columns are often set apart; but then both have to be long, and
//! the line may not end in a comma, for that is where lists of points break.
//!
//! Lines without a blank one between are joined only where the first is about as wide as the widest of the
//! text: a width was meant then. Lists of messages have lines of any width.
//!
//! Legitimate look-alikes: verse and subtitles (short lines), headings (short, or without a mark), lists and tables
//! (signs at the beginning, tabs), paragraphs that begin with a space. Where a heading was displaced into the
//! sentence, as in columns, nothing is joined. What it gets wrong: a long heading with commas before a paragraph that
//! does not begin with a date or number.
//!
//! Marks are read as if all were full width and of one style, so that a text whose punctuation was made consistent
//! has the same line ends of this kind as it had before.

use super::super::form_rules;
use super::super::plan::{Edit, Pass};
use super::super::topic;
use crate::Span;

/// The sentence goes on by every sign but its meaning.
const CERTAINTY: f32 = 0.9;
/// A line shorter than this is a heading, a verse or a label: verse has up to 16 with its marks.
const LINE_MIN_CHARS: usize = 20;
/// The same where a blank line stands between.
const PARAGRAPH_MIN_CHARS: usize = 40;

/// Finds the line ends to take out.
pub(in super::super) fn find(text: &str) -> Pass {
    let widest_columns = text.lines().map(|line| columns(&in_one_style(line))).max();
    let widest_columns = widest_columns.unwrap_or(0);
    let mut edits = Vec::new();
    let mut start = 0;
    let mut before: Option<(Span, String)> = None;
    let mut blank_lines = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.trim_end_matches(['\n', '\r']).len();
        let span = start..end;
        start += line.len();
        if text[span.clone()].trim().is_empty() {
            blank_lines += 1;
            continue;
        }
        let line = in_one_style(&text[span.clone()]);
        if let Some((place, before)) = &before
            && blank_lines <= 1
            && (blank_lines == 1 || columns(before) * 10 >= widest_columns * 9)
            && goes_on(before, &line, blank_lines == 1)
        {
            edits.push(Edit::new(
                text,
                place.end..span.start,
                form_rules::LINE_BREAK,
                "",
                CERTAINTY,
            ));
        }
        before = Some((span, line));
        blank_lines = 0;
    }
    Pass { edits }
}

/// The line with full-width marks and one style of quotation marks, without the space that half width has behind
/// a mark.
fn in_one_style(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line.chars().peekable();
    let mut after_mark = false;
    while let Some(c) = rest.next() {
        let mark = match c {
            ',' => '，',
            ';' => '；',
            ':' => '：',
            '!' => '！',
            '?' => '？',
            '(' => '（',
            ')' => '）',
            '‘' | '「' | '『' | '﹁' | '﹃' => '“',
            '’' | '」' | '』' | '﹂' | '﹄' => '”',
            '.' if rest.peek() == Some(&'.') && !plain.is_empty() => {
                while rest.next_if_eq(&'.').is_some() {}
                plain.push('…');
                '…'
            }
            '-' if rest.peek() == Some(&'-') && !plain.is_empty() => {
                while rest.next_if_eq(&'-').is_some() {}
                plain.push('—');
                '—'
            }
            '.' if rest.clone().all(char::is_whitespace) => '。',
            ' ' if after_mark && rest.peek().is_some_and(|&c| c != ' ') => {
                after_mark = false;
                continue;
            }
            c => c,
        };
        after_mark = matches!(mark, '，' | '；' | '！' | '？');
        plain.push(mark);
    }
    plain
}

/// How many columns a line takes: two for what is not ASCII.
fn columns(line: &str) -> usize {
    line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

/// Whether the second line goes on with the sentence of the first.
fn goes_on(first: &str, second: &str, blank_between: bool) -> bool {
    let Some(last) = first.chars().next_back() else {
        return false;
    };
    let min_chars = if blank_between {
        PARAGRAPH_MIN_CHARS
    } else {
        LINE_MIN_CHARS
    };
    let is_comma = matches!(last, '，' | '、');
    let ends_inside = topic::is_han(last) || (is_comma && !blank_between);
    let long = |line: &str| line.chars().filter(|&c| topic::is_han(c)).count() >= min_chars;
    ends_inside
        && long(first)
        && (long(second) || ends_sentence(second))
        && has_clauses(first)
        && (has_clauses(second) || ends_sentence(second))
        && is_prose(first)
        && is_prose(second)
        && second.starts_with(topic::is_han)
        && !is_item(second)
        && !is_heading_start(second)
        && !is_last_sentence_short(first)
}

/// Whether a mark parts clauses inside of the line.
fn has_clauses(line: &str) -> bool {
    line.contains(['，', '。', '；', '、'])
}

fn ends_sentence(line: &str) -> bool {
    line.trim_end()
        .ends_with(['。', '！', '？', '”', '…', '；'])
}

/// Whether a line is Chinese prose: hardly any ASCII, and none of the signs of tables, code and markup.
fn is_prose(line: &str) -> bool {
    let ascii_letters = line.chars().filter(char::is_ascii_alphabetic).count();
    !line.contains([
        '\t', '|', '<', '>', '{', '}', '=', '\\', '`', '#', '*', '_', '→',
    ]) && !line.starts_with([' ', '\u{3000}', '-', '·', '•', '●', '“', '（'])
        && !line.contains("：//")
        && !line.contains("  ")
        && ascii_letters * 4 <= line.chars().count()
}

/// Whether a line begins like an item of a list, a label or a date.
fn is_item(line: &str) -> bool {
    const NUMERALS: &str = "一二三四五六七八九十甲乙丙丁";
    let mark = line
        .char_indices()
        .find(|&(_, c)| matches!(c, '、' | '.' | '．' | '：' | '）'));
    let numbered = mark.is_some_and(|(at, c)| {
        let label = &line[..at];
        label.chars().count() <= 8 && (c == '：' || label.chars().all(|c| NUMERALS.contains(c)))
    });
    let ordinal = line.starts_with('第')
        && line
            .chars()
            .take(6)
            .any(|c| "章节節条條款项項回部篇".contains(c));
    numbered || ordinal
}

/// Whether a line begins like a new paragraph: a word and a space, or a word that opens a speech.
fn is_heading_start(line: &str) -> bool {
    const OPENINGS: &[&str] = &[
        "会议", "會議", "同时", "同時", "此外", "另外", "首先", "其次", "最后", "最後", "但是",
        "因此", "所以", "例如", "比如", "其中", "今年", "去年", "目前", "近年", "据", "據", "记者",
        "記者", "本报", "本報", "关于", "關於", "坚持", "堅持", "如果", "注意", "当", "當", "要",
        "对于", "對於", "在", "为了", "為了", "这", "這", "我", "他", "她", "它", "使用", "可以",
        "请", "請",
    ];
    OPENINGS.iter().any(|word| line.starts_with(word))
        || line.chars().take(14).any(|c| matches!(c, ' ' | '\u{3000}'))
}

/// Whether the last sentence of a line is a short one without a clause, as a heading that was put behind.
fn is_last_sentence_short(line: &str) -> bool {
    let last = line.rsplit(['。', '！', '？', '；']).next().unwrap_or(line);
    last.contains([' ', '\u{3000}'])
}

#[cfg(test)]
mod tests {
    use super::super::super::plan::apply_pass;
    use super::*;

    fn repaired(text: &str) -> String {
        apply_pass(&find(text), text).unwrap()
    }

    #[test]
    fn sentences_that_columns_broke_are_joined() {
        let broken = "这座图书馆去年春天开始修建，到今年秋天已经大体完成，周围的居民都很高兴，尤其是孩子们，因为离学\n\n校很近，放学以后就可以过来看书、写作业，一直到晚上关门才回家，家长们对此也都十分放心，不再担忧。";
        assert_eq!(repaired(broken), broken.replace("\n\n", ""));
        let narrow = "这座图书馆去年春天开始修建，到今年秋天已经大\n体完成，周围的居民都很高兴。";
        assert_eq!(repaired(narrow), narrow.replace('\n', ""));
    }

    #[test]
    fn the_style_of_marks_makes_no_difference() {
        let rows = [
            ["他来了,我走了。", "他来了，我走了。"],
            ["他来了, 我走了! 真的吗?", "他来了，我走了！真的吗？"],
            ["我想...算了.", "我想……算了。"],
            ["他(于2003)说--「好」 ", "他（于2003）说——“好” "],
            ["在 12:30 来,  走 ", "在 12：30 来，  走 "],
        ];
        for [half, full] in rows {
            assert_eq!(in_one_style(half), in_one_style(full));
            assert_eq!(in_one_style(full), full);
        }
    }

    #[test]
    fn one_sign_of_tables_code_or_markup_is_no_prose() {
        let line = "这座图书馆去年春天开始修建，到今年秋天已经大体完成";
        assert!(is_prose(line));
        for sign in ["|", "=", "<", "\t", "→", "://", "  "] {
            let line = in_one_style(&format!("{line}{sign}{line}"));
            assert!(!is_prose(&line), "{sign}");
        }
        for mark in ["　", "-", "•", "（"] {
            assert!(!is_prose(&format!("{mark}{line}")), "{mark}");
        }
        assert!(!is_prose(&format!("{line} sixteen letters")));
    }

    #[test]
    fn verse_headings_and_items_stay() {
        for text in [
            "床前明月光，\n疑是地上霜。",
            "加快建设现代化产业体系推动经济社会高质量发展\n要继续推进各项工作，取得新的成绩。",
            "需要带的东西有水杯、雨伞、帽子、毛巾、牙刷和拖鞋\n二、集合时间为早上八点，地点在学校门口。",
        ] {
            assert_eq!(repaired(text), text);
        }
    }
}
