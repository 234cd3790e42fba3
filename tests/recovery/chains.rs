//! The chains of wrong decodings that are measured, and their floors.
//!
//! A row is a chain; its floors are percentages at 4, 8, 16, 64 and 400 characters. A floor
//! of 0 asks for nothing.

use zhfix::Encoding;

/// How programs lose what the wrong decoder has no character for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loss {
    /// As browsers do: U+FFFD for each malformed sequence, ASCII behind it kept.
    Browser,
    /// As Windows does: `?` for a lead byte with what follows it, which is swallowed.
    WindowsQuestion,
    /// As Python does with `errors="replace"`: U+FFFD, and no user-defined areas.
    Replaced,
    /// The same in code pages that have those areas.
    OneByOne,
    /// The same, and `?` for U+FFFD.
    OneByOneQuestion,
    /// [`Loss::Replaced`], and `?` for U+FFFD.
    ReplacedQuestion,
    /// As Python does with `errors="ignore"`.
    Ignored,
    /// As Java does, whose GBK lacks byte 0x80: `?`.
    JavaQuestion,
    /// As browsers do, but what lands in the private use area is dropped later.
    PrivateUseDropped,
    /// C1 controls are dropped.
    ControlsDropped,
    /// U+FFFD for what windows-1252 leaves unassigned.
    StrictSingleByte,
    /// None: the wrong decoder reads what is not UTF-8.
    Utf8First,
}

impl Loss {
    /// Whether no sequence has two bytes.
    pub(crate) fn is_single_byte(self) -> bool {
        matches!(self, Loss::ControlsDropped | Loss::StrictSingleByte)
    }

    /// Whether a character that was read stays.
    pub(crate) fn keeps(self, c: char, bytes: &[u8]) -> bool {
        let private = matches!(c, '\u{E000}'..='\u{F8FF}');
        match self {
            Loss::Browser
            | Loss::WindowsQuestion
            | Loss::OneByOne
            | Loss::OneByOneQuestion
            | Loss::Utf8First => true,
            Loss::PrivateUseDropped => !private,
            Loss::Replaced | Loss::ReplacedQuestion | Loss::Ignored | Loss::JavaQuestion => {
                !private && bytes != [0x80]
            }
            Loss::ControlsDropped | Loss::StrictSingleByte => !matches!(c, '\u{80}'..='\u{9F}'),
        }
    }

    /// What stands where something was lost.
    pub(crate) fn stands_for_lost(self) -> &'static str {
        match self {
            Loss::Browser | Loss::Replaced | Loss::OneByOne | Loss::StrictSingleByte => "\u{FFFD}",
            Loss::WindowsQuestion
            | Loss::OneByOneQuestion
            | Loss::ReplacedQuestion
            | Loss::JavaQuestion => "?",
            Loss::Ignored | Loss::PrivateUseDropped | Loss::ControlsDropped | Loss::Utf8First => "",
        }
    }

    /// Whether a lead byte without a trail takes the next byte with it.
    pub(crate) fn swallows_next(self) -> bool {
        self == Loss::WindowsQuestion
    }
}

/// One wrong decoding.
pub(crate) struct Step {
    pub(crate) right: Encoding,
    pub(crate) wrong: Encoding,
    pub(crate) loss: Loss,
}

/// Some wrong decodings, the first to happen first.
pub(crate) struct Chain {
    pub(crate) name: &'static str,
    pub(crate) steps: &'static [Step],
    /// Floors of exact samples, by length.
    pub(crate) exact: [f64; 5],
    /// Floors of right characters, by length.
    pub(crate) right: [f64; 5],
    /// The floor where only a part of a text is damaged, if that is measured.
    pub(crate) in_parts: Option<f64>,
}

const fn step(right: Encoding, wrong: Encoding) -> Step {
    Step {
        right,
        wrong,
        loss: Loss::Browser,
    }
}

const fn losing(right: Encoding, wrong: Encoding, loss: Loss) -> Step {
    Step { right, wrong, loss }
}

const fn chain(name: &'static str, steps: &'static [Step], exact: [f64; 5]) -> Chain {
    Chain {
        name,
        steps,
        exact,
        right: [0.0; 5],
        in_parts: None,
    }
}

/// A chain that is also measured in parts of texts.
const fn in_parts(
    name: &'static str,
    steps: &'static [Step],
    exact: [f64; 5],
    floor: f64,
) -> Chain {
    Chain {
        name,
        steps,
        exact,
        right: [0.0; 5],
        in_parts: Some(floor),
    }
}

