//! Valid UTF-8 that the languages of the model do not write, priced as what it is instead.
//!
//! Two kinds: text that another program misread, and ASCII with few other characters in it. Both
//! are priced by the kind of each character and not by what stands before it. What it gets wrong: a
//! file in GBK that has no more than one Chinese character, or two, in much ASCII is UTF-8 by accident
//! once in five times, or in thirty.

use crate::detect::score::Scored;
use crate::encoding::Encoding;
use crate::model::{BIT, Cost, ascii_cost};

/// What speaks against text that another program misread, in bits.
const MISREAD_BITS: Cost = 14;

/// What the characters cost of which other programs make most when they misread Chinese: those
/// of windows-1252 and windows-1251, with their marks, frames, and half-width kana; and all others, by
/// the length of their sequence. In bits.
const MISREAD_CHAR_BITS: Cost = 7;
const MISREAD_OTHER_BITS: [Cost; 3] = [11, 14, 18];

/// What speaks for UTF-8 where nearly all is ASCII, in bits: English and source code with a sign or a
/// name here and there is written in UTF-8 today, and Chinese in other encodings has more characters
/// than one or two.
const FEW_BITS: Cost = -2;

/// What the characters cost that such text has: those of ISO-8859-1, in which nearly all are, and all
/// others, by the length of their sequence. In bits.
const FEW_LATIN_BITS: Cost = 7;
const FEW_OTHER_BITS: [Cost; 3] = [12, 14, 16];
/// What a control of ISO-8859-1 costs, which no text has: as in the model.
const CONTROL_BITS: Cost = 22;

/// Valid UTF-8 as text that another program misread: `æ–‡ä»¶`. No language writes it, so as text it is
/// dear, and half-width kana in Shift_JIS, say, are cheaper; but of the bytes of other encodings few
/// pairs are valid, and rows of them by accident only.
pub(super) fn misread(bytes: &[u8], extra_bits: Cost) -> Option<Scored> {
    priced(bytes, MISREAD_BITS + extra_bits, |c| match c {
        '\u{80}'..='\u{FF}'
        | '\u{400}'..='\u{45F}'
        | '\u{2013}'..='\u{2122}'
        | '\u{2500}'..='\u{259F}'
        | '\u{FF61}'..='\u{FF9F}' => MISREAD_CHAR_BITS,
        _ => MISREAD_OTHER_BITS[c.len_utf8() - 2],
    })
}

/// Valid UTF-8 as text in ASCII that holds a few other characters: ©, ±, a no-break space. A letter of
/// them is no word of its alphabet, and one or two look like Chinese words in GBK. Of 1,225 files of
/// programs and their manuals that have one to five, 27 were called Chinese, Korean or Japanese.
pub(super) fn mostly_ascii(bytes: &[u8], extra_bits: Cost) -> Option<Scored> {
    priced(bytes, FEW_BITS + extra_bits, |c| match c {
        '\u{80}'..='\u{9F}' => CONTROL_BITS,
        '\u{A0}'..='\u{FF}' => FEW_LATIN_BITS,
        _ => FEW_OTHER_BITS[c.len_utf8() - 2],
    })
}

/// Prices what is valid UTF-8 with bits in advance and for each character past ASCII.
fn priced(bytes: &[u8], fixed_bits: Cost, char_bits: impl Fn(char) -> Cost) -> Option<Scored> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (mut ascii, mut text_bits, mut chars) = (0, 0, 0);
    for c in text.chars() {
        match u8::try_from(c) {
            Ok(byte) if byte.is_ascii() => ascii += ascii_cost(byte),
            _ => {
                text_bits += char_bits(c);
                chars += 1;
            }
        }
    }
    let text_cost = text_bits * BIT;
    Some(Scored {
        encoding: Some(Encoding::Utf8),
        cost: fixed_bits * BIT + ascii + text_cost,
        text_cost,
        alone_cost: text_cost,
        chars,
        malformed_at: None,
        single_byte: false,
    })
}
