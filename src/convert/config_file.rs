//! OpenCC's configuration files: which dictionaries, in which order.
//!
//! A file is JSON with comments and commas behind a last element, as OpenCC reads it. It is
//! read by the rules of OpenCC's published schema and its loader: unknown names are errors
//! here, since a misspelled one would silently convert otherwise than was meant. Dictionaries
//! are asked for by name; the library opens no file by itself.
//!
//! What cannot be read: OpenCC's binary dictionaries (`ocd`, `ocd2`) and segmentation by
//! plugins; both are refused by name.

use std::collections::BTreeMap;
use std::fmt::Display;

use serde_json::{Map, Value};

use super::builder::{ConverterBuilder, Target};
use super::user::{Custom, UserDictionary};
use crate::data::dictionary::{Entry, Group, KEY_MAX_CHARS, parse};
use crate::error::{Error, ErrorKind};

impl ConverterBuilder {
    /// Converts as an OpenCC configuration file says; replaces [`ConverterBuilder::config`] and
    /// [`ConverterBuilder::to`].
    ///
    /// `json` is the content of the file. `read` is called once for each dictionary file that
    /// it names, and gives its content. The dictionaries are compiled here: about a second for
    /// all of OpenCC's own. Keys of [`ConverterBuilder::dictionary`] are looked up before the
    /// normalisation of the file.
    ///
    /// # Errors
    /// `Configuration` with the place in the file for what is not JSON, unknown, missing or
    /// cannot be read, and with the name of a dictionary for what is wrong in it.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Converter;
    ///
    /// let json = r#"{
    ///     "name": "cats", // a comment
    ///     "conversion_chain": [
    ///         {"dict": {"type": "text", "file": "cats.txt"}},
    ///     ],
    /// }"#;
    /// let converter = Converter::builder()
    ///     .opencc_config(json, |file| match file {
    ///         "cats.txt" => Ok("猫\t貓\n"),
    ///         _ => Err("no such file"),
    ///     })?
    ///     .build();
    /// assert_eq!(converter.convert("一只猫"), "一只貓");
    /// # Ok::<(), zhfix::Error>(())
    /// ```
    pub fn opencc_config<T: AsRef<str>, E: Display>(
        mut self,
        json: &str,
        mut read: impl FnMut(&str) -> Result<T, E>,
    ) -> Result<Self, Error> {
        let mut reader = Reader {
            files: BTreeMap::new(),
            read: &mut |name: &str| {
                let text = read(name).map_err(|error| wrong(name, error))?;
                parse(text.as_ref()).map_err(|error| wrong(name, error))
            },
        };
        self.target = Some(Target::File(Box::new(reader.file(json)?)));
        Ok(self)
    }
}

/// A configuration file that was read.
#[derive(Debug, Clone)]
pub(super) struct ConfigFile {
    name: String,
    /// Without and with what may give characters that most fonts lack.
    editions: [Custom; 2],
}

impl ConfigFile {
    /// Its name and one of its editions.
    pub(super) fn custom(self, tofu: bool, user: Option<UserDictionary>) -> (String, Custom) {
        let [plain, with_tofu] = self.editions;
        let custom = if tofu { with_tofu } else { plain };
        (self.name, Custom { user, ..custom })
    }
}

fn wrong(at: impl Display, reason: impl Display) -> Error {
    ErrorKind::Configuration {
        at: at.to_string(),
        reason: reason.to_string(),
    }
    .into()
}

type Members = Map<String, Value>;

struct Reader<'r> {
    /// Dictionary files that were read already.
    files: BTreeMap<String, Vec<Entry>>,
    read: &'r mut dyn FnMut(&str) -> Result<Vec<Entry>, Error>,
}

