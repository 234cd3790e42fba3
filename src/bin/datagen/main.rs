//! Generates the tables under `src/data/generated` from the packages that `seeds/update`
//! fetched: `datagen [--check] PACKAGES`. With `--check` nothing is written; it fails where
//! a committed file is not what would be written. `datagen train TEXTS` writes the table of
//! the language model, which comes from other packages (seeds/training).

mod train;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).peekable();
    if arguments.next_if(|first| first == "train").is_some() {
        let trained = train::Options::parse(arguments).and_then(|options| train::run(&options));
        return report(trained);
    }
    let mut check = false;
    let mut packages = None;
    for argument in arguments {
        if argument == "--check" {
            check = true;
        } else {
            packages = Some(PathBuf::from(argument));
        }
    }
    let mut talk = std::io::stderr().lock();
    let Some(packages) = packages else {
        let _ = writeln!(talk, "usage: datagen [--check] PACKAGES");
        return ExitCode::from(2);
    };
    drop(talk);
    report(run(&packages, check))
}

/// Says what was done, or what could not be.
fn report(result: Result<String, String>) -> ExitCode {
    let mut talk = std::io::stderr().lock();
    match result {
        Ok(message) => {
            let _ = writeln!(talk, "datagen: {message}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            let _ = writeln!(talk, "datagen: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(packages: &Path, check: bool) -> Result<String, String> {
    let generated = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/data/generated");
    let files = zhfix::generate::generate(packages)?;
    let bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
    let mut different = Vec::new();
    for file in &files {
        let path = generated.join(&file.name);
        let current = std::fs::read(&path).ok();
        if current.as_deref() == Some(&file.bytes) {
            continue;
        }
        different.push(file.name.clone());
        if !check {
            std::fs::write(&path, &file.bytes)
                .map_err(|error| format!("{}: {error}", path.display()))?;
        }
    }
    let listed = std::fs::read_dir(&generated)
        .map_err(|error| format!("{}: {error}", generated.display()))?;
    for entry in listed.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !files.iter().any(|file| file.name == name) {
            if !check {
                std::fs::remove_file(entry.path())
                    .map_err(|error| format!("{}: {error}", entry.path().display()))?;
            }
            different.push(name);
        }
    }
    match (check, different.is_empty()) {
        (_, true) => Ok(format!(
            "{} files, {bytes} bytes, all up to date",
            files.len()
        )),
        (false, false) => Ok(format!(
            "{} files, {bytes} bytes, written: {}",
            files.len(),
            different.join(", ")
        )),
        (true, false) => Err(format!(
            "not what the packages give: {}",
            different.join(", ")
        )),
    }
}
