//! Two kinds of 404: an object that is not there, and an API that is not there.

use serde_json::{Value, json};

use crate::{
    door::{Answer, Door},
    room::{Room, bare, service},
};

const NO_RESOURCE: (u16, &str, &str) = (404, "NotFound", "the server could not find the requested resource");
const NO_PAGE: (u16, &str, &str) = (404, "text/plain; charset=utf-8", "404 page not found\n");

/// All verbs that name an object.
async fn of_object(door: &Door, path: &str) -> [Answer; 3] {
    let merge = json!({ "metadata": { "labels": { "a": "b" } } });
    [door.get(path).await, door.merge(path, &merge).await, door.delete(path).await]
}

/// All verbs that a plugin uses, on a resource of this path.
async fn of_resource(door: &Door, path: &str) -> Vec<Answer> {
    let object = format!("{path}/x");
    let mut answers =
        vec![door.get(path).await, door.get(&format!("{path}?watch=true&resourceVersion=1")).await];
    answers.extend(of_object(door, &object).await);
    let body = json!({ "apiVersion": "v1", "kind": "Thing", "metadata": { "name": "x" } });
    answers.push(door.apply(&format!("{object}?fieldManager=a"), &body).await);
    answers
}

pub(crate) async fn an_absent_object_is_named_in_the_details(at: &Room) {
    for answer in of_object(&at.admin, &at.path("services/nope")).await {
        assert_eq!(answer.refusal(), (404, "NotFound", "services \"nope\" not found"));
        assert_eq!(*answer.details(), json!({ "name": "nope", "kind": "services" }));
    }
}

pub(crate) async fn an_absent_object_of_a_group_is_named_with_the_group(at: &Room) {
    for answer in of_object(&at.admin, &at.path_of("apps/v1", "deployments/nope")).await {
        assert_eq!(answer.refusal(), (404, "NotFound", "deployments.apps \"nope\" not found"));
        assert_eq!(*answer.details(), json!({ "name": "nope", "group": "apps", "kind": "deployments" }));
    }
}

pub(crate) async fn an_unknown_group_answers_in_plain_text(at: &Room) {
    for answer in of_resource(&at.admin, &at.path_of("nope.example/v1", "things")).await {
        assert_eq!(answer.plain(), NO_PAGE);
    }
}

pub(crate) async fn a_version_of_an_api_lists_its_resources_and_one_that_is_not_there_is_plain_text(
    at: &Room,
) {
    testkit::crds::ensure(at.admin.client(), &testkit::world::BESIDES).await;
    let list = at.admin.get("/apis/cilium.io/v2").await.ok();
    let resources = list["resources"].as_array().map(Vec::as_slice).unwrap_or_default();
    assert!(resources.iter().any(|one| one["name"] == "ciliumnetworkpolicies"), "{list}");
    assert_eq!(at.admin.get("/apis/nope.example/v1").await.plain(), NO_PAGE);
}

pub(crate) async fn an_unknown_resource_of_a_built_in_group_names_nothing(at: &Room) {
    for path in [at.path("nopes"), at.path_of("apps/v1", "nopes")] {
        for answer in of_resource(&at.admin, &path).await {
            assert_eq!(answer.refusal(), NO_RESOURCE);
            assert_eq!(*answer.details(), json!({}));
        }
    }
}

pub(crate) async fn an_unserved_version_of_a_built_in_group_names_nothing(at: &Room) {
    for answer in of_resource(&at.admin, &at.path_of("apps/v9", "deployments")).await {
        assert_eq!(answer.refusal(), NO_RESOURCE);
        assert_eq!(*answer.details(), json!({}));
    }
}

/// Unlike a built-in group: there, version and resource have a handler that knows how to say no.
pub(crate) async fn an_unserved_version_or_resource_of_a_custom_group_answers_in_plain_text(at: &Room) {
    testkit::crds::ensure(at.admin.client(), &["linkerd/link.yaml"]).await;
    for (version, resource) in [("v1beta9", "links"), ("v1alpha3", "nopes")] {
        let path = at.path_of(&format!("multicluster.linkerd.io/{version}"), resource);
        for answer in of_resource(&at.admin, &path).await {
            assert_eq!(answer.plain(), NO_PAGE, "{version} {resource}");
        }
    }
}

pub(crate) async fn a_list_in_a_missing_namespace_is_empty(at: &Room) {
    let list = at.admin.get("/api/v1/namespaces/contract-missing/services").await.ok();
    assert_eq!(list["items"], json!([]));
    assert!(list["metadata"]["resourceVersion"].as_str().is_some_and(|version| version != "0"), "{list}");
    let watch = "/api/v1/namespaces/contract-missing/services?watch=true&timeoutSeconds=1";
    assert_eq!(at.admin.watch(watch).await.rest().await, Vec::<Value>::new());
}

pub(crate) async fn in_a_missing_namespace_it_is_the_object_that_is_not_found(at: &Room) {
    for answer in of_object(&at.admin, "/api/v1/namespaces/contract-missing/services/web").await {
        assert_eq!(answer.refusal(), (404, "NotFound", "services \"web\" not found"));
    }
}

pub(crate) async fn creating_in_a_missing_namespace_names_the_namespace(at: &Room) {
    let path = "/api/v1/namespaces/contract-missing/services";
    let object = service("web", &json!({}));
    let applied = at.admin.apply(&format!("{path}/web?fieldManager=a"), &object).await;
    for answer in [applied, at.admin.post(path, &object).await] {
        assert_eq!(answer.refusal(), (404, "NotFound", "namespaces \"contract-missing\" not found"));
        assert_eq!(*answer.details(), json!({ "name": "contract-missing", "kind": "namespaces" }));
    }
}

/// The plugin's own apply carries the uid, so a namespace that has gone is told as a Service that has gone.
pub(crate) async fn applying_with_a_uid_in_a_missing_namespace_is_a_conflict_about_the_object(at: &Room) {
    let path = "/api/v1/namespaces/contract-missing/services/web?fieldManager=a";
    let answer = at.admin.apply(path, &bare("web", &json!({ "uid": "some-uid" }))).await;
    assert_eq!((answer.code, answer.refusal().1), (409, "Conflict"), "{}", answer.text);
    assert_eq!(*answer.details(), json!({ "name": "web", "kind": "services" }));
}
