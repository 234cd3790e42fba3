//! Long texts, the same bytes in every run: from a folder of corpora, or made of ASCII words.
//!
//! Read by the benchmarks of zhfix itself and by those beside its peers. Real text is what the
//! numbers are about: which characters begin a phrase, and how often the phrase is there, decides
//! the speed of every converter.

use std::fs;
use std::io;
use std::path::Path;

/// "10 MB".
pub const HUGE_BYTES: usize = 10_000_000;

/// Lines that stay together when real text is shuffled.
const BLOCK_LINES: usize = 200;

/// ASCII lines are made of these.
const ASCII_WORDS: [&str; 24] = [
    "the",
    "of",
    "and",
    "Returns",
    "file",
    "SQL",
    "option",
    "value=\"3\"",
    "to",
    "Printing",
    "a",
    "is",
    "buffer",
    "--verbose",
    "Unicode",
    "in",
    "width",
    "(see",
    "below)",
    "for",
    "Each",
    "0x7F,",
    "name",
    "BASIC",
];

/// Scripts that no table of ours maps, of two, three and four bytes.
const FOREIGN: &str = "Ελληνικά, русский язык, café, かなとカナ, 한국어, 🙂𝄞\n";

/// splitmix64: a few lines, good enough, and the same for ever.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % bound as u64).unwrap_or(0)
    }
}

/// Running text of both scripts, [`HUGE_BYTES`] each.
pub struct Texts {
    pub simplified: String,
    pub traditional: String,
    /// Where they came from, for the heading of the report.
    pub origin: String,
}

impl Texts {
    /// From a folder: `zh-CN*.txt` is Simplified; `zh-TW*.txt`, `zh-HK*.txt` and `yue*.txt` are Traditional.
    pub fn read(folder: &Path) -> io::Result<Texts> {
        let (simplified, simplified_bytes) = shuffled(folder, &["zh-CN"])?;
        let (traditional, traditional_bytes) = shuffled(folder, &["zh-TW", "zh-HK", "yue"])?;
        Ok(Texts {
            simplified,
            traditional,
            origin: format!(
                "real text, {:.1} MB Simplified and {:.1} MB Traditional, shuffled in blocks of {BLOCK_LINES} lines and cut or repeated to 10 MB",
                simplified_bytes as f64 / 1e6,
                traditional_bytes as f64 / 1e6,
            ),
        })
    }
}

fn shuffled(folder: &Path, prefixes: &[&str]) -> io::Result<(String, usize)> {
    let mut names: Vec<_> = fs::read_dir(folder)?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".txt"))
        .filter(|name| prefixes.iter().any(|prefix| name.starts_with(prefix)))
        .collect();
    names.sort();
    let mut all = String::new();
    for name in names {
        let bytes = fs::read(folder.join(name))?;
        // OpenCC's C interface takes a NUL for the end.
        for line in String::from_utf8_lossy(&bytes).split_inclusive('\n') {
            if !line.contains('\0') {
                all.push_str(line);
            }
        }
    }
    if all.is_empty() {
        let what = format!("no {prefixes:?}*.txt in {}", folder.display());
        return Err(io::Error::new(io::ErrorKind::NotFound, what));
    }
    let lines: Vec<&str> = all.split_inclusive('\n').collect();
    let mut blocks: Vec<&[&str]> = lines.chunks(BLOCK_LINES).collect();
    let mut random = Random::new(1);
    for index in (1..blocks.len()).rev() {
        blocks.swap(index, random.below(index + 1));
    }
    Ok((fill(&blocks.concat().concat(), HUGE_BYTES), all.len()))
}

/// The text cut or repeated to at most so many bytes, whole characters.
pub fn fill(text: &str, bytes: usize) -> String {
    let mut filled = text.repeat(bytes.div_ceil(text.len()));
    filled.truncate(filled.floor_char_boundary(bytes));
    filled
}

/// ASCII only.
pub fn ascii() -> String {
    let mut random = Random::new(2);
    let mut text = String::new();
    while text.len() < HUGE_BYTES {
        let end = if random.below(12) == 0 { '\n' } else { ' ' };
        text.push_str(ASCII_WORDS[random.below(ASCII_WORDS.len())]);
        text.push(end);
    }
    fill(&text, HUGE_BYTES)
}

/// The lines of which at most a tenth is ASCII, end of line included.
pub fn dense(text: &str) -> String {
    let is_dense = |line: &&str| {
        let ascii_bytes = line.bytes().filter(u8::is_ascii).count();
        ascii_bytes * 10 <= line.len()
    };
    let lines: String = text.split_inclusive('\n').filter(is_dense).collect();
    fill(&lines, HUGE_BYTES)
}

/// The lines of the text, each followed by as much ASCII, and now and then by other scripts.
pub fn mixed(text: &str) -> String {
    let ascii = ascii();
    let mut ascii_lines = ascii.split_inclusive('\n');
    let mut mixed = String::new();
    for (number, line) in text.split_inclusive('\n').enumerate() {
        mixed.push_str(line);
        let start = mixed.len();
        while mixed.len() - start < line.len() {
            mixed.push_str(ascii_lines.next().unwrap_or("\n"));
        }
        if number % 16 == 0 {
            mixed.push_str(FOREIGN);
        }
        if mixed.len() > HUGE_BYTES {
            break;
        }
    }
    fill(&mixed, HUGE_BYTES)
}

/// The lines that a converter leaves alone.
pub fn unchanged(text: &str, converter: &zhfix::Converter) -> String {
    let lines: String = text
        .split_inclusive('\n')
        .filter(|line| line.ends_with('\n') && converter.convert(line) == *line)
        .collect();
    fill(&lines, HUGE_BYTES)
}
