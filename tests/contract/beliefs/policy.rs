//! Linkerd's policies.

use serde_json::{Value, json};

use crate::room::{Room, names};

const SERVER: &str = "policy.linkerd.io/v1beta3";
const POLICY: &str = "policy.linkerd.io/v1alpha1";

async fn made(at: &Room, (api, kind, plural): (&str, &str, &str), spec: &Value) -> Value {
    testkit::crds::ensure(at.admin.client(), &testkit::world::POLICIES).await;
    let object = json!({ "apiVersion": api, "kind": kind, "metadata": { "name": "web" }, "spec": spec });
    at.admin.post(&at.path_of(api, plural), &object).await.ok();
    let list = at.admin.get(&at.path_of(api, &format!("{plural}?limit=500"))).await.ok();
    assert_eq!(names(&list), ["web"]);
    list["items"][0]["spec"].clone()
}

pub(crate) async fn a_server_has_its_port_as_a_number_or_as_a_name(at: &Room) {
    let kind = (SERVER, "Server", "servers");
    let by_number = json!({ "podSelector": { "matchLabels": { "app": "web" } }, "port": 8080 });
    let seen = made(at, kind, &by_number).await;
    assert_eq!((&seen["port"], &seen["podSelector"]), (&json!(8080), &by_number["podSelector"]));
    at.admin.delete(&at.path_of(SERVER, "servers/web")).await.ok();
    let seen = made(at, kind, &json!({ "podSelector": {}, "port": "http" })).await;
    assert_eq!((&seen["port"], &seen["podSelector"]), (&json!("http"), &json!({})));
}

pub(crate) async fn a_policy_keeps_what_it_is_about_and_what_it_requires(at: &Room) {
    let refer = |kind: &str| json!({ "group": "policy.linkerd.io", "kind": kind, "name": "web" });
    let required = json!([refer("MeshTLSAuthentication"), refer("NetworkAuthentication")]);
    let spec = json!({ "targetRef": refer("Server"), "requiredAuthenticationRefs": required });
    assert_eq!(made(at, (POLICY, "AuthorizationPolicy", "authorizationpolicies"), &spec).await, spec);
    let spec = json!({ "identities": ["*"] });
    assert_eq!(made(at, (POLICY, "MeshTLSAuthentication", "meshtlsauthentications"), &spec).await, spec);
    let spec = json!({ "networks": [{ "cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"] }] });
    assert_eq!(made(at, (POLICY, "NetworkAuthentication", "networkauthentications"), &spec).await, spec);
    let spec = json!({ "server": { "name": "web" }, "client": { "unauthenticated": true } });
    let older = ("policy.linkerd.io/v1beta1", "ServerAuthorization", "serverauthorizations");
    assert_eq!(made(at, older, &spec).await, spec);
}
