//! What updates do to the owners, case by case.

use serde_json::{Value, json};

use super::{Schema, Writer, apply, update};

fn writer(manager: &str) -> Writer<'_> {
    Writer { manager, api_version: "v1", subresource: None, now: "2026-01-02T03:04:05Z" }
}

fn later(manager: &str) -> Writer<'_> {
    Writer { now: "2027-01-01T00:00:00Z", ..writer(manager) }
}

fn updated(live: &Value, manager: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut new = live.clone();
    change(&mut new);
    update(Some(live), new, &later(manager), Schema::of("Service"))
}

fn service() -> Value {
    let object =
        json!({"metadata": {"name": "web", "labels": {"a": "1"}}, "spec": {"ports": [{"port": 80}]}});
    update(None, object, &writer("admin"), Schema::of("Service"))
}

fn managers(object: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let entries = object["metadata"]["managedFields"].as_array().unwrap();
    entries.iter().map(|entry| (text(&entry["manager"]), text(&entry["time"]))).collect()
}

#[test]
fn who_makes_an_object_owns_all_of_it() {
    let port = json!({".": {}, "f:port": {}});
    let expected = json!({
        "f:metadata": {"f:labels": {".": {}, "f:a": {}}},
        "f:spec": {"f:ports": {".": {}, r#"k:{"port":80,"protocol":"TCP"}"#: port}},
    });
    assert_eq!(service()["metadata"]["managedFields"][0]["fieldsV1"], expected);
}

#[test]
fn who_makes_a_deployment_owns_its_containers_but_not_the_structs_that_are_always_there() {
    let pod = json!({"metadata": {"labels": {"a": "1"}}, "spec": {"containers": [{"name": "m"}]}});
    let object = json!({"metadata": {"name": "web"}, "spec": {"template": pod}});
    let object = update(None, object, &writer("admin"), Schema::of("Deployment"));
    let containers = json!({r#"k:{"name":"m"}"#: {".": {}, "f:name": {}}});
    let labels = json!({"f:labels": {".": {}, "f:a": {}}});
    let expected =
        json!({"f:spec": {"f:template": {"f:metadata": labels, "f:spec": {"f:containers": containers}}}});
    assert_eq!(object["metadata"]["managedFields"][0]["fieldsV1"], expected);
}

#[test]
fn an_update_takes_an_applied_label_over_without_asking() {
    let config = json!({"metadata": {"labels": {"b": "1"}}});
    let live = apply(Some(&service()), &config, &writer("flux"), false, Schema::of("Service")).unwrap();
    let object = updated(&live, "me", |object| object["metadata"]["labels"]["b"] = "2".into());
    let names: Vec<_> = managers(&object).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["admin", "me"]);
}

#[test]
fn who_removes_owns_nothing_and_the_map_goes_with_its_last_label() {
    let object = updated(&service(), "me", |object| object["metadata"]["labels"] = json!({}));
    assert_eq!((object["metadata"].get("labels"), managers(&object).len()), (None, 1));
    assert_eq!(object["metadata"]["managedFields"][0]["fieldsV1"].get("f:metadata"), None);
}

#[test]
fn an_update_that_changes_nothing_changes_neither_times_nor_the_order_of_fields() {
    let object = updated(&service(), "admin", |object| {
        let name = object["metadata"].as_object_mut().unwrap().shift_remove("name").unwrap();
        object["metadata"]["name"] = name;
        object["metadata"]["annotations"] = json!({});
    });
    assert_eq!(object.to_string(), service().to_string());
}

#[test]
fn the_time_of_an_entry_is_when_its_manager_last_set_something() {
    let object = updated(&service(), "admin", |object| object["metadata"]["labels"]["a"] = "2".into());
    assert_eq!(managers(&object), [("admin".to_owned(), later("").now.to_owned())]);
    let object = updated(&service(), "me", |object| object["metadata"]["labels"]["a"] = "2".into());
    assert_eq!(managers(&object).first().unwrap().1, writer("").now);
}

#[test]
fn the_status_is_owned_through_its_subresource_only() {
    let live = update(
        None,
        json!({"metadata": {"name": "infra"}, "spec": {"a": 1}}),
        &writer("admin"),
        Schema::of("Link"),
    );
    let mut new = live.clone();
    new["status"] = json!({"mirrorServices": []});
    let plain = update(Some(&live), new.clone(), &later("mirror"), Schema::of("Link"));
    assert_eq!(plain["metadata"], live["metadata"]);
    let status = Writer { subresource: Some("status"), ..later("mirror") };
    let entry = update(Some(&live), new, &status, Schema::of("Link"))["metadata"]["managedFields"][1].clone();
    assert_eq!((&entry["subresource"], &entry["operation"]), (&json!("status"), &json!("Update")));
    assert_eq!(entry["fieldsV1"], json!({"f:status": {".": {}, "f:mirrorServices": {}}}));
}
