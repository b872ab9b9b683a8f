//! Cilium's load balancing at the socket: it picks an endpoint when a pod connects, before the pod's proxy sees which
//! Service that was for.

use super::Question;
use crate::terms::{Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy};

/// Where Cilium has its settings.
const CONFIG: (&str, &str) = ("kube-system", "cilium-config");

/// Clients of a mirror are in the consumer.
pub(super) fn bypass(asked: &Question<'_>) -> Option<Finding> {
    if asked.here()?.is_bypassed != Observed::Present(true) {
        return None;
    }
    let (consumer, (namespace, name)) = (&asked.target.consumer, CONFIG);
    let text = format!(
        "Cilium in {consumer} balances connections of pods before their proxies see them: clients reach the gateway without \
         an identity, and are refused"
    );
    let words = ["--namespace", namespace, "get", "configmap", name, "-o", "yaml"];
    let remedy = Remedy::run(
        "set socketLB.hostNamespaceOnly=true in the Helm values of Cilium and restart its agents; to see its settings, run",
        asked.kubectl(&words),
    );
    let finding = Finding::error("cilium-sockets", &[consumer], text, remedy);
    let config = ObjectRef::namespaced(consumer, Kind::ConfigMap, namespace, name);
    Some(finding.about(config).seen("bpf-lb-sock-hostns-only", "not true"))
}
