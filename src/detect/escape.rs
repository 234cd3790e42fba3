//! Encodings of seven bits that switch character sets: ISO-2022-JP, ISO-2022-CN and HZ.
//!
//! They are ASCII to every other question, so they are asked first, and only a switch
//! together with what it switches to is believed. An escape sequence of ISO-2022 says by
//! itself which set follows: those of terminals (`ESC [ 1 m`, `ESC ( B`, `ESC ) 0`) and of
//! ISO-2022-KR (`ESC $ ) C`) name others. For ISO-2022-CN a character must follow as well.
//!
//! HZ switches by `~{` and `~}`, and `~{` occurs in ordinary text: LaTeX (`\~{n}`), Lisp
//! (`~{~a~^, ~}`), workflow and shell scripts (`~{name}`). There the closing tilde is
//! missing, or what stands between is no whole number of GB 2312 codes, or it is a word of
//! lower-case letters with a vowel, which as codes would be rare characters only.
//!
//! What it gets wrong: HZ that is one word of rare characters whose codes look like one of
//! English (four lower-case letters, a vowel among them: one word in thousands); HZ whose
//! every line lost its `~}` and that has no code with a punctuation byte.

use crate::codec::holds_gb2312;
use crate::encoding::Encoding;

const ESC: u8 = 0x1B;

/// The encoding that the switches of 7-bit bytes belong to, and where the first one is.
/// Time O(n) at the speed of a byte search where there are none.
pub(super) fn find(bytes: &[u8], permits: impl Fn(Encoding) -> bool) -> Option<(Encoding, usize)> {
    iso_2022(bytes)
        .filter(|&(encoding, _)| permits(encoding))
        .or_else(|| {
            hz(bytes)
                .filter(|_| permits(Encoding::Hz))
                .map(|at| (Encoding::Hz, at))
        })
}

/// ISO-2022-JP by its first escape sequence, ISO-2022-CN by its first character.
fn iso_2022(bytes: &[u8]) -> Option<(Encoding, usize)> {
    let mut first_chinese = None;
    let mut encoding = Encoding::Iso2022Cn;
    let mut has_character = false;
    for at in memchr::memchr_iter(ESC, bytes) {
        match bytes[at + 1..] {
            [b'$', b'@' | b'B', ..] | [b'(', b'J', ..] if first_chinese.is_none() => {
                return Some((Encoding::Iso2022Jp, at));
            }
            [b'$', b')', b'A' | b'G', ref rest @ ..] => {
                first_chinese.get_or_insert(at);
                // SO may have been said before, or other designations come first.
                has_character |= memchr::memchr(0x0E, rest)
                    .is_some_and(|so| is_code(&rest[so + 1..]))
                    || is_code(rest);
            }
            [b'$', b'*', b'H', ..] => {
                first_chinese.get_or_insert(at);
            }
            [b'$', b'+', b'I'..=b'M', ..] => {
                first_chinese.get_or_insert(at);
                encoding = Encoding::Iso2022CnExt;
            }
            [b'N' | b'O', ref rest @ ..] if first_chinese.is_some() => {
                has_character |= is_code(rest);
            }
            _ => {}
        }
    }
    first_chinese
        .filter(|_| has_character)
        .map(|at| (encoding, at))
}

/// Whether bytes begin with two of a set of 94 by 94.
fn is_code(bytes: &[u8]) -> bool {
    matches!(bytes, [0x21..=0x7E, 0x21..=0x7E, ..])
}

/// What stands between `~{` and its end.
struct Segment {
    /// Without the switches.
    bytes: usize,
    closed: bool,
    /// Every code holds a character, and there is one.
    fits: bool,
    /// Nothing but lower-case letters, digits and what names are made of besides,
    word: bool,
    /// and a vowel.
    vowel: bool,
    /// A byte that a name in braces does not have.
    has_mark: bool,
    /// Codes of frequent characters and of punctuation.
    frequent: usize,
    /// Codes of other Han characters.
    rare: usize,
}

