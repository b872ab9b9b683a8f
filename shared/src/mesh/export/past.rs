//! Links that would mirror a Service past the gateway that is wanted.

use super::super::link::Way;
use super::super::snapshot::{Key, MeshSeen};
use super::Routed;
use crate::terms::{Kind, Labels, ObjectRef};
use crate::verdict::{Finding, Remedy, kubectl};

/// One finding for each Link whose remote discovery would win over its gateway with these labels.
pub(super) fn gateway(seen: &MeshSeen, routed: &[Routed<'_>], key: &Key, labels: &Labels) -> Vec<Finding> {
    let past = routed.iter().filter(|one| {
        one.is_usable() && one.ways.contains(&Way::Gateway) && one.link.way(labels) == Some(Way::Flat)
    });
    past.map(|one| {
        let (link, cluster) = (one.link, &one.consumer);
        let object = ObjectRef::namespaced(&seen.exporter, Kind::Service, &key.namespace, &key.name);
        let text = format!(
            "the remoteDiscoverySelector of the Link {} matches it ({}), so its mirror would be created for a flat network \
             and have no endpoints",
            link.name,
            link.remote_discovery_selector.query()
        );
        let spelled = format!("links.multicluster.linkerd.io/{}", link.name);
        let words = kubectl(&seen.fleet, cluster, &["--namespace", &link.namespace, "edit", &spelled]);
        let action = "remove those labels from the Service, or make the Link select others; to edit it, run";
        let clusters = [&seen.exporter, cluster];
        Finding::error("gateway-mode", &clusters, text, Remedy::run(action, words)).about(object)
    })
    .collect()
}
