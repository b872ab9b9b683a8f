//! What explains what: the findings of a mesh as a graph, in one table. Whoever shows several findings at once asks it
//! which of them is the cause, and folds the others under it.

mod table;

use table::UNMEANT;
pub use table::{CAUSES, Cause};

use crate::terms::Kind;
use crate::verdict::{Finding, Ground, Severity, follows};

impl Cause {
    /// The ids that follow from it directly.
    pub fn effects(&self) -> &'static [&'static str] {
        self.effects
    }
}

fn of(id: &str) -> Option<&'static Cause> {
    CAUSES.iter().find(|cause| cause.id == id)
}

/// Whether a check tells no more than how far a mirror has come, which may be no more than a bad moment.
pub fn is_symptom(check: &str) -> bool {
    ["mirror-missing", "mirror-behind", "mirror-endpoints"].contains(&check)
}

/// Whether a check is of the mesh at all.
pub fn is_known(id: &str) -> bool {
    of(id).is_some()
}

/// Where a check stands in causal order; what is not in the table stands last.
pub fn position(id: &str) -> usize {
    CAUSES.iter().position(|cause| cause.id == id).unwrap_or(CAUSES.len())
}

/// Whether one check explains another, in however many steps.
fn reaches(cause: &str, effect: &str) -> bool {
    let effects = of(cause).map_or(&[][..], |cause| cause.effects);
    // The table is in order, so that this ends.
    effects.iter().any(|one| *one == effect || reaches(one, effect))
}

/// Whether a finding is the reason of another one.
pub fn explains(cause: &Finding, effect: &Finding) -> bool {
    (leads(cause, effect.check) && is_there(cause, effect)) || is_of_one_fence(cause, effect)
}

/// Whether a finding explains those of a check, wherever they are.
pub fn may_lead_to(cause: &Finding, check: &str) -> bool {
    leads(cause, check) || is_earlier_fence(cause.check, check)
}

fn leads(cause: &Finding, check: &str) -> bool {
    of(cause.check).is_some_and(|known| cause.severity >= known.from && cause.severity != Severity::Unknown)
        && reaches(cause.check, check)
}

/// What network policies shut, in causal order. One policy may shut all of it.
const FENCES: [&str; 5] = [
    "controller-network-policy",
    "gateway-network-policy",
    "backend-network-policy",
    "client-network-policy",
    "control-plane-network-policy",
];

/// Whether a check is about a network policy that shuts something.
pub fn is_of_fences(check: &str) -> bool {
    FENCES.contains(&check)
}

fn is_earlier_fence(cause: &str, effect: &str) -> bool {
    let [cause, effect] = [cause, effect].map(|check| FENCES.iter().position(|one| *one == check));
    cause.zip(effect).is_some_and(|(cause, effect)| cause < effect)
}

/// Whether one policy shuts both: it is told once, by what weighs no less.
fn is_of_one_fence(cause: &Finding, effect: &Finding) -> bool {
    is_earlier_fence(cause.check, effect.check)
        && cause.object.is_some()
        && cause.object == effect.object
        && cause.severity >= effect.severity
        && cause.severity != Severity::Unknown
}

/// An injector gives proxies to pods of its own cluster alone, and what a controller probes through comes with it, while
/// what its Link says of the probe does not.
fn is_there(cause: &Finding, effect: &Finding) -> bool {
    let place = |finding: &Finding| finding.object.as_ref().map(|object| object.cluster.clone());
    match (cause.check, effect.check) {
        ("proxy-injector", "gateway-meshed" | "controller-meshed" | "client-proxy") => {
            place(cause) == place(effect)
        }
        ("controller-running", "gateway-probe") => {
            effect.object.as_ref().is_some_and(|it| it.kind == Kind::Service)
        }
        ("credentials-revoked", check) if OF_GATEWAY.contains(&check) => {
            cause.ground == Some(Ground::Extension)
        }
        // What nobody asked for is as it is because of the Link, and what somebody did ask for is not.
        ("link-selects-all", check) => UNMEANT.contains(&check) && effect.ground == Some(Ground::Unmeant),
        // A second Link has no service mirror of its own. One that is there and does not run has another reason.
        ("link-twice", "controller-running") => {
            effect.object.as_ref().is_some_and(|it| it.kind == Kind::Link)
        }
        ("link-twice", check) => !OF_CONTROLLER.contains(&check),
        ("cilium-cni", "gateway-up") => {
            effect.ground == Some(Ground::Network) && place(cause) == place(effect)
        }
        ("cilium-cni", check) => check == "mirror-endpoints",
        // What is not renewed is as good as before until it has expired.
        ("trust-renewal", check) => check == "trust-expiry" && cause.object == effect.object,
        // A path that nobody answers at is one that no policy lets in either.
        ("probe-place", "probe-policy") => {
            cause.evidence.iter().any(|one| one.field == "spec.probeSpec.path")
        }
        _ => true,
    }
}

