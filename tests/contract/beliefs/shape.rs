//! The shapes in which an answer can be asked for.

use serde_json::{Value, json};

use crate::{
    door::{METADATA, METADATA_LIST, TABLE},
    room::{Room, names, text},
};

pub(crate) async fn a_metadata_list_has_everything_of_the_metadata_and_nothing_else(at: &Room) {
    at.service("web", json!({ "a": "1" })).await;
    let list = at.admin.get_as(&at.path("services?limit=500"), METADATA_LIST).await.ok();
    assert_eq!(text(&list["kind"]), "PartialObjectMetadataList");
    let item = &list["items"][0];
    let keys: Vec<&String> = item.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["kind", "apiVersion", "metadata"]);
    assert_eq!(text(&item["kind"]), "PartialObjectMetadata");
    assert_eq!(item["metadata"]["labels"], json!({ "a": "1" }));
    // Its most voluminous part, so a metadata list is not as small as one would think.
    assert_eq!(item["metadata"]["managedFields"].as_array().unwrap().len(), 1);
}

/// `null`, where every other empty list has `[]`.
pub(crate) async fn an_empty_metadata_list_has_null_items(at: &Room) {
    let list = at.admin.get_as(&at.path("services"), METADATA_LIST).await.ok();
    assert_eq!(list.get("items"), Some(&Value::Null));
    assert!(text(&list["metadata"]["resourceVersion"]).parse::<u64>().unwrap() > 0, "{list}");
}

pub(crate) async fn a_metadata_list_is_selected_and_paged_like_any_other(at: &Room) {
    for name in ["a", "b", "c"] {
        at.service(name, json!({ "x": if name == "b" { "no" } else { "yes" } })).await;
    }
    let path = at.path("services?labelSelector=x%3Dyes&limit=1");
    let first = at.admin.get_as(&path, METADATA_LIST).await.ok();
    let more = format!("{path}&continue={}", text(&first["metadata"]["continue"]));
    let second = at.admin.get_as(&more, METADATA_LIST).await.ok();
    assert_eq!((names(&first), names(&second)), (vec!["a".to_owned()], vec!["c".to_owned()]));
    assert_eq!(second["metadata"]["continue"], Value::Null);
}

pub(crate) async fn one_object_can_be_asked_for_its_metadata(at: &Room) {
    let made = at.service("web", json!({})).await;
    let seen = at.admin.get_as(&at.path("services/web"), METADATA).await.ok();
    assert_eq!(text(&seen["kind"]), "PartialObjectMetadata");
    assert_eq!((&seen["metadata"]["uid"], &seen["spec"]), (&made["metadata"]["uid"], &Value::Null));
}

pub(crate) async fn a_table_has_columns_and_rows_with_metadata(at: &Room) {
    at.service("web", json!({})).await;
    let table = at.admin.get_as(&at.path("services?limit=500"), TABLE).await.ok();
    assert_eq!((text(&table["kind"]), text(&table["apiVersion"])), ("Table".into(), "meta.k8s.io/v1".into()));
    let columns = table["columnDefinitions"].as_array().unwrap().iter();
    let shown: Vec<String> =
        columns.filter(|column| column["priority"] == 0).map(|column| text(&column["name"])).collect();
    assert_eq!(shown, ["Name", "Type", "Cluster-IP", "External-IP", "Port(s)", "Age"]);
    let row = &table["rows"][0];
    assert_eq!(
        (&row["cells"][0], &row["cells"][3], &row["cells"][4]),
        (&json!("web"), &json!("<none>"), &json!("80/TCP"))
    );
    assert_eq!(text(&row["object"]["kind"]), "PartialObjectMetadata");
}

pub(crate) async fn an_empty_table_has_columns_and_no_rows(at: &Room) {
    let table = at.admin.get_as(&at.path("services"), TABLE).await.ok();
    assert_eq!(table["rows"], json!([]));
    assert!(!table["columnDefinitions"].as_array().unwrap().is_empty(), "{table}");
}

pub(crate) async fn a_shape_that_the_server_does_not_know_is_not_acceptable(at: &Room) {
    let answer = at.admin.get_as(&at.path("services"), "text/html").await;
    let (code, reason, message) = answer.refusal();
    assert_eq!((code, reason), (406, "NotAcceptable"));
    assert!(message.contains("Available representations: application/json, application/yaml"), "{message}");
}

/// Metadata tells that a Secret is there, and nothing of what is in it.
pub(crate) async fn the_metadata_of_a_secret_is_listed_without_its_data(at: &Room) {
    at.make("secrets", json!({ "metadata": { "name": "token" }, "stringData": { "token": "hunter2" } }))
        .await;
    let path = at.path("secrets?fieldSelector=metadata.name%3Dtoken&limit=500");
    let answer = at.admin.get_as(&path, METADATA_LIST).await;
    let body = answer.ok();
    assert_eq!(names(&body), ["token"]);
    assert_eq!(body["items"][0].get("data"), None);
    assert!(!body.to_string().contains("aHVudGVyMg"), "{body}");
}

/// As the stand-in for the service mirror asks.
pub(crate) async fn who_asks_for_no_form_gets_json(at: &Room) {
    at.service("web", json!({})).await;
    for place in ["services/web", "services?limit=500", "services?fieldSelector=metadata.name%3Dweb"] {
        let path = at.path(place);
        let bare = at.admin.send(http::Request::get(&path).body(Vec::new()).unwrap()).await;
        assert_eq!(bare.headers["content-type"], "application/json", "{place}");
        let asked = at.admin.get(&path).await.ok();
        // The version of a list is that of the store, which other tests write to.
        let said = |answer: &Value| match answer.get("items") {
            Some(items) => items.clone(),
            None => answer.clone(),
        };
        assert_eq!(said(&bare.body), said(&asked), "{place}");
    }
    let path = at.path("services?watch=true&timeoutSeconds=1&fieldSelector=metadata.name%3Dweb");
    let watched = at.admin.send(http::Request::get(&path).body(Vec::new()).unwrap()).await;
    assert_eq!(watched.headers["content-type"], "application/json");
    let first: Value = serde_json::from_str(watched.text.lines().next().unwrap()).unwrap();
    assert_eq!((&first["type"], &first["object"]["metadata"]["name"]), (&json!("ADDED"), &json!("web")));
}
