//! A gateway that lets in by address, where a client's own one reaches it.

use super::{client, closed, required, routes, the};
use crate::mesh::checks::gateway::Gateway;
use crate::mesh::checks::network_policy::keeps_addresses;
use crate::mesh::checks::{Pair, known};
use crate::mesh::machinery::{Policies, Server};
use crate::mesh::network::{Cidr, is_public};
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
    let ranges: Vec<String> = policies.ranges_of(server).map(str::to_owned).collect();
    let read: Vec<Cidr> = ranges.iter().filter_map(|range| Cidr::read(range)).collect();
    let mut own = addresses(asked);
    // What is translated stays of its family.
    let is_of_family = |range: &Cidr| {
        own.iter().filter_map(|one| Cidr::of_address(one)).any(|one| one.is_ipv4() == range.is_ipv4())
    };
    let takes_public = read.iter().any(|range| is_public(range.address()) && is_of_family(range));
    let passing = if keeps_addresses(asked, gateway) { Vec::new() } else { passing(gateway)? };
    let is_read = !read.is_empty() && read.len() == ranges.len();
    if takes_public || own.is_empty() || !is_read {
        return None;
    }
    let by = passing.first().map(|node| format!(", by nodes such as {node}")).unwrap_or_default();
    let from = own.get(..NAMED).unwrap_or(&own).join(", ");
    own.extend(passing);
    closed(policies.admission(server, client(asked, &own), routes(asked)))?;
    let consumer = asked.consumer;
    let alone = ranges.join(", ");
    let text = format!(
        "the Server {} lets clients to {what} from {alone} alone, and {consumer} comes from {from}{by}",
        server.name
    );
    let whose = if by.is_empty() {
        format!("where nothing translates the addresses of {consumer}, add them")
    } else {
        format!(
            "add the addresses of the nodes of {}, which stand for those who come through them,",
            asked.seen.exporter
        )
    };
    let action = format!("{whose} to the NetworkAuthentication; to see it, run");
    let words =
        ["--namespace", &server.namespace, "get", "networkauthentications.policy.linkerd.io", "-o", "yaml"];
    let remedy = Remedy::run(action, asked.kubectl_there(&words));
    let finding = Finding::warning("gateway-policy", &asked.both(), text, remedy).about(the(asked, server));
    Some(required(finding, policies, server).seen(format!("addresses of {consumer}"), from))
}

/// Where what comes through a load balancer or a node may seem to come from, with the address of one of these first. `None` where
/// that is not known: one that hands on to the nodes of the gateway alone may have an address of its own.
fn passing(gateway: &Gateway<'_>) -> Option<Vec<String>> {
    let pods = gateway.pods().filter(|_| !gateway.service().is_local)?;
    let hosts = pods.iter().map(|pod| &pod.host).filter(|host| !host.is_empty());
    let all: Vec<String> = hosts.chain(pods.iter().map(|pod| &pod.address)).cloned().collect();
    (!all.is_empty()).then_some(all)
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