impl Reader<'_> {
    fn file(&mut self, json: &str) -> Result<ConfigFile, Error> {
        let config: Value = serde_json::from_str(&plain_json(json)).map_err(|error| {
            let at = format!("line {}, column {}", error.line(), error.column());
            let message = error.to_string();
            let reason = message.split(" at line ").next().unwrap_or_default();
            wrong(at, reason)
        })?;
        let config = object(&config, "the file")?;
        let known = ["name", "normalization", "segmentation", "conversion_chain"];
        only(config, "the file", &known)?;
        let name = match config.get("name") {
            Some(name) => string(name, "name")?.to_owned(),
            None => "opencc".to_owned(),
        };
        let segmentation = config.get("segmentation");
        let segmentation = segmentation.map(|cut| self.segmentation(cut)).transpose()?;
        let mut editions = [Custom::default(), Custom::default()];
        for (list, is_required) in [("normalization", false), ("conversion_chain", true)] {
            let stages = match config.get(list) {
                Some(stages) => array(stages, list)?,
                None if is_required => return Err(wrong("the file", format!("no {list:?}"))),
                None => continue,
            };
            for (number, stage) in stages.iter().enumerate() {
                let at = format!("{list}[{number}]");
                let [plain, tofu] = self.stage(stage, &at)?;
                for (edition, dictionary) in editions.iter_mut().zip([plain, tofu]) {
                    match list {
                        "normalization" => edition.normalization.extend(dictionary),
                        _ => edition.stages.extend(dictionary),
                    }
                }
            }
        }
        for edition in &mut editions {
            edition.segmentation.clone_from(&segmentation);
        }
        Ok(ConfigFile { name, editions })
    }

    /// A dictionary of the chain, without and with tofu-risk entries; `None`: nothing is left.
    fn stage(&mut self, stage: &Value, at: &str) -> Result<[Option<UserDictionary>; 2], Error> {
        let members = object(stage, at)?;
        only(members, at, &["dict"])?;
        let dict = member(members, "dict", at)?;
        let at = format!("{at}.dict");
        let mut edition = |tofu| self.compiled(dict, &at, tofu);
        let with_tofu = edition(true)?;
        if !has_tofu(dict) {
            return Ok([with_tofu.clone(), with_tofu]);
        }
        Ok([edition(false)?, with_tofu])
    }

    fn segmentation(&mut self, cut: &Value) -> Result<UserDictionary, Error> {
        let at = "segmentation";
        let members = object(cut, at)?;
        let kind = string(member(members, "type", at)?, "segmentation.type")?;
        if kind != "mmseg" {
            let reason = format!("{kind:?} is a plugin; only \"mmseg\" can be used");
            return Err(wrong("segmentation.type", reason));
        }
        only(members, at, &["type", "dict"])?;
        let dict = member(members, "dict", at)?;
        // What cuts the text does not write, so tofu-risk entries always count.
        let compiled = self.compiled(dict, "segmentation.dict", true)?;
        Ok(compiled.unwrap_or_default())
    }

    fn compiled(
        &mut self,
        dict: &Value,
        at: &str,
        tofu: bool,
    ) -> Result<Option<UserDictionary>, Error> {
        let Some(group) = self.group(dict, at, tofu)? else {
            return Ok(None);
        };
        let compiled = UserDictionary::of(&group.flatten());
        compiled.map(Some).map_err(|error| match error.kind() {
            ErrorKind::DictionaryLine { reason, .. } => wrong(at, reason),
            _ => error,
        })
    }

    /// A dictionary; `None` where only tofu-risk entries are in it and they are not wanted.
    fn group(&mut self, dict: &Value, at: &str, tofu: bool) -> Result<Option<Group>, Error> {
        let members = object(dict, at)?;
        let kind = string(member(members, "type", at)?, &format!("{at}.type"))?;
        let may_output_tofu = match members.get("may_output_tofu") {
            None => false,
            Some(Value::Bool(may)) => *may,
            Some(_) => {
                return Err(wrong(
                    format!("{at}.may_output_tofu"),
                    "is not true or false",
                ));
            }
        };
        if may_output_tofu && !tofu && kind != "inline" {
            return Ok(None);
        }
        match kind {
            "text" => {
                only(members, at, &["type", "file", "may_output_tofu"])?;
                let file = string(member(members, "file", at)?, &format!("{at}.file"))?;
                self.text(file, at).map(Some)
            }
            "inline" => {
                only(members, at, &["type", "entries"])?;
                let at = format!("{at}.entries");
                inline(object(member(members, "entries", &at)?, &at)?, &at).map(Some)
            }
            "group" => {
                only(
                    members,
                    at,
                    &["type", "match_policy", "dicts", "may_output_tofu"],
                )?;
                let mut children = Vec::new();
                let dicts = format!("{at}.dicts");
                for (number, child) in array(member(members, "dicts", at)?, &dicts)?
                    .iter()
                    .enumerate()
                {
                    children.extend(self.group(child, &format!("{dicts}[{number}]"), tofu)?);
                }
                let at = format!("{at}.match_policy");
                // Configurations older than the policies have none; they mean this one.
                let policy = members.get("match_policy");
                let policy = policy.map_or(Ok("short_circuit"), |policy| string(policy, &at))?;
                match policy {
                    _ if children.is_empty() => Ok(None),
                    "short_circuit" => Ok(Some(Group::ShortCircuit(children))),
                    "union" => Ok(Some(Group::Union(children))),
                    _ => Err(wrong(
                        at,
                        format!("{policy:?} is neither \"short_circuit\" nor \"union\""),
                    )),
                }
            }
            "ocd" | "ocd2" => Err(wrong(
                format!("{at}.type"),
                format!(
                    "{kind:?} is OpenCC's binary format; give the dictionary as \"text\" (KEY, tab, VALUE in .txt)"
                ),
            )),
            _ => Err(wrong(
                format!("{at}.type"),
                format!("{kind:?} is none of \"text\", \"inline\", \"group\""),
            )),
        }
    }

    fn text(&mut self, file: &str, at: &str) -> Result<Group, Error> {
        if file.ends_with(".ocd2") || file.ends_with(".ocd") {
            let reason =
                format!("{file:?} is in OpenCC's binary format, not in its text format (.txt)");
            return Err(wrong(format!("{at}.file"), reason));
        }
        if !self.files.contains_key(file) {
            let entries = (self.read)(file)?;
            self.files.insert(file.to_owned(), entries);
        }
        let entries = self.files.get(file).cloned().unwrap_or_default();
        Ok(Group::Dictionary(entries))
    }
}

