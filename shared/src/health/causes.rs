//! Whether what is wrong with a cluster is the reason of something else in it: the same cluster, and the same objects.

use super::snapshot::{AgentSeen, ClusterHealth, HealthSeen, NodeSeen};
use crate::terms::{ClusterName, Observed};
use crate::verdict::{Finding, Ground, Severity, follows};
use std::collections::BTreeSet;

/// A kubelet of which nobody hears takes the agent there with it.
const UNHEARD: &str = "NodeStatusUnknown";

/// A finding that may follow from another one, and the nodes of the pods that it is about, where these are known.
#[derive(Clone, Copy)]
pub struct Effect<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// The nodes.
    pub nodes: &'a BTreeSet<String>,
}

/// Whether what was found of a cluster explains this.
pub fn explains(seen: &HealthSeen, cause: &Finding, effect: Effect<'_>) -> bool {
    let is_known = !cause.is_unseen && cause.severity != Severity::Unknown && !effect.finding.is_unseen;
    if !is_known || !follows(cause.check).contains(&effect.finding.check) || !is_there(cause, effect.finding)
    {
        return false;
    }
    let cluster = cause.clusters.first().and_then(|name| seen.clusters.iter().find(|one| one.name == *name));
    let Some(cluster) = cluster else { return false };
    match cause.check {
        "cilium-agents" => {
            let mut nodes = effect.nodes.clone();
            nodes.extend(nodes_of(cluster, effect.finding.check));
            holds(&nodes, &agentless(cluster))
        }
        "node-ready" => is_gone(cluster, effect, |node| !node.is_ready),
        "node-network" => is_gone(cluster, effect, |node| node.lacks_network),
        "cluster-clock" => stands_on(effect.finding, Ground::Time),
        "cilium-operator" => cause.severity == Severity::Error && stands_on(effect.finding, Ground::Address),
        "cilium-pools" => cause.object == effect.finding.object && stands_on(effect.finding, Ground::Address),
        "control-plane" => is_of_part(cause, effect.finding),
        "api-services" => stands_on(effect.finding, Ground::Deletion),
        _ => false,
    }
}

/// Whether both are about one cluster.
fn is_there(cause: &Finding, effect: &Finding) -> bool {
    let place: Option<&ClusterName> =
        effect.object.as_ref().map(|object| &object.cluster).or(effect.clusters.last());
    place.is_some_and(|place| cause.clusters.contains(place))
}

fn nodes(cluster: &ClusterHealth) -> &[NodeSeen] {
    match &cluster.nodes {
        Observed::Present(nodes) => nodes,
        Observed::Absent | Observed::Unknown(_) => &[],
    }
}

/// Whether there are some, and all of them are among others.
fn holds(some: &BTreeSet<String>, all: &BTreeSet<String>) -> bool {
    !some.is_empty() && some.is_subset(all)
}

/// Whether all nodes are lost, or those of all pods in question.
fn is_gone(cluster: &ClusterHealth, effect: Effect<'_>, is_lost: impl Fn(&NodeSeen) -> bool) -> bool {
    let lost: BTreeSet<String> =
        nodes(cluster).iter().filter(|node| is_lost(node)).map(|node| node.name.clone()).collect();
    let all: BTreeSet<String> = nodes(cluster).iter().map(|node| node.name.clone()).collect();
    lost == all || holds(effect.nodes, &lost)
}

/// The nodes that a finding about nodes names, but those of which nobody hears.
fn nodes_of(cluster: &ClusterHealth, check: &str) -> BTreeSet<String> {
    let is_meant = |node: &&NodeSeen| match check {
        "node-ready" => !node.is_ready && node.reason != UNHEARD,
        "node-network" => node.lacks_network,
        _ => false,
    };
    nodes(cluster).iter().filter(is_meant).map(|node| node.name.clone()).collect()
}

/// The nodes without an agent of Cilium that serves.
fn agentless(cluster: &ClusterHealth) -> BTreeSet<String> {
    let Observed::Present(cilium) = &cluster.cilium else { return BTreeSet::new() };
    let Observed::Present(agents) = &cilium.agents else { return BTreeSet::new() };
    let Observed::Present(lost) = &agents.lost else { return BTreeSet::new() };
    lost.iter().map(|AgentSeen { node, .. }| node.clone()).filter(|node| !node.is_empty()).collect()
}

fn stands_on(finding: &Finding, ground: Ground) -> bool {
    finding.ground == Some(ground)
}

/// What each part of Linkerd's control plane takes with it. Mirrors lose their endpoints where the service mirror's proxy does
/// not hear of the gateway.
fn is_of_part(cause: &Finding, effect: &Finding) -> bool {
    match cause.ground {
        Some(Ground::Injector) => stands_on(effect, Ground::Injector),
        Some(Ground::Identity) => effect.check != "mirror-endpoints" && effect.ground.is_none(),
        Some(Ground::Time | Ground::Deletion | Ground::Address) | None => effect.check == "mirror-endpoints",
    }
}
