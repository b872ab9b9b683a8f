//! Nodes: whether pods can be run there.

use super::super::snapshot::{HealthSeen, NodeSeen, bearing};
use super::{are_fresh, why};
use crate::terms::{ClusterName, Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy, kubectl};
use std::collections::BTreeSet;

pub(super) fn nodes(seen: &HealthSeen) -> impl Iterator<Item = (&ClusterName, &[NodeSeen])> {
    seen.clusters.iter().filter_map(|cluster| match &cluster.nodes {
        Observed::Present(nodes) => Some((&cluster.name, nodes.as_slice())),
        Observed::Absent | Observed::Unknown(_) => None,
    })
}

pub(super) fn ready(seen: &HealthSeen) -> Vec<Finding> {
    nodes(seen).filter_map(|(cluster, nodes)| not_ready(seen, cluster, nodes)).collect()
}

fn not_ready(seen: &HealthSeen, cluster: &ClusterName, nodes: &[NodeSeen]) -> Option<Finding> {
    const CHECK: &str = "node-ready";
    let lost: Vec<&NodeSeen> = nodes.iter().filter(|node| !node.is_ready).collect();
    let first = lost.first()?;
    let is_fresh = are_fresh(lost.iter().map(|node| node.age));
    // What its kubelet says itself is worth more than that it is silent.
    let first = lost.iter().find(|node| !node.is_silent).unwrap_or(first);
    let said = [first.reason.clone(), unheard(&lost)].into_iter().filter(|said| !said.is_empty());
    let why = why(&said.collect::<Vec<_>>().join("; "));
    let are_all = bearing(nodes).all(|node| !node.is_ready);
    let text = if are_all {
        let others = if lost.len() < nodes.len() { " but virtual ones" } else { "" };
        format!(
            "no node of {cluster}{others} is ready{why}: no new pod starts there, and running pods are considered lost"
        )
    } else {
        let (all, some) = (nodes.len(), lost.len());
        let are = if some == 1 { "is" } else { "are" };
        format!("{some} of {all} nodes of {cluster} {are} not ready: {}{why}", named(&lost))
    };
    let action = if first.is_silent {
        "make sure that the machine and its kubelet run and reach the API server, or delete the node if it is gone for good; \
         to see it, run"
    } else {
        "fix what its kubelet reports; to see that, run"
    };
    let remedy = look(seen, cluster, first, action);
    let finding = match (are_all, is_fresh && may_restart(nodes, are_all)) {
        (_, true) => {
            let age = lost.iter().filter_map(|node| node.age).max().unwrap_or_default();
            Finding::info(CHECK, &[cluster], format!("{text}, for {age}s so far, as in a restart"))
        }
        (true, false) => Finding::error(CHECK, &[cluster], text, remedy),
        (false, false) => Finding::warning(CHECK, &[cluster], text, remedy),
    };
    Some(about(finding, cluster, first, ("Ready", if first.is_silent { "Unknown" } else { "False" })))
}

/// Of how many of them nobody hears.
fn unheard(lost: &[&NodeSeen]) -> String {
    let silent = lost.iter().filter(|node| node.is_silent).count();
    match (silent, lost.len()) {
        (0, _) => String::new(),
        (1, 1) => "its kubelet has stopped reporting".to_owned(),
        (silent, all) if silent == all => "their kubelets have stopped reporting".to_owned(),
        (silent, _) => format!("on {silent} of them the kubelet has stopped reporting"),
    }
}

/// Whether all nodes, or some, may be in a restart: a cluster of several does not restart them all at once.
fn may_restart(nodes: &[NodeSeen], are_all: bool) -> bool {
    !are_all || bearing(nodes).count() == 1
}

pub(super) fn network(seen: &HealthSeen) -> Vec<Finding> {
    let of_cluster = |(cluster, nodes): (&ClusterName, &[NodeSeen])| {
        // A virtual one has none of the cluster's.
        let lost: Vec<&NodeSeen> = bearing(nodes).filter(|node| node.lacks_network).collect();
        let first = lost.first()?;
        let text = format!("pods of {} have no network", named(&lost));
        let action =
            "bring its network up: with Cilium, the agent of that node; to see what the node says, run";
        let remedy = look(seen, cluster, first, action);
        let is_fresh = are_fresh(lost.iter().map(|node| node.network_age));
        let are_all = lost.len() == bearing(nodes).count();
        let finding = match (are_all, is_fresh && may_restart(nodes, are_all)) {
            (_, true) => Finding::info("node-network", &[cluster], format!("{text}, as in a start")),
            (true, false) => Finding::error("node-network", &[cluster], text, remedy),
            (false, false) => Finding::warning("node-network", &[cluster], text, remedy),
        };
        Some(about(finding, cluster, first, ("NetworkUnavailable", "True")))
    };
    nodes(seen).filter_map(of_cluster).collect()
}

pub(super) fn pressure(seen: &HealthSeen) -> Vec<Finding> {
    let of_cluster = |(cluster, nodes): (&ClusterName, &[NodeSeen])| {
        let pressed: Vec<&NodeSeen> = nodes.iter().filter(|node| !node.pressures.is_empty()).collect();
        let first = pressed.first()?;
        let all = pressed.iter().flat_map(|node| &node.pressures).map(String::as_str);
        let what = all.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ");
        let are = if pressed.len() == 1 { "is" } else { "are" };
        let text =
            format!("{} of {cluster} {are} under pressure ({what}): pods are evicted", named(&pressed));
        let action = "free some of it, or move pods away; to see what the node says, run";
        let finding = Finding::warning("node-pressure", &[cluster], text, look(seen, cluster, first, action));
        Some(about(finding, cluster, first, (first.pressures.first()?, "True")))
    };
    nodes(seen).filter_map(of_cluster).collect()
}

fn named(nodes: &[&NodeSeen]) -> String {
    super::named(nodes.iter().map(|node| node.name.as_str()))
}

fn look(seen: &HealthSeen, cluster: &ClusterName, node: &NodeSeen, action: &str) -> Remedy {
    Remedy::run(action, kubectl(&seen.fleet, cluster, &["describe", "node", &node.name]))
}

fn about(
    finding: Finding,
    cluster: &ClusterName,
    node: &NodeSeen,
    (condition, status): (&str, &str),
) -> Finding {
    let object = ObjectRef::cluster_scoped(cluster, Kind::Node, &node.name);
    finding.about(object).seen(format!("status.conditions[{condition}].status"), status)
}

#[cfg(test)]
mod tests;
