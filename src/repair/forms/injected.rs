//! What cloaking kits put into pages: empty elements with one meaningless id, and lines of search
//! words for gambling and adult sites.
//!
//! Both are only listed. An id has to be unique in a page, so five elements and more that share one
//! of four to eight small letters and digits, a digit among them, were put in by a machine. Search words count
//! where three and more different ones of `seeds/tables/spam-words.tsv` stand in one line within 60 characters: news
//! about gambling says its words once or twice and in sentences, and lines that speak of
//! crime, the police or the law are left. What it gets wrong: spam in words that the table lacks.

use std::collections::HashMap;

use super::super::Loss;
use super::super::class::{Classes, Pair};
use super::super::form_rules;
use super::super::rules::RuleSet;
use super::super::signs::Signs;
use crate::rows::rows;

/// How many elements have to share an id.
const TAGS_MIN: usize = 5;
/// How many different words make a line spam.
const WORDS_MIN: usize = 3;
/// Within how many bytes they have to stand: 60 Han characters.
const WORDS_REACH_BYTES: usize = 180;
/// Words of reports about such sites.
const REPORTS: &[&str] = &[
    "警方", "公安", "犯罪", "打击", "打擊", "查处", "查處", "违法", "違法", "非法", "法院", "举报",
    "舉報", "诈骗", "詐騙", "治理", "整治",
];

/// Lists what was put in.
pub(in super::super) fn find(text: &str, signs: Signs, rules: &RuleSet) -> Vec<Loss> {
    let mut found = Vec::new();
    if signs.markup && rules.contains(form_rules::INJECTED_TAGS) {
        tags(text, &mut found);
    }
    if signs.spam && rules.contains(form_rules::INJECTED_SPAM) {
        spam(text, &mut found);
    }
    found
}

fn tags(text: &str, found: &mut Vec<Loss>) {
    let mut tags: HashMap<&str, Vec<crate::Span>> = HashMap::new();
    for (at, _) in text.match_indices(" id=\"") {
        let value = &text[at + 5..];
        let Some(end) = value.bytes().take(9).position(|byte| byte == b'"') else {
            continue;
        };
        let value = &value[..end];
        let is_random = value.len() >= 4
            && value
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            && value.bytes().any(|byte| byte.is_ascii_digit())
            && value.bytes().any(|byte| byte.is_ascii_lowercase());
        let near = text.floor_char_boundary(at.saturating_sub(12));
        let name = text[near..at].rfind('<').map(|open| near + open);
        let name = name.filter(|&open| {
            (1..=11).contains(&(at - open - 1))
                && text[open + 1..at]
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric())
        });
        let behind = at + 5 + end + 1;
        if let (true, Some(open), true) = (is_random, name, text[behind..].starts_with('>')) {
            let close = format!("></{}>", &text[open + 1..at]);
            let end = if text[behind..].starts_with(&close) {
                behind + close.len()
            } else {
                behind + 1
            };
            tags.entry(value).or_default().push(open..end);
        }
    }
    for spans in tags.into_values().filter(|spans| spans.len() >= TAGS_MIN) {
        found.extend(spans.into_iter().map(|span| Loss {
            span,
            rule: form_rules::INJECTED_TAGS,
            why: "an element that a cloaking kit put in",
        }));
    }
}

/// The words of the table.
pub(in super::super) fn words() -> impl Iterator<Item = &'static str> {
    rows!("../../../seeds/tables/spam-words.tsv")
}

fn spam(text: &str, found: &mut Vec<Loss>) {
    let classes = Classes::get(false);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let span = start..start + line.trim_end().len();
        start += line.len();
        let line = &text[span.clone()];
        let mut places: Vec<(usize, &str)> = Vec::new();
        for at in classes.pair_places(line) {
            let word = &line[at..];
            let mut chars = word.chars();
            let (Some(first), Some(second)) = (chars.next(), chars.next()) else {
                continue;
            };
            for why in classes.pairs(first, second) {
                if let Pair::Spam(spam) = why
                    && word.starts_with(spam)
                {
                    places.push((at, spam));
                }
            }
        }
        let is_near = |near: &[(usize, &str)]| {
            let different = near
                .iter()
                .enumerate()
                .all(|(at, (_, word))| near[..at].iter().all(|(_, other)| other != word));
            let between = &line[near[0].0..near[near.len() - 1].0];
            different
                && between.len() <= WORDS_REACH_BYTES
                && !between.contains(['。', '；', '！', '？'])
        };
        if places.windows(WORDS_MIN).any(is_near) && !REPORTS.iter().any(|word| line.contains(word))
        {
            let (last, word) = places[places.len() - 1];
            found.push(Loss {
                span: span.start + places[0].0..span.start + last + word.len(),
                rule: form_rules::INJECTED_SPAM,
                why: "search words of gambling or adult sites, put in by a cloaking kit",
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::signs::Look;
    use super::*;

    fn listed(text: &str) -> Vec<&str> {
        let mut found = find(text, Look::at(text, false).signs, &RuleSet::default());
        crate::order::sort_by_key(&mut found, |loss| loss.span.start);
        found.iter().map(|loss| &text[loss.span.clone()]).collect()
    }

    #[test]
    fn elements_of_one_random_id_are_listed() {
        let junk = r#"<p id="k3xq9"></p><b id="k3xq9"></b><i id="k3xq9"><u id="k3xq9"></u><s id="k3xq9"></s></i>"#;
        assert_eq!(listed(junk).len(), 5);
        for text in [
            r#"<p id="k3xq9"></p><b id="k3xq9"></b>"#,
            r#"<p id="intro"><p id="intro"><p id="intro"><p id="intro"><p id="intro">"#,
        ] {
            assert!(listed(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn chains_of_search_words_are_listed() {
        assert_eq!(
            listed("1月31日,888真人娱乐城_澳门博彩官网_百家乐投注召开大会"),
            ["真人娱乐城_澳门博彩官网_百家乐"]
        );
        for text in [
            "警方打击网络博彩、百家乐、时时彩等犯罪",
            "他去了澳门的娱乐城，玩了一晚百家乐。后来再也不碰博彩。",
            "体育彩票",
        ] {
            assert!(listed(text).is_empty(), "{text}");
        }
    }
}
