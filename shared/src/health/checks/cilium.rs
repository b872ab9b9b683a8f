//! Cilium's own health, where it is the network of a cluster.

use super::super::snapshot::{AgentSeen, AgentsSeen, CiliumSeen, ClusterHealth, HealthSeen, NodeSeen};
use super::pools::waiting;
use super::sights::cilium;
use super::{are_fresh, named, why};
use crate::mesh::names::CILIUM;
use crate::terms::{ClusterName, Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy, kubectl};

/// A kubelet of which nobody hears is told by `node-ready`; the agent there is as lost as every pod.
const UNHEARD: &str = "NodeStatusUnknown";

pub(super) fn agents(seen: &HealthSeen) -> Vec<Finding> {
    seen.clusters.iter().filter_map(|cluster| lost(seen, cluster)).collect()
}

fn lost(seen: &HealthSeen, cluster: &ClusterHealth) -> Option<Finding> {
    const CHECK: &str = "cilium-agents";
    let Observed::Present(agents) = &cilium(cluster)?.agents else { return None };
    if agents.unavailable == 0 {
        return None;
    }
    let name = &cluster.name;
    let known = known(agents);
    let lost: Vec<&AgentSeen> = known.into_iter().flatten().filter(|one| is_own(cluster, one)).collect();
    // They are back, or lost with their nodes.
    if known.is_some() && lost.is_empty() && agents.missing == 0 {
        return None;
    }
    let ages = || lost.iter().map(|agent| agent.age);
    let is_fresh = !lost.is_empty() && are_fresh(ages());
    if agents.is_rolling && (is_fresh || lost.is_empty()) {
        return None;
    }
    let AgentsSeen { wanted, unavailable, .. } = agents;
    let places = named(lost.iter().map(|agent| agent.node.as_str()).filter(|node| !node.is_empty()));
    let places = if places.is_empty() { String::new() } else { format!(": not on {places}") };
    let reason = lost.first().map_or("", |agent| agent.reason.as_str());
    let text = format!(
        "Cilium's agent serves on {} of {wanted} nodes of {name}{places}{}",
        wanted.saturating_sub(*unavailable),
        why(reason)
    );
    let harm = "no pod starts there, and policies and Services stay as they were";
    let words = ["--namespace", CILIUM.0, "get", "pods", "--selector", "k8s-app=cilium", "--output", "wide"];
    let action = "bring it up; to see all agents, run";
    let remedy = Remedy::run(action, kubectl(&seen.fleet, name, &words));
    let finding = if is_fresh {
        let age = ages().flatten().max().unwrap_or_default();
        Finding::info(CHECK, &[name], format!("{text}, for {age}s so far, as in a restart"))
    } else if unavailable >= wanted {
        Finding::error(CHECK, &[name], format!("{text}; {harm}"), remedy)
    } else {
        Finding::warning(CHECK, &[name], format!("{text}; {harm}"), remedy)
    };
    let object = ObjectRef::namespaced(name, Kind::DaemonSet, CILIUM.0, "cilium");
    let finding = finding.about(object).seen("status.numberUnavailable", unavailable.to_string());
    Some(super::idle(finding, lost.iter().map(|agent| agent.pod.as_str())))
}

/// Those that are not ready, if they could be looked for.
fn known(agents: &AgentsSeen) -> Option<&[AgentSeen]> {
    match &agents.lost {
        Observed::Present(lost) => Some(lost),
        Observed::Absent | Observed::Unknown(_) => None,
    }
}

/// Whether an agent is lost by itself, and not with its node.
fn is_own(cluster: &ClusterHealth, agent: &AgentSeen) -> bool {
    let is_unheard = |node: &NodeSeen| !node.is_ready && node.reason == UNHEARD && node.name == agent.node;
    !matches!(&cluster.nodes, Observed::Present(nodes) if nodes.iter().any(is_unheard))
}

pub(super) fn operator(seen: &HealthSeen) -> Vec<Finding> {
    seen.clusters.iter().filter_map(|cluster| idle(seen, &cluster.name, cilium(cluster)?)).collect()
}

/// What runs goes on without it. An error where a gateway waits for what only it gives.
fn idle(seen: &HealthSeen, cluster: &ClusterName, cilium: &CiliumSeen) -> Option<Finding> {
    const CHECK: &str = "cilium-operator";
    let Observed::Present(operator) = &cilium.operator else { return None };
    if operator.available != Some(0) {
        return None;
    }
    let text = format!("the operator of Cilium has no pod in {cluster} that serves{}", why(&operator.reason));
    let harm =
        "new nodes may get no range for their pods, and no load balancer gets an address from its pools";
    let words = ["--namespace", CILIUM.0, "describe", "deployment", &operator.name];
    let action = "bring it up; to see what keeps it, run";
    let remedy = Remedy::run(action, kubectl(&seen.fleet, cluster, &words));
    let finding = if are_fresh([operator.age]) {
        let age = operator.age.unwrap_or_default();
        Finding::info(CHECK, &[cluster], format!("{text}, for {age}s so far, as in a restart"))
    } else if let Some(gateway) = waiting(cilium) {
        let (namespace, name) = (&gateway.namespace, &gateway.name);
        let text = format!("{text}: {harm}, and svc/{namespace}/{name} waits for one");
        Finding::error(CHECK, &[cluster], text, remedy)
    } else {
        Finding::warning(CHECK, &[cluster], format!("{text}: {harm}"), remedy)
    };
    let object = ObjectRef::namespaced(cluster, Kind::Deployment, CILIUM.0, &operator.name);
    let finding = finding.about(object).seen("status.availableReplicas", "0");
    Some(super::idle(finding, operator.idle.iter().map(String::as_str)))
}

#[cfg(test)]
pub(super) mod tests;
