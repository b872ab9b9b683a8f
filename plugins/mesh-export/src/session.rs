//! What is known at any moment of a run, so that an interrupted one can report it.

use platform::mesh::act::Went;
use platform::mesh::arrival::Board;
use platform::run::Run;
use platform::verdict::{Finding, Severity};
use std::cell::RefCell;

/// How far a run has come.
#[derive(Default)]
pub(crate) struct Session {
    pub(crate) went: RefCell<Vec<Went>>,
    pub(crate) board: RefCell<Board>,
    pub(crate) findings: RefCell<Vec<Finding>>,
    /// Those that people have been told already.
    pub(crate) told: RefCell<Vec<Finding>>,
}

impl Session {
    pub(crate) fn note(&self, findings: impl IntoIterator<Item = Finding>) {
        self.findings.borrow_mut().extend(findings);
    }

    /// Notes findings that people must hear of now, and not only at the end.
    pub(crate) fn tell(&self, run: &Run, findings: Vec<Finding>) {
        self.say(run, &findings);
        self.note(findings);
    }

    /// Who waits for minutes hears before that what may make it vain. It is noted elsewhere.
    pub(crate) fn warn(&self, run: &Run, findings: &[Finding]) {
        self.say(run, findings.iter().filter(|finding| finding.severity == Severity::Warning));
    }

    fn say<'a>(&self, run: &Run, findings: impl IntoIterator<Item = &'a Finding>) {
        for finding in findings {
            run.console.finding(finding);
            self.told.borrow_mut().push(finding.clone());
        }
    }
}
