//! What stands beside a mirror that has come, and keeps its clients from it all the same.

use super::{Stage, arrived, chain};
use crate::faults::stage::{MIRROR, ended};
use serde_json::json;
use testkit::world::mesh_shared;

/// What leads is a warning, and its command, which is typed, mends it.
#[track_caller]
fn leads_until_mended(stage: &Stage, check: &str, words: &str) {
    let doubtful = chain(stage, 0, &[]);
    assert_eq!(doubtful["outcome"], "doubtful", "{doubtful:#}");
    assert_eq!(doubtful["cause"]["check"], check, "{doubtful:#}");
    assert!(doubtful["cause"]["summary"].as_str().unwrap().contains(words), "{doubtful:#}");
    let command = doubtful["cause"]["remedy"]["command"].as_str().unwrap();
    let words: Vec<&str> = command.strip_prefix("kubectl ").unwrap().split(' ').collect();
    ended(&stage.kubectl().run(words), 0, &[]);
    let mended = chain(stage, 0, &[]);
    assert_eq!(mended["outcome"], "whole", "{mended:#}");
}

#[test]
fn a_mark_as_a_label_and_an_ingress_that_dials_endpoints_lead_until_they_are_mended() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "explain-beside");
    arrived(&stage);
    let namespace = stage.world.namespace();
    let words = ["--context", "apps", "label", "namespace", namespace, "linkerd.io/inject=enabled"];
    ended(&stage.kubectl().run(words), 0, &[]);
    leads_until_mended(&stage, "namespace-injection", "has linkerd.io/inject as a label");
    let backend = json!({ "service": { "name": MIRROR, "port": { "number": 5432 } } });
    let spec = json!({ "ingressClassName": "nginx", "defaultBackend": backend });
    let metadata = json!({ "name": "front" });
    let kind = "Ingress";
    stage.world.apply(
        "apps",
        json!({ "apiVersion": "networking.k8s.io/v1", "kind": kind, "metadata": metadata, "spec": spec }),
    );
    leads_until_mended(&stage, "client-ingress", "the Ingress front leads to");
}
