//! Endpoints: who makes them, what mirrors them, and when they go.

use serde_json::{Value, json};

use crate::room::{Room, text, until};

async fn by_hand(at: &Room, name: &str, subsets: Value) -> Value {
    let metadata =
        json!({ "name": name, "labels": { "of": "hand" }, "annotations": { "expects": "a gateway" } });
    at.make("endpoints", json!({ "metadata": metadata, "subsets": subsets })).await
}

fn one_address() -> Value {
    json!([{ "addresses": [{ "ip": "203.0.113.1" }], "ports": [{ "name": "http", "port": 8080 }] }])
}

async fn slices(at: &Room, service: &str) -> Vec<Value> {
    let query = format!("endpointslices?labelSelector=kubernetes.io%2Fservice-name%3D{service}");
    let list = at.admin.get(&at.path_of("discovery.k8s.io/v1", &query)).await.ok();
    list["items"].as_array().unwrap().clone()
}

async fn mirrored(at: &Room, service: &str) -> Value {
    until("the endpoints are mirrored", async || !slices(at, service).await.is_empty()).await;
    slices(at, service).await.remove(0)
}

pub(crate) async fn a_service_without_a_selector_has_no_endpoints_of_its_own(at: &Room) {
    at.service("plain", json!({})).await;
    let object = json!({ "metadata": { "name": "selecting" }, "spec": { "selector": { "app": "web" }, "ports": [{ "port": 80 }] } });
    at.make("services", object).await;
    // When the younger one has them, the controller has passed the older one by.
    until("the selecting one has endpoints", async || {
        at.admin.get(&at.path("endpoints/selecting")).await.code == 200
    })
    .await;
    assert_eq!(at.admin.get(&at.path("endpoints/plain")).await.code, 404);
    assert_eq!(slices(at, "plain").await, Vec::<Value>::new());
}

/// The labels of the Service come along, so a selector of exported Services also selects their Endpoints.
pub(crate) async fn endpoints_without_a_backend_have_the_labels_of_the_service_and_no_subsets(at: &Room) {
    let metadata = json!({ "name": "web", "labels": { "mirror.linkerd.io/exported": "true" } });
    at.make(
        "services",
        json!({ "metadata": metadata, "spec": { "selector": { "app": "none" }, "ports": [{ "port": 80 }] } }),
    )
    .await;
    until("the endpoints have come", async || at.admin.get(&at.path("endpoints/web")).await.code == 200)
        .await;
    let endpoints = at.read("endpoints/web").await;
    assert_eq!(endpoints.get("subsets"), None);
    assert_eq!(endpoints["metadata"]["labels"]["mirror.linkerd.io/exported"], "true");
    assert_eq!(endpoints["metadata"]["labels"]["endpoints.kubernetes.io/managed-by"], "endpoint-controller");
}

pub(crate) async fn endpoints_made_by_hand_are_mirrored_into_a_slice(at: &Room) {
    at.service("web", json!({})).await;
    let made = by_hand(at, "web", one_address()).await;
    let slice = mirrored(at, "web").await;
    assert_eq!(
        slice["endpoints"],
        json!([{ "addresses": ["203.0.113.1"], "conditions": { "ready": true } }])
    );
    assert_eq!(slice["ports"], json!([{ "name": "http", "protocol": "TCP", "port": 8080 }]));
    let expected = json!({
        "endpointslice.kubernetes.io/managed-by": "endpointslicemirroring-controller.k8s.io",
        "kubernetes.io/service-name": "web", "of": "hand",
    });
    assert_eq!(slice["metadata"]["labels"], expected);
    assert_eq!(slice["metadata"]["annotations"]["expects"], "a gateway");
    let owner = &slice["metadata"]["ownerReferences"][0];
    assert_eq!((text(&owner["kind"]), &owner["uid"]), ("Endpoints".into(), &made["metadata"]["uid"]));
}

pub(crate) async fn endpoints_without_a_service_are_not_mirrored_until_it_comes(at: &Room) {
    by_hand(at, "late", one_address()).await;
    at.service("other", json!({})).await;
    by_hand(at, "other", one_address()).await;
    mirrored(at, "other").await;
    assert_eq!(slices(at, "late").await, Vec::<Value>::new());
    at.service("late", json!({})).await;
    mirrored(at, "late").await;
}

pub(crate) async fn a_deleted_service_takes_its_endpoints_and_slices_along(at: &Room) {
    at.service("web", json!({})).await;
    by_hand(at, "web", one_address()).await;
    mirrored(at, "web").await;
    at.admin.delete(&at.path("services/web")).await.ok();
    until("the endpoints are gone", async || at.admin.get(&at.path("endpoints/web")).await.code == 404).await;
    until("the slices are gone", async || slices(at, "web").await.is_empty()).await;
}

pub(crate) async fn a_loopback_address_is_refused(at: &Room) {
    let subsets = json!([{ "addresses": [{ "ip": "127.0.0.1" }], "ports": [{ "port": 80 }] }]);
    let object = json!({ "metadata": { "name": "web" }, "subsets": subsets });
    let answer = at.admin.post(&at.path("endpoints"), &object).await;
    let words = "Invalid value: \"127.0.0.1\": may not be in the loopback range (127.0.0.0/8, ::1/128)";
    assert_eq!(
        (answer.code, answer.cause()),
        (422, ("FieldValueInvalid", words, "subsets[0].addresses[0].ip"))
    );
}

pub(crate) async fn empty_subsets_are_not_kept(at: &Room) {
    let made = by_hand(at, "web", json!([])).await;
    assert_eq!(made.get("subsets"), None);
    assert_eq!(at.read("endpoints/web").await.get("subsets"), None);
}

/// kubectl would print it, once for every request.
pub(crate) async fn every_answer_about_endpoints_warns_of_their_age(at: &Room) {
    let warning = "299 - \"v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\"";
    for path in [at.path("endpoints"), at.path("endpoints/none"), "/api/v1/endpoints?limit=1".to_owned()] {
        let answer = at.admin.get(&path).await;
        assert_eq!(answer.headers.get("warning").unwrap(), warning, "{path}");
    }
    assert_eq!(at.admin.get(&at.path("services")).await.headers.get("warning"), None);
}

pub(crate) async fn an_alias_has_no_address_and_no_endpoints(at: &Room) {
    let spec = json!({ "type": "ExternalName", "externalName": "db.example" });
    let alias = at.make("services", json!({ "metadata": { "name": "alias" }, "spec": spec })).await;
    assert_eq!((alias["spec"].get("clusterIP"), alias["spec"].get("ports")), (None, None));
    assert_eq!(at.admin.get(&at.path("endpoints/alias")).await.code, 404);
}
