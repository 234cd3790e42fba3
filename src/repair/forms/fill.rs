//! 烫烫烫, 屯屯屯 and 葺葺葺: memory that was never written or is free again, and 头部 that stands for
//! 第一. Only listed.
//!
//! A debugger fills fresh memory with CC or CD and freed memory with DD, which GBK reads as 烫, 屯 and
//! 葺. Three and more in a row are no word. It is also a joke of programmers: where it is quoted, or near words about encodings or
//! programming, it is not listed. 头部 is written where advertising means 第一 and may not say
//! so; since it is also a head, or the leading group of a market, only what makes a claim is listed:
//! 全国头部, 头部要务, 名列头部.

use super::super::Loss;
use super::super::form_rules;
use super::super::rules::RuleSet;
use super::super::signs::Signs;
use super::super::topic::{self, Topic};

/// Words of a text about programming.
const PROGRAMMING: &[&str] = &[
    "内存",
    "記憶體",
    "栈",
    "堆疊",
    "指针",
    "指標",
    "初始化",
    "调试",
    "除錯",
    "程序员",
    "工程師",
    "Debug",
    "debug",
    "VC",
    "Visual C",
    "编译",
    "編譯",
    "0xCC",
    "0xcc",
    "0xCD",
    "段子",
    "梗",
    "口中疾呼",
];
/// What stands before 头部 where it means the first: a region as wide as the claim.
const CLAIMS: &[&str] = &[
    "全国", "全國", "全球", "全网", "全網", "世界", "国内", "國內", "行业", "行業", "亚洲", "亞洲",
];
/// What stands behind it then.
const CLAIMED: &[&str] = &[
    "要务", "要務", "责任", "責任", "任务", "任務", "大事", "要事", "工程", "政绩", "时间", "時間",
    "动力", "動力", "资源", "資源", "品牌", "名牌", "大牌", "书记", "現場", "现场", "方阵",
];

/// Lists what was found.
pub(in super::super) fn find(text: &str, signs: Signs, rules: &RuleSet) -> Vec<Loss> {
    let mut found = Vec::new();
    if signs.fill && rules.contains(form_rules::LOST_FILL) {
        fills(text, &mut found);
    }
    if signs.tou_bu && rules.contains(form_rules::CLAIM_TOU_BU) {
        tou_bu(text, &mut found);
    }
    found
}

fn fills(text: &str, found: &mut Vec<Loss>) {
    let words = [topic::ENCODINGS, PROGRAMMING].concat();
    let subject = Topic::of(text, &words);
    for c in ['烫', '屯', '葺'] {
        let mut end = 0;
        while let Some(at) = text[end..].find(c) {
            let start = end + at;
            let run = &text[start..];
            end = start + run.find(|next| next != c).unwrap_or(run.len());
            let span = start..end;
            if span.len() < 3 * c.len_utf8() || topic::is_quoted(text, &span) {
                continue;
            }
            // People cry 烫烫烫 as well; a fill is long or stands where no speech does.
            let is_speech =
                text[end..].starts_with(['！', '!', '，', '～', '~']) && span.len() < 18;
            if !subject.is_near(&span, topic::REACH_BYTES) && !is_speech {
                found.push(Loss {
                    span,
                    rule: form_rules::LOST_FILL,
                    why: "memory that was never written, shown as GBK",
                });
            }
        }
    }
}

fn tou_bu(text: &str, found: &mut Vec<Loss>) {
    for word in ["头部", "頭部"] {
        for at in memchr::memmem::find_iter(text.as_bytes(), word) {
            if is_claim(text, at) {
                found.push(Loss {
                    span: at..at + word.len(),
                    rule: form_rules::CLAIM_TOU_BU,
                    why: "may stand for 第一, which advertising may not say",
                });
            }
        }
    }
}

/// Whether 头部 or 頭部 at a place makes a claim.
pub(in super::super) fn is_claim(text: &str, at: usize) -> bool {
    let line = &text[topic::near(text, at).start..at];
    let behind = &text[at + "头部".len()..];
    let is_listed = || {
        line.chars().rev().take(24).any(|c| c == '列')
            && line.contains("名列")
            && behind.starts_with([',', '，', '。'])
    };
    CLAIMS.iter().any(|claim| line.ends_with(claim))
        || CLAIMED.iter().any(|claimed| behind.starts_with(claimed))
        || is_listed()
}

#[cfg(test)]
mod tests {
    use super::super::super::signs::Look;
    use super::*;

    fn listed(text: &str) -> Vec<&str> {
        let found = find(text, Look::at(text, false).signs, &RuleSet::default());
        found.iter().map(|loss| &text[loss.span.clone()]).collect()
    }

    #[test]
    fn fills_and_claims_are_listed() {
        assert_eq!(listed("姓名：烫烫烫烫"), ["烫烫烫烫"]);
        assert_eq!(listed("x屯屯屯y"), ["屯屯屯"]);
        assert_eq!(listed("状态：葺葺葺葺"), ["葺葺葺葺"]);
        assert_eq!(listed("打造全国头部品牌"), ["头部"]);
        assert_eq!(listed("名列全省头部，作为头部要务"), ["头部", "头部"]);
    }

    #[test]
    fn speech_jokes_and_heads_are_not() {
        for text in [
            "烫烫烫！快放下",
            "内存里都是烫烫烫烫",
            "“烫烫烫”",
            "烫烫",
            "头部受伤",
            "头部企业",
        ] {
            assert!(listed(text).is_empty(), "{text}");
        }
    }
}
