//! What accounts may do, and what policies let in, before anything is written.

use super::stage::{MIRROR, Stage, ended};
use crate::marks::NOTHING;
use serde_json::{Value, json};
use testkit::proxy::{Answer, CountingProxy, Fault, When};
use testkit::world::mesh_shared;

const BINDINGS: &str = "/clusterrolebindings";

/// Nobody has a role of the whole cluster.
fn unbound(proxy: &CountingProxy) {
    let list = json!({ "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBindingList",
        "metadata": { "resourceVersion": "1" }, "items": [] });
    proxy.on(When::every("GET", BINDINGS), Fault::Answer(Answer::json(200, &list)));
}

#[test]
fn accounts_without_their_roles_are_named_before_anything_is_written() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "roleless");
    let marks = stage.mark();
    unbound(&stage.apps);
    unbound(&stage.infra);
    let outcome = stage.export(&[]);
    let ask = "auth can-i list services --all-namespaces --as system:serviceaccount:linkerd-multicluster:";
    ended(
        &outcome,
        3,
        &[
            "the service mirror of the Link infra is not allowed to",
            "the account of the token of the Link infra, linkerd-multicluster/linkerd-service-mirror-remote-access-default, is not allowed to",
            &format!("kubectl --context apps {ask}controller-infra"),
            &format!("kubectl --context infra {ask}linkerd-service-mirror-remote-access-default"),
        ],
    );
    assert_eq!(marks.writes(), NOTHING);
}

#[test]
fn roles_and_policies_that_cannot_be_read_are_named_and_hinder_nothing() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "hidden-roles");
    let forbidden = || Fault::Answer(Answer::forbidden("tester", "list", "roles", ""));
    stage.apps.on(When::every("GET", BINDINGS), forbidden());
    stage.infra.on(When::every("GET", "/clusterroles"), forbidden());
    stage.infra.on(When::every("GET", "/authorizationpolicies"), forbidden());
    let outcome = stage.export(&[]);
    ended(
        &outcome,
        0,
        &[
            "endpoints ready",
            "not looked at: its roles (cannot list ",
            "; the policies of Linkerd (cannot list ",
        ],
    );
}

#[test]
fn a_policy_that_shuts_the_gateway_out_is_answered_with_one_that_lets_it_in() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "guarded");
    stage.world.apply("infra", meshed());
    let selector = json!({ "matchLabels": { "app": "postgres" } });
    let server = json!({ "apiVersion": "policy.linkerd.io/v1beta3", "kind": "Server",
        "metadata": { "name": "postgres" }, "spec": { "podSelector": selector, "port": 5432 } });
    stage.world.apply("infra", server);
    let marks = stage.mark();
    let outcome = stage.export(&["-o", "json"]);
    ended(&outcome, 3, &[]);
    assert_eq!(marks.writes(), NOTHING);
    let report = outcome.json();
    let findings = report["findings"].as_array().unwrap();
    let said = findings.iter().find(|one| one["check"] == "backend-policy").unwrap();
    let command = said["remedy"]["command"].as_str().unwrap();
    let (list, apply) = command.strip_prefix("echo '").unwrap().split_once("' | ").unwrap();
    assert_eq!(apply, "kubectl --context infra apply -f -");
    let list: Value = serde_json::from_str(list).unwrap();
    for object in list["items"].as_array().unwrap() {
        stage.world.apply("infra", object.clone());
    }
    ended(&stage.export(&[]), 0, &["endpoints ready"]);
    assert!(stage.get("apps", "Service", MIRROR).is_some());
}

/// A backend with a proxy.
fn meshed() -> Value {
    let container = |name: &str| json!({ "name": name, "image": "example.test/app:1" });
    json!({ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "postgres-1", "labels": { "app": "postgres" } },
        "spec": { "nodeName": "worker-1", "tolerations": [{ "operator": "Exists" }],
                  "containers": [container("app"), container("linkerd-proxy")] } })
}
