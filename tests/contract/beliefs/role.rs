//! Roles and their bindings.

use serde_json::json;

use crate::room::{Room, names, until};

const API: &str = "rbac.authorization.k8s.io/v1";

pub(crate) async fn a_role_keeps_its_rules_with_names_and_subresources(at: &Room) {
    let rules = json!([
        { "apiGroups": [""], "resources": ["secrets"], "resourceNames": ["mine"], "verbs": ["get"] },
        { "apiGroups": ["multicluster.linkerd.io"], "resources": ["links/status"], "verbs": ["patch", "update"] },
    ]);
    let object =
        json!({ "apiVersion": API, "kind": "Role", "metadata": { "name": "reader" }, "rules": rules });
    at.admin.post(&at.path_of(API, "roles"), &object).await.ok();
    let list = at.admin.get(&at.path_of(API, "roles?limit=500")).await.ok();
    assert_eq!(names(&list), ["reader"]);
    assert_eq!(list["items"][0]["rules"], rules);
    for (name, found) in [("reader", vec!["reader"]), ("writer", vec![])] {
        let path = format!("roles?fieldSelector=metadata.name%3D{name}&limit=500&resourceVersion=0");
        // What is at hand is soon what there is.
        let is_found = async || names(&at.admin.get(&at.path_of(API, &path)).await.ok()) == found;
        until("the role is found by its name", is_found).await;
    }
}

/// The namespace of an account is not filled in: who leaves it out has bound nobody.
pub(crate) async fn a_binding_names_its_role_and_the_account_in_its_namespace(at: &Room) {
    let role = json!({ "apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader" });
    let account = json!({ "kind": "ServiceAccount", "name": "a", "namespace": at.namespace });
    let object = json!({ "apiVersion": API, "kind": "RoleBinding", "metadata": { "name": "reads" },
        "roleRef": role, "subjects": [account] });
    at.admin.post(&at.path_of(API, "rolebindings"), &object).await.ok();
    let list = at.admin.get(&at.path_of(API, "rolebindings?limit=500")).await.ok();
    let item = &list["items"][0];
    assert_eq!((&item["roleRef"], &item["subjects"]), (&role, &json!([account])));
}