/// The entries of a dictionary inside the file: each has one value, spaces included.
fn inline(members: &Members, at: &str) -> Result<Group, Error> {
    let mut entries = Vec::with_capacity(members.len());
    for (key, value) in members {
        let key_chars = key.chars().count();
        if key_chars == 0 || key_chars > KEY_MAX_CHARS {
            let reason = format!(
                "key {key:?} has {key_chars} characters, the limits are 1 and {KEY_MAX_CHARS}"
            );
            return Err(wrong(at, reason));
        }
        match value {
            Value::String(value) if !value.is_empty() => entries.push(Entry {
                key: key.clone(),
                values: vec![value.clone()],
            }),
            _ => {
                return Err(wrong(
                    at,
                    format!("the value of {key:?} is no text, or empty"),
                ));
            }
        }
    }
    Ok(Group::Dictionary(entries))
}

/// Whether any dictionary in it gives characters that most fonts lack.
fn has_tofu(dict: &Value) -> bool {
    dict.get("may_output_tofu") == Some(&Value::Bool(true))
        || dict
            .get("dicts")
            .and_then(Value::as_array)
            .is_some_and(|dicts| dicts.iter().any(has_tofu))
}

fn object<'v>(value: &'v Value, at: &str) -> Result<&'v Members, Error> {
    value
        .as_object()
        .ok_or_else(|| wrong(at, "is not an object"))
}