/// What follows from a controller that does not run, and from a second Link only through that.
const OF_CONTROLLER: [&str; 3] = ["controller-leading", "controller-meshed", "gateway-probe"];

/// What is said of a gateway, and goes with it. An account alone takes none of it along.
const OF_GATEWAY: [&str; 6] =
    ["gateway-up", "gateway-meshed", "gateway-address", "gateway-identity", "probe-place", "mirror-address"];

/// Whether a check that nobody could make leaves it open what is the reason of another one. A gateway can be seen without the
/// account.
pub fn may_hide(cause: &str, effect: &str) -> bool {
    may_explain(cause, effect) && !(cause == "credentials-revoked" && OF_GATEWAY.contains(&effect))
}

/// Whether a check that nobody could make might be the reason of another one, if it spoke; what clusters stand on may be, too.
pub fn may_explain(cause: &str, effect: &str) -> bool {
    reaches(cause, effect) || follows(cause).iter().any(|one| *one == effect || may_explain(one, effect))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::checks::CHECKS;
    use crate::terms::{ClusterName, ObjectRef};
    use crate::verdict::Remedy;

    #[test]
    fn every_check_stands_in_the_table_once() {
        for check in &CHECKS {
            assert_eq!(CAUSES.iter().filter(|cause| cause.id == check.id).count(), 1, "{}", check.id);
        }
        let mut ids: Vec<_> = CAUSES.iter().map(|cause| cause.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), CAUSES.len());
    }

    #[test]
    fn causes_come_before_what_they_explain_so_that_there_is_no_circle() {
        for cause in &CAUSES {
            for effect in cause.effects {
                assert!(position(effect) > position(cause.id), "{} explains {effect}", cause.id);
            }
        }
    }

    #[test]
    fn a_certificate_that_is_not_renewed_explains_that_it_expires_and_no_other_does() {
        let infra = ClusterName::new("infra");
        let object = |name| ObjectRef::namespaced(&infra, Kind::Secret, "linkerd", name);
        let of = |id, name| Finding::warning(id, &[&infra], "x", Remedy::new("y")).about(object(name));
        let cause = of("trust-renewal", "issuer");
        assert!(explains(&cause, &of("trust-expiry", "issuer")));
        assert!(!explains(&cause, &of("trust-expiry", "roots")), "another one");
        assert!(!explains(&cause, &of("mirror-endpoints", "issuer")), "until then it works");
    }

    #[test]
    fn a_path_that_nobody_answers_at_explains_that_no_policy_lets_it_in_and_a_port_does_not() {
        let infra = ClusterName::new("infra");
        let of = |id| Finding::warning(id, &[&infra], "x", Remedy::new("y"));
        let place = |field: &str| of("probe-place").seen(field, "z");
        assert!(explains(&place("spec.probeSpec.path"), &of("probe-policy")));
        assert!(!explains(&place("spec.probeSpec.port"), &of("probe-policy")));
    }

    #[test]
    fn a_link_that_selects_everything_explains_what_is_odd_of_services_that_nobody_meant() {
        let infra = ClusterName::new("infra");
        let of = |id| Finding::warning(id, &[&infra], "x", Remedy::new("y"));
        let cause = of("link-selects-all");
        for check in ["backend-policy", "export-is-mirror", "export-headless", "namespace-missing"] {
            assert!(explains(&cause, &of(check).on(Ground::Unmeant)), "{check}");
            assert!(!explains(&cause, &of(check)), "{check} of one that somebody did mean");
        }
        assert!(!explains(&cause, &of("mirror-missing").on(Ground::Unmeant)), "it selects it");
    }

    #[test]
    fn a_second_link_explains_that_it_has_no_controller_and_not_that_one_is_down() {
        let apps = ClusterName::new("apps");
        let of = |id| Finding::error(id, &[&apps], "x", Remedy::new("y"));
        let running = |kind| {
            of("controller-running").about(ObjectRef::namespaced(
                &apps,
                kind,
                "linkerd-multicluster",
                "infra",
            ))
        };
        assert!(explains(&of("link-twice"), &running(Kind::Link)));
        assert!(!explains(&of("link-twice"), &running(Kind::Deployment)), "it is there, and does not run");
        assert!(!explains(&of("link-twice"), &of("controller-leading")), "by itself");
    }

    #[test]
    fn a_removed_plugin_explains_a_gateway_that_waits_for_its_network_there_alone() {
        let [infra, apps] = ["infra", "apps"].map(ClusterName::new);
        let of = |id, cluster| {
            let object = ObjectRef::namespaced(cluster, Kind::Service, "linkerd-multicluster", "x");
            Finding::error(id, &[cluster], "x", Remedy::new("y")).about(object)
        };
        let waiting = of("gateway-up", &infra).on(Ground::Network);
        assert!(explains(&of("cilium-cni", &infra), &waiting));
        assert!(!explains(&of("cilium-cni", &apps), &waiting), "in another cluster");
        assert!(!explains(&of("cilium-cni", &infra), &of("gateway-up", &infra)), "it has another reason");
        assert!(!explains(&of("cilium-cni", &infra), &of("gateway-address", &infra)), "through it alone");
    }

    #[test]
    fn what_one_policy_shuts_besides_is_under_the_first_of_it() {
        let infra = ClusterName::new("infra");
        let object = |name| ObjectRef::namespaced(&infra, Kind::NetworkPolicy, "linkerd-multicluster", name);
        let of = |id, name| Finding::error(id, &[&infra], "x", Remedy::new("y")).about(object(name));
        let [first, later] = ["gateway-network-policy", "backend-network-policy"];
        assert!(explains(&of(first, "deny-all"), &of(later, "deny-all")));
        assert!(!explains(&of(later, "deny-all"), &of(first, "deny-all")), "the first leads");
        assert!(
            !explains(&of(first, "deny-all"), &of(later, "other")),
            "another policy is to be seen to, too"
        );
        let doubtful = Finding { severity: Severity::Warning, ..of(first, "deny-all") };
        assert!(!explains(&doubtful, &of(later, "deny-all")), "what weighs less does not lead");
        assert!(
            !explains(&of(later, "deny-all"), &of("mirror-endpoints", "deny-all")),
            "nor for what follows"
        );
    }

    #[test]
    fn a_warning_explains_only_where_the_table_lets_it() {
        let infra = ClusterName::new("infra");
        let late = |id| Finding::error(id, &[&infra], "x", Remedy::new("y"));
        let soon = |id| Finding::warning(id, &[&infra], "x", Remedy::new("y"));
        let missing = late("mirror-missing");
        assert!(explains(&late("credentials-expired"), &missing));
        assert!(!explains(&soon("credentials-expired"), &missing), "it is good until then");
        assert!(explains(&soon("credentials-name"), &missing));
        assert!(explains(&late("link-fields"), &late("mirror-endpoints")), "through what lies between");
        assert!(!explains(&missing, &late("link-fields")));
        assert!(explains(&soon("export-target-port"), &soon("export-endpoints")), "no pod has such a port");
        let blind = Finding::unknown("credentials-expired", &[&infra], "x", Remedy::new("y"));
        assert!(!explains(&blind, &missing), "what nobody saw explains nothing");
    }
}
