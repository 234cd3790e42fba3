//! What was meant: the typed words resolved to stages, places and a way of writing.
//!
//! Everything that is wrong with the request itself, before any input is read, is found
//! here: an unknown label, a dictionary line that cannot be read, `-o FILE` with several
//! inputs, a wish that the other wishes exclude.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use zhfix::records::{Column, Columns, Contents, Finding, JsonLines, Separator};
use zhfix::{Converter, Encoding, Pipeline, Repairer};

use crate::args;
use crate::args::{Bom, Fields, Inputs, Reading, Records, Running, Verb, When, Writing};
use crate::encode::Policy;
use crate::findings;
use crate::journal::Journal;
use crate::stages::{bom_of, converter, detector, encoding, repairer};
use crate::targets::{backup, destination, places};
use crate::walk::Places;
use crate::write::Terms;

/// More threads than any machine of today has cores; each costs memory and a start.
const JOBS_MAX: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1023);

/// The member that `detect --jsonl` writes.
const DETECTION_FIELD: &str = "zhfix";

/// What is done with each input's result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// It is written to the destination.
    Write,
    /// Nothing is written; what would change is named, and status 1.
    Check(Shown),
    /// Nothing is written; differences are shown.
    Diff,
    /// Nothing is written; what would happen is listed.
    List,
    /// What was recognised is shown.
    Detect {
        json: bool,
        segments: bool,
        evidence: bool,
    },
    /// What was found and would change is shown.
    Explain { json: bool },
    /// Places where conversion chose by default are shown.
    Ambiguities,
}

/// What `--check` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    Names,
    Json,
    Diff,
}

/// Where results go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Destination {
    Stdout,
    InPlace,
    File(PathBuf),
    Folder(PathBuf),
}

/// The encoding of what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Keep,
    Named(Encoding),
}

/// Everything that a run needs to know.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) places: Places,
    pub(crate) pipeline: Pipeline,
    /// Which bytes of a document are text.
    pub(crate) format: args::Format,
    /// What lists ambiguities.
    pub(crate) converter: Option<Converter>,
    /// The encoding that the lines of records are ordered to be read in. Where fields hold
    /// base64, the order is for their bytes, and the lines are UTF-8.
    pub(crate) lines: Option<Encoding>,
    pub(crate) action: Action,
    pub(crate) destination: Destination,
    /// On what terms files are replaced.
    pub(crate) terms: Terms,
    pub(crate) target: Target,
    pub(crate) bom: Bom,
    pub(crate) unencodable: Policy,
    /// What to process where inputs are records.
    pub(crate) records: Option<RecordFormat>,
    /// Where the findings of each input are written too.
    pub(crate) report: Option<(PathBuf, findings::Kind)>,
    pub(crate) strict: bool,
    pub(crate) jobs: NonZeroUsize,
    pub(crate) color: When,
    pub(crate) progress: When,
    pub(crate) quiet: bool,
    pub(crate) verbose: bool,
}

/// What records are, and which of their fields are documents.
#[derive(Debug)]
pub(crate) enum RecordFormat {
    Json(JsonLines),
    Columns(Columns),
}

/// The stages that a verb runs.
struct Stages {
    repairer: Option<Repairer>,
    converter: Option<Converter>,
}

impl Settings {
    /// Takes inputs as records where that was typed.
    fn read_records(&mut self, typed: Fields, finding: Finding) -> Result<(), String> {
        if !typed.jsonl {
            return Ok(());
        }
        if typed.field.iter().any(String::is_empty) {
            return Err("--field: a name is empty".to_owned());
        }
        let contents = if typed.base64 {
            self.lines = None;
            Contents::Base64
        } else {
            Contents::Text
        };
        let lines = JsonLines::new(typed.field);
        let lines = lines.contents(contents).finding(finding);
        self.records = Some(RecordFormat::Json(lines));
        Ok(())
    }

