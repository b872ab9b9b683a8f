//! Whether a Link can do what is wanted of it.

use super::{Pair, Question};
use crate::mesh::export::{ahead, flatness, hidden, tunnelled, unroutable};
use crate::mesh::flatness::Flatness;
use crate::mesh::link::Way;
use crate::mesh::names::CILIUM;
use crate::terms::{Kind, ObjectRef};
use crate::verdict::{Finding, Remedy, against};

/// Mirrors that lead past the gateway lead to pods.
pub(super) fn network(asked: &Pair<'_>) -> Option<Finding> {
    if !asked.way.is_direct() {
        return None;
    }
    let certain = unroutable(asked.seen, asked.consumer).or_else(|| masqueraded(asked));
    certain.or_else(|| running_into(asked)).or_else(|| tunnelling(asked))
}

/// Tunnels end at nodes of their own cluster; what leaves it otherwise is up to the network between, which nobody sees from here.
fn tunnelling(asked: &Pair<'_>) -> Option<Finding> {
    let (both, place, (key, mode)) = tunnelled(asked.seen, asked.consumer)?;
    let text = format!(
        "nothing visible routes packets between pods of {} and of {}: Cilium of {place} tunnels pod traffic between its own \
         nodes, and no cluster mesh connects the two; the network in between may route it",
        both[0], both[1]
    );
    let config = ObjectRef::namespaced(&place, Kind::ConfigMap, CILIUM.0, CILIUM.1);
    let finding = Finding::info("flat-network", &[&both[0], &both[1]], text).about(config);
    Some(finding.seen(format!("data.{key}"), mode))
}

/// Cilium goes on to the next range of its pool when the first is used up.
fn running_into(asked: &Pair<'_>) -> Option<Finding> {
    let [(one, own), (other, far)] = ahead(asked.seen, asked.consumer)?;
    let text = format!(
        "pods of {one} and of {other} will have the same addresses: Cilium of {one} continues with {own} once its other \
         ranges are used up, and that of {other} has {far}"
    );
    let action = "give Cilium of one of them another range before nodes get addresses of this one \
                  (ipam.operator.clusterPoolIPv4PodCIDRList in its Helm values)";
    let finding = Finding::warning("flat-network", &[&one, &other], text, Remedy::new(action));
    let config = ObjectRef::namespaced(&one, Kind::ConfigMap, CILIUM.0, CILIUM.1);
    let family = if own.is_ipv4() { "ipv4" } else { "ipv6" };
    Some(finding.about(config).seen(format!("data.cluster-pool-{family}-cidr"), own.to_string()))
}

/// The exporter cannot tell which pods come, nor its policies for networks.
fn masqueraded(asked: &Pair<'_>) -> Option<Finding> {
    let (range, native) = hidden(asked.seen, asked.consumer)?;
    let (exporter, consumer) = (&asked.seen.exporter, asked.consumer);
    let native: Vec<String> = native.iter().map(ToString::to_string).collect();
    let native = native.join(", ");
    let text = format!(
        "pods of {consumer} come to those of {exporter} ({range}) with the addresses of their nodes, since Cilium of \
         {consumer} routes natively only to {native}: no network policy in {exporter} recognizes them"
    );
    let words = ["--namespace", CILIUM.0, "get", "configmap", CILIUM.1, "-o", "yaml"];
    let action = format!(
        "set ipv4NativeRoutingCIDR in the Helm values of Cilium in {consumer} to a range with the pods of both, and restart its \
         agents; to see how it is set, run"
    );
    let remedy = Remedy::run(action, asked.kubectl(&words));
    let finding = Finding::warning("flat-network", &asked.both(), text, remedy);
    let config = ObjectRef::namespaced(consumer, Kind::ConfigMap, CILIUM.0, CILIUM.1);
    Some(finding.about(config).seen("data.ipv4-native-routing-cidr", native))
}

pub(super) fn gateway(asked: &Pair<'_>) -> Option<Finding> {
    const CHECK: &str = "gateway-mode";
    let (field, why) = asked.link.lack_of_gateway().filter(|_| asked.way == Way::Gateway)?;
    let clusters = asked.both();
    let text = format!("the Link does not mirror through a gateway: {why}");
    let anew = "recreate the Link with `linkerd multicluster link-gen` and a gateway";
    // Networks are looked at where a flat one would do instead.
    let finding = match flatness(asked.seen, asked.consumer) {
        None => Finding::error(CHECK, &clusters, text, Remedy::new(anew)),
        Some(Flatness::Unknown(place, obstacle)) => {
            let text =
                format!("{text}; and it cannot be seen whether the network is flat (in {place}): {obstacle}");
            Finding::unknown(CHECK, &clusters, text, against(&obstacle, &place, &asked.seen.fleet))
        }
        Some(Flatness::Disproved(reason)) => {
            let text = format!("{text}; nor is the network flat: {reason}");
            Finding::error(CHECK, &clusters, text, Remedy::new(anew))
        }
        // Another Link, perhaps, keeps the Service from being exported for a flat network.
        Some(Flatness::Shown(reason) | Flatness::NotShown(reason)) => {
            let text = format!("{text}; and a flat network is not shown for all consumers: {reason}");
            let action = format!(
                "{anew}, or, if pods of both clusters reach each other's addresses, export with `--mode flat --assume-routable` of kubectl mesh-export"
            );
            Finding::error(CHECK, &clusters, text, Remedy::new(action))
        }
    };
    Some(finding.about(asked.the_link()).seen(field, ""))
}

pub(super) fn flat(asked: &Pair<'_>) -> Option<Finding> {
    let is_lacking = asked.way == Way::Flat && asked.link.selector_of(Way::Flat).is_empty();
    is_lacking
        .then(|| lacking("flat-mode", "spec.remoteDiscoverySelector", "mirror for a flat network", asked))
}

pub(super) fn federated(asked: &Question<'_>) -> Option<Finding> {
    if asked.way != Way::Federated {
        return None;
    }
    if asked.service.is_headless {
        let text = "it is headless, and Linkerd federates no headless Services";
        let remedy = Remedy::new("federate a second Service with the same selector and its own cluster IP");
        let finding = Finding::error("federated-mode", &[&asked.seen.exporter], text, remedy);
        return Some(finding.about(asked.exported()).seen("spec.clusterIP", "None"));
    }
    let is_lacking = asked.link.selector_of(Way::Federated).is_empty();
    is_lacking.then(|| lacking("federated-mode", "spec.federatedServiceSelector", "federate", asked))
}

/// A selector that is not there selects nothing.
fn lacking(check: &'static str, field: &str, what: &str, asked: &Pair<'_>) -> Finding {
    let (consumer, name) = (asked.consumer, field.trim_start_matches("spec."));
    let (why, action) = if asked.link.is_pruned(field) {
        (
            format!("{consumer} serves Links only in v1alpha1, which lacks {name}"),
            "upgrade linkerd-multicluster there to Linkerd 2.17 or newer, and recreate the Link",
        )
    } else {
        (
            format!("its {name} is empty, which selects nothing"),
            "recreate the Link with `linkerd multicluster link-gen`, or set the selector in it; to edit it, run",
        )
    };
    let spelled = format!("links.multicluster.linkerd.io/{}", asked.link.name);
    let edit = asked.kubectl(&["--namespace", &asked.link.namespace, "edit", &spelled]);
    let remedy = if asked.link.is_pruned(field) { Remedy::new(action) } else { Remedy::run(action, edit) };
    let text = format!("the Link does not {what}: {why}");
    Finding::error(check, &asked.both(), text, remedy).about(asked.the_link()).seen(field, "")
}
