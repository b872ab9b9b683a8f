//! Bodies: which ones are read, and what they must say.

use http::Method;
use serde_json::{Value, json};

use crate::{
    door::{Answer, MERGE},
    room::{Room, bare, service, text, until},
};

const JSON: &str = "application/json";
const OPERATIONS: &str = "application/json-patch+json";
const LINKS: &str = "multicluster.linkerd.io/v1alpha3";

async fn put(at: &Room, path: &str, object: &Value) -> Answer {
    at.admin.body(Method::PUT, path, (JSON, &object.to_string())).await
}

pub(crate) async fn a_body_is_read_as_what_it_says_it_is(at: &Room) {
    let yaml = "metadata:\n  name: one\n";
    let path = at.path("configmaps");
    assert_eq!(at.admin.body(Method::POST, &path, ("application/yaml", yaml)).await.code, 201);
    let answer = at.admin.body(Method::POST, &path, (JSON, "metadata:\n  name: two\n")).await;
    assert_eq!((answer.code, answer.refusal().1), (400, "BadRequest"), "{}", answer.text);
    let answer = at.admin.body(Method::POST, &path, ("text/plain", yaml)).await;
    let (code, reason, message) = answer.refusal();
    assert_eq!((code, reason), (415, "UnsupportedMediaType"));
    let expected = "the body of the request was in an unknown format - accepted media types include: \
                    application/json, application/yaml";
    assert!(message.starts_with(expected), "{message}");
}

/// A field of a protobuf message, whose bytes are text as long as it is short.
fn field(number: u8, text: &str) -> String {
    let length = u8::try_from(text.len()).unwrap();
    format!("{}{}{text}", char::from(number << 3 | 2), char::from(length))
}

pub(crate) async fn kubectls_protobuf_is_read_like_json(at: &Room) {
    let types = field(1, "v1") + &field(2, "ConfigMap");
    let entry = field(1, "a") + &field(2, "b");
    let map = field(1, &field(1, "one")) + &field(2, &entry);
    let body = format!("k8s\0{}{}", field(1, &types), field(2, &map));
    let path = at.path("configmaps");
    let answer = at.admin.body(Method::POST, &path, ("application/vnd.kubernetes.protobuf", &body)).await;
    assert_eq!(answer.code, 201, "{}", answer.text);
    let made = at.admin.get(&at.path("configmaps/one")).await.body;
    assert_eq!(made["data"], json!({ "a": "b" }), "{made}");
    let answer = at.admin.body(Method::POST, &path, ("application/vnd.kubernetes.protobuf", "{}")).await;
    assert_eq!((answer.code, answer.refusal().1), (400, "BadRequest"), "{}", answer.text);
}

pub(crate) async fn a_body_of_more_than_three_mebibytes_is_too_large(at: &Room) {
    let map = json!({ "metadata": { "name": "one" }, "data": { "a": "a".repeat(3 << 20) } });
    let answer = at.admin.post(&at.path("configmaps"), &map).await;
    let expected = "Request entity too large: limit is 3145728";
    assert_eq!(answer.refusal(), (413, "RequestEntityTooLarge", expected));
}

pub(crate) async fn what_is_new_has_no_version_yet(at: &Room) {
    let map = json!({ "metadata": { "name": "one", "resourceVersion": "1" } });
    let answer = at.admin.post(&at.path("configmaps"), &map).await;
    let expected = "resourceVersion should not be set on objects to be created";
    assert_eq!(answer.refusal(), (500, "", expected));
}

pub(crate) async fn some_kinds_are_made_by_a_put_and_others_are_not(at: &Room) {
    let named = json!({ "metadata": { "name": "one" } });
    let answer = put(at, &at.path("configmaps/one"), &named).await;
    assert_eq!(answer.refusal(), (404, "NotFound", "configmaps \"one\" not found"));
    let lease = at.path_of("coordination.k8s.io/v1", "leases/one");
    assert_eq!(put(at, &lease, &named).await.code, 201);
    let answer = put(at, &lease, &named).await;
    let expected = "leases.coordination.k8s.io \"one\" is invalid: metadata.resourceVersion: Invalid value: 0: must be \
                    specified for an update";
    assert_eq!(answer.refusal(), (422, "Invalid", expected));
    assert_eq!(put(at, &at.path("services/one"), &service("one", &json!({}))).await.code, 201);
}

pub(crate) async fn a_put_of_a_custom_resource_says_which_version_it_was_made_from(at: &Room) {
    let mut link = super::link::make(at, "one").await;
    let path = at.path_of(LINKS, "links/one");
    link["metadata"].as_object_mut().unwrap().remove("resourceVersion");
    let answer = put(at, &path, &link).await;
    let expected = "links.multicluster.linkerd.io \"one\" is invalid: metadata.resourceVersion: Invalid value: 0: must \
                    be specified for an update";
    assert_eq!(answer.refusal(), (422, "Invalid", expected));
}

