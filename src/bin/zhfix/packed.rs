//! Compressed input and output: gzip, Zstandard, bzip2, xz.
//!
//! Input is recognised by how it begins, whatever its name; several streams one behind the
//! other are one input. Output is compressed where the name it is written under ends in
//! .gz, .zst, .bz2 or .xz, and where a compressed file is replaced. It holds no names and
//! no times, so the same text gives the same bytes.
//!
//! Few bytes can unpack to more than any disk holds. So an input may always unpack to
//! [`FREE_BYTES`], and beyond that to [`RATIO`] times what it took; dictionaries of
//! decoders are limited as their own command line tools limit them.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What any input may unpack to: a document of this size fits into memory.
const FREE_BYTES: u64 = 256 << 20;

/// What it may unpack to beyond that, in times its own size. Text that people keep shrinks
/// to a fiftieth at best, logs that repeat themselves to a two-hundredth.
const RATIO: u64 = 400;

/// The memory for an xz dictionary, in KiB: 64 MiB are what `xz -9` needs to unpack.
const XZ_MEMORY_KIB: u32 = 128 << 10;

/// A way of compressing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

/// How each packing begins. That of bzip2 consists of letters, with any digit for the fourth
/// byte; all ten of them stand for no word of any text.
const MAGIC: [(Packing, &[u8]); 4] = [
    (Packing::Gzip, b"\x1F\x8B\x08"),
    (Packing::Zstd, b"\x28\xB5\x2F\xFD"),
    (Packing::Xz, b"\xFD7zXZ\0"),
    (Packing::Bzip2, b"BZh*1AY&SY"),
];

/// What the first bytes tell.
enum Told {
    Packed(Packing),
    Plain,
    /// There are too few of them.
    Open,
}

impl Packing {
    fn told(head: &[u8]) -> Told {
        let fits = |magic: &[u8]| {
            let same = |(a, b): (&u8, &u8)| a == b || *b == b'*' && a.is_ascii_digit();
            head.iter().zip(magic).all(same)
        };
        match MAGIC.iter().find(|(_, magic)| fits(magic)) {
            Some((packing, magic)) if head.len() >= magic.len() => Told::Packed(*packing),
            Some(_) => Told::Open,
            None => Told::Plain,
        }
    }

    /// How a file of this name is to be compressed.
    pub(crate) fn of_name(path: &Path) -> Option<Packing> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "gz" => Some(Packing::Gzip),
            "zst" => Some(Packing::Zstd),
            "bz2" => Some(Packing::Bzip2),
            "xz" => Some(Packing::Xz),
            _ => None,
        }
    }
}

/// Any reader of bytes.
pub(crate) type Reader = Box<dyn Read + Send>;

/// The unpacked bytes of a file; one that is not packed is read by itself.
pub(crate) fn open_file(mut file: File) -> io::Result<(Reader, Option<Packing>)> {
    let (head, packing) = peeked(&mut file)?;
    if packing.is_none() && file.seek(SeekFrom::Start(0)).is_ok() {
        return Ok((Box::new(file), None));
    }
    let whole = Cursor::new(head).chain(file);
    Ok((unpacked(packing, Box::new(whole)), packing))
}

/// The unpacked bytes of what cannot be read twice. It is not read before the result is.
pub(crate) fn open_stream(stream: impl Read + Send + 'static) -> Reader {
    Box::new(Unopened(Some(Box::new(stream)), None))
}

/// As many bytes as it takes to tell, and what they tell.
fn peeked(mut reader: impl Read) -> io::Result<(Vec<u8>, Option<Packing>)> {
    let mut head = Vec::new();
    loop {
        match Packing::told(&head) {
            Told::Packed(packing) => return Ok((head, Some(packing))),
            Told::Plain => return Ok((head, None)),
            Told::Open => {}
        }
        // One by one: a pipe may hold fewer than all of them for a long time.
        if Read::by_ref(&mut reader).take(1).read_to_end(&mut head)? == 0 {
            return Ok((head, None));
        }
    }
}

/// A stream whose packing is not known before it is read.
struct Unopened(Option<Reader>, Option<Reader>);

impl Read for Unopened {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        if let Some(mut stream) = self.0.take() {
            let (head, packing) = peeked(&mut stream)?;
            let whole = Cursor::new(head).chain(stream);
            self.1 = Some(unpacked(packing, Box::new(whole)));
        }
        self.1.as_mut().map_or(Ok(0), |opened| opened.read(room))
    }
}

