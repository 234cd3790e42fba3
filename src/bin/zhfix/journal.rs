//! The journal of a run: what every replaced file was, so that `zhfix undo` can restore it.
//!
//! JSON lines, to be read by anything. The first names the format; then each file has a
//! `begin` (path, mode, times), its old bytes in parts of 1 MiB, each deflated by itself
//! and written as base64, and an `end` with the SHA-256 of the old and the new bytes. An
//! entry is whole on the disk before the file is replaced. So a run that ends in between
//! leaves an entry of a change that never was, or one without its end: `undo` sees by the
//! hashes that the file is still the old one, and passes over what has no end.

use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::Compression;
use flate2::read::{DeflateDecoder, DeflateEncoder};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::metadata;
use crate::walk::plain;
use crate::write::AsOf;

/// The first line.
const HEADER: &str = "{\"zhfix_journal\":1}\n";

/// Old bytes in one part: a part is held in memory.
const PART_BYTES: u64 = 1 << 20;

/// A file of this size or less is packed before its turn to be written, by its own thread.
const PACKED_AHEAD_BYTES: u64 = 8 << 20;

/// The hash of a file's bytes, in hexadecimal digits.
pub(crate) fn hash_of(mut reader: impl Read) -> io::Result<String> {
    let mut hashing = Hashing::new(io::sink());
    io::copy(&mut reader, &mut hashing)?;
    Ok(hashing.digits())
}

/// A writer that hashes what it passes on.
#[derive(Debug)]
pub(crate) struct Hashing<W> {
    out: W,
    hasher: Sha256,
}

impl<W> Hashing<W> {
    pub(crate) fn new(out: W) -> Hashing<W> {
        let hasher = Sha256::new();
        Hashing { out, hasher }
    }

