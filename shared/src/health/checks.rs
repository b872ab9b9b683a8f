//! The checks of what clusters stand on, as a table. Each is asked once about the whole fleet.

use super::snapshot::{ClusterHealth, HealthSeen, NodeSeen};
use crate::terms::{ClusterName, Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy, Severity, against, kubectl};

/// One check: a stable id, what it asks, and the judge.
pub struct Check {
    /// Stable, for scripts and documentation.
    pub id: &'static str,
    /// What it asks, for people.
    pub title: &'static str,
    /// One finding for each cluster of which something is to be said.
    pub judge: fn(&HealthSeen) -> Vec<Finding>,
}

/// All of them.
pub const CHECKS: [Check; 4] = [
    Check { id: "node-ready", title: "pods can be run on the nodes", judge: ready },
    Check { id: "node-network", title: "pods of the nodes have a network", judge: network },
    Check { id: "node-pressure", title: "nodes run out of nothing", judge: pressure },
    Check { id: "cluster-clock", title: "the clocks of the clusters agree", judge: clock },
];

/// What a node may take to come back from a restart, as a normal roll-out does to one after the other.
const GRACE: i64 = 300;
/// Certificates of proxies are good from so many seconds before they were made, and no clock may be further behind (the
/// default of Linkerd's `clockSkewAllowance`); ...
const TOLERATED: i64 = 20;
/// ... and a difference from which on it is worth a look. Dates of answers have whole seconds.
const SMALL: i64 = 5;
/// How many nodes are named.
const NAMED: usize = 3;

/// Everything that speaks against the clusters, by the checks that are chosen.
pub fn judge(seen: &HealthSeen, is_chosen: &dyn Fn(&str) -> bool) -> Vec<Finding> {
    let chosen: Vec<&Check> = CHECKS.iter().filter(|check| is_chosen(check.id)).collect();
    // Who asks about nodes has to hear that they could not be seen, whatever is asked about them.
    let are_nodes_meant = chosen.iter().any(|check| check.id.starts_with("node-"));
    let unseen = seen.clusters.iter().filter(|_| are_nodes_meant).filter_map(|cluster| unseen(seen, cluster));
    unseen.chain(chosen.iter().flat_map(|check| (check.judge)(seen))).collect()
}

fn nodes(seen: &HealthSeen) -> impl Iterator<Item = (&ClusterName, &[NodeSeen])> {
    seen.clusters.iter().filter_map(|cluster| match &cluster.nodes {
        Observed::Present(nodes) => Some((&cluster.name, nodes.as_slice())),
        Observed::Absent | Observed::Unknown(_) => None,
    })
}

fn ready(seen: &HealthSeen) -> Vec<Finding> {
    nodes(seen).filter_map(|(cluster, nodes)| not_ready(seen, cluster, nodes)).collect()
}

fn unseen(seen: &HealthSeen, cluster: &ClusterHealth) -> Option<Finding> {
    let obstacle = cluster.nodes.obstacle()?;
    let remedy = against(obstacle, &cluster.name, &seen.fleet);
    Some(Finding {
        remedy: Some(remedy),
        ..Finding::not_looked_at("node-ready", &[&cluster.name], "its nodes", obstacle)
    })
}

fn not_ready(seen: &HealthSeen, cluster: &ClusterName, nodes: &[NodeSeen]) -> Option<Finding> {
    const CHECK: &str = "node-ready";
    let lost: Vec<&NodeSeen> = nodes.iter().filter(|node| !node.is_ready).collect();
    let first = lost.first()?;
    let is_fresh = lost.iter().all(|node| node.age.is_some_and(|age| age < GRACE));
    let why = if first.reason.is_empty() { String::new() } else { format!(" ({})", first.reason) };
    let (all, some) = (nodes.len(), lost.len());
    let text = if all == some {
        format!(
            "no node of {cluster} is ready{why}: nothing new starts there, and what runs is taken for lost"
        )
    } else {
        format!("{some} of {all} nodes of {cluster} are not ready: {}{why}", named(&lost))
    };
    let remedy =
        look(seen, cluster, first, "bring it back, or delete it if it is gone for good; to see it, run");
    let finding = match (all == some, is_fresh) {
        (true, _) => Finding::error(CHECK, &[cluster], text, remedy),
        (false, false) => Finding::warning(CHECK, &[cluster], text, remedy),
        (false, true) => {
            let age = lost.iter().filter_map(|node| node.age).max().unwrap_or_default();
            Finding::info(CHECK, &[cluster], format!("{text}, for {age}s so far, as in a restart"))
        }
    };
    Some(about(finding, cluster, first, ("Ready", "False")))
}

