//! JSON merge patches.

use http::{Method, Request, header};
use serde_json::{Value, json};

use crate::{
    door::{Answer, MERGE},
    room::{Room, bare, text},
};

async fn merge(at: &Room, query: &str, metadata: Value) -> Answer {
    at.admin.merge(&at.path(&format!("services/web?{query}")), &json!({ "metadata": metadata })).await
}

fn managers(object: &Value) -> Vec<(String, String)> {
    let entries = object["metadata"]["managedFields"].as_array().unwrap();
    entries.iter().map(|entry| (text(&entry["manager"]), text(&entry["operation"]))).collect()
}

pub(crate) async fn null_removes_a_label_whoever_owns_it(at: &Room) {
    at.service("web", json!({ "team": "blue" })).await;
    let flux = at.path("services/web?fieldManager=flux");
    at.admin.apply(&flux, &bare("web", &json!({ "labels": { "a": "1" } }))).await.ok();
    let object = merge(at, "fieldManager=me", json!({ "labels": { "a": null } })).await.ok();
    assert_eq!(object["metadata"]["labels"], json!({ "team": "blue" }));
    let managers: Vec<_> = managers(&object).into_iter().map(|(manager, _)| manager).collect();
    assert!(!managers.contains(&"flux".to_owned()), "it owned nothing else: {managers:?}");
    assert!(!managers.contains(&"me".to_owned()), "who removes owns nothing: {managers:?}");
}

pub(crate) async fn removing_what_is_not_there_changes_no_version(at: &Room) {
    let made = at.service("web", json!({ "a": "1" })).await;
    let object = merge(at, "fieldManager=me", json!({ "labels": { "b": null } })).await.ok();
    assert_eq!(object, made);
}

pub(crate) async fn an_old_version_is_a_conflict_and_the_present_one_is_not(at: &Room) {
    let made = at.service("web", json!({ "a": "1" })).await;
    let changed = merge(at, "", json!({ "labels": { "b": "1" } })).await.ok();
    let with = |object: &Value| json!({ "resourceVersion": object["metadata"]["resourceVersion"], "labels": { "a": null } });
    let answer = merge(at, "", with(&made)).await;
    let expected = "Operation cannot be fulfilled on services \"web\": the object has been modified; please apply \
                    your changes to the latest version and try again";
    assert_eq!(answer.refusal(), (409, "Conflict", expected));
    assert_eq!(merge(at, "", with(&changed)).await.ok()["metadata"]["labels"], json!({ "b": "1" }));
}

/// The undo sends the version that it saw, so this cannot happen to it; whoever sends an empty one has no guard.
pub(crate) async fn an_empty_version_is_no_precondition(at: &Room) {
    at.service("web", json!({ "a": "1" })).await;
    let object = merge(at, "", json!({ "resourceVersion": "", "labels": { "a": null } })).await.ok();
    assert_eq!(object["metadata"]["labels"], Value::Null);
}

pub(crate) async fn its_manager_is_recorded_with_an_update(at: &Room) {
    at.service("web", json!({})).await;
    let object = merge(at, "fieldManager=me", json!({ "labels": { "a": "1" } })).await.ok();
    assert!(managers(&object).contains(&("me".into(), "Update".into())), "{object}");
}

pub(crate) async fn without_a_manager_the_user_agent_up_to_its_slash_is_one(at: &Room) {
    at.service("web", json!({})).await;
    let body = json!({ "metadata": { "labels": { "a": "1" } } }).to_string().into_bytes();
    let request = Request::builder().method(Method::PATCH).uri(at.path("services/web"));
    let request =
        request.header(header::CONTENT_TYPE, MERGE).header(header::USER_AGENT, "kubectl-mesh-export/0.1 (x)");
    let object = at.admin.send(request.body(body).unwrap()).await.ok();
    assert!(managers(&object).contains(&("kubectl-mesh-export".into(), "Update".into())), "{object}");
}

pub(crate) async fn it_takes_a_label_over_without_asking(at: &Room) {
    at.service("web", json!({})).await;
    let flux = at.path("services/web?fieldManager=flux");
    at.admin.apply(&flux, &bare("web", &json!({ "labels": { "a": "1" } }))).await.ok();
    let object = merge(at, "fieldManager=me", json!({ "labels": { "a": "2" } })).await.ok();
    assert_eq!(object["metadata"]["labels"], json!({ "a": "2" }));
    let names: Vec<_> = managers(&object).into_iter().map(|(manager, _)| manager).collect();
    assert!(names.contains(&"me".to_owned()) && !names.contains(&"flux".to_owned()), "{names:?}");
}

pub(crate) async fn force_is_for_apply_only(at: &Room) {
    at.service("web", json!({})).await;
    let answer = merge(at, "fieldManager=me&force=true", json!({ "labels": { "a": "1" } })).await;
    let expected = ("FieldValueForbidden", "Forbidden: may not be specified for non-apply patch", "force");
    assert_eq!((answer.code, answer.cause()), (422, expected));
}

pub(crate) async fn a_dry_run_changes_nothing(at: &Room) {
    let made = at.service("web", json!({ "a": "1" })).await;
    let answer = merge(at, "fieldManager=me&dryRun=All", json!({ "labels": { "a": null } })).await.ok();
    assert_eq!(answer["metadata"]["labels"], Value::Null);
    assert_eq!(at.read("services/web").await, made);
}

pub(crate) async fn a_body_that_is_no_json_is_a_bad_request(at: &Room) {
    at.service("web", json!({})).await;
    let answer = at.admin.body(Method::PATCH, &at.path("services/web"), (MERGE, "{nope")).await;
    let (code, reason, message) = answer.refusal();
    assert_eq!((code, reason), (400, "BadRequest"));
    assert!(message.starts_with("error decoding patch: invalid character 'n'"), "{message}");
}
