//! `punctuation`: full-width marks between Han characters, and the region's middle dot.
//!
//! **What it reads.** Lines of running Chinese text that hold a sentence: a full-width comma,
//! semicolon or end mark somewhere, or eight Han characters and an ASCII end mark at the end.
//! Labels, menus and lists of values are no sentences; lines with a straight double quotation
//! mark may be data and are passed over.
//!
//! **What it changes.** `,` `;` `:` between two Han characters (or Chinese quotation marks and
//! brackets), `!` and `?` there or at the end of a line, `.` only at the end of a line, `(` and
//! `)` as a pair behind a Han character around some Han text, `...` to …… and `--` to ——: the
//! marks that GB/T 15834-2011 and Taiwan's Revised Handbook of Punctuation (2008) share. One
//! space behind a mark goes with it, because the full-width mark brings its own. Between two Han
//! characters, and in labels too, a middle dot becomes that of the variant: · (U+00B7) in
//! Simplified text, ‧ (U+2027) in Taiwan's; other Traditional text keeps what it has, for no
//! standard of theirs names one.
//!
//! **What it leaves.** Every mark that touches a digit, a Latin letter or another ASCII mark:
//! numbers, times, versions, file names, addresses, emoticons; what stands in code, tags and
//! links; `.` inside a line (第一章.第二节, 文件.后缀); a colon with a space behind it, which is
//! how keys of settings are written, and one in a quotation (请输入“时:分”).
//!
//! **What looks like it and is meant.** Text typeset with half-width marks on purpose, as some
//! technical writers do; such text also becomes uneven, for marks beside Latin letters stay. CSV
//! with sentences in its fields; operands in a synopsis (文件列表...). Of 200 changes drawn
//! from 8,700 in 10 MB of Simplified text two were wrong, of 60 in Traditional text one;
//! what those three had in common is left now.

use super::prose::{Line, is_han, lines};
use crate::convert::Variant;
use crate::repair::{Edit, PUNCTUATION, Pass, RuleSet};

/// The neighbours leave no other reading; what is left is style and data.
const CERTAINTY: f32 = 0.97;

/// So many Han characters and an end mark are a sentence: labels with a question mark
/// (确定删除?) have fewer.
const SENTENCE_HAN: usize = 8;

/// Finds the marks to change.
pub(super) fn find(text: &str, variant: Variant, rules: &RuleSet) -> Pass {
    let mut edits = Vec::new();
    if rules.contains(PUNCTUATION) {
        for line in lines(text) {
            let sentence = is_sentence(line.text);
            let mut marks = Marks {
                text,
                line: &line,
                edits: &mut edits,
            };
            marks.find(variant, sentence);
        }
    }
    crate::order::sort_by_key(&mut edits, |edit| edit.span.start);
    Pass { edits }
}

fn is_sentence(line: &str) -> bool {
    if line.contains('"') {
        return false;
    }
    let line = line.trim_end();
    // Three dots end what goes on: 正在打开…… is no sentence, nor is the operand of a command.
    let ends = line.ends_with(['.', '!', '?']) && !line.ends_with("..");
    line.contains(['，', '。', '！', '？', '；'])
        || (ends && line.chars().filter(|c| is_han(*c)).count() >= SENTENCE_HAN)
}

struct Marks<'t, 'e> {
    text: &'t str,
    line: &'t Line<'t>,
    edits: &'e mut Vec<Edit>,
}

