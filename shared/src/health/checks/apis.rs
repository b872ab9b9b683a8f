//! APIs that the API server hands on to somebody else.

use super::super::snapshot::{ApiSeen, ClusterHealth, HealthSeen};
use super::{are_fresh, named, why};
use crate::terms::{Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy, kubectl};

const CHECK: &str = "api-services";

/// A warning, never an error: Linkerd without its dashboards has no such API, and needs none of others.
pub(super) fn services(seen: &HealthSeen) -> Vec<Finding> {
    seen.clusters.iter().filter_map(|cluster| of_cluster(seen, cluster)).collect()
}

fn of_cluster(
    seen: &HealthSeen,
    ClusterHealth { name: cluster, apis, .. }: &ClusterHealth,
) -> Option<Finding> {
    let Observed::Present(apis) = apis else { return None };
    let lost: Vec<&ApiSeen> = apis.iter().filter(|api| api.is_lost).collect();
    let first = lost.first()?;
    let text = format!(
        "nothing serves {} in {cluster}{}",
        named(lost.iter().map(|api| api.name.as_str())),
        why(&first.reason)
    );
    let finding = if are_fresh(lost.iter().map(|api| api.age)) {
        let age = lost.iter().filter_map(|api| api.age).max().unwrap_or_default();
        Finding::info(CHECK, &[cluster], format!("{text}, for {age}s so far, as in a restart"))
    } else {
        let harm = "API discovery fails, and deleted namespaces do not go away";
        let action = format!(
            "bring up svc/{}, or delete the APIService if it is no longer needed; to see why, run",
            first.service
        );
        let words = ["describe", "apiservices.apiregistration.k8s.io", &first.name];
        let remedy = Remedy::run(action, kubectl(&seen.fleet, cluster, &words));
        Finding::warning(CHECK, &[cluster], format!("{text}: {harm}"), remedy)
    };
    let object = ObjectRef::cluster_scoped(cluster, Kind::ApiService, &first.name);
    let finding = finding.about(object).seen("status.conditions[Available].status", "False");
    Some(finding.seen("spec.service", &first.service))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{blind, fleet, short, spoken};
    use super::*;
    use crate::verdict::Severity;

    fn lost(age: Option<i64>) -> ApiSeen {
        ApiSeen {
            name: "v1beta1.metrics.k8s.io".into(),
            service: "kube-system/metrics-server".into(),
            is_lost: true,
            reason: "MissingEndpoints".into(),
            age,
        }
    }

    fn with(apis: Vec<ApiSeen>) -> HealthSeen {
        let mut seen = fleet(&["infra", "apps"]);
        seen.clusters[0].apis = Observed::Present(apis);
        seen
    }

    #[test]
    fn an_api_that_nobody_answers_for_is_named_with_its_service() {
        let second = ApiSeen { name: "v1.example.test".into(), ..lost(None) };
        insta::assert_snapshot!(spoken(&with(vec![lost(Some(900)), second])), @"
        warning api-services infra: apiservice/v1beta1.metrics.k8s.io
          nothing serves v1beta1.metrics.k8s.io, v1.example.test in infra (MissingEndpoints): API discovery fails, and deleted namespaces do not go away
          status.conditions[Available].status = False
          spec.service = kube-system/metrics-server
          bring up svc/kube-system/metrics-server, or delete the APIService if it is no longer needed; to see why, run: `kubectl --context infra describe apiservices.apiregistration.k8s.io v1beta1.metrics.k8s.io`
        ");
    }

    #[test]
    fn one_that_restarts_and_one_that_answers_are_no_matter() {
        assert_eq!(spoken(&with(vec![ApiSeen { is_lost: false, ..lost(Some(900)) }])), "");
        let (severity, text) = short(&with(vec![lost(Some(299))])).remove(0);
        assert_eq!(severity, Severity::Info);
        let wanted = "nothing serves v1beta1.metrics.k8s.io in infra (MissingEndpoints), for 299s so far, as in a restart";
        assert_eq!(text, wanted);
        assert_eq!(short(&with(vec![lost(Some(300))]))[0].0, Severity::Warning);
    }

    #[test]
    fn apis_that_nobody_may_list_are_not_looked_at() {
        let mut seen = fleet(&["infra", "apps"]);
        seen.clusters[1].apis = Observed::Unknown(blind("list", "apiservices.apiregistration.k8s.io"));
        insta::assert_snapshot!(spoken(&seen), @"
        info api-services 
          not looked at: its APIServices (cannot list apiservices.apiregistration.k8s.io: forbidden)
          rules[] = {apiGroups: [apiregistration.k8s.io], resources: [apiservices], verbs: [list]}
          ask for permission to `list apiservices.apiregistration.k8s.io` in apps; to test it, run: `kubectl --context apps auth can-i list apiservices.apiregistration.k8s.io --all-namespaces`
        ");
    }
}
