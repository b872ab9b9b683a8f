//! Nodes.
//!
//! The status is about one condition alone, since a node can be ready under pressure; that it takes no new
//! pods is a second word behind it. Roles are labels, by the keys of one convention and the values of an
//! older one.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::age;
use super::layout::{AGE, Heading, Layout, NAME, or};
use crate::object::{list, name, text};

pub(super) const LAYOUT: Layout = Layout {
    headings: &[
        NAME,
        Heading::text("Status", "Whether the node is ready, and whether it takes pods."),
        Heading::text("Roles", "What the node is for."),
        AGE,
        Heading::text("Version", "The version of the kubelet."),
        Heading::text("Internal-IP", "The address inside the network of the cluster.").wide(),
        Heading::text("External-IP", "The address for everybody else.").wide(),
        Heading::text("OS-Image", "The operating system.").wide(),
        Heading::text("Kernel-Version", "The kernel, and what it runs on.").wide(),
        Heading::text("Container-Runtime", "What runs the containers.").wide(),
    ],
    cells,
};

fn cells(node: &Value, now: Timestamp) -> Vec<Value> {
    let roles: Vec<_> = roles(node).into_iter().collect();
    let about = |way: &str| json!(or(text(node, way), "<unknown>"));
    vec![
        json!(name(node)),
        json!(status(node)),
        json!(or(&roles.join(","), "<none>")),
        json!(age::of(node, now)),
        json!(text(node, "/status/nodeInfo/kubeletVersion")),
        json!(address(node, "InternalIP")),
        json!(address(node, "ExternalIP")),
        about("/status/nodeInfo/osImage"),
        json!(kernel(node)),
        about("/status/nodeInfo/containerRuntimeVersion"),
    ]
}

fn status(node: &Value) -> String {
    let ready =
        list(node, "/status/conditions").iter().rfind(|condition| text(condition, "/type") == "Ready");
    let word = match ready.map(|condition| text(condition, "/status")) {
        None => "Unknown",
        Some("True") => "Ready",
        Some(_) => "NotReady",
    };
    let closed = node.pointer("/spec/unschedulable") == Some(&Value::Bool(true));
    if closed { format!("{word},SchedulingDisabled") } else { word.to_owned() }
}

/// By the newer labels, whose keys end with the role, and by the older one, whose value is it.
fn roles(node: &Value) -> BTreeSet<&str> {
    let labels = node.pointer("/metadata/labels").and_then(Value::as_object);
    let roles = labels.into_iter().flatten().filter_map(|(key, value)| role(key, value));
    roles.filter(|role| !role.is_empty()).collect()
}

fn role<'a>(key: &'a str, value: &'a Value) -> Option<&'a str> {
    let older = || value.as_str().filter(|_| key == "kubernetes.io/role");
    key.strip_prefix("node-role.kubernetes.io/").or_else(older)
}

fn address<'a>(node: &'a Value, kind: &str) -> &'a str {
    let mut addresses = list(node, "/status/addresses").iter();
    let found = addresses.find(|address| text(address, "/type") == kind);
    found.map_or("<none>", |address| text(address, "/address"))
}

fn kernel(node: &Value) -> String {
    let version = or(text(node, "/status/nodeInfo/kernelVersion"), "<unknown>");
    match text(node, "/status/nodeInfo/architecture") {
        "" => version.to_owned(),
        architecture => format!("{version} ({architecture})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(node: &Value) -> Value {
        json!(cells(node, "2026-01-10T00:00:00Z".parse().unwrap()))
    }

    #[test]
    fn a_node_shows_what_it_is_and_what_it_runs() {
        let labels =
            json!({ "node-role.kubernetes.io/control-plane": "", "kubernetes.io/role": "edge", "a": "b" });
        let info = json!({
            "kubeletVersion": "v1.36.3", "osImage": "Debian GNU/Linux 13", "kernelVersion": "6.12.1",
            "architecture": "arm64", "containerRuntimeVersion": "containerd://2.1.0",
        });
        let node = json!({
            "metadata": { "name": "node-1", "labels": labels, "creationTimestamp": "2026-01-01T00:00:00Z" },
            "status": {
                "conditions": [{ "type": "DiskPressure", "status": "False" }, { "type": "Ready", "status": "True" }],
                "addresses": [
                    { "type": "Hostname", "address": "node-1" },
                    { "type": "InternalIP", "address": "172.18.0.2" },
                ],
                "nodeInfo": info,
            },
        });
        let shown = json!(["node-1", "Ready", "control-plane,edge", "9d", "v1.36.3"]);
        let wide =
            json!(["172.18.0.2", "<none>", "Debian GNU/Linux 13", "6.12.1 (arm64)", "containerd://2.1.0"]);
        let row = row(&node);
        let (first, rest) = row.as_array().unwrap().split_at(5);
        assert_eq!((json!(first), json!(rest)), (shown, wide));
    }

    #[test]
    fn a_node_that_says_nothing_is_unknown() {
        let row = row(&json!({ "metadata": { "labels": { "node-role.kubernetes.io/": "" } } }));
        assert_eq!((&row[1], &row[2], &row[8]), (&json!("Unknown"), &json!("<none>"), &json!("<unknown>")));
    }

    #[test]
    fn a_node_can_be_ready_or_not_and_closed_in_both_cases() {
        for (ready, closed, expected) in [
            ("True", true, "Ready,SchedulingDisabled"),
            ("False", false, "NotReady"),
            ("Unknown", false, "NotReady"),
        ] {
            let node = json!({
                "spec": { "unschedulable": closed },
                "status": { "conditions": [{ "type": "Ready", "status": ready }] },
            });
            assert_eq!(status(&node), expected);
        }
    }
}
