//! Cilium's pools of addresses. One that is turned off or used up is what somebody wanted, as long as nobody waits for it.

mod ranges;

use super::super::snapshot::{CiliumSeen, GatewaySeen, HealthSeen, PoolSeen};
use super::sights::cilium;
use super::{NAMED, named};
use crate::terms::{ClusterName, Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy, kubectl};

const CHECK: &str = "cilium-pools";
/// What kubectl calls them.
const POOLS: &str = "ciliumloadbalancerippools.cilium.io";

pub(super) fn pools(seen: &HealthSeen) -> Vec<Finding> {
    seen.clusters.iter().filter_map(|one| of_cluster(seen, &one.name, cilium(one)?)).collect()
}

/// Its pools; none where it has none, which is when it leaves addresses to others.
fn present(cilium: &CiliumSeen) -> &[PoolSeen] {
    match &cilium.pools {
        Observed::Present(pools) => pools,
        Observed::Absent | Observed::Unknown(_) => &[],
    }
}

/// What Cilium says of a Service that had an address, and lost it with the last pool. Where there was none it says nothing.
const NO_POOL: &str = "no_pool";

/// A Service of the gateway without an address, where Cilium has pools to give it one, or had.
pub(super) fn waiting(cilium: &CiliumSeen) -> Option<&GatewaySeen> {
    let Observed::Present(gateways) = &cilium.gateways else { return None };
    let had = |gateway: &GatewaySeen| gateway.refusal.as_ref().is_some_and(|(reason, _)| reason == NO_POOL);
    let is_asked = |gateway: &GatewaySeen| !present(cilium).is_empty() || had(gateway);
    gateways.iter().find(|gateway| !gateway.has_address && is_asked(gateway))
}

fn of_cluster(seen: &HealthSeen, cluster: &ClusterName, cilium: &CiliumSeen) -> Option<Finding> {
    let refused = waiting(cilium).and_then(|gateway| Some((gateway, gateway.refusal.as_ref()?)));
    let look = |action: &str, pool: Option<&PoolSeen>| {
        let pool = pool.map(|pool| pool.name.as_str());
        let words: Vec<&str> = ["describe", POOLS].into_iter().chain(pool).collect();
        Remedy::run(action, kubectl(&seen.fleet, cluster, &words))
    };
    if let Some((gateway, (reason, message))) = refused {
        let GatewaySeen { namespace, name, .. } = gateway;
        let states: Vec<String> = present(cilium).iter().filter_map(state).collect();
        let states = named(states.iter().map(String::as_str));
        let states = if states.is_empty() { String::new() } else { format!("; {states}") };
        let text =
            format!("Cilium assigns svc/{namespace}/{name} of {cluster} no address ({message}{states})");
        let action = "let a pool that selects the Service have a free address: create one, or widen, enable or fix it; to \
                      see them, run";
        let finding = Finding::error(CHECK, &[cluster], text, look(action, None));
        let object = ObjectRef::namespaced(cluster, Kind::Service, namespace, name);
        let field = "status.conditions[cilium.io/IPAMRequestSatisfied].reason";
        let finding = finding.about(object).seen(field, reason);
        return Some(present(cilium).iter().filter(|pool| !pool.ranges.is_empty()).take(NAMED).fold(
            finding,
            |finding, pool| {
                let field = format!("spec.blocks[].cidr of ciliumloadbalancerippool/{}", pool.name);
                finding.seen(field, pool.ranges.join(", "))
            },
        ));
    }
    let torn: Vec<&PoolSeen> = present(cilium).iter().filter(|pool| !pool.conflict.is_empty()).collect();
    let first = torn.first()?;
    let names = named(torn.iter().map(|pool| pool.name.as_str()));
    let text = format!(
        "Cilium assigns no new address from {names} in {cluster}: overlaps with another pool ({})",
        first.conflict
    );
    let action = "make the ranges of the pools disjoint; to see this one, run";
    let finding = Finding::warning(CHECK, &[cluster], text, look(action, Some(first)));
    let object = ObjectRef::cluster_scoped(cluster, Kind::CiliumLoadBalancerIpPool, &first.name);
    Some(finding.about(object).seen("status.conditions[cilium.io/PoolConflict].status", "True"))
}

/// What Cilium will say of pools that are written: two that overlap, whichever Services they are for. Nobody gives addresses out
/// of manifests, so that no state of them is known.
pub fn written(seen: &HealthSeen) -> Vec<Finding> {
    let of_pools = |cluster: &ClusterName, pools: &[PoolSeen]| {
        let pools: Vec<&PoolSeen> = pools.iter().filter(|pool| !pool.is_disabled).collect();
        let pairs = pools.iter().enumerate().flat_map(|(at, one)| {
            pools
                .iter()
                .skip(at + 1)
                .filter_map(move |other| Some((*one, *other, ranges::common(one, other)?)))
        });
        let finding = |(one, other, (own, its)): (&PoolSeen, &PoolSeen, (String, String))| {
            let text = format!(
                "the pools {} and {} overlap ({own} and {its}): Cilium assigns no address from one of them",
                one.name, other.name
            );
            let remedy = Remedy::new("in the manifests: make the ranges of the pools disjoint");
            let object = ObjectRef::cluster_scoped(cluster, Kind::CiliumLoadBalancerIpPool, &other.name);
            let finding =
                Finding::warning(CHECK, &[cluster], text, remedy).about(object).seen("spec.blocks[]", its);
            finding.seen(format!("spec.blocks[] of ciliumloadbalancerippool/{}", one.name), own)
        };
        pairs.map(finding).collect::<Vec<_>>()
    };
    let all = seen.clusters.iter().filter_map(|one| Some((&one.name, &cilium(one)?.pools)));
    all.flat_map(|(cluster, pools)| match pools {
        Observed::Present(pools) => of_pools(cluster, pools),
        Observed::Absent | Observed::Unknown(_) => Vec::new(),
    })
    .collect()
}

/// Why nothing comes from a pool.
fn state(pool: &PoolSeen) -> Option<String> {
    let why = match pool {
        PoolSeen { is_disabled: true, .. } => "turned off",
        PoolSeen { conflict, .. } if !conflict.is_empty() => "in conflict with another one",
        PoolSeen { is_exhausted: true, .. } => "used up",
        PoolSeen { .. } => return None,
    };
    Some(format!("{} is {why}", pool.name))
}

#[cfg(test)]
pub(super) mod tests;