    /// Takes inputs as columns where that was typed.
    fn read_columns(&mut self, typed: &args::Tables) -> Result<(), String> {
        let separator = match (typed.csv, typed.tsv) {
            (false, false) => return Ok(()),
            (true, _) => Separator::Comma,
            (false, true) => Separator::Tab,
        };
        let column = |text: &String| match text.parse::<usize>() {
            Ok(0) => Err("--column 0: columns are counted from 1".to_owned()),
            Ok(number) => Ok(Column::Number(number)),
            Err(_) if text.is_empty() => Err("--column: a name is empty".to_owned()),
            Err(_) => Ok(Column::Name(text.clone())),
        };
        let columns: Result<Vec<Column>, String> = typed.column.iter().map(column).collect();
        self.records = Some(RecordFormat::Columns(Columns::new(separator, columns?)));
        Ok(())
    }

    /// Resolves a command line; the error is a message for the user.
    pub(crate) fn of(verb: Verb) -> Result<Settings, String> {
        match verb {
            Verb::Fix(typed) => {
                let stages = Stages {
                    repairer: Some(repairer(&typed.repairing)?),
                    converter: Some(converter(&typed.converting)?),
                };
                let shared = Shared::of(typed.inputs, typed.reading, typed.running);
                shared.writing(stages, typed.writing, typed.records)
            }
            Verb::Repair(typed) => {
                let stages = Stages {
                    repairer: Some(repairer(&typed.repairing)?),
                    converter: None,
                };
                let shared = Shared::of(typed.inputs, typed.reading, typed.running);
                shared.writing(stages, typed.writing, typed.records)
            }
            Verb::Convert(typed) => {
                let converter = converter(&typed.converting)?;
                let shared = Shared::of(typed.inputs, typed.reading, typed.running);
                if typed.ambiguities {
                    // The text is only decoded; the converter is asked about it.
                    let stages = Stages {
                        repairer: None,
                        converter: None,
                    };
                    let mut settings = shared.showing(stages, Action::Ambiguities)?;
                    settings.converter = Some(converter);
                    return Ok(settings);
                }
                let stages = Stages {
                    repairer: None,
                    converter: Some(converter),
                };
                shared.writing(stages, typed.writing, typed.records)
            }
            Verb::Detect(typed) => {
                let stages = Stages {
                    repairer: None,
                    converter: None,
                };
                let finding = Finding::Detection(DETECTION_FIELD.to_owned());
                let shared = Shared::of(typed.inputs, typed.reading, typed.running);
                let action = Action::Detect {
                    json: typed.json,
                    segments: typed.segments,
                    evidence: typed.explain,
                };
                let mut settings = shared.showing(stages, action)?;
                settings.read_records(typed.fields, finding)?;
                Ok(settings)
            }
            Verb::Undo(_) | Verb::Names(_) => Err("this verb has no settings".to_owned()),
            Verb::Explain(typed) => {
                let stages = Stages {
                    repairer: Some(repairer(&typed.repairing)?),
                    converter: Some(converter(&typed.converting)?),
                };
                let shared = Shared::of(typed.inputs, typed.reading, typed.running);
                shared.showing(stages, Action::Explain { json: typed.json })
            }
        }
    }
}

/// What all verbs have.
struct Shared {
    inputs: Inputs,
    reading: Reading,
    running: Running,
}

impl Shared {
    fn of(inputs: Inputs, reading: Reading, running: Running) -> Shared {
        Shared {
            inputs,
            reading,
            running,
        }
    }

    /// Settings of a verb that only shows.
    fn showing(self, stages: Stages, action: Action) -> Result<Settings, String> {
        self.processing(stages, action, false, false)
    }

