//! Results in another encoding: what is written for characters that it lacks, and how many
//! there were.

use std::borrow::Cow;
use std::collections::BTreeMap;

use zhfix::{Encoding, Error, codec, fallback};

use crate::order;
use crate::render::{counted, escaped};

/// What to write for a character that the encoding lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Policy {
    Error,
    Ncr,
    Question,
    Fallback,
}

/// How many replacements a warning names.
const NAMED_MAX: usize = 8;

/// Which characters were lacking, what was written for them, and how often.
#[derive(Debug, Default)]
pub(crate) struct Replaced {
    forms: BTreeMap<char, (String, u64)>,
}

impl Replaced {
    /// Whether everything was written as it is.
    pub(crate) fn is_empty(&self) -> bool {
        self.forms.is_empty()
    }

    /// Adds those of another part.
    pub(crate) fn add(&mut self, other: Replaced) {
        for (c, (written, times)) in other.forms {
            self.forms.entry(c).or_insert((written, 0)).1 += times;
        }
    }

    /// How many characters, and which.
    pub(crate) fn said(&self, to: Encoding) -> String {
        let all: u64 = self.forms.values().map(|(_, times)| times).sum();
        let mut named: Vec<_> = self.forms.iter().collect();
        order::sort_by_key(&mut named, |(c, (_, times))| {
            (std::cmp::Reverse(*times), **c)
        });
        let more = named.len().saturating_sub(NAMED_MAX);
        let named = named.into_iter().take(NAMED_MAX);
        let named = named.map(|(c, (written, times))| {
            format!(
                "{} as {} ({times})",
                escaped(&c.to_string()),
                escaped(written)
            )
        });
        let named: Vec<String> = named.collect();
        let more = match more {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        let (chars, to, named) = (counted(all, "character"), to.name(), named.join(", "));
        format!("{chars} that {to} lacks written otherwise: {named}{more}")
    }
}

/// Encodes a text.
pub(crate) fn encode(
    text: &str,
    to: Encoding,
    policy: Policy,
) -> Result<(Cow<'_, [u8]>, Replaced), Error> {
    let mut replaced = Replaced::default();
    if policy == Policy::Fallback {
        let (bytes, forms) = fallback::encode_with_forms(text, to)?;
        let forms = forms.into_iter();
        let forms = forms.map(|one| (one.lacking, (one.written, one.times)));
        replaced.forms.extend(forms);
        return Ok((bytes, replaced));
    }
    let bytes = codec::encode_with(text, to, |c| {
        let written = match policy {
            Policy::Error | Policy::Fallback => return None,
            Policy::Ncr => format!("&#{};", u32::from(c)),
            Policy::Question => "?".to_owned(),
        };
        replaced.forms.entry(c).or_insert((written.clone(), 0)).1 += 1;
        Some(written)
    })?;
    Ok((bytes, replaced))
}
