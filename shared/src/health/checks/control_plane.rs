//! Linkerd's control plane: what its proxies cannot go on without.

mod dns;
mod services;

use super::super::snapshot::{ClusterHealth, HealthSeen, WorkloadSeen};
use super::{are_fresh, raised, standing};
use crate::mesh::names::{CONTROL_PLANE, CONTROLLERS, EXTENSION, IDENTITY, INJECTOR};
use crate::terms::{ClusterName, Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Ground, Remedy, kubectl};

const CHECK: &str = "control-plane";

pub(super) fn serves(seen: &HealthSeen) -> Vec<Finding> {
    seen.clusters.iter().flat_map(|cluster| of_cluster(seen, cluster)).collect()
}

fn of_cluster(seen: &HealthSeen, cluster: &ClusterHealth) -> Vec<Finding> {
    let Observed::Present(all) = &cluster.control_plane else { return Vec::new() };
    let find = |name: &str| all.iter().find(|one| one.name == name);
    if CONTROLLERS.iter().all(|name| find(name).is_none()) {
        return gone(seen, cluster).into_iter().collect();
    }
    let judged = CONTROLLERS.iter().filter_map(|name| of_deployment(seen, &cluster.name, (name, find(name))));
    let judged = judged.chain(all.iter().flat_map(|one| services::unfound(seen, &cluster.name, one)));
    judged.chain(dns::mute(seen, cluster)).chain(dns::unfound(seen, cluster)).collect()
}

/// Nothing of it is there, and something of the multicluster extension is, which needs it. A cluster without either has no mesh.
fn gone(seen: &HealthSeen, ClusterHealth { name, relic, .. }: &ClusterHealth) -> Option<Finding> {
    let Observed::Present(relic) = relic else { return None };
    let what = format!("{name} has no Linkerd control plane, but has {EXTENSION}");
    let finding = if are_fresh([relic.age]) {
        let age = relic.age.unwrap_or_default();
        Finding::info(CHECK, &[name], format!("{what}, for {age}s so far, as while both are being installed"))
    } else {
        let text = format!(
            "{what}: proxies learn of no new address, running ones lose their certificates within a day, and new ones do not \
             start"
        );
        let action = format!(
            "reinstall linkerd-control-plane with an issuer signed by the trust anchor of the other clusters; or, if {name} \
             needs no mesh, remove {EXTENSION} too; to see what is there, run"
        );
        let words = ["--namespace", CONTROL_PLANE, "get", "deployments,configmaps"];
        Finding::error(CHECK, &[name], text, Remedy::run(action, kubectl(&seen.fleet, name, &words)))
    };
    let object = ObjectRef::cluster_scoped(name, Kind::Namespace, CONTROL_PLANE);
    let finding = finding.about(object).on(Ground::Linkerd);
    let finding = finding.seen(format!("deployments {}", CONTROLLERS.join(", ")), "<none>");
    Some(finding.seen(format!("{} of {}", relic.field, relic.object), &relic.value))
}

fn of_deployment(
    seen: &HealthSeen,
    cluster: &ClusterName,
    (name, found): (&str, Option<&WorkloadSeen>),
) -> Option<Finding> {
    let typed = |words: &[&str]| kubectl(&seen.fleet, cluster, words);
    let (what, remedy) = match found {
        None => {
            let listed = ["--namespace", CONTROL_PLANE, "get", "deployments"];
            let action = "reinstall linkerd-control-plane in the same version; to see what is there, run";
            let what = format!("{cluster} has no {name}, only other parts of Linkerd's control plane");
            (what, Remedy::run(action, typed(&listed)))
        }
        Some(one) if one.available == Some(0) => {
            let (why, remedy) = raised(one, CONTROL_PLANE, &typed);
            let admitted = Remedy::of_refused(CONTROL_PLANE, &one.refusal, &typed);
            (format!("{name} of {cluster} has no pod that serves{why}"), admitted.unwrap_or(remedy))
        }
        Some(_) => return None,
    };
    let age = found.and_then(|one| one.age);
    let text = format!("{what}: {}", harm(name));
    let finding = if are_fresh([age]) {
        let age = age.unwrap_or_default();
        Finding::info(CHECK, &[cluster], format!("{what}, for {age}s so far, as in a restart"))
    } else if name == INJECTOR {
        Finding::warning(CHECK, &[cluster], text, remedy)
    } else {
        Finding::error(CHECK, &[cluster], text, remedy)
    };
    let object = ObjectRef::namespaced(cluster, Kind::Deployment, CONTROL_PLANE, name);
    let finding = Finding { ground: ground(name), ..finding.about(object) };
    let Some(found) = found else { return Some(finding) };
    let finding = finding.seen("status.availableReplicas", "0");
    Some(standing(finding, found))
}

