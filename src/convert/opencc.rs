//! OpenCC's own C++ library as a second converter.
//!
//! It is here to be compared with: the tests below hold the two side by side, and benchmarks
//! can run it as a rival. It needs the library at build time and its dictionaries at run time
//! (`.ci/opencc` gets both), so it is behind the feature `opencc`, which nothing turns on by
//! itself.
//!
//! **Where the two differ.** The library's C interface always has the tofu-risk dictionaries
//! on, as [`super::ConverterBuilder::tofu`] turns them on here. It refuses text with NUL, which
//! is an ordinary character here. And one conversion runs at a time in the whole process: the
//! binding takes a lock around each.

use std::fmt;
use std::sync::Arc;

use super::Config;
use crate::error::{Error, ErrorKind};

/// Converts text by OpenCC's C++ library; built once, immutable, shared by threads.
#[derive(Clone)]
pub struct OpenCcConverter {
    config: Config,
    library: Arc<opencc_rust::OpenCC>,
}

impl fmt::Debug for OpenCcConverter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenCcConverter")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

impl OpenCcConverter {
    /// The library's configuration of that name, tofu-risk dictionaries included.
    ///
    /// The library looks for `NAME.json` in the folder that the environment variable
    /// `OPENCC_DATA_DIR` names, then where it was installed. Up to a tenth of a second, for it
    /// reads its dictionaries here.
    ///
    /// # Errors
    /// `OpenCc` with the library's own message where it cannot read the configuration.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Config, OpenCcConverter};
    ///
    /// let converter = OpenCcConverter::new(Config::S2twp)?;
    /// assert_eq!(converter.convert("鼠标和头发")?, "滑鼠和頭髮");
    /// # Ok::<(), zhfix::Error>(())
    /// ```
    pub fn new(config: Config) -> Result<OpenCcConverter, Error> {
        let library = opencc_rust::OpenCC::new(format!("{}.json", config.name()))
            .map_err(|error| failed(&error))?;
        Ok(OpenCcConverter {
            config,
            library: Arc::new(library),
        })
    }

    /// Converts a text; always a copy.
    ///
    /// # Errors
    /// `OpenCc` where the text holds NUL, which the library cannot read.
    pub fn convert(&self, text: &str) -> Result<String, Error> {
        self.library.convert(text).map_err(|error| failed(&error))
    }
}

fn failed(error: &opencc_rust::OpenCCError) -> Error {
    ErrorKind::OpenCc {
        reason: error.to_string(),
    }
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::Converter;
    use crate::data::dictionary;

    const SENTENCES: [&str; 6] = [
        "他发明了理发用的机器，头发掉了一面粉。",
        "皇后在里屋后面台灯下看表，干净又乾燥。",
        "在滑鼠與軟體之間，乾隆皇帝著書立說，朝著遠方。",
        "旧字体と新字体、駅弁と弁護士。",
        "SQL注入、A型肝炎、⿰汉汉汉、⿰汉、汉\u{E0100}、\u{FA12}、\u{2F800}",
        "plain ASCII, \u{FFFD} and an emoji \u{1F600}",
    ];

    /// The sentences, every pair of their characters, and the keys of every dictionary.
    fn texts() -> Vec<String> {
        let chars: Vec<char> = SENTENCES.concat().chars().collect();
        let pairs = chars
            .iter()
            .flat_map(|&a| chars.iter().map(move |&b| [a, b]));
        let mut pairs: String = pairs.flatten().collect();
        pairs.push('汉');
        let mut texts: Vec<String> = SENTENCES.iter().map(|text| (*text).to_owned()).collect();
        texts.push(pairs);
        texts.extend(keys());
        texts
    }

    /// The keys of OpenCC's dictionaries, a text for each file, where `seeds/update` was run.
    fn keys() -> Vec<String> {
        let packages = std::env::var_os("ZHFIX_SEEDS").map_or_else(
            || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/seeds"),
            std::path::PathBuf::from,
        );
        let Ok(listed) = std::fs::read_dir(packages.join("opencc_data/data")) else {
            return Vec::new();
        };
        let files = listed.flatten().map(|entry| entry.path());
        files
            .filter(|path| path.extension().is_some_and(|end| end == "txt"))
            .map(|path| {
                let text = std::fs::read_to_string(path).expect("a dictionary is text");
                let entries = dictionary::parse(&text).expect("a dictionary of OpenCC can be read");
                entries.iter().map(|entry| entry.key.as_str()).collect()
            })
            .collect()
    }

    #[test]
    fn the_library_and_our_own_give_the_same() {
        let texts = texts();
        for config in Config::ALL {
            let theirs = OpenCcConverter::new(config).unwrap();
            let ours = Converter::builder().config(config).tofu(true).build();
            for text in &texts {
                assert_eq!(
                    ours.convert(text),
                    theirs.convert(text).unwrap(),
                    "{config:?}"
                );
            }
        }
    }

    #[test]
    fn nul_is_refused_by_the_library_alone() {
        let error = OpenCcConverter::new(Config::S2t)
            .unwrap()
            .convert("汉\0汉")
            .unwrap_err();
        assert!(error.to_string().contains("null byte"), "{error}");
        assert_eq!(Converter::new(Config::S2t).convert("汉\0汉"), "漢\0漢");
    }
}
