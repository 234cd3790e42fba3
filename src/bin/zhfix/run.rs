//! One run: every input found, processed and shown in order, and what it came to.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::io::{self, IsTerminal, Write};
use std::ops::ControlFlow;
use std::path::Path;

use anstream::{AutoStream, ColorChoice};

use crate::args::{Verb, When};
use crate::document::{self, Came, Done, Terminals, Work};
use crate::exit::Status;
use crate::large::{self, Large, Show};
use crate::progress::Progress;
use crate::render::{self, Row};
use crate::settings::{Action, Destination, Settings};
use crate::walk::{self, Failure, Source};
use crate::write::{Output, Terms};
use crate::{findings, jobs, lines, stages, unfinished};

mod names;
mod undo;

/// Rows of a table that wait for each other to be aligned.
const ROWS_TOGETHER: usize = 256;

/// Every input. Of two that would be written under one name, the second is a failure; a
/// file that is named twice is replaced once.
fn distinct(settings: &Settings) -> impl Iterator<Item = Result<Source, Failure>> + Send + '_ {
    let mut targets = HashSet::new();
    settings.places.sources().filter_map(move |source| {
        let found = match &source {
            Ok(found) => found,
            Err(_) => return Some(source),
        };
        let target = match settings.destination {
            Destination::Folder(_) => found.below().map(Path::to_owned),
            Destination::InPlace => found.path().and_then(|path| path.canonicalize().ok()),
            Destination::Stdout | Destination::File(_) => None,
        };
        if target.is_none_or(|target| targets.insert(target)) {
            return Some(source);
        }
        let clash = Failure {
            name: found.name().into(),
            what: "another input is written under the same name".to_owned(),
        };
        (settings.destination != Destination::InPlace).then_some(Err(clash))
    })
}

/// What a run has come to.
pub(crate) struct Run {
    status: Status,
    terminals: Terminals,
    failures: Vec<Failure>,
    rows: Vec<Row>,
    widths: [usize; 5],
    inputs: u64,
    changed: u64,
    skipped: u64,
    closed: bool,
    progress: Option<Progress>,
    report: Option<(Output, findings::Kind)>,
    /// Inputs of a page that are not written yet.
    block: findings::Block,
}

impl Run {
    /// Nothing has happened yet.
    pub(crate) fn new() -> Run {
        Run {
            status: Status::Done,
            terminals: Terminals {
                stdout: io::stdout().is_terminal(),
                stderr: io::stderr().is_terminal(),
                color: false,
            },
            failures: Vec::new(),
            rows: Vec::new(),
            widths: [0; 5],
            inputs: 0,
            changed: 0,
            skipped: 0,
            closed: false,
            progress: None,
            report: None,
            block: findings::Block::default(),
        }
    }

    /// Does what a verb says; the error is a request that makes no sense.
    pub(crate) fn verb(&mut self, verb: Verb) -> Result<(), String> {
        match verb {
            Verb::Repair(typed) if typed.list_rules => stages::rules(&typed.repairing)
                .map(|rules| self.told(render::rules(&rules).as_bytes())),
            Verb::Undo(typed) => self.undo(&typed),
            Verb::Names(typed) => self.names(&typed),
            verb => Settings::of(verb).and_then(|settings| self.all(&settings)),
        }
    }

