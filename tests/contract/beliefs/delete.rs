//! Deletions: whom they hit, what they answer, and what a dry run of one must look like.

use serde_json::{Value, json};

use crate::room::{Room, text, until};

async fn is_there(at: &Room, rest: &str) -> bool {
    at.admin.get(&at.path(rest)).await.code == 200
}

pub(crate) async fn the_right_uid_deletes_and_answers_with_the_object(at: &Room) {
    let made = at.service("web", json!({ "a": "1" })).await;
    let uid = &made["metadata"]["uid"];
    let options = json!({ "preconditions": { "uid": uid } });
    let answer = at.admin.delete_with(&at.path("services/web"), options).await;
    assert_eq!((answer.code, text(&answer.body["kind"])), (200, "Service".into()));
    assert_eq!(&answer.body["metadata"]["uid"], uid);
    assert!(!is_there(at, "services/web").await);
}

/// Most kinds answer with a `Status` instead; a Service is one of few that answer with themselves.
pub(crate) async fn other_kinds_answer_with_a_status_that_has_the_uid(at: &Room) {
    let made = at.config_map("one", json!({})).await;
    let answer = at.admin.delete(&at.path("configmaps/one")).await.ok();
    assert_eq!((text(&answer["kind"]), text(&answer["status"])), ("Status".into(), "Success".into()));
    assert_eq!(
        answer["details"],
        json!({ "name": "one", "kind": "configmaps", "uid": made["metadata"]["uid"] })
    );
}

pub(crate) async fn the_wrong_uid_is_a_conflict_that_names_both(at: &Room) {
    let made = at.service("web", json!({})).await;
    let options = json!({ "preconditions": { "uid": "another" } });
    let answer = at.admin.delete_with(&at.path("services/web"), options).await;
    let expected = format!(
        "Operation cannot be fulfilled on Service \"web\": the UID in the precondition (another) does not match the \
         UID in record ({}). The object might have been deleted and then recreated",
        text(&made["metadata"]["uid"])
    );
    assert_eq!(answer.refusal(), (409, "Conflict", expected.as_str()));
    // Here the kind is one; everywhere else it is the resource.
    assert_eq!(answer.details()["kind"], "Service");
    assert!(is_there(at, "services/web").await);
}

pub(crate) async fn what_is_absent_is_not_found_whatever_its_uid(at: &Room) {
    let options = json!({ "preconditions": { "uid": "another" } });
    let answer = at.admin.delete_with(&at.path("services/web"), options).await;
    assert_eq!(answer.refusal(), (404, "NotFound", "services \"web\" not found"));
}

pub(crate) async fn an_old_version_is_a_conflict(at: &Room) {
    at.service("web", json!({})).await;
    let options = json!({ "preconditions": { "resourceVersion": "1" } });
    let answer = at.admin.delete_with(&at.path("services/web"), options).await;
    let (code, reason, message) = answer.refusal();
    assert_eq!((code, reason), (409, "Conflict"));
    assert!(message.contains("the ResourceVersion in the precondition (1) does not match"), "{message}");
    assert!(is_there(at, "services/web").await);
}

pub(crate) async fn a_dry_run_in_the_body_or_in_the_query_without_a_body_deletes_nothing(at: &Room) {
    at.service("web", json!({})).await;
    let in_body = at.admin.delete_with(&at.path("services/web"), json!({ "dryRun": ["All"] })).await;
    let in_query = at.admin.delete(&at.path("services/web?dryRun=All")).await;
    assert_eq!((in_body.code, in_query.code), (200, 200));
    assert!(is_there(at, "services/web").await);
}

/// The trap: with a body, the options are read from the body alone, and the query's dry run is not even looked at.
pub(crate) async fn a_dry_run_in_the_query_beside_a_body_deletes(at: &Room) {
    let made = at.service("web", json!({})).await;
    let options = json!({ "preconditions": { "uid": made["metadata"]["uid"] } });
    let answer = at.admin.delete_with(&at.path("services/web?dryRun=All"), options).await;
    assert_eq!(answer.code, 200);
    assert!(!is_there(at, "services/web").await, "it is gone although the query says dryRun=All");
}

pub(crate) async fn a_dry_run_judges_preconditions_too(at: &Room) {
    at.service("web", json!({})).await;
    let options = json!({ "dryRun": ["All"], "preconditions": { "uid": "another" } });
    let answer = at.admin.delete_with(&at.path("services/web"), options).await;
    assert_eq!((answer.code, answer.refusal().1), (409, "Conflict"));
}

/// Owned by `owner`, which must exist.
async fn dependent(at: &Room, owner: &Value) {
    let reference = json!({
        "apiVersion": "v1", "kind": "ConfigMap", "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"], "blockOwnerDeletion": true,
    });
    at.make("configmaps", json!({ "metadata": { "name": "dependent", "ownerReferences": [reference] } }))
        .await;
}

pub(crate) async fn by_default_the_owner_goes_at_once_and_what_it_owns_follows(at: &Room) {
    let owner = at.config_map("owner", json!({})).await;
    dependent(at, &owner).await;
    at.admin.delete(&at.path("configmaps/owner")).await.ok();
    assert!(!is_there(at, "configmaps/owner").await);
    until("the dependent is gone", async || !is_there(at, "configmaps/dependent").await).await;
}

pub(crate) async fn in_the_foreground_the_owner_stays_with_a_finalizer_until_what_it_owns_is_gone(at: &Room) {
    let owner = at.config_map("owner", json!({})).await;
    dependent(at, &owner).await;
    let options = json!({ "propagationPolicy": "Foreground" });
    let answer = at.admin.delete_with(&at.path("configmaps/owner"), options).await.ok();
    assert_eq!(text(&answer["kind"]), "ConfigMap");
    assert_eq!(answer["metadata"]["finalizers"], json!(["foregroundDeletion"]));
    assert!(answer["metadata"]["deletionTimestamp"].is_string(), "{answer}");
    until("the owner is gone", async || !is_there(at, "configmaps/owner").await).await;
    assert!(!is_there(at, "configmaps/dependent").await, "it went first");
}

pub(crate) async fn an_orphaned_dependent_stays_and_forgets_its_owner(at: &Room) {
    let owner = at.config_map("owner", json!({})).await;
    dependent(at, &owner).await;
    let options = json!({ "propagationPolicy": "Orphan" });
    at.admin.delete_with(&at.path("configmaps/owner"), options).await.ok();
    until("the owner is gone", async || !is_there(at, "configmaps/owner").await).await;
    assert_eq!(at.read("configmaps/dependent").await["metadata"]["ownerReferences"], Value::Null);
}
