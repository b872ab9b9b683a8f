//! What a watch says, when it ends, and what it cannot know any more.

use serde_json::{Value, json};
use tokio::time::{Duration, Instant};

use crate::{
    room::{Room, text},
    stream::event,
};

async fn relabel(at: &Room, name: &str, label: Value) {
    let patch = json!({ "metadata": { "labels": { "w": label } } });
    at.admin.merge(&at.path(&format!("configmaps/{name}")), &patch).await.ok();
}

/// Made, changed, out of the selection, back in it, deleted.
async fn live(at: &Room) {
    at.config_map("one", json!({ "w": "1" })).await;
    relabel(at, "one", "2".into()).await;
    relabel(at, "one", Value::Null).await;
    relabel(at, "one", "3".into()).await;
    at.admin.delete(&at.path("configmaps/one")).await.ok();
}

pub(crate) async fn a_watch_says_what_came_after_the_list_in_order_and_nothing_else(at: &Room) {
    at.config_map("before", json!({ "w": "0" })).await;
    let version = at.version_of("services").await;
    // Between the list and the opening: nothing of it is lost.
    at.service("early", json!({ "w": "1" })).await;
    let path = format!("services?watch=true&resourceVersion={version}&timeoutSeconds=20");
    let mut watch = at.admin.watch(&at.path(&path)).await;
    at.service("late", json!({ "w": "2" })).await;
    let patch = json!({ "metadata": { "labels": { "w": "3" } } });
    at.admin.merge(&at.path("services/early"), &patch).await.ok();
    at.admin.delete(&at.path("services/late")).await.ok();
    for expected in [
        event("ADDED", "early", Some("1")),
        event("ADDED", "late", Some("2")),
        event("MODIFIED", "early", Some("3")),
        event("DELETED", "late", Some("2")),
    ] {
        assert_eq!(watch.said("w").await, expected);
    }
}

/// A deletion of the selection carries the object as it last was in it, under the version that took it out.
pub(crate) async fn an_object_that_leaves_the_selection_is_deleted_as_it_was_in_it(at: &Room) {
    let version = at.version_of("configmaps").await;
    let path = format!("configmaps?watch=true&labelSelector=w&resourceVersion={version}&timeoutSeconds=20");
    let mut watch = at.admin.watch(&at.path(&path)).await;
    live(at).await;
    let mut versions = Vec::new();
    for (kind, label) in
        [("ADDED", "1"), ("MODIFIED", "2"), ("DELETED", "2"), ("ADDED", "3"), ("DELETED", "3")]
    {
        let said = watch.next().await.unwrap();
        let metadata = &said["object"]["metadata"];
        assert_eq!(
            (text(&said["type"]), text(&metadata["labels"]["w"])),
            (kind.to_owned(), label.to_owned())
        );
        versions.push(text(&metadata["resourceVersion"]).parse::<u64>().unwrap());
    }
    assert!(versions.is_sorted_by(|one, next| one < next), "{versions:?}");
}

pub(crate) async fn a_watch_of_one_name_sees_every_change_of_it_and_of_no_other(at: &Room) {
    let version = at.version_of("configmaps").await;
    at.config_map("other", json!({ "w": "9" })).await;
    live(at).await;
    let path = format!(
        "configmaps?watch=true&fieldSelector=metadata.name%3Done&resourceVersion={version}&timeoutSeconds=20"
    );
    let mut watch = at.admin.watch(&at.path(&path)).await;
    for (kind, label) in [
        ("ADDED", Some("1")),
        ("MODIFIED", Some("2")),
        ("MODIFIED", None),
        ("MODIFIED", Some("3")),
        ("DELETED", Some("3")),
    ] {
        assert_eq!(watch.said("w").await, event(kind, "one", label));
    }
}

pub(crate) async fn the_version_of_an_empty_list_opens_a_watch_that_misses_nothing(at: &Room) {
    for name in ["first", "second"] {
        let list = at.read(&format!("configmaps?fieldSelector=metadata.name%3D{name}&limit=500")).await;
        assert_eq!(list["items"], json!([]));
        let version = text(&list["metadata"]["resourceVersion"]);
        at.config_map(name, json!({ "w": "1" })).await;
        let path = format!(
            "configmaps?fieldSelector=metadata.name%3D{name}&watch=true&allowWatchBookmarks=true\
             &resourceVersion={version}&timeoutSeconds=20"
        );
        let mut watch = at.admin.watch(&at.path(&path)).await;
        assert_eq!(watch.said("w").await, event("ADDED", name, Some("1")));
    }
}

