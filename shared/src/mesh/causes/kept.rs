//! Pods that do not start, since something keeps their proxies from it.

use super::place;
use crate::mesh::names::CONTROL_PLANE;
use crate::terms::Failing;
use crate::verdict::{Finding, Ground, Severity};

/// What keeps proxies from their control plane, ...
const FENCE: &str = "control-plane-network-policy";
/// ... and what takes away the rules that lead to them.
const PLUGIN: &str = "cilium-cni";
/// What leaves proxies that start without a certificate, ...
const SIGNING: [&str; 4] = ["trust-roots", "trust-issuer", "trust-renewal", "trust-expiry"];
/// ... and who is asked before any pod is made.
const INJECTING: &str = "proxy-injector";
/// What is gone with the extension of a cluster, and mirrors there that nobody keeps since.
const LEFT: [&str; 2] = ["credentials-revoked", "mirror-orphaned"];
/// What shuts kubelets out of the pods of linkerd-multicluster, ...
const OF_KUBELETS: [&str; 2] = ["probe-networks", "probe-route"];
/// ... and what becomes of these.
const UNASKED: [&str; 2] = ["gateway-up", "controller-running"];
/// What becomes of pods that are started so: nobody asks for it in this order.
const KEPT: [&str; 4] = ["gateway-up", "controller-running", "export-endpoints", "federated-local"];

/// Whether a check may be the reason of another one so.
pub(super) fn may_be_kept(cause: &str, effect: &str) -> bool {
    (is_of_pods(cause) && KEPT.contains(&effect))
        || (OF_KUBELETS.contains(&cause) && UNASKED.contains(&effect))
        || LEFT == [cause, effect]
}

fn is_of_pods(cause: &str) -> bool {
    [FENCE, PLUGIN, INJECTING].contains(&cause) || SIGNING.contains(&cause)
}

/// Whether a check is of what may keep pods so.
pub fn keeps(cause: &str) -> bool {
    is_of_pods(cause) || OF_KUBELETS.contains(&cause) || cause == LEFT[0]
}

/// Whether pods do not become ready since their proxies hear nothing, are not led to, or may not be asked. What ails them otherwise
/// has another reason.
pub fn is_kept(cause: &Finding, effect: &Finding) -> bool {
    if !may_be_kept(cause.check, effect.check) {
        return false;
    }
    let is_certain = cause.severity == Severity::Error;
    if SIGNING.contains(&cause.check) {
        return is_certain && is_unsigned(cause, effect);
    }
    if cause.check == LEFT[0] {
        return cause.ground == Some(Ground::Extension) && cause.clusters.get(..1) == Some(&effect.clusters);
    }
    if place(cause) != place(effect) {
        return false;
    }
    match cause.check {
        PLUGIN => return is_certain && effect.ground == Some(Ground::Network),
        INJECTING => {
            return cause.severity >= Severity::Warning && effect.ground == Some(Ground::Injector);
        }
        check if OF_KUBELETS.contains(&check) => {
            return is_certain && (is_silent(effect) || proxy(effect).is_some());
        }
        _ => {}
    }
    let is_waiting =
        proxy(effect).is_some() || (is_certain && effect.check == "gateway-up" && is_silent(effect));
    (is_certain || cause.severity == Severity::Warning) && is_waiting && is_about(cause, effect)
}

/// Whether endpoints of a mirror are as they are since it was edited: with a selector, Kubernetes writes them; of ports they have those
/// that the mirror has.
pub(super) fn is_rewritten(cause: &Finding, effect: &Finding) -> bool {
    let has = |it: &Finding, field: &str| it.evidence.iter().any(|one| one.field.starts_with(field));
    cause.evidence.iter().any(|one| one.field == "spec.selector")
        || (has(cause, "spec.ports") && has(effect, "subsets[].ports[].name"))
}

/// Whether pods wait for certificates that it leaves their cluster without. Of anchors only those do so that refuse their own issuer;
/// one that has expired may be of several clusters.
fn is_unsigned(cause: &Finding, effect: &Finding) -> bool {
    let is_there = match (place(cause), place(effect)) {
        (None, Some(effect)) => cause.clusters.contains(effect),
        (cause, effect) => cause == effect,
    };
    let is_own = cause.check != SIGNING[0] || cause.ground == Some(Ground::Identity);
    // What keeps a proxy from running at all has nothing to do with certificates.
    let is_waiting = proxy(effect).is_some_and(|one| !one.is_unable());
    is_there && is_own && (is_waiting || is_silent(effect))
}

/// The proxy of a pod that fails.
fn proxy(effect: &Finding) -> Option<&Failing> {
    effect.idle.failing.as_deref().filter(|one| one.is_proxy())
}

/// Whether nobody knows why they do not serve: others may have reasons of their own.
fn is_silent(effect: &Finding) -> bool {
    UNASKED.contains(&effect.check) && effect.idle.is_silent
}

