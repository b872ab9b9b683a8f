//! Whether what is wrong with a cluster is the reason of something else in it: the same cluster, and the same objects.

use super::snapshot::{
    AgentSeen, AgentsSeen, CiliumSeen, ClusterHealth, HealthSeen, NodeSeen, WorkloadSeen, bearing,
};
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
    // Nobody asks for these in this order: who has no operator has agents all the same.
    if is_never_given(seen, cause, effect.finding) {
        return true;
    }
    let is_known = !cause.is_unseen && cause.severity != Severity::Unknown && !effect.finding.is_unseen;
    // Nothing takes Deployments and settings away but somebody who means it.
    let is_known = is_known && !stands_on(effect.finding, Ground::Linkerd);
    if !is_known || !follows(cause.check).contains(&effect.finding.check) || !is_there(cause, effect.finding)
    {
        return false;
    }
    let cluster = cause.clusters.first().and_then(|name| seen.clusters.iter().find(|one| one.name == *name));
    let Some(cluster) = cluster else { return false };
    let nodes = nodes_of(cluster, effect);
    match cause.check {
        // Without any agent nobody announces the address of a gateway.
        "cilium-agents" if effect.finding.check == "gateway-local" => {
            cause.severity == Severity::Error && is_unanswered(effect.finding)
        }
        "cilium-agents" => holds(&nodes, &agentless(cluster)),
        "node-ready" => is_gone(cluster, &nodes, |node| !node.is_ready),
        "node-network" => is_gone(cluster, &nodes, |node| node.lacks_network),
        "node-pressure" => is_evicted(effect.finding),
        "cluster-clock" => stands_on(effect.finding, Ground::Time),
        "cilium-operator" => cause.severity == Severity::Error && stands_on(effect.finding, Ground::Address),
        "cilium-pools" => cause.object == effect.finding.object && stands_on(effect.finding, Ground::Address),
        "control-plane" => is_of_part(cluster, cause, effect.finding),
        "api-services" => stands_on(effect.finding, Ground::Deletion),
        _ => false,
    }
}

/// Whether both are about one cluster. A gateway without Linkerd gives mirrors in other clusters no endpoints, and a certificate may be
/// of several clusters.
fn is_there(cause: &Finding, effect: &Finding) -> bool {
    let is_of_proxies = stands_on(cause, Ground::Linkerd) || stands_on(cause, Ground::Identity);
    let is_of_several = effect.object.is_none() && stands_on(effect, Ground::Time);
    if is_of_several || (is_of_proxies && effect.check == "mirror-endpoints") {
        return effect.clusters.iter().any(|place| cause.clusters.contains(place));
    }
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
fn is_gone(cluster: &ClusterHealth, some: &BTreeSet<String>, is_lost: impl Fn(&NodeSeen) -> bool) -> bool {
    let lost: BTreeSet<String> =
        nodes(cluster).iter().filter(|node| is_lost(node)).map(|node| node.name.clone()).collect();
    bearing(nodes(cluster)).all(is_lost) || holds(some, &lost)
}

/// The nodes of the pods that a finding is about, or those that it names itself, but those of which nobody hears.
fn nodes_of(cluster: &ClusterHealth, Effect { finding, nodes: known }: Effect<'_>) -> BTreeSet<String> {
    let named = |is_meant: &dyn Fn(&NodeSeen) -> bool| {
        let meant = nodes(cluster).iter().filter(|node| is_meant(node));
        meant.map(|node| node.name.clone()).collect()
    };
    match finding.check {
        "node-ready" => named(&|node| !node.is_ready && node.reason != UNHEARD),
        "node-network" => named(&|node| node.lacks_network),
        "cilium-operator" => match &cluster.cilium {
            Observed::Present(CiliumSeen { operator: Observed::Present(one), .. }) => one.nodes.clone(),
            Observed::Present(_) | Observed::Absent | Observed::Unknown(_) => BTreeSet::new(),
        },
        "control-plane" => match &cluster.control_plane {
            Observed::Present(all) => part(all, finding).map(|one| one.nodes.clone()).unwrap_or_default(),
            Observed::Absent | Observed::Unknown(_) => BTreeSet::new(),
        },
        // No pod of the gateway gives it its address.
        _ if stands_on(finding, Ground::Address) => BTreeSet::new(),
        _ => known.clone(),
    }
}

/// The Deployment that a finding is about.
fn part<'a>(all: &'a [WorkloadSeen], finding: &Finding) -> Option<&'a WorkloadSeen> {
    let name = &finding.object.as_ref()?.name;
    all.iter().find(|one| one.name == *name)
}

