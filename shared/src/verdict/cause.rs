//! What explains what.

use super::{Finding, Severity};

/// A finding that nothing else explains, and what it explains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// What leads.
    pub finding: Finding,
    /// What follows from it, the worst first.
    pub effects: Vec<Finding>,
}

impl Cause {
    /// The worst of them all: a warning may be the cause of errors.
    pub fn severity(&self) -> Severity {
        let all = self.effects.iter().map(|finding| finding.severity);
        all.fold(self.finding.severity, Severity::max)
    }
}
