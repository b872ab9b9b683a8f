//! Who resolves names, where that is the Service that most clusters have.

use super::object::Object;
use crate::cluster::{Archive, Cluster, Resource, Shape};
use crate::mesh::names::NAMES;
use crate::terms::{Labels, Observed, Scope};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

/// What its pods are labelled with, whoever installs them.
const LABEL: &str = "k8s-app=kube-dns";
/// What Kubernetes writes beside addresses.
const CHANGED: &str = "endpoints.kubernetes.io/last-change-trigger-time";

#[derive(Default, Deserialize)]
#[serde(default)]
struct Endpoints {
    metadata: Dated,
    subsets: Value,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Dated {
    annotations: Option<Labels>,
}

/// For how long it has had no ready pod; or, where it is not there, which pod resolves names for nobody.
pub(super) async fn look(cluster: &Cluster, now: Timestamp) -> (Option<i64>, Option<String>) {
    let place = Scope::object(NAMES.0, NAMES.1);
    if cluster.archive().is_some_and(Archive::is_of_manifests) {
        return (None, None);
    }
    let listed = cluster.list::<Endpoints>(Resource::ENDPOINTS, &place, Shape::Full).await;
    let Observed::Present(listed) = listed else { return (None, None) };
    match listed.items.first() {
        Some(endpoints) => (silence(endpoints, now), None),
        None => (None, lost(cluster).await),
    }
}

/// A ready pod that has the label of those behind it, where no Service leads to any such.
async fn lost(cluster: &Cluster) -> Option<String> {
    let place = Scope::namespace(Some(NAMES.0));
    // Who dumps the Services of all namespaces dumps that of `default`.
    let has_any = |archive: &Archive, namespace| archive.has_any_in(Resource::SERVICES, namespace);
    if cluster.archive().is_some_and(|files| !has_any(files, NAMES.0) && !has_any(files, "default")) {
        return None;
    }
    let labelled = place.clone().labelled(LABEL);
    let pods = cluster.list::<Object>(Resource::PODS, &labelled, Shape::Full).await;
    let services = cluster.list::<Object>(Resource::SERVICES, &place, Shape::Full).await;
    let (Observed::Present(pods), Observed::Present(services)) = (pods, services) else { return None };
    unfound(&pods.items, &services.items)
}

/// One without a selector may lead anywhere.
fn unfound(pods: &[Object], services: &[Object]) -> Option<String> {
    let leads = |service: &Object, pod: &Object| {
        let selector = service.spec.get("selector").and_then(Value::as_object).into_iter().flatten();
        let own = pod.metadata.labels.as_ref();
        let has = |key: &String, value: &Value| {
            own.and_then(|own| own.get(key)).map(String::as_str) == value.as_str()
        };
        selector.into_iter().all(|(key, value)| has(key, value))
    };
    let is_ready = |pod: &&Object| pod.condition("Ready", "True").is_some();
    let mut ready = pods.iter().filter(is_ready).peekable();
    let first = ready.peek()?.metadata.name.clone();
    let is_found = ready.any(|pod| services.iter().any(|service| leads(service, pod)));
    (!is_found).then_some(first)
}

fn silence(endpoints: &Endpoints, now: Timestamp) -> Option<i64> {
    let mut subsets = endpoints.subsets.as_array().into_iter().flatten();
    let is_ready =
        |one: &Value| one.get("addresses").and_then(Value::as_array).is_some_and(|all| !all.is_empty());
    if subsets.any(is_ready) {
        return None;
    }
    let changed = endpoints.metadata.annotations.as_ref().and_then(|all| all.get(CHANGED));
    let age = changed.and_then(|time| Some(now.duration_since(time.parse::<Timestamp>().ok()?).as_secs()));
    Some(age.unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pods_that_no_service_leads_to_resolve_no_names() {
        let of = |pods: Value, services: Value| {
            let [pods, services] =
                [pods, services].map(|all| serde_json::from_value::<Vec<Object>>(all).unwrap());
            unfound(&pods, &services)
        };
        let pod = |ready: &str| {
            let metadata =
                serde_json::json!({"name": "coredns-0", "labels": {"k8s-app": "kube-dns", "x": "y"}});
            serde_json::json!([{"metadata": metadata, "status": {"conditions": [{"type": "Ready", "status": ready}]}}])
        };
        let service = |selector: Value| serde_json::json!([{"metadata": {"name": "dns"}, "spec": {"selector": selector}}]);
        let name = Some("coredns-0".to_owned());
        assert_eq!(of(pod("True"), serde_json::json!([])), name);
        assert_eq!(of(pod("True"), service(serde_json::json!({"k8s-app": "metrics"}))), name);
        assert_eq!(
            of(pod("True"), service(serde_json::json!({"k8s-app": "kube-dns"}))),
            None,
            "another name"
        );
        assert_eq!(of(pod("True"), service(Value::Null)), None, "it may lead to them");
        assert_eq!(of(pod("False"), serde_json::json!([])), None, "others may resolve names");
        assert_eq!(of(serde_json::json!([]), serde_json::json!([])), None);
    }

    #[test]
    fn a_service_without_ready_addresses_resolves_nothing_since_its_pods_changed() {
        let now = "2026-01-01T00:10:00Z".parse().unwrap();
        let of = |endpoints: Value| silence(&serde_json::from_value(endpoints).unwrap(), now);
        let address = serde_json::json!([{"ip": "10.0.0.1"}]);
        let dated = serde_json::json!({"annotations": {CHANGED: "2026-01-01T00:00:00Z"}});
        assert_eq!(of(serde_json::json!({"metadata": dated, "subsets": null})), Some(600));
        assert_eq!(of(serde_json::json!({"subsets": [{"notReadyAddresses": address}]})), Some(i64::MAX));
        assert_eq!(of(serde_json::json!({"metadata": dated, "subsets": [{"addresses": address}]})), None);
    }
}
