//! A gateway that lets in by address, where a client's own one reaches it.

use super::inside::{is_by_address, outside};
use super::{brings, client, closed, default, nearby, required, routes, the};
use crate::mesh::checks::gateway::{Gateway, passing, worded};
use crate::mesh::checks::network_policy::keeps_addresses;
use crate::mesh::checks::{Pair, known};
use crate::mesh::machinery::{Pod, Policies, Server, ranged};
use crate::mesh::names::GATEWAY_PORT;
use crate::mesh::network::{Cidr, is_public};
use crate::terms::Observed;
use crate::verdict::{Finding, Remedy};
use std::collections::BTreeSet;

/// Of how many addresses it is told where clients come from.
const NAMED: usize = 3;

/// That no known address of the consumer is in the ranges that a Server asks for. Something in between may translate them.
pub(super) fn narrow(
    asked: &Pair<'_>,
    gateway: &Gateway<'_>,
    (policies, server): (&Policies, &Server),
    what: &str,
) -> Option<Finding> {
    let mut own = addresses(asked);
    let passing = if keeps_addresses(asked, gateway) { Vec::new() } else { passing(gateway)? };
    if own.is_empty() || !are_near(policies, server, &own) {
        return None;
    }
    let (by, whose) = worded(asked, &passing);
    let consumer = asked.consumer;
    let from = own.get(..NAMED).unwrap_or(&own).join(", ");
    // Of whom nodes stand for all that comes, no address is seen.
    let seen = passing.first().filter(|_| is_translated(gateway)).cloned();
    if seen.is_some() {
        own.clear();
    }
    own.extend(passing);
    closed(policies.admission(server, client(asked, &own), routes(asked)))?;
    let alone: Vec<String> = policies.ranges_of(server).map(ranged).collect();
    let whence = match &seen {
        Some(node) => {
            format!("traffic of {consumer} comes via nodes of {}, such as {node}", asked.seen.exporter)
        }
        None => format!("{consumer} comes from {from}{by}"),
    };
    let text = format!(
        "the Server {} admits clients to {what} only from {}, but {whence}",
        server.name,
        alone.join(", ")
    );
    let action = format!("{whose} to the NetworkAuthentication; to see it, run");
    let words =
        ["--namespace", &server.namespace, "get", "networkauthentications.policy.linkerd.io", "-o", "yaml"];
    let remedy = Remedy::run(action, asked.kubectl_there(&words));
    let finding = Finding::warning("gateway-policy", &asked.both(), text, remedy).about(the(asked, server));
    let finding = required(finding, policies, server);
    Some(match seen {
        Some(_) => {
            finding.seen(format!("spec.externalTrafficPolicy of svc/{}", gateway.service().name), "Cluster")
        }
        None => finding.seen(format!("addresses of {consumer}"), from),
    })
}

/// Whether all ranges that a Server asks for can be read, and none of them is public, where something that translates may come from.
fn are_near(policies: &Policies, server: &Server, own: &[String]) -> bool {
    // What is translated stays of its family.
    let is_of_family = |range: &Cidr| {
        own.iter().filter_map(|one| Cidr::of_address(one)).any(|one| one.is_ipv4() == range.is_ipv4())
    };
    let read: Option<Vec<Cidr>> = policies.ranges_of(server).map(|(range, _)| Cidr::read(range)).collect();
    read.is_some_and(|read| {
        !read.is_empty() && !read.iter().any(|range| is_public(range.address()) && is_of_family(range))
    })
}

/// Whether nodes of the exporter stand for all that comes to the gateway: without Cilium kube-proxy hands it on so, and what a cloud
/// leads to pods themselves has no port of the nodes, or annotations of that cloud.
fn is_translated(gateway: &Gateway<'_>) -> bool {
    let service = gateway.service();
    let is_of_cloud = |key: &String| key.contains("load-balancer") || key.contains("cloud.");
    service.service_type == "LoadBalancer"
        && !service.is_local
        && service.node_port(GATEWAY_PORT).is_some()
        && gateway.there.cilium == Observed::Absent
        && !service.annotations.keys().any(is_of_cloud)
}

/// That nobody of the consumer counts as inside of the exporter, where its gateway lets in what is inside alone, by default.
pub(super) fn inside_alone(
    asked: &Pair<'_>,
    gateway: &Gateway<'_>,
    (policies, pod): (&Policies, &Pod),
    what: &str,
) -> Option<Finding> {
    let access = default(asked, pod).filter(|access| is_by_address(access))?;
    let passing = if keeps_addresses(asked, gateway) { Vec::new() } else { passing(gateway)? };
    let comers: Vec<String> = addresses(asked).into_iter().chain(passing).collect();
    let why = outside(asked, &comers)?;
    let text =
        format!("no policy covers {what}, and the default admits only what is inside the cluster{why}");
    let finding = Finding::warning("gateway-policy", &asked.both(), text, brings(asked, &pod.namespace));
    Some(nearby(finding.seen("default-inbound-policy", access), policies, pod))
}

/// The addresses of nodes of the consumer that are known by their pods, by which most come, and those of these pods.
fn addresses(asked: &Pair<'_>) -> Vec<String> {
    let ours = asked.here().and_then(|here| known(&here.pods)).unwrap_or_default();
    let clients = known(&asked.seen_here.clients).unwrap_or_default().iter().map(|client| &client.pod);
    let pods = ours.iter().chain(clients).filter(|pod| !pod.is_over);
    let (hosts, own): (BTreeSet<&str>, BTreeSet<&str>) =
        pods.map(|pod| (pod.host.as_str(), pod.address.as_str())).unzip();
    let all = hosts.iter().chain(own.difference(&hosts));
    all.filter(|one| Cidr::of_address(one).is_some()).map(|one| (*one).to_owned()).collect()
}
