//! What a run shows of `names`: each name as soon as it is judged, the counts last.

use super::Run;
use crate::names::Renaming;
use crate::walk::Failure;
use crate::{args, render, unfinished};

impl Run {
    /// Shows or changes names.
    pub(super) fn names(&mut self, typed: &args::Names) -> Result<(), String> {
        unfinished::watch(!typed.quiet);
        let mut renaming = Renaming::of(typed, self.terminals.stdout)?;
        for path in &typed.paths {
            let ran = renaming.path(path, &mut |told| {
                if !self.closed {
                    // A closed pipe ends the list, and not the work.
                    let _ = self.print(&told.line);
                }
                if let Some(failure) = told.failure {
                    let _ = self.fail(failure);
                }
            });
            if let Err(what) = ran {
                let name = path.clone();
                let _ = self.fail(Failure { name, what });
            }
        }
        if !typed.quiet {
            let counts = &renaming.counts;
            let renamed = match typed.apply {
                true => "renamed",
                false => "would be renamed",
            };
            let names = render::counted(counts.names, "name");
            let (changed, uncertain) = (counts.renamed, counts.uncertain);
            let marked = match (counts.marked, typed.apply) {
                (0, _) => String::new(),
                (marked, true) => format!(", {marked} marked as UTF-8"),
                (marked, false) => format!(", {marked} would be marked as UTF-8"),
            };
            self.say(
                "",
                &format!("{names}, {changed} {renamed}{marked}, {uncertain} uncertain"),
            );
        }
        Ok(())
    }
}
