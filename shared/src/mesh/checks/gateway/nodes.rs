//! On which nodes the gateway is, and which of them answer for its address.

use super::{Gateway, Question};
use crate::mesh::machinery::Pod;
use crate::terms::Observed;
use crate::verdict::{Finding, Remedy};

/// Several pods on one node go with it.
pub(in crate::mesh::checks) fn spread(asked: &Question<'_>) -> Option<Finding> {
    let gateway = Gateway::of(asked)?;
    let pods: Vec<&Pod> =
        gateway.pods()?.into_iter().filter(|pod| pod.is_ready && !pod.node.is_empty()).collect();
    let node = &pods.first()?.node;
    if pods.len() < 2 || pods.iter().any(|pod| pod.node != *node) {
        return None;
    }
    let (exporter, number) = (&asked.seen.exporter, pods.len());
    let text =
        format!("all {number} pods of the gateway of {exporter} are on the node {node}: they go with it");
    let name = format!("deployment/{}", gateway.service().name);
    let words = ["--namespace", &gateway.there.namespace, "rollout", "restart", &name];
    let remedy = Remedy::run(
        "spread them over nodes (enablePodAntiAffinity of the chart); to place them anew, run",
        asked.kubectl_there(&words),
    );
    Some(
        Finding::warning("gateway-spread", &[exporter], text, remedy)
            .about(gateway.object(asked))
            .seen("spec.nodeName", node),
    )
}

/// With `externalTrafficPolicy: Local` a node without a pod of the gateway drops what comes for it.
pub(in crate::mesh::checks) fn local(asked: &Question<'_>) -> Option<Finding> {
    let gateway = Gateway::of(asked)?;
    let Observed::Present(node) = &gateway.there.announcer else { return None };
    let pods = gateway.pods()?;
    let ready: Vec<&&Pod> = pods.iter().filter(|pod| pod.is_ready).collect();
    if ready.is_empty() || ready.iter().any(|pod| pod.node == *node || pod.node.is_empty()) {
        return None;
    }
    let exporter = &asked.seen.exporter;
    let text = format!(
        "the address of the gateway of {exporter} leads to the node {node}, which has no pod of it, and drops what comes"
    );
    let name = format!("svc/{}", gateway.service().name);
    let patch = r#"{"spec":{"externalTrafficPolicy":"Cluster"}}"#;
    let words = ["--namespace", &gateway.there.namespace, "patch", &name, "--patch", patch];
    let remedy = Remedy::run(
        "let all nodes answer (gateway.serviceExternalTrafficPolicy: Cluster in the Helm values of linkerd-multicluster); for now, run",
        asked.kubectl_there(&words),
    );
    let finding = Finding::error("gateway-local", &asked.both(), text, remedy).about(gateway.object(asked));
    Some(finding.seen("spec.externalTrafficPolicy", "Local").seen("the Lease's holder", node))
}
