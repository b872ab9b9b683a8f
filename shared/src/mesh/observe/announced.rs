//! Which node announces the gateway's address, where Cilium does.

use super::super::machinery::{GatewayService, Lease, Machinery, Pod};
use super::super::names::CILIUM;
use super::super::wire::WireLease;
use super::after::present;
use super::bounded::listed;
use crate::cluster::{Cluster, Resource};
use crate::terms::{Observed, Scope};
use jiff::Timestamp;

/// What is kept of it.
pub(super) struct Announced {
    /// The node that answers, where only its own pods would serve, and there is none.
    pub(super) announcer: Observed<String>,
    /// For how many seconds no node has.
    pub(super) unannounced: Option<i64>,
    /// The node that answers, where others are handed what comes, too, and it has a pod itself.
    pub(super) home: Option<String>,
}

impl Announced {
    /// Where nobody looked, or could.
    const fn not(announcer: Observed<String>) -> Self {
        Self { announcer, unannounced: None, home: None }
    }
}

/// Reads the Leases of Cilium.
pub(super) fn announced(
    leases: Observed<Vec<Lease>>,
    seen: &Machinery,
    (gateway, now): (Option<&GatewayService>, Timestamp),
) -> Announced {
    let name = gateway.map(|one| format!("cilium-l2announce-{}-{}", seen.namespace, one.name));
    let (leases, gateway, name) = match (leases, gateway.zip(name)) {
        (Observed::Present(leases), Some((gateway, name))) => (leases, gateway, name),
        (Observed::Unknown(obstacle), _) => {
            return Announced::not(Observed::Unknown(obstacle));
        }
        (Observed::Present(_) | Observed::Absent, _) => return Announced::not(Observed::Absent),
    };
    let own = leases.iter().find(|lease| lease.name == name);
    let holder = own.filter(|lease| is_held(lease)).map(|lease| lease.holder.clone());
    let (with_pod, without) = match holder {
        Some(node) if serves_at(seen, gateway, &node) => (Some(node), None),
        holder => (None, holder),
    };
    let is_handing_on = !gateway.is_local && is_announcing(seen) && !present(&seen.fences).is_empty();
    Announced {
        // That it answers is as it should be where it has a pod.
        announcer: without.filter(|_| gateway.is_local).map_or(Observed::Absent, Observed::Present),
        unannounced: silence(gateway, own, now).filter(|_| is_announcing(seen) && !leases.is_empty()),
        home: with_pod.filter(|_| is_handing_on),
    }
}

/// Whether a ready pod of the gateway is on a node: that it answers is as it should be.
fn serves_at(seen: &Machinery, gateway: &GatewayService, node: &str) -> bool {
    let is_own = |pod: &&Pod| pod.labels.get("app") == Some(&gateway.name) && pod.is_ready && !pod.is_over;
    present(&seen.pods).iter().filter(is_own).any(|pod| pod.node == node)
}

/// Where Cilium keeps which node announces an address: of a gateway that only its own nodes answer for, or whose address it gives.
pub(super) async fn announcements(
    cluster: &Cluster,
    seen: &Machinery,
    gateway: Option<&GatewayService>,
) -> Observed<Vec<Lease>> {
    let is_told = |one: &GatewayService| one.is_local || (is_announcing(seen) && !one.given.is_empty());
    if !gateway.is_some_and(|one| one.service_type == "LoadBalancer" && is_told(one)) {
        return Observed::Absent;
    }
    let now = cluster.now_of_leases();
    let place = Scope::namespace(Some(CILIUM.0));
    let leases = listed::<WireLease>(cluster, Resource::LEASES, &place).await;
    leases.map(|leases| leases.into_iter().map(|lease| lease.at(now)).collect())
}

fn is_announcing(seen: &Machinery) -> bool {
    matches!(&seen.cilium, Observed::Present(cilium) if cilium.is_announcing)
}

