//! What clusters stand on: who runs on every node, who answers for APIs, and pools of addresses.

use serde_json::{Value, json};

use crate::room::Room;

/// Numbers that are none may be left out, but for those that a `DaemonSet` always has.
pub(crate) async fn a_daemon_set_counts_nodes_and_has_a_generation(at: &Room) {
    let labels = json!({ "app": "agent" });
    let containers = json!([{ "name": "agent", "image": "example.test/agent:1" }]);
    let template = json!({ "metadata": { "labels": labels }, "spec": { "containers": containers } });
    let object = json!({ "apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": { "name": "agent" },
        "spec": { "selector": { "matchLabels": labels }, "template": template } });
    at.admin.post(&at.path_of("apps/v1", "daemonsets"), &object).await.ok();
    let found = at.admin.get(&at.path_of("apps/v1", "daemonsets/agent")).await.ok();
    assert_eq!((&found["metadata"]["generation"], &found["kind"]), (&json!(1), &json!("DaemonSet")));
    assert_eq!(found["status"]["desiredNumberScheduled"], 0);
    assert_eq!(found["status"].get("numberUnavailable"), None);
}

/// A server that answers for all of its APIs itself may have none of them listed.
pub(crate) async fn apis_are_listed_with_who_answers_for_them(at: &Room) {
    let list = at.admin.get("/apis/apiregistration.k8s.io/v1/apiservices?limit=500").await.ok();
    assert_eq!(list["kind"], "APIServiceList");
    for api in list["items"].as_array().unwrap() {
        let service = api["spec"].get("service");
        assert!(service.is_none_or(|service| service["name"].is_string()), "{api}");
    }
}

/// Cilium serves them in two versions, and has kept them in the newer one since 1.18.
pub(crate) async fn a_pool_of_addresses_is_the_same_in_both_versions(at: &Room) {
    testkit::crds::ensure(at.admin.client(), &["cilium/ciliumloadbalancerippools.yaml"]).await;
    let path = |version: &str| format!("/apis/cilium.io/{version}/ciliumloadbalancerippools");
    let name = format!("of-{}", at.namespace);
    let spec = json!({ "blocks": [{ "cidr": "203.0.113.0/28" }], "disabled": true });
    let object = json!({ "apiVersion": "cilium.io/v2alpha1", "kind": "CiliumLoadBalancerIPPool",
        "metadata": { "name": name }, "spec": spec });
    at.admin.post(&path("v2alpha1"), &object).await.ok();
    for version in ["v2", "v2alpha1"] {
        let list = at.admin.get(&format!("{}?limit=500", path(version))).await.ok();
        let items = list["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        let own = items.iter().find(|item| item["metadata"]["name"] == *name);
        assert_eq!(own.map(|own| (&own["spec"], &own["metadata"]["namespace"])), Some((&spec, &Value::Null)));
    }
    at.admin.delete(&format!("{}/{name}", path("v2"))).await.ok();
}
