//! What is known at any moment of a run, so that an interrupted one can report it.

use platform::mesh::act::Went;
use platform::mesh::arrival::Board;
use platform::run::Run;
use platform::verdict::Finding;
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
        for finding in &findings {
            run.console.finding(finding);
        }
        self.told.borrow_mut().clone_from(&findings);
        self.note(findings);
    }
}
