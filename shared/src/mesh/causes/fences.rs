//! What network policies shut.

use crate::verdict::{Finding, Severity};

/// What network policies shut, in causal order. One policy may shut all of it.
const FENCES: [&str; 5] = [
    "controller-network-policy",
    "gateway-network-policy",
    "backend-network-policy",
    "client-network-policy",
    "control-plane-network-policy",
];

/// Whether a check is about a network policy that shuts something.
pub fn is_of_fences(check: &str) -> bool {
    FENCES.contains(&check)
}

pub(super) fn is_earlier_fence(cause: &str, effect: &str) -> bool {
    let [cause, effect] = [cause, effect].map(|check| FENCES.iter().position(|one| *one == check));
    cause.zip(effect).is_some_and(|(cause, effect)| cause < effect)
}

/// Whether one policy shuts both: it is told once, by what weighs no less.
pub(super) fn is_of_one_fence(cause: &Finding, effect: &Finding) -> bool {
    is_earlier_fence(cause.check, effect.check)
        && cause.object.is_some()
        && cause.object == effect.object
        && cause.severity >= effect.severity
        && cause.severity != Severity::Unknown
}
