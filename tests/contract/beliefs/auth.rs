//! Who one is to the API server, and what it says to those who may not.

use http::{Request, header};
use serde_json::{Value, json};

use crate::{
    door::{Answer, Door, METADATA_LIST},
    room::{Room, bare},
};

const SELF: &str = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

async fn nobody(at: &Room) -> Door {
    at.ground.infra.door(&json!({})).await
}

/// Not 401: without any credentials one is `system:anonymous`, who may look at next to nothing.
pub(crate) async fn without_credentials_one_is_anonymous_and_forbidden(at: &Room) {
    let answer = nobody(at).await.get(&at.path("services")).await;
    let expected = format!(
        "services is forbidden: User \"system:anonymous\" cannot list resource \"services\" in API group \"\" in the \
         namespace \"{}\"",
        at.namespace
    );
    assert_eq!(answer.refusal(), (403, "Forbidden", expected.as_str()));
}

pub(crate) async fn a_wrong_token_is_unauthorized_for_every_verb_and_path(at: &Room) {
    let door = at.ground.infra.door(&json!({ "token": "wrong" })).await;
    let services = at.path("services");
    let (get, list) = (door.get(&at.path("services/web")).await, door.get(&services).await);
    let watch = door.get(&format!("{services}?watch=true&resourceVersion=1")).await;
    let delete = door.delete(&at.path("services/web")).await;
    let nowhere = door.get("/apis/nope.example/v1/things").await;
    for answer in [get, list, watch, delete, nowhere] {
        assert_eq!(answer.refusal(), (401, "Unauthorized", "Unauthorized"));
        assert_eq!(*answer.details(), Value::Null);
    }
}

/// Verb, path, the verb in the words, and the name in them.
const FORBIDDEN: [(&str, &str, &str, &str); 7] = [
    ("GET", "services/web", "get", "web"),
    ("GET", "services", "list", ""),
    ("GET", "services?fieldSelector=metadata.name%3Dweb", "list", "web"),
    ("GET", "services?watch=true", "watch", ""),
    ("APPLY", "services/web?fieldManager=me", "patch", "web"),
    ("MERGE", "services/web", "patch", "web"),
    ("DELETE", "services/web", "delete", "web"),
];

async fn knock(door: &Door, method: &str, path: &str) -> Answer {
    match method {
        "GET" => door.get(path).await,
        "APPLY" => door.apply(path, &bare("web", &json!({}))).await,
        "MERGE" => door.merge(path, &json!({})).await,
        _ => door.delete(path).await,
    }
}

pub(crate) async fn a_refusal_names_user_verb_resource_and_place(at: &Room) {
    let alice = at.ground.infra.pretending("alice", &[]).await;
    for (method, path, verb, name) in FORBIDDEN {
        let answer = knock(&alice, method, &at.path(path)).await;
        let object = if name.is_empty() { "services".to_owned() } else { format!("services \"{name}\"") };
        let expected = format!(
            "{object} is forbidden: User \"alice\" cannot {verb} resource \"services\" in API group \"\" in the \
             namespace \"{}\"",
            at.namespace
        );
        assert_eq!(answer.refusal(), (403, "Forbidden", expected.as_str()), "{method} {path}");
        let details = if name.is_empty() {
            json!({ "kind": "services" })
        } else {
            json!({ "name": name, "kind": "services" })
        };
        assert_eq!(*answer.details(), details);
    }
}

pub(crate) async fn a_refusal_of_all_namespaces_speaks_of_the_cluster_scope(at: &Room) {
    let alice = at.ground.infra.pretending("alice", &[]).await;
    let message = "services is forbidden: User \"alice\" cannot list resource \"services\" in API group \"\" at the \
                   cluster scope";
    for accept in ["application/json", METADATA_LIST] {
        let answer = alice.get_as("/api/v1/services", accept).await;
        assert_eq!(answer.refusal(), (403, "Forbidden", message));
        assert_eq!(answer.body["kind"], "Status", "in whatever shape the list was asked for");
    }
}

