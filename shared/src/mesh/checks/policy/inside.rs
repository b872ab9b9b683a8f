//! What counts as inside of a cluster for its policies: `cluster-authenticated` and `cluster-unauthenticated` let in by
//! address.

use super::Pair;
use crate::mesh::checks::{known, settings};
use crate::mesh::network::Cidr;

/// Linkerd's default (linkerd2 chart, `clusterNetworks`).
const DEFAULT: [&str; 5] = ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fd00::/8"];

/// Of how many addresses it is told where somebody comes from.
const NAMED: usize = 4;

/// Whether an access policy lets in by address.
pub(super) fn is_by_address(access: &str) -> bool {
    access.starts_with("cluster-")
}

/// Why nobody who comes counts as inside; `None` where somebody does, or may.
pub(super) fn outside(asked: &Pair<'_>, gateways: &[String]) -> Option<String> {
    let told = asked.there().and_then(settings)?.networks.as_deref();
    let default = DEFAULT.map(str::to_owned);
    let ranges: Vec<Cidr> = told.unwrap_or(&default).iter().filter_map(|range| Cidr::read(range)).collect();
    // A pod with addresses of both families may come by the other one than it is called by.
    let comers: Vec<Cidr> =
        comers(asked, gateways).into_iter().filter(|one| one.address().is_ipv4()).collect();
    let is_inside = |one: &Cidr| ranges.iter().any(|range| range.covers(*one));
    if comers.is_empty() || ranges.is_empty() || comers.iter().any(is_inside) {
        return None;
    }
    let words: Vec<String> = comers.iter().take(NAMED).map(|one| one.address().to_string()).collect();
    let networks = told.unwrap_or(&default).join(", ");
    Some(format!(
        ": they come from {}, but only {networks} count as inside the cluster (clusterNetworks)",
        words.join(", ")
    ))
}

/// The addresses of the gateway, or past it those of pods of the consumer that are known.
fn comers(asked: &Pair<'_>, gateways: &[String]) -> Vec<Cidr> {
    if asked.uses_gateway() {
        return gateways.iter().filter_map(|one| Cidr::of_address(one)).collect();
    }
    let ours = asked.here().and_then(|here| known(&here.pods)).unwrap_or_default();
    let clients = known(&asked.seen_here.clients).unwrap_or_default().iter().map(|client| &client.pod);
    let pods = ours.iter().chain(clients).filter(|pod| !pod.is_over && !pod.is_on_host);
    pods.filter_map(|pod| Cidr::of_address(&pod.address)).collect()
}
