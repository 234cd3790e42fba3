//! Text in blocks of bytes, of which compilers make vector instructions: for questions that nearly
//! every block answers with no.

/// How many bytes are looked at together.
pub(super) const BLOCK_BYTES: usize = 128;
/// The same with the two behind, which the last characters reach into.
pub(super) const READ_BYTES: usize = BLOCK_BYTES + 2;

/// The block at a place, with zeros behind the end of the text.
#[inline(always)]
pub(super) fn block_at(bytes: &[u8], at: usize) -> [u8; READ_BYTES] {
    let rest = bytes.get(at..).unwrap_or_default();
    match rest.first_chunk() {
        Some(block) => *block,
        None => {
            let mut block = [0; READ_BYTES];
            for (to, from) in block.iter_mut().zip(rest) {
                *to = *from;
            }
            block
        }
    }
}
