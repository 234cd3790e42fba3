//! How mojibake opens: whether a few characters may be the first bytes of Chinese UTF-8, read wrong.
//!
//! The glance asks this at every place that its classes let through, one in some thousand
//! characters of clean text, so that hardly any clean text is searched. What is asked is less than a
//! proof and more than chance: in ten million characters of clean text a dozen places pass.

use super::proof::is_cjk_punctuation;
use super::routes::{
    gbk_bytes, is_common_simplified, is_common_traditional, opens_gbk_run, windows_1252_byte,
};
use super::topic;

/// How many characters of a run read as GBK are checked. Three are a sign: the four bytes of two
/// hold one character whole.
const GBK_CHARS: usize = 3;
/// Whether a text opens like UTF-8 read as windows-1252: two sequences, or one of three bytes.
/// One byte may be missing of the first, as programs drop them.
pub(super) fn is_utf_8_as_windows_1252(text: &str) -> bool {
    let mut bytes = [0; 8];
    for (slot, byte) in bytes
        .iter_mut()
        .zip(text.chars().map_while(windows_1252_byte))
    {
        *slot = byte;
    }
    let is_later = |byte: u8| matches!(byte, 0x80..=0xBF);
    let opens = |at: usize| matches!(bytes[at], 0xC2..=0xF4) && is_later(bytes[at + 1]);
    opens(0) && (opens(2) || (bytes[0] >= 0xE2 && (is_later(bytes[2]) || opens(3))))
}

/// How far a text opens like UTF-8 read as GBK: how many characters go by in which every byte is a
/// first or later one of UTF-8 where it may be, until what they spell is no beginning of Chinese text.
pub(super) fn utf_8_as_gbk_chars(text: &str) -> usize {
    let mut run_chars = 0;
    let mut spelt = [0; 2 * GBK_CHARS];
    // How many later bytes have been since the last first one.
    let mut later_bytes = 2;
    let mut chars = text.chars().take(GBK_CHARS).peekable();
    while let Some(c) = chars.next() {
        let pair = match gbk_bytes(c) {
            // One byte, or the last of a sequence and the first of the next: it fits anywhere.
            _ if c == '€' => {
                run_chars += 1;
                continue;
            }
            Some(pair) => pair,
            None => break,
        };
        for byte in pair {
            later_bytes = match byte {
                0x80..=0xBF if later_bytes < 2 => later_bytes + 1,
                0xE2..=0xEF if later_bytes == 2 => 0,
                // Three follow. No first byte beyond F0 opens anything Chinese.
                0xF0 if later_bytes == 2 => -1,
                // The last byte of a run may have swallowed ASCII.
                0..0x80 if chars.peek().is_none_or(|&next| !topic::is_han(next)) => 2,
                _ => return run_chars,
            };
        }
        spelt[2 * run_chars..][..2].copy_from_slice(&pair);
        run_chars += 1;
    }
    if run_chars == GBK_CHARS && !may_begin_text(spelt) {
        return 1;
    }
    run_chars
}

/// Whether bytes may be the beginning of Chinese text, or of what GBK made of it: of the first two
/// characters one is common and the other of Chinese, or both fit into another run read as GBK.
fn may_begin_text(bytes: [u8; 2 * GBK_CHARS]) -> bool {
    // With € or ASCII among them, or characters of four bytes, they are not looked at.
    let Ok(text) = std::str::from_utf8(&bytes) else {
        return true;
    };
    let mut chars = text.chars();
    let (Some(one), Some(two)) = (chars.next(), chars.next()) else {
        return true;
    };
    let is_common =
        |c| is_common_simplified(c) || is_common_traditional(c) || is_cjk_punctuation(c);
    let is_chinese = |c| topic::is_han(c) || is_cjk_punctuation(c) || topic::is_kana_or_hangul(c);
    let goes_on = |c| c == '€' || gbk_bytes(c).is_some_and(|[lead, _]| lead <= 0xBF);
    (is_common(one) && is_chinese(two))
        || (is_common(two) && is_chinese(one))
        || (topic::is_kana_or_hangul(one) && topic::is_kana_or_hangul(two))
        || (opens_gbk_run(one) && goes_on(two))
}