fn unpacked(packing: Option<Packing>, whole: Reader) -> Reader {
    let Some(packing) = packing else {
        return whole;
    };
    let taken = Arc::new(AtomicU64::new(0));
    let packed = BufReader::new(Counted {
        inner: whole,
        taken: Arc::clone(&taken),
    });
    let inner: Reader = match packing {
        Packing::Gzip => Box::new(Members(Some(flate2::bufread::GzDecoder::new(packed)))),
        Packing::Zstd => match zstd::stream::read::Decoder::with_buffer(packed) {
            Ok(decoder) => Box::new(decoder),
            Err(error) => Box::new(Failed(Some(error))),
        },
        Packing::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(packed)),
        Packing::Xz => {
            let xz = lzma_rust2::XzReader::new_mem_limit(packed, true, XZ_MEMORY_KIB);
            Box::new(xz)
        }
    };
    Box::new(Limited {
        inner,
        taken,
        given: 0,
        free: FREE_BYTES,
    })
}

/// The members of a gzip file one behind the other. Zeros that fill up the last block of a tape or
/// a device may stand behind them, as for gzip itself.
struct Members<R>(Option<flate2::bufread::GzDecoder<R>>);

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.0 {
            let count = member.read(room)?;
            if count > 0 || room.is_empty() {
                return Ok(count);
            }
            self.0 = match self.0.take() {
                Some(member) => next_member(member.into_inner())?,
                None => None,
            };
        }
        Ok(0)
    }
}

/// What stands behind a member and its zeros.
fn next_member<R: BufRead>(mut packed: R) -> io::Result<Option<flate2::bufread::GzDecoder<R>>> {
    loop {
        let ahead = packed.fill_buf()?;
        if ahead.is_empty() {
            return Ok(None);
        }
        let zeros = ahead.iter().take_while(|byte| **byte == 0).count();
        let is_next = zeros < ahead.len();
        packed.consume(zeros);
        if is_next {
            return Ok(Some(flate2::bufread::GzDecoder::new(packed)));
        }
    }
}

/// Counts what a decoder takes.
struct Counted<R> {
    inner: R,
    taken: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(room)?;
        self.taken.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// A decoder that could not be made.
struct Failed(Option<io::Error>);

impl Read for Failed {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(self.0.take().unwrap_or(io::ErrorKind::Other.into()))
    }
}

/// Ends with an error where the input unpacks to too much, and says of other errors whose
/// they are.
struct Limited {
    inner: Reader,
    taken: Arc<AtomicU64>,
    given: u64,
    free: u64,
}

impl Read for Limited {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(room).map_err(|error| {
            if error.raw_os_error().is_some() || error.kind() == io::ErrorKind::Interrupted {
                error
            } else {
                io::Error::new(error.kind(), format!("cannot be unpacked: {error}"))
            }
        })?;
        self.given += count as u64;
        let taken = self.taken.load(Ordering::Relaxed);
        if self.given > self.free && self.given / RATIO > taken {
            let what = format!(
                "unpacks to more than {RATIO} times its size; if that is right, unpack it into a pipe"
            );
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, what));
        }
        Ok(count)
    }
}

/// A writer that compresses, or does not.
pub(crate) enum Packer<W: Write> {
    Plain(W),
    Gzip(flate2::write::GzEncoder<W>),
    Zstd(zstd::stream::write::Encoder<'static, W>),
    Bzip2(bzip2::write::BzEncoder<W>),
    Xz(Box<lzma_rust2::XzWriter<W>>),
}

impl<W: Write> Packer<W> {
    /// Begins; the levels are those that the formats' own tools take by default.
    pub(crate) fn new(packing: Option<Packing>, out: W) -> io::Result<Packer<W>> {
        Ok(match packing {
            None => Packer::Plain(out),
            Some(Packing::Gzip) => {
                let level = flate2::Compression::default();
                Packer::Gzip(flate2::write::GzEncoder::new(out, level))
            }
            Some(Packing::Zstd) => {
                let mut encoder = zstd::stream::write::Encoder::new(out, 0)?;
                encoder.include_checksum(true)?;
                Packer::Zstd(encoder)
            }
            Some(Packing::Bzip2) => {
                let level = bzip2::Compression::best();
                Packer::Bzip2(bzip2::write::BzEncoder::new(out, level))
            }
            Some(Packing::Xz) => {
                let level = lzma_rust2::XzOptions::with_preset(6);
                Packer::Xz(Box::new(lzma_rust2::XzWriter::new(out, level)?))
            }
        })
    }

