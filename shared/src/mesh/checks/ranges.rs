//! Ranges of addresses that the consumer has to be in: those that the load balancer of the gateway lets in, and those that
//! probes may come from.

use super::controller::serves;
use super::gateway::{Gateway, passing, worded};
use super::network_policy::keeps_addresses;
use super::routes::weight;
use super::{Pair, known, settings};
use crate::mesh::names::{CONFIG, DESTINATION};
use crate::mesh::network::{Cidr, is_public};
use crate::terms::{Kind, ObjectRef};
use crate::verdict::{Finding, Remedy, Severity};

/// Of how many addresses it is told where the consumer comes from.
const NAMED: usize = 4;

/// The addresses of the controller's pods and their nodes, as ranges. Something in between may translate them.
fn addresses(asked: &Pair<'_>) -> Vec<Cidr> {
    let pods = asked.here().and_then(|here| known(&here.pods)).unwrap_or_default();
    let ours = pods.iter().filter(|pod| serves(&pod.labels, asked.link) && !pod.is_over);
    let texts = ours.flat_map(|pod| [pod.address.as_str(), pod.host.as_str()]);
    texts.filter_map(Cidr::of_address).collect()
}

/// The addresses, where none of them is in a range, nor any of those that may stand in their place. A private one is translated on
/// its way to where none is expected.
fn outside(mut addresses: Vec<Cidr>, ranges: &[String], others: &[String]) -> Option<String> {
    let read: Vec<Cidr> = ranges.iter().filter_map(|range| Cidr::read(range)).collect();
    // What is translated stays of its family.
    let is_of_family = |range: &Cidr| addresses.iter().any(|one| one.is_ipv4() == range.is_ipv4());
    let takes_private = !read.iter().any(|range| is_public(range.address()) && is_of_family(range));
    addresses.retain(|own| takes_private || is_public(own.address()));
    let others = others.iter().filter_map(|one| Cidr::of_address(one));
    let is_covered =
        addresses.iter().copied().chain(others).any(|own| read.iter().any(|range| range.covers(own)));
    if read.is_empty() || addresses.is_empty() || is_covered {
        return None;
    }
    let words: Vec<String> = addresses.iter().take(NAMED).map(|one| one.address().to_string()).collect();
    Some(words.join(", "))
}

/// What leaves a node for other networks mostly has its external address, where it has one.
fn externals(asked: &Pair<'_>) -> Vec<Cidr> {
    let external = asked.here().map(|here| here.externals.iter()).into_iter().flatten();
    external.filter_map(|one| Cidr::of_address(one)).collect()
}

/// Where the consumer comes from to the gateway, where that is in none of these ranges, nor who stands in its place; and these.
pub(super) fn strangers(
    asked: &Pair<'_>,
    gateway: &Gateway<'_>,
    ranges: &[String],
) -> Option<(String, Vec<String>)> {
    let passing = if keeps_addresses(asked, gateway) { Vec::new() } else { passing(gateway)? };
    let own = addresses(asked).into_iter().chain(externals(asked)).collect();
    Some((outside(own, ranges, &passing)?, passing))
}

/// An older way to say which ranges are let in, which counts where the field says none.
const ANNOTATED: &str = "service.beta.kubernetes.io/load-balancer-source-ranges";

pub(super) fn balancer(asked: &Pair<'_>) -> Option<Finding> {
    let gateway = Gateway::of(asked)?;
    let service = gateway.service();
    let annotated = service.annotations.get(ANNOTATED).filter(|_| service.ranges.is_empty());
    let said = annotated.map(|said| said.split(',').map(|one| one.trim().to_owned()).collect());
    let ranges = said.unwrap_or_else(|| service.ranges.clone());
    let (value, field) = match annotated {
        Some(_) => ("gateway.serviceAnnotations", format!("metadata.annotations[{ANNOTATED}]")),
        None => ("gateway.loadBalancerSourceRanges", "spec.loadBalancerSourceRanges".to_owned()),
    };
    let own = outside(addresses(asked).into_iter().chain(externals(asked)).collect(), &ranges, &[])?;
    let (exporter, consumer) = (&asked.seen.exporter, asked.consumer);
    let text = format!(
        "the load balancer of the gateway of {exporter} allows only {}, but {consumer} comes from {own}",
        ranges.join(", ")
    );
    let action = format!(
        "unless NAT hides the addresses of {consumer}, add them to {value} in the Helm values of linkerd-multicluster in \
         {exporter}; to see the Service, run"
    );
    let remedy = Remedy::run(action, gateway.describe(asked));
    let finding = Finding::warning("gateway-ranges", &asked.both(), text, remedy);
    Some(finding.about(gateway.object(asked)).seen(field, ranges.join(",")))
}

pub(super) fn probes(asked: &Pair<'_>) -> Option<Finding> {
    let gateway = Gateway::of(asked)?;
    let settings = settings(gateway.there)?;
    let passing = if gateway.service().is_local { Vec::new() } else { passing(&gateway)? };
    let strange = |ranges: &Option<Vec<String>>| outside(addresses(asked), ranges.as_deref()?, &passing);
    let by_values = strange(&settings.probe_networks);
    // What it is told on its command line holds, wherever that came from.
    let own = match &settings.probe_argument {
        Some(_) => strange(&settings.probe_argument)?,
        None => by_values.clone()?,
    };
    let is_argument = by_values.is_none();
    let ranges = if is_argument { &settings.probe_argument } else { &settings.probe_networks }.as_deref()?;
    let (by, whose) = worded(asked, &passing);
    let (exporter, consumer) = (&asked.seen.exporter, asked.consumer);
    let text = format!(
        "the policy controller of {exporter} allows probes only from {}, but {consumer} comes from {own}{by}",
        ranges.join(", ")
    );
    let (kind, name, field) = if is_argument {
        (Kind::Deployment, DESTINATION, "--probe-networks in spec.template.spec.containers[name=policy].args")
    } else {
        (Kind::ConfigMap, CONFIG.1, "policyController.probeNetworks")
    };
    let values = format!("in the Helm values of linkerd-control-plane in {exporter}");
    let action = if is_argument {
        format!("reapply policyController.probeNetworks {values} with `helm upgrade`; to see it, run")
    } else {
        format!("{whose} to policyController.probeNetworks {values}; to see these, run")
    };
    let words = ["--namespace", CONFIG.0, "get", &kind.name().to_lowercase(), name, "-o", "yaml"];
    let remedy = Remedy::run(action, asked.kubectl_there(&words));
    let finding = Finding::warning("probe-networks", &asked.both(), text, remedy);
    let finding = Finding { severity: weighed(&gateway, ranges), ..finding };
    let object = ObjectRef::namespaced(exporter, kind, CONFIG.0, name);
    Some(finding.about(object).seen(field, ranges.join(",")))
}

/// Probes of kubelets come from the nodes of the pods.
fn weighed(gateway: &Gateway<'_>, ranges: &[String]) -> Severity {
    let pods = gateway.pods().unwrap_or_default();
    let hosts = pods.iter().filter_map(|pod| Cidr::of_address(&pod.host)).collect();
    outside(hosts, ranges, &[]).map_or(Severity::Warning, |_| weight(&pods))
}