pub(crate) async fn a_watch_without_a_version_begins_with_what_is_there(at: &Room) {
    at.config_map("here", json!({ "w": "1" })).await;
    for version in ["", "&resourceVersion=0"] {
        let path = format!("configmaps?watch=true&labelSelector=w&timeoutSeconds=20{version}");
        let mut watch = at.admin.watch(&at.path(&path)).await;
        assert_eq!(watch.said("w").await, event("ADDED", "here", Some("1")), "{version:?}");
    }
}

pub(crate) async fn the_server_ends_a_watch_when_its_time_is_over(at: &Room) {
    let start = Instant::now();
    let version = at.version_of("services").await;
    let path = format!("services?watch=true&resourceVersion={version}&timeoutSeconds=1");
    let events = at.admin.watch(&at.path(&path)).await.rest().await;
    assert_eq!(events, Vec::<Value>::new());
    let elapsed = start.elapsed();
    assert!((Duration::from_millis(900)..Duration::from_secs(8)).contains(&elapsed), "{elapsed:?}");
}

/// Whoever asks for bookmarks gets one shortly before the end, if not sooner, and the next watch can go on from it.
pub(crate) async fn a_bookmark_comes_before_the_end_and_has_a_version_and_nothing_else(at: &Room) {
    let version = at.version_of("configmaps").await;
    let watch =
        format!("configmaps?watch=true&labelSelector=none&resourceVersion={version}&timeoutSeconds=3");
    let (path, bookmarks) = (at.path(&watch), at.path(&format!("{watch}&allowWatchBookmarks=true")));
    let (without, with) = futures::join!(at.admin.watch(&path), at.admin.watch(&bookmarks));
    at.config_map("unseen", json!({ "w": "1" })).await;
    let (without, with) = futures::join!(without.rest(), with.rest());
    assert_eq!(without, Vec::<Value>::new());
    assert!(with.iter().all(|event| event["type"] == "BOOKMARK"), "{with:?}");
    let object = with.last().expect("a bookmark before the end")["object"].clone();
    assert_eq!(object.as_object().unwrap().keys().collect::<Vec<_>>(), ["kind", "apiVersion", "metadata"]);
    assert_eq!((&object["kind"], object["metadata"].as_object().unwrap().len()), (&json!("ConfigMap"), 1));
    let later = text(&object["metadata"]["resourceVersion"]).parse::<u64>().unwrap();
    assert!(later > version.parse().unwrap(), "{later} is after {version}, although nothing was to be said");
}

/// Not at the opening, which is a 200: the first event says it, and the server closes.
pub(crate) async fn a_version_that_is_too_old_is_told_by_an_error_event(at: &Room) {
    testkit::crds::ensure(at.admin.client(), &["linkerd/link.yaml"]).await;
    let path =
        at.path_of("multicluster.linkerd.io/v1alpha3", "links?watch=true&resourceVersion=1&timeoutSeconds=5");
    let events = at.admin.watch(&path).await.rest().await;
    let [error] = &events[..] else { panic!("{events:?}") };
    assert_eq!((text(&error["type"]), text(&error["object"]["kind"])), ("ERROR".into(), "Status".into()));
    assert_eq!((&error["object"]["code"], &error["object"]["reason"]), (&json!(410), &json!("Expired")));
    let message = text(&error["object"]["message"]);
    assert!(message.starts_with("too old resource version: 1 ("), "{message}");
}

pub(crate) async fn a_version_from_the_future_opens_a_watch_that_stays_silent(at: &Room) {
    let path = at.path("configmaps?watch=true&resourceVersion=999999999999&timeoutSeconds=1");
    let watch = at.admin.watch(&path).await;
    at.config_map("unheard", json!({ "w": "1" })).await;
    assert_eq!(watch.rest().await, Vec::<Value>::new());
}

pub(crate) async fn a_version_that_is_no_number_is_an_internal_error_without_a_reason(at: &Room) {
    let answer = at.admin.get(&at.path("configmaps?watch=true&resourceVersion=abc")).await;
    let expected =
        "resourceVersion: Invalid value: \"abc\": strconv.ParseUint: parsing \"abc\": invalid syntax";
    assert_eq!(answer.refusal(), (500, "", expected));
}

pub(crate) async fn who_may_list_may_not_yet_watch(at: &Room) {
    let rules = json!([{ "apiGroups": [""], "resources": ["services"], "verbs": ["list"] }]);
    let door = at.ground.infra.door(&json!({ "token": at.account("reader", rules).await })).await;
    assert_eq!(door.get(&at.path("services")).await.ok()["items"], json!([]));
    let answer = door.get(&at.path("services?watch=true&resourceVersion=1")).await;
    let expected = format!(
        "services is forbidden: User \"system:serviceaccount:{0}:reader\" cannot watch resource \"services\" in \
         API group \"\" in the namespace \"{0}\"",
        at.namespace
    );
    assert_eq!(answer.refusal(), (403, "Forbidden", expected.as_str()));
}
