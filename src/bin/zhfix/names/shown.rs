//! How a name is shown, for people and as JSON: of one that is no UTF-8 every byte can still be
//! seen.

use std::ffi::OsString;
use std::path::Path;

use serde_json::json;

use super::{Change, Renaming};
use crate::render;
use crate::walk::bytes_of;

impl Renaming<'_> {
    pub(super) fn line(&self, change: &Change, new: Option<&str>, status: &str) -> Vec<u8> {
        if self.typed.json {
            let encoding = change.name.encoding.map(zhfix::Encoding::name);
            let mut line = json!({
                "path": change.path.to_string_lossy(),
                "new": new,
                "status": status,
                "encoding": encoding,
                "encoding_probability": change.name.probability,
            });
            if std::str::from_utf8(&change.old).is_err() || change.path.to_str().is_none() {
                line["name_hex"] = hex(&change.old).into();
            }
            return format!("{line}\n").into_bytes();
        }
        let mut line = format!("{status}\t").into_bytes();
        line.extend(render::name(&self.shown_path(change), self.terminal));
        if let Some(new) = new.filter(|new| new.as_bytes() != change.old) {
            line.extend_from_slice(b"\t");
            line.extend(render::name(new.as_ref(), self.terminal));
        }
        line.push(b'\n');
        line
    }

    /// The path of a name, strange bytes as `\xNN`.
    fn shown_path(&self, change: &Change) -> OsString {
        // The name of an entry is no path of this system.
        let shown = String::from_utf8_lossy(&change.old);
        let in_front = change
            .path
            .to_str()
            .and_then(|path| path.strip_suffix(&*shown));
        match in_front {
            Some(in_front) => {
                let mut shown = in_front.to_owned();
                escape(&change.old, &mut shown);
                shown.into()
            }
            None => shown_path(&change.path),
        }
    }
}

/// A path, each part shown as [`escape`] does.
fn shown_path(path: &Path) -> OsString {
    let mut shown = String::new();
    let bytes = bytes_of(path.as_os_str());
    for (number, part) in bytes.split(|byte| *byte == b'/').enumerate() {
        if number > 0 {
            shown.push('/');
        }
        escape(part, &mut shown);
    }
    shown.into()
}

/// Appends a name; of one that is no UTF-8 every byte that is no ASCII as `\xNN`: what happens
/// to look like UTF-8 in it is none.
fn escape(name: &[u8], shown: &mut String) {
    if let Ok(name) = std::str::from_utf8(name) {
        return shown.push_str(name);
    }
    for byte in name {
        match byte.is_ascii() {
            true => shown.push(char::from(*byte)),
            false => shown.push_str(&format!("\\x{byte:02X}")),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}
