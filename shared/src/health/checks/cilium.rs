//! Cilium's own health, where it is the network of a cluster.

mod absent;

use super::super::snapshot::{
    AgentSeen, AgentsSeen, CiliumSeen, ClusterHealth, GatewaySeen, HealthSeen, NodeSeen, WorkloadSeen,
};
use super::pools::waiting;
use super::sights::cilium;
use super::{are_fresh, named, raised, standing, why};
use crate::mesh::names::CILIUM;
use crate::terms::{ClusterName, Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy, kubectl};

/// A kubelet of which nobody hears is told by `node-ready`; the agent there is as lost as every pod.
const UNHEARD: &str = "NodeStatusUnknown";

const AGENTS: &str = "cilium-agents";
const OPERATOR: &str = "cilium-operator";
/// What follows where no agent serves.
const HARM: &str = "no pod starts there, and changes of policies and Services have no effect";
/// What follows where no operator serves.
const IDLE: &str = "new nodes may get no pod range, and load balancers get no address from its pools";

pub(super) fn agents(seen: &HealthSeen) -> Vec<Finding> {
    let judged = seen.clusters.iter().filter_map(|cluster| {
        let cilium = cilium(cluster)?;
        match &cilium.agents {
            Observed::Present(agents) => {
                lost(seen, cluster, agents).or_else(|| absent::unwanted(seen, cluster, agents))
            }
            Observed::Absent => absent::agents(seen, &cluster.name, cilium),
            Observed::Unknown(_) => None,
        }
    });
    judged.collect()
}

fn lost(seen: &HealthSeen, cluster: &ClusterHealth, agents: &AgentsSeen) -> Option<Finding> {
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
    let is_fresh = are_restarting(agents, &lost);
    let is_dated = agents.age.is_some() || !lost.is_empty();
    if agents.is_rolling && (is_fresh || !is_dated) {
        return None;
    }
    let AgentsSeen { wanted, unavailable, .. } = agents;
    let places = named(lost.iter().map(|agent| agent.node.as_str()).filter(|node| !node.is_empty()));
    let places = if places.is_empty() { String::new() } else { format!(": not on {places}") };
    let reason = lost.first().map_or("", |agent| agent.reason.as_str());
    let text = format!(
        "Cilium's agent is ready on {} of {wanted} nodes of {name}{places}{}",
        wanted.saturating_sub(*unavailable),
        why(reason)
    );
    let stands = if agents.is_rolling { "their rollout is stuck, " } else { "" };
    let harm = format!("{stands}{HARM}");
    let words = ["--namespace", CILIUM.0, "get", "pods", "--selector", "k8s-app=cilium", "--output", "wide"];
    let action = "bring it up; to see all agents, run";
    let remedy = Remedy::run(action, kubectl(&seen.fleet, name, &words));
    let finding = if is_fresh {
        let age = lost.iter().filter_map(|agent| agent.age).max().or(agents.age).unwrap_or_default();
        Finding::info(AGENTS, &[name], format!("{text}, for {age}s so far, as in a restart"))
    } else if unavailable >= wanted {
        Finding::error(AGENTS, &[name], format!("{text}; {harm}"), remedy)
    } else {
        Finding::warning(AGENTS, &[name], format!("{text}; {harm}"), remedy)
    };
    let finding = finding.about(daemon_set(name)).seen("status.numberUnavailable", unavailable.to_string());
    Some(super::idle(finding, lost.iter().map(|agent| agent.pod.as_str())))
}

fn daemon_set(cluster: &ClusterName) -> ObjectRef {
    ObjectRef::namespaced(cluster, Kind::DaemonSet, CILIUM.0, "cilium")
}

/// Whether no more is missed than in a restart. Those that nobody has made yet, or may list, are told by the numbers alone: the
/// last agent of a roll-out is gone before the next one is made.
fn are_restarting(agents: &AgentsSeen, lost: &[&AgentSeen]) -> bool {
    let are_counted = lost.is_empty() || agents.missing > 0;
    are_fresh(lost.iter().map(|agent| agent.age)) && (!are_counted || are_fresh([agents.age]))
}

/// Those that are not ready, if they could be looked for.
fn known(agents: &AgentsSeen) -> Option<&[AgentSeen]> {
    match &agents.lost {
        Observed::Present(lost) => Some(lost),
        Observed::Absent | Observed::Unknown(_) => None,
    }
}

/// Whether an agent is lost by itself, and not with its node. No agent can run on a virtual one, though it may be meant for it.
fn is_own(cluster: &ClusterHealth, agent: &AgentSeen) -> bool {
    let is_unheard = |node: &NodeSeen| !node.is_ready && node.reason == UNHEARD;
    let is_told = |node: &NodeSeen| node.name == agent.node && (node.is_virtual || is_unheard(node));
    !matches!(&cluster.nodes, Observed::Present(nodes) if nodes.iter().any(is_told))
}

pub(super) fn operator(seen: &HealthSeen) -> Vec<Finding> {
    let judged = seen.clusters.iter().filter_map(|cluster| {
        let (name, cilium) = (&cluster.name, cilium(cluster)?);
        match &cilium.operator {
            Observed::Present(operator) => idle(seen, name, (cilium, operator)),
            Observed::Absent => absent::operator(seen, name, cilium),
            Observed::Unknown(_) => None,
        }
    });
    judged.collect()
}

/// What runs goes on without it. An error where a gateway waits for what only it gives.
fn idle(
    seen: &HealthSeen,
    cluster: &ClusterName,
    (cilium, operator): (&CiliumSeen, &WorkloadSeen),
) -> Option<Finding> {
    if operator.available != Some(0) {
        return None;
    }
    let (why, remedy) = raised(operator, CILIUM.0, &|words| kubectl(&seen.fleet, cluster, words));
    let text = format!("the operator of Cilium has no pod in {cluster} that serves{why}");
    let finding = if are_fresh([operator.age]) {
        let age = operator.age.unwrap_or_default();
        Finding::info(OPERATOR, &[cluster], format!("{text}, for {age}s so far, as in a restart"))
    } else if let Some(gateway) = waiting(cilium) {
        Finding::error(OPERATOR, &[cluster], format!("{text}: {}", missed(gateway)), remedy)
    } else {
        Finding::warning(OPERATOR, &[cluster], format!("{text}: {IDLE}"), remedy)
    };
    let object = ObjectRef::namespaced(cluster, Kind::Deployment, CILIUM.0, &operator.name);
    let finding = finding.about(object).seen("status.availableReplicas", "0");
    Some(standing(finding, operator))
}

/// What follows where a gateway waits for what only the operator gives.
fn missed(gateway: &GatewaySeen) -> String {
    let (namespace, name) = (&gateway.namespace, &gateway.name);
    format!("{IDLE}, and svc/{namespace}/{name} waits for one")
}

#[cfg(test)]
pub(super) mod tests;