    /// Settings of any verb. What an order says of files of columns is carried out before
    /// their fields are looked for, which are UTF-8 then. `lists`: conversions are listed for a
    /// page that shows them.
    fn processing(
        self,
        stages: Stages,
        action: Action,
        tables: bool,
        lists: bool,
    ) -> Result<Settings, String> {
        let trusted = match &self.reading.from_encoding {
            Some(label) => Some(encoding("--from-encoding", label)?),
            None => None,
        };
        let pipeline = Pipeline::builder()
            .detect(detector(&self.reading)?)
            .encoding(trusted.map(|trusted| if tables { Encoding::Utf8 } else { trusted }))
            .repair(stages.repairer)
            .convert(stages.converter)
            .list_conversions(lists || matches!(action, Action::Explain { .. }))
            .build();
        Ok(Settings {
            places: places(self.inputs)?,
            pipeline,
            format: self.reading.format,
            converter: None,
            lines: trusted,
            action,
            destination: Destination::Stdout,
            terms: Terms::default(),
            target: Target::Named(Encoding::Utf8),
            bom: Bom::Auto,
            unencodable: Policy::Error,
            records: None,
            report: None,
            strict: self.running.strict,
            jobs: self
                .running
                .jobs
                .unwrap_or_else(|| thread::available_parallelism().unwrap_or(NonZeroUsize::MIN))
                .min(JOBS_MAX),
            color: self.running.color,
            progress: self.running.progress,
            quiet: self.running.quiet,
            verbose: self.running.verbose,
        })
    }

    /// Settings of a verb that writes text.
    fn writing(
        self,
        stages: Stages,
        writing: Writing,
        records_typed: Records,
    ) -> Result<Settings, String> {
        let action = match (writing.check, writing.diff, writing.dry_run) {
            (true, true, _) => Action::Check(Shown::Diff),
            (true, false, _) if writing.json => Action::Check(Shown::Json),
            (true, false, _) => Action::Check(Shown::Names),
            (false, true, _) => Action::Diff,
            (false, false, true) => Action::List,
            (false, false, false) => Action::Write,
        };
        let several = self.inputs.recursive || self.inputs.files_from.is_some();
        let tables = &records_typed.tables;
        let report = writing.report.as_deref().and_then(findings::Kind::of);
        let lists = report == Some(findings::Kind::Html);
        let is_table = tables.csv || tables.tsv;
        let mut settings = self.processing(stages, action, is_table, lists)?;
        settings.read_columns(tables)?;
        settings.destination = destination(&writing, &settings.places.paths, several)?;
        settings.terms = Terms {
            backup: backup(&writing)?,
            break_links: writing.break_links,
            journal: match &writing.journal {
                Some(path) => Some(Journal::open(path)?),
                None => None,
            },
            folders: matches!(settings.destination, Destination::Folder(_)).then(Mutex::default),
        };
        let journal = settings.terms.journal.as_ref().map(Journal::path);
        settings.places.not_these = journal.map(Path::to_owned).into_iter().collect();
        if let Some(report) = writing.report {
            let kind = findings::Kind::of(&report).ok_or_else(|| {
                let report = report.display();
                format!("--report {report}: the name has to end in .ndjson or .html")
            })?;
            settings.places.not_these.extend(report.canonicalize());
            settings.report = Some((report, kind));
        }
        if let Destination::Folder(folder) = &settings.destination {
            settings.places.not_into = folder.canonicalize().ok();
        }
        settings.target = match writing.to_encoding.as_str() {
            "keep" => Target::Keep,
            label => Target::Named(encoding("--to-encoding", label)?),
        };
        settings.bom = writing.bom;
        if let (Bom::Add, Target::Named(named)) = (settings.bom, settings.target)
            && bom_of(named).is_none()
        {
            return Err(format!(
                "--bom add: {} has no byte-order mark",
                named.name()
            ));
        }
        settings.unencodable = match writing.unencodable {
            args::Unencodable::Error => Policy::Error,
            args::Unencodable::Ncr => Policy::Ncr,
            args::Unencodable::Question => Policy::Question,
            args::Unencodable::Fallback => Policy::Fallback,
        };
        let finding = match records_typed.report_field {
            Some(name) if records_typed.fields.field.contains(&name) => {
                return Err(format!("--report-field {name} is one of --field"));
            }
            Some(name) => Finding::Report(name),
            None => Finding::Nothing,
        };
        settings.read_records(records_typed.fields, finding)?;
        Ok(settings)
    }
}
