//! Where the script of a text changes.
//!
//! Every character says how badly it fits Simplified, Traditional, Japanese and Korean text, and
//! every change has a price that depends on its place: low at a line's end, high inside a
//! sentence. The cheapest way through the text gives the spans (Viterbi's algorithm). So one
//! stray character makes no span, a quoted line of two does.
//!
//! What it gets wrong: a part without a character of its own belongs to what stands beside it;
//! Japanese without kana is seen only where a whole span is.

use super::counts::{Class, class_of};
use super::{Script, ScriptCounts};
use crate::Span;

/// A part of a text and its script.
///
/// # Examples
/// ```
/// use zhfix::{Script, script::spans};
/// let found = spans("这里是简体字");
/// assert_eq!((found[0].span.clone(), found[0].script), (0..18, Script::Hans));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScriptSpan {
    /// Bytes of the text, on character boundaries.
    pub span: Span,
    /// The script of this part, never [`Script::Mixed`].
    pub script: Script,
}

/// What a part can be written in.
const STATES: [Script; 4] = [Script::Hans, Script::Hant, Script::Japanese, Script::Korean];

/// Sums of costs, one for each of them, in bits.
type Costs = [u32; STATES.len()];

/// How badly a character fits. A character of one variant in the other is a name, a
/// quotation or a slip: one in sixty. Japanese and Korean use characters of both variants, and
/// words that Chinese has too.
fn costs(class: Class) -> Costs {
    match class {
        Class::Other => [0, 0, 0, 0],
        Class::Shared => [0, 0, 1, 1],
        Class::Simplified => [0, 6, 2, 8],
        Class::Traditional => [6, 0, 2, 1],
        Class::Merged => [1, 0, 1, 1],
        Class::JapaneseOnly => [8, 8, 0, 8],
        Class::Kana => [5, 5, 0, 6],
        Class::Hangul => [6, 6, 6, 0],
    }
}

/// What a change costs behind a character.
fn change_cost(before: char) -> u32 {
    match before {
        '\n' => 4,
        '。' | '！' | '？' | '；' | '…' | '!' | '?' | ';' | '\t' => 8,
        _ if !before.is_alphanumeric() => 10,
        _ => 14,
    }
}

/// The parts of a text by script, in order. Together they are the whole text, and neighbours
/// differ; an empty text has none. Text of one script is one span, as is
/// text without a Han character, kana or hangul ([`Script::Undetermined`]).
///
/// Time O(n); memory one byte for each character.
///
/// # Examples
/// ```
/// use zhfix::{Script, script::spans};
/// let found = spans("这里是简体字。\n這裏是繁體字。\n");
/// assert_eq!(found.len(), 2);
/// assert_eq!(found[0].script, Script::Hans);
/// assert_eq!(found[1].span, 22..44);
/// ```
#[must_use]
pub fn spans(text: &str) -> Vec<ScriptSpan> {
    let whole = ScriptCounts::of(text).script();
    if text.is_empty() {
        return Vec::new();
    }
    // What is not Chinese by its words has characters of both variants.
    if matches!(whole, Script::Japanese | Script::Korean) && !has_letters(text) {
        let span = 0..text.len();
        return vec![ScriptSpan {
            span,
            script: whole,
        }];
    }
    let mut parts: Vec<ScriptSpan> = Vec::new();
    for (span, state) in runs(text) {
        let script = label(&text[span.clone()], state);
        match parts.last_mut() {
            Some(last) if last.script == script => last.span.end = span.end,
            _ => parts.push(ScriptSpan { span, script }),
        }
    }
    parts
}

/// Whether any kana or hangul stands in a text.
fn has_letters(text: &str) -> bool {
    let counts = ScriptCounts::of(text);
    counts.kana_chars + counts.hangul_chars > 0
}

/// What to call a run: what its own characters say, where they agree with what it is.
fn label(text: &str, state: Script) -> Script {
    let counts = ScriptCounts::of(text);
    match (state, counts.script()) {
        (Script::Japanese | Script::Korean, _) => state,
        (_, script @ (Script::Japanese | Script::Korean)) => script,
        (_, script @ (Script::Shared | Script::Undetermined)) => script,
        (Script::Hant, script @ (Script::HantTw | Script::HantHk)) => script,
        _ => state,
    }
}

