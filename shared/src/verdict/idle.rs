//! Why pods do not serve that a finding is about, for who looks for its cause.

use super::Finding;
use crate::terms::Failing;

/// What is known of it. Who judges says it; no output has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Idle {
    /// Whether nothing is.
    pub is_silent: bool,
    /// The container that the summary names.
    pub failing: Option<Box<Failing>>,
    /// Whether one that is named or shown has ended with an error.
    pub is_ended: bool,
}

/// How a field of a pod is told from those of other objects.
const OF_POD: &str = " of pod/";

impl Finding {
    /// Adds a field of a pod and what it held.
    #[must_use]
    pub fn seen_of_pod(self, field: &str, pod: &str, value: impl Into<String>) -> Self {
        self.seen(format!("{field}{OF_POD}{pod}"), value)
    }

    /// Adds that a pod is not ready.
    #[must_use]
    pub fn pod_not_ready(self, pod: &str) -> Self {
        self.seen_of_pod("status.conditions[type=Ready].status", pod, "not True")
    }

    /// Whether fields of pods prove it.
    pub fn is_seen_of_pods(&self) -> bool {
        self.evidence.iter().any(|one| one.field.contains(OF_POD))
    }
}

#[cfg(test)]
impl Idle {
    /// Of pods of which nobody knows why.
    pub fn silent() -> Self {
        Self { is_silent: true, ..Self::default() }
    }

    /// Of pods whose proxy fails, and has ended so before.
    pub fn of_proxy(ended: &str) -> Self {
        let [container, reason, ended] = ["linkerd-proxy", "CrashLoopBackOff", ended].map(str::to_owned);
        let failing = Failing { container, reason, ended, is_restarted: true, ..Failing::default() };
        Self { is_ended: failing.is_failed(), failing: Some(Box::new(failing)), ..Self::default() }
    }
}
