//! Pods of a cluster that were not restarted after its trust anchors had changed: one change, whatever Links and mirrors they
//! stand in.

use super::Judged;
use crate::mesh::checks::of_many;
use crate::mesh::names::TRUST_ROOTS;
use crate::terms::{ClusterName, Kind, ObjectRef};
use crate::verdict::{Cause, Finding, Severity};
use std::collections::BTreeMap;

const CHECK: &str = "trust-restart";
/// How a command ends that restarts something.
pub(super) const RESTART: &str = " rollout restart ";
/// So many workloads are named in one.
const NAMED: usize = 10;

impl Judged {
    /// Makes what is found of several pods of a cluster the same finding, which are told as one.
    pub(super) fn gather_restarts(&mut self) {
        let mut found = BTreeMap::<ClusterName, usize>::new();
        for cluster in self.causes.iter().filter_map(cluster) {
            *found.entry(cluster).or_default() += 1;
        }
        for cause in &mut self.causes {
            let Some(own) = cluster(cause).filter(|own| found.get(own).is_some_and(|count| *count > 1))
            else {
                continue;
            };
            let all = gathered(&cause.finding, &own);
            let (old, new) = (cause.finding.fingerprint.clone(), all.fingerprint.clone());
            cause.finding = all;
            let follows = cause.effects.iter_mut().filter(|effect| effect.because_of.as_ref() == Some(&old));
            follows.for_each(|effect| effect.because_of = Some(new.clone()));
            let weights = self.weights.iter_mut();
            let weights = weights.filter_map(|all| Some((all.remove(&old)?, all)));
            weights.for_each(|(weight, all)| all.extend([(new.clone(), weight)]));
        }
    }
}

/// Where pods hold old anchors.
fn cluster(cause: &Cause) -> Option<ClusterName> {
    let finding = &cause.finding;
    let is_it = finding.check == CHECK && finding.severity > Severity::Info;
    Some(finding.object.as_ref().filter(|_| is_it)?.cluster.clone())
}

/// The same, as it is said of several.
fn gathered(one: &Finding, own: &ClusterName) -> Finding {
    let Some(pod) = one.object.as_ref().filter(|object| object.kind == Kind::Pod) else { return one.clone() };
    let object = ObjectRef::namespaced(own, Kind::ConfigMap, TRUST_ROOTS.0, TRUST_ROOTS.1);
    let which = format!(" of pod/{} in {}", pod.name, pod.namespace.as_deref().unwrap_or_default());
    let mut all = one.clone().of_alone(own).about(object);
    all.summary = of_many(own, one);
    all.evidence.iter_mut().for_each(|seen| seen.field.push_str(&which));
    all
}

/// Commands one after the other, where what restarts several of one place is one.
pub(super) fn in_turn(all: &[&str]) -> String {
    let mut turns = Vec::<(&str, Vec<&str>)>::new();
    for command in all.iter().flat_map(|all| all.split(" && ")) {
        let named =
            command.split_once(RESTART).filter(|(_, what)| what.split(' ').all(|one| one.contains('/')));
        let (head, what) = named.unwrap_or((command, ""));
        let what = what.split(' ').filter(|one| !one.is_empty());
        match turns.iter_mut().find(|(known, _)| *known == head) {
            Some((_, known)) => known.extend(what),
            None => turns.push((head, what.collect())),
        }
    }
    let command = |(head, mut what): (&str, Vec<&str>)| {
        what.sort_unstable();
        what.dedup();
        what.truncate(NAMED);
        if what.is_empty() { head.to_owned() } else { format!("{head}{RESTART}{}", what.join(" ")) }
    };
    turns.into_iter().map(command).collect::<Vec<_>>().join(" && ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::{Ground, Remedy};

    fn old(cluster: &str, name: &str, peer: &str) -> Finding {
        let (own, peer) = (ClusterName::new(cluster), ClusterName::new(peer));
        let object = ObjectRef::namespaced(&own, Kind::Pod, "mc", &format!("{name}-0"));
        let text = format!("a pod of {name} refuses {peer}");
        let remedy = Remedy::run(
            "restart it; for that, run",
            format!("kubectl -n mc rollout restart deployment/{name}"),
        );
        Finding::error(CHECK, &[&own, &peer], text, remedy)
            .about_pod(object, name)
            .seen("env", "1 certificate")
    }

    fn told(all: Vec<Finding>) -> Vec<Finding> {
        let mut judged = Judged::default();
        judged.add(all);
        judged.gather_restarts();
        judged.merge();
        judged.causes.into_iter().map(|cause| cause.finding).collect()
    }

    #[test]
    fn pods_of_a_cluster_that_were_not_restarted_are_told_once() {
        let all = told(vec![old("infra", "gateway", "apps"), old("infra", "controller", "apps")]);
        let [one] = &all[..] else { panic!("{all:#?}") };
        assert_eq!(
            one.summary,
            "pods of infra were started with trust anchors, none of which signed the issuer of apps: they refuse apps"
        );
        assert_eq!(one.object.as_ref().unwrap().name, TRUST_ROOTS.1);
        let command = one.remedy.as_ref().unwrap().command.as_deref();
        assert_eq!(command, Some("kubectl -n mc rollout restart deployment/controller deployment/gateway"));
        let fields: Vec<&str> = one.evidence.iter().map(|seen| seen.field.as_str()).collect();
        assert_eq!(fields, ["env of pod/controller-0 in mc", "env of pod/gateway-0 in mc"]);
    }

    #[test]
    fn pods_that_refuse_their_own_cluster_are_said_to_refuse_it() {
        let one = |name| old("infra", name, "apps").on(Ground::OwnCluster);
        let all = told(vec![one("postgres"), one("web")]);
        assert!(
            all[0].summary.ends_with("none of which signed the issuer of infra: they refuse infra"),
            "{all:?}"
        );
    }

    #[test]
    fn one_pod_of_each_of_two_clusters_is_told_by_itself() {
        let both = [old("infra", "gateway", "apps"), old("apps", "gateway", "infra")];
        let mut all = told(both.to_vec());
        all.sort_by_key(|one| one.clusters.clone());
        assert_eq!(all, [both[1].clone(), both[0].clone()]);
    }

    #[test]
    fn other_commands_stand_one_after_the_other() {
        let all = ["look at a", "a rollout restart deployment b", "a rollout restart deployment c"];
        assert_eq!(in_turn(&all), all.join(" && "));
    }
}
