//! What was right once, and what somebody has put in the way since.

use super::{Stage, arrived, chain, paste};
use crate::faults::stage::{MIRROR, ended};
use serde_json::{Value, json};
use testkit::world::mesh_shared;

/// A pod behind the Service, with a proxy. Beside it there is one without.
fn backend() -> Value {
    let container = |name: &str| json!({ "name": name, "image": "example.test/app:1" });
    let metadata = json!({ "name": "postgres-1", "labels": { "app": "postgres" } });
    let containers = [container("app"), container("linkerd-proxy")];
    json!({ "apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {
        "nodeName": "worker-1", "tolerations": [{ "operator": "Exists" }], "containers": containers } })
}

fn policy(api: &str, kind: &str, spec: &Value) -> Value {
    json!({ "apiVersion": api, "kind": kind, "metadata": { "name": "fence" }, "spec": spec })
}

#[track_caller]
fn leads(stage: &Stage, check: &str, words: &str) {
    let broken = chain(stage, 3, &[]);
    assert_eq!(broken["cause"]["check"], check, "{broken:#}");
    assert!(broken["cause"]["summary"].as_str().unwrap().contains(words), "{broken:#}");
    // Its command is one that can be pasted.
    paste(stage, &broken);
}

#[test]
fn a_network_policy_that_shuts_the_gateway_out_leads_until_it_lets_it_in() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "explain-fenced");
    arrived(&stage);
    stage.world.apply("infra", backend());
    let database = json!({ "matchLabels": { "app": "postgres" } });
    let ports = |port: &str| json!([{ "ports": [{ "port": port, "protocol": "TCP" }] }]);
    let from = |name: &str| json!({ "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": name } } });
    // The application's port alone, for which proxies have no use.
    let rule = json!({ "from": [from("linkerd-multicluster")], "ports": [{ "port": 5432 }] });
    let closed = json!({ "podSelector": database, "ingress": [rule] });
    stage.world.apply("infra", policy("networking.k8s.io/v1", "NetworkPolicy", &closed));
    ended(&stage.export(&[]), 3, &["from port 4143 of its pods"]);
    let despite = stage.export(&["--despite=backend-network-policy"]);
    ended(&despite, 0, &["warning", "from port 4143 of its pods (does not forbid it, by --despite)"]);
    let unknown = stage.export(&["--despite=backend-network-polcy"]);
    ended(&unknown, 2, &["backend-network-policy"]);
    leads(&stage, "backend-network-policy", "the NetworkPolicy fence blocks the gateway");
    // What it said to paste lets the gateway in, beside the policy that does not.
    assert_eq!(chain(&stage, 0, &[])["outcome"], "whole");
    // Policies of a Cilium that is not there are enforced by nobody.
    let rule = json!({ "fromEntities": ["host"], "toPorts": ports("5432") });
    let cilium = json!({ "endpointSelector": database, "ingress": [rule] });
    stage.world.apply("infra", policy("cilium.io/v2", "CiliumNetworkPolicy", &cilium));
    let words = ["--context", "infra", "-n", stage.world.namespace(), "delete", "networkpolicy", "--all"];
    ended(&stage.kubectl().run(words), 0, &[]);
    assert_eq!(chain(&stage, 0, &[])["outcome"], "whole");
}

#[test]
fn a_mirror_that_somebody_has_changed_leads_until_it_is_written_anew() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "explain-edited");
    arrived(&stage);
    assert_eq!(chain(&stage, 0, &[])["outcome"], "whole");
    let patch = r#"[{"op":"replace","path":"/spec/ports/0/port","value":5433}]"#;
    let words = [
        "--context",
        "apps",
        "-n",
        stage.world.namespace(),
        "patch",
        "svc",
        MIRROR,
        "--type=json",
        "-p",
        patch,
    ];
    ended(&stage.kubectl().run(words), 0, &[]);
    let verified = stage.kubectl().run(["mesh-export", "verify", "svc/postgres-rw"]);
    ended(&verified, 3, &["has the ports 5433/TCP, but the Service 5432/TCP: it was edited"]);
    leads(&stage, "mirror-edited", "it was edited");
    // What it said was run, and the mirror is as it was.
    stage.eventually("the mirror is written anew", || {
        stage.get("apps", "Service", MIRROR).is_some_and(|mirror| mirror["spec"]["ports"][0]["port"] == 5432)
    });
    assert_eq!(chain(&stage, 0, &[])["outcome"], "whole");
}
