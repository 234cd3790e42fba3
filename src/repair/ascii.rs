//! What ASCII is to the glance, a byte or a block of it: nothing nearly always, or something that a
//! rule looks for.

/// A control character that no plain text holds.
pub(super) const CONTROL: u8 = 1;
/// A question mark.
pub(super) const QUESTION: u8 = 2;
/// A less-than sign.
pub(super) const LESS: u8 = 4;
/// A byte that is not ASCII.
pub(super) const HIGH: u8 = 0x80;

/// The class of every byte.
pub(super) static ASCII: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0_u8;
    loop {
        classes[byte as usize] = match byte {
            0x80.. => HIGH,
            b'?' => QUESTION,
            b'<' => LESS,
            b'\t' | b'\n' | b'\r' => 0,
            0..0x20 | 0x7F => CONTROL,
            _ => 0,
        };
        if byte == u8::MAX {
            break;
        }
        byte += 1;
    }
    classes
};

/// What a block of ASCII holds, or that it is none. The compiler makes vector instructions of it: each
/// range of controls is moved to the low end of the scale, and the lowest is kept.
#[inline(always)]
pub(super) fn block_class(block: &[u8]) -> u8 {
    let (mut highest, mut from_0, mut from_b, mut from_e) = (0_u8, 0xFF_u8, 0xFF_u8, 0xFF_u8);
    let (mut question, mut less, mut delete) = (0_u8, 0_u8, 0_u8);
    for &byte in block {
        highest = highest.max(byte);
        from_0 = from_0.min(byte);
        from_b = from_b.min(byte.wrapping_sub(0x0B));
        from_e = from_e.min(byte.wrapping_sub(0x0E));
        question |= u8::from(byte == b'?');
        less |= u8::from(byte == b'<');
        delete |= u8::from(byte == 0x7F);
    }
    let control = from_0 < 9 || from_b < 2 || from_e < 18 || delete != 0;
    (u8::from(highest >= 0x80) * HIGH)
        | (u8::from(control) * CONTROL)
        | (question * QUESTION)
        | (less * LESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_bytes_say_the_same_of_ascii() {
        for byte in 0..=u8::MAX {
            let mut block = [b'a'; 40];
            block[17] = byte;
            let class = ASCII[usize::from(byte)];
            assert_eq!(block_class(&block) & !(HIGH - 1), class & HIGH, "{byte:X}");
            if byte.is_ascii() {
                assert_eq!(block_class(&block), class, "{byte:X}");
            }
        }
    }
}
