//! Network policies that shut several things: each policy is told once, whatever Links and ways it stands in.

use super::Judged;
use super::merged::remedied;
use super::parts::put;
use crate::mesh::causes::{is_kept, is_of_fences, keeps, position};
use crate::terms::ObjectRef;
use crate::verdict::{Cause, Finding, Ground, Severity};
use std::cmp::Reverse;
use std::collections::BTreeMap;

impl Judged {
    /// Puts what a policy shuts besides under what weighs most of it, of that the first in causal order.
    pub(super) fn fold_fences(&mut self) {
        let mut leads: Vec<Cause> = Vec::new();
        let mut of_policy: BTreeMap<ObjectRef, Vec<Cause>> = BTreeMap::new();
        for cause in std::mem::take(&mut self.causes) {
            match cause.finding.object.clone().filter(|_| is_shut(&cause)) {
                Some(policy) => of_policy.entry(policy).or_default().push(cause),
                None => leads.push(cause),
            }
        }
        leads.extend(of_policy.into_values().filter_map(folded));
        self.causes = leads;
    }

    /// Gives a policy that shuts several things what opens all of them.
    pub(super) fn open_fences(&mut self) {
        for Cause { finding, effects } in &mut self.causes {
            let policy = finding.object.as_ref().filter(|_| is_of_fences(finding.check));
            let is_same = |one: &&Finding| {
                is_of_fences(one.check) && one.object.as_ref() == policy && one.severity > Severity::Info
            };
            let besides: Vec<Finding> =
                effects.iter().filter(|_| policy.is_some()).filter(is_same).cloned().collect();
            if !besides.is_empty() {
                let all: Vec<Finding> = [finding.clone()].into_iter().chain(besides).collect();
                finding.remedy = remedied(&all);
            }
        }
    }

    /// Puts a local service mirror that does not start, which is of no Link, under what a Link tells of the reason; and what waits for
    /// a plugin, for kubelets or for certificates, under what the other Link tells of that; and mirrors that nobody keeps in a cluster
    /// under what took the extension away there.
    pub(super) fn fold_kept(&mut self) {
        let all = std::mem::take(&mut self.causes).into_iter();
        let is_kept_by_others = |cause: &Cause| {
            ["controller-running", "federated-local", "mirror-orphaned"].contains(&cause.finding.check)
                || cause.finding.ground == Some(Ground::Network)
        };
        let (kept, rest): (Vec<Cause>, Vec<Cause>) = all.partition(is_kept_by_others);
        // Few are, whatever else there is.
        let (mut keeping, mut rest): (Vec<Cause>, Vec<Cause>) =
            rest.into_iter().partition(|lead| told(lead).any(|one| keeps(one.check)));
        for cause in kept {
            let lead = keeping.iter_mut().find(|lead| told(lead).any(|one| is_kept(one, &cause.finding)));
            put(cause, lead, &mut self.causes);
        }
        self.causes.append(&mut keeping);
        self.causes.append(&mut rest);
    }
}

fn told(lead: &Cause) -> impl Iterator<Item = &Finding> {
    [&lead.finding].into_iter().chain(&lead.effects)
}

fn is_shut(cause: &Cause) -> bool {
    is_of_fences(cause.finding.check) && cause.finding.severity > Severity::Info
}

fn folded(mut all: Vec<Cause>) -> Option<Cause> {
    all.sort_by_key(|cause| (Reverse(cause.finding.severity), position(cause.finding.check)));
    let mut all = all.into_iter();
    let mut lead = all.next()?;
    for Cause { mut finding, effects } in all {
        finding.follow(Some(&lead.finding));
        lead.effects.push(finding);
        lead.effects.extend(effects);
    }
    lead.effects.sort_by_key(|one| (Reverse(one.severity), position(one.check)));
    Some(lead)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::{ClusterName, Kind};
    use crate::verdict::{Finding, Idle, Remedy};

    fn told(all: &[(&'static str, &str, Severity)]) -> Vec<(&'static str, Vec<&'static str>)> {
        let infra = ClusterName::new("infra");
        let finding = |(check, policy, severity): (&'static str, &str, Severity)| {
            let object = ObjectRef::namespaced(&infra, Kind::NetworkPolicy, "linkerd-multicluster", policy);
            let finding = Finding::error(check, &[&infra], "x", Remedy::new("y")).about(object);
            Finding { severity, ..finding }
        };
        let mut judged = Judged::default();
        judged.add(all.iter().copied().map(finding));
        judged.fold_fences();
        let effects = |cause: &Cause| cause.effects.iter().map(|one| one.check).collect::<Vec<_>>();
        judged.causes.iter().map(|cause| (cause.finding.check, effects(cause))).collect()
    }

    #[test]
    fn a_policy_that_shuts_everything_is_told_once() {
        let (error, warning) = (Severity::Error, Severity::Warning);
        let [controller, gateway, clients] =
            ["controller-network-policy", "gateway-network-policy", "client-network-policy"];
        let all =
            [(gateway, "deny-all", error), (clients, "deny-all", warning), (controller, "deny-all", error)];
        assert_eq!(told(&all), [(controller, vec![gateway, clients])]);
        let doubtful = [(controller, "deny-all", warning), (gateway, "deny-all", error)];
        assert_eq!(told(&doubtful), [(gateway, vec![controller])], "what is certain leads");
        let two = [(gateway, "deny-all", error), (controller, "other", error)];
        assert_eq!(told(&two).len(), 2, "of two policies each is to be seen to");
        let other = [(gateway, "deny-all", error), ("gateway-policy", "deny-all", error)];
        assert_eq!(told(&other).len(), 2, "what is no policy of the network stands alone");
    }

    #[test]
    fn a_local_service_mirror_that_does_not_start_is_told_under_what_keeps_it() {
        let infra = ClusterName::new("infra");
        let object = |kind, name: &str| ObjectRef::namespaced(&infra, kind, "linkerd-multicluster", name);
        let of = |check, object| Finding::error(check, &[&infra], "x", Remedy::new("y")).about(object);
        let led = |ground| {
            let plugin = of("cilium-cni", object(Kind::ConfigMap, "cilium-config"));
            let local = of("federated-local", object(Kind::Deployment, "linkerd-local-service-mirror"));
            let mut judged = Judged::default();
            judged.add([plugin, Finding { ground, ..local }]);
            judged.fold_kept();
            judged.causes.len()
        };
        assert_eq!(led(Some(Ground::Network)), 1);
        assert_eq!(led(None), 2, "it has another reason");
    }

    #[test]
    fn a_controller_is_told_under_what_shuts_kubelets_out_of_its_cluster() {
        let [infra, apps] = ["infra", "apps"].map(ClusterName::new);
        let of = |check, cluster: &ClusterName| {
            let object = ObjectRef::namespaced(cluster, Kind::Deployment, "linkerd-multicluster", "x");
            Finding::error(check, &[cluster], "x", Remedy::new("y")).about(object)
        };
        let running = |cluster| Finding { idle: Idle::silent(), ..of("controller-running", cluster) };
        let mut judged = Judged::default();
        judged.add([running(&infra), running(&apps), of("probe-route", &infra)]);
        judged.fold_kept();
        let told = |cause: &Cause| (cause.finding.check, cause.effects.len());
        assert_eq!(
            judged.causes.iter().map(told).collect::<Vec<_>>(),
            [("controller-running", 0), ("probe-route", 1)]
        );
    }
}