/// Or anybody who may change what is there could make what is not.
pub(crate) async fn an_apply_that_makes_something_takes_the_right_to_make_it(at: &Room) {
    let rules = json!([{ "apiGroups": [""], "resources": ["services"], "verbs": ["patch", "update"] }]);
    let door = at.ground.infra.door(&json!({ "token": at.account("changer", rules).await })).await;
    let object = service("web", &json!({}));
    let path = at.path("services/web?fieldManager=me");
    let applied = door.apply(&path, &object).await;
    let put = door.body(Method::PUT, &at.path("services/web"), (JSON, &object.to_string())).await;
    for answer in [applied, put] {
        let expected = format!(
            "services \"web\" is forbidden: User \"system:serviceaccount:{0}:changer\" cannot create resource \
             \"services\" in API group \"\" in the namespace \"{0}\"",
            at.namespace
        );
        assert_eq!(answer.refusal(), (403, "Forbidden", expected.as_str()));
    }
    at.service("web", json!({})).await;
    until("what is there can be changed", async || {
        door.apply(&path, &bare("web", &json!({ "labels": { "a": "1" } }))).await.code == 200
    })
    .await;
}

pub(crate) async fn an_apply_says_what_it_applies(at: &Room) {
    at.service("web", json!({})).await;
    let path = at.path("services/web?fieldManager=me");
    for (gone, expected) in
        [("apiVersion", "invalid object type: /, Kind=Service"), ("kind", "invalid object type: /v1, Kind=")]
    {
        let mut object = bare("web", &json!({ "labels": { "a": "1" } }));
        object.as_object_mut().unwrap().remove(gone);
        let answer = at.admin.apply(&path, &object).await;
        assert_eq!(answer.refusal(), (400, "BadRequest", expected));
    }
}

/// Path and body of a patch of a built-in object and of a custom one.
async fn both(at: &Room) -> [(String, &'static str); 2] {
    at.config_map("one", json!({ "a": "1" })).await;
    super::link::make(at, "one").await;
    [(at.path("configmaps/one"), "ConfigMap"), (at.path_of(LINKS, "links/one"), "Link")]
}

pub(crate) async fn a_patch_sees_the_kind_and_cannot_change_it(at: &Room) {
    for (path, kind) in both(at).await {
        let operations = json!([
            { "op": "test", "path": "/kind", "value": kind },
            { "op": "add", "path": "/metadata/labels", "value": { "b": "2" } },
        ]);
        let answer = at.admin.body(Method::PATCH, &path, (OPERATIONS, &operations.to_string())).await;
        assert_eq!(answer.code, 200, "{}", answer.text);
        let header = format!("\"kind\":\"{kind}\"");
        assert_eq!(answer.text.matches(&header).count(), 1, "{}", answer.text);
        assert_eq!(at.admin.get(&path).await.text.matches(&header).count(), 1);
        let answer = at.admin.merge(&path, &json!({ "kind": "Other" })).await;
        assert!(matches!(answer.code, 400 | 422), "{}", answer.text);
        assert_eq!(text(&at.admin.get(&path).await.ok()["kind"]), kind);
    }
}

pub(crate) async fn a_merge_patch_is_a_map(at: &Room) {
    for (path, _) in both(at).await {
        let before = at.admin.get(&path).await.ok();
        for (patch, kind) in [("[]", "array"), ("1", "number"), ("\"a\"", "string"), ("true", "bool")] {
            let answer = at.admin.body(Method::PATCH, &path, (MERGE, patch)).await;
            let expected = format!(
                "error decoding patch: json: cannot unmarshal {kind} into Go value of type map[string]interface {{}}"
            );
            assert_eq!(answer.refusal(), (400, "BadRequest", expected.as_str()), "{path} {patch}");
        }
        let answer = at.admin.body(Method::PATCH, &path, (MERGE, "null")).await;
        assert!(answer.code >= 400, "{}", answer.text);
        assert_eq!(at.admin.get(&path).await.ok(), before);
    }
}

pub(crate) async fn labels_are_texts_of_whatever_kind(at: &Room) {
    for (path, _) in both(at).await {
        let before = at.admin.get(&path).await.ok();
        let patch = json!({ "metadata": { "labels": { "a": 5 } } });
        let answer = at.admin.merge(&path, &patch).await;
        assert_eq!((answer.code, answer.refusal().1), (422, "Invalid"), "{}", answer.text);
        let mut object = before.clone();
        object["metadata"]["labels"] = json!({ "a": 5 });
        let answer = put(at, &path, &object).await;
        assert_eq!((answer.code, answer.refusal().1), (400, "BadRequest"), "{}", answer.text);
        let config = json!({
            "apiVersion": before["apiVersion"], "kind": before["kind"],
            "metadata": { "name": before["metadata"]["name"], "labels": { "a": 5 } },
        });
        let answer = at.admin.apply(&format!("{path}?fieldManager=me"), &config).await;
        assert_eq!((answer.code, answer.refusal().1), (500, ""), "{}", answer.text);
        assert_eq!(at.admin.get(&path).await.ok(), before);
    }
}
