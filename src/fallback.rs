//! Another form of a character for an encoding that lacks it.
//!
//! Big5 has 國 and not 国, GBK has no ⑾ beyond (11), GB2312 no 們: a text that has to be written in
//! such an encoding is better served by another form of the same character than by a question
//! mark. Forms are tried in this order, and the first that the encoding can write whole is taken:
//!
//! 1. what Unicode says that the character is: its compatibility decomposition (⑾, ㎏, ﬁ, Ａ, and
//!    the compatibility ideographs), composed again;
//! 2. the other variants of a Han character by OpenCC's tables: Traditional, Simplified, Taiwan's
//!    and Hong Kong's form, and with the feature `japan` the Japanese one;
//! 3. typographic marks in the plainer form of a short list.
//!
//! What it gets wrong: a Simplified character that stands for several Traditional ones is
//! written as the first of them, without looking at the word. Every replacement is given back,
//! so that it can be listed. A character without any form is an error, as without fallback.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use crate::codec::{Unencodable, encode, encode_with};
use crate::convert::{Config, Converter};
use crate::encoding::Encoding;
use crate::error::Error;

/// Marks and what is written for them where even that is lacking; several, the nearest first.
const MARKS: &[(char, &[&str])] = &[
    ('“', &["\""]),
    ('”', &["\""]),
    ('‘', &["'"]),
    ('’', &["'"]),
    ('—', &["―", "-"]),
    ('―', &["—", "-"]),
    ('–', &["-"]),
    ('‐', &["-"]),
    ('‑', &["-"]),
    ('−', &["-"]),
    ('…', &["..."]),
    ('·', &["‧", "・", "•", "."]),
    ('‧', &["·", "・", "•", "."]),
    ('・', &["·", "‧", "."]),
    ('•', &["·", "‧", "*"]),
    ('〜', &["～", "~"]),
    ('～', &["〜", "~"]),
    ('\u{A0}', &[" "]),   // NO-BREAK SPACE
    ('\u{3000}', &[" "]), // IDEOGRAPHIC SPACE
    ('〇', &["○", "零"]),
    ('￥', &["¥"]),
    ('¥', &["￥"]),
];

/// A character that an encoding lacks, what was written for it, and how often.
///
/// # Examples
/// ```
/// use zhfix::{Encoding, fallback::encode_with_forms};
/// let (_, replaced) = encode_with_forms("国", Encoding::Big5)?;
/// assert_eq!((replaced[0].lacking, replaced[0].written.as_str()), ('国', "國"));
/// # Ok::<(), zhfix::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Replaced {
    /// The character.
    pub lacking: char,
    /// The form that was written.
    pub written: String,
    /// How often.
    pub times: u64,
}

/// The configurations whose forms are tried, in order.
static CONVERTERS: LazyLock<Vec<Converter>> = LazyLock::new(|| {
    let configs = [
        Config::S2t,
        Config::T2s,
        Config::T2tw,
        Config::Tw2t,
        Config::T2hk,
        Config::Hk2t,
        Config::Jp2t,
        Config::T2jp,
    ];
    configs.into_iter().map(Converter::new).collect()
});

/// The form of a character that an encoding can write; `None` where it has none.
///
/// # Examples
/// ```
/// use zhfix::{Encoding, fallback};
/// assert_eq!(fallback::form('国', Encoding::Big5).as_deref(), Some("國"));
/// assert_eq!(fallback::form('⑾', Encoding::Big5).as_deref(), Some("(11)"));
/// assert_eq!(fallback::form('😀', Encoding::Big5), None);
/// ```
#[must_use]
pub fn form(c: char, encoding: Encoding) -> Option<String> {
    let original = c.to_string();
    let fits =
        |form: &String| *form != original && encode(form, encoding, Unencodable::Error).is_ok();
    let compatible: String = original.nfkc().collect();
    std::iter::once(compatible)
        .chain(
            CONVERTERS
                .iter()
                .map(|converter| converter.convert(&original).into_owned()),
        )
        .chain(marks(c).iter().map(|&mark| mark.to_owned()))
        .find(fits)
}

fn marks(c: char) -> &'static [&'static str] {
    let row = MARKS.iter().find(|(mark, _)| *mark == c);
    row.map_or(&[], |(_, forms)| forms)
}

/// Encodes text, with another form of each character that the encoding lacks, and lists them
/// by character.
///
/// # Errors
/// As [`encode`] for a character without any form.
///
/// # Examples
/// ```
/// use zhfix::{Encoding, codec::decode, fallback};
/// let (bytes, replaced) = fallback::encode_with_forms("中国国", Encoding::Big5)?;
/// assert_eq!(decode(&bytes, Encoding::Big5).text, "中國國");
/// assert_eq!((replaced[0].lacking, replaced[0].times), ('国', 2));
/// # Ok::<(), zhfix::Error>(())
/// ```
pub fn encode_with_forms(
    text: &str,
    encoding: Encoding,
) -> Result<(Cow<'_, [u8]>, Vec<Replaced>), Error> {
    let mut known: BTreeMap<char, (String, u64)> = BTreeMap::new();
    let bytes = encode_with(text, encoding, |c| {
        if let Some((written, times)) = known.get_mut(&c) {
            *times += 1;
            return Some(written.clone());
        }
        let written = form(c, encoding)?;
        known.insert(c, (written.clone(), 1));
        Some(written)
    })?;
    let replaced = known
        .into_iter()
        .map(|(lacking, (written, times))| Replaced {
            lacking,
            written,
            times,
        });
    Ok((bytes, replaced.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_form_is_taken() {
        for (c, encoding, expect) in [
            ('国', Encoding::Big5, Some("國")),
            ('著', Encoding::Big5, Some("着")),
            ('\u{F90A}', Encoding::Gbk, Some("金")), // CJK COMPATIBILITY IDEOGRAPH-F90A
            ('㎏', Encoding::EucKr, Some("kg")),
            ('Ａ', Encoding::Iso8859_1, Some("A")),
            ('…', Encoding::UsAscii, Some("...")),
            ('—', Encoding::UsAscii, Some("-")),
            ('漢', Encoding::UsAscii, None),
            ('\u{1F600}', Encoding::Gbk, None), // GRINNING FACE
        ] {
            assert_eq!(form(c, encoding).as_deref(), expect, "{c} in {encoding}");
        }
    }

    #[test]
    fn every_form_can_be_written() {
        for c in ('\u{A0}'..='\u{9FFF}')
            .chain('\u{F900}'..='\u{FFEF}')
            .step_by(7)
        {
            for encoding in [Encoding::Big5, Encoding::Gbk, Encoding::ShiftJis] {
                if let Some(form) = form(c, encoding) {
                    assert!(encode(&form, encoding, Unencodable::Error).is_ok(), "{c}");
                }
            }
        }
    }
}
