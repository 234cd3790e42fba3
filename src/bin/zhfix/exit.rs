//! How a run ends, as the status that scripts see.
//!
//! The worst thing that happened decides: what could not be done outranks uncertainty,
//! which outranks what `--check` found. A reader that closes the pipe (`| head`) ends the
//! run quietly with the status reached so far; it is not an error.

use std::process::ExitCode;

/// The status of a run, the least urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// All was done.
    Done,
    /// `--check` found something that would change.
    WouldChange,
    /// Only under `--strict`: done, but an encoding is uncertain or something is lost.
    Uncertain,
    /// Something could not be done, or the command line makes no sense.
    Failed,
}

impl Status {
    /// The number that the caller sees.
    fn code(self) -> u8 {
        match self {
            Status::Done => 0,
            Status::WouldChange => 1,
            Status::Failed => 2,
            Status::Uncertain => 3,
        }
    }
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> ExitCode {
        ExitCode::from(status.code())
    }
}

#[cfg(test)]
mod tests {
    use super::Status;

    #[test]
    fn what_could_not_be_done_outranks_the_rest() {
        let all = [
            Status::Done,
            Status::WouldChange,
            Status::Uncertain,
            Status::Failed,
        ];
        assert!(all.is_sorted());
        assert_eq!(all.map(Status::code), [0, 1, 3, 2]);
    }
}
