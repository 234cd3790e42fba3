//! The command line program: what was typed (`args`, `help`) becomes what was meant
//! (`settings`, `stages`, `targets`); inputs are found (`walk`), unpacked (`packed`), processed on all
//! cores in order (`run`, `jobs`) as documents (`document`; `large` in parts; `formats` in
//! which only some bytes are text) or records (`lines`), written (`frame`, `open`, `sink`, `write`, `journal`) or shown (`shown`, `render`, `explain`,
//! `ambiguities`); the worst that happened becomes the status (`exit`). `names` renames, `undo`
//! goes the way back.
//!
//! Standard output is data, standard error is talk. A closed standard output ends the run
//! quietly with the status reached so far. What failed is listed last.

use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::Parser;

use crate::args::Cli;
use crate::exit::Status;
use crate::run::Run;

mod ahead;
mod ambiguities;
mod args;
mod choices;
mod document;
mod encode;
mod excerpts;
mod exit;
mod explain;
mod findings;
mod formats;
mod frame;
mod help;
mod ignored;
mod jobs;
mod journal;
mod large;
mod lines;
mod manual;
mod metadata;
mod names;
mod open;
#[path = "../../order.rs"]
mod order;
mod packed;
mod places;
mod progress;
mod recoded;
mod render;
mod run;
mod settings;
mod shown;
mod sink;
mod stages;
mod targets;
mod undo;
mod unfinished;
mod verbs;
mod walk;
mod words;
mod write;

fn main() -> ExitCode {
    unfinished::survive_limits();
    unfinished::survive_panics();
    let typed = verbs::with_verb(std::env::args_os().collect());
    let cli = match Cli::try_parse_from(&typed) {
        Ok(cli) => cli,
        Err(error) => {
            let is_odd = |word: &OsString| {
                let word = word.to_string_lossy();
                render::escaped(&word) != word
            };
            let told = if io::stderr().is_terminal() && typed.iter().any(is_odd) {
                // A name that begins like an option may hold anything.
                let text = render::escaped_lines(&error.render().to_string());
                io::stderr().write_all(text.as_bytes())
            } else {
                error.print()
            };
            // Help and version are answers; a closed pipe is the reader's choice.
            drop(told);
            return match error.exit_code() {
                0 => Status::Done.into(),
                _ => Status::Failed.into(),
            };
        }
    };
    let mut run = Run::new();
    let ran = match cli.verb {
        None => manual(&cli).map(|text| run.told(&text)),
        Some(verb) => run.verb(verb),
    };
    if let Err(what) = ran {
        run.refuse(what);
    }
    run.finish().into()
}

/// What is made of the grammar.
fn manual(cli: &Cli) -> Result<Vec<u8>, String> {
    match cli.completions {
        Some(shell) => Ok(manual::completions(shell)),
        None => manual::man().map_err(|error| walk::plain(&error)),
    }
}
