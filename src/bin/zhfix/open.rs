//! Where an input comes from and where its result goes.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use crate::packed::{self, Packer, Packing, Reader};
use crate::settings::{Action, Destination, Settings};
use crate::walk::{Source, plain};
use crate::write::{Original, Output, check_regular, is_stdout};

/// An input that is open.
pub(crate) struct Opened {
    pub(crate) reader: Reader,
    /// How the input is packed; the reader unpacks it.
    pub(crate) packing: Option<Packing>,
    /// `None` for standard input.
    pub(crate) metadata: Option<Metadata>,
    /// Set where the input is to be replaced.
    pub(crate) original: Option<Original>,
}

/// Opens an input; refuses what cannot be read or would be read while it is written.
pub(crate) fn open(settings: &Settings, source: &Source) -> Result<Opened, String> {
    let Some(path) = source.path() else {
        return Ok(Opened {
            reader: packed::open_stream(io::stdin()),
            packing: None,
            metadata: None,
            original: None,
        });
    };
    let in_place = settings.destination == Destination::InPlace;
    if in_place && settings.action == Action::Write {
        let (original, file) = Original::open(path)?;
        if let Some(journal) = &settings.terms.journal
            && file.metadata().is_ok_and(|found| journal.is(&found))
        {
            return Err("is the journal of this run".to_owned());
        }
        let metadata = file.metadata().ok();
        let (reader, packing) = packed::open_file(file).map_err(|error| plain(&error))?;
        return Ok(Opened {
            metadata,
            reader,
            packing,
            original: Some(original),
        });
    }
    if in_place {
        check_regular(&fs::metadata(path).map_err(|error| plain(&error))?)?;
    }
    let file = File::open(path).map_err(|error| plain(&error))?;
    let metadata = file.metadata().map_err(|error| plain(&error))?;
    if metadata.is_dir() {
        return Err("is a folder".to_owned());
    }
    let writes = settings.action == Action::Write && settings.destination == Destination::Stdout;
    if writes && is_stdout(&metadata) {
        return Err("is also where standard output goes; use -i or -o".to_owned());
    }
    let (reader, packing) = packed::open_file(file).map_err(|error| plain(&error))?;
    Ok(Opened {
        reader,
        packing,
        metadata: Some(metadata),
        original: None,
    })
}

/// Why an input that changes would not be replaced, as far as that can be told without trying.
pub(crate) fn obstacle(settings: &Settings, source: &Source) -> Option<String> {
    if settings.destination != Destination::InPlace {
        return None;
    }
    let (original, _) = match Original::open(source.path()?) {
        Ok(opened) => opened,
        Err(what) => return Some(what),
    };
    original.check_replaceable(&settings.terms).err()
}

/// Where an input's result goes under the destination; `None`: not into a file of its own.
pub(crate) fn output_path(settings: &Settings, source: &Source) -> Option<PathBuf> {
    match &settings.destination {
        Destination::File(path) => Some(path.clone()),
        Destination::Folder(folder) => source.below().map(|below| folder.join(below)),
        Destination::Stdout | Destination::InPlace => None,
    }
}

/// Opens where an input's result goes, making folders on the way; a name says by its end
/// how it is packed.
pub(crate) fn open_output(
    settings: &Settings,
    target: &Path,
    input: Option<&Metadata>,
) -> Result<Packer<Output>, String> {
    if let (Destination::Folder(_), Some(folder)) = (&settings.destination, target.parent()) {
        fs::create_dir_all(folder)
            .map_err(|error| format!("-o {}: {}", folder.display(), plain(&error)))?;
    }
    let output = Output::open(target, input, &settings.terms)?;
    let packing = Packing::of_name(target).filter(|_| matches!(output, Output::File(_)));
    Packer::new(packing, output).map_err(|error| plain(&error))
}