impl Marks<'_, '_> {
    fn find(&mut self, variant: Variant, sentence: bool) {
        let text = self.line.text;
        // Labels and bullets are no sentences, but a dot inside a name is what it is anywhere.
        let dot = match variant {
            Variant::Hans => Some('·'),
            Variant::HantTw => Some('‧'),
            Variant::Hant | Variant::HantHk => None,
        };
        let mut before = None;
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let rest = &text[at..];
            let bytes = if self.line.is_protected(at) {
                None
            } else if is_dot(c) {
                dot.filter(|dot| *dot != c)
                    .filter(|_| before.is_some_and(is_han) && begins(&rest[c.len_utf8()..], is_han))
                    .map(|dot| self.replace(at, c.len_utf8(), &dot.to_string()))
            } else if sentence && c.is_ascii_punctuation() {
                self.mark(at, before, rest)
            } else {
                None
            };
            let bytes = bytes.unwrap_or(c.len_utf8());
            before = text[..at + bytes].chars().next_back();
            at += bytes;
        }
    }

    /// Changes the ASCII mark that stands here: how many bytes are dealt with.
    fn mark(&mut self, at: usize, before: Option<char>, rest: &str) -> Option<usize> {
        let before = before?;
        if !(is_han(before) || closes(before)) {
            return None;
        }
        let run = rest.len()
            - rest
                .trim_start_matches(|c: char| c.is_ascii_punctuation())
                .len();
        let behind = &rest[run..];
        let ends_line = behind.trim_end().is_empty();
        let meets_text = begins(behind, |c| is_han(c) || opens(c));
        let closed = begins(behind, closes);
        match &rest[..run] {
            "," if meets_text || self.meets_after_space(behind) => {
                Some(self.with_space(at, run, "，", behind))
            }
            ";" if meets_text || self.meets_after_space(behind) => {
                Some(self.with_space(at, run, "；", behind))
            }
            ":" if meets_text && !self.is_quoted(at) => Some(self.replace(at, run, "：")),
            "!" if meets_text || closed || ends_line || self.meets_after_space(behind) => {
                Some(self.with_space(at, run, "！", behind))
            }
            "?" if meets_text || closed || ends_line || self.meets_after_space(behind) => {
                Some(self.with_space(at, run, "？", behind))
            }
            "." if ends_line && is_han(before) => Some(self.replace(at, run, "。")),
            // Before a closing mark it may belong to the name of a menu: 点击“导入...”.
            "..." | "......" if meets_text || ends_line => Some(self.replace(at, run, "……")),
            "--" if meets_text && is_han(before) && !self.has_options() => {
                Some(self.replace(at, run, "——"))
            }
            marks if marks.starts_with('(') && is_han(before) => self.brackets(at, rest),
            _ => None,
        }
    }

    /// A pair of round brackets around Han text.
    fn brackets(&mut self, at: usize, rest: &str) -> Option<usize> {
        let close = rest.find(')')?;
        let inside = &rest[1..close];
        let plain = |c: char| !c.is_ascii_punctuation() || matches!(c, ',' | ':' | '%' | '-');
        let behind = &rest[close + 1..];
        let ends = behind.trim_end().is_empty();
        let meets = begins(behind, |c| {
            is_han(c) || opens(c) || closes(c) || is_pause(c)
        });
        // A mark behind the bracket that is about to be changed itself.
        let marks = begins(behind, |c| matches!(c, ',' | ';' | ':' | '!' | '?' | '.'));
        let is_text = inside.contains(is_han) && inside.chars().all(plain);
        if !is_text || !(ends || meets || marks) || self.line.is_protected(at + close) {
            return None;
        }
        self.replace(at, 1, "（");
        self.replace(at + close, 1, "）");
        Some(1)
    }

    /// Whether hyphens of the line begin the option of a command, which may be translated.
    fn has_options(&self) -> bool {
        let mut parts = self.line.text.split("--").skip(1);
        parts.any(|behind| !begins(behind, |c| is_han(c) || opens(c)))
    }

    /// Whether a quotation is open here: its colon may be what is spoken of (请输入“时:分”).
    fn is_quoted(&self, at: usize) -> bool {
        let mut open = 0usize;
        for c in self.line.text[..at].chars() {
            match c {
                '“' | '‘' | '「' | '『' => open += 1,
                '”' | '’' | '」' | '』' => open = open.saturating_sub(1),
                _ => {}
            }
        }
        open > 0
    }

    /// One space and then Chinese text.
    fn meets_after_space(&self, behind: &str) -> bool {
        behind
            .strip_prefix(' ')
            .is_some_and(|behind| begins(behind, |c| is_han(c) || opens(c)))
    }

    fn with_space(&mut self, at: usize, bytes: usize, mark: &str, behind: &str) -> usize {
        let space = usize::from(self.meets_after_space(behind));
        self.replace(at, bytes + space, mark)
    }

    fn replace(&mut self, at: usize, bytes: usize, mark: &str) -> usize {
        let start = self.line.start + at;
        let edit = Edit::new(
            self.text,
            start..start + bytes,
            PUNCTUATION,
            mark,
            CERTAINTY,
        );
        self.edits.push(edit);
        bytes
    }
}

