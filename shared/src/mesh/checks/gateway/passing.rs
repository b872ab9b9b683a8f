//! Who stands, for the gateway, in the place of those who come to it.

use super::{Gateway, Pair};

/// Where what comes through a load balancer or a node may seem to come from: the nodes of the gateway's pods first, then their network.
/// `None` where that is not known: one that hands on to the nodes of the gateway alone may have an address of its own.
pub(in crate::mesh::checks) fn passing(gateway: &Gateway<'_>) -> Option<Vec<String>> {
    let pods = gateway.pods().filter(|_| !gateway.service().is_local)?;
    let hosts = pods.iter().map(|pod| &pod.host).filter(|host| !host.is_empty());
    let hosts: Vec<&String> = hosts.collect();
    (!hosts.is_empty())
        .then(|| hosts.into_iter().chain(pods.iter().map(|pod| &pod.address)).cloned().collect())
}

/// How they are told beside the consumer's own addresses, and what is to be let in.
pub(in crate::mesh::checks) fn worded(asked: &Pair<'_>, passing: &[String]) -> (String, String) {
    let Some(node) = passing.first() else {
        let whose = format!("unless NAT hides the addresses of {}, add them", asked.consumer);
        return (String::new(), whose);
    };
    let exporter = &asked.seen.exporter;
    let whose = format!("add the addresses of the nodes of {exporter}, from which forwarded traffic comes,");
    (format!(", via nodes such as {node}"), whose)
}
