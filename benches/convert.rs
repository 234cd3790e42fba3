//! Conversion: input bytes per second, by configuration, kind and size of text.
//!
//! Every answer is asserted before it is timed:
//!
//! - `t2s` and `--to zh-Hans` of generated Traditional text give the Simplified text that was
//!   generated with it, word by word; `s2t` and back is the identity on it.
//! - The text that is in the target variant already comes back borrowed.
//! - Worst-case text and real text have no second original. What `convert` says of their
//!   first 100 KB is compared with the edits put in their places, which another part of the
//!   library finds, and of all of it with a stream that is pushed in pieces of 4,093 bytes.
//!
//! The worst case is a row of long phrases that each lack their last character, so that looking
//! for a phrase reads to its end in vain and again from the next character
//! (`text/worst.rs`). With `ZHFIX_CORPORA` all other texts are made of the corpora.
#![allow(missing_docs, reason = "criterion's macros write public functions")]

use std::borrow::Cow;
use std::env;
use std::hint::black_box;
use std::io;
use std::path::Path;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use zhfix::{Config, Converter, Variant};

#[allow(dead_code, unreachable_pub, reason = "shared by the benchmarks")]
mod text;
use text::corpora::{self, HUGE_BYTES, Texts, fill};
use text::{Kind, pair, worst};

/// Tiny, small, large, huge. Without optimisation the last would take minutes.
const SIZES: &[usize] = if cfg!(debug_assertions) {
    &[64, 1_000, 100_000]
} else {
    &[64, 1_000, 100_000, HUGE_BYTES]
};

/// More than any edit is compared on; finding edits is several times slower.
const EDITS_BYTES: usize = 100_000;
/// A prime, so that pieces end anywhere in a character's neighbourhood.
const PIECE_BYTES: usize = 4_093;

/// Of the 49,238 keys of OpenCC's `STPhrases` 40 on whose beginnings a search reads most, each
/// with a first character of its own.
const PHRASES_SIMPLIFIED: [&str; 40] = [
    "全球卫星导航系统",
    "老猫鼻子上挂咸鱼",
    "塞尔维亚克罗地亚语",
    "国家食品药品监督管理局",
    "电机及电子学工程师联合会",
    "实践是检验真理的唯一标准",
    "宁撞金钟一下不打破鼓三千",
    "你有千条妙计我有一定之规",
    "借米下得锅讨米下不得锅",
    "蒙一饭之恩尚杀身以报",
    "相交满天下知心能几人",
    "皇家加勒比海游轮公司",
    "杀人须见血救人须救彻",
    "天无三日晴地无三里平",
    "民用航空器适航证书",
    "千算万算不值天一划",
    "美国国际开发总署",
    "比上不足比下有余",
    "太公钓鱼愿者上钩",
    "连鬼也不见一个",
    "茄二十八星瓢虫",
    "肺炎克雷伯氏菌",
    "羊毛出在羊身上",
    "如入宝山空手回",
    "戏法人人会变巧妙各有不同",
    "料前不能料后",
    "埃拉托塞尼斯",
    "前言不对后语",
    "鼓不打不响钟不撞不鸣",
    "虱多了不咬债多了不愁",
    "熟读王叔和不如临症多",
    "明知山有虎故作采樵人",
    "怒从心上起恶向胆边生",
    "得黄金百不如得季布诺",
    "冠状动脉旁路移植手术",
    "莫霍洛维奇不连续面",
    "携带式卫星通信系统",
    "做一天和尚撞一天钟",
    "两只脚赶不上一张嘴",
    "虚心使人进步骄傲使人落后",
];
/// The same of the 477 keys of `TSPhrases`, which are shorter.
const PHRASES_TRADITIONAL: [&str; 24] = [
    "書中自有千鍾粟",
    "大目乾連冥間救母變文",
    "魚沈雁杳",
    "顛乾倒坤",
    "雖覆能復",
    "酒逢知己千鍾少",
    "載浮載沈",
    "衹見樹木",
    "落雁沈魚",
    "狐藉虎威",
    "浪蕩乾坤",
    "沈魚落雁",
    "朝乾夕惕",
    "旋乾轉坤",
    "情有獨鍾",
    "名覆金甌",
    "其陰多蒐",
    "乾乾脆脆",
    "一目瞭然",
    "雁杳魚沈",
    "陰陰沈沈",
    "鑽石項鍊",
    "踅門瞭戶",
    "買臣覆水",
];

/// What a benchmark converts.
struct Text {
    kind: &'static str,
    simplified: String,
    traditional: String,
    /// The two say the same, word by word.
    is_pair: bool,
}

impl Text {
    /// The first so many bytes, whole characters.
    fn head(&self, bytes: usize) -> Text {
        Text {
            simplified: fill(&self.simplified, bytes),
            traditional: fill(&self.traditional, bytes),
            ..*self
        }
    }
}

/// The texts that a folder of corpora gives, at their longest.
fn real_texts(folder: &Path) -> io::Result<Vec<Text>> {
    let texts = Texts::read(folder)?;
    let text = |kind: Kind, derive: fn(&str) -> String| Text {
        kind: kind.name(),
        simplified: derive(&texts.simplified),
        traditional: derive(&texts.traditional),
        is_pair: false,
    };
    Ok(vec![
        text(Kind::Dense, corpora::dense),
        text(Kind::Mixed, corpora::mixed),
    ])
}

