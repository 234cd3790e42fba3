//! The candidate encodings, what may be written in each, and how likely each is before
//! any byte is seen.
//!
//! The priors are judgement: of a user who mostly meets Chinese, and of encodings by how
//! often they are still met. They decide only what a few characters leave open.

use crate::encoding::Encoding;
use crate::model::{Cost, Language};

/// A language that a text may be written in, with its prior in bits.
pub(super) type Writing = (Language, Cost);

/// Unicode holds all; Chinese is what this library is asked about.
pub(super) const ANY: &[Writing] = &[
    (Language::Hans, 0),
    (Language::Hant, 0),
    (Language::HantHk, 2),
    (Language::Classical, 3),
    (Language::Japanese, 3),
    (Language::Korean, 4),
];

/// What is written in Han characters, kana among them.
pub(super) const HAN: &[Writing] = &[
    (Language::Hans, 0),
    (Language::Hant, 0),
    (Language::HantHk, 2),
    (Language::Classical, 3),
    (Language::Japanese, 3),
];

/// The prior of alphabets in Unicode.
pub(super) const LETTERS_IN_UNICODE: Cost = 3;

/// A candidate: its prior in bits, and the writings it is used for with theirs; none:
/// it is of a single byte, and `letters` knows its alphabet.
pub(super) struct Hypothesis {
    pub(super) encoding: Encoding,
    pub(super) prior_bits: Cost,
    pub(super) writings: &'static [Writing],
}

const fn hypothesis(
    encoding: Encoding,
    prior_bits: Cost,
    writings: &'static [Writing],
) -> Hypothesis {
    Hypothesis {
        encoding,
        prior_bits,
        writings,
    }
}

/// UTF-16 and UTF-32 without a mark are rare, and any bytes of even number are UTF-16.
pub(super) const WIDE: &[Hypothesis] = &[
    hypothesis(Encoding::Utf16Le, 4, ANY),
    hypothesis(Encoding::Utf16Be, 4, ANY),
    hypothesis(Encoding::Utf32Le, 12, ANY),
    hypothesis(Encoding::Utf32Be, 12, ANY),
];

/// Multi-byte extensions of ASCII. Traditional text in GBK is an eighth of GBK. The bits of
/// the others say how much rarer they are where Chinese is expected. Those whose characters are
/// pairs of bytes stand first, for `screen`.
pub(super) static MULTI_BYTE: [Hypothesis; 7] = [
    hypothesis(
        Encoding::Gbk,
        1,
        &[
            (Language::Hans, 0),
            (Language::Hant, 3),
            (Language::HantHk, 6),
            (Language::Classical, 3),
        ],
    ),
    hypothesis(
        Encoding::Big5,
        2,
        &[
            (Language::Hant, 0),
            (Language::HantHk, 1),
            (Language::Classical, 3),
        ],
    ),
    hypothesis(Encoding::EucJp, 5, &[(Language::Japanese, 0)]),
    hypothesis(
        Encoding::EucKr,
        2,
        &[(Language::Korean, 0), (Language::Hanja, 6)],
    ),
    hypothesis(
        Encoding::EucTw,
        5,
        &[(Language::Hant, 0), (Language::Classical, 3)],
    ),
    hypothesis(Encoding::ShiftJis, 4, &[(Language::Japanese, 0)]),
    // Last, because what is not valid is soon given up beside what was read before.
    hypothesis(Encoding::Utf8, 0, ANY),
];

/// Extensions of ASCII by an alphabet, from 1 in 16 for western European text to 1 in 2000
/// for scripts with which Chinese is seldom mixed.
pub(super) const SINGLE_BYTE: &[Hypothesis] = &[
    hypothesis(Encoding::Windows1252, 4, &[]),
    hypothesis(Encoding::Windows1251, 6, &[]),
    hypothesis(Encoding::Windows1250, 6, &[]),
    hypothesis(Encoding::Windows1253, 7, &[]),
    hypothesis(Encoding::Windows1254, 7, &[]),
    hypothesis(Encoding::Windows1255, 11, &[]),
    hypothesis(Encoding::Windows1256, 11, &[]),
    hypothesis(Encoding::Windows1257, 8, &[]),
    hypothesis(Encoding::Windows1258, 7, &[]),
    hypothesis(Encoding::Windows874, 7, &[]),
    hypothesis(Encoding::Koi8U, 7, &[]),
    hypothesis(Encoding::Ibm866, 8, &[]),
    hypothesis(Encoding::Iso8859_2, 7, &[]),
    hypothesis(Encoding::Iso8859_5, 9, &[]),
    hypothesis(Encoding::MacCyrillic, 10, &[]),
    hypothesis(Encoding::Macintosh, 9, &[]),
];
