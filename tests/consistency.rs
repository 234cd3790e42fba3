//! The tables of consistency cases and the laws of the stage, through the pipeline.
//!
//! Each row is run alone, among good lines, and with other line ends. The plan of the stage must
//! take its result back, a second run must change nothing, and every change that the report lists
//! must be placed where its words stand in the input.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod laws;

use std::path::Path;

use proptest::prelude::*;
use serde::Deserialize;
use zhfix::consistency::Consistency;
use zhfix::repair::RuleSet;
use zhfix::report::Stage;
use zhfix::{Converter, Pipeline, Repairer, Report, Variant};

#[derive(Deserialize)]
struct Table {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    label: String,
    #[allow(dead_code, reason = "for the reader")]
    origin: String,
    rules: String,
    to: Option<String>,
    text: String,
    expect: Option<String>,
}

fn rows(table: &str) -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases/consistency")
        .join(table);
    toml::from_str::<Table>(&std::fs::read_to_string(path).unwrap())
        .unwrap()
        .case
}

fn pipeline(rules: &str, to: Variant, list: bool) -> Pipeline {
    let rules = RuleSet::parse(rules).unwrap();
    Pipeline::builder()
        .repair(Some(Repairer::with_rules(rules)))
        .convert(Some(Converter::to(to)))
        .list_conversions(list)
        .build()
}

/// Runs a text and holds the result to the laws.
fn run(rules: &str, to: Variant, text: &str) -> (String, Report) {
    let whole = pipeline(rules, to, true);
    let outcome = whole.run_text(text);
    let (result, report) = (outcome.text.unwrap().into_owned(), outcome.report);
    let again = whole.run_text(&result).text.unwrap().into_owned();
    assert_eq!(again, result, "twice is once: {text:?}");
    let silent = pipeline(rules, to, false).run_text(text);
    assert_eq!(silent.text.unwrap(), result, "listing changes nothing");
    assert_eq!(silent.report.converted_chars, report.converted_chars);
    for change in &report.changes {
        assert!(text.get(change.span.clone()).is_some(), "{change:?}");
    }
    let set = RuleSet::parse(rules).unwrap();
    if let Some(stage) = Consistency::new(&set, Some(to)) {
        let converted = Converter::to(to).convert(text).into_owned();
        let tidy = stage.apply(&converted);
        let back = tidy.plan().inverse();
        assert_eq!(back.apply(tidy.text()).unwrap(), converted);
        assert_eq!(tidy.plan().is_empty(), tidy.text() == converted);
        assert!(tidy.lost().is_empty());
    }
    (result, report)
}

#[test]
fn rows_give_what_they_expect() {
    let mut wrong = Vec::new();
    let (mut changed, mut stayed) = (0, 0);
    for table in ["simplified.toml", "traditional.toml"] {
        for case in rows(table) {
            let to = case.to.as_deref().unwrap_or("zh-Hans");
            let to = Variant::from_tag(to).unwrap();
            let expect = case.expect.as_ref().unwrap_or(&case.text);
            match case.expect {
                Some(_) => changed += 1,
                None => stayed += 1,
            }
            // Of the variant that is asked for already, so that the text around says nothing new.
            let good = match to {
                Variant::Hans => "这是好的。",
                _ => "這是好的。",
            };
            for [before, after] in [["", ""], [good, "\n"], ["\n\n", "\r\n"]] {
                let lines = |middle: &str| format!("{before}\n{middle}{after}{good}");
                let (got, wanted) = match before {
                    "" => (run(&case.rules, to, &case.text).0, expect.clone()),
                    _ => (run(&case.rules, to, &lines(&case.text)).0, lines(expect)),
                };
                if got != wanted {
                    wrong.push(format!(
                        "{}\n  got    {got:?}\n  wanted {wanted:?}",
                        case.label
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(changed >= 15 && stayed >= 15, "{changed} and {stayed} rows");
}

/// Two repairs before it and a conversion that shortens the text: places are those of the input.
#[test]
fn changes_are_placed_in_the_input() {
    let text = "公司蕞好的戲：「滑鼠,真的」很精采。";
    let (result, report) = run("tidy", Variant::Hans, text);
    assert_eq!(result, "公司最好的戏：“滑鼠，真的”很精彩。");
    let tidied: Vec<(&str, &str, &str)> = report
        .changes
        .iter()
        .filter(|change| change.stage == Stage::Consistency)
        .map(|change| {
            let source = &text[change.span.clone()];
            (change.rule.as_str(), source, change.after.as_str())
        })
        .collect();
    let wanted = [
        ("word-forms", "精采", "精彩"),
        ("quotation-marks", "「", "“"),
        ("quotation-marks", "」", "”"),
        ("punctuation", ",", "，"),
    ];
    assert_eq!(tidied, wanted);
}

/// Without a rule of the stage nothing of it runs, whatever the text.
#[test]
fn safe_is_what_it_was() {
    for table in ["simplified.toml", "traditional.toml"] {
        for case in rows(table) {
            let expect = Converter::to(Variant::Hans)
                .convert(&case.text)
                .into_owned();
            for rules in ["", "safe", "tidy,-tidy", "-word-forms"] {
                let (got, report) = run(rules, Variant::Hans, &case.text);
                assert_eq!(got, expect, "{}", case.label);
                let stages = report.changes.iter().map(|change| change.stage);
                assert_eq!(stages.filter(|s| *s == Stage::Consistency).count(), 0);
            }
        }
    }
}

/// Punctuation is made consistent behind repair: it must not make line ends that the next run joins.
#[test]
fn marks_of_either_width_leave_the_same_lines() {
    let half = "图象的精图象图象图象图象图象,图象图象图象\n的定单的定单图象?";
    let (result, _) = run("all", Variant::Hans, half);
    let (full, _) = run(
        "all",
        Variant::Hans,
        &half.replace(',', "，").replace('?', "？"),
    );
    assert_eq!(result, full);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(laws::cases(400)))]
    #[test]
    fn any_text_obeys_the_laws(
        text in "([一丁精采的是“”‘’「」『』,.:;?!() a'·・…《》`\n]|图象|的定单|計畫|--|\\.\\.\\.|——|一丁的图象精采一丁的图象精采|，一丁的图象精采的){0,40}",
        to in 0..4usize,
    ) {
        run("all", Variant::ALL[to], &text);
    }
}
