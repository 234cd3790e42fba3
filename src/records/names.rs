//! File names that are judged together: those of one folder tree, or of one archive.
//!
//! A name alone is too short to tell its encoding by. But the names that one machine wrote are
//! mostly in one encoding, sometimes in two or three. So every name is asked which encodings
//! it can be in and how probable each is, the shares of the encodings among all names are
//! estimated from that, and each name is judged again with the shares as its prior (mixture
//! by expectation and maximisation). Where names of one encoding stand together, those that are
//! not certain hear their neighbours. What is not nearly certain then stays as it is.
//!
//! Names that are text go through the pipeline together, one a line, so that mojibake in a
//! short name is proven by the others.

use std::borrow::Cow;
use std::collections::HashMap;

use super::format::lines;
use super::format::pieces::{Passage, Spelling};
use super::unseen::is_unseen;
use crate::codec::{self, Decoded};
use crate::detect::Detector;
use crate::encoding::Encoding;
use crate::pipeline::Pipeline;
use crate::report::Report;

/// From this probability on a name is read: one wrong name in a thousand would be one too many,
/// and those that are this certain are righter than they say where the others agree.
///
/// # Examples
/// ```
/// use zhfix::records::{CERTAIN_NAME, names};
/// use zhfix::{Detector, Pipeline};
/// let read = names(&Detector::new(), &Pipeline::default(), &["目录.txt"]);
/// assert!(read[0].probability >= CERTAIN_NAME);
/// ```
pub const CERTAIN_NAME: f32 = 0.98;

/// How often the shares are estimated anew; they stand still after five or six.
const ROUNDS: usize = 12;

/// What an encoding that no name is in yet may still be worth, in names.
const UNSEEN_NAMES: f64 = 0.02;

/// From so many characters on, what single-byte encodings make of bytes and is valid UTF-8 is
/// UTF-8: it is nothing to any model of language, and Japanese of a kind to some.
const MOJIBAKE_CHARS: usize = 3;

/// How much less probable a reading with characters beyond U+FFFF is than the model has it: a
/// short name of another encoding hits them by chance.
const RARE: f64 = 0.01;

/// What a name says.
///
/// # Examples
/// ```
/// use zhfix::records::names;
/// use zhfix::{Detector, Encoding, Pipeline};
/// let read = names(&Detector::new(), &Pipeline::default(), &["目錄.txt"]);
/// assert_eq!(read[0].encoding, Some(Encoding::Utf8));
/// assert_eq!(read[0].text.as_deref(), Some("目录.txt"));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Name {
    /// The clean name; `None` where its encoding is not certain, or it would not be a name
    /// any more.
    pub text: Option<String>,
    /// The encoding that is most probable; `None` where the bytes are no text.
    pub encoding: Option<Encoding>,
    /// How probable that is, 0 to 1.
    pub probability: f32,
}

