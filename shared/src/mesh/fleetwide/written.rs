//! Clusters of which there are manifests alone: what is written is judged, and what is missing may be there all the same.

use super::super::checks::CHECKS;
use super::super::snapshot::MeshSeen;
use crate::terms::{ClusterName, Observed};
use crate::verdict::{Finding, Remedy, Severity};
use std::collections::BTreeSet;

/// Checks whose whole answer is written somewhere, and that take nothing that is missing for a fault. All others ask pods,
/// addresses or accounts, or whether something is there.
const WRITTEN: [&str; 27] = [
    "cilium-cni",
    "cilium-sockets",
    "client-ingress",
    "copied-labels",
    "credentials-expired",
    "credentials-server",
    "credentials-trust",
    "export-is-mirror",
    "export-protocol",
    "export-shape",
    "federated-mode",
    "flat-mode",
    "flat-network",
    "gateway-identity",
    "gateway-mode",
    "link-fields",
    "link-selects-all",
    "link-twice",
    "link-version",
    "mirror-name-clash",
    "mirror-name-length",
    "namespace-injection",
    "route-circle",
    "target-control-plane",
    "target-domain",
    "trust-expiry",
    "trust-roots",
];

/// Whether manifests answer a check.
pub(super) fn is_answered(check: &str) -> bool {
    WRITTEN.contains(&check)
}

/// The clusters of a run of which there are manifests alone, in the order of the fleet.
pub(super) fn clusters(sides: &[MeshSeen]) -> Vec<&ClusterName> {
    let Some(seen) = sides.first() else { return Vec::new() };
    seen.fleet.names().filter(|name| seen.written.contains(*name)).collect()
}

/// That some checks ask a running cluster; said once.
pub(super) fn unasked(sides: &[MeshSeen], is_chosen: &dyn Fn(&str) -> bool) -> Option<Finding> {
    let clusters = clusters(sides);
    let live: Vec<&str> =
        CHECKS.iter().map(|check| check.id).filter(|id| is_chosen(id) && !is_answered(id)).collect();
    let example =
        live.iter().find(|id| **id == "gateway-up").or(live.first()).filter(|_| !clusters.is_empty())?;
    let many = if live.len() == 1 { "1 check asks".to_owned() } else { format!("{} checks ask", live.len()) };
    let why = format_args!("for which {many}, such as {example}");
    Some(Finding::not_asked("not-looked-at", &clusters, "what only a running cluster shows", why).mutual())
}

/// What is to be said where no manifest has a Link between clusters of the run: that nothing was judged, and no fault, since
/// Links may be made elsewhere.
pub(super) fn unlinked(sides: &[MeshSeen]) -> Finding {
    let all = sides.iter().flat_map(MeshSeen::others).filter_map(|(_, consumer)| match consumer {
        Observed::Present(consumer) => Some(&consumer.links),
        Observed::Absent | Observed::Unknown(_) => None,
    });
    let known = all.filter_map(|links| if let Observed::Present(links) = links { Some(links) } else { None });
    let targets: BTreeSet<&str> =
        known.flatten().map(|seen| seen.link.target_cluster_name.as_str()).collect();
    let clusters = clusters(sides);
    let why = if targets.is_empty() {
        "no manifest is of a Link".to_owned()
    } else {
        let named: Vec<&str> = targets.into_iter().take(super::NAMED).collect();
        format!(
            "no Link leads from one cluster of this run to another; they lead to {}: name each cluster as Links call it",
            named.join(", ")
        )
    };
    Finding::not_asked("no-link", &clusters, "anything between the clusters", why).mutual()
}

/// A finding as it is told of manifests: what could not be seen is no fault, and what is to be done is to be done there.
pub(super) fn told(seen: &MeshSeen, mut finding: Finding) -> Finding {
    if finding.severity == Severity::Unknown {
        (finding.severity, finding.is_unseen) = (Severity::Info, true);
        finding.summary = format!("not looked at: {}", finding.summary);
    }
    let is_there = match &finding.object {
        Some(object) => seen.written.contains(&object.cluster),
        None => finding.clusters.iter().any(|name| seen.written.contains(name)),
    };
    finding.remedy = finding.remedy.map(|remedy| if is_there { in_manifests(&remedy) } else { remedy });
    finding
}

/// Commands to a cluster would be undone by what applies the manifests.
fn in_manifests(remedy: &Remedy) -> Remedy {
    let action = match remedy.action.rsplit_once("; ") {
        Some((action, command)) if command.ends_with("run") => action,
        Some(_) | None => &remedy.action,
    };
    Remedy::new(format!("in the manifests: {action}"))
}

#[cfg(test)]
#[path = "written_tests.rs"]
mod tests;
