//! Places: which methods they take, and what is at none of them.

use http::Method;
use serde_json::{Value, json};

use crate::{
    door::{Answer, MERGE},
    room::{Room, text},
};

const NO_RESOURCE: (u16, &str, &str) = (404, "NotFound", "the server could not find the requested resource");

async fn knock(at: &Room, method: &Method, path: &str) -> Answer {
    let kind = if *method == Method::PATCH { MERGE } else { "application/json" };
    let body = json!({ "metadata": { "name": "one" } }).to_string();
    at.admin.body(method.clone(), path, (kind, &body)).await
}

pub(crate) async fn a_method_that_a_place_does_not_take_is_not_allowed(at: &Room) {
    at.service("one", json!({})).await;
    let expected = "the server does not allow this method on the requested resource";
    for (method, path) in [
        (Method::PUT, at.path("services")),
        (Method::PATCH, at.path("services")),
        (Method::POST, at.path("services/one")),
        (Method::POST, at.path("services/one/status")),
        (Method::DELETE, at.path("services/one/status")),
        (Method::POST, "/api/v1/services".to_owned()),
        (Method::DELETE, "/api/v1/services?dryRun=All".to_owned()),
        (Method::PUT, "/api/v1/namespaces".to_owned()),
        (Method::GET, at.path("serviceaccounts/default/token")),
        (Method::GET, "/apis/authentication.k8s.io/v1/selfsubjectreviews".to_owned()),
    ] {
        let answer = knock(at, &method, &path).await;
        assert_eq!(answer.refusal(), (405, "MethodNotAllowed", expected), "{method} {path}");
    }
    assert_eq!(at.admin.get(&at.path("services/one")).await.code, 200);
}

/// The generic part of the server has words of its own.
pub(crate) async fn a_status_of_a_custom_resource_is_neither_made_nor_deleted(at: &Room) {
    super::link::make(at, "one").await;
    for (method, verb) in [(Method::POST, "create"), (Method::DELETE, "delete")] {
        let path = at.path_of("multicluster.linkerd.io/v1alpha3", "links/one/status");
        let answer = knock(at, &method, &path).await;
        let expected =
            format!("{verb} is not supported on resources of kind \"links.multicluster.linkerd.io\"");
        assert_eq!(answer.refusal(), (405, "MethodNotAllowed", expected.as_str()));
    }
}

pub(crate) async fn a_kind_of_the_cluster_is_in_no_namespace(at: &Room) {
    for path in [at.path("nodes"), at.path("nodes/one"), at.path("namespaces")] {
        assert_eq!(at.admin.get(&path).await.refusal(), NO_RESOURCE, "{path}");
    }
}

pub(crate) async fn an_object_of_a_namespace_is_not_at_the_place_of_all_namespaces(at: &Room) {
    for method in [Method::GET, Method::PATCH, Method::DELETE] {
        assert_eq!(knock(at, &method, "/api/v1/services/one").await.refusal(), NO_RESOURCE, "{method}");
    }
}

/// The dry run is for a server that would do it.
pub(crate) async fn namespaces_are_not_deleted_by_the_lot(at: &Room) {
    let answer = at.admin.delete("/api/v1/namespaces?dryRun=All").await;
    let expected = "the server does not allow this method on the requested resource";
    assert_eq!(answer.refusal(), (405, "MethodNotAllowed", expected));
    let list = at.admin.get("/api/v1").await.ok();
    let resources = list["resources"].as_array().unwrap();
    let namespaces = resources.iter().find(|one| one["name"] == "namespaces").unwrap();
    let mut verbs: Vec<_> = namespaces["verbs"].as_array().unwrap().iter().map(text).collect();
    verbs.sort();
    assert_eq!(verbs, ["create", "delete", "get", "list", "patch", "update", "watch"]);
}

pub(crate) async fn some_namespaces_cannot_be_deleted(at: &Room) {
    for name in ["default", "kube-public", "kube-system"] {
        let answer = at.admin.delete(&format!("/api/v1/namespaces/{name}?dryRun=All")).await;
        let expected = format!("namespaces \"{name}\" is forbidden: this namespace may not be deleted");
        assert_eq!(answer.refusal(), (403, "Forbidden", expected.as_str()));
    }
}

/// The fields that the server has an index of, beside the usual ones.
pub(crate) async fn nodes_pods_and_events_are_selected_by_what_they_do(at: &Room) {
    let container = json!({ "name": "app", "image": "example.test/app:1" });
    let spec = json!({ "containers": [container] });
    at.make("serviceaccounts", json!({ "metadata": { "name": "runner" } })).await;
    at.furnished().await;
    crate::room::until("the pod is let in", async || {
        let pod = json!({ "metadata": { "name": "one" }, "spec": spec });
        matches!(at.admin.post(&at.path("pods"), &pod).await.code, 201 | 409)
    })
    .await;
    let about = json!({ "kind": "Service", "namespace": at.namespace, "name": "web" });
    let event = json!({
        "metadata": { "name": "one" }, "involvedObject": about, "reason": "Tried", "message": "for a test",
        "type": "Normal", "source": { "component": "test" },
    });
    at.make("events", event).await;
    for (rest, expected) in [
        ("pods?fieldSelector=spec.hostNetwork%3Dfalse,spec.schedulerName%3Ddefault-scheduler", 1),
        ("pods?fieldSelector=spec.hostNetwork%3Dtrue", 0),
        ("events?fieldSelector=source%3Dtest,reportingComponent%3D", 1),
        ("events?fieldSelector=source%3Dother", 0),
    ] {
        let list = at.read(rest).await;
        assert_eq!(list["items"].as_array().map(Vec::len), Some(expected), "{rest} {list}");
    }
    let nodes = at.admin.get("/api/v1/nodes?fieldSelector=spec.unschedulable%3Dtrue").await.ok();
    assert_eq!(nodes["items"], Value::Array(Vec::new()));
}

/// Both fields say the first range; the second one has all.
pub(crate) async fn a_node_says_the_ranges_of_its_pods(at: &Room) {
    let (name, ranges) = (format!("node-of-{}", at.namespace), json!(["10.99.1.0/24", "fd99:1::/64"]));
    let spec = json!({ "podCIDR": ranges[0], "podCIDRs": ranges });
    let node = json!({ "metadata": { "name": name }, "spec": spec });
    assert_eq!(at.admin.post("/api/v1/nodes", &node).await.code, 201);
    let list = at.admin.get("/api/v1/nodes?limit=500").await.ok();
    let found = list["items"].as_array().unwrap().iter().find(|one| text(&one["metadata"]["name"]) == name);
    let found = &found.unwrap()["spec"];
    assert_eq!((&found["podCIDR"], &found["podCIDRs"]), (&ranges[0], &ranges));
    assert_eq!(at.admin.delete(&format!("/api/v1/nodes/{name}")).await.code, 200);
}