/// Reads names that belong together.
///
/// Separators (`/`) stay where they are, and no name gets one more, or a control character.
/// Time: O(all names), a detection each.
///
/// # Examples
/// ```
/// use zhfix::records::names;
/// use zhfix::{Detector, Pipeline};
///
/// let pipeline = Pipeline::builder().convert(None).build();
/// // 第一章, 目录 and 附录一 in GBK, and what is UTF-8 already.
/// let raw: [&[u8]; 4] =
///     [b"\xB5\xDA\xD2\xBB\xD5\xC2", b"\xC4\xBF\xC2\xBC", b"\xB8\xBD\xC2\xBC\xD2\xBB", b"a.txt"];
/// let read = names(&Detector::new(), &pipeline, &raw);
/// let texts: Vec<_> = read.iter().map(|name| name.text.as_deref().unwrap()).collect();
/// assert_eq!(texts, ["第一章", "目录", "附录一", "a.txt"]);
/// ```
#[must_use]
pub fn names<B: AsRef<[u8]>>(detector: &Detector, pipeline: &Pipeline, names: &[B]) -> Vec<Name> {
    let mut read = encodings(detector, names);
    let decode = |raw: &[u8], encoding: Encoding| {
        let decoded = codec::decode(raw, encoding);
        let whole = decoded.malformed.is_empty() && !decoded.bom;
        let text = decoded.text.into_owned();
        // What nobody sees or what turns the direction of a name is not made readable.
        let is_fit = encoding == Encoding::Utf8 || !text.contains(is_unseen);
        (whole && is_fit && is_name(&text, slashes_in(raw))).then_some(text)
    };
    let decoded = names.iter().zip(&read).map(|(raw, name)| {
        let is_certain = name.probability >= CERTAIN_NAME;
        let certain = name.encoding.filter(|_| is_certain);
        decode(raw.as_ref(), certain?)
    });
    let mut decoded: Vec<Option<String>> = decoded.collect();
    take_known(names, &read, &mut decoded);
    for (raw, text) in names.iter().zip(&mut decoded) {
        // To read a name as UTF-8 changes nothing, and what repair does is proven for itself.
        if text.is_none() && std::str::from_utf8(raw.as_ref()).is_ok() {
            *text = decode(raw.as_ref(), Encoding::Utf8);
        }
    }
    let mut joined = String::new();
    let mut places = Vec::new();
    for text in decoded.iter().flatten() {
        places.push(Passage {
            span: joined.len()..joined.len() + text.len(),
            spelling: Spelling::Plain(""),
            continues: false,
        });
        joined.push_str(text);
        joined.push('\n');
    }
    let decoded_names = Decoded {
        text: Cow::Owned(joined),
        malformed: Vec::new(),
        replaced_at: Vec::new(),
        bom: false,
    };
    let clean = lines::run(pipeline, decoded_names, &places, &mut Report::default());
    let mut clean = clean.lines();
    for (name, decoded) in read.iter_mut().zip(decoded) {
        let Some(decoded) = decoded else { continue };
        let cleaned = clean.next().unwrap_or(&decoded);
        // What is no name any more, or a worse one, stays as it was read.
        let is_name = is_name(cleaned, slashes_in(decoded.as_bytes()));
        let is_fit = is_name && (cleaned == decoded || is_no_worse(&decoded, cleaned));
        name.text = Some(if is_fit { cleaned.to_owned() } else { decoded });
    }
    read
}

/// Takes over for names that are not certain what other names say of the same bytes: a folder
/// of two characters, where the files in it are read.
fn take_known<B: AsRef<[u8]>>(names: &[B], read: &[Name], decoded: &mut [Option<String>]) {
    let mut known: HashMap<&[u8], Option<String>> = HashMap::new();
    let is_legacy = |name: &Name| name.encoding.is_some_and(|e| e != Encoding::Utf8);
    let pairs = names.iter().zip(read).zip(decoded.iter());
    for ((raw, name), text) in pairs {
        let (Some(text), true) = (text, is_legacy(name)) else {
            continue;
        };
        for (raw, text) in raw
            .as_ref()
            .split(|byte| *byte == b'/')
            .zip(text.split('/'))
        {
            let said = known.entry(raw).or_insert_with(|| Some(text.to_owned()));
            // Read in two ways, it says nothing.
            if said.as_deref() != Some(text) {
                *said = None;
            }
        }
    }
    for (raw, text) in names.iter().zip(decoded) {
        if text.is_none() {
            let parts = raw.as_ref().split(|byte| *byte == b'/');
            let parts: Option<Vec<&str>> = parts
                .map(|part| match std::str::from_utf8(part) {
                    Ok(ascii) if ascii.is_ascii() => Some(ascii),
                    _ => known.get(part)?.as_deref(),
                })
                .collect();
            *text = parts.map(|parts| parts.join("/"));
        }
    }
}

