//! What a run shows of `undo`: each file as soon as it is as before, the counts and what failed
//! last.

use super::Run;
use crate::{args, render, undo, unfinished};

impl Run {
    /// Undoes what a journal tells.
    pub(super) fn undo(&mut self, typed: &args::Undo) -> Result<(), String> {
        unfinished::watch(!typed.quiet);
        let undone = undo::undo(&typed.journal, typed.dry_run, |path| {
            if typed.dry_run {
                let mut line = b"would restore ".to_vec();
                line.extend(render::name(path.as_os_str(), self.terminals.stdout));
                line.push(b'\n');
                if !self.closed {
                    // A closed pipe ends the list; the rest of the work writes nothing.
                    let _ = self.print(&line);
                }
            } else if typed.verbose {
                self.say(path, "restored");
            }
        })?;
        if !typed.quiet {
            let restored = render::counted(undone.restored, "file");
            let what = match typed.dry_run {
                true => format!(
                    "{restored} would be restored, {} as before already",
                    undone.already
                ),
                false => format!("{restored} restored, {} as before already", undone.already),
            };
            self.say("", &what);
        }
        for failure in undone.failures {
            let _ = self.fail(failure);
        }
        Ok(())
    }
}