const fn lossy(
    name: &'static str,
    steps: &'static [Step],
    exact: [f64; 5],
    right: [f64; 5],
) -> Chain {
    Chain {
        name,
        steps,
        exact,
        right,
        in_parts: None,
    }
}

use Encoding::{
    Big5, EucKr, Gbk, Ibm437, Ibm850, Ibm866, Iso8859_1, Iso8859_15, Koi8R, Macintosh, ShiftJis,
    Utf8, Windows1250, Windows1251, Windows1252, Windows1253, Windows1254, Windows1255,
    Windows1256, Windows1257, Windows1258,
};

const NONE: [f64; 5] = [0.0; 5];

/// Chains that keep every byte, or most of them by the chance of the text.
pub(crate) const REVERSIBLE: &[Chain] = &[
    in_parts(
        "U>windows-1252",
        &[step(Utf8, Windows1252)],
        [97.0, 97.0, 97.0, 97.0, 97.0],
        92.0,
    ),
    chain(
        "U>ISO-8859-1",
        &[step(Utf8, Iso8859_1)],
        [97.0, 97.0, 97.0, 97.0, 97.0],
    ),
    chain(
        "U>windows-1250",
        &[step(Utf8, Windows1250)],
        [97.0, 97.0, 97.0, 97.0, 97.0],
    ),
    in_parts(
        "U>windows-1251",
        &[step(Utf8, Windows1251)],
        [93.0, 97.0, 97.0, 93.0, 97.0],
        93.0,
    ),
    chain(
        "U>windows-1253",
        &[step(Utf8, Windows1253)],
        [81.0, 75.0, 55.0, 30.0, 0.0],
    ),
    chain(
        "U>windows-1254",
        &[step(Utf8, Windows1254)],
        [97.0, 97.0, 97.0, 97.0, 97.0],
    ),
    chain(
        "U>windows-1255",
        &[step(Utf8, Windows1255)],
        [97.0, 97.0, 97.0, 97.0, 97.0],
    ),
    chain(
        "U>windows-1256",
        &[step(Utf8, Windows1256)],
        [93.0, 97.0, 97.0, 97.0, 97.0],
    ),
    chain(
        "U>windows-1257",
        &[step(Utf8, Windows1257)],
        [70.0, 58.0, 36.0, 0.0, 0.0],
    ),
    chain(
        "U>windows-1258",
        &[step(Utf8, Windows1258)],
        [97.0, 97.0, 97.0, 97.0, 97.0],
    ),
    chain(
        "U>ISO-8859-15",
        &[step(Utf8, Iso8859_15)],
        [94.0, 97.0, 97.0, 97.0, 97.0],
    ),
    in_parts(
        "U>IBM437",
        &[step(Utf8, Ibm437)],
        [97.0, 97.0, 97.0, 97.0, 97.0],
        92.0,
    ),
    chain(
        "U>IBM850",
        &[step(Utf8, Ibm850)],
        [97.0, 97.0, 97.0, 97.0, 97.0],
    ),
    chain(
        "U>IBM866",
        &[step(Utf8, Ibm866)],
        [97.0, 97.0, 97.0, 93.0, 93.0],
    ),
    chain(
        "U>macintosh",
        &[step(Utf8, Macintosh)],
        [97.0, 97.0, 97.0, 97.0, 97.0],
    ),
    chain(
        "U>KOI8-R",
        &[step(Utf8, Koi8R)],
        [97.0, 97.0, 97.0, 97.0, 97.0],
    ),
    in_parts(
        "G>windows-1252",
        &[step(Gbk, Windows1252)],
        [95.0, 97.0, 97.0, 97.0, 97.0],
        89.0,
    ),
    chain(
        "G>ISO-8859-1",
        &[step(Gbk, Iso8859_1)],
        [96.0, 97.0, 97.0, 96.0, 97.0],
    ),
    chain(
        "G>windows-1250",
        &[step(Gbk, Windows1250)],
        [96.0, 97.0, 97.0, 97.0, 96.0],
    ),
    in_parts(
        "G>windows-1251",
        &[step(Gbk, Windows1251)],
        [93.0, 97.0, 97.0, 97.0, 97.0],
        91.0,
    ),
    chain(
        "G>windows-1253",
        &[step(Gbk, Windows1253)],
        [70.0, 58.0, 30.0, 4.0, 0.0],
    ),
    chain(
        "G>windows-1254",
        &[step(Gbk, Windows1254)],
        [96.0, 97.0, 97.0, 97.0, 97.0],
    ),
    chain(
        "G>windows-1255",
        &[step(Gbk, Windows1255)],
        [44.0, 43.0, 21.0, 0.0, 0.0],
    ),
    chain(
        "G>windows-1256",
        &[step(Gbk, Windows1256)],
        [80.0, 94.0, 97.0, 97.0, 97.0],
    ),
    chain(
        "G>windows-1257",
        &[step(Gbk, Windows1257)],
        [84.0, 64.0, 37.0, 8.0, 0.0],
    ),
    chain(
        "G>windows-1258",
        &[step(Gbk, Windows1258)],
        [95.0, 97.0, 97.0, 97.0, 97.0],
    ),
    in_parts(
        "G>UTF-8, or windows-1252",
        &[losing(Gbk, Windows1252, Loss::Utf8First)],
        [90.0, 95.0, 96.0, 97.0, 95.0],
        90.0,
    ),
    chain(
        "G>UTF-8, or ISO-8859-1",
        &[losing(Gbk, Iso8859_1, Loss::Utf8First)],
        [91.0, 95.0, 97.0, 96.0, 94.0],
    ),
    chain(
        "G>ISO-8859-15",
        &[step(Gbk, Iso8859_15)],
        [94.0, 97.0, 97.0, 97.0, 97.0],
    ),
    in_parts(
        "G>IBM437",
        &[step(Gbk, Ibm437)],
        [96.0, 97.0, 96.0, 97.0, 97.0],
        91.0,
    ),
    chain(
        "G>IBM850",
        &[step(Gbk, Ibm850)],
        [96.0, 97.0, 97.0, 97.0, 96.0],
    ),
    chain(
        "G>IBM866",
        &[step(Gbk, Ibm866)],
        [97.0, 97.0, 97.0, 97.0, 96.0],
    ),
    chain(
        "G>macintosh",
        &[step(Gbk, Macintosh)],
        [96.0, 97.0, 97.0, 97.0, 97.0],
    ),
    chain(
        "G>KOI8-R",
        &[step(Gbk, Koi8R)],
        [91.0, 97.0, 97.0, 97.0, 97.0],
    ),
    in_parts(
        "B>windows-1252",
        &[step(Big5, Windows1252)],
        [94.0, 97.0, 97.0, 97.0, 97.0],
        93.0,
    ),
    chain(
        "B>ISO-8859-1",
        &[step(Big5, Iso8859_1)],
        [97.0, 97.0, 97.0, 97.0, 97.0],
    ),
    chain(
        "B>windows-1250",
        &[step(Big5, Windows1250)],
        [94.0, 97.0, 97.0, 97.0, 97.0],
    ),
    chain(
        "B>windows-1251",
        &[step(Big5, Windows1251)],
        [94.0, 97.0, 97.0, 97.0, 97.0],
    ),
    chain(
        "B>windows-1253",
        &[step(Big5, Windows1253)],
        [63.0, 45.0, 28.0, 0.0, 0.0],
    ),
    chain(
        "B>windows-1254",
        &[step(Big5, Windows1254)],
        [96.0, 97.0, 97.0, 97.0, 97.0],
    ),
    chain(
        "B>IBM437",
        &[step(Big5, Ibm437)],
        [93.0, 97.0, 97.0, 97.0, 97.0],
    ),
    chain(
        "B>IBM850",
        &[step(Big5, Ibm850)],
        [94.0, 97.0, 97.0, 97.0, 97.0],
    ),
    chain(
        "B>IBM866",
        &[step(Big5, Ibm866)],
        [91.0, 96.0, 97.0, 97.0, 97.0],
    ),
    chain(
        "B>macintosh",
        &[step(Big5, Macintosh)],
        [94.0, 97.0, 97.0, 97.0, 97.0],
    ),
    in_parts(
        "B>UTF-8, or windows-1252",
        &[losing(Big5, Windows1252, Loss::Utf8First)],
        [91.0, 95.0, 94.0, 97.0, 95.0],
        90.0,
    ),
    chain(
        "B>UTF-8, or ISO-8859-1",
        &[losing(Big5, Iso8859_1, Loss::Utf8First)],
        [91.0, 95.0, 95.0, 97.0, 95.0],
    ),
    chain(
        "B>ISO-8859-15",
        &[step(Big5, Iso8859_15)],
        [94.0, 97.0, 97.0, 97.0, 97.0],
    ),
    chain(
        "B>KOI8-R",
        &[step(Big5, Koi8R)],
        [96.0, 97.0, 97.0, 97.0, 97.0],
    ),
    chain(
        "U>windows-1252 twice",
        &[step(Utf8, Windows1252), step(Utf8, Windows1252)],
        [97.0, 97.0, 97.0, 97.0, 97.0],
    ),
    chain(
        "U>windows-1252 three times",
        &[
            step(Utf8, Windows1252),
            step(Utf8, Windows1252),
            step(Utf8, Windows1252),
        ],
        [97.0, 97.0, 97.0, 97.0, 97.0],
    ),
    chain(
        "U>windows-1251>windows-1252",
        &[step(Utf8, Windows1251), step(Utf8, Windows1252)],
        [97.0, 97.0, 97.0, 93.0, 93.0],
    ),
    chain(
        "U>IBM437>ISO-8859-1>1250",
        &[
            step(Utf8, Ibm437),
            step(Utf8, Iso8859_1),
            step(Utf8, Windows1250),
        ],
        [97.0, 97.0, 97.0, 97.0, 97.0],
    ),
    chain(
        "G>windows-1252, U>windows-1252",
        &[step(Gbk, Windows1252), step(Utf8, Windows1252)],
        [97.0, 97.0, 97.0, 97.0, 97.0],
    ),
    chain(
        "G>IBM437, U>GBK",
        &[step(Gbk, Ibm437), step(Utf8, Gbk)],
        [45.0, 27.0, 11.0, 0.0, 0.0],
    ),
    in_parts(
        "U>GBK",
        &[step(Utf8, Gbk)],
        [65.0, 35.0, 18.0, 0.0, 0.0],
        92.0,
    ),
    chain(
        "U>GBK twice",
        &[step(Utf8, Gbk), step(Utf8, Gbk)],
        [60.0, 27.0, 0.0, 0.0, 0.0],
    ),
    chain(
        "U>GBK, U>windows-1252",
        &[step(Utf8, Gbk), step(Utf8, Windows1252)],
        [69.0, 48.0, 50.0, 18.0, 0.0],
    ),
    in_parts(
        "B>GBK",
        &[step(Big5, Gbk)],
        [53.0, 96.0, 96.0, 97.0, 97.0],
        87.0,
    ),
    in_parts(
        "G>Big5",
        &[step(Gbk, Big5)],
        [7.0, 26.0, 12.0, 0.0, 0.0],
        88.0,
    ),
    chain(
        "G>Shift_JIS",
        &[step(Gbk, ShiftJis)],
        [15.0, 24.0, 7.0, 0.0, 0.0],
    ),
    chain("G>EUC-KR", &[step(Gbk, EucKr)], [0.0, 19.0, 10.0, 0.0, 0.0]),
    chain(
        "B>Shift_JIS",
        &[step(Big5, ShiftJis)],
        [33.0, 46.0, 36.0, 0.0, 0.0],
    ),
    chain("B>EUC-KR", &[step(Big5, EucKr)], [5.0, 9.0, 12.0, 0.0, 0.0]),
];

