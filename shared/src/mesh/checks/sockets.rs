//! Cilium's load balancing at the socket: it picks an endpoint when a pod connects, before the pod's proxy sees which
//! Service that was for.

use super::{Pair, settings};
use crate::mesh::machinery::{CiliumSettings, Machinery};
use crate::terms::{ClusterName, Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy, kubectl};

/// Where Cilium has its settings.
const CONFIG: (&str, &str) = ("kube-system", "cilium-config");

/// Clients of a mirror are in the consumer.
pub(super) fn bypass(asked: &Pair<'_>) -> Option<Finding> {
    let consumer = asked.consumer;
    if !cilium(asked.here()?)?.is_bypassing {
        return None;
    }
    let text = format!(
        "Cilium in {consumer} load-balances pod connections before their proxies see them: clients reach the gateway without \
         an identity, and are refused"
    );
    let remedy = Remedy::run(
        "set socketLB.hostNamespaceOnly=true in the Helm values of Cilium and restart its agents; to see its settings, run",
        look(asked, consumer),
    );
    let finding = Finding::error("cilium-sockets", &[consumer], text, remedy);
    Some(finding.about(config(consumer)).seen("bpf-lb-sock-hostns-only", "not true"))
}

/// Linkerd's CNI plugin is chained behind that of the cluster; where its configuration is removed, pods start without the
/// rules that lead their connections through proxies.
pub(super) fn exclusive(asked: &Pair<'_>) -> Option<Finding> {
    let sides = [(&asked.seen.exporter, asked.there()), (asked.consumer, asked.here())];
    let (cluster, _) = sides.into_iter().find(|(_, machinery)| {
        let is_chained = |machinery| settings(machinery).is_some_and(|settings| settings.is_cni);
        machinery.is_some_and(|one| is_chained(one) && cilium(one).is_some_and(|cilium| cilium.is_exclusive))
    })?;
    let text = format!(
        "Cilium in {cluster} removes the configuration of Linkerd's CNI plugin from the nodes: new meshed pods do not start"
    );
    let remedy = Remedy::run(
        "set cni.exclusive=false in the Helm values of Cilium, restart its agents and then linkerd-cni; to see its settings, run",
        look(asked, cluster),
    );
    let finding = Finding::error("cilium-cni", &[cluster], text, remedy);
    Some(finding.about(config(cluster)).seen("cni-exclusive", "true"))
}

/// What the settings say is then not what holds: neither what is wrong there, nor what was mended.
pub(super) fn unread(asked: &Pair<'_>) -> Option<Finding> {
    let changed = asked.seen_here.unread_cilium.as_deref()?;
    let consumer = asked.consumer;
    let text = format!(
        "Cilium's settings in {consumer} were changed at {changed}, but some agents started before that: the settings may \
         not be in effect yet"
    );
    let (namespace, _) = CONFIG;
    let words = ["--namespace", namespace, "rollout", "restart", "daemonset/cilium"];
    let remedy =
        Remedy::run("restart the agents; for that, run", kubectl(&asked.seen.fleet, consumer, &words));
    let finding = Finding::warning("cilium-restart", &[consumer], text, remedy);
    Some(finding.about(config(consumer)).seen("metadata.managedFields[f:data].time", changed))
}

fn cilium(machinery: &Machinery) -> Option<&CiliumSettings> {
    match &machinery.cilium {
        Observed::Present(cilium) => Some(cilium),
        Observed::Absent | Observed::Unknown(_) => None,
    }
}

fn look(asked: &Pair<'_>, cluster: &ClusterName) -> String {
    let (namespace, name) = CONFIG;
    kubectl(&asked.seen.fleet, cluster, &["--namespace", namespace, "get", "configmap", name, "-o", "yaml"])
}

fn config(cluster: &ClusterName) -> ObjectRef {
    let (namespace, name) = CONFIG;
    ObjectRef::namespaced(cluster, Kind::ConfigMap, namespace, name)
}
