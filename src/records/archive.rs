//! Zip archives that come from anywhere: what is refused before anything is written.

use std::io::{Read, Seek};

use zip::ZipArchive;
use zip::read::ZipFile;

use crate::error::{Error, ErrorKind};

/// How much all entries of an archive may unpack to, in bytes: an e-book with pictures has
/// some tens of MB.
const UNPACKED_BYTES_MAX: u64 = 1 << 30;

/// How much an entry may grow when it is unpacked. Deflate reaches 1,032, on nothing but one
/// repeated byte; text stays below 20.
const RATIO_MAX: u64 = 500;

/// An entry below this may have any ratio, in bytes.
const RATIO_FROM_BYTES: u64 = 1 << 20;

/// Opens an archive and looks at every entry.
///
/// # Errors
/// [`ErrorKind::Archive`] where it is no zip archive, or an entry has a name that leads out
/// of the folder that the archive is unpacked in, is encrypted, or unpacks to far more than
/// text does.
pub(super) fn open<R: Read + Seek>(input: R) -> Result<ZipArchive<R>, Error> {
    let mut archive = ZipArchive::new(input).map_err(|error| refusal("", &error))?;
    let mut unpacked_bytes = 0_u64;
    for number in 0..archive.len() {
        let entry = archive.by_index_raw(number);
        let entry = entry.map_err(|error| refusal("", &error))?;
        check(&entry)?;
        unpacked_bytes = unpacked_bytes.saturating_add(entry.size());
        if unpacked_bytes > UNPACKED_BYTES_MAX {
            let reason = format!("unpacks to more than {UNPACKED_BYTES_MAX} bytes");
            return Err(refusal(&name_of(&entry), &reason));
        }
    }
    Ok(archive)
}

/// What an entry is called; bytes that are not UTF-8 become U+FFFD.
pub(super) fn name_of<R: Read>(entry: &ZipFile<'_, R>) -> String {
    String::from_utf8_lossy(entry.name_raw()).into_owned()
}

fn check<R: Read>(entry: &ZipFile<'_, R>) -> Result<(), Error> {
    if entry.enclosed_name().is_none() || entry.name_raw().starts_with(b"/") {
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

/// Unpacks an entry; never more than it says that it holds.
pub(super) fn unpack<R: Read>(entry: &mut ZipFile<'_, R>) -> Result<Vec<u8>, Error> {
    let said_bytes = entry.size();
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
