//! Impersonation, and the roles that every cluster has for people.

use http::{Request, header};
use serde_json::{Value, json};

use crate::{
    door::{Answer, Door},
    room::{Room, service, until},
};

const RBAC: &str = "/apis/rbac.authorization.k8s.io/v1";
const SELF: &str = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

/// Asks who one is, with these headers.
async fn review(door: &Door, headers: &[(&str, &str)]) -> Answer {
    let request = Request::post(SELF).header(header::CONTENT_TYPE, "application/json");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let body = json!({ "apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview" });
    door.send(request.body(body.to_string().into_bytes()).unwrap()).await
}

/// Somebody who may pretend to be these.
async fn may_pretend(at: &Room, rules: Value) -> Door {
    let token = at.account("actor", json!([])).await;
    let name = format!("{}-actor", at.namespace);
    let role = json!({ "metadata": { "name": name }, "rules": rules });
    at.admin.post(&format!("{RBAC}/clusterroles"), &role).await.ok();
    let binding = json!({
        "metadata": { "name": name },
        "subjects": [{ "kind": "ServiceAccount", "name": "actor", "namespace": at.namespace }],
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": name },
    });
    at.admin.post(&format!("{RBAC}/clusterrolebindings"), &binding).await.ok();
    at.ground.infra.door(&json!({ "token": token })).await
}

async fn forget(at: &Room) {
    for plural in ["clusterrolebindings", "clusterroles"] {
        at.admin.delete(&format!("{RBAC}/{plural}/{}-actor", at.namespace)).await.ok();
    }
}

pub(crate) async fn a_service_account_that_one_pretends_to_be_has_its_groups(at: &Room) {
    let name = format!("system:serviceaccount:{}:one", at.namespace);
    let answer = review(&at.admin, &[("Impersonate-User", &name)]).await.ok();
    let own = format!("system:serviceaccounts:{}", at.namespace);
    let expected = json!(["system:serviceaccounts", own, "system:authenticated"]);
    assert_eq!(answer["status"]["userInfo"]["groups"], expected);
    let headers = [("Impersonate-User", name.as_str()), ("Impersonate-Group", "developers")];
    let answer = review(&at.admin, &headers).await.ok();
    assert_eq!(answer["status"]["userInfo"]["groups"], json!(["developers", "system:authenticated"]));
}

pub(crate) async fn groups_uid_and_extras_are_rights_of_their_own(at: &Room) {
    let rules = json!([{ "apiGroups": [""], "resources": ["users"], "verbs": ["impersonate"] }]);
    let door = may_pretend(at, rules).await;
    let alice = ("Impersonate-User", "alice");
    until("the rules are in force", async || review(&door, &[alice]).await.code == 201).await;
    for other in [
        ("Impersonate-Group", "system:masters"),
        ("Impersonate-Uid", "uid-of-alice"),
        ("Impersonate-Extra-Scopes", "view"),
    ] {
        let answer = review(&door, &[alice, other]).await;
        assert_eq!((answer.code, answer.refusal().1), (403, "Forbidden"), "{other:?} {}", answer.text);
    }
    let account = format!("system:serviceaccount:{}:one", at.namespace);
    let answer = review(&door, &[("Impersonate-User", &account)]).await;
    assert_eq!((answer.code, answer.refusal().1), (403, "Forbidden"), "{}", answer.text);
    forget(at).await;
}

pub(crate) async fn who_may_pretend_to_be_an_account_may_not_be_a_user(at: &Room) {
    let rules = json!([{ "apiGroups": [""], "resources": ["serviceaccounts"], "verbs": ["impersonate"] }]);
    let door = may_pretend(at, rules).await;
    let account = format!("system:serviceaccount:{}:one", at.namespace);
    until("the rules are in force", async || {
        review(&door, &[("Impersonate-User", &account)]).await.code == 201
    })
    .await;
    assert_eq!(review(&door, &[("Impersonate-User", "alice")]).await.code, 403);
    forget(at).await;
}

/// Binds a role of the cluster to a user in this namespace.
async fn bind(at: &Room, role: &str) -> Door {
    let subject = json!({ "kind": "User", "name": role, "apiGroup": "rbac.authorization.k8s.io" });
    let binding = json!({
        "metadata": { "name": role }, "subjects": [subject],
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role },
    });
    at.admin.post(&at.path_of("rbac.authorization.k8s.io/v1", "rolebindings"), &binding).await.ok();
    at.ground.infra.pretending(role, &[]).await
}

pub(crate) async fn every_cluster_has_roles_for_people(at: &Room) {
    at.furnished().await;
    let (services, secrets) = (at.path("services"), at.path("secrets"));
    let roles = at.path_of("rbac.authorization.k8s.io/v1", "roles");
    for (role, [writes, opens, governs]) in [
        ("view", [false, false, false]),
        ("edit", [true, true, false]),
        ("admin", [true, true, true]),
        ("cluster-admin", [true, true, true]),
    ] {
        let door = bind(at, role).await;
        until("the role is bound", async || door.get(&services).await.code == 200).await;
        assert_eq!(door.post(&services, &service(role, &json!({}))).await.code == 201, writes, "{role}");
        assert_eq!(door.get(&secrets).await.code == 200, opens, "{role}");
        assert_eq!(door.get(&roles).await.code == 200, governs, "{role}");
    }
}
