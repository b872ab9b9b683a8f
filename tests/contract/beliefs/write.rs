//! What `platform` makes of the answers to its writes.

use platform::{
    act::{Write, Written, write},
    cluster::Resource,
    terms::{Mode, Obstacle},
};
use serde_json::{Value, json};

use crate::{
    own::Own,
    room::{Room, bare, text},
};

async fn sent(at: &Room, what: &Write, mode: Mode) -> Result<Written, Obstacle> {
    let own = Own::connect(&at.ground.infra, &at.ground.infra.administrator).await;
    let written =
        write(own.cluster(), (Resource::SERVICES, Some(&at.namespace), "web"), what, "me", mode).await;
    written.map_err(|undone| undone.obstacle)
}

fn apply(metadata: &Value, forced: bool) -> Write {
    Write::Apply { body: bare("web", metadata), forced }
}

fn field(object: &Value, name: &str) -> String {
    text(&object["metadata"][name])
}

async fn is_there(at: &Room) -> bool {
    at.admin.get(&at.path("services/web")).await.code == 200
}

pub(crate) async fn an_apply_is_done_and_has_the_new_version(at: &Room) {
    let made = at.service("web", json!({})).await;
    let labels = json!({ "uid": made["metadata"]["uid"], "labels": { "a": "1" } });
    let Ok(Written::Done(version)) = sent(at, &apply(&labels, false), Mode::Live).await else { panic!() };
    let seen = at.read("services/web").await;
    assert_eq!(
        (field(&seen, "resourceVersion"), &seen["metadata"]["labels"]),
        (version, &json!({ "a": "1" }))
    );
}

pub(crate) async fn another_owner_is_a_conflict_until_it_is_forced(at: &Room) {
    at.service("web", json!({})).await;
    let flux = at.path("services/web?fieldManager=flux");
    at.admin.apply(&flux, &bare("web", &json!({ "labels": { "a": "1" } }))).await.ok();
    let labels = json!({ "labels": { "a": "2" } });
    let message = "Apply failed with 1 conflict: conflict with \"flux\": .metadata.labels.a".to_owned();
    assert_eq!(sent(at, &apply(&labels, false), Mode::Live).await, Err(Obstacle::Conflict { message }));
    assert!(sent(at, &apply(&labels, true), Mode::Live).await.is_ok());
    assert_eq!(at.read("services/web").await["metadata"]["labels"], json!({ "a": "2" }));
}

/// Gone is a conflict, made anew is refused; neither is absent.
pub(crate) async fn an_apply_to_a_service_that_went_is_a_conflict_and_to_its_successor_refused(at: &Room) {
    let old = at.service("web", json!({})).await;
    at.admin.delete(&at.path("services/web")).await.ok();
    let uid = field(&old, "uid");
    let write = apply(&json!({ "uid": uid, "labels": { "a": "1" } }), true);
    let Err(Obstacle::Conflict { message }) = sent(at, &write, Mode::Live).await else { panic!() };
    assert!(message.ends_with("and no existing object was found"), "{message}");
    at.service("web", json!({})).await;
    let message =
        format!("Service \"web\" is invalid: metadata.uid: Invalid value: \"{uid}\": field is immutable");
    assert_eq!(sent(at, &write, Mode::Live).await, Err(Obstacle::Refused { code: 422, message }));
}

pub(crate) async fn a_merge_on_an_old_version_is_a_conflict(at: &Room) {
    at.service("web", json!({ "a": "1" })).await;
    let body = json!({ "metadata": { "resourceVersion": "1", "labels": { "a": null } } });
    let answer = sent(at, &Write::Merge { body }, Mode::Live).await;
    let Err(Obstacle::Conflict { message }) = answer else { panic!("{answer:?}") };
    assert!(message.contains("the object has been modified"), "{message}");
}

pub(crate) async fn a_merge_into_nothing_is_refused_as_not_found(at: &Room) {
    let body = json!({ "metadata": { "labels": { "a": null } } });
    let message = "services \"web\" not found".to_owned();
    assert_eq!(
        sent(at, &Write::Merge { body }, Mode::Live).await,
        Err(Obstacle::Refused { code: 404, message })
    );
}

pub(crate) async fn a_deletion_hits_its_uid_or_nothing(at: &Room) {
    let made = at.service("web", json!({})).await;
    let other = Write::Delete { uid: "another".to_owned() };
    let answer = sent(at, &other, Mode::Live).await;
    assert!(matches!(answer, Err(Obstacle::Conflict { .. })), "{answer:?}");
    assert!(is_there(at).await);
    let right = Write::Delete { uid: field(&made, "uid") };
    assert_eq!(sent(at, &right, Mode::Live).await, Ok(Written::Done(String::new())));
    assert!(!is_there(at).await);
    assert_eq!(sent(at, &right, Mode::Live).await, Ok(Written::AlreadyGone));
}

pub(crate) async fn a_dry_apply_and_a_dry_merge_change_nothing(at: &Room) {
    let made = at.service("web", json!({ "a": "1" })).await;
    let merge = Write::Merge { body: json!({ "metadata": { "labels": { "a": null } } }) };
    for write in [apply(&json!({ "labels": { "b": "1" } }), false), merge] {
        let version = field(&made, "resourceVersion");
        assert_eq!(sent(at, &write, Mode::ServerDryRun).await, Ok(Written::Done(version)));
    }
    assert_eq!(at.read("services/web").await, made);
}

/// See `delete::a_dry_run_in_the_query_beside_a_body_deletes`: it has to be in the body.
pub(crate) async fn a_dry_deletion_deletes_nothing(at: &Room) {
    let made = at.service("web", json!({})).await;
    let write = Write::Delete { uid: field(&made, "uid") };
    assert_eq!(sent(at, &write, Mode::ServerDryRun).await, Ok(Written::Done(String::new())));
    assert!(is_there(at).await, "a server-side dry run has deleted the Service");
}

pub(crate) async fn only_showing_sends_nothing(at: &Room) {
    at.service("web", json!({})).await;
    let write = Write::Delete { uid: "another".to_owned() };
    assert_eq!(sent(at, &write, Mode::Show).await, Ok(Written::Done(String::new())));
    assert!(is_there(at).await);
}
