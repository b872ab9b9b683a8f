//! Server-side apply: who owns a label, who may change it, and who takes it away.

use serde_json::{Value, json};

use crate::{
    door::Answer,
    room::{Room, bare, text},
};

/// What Flux puts on everything that it applies.
const FLUX: &str = "kustomize.toolkit.fluxcd.io/name";

async fn apply(at: &Room, manager: &str, labels: Value) -> Answer {
    let metadata = if labels == Value::Null { json!({}) } else { json!({ "labels": labels }) };
    at.admin.apply(&at.path(&format!("services/web?fieldManager={manager}")), &bare("web", &metadata)).await
}

/// What these managers own among the metadata, by manager and operation.
fn owned(object: &Value, manager: &str) -> Option<Value> {
    let entries = object["metadata"]["managedFields"].as_array().unwrap();
    let entry = entries.iter().find(|entry| entry["manager"] == manager)?;
    Some(entry["fieldsV1"]["f:metadata"].clone())
}

fn labels(object: &Value) -> Value {
    object["metadata"]["labels"].clone()
}

pub(crate) async fn an_entry_lists_exactly_the_labels_of_the_apply(at: &Room) {
    at.service("web", json!({ "team": "blue" })).await;
    let object = apply(at, "flux", json!({ FLUX: "shop", "a": "1" })).await.ok();
    let entries = object["metadata"]["managedFields"].as_array().unwrap();
    let entry = entries.iter().find(|entry| entry["manager"] == "flux").unwrap();
    assert_eq!(
        (text(&entry["operation"]), text(&entry["apiVersion"]), text(&entry["fieldsType"])),
        ("Apply".into(), "v1".into(), "FieldsV1".into())
    );
    let expected = json!({ "f:metadata": { "f:labels": { "f:a": {}, format!("f:{FLUX}"): {} } } });
    assert_eq!(entry["fieldsV1"], expected);
    assert_eq!(entry["subresource"], Value::Null);
}

pub(crate) async fn a_conflict_names_the_other_manager_and_the_field(at: &Room) {
    at.service("web", json!({})).await;
    apply(at, "flux", json!({ FLUX: "shop" })).await.ok();
    let answer = apply(at, "me", json!({ FLUX: "mine" })).await;
    let expected = format!("Apply failed with 1 conflict: conflict with \"flux\": .metadata.labels.{FLUX}");
    assert_eq!(answer.refusal(), (409, "Conflict", expected.as_str()));
    let field = format!(".metadata.labels.{FLUX}");
    assert_eq!(answer.cause(), ("FieldManagerConflict", "conflict with \"flux\"", field.as_str()));
    assert_eq!(labels(&at.read("services/web").await), json!({ FLUX: "shop" }));
}

pub(crate) async fn a_conflict_with_a_merge_patch_names_its_client_and_its_version(at: &Room) {
    at.service("web", json!({})).await;
    let patch = json!({ "metadata": { "labels": { "a": "1" } } });
    at.admin.merge(&at.path("services/web?fieldManager=kubectl-label"), &patch).await.ok();
    let answer = apply(at, "me", json!({ "a": "2" })).await;
    let (code, _, message) = answer.refusal();
    assert_eq!(code, 409);
    let start = "Apply failed with 1 conflict: conflict with \"kubectl-label\" using v1";
    assert!(message.starts_with(start) && message.ends_with(": .metadata.labels.a"), "{message}");
}

pub(crate) async fn several_conflicts_are_counted_and_each_is_a_cause(at: &Room) {
    at.service("web", json!({})).await;
    apply(at, "one", json!({ "a": "1" })).await.ok();
    apply(at, "two", json!({ "b": "1" })).await.ok();
    let answer = apply(at, "me", json!({ "a": "2", "b": "2" })).await;
    assert!(answer.refusal().2.starts_with("Apply failed with 2 conflicts: conflict"), "{}", answer.text);
    let causes = answer.details()["causes"].as_array().unwrap();
    let mut seen: Vec<_> =
        causes.iter().map(|cause| (text(&cause["message"]), text(&cause["field"]))).collect();
    seen.sort();
    let cause = |manager: &str, key: &str| {
        (format!("conflict with \"{manager}\""), format!(".metadata.labels.{key}"))
    };
    assert_eq!(seen, [cause("one", "a"), cause("two", "b")]);
}

pub(crate) async fn force_takes_the_field_over_and_its_loser_keeps_the_rest(at: &Room) {
    at.service("web", json!({})).await;
    apply(at, "one", json!({ "a": "1", "b": "1" })).await.ok();
    let object = apply(at, "two&force=true", json!({ "a": "2" })).await.ok();
    assert_eq!(labels(&object), json!({ "a": "2", "b": "1" }));
    assert_eq!(owned(&object, "one"), Some(json!({ "f:labels": { "f:b": {} } })));
    assert_eq!(owned(&object, "two"), Some(json!({ "f:labels": { "f:a": {} } })));
    let back = apply(at, "one", json!({ "a": "1", "b": "1" })).await;
    assert_eq!(back.cause(), ("FieldManagerConflict", "conflict with \"two\"", ".metadata.labels.a"));
}

