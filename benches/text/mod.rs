//! Text for the benchmarks, made from a vocabulary of our own: the same bytes in every run.

use corpora::Random;

pub mod corpora;
pub mod worst;

/// Sizes in bytes: tiny, small, huge.
pub const SIZES: [usize; 3] = [64, 1_000, 100_000];

/// What a text looks like.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Han characters with Chinese punctuation.
    Dense,
    /// Han characters among ASCII words, as in a manual.
    Mixed,
    /// No Han character.
    Ascii,
}

impl Kind {
    /// All three.
    pub const ALL: [Kind; 3] = [Kind::Dense, Kind::Mixed, Kind::Ascii];

    /// What a benchmark is called after.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Dense => "dense",
            Kind::Mixed => "mixed",
            Kind::Ascii => "ascii",
        }
    }
}

/// Simplified words and the same in Traditional (OpenCC's standard).
const WORDS: [(&str, &str); 40] = [
    ("我们", "我們"),
    ("今天", "今天"),
    ("发现", "發現"),
    ("头发", "頭髮"),
    ("的", "的"),
    ("问题", "問題"),
    ("经济", "經濟"),
    ("发展", "發展"),
    ("是", "是"),
    ("在", "在"),
    ("不", "不"),
    ("了解", "瞭解"),
    ("学生", "學生"),
    ("图书馆", "圖書館"),
    ("读书", "讀書"),
    ("他", "他"),
    ("说", "說"),
    ("电脑", "電腦"),
    ("城市", "城市"),
    ("和", "和"),
    ("乡村", "鄉村"),
    ("之间", "之間"),
    ("铁路", "鐵路"),
    ("长", "長"),
    ("三百里", "三百里"),
    ("一", "一"),
    ("个", "個"),
    ("老师", "老師"),
    ("山", "山"),
    ("水", "水"),
    ("天气", "天氣"),
    ("很", "很"),
    ("好", "好"),
    ("皇后", "皇后"),
    ("后面", "後面"),
    ("历史", "歷史"),
    ("有", "有"),
    ("人", "人"),
    ("办法", "辦法"),
    ("干净", "乾淨"),
];

const ASCII: [&str; 10] = [
    "text ",
    "file ",
    "the ",
    "open(\"a.txt\") ",
    "1024 ",
    "a ",
    "settings ",
    "of ",
    "x = y; ",
    "list ",
];

/// Simplified and Traditional text of about that size, word for word the same.
///
/// The size is that of whole words: at most `bytes`.
pub fn pair(kind: Kind, bytes: usize) -> (String, String) {
    let (mut simplified, mut traditional) = (String::new(), String::new());
    let mut random = Random::new(5);
    let mut words = 0;
    loop {
        let ascii = match kind {
            Kind::Dense => false,
            Kind::Mixed => random.below(2) == 0,
            Kind::Ascii => true,
        };
        let (s, t) = if ascii {
            let word = ASCII[random.below(ASCII.len())];
            (word, word)
        } else {
            WORDS[random.below(WORDS.len())]
        };
        words += 1;
        // Punctuation keeps words of neighbouring sentences apart, a line end paragraphs.
        let end = match (words % 61, words % 7, kind) {
            (0, _, _) => "\n",
            (_, 0, Kind::Ascii) => ", ",
            (_, 0, _) => "，",
            _ => "",
        };
        if simplified.len() + s.len() + end.len() > bytes {
            return (simplified, traditional);
        }
        simplified.push_str(s);
        simplified.push_str(end);
        traditional.push_str(t);
        traditional.push_str(end);
    }
}
