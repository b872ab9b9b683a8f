//! A service mirror that is not there.

use super::Pair;
use crate::mesh::machinery::Deployment;
use crate::verdict::Finding;

/// What the chart calls it, or, before 2.18, what printed it with its Link.
pub(super) fn usual(asked: &Pair<'_>) -> String {
    if asked.has_managed_controllers() {
        return format!("controller-{}", asked.link.name);
    }
    format!("linkerd-service-mirror-{}", asked.link.target_cluster_name)
}

/// The finding with the one that is not there.
pub(super) fn named(finding: Finding, asked: &Pair<'_>, there: &[Deployment]) -> Finding {
    let usual = usual(asked);
    if there.iter().any(|one| one.name == usual) {
        return finding;
    }
    finding.seen(format!("deployment/{usual}"), "<none>")
}