/// The cheapest way through a text: its parts and what each is.
fn runs(text: &str) -> Vec<(Span, Script)> {
    let mut sums: Costs = [0; STATES.len()];
    // For each character, a bit for each state: whether it was cheaper to change to it here,
    // and in the upper half from which.
    let mut changes: Vec<u8> = Vec::with_capacity(text.len() / 2);
    let mut before = '\n';
    for c in text.chars() {
        let (from, least) = cheapest(&sums);
        let changed = least
            + if changes.is_empty() {
                0
            } else {
                change_cost(before)
            };
        let mut bits = u8::try_from(from << STATES.len()).unwrap_or_default();
        for (state, (sum, cost)) in sums.iter_mut().zip(costs(class_of(c))).enumerate() {
            if changed < *sum {
                *sum = changed;
                bits |= 1 << state;
            }
            // Only differences matter.
            *sum = *sum - least + cost;
        }
        changes.push(bits);
        before = c;
    }
    let (mut state, _) = cheapest(&sums);
    let mut found: Vec<(Span, Script)> = Vec::new();
    let mut end = text.len();
    for ((at, _), bits) in text.char_indices().rev().zip(changes.into_iter().rev()) {
        if bits >> state & 1 != 0 {
            found.push((at..end, STATES[state]));
            end = at;
            state = usize::from(bits >> STATES.len());
        }
    }
    found.push((0..end, STATES[state]));
    found.retain(|(span, _)| !span.is_empty());
    found.reverse();
    found
}

/// The cheapest state, the first of equals.
fn cheapest(sums: &Costs) -> (usize, u32) {
    let mut best = (0, sums[0]);
    for (state, &sum) in sums.iter().enumerate() {
        if sum < best.1 {
            best = (state, sum);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, Script)> {
        let parts = spans(text).into_iter();
        parts.map(|part| (&text[part.span], part.script)).collect()
    }

    #[test]
    fn changes_are_where_lines_and_sentences_end() {
        for (parts, text) in [
            (vec![], ""),
            (vec![("hello 1", Script::Undetermined)], "hello 1"),
            (vec![("中文", Script::Shared)], "中文"),
            (vec![("这个国家的语言", Script::Hans)], "这个国家的语言"),
            (
                vec![
                    ("他们说：学习汉语。", Script::Hans),
                    ("請問您貴姓大名？我姓陳。", Script::Hant),
                ],
                "他们说：学习汉语。請問您貴姓大名？我姓陳。",
            ),
            (
                vec![
                    ("标题：学习资料\n", Script::Hans),
                    ("這個國家的語言\n", Script::Hant),
                    ("结束于这个时间", Script::Hans),
                ],
                "标题：学习资料\n這個國家的語言\n结束于这个时间",
            ),
            // A single character is a name or a slip.
            (
                vec![("他们说國是学习汉语的对象。", Script::Hans)],
                "他们说國是学习汉语的对象。",
            ),
            (
                vec![
                    ("这个句子是中文。\n", Script::Hans),
                    ("これは日本語の文章です。\n", Script::Japanese),
                    ("이 문서는 한국어입니다\n", Script::Korean),
                    ("這是繁體的句子。", Script::Hant),
                ],
                "这个句子是中文。\nこれは日本語の文章です。\n이 문서는 한국어입니다\n這是繁體的句子。",
            ),
            (
                vec![
                    ("这个软件很好。\n", Script::Hans),
                    ("這個軟體很好，網路也快。\n", Script::HantTw),
                ],
                "这个软件很好。\n這個軟體很好，網路也快。\n",
            ),
        ] {
            assert_eq!(found(text), parts, "{text}");
        }
    }

    #[test]
    fn japanese_without_kana_is_one_span() {
        let text = "受取人住所、会社電話\n参照先、改行文字、印刷範囲\n";
        assert_eq!(found(text), [(text, Script::Japanese)]);
    }

    #[test]
    fn long_texts_have_their_changes() {
        let (hans, hant) = ("这里写着许多简体字。\n", "這裏寫着許多繁體字。\n");
        let text = [hans.repeat(20_000), hant.repeat(20_000)].concat();
        let parts = spans(&text);
        assert_eq!(parts.len(), 2);
        assert_eq!(parts[1].span.start, text.len() / 2);
    }
}