/// Whoever lists rights for a Role must not take these words for a right in that namespace.
pub(crate) async fn a_refusal_to_read_a_namespace_speaks_as_if_it_were_in_itself(at: &Room) {
    let alice = at.ground.infra.pretending("alice", &[]).await;
    let answer = alice.get("/api/v1/namespaces/kube-system").await;
    let expected = "namespaces \"kube-system\" is forbidden: User \"alice\" cannot get resource \"namespaces\" in \
                    API group \"\" in the namespace \"kube-system\"";
    assert_eq!(answer.refusal(), (403, "Forbidden", expected));
}

/// So a 403 does not mean that there is such an API: rights are asked for before the handler is.
pub(crate) async fn what_is_not_served_is_forbidden_first(at: &Room) {
    let alice = at.ground.infra.pretending("alice", &[]).await;
    let answer = alice.get("/apis/nope.example/v1/things").await;
    let expected = "things.nope.example is forbidden: User \"alice\" cannot list resource \"things\" in API group \
                    \"nope.example\" at the cluster scope";
    assert_eq!(answer.refusal(), (403, "Forbidden", expected));
    assert_eq!(*answer.details(), json!({ "group": "nope.example", "kind": "things" }));
}

pub(crate) async fn whom_one_pretends_to_be_is_who_one_is(at: &Room) {
    let request = Request::post(SELF).header(header::CONTENT_TYPE, "application/json");
    let request = request.header("Impersonate-User", "alice").header("Impersonate-Uid", "uid-of-alice");
    let request = request.header("Impersonate-Group", "developers").header("Impersonate-Group", "on-call");
    let request = request.header("Impersonate-Extra-Scopes", "view");
    let review = json!({ "apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview" });
    let answer = at.admin.send(request.body(review.to_string().into_bytes()).unwrap()).await.ok();
    let expected = json!({
        "username": "alice", "uid": "uid-of-alice", "groups": ["developers", "on-call", "system:authenticated"],
        "extra": { "scopes": ["view"] },
    });
    assert_eq!(answer["status"]["userInfo"], expected);
}

pub(crate) async fn the_groups_that_one_pretends_to_have_give_their_rights(at: &Room) {
    at.service("web", json!({})).await;
    let path = at.path("services/web");
    let plain = at.ground.infra.pretending("alice", &["developers"]).await;
    assert_eq!(plain.get(&path).await.code, 403);
    let mighty = at.ground.infra.pretending("alice", &["system:masters"]).await;
    assert_eq!(mighty.get(&path).await.code, 200);
}

pub(crate) async fn pretending_without_a_name_is_a_bad_request(at: &Room) {
    let request = Request::get(at.path("services")).header("Impersonate-Group", "developers");
    let answer = at.admin.send(request.body(Vec::new()).unwrap()).await;
    let (code, reason, message) = answer.refusal();
    assert_eq!((code, reason), (400, "BadRequest"));
    assert!(message.ends_with("without impersonating a user name"), "{message}");
}

/// Recent servers speak of the request (`impersonate-on:user-info:list resource "services"`), older ones of the user
/// (`impersonate resource "users"`).
pub(crate) async fn pretending_is_a_right_of_its_own(at: &Room) {
    let token = at.account("modest", json!([])).await;
    let door = at.ground.infra.door(&json!({ "token": token, "as": "alice" })).await;
    let answer = door.get(&at.path("services")).await;
    let (code, reason, message) = answer.refusal();
    assert_eq!((code, reason), (403, "Forbidden"));
    let who = format!("User \"system:serviceaccount:{}:modest\" cannot impersonate", at.namespace);
    assert!(message.contains(&who), "{message}");
}

pub(crate) async fn one_can_ask_what_one_may(at: &Room) {
    let rules = json!([{ "apiGroups": [""], "resources": ["services"], "verbs": ["list"] }]);
    let door = at.ground.infra.door(&json!({ "token": at.account("reader", rules).await })).await;
    for (verb, allowed) in [("list", true), ("watch", false), ("patch", false)] {
        let attributes = json!({ "namespace": at.namespace, "verb": verb, "resource": "services" });
        let review = json!({ "spec": { "resourceAttributes": attributes } });
        let answer = door.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", &review).await;
        assert_eq!((answer.code, &answer.body["status"]["allowed"]), (201, &json!(allowed)), "{verb}");
    }
}
