//! What no converter can pass, and what others do with text in one pass.

/// For each character of the Basic Multilingual Plane the one that replaces it, itself if none.
pub struct Table {
    scalars: Box<[u32; 0x1_0000]>,
    /// The same in UTF-8, the first byte lowest.
    bytes: Box<[u32; 0x1_0000]>,
}

impl Table {
    /// The single characters of a converter, those that keep their length of three bytes.
    pub fn new(converter: &zhfix::Converter) -> Table {
        let mut scalars = Box::new([0; 0x1_0000]);
        let mut bytes = Box::new([0; 0x1_0000]);
        for (index, (scalar, packed)) in scalars.iter_mut().zip(bytes.iter_mut()).enumerate() {
            let Some(character) = u32::try_from(index).ok().and_then(char::from_u32) else {
                continue;
            };
            let mut own = [0; 4];
            let own: &str = character.encode_utf8(&mut own);
            let converted = converter.convert(own);
            let replacement = match converted.chars().next() {
                Some(first) if converted.len() == 3 && own.len() == 3 => first,
                _ => character,
            };
            let mut buffer = [0; 4];
            replacement.encode_utf8(&mut buffer);
            *scalar = u32::from(replacement);
            *packed = u32::from_le_bytes(buffer);
        }
        Table { scalars, bytes }
    }

    /// Room that [`Table::copy_bytes`] needs beyond the text.
    pub const SLACK_BYTES: usize = 8;

    /// The limit: three bytes become an index, the table's four bytes are stored, three count.
    /// ASCII moves 8 bytes at a time. Returns how much of `out` is written.
    pub fn copy_bytes(&self, text: &str, out: &mut [u8]) -> usize {
        let text = text.as_bytes();
        let (mut read, mut written) = (0, 0);
        while read < text.len() {
            let lead = text[read];
            if lead < 0x80 {
                if let Some(eight) = text[read..].first_chunk::<8>()
                    && u64::from_le_bytes(*eight) & 0x8080_8080_8080_8080 == 0
                {
                    out[written..written + 8].copy_from_slice(eight);
                    (read, written) = (read + 8, written + 8);
                } else {
                    out[written] = lead;
                    (read, written) = (read + 1, written + 1);
                }
            } else if (0xE0..0xF0).contains(&lead)
                && let Some(three) = text[read..].first_chunk::<3>()
            {
                let index = usize::from(three[0] & 0xF) << 12
                    | usize::from(three[1] & 0x3F) << 6
                    | usize::from(three[2] & 0x3F);
                out[written..written + 4].copy_from_slice(&self.bytes[index].to_le_bytes());
                (read, written) = (read + 3, written + 3);
            } else {
                let length = if lead < 0xE0 { 2 } else { 4 };
                out[written..written + length].copy_from_slice(&text[read..read + length]);
                (read, written) = (read + length, written + length);
            }
        }
        written
    }

    /// The same character by character, as one writes it first.
    pub fn copy_chars(&self, text: &str, out: &mut String) {
        for character in text.chars() {
            let scalar = u32::from(character);
            match self.scalars.get(scalar as usize) {
                Some(&replacement) => out.push(char::from_u32(replacement).unwrap_or(character)),
                None => out.push(character),
            }
        }
    }
}