    fn all(&mut self, settings: &Settings) -> Result<(), String> {
        self.terminals.color = match settings.color {
            When::Always => true,
            When::Never => false,
            When::Auto => AutoStream::choice(&io::stdout()) != ColorChoice::Never,
        };
        if settings.action == Action::Write && settings.destination != Destination::Stdout {
            unfinished::watch(!settings.quiet);
        }
        let reads_terminal = io::stdin().is_terminal() && !settings.quiet;
        if reads_terminal && settings.places.paths.iter().any(|path| path == "-") {
            self.say("", "reading standard input; Ctrl-D ends it, --help helps");
        }
        let terms = Terms::default();
        let report = settings.report.as_ref();
        let report = report.map(|(path, _)| Output::open(path, None, &terms));
        let named = |what: String| what.replacen("-o ", "--report ", 1);
        let report = report.transpose().map_err(named)?;
        self.report = report.zip(settings.report.as_ref().map(|(_, kind)| *kind));
        if let Some((_, kind)) = self.report {
            self.enter(kind.frame().0);
        }
        self.progress = self
            .progress(settings)
            .then(|| Progress::start(self.terminals.stderr));
        let is_table = matches!(settings.action, Action::Detect { json: false, .. });
        if self.terminals.stdout && is_table {
            self.rows.push(Row::header());
        }
        match &settings.records {
            Some(records) => {
                for source in distinct(settings) {
                    let flow = match source {
                        Ok(source) => {
                            match lines::lines(settings, self.terminals, records, &source) {
                                ControlFlow::Continue(done) => self.take(settings, done),
                                ControlFlow::Break(_) => ControlFlow::Break(()),
                            }
                        }
                        Err(failure) => self.fail(failure),
                    };
                    if flow.is_break() {
                        break;
                    }
                }
            }
            None => self.documents(settings),
        }
        for (name, what) in settings.terms.sync_folders() {
            // The failure is counted; nothing follows that it could end.
            let _ = self.fail(Failure { name, what });
        }
        self.table();
        self.progress = None;
        self.counts(settings);
        if let Some((_, kind)) = self.report {
            if let Some(element) = self.block.take() {
                self.enter(&element);
            }
            self.enter(kind.frame().1);
        }
        match self.report.take() {
            Some((report, _)) => report
                .commit(&Terms::default())
                .map_err(|what| format!("--report: {what}")),
            None => Ok(()),
        }
    }

    /// Whether to show how far the run is: on a terminal only where nothing else is shown.
    fn progress(&self, settings: &Settings) -> bool {
        let silent = !self.terminals.stdout
            || settings.action == Action::Write && settings.destination != Destination::Stdout;
        match settings.progress {
            When::Always => true,
            When::Never => false,
            When::Auto => self.terminals.stderr && silent && !settings.quiet,
        }
    }

    /// Adds to the report. After a failure there is no report.
    fn enter(&mut self, line: &str) {
        let Some((report, _)) = &mut self.report else {
            return;
        };
        if let Err(error) = report.write_all(line.as_bytes()) {
            self.report = None;
            self.failures.push(Failure {
                name: "".into(),
                what: format!("--report: {}", walk::plain(&error)),
            });
        }
    }

    /// Enters an input: lines for machines at once, for a page in blocks.
    fn enter_input(&mut self, lines: &str) {
        match self.report {
            Some((_, findings::Kind::Ndjson)) => self.enter(lines),
            Some((_, findings::Kind::Html)) => {
                self.block.push(lines);
                if self.block.is_full()
                    && let Some(element) = self.block.take()
                {
                    self.enter(&element);
                }
            }
            None => {}
        }
    }

    /// Enters what could not be done.
    fn enter_failure(&mut self, failure: &Failure) {
        if let Some((_, kind)) = self.report {
            let path = failure.name.to_string_lossy();
            self.enter_input(&kind.failure(&path, &failure.what));
        }
    }

    fn documents(&mut self, settings: &Settings) {
        let terminals = self.terminals;
        let work = |source: Result<Source, Failure>| {
            source.map(|source| document::document(settings, terminals, &source))
        };
        jobs::ordered_beside_waits(settings.jobs, distinct(settings), work, |came| match came {
            Ok(Came::Done(done)) => self.take(settings, done),
            Ok(Came::Large(done, large)) => self.large(settings, done, *large),
            Err(failure) => self.fail(failure),
        });
    }

    /// Processes an input that is too large for one thread and for memory.
    fn large(&mut self, settings: &Settings, mut done: Done, large: Large<'_>) -> ControlFlow<()> {
        let source = large.source.clone();
        let work = Work {
            settings,
            terminals: self.terminals,
            source: &source,
        };
        let flow = large::large(&work, large, &mut done, self);
        let taken = self.take(settings, done);
        match flow {
            ControlFlow::Break(()) => flow,
            ControlFlow::Continue(()) => taken,
        }
    }

