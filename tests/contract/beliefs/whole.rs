//! Objects that are written whole, changed by operations, named by the server, and deleted by the lot: what controllers
//! and kubectl do beside the plugin.

use http::Method;
use serde_json::{Value, json};

use crate::room::{Room, names, text, until};

const JSON: &str = "application/json";
const OPERATIONS: &str = "application/json-patch+json";

async fn put(at: &Room, rest: &str, object: &Value) -> crate::door::Answer {
    at.admin.body(Method::PUT, &at.path(rest), (JSON, &object.to_string())).await
}

pub(crate) async fn a_put_replaces_what_is_there_and_counts_as_an_update(at: &Room) {
    let mut object = at.config_map("one", json!({ "a": "1" })).await;
    object["metadata"]["labels"] = json!({ "b": "2" });
    object["data"] = json!({ "key": "value" });
    let answer = put(at, "configmaps/one", &object).await.ok();
    assert_eq!(
        (&answer["metadata"]["labels"], &answer["data"]),
        (&json!({ "b": "2" }), &json!({ "key": "value" }))
    );
    assert_eq!(answer["metadata"]["uid"], object["metadata"]["uid"]);
    assert_ne!(answer["metadata"]["resourceVersion"], object["metadata"]["resourceVersion"]);
    assert_eq!(answer["metadata"]["managedFields"].as_array().unwrap().len(), 1, "one client, one operation");
}

pub(crate) async fn a_put_of_an_old_version_is_a_conflict(at: &Room) {
    let mut object = at.config_map("one", json!({})).await;
    at.admin.merge(&at.path("configmaps/one"), &json!({ "data": { "key": "other" } })).await.ok();
    object["data"] = json!({ "key": "mine" });
    let answer = put(at, "configmaps/one", &object).await;
    assert_eq!((answer.code, answer.refusal().1), (409, "Conflict"), "{}", answer.text);
    assert_eq!(at.read("configmaps/one").await["data"], json!({ "key": "other" }));
}

pub(crate) async fn a_put_of_another_name_is_a_bad_request(at: &Room) {
    let mut object = at.config_map("one", json!({})).await;
    object["metadata"]["name"] = "two".into();
    let answer = put(at, "configmaps/one", &object).await;
    let expected = "the name of the object (two) does not match the name on the URL (one)";
    assert_eq!(answer.refusal(), (400, "BadRequest", expected));
}

pub(crate) async fn what_is_there_already_cannot_be_made(at: &Room) {
    at.config_map("one", json!({})).await;
    let answer = at.admin.post(&at.path("configmaps"), &json!({ "metadata": { "name": "one" } })).await;
    assert_eq!(answer.refusal(), (409, "AlreadyExists", "configmaps \"one\" already exists"));
    assert_eq!(*answer.details(), json!({ "name": "one", "kind": "configmaps" }));
}

pub(crate) async fn a_generated_name_has_five_letters_after_its_beginning(at: &Room) {
    let object = json!({ "metadata": { "generateName": "web-" } });
    let [one, two] = [at.make("configmaps", object.clone()).await, at.make("configmaps", object).await];
    let [one, two] = [one, two].map(|made| text(&made["metadata"]["name"]));
    assert!(one.starts_with("web-") && one.len() == 9, "{one}");
    assert_ne!(one, two);
}

pub(crate) async fn operations_change_what_they_name_and_nothing_when_a_test_fails(at: &Room) {
    at.config_map("one", json!({ "a": "1" })).await;
    let path = at.path("configmaps/one");
    let operations = json!([
        { "op": "test", "path": "/metadata/labels/a", "value": "1" },
        { "op": "replace", "path": "/metadata/labels/a", "value": "2" },
        { "op": "add", "path": "/data", "value": { "key": "value" } },
    ]);
    let answer = at.admin.body(Method::PATCH, &path, (OPERATIONS, &operations.to_string())).await.ok();
    assert_eq!((&answer["metadata"]["labels"]["a"], &answer["data"]["key"]), (&json!("2"), &json!("value")));
    let answer = at.admin.body(Method::PATCH, &path, (OPERATIONS, &operations.to_string())).await;
    assert_eq!((answer.code, answer.refusal().1), (422, "Invalid"), "{}", answer.text);
    assert_eq!(at.read("configmaps/one").await["metadata"]["labels"]["a"], "2");
}

