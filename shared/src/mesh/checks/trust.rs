//! What the proxies of both clusters trust: without a trust anchor in common they refuse each other.

use super::{Question, known};
use crate::mesh::names::TRUST_ROOTS;
use crate::terms::{ClusterName, Kind, ObjectRef};
use crate::verdict::{Finding, Remedy, kubectl};
use std::collections::BTreeSet;

pub(super) fn roots(asked: &Question<'_>) -> Option<Finding> {
    let (here, there) = (known(&asked.here()?.roots)?, known(&asked.there()?.roots)?);
    let (exporter, consumer) = (&asked.seen.exporter, &asked.target.consumer);
    for (cluster, roots) in [(exporter, there), (consumer, here)] {
        if roots.is_empty() {
            let text =
                format!("the trust anchors of {cluster} are no certificates, so its proxies trust nobody");
            return Some(
                Finding::error("trust-roots", &[cluster], text, remedy(asked, cluster))
                    .about(bundle(cluster)),
            );
        }
    }
    let [here, there]: [BTreeSet<&Vec<u8>>; 2] = [here, there].map(|roots| roots.iter().collect());
    let common = here.intersection(&there).count();
    if common == here.len() && common == there.len() {
        return None;
    }
    let both = asked.both();
    let finding = if common == 0 {
        let text = format!(
            "{exporter} and {consumer} have no trust anchor in common, so their proxies refuse each other"
        );
        Finding::error("trust-roots", &both, text, remedy(asked, consumer))
    } else {
        let text = format!(
            "the trust anchors of {exporter} and {consumer} differ ({common} in common): a cluster whose issuer another one \
             signed is refused"
        );
        Finding::warning("trust-roots", &both, text, remedy(asked, consumer))
    };
    Some(finding.about(bundle(consumer)).seen("trust anchors in common", common.to_string()))
}

fn bundle(cluster: &ClusterName) -> ObjectRef {
    let (namespace, name) = TRUST_ROOTS;
    ObjectRef::namespaced(cluster, Kind::ConfigMap, namespace, name)
}

/// A proxy keeps the anchors that it was started with.
fn remedy(asked: &Question<'_>, cluster: &ClusterName) -> Remedy {
    let (namespace, name) = TRUST_ROOTS;
    let words = ["--namespace", namespace, "get", "configmap", name, "-o", "yaml"];
    Remedy::run(
        "give both clusters the anchors of both (identityTrustAnchorsPEM of the chart, or the Bundle of trust-manager), and \
         restart Linkerd, its gateway and what is meshed; to see them, run",
        kubectl(&asked.seen.fleet, cluster, &words),
    )
}
