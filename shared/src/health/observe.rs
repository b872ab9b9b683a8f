//! Looks at what clusters stand on. The list of nodes is one that others need too; clocks are told by any answer.

use super::snapshot::{ClusterHealth, HealthSeen, NodeSeen};
use crate::cluster::{Archive, Cluster, ClusterSet, Resource, Shape};
use crate::terms::{Observed, Scope};
use serde::Deserialize;

#[derive(Deserialize)]
struct Node {
    metadata: Metadata,
    #[serde(default)]
    status: Option<Status>,
}

#[derive(Deserialize)]
struct Metadata {
    name: String,
}

#[derive(Default, Deserialize)]
struct Status {
    #[serde(default)]
    conditions: Option<Vec<Condition>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Condition {
    r#type: String,
    status: String,
    reason: Option<String>,
    last_transition_time: Option<String>,
}

/// Looks at all clusters that can be reached.
pub async fn health(set: &ClusterSet) -> HealthSeen {
    let names = set.fleet.names();
    let looks = names.filter_map(|name| set.cluster(name).ok()).map(of_cluster);
    HealthSeen { fleet: set.fleet.clone(), clusters: futures::future::join_all(looks).await }
}

async fn of_cluster(cluster: &Cluster) -> ClusterHealth {
    let listed = cluster.list::<Node>(Resource::NODES, &Scope::default(), Shape::Full).await;
    let now = cluster.archive().and_then(Archive::taken_at).unwrap_or_else(now);
    let nodes: Observed<Vec<NodeSeen>> =
        listed.map(|listed| listed.items.into_iter().map(|node| node.seen(now)).collect());
    ClusterHealth { name: cluster.name().clone(), nodes, clock: cluster.clock() }
}

/// The present by the clock of this machine, for ages.
#[expect(
    clippy::disallowed_methods,
    reason = "the edge that turns moments into ages, so that nobody judges by a clock"
)]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

impl Node {
    fn seen(self, now: jiff::Timestamp) -> NodeSeen {
        let conditions = self.status.unwrap_or_default().conditions.unwrap_or_default();
        let find = |name: &str| conditions.iter().find(|one| one.r#type == name);
        let ready = find("Ready");
        let is_ready = ready.is_some_and(|one| one.status == "True");
        let network = find("NetworkUnavailable");
        let age = |condition: Option<&Condition>| {
            let since = condition?.last_transition_time.as_ref()?.parse::<jiff::Timestamp>().ok()?;
            Some(now.duration_since(since).as_secs())
        };
        let reason = ready.and_then(|one| one.reason.clone()).unwrap_or_default();
        let is_pressed = |one: &&Condition| one.r#type.ends_with("Pressure") && one.status == "True";
        NodeSeen {
            name: self.metadata.name,
            is_ready,
            reason: if is_ready { String::new() } else { reason },
            age: age(ready),
            pressures: conditions.iter().filter(is_pressed).map(|one| one.r#type.clone()).collect(),
            lacks_network: network.is_some_and(|one| one.status == "True"),
            network_age: age(network),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_read_by_its_conditions() {
        let node: Node = serde_json::from_str(
            r#"{"metadata": {"name": "a"}, "status": {"conditions": [
                {"type": "Ready", "status": "Unknown", "reason": "NodeStatusUnknown", "lastTransitionTime": "2026-01-01T00:00:00Z"},
                {"type": "DiskPressure", "status": "True"}, {"type": "MemoryPressure", "status": "Unknown"},
                {"type": "NetworkUnavailable", "status": "True", "reason": null}]}}"#,
        )
        .unwrap();
        let seen = node.seen("2026-01-01T00:01:30Z".parse().unwrap());
        let wanted = NodeSeen {
            name: "a".into(),
            is_ready: false,
            reason: "NodeStatusUnknown".into(),
            age: Some(90),
            pressures: vec!["DiskPressure".into()],
            lacks_network: true,
            network_age: None,
        };
        assert_eq!(seen, wanted);
        let bare: Node = serde_json::from_str(r#"{"metadata": {"name": "b"}}"#).unwrap();
        assert!(!bare.seen(now()).is_ready, "a node of which nobody has heard is not ready");
    }
}