/// The most probable encoding of each name, in the light of all.
fn encodings<B: AsRef<[u8]>>(detector: &Detector, names: &[B]) -> Vec<Name> {
    let choices: Vec<Vec<(Encoding, f64)>> = names
        .iter()
        .map(|name| choices(detector, name.as_ref()))
        .collect();
    let mut shares: HashMap<Encoding, f64> = HashMap::new();
    for _ in 0..ROUNDS {
        let mut next: HashMap<Encoding, f64> = HashMap::new();
        for choices in &choices {
            // Every encoding reads ASCII: it says nothing about the others.
            if choices.len() == 1 && choices[0].0 == Encoding::UsAscii {
                continue;
            }
            for (encoding, weight) in weighed(choices, &shares) {
                *next.entry(encoding).or_default() += weight;
            }
        }
        shares = next;
    }
    let mut weights: Vec<Vec<(Encoding, f64)>> = choices
        .iter()
        .map(|choices| weighed(choices, &shares))
        .collect();
    hear_neighbours(&mut weights);
    let judged = weights.into_iter().map(|weights| {
        let best = weights.into_iter().max_by(|a, b| a.1.total_cmp(&b.1));
        #[allow(clippy::cast_possible_truncation, reason = "a probability")]
        let probability = best.map_or(0.0, |(_, weight)| weight as f32);
        Name {
            text: None,
            encoding: best.map(|(encoding, _)| encoding),
            probability,
        }
    });
    judged.collect()
}

/// Where names of one encoding stand together, as folders and what was added later do, lets
/// those that are not certain hear what stands in front of them and behind.
///
/// How much that says is counted: how much rarer the encoding changes from one certain name to
/// the next than if they were shuffled. In a shuffled list it says nothing.
fn hear_neighbours(weights: &mut [Vec<(Encoding, f64)>]) {
    let certain: Vec<(usize, Encoding)> = weights
        .iter()
        .enumerate()
        .filter_map(|(number, weights)| {
            let (encoding, weight) = *weights.iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
            let is_certain = weight >= f64::from(CERTAIN_NAME);
            (is_certain && encoding != Encoding::UsAscii).then_some((number, encoding))
        })
        .collect();
    let mut counts: HashMap<Encoding, f64> = HashMap::new();
    for (_, encoding) in &certain {
        *counts.entry(*encoding).or_default() += 1.0;
    }
    let all: f64 = counts.values().sum();
    let same: f64 = counts.values().map(|count| (count / all).powi(2)).sum();
    let changes = certain.windows(2).filter(|pair| pair[0].1 != pair[1].1);
    #[allow(clippy::cast_precision_loss, reason = "a number of names")]
    let changes = changes.count().max(1) as f64;
    let rarer = (all * (1.0 - same) / changes).min(RARER_MAX);
    if rarer < RARER_MIN {
        return;
    }
    let mut next = 0;
    for (number, weights) in weights.iter_mut().enumerate() {
        while certain.get(next).is_some_and(|(at, _)| *at < number) {
            next += 1;
        }
        let Some((at, behind)) = certain.get(next) else {
            break;
        };
        let in_front = next.checked_sub(1).map(|front| certain[front].1);
        if *at == number || in_front != Some(*behind) {
            continue;
        }
        let mut sum = 0.0;
        for (encoding, weight) in weights.iter_mut() {
            *weight *= if encoding == behind { rarer } else { 1.0 };
            sum += *weight;
        }
        for (_, weight) in weights {
            *weight /= sum.max(f64::MIN_POSITIVE);
        }
    }
}

/// Below this a list counts as shuffled: chance alone makes few changes of a few names.
const RARER_MIN: f64 = 10.0;

/// What neighbours say at the most: one name of another encoding among hundreds is nothing rare.
const RARER_MAX: f64 = 100.0;

/// The encodings that a name can be in wholly.
fn choices(detector: &Detector, name: &[u8]) -> Vec<(Encoding, f64)> {
    if name.is_ascii() {
        return vec![(Encoding::UsAscii, 1.0)];
    }
    let detection = detector.detect(name);
    let candidates = detection.candidates().iter();
    let utf_8 = std::str::from_utf8(name);
    let is_utf_8 = utf_8.is_ok();
    if utf_8.is_ok_and(is_mojibake_of_bytes) {
        return vec![(Encoding::Utf8, 1.0)];
    }
    // UTF-8 of Latin-1, as mojibake leaves it, is half-width katakana in Shift_JIS: ﾃ･ﾂ､ﾂｧ.
    // No file system holds names of 16 or 32 bits, and an even number of bytes may look like them.
    let candidates = candidates.filter(|candidate| {
        !matches!(
            candidate.encoding,
            Encoding::Utf16Le | Encoding::Utf16Be | Encoding::Utf32Le | Encoding::Utf32Be
        )
    });
    let possible = candidates.filter_map(|candidate| {
        let decoded = codec::decode(name, candidate.encoding);
        let is_chance = is_utf_8
            && candidate.encoding != Encoding::Utf8
            && decoded.text.contains(is_half_width_katakana);
        let is_possible =
            decoded.malformed.is_empty() && !is_chance && is_name(&decoded.text, slashes_in(name));
        let is_rare = candidate.encoding != Encoding::Utf8 && decoded.text.contains(is_astral);
        let doubt = if is_rare { RARE } else { 1.0 };
        let probability = f64::from(candidate.probability) * doubt;
        is_possible.then_some((candidate.encoding, probability))
    });
    possible.collect()
}

