//! The names of the entries of an archive: as they stand in it, and other ones in their place.
//! Nothing is unpacked for that.

use std::io::{Read, Seek, Write};

use zip::ZipWriter;
use zip::read::ZipFile;

use super::archive::{self, refusal};
use crate::error::Error;

/// Bit 11 of an entry's flags: its name and comment are UTF-8 (APPNOTE 6.3.10, section 4.4.4).
const UTF_8_FLAG: u16 = 1 << 11;

/// A name as it stands in an archive.
///
/// # Examples
/// ```
/// use std::io::Cursor;
/// use zhfix::records::entry_names;
/// let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
/// archive.start_file("名", zip::write::SimpleFileOptions::default())?;
/// let mut archive = archive.finish()?;
/// assert!(entry_names(&mut archive)?[0].is_marked);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EntryName {
    /// Its bytes; where the archive gives the name in UTF-8 too, those.
    pub raw: Vec<u8>,
    /// Whether the archive says that they are UTF-8. Programs read others in whatever encoding
    /// their system has.
    pub is_marked: bool,
}

impl AsRef<[u8]> for EntryName {
    fn as_ref(&self) -> &[u8] {
        &self.raw
    }
}

/// Writes an archive anew with other names for its entries, in order; `None` keeps one as it
/// is. The entries are copied as they are packed, and new names are marked as UTF-8.
///
/// # Errors
/// [`ErrorKind::Archive`](crate::ErrorKind::Archive) where the archive cannot be read or is
/// refused, has another number of entries, or cannot be written.
///
/// # Examples
/// ```
/// use std::io::Cursor;
/// use zhfix::records::{entry_names, rename_entries};
/// let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
/// archive.start_file("old", zip::write::SimpleFileOptions::default())?;
/// let mut archive = archive.finish()?;
/// let mut renamed = Cursor::new(Vec::new());
/// rename_entries(&mut archive, &[Some("新".to_owned())], &mut renamed)?;
/// assert_eq!(entry_names(&mut renamed)?[0].raw, "新".as_bytes());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn rename_entries(
    mut archive: impl Read + Seek,
    names: &[Option<String>],
    mut output: impl Write + Seek,
) -> Result<(), Error> {
    let mut input = archive::open(&mut archive)?;
    if input.len() != names.len() {
        let reason = format!("has {} entries, not {}", input.len(), names.len());
        return Err(refusal("", &reason));
    }
    let mut writer = ZipWriter::new(&mut output as &mut dyn archive::Output);
    let commented = writer.set_raw_comment(input.comment().into());
    commented.map_err(|error| refusal("", &error))?;
    for (number, name) in names.iter().enumerate() {
        let entry = input.by_index_raw(number);
        let entry = entry.map_err(|error| refusal("", &error))?;
        let called = archive::name_of(&entry);
        check_comment(&entry)?;
        let copied = match name {
            Some(name) => writer.raw_copy_file_rename(entry, name),
            None => writer.raw_copy_file(entry),
        };
        copied.map_err(|error| refusal(&called, &error))?;
    }
    writer.finish().map_err(|error| refusal("", &error))?;
    Ok(())
}

/// The names of an archive's entries, as they stand in it.
///
/// # Errors
/// As [`rename_entries`].
///
/// # Examples
/// ```
/// use std::io::Cursor;
/// use zhfix::records::entry_names;
/// let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
/// archive.start_file("old", zip::write::SimpleFileOptions::default())?;
/// let mut archive = archive.finish()?;
/// assert_eq!(entry_names(&mut archive)?[0].raw, b"old");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn entry_names(mut archive: impl Read + Seek) -> Result<Vec<EntryName>, Error> {
    let mut input = archive::open(&mut archive)?;
    let mut names = Vec::with_capacity(input.len());
    for number in 0..input.len() {
        let entry = input.by_index_raw(number);
        let entry = entry.map_err(|error| refusal("", &error))?;
        check_comment(&entry)?;
        names.push(EntryName {
            raw: entry.name_raw().to_vec(),
            is_marked: entry.flags().as_u16() & UTF_8_FLAG != 0,
        });
    }
    Ok(names)
}

/// A comment of an entry is written anew with its name and in its encoding. One that would be
/// garbled by that is hardly ever seen: comments of entries went out with DOS.
fn check_comment(entry: &ZipFile<'_, &mut dyn archive::Input>) -> Result<(), Error> {
    let raw = entry.comment_raw();
    match raw.is_ascii() || raw == entry.comment().as_bytes() {
        true => Ok(()),
        false => {
            let reason = "has a comment in an older encoding, which would be lost";
            Err(refusal(&archive::name_of(entry), &reason))
        }
    }
}