/// The nodes without an agent of Cilium that serves: all, where there are none at all.
fn agentless(cluster: &ClusterHealth) -> BTreeSet<String> {
    let all = || nodes(cluster).iter().map(|node| node.name.clone()).collect();
    let Observed::Present(cilium) = &cluster.cilium else { return BTreeSet::new() };
    let agents = match &cilium.agents {
        Observed::Present(agents) if agents.wanted == 0 => return all(),
        Observed::Present(agents) => agents,
        Observed::Absent => return all(),
        Observed::Unknown(_) => return BTreeSet::new(),
    };
    let Observed::Present(lost) = &agents.lost else { return BTreeSet::new() };
    lost.iter().map(|AgentSeen { node, .. }| node.clone()).filter(|node| !node.is_empty()).collect()
}

/// Whether nobody answers for an address, wherever its pods are.
fn is_unanswered(effect: &Finding) -> bool {
    effect.evidence.iter().any(|one| one.field.starts_with("leases "))
}

/// Whether agents wait for ranges that an operator gives: it went before their nodes came, and no node of its own is among these.
fn is_never_given(seen: &HealthSeen, cause: &Finding, effect: &Finding) -> bool {
    let is_told = [cause.check, effect.check] == ["cilium-operator", "cilium-agents"]
        && cause.severity > Severity::Info
        && cause.clusters == effect.clusters;
    let mut clusters = seen.clusters.iter().filter(|one| is_told && cause.clusters.contains(&one.name));
    clusters.any(|cluster| {
        let Observed::Present(CiliumSeen {
            agents: Observed::Present(AgentsSeen { lost: Observed::Present(lost), .. }),
            operator: Observed::Present(operator),
            ..
        }) = &cluster.cilium
        else {
            return false;
        };
        let is_later = |age: Option<i64>| age.zip(operator.age).is_some_and(|(age, gone)| age < gone);
        let is_new = |agent: &AgentSeen| {
            let mut own = nodes(cluster).iter().filter(|node| node.name == agent.node);
            agent.reason.is_empty()
                && is_later(agent.age)
                && own.any(|node| !node.is_ready && is_later(node.age))
        };
        let is_up = |name: &String| nodes(cluster).iter().any(|node| node.name == *name && node.is_ready);
        let is_placed = !operator.nodes.is_empty() && operator.nodes.iter().all(is_up);
        is_placed && !lost.is_empty() && lost.iter().all(is_new)
    })
}

fn stands_on(finding: &Finding, ground: Ground) -> bool {
    finding.ground == Some(ground)
}

/// What does not start without a certificate.
const CERTIFIED: [&str; 5] =
    ["proxy-injector", "gateway-up", "controller-running", "export-endpoints", "federated-local"];
/// So long, in seconds, the certificate of a proxy is good that could not be renewed: it lives for a day, and is renewed when seven
/// tenths of that are over.
const RENEWED: i64 = 7 * 3600;

/// Whether nodes that run short of something keep its pods away, as the scheduler says, or have thrown them out.
fn is_evicted(effect: &Finding) -> bool {
    let says = |text: &str| text.contains("-pressure") || text.contains("Evicted");
    says(&effect.summary) || effect.evidence.iter().any(|one| says(&one.value))
}

/// What each part of Linkerd's control plane takes with it. Mirrors lose their endpoints where the service mirror's proxy does
/// not hear of the gateway. Without all of it nothing goes on.
fn is_of_part(cluster: &ClusterHealth, cause: &Finding, effect: &Finding) -> bool {
    let is_of_names = cause.object.as_ref().is_some_and(|object| object.name == "kube-dns");
    match cause.ground {
        // Proxies that start find nobody.
        None if is_of_names && CERTIFIED.contains(&effect.check) => {
            effect.idle.failing.as_ref().is_some_and(|one| one.is_proxy())
        }
        Some(Ground::Linkerd) => !stands_on(effect, Ground::Address),
        Some(Ground::Injector) => stands_on(effect, Ground::Injector),
        Some(Ground::Identity) if effect.check == "mirror-endpoints" => is_long_gone(cluster, cause),
        Some(Ground::Identity) => CERTIFIED.contains(&effect.check) && effect.ground.is_none(),
        Some(
            Ground::Time
            | Ground::Deletion
            | Ground::Address
            | Ground::Extension
            | Ground::Network
            | Ground::Unmeant
            | Ground::OwnCluster
            | Ground::Mistyped
            | Ground::Unmirrored,
        )
        | None => effect.check == "mirror-endpoints",
    }
}

/// Whether it does not serve for so long that proxies have run out of certificates.
fn is_long_gone(cluster: &ClusterHealth, cause: &Finding) -> bool {
    let Observed::Present(all) = &cluster.control_plane else { return false };
    part(all, cause).and_then(|one| one.age).is_some_and(|age| age >= RENEWED)
}
