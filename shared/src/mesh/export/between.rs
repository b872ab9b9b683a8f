//! What the networks of the exporter and of a consumer tell of each other, by the addresses that Linkerd of both goes to.

use super::super::checks::Pair;
use super::super::flatness::{self, Flatness, Side, judge};
use super::super::machinery::Pod;
use super::super::names::CILIUM;
use super::super::network::{Cidr, NetworkSeen};
use super::super::snapshot::MeshSeen;
use crate::terms::{ClusterName, Kind, ObjectRef, Observed, Obstacle};
use crate::verdict::{Finding, Hidden, Remedy};

/// The check of networks.
pub(super) const CHECK: &str = "flat-network";

/// A cluster with its network and the pods that are known anyway.
struct Known<'a> {
    name: &'a ClusterName,
    network: NetworkSeen,
    pods: Vec<&'a Pod>,
}

impl<'a> Known<'a> {
    fn side(&self) -> Side<'_> {
        (self.name, &self.network, &self.pods)
    }

    /// Where it stands which addresses its pods have: in Cilium's settings, or at the first of its nodes that says some.
    fn said(&self) -> Option<(ObjectRef, &'static str, String)> {
        let list = |ranges: &[Cidr]| ranges.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        if let Observed::Present(cilium) = &self.network.cilium
            && let Some(given) = cilium.given()
        {
            let field = match given.first() {
                _ if cilium.pools.is_some() => "data.auto-create-cilium-pod-ip-pools",
                Some(range) if !range.is_ipv4() => "data.cluster-pool-ipv6-cidr",
                Some(_) | None => "data.cluster-pool-ipv4-cidr",
            };
            let config = ObjectRef::namespaced(self.name, Kind::ConfigMap, CILIUM.0, CILIUM.1);
            return Some((config, field, list(given)));
        }
        let (node, ranges) = self.network.each.iter().find(|(_, ranges)| !ranges.is_empty())?;
        Some((ObjectRef::cluster_scoped(self.name, Kind::Node, node), "spec.podCIDRs", list(ranges)))
    }

    /// What a cluster is told by whatever it is called: its ranges, its nodes, its name for Cilium, its pods.
    fn order(&self) -> impl Ord + use<'a> {
        let texts = |ranges: Vec<Cidr>| ranges.iter().map(ToString::to_string).collect::<Vec<_>>();
        let ranges = match self.network.pods() {
            Observed::Present(ranges) => texts(ranges),
            Observed::Absent | Observed::Unknown(_) => Vec::new(),
        };
        let cilium = match &self.network.cilium {
            Observed::Present(cilium) => cilium.name.clone(),
            Observed::Absent | Observed::Unknown(_) => String::new(),
        };
        let nodes: Vec<String> = self.network.each.keys().cloned().collect();
        let pods: Vec<_> = self.pods.iter().map(|pod| (&pod.namespace, &pod.name)).collect();
        (ranges, nodes, cilium, pods, self.name)
    }
}

/// Both, the exporter first, where their networks were looked at.
fn known<'a>(seen: &'a MeshSeen, consumer: &'a ClusterName) -> Option<[Known<'a>; 2]> {
    let names = [&seen.exporter, consumer];
    let is_ipv6 = names.iter().all(|name| uses_ipv6(seen, name));
    let of = |name: &'a ClusterName| {
        let network = seen.networks.get(name)?;
        let network = if is_ipv6 { network.clone() } else { network.of_ipv4() };
        let is_gone_to = |pod: &&Pod| is_ipv6 || !pod.address.contains(':');
        let pods = pods(seen, name).into_iter().filter(is_gone_to).collect();
        Some(Known { name, network, pods })
    };
    Some([of(names[0])?, of(names[1])?])
}

/// The same in an order that Links in both directions agree on, whatever the clusters are called.
fn ordered<'a>(seen: &'a MeshSeen, consumer: &'a ClusterName) -> Option<[Known<'a>; 2]> {
    let mut both = known(seen, consumer)?;
    both.sort_by_cached_key(Known::order);
    Some(both)
}

/// Proxies of a cluster go to addresses of IPv6 where they are told to; where nobody can see it, they may not.
fn uses_ipv6(seen: &MeshSeen, name: &ClusterName) -> bool {
    let Some(machinery) = seen.machinery_of(name) else { return false };
    matches!(&machinery.settings, Observed::Present(settings) if settings.is_ipv6)
}

