//! Tables of rows that are part of the program, without what is written above them.
//!
//! What a file in `seeds/tables/` says of itself, where its facts come from and what its fields mean, stands
//! in lines with `#` in front of the rows. Nobody who runs the program reads them there.

/// The rows of a file, one a line: `rows!("path")`, the path from the file where that stands.
macro_rules! rows {
    ($path:literal) => {{
        const FILE: &[u8] = include_bytes!($path);
        const HEAD: usize = crate::rows::head(FILE);
        static ROWS: [u8; FILE.len() - HEAD] = crate::rows::behind(FILE, HEAD);
        std::str::from_utf8(&ROWS).unwrap_or_default().lines()
    }};
}
pub(crate) use rows;

/// How many bytes the lines take that begin with `#`, in front of all others.
pub(crate) const fn head(file: &[u8]) -> usize {
    let mut at = 0;
    while at < file.len() && file[at] == b'#' {
        while at < file.len() && file[at] != b'\n' {
            at += 1;
        }
        at += 1;
    }
    at
}

/// What stands behind so many bytes.
pub(crate) const fn behind<const N: usize>(file: &[u8], head: usize) -> [u8; N] {
    let mut rows = [0; N];
    let mut at = 0;
    while at < N {
        rows[at] = file[head + at];
        at += 1;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_ends_with_its_last_line() {
        const FILE: &[u8] = b"# a\n#b\nc\td\n# e\n";
        assert_eq!(head(FILE), 7);
        assert_eq!(&behind::<8>(FILE, 7), b"c\td\n# e\n");
        assert_eq!(head(b"a"), 0);
        // Nothing but a head.
        assert_eq!(head(b"# a\n"), 4);
        assert_eq!(rows!("../seeds/tables/spam-words.tsv").next(), Some("博彩"));
    }
}
