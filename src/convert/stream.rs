//! Conversion of a text that comes in parts.
//!
//! However a text is cut into parts, the result is that of the whole. So what is pushed is
//! held back as long as what follows can still change it, and no longer: up to the last pair
//! of neighbours that no match of any stage holds (the scan data has that set, `data/scan.rs`)
//! and that no description sequence can reach over; in ordinary text that is the last word or
//! two. Where the scan data says nothing, with user dictionaries and configurations from
//! files, and in a text that is one pair inside another without end, the passes are traced
//! (`trace.rs`): a key has at most 64 characters, so in each pass all but the last 64 are
//! settled.
//!
//! Work is done when 4 KiB have come together, so that a text in single characters costs no
//! more than one in large parts, and a large part is taken in slices of 64 KiB: beyond the
//! output, memory stays below about 1 MiB for any length of text.
//!
//! A converter to a variant first needs the facts of the text. They are decided from its
//! first 4 MiB (`auto.rs`), so that much is held back at the beginning.

use super::auto::{self, Auto, Facts};
use super::engine::Engine;
use super::output::Output;
use super::trace::Chain;
use super::{Converter, Kind};

/// Enough text that finding a cut costs little beside converting it.
const TRY_BYTES: usize = 4 * 1024;
/// What is taken at once from a large part.
const SLICE_BYTES: usize = 64 * 1024;

/// Converts a text that comes in parts; made by [`Converter::stream`].
///
/// # Examples
/// ```
/// use zhfix::{Config, Converter};
/// let converter = Converter::new(Config::S2t);
/// let (mut stream, mut out) = (converter.stream(), String::new());
/// stream.push("皇", &mut out);
/// stream.push("后和后面", &mut out);
/// stream.finish(&mut out);
/// assert_eq!(out, "皇后和後面");
/// ```
#[derive(Debug, Clone)]
pub struct ConvertStream<'c> {
    inner: Inner<'c>,
}

#[derive(Debug, Clone)]
enum Inner<'c> {
    One(Held<'c>),
    Auto(Box<ByLines<'c>>),
}

impl Converter {
    /// A conversion of a text that comes in parts.
    ///
    /// The parts put together and converted by [`Converter::convert`] give the same text,
    /// wherever the parts end. The output comes late by some kilobytes; with
    /// [`Converter::to`] nothing comes before 4 MiB of text or its end, since the text is read
    /// that far to see what it is. Memory: that of the output, and 1 MiB (5 MiB with `to`)
    /// whatever the length of the text.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Config, Converter};
    ///
    /// let converter = Converter::new(Config::S2t);
    /// let mut stream = converter.stream();
    /// let mut out = String::new();
    /// for part in ["头", "发", "发", "展"] {
    ///     stream.push(part, &mut out);
    /// }
    /// stream.finish(&mut out);
    /// assert_eq!(out, "頭髮發展");
    /// ```
    #[must_use]
    pub fn stream(&self) -> ConvertStream<'_> {
        ConvertStream {
            inner: match &self.kind {
                Kind::Config(engine) => Inner::One(Held::new(engine.as_deref())),
                Kind::Custom(custom) => Inner::One(Held::traced(custom.chain())),
                Kind::Variant(auto) => Inner::Auto(Box::new(ByLines::new(auto))),
            },
        }
    }
}

impl ConvertStream<'_> {
    /// Takes the next part of the text and appends to `out` what is settled by now.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Config, Converter};
    /// let converter = Converter::new(Config::S2t);
    /// let (mut stream, mut out) = (converter.stream(), String::new());
    /// // A phrase may go on in the next part: nothing is settled yet.
    /// stream.push("头", &mut out);
    /// assert_eq!(out, "");
    /// ```
    pub fn push(&mut self, part: &str, out: &mut String) {
        for slice in slices(part) {
            match &mut self.inner {
                Inner::One(held) => held.push(slice, out),
                Inner::Auto(lines) => lines.push(slice, out),
            }
        }
    }

    /// Ends the text and appends the rest.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Config, Converter};
    /// let converter = Converter::new(Config::S2t);
    /// let (mut stream, mut out) = (converter.stream(), String::new());
    /// stream.push("头发", &mut out);
    /// stream.finish(&mut out);
    /// assert_eq!(out, "頭髮");
    /// ```
    pub fn finish(self, out: &mut String) {
        match self.inner {
            Inner::One(held) => held.finish(out),
            Inner::Auto(lines) => lines.finish(out),
        }
    }
}

