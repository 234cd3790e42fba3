//! Dictionaries that are compiled at run time: the user's, and those of a configuration file.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::matcher::Matcher;
use super::trace::{Chain, Dictionary, Pass, Segmentation};
use crate::data::choices::{Choices, choices};
use crate::data::compile::compile;
use crate::data::dictionary::Flat;
use crate::error::Error;

/// A compiled dictionary and the further values of its keys; copies share both.
#[derive(Debug, Clone, Default)]
pub(crate) struct UserDictionary {
    pub(crate) bytes: Arc<[u8]>,
    choices: Arc<[u8]>,
}

impl UserDictionary {
    /// Compiles a dictionary in which the longest key wins.
    ///
    /// # Errors
    /// `DictionaryLine` (line 0) where it is too large.
    pub(crate) fn of(flat: &Flat) -> Result<UserDictionary, Error> {
        let none = BTreeMap::new();
        Ok(UserDictionary {
            bytes: compile(flat, &none, None)?.into(),
            choices: choices(flat, &none)?.into(),
        })
    }

    /// The dictionary, ready to be looked up.
    pub(crate) fn open(&self) -> Dictionary<'_> {
        Dictionary {
            matcher: Matcher::new(&self.bytes),
            choices: Choices::open(&self.choices),
        }
    }
}

/// A configuration that came from a file: normalisation, segmentation and stages, each pass
/// over the whole text before the next.
#[derive(Debug, Clone, Default)]
pub(crate) struct Custom {
    pub(crate) normalization: Vec<UserDictionary>,
    pub(crate) segmentation: Option<UserDictionary>,
    pub(crate) stages: Vec<UserDictionary>,
    /// Looked up before all else.
    pub(crate) user: Option<UserDictionary>,
}

impl Custom {
    /// Its passes, ready to run. Time: that of opening each table, some microseconds.
    pub(crate) fn chain(&self) -> Chain<'_> {
        let mut passes = vec![Pass::Cut {
            finals: self.user.iter().map(UserDictionary::open).collect(),
            segmentation: None,
        }];
        passes.extend(stages(&self.normalization));
        if let Some(segmentation) = &self.segmentation {
            passes.push(Pass::Cut {
                finals: Vec::new(),
                segmentation: Some(Segmentation {
                    matcher: segmentation.open().matcher,
                    single_chars: true,
                }),
            });
        }
        passes.extend(stages(&self.stages));
        Chain { passes }
    }
}

fn stages(dictionaries: &[UserDictionary]) -> impl Iterator<Item = Pass<'_>> {
    dictionaries.iter().map(|one| Pass::Stage(one.open()))
}
