//! Dictionary text to one flat dictionary.
//!
//! **From dictionaries to one flat dictionary.** OpenCC looks a position up in a tree of
//! dictionaries. A *union* group takes the longest key that any child knows, the earlier
//! child on a tie. A *short-circuit* group takes the first child that knows any key at all,
//! even where a later child knows a longer one. Both collapse at compile time into one
//! dictionary in which the longest key simply wins: a key of a later child of a
//! short-circuit group can never win where an earlier child holds one of its prefixes, so it
//! is dropped. The rest of the crate never sees a group.

use std::collections::BTreeMap;

use crate::error::{Error, ErrorKind};

/// Longest key of a dictionary, in characters; OpenCC's own longest has 15.
pub(crate) const KEY_MAX_CHARS: usize = 64;

/// One line of a dictionary: a key and its values, the preferred one first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// What is looked for.
    pub(crate) key: String,
    /// What it may become.
    pub(crate) values: Vec<String>,
}

/// A dictionary in which the longest key wins.
pub(crate) type Flat = BTreeMap<String, Vec<String>>;

/// Reads OpenCC's text format: `key TAB value [SPACE value…]`, comments behind `#` at the
/// beginning of a line, empty lines, a byte-order mark.
///
/// # Errors
/// `DictionaryLine` with the number of the first line that has no tab, an empty key or
/// value, a key that is too long, or a key that an earlier line has.
pub(crate) fn parse(text: &str) -> Result<Vec<Entry>, Error> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut first_lines: BTreeMap<&str, u32> = BTreeMap::new();
    let mut entries = Vec::new();
    for (line, content) in (1u32..).zip(text.lines()) {
        let bad = |reason: String| Error::from(ErrorKind::DictionaryLine { line, reason });
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let Some((key, values)) = content.split_once('\t') else {
            return Err(bad("no tab between key and value".to_owned()));
        };
        if key.is_empty() {
            return Err(bad("the key is empty".to_owned()));
        }
        let key_chars = key.chars().count();
        if key_chars > KEY_MAX_CHARS {
            return Err(bad(format!(
                "the key has {key_chars} characters, the limit is {KEY_MAX_CHARS}"
            )));
        }
        let values: Vec<String> = values
            .split(' ')
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
            .collect();
        if values.is_empty() {
            return Err(bad(format!("key {key:?} has no value")));
        }
        if let Some(first) = first_lines.insert(key, line) {
            return Err(bad(format!("key {key:?} repeats line {first}")));
        }
        entries.push(Entry {
            key: key.to_owned(),
            values,
        });
    }
    Ok(entries)
}

/// A tree of dictionaries, as OpenCC's configurations write it.
#[cfg(any(test, feature = "datagen", feature = "records"))]
#[derive(Debug, Clone)]
pub(crate) enum Group {
    /// One dictionary.
    Dictionary(Vec<Entry>),
    /// The longest key of all children wins, the earlier child on a tie.
    Union(Vec<Group>),
    /// The first child that holds any key wins.
    ShortCircuit(Vec<Group>),
}

#[cfg(any(test, feature = "datagen", feature = "records"))]
impl Group {
    /// The flat dictionary that gives the same answer at every position.
    pub(crate) fn flatten(self) -> Flat {
        match self {
            Group::Dictionary(entries) => flat(entries),
            Group::Union(children) => {
                let mut flat = Flat::new();
                for child in children {
                    for (key, values) in child.flatten() {
                        flat.entry(key).or_insert(values);
                    }
                }
                flat
            }
            Group::ShortCircuit(children) => {
                let mut flat = Flat::new();
                for child in children {
                    let mut added = child.flatten();
                    added.retain(|key, _| !prefixes(key).any(|prefix| flat.contains_key(prefix)));
                    flat.append(&mut added);
                }
                flat
            }
        }
    }
}

/// The values of each key, of the last entry where there are several. Key by key: what collects
/// a map at once sorts by a code of its own.
pub(crate) fn flat(entries: Vec<Entry>) -> Flat {
    let mut flat = Flat::new();
    flat.extend(entries.into_iter().map(|entry| (entry.key, entry.values)));
    flat
}

/// Every prefix of a text that ends behind a character, the text itself included.
#[cfg(any(test, feature = "datagen", feature = "records"))]
fn prefixes(text: &str) -> impl Iterator<Item = &str> {
    text.char_indices()
        .map(|(at, c)| &text[..at + c.len_utf8()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dictionary(rows: &[(&str, &str)]) -> Group {
        Group::Dictionary(
            rows.iter()
                .map(|(key, value)| Entry {
                    key: (*key).to_owned(),
                    values: vec![(*value).to_owned()],
                })
                .collect(),
        )
    }

    #[test]
    fn a_union_takes_the_earlier_child_on_a_tie() {
        let flat = Group::Union(vec![
            dictionary(&[("一", "1")]),
            dictionary(&[("一", "2"), ("一二", "3")]),
        ])
        .flatten();
        assert_eq!(flat["一"], ["1"]);
        assert_eq!(flat["一二"], ["3"]);
    }

    #[test]
    fn a_short_circuit_group_drops_longer_keys_of_later_children() {
        let flat = Group::ShortCircuit(vec![
            dictionary(&[("一", "1")]),
            dictionary(&[("一二", "3"), ("二", "4")]),
        ])
        .flatten();
        assert_eq!(flat.keys().collect::<Vec<_>>(), ["一", "二"]);
    }

    #[test]
    fn lines_that_cannot_be_read_are_named() {
        for (text, message) in [
            ("发\t發\n发\t髮\n", "line 2: key \"发\" repeats line 1"),
            ("# c\n\n发 發\n", "line 3: no tab between key and value"),
            ("\t發\n", "line 1: the key is empty"),
            ("发\t \n", "line 1: key \"发\" has no value"),
        ] {
            assert_eq!(parse(text).unwrap_err().to_string(), message);
        }
        let long = format!("{}\t一\n", "一".repeat(65));
        assert_eq!(
            parse(&long).unwrap_err().to_string(),
            "line 1: the key has 65 characters, the limit is 64"
        );
        assert_eq!(
            parse("\u{FEFF}发\t發 髮\n").unwrap()[0].values,
            ["發", "髮"]
        );
    }
}
