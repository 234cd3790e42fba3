//! The rules of damaged forms that came after the first twelve: rows like those of `rules/`,
//! which joins both lists.
//!
//! Code names a row by its name, looked up while compiling; a name without a row does not compile.

use super::rules::{FIRST_ROWS, Level, RULES, Rule};

use Level::{Report, Safe, Tidy};

const fn rule(name: &'static str, level: Level, summary: &'static str) -> Rule {
    Rule {
        name,
        level,
        summary,
    }
}

/// Where the row of this name stands among all.
const fn row(name: &str) -> usize {
    let mut at = 0;
    while at < ROWS.len() {
        if is_same(ROWS[at].name, name) {
            return FIRST_ROWS.len() + at;
        }
        at += 1;
    }
    panic!("no rule of this name")
}

const fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

/// The rows.
pub(super) const ROWS: [Rule; 31] = [
    rule(
        "bytes/cesu-8",
        Safe,
        "Characters beyond the basic plane that a database or Java wrote as two surrogates of three \
         bytes: ED A0 BD ED B8 80 becomes 😀. Half a pair stays malformed.",
    ),
    rule(
        "bytes/overlong",
        Safe,
        "Characters written in more bytes of UTF-8 than they need: C0 80 becomes NUL, which \
         invisible/control may take out. Other control characters stay malformed.",
    ),
    rule(
        "gloss/cut-character",
        Safe,
        "In a document with injected readings: a reading or mark that was put inside of a character \
         of two bytes. 樣?xùn)|西 becomes 樣東西, 句?！驹斀狻扛 becomes 句。【詳解】. Only \
         where the bytes say what stood there.",
    ),
    rule(
        "private-use/gbk",
        Safe,
        "Private use code points that GBK and GB 18030-2000 prescribed for characters that Unicode \
         has by now: U+E863 becomes 䶮. Only between Chinese characters of Simplified text that \
         holds no other private use character; fonts of icons stay.",
    ),
    rule(
        "private-use/hkscs",
        Safe,
        "Private use code points of Hong Kong's supplementary set: U+E3E0 and its like become the \
         characters that Unicode has by now. Only in Cantonese Traditional text whose private use \
         characters are all of that set.",
    ),
    rule(
        "invisible/control",
        Safe,
        "Control characters (C0 and C1, not tab and line ends) beside Chinese characters are \
         taken out. Terminal output, ISO 2022 text, overstruck manual pages and UTF-16 stay.",
    ),
    rule(
        "invisible/zero-width",
        Safe,
        "Zero-width spaces and byte order marks between Chinese characters are taken out. One at \
         the very beginning, and those of Thai, Indic text and emoji, stay.",
    ),
    rule(
        "invisible/soft-hyphen",
        Safe,
        "Soft hyphens between Chinese characters, which never hyphenate, are taken out.",
    ),
    rule(
        "invisible/direction",
        Safe,
        "Direction marks, embeddings and isolates between Chinese characters are taken out. Lines \
         that hold Arabic, Hebrew or other right-to-left text stay.",
    ),
    rule(
        "byte-order-mark/read-as-gbk",
        Safe,
        "锘 at the beginning of a text, and what the third byte of the mark made of the character \
         behind it: 锘縤mport becomes import. The element nobelium stays.",
    ),
    rule(
        "misconversion/word",
        Safe,
        "Words that a conversion by single characters left wrong: 皇後, 乾部, 製度, 臭名昭着 \
         become 皇后, 幹部, 制度, 臭名昭著. Only listed words that no standard writes so, and not \
         where their characters belong to two words: 始皇後來, 餅乾部分.",
    ),
    rule(
        "misconversion/regional",
        Tidy,
        "The same for words that the standard of one region writes so and another's does not: \
         慾望 becomes 欲望, 鐘情 becomes 鍾情.",
    ),
    rule(
        "width/letters",
        Tidy,
        "Full-width Latin letters and digits become half-width: ＡＢＣ１２３ becomes ABC123. \
         Punctuation, a single letter or digit between Han, and Japanese and Korean text stay.",
    ),
    rule(
        "width/kana",
        Tidy,
        "Half-width katakana, with its sound marks, and half-width CJK punctuation become \
         full-width: ｶﾞ becomes ガ. Faces made of them stay.",
    ),
    rule(
        "ligature",
        Tidy,
        "Latin ligatures that fonts leave in text: U+FB01 becomes fi. Ligatures alone stay.",
    ),
    rule(
        "composed",
        Tidy,
        "Letters with separate accents become one character where there is one (NFC, never NFKC): \
         e + U+0301 becomes é. Accents alone, and hangul and Indic text, stay.",
    ),
    rule(
        "notation/entity",
        Tidy,
        "Character references of HTML, escaped once or more often, in prose: &#20013;&#25991; \
         becomes 中文. Text with tags, code, and references to < > & stay.",
    ),
    rule(
        "notation/percent",
        Tidy,
        "Percent-encoded UTF-8 or GBK that is Chinese, in prose: %E4%B8%AD%E6%96%87 becomes 中文. \
         Addresses, paths, forms and code stay.",
    ),
    rule(
        "notation/escape",
        Tidy,
        "Escapes of programming languages that are Chinese, in prose: \\u4e2d\\u6587, %u4E2D%u6587, \
         \\xE4\\xB8\\xAD, \\344\\270\\255. String literals, regular expressions and code stay.",
    ),
    rule(
        "notation/mime-word",
        Tidy,
        "Encoded words of mail headers that are Chinese: =?GB2312?B?1tDOxA==?= becomes 中文.",
    ),
    rule(
        "notation/quoted-printable",
        Tidy,
        "Quoted-printable UTF-8 or GBK that is Chinese, in prose: =E4=B8=AD=E6=96=87 becomes 中文.",
    ),
    rule(
        "notation/utf-7",
        Tidy,
        "UTF-7 that is Chinese, in prose: +Ti1lhw- becomes 中文. Sums, telephone numbers and base64 stay.",
    ),
    rule(
        "line-break",
        Tidy,
        "Line ends inside of a sentence: two lines, or paragraphs, of Chinese prose become one \
         where the first ends within a sentence, as columns and fixed widths leave them. Verse, \
         lists, headings and short lines stay.",
    ),
    rule(
        "guess/certain",
        Safe,
        "What the rules mojibake/lossy-... do where a byte is lost: a character that is nine times as \
         likely as all others together is filled in, and marked as guessed; 98 in 100 are right. Where no \
         rule of guess is on every such place stays U+FFFD.",
    ),
    rule(
        "guess/likely",
        Safe,
        "The same where a character is likelier than all others together, which is right in two of \
         three places that guess/certain leaves.",
    ),
    rule(
        "guess/unlikely",
        Tidy,
        "The same where the likeliest character is less likely than that, from three in ten on: more \
         than half of these are wrong.",
    ),
    rule(
        "lost/fill",
        Report,
        "烫烫烫, 屯屯屯 or 葺葺葺: memory that was never written or is free again, shown as GBK. Not \
         where it is quoted or the text is about programming.",
    ),
    rule(
        "lost/utf-8-as-big5",
        Report,
        "A line of UTF-8 that was read as Big5, of which too little is left to be read. It is not \
         converted either.",
    ),
    rule(
        "injected/tags",
        Report,
        "Empty elements that share one meaningless id: a cloaking kit put them in.",
    ),
    rule(
        "injected/spam",
        Report,
        "Lines of search words for gambling or adult sites in other text. What they replaced \
         cannot be known. News about such sites stays unlisted.",
    ),
    rule(
        "claim/tou-bu",
        Report,
        "头部 where advertising means 第一 and may not say so: 全国头部, 头部品牌. It is listed only, \
         for 头部 is also a head and a leading group.",
    ),
];

