//! Namespaces: what every one has, what one that is going refuses, and who the cluster is.

use serde_json::{Value, json};

use crate::room::{Room, bare, service, text, until};

pub(crate) async fn the_uid_of_kube_system_tells_clusters_apart(at: &Room) {
    let apps = at.ground.apps.admin().await;
    let path = "/api/v1/namespaces/kube-system";
    let (here, there) = (at.admin.get(path).await.ok(), apps.get(path).await.ok());
    let (here, there) = (text(&here["metadata"]["uid"]), text(&there["metadata"]["uid"]));
    assert_eq!((here.len(), there.len()), (36, 36));
    assert_ne!(here, there);
    assert_eq!(text(&at.admin.get(path).await.ok()["metadata"]["uid"]), here, "and does not change");
}

pub(crate) async fn every_namespace_gets_its_name_as_a_label_and_a_finalizer_and_is_active(at: &Room) {
    let namespace = at.admin.get(&format!("/api/v1/namespaces/{}", at.namespace)).await.ok();
    assert_eq!(namespace["metadata"]["labels"], json!({ "kubernetes.io/metadata.name": at.namespace }));
    assert_eq!(namespace["spec"]["finalizers"], json!(["kubernetes"]));
    assert_eq!(namespace["status"], json!({ "phase": "Active" }));
}

pub(crate) async fn every_namespace_gets_a_service_account_and_the_clusters_certificate(at: &Room) {
    at.furnished().await;
    let certificate = at.read("configmaps/kube-root-ca.crt").await;
    let pem = text(&certificate["data"]["ca.crt"]);
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"), "{pem}");
    until("the default account has come", async || {
        at.admin.get(&at.path("serviceaccounts/default")).await.code == 200
    })
    .await;
}

/// Deletes a namespace that something holds back, and returns its path.
async fn terminating(at: &Room) -> (Room, Value) {
    let going = at.next_door().await;
    let finalizers = json!(["example.test/hold"]);
    going.make("configmaps", json!({ "metadata": { "name": "held", "finalizers": finalizers } })).await;
    going.service("web", json!({})).await;
    let answer = at.admin.delete(&format!("/api/v1/namespaces/{}", going.namespace)).await.ok();
    (going, answer)
}

async fn let_go(going: &Room) {
    let patch = json!({ "metadata": { "finalizers": null } });
    going.admin.merge(&going.path("configmaps/held"), &patch).await.ok();
}

pub(crate) async fn a_namespace_that_is_going_says_so(at: &Room) {
    let (going, answer) = terminating(at).await;
    assert_eq!(
        (text(&answer["kind"]), &answer["status"]["phase"]),
        ("Namespace".into(), &json!("Terminating"))
    );
    let seen = at.admin.get(&format!("/api/v1/namespaces/{}", going.namespace)).await.ok();
    assert!(seen["metadata"]["deletionTimestamp"].is_string(), "{seen}");
    let_go(&going).await;
}

/// The apply that would make something; one that changes something goes through.
pub(crate) async fn a_namespace_that_is_going_refuses_what_is_new_and_takes_what_changes(at: &Room) {
    let (going, _) = terminating(at).await;
    let path = going.path("services/late?fieldManager=me");
    let answer = at.admin.apply(&path, &service("late", &json!({}))).await;
    let (code, reason, message) = answer.refusal();
    let expected = format!(
        "services \"late\" is forbidden: unable to create new content in namespace {} because it is being terminated",
        going.namespace
    );
    assert_eq!((code, reason, message), (403, "Forbidden", expected.as_str()));
    let words = format!("namespace {} is being terminated", going.namespace);
    assert_eq!(answer.cause(), ("NamespaceTerminating", words.as_str(), "metadata.namespace"));
    let patch = json!({ "metadata": { "labels": { "a": "1" } } });
    assert_eq!(at.admin.merge(&going.path("configmaps/held"), &patch).await.code, 200);
    let_go(&going).await;
}

/// An obstacle that reads like a missing right, and is none: the uid makes it a conflict before it gets there.
pub(crate) async fn a_namespace_that_is_going_tells_an_apply_with_a_uid_of_a_conflict(at: &Room) {
    let (going, _) = terminating(at).await;
    let body = bare("late", &json!({ "uid": "some-uid" }));
    let answer = at.admin.apply(&going.path("services/late?fieldManager=me"), &body).await;
    assert_eq!((answer.code, answer.refusal().1), (409, "Conflict"), "{}", answer.text);
    let_go(&going).await;
}

const NAMESPACES: &str = "/api/v1/namespaces";

fn furnished(name: &str) -> Value {
    let metadata = json!({
        "name": name,
        "labels": { "pod-security.kubernetes.io/enforce": "baseline" },
        "annotations": { "linkerd.io/inject": "enabled" },
    });
    json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": metadata })
}

pub(crate) async fn a_namespace_is_made_with_labels_and_annotations_and_never_twice(at: &Room) {
    let name = format!("{}-made", at.namespace);
    let path = format!("{NAMESPACES}?fieldManager=me");
    let made = at.admin.post(&path, &furnished(&name)).await;
    assert_eq!(made.code, 201, "{}", made.text);
    let seen = at.admin.get(&format!("{NAMESPACES}/{name}")).await.ok();
    let labels =
        json!({ "kubernetes.io/metadata.name": name, "pod-security.kubernetes.io/enforce": "baseline" });
    assert_eq!(seen["metadata"]["labels"], labels);
    assert_eq!(seen["metadata"]["annotations"], json!({ "linkerd.io/inject": "enabled" }));
    let owner = &seen["metadata"]["managedFields"][0];
    assert_eq!((&owner["manager"], &owner["operation"]), (&json!("me"), &json!("Update")));
    let again = at.admin.post(&path, &furnished(&name)).await;
    let message = format!("namespaces \"{name}\" already exists");
    assert_eq!(again.refusal(), (409, "AlreadyExists", message.as_str()));
    at.admin.delete(&format!("{NAMESPACES}/{name}")).await.ok();
}

pub(crate) async fn a_dry_run_of_a_namespace_makes_none_and_one_that_is_there_is_a_conflict(at: &Room) {
    let name = format!("{}-dry", at.namespace);
    let path = format!("{NAMESPACES}?dryRun=All&fieldManager=me");
    let made = at.admin.post(&path, &furnished(&name)).await;
    assert_eq!(made.code, 201, "{}", made.text);
    assert_eq!(at.admin.get(&format!("{NAMESPACES}/{name}")).await.code, 404);
    let there = at.admin.post(&path, &furnished(&at.namespace)).await;
    assert_eq!((there.code, there.refusal().1), (409, "AlreadyExists"), "{}", there.text);
    let (going, _) = terminating(at).await;
    let refused = at.admin.post(&path, &furnished(&going.namespace)).await;
    assert_eq!((refused.code, refused.refusal().1), (409, "AlreadyExists"), "{}", refused.text);
    let_go(&going).await;
}
