//! Versions of Kubernetes, by the skew that its own policy allows. How long a version is supported is not asked: whoever runs
//! an old one knows it.

use super::super::snapshot::{ClusterHealth, HealthSeen, NodeSeen};
use super::nodes::nodes;
use crate::terms::{ClusterName, Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy, kubectl};

const CHECK: &str = "api-version-skew";
/// kubectl is made for servers one minor version older or newer than itself: none is made for two that are further apart.
const FAR: u32 = 3;

/// A minor version of Kubernetes 1.
type Minor = u32;

pub(super) fn skew(seen: &HealthSeen) -> Vec<Finding> {
    let clusters = nodes(seen).flat_map(|(cluster, nodes)| of_kubelets(seen, cluster, nodes));
    clusters.chain(between(seen)).collect()
}

/// Of `v1.33.1` and `v1.33.1-eks-1a2b` 33. What is no version of Kubernetes has none, such as that of a simulated kubelet, and
/// of a virtual one, `v1.19.10-vk-azure-aci-1.4.8`: what it tells is that of a library in it.
fn minor(version: &str) -> Option<Minor> {
    let rest = version.strip_prefix("v1.").filter(|rest| !rest.contains("-vk-"))?;
    let digits = rest.split(|letter: char| !letter.is_ascii_digit()).next()?;
    digits.parse().ok()
}

fn server(cluster: &ClusterHealth) -> Option<(Minor, &str)> {
    match &cluster.version {
        Observed::Present(version) => Some((minor(version)?, version)),
        Observed::Absent | Observed::Unknown(_) => None,
    }
}

/// How many minor versions a kubelet may be behind its API server; 1.25 was the first that may be three.
fn allowed(kubelet: Minor) -> Minor {
    if kubelet < 25 { 2 } else { 3 }
}

fn of_kubelets(seen: &HealthSeen, cluster: &ClusterName, nodes: &[NodeSeen]) -> Vec<Finding> {
    let health = seen.clusters.iter().find(|one| one.name == *cluster);
    let Some((server, version)) = health.and_then(server) else { return Vec::new() };
    let kubelets = || nodes.iter().filter(|node| !node.is_virtual);
    let all = || kubelets().filter_map(|node| Some((minor(&node.kubelet)?, node)));
    let newer: Vec<_> = all().filter(|(kubelet, _)| *kubelet > server).collect();
    let older: Vec<_> = all().filter(|(kubelet, _)| kubelet + allowed(*kubelet) < server).collect();
    let told = |found: &[(Minor, &NodeSeen)], how: &str, action: &str| {
        let (_, first) = found.first()?;
        let names = super::named(found.iter().map(|(_, node)| node.name.as_str()));
        let text = format!(
            "the kubelet of {names} in {cluster} is {how} its API server ({} and {version}), which Kubernetes does not support",
            first.kubelet
        );
        let remedy =
            Remedy::run(action, kubectl(&seen.fleet, cluster, &["get", "nodes", "--output", "wide"]));
        let finding = if is_upgrading(server, found, nodes) {
            Finding::info(
                CHECK,
                &[cluster],
                format!("{text}, as during the upgrade of a control plane of several nodes"),
            )
        } else {
            Finding::warning(CHECK, &[cluster], text, remedy)
        };
        let finding = finding.about(ObjectRef::cluster_scoped(cluster, Kind::Node, &first.name));
        Some(finding.seen("status.nodeInfo.kubeletVersion", &first.kubelet).seen("gitVersion", version))
    };
    let newer = told(
        &newer,
        "newer than",
        "bring the API server to that version, which comes first in an upgrade; to see all versions, run",
    );
    let older = told(
        &older,
        "too many minor versions behind",
        "upgrade the node; to see the versions of all of them, run",
    );
    newer.into_iter().chain(older).collect()
}

/// Whether a control plane of several nodes may be in the middle of its upgrade, one node after the other: the API server that
/// answers is one of those that still have the version before.
fn is_upgrading(server: Minor, newer: &[(Minor, &NodeSeen)], nodes: &[NodeSeen]) -> bool {
    let is_first = |(kubelet, node): &(Minor, &NodeSeen)| node.has_control_plane && *kubelet == server + 1;
    let waits = |node: &NodeSeen| node.has_control_plane && minor(&node.kubelet) == Some(server);
    newer.iter().all(is_first) && nodes.iter().any(waits)
}

/// Each cluster is compared with the newest: what lies between is upgraded on the way.
fn between(seen: &HealthSeen) -> Vec<Finding> {
    let all = || seen.clusters.iter().filter_map(|cluster| Some((server(cluster)?, &cluster.name)));
    // Of several, the first in the order of the fleet.
    let newest = all().reduce(|one, other| if other.0.0 > one.0.0 { other } else { one });
    let Some(((newest, its_version), newer)) = newest else { return Vec::new() };
    let far = all().filter(|((version, _), _)| version + FAR <= newest);
    far.map(|((minor, version), older)| {
        let text = format!(
            "{older} has Kubernetes {version}, and {newer} {its_version}: {} minor versions apart, and no kubectl supports \
             both",
            newest - minor
        );
        let action = format!(
            "upgrade {older} one minor version at a time, or use a different kubectl for each; to see the version of yours, \
             run"
        );
        let remedy = Remedy::run(action, kubectl(&seen.fleet, older, &["version"]));
        let finding = Finding::warning(CHECK, &[older, newer], text, remedy).mutual();
        finding.seen(format!("{older}: gitVersion"), version).seen(format!("{newer}: gitVersion"), its_version)
    })
    .collect()
}

#[cfg(test)]
mod tests;
