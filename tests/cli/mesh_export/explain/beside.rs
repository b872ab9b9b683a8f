//! What stands beside a mirror that has come, and keeps its clients from it all the same.

use super::{Stage, arrived, chain, paste};
use crate::faults::stage::{MIRROR, ended};
use serde_json::{Value, json};
use testkit::proxy::{Answer, Fault, When};
use testkit::world::mesh_shared;

/// What leads is a warning, and its command, which is typed, mends it.
#[track_caller]
fn leads_until_mended(stage: &Stage, check: &str, words: &str) {
    let doubtful = chain(stage, 0, &[]);
    assert_eq!(doubtful["outcome"], "doubtful", "{doubtful:#}");
    assert_eq!(doubtful["cause"]["check"], check, "{doubtful:#}");
    assert!(doubtful["cause"]["summary"].as_str().unwrap().contains(words), "{doubtful:#}");
    paste(stage, &doubtful);
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
    leads_until_mended(&stage, "client-ingress", "the Ingress front routes to");
}

#[test]
fn clients_that_may_not_ask_dns_lead_until_they_may() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "explain-mute");
    arrived(&stage);
    let rule = json!({ "ports": [{ "protocol": "TCP" }] });
    let spec = json!({ "podSelector": {}, "policyTypes": ["Egress"], "egress": [rule] });
    let (api, kind) = ("networking.k8s.io/v1", "NetworkPolicy");
    let policy = json!({ "apiVersion": api, "kind": kind, "metadata": { "name": "mute" }, "spec": spec });
    stage.world.apply("apps", policy);
    leads_until_mended(&stage, "control-plane-network-policy", "from DNS (UDP port 53)");
}

#[test]
fn a_gateway_api_that_is_older_than_linkerd_leads_and_one_as_old_as_linkerd_does_not() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "explain-old-routes");
    arrived(&stage);
    let version = "gateway.networking.k8s.io/v1beta1";
    let served = json!({ "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version,
        "resources": [{ "name": "httproutes", "singularName": "httproute", "namespaced": true,
            "kind": "HTTPRoute", "verbs": ["get", "list"] }] });
    let answer = Fault::Answer(Answer::json(200, &served));
    stage.infra.on(When::every("GET", format!("/apis/{version}")), answer);
    // Where Linkerd is, its trust anchors would be missed.
    let anchors =
        json!({ "apiVersion": "v1", "kind": "ConfigMap", "data": { "ca-bundle.crt": stage.infra.ca_pem() } });
    let answer = Fault::Answer(Answer::json(200, &anchors));
    stage.infra.on(When::every("GET", "/configmaps/linkerd-identity-trust-roots"), answer);
    for (version, led) in [("stable-2.17.1", json!(null)), ("edge-26.8.3", json!("route-version"))] {
        let values = format!("linkerdVersion: {version}");
        let config = json!({ "apiVersion": "v1", "kind": "ConfigMap", "data": { "values": values } });
        let answer = Fault::Answer(Answer::json(200, &config));
        stage.infra.on(When::first("GET", "/configmaps/linkerd-config"), answer);
        let seen = chain(&stage, 0, &[]);
        assert_eq!(seen["cause"]["check"], led, "{version}: {seen:#}");
    }
}

#[test]
fn settings_of_cilium_that_no_agent_has_read_lead() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "explain-unread");
    arrived(&stage);
    let written = json!({ "manager": "helm", "operation": "Update", "apiVersion": "v1", "fieldsType": "FieldsV1",
        "time": "2026-01-01T00:00:00Z", "fieldsV1": { "f:data": {} } });
    let config = json!({ "apiVersion": "v1", "kind": "ConfigMap", "data": { "bpf-lb-sock-hostns-only": "true" },
        "metadata": { "name": "cilium-config", "namespace": "kube-system", "managedFields": [written] } });
    let answer = |object: &Value| Fault::Answer(Answer::json(200, object));
    stage.apps.on(When::every("GET", "/configmaps/cilium-config"), answer(&config));
    for (started, led) in
        [("2025-12-01T00:00:00Z", json!("cilium-restart")), ("2026-01-01T00:00:30Z", json!(null))]
    {
        let state = json!({ "name": "cilium-agent", "state": { "running": { "startedAt": started } } });
        let agent = json!({ "metadata": { "name": "cilium-x", "namespace": "kube-system" }, "spec": {},
            "status": { "phase": "Running", "containerStatuses": [state] } });
        let agents = json!({ "apiVersion": "v1", "kind": "PodList", "metadata": { "resourceVersion": "1" },
            "items": [agent] });
        stage.apps.on(When::first("GET", "/namespaces/kube-system/pods"), answer(&agents));
        let seen = chain(&stage, 0, &[]);
        assert_eq!(seen["cause"]["check"], led, "{started}: {seen:#}");
    }
}