fn network(seen: &HealthSeen) -> Vec<Finding> {
    let of_cluster = |(cluster, nodes): (&ClusterName, &[NodeSeen])| {
        let lost: Vec<&NodeSeen> = nodes.iter().filter(|node| node.lacks_network).collect();
        let first = lost.first()?;
        let text = format!("pods of {} have no network", named(&lost));
        let action =
            "bring its network up: with Cilium, the agent of that node; to see what the node says, run";
        let remedy = look(seen, cluster, first, action);
        let is_fresh = lost.iter().all(|node| node.network_age.is_some_and(|age| age < GRACE));
        let finding = match (lost.len() == nodes.len(), is_fresh) {
            (true, _) => Finding::error("node-network", &[cluster], text, remedy),
            (false, false) => Finding::warning("node-network", &[cluster], text, remedy),
            (false, true) => Finding::info("node-network", &[cluster], format!("{text}, as in a start")),
        };
        Some(about(finding, cluster, first, ("NetworkUnavailable", "True")))
    };
    nodes(seen).filter_map(of_cluster).collect()
}

fn pressure(seen: &HealthSeen) -> Vec<Finding> {
    let of_cluster = |(cluster, nodes): (&ClusterName, &[NodeSeen])| {
        let pressed: Vec<&NodeSeen> = nodes.iter().filter(|node| !node.pressures.is_empty()).collect();
        let first = pressed.first()?;
        let what = first.pressures.join(", ");
        let text =
            format!("{} of {cluster} is short of something ({what}): pods are evicted", named(&pressed));
        let action = "free some of it, or move pods away; to see what the node says, run";
        let finding = Finding::warning("node-pressure", &[cluster], text, look(seen, cluster, first, action));
        Some(about(finding, cluster, first, (first.pressures.first()?, "True")))
    };
    nodes(seen).filter_map(of_cluster).collect()
}

fn named(nodes: &[&NodeSeen]) -> String {
    let names: Vec<&str> = nodes.iter().map(|node| node.name.as_str()).take(NAMED).collect();
    match nodes.len().saturating_sub(names.len()) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
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

/// Each cluster is compared with the one whose clock stands in the middle; of two, the one behind with the one ahead.
fn clock(seen: &HealthSeen) -> Vec<Finding> {
    let mut clocks: Vec<(i64, &ClusterName)> =
        seen.clusters.iter().filter_map(|cluster| Some((cluster.clock?, &cluster.name))).collect();
    clocks.sort_unstable();
    let Some((middle, right)) = clocks.get(clocks.len() / 2).copied() else { return Vec::new() };
    let differs = clocks.iter().filter(|(clock, _)| (clock - middle).abs() > SMALL);
    differs.map(|(clock, name)| apart(name, right, clock - middle)).collect()
}

fn apart(cluster: &ClusterName, other: &ClusterName, ahead: i64) -> Finding {
    const CHECK: &str = "cluster-clock";
    let (seconds, side) = (ahead.abs(), if ahead < 0 { "behind" } else { "ahead of" });
    let text = format!(
        "the clock of {cluster} is {seconds}s {side} that of {other}: certificates and tokens of one may be not good yet, or \
         expired, in the other"
    );
    let remedy = Remedy::new(
        "have the control planes of both ask the same servers for the time, and see that they reach them",
    );
    let severity = if seconds > TOLERATED { Severity::Error } else { Severity::Warning };
    let finding = Finding { severity, ..Finding::error(CHECK, &[cluster, other], text, remedy) };
    finding.seen("Date", format!("{ahead:+}s"))
}

#[cfg(test)]
mod tests;