fn array<'v>(value: &'v Value, at: &str) -> Result<&'v Vec<Value>, Error> {
    value.as_array().ok_or_else(|| wrong(at, "is not a list"))
}

fn string<'v>(value: &'v Value, at: &str) -> Result<&'v str, Error> {
    value.as_str().ok_or_else(|| wrong(at, "is not a string"))
}

fn member<'v>(members: &'v Members, name: &str, at: &str) -> Result<&'v Value, Error> {
    members
        .get(name)
        .ok_or_else(|| wrong(at, format!("no {name:?}")))
}

fn only(members: &Members, at: &str, known: &[&str]) -> Result<(), Error> {
    match members.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(wrong(
            at,
            format!("{name:?} is not known; known are {}", known.join(", ")),
        )),
        None => Ok(()),
    }
}

/// JSON without the comments and the commas behind last elements that OpenCC allows, every
/// other byte in its place, so that errors name the right line.
fn plain_json(json: &str) -> String {
    let json = json.strip_prefix('\u{FEFF}').unwrap_or(json); // BYTE ORDER MARK
    let mut plain = String::with_capacity(json.len());
    // Where the last comma stands if only blanks followed it.
    let mut comma = None;
    let mut rest = json;
    while let Some(c) = rest.chars().next() {
        let token = match c {
            '"' => string_bytes(rest),
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest[2..].find("*/").map_or(rest.len(), |at| at + 4),
            _ => c.len_utf8(),
        };
        let (token, behind) = rest.split_at(token);
        rest = behind;
        if token.starts_with('/') && token.len() > 1 {
            plain.extend(token.chars().map(|c| if c == '\n' { c } else { ' ' }));
            continue;
        }
        if let (']' | '}', Some(at)) = (c, comma) {
            plain.replace_range(at..at + 1, " ");
        }
        if c == ',' {
            comma = Some(plain.len());
        } else if !c.is_ascii_whitespace() {
            comma = None;
        }
        plain.push_str(token);
    }
    plain
}

