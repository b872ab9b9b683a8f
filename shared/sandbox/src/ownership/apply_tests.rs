//! What applies do, case by case, as real API servers have been seen to do it.

use serde_json::{Value, json};

use super::conflicts::Conflicts;
use super::{Schema, Writer, apply, update};

const THEN: &str = "2026-01-02T03:04:05Z";
const LATER: &str = "2026-02-02T03:04:05Z";

fn writer<'a>(manager: &'a str, now: &'a str) -> Writer<'a> {
    Writer { manager, api_version: "v1", subresource: None, now }
}

fn config(metadata: &Value) -> Value {
    let mut metadata = metadata.clone();
    metadata["name"] = "web".into();
    json!({"apiVersion": "v1", "kind": "Service", "metadata": metadata})
}

/// A Service that somebody else has made.
fn service(labels: &Value) -> Value {
    let mut object = config(&json!({"labels": labels, "uid": "u", "resourceVersion": "1"}));
    object["spec"] = json!({"ports": [{"port": 80, "protocol": "TCP"}]});
    object.as_object_mut().unwrap().retain(|name, _| name != "apiVersion" && name != "kind");
    update(None, object, &writer("admin", THEN), Schema::of("Service"))
}

fn attempt(live: &Value, manager: &str, labels: &Value) -> Result<Value, Conflicts> {
    let metadata = if labels.is_null() { json!({}) } else { json!({"labels": labels}) };
    apply(Some(live), &config(&metadata), &writer(manager, LATER), false, Schema::of("Service"))
}

fn applied(live: &Value, manager: &str, labels: &Value) -> Value {
    attempt(live, manager, labels).unwrap()
}

fn force(live: &Value, manager: &str, labels: &Value) -> Value {
    let config = config(&json!({"labels": labels}));
    apply(Some(live), &config, &writer(manager, LATER), true, Schema::of("Service")).unwrap()
}

fn merge_patched(live: &Value, manager: &str, labels: &Value) -> Value {
    let mut new = live.clone();
    new["metadata"]["labels"] = labels.clone();
    update(Some(live), new, &writer(manager, THEN), Schema::of("Service"))
}

fn owned(object: &Value, manager: &str) -> Option<Value> {
    let entries = object["metadata"]["managedFields"].as_array().unwrap();
    entries.iter().find(|entry| entry["manager"] == manager).map(|entry| entry["fieldsV1"].clone())
}

fn fields(labels: &Value) -> Value {
    json!({"f:metadata": {"f:labels": labels}})
}

fn labels(object: &Value) -> Value {
    object["metadata"]["labels"].clone()
}

#[test]
fn an_entry_lists_exactly_what_was_applied() {
    let object = applied(&service(&json!({"team": "blue"})), "flux", &json!({"a": "1", "x/b": "2"}));
    let expected = json!({
        "manager": "flux", "operation": "Apply", "apiVersion": "v1", "time": LATER, "fieldsType": "FieldsV1",
        "fieldsV1": {"f:metadata": {"f:labels": {"f:a": {}, "f:x/b": {}}}},
    });
    assert_eq!(object["metadata"]["managedFields"][0].to_string(), expected.to_string());
    assert_eq!(object.get("kind"), None);
}

#[test]
fn another_value_of_an_owned_label_is_a_conflict() {
    let object = applied(&service(&json!({})), "flux", &json!({"a": "1"}));
    let conflicts = attempt(&object, "me", &json!({"a": "2"})).unwrap_err();
    assert_eq!(
        conflicts.message(),
        "Apply failed with 1 conflict: conflict with \"flux\": .metadata.labels.a"
    );
}

#[test]
fn what_the_same_manager_has_patched_conflicts_too() {
    let object = merge_patched(&service(&json!({})), "me", &json!({"a": "1"}));
    let message = attempt(&object, "me", &json!({"a": "2"})).unwrap_err().message();
    let start = "Apply failed with 1 conflict: conflict with \"me\" using v1";
    assert!(message.starts_with(start) && message.ends_with(": .metadata.labels.a"), "{message}");
}

#[test]
fn force_takes_a_label_over_and_its_loser_keeps_the_rest() {
    let object = applied(&service(&json!({})), "one", &json!({"a": "1", "b": "1"}));
    let object = force(&object, "two", &json!({"a": "2"}));
    assert_eq!(labels(&object), json!({"a": "2", "b": "1"}));
    assert_eq!(owned(&object, "one"), Some(fields(&json!({"f:b": {}}))));
    assert_eq!(owned(&object, "two"), Some(fields(&json!({"f:a": {}}))));
}

#[test]
fn the_same_value_is_owned_by_both_and_stays_until_both_leave_it_out() {
    let one = applied(&service(&json!({})), "one", &json!({"a": "1"}));
    let both = applied(&one, "two", &json!({"a": "1"}));
    assert_ne!(one, both);
    assert_eq!(
        (owned(&both, "one"), owned(&both, "two")),
        (Some(fields(&json!({"f:a": {}}))), Some(fields(&json!({"f:a": {}}))))
    );
    let left = applied(&both, "one", &Value::Null);
    assert_eq!((labels(&left), owned(&left, "one")), (json!({"a": "1"}), None));
    assert_eq!(labels(&applied(&left, "two", &Value::Null)), Value::Null);
}