/// A text in pieces that are not too long.
fn slices(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (slice, behind) = rest.split_at(rest.floor_char_boundary(SLICE_BYTES));
        rest = behind;
        (!slice.is_empty()).then_some(slice)
    })
}

/// Text that is held back, and what converts it.
#[derive(Debug, Clone)]
struct Held<'c> {
    /// The fast way; `None` where scan data says nothing.
    engine: Option<&'c Engine>,
    /// The sure way; `None`: everything stays.
    chain: Option<Chain<'c>>,
    /// Begins at a cut.
    text: String,
    /// How long it has to be before it is worth looking for a cut again.
    try_bytes: usize,
    /// The least that [`Held::try_bytes`] may be.
    least_bytes: usize,
}

impl<'c> Held<'c> {
    fn new(engine: Option<&'c Engine>) -> Held<'c> {
        Held {
            engine: engine.filter(|engine| engine.user.is_none()),
            chain: engine.map(Chain::of),
            text: String::new(),
            try_bytes: TRY_BYTES,
            least_bytes: TRY_BYTES,
        }
    }

    fn traced(chain: Chain<'c>) -> Held<'c> {
        Held {
            engine: None,
            chain: Some(chain),
            text: String::new(),
            try_bytes: TRY_BYTES,
            least_bytes: TRY_BYTES,
        }
    }

    fn push(&mut self, part: &str, out: &mut String) {
        let Some(chain) = &self.chain else {
            return out.push_str(part);
        };
        self.text.push_str(part);
        if self.text.len() < self.try_bytes {
            return;
        }
        let mut cut = 0;
        if let Some(engine) = self.engine {
            cut = engine.scanner.last_cut(&self.text);
            engine.append(&self.text[..cut], out);
        }
        if cut == 0 {
            cut = chain.walk(&self.text, true, &mut |group| out.push_str(group.after));
        }
        self.text.drain(..cut);
        // What stays is looked at again only when there is as much of new text.
        self.try_bytes = self.least_bytes.max(self.text.len() * 2);
    }

    fn finish(self, out: &mut String) {
        match (self.engine, self.chain) {
            (Some(engine), _) => engine.append(&self.text, out),
            (None, Some(chain)) => {
                chain.walk(&self.text, false, &mut |group| out.push_str(group.after));
            }
            (None, None) => out.push_str(&self.text),
        }
    }
}

impl Converter {
    /// The last place of a text that goes on where no phrase reaches over; 0: none is certain.
    pub(crate) fn last_cut(&self, text: &str) -> usize {
        let engine = match &self.kind {
            Kind::Config(engine) => engine.as_deref(),
            Kind::Variant(auto) => auto.across(),
            Kind::Custom(_) => None,
        };
        let engine = engine.filter(|engine| engine.user.is_none());
        engine.map_or(0, |engine| engine.scanner.last_cut(text))
    }
}

impl Engine {
    /// Converts a text and appends the result, changed or not.
    pub(super) fn append(&self, text: &str, out: &mut String) {
        let mut output = Output {
            out: Some(std::mem::take(out)),
            ..Output::new(text)
        };
        self.convert(0..text.len(), &mut output);
        *out = output.out.unwrap_or_default();
        out.push_str(&text[output.copied..]);
    }
}

/// A text for a converter that judges line by line.
#[derive(Debug, Clone)]
struct ByLines<'c> {
    auto: &'c Auto,
    /// Decided as soon as enough of the text is there.
    facts: Option<Facts>,
    /// What is not judged yet: up to the facts the whole text, then a part of a line.
    text: String,
    /// The span that the last line belongs to.
    open: Option<(auto::Script, Held<'c>)>,
}

impl<'c> ByLines<'c> {
    fn new(auto: &'c Auto) -> ByLines<'c> {
        ByLines {
            auto,
            facts: None,
            text: String::new(),
            open: None,
        }
    }

    fn push(&mut self, part: &str, out: &mut String) {
        self.text.push_str(part);
        if self.facts.is_none() && self.text.len() > auto::FACTS_BYTES {
            self.facts = Some(self.auto.facts(&self.text, None));
        }
        if let Some(facts) = self.facts {
            self.lines(&facts, true, out);
        }
    }

    fn finish(mut self, out: &mut String) {
        let facts = self
            .facts
            .unwrap_or_else(|| self.auto.facts(&self.text, None));
        self.lines(&facts, false, out);
        if let Some((_, held)) = self.open {
            held.finish(out);
        }
    }

    /// Judges and converts the lines that are complete.
    fn lines(&mut self, facts: &Facts, goes_on: bool, out: &mut String) {
        let mut at = 0;
        while let Some(bytes) = auto::line_bytes(&self.text[at..], goes_on) {
            let line = &self.text[at..at + bytes];
            at += bytes;
            let script = self.auto.script_of(facts, line);
            let same = self.open.as_ref().is_some_and(|(open, _)| *open == script);
            if !same {
                let held = Held::new(self.auto.engine(script, facts));
                if let Some((_, ended)) = self.open.replace((script, held)) {
                    ended.finish(out);
                }
            }
            if let Some((_, held)) = &mut self.open {
                held.push(line, out);
            }
        }
        self.text.drain(..at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::{Config, Variant, Wording};

    /// Words, parts of words and what stands between them.
    const PIECES: &[&str] = &[
        "头",
        "发",
        "展",
        "头发",
        "发展",
        "理发",
        "干",
        "干净",
        "乾",
        "乾隆",
        "着",
        "著",
        "朝著",
        "里",
        "裏",
        "面",
        "面条",
        "只",
        "后",
        "皇后",
        "中",
        "国",
        "中国",
        "人",
        "一",
        "不",
        "了",
        "解",
        "瞭",
        "什麼",
        "什么",
        "軟體",
        "滑鼠",
        "鼠标",
        "软件",
        "數據",
        "以",
        "太",
        "網",
        "的",
        "士",
        "兵",
        "SQL",
        "S",
        "Q",
        "L",
        "SQL注",
        "入",
        "隱碼",
        "攻擊",
        "U",
        "盤",
        "A",
        "型",
        "肝炎",
        "伯克希尔",
        "-",
        "哈撒韦",
        "⿰",
        "⿱",
        "⿲",
        "⿾",
        "\u{F900}",
        "\u{2F800}",
        "\u{FA12}",
        "\u{FE00}",
        "😀",
        "𠮷",
        "𫝈",
        " ",
        "\n",
        "\0",
        "。",
        "，",
        "x",
        "衞",
        "枱",
        "學",
        "圖",
    ];

    struct Numbers(u64);

    impl Numbers {
        /// A number below `end` (splitmix64).
        fn below(&mut self, end: usize) -> usize {
            self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            usize::try_from((z ^ (z >> 31)) % end as u64).unwrap()
        }

        fn text(&mut self, pieces: usize) -> String {
            let pieces = (0..self.below(pieces) + 1).map(|_| PIECES[self.below(PIECES.len())]);
            pieces.collect()
        }
    }

    fn converters() -> Vec<Converter> {
        let mut all = Vec::new();
        for config in Config::ALL {
            for tofu in [false, true] {
                all.push(Converter::builder().config(config).tofu(tofu).build());
            }
        }
        for variant in Variant::ALL {
            let wordings = [
                Wording::Keep,
                #[cfg(feature = "wording")]
                Wording::Regional,
            ];
            for wording in wordings {
                all.push(Converter::builder().to(variant).wording(wording).build());
            }
        }
        let user = "头发展\t頭發展 頭髮展\n净的\t淨的\n⿰一\t丁\n，x\ty\n不了解\t不了解\n";
        let with_user = [
            Config::S2t,
            #[cfg(feature = "wording")]
            Config::S2twp,
            #[cfg(feature = "wording")]
            Config::Tw2sp,
        ];
        for config in with_user {
            let builder = Converter::builder().config(config).dictionary(user);
            all.push(builder.unwrap().build());
        }
        all
    }

    /// Streams that look for a cut at every push.
    fn eager(converter: &Converter) -> ConvertStream<'_> {
        let mut stream = converter.stream();
        if let Inner::One(held) = &mut stream.inner {
            (held.try_bytes, held.least_bytes) = (0, 0);
        }
        stream
    }

    fn streamed(converter: &Converter, parts: &[&str]) -> String {
        let mut out = String::new();
        let mut stream = eager(converter);
        for part in parts {
            stream.push(part, &mut out);
            if let Inner::One(held) = &mut stream.inner {
                held.try_bytes = 0;
            }
        }
        stream.finish(&mut out);
        out
    }

    fn folded(converter: &Converter, text: &str) -> String {
        let mut out = String::new();
        let mut copied = 0;
        for edit in converter.edits(text) {
            assert_ne!(text[edit.source.clone()], edit.target);
            assert!(!edit.alternatives.contains(&edit.target));
            out.push_str(&text[copied..edit.source.start]);
            out.push_str(&edit.target);
            copied = edit.source.end;
        }
        out + &text[copied..]
    }

    #[test]
    fn every_split_of_a_tricky_text_equals_the_whole() {
        let texts = [
            "头发发展头发展了解一下面条里的干净",
            "中国中国中国中国中国人一一一一一一一一一一一一一一一",
            "⿰汉⿱汉汉⿲汉汉汉汉⿾汉发⿰⿰⿰⿰⿰⿰⿰⿰⿰⿰⿰⿰⿰⿰⿰⿰⿰汉",
            "防範SQL隱碼攻擊，伯克希尔-哈撒韦、A型肝炎、U盤。",
            "乾隆皇帝朝著軟體發展\n这是简体\n什麼滑鼠",
            "\u{F900}\u{2F800}头\u{FE00}发\u{FA12}𠮷𫝈😀",
        ];
        for converter in converters() {
            for text in texts {
                let whole = converter.convert(text);
                assert_eq!(
                    folded(&converter, text),
                    whole,
                    "{} {text}",
                    converter.name()
                );
                let chars: Vec<String> = text.chars().map(String::from).collect();
                let chars: Vec<&str> = chars.iter().map(String::as_str).collect();
                assert_eq!(streamed(&converter, &chars), whole, "{}", converter.name());
                for (at, _) in text.char_indices() {
                    let parts = [&text[..at], &text[at..]];
                    assert_eq!(
                        streamed(&converter, &parts),
                        whole,
                        "{} {at}",
                        converter.name()
                    );
                }
            }
        }
    }

    #[test]
    fn random_splits_of_random_texts_equal_the_whole() {
        let mut numbers = Numbers(1);
        let converters = converters();
        for round in 0..200 {
            let text = numbers.text(if round % 20 == 0 { 800 } else { 60 });
            for converter in &converters {
                let whole = converter.convert(&text);
                let name = converter.name();
                assert_eq!(folded(converter, &text), whole, "{name} {text:?}");
                let mut at = [0, 0].map(|_| text.floor_char_boundary(numbers.below(text.len())));
                at.sort_unstable();
                let parts = [&text[..at[0]], &text[at[0]..at[1]], &text[at[1]..]];
                assert_eq!(streamed(converter, &parts), whole, "{name} {text:?} {at:?}");
            }
        }
    }

    #[test]
    fn nothing_grows_while_a_text_without_any_sure_cut_is_pushed() {
        for (config, unit) in [
            (Config::S2t, "头发"),
            #[cfg(feature = "wording")]
            (Config::S2twp, "一"),
            #[cfg(feature = "wording")]
            (Config::Tw2sp, "⿰"),
        ] {
            let converter = Converter::new(config);
            let text = unit.repeat(100_000);
            let mut stream = converter.stream();
            let mut out = String::new();
            for part in slices(&text) {
                stream.push(part, &mut out);
                let Inner::One(held) = &stream.inner else {
                    unreachable!()
                };
                assert!(held.text.len() <= 2 * SLICE_BYTES, "{}", held.text.len());
            }
            stream.finish(&mut out);
            assert_eq!(out, converter.convert(&text), "{unit}");
        }
    }

    #[test]
    fn facts_of_a_long_text_are_those_of_its_beginning() {
        // What follows is far more and Traditional, and is judged as part of a Simplified text.
        let mut text = "这是简体字写的一行，没有别的。\n".repeat(auto::FACTS_BYTES / 46 + 1);
        text.push_str(&"這是繁體字寫的一行，沒有別的。\n這裡沒有\n".repeat(30_000));
        text.push_str(&"沒有換行的長行，這樣寫，".repeat(6_000));
        for (variant, expect) in [
            (Variant::Hans, "没有换行的长行，"),
            (Variant::HantTw, "这是"),
        ] {
            let converter = Converter::to(variant);
            let whole = converter.convert(&text);
            assert!(whole.contains(expect) == (variant == Variant::Hans));
            for bytes in [7_001, 300_000, 6_000_000] {
                let mut stream = converter.stream();
                let mut out = String::new();
                let mut rest = text.as_str();
                while !rest.is_empty() {
                    let (part, behind) = rest.split_at(rest.floor_char_boundary(bytes));
                    stream.push(part, &mut out);
                    rest = behind;
                }
                stream.finish(&mut out);
                assert!(out == whole, "{bytes}");
            }
        }
    }
}
