//! The laws of script, over generated text; what single texts are stands in
//! `tests/cases/detect`, and how often lines are right in `tests/accuracy`.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use proptest::prelude::*;
use zhfix::script::spans;
use zhfix::{Script, ScriptCounts};

/// Text of what script is sensitive to, and of anything else.
fn text() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "这里",
        "這裡",
        "這裏",
        "国家",
        "國家",
        "中文",
        "山色空濛",
        "軟體",
        "軟件",
        "佢哋",
        "駅構内",
        "会社電話",
        "株式會社",
        "かな",
        "カナ",
        "の",
        "한글",
        "。",
        "，",
        "\n",
        "\r\n",
        " ",
        "plain",
        "é",
        "𠮷",
        "😀",
        "\u{FFFD}",
    ]);
    let piece = prop_oneof![
        8 => words.prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => "[\u{4E00}-\u{9FFF}]{1,4}",
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// What is counted, without what is weighed.
fn counted(counts: ScriptCounts) -> [u64; 7] {
    [
        counts.simplified_only_chars,
        counts.traditional_only_chars,
        counts.traditional_merged_chars,
        counts.shared_chars,
        counts.japanese_only_chars,
        counts.kana_chars,
        counts.hangul_chars,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn spans_are_the_whole_text(text in text()) {
        let parts = spans(&text);
        let mut end = 0;
        for (number, part) in parts.iter().enumerate() {
            prop_assert_eq!(part.span.start, end);
            prop_assert!(part.span.end > end);
            prop_assert!(text.is_char_boundary(part.span.end));
            prop_assert!(part.script != Script::Mixed);
            prop_assert!(number == 0 || parts[number - 1].script != part.script);
            end = part.span.end;
        }
        prop_assert_eq!(end, text.len());
    }

    #[test]
    fn shares_sum_to_one(text in text()) {
        let shares = ScriptCounts::of(&text).shares();
        let sum: f64 = shares.iter().map(|(_, share)| share).sum();
        prop_assert!(shares.iter().all(|(_, share)| *share > 0.0));
        prop_assert!(shares.is_empty() || (sum - 1.0).abs() < 1e-9, "{:?}", shares);
    }

    #[test]
    fn characters_are_counted_alike_wherever_a_text_is_cut(text in text(), place in 0.0..1.0) {
        let chars = text.chars().count();
        let cut = chars as f64 * place;
        let (at, _) = text.char_indices()
            .enumerate()
            .find(|(number, _)| *number as f64 >= cut)
            .map_or((text.len(), ' '), |(_, found)| found);
        let (head, tail) = text.split_at(at);
        let parts = ScriptCounts::of(head).plus(ScriptCounts::of(tail));
        prop_assert_eq!(counted(parts), counted(ScriptCounts::of(&text)));
    }

    #[test]
    fn an_answer_is_as_certain_as_it_may_be(text in text()) {
        let counts = ScriptCounts::of(&text);
        let probability = counts.probability();
        prop_assert!((0.0..1.0).contains(&probability));
        prop_assert_eq!(probability == 0.0, counts.script() == Script::Undetermined);
    }
}

#[test]
fn a_part_that_is_clear_does_not_hide_another() {
    let clear = "这里说的是简体汉字，还有许多别的东西。".repeat(40);
    let japanese = "受取人住所、会社電話、参照先、印刷範囲";
    let parts = ScriptCounts::of(&clear).plus(ScriptCounts::of(japanese));
    assert_eq!(parts.script(), Script::Hans);
    assert_eq!(
        ScriptCounts::of(&[&clear, japanese].concat()).script(),
        Script::Hans
    );
}