    /// Notes a request that could not be carried out.
    pub(crate) fn refuse(&mut self, what: String) {
        let name = "".into();
        self.failures.push(Failure { name, what });
    }

    fn fail(&mut self, failure: Failure) -> ControlFlow<()> {
        self.status = self.status.max(Status::Failed);
        self.enter_failure(&failure);
        self.failures.push(failure);
        ControlFlow::Continue(())
    }

    /// Shows what came of one input.
    fn take(&mut self, settings: &Settings, done: Done) -> ControlFlow<()> {
        self.status = self.status.max(done.status(settings));
        self.inputs += 1;
        self.changed += u64::from(done.changed && done.failure.is_none());
        self.skipped += u64::from(done.skipped);
        if !settings.quiet {
            for warning in &done.warnings {
                self.say(&done.name, &format!("warning: {warning}"));
            }
        }
        if settings.verbose && done.failure.is_none() {
            let said = match &done.said {
                Some(said) if done.changed => format!("changed: {said}"),
                Some(said) => format!("unchanged: {said}"),
                None if done.skipped => "binary; skipped".to_owned(),
                None => "read".to_owned(),
            };
            self.say(&done.name, &said);
        }
        if let Some(progress) = &self.progress {
            progress.count(done.changed && done.failure.is_none());
        }
        if let Some(what) = done.failure {
            let failure = Failure {
                name: done.name.into(),
                what,
            };
            self.enter_failure(&failure);
            self.failures.push(failure);
        } else if let Some(lines) = &done.report {
            self.enter_input(lines);
        }
        for row in done.rows {
            self.rows.push(row);
            if self.rows.len() >= ROWS_TOGETHER {
                self.table();
            }
        }
        self.print(&done.data)
    }

    /// Writes data to standard output at once.
    fn print(&mut self, data: &[u8]) -> ControlFlow<()> {
        if data.is_empty() {
            return ControlFlow::Continue(());
        }
        let write = || {
            let mut stdout = io::stdout().lock();
            stdout.write_all(data).and_then(|()| stdout.flush())
        };
        let written = match &self.progress {
            Some(progress) => progress.aside(write),
            None => write(),
        };
        match written {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.closed = true;
                if error.kind() != io::ErrorKind::BrokenPipe {
                    self.status = Status::Failed;
                    self.failures.push(Failure {
                        name: "".into(),
                        what: format!("standard output: {}", walk::plain(&error)),
                    });
                }
                ControlFlow::Break(())
            }
        }
    }

    /// Prints an answer that is no result; a closed pipe is the reader's choice.
    pub(crate) fn told(&mut self, text: &[u8]) {
        let _ = self.print(text);
    }

    fn table(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        let text = render::table(&rows, &mut self.widths);
        if !self.closed {
            // A closed pipe ends the table; there is nothing left to break off.
            let _ = self.print(&text);
        }
    }

    fn counts(&self, settings: &Settings) {
        if settings.quiet {
            return;
        }
        let in_place = settings.action == Action::Write
            && settings.destination == Destination::InPlace
            && (self.inputs > 1 || settings.verbose);
        if in_place {
            let all = render::counted(self.inputs, "file");
            let what = format!("{} of {all} changed", self.changed);
            self.say("", &what);
        }
        if self.skipped > 0 {
            let what = render::counted(self.skipped, "binary file");
            self.say("", &format!("{what} skipped"));
        }
    }

    fn say(&self, about: impl AsRef<OsStr>, what: &str) {
        let line = render::message(about.as_ref(), what, self.terminals.stderr);
        // Nobody is left to be told that standard error is closed.
        let write = || drop(io::stderr().lock().write_all(&line));
        match &self.progress {
            Some(progress) => progress.aside(write),
            None => write(),
        }
    }

    /// Lists what failed and gives the status.
    pub(crate) fn finish(self) -> Status {
        for failure in &self.failures {
            self.say(&failure.name, &failure.what);
        }
        if self.failures.is_empty() {
            self.status
        } else {
            Status::Failed
        }
    }
}

impl Show for Run {
    fn show(&mut self, data: &[u8]) -> ControlFlow<()> {
        self.print(data)
    }
}