pub(crate) async fn a_collection_is_deleted_as_far_as_it_is_selected(at: &Room) {
    at.furnished().await;
    for (name, tier) in [("a", "front"), ("b", "front"), ("c", "back")] {
        at.config_map(name, json!({ "tier": tier })).await;
    }
    let answer = at.admin.delete(&at.path("configmaps?labelSelector=tier%3Dfront")).await.ok();
    assert_eq!(
        (text(&answer["kind"]), names(&answer)),
        ("ConfigMapList".into(), vec!["a".into(), "b".into()])
    );
    assert_eq!(names(&at.read("configmaps?labelSelector=tier").await), ["c"]);
}

pub(crate) async fn a_finalizer_holds_what_is_deleted_until_it_is_taken_off(at: &Room) {
    at.make("configmaps", json!({ "metadata": { "name": "held", "finalizers": ["example.test/hold"] } }))
        .await;
    let answer = at.admin.delete(&at.path("configmaps/held")).await.ok();
    assert!(answer["metadata"]["deletionTimestamp"].is_string(), "{answer}");
    let seen = at.read("configmaps/held").await;
    assert_eq!(seen["metadata"]["deletionGracePeriodSeconds"], 0);
    let again = at.admin.delete(&at.path("configmaps/held")).await.ok();
    assert_eq!(again["metadata"]["deletionTimestamp"], seen["metadata"]["deletionTimestamp"]);
    let patch = json!({ "metadata": { "finalizers": null } });
    let last = at.admin.merge(&at.path("configmaps/held"), &patch).await.ok();
    assert_eq!(last["metadata"]["uid"], seen["metadata"]["uid"], "the answer is what it was at last");
    assert_eq!(at.admin.get(&at.path("configmaps/held")).await.code, 404);
}

pub(crate) async fn events_are_selected_by_what_they_are_about(at: &Room) {
    let event = |name: &str, about: &str| {
        let object = json!({ "kind": "Service", "namespace": at.namespace, "name": about });
        json!({
            "metadata": { "generateName": name }, "involvedObject": object, "reason": "Mirrored",
            "message": "for a test", "type": "Normal", "source": { "component": "test" },
        })
    };
    at.make("events", event("one.", "one")).await;
    let made = at.make("events", event("two.", "two")).await;
    let [time, instance] = ["eventTime", "reportingInstance"].map(|field| made.get(field).cloned());
    assert_eq!(
        (time, instance),
        (Some(Value::Null), Some(json!(""))),
        "what is empty is written all the same"
    );
    let list = at.read("events?fieldSelector=involvedObject.name%3Dtwo,reason%3DMirrored").await;
    assert_eq!(names(&list), [text(&made["metadata"]["name"])]);
}

pub(crate) async fn a_pod_with_a_node_becomes_ready_and_its_service_has_its_address(at: &Room) {
    let spec = json!({ "selector": { "app": "web" }, "ports": [{ "port": 80, "targetPort": 8080 }] });
    at.make("services", json!({ "metadata": { "name": "web" }, "spec": spec })).await;
    let container = json!({ "name": "app", "image": "example.test/app:1" });
    let spec = json!({ "nodeName": "worker-1", "tolerations": [{ "operator": "Exists" }], "containers": [container] });
    at.make("pods", json!({ "metadata": { "name": "web-0", "labels": { "app": "web" } }, "spec": spec }))
        .await;
    until("the pod's address is in the endpoints", async || {
        at.read("endpoints/web").await["subsets"][0]["addresses"][0]["targetRef"]["name"] == "web-0"
    })
    .await;
    let pod = at.read("pods/web-0").await;
    let subset = at.read("endpoints/web").await["subsets"][0].clone();
    assert_eq!(
        (&subset["addresses"][0]["ip"], &subset["ports"][0]["port"]),
        (&pod["status"]["podIP"], &json!(8080))
    );
}
