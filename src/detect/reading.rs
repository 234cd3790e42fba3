//! Bytes to symbols of the model, in each multi-byte encoding, straight from tables.
//!
//! Decoding to text would cost more than judging it: a reading is only what the model
//! looks at, a 16-bit symbol for each character, and what does not fit. A malformed
//! sequence does not end a reading. Behind it there may be half a character, so that the
//! next few characters are read from each of the next three bytes, and the cheapest
//! reading goes on.

use std::sync::LazyLock;

use crate::codec::decode;
use crate::detect::hypotheses::Writing;
use crate::encoding::Encoding;
use crate::model::{
    ASTRAL, BIT, Cost, Language, Model, ascii_cost, of_steps, symbol, symbol_of_unit,
};

/// 12 nats: one malformed sequence in the best reading, as measured on damaged files.
pub(super) const MALFORMED_COST: Cost = 12 * BIT * 1443 / 1000;

/// What bytes say in one encoding.
#[derive(Debug, Clone, Default)]
pub(super) struct Reading {
    /// Where its symbols are: one for each character; ASCII is one sign each for letters,
    /// digits, space and rest.
    symbols: std::ops::Range<usize>,
    /// What the characters cost alone in each language, in steps.
    pub(super) alone: [u32; 8],
    /// Characters past ASCII.
    pub(super) chars: u32,
    /// What the ASCII costs.
    pub(super) ascii_cost: Cost,
    /// Malformed sequences.
    pub(super) malformed: u32,
    /// Bytes that were passed over behind them.
    pub(super) skipped_bytes: u32,
    /// The place of the first.
    pub(super) malformed_at: Option<usize>,
    /// Bytes of a last character that is cut off.
    pub(super) cut_bytes: usize,
    /// Characters of UTF-16 and UTF-32 that small numbers, as of arrays, look like:
    /// controls in one order of bytes, U+0100 and its like in the other.
    pub(super) numbers: u32,
    /// Whether it cost too much to be read to the end.
    pub(super) given_up: bool,
}

/// Half-width katakana are rare, and come in words: after the first, one of sixty, of
/// which half are frequent.
const HALF_WIDTH_RUN_STEPS: u32 = 44;

/// Whether a symbol is half-width katakana.
pub(super) fn is_half_width(symbol: u16) -> bool {
    matches!(symbol, 0xFF61..=0xFF9F)
}

/// What readings of the same bytes share: the model, room for symbols, and what a reading
/// may cost.
#[derive(Debug)]
pub(super) struct Reader {
    model: &'static Model,
    symbols: Vec<u16>,
    /// Readings that cost more are given up; without what the prior adds.
    pub(super) limit: Cost,
    /// Whether the next character is searched for behind malformed sequences.
    pub(super) searches: bool,
}

impl Reader {
    /// A reader that has read nothing.
    pub(super) fn new(model: &'static Model, bytes: usize) -> Reader {
        Reader {
            model,
            symbols: Vec::with_capacity(2 * bytes + 64),
            limit: Cost::MAX / 8,
            searches: false,
        }
    }

    /// Whether a reading of the first `done` of `length` bytes costs too much: a part that
    /// costs far more than its share will not be made up for.
    fn is_too_dear(
        &self,
        reading: &Reading,
        writings: &[Writing],
        done: usize,
        length: usize,
    ) -> bool {
        let part = |bytes: usize| Cost::try_from(bytes).unwrap_or(Cost::MAX >> 32);
        let share = self.limit / part(length.max(1)) * part(done.min(length));
        reading.cost(writings) > share + 24 * BIT
    }

    /// The symbols of a reading.
    pub(super) fn symbols(&self, reading: &Reading) -> &[u16] {
        self.symbols
            .get(reading.symbols.clone())
            .unwrap_or_default()
    }
}

/// One step of a reading.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// A character and its length in bytes.
    Symbol(u16, usize),
    /// Not the beginning of any character.
    Malformed,
    /// The beginning of a character that the bytes end in.
    Cut,
}

