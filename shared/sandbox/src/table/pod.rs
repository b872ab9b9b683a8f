//! Pods.
//!
//! The phase of a pod says little about its containers, so the status here is a word that the server makes
//! up from all of them. How it does that is in `state`; this is the row around it.

mod containers;
mod state;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::age;
use super::layout::{AGE, Heading, Layout, NAME, or};
use crate::object::{list, name, text};

pub(super) const LAYOUT: Layout = Layout {
    headings: &[
        NAME,
        Heading::text("Ready", "How many containers are ready, of how many that should be."),
        Heading::text("Status", "What the pod is doing, or what keeps it from that."),
        Heading::text("Restarts", "How many times containers have been restarted, and when last."),
        AGE,
        Heading::text("IP", "The address of the pod.").wide(),
        Heading::text("Node", "The node the pod runs on.").wide(),
        Heading::text("Nominated Node", "The node that is making room for the pod.").wide(),
        Heading::text("Readiness Gates", "How many gates are open, of how many.").wide(),
    ],
    cells,
};

fn cells(pod: &Value, now: Timestamp) -> Vec<Value> {
    let summary = state::Summary::of(pod);
    let address = or(text(pod, "/status/podIPs/0/ip"), text(pod, "/status/podIP"));
    vec![
        json!(name(pod)),
        json!(format!("{}/{}", summary.ready, summary.containers)),
        json!(summary.word),
        json!(summary.restarts.print(now)),
        json!(age::of(pod, now)),
        json!(or(address, "<none>")),
        json!(or(text(pod, "/spec/nodeName"), "<none>")),
        json!(or(text(pod, "/status/nominatedNodeName"), "<none>")),
        json!(gates(pod)),
    ]
}

fn gates(pod: &Value) -> String {
    let gates = list(pod, "/spec/readinessGates");
    if gates.is_empty() {
        return "<none>".to_owned();
    }
    let open = gates.iter().filter(|gate| state::condition(pod, text(gate, "/conditionType")) == "True");
    format!("{}/{}", open.count(), gates.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(pod: &Value) -> Value {
        json!(cells(pod, "2026-01-01T00:10:00Z".parse().unwrap()))
    }

    #[test]
    fn a_running_pod_shows_its_readiness_its_restarts_and_where_it_is() {
        let ended = json!({ "terminated": { "exitCode": 1, "finishedAt": "2026-01-01T00:07:30Z" } });
        let status =
            json!({ "ready": true, "restartCount": 3, "state": { "running": {} }, "lastState": ended });
        let pod = json!({
            "metadata": { "name": "web-1", "creationTimestamp": "2026-01-01T00:00:00Z" },
            "spec": { "containers": [{ "name": "web" }], "nodeName": "node-1" },
            "status": { "phase": "Running", "podIPs": [{ "ip": "10.244.0.7" }], "containerStatuses": [status] },
        });
        let expected = json!([
            "web-1",
            "1/1",
            "Running",
            "3 (2m30s ago)",
            "10m",
            "10.244.0.7",
            "node-1",
            "<none>",
            "<none>"
        ]);
        assert_eq!(row(&pod), expected);
    }

    #[test]
    fn a_new_pod_waits_for_a_node() {
        let pod = json!({ "spec": { "containers": [{}, {}] }, "status": { "phase": "Pending" } });
        let row = row(&pod);
        assert_eq!((&row[1], &row[2], &row[3]), (&json!("0/2"), &json!("Pending"), &json!("0")));
        assert_eq!((&row[5], &row[6]), (&json!("<none>"), &json!("<none>")));
    }

    #[test]
    fn gates_are_open_when_their_condition_is_true() {
        let pod = json!({
            "spec": { "readinessGates": (["a", "b", "c"].map(|kind| json!({ "conditionType": kind }))) },
            "status": { "conditions": [{ "type": "a", "status": "True" }, { "type": "b", "status": "False" }] },
        });
        assert_eq!(gates(&pod), "1/3");
    }
}
