//! Server-side apply: what it makes, refuses and leaves alone. Who owns what is in `owner`.

use http::Method;
use serde_json::{Value, json};

use crate::{
    door::{APPLY, Answer},
    room::{Room, bare, service, text},
};

/// Applies metadata and nothing else to `services/web`.
async fn apply(at: &Room, query: &str, metadata: Value) -> Answer {
    at.admin.apply(&at.path(&format!("services/web?{query}")), &bare("web", &metadata)).await
}

fn version(object: &Value) -> String {
    text(&object["metadata"]["resourceVersion"])
}

pub(crate) async fn an_apply_makes_what_is_not_there(at: &Room) {
    let path = at.path("services/web?fieldManager=one");
    let made = at.admin.apply(&path, &service("web", &json!({ "labels": { "a": "1" } }))).await;
    assert_eq!((made.code, &made.body["metadata"]["labels"]), (201, &json!({ "a": "1" })));
    assert_eq!(at.read("services/web").await["spec"]["ports"][0]["port"], 80);
}

/// Why the plugin's labels carry the uid: without it, a Service that is gone would come back without its ports.
pub(crate) async fn an_apply_with_a_uid_makes_nothing(at: &Room) {
    let uid = "00000000-0000-4000-8000-000000000000";
    let answer = apply(at, "fieldManager=one", json!({ "uid": uid })).await;
    let expected = format!(
        "Operation cannot be fulfilled on services \"web\": uid mismatch: the provided object specified uid {uid}, \
         and no existing object was found"
    );
    assert_eq!(answer.refusal(), (409, "Conflict", expected.as_str()));
    assert_eq!(*answer.details(), json!({ "name": "web", "kind": "services" }));
    assert_eq!(at.admin.get(&at.path("services/web")).await.code, 404);
}

/// Not a conflict: a Service that was made anew refuses the old uid as an invalid change.
pub(crate) async fn an_apply_with_the_uid_of_a_predecessor_is_invalid_and_no_conflict(at: &Room) {
    let old = at.service("web", json!({})).await;
    at.admin.delete(&at.path("services/web")).await.ok();
    at.service("web", json!({})).await;
    let uid = text(&old["metadata"]["uid"]);
    let answer = apply(at, "fieldManager=one", json!({ "uid": uid, "labels": { "a": "1" } })).await;
    let expected =
        format!("Service \"web\" is invalid: metadata.uid: Invalid value: \"{uid}\": field is immutable");
    assert_eq!(answer.refusal(), (422, "Invalid", expected.as_str()));
    assert_eq!(answer.cause().2, "metadata.uid");
    assert_eq!(at.read("services/web").await["metadata"]["labels"], Value::Null);
}

pub(crate) async fn an_apply_with_the_right_uid_changes_labels_and_keeps_those_of_others(at: &Room) {
    let made = at.service("web", json!({ "team": "blue" })).await;
    let metadata = json!({ "uid": made["metadata"]["uid"], "labels": { "a": "1" } });
    let answer = apply(at, "fieldManager=one", metadata).await;
    assert_eq!(
        (answer.code, &answer.body["metadata"]["labels"]),
        (200, &json!({ "team": "blue", "a": "1" }))
    );
    assert_eq!(answer.body["spec"], made["spec"]);
}

pub(crate) async fn the_same_apply_again_changes_no_version(at: &Room) {
    at.service("web", json!({})).await;
    let first = apply(at, "fieldManager=one", json!({ "labels": { "a": "1" } })).await.ok();
    let second = apply(at, "fieldManager=one", json!({ "labels": { "a": "1" } })).await.ok();
    assert_eq!(first, second);
    assert_eq!(version(&at.read("services/web").await), version(&first));
}

pub(crate) async fn a_dry_run_answers_as_if_and_changes_nothing(at: &Room) {
    let made = at.service("web", json!({})).await;
    let answer = apply(at, "fieldManager=one&dryRun=All", json!({ "labels": { "a": "1" } })).await.ok();
    assert_eq!(answer["metadata"]["labels"], json!({ "a": "1" }));
    assert_eq!(text(&answer["metadata"]["managedFields"][0]["manager"]), "one");
    assert_eq!(version(&answer), version(&made), "the version of what is really there");
    assert_eq!(at.read("services/web").await, made);
}

pub(crate) async fn a_dry_run_that_would_make_has_a_uid_and_no_version(at: &Room) {
    let path = at.path("services/web?fieldManager=one&dryRun=All");
    let answer = at.admin.apply(&path, &service("web", &json!({}))).await;
    assert_eq!(answer.code, 201);
    let metadata = &answer.body["metadata"];
    assert_eq!((text(&metadata["uid"]).len(), &metadata["resourceVersion"]), (36, &Value::Null));
    assert_eq!(at.admin.get(&at.path("services/web")).await.code, 404);
}

pub(crate) async fn a_dry_run_sees_conflicts_and_invalid_values(at: &Room) {
    at.service("web", json!({})).await;
    apply(at, "fieldManager=one", json!({ "labels": { "a": "1" } })).await.ok();
    let conflict = apply(at, "fieldManager=two&dryRun=All", json!({ "labels": { "a": "2" } })).await;
    assert_eq!((conflict.code, conflict.cause().0), (409, "FieldManagerConflict"));
    let invalid =
        apply(at, "fieldManager=two&dryRun=All", json!({ "labels": { "b": "x".repeat(64) } })).await;
    assert_eq!((invalid.code, invalid.cause().2), (422, "metadata.labels"));
}

