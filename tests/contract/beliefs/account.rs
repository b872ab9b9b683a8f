//! Service accounts and their tokens. The credentials of a Link are one of them.

use k8s_openapi::ByteString;
use serde_json::{Value, json};

use crate::room::{Room, text, until};

/// The claims of a token, which are the middle part in URL-safe base64.
fn claims(token: &str) -> Value {
    let middle = token.split('.').nth(1).unwrap().replace('-', "+").replace('_', "/");
    let padded = format!("{middle}{}", "=".repeat((4 - middle.len() % 4) % 4));
    decoded(&json!(padded))
}

fn bytes(base64: &Value) -> Vec<u8> {
    serde_json::from_value::<ByteString>(base64.clone()).unwrap().0
}

fn decoded(base64: &Value) -> Value {
    serde_json::from_slice(&bytes(base64)).unwrap()
}

/// A Secret of the kind that Linkerd's credentials are made from, as soon as it is filled.
async fn secret(at: &Room, account: &str) -> Value {
    let metadata =
        json!({ "name": "token", "annotations": { "kubernetes.io/service-account.name": account } });
    let kind = "kubernetes.io/service-account-token";
    at.make("secrets", json!({ "type": kind, "metadata": metadata })).await;
    until("the token has come", async || at.read("secrets/token").await["data"]["token"].is_string()).await;
    at.read("secrets/token").await
}

pub(crate) async fn a_secret_of_the_token_type_is_filled_with_token_namespace_and_authority(at: &Room) {
    let account = at.make("serviceaccounts", json!({ "metadata": { "name": "mirror" } })).await;
    let secret = secret(at, "mirror").await;
    let data = secret["data"].as_object().unwrap();
    let mut keys: Vec<_> = data.keys().collect();
    keys.sort();
    assert_eq!(keys, ["ca.crt", "namespace", "token"]);
    assert_eq!(bytes(&data["namespace"]), at.namespace.as_bytes());
    assert!(bytes(&data["ca.crt"]).starts_with(b"-----BEGIN CERTIFICATE-----"));
    let uid = &secret["metadata"]["annotations"]["kubernetes.io/service-account.uid"];
    assert_eq!(uid, &account["metadata"]["uid"]);
}

pub(crate) async fn the_token_of_a_secret_works_at_once(at: &Room) {
    at.make("serviceaccounts", json!({ "metadata": { "name": "mirror" } })).await;
    let secret = secret(at, "mirror").await;
    let token = String::from_utf8(bytes(&secret["data"]["token"])).unwrap();
    let door = at.ground.infra.door(&json!({ "token": token })).await;
    let review = json!({ "apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview" });
    let answer = door.post("/apis/authentication.k8s.io/v1/selfsubjectreviews", &review).await.ok();
    let name = format!("system:serviceaccount:{}:mirror", at.namespace);
    assert_eq!(text(&answer["status"]["userInfo"]["username"]), name);
    let foreign = at.ground.apps.door(&json!({ "token": token })).await;
    assert_eq!(foreign.get("/api/v1/namespaces/kube-system").await.code, 401, "no other cluster knows it");
}

/// Flat claims without an end, unlike those of a bound token; a Link is traced to its exporter by the uid.
pub(crate) async fn the_token_of_a_secret_names_namespace_account_and_uid_in_flat_claims(at: &Room) {
    let account = at.make("serviceaccounts", json!({ "metadata": { "name": "mirror" } })).await;
    let secret = secret(at, "mirror").await;
    let claims = claims(&String::from_utf8(bytes(&secret["data"]["token"])).unwrap());
    let start = "kubernetes.io/serviceaccount";
    let expected = json!({
        "iss": "kubernetes/serviceaccount",
        format!("{start}/namespace"): at.namespace,
        format!("{start}/secret.name"): "token",
        format!("{start}/service-account.name"): "mirror",
        format!("{start}/service-account.uid"): account["metadata"]["uid"],
        "sub": format!("system:serviceaccount:{}:mirror", at.namespace),
    });
    assert_eq!(claims, expected);
}

pub(crate) async fn a_bound_token_names_namespace_account_and_uid_in_nested_claims_and_ends(at: &Room) {
    let account = at.make("serviceaccounts", json!({ "metadata": { "name": "mirror" } })).await;
    let request = json!({ "spec": { "expirationSeconds": 600 } });
    let answer = at.make("serviceaccounts/mirror/token", request).await;
    let claims = claims(&text(&answer["status"]["token"]));
    let nested = &claims["kubernetes.io"];
    assert_eq!(nested["namespace"], json!(at.namespace));
    assert_eq!(nested["serviceaccount"], json!({ "name": "mirror", "uid": account["metadata"]["uid"] }));
    assert_eq!(text(&claims["sub"]), format!("system:serviceaccount:{}:mirror", at.namespace));
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 600);
    assert!(claims["aud"].is_array(), "{claims}");
}

/// Unless it was accepted within the last ten seconds, which is how long the server remembers that.
pub(crate) async fn a_token_dies_with_its_account(at: &Room) {
    let token = at.account("short-lived", json!([])).await;
    at.admin.delete(&at.path("serviceaccounts/short-lived")).await.ok();
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    let door = at.ground.infra.door(&json!({ "token": token })).await;
    until("the token is refused", async || door.get(&at.path("services")).await.code == 401).await;
}