fn begins(text: &str, is: impl Fn(char) -> bool) -> bool {
    text.chars().next().is_some_and(is)
}

fn opens(c: char) -> bool {
    matches!(c, '“' | '‘' | '「' | '『' | '《' | '〈' | '（' | '【')
}

fn closes(c: char) -> bool {
    matches!(c, '”' | '’' | '」' | '』' | '》' | '〉' | '）' | '】')
}

fn is_pause(c: char) -> bool {
    matches!(c, '，' | '。' | '；' | '：' | '！' | '？' | '、')
}

/// Dots in the middle of the line's height that stand for the one inside names.
fn is_dot(c: char) -> bool {
    matches!(
        c,
        '\u{B7}' // MIDDLE DOT
        | '\u{2022}' // BULLET
        | '\u{2027}' // HYPHENATION POINT
        | '\u{2219}' // BULLET OPERATOR
        | '\u{22C5}' // DOT OPERATOR
        | '\u{30FB}' // KATAKANA MIDDLE DOT
        | '\u{FF65}' // HALFWIDTH KATAKANA MIDDLE DOT
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rule on its own result until nothing changes, as the stage does it.
    fn found(text: &str, variant: Variant) -> String {
        let rules = RuleSet::parse("punctuation").unwrap();
        let mut plan = crate::repair::Plan::default();
        plan.push(find(text, variant, &rules));
        match plan.is_empty() {
            true => text.to_owned(),
            false => found(&plan.apply(text).unwrap(), variant),
        }
    }

    #[test]
    fn marks_between_han_become_full_width() {
        let rows = [
            ("他来了,我走了。", "他来了，我走了。"),
            ("他来了, 我走了。", "他来了，我走了。"),
            (
                "请大家注意:这里不行;那里也不行!",
                "请大家注意：这里不行；那里也不行！",
            ),
            (
                "他在 12:30 来,带了 3,000 元,版本 1.2.3。",
                "他在 12:30 来，带了 3,000 元，版本 1.2.3。",
            ),
            ("真的吗? 我不信。", "真的吗？我不信。"),
            ("他说“走吧!”，就走了.", "他说“走吧！”，就走了。"),
            ("他(老师)走了,真的。", "他（老师）走了，真的。"),
            (
                "成立于北京(2003年),后来搬走。",
                "成立于北京（2003年），后来搬走。",
            ),
            ("我想...算了，走吧...", "我想……算了，走吧……"),
            ("他说:“走吧。”", "他说：“走吧。”"),
            ("他--老师--走了。", "他——老师——走了。"),
        ];
        for (text, expect) in rows {
            assert_eq!(found(text, Variant::Hans), expect);
            assert_eq!(found(text, Variant::HantTw), expect);
        }
    }

    #[test]
    fn the_middle_dot_is_that_of_the_region() {
        for dot in "·•‧∙⋅・･".chars() {
            let text = format!("約翰{dot}史密斯");
            assert_eq!(found(&text, Variant::Hans), "約翰·史密斯");
            assert_eq!(found(&text, Variant::HantTw), "約翰‧史密斯");
            assert_eq!(found(&text, Variant::HantHk), text);
            let list = format!("{dot}甲 {dot} 乙 3{dot}5");
            assert_eq!(found(&list, Variant::Hans), list);
        }
    }

    #[test]
    fn everything_else_stays() {
        for text in [
            "姓名,年龄,城市",
            "标签: 生活, 读书",
            "确定删除?",
            "打开文件...",
            "正在打开您所选择的全部文件...",
            "格式是“小时:分钟”，请输入。",
            "注意:不行!",
            "在 12:30 来，带 3,000 元，版本 1.2.3，打 10:9。",
            "见文件.后缀和第一章.第二节。",
            "写信到 a@b.cn,访问 www.x.cn/甲,乙 即可。",
            "张三,\"北京,海淀\",他说，好。",
            "他很高兴(^_^)真的。",
            "参见(WTO)条款。",
            "用`甲,乙`分隔。",
            "[说明](甲,乙)如下。",
            "选项--help很有用。",
            "宽度，以像素为单位（覆盖--输出--DPI）。",
            "点击“导入...”，然后选择。",
            "(一)总则如下。",
            "好!!!真的好?!是。",
        ] {
            assert_eq!(found(text, Variant::Hans), text);
        }
    }
}