    /// Writes what is left and gives the writer back.
    pub(crate) fn finish(self) -> io::Result<W> {
        match self {
            Packer::Plain(out) => Ok(out),
            Packer::Gzip(encoder) => encoder.finish(),
            Packer::Zstd(encoder) => encoder.finish(),
            Packer::Bzip2(encoder) => encoder.finish(),
            Packer::Xz(encoder) => encoder.finish(),
        }
    }
}

impl<W: Write> Write for Packer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Packer::Plain(out) => out.write(bytes),
            Packer::Gzip(encoder) => encoder.write(bytes),
            Packer::Zstd(encoder) => encoder.write(bytes),
            Packer::Bzip2(encoder) => encoder.write(bytes),
            Packer::Xz(encoder) => encoder.write(bytes),
        }
    }
    fn flush(&mut self) -> io::Result<()> {
        match self {
            Packer::Plain(out) => out.flush(),
            Packer::Gzip(encoder) => encoder.flush(),
            Packer::Zstd(encoder) => encoder.flush(),
            Packer::Bzip2(encoder) => encoder.flush(),
            Packer::Xz(encoder) => encoder.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Packing; 4] = [Packing::Gzip, Packing::Zstd, Packing::Bzip2, Packing::Xz];

    fn packed(packing: Packing, bytes: &[u8]) -> Vec<u8> {
        let mut packer = Packer::new(Some(packing), Vec::new()).unwrap();
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    fn read(bytes: Vec<u8>) -> io::Result<Vec<u8>> {
        let mut unpacked = Vec::new();
        open_stream(Cursor::new(bytes)).read_to_end(&mut unpacked)?;
        Ok(unpacked)
    }

    #[test]
    fn several_streams_are_one_input_and_a_cut_is_an_error() {
        for packing in ALL {
            let mut bytes = packed(packing, "漢字".as_bytes());
            assert_eq!(bytes, packed(packing, "漢字".as_bytes()), "{packing:?}");
            for cut in 10..bytes.len() {
                let cut_off = read(bytes[..cut].to_vec());
                assert!(cut_off.is_err(), "{packing:?} cut at {cut}");
            }
            bytes.extend(packed(packing, b"abc"));
            assert_eq!(read(bytes).unwrap(), "漢字abc".as_bytes(), "{packing:?}");
        }
    }

    #[test]
    fn gzip_may_be_filled_up_with_zeros_and_with_nothing_else() {
        let mut bytes = packed(Packing::Gzip, b"abc");
        bytes.extend([0; 20_000]);
        assert_eq!(read(bytes.clone()).unwrap(), b"abc");
        bytes.extend(packed(Packing::Gzip, b"def"));
        assert_eq!(read(bytes.clone()).unwrap(), b"abcdef");
        bytes.extend(b"\0\0x");
        assert!(read(bytes).is_err());
    }

    #[test]
    fn what_is_not_packed_is_read_as_it_is() {
        for bytes in [
            &b""[..],
            b"B",
            b"BZh9 is a format",
            b"\x1F\x8B",
            b"\xFD7z",
            "漢字".as_bytes(),
        ] {
            let mut read = Vec::new();
            let mut reader = open_stream(Cursor::new(bytes.to_vec()));
            reader.read_to_end(&mut read).unwrap();
            assert_eq!(read, bytes);
        }
    }

    #[test]
    fn a_bomb_is_not_unpacked_to_its_end() {
        for packing in ALL {
            let bomb = packed(packing, &vec![b'a'; 8 << 20]);
            let taken = Arc::new(AtomicU64::new(bomb.len() as u64));
            let mut limited = Limited {
                inner: open_stream(Cursor::new(bomb)),
                taken,
                given: 0,
                free: 1 << 20,
            };
            let mut unpacked = Vec::new();
            let error = limited.read_to_end(&mut unpacked).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::FileTooLarge, "{packing:?}");
            assert!(unpacked.len() < 8 << 20, "{packing:?}");
        }
    }
}