/// The choices of a name with the shares of the encodings as their prior; their sum is 1.
fn weighed(choices: &[(Encoding, f64)], shares: &HashMap<Encoding, f64>) -> Vec<(Encoding, f64)> {
    let share = |encoding| match shares.is_empty() {
        true => 1.0,
        false => shares.get(&encoding).copied().unwrap_or_default() + UNSEEN_NAMES,
    };
    let weights = choices
        .iter()
        .map(|&(encoding, p)| (encoding, p * share(encoding)));
    let mut weights: Vec<(Encoding, f64)> = weights.collect();
    let sum: f64 = weights.iter().map(|(_, weight)| weight).sum();
    for (_, weight) in &mut weights {
        *weight /= sum.max(f64::MIN_POSITIVE);
    }
    weights
}

fn slashes_in(name: &[u8]) -> usize {
    memchr::memchr_iter(b'/', name).count()
}

/// Characters beyond U+FFFF: Big5 of Hong Kong and GB 18030 have them, names hardly.
fn is_astral(character: char) -> bool {
    character > '\u{FFFF}'
}

/// Whether all that is not ASCII in a text is what Latin-1, windows-1252 or IBM437 make of bytes.
fn is_mojibake_of_bytes(text: &str) -> bool {
    let is_of_byte = |c: char| {
        matches!(c,
            '\u{80}'..='\u{FF}'
            | 'Œ' | 'œ' | 'Š' | 'š' | 'Ÿ' | 'Ž' | 'ž' | 'ƒ' | 'ˆ' | '˜' | '€' | '™'
            | '\u{2010}'..='\u{203A}' // dashes, quotation marks, bullets of windows-1252
            | '₧' | '⌐' | '⌠' | '⌡' | 'ⁿ'
            | '\u{391}'..='\u{3C9}' // the Greek letters of IBM437
            | '\u{2219}'..='\u{2265}' // and its signs
            | '\u{2500}'..='\u{25A0}' // its lines and blocks
        )
    };
    let mut others = text.chars().filter(|c| !c.is_ascii());
    others.clone().all(is_of_byte) && others.nth(MOJIBAKE_CHARS - 1).is_some()
}

fn is_half_width_katakana(character: char) -> bool {
    matches!(character, '\u{FF61}'..='\u{FF9F}')
}

/// Whether a text can stand where a name with so many separators stood.
fn is_name(text: &str, slashes: usize) -> bool {
    // The controls of Latin-1 stand in names that were garbled, and may go with that.
    let is_bad = |c: char| c.is_ascii_control() || c == char::REPLACEMENT_CHARACTER;
    !text.is_empty() && !text.contains(is_bad) && slashes_in(text.as_bytes()) == slashes
}

/// Whether a changed name is safe wherever the old one was: none of its parts leads elsewhere,
/// and nothing is in it that other systems refuse, nobody sees, or turns its direction, unless
/// that was in it before.
fn is_no_worse(before: &str, after: &str) -> bool {
    let is_step = |part: &&str| matches!(*part, "" | "." | "..");
    let steps = |text: &str| text.split('/').filter(is_step).count();
    let marks = |text: &str| {
        text.matches(['\\', ':', '*', '?', '"', '<', '>', '|'])
            .count()
    };
    let unseen = |text: &str| text.matches(is_unseen).count();
    // A control of Latin-1 that is left says that the name is still garbled.
    steps(after) <= steps(before)
        && marks(after) <= marks(before)
        && unseen(after) <= unseen(before)
        && !after.contains(char::is_control)
}