    /// The hash of all that was written, in hexadecimal digits.
    pub(crate) fn digits(self) -> String {
        let hash = self.hasher.finalize();
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.hasher.update(bytes.get(..count).unwrap_or_default());
        Ok(count)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A journal that is being written.
#[derive(Debug)]
pub(crate) struct Journal {
    path: PathBuf,
    seen: Metadata,
    file: Mutex<File>,
}

impl Journal {
    /// Makes a journal, or opens one to add to it.
    pub(crate) fn open(path: &Path) -> Result<Journal, String> {
        let bad = |what: String| format!("--journal {}: {what}", path.display());
        let plain = |error: io::Error| bad(plain(&error));
        let mut options = OpenOptions::new();
        // The journal holds what private files held.
        metadata::private(options.read(true).write(true).create(true).truncate(false));
        let mut file = options.open(path).map_err(plain)?;
        file.try_lock()
            .map_err(|_| bad("another run writes it".to_owned()))?;
        let seen = file.metadata().map_err(plain)?;
        if !seen.is_file() {
            return Err(bad("is not a regular file".to_owned()));
        }
        if seen.len() == 0 {
            file.write_all(HEADER.as_bytes()).map_err(plain)?;
        } else {
            read_header(&mut file).map_err(bad)?;
            file.seek(SeekFrom::End(-1)).map_err(plain)?;
            let mut last = [0];
            file.read_exact(&mut last).map_err(plain)?;
            if last != *b"\n" {
                // What stands there has no end; undo passes over it.
                file.write_all(b"\n").map_err(plain)?;
            }
        }
        file.sync_all().map_err(plain)?;
        Ok(Journal {
            path: path.canonicalize().map_err(plain)?,
            seen,
            file: Mutex::new(file),
        })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether a file is this journal.
    pub(crate) fn is(&self, file: &Metadata) -> bool {
        metadata::same_file(&self.seen, file)
    }

    /// Enters a file whose bytes are about to become those with the hash `after`; on return
    /// the entry is on the disk.
    pub(crate) fn enter(&self, path: &Path, seen: &Metadata, after: &str) -> Result<(), String> {
        let failed =
            |error: io::Error| format!("journal {}: {}", self.path.display(), plain(&error));
        let mut packed = Vec::new();
        let ahead = seen.len() <= PACKED_AHEAD_BYTES;
        if ahead {
            write_entry(path, seen, after, &mut packed).map_err(failed)?;
        }
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let start = file.seek(SeekFrom::End(0)).map_err(failed)?;
        let written = if ahead {
            file.write_all(&packed)
        } else {
            let mut buffered = BufWriter::new(&*file);
            write_entry(path, seen, after, &mut buffered).and_then(|()| buffered.flush())
        };
        written.and_then(|()| file.sync_data()).map_err(|error| {
            // Half an entry would be passed over by undo; without it the disk has more room.
            let _ = file.set_len(start);
            failed(error)
        })
    }
}

impl Journal {
    /// Enters that a file or folder is about to be renamed; on return it is on the disk.
    pub(crate) fn enter_renaming(&self, from: &Path, to: &Path) -> Result<(), String> {
        let mut renaming = json!({});
        set_path(&mut renaming, "from", from);
        set_path(&mut renaming, "to", to);
        let line = format!("{}\n", json!({ "rename": renaming }));
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let written = file
            .seek(SeekFrom::End(0))
            .and_then(|_| file.write_all(line.as_bytes()))
            .and_then(|()| file.sync_data());
        written.map_err(|error| format!("journal {}: {}", self.path.display(), plain(&error)))
    }
}

/// A path as text, or where it is none as base64 of its bytes.
fn set_path(object: &mut Value, key: &str, path: &Path) {
    match path.to_str() {
        Some(path) => object[key] = path.into(),
        None => {
            object[format!("{key}_base64")] =
                BASE64.encode(path.as_os_str().as_encoded_bytes()).into();
        }
    }
}

/// What [`set_path`] wrote.
fn path_in(object: &Value, key: &str) -> Option<PathBuf> {
    if let Some(path) = object.get(key).and_then(Value::as_str) {
        return Some(path.into());
    }
    let base64 = object.get(format!("{key}_base64"))?.as_str()?;
    Some(name_of_bytes(&BASE64.decode(base64).ok()?).into())
}

fn write_entry(path: &Path, seen: &Metadata, after: &str, out: &mut impl Write) -> io::Result<()> {
    let mut begin = json!({
        "modified": since_epoch(seen.modified()?),
        "accessed": since_epoch(seen.accessed()?),
    });
    set_path(&mut begin, "path", path);
    if let Some(mode) = metadata::mode(seen) {
        begin["mode"] = mode.into();
    }
    writeln!(out, "{}", json!({ "begin": begin }))?;
    let mut file = File::open(path)?;
    let (mut hashing, mut bytes) = (Hashing::new(io::sink()), 0);
    loop {
        let mut part = Vec::new();
        Read::by_ref(&mut file)
            .take(PART_BYTES)
            .read_to_end(&mut part)?;
        if part.is_empty() {
            break;
        }
        hashing.write_all(&part)?;
        bytes += part.len() as u64;
        let mut deflated = Vec::new();
        DeflateEncoder::new(&part[..], Compression::default()).read_to_end(&mut deflated)?;
        writeln!(out, "{{\"part\":\"{}\"}}", BASE64.encode(&deflated))?;
    }
    let end = json!({ "bytes": bytes, "before": hashing.digits(), "after": after });
    writeln!(out, "{}", json!({ "end": end }))
}

/// Seconds and nanoseconds since 1970; the nanoseconds count forwards before it too.
fn since_epoch(time: SystemTime) -> (i64, u32) {
    let seconds = |duration: Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => (seconds(after), after.subsec_nanos()),
        Err(before) => {
            let before = before.duration();
            match before.subsec_nanos() {
                0 => (-seconds(before), 0),
                nanos => (-seconds(before) - 1, 1_000_000_000 - nanos),
            }
        }
    }
}

fn time_of(value: &Value) -> Option<SystemTime> {
    let seconds = value.get(0)?.as_i64()?;
    let nanos = Duration::from_nanos(value.get(1)?.as_u64()?);
    let whole = Duration::from_secs(seconds.unsigned_abs());
    let base = match seconds {
        0.. => UNIX_EPOCH.checked_add(whole),
        _ => UNIX_EPOCH.checked_sub(whole),
    };
    base?.checked_add(nanos)
}

/// What a journal says of one replaced file.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The file.
    pub(crate) path: PathBuf,
    /// Its mode and times.
    pub(crate) as_of: AsOf,
    /// The hash of the old bytes.
    pub(crate) before: String,
    /// The hash of the new bytes.
    pub(crate) after: String,
    /// Where its parts begin.
    parts_at: u64,
}

/// What a journal says of one change.
#[derive(Debug)]
pub(crate) enum Step {
    /// A file got other bytes.
    Replaced(Entry),
    /// A file or folder got another name.
    Renamed {
        /// What it was called.
        from: PathBuf,
        /// What it was called then.
        to: PathBuf,
    },
}

/// A journal that is read.
#[derive(Debug)]
pub(crate) struct Reader {
    file: File,
    /// Every change that was wholly entered, the oldest first.
    pub(crate) steps: Vec<Step>,
}

impl Reader {
    /// Finds what a journal holds; memory grows with the number of files, not with their size.
    pub(crate) fn open(path: &Path) -> Result<Reader, String> {
        let mut file = File::open(path).map_err(|error| plain(&error))?;
        file.try_lock_shared()
            .map_err(|_| "another run writes it".to_owned())?;
        read_header(&mut file)?;
        let (mut steps, mut begun) = (Vec::new(), None);
        let mut lines = BufReader::new(&file);
        let mut at = lines.stream_position().map_err(|error| plain(&error))?;
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = lines.read_until(b'\n', &mut line);
            let length = read.map_err(|error| plain(&error))?;
            if length == 0 {
                break;
            }
            at += length as u64;
            if line.starts_with(b"{\"part\":") {
                continue;
            }
            // A line that a full disk or a signal cut off is no JSON, and its entry has no end.
            let value: Value = serde_json::from_slice(&line).unwrap_or(Value::Null);
            if let Some(begin) = value.get("begin") {
                begun = begin_of(begin, at);
            } else if let (Some(end), Some(begun)) = (value.get("end"), begun.take()) {
                steps.extend(finished(begun, end).map(Step::Replaced));
            } else if let Some(renaming) = value.get("rename") {
                let paths = path_in(renaming, "from").zip(path_in(renaming, "to"));
                steps.extend(paths.map(|(from, to)| Step::Renamed { from, to }));
            }
        }
        Ok(Reader { file, steps })
    }

