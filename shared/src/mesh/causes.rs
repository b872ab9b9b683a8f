//! What explains what: the findings of a mesh as a graph, in one table. Whoever shows several findings at once asks it
//! which of them is the cause, and folds the others under it.

use crate::terms::Kind;
use crate::verdict::{Finding, Severity, follows};

/// A finding, and what it explains.
pub struct Cause {
    /// The id of its check.
    pub id: &'static str,
    /// From which weight on it explains anything: a token that is about to expire has done no harm yet.
    from: Severity,
    /// The ids that follow from it directly.
    effects: &'static [&'static str],
}

const fn error(id: &'static str, effects: &'static [&'static str]) -> Cause {
    Cause { id, from: Severity::Error, effects }
}

const fn warning(id: &'static str, effects: &'static [&'static str]) -> Cause {
    Cause { id, from: Severity::Warning, effects }
}

/// Explains nothing but itself.
const fn alone(id: &'static str) -> Cause {
    Cause { id, from: Severity::Error, effects: &[] }
}

/// What becomes of a mirror that nobody makes or keeps.
const UNKEPT: &[&str] =
    &["mirror-orphaned", "mirror-missing", "federated-passed-over", "mirror-behind", "mirror-endpoints"];
/// What becomes of one that nobody may make at all.
const UNMADE: &[&str] = &["mirror-missing"];
/// What becomes of one whose gateway is dead, or taken for dead.
const DEAD: &[&str] = &["mirror-endpoints"];
/// A selector that selects nothing.
const SELECTS_NOTHING: &[&str] = &["not-labelled", "mirror-missing"];

/// Every finding, causes first: what stands here may explain what follows, and nothing before it.
pub const CAUSES: [Cause; 92] = [
    alone("services-unseen"),
    error("service-not-found", &["mirror-orphaned", "mirror-missing"]),
    error("export-shape", &["mirror-missing", "export-endpoints"]),
    alone("export-is-mirror"),
    error("export-headless", UNMADE),
    alone("cluster-unseen"),
    alone("link-credentials"),
    error("no-link", &["mirror-orphaned", "mirror-missing"]),
    error(
        "link-fields",
        &["gateway-mode", "flat-mode", "federated-mode", "not-labelled", "mirror-missing", "gateway-probe"],
    ),
    error("link-twice", &["controller-rights", "mirror-orphaned", "mirror-missing", "mirror-endpoints"]),
    warning("link-version", UNKEPT),
    alone("link-selects-all"),
    error("gateway-mode", SELECTS_NOTHING),
    error("flat-mode", SELECTS_NOTHING),
    error("federated-mode", SELECTS_NOTHING),
    error("not-labelled", UNKEPT),
    error("credentials-expired", UNKEPT),
    error("credentials-revoked", UNKEPT),
    error("credentials-server", UNKEPT),
    error("credentials-rights", UNKEPT),
    warning("credentials-name", UNKEPT),
    warning("credentials-authority", UNKEPT),
    alone("credentials-trust"),
    warning("credentials-reread", UNKEPT),
    // One that does not run does not lead either.
    error("controller-running", &["controller-leading", "controller-meshed", "gateway-probe"]),
    error("controller-rights", UNKEPT),
    error("controller-network-policy", UNKEPT),
    error("controller-leading", UNKEPT),
    error("namespace-missing", UNMADE),
    error("mirror-name-length", UNMADE),
    error("mirror-name-clash", UNMADE),
    error("mirror-endpoints-clash", UNMADE),
    alone("mirror-unseen"),
    alone("mirror-orphaned"),
    error("mirror-missing", &["mirror-behind", "mirror-endpoints"]),
    alone("federated-passed-over"),
    error("mirror-behind", &["mirror-opaque", "mirror-endpoints"]),
    alone("mirror-edited"),
    alone("mirror-pods"),
    warning("export-target-port", &["export-endpoints", "mirror-endpoints"]),
    warning("export-endpoints", DEAD),
    error("proxy-injector", &["gateway-meshed", "controller-meshed", "client-proxy", "mirror-endpoints"]),
    alone("gateway-spread"),
    warning("gateway-local", DEAD),
    error("gateway-up", &["gateway-meshed", "gateway-address", "gateway-identity", "mirror-endpoints"]),
    error("gateway-meshed", DEAD),
    warning("gateway-address", DEAD),
    alone("gateway-addresses"),
    error("gateway-identity", &["probe-place", "mirror-address", "mirror-endpoints"]),
    alone("target-domain"),
    alone("target-control-plane"),
    error("trust-roots", &["trust-restart", "mirror-endpoints"]),
    error("trust-issuer", DEAD),
    alone("trust-renewal"),
    alone("trust-copies"),
    error("trust-expiry", DEAD),
    error("trust-restart", DEAD),
    alone("cilium-sockets"),
    alone("cilium-restart"),
    error("cilium-cni", DEAD),
    alone("flat-network"),
    error("controller-meshed", DEAD),
    alone("discovery-secret"),
    alone("gateway-probe"),
    warning("probe-place", DEAD),
    warning("probe-networks", DEAD),
    warning("probe-route", DEAD),
    alone("gateway-policy"),
    error("probe-policy", DEAD),
    alone("backend-policy"),
    warning("gateway-ranges", DEAD),
    error("gateway-network-policy", DEAD),
    alone("backend-network-policy"),
    alone("client-network-policy"),
    error("control-plane-network-policy", DEAD),
    alone("mirror-address"),
    alone("mirror-endpoints"),
    alone("export-protocol"),
    alone("opaque-ports"),
    alone("mirror-opaque"),
    alone("pod-ports"),
    alone("route-circle"),
    alone("route-version"),
    alone("copied-labels"),
    alone("namespace-injection"),
    alone("client-ingress"),
    alone("client-proxy"),
    alone("version-skew"),
    alone("federated-local"),
    alone("domain-assumed"),
    alone("not-looked-at"),
    alone("not-looked-at-here"),
];

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
    may_lead_to(cause, effect.check) && is_there(cause, effect)
}

/// Whether a finding explains those of a check, wherever they are.
pub fn may_lead_to(cause: &Finding, check: &str) -> bool {
    of(cause.check).is_some_and(|known| cause.severity >= known.from && cause.severity != Severity::Unknown)
        && reaches(cause.check, check)
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
        _ => true,
    }
}

/// Whether a check that nobody could make might be the reason of another one, if it spoke; what clusters stand on may be, too.
pub fn may_explain(cause: &str, effect: &str) -> bool {
    reaches(cause, effect) || follows(cause).iter().any(|one| *one == effect || may_explain(one, effect))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::checks::CHECKS;
    use crate::terms::ClusterName;
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
