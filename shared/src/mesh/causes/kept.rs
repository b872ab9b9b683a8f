//! Pods that do not start, since something keeps their proxies from it.

use super::place;
use crate::mesh::names::CONTROL_PLANE;
use crate::verdict::{Finding, Ground, Severity};

/// What keeps proxies from their control plane, ...
const FENCE: &str = "control-plane-network-policy";
/// ... and what takes away the rules that lead to them.
const PLUGIN: &str = "cilium-cni";
/// What shuts kubelets out of the pods of linkerd-multicluster, ...
const OF_KUBELETS: [&str; 2] = ["probe-networks", "probe-route"];
/// ... and what becomes of these.
const UNASKED: [&str; 2] = ["gateway-up", "controller-running"];
/// What becomes of pods that are started so: nobody asks for it in this order.
const KEPT: [&str; 4] = ["gateway-up", "controller-running", "export-endpoints", "federated-local"];
/// How it is told that the proxy of a pod fails.
const PROXY: &str = "container linkerd-proxy";

/// Whether a check may be the reason of another one so.
pub(super) fn may_be_kept(cause: &str, effect: &str) -> bool {
    ([FENCE, PLUGIN].contains(&cause) && KEPT.contains(&effect))
        || (OF_KUBELETS.contains(&cause) && UNASKED.contains(&effect))
}

/// Whether a check is of what may keep pods so.
pub fn keeps(cause: &str) -> bool {
    [FENCE, PLUGIN].contains(&cause) || OF_KUBELETS.contains(&cause)
}

/// Whether pods do not become ready since their proxies hear nothing, are not led to, or may not be asked. What ails them otherwise
/// has another reason.
pub fn is_kept(cause: &Finding, effect: &Finding) -> bool {
    if !may_be_kept(cause.check, effect.check) || place(cause) != place(effect) {
        return false;
    }
    if cause.check == PLUGIN {
        return cause.severity == Severity::Error && effect.ground == Some(Ground::Network);
    }
    let is_certain = cause.severity == Severity::Error;
    let said = &effect.summary;
    if OF_KUBELETS.contains(&cause.check) {
        let is_idle = said.ends_with("no ready pod") || said.ends_with("no pod that serves");
        return is_certain && (is_idle || said.contains(PROXY));
    }
    let is_waiting = said.contains(PROXY)
        || (is_certain && effect.check == "gateway-up" && said.ends_with("no ready pod"));
    (is_certain || cause.severity == Severity::Warning) && is_waiting && is_about(cause, effect)
}

/// Whether endpoints of a mirror are as they are since it was edited: with a selector, Kubernetes writes them; of ports they have those
/// that the mirror has.
pub(super) fn is_rewritten(cause: &Finding, effect: &Finding) -> bool {
    let has = |it: &Finding, field: &str| it.evidence.iter().any(|one| one.field.starts_with(field));
    cause.evidence.iter().any(|one| one.field == "spec.selector")
        || (has(cause, "spec.ports") && has(effect, "subsets[].ports[].name"))
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
    use crate::verdict::Remedy;

    #[test]
    fn who_shuts_kubelets_out_keeps_pods_of_the_extension_down_there_alone() {
        let [infra, apps] = ["infra", "apps"].map(ClusterName::new);
        let of = |id, text: &str, cluster: &ClusterName| {
            let object = ObjectRef::namespaced(cluster, Kind::Service, "linkerd-multicluster", "x");
            Finding::error(id, &[cluster], text, Remedy::new("y")).about(object)
        };
        for id in OF_KUBELETS {
            let shut = of(id, "it is shut", &infra);
            assert!(is_kept(&shut, &of("gateway-up", "the gateway has no ready pod", &infra)));
            assert!(is_kept(&shut, &of("controller-running", "it has no pod that serves", &infra)));
            assert!(!is_kept(&shut, &of("controller-running", "it has no pod that serves", &apps)));
            assert!(!is_kept(&shut, &of("controller-running", "it is scaled to 0", &infra)));
            let doubtful = Finding { severity: Severity::Warning, ..shut };
            assert!(!is_kept(&doubtful, &of("gateway-up", "the gateway has no ready pod", &infra)));
        }
    }
}