/// The length of a string that begins here, quotation marks included.
fn string_bytes(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::Converter;

    fn read(json: &str) -> Result<Converter, String> {
        let read = |name: &str| match name {
            "words.txt" => Ok("头发\t頭髮\n发展\t發展\n"),
            "chars.txt" => Ok("发\t發 髮\n头\t頭\n"),
            "bad.txt" => Ok("发 發\n"),
            _ => Err("is not there"),
        };
        let builder = Converter::builder().opencc_config(json, read);
        builder
            .map(ConverterBuilder::build)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn comments_and_last_commas_are_passed_over() {
        let rows = [
            ("[1, 2, ]", "[1, 2  ]"),
            ("{\"a\": 1, // ,}\n}", "{\"a\": 1       \n}"),
            ("[1, /* ] , */ ]", "[1            ]"),
            ("[\"//\", \",]\\\"\" , ]", "[\"//\", \",]\\\"\"   ]"),
            ("\u{FEFF}[]", "[]"),
            ("[1, // 汉\n]", "[1      \n]"),
            ("/*", "  "),
            ("\"", "\""),
        ];
        for (json, plain) in rows {
            assert_eq!(plain_json(json), plain);
        }
    }

    #[test]
    fn groups_and_inline_entries_are_looked_up_in_order() {
        let group = |policy: &str| {
            let json = format!(
                r#"{{"name": "n", "conversion_chain": [{{"dict": {{"type": "group", {policy} "dicts": [
                    {{"type": "inline", "entries": {{"头": "首"}}}},
                    {{"type": "text", "file": "words.txt"}},
                    {{"type": "text", "file": "chars.txt"}}]}}}}]}}"#
            );
            read(&json).unwrap()
        };
        for policy in ["", "\"match_policy\": \"short_circuit\","] {
            assert_eq!(group(policy).convert("头发发展"), "首發發展");
        }
        let union = group("\"match_policy\": \"union\",");
        assert_eq!(union.convert("头发发展头"), "頭髮發展首");
        assert_eq!(union.name(), "n");
        assert_eq!(union.ambiguities("发")[0].alternatives, ["髮"]);
    }

    #[test]
    fn normalisation_segmentation_and_tofu_are_followed() {
        let json = r#"{
            "normalization": [{"dict": {"type": "inline", "entries": {"髪": "发", "x": "头"}}}],
            "segmentation": {"type": "mmseg", "dict": {"type": "inline", "entries": {"发发": "发发"}}},
            "conversion_chain": [{"dict": {"type": "group", "dicts": [
                {"type": "text", "file": "words.txt"},
                {"type": "text", "file": "chars.txt", "may_output_tofu": true}]}}]
        }"#;
        let converter = read(json).unwrap();
        assert_eq!(converter.convert("x髪"), "頭髮");
        // The segmentation takes 发发 before the stage can see 头发 or 发展.
        assert_eq!(converter.convert("发髪展"), "发发展");
        let tofu = Converter::builder()
            .tofu(true)
            .opencc_config(json, |name| match name {
                "words.txt" => Ok("头发\t頭髮\n"),
                "chars.txt" => Ok("发\t發\n"),
                _ => Err("is not there"),
            });
        assert_eq!(tofu.unwrap().build().convert("发髪展"), "發發展");
    }

    #[test]
    fn what_cannot_be_used_is_named_with_its_place() {
        let chain = |dict: &str| format!(r#"{{"conversion_chain": [{{"dict": {dict}}}]}}"#);
        let rows = [
            ("[]".to_owned(), "the file: is not an object"),
            (
                "{\n  \"name\": }".to_owned(),
                "line 2, column 11: expected value",
            ),
            ("{}".to_owned(), "the file: no \"conversion_chain\""),
            (
                r#"{"chain": []}"#.to_owned(),
                "the file: \"chain\" is not known; known are name, normalization, segmentation, conversion_chain",
            ),
            (
                r#"{"conversion_chain": [{}]}"#.to_owned(),
                "conversion_chain[0]: no \"dict\"",
            ),
            (
                chain(r#"{"type": "ocd2", "file": "a.ocd2"}"#),
                "conversion_chain[0].dict.type: \"ocd2\" is OpenCC's binary format; give the dictionary as \"text\" (KEY, tab, VALUE in .txt)",
            ),
            (
                chain(r#"{"type": "text", "file": "a.ocd2"}"#),
                "conversion_chain[0].dict.file: \"a.ocd2\" is in OpenCC's binary format, not in its text format (.txt)",
            ),
            (
                chain(r#"{"type": "trie"}"#),
                "conversion_chain[0].dict.type: \"trie\" is none of \"text\", \"inline\", \"group\"",
            ),
            (
                chain(
                    r#"{"type": "group", "match_policy": "longest", "dicts": [{"type": "inline", "entries": {}}]}"#,
                ),
                "conversion_chain[0].dict.match_policy: \"longest\" is neither \"short_circuit\" nor \"union\"",
            ),
            (
                chain(r#"{"type": "group", "dicts": [{"type": "text"}]}"#),
                "conversion_chain[0].dict.dicts[0]: no \"file\"",
            ),
            (
                chain(r#"{"type": "inline", "entries": {"": "a"}}"#),
                "conversion_chain[0].dict.entries: key \"\" has 0 characters, the limits are 1 and 64",
            ),
            (
                chain(r#"{"type": "text", "file": "gone.txt"}"#),
                "gone.txt: is not there",
            ),
            (
                chain(r#"{"type": "text", "file": "bad.txt"}"#),
                "bad.txt: line 1: no tab between key and value",
            ),
            (
                r#"{"segmentation": {"type": "jieba"}, "conversion_chain": []}"#.to_owned(),
                "segmentation.type: \"jieba\" is a plugin; only \"mmseg\" can be used",
            ),
        ];
        for (json, message) in rows {
            assert_eq!(read(&json).unwrap_err(), message);
        }
    }
}
