//! What holds for any text: the laws of script, and of the rules that follow the variant. And of
//! Chinese text that was written in an encoding, one candidate reads it. First byte: the
//! encoding, and the variant; each byte behind it stands for a word of the Chinese text, all
//! together are any text.
//!
//! A word that is said over and over is no Chinese text: 是 twenty times in EUC-JP is a word of Korean as
//! often (`known_failures.toml` of the detector). So no word comes again before some others.
#![no_main]

use std::collections::VecDeque;

use libfuzzer_sys::fuzz_target;
use zhfix::{Encoding, Variant};

#[path = "../../tests/laws/mod.rs"]
mod laws;

/// Words of plain Chinese, of both scripts.
const WORDS: [&str; 24] = [
    "今天", "天气", "很好", "我们", "去", "公园", "散步", "學校", "時間", "圖書", "電腦", "的",
    "是", "在", "中国", "文字", "编码", "問題", "朋友", "可以", "有", "人", "不", "说",
];

/// How many others stand between a word and itself.
const WORDS_BETWEEN: usize = 6;

/// What stands behind a word: most often nothing, and never more than one mark, since a row of
/// marks is no Chinese text.
const MARKS: [&str; 8] = ["", "", "", "", "", "，", "。", "\n"];

/// As many as a text needs for its encoding to be known or open.
const WORDS_MAX: usize = 200;

fuzz_target!(|data: &[u8]| {
    let Some((&which, bytes)) = data.split_first() else {
        return;
    };
    let which = usize::from(which);
    let encoding = Encoding::ALL[which % Encoding::ALL.len()];
    let mut words = VecDeque::from(WORDS);
    let mut chinese = String::new();
    for byte in bytes.iter().take(WORDS_MAX).map(|&byte| usize::from(byte)) {
        let fresh = WORDS.len() - WORDS_BETWEEN;
        if let Some(word) = words.remove(byte % fresh) {
            chinese += word;
            chinese += MARKS[byte / fresh % MARKS.len()];
            words.push_back(word);
        }
    }
    laws::detect::a_candidate_reads_the_text(&chinese, encoding);
    let text = String::from_utf8_lossy(bytes);
    laws::script::spans_are_the_whole_text(&text);
    laws::script::an_answer_is_as_certain_as_it_may_be(&text);
    laws::script::characters_are_counted_alike_wherever_a_text_is_cut(&text, which);
    laws::consistency::tidying_keeps_its_laws(&text, Variant::ALL[which % Variant::ALL.len()]);
});