#[test]
fn what_its_only_owner_leaves_out_goes_and_what_is_not_its_own_stays() {
    let object = applied(&service(&json!({"team": "blue"})), "one", &json!({"a": "1", "b": "1"}));
    let object = applied(&object, "one", &json!({"b": "1"}));
    assert_eq!(labels(&object), json!({"team": "blue", "b": "1"}));
    let patched = merge_patched(&object, "two", &json!({"c": "1"}));
    assert_eq!(labels(&applied(&patched, "two", &json!({"d": "1"}))), json!({"c": "1", "d": "1"}));
}

#[test]
fn an_apply_of_nothing_leaves_neither_entry_nor_empty_map() {
    let object = applied(&service(&json!({})), "one", &json!({"a": "1"}));
    let object = applied(&object, "one", &Value::Null);
    assert_eq!((labels(&object), owned(&object, "one")), (Value::Null, None));
}

#[test]
fn an_empty_map_over_labels_owns_the_map_and_leaves_its_keys_free() {
    let object = applied(&service(&json!({"team": "blue"})), "one", &json!({"gone": "1"}));
    let object = applied(&object, "one", &json!({}));
    assert_eq!((owned(&object, "one"), labels(&object)), (Some(fields(&json!({}))), json!({"team": "blue"})));
    let object = applied(&object, "two", &json!({"a": "1"}));
    let object = applied(&object, "one", &Value::Null);
    assert_eq!((labels(&object), owned(&object, "one")), (json!({"team": "blue", "a": "1"}), None));
}

#[test]
fn an_empty_map_where_there_is_none_keeps_others_out() {
    let first =
        apply(None, &config(&json!({"labels": {}})), &writer("one", THEN), false, Schema::of("Service"));
    let object = first.unwrap();
    assert_eq!((labels(&object), &object["metadata"]["name"]), (Value::Null, &json!("web")));
    let conflicts = attempt(&object, "two", &json!({"a": "1"})).unwrap_err();
    assert_eq!(conflicts.message(), "Apply failed with 1 conflict: conflict with \"one\": .metadata.labels");
    assert_eq!(labels(&force(&object, "two", &json!({"a": "1"}))), json!({"a": "1"}));
}

#[test]
fn an_applied_null_is_an_empty_label() {
    assert_eq!(labels(&applied(&service(&json!({})), "one", &json!({"b": null}))), json!({"b": ""}));
}

#[test]
fn what_only_the_server_writes_is_neither_owned_nor_changed() {
    let live = service(&json!({}));
    let metadata =
        json!({"uid": "other", "resourceVersion": "9", "creationTimestamp": null, "labels": {"a": "1"}});
    let object =
        apply(Some(&live), &config(&metadata), &writer("one", LATER), false, Schema::of("Service")).unwrap();
    assert_eq!(
        (&object["metadata"]["uid"], &object["metadata"]["resourceVersion"]),
        (&json!("u"), &json!("1"))
    );
    assert_eq!(owned(&object, "one"), Some(fields(&json!({"f:a": {}}))));
}

#[test]
fn ports_are_applied_and_dropped_one_by_one() {
    let spec = |port: u16| {
        let mut config = config(&json!({}));
        config["spec"] = json!({"ports": [{"port": port, "name": format!("p{port}")}]});
        config
    };
    let schema = Schema::of("Service");
    let first = apply(None, &spec(80), &writer("one", THEN), false, schema).unwrap();
    let both = apply(Some(&first), &spec(81), &writer("two", THEN), false, schema).unwrap();
    let without = apply(Some(&both), &config(&json!({})), &writer("one", THEN), false, schema).unwrap();
    assert_eq!(both["spec"]["ports"].as_array().unwrap().len(), 2);
    assert_eq!(without["spec"], json!({"ports": [{"port": 81, "name": "p81"}]}));
}

#[test]
fn an_apply_of_the_status_is_about_the_status_only() {
    let live = json!({"metadata": {"name": "infra"}, "spec": {"a": 1}});
    let config = json!({"metadata": {"labels": {"a": "1"}}, "spec": {"a": 2}, "status": {"x": 1}});
    let status = Writer { subresource: Some("status"), ..writer("one", THEN) };
    let object = apply(Some(&live), &config, &status, false, Schema::of("Link")).unwrap();
    assert_eq!(
        (&object["spec"], &object["status"], labels(&object)),
        (&live["spec"], &json!({"x": 1}), Value::Null)
    );
    assert_eq!(owned(&object, "one"), Some(json!({"f:status": {"f:x": {}}})));
    let object = apply(Some(&object), &config, &writer("two", THEN), false, Schema::of("Link")).unwrap();
    assert_eq!(owned(&object, "two").unwrap().get("f:status"), None);
}