/// How the bytes of one encoding are read.
trait Rules {
    /// Whether what fits may be of any script, so that a price in Han languages says little.
    const HOLDS_ALPHABETS: bool = false;

    /// Reads at a byte of 0x80 and above. `bytes` is not empty.
    fn step(&self, bytes: &[u8]) -> Step;
}

/// The characters of two bytes, by lead and trail; 0 where there is none.
struct Pairs {
    units: Box<[u16]>,
}

impl Pairs {
    /// Reads the table out of the decoder: every pair in a line of its own.
    fn of(encoding: Encoding) -> Pairs {
        let mut bytes = Vec::with_capacity(128 * 192 * 3);
        for lead in 0x80..=0xFE_u8 {
            for trail in 0x40..=0xFE_u8 {
                bytes.extend([lead, trail, b'\n']);
            }
        }
        let mut units = vec![0; 128 * 256].into_boxed_slice();
        let decoded = decode(&bytes, encoding);
        let mut lines = decoded.text.split('\n');
        for lead in 0x80..=0xFE_u8 {
            for trail in 0x40..=0xFE_u8 {
                let mut chars = lines.next().unwrap_or_default().chars();
                // Four of Big5's are a letter and its accent.
                let (first, second) = (chars.next(), chars.next());
                let is_one = second.is_none_or(|mark| matches!(mark, '\u{304}' | '\u{30C}'));
                if let (Some(c), true) = (first, is_one)
                    && c != char::REPLACEMENT_CHARACTER
                    && !c.is_ascii()
                {
                    units[Pairs::at(lead, trail)] = symbol(c);
                }
            }
        }
        Pairs { units }
    }

    fn at(lead: u8, trail: u8) -> usize {
        usize::from(lead & 0x7F) << 8 | usize::from(trail)
    }

    fn step(&self, lead: u8, trail: Option<&u8>) -> Step {
        let Some(&trail) = trail else {
            return Step::Cut;
        };
        match self.units.get(Pairs::at(lead, trail)) {
            Some(0) | None => Step::Malformed,
            Some(&unit) => Step::Symbol(unit, 2),
        }
    }
}

/// A longer sequence, decoded by the codec: they are rare.
fn long(bytes: &[u8], length: usize, encoding: Encoding) -> Step {
    let Some(sequence) = bytes.get(..length) else {
        return Step::Cut;
    };
    let decoded = decode(sequence, encoding);
    let mut chars = decoded.text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) if decoded.malformed.is_empty() => Step::Symbol(symbol(c), length),
        _ => Step::Malformed,
    }
}

struct Gbk(Pairs);

impl Rules for Gbk {
    fn step(&self, bytes: &[u8]) -> Step {
        match (bytes[0], bytes.get(1)) {
            (0x80 | 0xFF, _) => Step::Malformed,
            (_, Some(0x30..=0x39)) => match (bytes.get(2), bytes.get(3)) {
                (Some(0x81..=0xFE), Some(0x30..=0x39)) => long(bytes, 4, Encoding::Gb18030),
                (None, _) | (Some(0x81..=0xFE), None) => Step::Cut,
                _ => Step::Malformed,
            },
            (lead, trail) => self.0.step(lead, trail),
        }
    }
}

struct Big5(Pairs);

impl Rules for Big5 {
    fn step(&self, bytes: &[u8]) -> Step {
        match bytes[0] {
            lead @ 0x81..=0xFE => self.0.step(lead, bytes.get(1)),
            _ => Step::Malformed,
        }
    }
}

struct ShiftJis(Pairs);

impl Rules for ShiftJis {
    fn step(&self, bytes: &[u8]) -> Step {
        match bytes[0] {
            kana @ 0xA1..=0xDF => Step::Symbol(0xFF61 + u16::from(kana - 0xA1), 1),
            lead @ (0x81..=0x9F | 0xE0..=0xFC) => self.0.step(lead, bytes.get(1)),
            _ => Step::Malformed,
        }
    }
}

struct EucJp(Pairs);

