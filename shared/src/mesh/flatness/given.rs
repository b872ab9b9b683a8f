//! Which addresses pods have: what their own say of the ranges that a network gives them of.

use super::super::machinery::Pod;
use super::super::network::{Cidr, CiliumSeen, NetworkSeen};
use super::Side;
use crate::terms::{ClusterName, Observed};
use std::collections::BTreeMap;

/// Pods with networks of their own that have one address, whoever has given it to them.
pub(super) fn namesakes<'a>(one: Side<'a>, other: Side<'a>) -> Option<(&'a Pod, &'a Pod)> {
    let of = |pods: &'a [&'a Pod]| pods.iter().copied().filter(|pod| is_addressed(pod));
    let name = |pod: &'a Pod| (&pod.namespace, &pod.name);
    let mut there = BTreeMap::<&str, &Pod>::new();
    for far in of(other.2) {
        let first = there.entry(&far.address).or_insert(far);
        if name(far) < name(first) {
            *first = far;
        }
    }
    // Links in both directions tell of the same two.
    let all = of(one.2).filter_map(|own| Some((own, *there.get(own.address.as_str())?)));
    all.min_by_key(|(own, _)| (&own.address, name(own)))
}

/// Whether a pod has an address of its own.
fn is_addressed(pod: &Pod) -> bool {
    !pod.is_on_host && !pod.is_over && !pod.address.is_empty()
}

/// Whether pods certainly have addresses of a range. Other networks than Cilium's do not say, and their pods show it; Cilium gives
/// those of the first range of a family before it goes on to the next.
pub(super) fn is_certain((_, network, pods): Side<'_>, range: Cidr) -> bool {
    let has = |pod: &&Pod| Cidr::of_address(&pod.address).is_some_and(|address| range.covers(address));
    let is_had = || pods.iter().any(|pod| is_addressed(pod) && has(pod));
    match &network.cilium {
        Observed::Present(cilium) if cilium.pools.is_some() => is_had(),
        Observed::Present(cilium) if cilium.pool.is_empty() => cilium.is_by_node,
        Observed::Present(cilium) => {
            let first = cilium.pool.iter().find(|one| one.is_ipv4() == range.is_ipv4());
            first == Some(&range) || is_had()
        }
        Observed::Absent => is_used(network, pods),
        Observed::Unknown(_) => false,
    }
}

/// Whether there are pods with an address, and each of them has one that some node says: who gives addresses by blocks of its own
/// need not heed which.
fn is_used(network: &NetworkSeen, pods: &[&Pod]) -> bool {
    let own = pods.iter().filter(|pod| is_addressed(pod));
    let mut addresses = own.filter_map(|pod| Cidr::of_address(&pod.address)).peekable();
    let is_of_a_node = |address: Cidr| network.each.values().flatten().any(|range| range.covers(address));
    addresses.peek().is_some() && addresses.all(is_of_a_node)
}

/// The cluster whose pods have addresses of pools that its Cilium does not say, and that no pod shows.
pub fn pooled(sides: [Side<'_>; 2]) -> Option<&ClusterName> {
    let hides = |(_, network, pods): &Side<'_>| {
        let Observed::Present(CiliumSeen { pools: Some(pools), .. }) = &network.cilium else { return false };
        let is_known = |address: Cidr| pools.iter().any(|range| range.covers(address));
        let own = pods.iter().filter(|pod| is_addressed(pod));
        let addresses: Vec<Cidr> = own.filter_map(|pod| Cidr::of_address(&pod.address)).collect();
        addresses.is_empty() || !addresses.into_iter().all(is_known)
    };
    sides.into_iter().find(hides).map(|(name, ..)| name)
}