/// The pods of a cluster that are known anyway.
fn pods<'a>(seen: &'a MeshSeen, cluster: &ClusterName) -> Vec<&'a Pod> {
    let Some(machinery) = seen.machinery_of(cluster) else { return Vec::new() };
    let backends = match &machinery.backends {
        Observed::Present(pods) => pods.as_slice(),
        Observed::Absent | Observed::Unknown(_) => &[],
    };
    let own = match &machinery.pods {
        Observed::Present(pods) => pods.as_slice(),
        Observed::Absent | Observed::Unknown(_) => &[],
    };
    own.iter().chain(backends).collect()
}

/// What the networks of the exporter and of a consumer tell, where they were looked at.
pub(crate) fn flatness(seen: &MeshSeen, consumer: &ClusterName) -> Option<Flatness> {
    let [home, far] = known(seen, consumer)?;
    Some(judge(home.side(), far.side()))
}

pub(super) fn not_looked_at(
    clusters: [&ClusterName; 2],
    (place, obstacle): (&ClusterName, &Obstacle),
) -> Finding {
    let why = format_args!("in {place}: {obstacle}");
    let finding = Finding::not_asked(CHECK, &clusters, "whether pods reach each other", why);
    let what = "whether pods reach each other".to_owned();
    let hidden = Hidden { cluster: place.clone(), what, obstacle: obstacle.clone() };
    Finding { hidden: vec![hidden], ..finding }
}

/// That nobody could see whether pods reach each other, where mirrors lead past the gateway.
pub(crate) fn unshown(pair: &Pair<'_>) -> Option<Finding> {
    let clusters = [&pair.seen.exporter, pair.consumer];
    match flatness(pair.seen, pair.consumer).filter(|_| pair.way.is_direct())? {
        Flatness::Unknown(place, obstacle) => Some(not_looked_at(clusters, (&place, &obstacle))),
        Flatness::NotShown(_) => {
            let [one, other] = ordered(pair.seen, pair.consumer)?;
            let place = flatness::pooled([one.side(), other.side()])?;
            let why =
                format_args!("Cilium of {place} assigns pod addresses from pools, which are not read here");
            Some(Finding::not_asked(
                CHECK,
                &[one.name, other.name],
                "whether pods have the same addresses",
                why,
            ))
        }
        Flatness::Shown(_) | Flatness::Disproved(_) => None,
    }
}

pub(super) fn disproved(clusters: [&ClusterName; 2], why: &str) -> Finding {
    let text = format!("pods cannot reach each other's addresses: {why}");
    let action = "export through the gateway (`--mode gateway` of kubectl mesh-export), or give one cluster a different pod \
                  range";
    Finding::error(CHECK, &clusters, text, Remedy::new(action))
}

/// What surely keeps clients from a mirror that leads past the gateway, whatever its user has said.
pub(crate) fn unroutable(seen: &MeshSeen, consumer: &ClusterName) -> Option<Finding> {
    let [one, other] = ordered(seen, consumer)?;
    match judge(one.side(), other.side()) {
        Flatness::Disproved(why) => {
            let finding = disproved([one.name, other.name], &why);
            let said = [one.said(), other.said()].into_iter().flatten();
            Some(said.fold(finding, |finding, (object, field, value)| {
                let field = format!("{field} of {object}");
                let finding = if finding.object.is_none() { finding.about(object) } else { finding };
                finding.seen(field, value)
            }))
        }
        Flatness::Shown(_) | Flatness::NotShown(_) | Flatness::Unknown(..) => None,
    }
}

/// The pods of the exporter to which those of a consumer never come by their own addresses, with what Cilium there routes by.
pub(crate) fn hidden(seen: &MeshSeen, consumer: &ClusterName) -> Option<(Cidr, Vec<Cidr>)> {
    let [home, far] = known(seen, consumer)?;
    let range = flatness::hidden(far.side(), home.side())?;
    let Observed::Present(cilium) = &far.network.cilium else { return None };
    Some((range, cilium.native.clone()))
}

/// Two clusters of which Cilium of one says that packets go through tunnels, which and how; and no cluster mesh connects them.
pub(crate) type Tunnelled = ([ClusterName; 2], ClusterName, (&'static str, String));

pub(crate) fn tunnelled(seen: &MeshSeen, consumer: &ClusterName) -> Option<Tunnelled> {
    let [one, other] = ordered(seen, consumer)?;
    let (name, tunnel) = flatness::tunnelled([one.side(), other.side()])?;
    Some(([one.name.clone(), other.name.clone()], name.clone(), tunnel))
}

/// Two clusters whose Ciliums have ranges in common that none of their pods has an address of yet.
pub(crate) fn ahead(seen: &MeshSeen, consumer: &ClusterName) -> Option<[(ClusterName, Cidr); 2]> {
    let [one, other] = ordered(seen, consumer)?;
    let (own, far) = flatness::ahead(one.side(), other.side())?;
    Some([(one.name.clone(), own), (other.name.clone(), far)])
}