pub(crate) async fn the_same_value_of_two_managers_is_owned_by_both(at: &Room) {
    at.service("web", json!({})).await;
    let first = apply(at, "one", json!({ "a": "1" })).await.ok();
    let second = apply(at, "two", json!({ "a": "1" })).await.ok();
    for manager in ["one", "two"] {
        assert_eq!(owned(&second, manager), Some(json!({ "f:labels": { "f:a": {} } })), "{manager}");
    }
    let version = |object: &Value| text(&object["metadata"]["resourceVersion"]);
    assert_ne!(version(&first), version(&second), "a new owner is a change, although nothing else is");
}

pub(crate) async fn what_its_only_owner_leaves_out_is_removed(at: &Room) {
    at.service("web", json!({ "team": "blue" })).await;
    apply(at, "one", json!({ "a": "1", "b": "1" })).await.ok();
    let object = apply(at, "one", json!({ "b": "1" })).await.ok();
    assert_eq!(labels(&object), json!({ "team": "blue", "b": "1" }));
    assert_eq!(owned(&object, "one"), Some(json!({ "f:labels": { "f:b": {} } })));
}

pub(crate) async fn what_another_owns_too_stays_when_it_is_left_out(at: &Room) {
    at.service("web", json!({})).await;
    apply(at, "one", json!({ "a": "1" })).await.ok();
    apply(at, "two", json!({ "a": "1" })).await.ok();
    let object = apply(at, "one", Value::Null).await.ok();
    assert_eq!(labels(&object), json!({ "a": "1" }));
    assert_eq!((owned(&object, "one"), owned(&object, "two").is_some()), (None, true));
}

/// A label that was set by a merge patch of the same name is not this manager's: that was another operation.
pub(crate) async fn what_a_merge_patch_of_the_same_manager_set_is_not_removed_by_leaving_it_out(at: &Room) {
    at.service("web", json!({})).await;
    let patch = json!({ "metadata": { "labels": { "a": "1" } } });
    at.admin.merge(&at.path("services/web?fieldManager=one"), &patch).await.ok();
    let object = apply(at, "one", json!({ "b": "1" })).await.ok();
    assert_eq!(labels(&object), json!({ "a": "1", "b": "1" }));
}

pub(crate) async fn an_apply_of_nothing_leaves_no_entry(at: &Room) {
    at.service("web", json!({})).await;
    apply(at, "one", json!({ "a": "1" })).await.ok();
    let object = apply(at, "one", Value::Null).await.ok();
    assert_eq!((labels(&object), owned(&object, "one")), (Value::Null, None));
}

/// Why the plugin leaves the map out when it has no labels to list.
pub(crate) async fn an_applied_empty_map_owns_the_map_itself_until_nothing_is_applied(at: &Room) {
    at.service("web", json!({ "team": "blue" })).await;
    for empty in [json!({}), json!({ "gone": "1" })] {
        apply(at, "one", empty).await.ok();
    }
    let object = apply(at, "one", json!({})).await.ok();
    assert_eq!(owned(&object, "one"), Some(json!({ "f:labels": {} })));
    assert_eq!(labels(&object), json!({ "team": "blue" }));
    let other = apply(at, "two", json!({ "a": "1" })).await;
    assert_eq!(other.code, 200, "the keys of the map are free all the same: {}", other.text);
    let object = apply(at, "one", Value::Null).await.ok();
    assert_eq!((labels(&object), owned(&object, "one")), (json!({ "team": "blue", "a": "1" }), None));
}

/// Then the first label of another manager would change what the owner of the map said: that there is none.
pub(crate) async fn an_empty_map_on_an_object_without_labels_keeps_others_out(at: &Room) {
    at.admin
        .apply(&at.path("services/web?fieldManager=one"), &with_ports(&json!({ "labels": {} })))
        .await
        .ok();
    let answer = apply(at, "two", json!({ "a": "1" })).await;
    let expected = "Apply failed with 1 conflict: conflict with \"one\": .metadata.labels";
    assert_eq!(answer.refusal(), (409, "Conflict", expected));
    let forced = at.path("services/web?fieldManager=two&force=true");
    let object = at.admin.apply(&forced, &bare("web", &json!({ "labels": { "a": "1" } }))).await.ok();
    assert_eq!(labels(&object), json!({ "a": "1" }));
}

/// A Service that can be made by an apply alone.
fn with_ports(metadata: &Value) -> Value {
    let mut object = bare("web", metadata);
    object["spec"] = json!({ "ports": [{ "port": 80 }] });
    object
}

/// Unlike in a merge patch, where null removes.
pub(crate) async fn an_applied_null_is_an_empty_value(at: &Room) {
    at.service("web", json!({ "a": "1" })).await;
    let object = apply(at, "one", json!({ "b": null })).await.ok();
    assert_eq!(labels(&object), json!({ "a": "1", "b": "" }));
}

pub(crate) async fn a_manager_has_a_name_of_at_most_128_bytes(at: &Room) {
    at.service("web", json!({})).await;
    assert_eq!(apply(at, &"m".repeat(128), json!({ "a": "1" })).await.code, 200);
    let answer = apply(at, &"m".repeat(129), json!({ "a": "1" })).await;
    let expected = ("FieldValueTooLong", "Too long: may not be more than 128 bytes", "fieldManager");
    assert_eq!((answer.code, answer.cause()), (422, expected));
}