impl Rules for EucJp {
    fn step(&self, bytes: &[u8]) -> Step {
        match (bytes[0], bytes.get(1)) {
            (0x8E | 0x8F, None) => Step::Cut,
            (0x8E, Some(&kana @ 0xA1..=0xDF)) => Step::Symbol(0xFF61 + u16::from(kana - 0xA1), 2),
            (0x8F, Some(0xA1..=0xFE)) => long(bytes, 3, Encoding::EucJp),
            (lead @ 0xA1..=0xFE, trail) => self.0.step(lead, trail),
            _ => Step::Malformed,
        }
    }
}

struct EucKr(Pairs);

impl Rules for EucKr {
    fn step(&self, bytes: &[u8]) -> Step {
        match bytes[0] {
            lead @ 0x81..=0xFE => self.0.step(lead, bytes.get(1)),
            _ => Step::Malformed,
        }
    }
}

struct EucTw(Pairs);

impl Rules for EucTw {
    fn step(&self, bytes: &[u8]) -> Step {
        match (bytes[0], bytes.get(1)) {
            (0x8E, None) => Step::Cut,
            (0x8E, Some(0xA1..=0xB0)) => long(bytes, 4, Encoding::EucTw),
            (lead @ 0xA1..=0xFE, trail) => self.0.step(lead, trail),
            _ => Step::Malformed,
        }
    }
}

struct Utf8;

impl Rules for Utf8 {
    const HOLDS_ALPHABETS: bool = true;

    fn step(&self, bytes: &[u8]) -> Step {
        let length = match bytes[0] {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            _ => return Step::Malformed,
        };
        let sequence = &bytes[..bytes.len().min(length)];
        match std::str::from_utf8(sequence) {
            Ok(text) => match text.chars().next() {
                Some(c) => Step::Symbol(symbol(c), length),
                None => Step::Malformed,
            },
            Err(error) if error.error_len().is_none() => Step::Cut,
            Err(_) => Step::Malformed,
        }
    }
}

/// Bytes that decide where a reading goes on behind a malformed sequence.
const LOOK_AHEAD_BYTES: usize = 14;

/// Malformed sequences behind which is searched for the next character, and one more for
/// each so many symbols: text that is damaged more often is no text of this encoding.
const SEARCHES: u32 = 2;
const SYMBOLS_PER_SEARCH: u32 = 16;

/// A reading is given up, if at all, every so many characters.
const CHARS_PER_CHECK: u32 = 4;

impl Reader {
    /// Reads bytes in an encoding, until they cost more than the limit in each of the
    /// languages; `None` for encodings that are not read from tables. Time O(n).
    pub(super) fn read(
        &mut self,
        bytes: &[u8],
        encoding: Encoding,
        writings: &[Writing],
    ) -> Option<Reading> {
        static GBK: LazyLock<Gbk> = LazyLock::new(|| Gbk(Pairs::of(Encoding::Gb18030)));
        static BIG5: LazyLock<Big5> = LazyLock::new(|| Big5(Pairs::of(Encoding::Big5)));
        static SHIFT_JIS: LazyLock<ShiftJis> =
            LazyLock::new(|| ShiftJis(Pairs::of(Encoding::ShiftJis)));
        static EUC_JP: LazyLock<EucJp> = LazyLock::new(|| EucJp(Pairs::of(Encoding::EucJp)));
        static EUC_KR: LazyLock<EucKr> = LazyLock::new(|| EucKr(Pairs::of(Encoding::EucKr)));
        static EUC_TW: LazyLock<EucTw> = LazyLock::new(|| EucTw(Pairs::of(Encoding::EucTw)));
        Some(match encoding {
            Encoding::Utf8 => self.read_by(bytes, &Utf8, writings),
            Encoding::Gbk => self.read_by(bytes, &*GBK, writings),
            Encoding::Big5 => self.read_by(bytes, &*BIG5, writings),
            Encoding::ShiftJis => self.read_by(bytes, &*SHIFT_JIS, writings),
            Encoding::EucJp => self.read_by(bytes, &*EUC_JP, writings),
            Encoding::EucKr => self.read_by(bytes, &*EUC_KR, writings),
            Encoding::EucTw => self.read_by(bytes, &*EUC_TW, writings),
            _ => return None,
        })
    }

