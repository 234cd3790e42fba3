//! The candidate encodings, what may be written in each, and how likely each is before
//! any byte is seen.
//!
//! The priors are judgement: of a user who mostly meets Chinese, and of encodings by how
//! often they are still met. They decide only what a few characters leave open.

use crate::encoding::Encoding;
use crate::model::{Cost, Language};

/// What a text may be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writing {
    Language(Language),
    Alphabet,
}

const HANS: Writing = Writing::Language(Language::Hans);
const HANT: Writing = Writing::Language(Language::Hant);
const JAPANESE: Writing = Writing::Language(Language::Japanese);
const KOREAN: Writing = Writing::Language(Language::Korean);

/// Unicode holds all; Chinese is what this library is asked about.
pub(super) const ANY: &[(Writing, Cost)] = &[
    (HANS, 0),
    (HANT, 0),
    (JAPANESE, 3),
    (KOREAN, 4),
    (Writing::Alphabet, 5),
];

/// A candidate: its prior, and the writings it is used for with theirs, in bits.
pub(super) struct Hypothesis {
    pub(super) encoding: Encoding,
    pub(super) prior_bits: Cost,
    pub(super) writings: &'static [(Writing, Cost)],
}

const fn hypothesis(
    encoding: Encoding,
    prior_bits: Cost,
    writings: &'static [(Writing, Cost)],
) -> Hypothesis {
    Hypothesis {
        encoding,
        prior_bits,
        writings,
    }
}

/// Alphabets have one writing.
pub(super) const LETTERS: &[(Writing, Cost)] = &[(Writing::Alphabet, 0)];

/// UTF-16 and UTF-32 without a mark are rare, and any bytes of even number are UTF-16.
pub(super) const WIDE: &[Hypothesis] = &[
    hypothesis(Encoding::Utf16Le, 10, ANY),
    hypothesis(Encoding::Utf16Be, 11, ANY),
    hypothesis(Encoding::Utf32Le, 12, ANY),
    hypothesis(Encoding::Utf32Be, 12, ANY),
];

/// The extensions of ASCII. Traditional text in GBK is an eighth of GBK. The bits of the
/// others say how much rarer they are where Chinese is expected: from 1 in 16 for Korean,
/// 1 in 32 for western European text, to 1 in 2000 for scripts with which Chinese is seldom mixed.
pub(super) const EXTENSIONS: &[Hypothesis] = &[
    hypothesis(Encoding::Utf8, 0, ANY),
    hypothesis(Encoding::Gbk, 1, &[(HANS, 0), (HANT, 3)]),
    hypothesis(Encoding::Big5, 2, &[(HANT, 0)]),
    hypothesis(Encoding::ShiftJis, 6, &[(JAPANESE, 0)]),
    hypothesis(Encoding::EucJp, 7, &[(JAPANESE, 0)]),
    hypothesis(Encoding::EucKr, 4, &[(KOREAN, 0)]),
    hypothesis(Encoding::Windows1252, 5, LETTERS),
    hypothesis(Encoding::Windows1251, 8, LETTERS),
    hypothesis(Encoding::Windows1250, 8, LETTERS),
    hypothesis(Encoding::Windows1253, 10, LETTERS),
    hypothesis(Encoding::Windows1254, 9, LETTERS),
    hypothesis(Encoding::Windows1255, 11, LETTERS),
    hypothesis(Encoding::Windows1256, 11, LETTERS),
    hypothesis(Encoding::Windows1257, 9, LETTERS),
    hypothesis(Encoding::Windows1258, 10, LETTERS),
    hypothesis(Encoding::Windows874, 9, LETTERS),
    hypothesis(Encoding::Koi8U, 9, LETTERS),
    hypothesis(Encoding::Ibm866, 10, LETTERS),
    hypothesis(Encoding::Iso8859_2, 9, LETTERS),
    hypothesis(Encoding::Iso8859_5, 11, LETTERS),
    hypothesis(Encoding::MacCyrillic, 12, LETTERS),
    hypothesis(Encoding::Macintosh, 11, LETTERS),
];
