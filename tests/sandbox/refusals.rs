//! What the sandbox does not do it refuses, and says what to do instead.

use crate::visitor::Visitor;

/// Method, path, body, and a word of the refusal.
const REFUSED: [(&str, &str, &str, &str); 25] = [
    ("GET", "/api/v1/namespaces/a/pods/b/log?follow=true", "", "the option follow of a log"),
    ("POST", "/api/v1/namespaces/a/pods/b/exec", "", "pods/exec"),
    ("POST", "/api/v1/namespaces/a/pods/b/eviction", "", "pods/eviction"),
    ("GET", "/apis/apps/v1/namespaces/a/deployments/b/scale", "", "deployments/scale"),
    ("GET", "/openapi/v3", "", "--validate=false"),
    // What every real server has must not look absent.
    ("GET", "/apis/autoscaling/v2/horizontalpodautoscalers", "", "horizontalpodautoscalers.autoscaling"),
    ("GET", "/apis/policy/v1/namespaces/a/poddisruptionbudgets/b", "", "poddisruptionbudgets.policy"),
    ("GET", "/apis/policy/v1", "", "policy"),
    ("GET", "/api/v1/persistentvolumes", "", "persistentvolumes"),
    ("GET", "/apis/events.k8s.io/v1/events", "", "events.events.k8s.io"),
    ("GET", "/api/v1/watch/services", "", "watch"),
    ("POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", "{}", "selfsubjectrulesreviews"),
    ("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", "{}", "subjectaccessreviews"),
    ("POST", "/apis/authentication.k8s.io/v1/tokenreviews", "{}", "tokenreviews"),
    // Options that would be passed over.
    ("GET", "/api/v1/services?pretty=true", "", "the option pretty of list"),
    ("GET", "/readyz?verbose", "", "the option verbose of get"),
    (
        "DELETE",
        "/api/v1/namespaces/default/configmaps/kube-root-ca.crt?orphanDependents=true",
        "",
        "orphanDependents",
    ),
    (
        "DELETE",
        "/api/v1/namespaces/default/configmaps/kube-root-ca.crt",
        r#"{"orphanDependents":true}"#,
        "orphanDependents",
    ),
    ("DELETE", "/api/v1/namespaces/default/pods/web?gracePeriodSeconds=5", "", "gracePeriodSeconds of Pods"),
    (TOKEN.0, TOKEN.1, r#"{"spec":{"audiences":["vault"]}}"#, "other audiences"),
    (TOKEN.0, TOKEN.1, r#"{"spec":{"boundObjectRef":{"kind":"Pod","name":"web"}}}"#, "boundObjectRef"),
    // Changes whose rules are not here.
    (
        "PUT",
        "/api/v1/namespaces/default/pods/web",
        r#"{"spec":{"containers":[{"name":"b"}]}}"#,
        "spec of a Pod",
    ),
    ("DELETE", "/api/v1/namespaces/kube-node-lease", "", "kube-node-lease"),
    ("POST", ROLES, r#"{"metadata":{"name":"all"},"aggregationRule":{}}"#, "aggregationRule"),
    (
        "POST",
        "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
        r#"{"metadata":{"name":"b"},"roleRef":{"apiGroup":"","kind":"ClusterRole","name":"system:node"}}"#,
        "create it before you bind it",
    ),
];

const TOKEN: (&str, &str) = ("POST", "/api/v1/namespaces/default/serviceaccounts/default/token");
const ROLES: &str = "/apis/rbac.authorization.k8s.io/v1/clusterroles";

#[tokio::test]
async fn what_is_not_done_is_refused_with_501_and_named() {
    let at = Visitor::new().await;
    let pod = r#"{"metadata":{"name":"web"},"spec":{"containers":[{"name":"a"}]}}"#;
    let made = at.send("POST", "/api/v1/namespaces/default/pods", pod.into()).await.unwrap();
    assert_eq!(made.code, 201);
    for (method, path, body, what) in REFUSED {
        let answer = at.send(method, path, body.into()).await.unwrap();
        assert_eq!(
            (answer.code, answer.json()["reason"].as_str().unwrap()),
            (501, "NotImplemented"),
            "{method} {path}"
        );
        let message = answer.json()["message"].to_string();
        assert!(message.contains("the sandbox does not serve this") && message.contains(what), "{message}");
    }
}
