//! Line ends of prose, proven by others like them.

use crate::repair::topic::is_han;

/// How many line ends prove one behind a full stop, and behind any other character.
const LINE_ENDS_BEHIND_STOP: usize = 1;
const LINE_ENDS_BEHIND_OTHER: usize = 3;
/// What stands behind Chinese in some lines, where it is ASCII.
#[derive(Debug, Default)]
pub(super) struct LineEnds {
    /// Behind full stops and behind other characters: all of ASCII, and line ends.
    behind: [(usize, usize); 2],
    /// Full stops behind which something was taken along, and those behind which text goes on.
    taken_behind_stop: usize,
    inner_stops: usize,
    has_carriage_returns: bool,
}

impl LineEnds {
    pub(super) fn of(lines: &str) -> LineEnds {
        let mut seen = LineEnds {
            has_carriage_returns: lines.contains("\r\n"),
            ..LineEnds::default()
        };
        let mut before = '\0';
        let mut behind_stop = false;
        for c in lines.chars() {
            if behind_stop {
                seen.taken_behind_stop += usize::from(c == '\0');
                seen.inner_stops += usize::from(is_han(c));
            }
            if c.is_ascii() && c != '\0' && !before.is_ascii() {
                let (all, line_ends) = &mut seen.behind[usize::from(!behind_stop)];
                *all += 1;
                *line_ends += usize::from(matches!(c, '\n' | '\r'));
            }
            behind_stop = is_stop(before, c);
            before = c;
        }
        seen
    }

    /// Whether a line ended between two parts of the text.
    pub(super) fn prove(&self, before: &str, behind: &str) -> Option<char> {
        let mut last_two = before.chars().rev();
        let last = last_two.next().filter(|c| !c.is_ascii())?;
        let next = behind.chars().next()?;
        // A line begins with a word; what is behind an inner mark is its own line's.
        let begins = is_han(next) || matches!(next, '“' | '「' | '《' | '（');
        let is_other = !is_stop(last_two.next().unwrap_or_default(), last);
        let (all, line_ends) = self.behind[usize::from(is_other)];
        let least = if is_other {
            LINE_ENDS_BEHIND_OTHER
        } else {
            LINE_ENDS_BEHIND_STOP
        };
        // Where every sentence is followed by ASCII, each of them is a line.
        let by_sentence = !is_other && self.taken_behind_stop >= 2 && self.inner_stops == 0;
        (begins
            && (line_ends >= least || by_sentence)
            && line_ends * 10 >= all * 9
            && !self.has_carriage_returns)
            .then_some('\n')
    }
}

/// Whether a character behind another one ends a sentence.
fn is_stop(before: char, c: char) -> bool {
    let is_mark = |c| matches!(c, '。' | '！' | '？' | '…' | '；');
    is_mark(c) || matches!(c, '”' | '」') && is_mark(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_are_proven_by_others() {
        let at_mark = |text: &str| {
            let (before, behind) = text.split_once('|')?;
            LineEnds::of(&text.replace('|', "\0")).prove(before, behind)
        };
        assert_eq!(at_mark("今天很好。\n明天也好。|后天不知道"), Some('\n'));
        assert_eq!(at_mark("一楼\n二楼\n三楼\n四楼|五楼"), Some('\n'));
        let taken = LineEnds::of("今天很好。\0明天也好。\0后天不知道。");
        assert_eq!(taken.prove("今天很好。", "明天也好。"), Some('\n'));
        let taken = LineEnds::of("今天很好。\0明天也好。后天呢？\0后天不知道。");
        assert_eq!(taken.prove("今天很好。", "明天也好。"), None);
        let taken = LineEnds::of("他说“今天很好。”\0“明天”\0后天不知道。");
        assert_eq!(taken.prove("他说“今天很好。”", "“明天”"), None);
        // Spaces and digits stand behind Chinese here too; there are too few; it is no beginning.
        assert_eq!(at_mark("今天很好。 \"明天\"也好。|后天"), None);
        assert_eq!(at_mark("共 3 层\n一楼\n二楼\n三楼|四楼"), None);
        assert_eq!(at_mark("一楼\n二楼|三楼"), None);
        assert_eq!(at_mark("今天很好。\n明天也好。|，后天"), None);
    }
}
