//! A run that could not produce its report.

use super::Exit;

/// Why a run ended without a report: what, why, and what to do next. Words are lowercase fragments that name
/// cluster and object first; `next` is an imperative sentence, usually with a command to paste.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// How the run ends.
    pub exit: Exit,
    /// What failed, one line.
    pub what: String,
    /// What to do about it. Mandatory.
    pub next: String,
}

impl Failure {
    /// A failure of this kind; every constructor below is this one with a name.
    pub fn new(exit: Exit, what: impl Into<String>, next: impl Into<String>) -> Self {
        Self { exit, what: what.into(), next: next.into() }
    }

    /// The command line or a local name is wrong (exit 2).
    pub fn usage(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self::new(Exit::Usage, what, next)
    }

    /// Somebody wanted it to stop while it looked.
    pub fn stopped(exit: Exit) -> Self {
        Self::new(exit, "stopped before all was seen", "run the command again")
    }

    /// Nobody said yes (exit 8).
    pub fn declined(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self::new(Exit::Declined, what, next)
    }

    /// A bug of ours (exit 70).
    pub fn internal(what: impl Into<String>) -> Self {
        Self::new(Exit::Internal, what, "run again with `-v 6` and report what it printed as a bug")
    }
}