/// Whether a policy is about these pods: it says so, shuts off the control plane itself, or all pods of their namespace.
fn is_about(cause: &Finding, effect: &Finding) -> bool {
    let object = effect.object.as_ref();
    let near = object.and_then(|object| object.namespace.as_deref()).unwrap_or_default();
    let is_said = match effect.check {
        "gateway-up" => cause.summary.contains("the gateway of"),
        "controller-running" => cause.summary.contains("the service mirror of the Link"),
        _ => object.is_some_and(|one| cause.summary.contains(&format!("pods of {near}/{} ", one.name))),
    };
    let own = cause.object.as_ref().map(|policy| policy.namespace.as_deref().unwrap_or(near));
    let is_of_all = || cause.evidence.iter().any(|one| one.value == "all pods");
    is_said || own == Some(CONTROL_PLANE) || (own == Some(near) && is_of_all())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::{ClusterName, Kind, ObjectRef};
    use crate::verdict::{Idle, Remedy};

    #[test]
    fn who_shuts_kubelets_out_keeps_pods_of_the_extension_down_there_alone() {
        for id in OF_KUBELETS {
            let shut = of(id, "it is shut", "infra");
            assert!(is_kept(&shut, &silent("gateway-up", "infra")));
            assert!(is_kept(&shut, &silent("controller-running", "infra")));
            assert!(!is_kept(&shut, &silent("controller-running", "apps")));
            assert!(!is_kept(&shut, &of("controller-running", "it is scaled to 0", "infra")));
            let doubtful = Finding { severity: Severity::Warning, ..shut };
            assert!(!is_kept(&doubtful, &silent("gateway-up", "infra")));
        }
    }

    fn silent(id: &'static str, cluster: &str) -> Finding {
        Finding { idle: Idle::silent(), ..of(id, "it has no pod that serves", cluster) }
    }

    fn of(id: &'static str, text: &str, cluster: &str) -> Finding {
        let cluster = ClusterName::new(cluster);
        let object = ObjectRef::namespaced(&cluster, Kind::Service, "linkerd-multicluster", "x");
        Finding::error(id, &[&cluster], text, Remedy::new("y")).about(object)
    }

    #[test]
    fn proxies_wait_for_certificates_that_nobody_signs_or_believes_in_their_cluster() {
        let fails = |ended: &str, id, cluster: &str| Finding {
            idle: Idle::of_proxy(ended),
            ..of(id, "it has no ready pod", cluster)
        };
        let waits = |id, cluster: &str| fails("Error, exit code 137", id, cluster);
        for id in SIGNING {
            let cause = of(id, "it has expired", "infra").on(Ground::Identity);
            assert!(is_kept(&cause, &waits("gateway-up", "infra")), "{id}");
            assert!(is_kept(&cause, &waits("export-endpoints", "infra")), "{id}");
            assert!(is_kept(&cause, &silent("controller-running", "infra")), "{id}");
            assert!(!is_kept(&cause, &silent("export-endpoints", "infra")), "{id}: its own containers");
            assert!(!is_kept(&cause, &waits("gateway-up", "apps")), "{id}");
            assert!(!is_kept(&cause, &fails("OOMKilled", "gateway-up", "infra")), "{id}");
            assert!(!is_kept(&cause, &of("gateway-up", "no ready pod (Insufficient cpu)", "infra")), "{id}");
            let soon = Finding { severity: Severity::Warning, ..cause };
            assert!(!is_kept(&soon, &waits("gateway-up", "infra")), "{id}");
        }
        let refusing = of("trust-roots", "proxies of infra refuse those of apps", "infra");
        assert!(!is_kept(&refusing, &waits("gateway-up", "infra")), "its own issuer it believes");
        let both = ["infra", "apps"].map(ClusterName::new);
        let anchor = Finding::error("trust-expiry", &both.each_ref(), "an anchor of both", Remedy::new("y"));
        assert!(is_kept(&anchor, &waits("gateway-up", "apps")));
    }

    #[test]
    fn pods_that_are_refused_without_their_injector_follow_from_what_is_wrong_with_it() {
        let cause = of(INJECTING, "it presents an expired certificate", "infra");
        let refused =
            |cluster| of("controller-running", "failed calling webhook", cluster).on(Ground::Injector);
        assert!(is_kept(&cause, &refused("infra")));
        assert!(!is_kept(&cause, &refused("apps")), "another one");
        assert!(!is_kept(&cause, &of("controller-running", "exceeded quota", "infra")));
    }

    #[test]
    fn mirrors_that_nobody_keeps_go_with_the_extension_of_their_cluster() {
        let [infra, apps] = ["infra", "apps"].map(ClusterName::new);
        let gone = Finding::error(LEFT[0], &[&infra, &apps], "x", Remedy::new("y"));
        let whole = gone.clone().on(Ground::Extension);
        let left = |cluster| of(LEFT[1], "no Link leads there", cluster);
        assert!(is_kept(&whole, &left("infra")));
        assert!(!is_kept(&whole, &left("apps")), "it has its own");
        assert!(!is_kept(&gone, &left("infra")), "the account alone");
    }
}
