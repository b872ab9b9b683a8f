//! Modes: through the gateway, on a flat network, federated, and from one to another.
#![expect(
    clippy::indexing_slicing,
    reason = "what the steps of these tests share may end a test at once, as a test may"
)]

mod federated;
mod flat;
mod fleet;

use crate::faults::stage::{MIRROR, Stage};
use serde_json::{Value, json};
use testkit::kubectl::Outcome;
use testkit::proxy::{Answer, CountingProxy, Fault, When};

/// What both clusters show of their pods: ranges that a Cilium with this native routing CIDR routes to, or not.
pub(crate) fn networks(stage: &Stage, [infra, apps]: [&str; 2], native: &str) {
    for (proxy, range) in [(&stage.infra, infra), (&stage.apps, apps)] {
        nodes(proxy, range);
        let data =
            json!({ "ipam": "kubernetes", "routing-mode": "native", "ipv4-native-routing-cidr": native });
        let metadata = json!({ "name": "cilium-config", "namespace": "kube-system" });
        let config = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data });
        proxy.on(When::every("GET", "/configmaps/cilium-config"), Fault::Answer(Answer::json(200, &config)));
    }
}

fn nodes(proxy: &CountingProxy, range: &str) {
    let node =
        json!({ "metadata": { "name": "worker-1" }, "spec": { "podCIDR": range, "podCIDRs": [range] } });
    let metadata = json!({ "resourceVersion": "1" });
    let list = json!({ "apiVersion": "v1", "kind": "NodeList", "metadata": metadata, "items": [node] });
    proxy.on(When::every("GET", "/api/v1/nodes"), Fault::Answer(Answer::json(200, &list)));
}

/// Networks that are shown to be one.
pub(crate) fn flat_network(stage: &Stage) {
    networks(stage, ["10.1.0.0/16", "10.2.0.0/16"], "10.0.0.0/8");
}

/// The uid and the labels of the mirror.
fn mirror(stage: &Stage) -> (Value, Value) {
    let found = stage.get("apps", "Service", MIRROR).unwrap_or_default();
    (found["metadata"]["uid"].clone(), found["metadata"]["labels"].clone())
}

fn mesh_export(stage: &Stage, words: &[&str]) -> Outcome {
    stage.kubectl().run(["mesh-export"].iter().chain(words))
}

/// What a run says of each mirror: its mode and its state.
fn told(outcome: &Outcome) -> Vec<(String, String)> {
    let report = outcome.json();
    let text = |row: &Value, field: &str| row[field].as_str().unwrap_or_default().to_owned();
    let rows = report["mirrors"].as_array().cloned().unwrap_or_default();
    rows.iter().map(|row| (text(row, "mode"), text(row, "state"))).collect()
}