impl Segment {
    fn of(bytes: &[u8]) -> Segment {
        let mut segment = Segment {
            bytes: 0,
            closed: false,
            fits: true,
            word: true,
            vowel: false,
            has_mark: false,
            frequent: 0,
            rare: 0,
        };
        loop {
            let rest = &bytes[segment.bytes..];
            match *rest {
                [b'~', b'}', ..] => {
                    segment.closed = true;
                    break;
                }
                [] | [b'\n' | b'\r', ..] => break,
                [row, column, ..] if holds_gb2312(row, column) => {
                    // Row 16 to 55 is level 1; rows 1 and 3 are punctuation, and letters.
                    segment.frequent += usize::from(matches!(row, 0x21 | 0x23 | 0x30..=0x57));
                    segment.rare += usize::from(row >= 0x58);
                    for byte in [row, column] {
                        segment.word &=
                            matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.');
                        segment.vowel |= matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u');
                        segment.has_mark |=
                            !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'}');
                    }
                    segment.bytes += 2;
                }
                // The first byte of a code, cut off.
                [_] => break,
                _ => {
                    segment.fits = false;
                    break;
                }
            }
        }
        segment.fits &= segment.bytes > 0;
        segment
    }

    /// Whether this alone speaks for HZ.
    fn convinces(&self) -> bool {
        let codes = self.bytes / 2;
        match self.closed {
            true if self.word && self.vowel => self.fits && self.frequent > 0,
            true => self.fits && self.frequent + self.rare > 0,
            false => self.fits && codes >= 4 && self.has_mark && self.frequent * 4 >= codes * 3,
        }
    }
}

/// Where HZ first switches, if it is HZ.
fn hz(bytes: &[u8]) -> Option<usize> {
    let mut first = None;
    let (mut for_hz, mut against) = (0usize, 0usize);
    let mut at = 0;
    while let Some(tilde) = memchr::memchr(b'~', &bytes[at..]) {
        at += tilde;
        match bytes.get(at + 1) {
            Some(b'{') => {
                let segment = Segment::of(&bytes[at + 2..]);
                if segment.convinces() {
                    first.get_or_insert(at);
                    for_hz += 1;
                } else if !segment.fits {
                    against += 1;
                }
                at += 2;
                if segment.fits {
                    at += segment.bytes + if segment.closed { 2 } else { 0 };
                }
            }
            // A tilde, and a continued line.
            Some(b'~' | b'\n') => at += 2,
            None => break,
            // A tilde as such: not in HZ, but in what is quoted by it.
            Some(_) => {
                against += 1;
                at += 1;
            }
        }
    }
    first.filter(|_| for_hz > against)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: &[u8]) -> Option<Encoding> {
        find(bytes, |_| true).map(|(encoding, _)| encoding)
    }

    #[test]
    fn text_that_switches() {
        for (bytes, expect) in [
            (&b"~{VP~}"[..], Encoding::Hz),
            // Two rare characters: 尴尬, 蝙蝠.
            (b"~{^O^N~}", Encoding::Hz),
            (b"~{ryrp~}", Encoding::Hz),
            (b"mail: ~{VPND~}, ~{1`Bk~}~~\n", Encoding::Hz),
            // Cut off, and lines that do not switch back.
            (b"~{VPND1`Bk#", Encoding::Hz),
            (b"~{VPND1`Bk#,\n~{VPND#,\n", Encoding::Hz),
            // A quoted address among text.
            (b"~{VPND~} ~{1`Bk~} http://host/~user/", Encoding::Hz),
            (b"\x1B$)A\x0EVPND\x0F", Encoding::Iso2022Cn),
            (b"a\n\x1B$)G\x0EDcEF\x0F\n", Encoding::Iso2022Cn),
            (b"\x1B$*H\x1BN!!", Encoding::Iso2022Cn),
            (b"\x1B$)A\x1B$*H\x0EVP\x1BN!!\x0F", Encoding::Iso2022Cn),
            (b"\x1B$)A\x0EVP\x0F\x1B$+I\x1BO!!", Encoding::Iso2022CnExt),
            (b"\x1B$BCf\x1B(B", Encoding::Iso2022Jp),
        ] {
            assert_eq!(found(bytes), Some(expect), "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn ascii_that_does_not() {
        for text in [
            "",
            "~",
            "~{",
            "~{}",
            "~{~}",
            "cp ~/{a,b} ~root/ && ls ~{1..3}",
            "http://www.example.org/~{user}/~name/index.html",
            "Espa\\~{n}a, S\\~{a}o Paulo, Figure~{1}, see~\\cite{x}~{\\bf y}",
            "(format t \"~{~a~^, ~}~%\" list) (format nil \"~{~S ~}\" x)",
            "command { run ~{input_bam} ~{REFERENCE}\n~{REFERENCE}\n --x ~{sep=' ' y} }",
            "~{REFERENCEDATA}",
            "~{name~} and ~{user_id~}",
            "~{12~}{~}",
            "~{%s~}",
            "\u{1B}[1;31mred\u{1B}[0m \u{1B}]0;title\u{7} \u{1B}(B\u{1B})0\u{E}lqqk\u{F}",
            "\u{1B}$)C\u{E}GQ1[\u{F}",
            "\u{1B}$)A alone",
            "~~{VP~}",
        ] {
            assert_eq!(found(text.as_bytes()), None, "{}", text.escape_debug());
        }
    }
}
