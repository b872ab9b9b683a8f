//! Ranges of addresses that the consumer has to be in: those that the load balancer of the gateway lets in, and those that
//! probes may come from.

use super::controller::serves;
use super::gateway::Gateway;
use super::{Pair, known, settings};
use crate::mesh::names::CONFIG;
use crate::mesh::network::{Cidr, is_public};
use crate::terms::{Kind, ObjectRef};
use crate::verdict::{Finding, Remedy};

/// The addresses of the controller's pods and their nodes, as ranges. Something in between may translate them.
fn addresses(asked: &Pair<'_>) -> Vec<Cidr> {
    let pods = asked.here().and_then(|here| known(&here.pods)).unwrap_or_default();
    let ours = pods.iter().filter(|pod| serves(&pod.labels, asked.link) && !pod.is_over);
    let texts = ours.flat_map(|pod| [pod.address.as_str(), pod.host.as_str()]);
    texts.filter_map(Cidr::of_address).collect()
}

/// The addresses, where none of them is in a range. A private one is translated on its way to where none is expected.
fn outside(asked: &Pair<'_>, ranges: &[String]) -> Option<String> {
    let read: Vec<Cidr> = ranges.iter().filter_map(|range| Cidr::read(range)).collect();
    let takes_private = !read.iter().any(|range| is_public(range.address()));
    let mut addresses = addresses(asked);
    addresses.retain(|own| takes_private || is_public(own.address()));
    let is_covered = addresses.iter().any(|own| read.iter().any(|range| range.covers(*own)));
    if read.is_empty() || addresses.is_empty() || is_covered {
        return None;
    }
    let words: Vec<String> = addresses.iter().map(|one| one.address().to_string()).collect();
    Some(words.join(", "))
}

pub(super) fn balancer(asked: &Pair<'_>) -> Option<Finding> {
    let gateway = Gateway::of(asked)?;
    let ranges = &gateway.service().ranges;
    let own = outside(asked, ranges)?;
    let (exporter, consumer) = (&asked.seen.exporter, asked.consumer);
    let text = format!(
        "the load balancer of the gateway of {exporter} lets in {} alone, and {consumer} comes from {own}",
        ranges.join(", ")
    );
    let action = format!(
        "where nothing translates the addresses of {consumer}, add them to gateway.loadBalancerSourceRanges in the Helm values \
         of linkerd-multicluster in {exporter}; to see the Service, run"
    );
    let remedy = Remedy::run(action, gateway.describe(asked));
    let finding = Finding::warning("gateway-ranges", &asked.both(), text, remedy);
    Some(finding.about(gateway.object(asked)).seen("spec.loadBalancerSourceRanges", ranges.join(",")))
}

pub(super) fn probes(asked: &Pair<'_>) -> Option<Finding> {
    let gateway = Gateway::of(asked)?;
    let ranges = settings(gateway.there)?.probe_networks.as_deref()?;
    // Through other nodes, packets come from the addresses of these.
    if !gateway.service().is_local {
        return None;
    }
    let own = outside(asked, ranges)?;
    let (exporter, consumer) = (&asked.seen.exporter, asked.consumer);
    let text = format!(
        "the policy controller of {exporter} lets probes of {} in alone, and {consumer} comes from {own}",
        ranges.join(", ")
    );
    let words = ["--namespace", CONFIG.0, "get", "configmap", CONFIG.1, "-o", "yaml"];
    let action = format!(
        "where nothing translates the addresses of {consumer}, add them to policyController.probeNetworks in the Helm values \
         of linkerd-control-plane in {exporter}; to see these, run"
    );
    let remedy = Remedy::run(action, asked.kubectl_there(&words));
    let finding = Finding::warning("probe-networks", &asked.both(), text, remedy);
    let config = ObjectRef::namespaced(exporter, Kind::ConfigMap, CONFIG.0, CONFIG.1);
    Some(finding.about(config).seen("policyController.probeNetworks", ranges.join(",")))
}
