//! What the other tests rely on, tried on the real control planes.

use std::time::{Duration, Instant};

use k8s_openapi::api::core::v1::{Namespace, Pod};
use kube::api::{DeleteParams, Patch, PatchParams, PostParams};
use kube::{Api, Client};
use serde_json::json;

use super::{ground, unique};
use crate::audit::{Audit, writes};
use crate::crds;

async fn namespace(client: &Client, prefix: &str) -> String {
    let name = unique(prefix);
    let object: Namespace = serde_json::from_value(json!({ "metadata": { "name": name } })).unwrap();
    Api::all(client.clone()).create(&PostParams::default(), &object).await.unwrap();
    name
}

#[tokio::test]
async fn the_clusters_are_two_and_do_not_trust_each_other() {
    let Some(ground) = ground() else { return };
    let names: Vec<_> = ground.clusters().iter().map(super::ControlPlane::name).collect();
    assert_eq!(names, ["infra", "apps"]);
    let (infra, apps) = (ground.cluster("infra"), ground.cluster("apps"));
    assert_ne!(infra.authority(), apps.authority());
    assert_ne!(infra.server(), apps.server());
    for cluster in ground.clusters() {
        let version = cluster.client().await.apiserver_version().await.unwrap();
        assert!(version.git_version.starts_with("v1."), "{}", version.git_version);
    }
}

#[tokio::test]
async fn a_pod_on_the_node_becomes_ready_and_goes() {
    let Some(ground) = ground() else { return };
    let client = ground.cluster("infra").client().await;
    let namespace = namespace(&client, "pod").await;
    let pods = Api::<Pod>::namespaced(client, &namespace);
    let pod = json!({
        "metadata": { "name": "a" },
        "spec": { "nodeName": "worker-1", "containers": [{ "name": "c", "image": "none" }] },
    });
    pods.create(&PostParams::default(), &serde_json::from_value(pod).unwrap()).await.unwrap();
    eventually(async || is_ready(&pods.get("a").await.unwrap())).await;
    pods.delete("a", &DeleteParams::default()).await.unwrap();
    eventually(async || pods.get_opt("a").await.unwrap().is_none()).await;
}

#[tokio::test]
async fn the_audit_log_tells_who_wrote_what_and_what_was_a_dry_run() {
    let Some(ground) = ground() else { return };
    let cluster = ground.cluster("apps");
    let user = unique("audited");
    let client = cluster.client_as(&user, &["system:masters"]).await;
    let before = namespace(&client, "audit").await;
    let audit = Audit::mark(cluster).of_agent("testkit").of_user(&user);
    let secrets = Api::<k8s_openapi::api::core::v1::Secret>::namespaced(client, &before);
    let patch = Patch::Apply(json!({ "apiVersion": "v1", "kind": "Secret", "metadata": { "name": "s" } }));
    secrets.patch("s", &PatchParams::apply("me").dry_run(), &patch).await.unwrap();
    secrets.patch("s", &PatchParams::apply("me"), &patch).await.unwrap();
    secrets.get_opt("missing").await.unwrap();
    let watch = secrets.watch(&kube::api::WatchParams::default(), "0").await.unwrap();

    let requests = audit.since();
    let seen: Vec<_> = requests.iter().map(|one| (one.verb.as_str(), one.dry_run, one.code)).collect();
    assert_eq!(
        seen,
        [("patch", true, 201), ("patch", false, 201), ("get", false, 404), ("watch", false, 200)]
    );
    let [write] = writes(&requests)[..] else { panic!("{requests:#?}") };
    assert_eq!((write.resource.as_str(), write.name.as_deref()), ("secrets", Some("s")));
    assert_eq!(write.namespace.as_deref(), Some(before.as_str()));
    assert_eq!(write.field_manager.as_deref(), Some("me"));
    drop(watch);
    assert_eq!(audit.since().len(), 4, "the end of a watch is not another request");
}

#[tokio::test]
async fn a_definition_can_be_ensured_twice_at_once_and_is_served() {
    let Some(ground) = ground() else { return };
    let client = ground.cluster("infra").client().await;
    let files = ["linkerd/link.yaml"];
    futures::join!(crds::ensure(&client, &files), crds::ensure(&client, &files));
    let namespace = namespace(&client, "crd").await;
    let path = format!("/apis/multicluster.linkerd.io/v1alpha3/namespaces/{namespace}/links");
    let request = http::Request::get(path).body(Vec::new()).unwrap();
    let list: serde_json::Value = client.request(request).await.unwrap();
    assert_eq!(list["items"], json!([]));
}

fn is_ready(pod: &Pod) -> bool {
    let conditions = pod.status.as_ref().and_then(|status| status.conditions.as_ref());
    conditions.into_iter().flatten().any(|one| one.type_ == "Ready" && one.status == "True")
}

async fn eventually(mut holds: impl AsyncFnMut() -> bool) {
    let start = Instant::now();
    while !holds().await {
        assert!(start.elapsed() < Duration::from_secs(20), "it never became so");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
