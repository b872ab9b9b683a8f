//! What is still there, and matters more or less than before.

use super::{Gone, INDENT};
use crate::view::remedied;
use platform::terms::broken;
use platform::verdict::{Finding, Remedy, Severity};
use serde::Serialize;

/// A finding that matters more or less than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Changed {
    /// The finding as it is now.
    #[serde(flatten)]
    pub(super) now: Gone,
    /// How much it mattered before.
    was: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<Remedy>,
    /// How much it matters now, where that is more.
    #[serde(skip)]
    pub(super) rises_to: Option<Severity>,
}

impl Changed {
    /// What has become of a finding, if that is not what it was.
    pub(super) fn of(before: &Gone, finding: &Finding) -> Option<Self> {
        let (now, to) = (Gone::from(finding), finding.severity);
        let was = Severity::ALL.into_iter().find(|one| one.word() == before.severity);
        let rises_to = (was < Some(to)).then_some(to);
        let (was, remedy) = (before.severity.clone(), finding.remedy.clone());
        (before.severity != now.severity).then_some(Self { now, was, remedy, rises_to })
    }

    /// Whether it has this fingerprint.
    pub(crate) fn is_of(&self, fingerprint: &str) -> bool {
        self.now.is_of(fingerprint)
    }

    /// How much it mattered before.
    pub(crate) fn was(&self) -> &str {
        &self.was
    }

    /// As people read it; what matters more with what to do.
    pub(super) fn lines(&self, width: usize) -> Vec<String> {
        let Self { now, was, .. } = self;
        let head = format!("changed: {}, was {was}: {} ({})", now.severity, now.sentence(), now.check);
        let remedy = self.remedy.iter().filter(|_| self.rises_to.is_some());
        let next = remedy.flat_map(|remedy| remedied(remedy, width));
        broken(&head, width, INDENT.len()).into_iter().chain(next).collect()
    }
}
