//! Which inputs were typed, and where results go.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::args::{Inputs, Writing};
use crate::settings::Destination;
use crate::verbs;
use crate::walk::{self, Places};

/// The inputs.
pub(crate) fn places(typed: Inputs) -> Result<Places, String> {
    verbs::misplaced(&typed.paths)?;
    let globs = walk::globs(&typed.glob)?;
    let mut paths = typed.paths;
    if let Some(list) = &typed.files_from {
        if list == Path::new("-") && paths.iter().any(|path| path == Path::new("-")) {
            return Err("--files-from - and the input - are both standard input".to_owned());
        }
        let listed = walk::listed(list, typed.null)
            .map_err(|error| format!("--files-from {}: {}", list.display(), walk::plain(&error)))?;
        paths.extend(listed);
    } else if paths.is_empty() {
        paths.push(if typed.recursive { "." } else { "-" }.into());
    }
    Ok(Places {
        paths,
        globs,
        hidden: typed.hidden,
        no_ignore: typed.no_ignore,
        not_into: None,
        not_these: Vec::new(),
    })
}

/// Where results go.
pub(crate) fn destination(
    typed: &Writing,
    paths: &[PathBuf],
    recursive: bool,
) -> Result<Destination, String> {
    let stdin = paths.iter().any(|path| path == Path::new("-"));
    if typed.in_place {
        if stdin {
            return Err("-i: standard input cannot be replaced".to_owned());
        }
        return Ok(Destination::InPlace);
    }
    let Some(output) = &typed.output else {
        return Ok(Destination::Stdout);
    };
    let ends_in_slash = output
        .as_os_str()
        .as_encoded_bytes()
        .last()
        .is_some_and(|&byte| std::path::is_separator(char::from(byte)));
    let has_folder = recursive || paths.iter().any(|path| path.is_dir());
    let new_tree = has_folder && !output.exists();
    if output.is_dir() || ends_in_slash || new_tree {
        if stdin {
            return Err("-o DIR: standard input has no name to be written under".to_owned());
        }
        return Ok(Destination::Folder(output.clone()));
    }
    if paths.len() > 1 || has_folder {
        return Err(format!(
            "-o {}: several inputs need a folder; give {}/ to have it made",
            output.display(),
            output.display()
        ));
    }
    Ok(Destination::File(output.clone()))
}

/// The suffix of backups.
pub(crate) fn backup(typed: &Writing) -> Result<Option<OsString>, String> {
    let Some(suffix) = &typed.backup else {
        return Ok(None);
    };
    if !typed.in_place && typed.output.is_none() {
        return Err("--backup: nothing is replaced without -i or -o".to_owned());
    }
    let bytes = suffix.as_encoded_bytes();
    if bytes.is_empty()
        || bytes
            .iter()
            .any(|&byte| std::path::is_separator(char::from(byte)))
    {
        return Err("--backup: the suffix is empty or leads into a folder".to_owned());
    }
    Ok(Some(suffix.clone()))
}
