//! What cannot be chosen freely, and what cannot be changed once it is set.

use http::Method;
use serde_json::{Value, json};

use crate::{
    door::Answer,
    room::{Room, service, text},
};

async fn merge(at: &Room, path: &str, patch: Value) -> Answer {
    at.admin.merge(path, &patch).await
}

pub(crate) async fn the_address_of_a_service_does_not_change(at: &Room) {
    let made = at.service("web", json!({})).await;
    let address = text(&made["spec"]["clusterIP"]);
    let other = if address.ends_with('0') { "1" } else { "0" };
    let other = format!("{}{other}", &address[..address.len() - 1]);
    let path = at.path("services/web");
    let answer = merge(at, &path, json!({ "spec": { "clusterIP": other, "clusterIPs": [other] } })).await;
    let expected = format!(
        "Service \"web\" is invalid: spec.clusterIPs[0]: Invalid value: [\"{other}\"]: may not change once set"
    );
    assert_eq!(answer.refusal(), (422, "Invalid", expected.as_str()));
    assert_eq!(text(&at.read("services/web").await["spec"]["clusterIP"]), address);
}

pub(crate) async fn an_address_has_one_service_and_is_in_the_range(at: &Room) {
    let made = at.service("web", json!({})).await;
    let address = text(&made["spec"]["clusterIP"]);
    let with = |address: &str| {
        let mut object = service("other", &json!({}));
        object["spec"]["clusterIP"] = address.into();
        object
    };
    let taken = at.admin.post(&at.path("services"), &with(&address)).await;
    let expected = format!(
        "Service \"other\" is invalid: spec.clusterIPs: Invalid value: [\"{address}\"]: failed to allocate IP \
         {address}: provided IP is already allocated"
    );
    assert_eq!(taken.refusal(), (422, "Invalid", expected.as_str()));
    let outside = at.admin.post(&at.path("services"), &with("203.0.113.7")).await;
    let expected = "Service \"other\" is invalid: spec.clusterIPs: Invalid value: [\"203.0.113.7\"]: failed to allocate \
                    IP 203.0.113.7: the provided network does not match the current range";
    assert_eq!(outside.refusal(), (422, "Invalid", expected));
}

pub(crate) async fn a_binding_stays_with_its_role(at: &Room) {
    at.account("one", json!([])).await;
    let path = at.path_of("rbac.authorization.k8s.io/v1", "rolebindings/one");
    let answer = merge(at, &path, json!({ "roleRef": { "name": "two" } })).await;
    let expected = "RoleBinding.rbac.authorization.k8s.io \"one\" is invalid: roleRef: Invalid value: \
                    {\"APIGroup\":\"rbac.authorization.k8s.io\",\"Kind\":\"Role\",\"Name\":\"two\"}: cannot change roleRef";
    assert_eq!(answer.refusal(), (422, "Invalid", expected));
}

pub(crate) async fn the_type_of_a_secret_does_not_change(at: &Room) {
    at.make("secrets", json!({ "metadata": { "name": "one" }, "type": "example.test/one" })).await;
    let answer = merge(at, &at.path("secrets/one"), json!({ "type": "example.test/two" })).await;
    let expected = "Secret \"one\" is invalid: type: Invalid value: \"example.test/two\": field is immutable";
    assert_eq!(answer.refusal(), (422, "Invalid", expected));
}

pub(crate) async fn what_says_that_it_is_immutable_is(at: &Room) {
    for (plural, kind) in [("configmaps", "ConfigMap"), ("secrets", "Secret")] {
        let data = json!({ "a": "YQ==" });
        at.make(plural, json!({ "metadata": { "name": "one" }, "immutable": true, "data": data })).await;
        let path = at.path(&format!("{plural}/one"));
        let answer = merge(at, &path, json!({ "data": { "a": "Yg==" } })).await;
        let expected =
            format!("{kind} \"one\" is invalid: data: Forbidden: field is immutable when `immutable` is set");
        assert_eq!(answer.refusal(), (422, "Invalid", expected.as_str()));
        let answer = merge(at, &path, json!({ "immutable": false })).await;
        assert_eq!((answer.code, answer.cause().2), (422, "immutable"), "{}", answer.text);
        let labels = json!({ "metadata": { "labels": { "a": "1" } } });
        assert_eq!(merge(at, &path, labels).await.code, 200, "its metadata is not meant");
    }
}

pub(crate) async fn the_selector_of_a_deployment_does_not_change(at: &Room) {
    let container = json!({ "name": "app", "image": "example.test/app:1" });
    let template =
        json!({ "metadata": { "labels": { "a": "1", "b": "2" } }, "spec": { "containers": [container] } });
    let spec = json!({ "replicas": 0, "selector": { "matchLabels": { "a": "1" } }, "template": template });
    let deployment = json!({ "metadata": { "name": "one" }, "spec": spec });
    at.admin.post(&at.path_of("apps/v1", "deployments"), &deployment).await.ok();
    let path = at.path_of("apps/v1", "deployments/one");
    let answer =
        merge(at, &path, json!({ "spec": { "selector": { "matchLabels": { "a": null, "b": "2" } } } })).await;
    let expected = "Deployment.apps \"one\" is invalid: spec.selector: Invalid value: {\"matchLabels\":{\"b\":\"2\"}}: \
                    field is immutable";
    assert_eq!(answer.refusal(), (422, "Invalid", expected));
}

/// Its fields change, but not which object it is. The server says in between where it keeps it.
pub(crate) async fn a_put_is_about_the_object_that_it_was_made_from(at: &Room) {
    let mut map = at.config_map("one", json!({})).await;
    let uid = text(&map["metadata"]["uid"]);
    map["metadata"]["uid"] = "another".into();
    let path = at.path("configmaps/one");
    let answer = at.admin.body(Method::PUT, &path, ("application/json", &map.to_string())).await;
    let (code, reason, message) = answer.refusal();
    assert_eq!((code, reason), (409, "Conflict"));
    let start = "Operation cannot be fulfilled on configmaps \"one\": ";
    let end = format!("Precondition failed: UID in precondition: another, UID in object meta: {uid}");
    assert!(message.starts_with(start) && message.ends_with(&end), "{message}");
}
