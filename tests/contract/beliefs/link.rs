//! Custom resources with a status of their own: the Link.

use http::Method;
use serde_json::{Value, json};

use crate::room::{Room, text};

const API: &str = "multicluster.linkerd.io/v1alpha3";

/// Makes a Link of this name.
pub(super) async fn make(at: &Room, name: &str) -> Value {
    testkit::crds::ensure(at.admin.client(), &["linkerd/link.yaml"]).await;
    let probe = json!({ "path": "/ready", "port": "4191", "period": "3s", "timeout": "30s", "failureThreshold": "3" });
    let spec = json!({
        "targetClusterName": name, "targetClusterDomain": "cluster.local", "targetClusterLinkerdNamespace": "linkerd",
        "clusterCredentialsSecret": format!("cluster-credentials-{name}"), "gatewayAddress": "203.0.113.10",
        "gatewayPort": "4143", "gatewayIdentity": "gateway.example", "probeSpec": probe,
        "selector": { "matchLabels": { "mirror.linkerd.io/exported": "true" } },
    });
    let link = json!({ "apiVersion": API, "kind": "Link", "metadata": { "name": name }, "spec": spec });
    at.admin.post(&at.path_of(API, "links"), &link).await.ok()
}

/// An entry as the service mirror writes one.
fn entry(name: &str) -> Value {
    let condition = json!({
        "type": "Mirrored", "status": "True", "reason": "Mirrored", "message": "",
        "lastTransitionTime": "2026-01-02T03:04:05Z",
        "localRef": { "group": "", "kind": "Service", "name": format!("{name}-infra"), "namespace": "shop" },
    });
    let remote = json!({ "group": "", "kind": "Service", "name": name, "namespace": "shop" });
    json!({ "controllerName": "linkerd.io/service-mirror", "remoteRef": remote, "conditions": [condition] })
}

pub(crate) async fn a_merge_patch_of_the_status_changes_only_the_status(at: &Room) {
    let made = make(at, "infra").await;
    let path = at.path_of(API, "links/infra/status?fieldManager=mirror");
    let patch =
        json!({ "status": { "mirrorServices": [entry("web")] }, "spec": { "gatewayAddress": "changed" } });
    let link = at.admin.merge(&path, &patch).await.ok();
    assert_eq!(
        (&link["spec"], &link["status"]["mirrorServices"][0]["remoteRef"]["name"]),
        (&made["spec"], &json!("web"))
    );
    assert_eq!(link["metadata"]["generation"], 1);
    let entries = link["metadata"]["managedFields"].as_array().unwrap();
    let entry = entries.iter().find(|entry| entry["manager"] == "mirror").unwrap();
    assert_eq!((text(&entry["subresource"]), text(&entry["operation"])), ("status".into(), "Update".into()));
}

/// A merge patch replaces lists whole.
pub(crate) async fn a_status_of_the_empty_list_stays_an_empty_list(at: &Room) {
    make(at, "infra").await;
    let path = at.path_of(API, "links/infra/status");
    for list in [json!([entry("web"), entry("api")]), json!([entry("api")]), json!([])] {
        let link = at.admin.merge(&path, &json!({ "status": { "mirrorServices": list } })).await.ok();
        assert_eq!(link["status"]["mirrorServices"], list);
    }
    let link = at.admin.get(&at.path_of(API, "links/infra")).await.ok();
    assert_eq!(link["status"], json!({ "mirrorServices": [] }));
}

pub(crate) async fn a_merge_patch_of_the_object_leaves_the_status_alone(at: &Room) {
    make(at, "infra").await;
    let status = json!({ "mirrorServices": [entry("web")] });
    at.admin.merge(&at.path_of(API, "links/infra/status"), &json!({ "status": status })).await.ok();
    let patch = json!({ "status": null, "metadata": { "labels": { "a": "1" } } });
    let link = at.admin.merge(&at.path_of(API, "links/infra"), &patch).await.ok();
    assert_eq!((&link["status"], &link["metadata"]["labels"]), (&status, &json!({ "a": "1" })));
}

pub(crate) async fn a_custom_resource_knows_no_strategic_merge_patch(at: &Room) {
    make(at, "infra").await;
    let kind = "application/strategic-merge-patch+json";
    let answer = at.admin.body(Method::PATCH, &at.path_of(API, "links/infra"), (kind, "{}")).await;
    let (code, reason, message) = answer.refusal();
    assert_eq!((code, reason), (415, "UnsupportedMediaType"));
    let accepted = "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml";
    assert!(message.ends_with(accepted), "{message}");
}

pub(crate) async fn every_served_version_shows_the_same_object(at: &Room) {
    let made = make(at, "infra").await;
    for version in ["v1alpha1", "v1alpha2", "v1alpha3"] {
        let path = at.path_of(&format!("multicluster.linkerd.io/{version}"), "links/infra");
        let link = at.admin.get(&path).await.ok();
        assert_eq!(text(&link["apiVersion"]), format!("multicluster.linkerd.io/{version}"));
        assert_eq!(link["metadata"]["uid"], made["metadata"]["uid"]);
        assert_eq!(link["spec"]["gatewayAddress"], "203.0.113.10");
    }
}
