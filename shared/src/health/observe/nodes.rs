//! Nodes, by what their kubelets and the node controller say of them.

use super::super::snapshot::NodeSeen;
use super::object::Condition;
use crate::cluster::{Cluster, Resource, Shape};
use crate::mesh::names::VIRTUAL;
use crate::terms::{Labels, Observed, Scope};
use serde::Deserialize;

/// The label of a node that has a control plane of Kubernetes.
const CONTROL_PLANE: &str = "node-role.kubernetes.io/control-plane";

#[derive(Deserialize)]
struct Node {
    metadata: Metadata,
    #[serde(default)]
    status: Option<Status>,
}

#[derive(Deserialize)]
struct Metadata {
    name: String,
    #[serde(default)]
    labels: Option<Labels>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Status {
    conditions: Option<Vec<Condition>>,
    node_info: Option<Info>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Info {
    kubelet_version: String,
}

pub(super) async fn look(cluster: &Cluster, now: jiff::Timestamp) -> Observed<Vec<NodeSeen>> {
    let listed = cluster.list::<Node>(Resource::NODES, &Scope::default(), Shape::Full).await;
    listed.map(|listed| listed.items.into_iter().map(|node| node.seen(now)).collect())
}

impl Node {
    fn seen(self, now: jiff::Timestamp) -> NodeSeen {
        let Status { conditions, node_info } = self.status.unwrap_or_default();
        let conditions = conditions.unwrap_or_default();
        let find = |name: &str| conditions.iter().find(|one| one.r#type == name);
        let ready = find("Ready");
        let is_ready = ready.is_some_and(|one| one.status == "True");
        let network = find("NetworkUnavailable");
        // Since when it is well is of no matter.
        let age = |condition: Option<&Condition>, is_well: bool| condition.filter(|_| !is_well)?.age(now);
        let lacks_network = network.is_some_and(|one| one.status == "True");
        let reason = ready.map(Condition::why).unwrap_or_default();
        let labels = self.metadata.labels.unwrap_or_default();
        let is_virtual = labels.get(VIRTUAL.0).is_some_and(|value| value == VIRTUAL.1);
        let is_pressed = |one: &&Condition| one.r#type.ends_with("Pressure") && one.status == "True";
        NodeSeen {
            name: self.metadata.name,
            is_ready,
            is_silent: ready.is_some_and(|one| one.status == "Unknown"),
            reason: if is_ready { String::new() } else { reason },
            age: age(ready, is_ready),
            pressures: conditions.iter().filter(is_pressed).map(|one| one.r#type.clone()).collect(),
            lacks_network,
            network_age: age(network, !lacks_network),
            kubelet: node_info.unwrap_or_default().kubelet_version,
            has_control_plane: labels.contains_key(CONTROL_PLANE),
            is_virtual,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_read_by_its_conditions() {
        let node: Node = serde_json::from_str(
            r#"{"metadata": {"name": "a", "labels": {"node-role.kubernetes.io/control-plane": ""}}, "status": {"conditions": [
                {"type": "Ready", "status": "Unknown", "reason": "NodeStatusUnknown", "lastTransitionTime": "2026-01-01T00:00:00Z"},
                {"type": "DiskPressure", "status": "True"}, {"type": "MemoryPressure", "status": "Unknown"},
                {"type": "NetworkUnavailable", "status": "True", "reason": null}], "nodeInfo": {"kubeletVersion": "v1.33.1"}}}"#,
        )
        .unwrap();
        let now = "2026-01-01T00:01:30Z".parse().unwrap();
        let seen = node.seen(now);
        let wanted = NodeSeen {
            name: "a".into(),
            is_ready: false,
            is_silent: true,
            reason: "NodeStatusUnknown".into(),
            age: Some(90),
            pressures: vec!["DiskPressure".into()],
            lacks_network: true,
            network_age: None,
            kubelet: "v1.33.1".into(),
            has_control_plane: true,
            is_virtual: false,
        };
        assert_eq!(seen, wanted);
        let of_type = |value: &str| {
            let node = serde_json::json!({"metadata": {"name": "c", "labels": {"type": value}}});
            serde_json::from_value::<Node>(node).unwrap().seen(now).is_virtual
        };
        assert_eq!(["virtual-kubelet", "gpu"].map(of_type), [true, false]);
        let bare: Node = serde_json::from_str(r#"{"metadata": {"name": "b"}}"#).unwrap();
        assert!(!bare.seen(now).is_ready, "a node of which nobody has heard is not ready");
    }
}
