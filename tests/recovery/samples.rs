//! Chinese text of the corpora, drawn at random but the same way every time.

use std::path::PathBuf;

/// The number that a variable of the environment holds.
pub(crate) fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).map_or(otherwise, |value| value.parse().unwrap())
}

/// A generator of numbers that do not matter: xorshift.
pub(crate) struct Dice(u64);

impl Dice {
    /// `ZHFIX_SEED` gives another sample.
    pub(crate) fn new(salt: &str) -> Dice {
        let seed = u64::try_from(number("ZHFIX_SEED", 1)).unwrap();
        let mut state = 0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(2 * seed + 1);
        for byte in salt.bytes() {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
        Dice(state | 1)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }
}

/// Text in one script.
pub(crate) struct Corpus {
    pub(crate) name: &'static str,
    /// The lines of each file, so that no large one decides what is drawn.
    files: Vec<Vec<String>>,
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}')
}

fn han(text: &str) -> usize {
    text.chars().filter(|&c| is_han(c)).count()
}

impl Corpus {
    fn line(&self, dice: &mut Dice) -> (usize, usize) {
        let file = dice.below(self.files.len());
        (file, dice.below(self.files[file].len()))
    }

    /// Whole lines.
    pub(crate) fn lines(&self, count: usize, dice: &mut Dice) -> String {
        let (file, first) = self.line(dice);
        let lines = self.files[file].iter().cycle().skip(first).take(count);
        lines.map(|line| format!("{line}\n")).collect()
    }

    /// So many characters, over as many lines as that takes: most of them Han, the first one
    /// in any case. From the start of a line or from any place.
    pub(crate) fn sample(&self, chars: usize, dice: &mut Dice) -> Option<String> {
        let (file, first) = self.line(dice);
        let lines = &self.files[file];
        let skip = if dice.below(2) == 0 {
            0
        } else {
            dice.below(lines[first].chars().count())
        };
        let mut text = String::new();
        let mut missing = chars;
        for (at, line) in lines.iter().enumerate().skip(first) {
            if at > first {
                text.push('\n');
                missing -= 1;
            }
            let skipped = if at == first { skip } else { 0 };
            let part: String = line.chars().skip(skipped).take(missing).collect();
            missing -= part.chars().count();
            text.push_str(&part);
            if missing < 2 {
                break;
            }
        }
        let right = text.chars().count() == chars
            && text.chars().next().is_some_and(is_han)
            && han(&text) * 4 >= chars * if chars < 16 { 3 } else { 2 };
        let fits = match number("ZHFIX_ONE_LINE", 0) {
            0 => true,
            1 => !text.contains('\n'),
            _ => !text.contains(|c: char| c.is_ascii()),
        };
        (right && fits).then_some(text)
    }

    /// So many characters of one line, without what would end a field.
    pub(crate) fn cell(&self, chars: usize, dice: &mut Dice) -> Option<String> {
        (0..200).find_map(|_| {
            let text = self.sample(chars, dice)?;
            let ends = |c| matches!(c, '\n' | '"' | ',' | '<' | '>' | '&' | '\\' | '{' | '`');
            (!text.contains(ends)).then_some(text)
        })
    }
}

/// Simplified and Traditional text; `None` without corpora.
pub(crate) fn corpora() -> Option<[Corpus; 2]> {
    let folder = PathBuf::from(std::env::var_os("ZHFIX_CORPORA")?);
    let only = std::env::var("ZHFIX_FILES").unwrap_or_default();
    let corpus = |name, prefix: &str| {
        let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| {
                let name = path.file_name().unwrap().to_string_lossy();
                name.starts_with(prefix)
                    && name.ends_with(".txt")
                    && !name.contains("MACHINE")
                    && (only.is_empty() || only.split(',').any(|part| name.contains(part)))
            })
            .collect();
        paths.sort();
        let read = |path: &PathBuf| {
            let text = std::fs::read_to_string(path).unwrap();
            text.lines()
                .filter(|line| han(line) > 1)
                .map(str::to_owned)
                .collect()
        };
        Corpus {
            name,
            files: paths.iter().map(read).collect(),
        }
    };
    Some([
        corpus("Simplified", "zh-CN."),
        corpus("Traditional", "zh-TW."),
    ])
}

/// Takes the model that `ZHFIX_MODEL` names, once.
pub(crate) fn take_model() {
    #[cfg(feature = "datagen")]
    {
        static ONCE: std::sync::Once = std::sync::Once::new();
        ONCE.call_once(|| {
            if let Some(path) = std::env::var_os("ZHFIX_MODEL") {
                assert!(zhfix::use_table(std::fs::read(path).unwrap()));
            }
        });
    }
}
