//! On which nodes the gateway is, and which of them answer for its address.

use super::{Gateway, Pair, known, reached_at};
use crate::mesh::machinery::Pod;
use crate::mesh::names::CILIUM;
use crate::mesh::network::is_public;
use crate::mesh::snapshot::EndpointsSeen;
use crate::terms::Observed;
use crate::verdict::{Finding, Remedy, Severity};

/// How many of its pods are named.
const NAMED: usize = 3;

/// Several pods on one node go with it.
pub(in crate::mesh::checks) fn spread(asked: &Pair<'_>) -> Option<Finding> {
    let gateway = Gateway::of(asked)?;
    let pods: Vec<&Pod> =
        gateway.pods()?.into_iter().filter(|pod| pod.is_ready && !pod.node.is_empty()).collect();
    let node = &pods.first()?.node;
    // Where another pod is elsewhere there is more than one node.
    let backends = match &gateway.there.backends {
        Observed::Present(pods) => pods.as_slice(),
        Observed::Absent | Observed::Unknown(_) => &[],
    };
    let mut others = known(&gateway.there.pods).unwrap_or_default().iter().chain(backends);
    let has_others = others.any(|pod| !pod.node.is_empty() && pod.node != *node);
    if pods.len() < 2 || !has_others || pods.iter().any(|pod| pod.node != *node) {
        return None;
    }
    let (exporter, number) = (&asked.seen.exporter, pods.len());
    let text = format!(
        "all {number} pods of the gateway of {exporter} run on the node {node}: losing it takes the gateway down"
    );
    let selector = format!("app={}", gateway.service().name);
    let words =
        ["--namespace", &gateway.there.namespace, "get", "pods", "--selector", &selector, "-o", "wide"];
    let remedy = Remedy::run(
        "spread them across nodes (enablePodAntiAffinity in the Helm values of linkerd-multicluster); to see them, run",
        asked.kubectl_there(&words),
    );
    Some(
        Finding::warning("gateway-spread", &[exporter], text, remedy)
            .about(gateway.object(asked))
            .seen("spec.nodeName", node),
    )
}

/// Somebody has to answer for the address of the gateway, and to have a pod of it where others are not asked.
pub(in crate::mesh::checks) fn local(asked: &Pair<'_>) -> Option<Finding> {
    let gateway = Gateway::of(asked)?;
    dropped(asked, &gateway).or_else(|| unanswered(asked, &gateway)).or_else(|| empty(asked, &gateway))
}

/// So long, in seconds, agents may take to agree which of them announces an address.
const AGREEING: i64 = 300;

/// Without an agent that announces it, nobody in the network of the nodes answers for the address. Packets may be led there otherwise.
fn unanswered(asked: &Pair<'_>, gateway: &Gateway<'_>) -> Option<Finding> {
    let is_long = gateway.there.unannounced.is_some_and(|age| age >= AGREEING);
    if !is_long || !gateway.pods()?.iter().any(|pod| pod.is_ready) {
        return None;
    }
    let (exporter, service) = (&asked.seen.exporter, gateway.service());
    if matches!(&gateway.there.cilium, Observed::Present(cilium) if cilium.is_mute) {
        return unannounced(asked, gateway);
    }
    let text = format!(
        "no node answers for the address of the gateway of {exporter} ({}): Cilium assigned it, but no agent announces it",
        service.ingress.join(", ")
    );
    let action = "let a CiliumL2AnnouncementPolicy select the Service and a node, with `loadBalancerIPs: true`; to see them, run";
    let words = ["get", "ciliuml2announcementpolicies.cilium.io", "--output", "yaml"];
    let remedy = Remedy::run(action, asked.kubectl_there(&words));
    let finding = Finding::warning("gateway-local", &[exporter], text, remedy).about(gateway.object(asked));
    let lease = format!("leases kube-system/cilium-l2announce-{}-{}", gateway.there.namespace, service.name);
    Some(finding.seen(lease, format!("none, or its spec.renewTime is more than {AGREEING} seconds old")))
}

/// Somebody else may lead packets to an address that Cilium is not told to announce, unless nobody reaches the gateway.
fn unannounced(asked: &Pair<'_>, gateway: &Gateway<'_>) -> Option<Finding> {
    let Observed::Present(ends) = &asked.seen_here.endpoints else { return None };
    let is_ours =
        |one: &&EndpointsSeen| one.is_made_for(&asked.link.target_cluster_name) && one.identity.is_some();
    let mut ours = ends.by_key.values().filter(is_ours).peekable();
    ours.peek()?;
    if !ours.all(|one| one.ready == 0 && one.not_ready > 0) {
        return None;
    }
    let exporter = &asked.seen.exporter;
    let text = format!(
        "Cilium assigned the address of the gateway of {exporter} ({}) but is not configured to announce it: {} cannot reach \
         the gateway",
        gateway.service().ingress.join(", "),
        asked.consumer
    );
    let action = "unless something else routes there, have Cilium announce it (l2announcements.enabled in its Helm values, \
                  and a CiliumL2AnnouncementPolicy that selects the Service), and restart its agents; to see how it is set, \
                  run";
    let words = ["--namespace", CILIUM.0, "get", "configmap", CILIUM.1, "-o", "yaml"];
    let remedy = Remedy::run(action, asked.kubectl_there(&words));
    let finding = Finding::warning("gateway-local", &[exporter], text, remedy).about(gateway.object(asked));
    let keys = ["enable-l2-announcements", "enable-bgp-control-plane"];
    Some(keys.into_iter().fold(finding, |finding, key| {
        finding.seen(format!("data.{key} of configmap/{}", CILIUM.1), "not true")
    }))
}

