//! What a right that is missing hides: an answer without what an error may rest on is no good one.

use super::Judged;
use crate::mesh::access::is_required;
use crate::terms::{ClusterName, Fleet};
use crate::verdict::{Cause, Finding, Hidden, Remedy, Severity, against};
use std::collections::BTreeMap;

/// The checks of what carries mirrors, in the exporter and in the consumer.
const CHECKS: [&str; 2] = ["not-looked-at", "not-looked-at-here"];

/// The same as something unknown, where a right is missing that is required, with what gives it.
pub(super) fn weighed(finding: Finding, fleet: Option<&Fleet>) -> Finding {
    let needed = finding.hidden.iter().find(|hidden| is_required(&hidden.obstacle));
    let Some((needed, fleet)) = needed.filter(|_| finding.is_unseen).zip(fleet) else { return finding };
    let remedy = if finding.hidden.iter().filter_map(Hidden::rule).any(|rule| Some(rule) != needed.rule()) {
        let action =
            format!("have these rules granted in {}, or bind the roles that this prints", needed.cluster);
        Remedy::run(action, "kubectl xcluster-check --show-rbac")
    } else {
        against(&needed.obstacle, &needed.cluster, fleet)
    };
    Finding { severity: Severity::Unknown, is_unseen: false, remedy: Some(remedy), ..finding }
}

impl Judged {
    /// Makes one of what is one thing, and puts what follows from another one under it. What is gathered comes first, since it gets
    /// other fingerprints, by which the rest is folded; merging is last, when no finding moves any more.
    pub(super) fn fold(&mut self, fleet: Option<&Fleet>) {
        self.gather_blind(fleet);
        self.gather_restarts();
        self.fold_fences();
        self.fold_kept();
        self.fold_alike();
        self.fold_groups();
        self.sort();
        self.merge();
        self.open_fences();
    }

    /// Makes one finding of what is hidden in a cluster from either side of a Link.
    pub(super) fn gather_blind(&mut self, fleet: Option<&Fleet>) {
        let mut found = BTreeMap::<ClusterName, Vec<Finding>>::new();
        let is_it = |cause: &Cause| {
            CHECKS.contains(&cause.finding.check)
                && !cause.finding.hidden.is_empty()
                && cause.effects.is_empty()
        };
        for cause in self.causes.extract_if(.., |cause| is_it(cause)) {
            if let [cluster] = &cause.finding.clusters[..] {
                found.entry(cluster.clone()).or_default().push(cause.finding);
            }
        }
        for (cluster, all) in found {
            let Some(check) = all.iter().map(|finding| finding.check).min() else { continue };
            let mut hidden: Vec<Hidden> = all.iter().flat_map(|finding| finding.hidden.clone()).collect();
            hidden.sort_by(|one, other| one.what.cmp(&other.what));
            hidden.dedup();
            let one = weighed(Finding::hidden(check, &[&cluster], hidden), fleet);
            for weights in &mut self.weights {
                let of_all = all.iter().filter_map(|finding| weights.remove(&finding.fingerprint)).max();
                weights.extend(of_all.map(|weight| (one.fingerprint.clone(), weight)));
            }
            self.causes.push(Cause { finding: one, effects: Vec::new() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::fleetwide::Looked;
    use crate::mesh::samples::{mesh, service};
    use crate::terms::Obstacle;

    fn hidden(what: &str, resource: &str, namespace: Option<&str>) -> Hidden {
        let (verb, resource) = ("list".to_owned(), resource.to_owned());
        let namespace = namespace.map(str::to_owned);
        let obstacle = Obstacle::Forbidden { verb, resource, namespace, message: String::new() };
        Hidden { cluster: ClusterName::new("apps"), what: what.to_owned(), obstacle }
    }

    fn told(all: &[(&'static str, Hidden)]) -> Vec<Finding> {
        let (apps, fleet) = (ClusterName::new("apps"), mesh(service(), Vec::new()).fleet);
        let found = all.iter().map(|(check, hidden)| {
            let finding = weighed(Finding::hidden(check, &[&apps], vec![hidden.clone()]), Some(&fleet));
            Cause { finding, effects: Vec::new() }
        });
        let mut judged = Judged { causes: found.collect(), looked: Looked::default(), ..Judged::default() };
        judged.gather_blind(Some(&fleet));
        judged.causes.into_iter().map(|cause| cause.finding).collect()
    }

    #[test]
    fn what_hides_the_same_cluster_from_both_sides_is_told_once_with_every_rule() {
        let all = told(&[
            (CHECKS[1], hidden("its pods", "pods", None)),
            (CHECKS[0], hidden("its Leases", "leases.coordination.k8s.io", None)),
            (CHECKS[0], hidden("its pods", "pods", None)),
        ]);
        let [one] = &all[..] else { panic!("{all:#?}") };
        assert_eq!((one.check, one.severity), (CHECKS[0], Severity::Unknown));
        assert_eq!(
            one.summary,
            "not looked at: its Leases (cannot list leases.coordination.k8s.io: forbidden); its pods (cannot list pods: \
             forbidden)"
        );
        assert_eq!(one.evidence.len(), 2);
        assert!(one.remedy.as_ref().unwrap().rule.is_none(), "there are two");
    }

    #[test]
    fn what_no_error_rests_on_is_worth_knowing_and_so_is_what_nobody_should_have_to_show() {
        let optional = [
            hidden("the Ingresses beside it", "ingresses.networking.k8s.io", None),
            hidden("who signs for its proxies", "secrets", Some("linkerd")),
        ];
        for one in optional {
            let all = told(&[(CHECKS[0], one)]);
            assert_eq!((all[0].severity, all[0].is_unseen), (Severity::Info, true), "{all:?}");
        }
        let all = told(&[(CHECKS[0], hidden("its pods", "pods", None))]);
        assert!(all[0].remedy.as_ref().unwrap().rule.is_some(), "{all:?}");
    }
}
