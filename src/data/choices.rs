//! The further values of keys that have several.
//!
//! A compiled table keeps only the value that conversion writes. What else a key may become
//! is asked for seldom and for few keys, so it has a table of its own, compiled by the same
//! code: each such key, and its further values as one text with spaces between.

use std::collections::BTreeMap;
#[cfg(feature = "datagen")]
use std::fmt::Write as _;

use super::compile::compile;
use super::dictionary::Flat;
#[cfg(feature = "datagen")]
use super::generate::family;
use super::table::{Table, Value};
use crate::error::Error;

/// The further values of the keys of one dictionary.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Choices<'a> {
    table: Table<'a>,
}

impl<'a> Choices<'a> {
    /// The choices that [`choices`] wrote; no bytes: there are none.
    pub(crate) fn open(bytes: &'a [u8]) -> Choices<'a> {
        Choices {
            table: Table::open(bytes),
        }
    }

    /// The values of a key but for its first. Time that of looking at the key.
    pub(crate) fn further(self, key: &str) -> impl Iterator<Item = &'a str> {
        let values = match self.value(key) {
            Some(Value::Text(values)) => values,
            _ => "",
        };
        values.split_terminator(' ')
    }

    fn value(self, key: &str) -> Option<Value<'a>> {
        let mut chars = key.chars();
        let first = self.table.slot(chars.next()?);
        if chars.as_str().is_empty() {
            return self.table.single(first);
        }
        let mut cursor = self.table.start(first.id);
        for c in chars {
            cursor = self.table.next(cursor, self.table.slot(c).id)?;
        }
        self.table.value(cursor)
    }
}

/// The table of a dictionary; `normalization` as for `compile`: a character that is replaced
/// by one with several values has the same further values.
///
/// # Errors
/// `DictionaryLine` (line 0) where the dictionary is too large.
pub(crate) fn choices(flat: &Flat, normalization: &BTreeMap<char, char>) -> Result<Vec<u8>, Error> {
    let several = flat.iter().filter(|(_, values)| values.len() > 1);
    // A space behind the values: never what the characters of the key give one by one, nor a
    // single character, so that every value is stored as a text.
    let mut further = Flat::new();
    further.extend(several.map(|(key, values)| (key.clone(), vec![values[1..].join(" ") + " "])));
    for (from, to) in normalization {
        if let Some(values) = further.get(to.encode_utf8(&mut [0; 4]) as &str).cloned() {
            further.insert(from.to_string(), values);
        }
    }
    if further.is_empty() {
        return Ok(Vec::new());
    }
    compile(&further, &BTreeMap::new(), None)
}

/// The choices of all configurations in the making.
#[cfg(feature = "datagen")]
#[derive(Debug, Default)]
pub(crate) struct ChoiceFiles {
    /// The further values of each table.
    tables: BTreeMap<String, Vec<u8>>,
    /// The tables of each configuration's stages, without and with tofu-risk entries.
    rows: Vec<(String, [Vec<String>; 2])>,
}

#[cfg(feature = "datagen")]
impl ChoiceFiles {
    /// Adds a stage of a configuration, in one edition.
    pub(crate) fn add(&mut self, config: &str, tofu: bool, table: &str, bytes: Vec<u8>) {
        if self.rows.last().is_none_or(|(name, _)| name != config) {
            self.rows.push((config.to_owned(), Default::default()));
        }
        if let Some((_, editions)) = self.rows.last_mut() {
            editions[usize::from(tofu)].push(table.to_owned());
        }
        self.tables.insert(table.to_owned(), bytes);
    }

    /// The files, by name, and what names them in the source.
    pub(crate) fn lay_out(self) -> (Vec<(String, Vec<u8>)>, String) {
        let stage = |table: &String| match self.tables.get(table) {
            Some(bytes) if !bytes.is_empty() => format!("include_bytes!(\"{table}.choices.bin\")"),
            _ => "&[]".to_owned(),
        };
        let stages = |tables: &Vec<String>| {
            let stages: Vec<String> = tables.iter().map(stage).collect();
            format!("&[{}]", stages.join(", "))
        };
        let mut source = "\n/// The further values of each stage, without and with tofu-risk entries, by configuration.\npub(crate) static CHOICES: &[(&str, [&[&[u8]]; 2])] = &[\n".to_owned();
        for (name, [plain, tofu]) in &self.rows {
            let _ = writeln!(
                source,
                "    {}(\"{name}\", [{}, {}]),",
                family(name),
                stages(plain),
                stages(tofu)
            );
        }
        source.push_str("];\n");
        let files = self
            .tables
            .into_iter()
            .filter(|(_, bytes)| !bytes.is_empty());
        let files = files.map(|(table, bytes)| (format!("{table}.choices.bin"), bytes));
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
        let bytes = choices(&flat, &BTreeMap::from([('\u{F9FF}', '干')])).unwrap();
        let open = Choices::open(&bytes);
        for (key, values) in rows {
            let further: Vec<&str> = values.split(' ').skip(1).collect();
            assert_eq!(open.further(key).collect::<Vec<_>>(), further, "{key}");
        }
        assert_eq!(open.further("\u{F9FF}").collect::<Vec<_>>(), ["乾", "干"]);
        for key in ["", "A", "二", "头", "头发长", "𠮸"] {
            assert_eq!(open.further(key).count(), 0, "{key}");
        }
        assert_eq!(Choices::open(&[]).further("干").count(), 0);
    }
}
