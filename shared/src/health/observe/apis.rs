//! The APIs that others answer for.

use super::super::snapshot::ApiSeen;
use super::all_running;
use super::object::{Object, text};
use crate::cluster::{Cluster, Resource, Shape};
use crate::terms::{Observed, Scope};

/// Those that the API server answers itself are never lost, and left out page by page.
pub(super) async fn look(cluster: &Cluster, now: jiff::Timestamp) -> Observed<Vec<ApiSeen>> {
    let is_handed_on = |api: &Object| !text(&api.spec, "/service/name").is_empty();
    let listed =
        cluster.list_only(Resource::API_SERVICES, &Scope::default(), Shape::Full, is_handed_on).await;
    let apis = listed.map(|listed| listed.items.iter().map(|api| read(api, now)).collect());
    all_running(cluster, Resource::API_SERVICES, apis)
}

fn read(api: &Object, now: jiff::Timestamp) -> ApiSeen {
    let lost = api.condition("Available", "False");
    ApiSeen {
        name: api.metadata.name.clone(),
        service: format!("{}/{}", text(&api.spec, "/service/namespace"), text(&api.spec, "/service/name")),
        is_lost: lost.is_some(),
        age: lost.as_ref().and_then(|one| one.age(now)),
        reason: lost.map(|one| one.why()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_api_is_lost_when_its_server_says_so_and_not_while_it_says_nothing() {
        let of = |conditions: serde_json::Value| {
            let object = json!({"metadata": {"name": "v1beta1.metrics.k8s.io"},
                "spec": {"service": {"namespace": "kube-system", "name": "metrics-server"}},
                "status": {"conditions": conditions}});
            read(&serde_json::from_value(object).unwrap(), "2026-01-01T00:01:30Z".parse().unwrap())
        };
        let lost = of(json!([{"type": "Available", "status": "False", "reason": "MissingEndpoints",
            "lastTransitionTime": "2026-01-01T00:00:00Z"}]));
        let wanted = ApiSeen {
            name: "v1beta1.metrics.k8s.io".into(),
            service: "kube-system/metrics-server".into(),
            is_lost: true,
            reason: "MissingEndpoints".into(),
            age: Some(90),
        };
        assert_eq!(lost, wanted);
        let well = ApiSeen { is_lost: false, reason: String::new(), age: None, ..wanted };
        assert_eq!(of(json!(null)), well);
        assert_eq!(of(json!([{"type": "Available", "status": "True", "reason": "Passed"}])), well);
    }
}