/// With `externalTrafficPolicy: Local` a node without a pod of the gateway drops what comes for it.
fn dropped(asked: &Pair<'_>, gateway: &Gateway<'_>) -> Option<Finding> {
    let Observed::Present(node) = &gateway.there.announcer else { return None };
    let pods = gateway.pods()?;
    let ready: Vec<&Pod> = pods.into_iter().filter(|pod| pod.is_ready).collect();
    if ready.is_empty() || ready.iter().any(|pod| pod.node == *node || pod.node.is_empty()) {
        return None;
    }
    let exporter = &asked.seen.exporter;
    let text = format!(
        "the address of the gateway of {exporter} is announced by the node {node}, which runs no gateway pod and drops the \
         traffic"
    );
    let remedy = opened(asked, gateway);
    let finding = Finding::error("gateway-local", &[exporter], text, remedy).about(gateway.object(asked));
    let lease = format!("cilium-l2announce-{}-{}", gateway.there.namespace, gateway.service().name);
    let finding = finding.seen("spec.externalTrafficPolicy", "Local");
    let finding = finding.seen(format!("spec.holderIdentity of lease/{lease}"), node);
    Some(standing(finding, &ready))
}

/// Lets nodes without a pod of the gateway hand on to those that have one.
fn opened(asked: &Pair<'_>, gateway: &Gateway<'_>) -> Remedy {
    let name = format!("svc/{}", gateway.service().name);
    let patch = r#"{"spec":{"externalTrafficPolicy":"Cluster"}}"#;
    let words = ["--namespace", &gateway.there.namespace, "patch", &name, "--patch", patch];
    Remedy::run(
        "let all nodes accept traffic (gateway.serviceExternalTrafficPolicy: Cluster in the Helm values of \
         linkerd-multicluster); for now, run",
        asked.kubectl_there(&words),
    )
}

/// Where its pods are.
fn standing(finding: Finding, pods: &[&Pod]) -> Finding {
    pods.iter()
        .take(NAMED)
        .fold(finding, |finding, pod| finding.seen(format!("spec.nodeName of pod/{}", pod.name), &pod.node))
}

/// The same of nodes that a Link leads to by their own addresses.
fn empty(asked: &Pair<'_>, gateway: &Gateway<'_>) -> Option<Finding> {
    let service = gateway.service();
    let pods = gateway.pods()?;
    let ready: Vec<&Pod> = pods.into_iter().filter(|pod| pod.is_ready && !pod.host.is_empty()).collect();
    if !service.is_local || service.service_type != "NodePort" || ready.is_empty() {
        return None;
    }
    let is_public = |one: &str| one.parse().ok().map(is_public);
    // Of a node that has several addresses, its pods know one: only those of the same kind can be compared.
    let is_alike = |one: &&str| {
        ready.iter().all(|pod| is_public(one).is_some() && is_public(&pod.host) == is_public(one))
    };
    let has_pod = |one: &&str| ready.iter().any(|pod| pod.host == *one);
    let said = asked.link.gateway_address.split(',').map(str::trim).filter(|one| !one.is_empty());
    let (serving, mut bare): (Vec<&str>, Vec<&str>) = said.partition(has_pod);
    // That a node is gone is told elsewhere.
    let nodes = reached_at(gateway)?;
    bare.retain(|one| nodes.iter().any(|node| node == one));
    if bare.is_empty() || !bare.iter().all(is_alike) {
        return None;
    }
    let exporter = &asked.seen.exporter;
    let too = if serving.is_empty() { "" } else { " too" };
    let text = format!(
        "the Link points to {}{too}, where no pod of the gateway of {exporter} runs: traffic sent there is dropped",
        bare.join(", ")
    );
    let finding = Finding::error("gateway-local", &asked.both(), text, opened(asked, gateway));
    let finding = finding.about(asked.the_link()).seen("spec.gatewayAddress", &asked.link.gateway_address);
    let finding = finding.seen(format!("spec.externalTrafficPolicy of svc/{}", service.name), "Local");
    let severity = if serving.is_empty() { Severity::Error } else { Severity::Warning };
    Some(standing(Finding { severity, ..finding }, &ready))
}
