//! What the name of a file says of its encoding.
//!
//! Names hold labels (`notes.gbk.txt`, `zh_TW.Big5`), languages (`film.cht.srt`, `zh-CN/`) and
//! the domain that a page was saved from (`www.example.com.tw.html`). Files are renamed and
//! converted, so that this is worth less than what anybody declares.
//!
//! What it gets wrong: `sc`, `tc` and `gb` are abbreviations of other things, too; they count
//! only in front of the ending, as subtitles have them.

use crate::detect::{Evidence, Region, region_bits};
use crate::encoding::Encoding;
use crate::model::Cost;

/// A name with a label is wrong about once in sixteen files.
const LABEL_BITS: Cost = 4;

/// A language that is written in this encoding.
const LANGUAGE_BITS: Cost = 3;

/// What a name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Named {
    /// By its label.
    encoding: Option<Encoding>,
    region: Option<Region>,
    /// Encodings of the language.
    of_language: &'static [Encoding],
}

impl Named {
    /// Reads a name, with its folders or without; what stands last counts most.
    pub(super) fn of(name: &str) -> Named {
        let mut named = Named::default();
        let is_part = |c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_';
        for part in name.split(is_part) {
            named.take_label(part);
            for (at, _) in part.match_indices(['-', '_']) {
                named.take_label(&part[at + 1..]);
            }
            for word in part.split(['-', '_']) {
                named.take_label(word);
                named.take_language(&word.to_ascii_lowercase());
            }
        }
        let mut from_end = name.rsplit('.');
        let before_ending = from_end.nth(1).filter(|_| from_end.next().is_some());
        let before_ending = before_ending.unwrap_or_default().to_ascii_lowercase();
        match before_ending.as_str() {
            "sc" | "gb" => named.region = Some(Region::Cn),
            "tc" => named.region = Some(Region::Tw),
            _ => {}
        }
        named
    }

    fn take_label(&mut self, label: &str) {
        // Shorter labels are those of old code pages, and numbers, dates or sizes.
        let is_label = label.len() > 2 && label.starts_with(|c: char| c.is_ascii_alphabetic());
        let named = Encoding::from_label(label).filter(|_| is_label);
        let is_of_bytes = |encoding: &Encoding| *encoding != Encoding::UsAscii;
        self.encoding = named.filter(is_of_bytes).or(self.encoding);
    }

    fn take_language(&mut self, word: &str) {
        let region = match word {
            "cn" | "chs" | "hans" => Some(Region::Cn),
            "tw" | "cht" | "hant" => Some(Region::Tw),
            "hk" => Some(Region::Hk),
            _ => None,
        };
        self.region = region.or(self.region);
        let of_language: &[Encoding] = match word {
            "ja" | "jp" | "jpn" => &[Encoding::ShiftJis, Encoding::EucJp],
            "ko" | "kr" | "kor" => &[Encoding::EucKr],
            "ru" | "rus" => &[
                Encoding::Windows1251,
                Encoding::Koi8U,
                Encoding::Koi8R,
                Encoding::Ibm866,
            ],
            _ => return,
        };
        self.of_language = of_language;
    }

    /// Whether there is nothing to be learned from it.
    pub(super) fn says_nothing(self) -> bool {
        self.encoding.is_none() && self.region.is_none() && self.of_language.is_empty()
    }

    /// Bits to add to the cost of an encoding.
    pub(super) fn extra_bits(self, encoding: Encoding) -> Cost {
        let is_named = match (self.encoding, encoding) {
            (Some(Encoding::Gbk | Encoding::Gb18030), Encoding::Gbk | Encoding::Gb18030) => true,
            (named, _) => named == Some(encoding),
        };
        let of_label = if is_named { LABEL_BITS } else { 0 };
        let of_language = match self.of_language.contains(&encoding) {
            true => LANGUAGE_BITS,
            false => 0,
        };
        region_bits(self.region, encoding) - of_label - of_language
    }

    /// What it says, as evidence.
    pub(super) fn evidence(self) -> impl Iterator<Item = Evidence> {
        let encodings = self
            .encoding
            .into_iter()
            .chain(self.of_language.iter().copied());
        let encodings = encodings.map(|encoding| Evidence::FileName { encoding });
        encodings.chain(self.region.map(|region| Evidence::From { region }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (name, encoding, region) in [
            ("notes.gbk.txt", Some(Encoding::Gbk), None),
            ("zh_TW.Big5/a.po", Some(Encoding::Big5), Some(Region::Tw)),
            ("film.cht.srt", None, Some(Region::Tw)),
            ("film.SC.ass", None, Some(Region::Cn)),
            ("zh-Hans/readme.md", None, Some(Region::Cn)),
            ("www.example.com.hk.html", None, Some(Region::Hk)),
            ("list-euc-jp.txt", Some(Encoding::EucJp), None),
            ("list_utf-8.txt", Some(Encoding::Utf8), None),
            ("sc.txt", None, None),
            ("readme.txt", None, None),
            ("2312.txt", None, None),
            ("", None, None),
        ] {
            let named = Named::of(name);
            assert_eq!((named.encoding, named.region), (encoding, region), "{name}");
        }
    }

    #[test]
    fn a_language_in_a_name_favours_what_it_is_written_in() {
        let all = Encoding::ALL.iter().copied();
        for (name, favoured) in [
            ("film.ja.srt", &[Encoding::ShiftJis, Encoding::EucJp][..]),
            ("film_jpn.srt", &[Encoding::ShiftJis, Encoding::EucJp]),
            ("ko/readme.txt", &[Encoding::EucKr]),
            (
                "film.rus.srt",
                &[
                    Encoding::Windows1251,
                    Encoding::Koi8R,
                    Encoding::Koi8U,
                    Encoding::Ibm866,
                ],
            ),
            ("film.srt", &[]),
        ] {
            let named = Named::of(name);
            assert_eq!(named.says_nothing(), favoured.is_empty(), "{name}");
            let is_favoured = |encoding: &Encoding| named.extra_bits(*encoding) < 0;
            let found: Vec<Encoding> = all.clone().filter(is_favoured).collect();
            assert_eq!(found.len(), favoured.len(), "{name}: {found:?}");
            assert!(
                favoured.iter().all(|encoding| found.contains(encoding)),
                "{name}: {found:?}"
            );
        }
    }
}
