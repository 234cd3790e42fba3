//! Every public type can be printed, copied, and handed to and shared by threads.
//!
//! The list is held against the sources, so that no new type is forgotten.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Checks the types, and gives back their names without path and lifetimes.
macro_rules! check {
    ($($type:ty),* $(,)?) => {{
        fn check<T: std::fmt::Debug + Clone + Send + Sync + 'static>() {}
        $(check::<$type>();)*
        [$(stringify!($type)),*]
    }};
}

fn name(path: &str) -> String {
    let path = path.split('<').next().unwrap();
    path.rsplit("::").next().unwrap().trim().to_owned()
}

#[test]
fn public_types_have_the_usual_traits() {
    let mut checked: BTreeSet<String> = check![
        zhfix::codec::Account,
        zhfix::codec::Decoded<'static>,
        zhfix::codec::Unencodable,
        zhfix::convert::Ambiguity,
        zhfix::convert::Config,
        zhfix::convert::ConvertStream<'static>,
        zhfix::convert::Converter,
        zhfix::convert::ConverterBuilder,
        zhfix::convert::Ambiguity,
        zhfix::convert::ConvertStream<'static>,
        zhfix::convert::Edit,
        zhfix::convert::Variant,
        zhfix::convert::Wording,
        zhfix::detect::Candidate,
        zhfix::detect::Detection,
        zhfix::detect::Detector,
        zhfix::detect::DetectorBuilder,
        zhfix::detect::Evidence,
        zhfix::detect::Region,
        zhfix::detect::Segment,
        zhfix::detect::Verdict,
        zhfix::fallback::Replaced,
        zhfix::pipeline::Facts,
        zhfix::pipeline::Outcome<'static>,
        zhfix::pipeline::Pipeline,
        zhfix::pipeline::PipelineBuilder,
        zhfix::repair::Edit,
        zhfix::repair::Guess,
        zhfix::repair::Level,
        zhfix::repair::Loss,
        zhfix::repair::Pass,
        zhfix::repair::Plan,
        zhfix::repair::Repair<'static>,
        zhfix::consistency::Consistency,
        zhfix::repair::Repairer,
        zhfix::repair::Rule,
        zhfix::repair::RuleSet,
        zhfix::report::Change,
        zhfix::report::Contradiction,
        zhfix::report::Unlisted,
        zhfix::report::Report,
        zhfix::report::Stage,
        zhfix::script::Script,
        zhfix::script::ScriptCounts,
        zhfix::script::ScriptSpan,
        zhfix::Encoding,
        zhfix::Error,
        zhfix::ErrorKind,
    ]
    .into_iter()
    .map(name)
    .collect();
    checked.extend(of_records().into_iter().map(name));
    checked.extend(all_but_copied());

    let mut declared = BTreeSet::new();
    public_types(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut declared,
    );
    if cfg!(feature = "records") {
        // Types of the generators and of the feature that needs a C++ library.
        for other in [
            "GeneratedFile",
            "OpenCcConverter",
            "Of",
            "Source",
            "Trainer",
        ] {
            declared.remove(other);
        }
        let forgotten: Vec<_> = declared.difference(&checked).collect();
        assert!(forgotten.is_empty(), "not in the list above: {forgotten:?}");
    }
}

/// Streams in the middle of their input, and the parts of one document, cannot be copied.
fn all_but_copied() -> Vec<String> {
    macro_rules! check {
        ($($type:ty),* $(,)?) => {{
            fn check<T: std::fmt::Debug + Send + Sync + 'static>() {}
            $(check::<$type>();)*
            [$(stringify!($type)),*]
        }};
    }
    let types = check![
        zhfix::codec::DecodeStream,
        zhfix::detect::DetectStream<'static>,
        zhfix::pipeline::Document<'static, std::io::Empty>,
        zhfix::pipeline::Part,
        zhfix::pipeline::PartOutcome,
        zhfix::pipeline::Parts<'static, std::io::Empty>,
        zhfix::pipeline::Total,
    ];
    types.into_iter().map(name).collect()
}

#[cfg(feature = "records")]
fn of_records() -> Vec<&'static str> {
    check![
        zhfix::records::Column,
        zhfix::records::Columns,
        zhfix::records::Contents,
        zhfix::records::Entry,
        zhfix::records::EntryName,
        zhfix::records::Format,
        zhfix::records::Name,
        zhfix::records::Finding,
        zhfix::records::JsonLines,
        zhfix::records::Separator,
        zhfix::records::Settled,
        zhfix::records::Summary,
        zhfix::records::Tally,
        zhfix::report::About<'static>,
    ]
    .to_vec()
}

#[cfg(not(feature = "records"))]
fn of_records() -> Vec<&'static str> {
    Vec::new()
}

#[cfg(feature = "opencc")]
#[test]
fn so_has_the_one_of_opencc() {
    let _ = check![zhfix::OpenCcConverter];
}

/// Names of the types that the library's files declare `pub`.
fn public_types(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if path.file_name().unwrap() != "bin" {
                public_types(&path, names);
            }
            continue;
        }
        if path.extension().is_none_or(|end| end != "rs") {
            continue;
        }
        for line in fs::read_to_string(&path).unwrap().lines() {
            let rest = line
                .strip_prefix("pub struct ")
                .or(line.strip_prefix("pub enum "));
            if let Some(rest) = rest {
                let end = rest
                    .find(|c: char| !c.is_alphanumeric())
                    .unwrap_or(rest.len());
                names.insert(rest[..end].to_owned());
            }
        }
    }
}