pub(crate) async fn a_forced_dry_run_sees_no_conflict_and_takes_nothing_over(at: &Room) {
    at.service("web", json!({})).await;
    apply(at, "fieldManager=one", json!({ "labels": { "a": "1" } })).await.ok();
    let before = at.read("services/web").await;
    let answer = apply(at, "fieldManager=two&force=true&dryRun=All", json!({ "labels": { "a": "2" } })).await;
    assert_eq!((answer.code, &answer.body["metadata"]["labels"]), (200, &json!({ "a": "2" })));
    assert_eq!(at.read("services/web").await, before);
}

/// 422, and about the options of the request, not about the object.
pub(crate) async fn an_apply_without_a_manager_is_invalid(at: &Room) {
    at.service("web", json!({})).await;
    let answer = apply(at, "", json!({ "labels": { "a": "1" } })).await;
    let expected =
        "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch";
    assert_eq!(answer.refusal(), (422, "Invalid", expected));
    assert_eq!(answer.cause().2, "fieldManager");
}

pub(crate) async fn the_media_type_of_apply_carries_json_and_yaml_and_no_other_does(at: &Room) {
    at.service("web", json!({})).await;
    let path = at.path("services/web?fieldManager=one");
    let yaml = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  labels: {a: yaml}\n";
    let answer = at.admin.body(Method::PATCH, &path, (APPLY, yaml)).await.ok();
    assert_eq!(answer["metadata"]["labels"], json!({ "a": "yaml" }));
    let json = bare("web", &json!({ "labels": { "a": "json" } })).to_string();
    let answer = at.admin.body(Method::PATCH, &path, (APPLY, &json)).await.ok();
    assert_eq!(answer["metadata"]["labels"], json!({ "a": "json" }));
    for kind in ["application/json", "application/apply-patch+json"] {
        let answer = at.admin.body(Method::PATCH, &path, (kind, &json)).await;
        assert_eq!((answer.code, answer.refusal().1), (415, "UnsupportedMediaType"), "{kind}");
    }
}

/// The field is named, three times over; the message names it once.
pub(crate) async fn a_label_value_of_more_than_63_bytes_is_invalid(at: &Room) {
    at.service("web", json!({})).await;
    apply(at, "fieldManager=one", json!({ "labels": { "a": "x".repeat(63) } })).await.ok();
    let value = "x".repeat(64);
    let answer = apply(at, "fieldManager=one", json!({ "labels": { "a": value } })).await;
    let expected = format!(
        "Service \"web\" is invalid: metadata.labels: Invalid value: \"{value}\": must be no more than 63 bytes"
    );
    assert_eq!(answer.refusal(), (422, "Invalid", expected.as_str()));
    let causes = answer.details()["causes"].as_array().unwrap();
    assert!(causes.iter().all(|cause| cause["field"] == "metadata.labels"), "{causes:?}");
}

pub(crate) async fn a_label_key_that_is_none_is_invalid(at: &Room) {
    at.service("web", json!({})).await;
    let answer = apply(at, "fieldManager=one", json!({ "labels": { "bad key": "1" } })).await;
    assert_eq!((answer.code, answer.cause().2), (422, "metadata.labels"));
    assert!(
        answer.cause().1.starts_with("Invalid value: \"bad key\": name part must consist of"),
        "{}",
        answer.text
    );
}

pub(crate) async fn an_apply_with_an_old_version_is_a_conflict_and_with_the_present_one_it_is_not(at: &Room) {
    let made = at.service("web", json!({})).await;
    let changed = apply(at, "fieldManager=one", json!({ "labels": { "a": "1" } })).await.ok();
    let with = |object: &Value| json!({ "resourceVersion": version(object), "labels": { "a": "2" } });
    let answer = apply(at, "fieldManager=one", with(&made)).await;
    let expected = "Operation cannot be fulfilled on services \"web\": the object has been modified; please apply \
                    your changes to the latest version and try again";
    assert_eq!(answer.refusal(), (409, "Conflict", expected));
    assert_eq!(apply(at, "fieldManager=one", with(&changed)).await.code, 200);
}

pub(crate) async fn a_body_that_is_about_something_else_is_a_bad_request(at: &Room) {
    at.service("web", json!({})).await;
    let path = at.path("services/web?fieldManager=one");
    let wrong = |change: fn(&mut Value)| {
        let mut body = bare("web", &json!({}));
        change(&mut body);
        body
    };
    for (body, expected) in [
        (
            wrong(|body| body["metadata"]["name"] = "other".into()),
            "the name of the object (other) does not match the name on the URL (web)",
        ),
        (
            wrong(|body| body["metadata"]["namespace"] = "other".into()),
            "the namespace of the provided object does not match the namespace sent on the request",
        ),
        (wrong(|body| body["kind"] = "Secret".into()), "invalid object type: /v1, Kind=Secret"),
        (
            wrong(|body| body["metadata"]["managedFields"] = json!([{ "manager": "one" }])),
            "metadata.managedFields must be nil",
        ),
    ] {
        assert_eq!(at.admin.apply(&path, &body).await.refusal(), (400, "BadRequest", expected));
    }
}

/// No 400 and no 422: what the schema does not know is told as if the server had failed.
pub(crate) async fn a_field_that_the_schema_does_not_know_is_an_internal_error_without_a_reason(at: &Room) {
    at.service("web", json!({})).await;
    let mut body = bare("web", &json!({}));
    body["spec"] = json!({ "nope": 1 });
    let answer = at.admin.apply(&at.path("services/web?fieldManager=one"), &body).await;
    let (code, reason, message) = answer.refusal();
    assert_eq!((code, reason), (500, ""));
    assert!(message.ends_with(".spec.nope: field not declared in schema"), "{message}");
}