    fn read_by<R: Rules>(&mut self, bytes: &[u8], rules: &R, writings: &[Writing]) -> Reading {
        let mut reading = self.begin();
        let mut at = 0;
        let mut next_check = CHARS_PER_CHECK;
        while let Some(&byte) = bytes.get(at) {
            if byte.is_ascii() {
                self.symbols.push(symbol_of_unit(u16::from(byte)));
                reading.ascii_cost += ascii_cost(byte);
                at += 1;
                continue;
            }
            match rules.step(&bytes[at..]) {
                Step::Symbol(symbol, length) => {
                    self.push(&mut reading, symbol);
                    at += length;
                }
                Step::Cut => {
                    reading.cut_bytes = bytes.len() - at;
                    break;
                }
                Step::Malformed => {
                    reading.is_malformed(at);
                    let searches = SEARCHES + reading.chars / SYMBOLS_PER_SEARCH;
                    let skip = if self.searches && reading.malformed <= searches {
                        let cost = |&skip: &u8| {
                            let rest = bytes.get(at + 1 + usize::from(skip)..).unwrap_or_default();
                            look_ahead(rest, rules, self.model) + 64 * i64::from(skip)
                        };
                        (0..3_u8).min_by_key(cost).unwrap_or(0)
                    } else {
                        0
                    };
                    reading.skipped_bytes += u32::from(skip);
                    at += 1 + usize::from(skip);
                }
            }
            if reading.chars + reading.malformed >= next_check {
                next_check += CHARS_PER_CHECK;
                if (reading.malformed > 0 || !R::HOLDS_ALPHABETS)
                    && self.is_too_dear(&reading, writings, at, bytes.len())
                {
                    reading.given_up = true;
                    break;
                }
            }
        }
        self.end(reading)
    }

    fn begin(&self) -> Reading {
        Reading {
            symbols: self.symbols.len()..self.symbols.len(),
            ..Reading::default()
        }
    }

    /// The symbols of a reading that was given up are not needed.
    fn end(&mut self, mut reading: Reading) -> Reading {
        if reading.given_up {
            self.symbols.truncate(reading.symbols.start);
        }
        reading.symbols.end = self.symbols.len();
        reading
    }

    fn push(&mut self, reading: &mut Reading, symbol: u16) {
        let is_run = is_half_width(symbol)
            && self.symbols.len() > reading.symbols.start
            && self
                .symbols
                .last()
                .is_some_and(|&before| is_half_width(before));
        self.symbols.push(symbol);
        reading.chars += 1;
        if is_run {
            let sums = reading.alone.iter_mut();
            sums.for_each(|sum| *sum += HALF_WIDTH_RUN_STEPS);
            return;
        }
        for (sum, steps) in reading.alone.iter_mut().zip(self.model.row(symbol)) {
            *sum += u32::from(steps);
        }
    }

    /// Reads units of UTF-16; a last odd byte is cut off. Time O(n).
    pub(super) fn read_utf16(
        &mut self,
        bytes: &[u8],
        is_little: bool,
        writings: &[Writing],
    ) -> Reading {
        let (units, rest) = bytes.as_chunks::<2>();
        let mut reading = self.begin();
        reading.cut_bytes = rest.len();
        let unit = |bytes: &[u8; 2]| match is_little {
            true => u16::from_le_bytes(*bytes),
            false => u16::from_be_bytes(*bytes),
        };
        let mut units = units.iter().map(unit).enumerate().peekable();
        while let Some((index, unit)) = units.next() {
            match unit {
                0xD800..=0xDBFF if units.peek().is_some_and(|&(_, low)| low & 0xFC00 == 0xDC00) => {
                    let low = units.next().map_or(0, |(_, low)| low);
                    let pair = char::decode_utf16([unit, low]).next();
                    let symbol = pair.and_then(Result::ok).map_or(ASTRAL, symbol);
                    self.push(&mut reading, symbol);
                }
                0xD800..=0xDBFF if units.peek().is_none() => reading.cut_bytes += 2,
                0xD800..=0xDFFF => reading.is_malformed(index * 2),
                _ => self.push_unit(&mut reading, unit),
            }
            if index % 4 == 3 && self.is_too_dear(&reading, writings, 2 * index, bytes.len()) {
                reading.given_up = true;
                break;
            }
        }
        self.end(reading)
    }

