//! What is not text: known formats, and bytes that no text is made of.
//!
//! A format is known by its first bytes, those of which contain a byte that text in any
//! encoding hardly begins with. Everything else is judged by its control characters: text
//! has tabs, line ends, form feeds and escapes, but hardly ever others, and NUL only in
//! UTF-16 and UTF-32, which are tried first.
//!
//! What it gets wrong: a binary format that is not listed and consists of printable
//! bytes; a text file that a crashed machine padded with NUL is called binary.

use crate::codec::SEPARATORS;

/// First bytes of formats, and what they are called.
const SIGNATURES: &[(&[u8], &str)] = &[
    (b"\x7FELF", "ELF"),
    (b"\x89PNG\r\n\x1A\n", "PNG"),
    (b"\xFF\xD8\xFF", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"\x1F\x8B\x08", "gzip"),
    (b"BZh91AY&SY", "bzip2"),
    (b"\xFD7zXZ\0", "xz"),
    (b"\x28\xB5\x2F\xFD", "Zstandard"),
    (b"PK\x03\x04", "ZIP"),
    (b"PK\x05\x06", "ZIP"),
    (b"7z\xBC\xAF\x27\x1C", "7-Zip"),
    (b"Rar!\x1A\x07", "RAR"),
    (b"%PDF-", "PDF"),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "OLE"),
    (b"\0asm", "WebAssembly"),
    (b"\xCA\xFE\xBA\xBE\0", "Java class"),
    (b"SQLite format 3\0", "SQLite"),
    (b"wOFF\0", "WOFF"),
    (b"wOF2\0", "WOFF2"),
    (b"OggS\0", "Ogg"),
    (b"fLaC\0", "FLAC"),
    (b"ID3\x03\0", "MP3"),
    (b"ID3\x04\0", "MP3"),
];

/// The bytes that a format begins with.
const BEGINS: [bool; 256] = {
    let mut begins = [false; 256];
    begins[b'M' as usize] = true;
    begins[b'R' as usize] = true;
    let mut index = 0;
    while index < SIGNATURES.len() {
        begins[SIGNATURES[index].0[0] as usize] = true;
        index += 1;
    }
    begins
};

/// The format that the first bytes name.
pub(super) fn signature(bytes: &[u8]) -> Option<&'static str> {
    if !bytes
        .first()
        .is_some_and(|&first| BEGINS[usize::from(first)])
    {
        return None;
    }
    let listed = SIGNATURES
        .iter()
        .find(|(first, _)| bytes.starts_with(first))
        .map(|&(_, format)| format);
    // `MZ` and `RIFF` could begin a sentence, but not with NUL in the header.
    let header = bytes.get(..64).unwrap_or(bytes);
    listed.or_else(|| {
        let named = [(&b"MZ"[..], "PE"), (b"RIFF", "RIFF")];
        let (_, format) = named.iter().find(|(first, _)| bytes.starts_with(first))?;
        header.contains(&0).then_some(*format)
    })
}

/// Control characters that text does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Controls {
    /// Bytes looked at.
    bytes: usize,
    /// NUL.
    nuls: usize,
    /// NUL and the others.
    pub(super) all: usize,
    /// Those that separate nothing.
    others: usize,
    /// Bytes past ASCII near them.
    high: usize,
}

/// Bytes looked at for control characters in each half of the input; binary files have
/// them everywhere, or at least in front or at the end.
pub(super) const WINDOW_BYTES: usize = 32 * 1024;

/// Bytes looked at together.
const BLOCK_BYTES: usize = 128;

impl Controls {
    /// Counts in the first and the last bytes of an input.
    pub(super) fn of(input: &[u8]) -> Controls {
        let (first, rest) = input.split_at(input.len().min(WINDOW_BYTES));
        let last = &rest[rest.len().saturating_sub(WINDOW_BYTES)..];
        Controls::of_both(first, last)
    }

    /// Counts in the first bytes of an input, and in the last of those behind.
    pub(super) fn of_both(first: &[u8], last: &[u8]) -> Controls {
        let mut controls = Controls::default();
        for part in [first, last] {
            controls.bytes += part.len();
            // Text has few controls at all: a look at many bytes at a time says so.
            for block in part.chunks(BLOCK_BYTES) {
                let any = |any, &byte: &u8| any | u8::from(is_foreign(byte));
                if block.iter().fold(0, any) > 0 {
                    controls.nuls += block.iter().filter(|&&byte| byte == 0).count();
                    let foreign = block.iter().filter(|&&byte| is_foreign(byte));
                    for &byte in foreign {
                        controls.all += 1;
                        controls.others += usize::from(!SEPARATORS.contains(&byte));
                    }
                    controls.high += block.iter().filter(|byte| !byte.is_ascii()).count();
                }
            }
        }
        controls
    }

    /// Whether text would not have as many: 1 byte in 33, or 1 NUL in 256 bytes.
    /// Random bytes have 1 in 12; a text with a stray NUL in a page of it stays text.
    pub(super) fn forbid_text(self) -> bool {
        self.forbid_utf8() || self.nuls * 256 > self.bytes
    }

    /// The same for bytes that fit UTF-8 and are more than ASCII: by that they are text
    /// already, and a NUL in a line of it, or between names, is one control among others.
    pub(super) fn forbid_utf8(self) -> bool {
        // Fields that controls separate may be short; binary files have others as well.
        let are_separators = self.others == 0 && self.high >= 2 * self.all;
        let least = if are_separators { 3 } else { 33 };
        self.all * least > self.bytes
    }
}

/// Controls but backspace to carriage return, SO and SI (ISO-2022), SUB (the end of a
/// DOS file) and ESC (ISO-2022, terminal colours).
fn is_foreign(byte: u8) -> bool {
    // Without branches, for many bytes at a time.
    let is_in = |first: u8, last: u8| byte.wrapping_sub(first) <= last - first;
    is_in(0, 7) | is_in(0x10, 0x19) | is_in(0x1C, 0x1F) | (byte == 0x7F)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures() {
        for (bytes, expect) in [
            (&b"\x7FELF\x02\x01"[..], Some("ELF")),
            (b"%PDF-1.7\n%", Some("PDF")),
            (b"MZ\x90\0\x03", Some("PE")),
            (b"MZ is a signature", None),
            (b"PK is too", None),
            (b"", None),
        ] {
            assert_eq!(signature(bytes), expect, "{bytes:X?}");
        }
    }

    #[test]
    fn controls() {
        for (bytes, expect) in [
            (&b"a\tb\r\n\x0C\x1B[31mred\x1B[0m\x1A"[..], false),
            (b"\0", true),
            (b"", false),
            (b"\x01\x02ab", true),
            ("张三\u{1}25\u{1}北京".as_bytes(), false),
            ("张三\u{1}25\u{4}北京".as_bytes(), true),
            (b"a\x01b\x01\xB1\xB1\xBE\xA9\n", false),
        ] {
            assert_eq!(Controls::of(bytes).forbid_text(), expect, "{bytes:X?}");
        }
        let mut page = vec![b'a'; 4096];
        page[100] = 0;
        assert!(!Controls::of(&page).forbid_text());
    }
}
