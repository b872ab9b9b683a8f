//! Objects of the core API, and applying any object.

use std::{collections::BTreeMap, time::Duration};

use k8s_openapi::api::core::v1::Pod;
use kube::{
    Api, Client,
    api::{DynamicObject, Patch, PatchParams},
    core::GroupVersionKind,
    discovery::{Scope, pinned_kind},
};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::PATIENCE;

pub(super) const MANAGER: &str = "testkit";

/// Applies server-side, taking over what others own.
pub(super) async fn apply(client: &Client, namespace: &str, object: Value) {
    let object: DynamicObject = serde_json::from_value(object).expect("an object");
    let types = object.types.as_ref().expect("apiVersion and kind");
    let kind = GroupVersionKind::try_from(types).expect("an API version");
    let (resource, capabilities) = pinned_kind(client, &kind).await.expect("a kind that is served");
    let namespace = object.metadata.namespace.as_deref().unwrap_or(namespace);
    let api = match capabilities.scope {
        Scope::Namespaced => Api::<DynamicObject>::namespaced_with(client.clone(), namespace, &resource),
        Scope::Cluster => Api::all_with(client.clone(), &resource),
    };
    let name = object.metadata.name.as_deref().expect("a name");
    let parameters = PatchParams::apply(MANAGER).force();
    if let Err(error) = api.patch(name, &parameters, &Patch::Apply(&object)).await {
        panic!("cannot apply {} {namespace}/{name}: {error}", kind.kind);
    }
}

pub(super) fn pod(name: &str, labels: &[(&str, &str)]) -> Value {
    let labels: BTreeMap<_, _> = labels.iter().copied().collect();
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": name, "labels": labels },
        "spec": {
            "nodeName": "worker-1",
            "tolerations": [{ "operator": "Exists" }],
            "containers": [{ "name": "app", "image": "example.test/app:1" }],
        },
    })
}

pub(super) fn endpoints(name: &str, addresses: &[&str], ports: &[(&str, u16)]) -> Value {
    let addresses: Vec<_> = addresses.iter().map(|ip| json!({ "ip": ip })).collect();
    let ports: Vec<_> = ports.iter().map(|(name, port)| json!({ "name": name, "port": port })).collect();
    let subsets =
        if addresses.is_empty() { json!([]) } else { json!([{ "addresses": addresses, "ports": ports }]) };
    json!({ "apiVersion": "v1", "kind": "Endpoints", "metadata": { "name": name }, "subsets": subsets })
}

pub(super) async fn until_ready(client: Client, namespace: &str, name: &str) {
    let pods = Api::<Pod>::namespaced(client, namespace);
    until(&format!("pod {namespace}/{name} is Ready"), async || {
        let status = pods.get(name).await.ok()?.status?;
        let ready = status.conditions?.into_iter().any(|one| one.type_ == "Ready" && one.status == "True");
        ready.then_some(())
    })
    .await;
}

/// Looks every few milliseconds until there is something; fails the test when there never is.
pub(super) async fn until<T>(what: &str, look: impl AsyncFn() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(start.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
        sleep(Duration::from_millis(20)).await;
    }
}