pub(super) static BYTES_CESU_8: &Rule = &RULES[row("bytes/cesu-8")];
pub(super) static BYTES_OVERLONG: &Rule = &RULES[row("bytes/overlong")];
pub(super) static PRIVATE_USE_GBK: &Rule = &RULES[row("private-use/gbk")];
pub(super) static PRIVATE_USE_HKSCS: &Rule = &RULES[row("private-use/hkscs")];
pub(super) static INVISIBLE_CONTROL: &Rule = &RULES[row("invisible/control")];
pub(super) static INVISIBLE_ZERO_WIDTH: &Rule = &RULES[row("invisible/zero-width")];
pub(super) static INVISIBLE_SOFT_HYPHEN: &Rule = &RULES[row("invisible/soft-hyphen")];
pub(super) static INVISIBLE_DIRECTION: &Rule = &RULES[row("invisible/direction")];
pub(super) static BYTE_ORDER_MARK_READ_AS_GBK: &Rule = &RULES[row("byte-order-mark/read-as-gbk")];
pub(super) static MISCONVERSION_WORD: &Rule = &RULES[row("misconversion/word")];
pub(super) static MISCONVERSION_REGIONAL: &Rule = &RULES[row("misconversion/regional")];
pub(super) static WIDTH_LETTERS: &Rule = &RULES[row("width/letters")];
pub(super) static WIDTH_KANA: &Rule = &RULES[row("width/kana")];
pub(super) static LIGATURE: &Rule = &RULES[row("ligature")];
pub(super) static COMPOSED: &Rule = &RULES[row("composed")];
pub(super) static GUESS_CERTAIN: &Rule = &RULES[row("guess/certain")];
pub(super) static GUESS_LIKELY: &Rule = &RULES[row("guess/likely")];
pub(super) static GUESS_UNLIKELY: &Rule = &RULES[row("guess/unlikely")];
pub(super) static LOST_FILL: &Rule = &RULES[row("lost/fill")];
pub(crate) static LOST_UTF_8_AS_BIG5: &Rule = &RULES[row("lost/utf-8-as-big5")];
pub(super) static INJECTED_TAGS: &Rule = &RULES[row("injected/tags")];
pub(super) static INJECTED_SPAM: &Rule = &RULES[row("injected/spam")];
pub(super) static CLAIM_TOU_BU: &Rule = &RULES[row("claim/tou-bu")];
pub(super) static GLOSS_CUT_CHARACTER: &Rule = &RULES[row("gloss/cut-character")];
pub(super) static NOTATION_ENTITY: &Rule = &RULES[row("notation/entity")];
pub(super) static NOTATION_PERCENT: &Rule = &RULES[row("notation/percent")];
pub(super) static NOTATION_ESCAPE: &Rule = &RULES[row("notation/escape")];
pub(super) static NOTATION_MIME_WORD: &Rule = &RULES[row("notation/mime-word")];
pub(super) static NOTATION_QUOTED_PRINTABLE: &Rule = &RULES[row("notation/quoted-printable")];
pub(super) static NOTATION_UTF_7: &Rule = &RULES[row("notation/utf-7")];
pub(super) static LINE_BREAK: &Rule = &RULES[row("line-break")];