/// For how long Cilium has given an address that it never announces.
pub(super) fn mute(seen: &Machinery, gateway: Option<&GatewayService>, now: Timestamp) -> Option<i64> {
    let is_mute = matches!(&seen.cilium, Observed::Present(cilium) if cilium.is_mute);
    silence(gateway.filter(|_| is_mute)?, None, now)
}

/// One that nobody renews is left over.
fn is_held(lease: &Lease) -> bool {
    lease.age.is_some_and(|age| age <= lease.duration) && !lease.holder.is_empty()
}

/// For how long nobody has announced an address that Cilium has given.
fn silence(gateway: &GatewayService, lease: Option<&Lease>, now: Timestamp) -> Option<i64> {
    let given = now.duration_since(gateway.given.parse::<Timestamp>().ok()?).as_secs();
    match lease {
        Some(lease) if is_held(lease) => None,
        Some(lease) => Some(given.min(lease.age?)),
        None => Some(given),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::machinery::{CiliumSettings, enforced};
    use crate::mesh::observe::machinery::nothing;
    use crate::terms::Labels;

    #[test]
    fn an_address_is_announced_as_long_as_its_lease_is_renewed() {
        let now = "2026-05-01T10:00:00Z".parse().unwrap();
        let of = |given: &str, lease: Option<(&str, Option<i64>)>| {
            let gateway = GatewayService { given: given.to_owned(), ..GatewayService::default() };
            let lease = lease.map(|(holder, age)| Lease {
                holder: holder.to_owned(),
                duration: 15,
                age,
                ..Lease::default()
            });
            silence(&gateway, lease.as_ref(), now)
        };
        let given = "2026-05-01T09:00:00Z";
        assert_eq!(of(given, Some(("node-1", Some(9)))), None);
        assert_eq!(of(given, Some(("node-1", Some(40)))), Some(40), "its node was lost a moment ago");
        assert_eq!(of(given, Some(("", Some(5)))), Some(5), "given back");
        assert_eq!(of("2026-05-01T09:59:58Z", Some(("node-1", Some(90)))), Some(2));
        assert_eq!(of(given, None), Some(3600));
        assert_eq!(of("", None), None, "somebody else gave it");
    }

    #[test]
    fn the_node_that_answers_is_known_with_its_pod_where_policies_matter() {
        let now = "2026-05-01T10:00:00Z".parse().unwrap();
        let labels = Labels::from([("app".to_owned(), "linkerd-gateway".to_owned())]);
        let pod = Pod { node: "node-1".into(), labels, is_ready: true, ..Pod::default() };
        let strict = CiliumSettings { is_announcing: true, ..CiliumSettings::default() };
        let mut seen = nothing("linkerd-multicluster");
        seen.pods = Observed::Present(vec![pod]);
        seen.cilium = Observed::Present(strict.clone());
        let mut reading = strict;
        reading.reading.is_strict = true;
        seen.fences = Observed::Present(enforced(vec![], &Observed::Present(reading)));
        let of = |seen: &Machinery, holder: &str, is_local: bool| {
            let gateway =
                GatewayService { name: "linkerd-gateway".into(), is_local, ..GatewayService::default() };
            let lease = Lease {
                name: "cilium-l2announce-linkerd-multicluster-linkerd-gateway".into(),
                holder: holder.to_owned(),
                duration: 15,
                age: Some(4),
                behind: None,
            };
            let found = announced(Observed::Present(vec![lease]), seen, (Some(&gateway), now));
            (found.announcer, found.home)
        };
        let home = (Observed::Absent, Some("node-1".to_owned()));
        assert_eq!(of(&seen, "node-1", false), home);
        assert_eq!(of(&seen, "node-2", false), (Observed::Absent, None));
        assert_eq!(of(&seen, "node-1", true), (Observed::Absent, None));
        assert_eq!(of(&seen, "node-2", true), (Observed::Present("node-2".to_owned()), None));
        seen.fences = Observed::Present(vec![]);
        assert_eq!(of(&seen, "node-1", false), (Observed::Absent, None));
    }
}
