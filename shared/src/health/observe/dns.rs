//! Who resolves names, where that is the Service that most clusters have.

use crate::cluster::{Archive, Cluster, Resource, Shape};
use crate::mesh::names::CILIUM;
use crate::terms::{Labels, Observed, Scope};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

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

/// For how long it has had no ready pod. Endpoints that are not there say nothing: others may resolve names.
pub(super) async fn mute(cluster: &Cluster, now: Timestamp) -> Option<i64> {
    let place = Scope::object(CILIUM.0, "kube-dns");
    if cluster.archive().is_some_and(Archive::is_of_manifests) {
        return None;
    }
    let listed = cluster.list::<Endpoints>(Resource::ENDPOINTS, &place, Shape::Full).await;
    let Observed::Present(listed) = listed else { return None };
    silence(listed.items.first()?, now)
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