/// Chains that lose bytes.
pub(crate) const LOSSY: &[Chain] = &[
    lossy(
        "U>GBK, browser",
        &[step(Utf8, Gbk)],
        [75.0, 56.0, 49.0, 33.0, 4.0],
        [90.0, 91.5, 94.0, 96.5, 97.5],
    ),
    lossy(
        "U>GBK, Windows",
        &[losing(Utf8, Gbk, Loss::WindowsQuestion)],
        [65.0, 41.0, 19.0, 8.0, 0.0],
        [84.0, 88.0, 90.0, 93.0, 93.0],
    ),
    lossy(
        "U>GBK, replaced",
        &[losing(Utf8, Gbk, Loss::Replaced)],
        [56.0, 43.0, 31.0, 4.0, 0.0],
        [80.0, 89.0, 91.5, 94.0, 95.0],
    ),
    lossy(
        "U>GBK, ?",
        &[losing(Utf8, Gbk, Loss::ReplacedQuestion)],
        [52.0, 44.0, 26.0, 6.0, 0.0],
        [75.0, 86.0, 90.0, 94.0, 95.0],
    ),
    lossy(
        "U>GBK, Java",
        &[losing(Utf8, Gbk, Loss::JavaQuestion)],
        [54.0, 43.0, 17.0, 2.0, 0.0],
        [76.0, 86.5, 89.0, 92.5, 95.0],
    ),
    lossy(
        "U>GBK, ignored",
        &[losing(Utf8, Gbk, Loss::Ignored)],
        [50.0, 38.0, 22.0, 2.0, 0.0],
        [70.0, 86.0, 89.0, 92.5, 93.0],
    ),
    lossy(
        "U>GBK, private use dropped",
        &[losing(Utf8, Gbk, Loss::PrivateUseDropped)],
        [54.0, 45.0, 26.0, 2.0, 0.0],
        [73.5, 87.5, 90.5, 94.0, 95.0],
    ),
    lossy(
        "U>GBK twice",
        &[step(Utf8, Gbk), step(Utf8, Gbk)],
        [71.0, 57.0, 40.0, 27.0, 2.0],
        [80.5, 91.5, 92.5, 95.5, 97.0],
    ),
    lossy(
        "U>windows-1252, replaced, U>windows-1252",
        &[
            losing(Utf8, Windows1252, Loss::StrictSingleByte),
            step(Utf8, Windows1252),
        ],
        [75.0, 77.0, 71.0, 58.0, 12.0],
        [88.5, 95.0, 95.0, 97.0, 97.5],
    ),
    lossy(
        "U>windows-1252, replaced",
        &[losing(Utf8, Windows1252, Loss::StrictSingleByte)],
        [75.0, 83.0, 72.0, 56.0, 9.0],
        [87.0, 95.5, 97.0, 97.5, 98.0],
    ),
    lossy(
        "U>windows-1252, C1 dropped",
        &[losing(Utf8, Windows1252, Loss::ControlsDropped)],
        [72.0, 66.0, 67.0, 40.0, 2.0],
        [89.0, 94.5, 96.0, 96.5, 97.5],
    ),
    lossy(
        "U>Shift_JIS",
        &[step(Utf8, ShiftJis)],
        [38.0, 45.0, 27.0, 6.0, 0.0],
        [64.0, 85.5, 91.0, 93.5, 95.5],
    ),
    lossy(
        "U>EUC-KR",
        &[step(Utf8, EucKr)],
        [28.0, 11.0, 4.0, 0.0, 0.0],
        [50.0, 68.0, 77.0, 83.0, 84.0],
    ),
    lossy(
        "U>Big5",
        &[step(Utf8, Big5)],
        NONE,
        [0.0, 12.0, 22.0, 32.0, 38.0],
    ),
    lossy(
        "U>Big5, Python",
        &[losing(Utf8, Big5, Loss::OneByOne)],
        NONE,
        [0.0, 16.0, 30.0, 42.0, 50.0],
    ),
    lossy(
        "U>Big5, Python, ?",
        &[losing(Utf8, Big5, Loss::OneByOneQuestion)],
        NONE,
        [0.0, 16.0, 30.0, 42.0, 50.0],
    ),
    lossy(
        "G>Big5 in part",
        &[step(Gbk, Big5)],
        NONE,
        [0.0, 50.0, 64.0, 72.0, 76.0],
    ),
    lossy(
        "G>Big5, Python",
        &[losing(Gbk, Big5, Loss::OneByOne)],
        NONE,
        [0.0, 55.0, 64.0, 74.0, 80.0],
    ),
    lossy(
        "G>Shift_JIS in part",
        &[step(Gbk, ShiftJis)],
        NONE,
        [10.0, 50.0, 70.0, 80.0, 84.0],
    ),
    lossy(
        "G>Shift_JIS, Python",
        &[losing(Gbk, ShiftJis, Loss::OneByOne)],
        NONE,
        [10.0, 50.0, 70.0, 80.0, 84.0],
    ),
    lossy(
        "G>EUC-KR in part",
        &[step(Gbk, EucKr)],
        NONE,
        [0.0, 55.0, 60.0, 74.0, 80.0],
    ),
    lossy(
        "G>EUC-KR, Python",
        &[losing(Gbk, EucKr, Loss::OneByOne)],
        NONE,
        [0.0, 55.0, 65.0, 74.0, 80.0],
    ),
    lossy(
        "B>Shift_JIS in part",
        &[step(Big5, ShiftJis)],
        NONE,
        [20.0, 60.0, 70.0, 80.0, 84.0],
    ),
    lossy(
        "B>Shift_JIS, Python",
        &[losing(Big5, ShiftJis, Loss::OneByOne)],
        NONE,
        [20.0, 55.0, 65.0, 75.0, 80.0],
    ),
    lossy(
        "B>EUC-KR in part",
        &[step(Big5, EucKr)],
        NONE,
        [0.0, 40.0, 60.0, 72.0, 78.0],
    ),
    lossy(
        "B>EUC-KR, Python",
        &[losing(Big5, EucKr, Loss::OneByOne)],
        NONE,
        [0.0, 50.0, 65.0, 78.0, 82.0],
    ),
    lossy(
        "B>GBK, Python",
        &[losing(Big5, Gbk, Loss::Replaced)],
        NONE,
        [0.0, 15.0, 40.0, 54.0, 64.0],
    ),
];
