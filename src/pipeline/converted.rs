//! Conversion of a text that is repaired, and consistency behind it: what is left as lost is not
//! converted, and every change is placed in the text before repair.

use std::borrow::Cow;

use super::Pipeline;
use super::listed::changes_of;
use crate::Span;
use crate::consistency::Consistency;
use crate::convert::{self, Converter, DocumentFacts};
use crate::repair::{self, Plan};
use crate::report::{Change, Report, Stage};
use crate::script::{Counted, Marks};

/// What conversion made of a text.
pub(super) struct Converted<'t> {
    text: Cow<'t, str>,
    /// The replacements that led there; empty where nobody asks for them.
    edits: Vec<convert::Edit>,
}

impl Pipeline {
    /// Conversion of the text that the plan of repair wrote.
    pub(super) fn convert<'t>(
        &self,
        text: Cow<'t, str>,
        plan: &Plan,
        facts: Option<&DocumentFacts>,
        marks: Option<&Marks>,
        report: &mut Report,
    ) -> Converted<'t> {
        let is_other = report.script_by_encoding().is_some();
        let converter = self.converter.as_ref();
        let converter = converter.filter(|c| !(is_other && c.leaves_other_scripts()));
        let Some(converter) = converter else {
            return Converted {
                text,
                edits: Vec::new(),
            };
        };
        let tidies = self.consistency().is_some();
        let left = report.lost.iter().filter(|loss| loss.is_left());
        let left: Vec<Span> = left.map(|loss| loss.span.clone()).collect();
        if !self.list_conversions && !tidies && left.is_empty() {
            let counted = Counted {
                counts: &report.script_counts,
                marks,
            };
            let (converted, replaced_chars) =
                converter.convert_counted(&text, facts, Some(counted));
            report.converted_chars = replaced_chars;
            let text = match converted {
                Cow::Owned(converted) => Cow::Owned(converted),
                Cow::Borrowed(_) => text,
            };
            return Converted {
                text,
                edits: Vec::new(),
            };
        }
        let mut edits = converter.edits_in(&text, facts);
        edits.retain(|edit| {
            let source = plan.source_of(edit.source.clone());
            let next = left.partition_point(|span| span.end <= source.start);
            left.get(next).is_none_or(|span| source.end <= span.start)
        });
        if edits.is_empty() {
            return Converted { text, edits };
        }
        let mut out = String::with_capacity(text.len());
        let mut copied = 0;
        for edit in &edits {
            let before = &text[edit.source.clone()];
            report.converted_chars += before.chars().count() as u64;
            out.push_str(&text[copied..edit.source.start]);
            out.push_str(&edit.target);
            copied = edit.source.end;
            if !self.list_conversions {
                continue;
            }
            report.changes.push(Change {
                span: plan.source_of(edit.source.clone()),
                stage: Stage::Convert,
                rule: converter.name().to_owned(),
                before: before.to_owned(),
                after: edit.target.clone(),
                route: String::new(),
                certainty: 1.0,
                guessed_chars: 0,
                guesses: Vec::new(),
            });
        }
        out.push_str(&text[copied..]);
        Converted {
            text: Cow::Owned(out),
            edits,
        }
    }

    /// The rules of the repairer that depend on the variant.
    fn consistency(&self) -> Option<Consistency> {
        let target = self.converter.as_ref().and_then(Converter::variant);
        Consistency::new(self.repairer.as_ref()?.rules(), target)
    }

    /// Consistency of the converted text with its variant.
    pub(super) fn tidy<'t>(
        &self,
        converted: Converted<'t>,
        plan: &Plan,
        report: &mut Report,
    ) -> Cow<'t, str> {
        let Some(consistency) = self.consistency() else {
            return converted.text;
        };
        let tidy = consistency.apply(&converted.text);
        let mut starts = Vec::new();
        let (mut read_bytes, mut written_bytes) = (0, 0);
        for edit in &converted.edits {
            written_bytes += edit.source.start - read_bytes;
            starts.push(written_bytes);
            written_bytes += edit.target.len();
            read_bytes = edit.source.end;
        }
        let edit = |at: usize| {
            let edit: &convert::Edit = &converted.edits[at];
            (edit.source.clone(), edit.target.len())
        };
        for mut change in changes_of(tidy.plan(), Stage::Consistency) {
            let span: Span = repair::source_of(edit, &starts, change.span);
            change.span = plan.source_of(span);
            report.changes.push(change);
        }
        match tidy.into_text() {
            Cow::Owned(tidied) => Cow::Owned(tidied),
            Cow::Borrowed(_) => converted.text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::Variant;
    use crate::repair::{Loss, Repairer, RuleSet};
    use crate::script::ScriptCounts;

    #[test]
    fn what_is_left_beyond_repair_is_not_converted() {
        let left = "// 閮剖?瑼?摮嚗??遣蝡?config 瑼??餃?";
        let text = format!("這裡轉換。\n{left}\n");
        let outcome = Pipeline::default().run_text(&text);
        assert_eq!(
            outcome.text.as_deref(),
            Some(&*format!("这里转换。\n{left}\n"))
        );
        assert_eq!(outcome.report.converted_chars, 4);
        assert!(outcome.report.lost.iter().any(Loss::is_left));
    }

    #[test]
    fn conversion_passes_over_nothing_that_it_would_convert() {
        let lines = [
            "这是简体中文，没有别的。\n",
            "他說這個國家的歷史很長，還有許多東西。\n",
            "濛濛细雨\n",
            "これは日本語の文です。駅込\n",
            "한국어 漢字\n",
            "plain ASCII, and no more than that\n",
            "裡面有麵，他走着，后面是皇后。\n",
            "😀\u{20000}\u{301}é",
        ];
        for seed in 0..60_u32 {
            // Long stretches of one line with others in between: some marked blocks, and more not.
            let mut text = String::new();
            let mut state = seed;
            for _ in 0..60 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let line = lines[(state >> 24) as usize % lines.len()];
                let is_usual = state >> 20 & 7 > 1;
                let often = 1 + (state >> 8) as usize % 60;
                text += &lines[if is_usual { seed as usize % 2 } else { 0 }].repeat(often);
                text += line;
            }
            let mut repair = Repairer::with_rules(RuleSet::parse("none").unwrap()).repair(&text);
            let marks = repair.take_marks();
            assert!(marks.is_some());
            let counts = ScriptCounts::of(&text);
            for target in [Variant::Hans, Variant::HantTw] {
                let converter = Converter::to(target);
                let counted = Counted {
                    counts: &counts,
                    marks: marks.as_ref(),
                };
                let (converted, _) = converter.convert_counted(&text, None, Some(counted));
                assert!(converted == converter.convert(&text), "{seed} {target:?}");
            }
        }
    }
}