    /// Writes the old bytes of a file to `out`.
    pub(crate) fn restore(&self, entry: &Entry, mut out: impl Write) -> Result<(), String> {
        let plain = |error: io::Error| plain(&error);
        let mut file = &self.file;
        file.seek(SeekFrom::Start(entry.parts_at)).map_err(plain)?;
        let mut lines = BufReader::new(file);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line).map_err(plain)? > 0 {
            let value: Value = serde_json::from_slice(&line).unwrap_or(Value::Null);
            let Some(part) = value.get("part") else { break };
            let damaged = "the journal is damaged";
            let deflated = part.as_str().and_then(|part| BASE64.decode(part).ok());
            let mut inflated = Vec::new();
            DeflateDecoder::new(&deflated.ok_or(damaged)?[..])
                .take(PART_BYTES + 1)
                .read_to_end(&mut inflated)
                .map_err(|_| damaged)?;
            out.write_all(&inflated).map_err(plain)?;
            line.clear();
        }
        Ok(())
    }
}

fn read_header(file: &mut File) -> Result<(), String> {
    let mut header = [0; HEADER.len()];
    match file.read_exact(&mut header) {
        Ok(()) if header == HEADER.as_bytes() => Ok(()),
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(plain(&error)),
        _ => Err("is not a journal of zhfix".to_owned()),
    }
}

fn begin_of(begin: &Value, parts_at: u64) -> Option<Entry> {
    let path = path_in(begin, "path")?;
    let mode = begin.get("mode").and_then(Value::as_u64);
    Some(Entry {
        path,
        as_of: AsOf {
            mode: mode.and_then(|mode| u32::try_from(mode).ok()),
            modified: time_of(begin.get("modified")?)?,
            accessed: time_of(begin.get("accessed")?)?,
        },
        before: String::new(),
        after: String::new(),
        parts_at,
    })
}

fn finished(begun: Entry, end: &Value) -> Option<Entry> {
    Some(Entry {
        before: end.get("before")?.as_str()?.to_owned(),
        after: end.get("after")?.as_str()?.to_owned(),
        ..begun
    })
}

#[cfg(unix)]
fn name_of_bytes(bytes: &[u8]) -> OsString {
    use std::os::unix::ffi::OsStrExt;
    OsStr::from_bytes(bytes).to_owned()
}

#[cfg(not(unix))]
fn name_of_bytes(bytes: &[u8]) -> OsString {
    OsStr::new(&*String::from_utf8_lossy(bytes)).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_come_back_as_they_were() {
        let second = Duration::from_secs(1);
        let odd = Duration::from_nanos(1);
        let times = [
            UNIX_EPOCH,
            UNIX_EPOCH + second + odd,
            UNIX_EPOCH - second,
            UNIX_EPOCH - odd,
            UNIX_EPOCH - second - odd,
        ];
        for time in times {
            assert_eq!(time_of(&json!(since_epoch(time))), Some(time));
        }
    }

    #[test]
    fn what_was_cut_off_anywhere_is_passed_over_and_can_be_added_to() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (folder.path().join("1.txt"), folder.path().join("2.txt"));
        std::fs::write(&one, "first").unwrap();
        std::fs::write(&two, "second").unwrap();
        let path = folder.path().join("journal");
        let enter = |file: &Path| {
            let journal = Journal::open(&path).unwrap();
            let seen = file.metadata().unwrap();
            journal.enter(file, &seen, "a hash").unwrap();
        };
        enter(&one);
        let first = std::fs::read(&path).unwrap().len();
        enter(&two);
        let whole = std::fs::read(&path).unwrap();
        for cut in first..whole.len() {
            std::fs::write(&path, &whole[..cut]).unwrap();
            enter(&two);
            let reader = Reader::open(&path).unwrap();
            let cut_off = cut != whole.len() - 1;
            let entries: Vec<_> = reader
                .steps
                .iter()
                .map(|step| match step {
                    Step::Replaced(entry) => entry,
                    Step::Renamed { .. } => unreachable!(),
                })
                .collect();
            let paths: Vec<_> = entries.iter().map(|entry| &entry.path).collect();
            // Without its line end alone an entry is whole.
            let expect = if cut_off {
                vec![&one, &two]
            } else {
                vec![&one, &two, &two]
            };
            assert_eq!(paths, expect, "cut at {cut}");
            let mut restored = Vec::new();
            reader.restore(entries[1], &mut restored).unwrap();
            assert_eq!(restored, b"second", "cut at {cut}");
        }
    }
}