fn generated(kind: Kind, bytes: usize) -> Text {
    let (simplified, traditional) = pair(kind, bytes);
    Text {
        kind: kind.name(),
        simplified,
        traditional,
        is_pair: true,
    }
}

/// The texts of one size, real ones in the place of generated ones where there are any.
fn texts(real: &[Text], bytes: usize) -> Vec<Text> {
    let mut texts = Vec::new();
    for kind in Kind::ALL {
        let found = real.iter().find(|text| text.kind == kind.name());
        texts.push(found.map_or_else(|| generated(kind, bytes), |text| text.head(bytes)));
    }
    let worst = |phrases: &[&str]| worst::text(phrases.iter().copied(), bytes).0;
    texts.push(Text {
        kind: "worst",
        simplified: worst(&PHRASES_SIMPLIFIED),
        traditional: worst(&PHRASES_TRADITIONAL),
        is_pair: false,
    });
    texts
}

/// Text that a converter has nothing to do in, of so many bytes: the lines of what it made of
/// the text that it leaves as they are. Not all: `s2t` was not made for what it gives.
fn unchanged(converter: &Converter, text: &str, bytes: usize) -> String {
    fill(
        &corpora::unchanged(&converter.convert(text), converter),
        bytes,
    )
}

/// Two other ways to the same answer.
fn assert_answer(converter: &Converter, input: &str) {
    let head = &input[..input.floor_char_boundary(EDITS_BYTES)];
    let mut folded = String::new();
    let mut copied = 0;
    for edit in converter.edits(head) {
        folded.push_str(&head[copied..edit.source.start]);
        folded.push_str(&edit.target);
        copied = edit.source.end;
    }
    folded.push_str(&head[copied..]);
    assert_eq!(converter.convert(head), folded);
    let mut streamed = String::new();
    let mut stream = converter.stream();
    let mut rest = input;
    while !rest.is_empty() {
        // Pieces of whole characters.
        let (piece, behind) = rest.split_at(rest.ceil_char_boundary(PIECE_BYTES.min(rest.len())));
        stream.push(piece, &mut streamed);
        rest = behind;
    }
    stream.finish(&mut streamed);
    assert!(converter.convert(input) == streamed, "{}", converter.name());
}

fn convert(c: &mut Criterion) {
    let t2s = Converter::new(Config::T2s);
    let s2t = Converter::new(Config::S2t);
    let s2twp = Converter::new(Config::S2twp);
    let tw2sp = Converter::new(Config::Tw2sp);
    let to_hans = Converter::to(Variant::Hans);
    let real = match env::var_os("ZHFIX_CORPORA") {
        Some(folder) => {
            real_texts(Path::new(&folder)).unwrap_or_else(|error| panic!("ZHFIX_CORPORA: {error}"))
        }
        None => Vec::new(),
    };
    let generated = generated(Kind::Dense, EDITS_BYTES);
    let mut group = c.benchmark_group("convert");
    group.warm_up_time(Duration::from_millis(300));
    group.measurement_time(Duration::from_secs(1));
    group.sample_size(20);
    for &bytes in SIZES {
        for text in texts(&real, bytes) {
            if text.is_pair {
                assert!(t2s.convert(&text.traditional) == text.simplified);
                assert!(to_hans.convert(&text.traditional) == text.simplified);
                assert!(t2s.convert(&s2t.convert(&text.simplified)) == text.simplified);
            }
            let mut runs: Vec<(&str, &Converter, Cow<'_, str>)> = vec![
                ("t2s", &t2s, Cow::Borrowed(&text.traditional)),
                ("s2t", &s2t, Cow::Borrowed(&text.simplified)),
                ("s2twp", &s2twp, Cow::Borrowed(&text.simplified)),
                ("tw2sp", &tw2sp, Cow::Borrowed(&text.traditional)),
                ("to-hans", &to_hans, Cow::Borrowed(&text.traditional)),
            ];
            // Text that is in the target variant already; ASCII is so by itself.
            if text.kind == Kind::Dense.name() {
                let whole = real.iter().find(|real| real.kind == text.kind);
                let whole = whole.unwrap_or(&generated);
                for (name, converter, from) in [
                    ("t2s-unchanged", &t2s, &whole.traditional),
                    ("to-hans-unchanged", &to_hans, &whole.traditional),
                    ("s2t-unchanged", &s2t, &whole.simplified),
                ] {
                    let input = unchanged(converter, from, bytes);
                    let again = converter.convert(&input);
                    assert!(matches!(again, Cow::Borrowed(_)), "{name}");
                    runs.push((name, converter, Cow::Owned(input)));
                }
            }
            for (name, converter, input) in runs {
                assert_answer(converter, &input);
                group.throughput(Throughput::Bytes(input.len() as u64));
                group.bench_function(format!("{name}/{}/{bytes}", text.kind), |b| {
                    b.iter(|| converter.convert(black_box(&*input)).len());
                });
            }
        }
    }
    group.finish();
}

criterion_group!(benches, convert);
criterion_main!(benches);