    /// Reads units of UTF-32; up to three last bytes are cut off. Time O(n).
    pub(super) fn read_utf32(&mut self, bytes: &[u8], is_little: bool) -> Reading {
        let (units, rest) = bytes.as_chunks::<4>();
        let mut reading = self.begin();
        reading.cut_bytes = rest.len();
        for (index, unit) in units.iter().enumerate() {
            let value = match is_little {
                true => u32::from_le_bytes(*unit),
                false => u32::from_be_bytes(*unit),
            };
            match (char::from_u32(value), u16::try_from(value)) {
                (Some(_), Ok(unit)) => self.push_unit(&mut reading, unit),
                (Some(c), Err(_)) if value < 0x4_0000 => self.push(&mut reading, symbol(c)),
                _ => reading.is_malformed(index * 4),
            }
        }
        self.end(reading)
    }

    fn push_unit(&mut self, reading: &mut Reading, unit: u16) {
        reading.numbers += u32::from(match unit {
            0..=8 | 0xE..=0x1A | 0x1C..=0x1F => true,
            _ => unit < 0x3000 && unit.is_multiple_of(0x100),
        });
        match u8::try_from(unit) {
            Ok(byte @ 0..0x80) => {
                reading.ascii_cost += ascii_cost(byte);
                self.symbols.push(symbol_of_unit(unit));
            }
            _ => self.push(reading, unit),
        }
    }
}

impl Reading {
    /// What the characters, ASCII and malformed sequences cost so far, in the cheapest of some
    /// languages with its prior.
    pub(super) fn cost(&self, writings: &[Writing]) -> Cost {
        self.alone(writings)
            + self.ascii_cost
            + Cost::from(self.malformed) * MALFORMED_COST
            + Cost::from(self.skipped_bytes) * 8 * BIT
    }

    /// What the characters cost alone in the cheapest of some languages with its prior.
    pub(super) fn alone(&self, writings: &[Writing]) -> Cost {
        let costs = writings
            .iter()
            .map(|&(language, bits)| self.alone_in(language) + bits * BIT);
        costs.min().unwrap_or(Cost::MAX / 8)
    }

    /// What the characters cost alone in a language.
    pub(super) fn alone_in(&self, language: Language) -> Cost {
        of_steps(self.alone[language as usize].into())
    }

    fn is_malformed(&mut self, at: usize) {
        self.malformed += 1;
        self.malformed_at = self.malformed_at.or(Some(at));
    }
}

/// What the bytes of the next characters cost at least, in steps; what is no character
/// costs as much as a malformed sequence.
fn look_ahead(bytes: &[u8], rules: &impl Rules, model: &Model) -> i64 {
    let bytes = &bytes[..bytes.len().min(LOOK_AHEAD_BYTES)];
    let mut at = 0;
    let mut steps = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii() {
            steps += ascii_cost(byte) / 128;
            at += 1;
            continue;
        }
        match rules.step(&bytes[at..]) {
            Step::Symbol(symbol, length) => {
                let row = model.row(symbol);
                steps += i64::from(row.into_iter().min().unwrap_or(0));
                at += length;
            }
            Step::Malformed => {
                steps += 140;
                at += 1;
            }
            Step::Cut => {
                steps += 64;
                break;
            }
        }
    }
    // What the skipped bytes leave to be read is less by them, which they have paid for.
    steps
}
