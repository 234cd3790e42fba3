//! The further values of keys that have several.
//!
//! A compiled table keeps only the value that conversion writes. What else a key may become
//! is asked for seldom and for few keys, so it is kept as text: a line for each such key, the
//! key, a tab, and its further values with spaces between, in order of the keys' bytes. A
//! look-up is a binary search over the lines; nothing is parsed before it.
//!
//! Tried and left: a table of `compile` with the values as one text. Its pages cost 384 bytes
//! for each block of 64 characters, ten times what the text takes.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::compile::Flat;

/// The further values of the keys of one dictionary.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Choices<'a> {
    lines: &'a str,
}

impl<'a> Choices<'a> {
    /// The choices that [`choices`] wrote.
    pub(crate) fn open(lines: &'a str) -> Choices<'a> {
        Choices { lines }
    }

    /// The values of a key but for its first. Time O(log n).
    pub(crate) fn further(self, key: &str) -> impl Iterator<Item = &'a str> {
        self.line(key).unwrap_or_default().split_terminator(' ')
    }

    fn line(self, key: &str) -> Option<&'a str> {
        let bytes = self.lines.as_bytes();
        let (mut low, mut high) = (0, bytes.len());
        while low < high {
            let middle = low.midpoint(high);
            let start = memchr::memrchr(b'\n', &bytes[low..middle]).map_or(low, |at| low + at + 1);
            let end = memchr::memchr(b'\n', &bytes[middle..high]).map_or(high, |at| middle + at);
            let (found, values) = self.lines.get(start..end)?.split_once('\t')?;
            match found.cmp(key) {
                Ordering::Equal => return Some(values),
                Ordering::Less => low = end + 1,
                Ordering::Greater => high = start,
            }
        }
        None
    }
}

/// The lines of a dictionary; `normalization` as for `compile`: a character that is replaced
/// by one with several values has the same further values.
pub(crate) fn choices(flat: &Flat, normalization: &BTreeMap<char, char>) -> String {
    let further = |key: &str| flat.get(key).filter(|values| values.len() > 1);
    let mut lines: BTreeMap<String, &[String]> = BTreeMap::new();
    for (key, values) in flat.iter().filter(|(_, values)| values.len() > 1) {
        lines.insert(key.clone(), &values[1..]);
    }
    for (from, to) in normalization {
        if let Some(values) = further(to.encode_utf8(&mut [0; 4])) {
            lines.insert(from.to_string(), &values[1..]);
        }
    }
    let mut text = String::new();
    for (key, values) in lines {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{key}\t{}", values.join(" "));
    }
    text
}

/// The choices of all configurations in the making.
#[cfg(feature = "datagen")]
#[derive(Debug, Default)]
pub(crate) struct ChoiceFiles {
    /// The lines of each table that has any.
    tables: BTreeMap<String, String>,
    /// The tables of each configuration's stages, without and with tofu-risk entries.
    rows: Vec<(String, [Vec<String>; 2])>,
}

#[cfg(feature = "datagen")]
impl ChoiceFiles {
    /// Adds a stage of a configuration, in one edition.
    pub(crate) fn add(&mut self, config: &str, tofu: bool, table: &str, lines: String) {
        if self.rows.last().is_none_or(|(name, _)| name != config) {
            self.rows.push((config.to_owned(), Default::default()));
        }
        if let Some((_, editions)) = self.rows.last_mut() {
            editions[usize::from(tofu)].push(table.to_owned());
        }
        self.tables.insert(table.to_owned(), lines);
    }

    /// The files, by name, and what names them in the source.
    pub(crate) fn lay_out(self) -> (Vec<(String, Vec<u8>)>, String) {
        let stage = |table: &String| match self.tables.get(table) {
            Some(lines) if !lines.is_empty() => format!("include_str!(\"{table}.choices.txt\")"),
            _ => "\"\"".to_owned(),
        };
        let stages = |tables: &Vec<String>| {
            let stages: Vec<String> = tables.iter().map(stage).collect();
            format!("&[{}]", stages.join(", "))
        };
        let mut source = format!(
            "\n/// The further values of each stage, without and with tofu-risk entries, by configuration.\npub(crate) static CHOICES: [(&str, [&[&str]; 2]); {}] = [\n",
            self.rows.len()
        );
        for (name, [plain, tofu]) in &self.rows {
            let _ = writeln!(
                source,
                "    (\"{name}\", [{}, {}]),",
                stages(plain),
                stages(tofu)
            );
        }
        source.push_str("];\n");
        let files = self
            .tables
            .into_iter()
            .filter(|(_, lines)| !lines.is_empty());
        let files =
            files.map(|(table, lines)| (format!("{table}.choices.txt"), lines.into_bytes()));
        (files.collect(), source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_with_several_values_is_found_and_no_other() {
        let rows = [
            ("干", "幹 乾 干"),
            ("一", "一"),
            ("发", "發 髮"),
            ("头发", "頭髮 頭發"),
            ("𠮷", "吉 𠮷"),
            ("a", "b c"),
        ];
        let flat: Flat = rows
            .iter()
            .map(|(key, values)| {
                let values = values.split(' ').map(str::to_owned).collect();
                ((*key).to_owned(), values)
            })
            .collect();
        // U+F9FF stands for any compatibility ideograph here.
        let lines = choices(&flat, &BTreeMap::from([('\u{F9FF}', '干')]));
        let open = Choices::open(&lines);
        for (key, values) in rows {
            let further: Vec<&str> = values.split(' ').skip(1).collect();
            assert_eq!(open.further(key).collect::<Vec<_>>(), further, "{key}");
        }
        assert_eq!(open.further("\u{F9FF}").collect::<Vec<_>>(), ["乾", "干"]);
        for key in ["", "A", "二", "头", "头发长", "𠮸"] {
            assert_eq!(open.further(key).count(), 0, "{key}");
        }
        assert_eq!(Choices::default().further("干").count(), 0);
    }
}
