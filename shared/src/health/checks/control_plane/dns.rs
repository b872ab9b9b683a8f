//! The names by which proxies find the control plane, and clients their mirrors.

use super::super::super::snapshot::{ClusterHealth, HealthSeen};
use super::{CHECK, are_fresh};
use crate::mesh::names::NAMES;
use crate::terms::{Kind, ObjectRef};
use crate::verdict::{Finding, Remedy, kubectl};

/// What follows.
const NONE: &str = "names do not resolve, so clients find no mirror and new proxies no control plane";

/// Nobody resolves names.
pub(super) fn mute(seen: &HealthSeen, cluster: &ClusterHealth) -> Option<Finding> {
    let (name, age) = (&cluster.name, cluster.mute?);
    let (namespace, service) = NAMES;
    let what = format!("{service} of {name} has no pod that serves");
    let finding = if are_fresh([Some(age)]) {
        Finding::info(CHECK, &[name], format!("{what}, for {age}s so far, as in a restart"))
    } else {
        let text = format!("{what}: {NONE}");
        let words = ["--namespace", namespace, "get", "deployments,pods", "--selector", "k8s-app=kube-dns"];
        let action = "bring CoreDNS up; to see what is there, run";
        Finding::error(CHECK, &[name], text, Remedy::run(action, kubectl(&seen.fleet, name, &words)))
    };
    let finding = finding.about(ObjectRef::namespaced(name, Kind::Service, namespace, service));
    Some(finding.seen(format!("subsets[].addresses of endpoints/{service}"), "<none>"))
}

/// Its pods serve, and no Service leads to them.
pub(super) fn unfound(seen: &HealthSeen, cluster: &ClusterHealth) -> Option<Finding> {
    let (name, pod) = (&cluster.name, cluster.unfound.as_ref()?);
    let (namespace, service) = NAMES;
    let text = format!("the Service {service} of {name} is gone, and none leads to the pods of DNS: {NONE}");
    let words = ["--namespace", namespace, "get", "services,pods", "--selector", "k8s-app=kube-dns"];
    let action = format!(
        "make the Service {service} again, with the address that kubelets give to pods (clusterDNS of their settings); to see \
         what is there, run"
    );
    let remedy = Remedy::run(action, kubectl(&seen.fleet, name, &words));
    let finding = Finding::error(CHECK, &[name], text, remedy);
    let finding = finding.about(ObjectRef::namespaced(name, Kind::Service, namespace, service));
    let finding = finding.seen(format!("service/{service}"), "<none>");
    Some(finding.seen(format!("metadata.labels of pod/{pod}"), "k8s-app=kube-dns"))
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{fleet, short, spoken};
    use super::*;
    use crate::health::snapshot::WorkloadSeen;
    use crate::mesh::names::CONTROLLERS;
    use crate::terms::Observed;
    use crate::verdict::Severity;

    fn with(mute: Option<i64>) -> HealthSeen {
        let mut seen = fleet(&["infra", "apps"]);
        let part =
            |name: &str| WorkloadSeen { name: name.into(), available: Some(1), ..WorkloadSeen::default() };
        seen.clusters[0].control_plane = Observed::Present(CONTROLLERS.map(part).into());
        seen.clusters[0].mute = mute;
        seen
    }

    #[test]
    fn pods_of_dns_that_no_service_leads_to_are_told() {
        let mut seen = with(None);
        seen.clusters[0].unfound = Some("coredns-0".into());
        insta::assert_snapshot!(spoken(&seen), @"
        error control-plane infra: svc/kube-system/kube-dns
          the Service kube-dns of infra is gone, and none leads to the pods of DNS: names do not resolve, so clients find no mirror and new proxies no control plane
          service/kube-dns = <none>
          metadata.labels of pod/coredns-0 = k8s-app=kube-dns
          make the Service kube-dns again, with the address that kubelets give to pods (clusterDNS of their settings); to see what is there, run: `kubectl --context infra --namespace kube-system get services,pods --selector k8s-app=kube-dns`
        ");
        seen.clusters[0].control_plane = Observed::Present(Vec::new());
        assert_eq!(spoken(&seen), "", "it has no mesh");
    }

    #[test]
    fn a_cluster_with_a_mesh_that_resolves_no_names_is_told() {
        insta::assert_snapshot!(spoken(&with(Some(i64::MAX))), @"
        error control-plane infra: svc/kube-system/kube-dns
          kube-dns of infra has no pod that serves: names do not resolve, so clients find no mirror and new proxies no control plane
          subsets[].addresses of endpoints/kube-dns = <none>
          bring CoreDNS up; to see what is there, run: `kubectl --context infra --namespace kube-system get deployments,pods --selector k8s-app=kube-dns`
        ");
        let text = "kube-dns of infra has no pod that serves, for 20s so far, as in a restart".to_owned();
        assert_eq!(short(&with(Some(20))), [(Severity::Info, text)]);
        assert_eq!(spoken(&with(None)), "");
        let mut alone = fleet(&["infra", "apps"]);
        alone.clusters[0].mute = Some(900);
        assert_eq!(spoken(&alone), "", "it has no mesh");
    }
}
