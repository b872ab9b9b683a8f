//! A gateway that lets in by address, where a client's own one reaches it.

use super::{client, closed, required, routes, the};
use crate::mesh::checks::gateway::{Gateway, passing, worded};
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
    let (by, whose) = worded(asked, &passing);
    let from = own.get(..NAMED).unwrap_or(&own).join(", ");
    own.extend(passing);
    closed(policies.admission(server, client(asked, &own), routes(asked)))?;
    let consumer = asked.consumer;
    let alone = ranges.join(", ");
    let text = format!(
        "the Server {} lets clients to {what} from {alone} alone, and {consumer} comes from {from}{by}",
        server.name
    );
    let action = format!("{whose} to the NetworkAuthentication; to see it, run");
    let words =
        ["--namespace", &server.namespace, "get", "networkauthentications.policy.linkerd.io", "-o", "yaml"];
    let remedy = Remedy::run(action, asked.kubectl_there(&words));
    let finding = Finding::warning("gateway-policy", &asked.both(), text, remedy).about(the(asked, server));
    Some(required(finding, policies, server).seen(format!("addresses of {consumer}"), from))
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
