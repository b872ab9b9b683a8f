//! Kinds that carry a mesh: Deployments and Leases.

use serde_json::{Value, json};

use crate::room::{Room, names, text};

/// No number stands for none: who reads it takes 0.
pub(crate) async fn a_deployment_without_pods_says_no_number_and_keeps_its_template(at: &Room) {
    let labels = json!({ "component": "controller" });
    let container =
        json!({ "name": "controller", "image": "example.test/c:1", "args": ["service-mirror", "infra"] });
    let template = json!({ "metadata": { "labels": labels }, "spec": { "containers": [container] } });
    let spec = json!({ "replicas": 0, "selector": { "matchLabels": labels }, "template": template });
    let object = json!({ "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": { "name": "controller-infra", "labels": labels }, "spec": spec });
    at.admin.post(&at.path_of("apps/v1", "deployments"), &object).await.ok();
    let list = at.admin.get(&at.path_of("apps/v1", "deployments?limit=500")).await.ok();
    assert_eq!(names(&list), ["controller-infra"]);
    let item = &list["items"][0];
    assert_eq!(item["status"].get("availableReplicas"), None);
    assert_eq!(item["spec"]["replicas"], 0);
    let arguments = &item["spec"]["template"]["spec"]["containers"][0]["args"];
    assert_eq!(*arguments, json!(["service-mirror", "infra"]));
}

pub(crate) async fn a_lease_keeps_the_microseconds_of_its_times(at: &Room) {
    let renewed = "2026-01-02T03:04:05.000600Z";
    let spec = json!({ "holderIdentity": "pod-0", "leaseDurationSeconds": 30, "renewTime": renewed });
    let object = json!({ "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
        "metadata": { "name": "service-mirror-write-infra" }, "spec": spec });
    at.admin.post(&at.path_of("coordination.k8s.io/v1", "leases"), &object).await.ok();
    let list = at.admin.get(&at.path_of("coordination.k8s.io/v1", "leases?limit=500")).await.ok();
    let lease: &Value = &list["items"][0];
    assert_eq!(text(&lease["spec"]["renewTime"]), renewed);
    assert_eq!(lease["spec"]["leaseDurationSeconds"], 30);
}

/// One that is asked about nothing, since no server has what its rule is about.
pub(crate) async fn a_webhook_keeps_the_authority_by_which_it_is_known(at: &Room) {
    const API: &str = "admissionregistration.k8s.io/v1";
    let (path, name) = (format!("/apis/{API}/mutatingwebhookconfigurations"), format!("of-{}", at.namespace));
    let rule = json!({ "apiGroups": ["none.example.test"], "apiVersions": ["v1"], "resources": ["nothings"],
        "operations": ["CREATE"] });
    let client = json!({ "url": "https://injector.example.test/", "caBundle": "bm9uZQ==" });
    let webhook = json!({ "name": "injector.example.test", "clientConfig": client, "rules": [rule],
        "sideEffects": "None", "admissionReviewVersions": ["v1"], "failurePolicy": "Ignore" });
    let object = json!({ "apiVersion": API, "kind": "MutatingWebhookConfiguration", "metadata": { "name": name },
        "webhooks": [webhook] });
    at.admin.post(&path, &object).await.ok();
    let found = at.admin.get(&format!("{path}/{name}")).await.ok();
    assert_eq!(found["webhooks"][0]["clientConfig"], client);
    at.admin.delete(&format!("{path}/{name}")).await.ok();
}
