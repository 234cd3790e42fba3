//! Zip archives that come from anywhere: what is refused before anything is written.

use std::io::{Read, Seek, Write};

use zip::ZipArchive;
use zip::read::ZipFile;

use crate::error::{Error, ErrorKind};

/// How much all entries of an archive may always unpack to, in bytes.
const UNPACKED_BYTES_MAX: u64 = 1 << 30;

/// How much beyond that, in times what they take packed: photographs and films take what they
/// unpack to, text a fifth.
const UNPACKED_RATIO_MAX: u64 = 20;

/// How much an entry may grow when it is unpacked. Deflate reaches 1,032, on nothing but one
/// repeated byte; text stays below 20.
const RATIO_MAX: u64 = 500;

/// An entry below this may have any ratio, in bytes.
const RATIO_FROM_BYTES: u64 = 1 << 20;

/// How large an entry may be that is read as a document, in bytes: it is held in memory.
const DOCUMENT_BYTES_MAX: u64 = 256 << 20;

/// What an archive is read from. The program reads from files and from memory; by this name the
/// reader of archives is compiled once.
pub(super) trait Input: Read + Seek {}

impl<T: Read + Seek> Input for T {}

/// What an archive is written to, likewise.
pub(super) trait Output: Write + Seek {}

impl<T: Write + Seek> Output for T {}

/// Opens an archive and looks at every entry.
///
/// # Errors
/// [`ErrorKind::Archive`] where it is no zip archive; where an entry has a name that leads out
/// of the folder that the archive is unpacked in, is encrypted, or unpacks to far more than
/// text does; and where it could not be written anew with all that is in it: two entries of one
/// name, entries that overlap, a program in front that unpacks it.
pub(super) fn open(input: &mut dyn Input) -> Result<ZipArchive<&mut dyn Input>, Error> {
    let mut archive = ZipArchive::new(input).map_err(|error| refusal("", &error))?;
    if archive.has_duplicate_names() {
        return Err(refusal("", &"holds two entries of one name"));
    }
    if archive.offset() > 0 {
        let reason = format!("begins with {} bytes that are none of it", archive.offset());
        return Err(refusal("", &reason));
    }
    let (mut packed_bytes, mut unpacked_bytes) = (0_u64, 0_u64);
    for number in 0..archive.len() {
        let entry = archive.by_index_raw(number);
        let entry = entry.map_err(|error| refusal("", &error))?;
        check(&entry)?;
        packed_bytes = packed_bytes.saturating_add(entry.compressed_size());
        unpacked_bytes = unpacked_bytes.saturating_add(entry.size());
        let most = packed_bytes.saturating_mul(UNPACKED_RATIO_MAX);
        if unpacked_bytes > most.max(UNPACKED_BYTES_MAX) {
            let reason = format!("with it the archive unpacks to {unpacked_bytes} bytes");
            return Err(refusal(&name_of(&entry), &reason));
        }
    }
    // Many entries may be made of the same bytes.
    match archive.has_overlapping_entries() {
        Ok(false) => Ok(archive),
        Ok(true) => Err(refusal("", &"has entries that overlap")),
        Err(error) => Err(refusal("", &error)),
    }
}

/// What an entry is called; bytes that are not UTF-8 become U+FFFD.
pub(super) fn name_of(entry: &ZipFile<'_, &mut dyn Input>) -> String {
    String::from_utf8_lossy(entry.name_raw()).into_owned()
}

fn check(entry: &ZipFile<'_, &mut dyn Input>) -> Result<(), Error> {
    if entry.enclosed_name().is_none() || leads_out(entry.name_raw()) {
        return Err(refusal(&name_of(entry), &"leads out of the archive"));
    }
    if entry.encrypted() {
        return Err(refusal(&name_of(entry), &"is encrypted"));
    }
    let most = entry.compressed_size().saturating_mul(RATIO_MAX);
    if entry.size() > most.max(RATIO_FROM_BYTES) {
        let reason = format!("unpacks to more than {RATIO_MAX} times its size");
        return Err(refusal(&name_of(entry), &reason));
    }
    Ok(())
}

/// Whether a name could lead out on any system, or goes up at all.
fn leads_out(name: &[u8]) -> bool {
    let is_separator = |byte: &u8| matches!(byte, b'/' | b'\\');
    let is_drive = matches!(name, [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic());
    is_drive
        || name.first().is_some_and(is_separator)
        || name.split(is_separator).any(|part| part == b"..")
}

/// Unpacks an entry; never more than it says that it holds.
pub(super) fn unpack(entry: &mut ZipFile<'_, &mut dyn Input>) -> Result<Vec<u8>, Error> {
    let said_bytes = entry.size();
    if said_bytes > DOCUMENT_BYTES_MAX {
        let reason = format!("is a document of more than {DOCUMENT_BYTES_MAX} bytes");
        return Err(refusal(&name_of(entry), &reason));
    }
    let mut bytes = Vec::new();
    let read = entry.by_ref().take(said_bytes + 1).read_to_end(&mut bytes);
    read.map_err(|error| refusal(&name_of(entry), &error))?;
    if bytes.len() as u64 > said_bytes {
        return Err(refusal(&name_of(entry), &"holds more than it says"));
    }
    Ok(bytes)
}

pub(super) fn refusal(entry: &str, reason: &dyn std::fmt::Display) -> Error {
    Error::from(ErrorKind::Archive {
        entry: entry.to_owned(),
        reason: reason.to_string(),
    })
}