/// What becomes of a mesh without it. What runs goes on for a while.
fn harm(name: &str) -> &'static str {
    match name {
        IDENTITY => {
            "new proxies get no certificate and do not start, and those of running ones expire within a day"
        }
        INJECTOR => "new pods get no proxy, or are rejected",
        _ => "proxies learn of no new address, and new ones of none at all",
    }
}

/// What gives way with it, where that is not the same for all parts.
fn ground(name: &str) -> Option<Ground> {
    match name {
        IDENTITY => Some(Ground::Identity),
        INJECTOR => Some(Ground::Injector),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::snapshot::RelicSeen;
    use super::super::tests::{blind, fleet, short, spoken};
    use super::*;
    use crate::terms::Failing;
    use crate::verdict::Severity;

    /// A control plane that serves, in the first of two clusters, with one Deployment changed.
    fn with(name: &str, change: impl Fn(&mut WorkloadSeen)) -> HealthSeen {
        let mut seen = fleet(&["infra", "apps"]);
        let mut all = CONTROLLERS.map(|name| WorkloadSeen {
            name: name.to_owned(),
            available: Some(1),
            ..WorkloadSeen::default()
        });
        all.iter_mut().filter(|one| one.name == name).for_each(change);
        seen.clusters[0].control_plane = Observed::Present(all.into());
        seen
    }

    fn lost(one: &mut WorkloadSeen) {
        (one.available, one.age) = (Some(0), Some(900));
        one.reason = "MinimumReplicasUnavailable".to_owned();
    }

    #[test]
    fn a_part_that_does_not_serve_is_told_with_what_follows_from_it() {
        insta::assert_snapshot!(spoken(&with(IDENTITY, lost)), @"
        error control-plane infra: deploy/linkerd/linkerd-identity
          linkerd-identity of infra has no pod that serves (MinimumReplicasUnavailable): new proxies get no certificate and do not start, and those of running ones expire within a day
          status.availableReplicas = 0
          bring it up; to see what blocks it, run: `kubectl --context infra --namespace linkerd describe deployment linkerd-identity`
        ");
        let (severity, text) = short(&with("linkerd-destination", lost)).remove(0);
        assert_eq!(severity, Severity::Error);
        assert!(text.ends_with(": proxies learn of no new address, and new ones of none at all"), "{text}");
        let (severity, text) = short(&with(INJECTOR, lost)).remove(0);
        assert_eq!(severity, Severity::Warning);
        assert!(text.ends_with(": new pods get no proxy, or are rejected"), "{text}");
    }

    #[test]
    fn a_part_of_which_a_container_fails_and_one_that_is_refused_say_what_helps() {
        let fails = with(IDENTITY, |one| {
            lost(one);
            let [container, reason, ended] = ["identity", "CrashLoopBackOff", "OOMKilled"].map(str::to_owned);
            let failing = Failing { container, reason, ended, is_restarted: true, ..Failing::default() };
            one.failing = Some(("linkerd-identity-0".to_owned(), failing));
        });
        insta::assert_snapshot!(spoken(&fails), @"
        error control-plane infra: deploy/linkerd/linkerd-identity
          linkerd-identity of infra has no pod that serves (container identity: CrashLoopBackOff after OOMKilled): new proxies get no certificate and do not start, and those of running ones expire within a day
          status.availableReplicas = 0
          status.containerStatuses[name=identity].state of pod/linkerd-identity-0 = CrashLoopBackOff after OOMKilled
          give its container identity more memory: it was OOM-killed; to see what it logged before that, run: `kubectl --context infra --namespace linkerd logs linkerd-identity-0 --container identity --previous`
        ");
        let refused = with(IDENTITY, |one| {
            lost(one);
            one.refusal = "pods \"x\" is forbidden: violates PodSecurity \"baseline:latest\"".to_owned();
        });
        let label = "label --overwrite namespace linkerd pod-security.kubernetes.io/enforce=privileged`";
        assert!(spoken(&refused).contains(label), "{}", spoken(&refused));
    }

    #[test]
    fn a_part_that_is_gone_is_told_where_others_are_left() {
        insta::assert_snapshot!(spoken(&with(IDENTITY, |one| one.name = "own".to_owned())), @"
        error control-plane infra: deploy/linkerd/linkerd-identity
          infra has no linkerd-identity, only other parts of Linkerd's control plane: new proxies get no certificate and do not start, and those of running ones expire within a day
          reinstall linkerd-control-plane in the same version; to see what is there, run: `kubectl --context infra --namespace linkerd get deployments`
        ");
    }

    #[test]
    fn one_that_serves_or_restarts_or_was_not_looked_at_yet_and_a_cluster_without_linkerd_are_no_matter() {
        assert_eq!(spoken(&with("", |_| ())), "");
        assert_eq!(spoken(&with(IDENTITY, |one| one.available = None)), "");
        let mut other = fleet(&["infra", "apps"]);
        let foreign = WorkloadSeen { name: "own".to_owned(), available: Some(0), ..WorkloadSeen::default() };
        other.clusters[0].control_plane = Observed::Present(vec![foreign]);
        assert_eq!(spoken(&other), "");
        let restarts = with(IDENTITY, |one| (one.available, one.age) = (Some(0), Some(20)));
        let text =
            "linkerd-identity of infra has no pod that serves, for 20s so far, as in a restart".to_owned();
        assert_eq!(short(&restarts), [(Severity::Info, text)]);
    }

    /// A cluster without any of it, and with a gateway that was made to have a proxy so many seconds ago.
    fn without(age: Option<i64>) -> HealthSeen {
        let mut seen = fleet(&["infra", "apps"]);
        let name = seen.clusters[0].name.clone();
        let object = ObjectRef::namespaced(&name, Kind::Pod, EXTENSION, "linkerd-gateway-0");
        let (field, value) = ("metadata.labels[linkerd.io/control-plane-ns]".into(), "linkerd".into());
        seen.clusters[0].relic = Observed::Present(RelicSeen { object, field, value, age });
        seen
    }

    #[test]
    fn one_that_is_gone_as_a_whole_is_told_once_where_the_extension_is_there() {
        insta::assert_snapshot!(spoken(&without(Some(9000))), @"
        error control-plane infra: ns/linkerd
          infra has no Linkerd control plane, but has linkerd-multicluster: proxies learn of no new address, running ones lose their certificates within a day, and new ones do not start
          deployments linkerd-destination, linkerd-identity, linkerd-proxy-injector = <none>
          metadata.labels[linkerd.io/control-plane-ns] of infra: pod/linkerd-multicluster/linkerd-gateway-0 = linkerd
          reinstall linkerd-control-plane with an issuer signed by the trust anchor of the other clusters; or, if infra needs no mesh, remove linkerd-multicluster too; to see what is there, run: `kubectl --context infra --namespace linkerd get deployments,configmaps`
        ");
        assert_eq!(short(&without(None))[0].0, Severity::Error);
        let text = "infra has no Linkerd control plane, but has linkerd-multicluster, for 20s so far, as while both are \
         being installed";
        assert_eq!(short(&without(Some(20))), [(Severity::Info, text.to_owned())]);
        let mut partly = without(Some(9000));
        let Observed::Present(all) = with("", |_| ()).clusters.remove(0).control_plane else { panic!() };
        partly.clusters[0].control_plane = Observed::Present(all[..1].to_vec());
        let told = short(&partly);
        assert!(
            told.iter().all(|(_, text)| text.contains("only other parts of Linkerd's control plane")),
            "{told:?}"
        );
    }

    #[test]
    fn one_of_which_nobody_knows_whether_it_is_gone_is_not_looked_at() {
        let mut seen = fleet(&["infra", "apps"]);
        seen.clusters[0].relic = Observed::Unknown(blind("get", "configmaps"));
        let text = "not looked at: whether Linkerd is there, as its multicluster extension is (cannot get configmaps: \
                    forbidden)";
        assert_eq!(short(&seen), [(Severity::Unknown, text.to_owned())]);
    }

    #[test]
    fn a_control_plane_that_nobody_may_see_is_not_looked_at() {
        let mut seen = fleet(&["infra", "apps"]);
        seen.clusters[1].control_plane = Observed::Unknown(blind("list", "deployments.apps"));
        let text = "not looked at: the control plane of Linkerd (cannot list deployments.apps: forbidden)";
        assert_eq!(short(&seen), [(Severity::Unknown, text.to_owned())]);
    }
}
