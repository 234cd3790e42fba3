//! Texts of the corpora, drawn at random but the same way every time.

use std::path::PathBuf;

/// A generator of numbers that do not matter: xorshift.
pub(crate) struct Dice(u64);

impl Dice {
    /// `ZHFIX_SEED` gives another sample.
    pub(crate) fn new(salt: &str) -> Dice {
        let seed = std::env::var("ZHFIX_SEED").map_or(1, |seed| seed.parse().unwrap());
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
        let high = usize::try_from(self.0 >> 33).unwrap();
        high % limit.max(1)
    }

    pub(crate) fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap()
    }

    pub(crate) fn pick<'t, T>(&mut self, items: &'t [T]) -> &'t T {
        &items[self.below(items.len())]
    }
}

/// Lines of one file.
pub(crate) struct File {
    /// Its name without what all have at the end.
    pub(crate) name: String,
    pub(crate) lines: Vec<String>,
}

/// The files whose names begin so, a set of lines each, so that no large file decides what
/// is drawn. `ZHFIX_FILES` (names or parts of them, between commas) leaves only those.
/// `None` without corpora.
pub(crate) fn files(prefixes: &[&str]) -> Option<Vec<File>> {
    let folder = PathBuf::from(std::env::var_os("ZHFIX_CORPORA")?);
    let only = std::env::var("ZHFIX_FILES").unwrap_or_default();
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let name = path.file_name().unwrap().to_string_lossy();
            prefixes.iter().any(|prefix| name.starts_with(prefix))
                && name.ends_with(".txt")
                && !name.contains("MACHINE")
                && (only.is_empty() || only.split(',').any(|part| name.contains(part)))
        })
        .collect();
    paths.sort();
    let read = |path: &PathBuf| File {
        name: path.file_stem().unwrap().to_string_lossy().into_owned(),
        lines: std::fs::read_to_string(path)
            .unwrap()
            .lines()
            .filter(|line| !line.is_ascii())
            .map(str::to_owned)
            .collect(),
    };
    Some(paths.iter().map(read).collect())
}

/// A line of any file, each file as often.
pub(crate) fn line<'f>(files: &'f [File], dice: &mut Dice) -> &'f str {
    let file = dice.pick(files);
    dice.pick::<String>(&file.lines)
}

pub(crate) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Text with so many Han characters from a line, from its first or from any of them on.
pub(crate) fn window(line: &str, han: usize, dice: &mut Dice) -> Option<String> {
    let places: Vec<usize> = line
        .char_indices()
        .filter(|&(_, c)| is_han(c))
        .map(|(at, _)| at)
        .collect();
    let starts = (places.len() + 1)
        .checked_sub(han)
        .filter(|&starts| starts > 0)?;
    let first = if dice.below(2) == 0 {
        0
    } else {
        dice.below(starts)
    };
    let last = places[first + han - 1];
    let end = last + line[last..].chars().next()?.len_utf8();
    Some(line[places[first]..end].to_owned())
}
