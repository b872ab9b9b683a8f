//! The pod networks of some clusters. Looked at only when an export depends on them: an ordinary one does not.

use super::super::names::{CILIUM, CLUSTER_MESH};
use super::super::network::{Cidr, CiliumSeen, NetworkSeen};
use super::super::wire;
use crate::cluster::{Archive, Cluster, ClusterSet, Resource, Shape};
use crate::terms::{ClusterName, Labels, Observed, Obstacle, Scope};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::{BTreeMap, BTreeSet};

/// The networks of these clusters, all at once.
pub async fn networks(set: &ClusterSet, names: &[ClusterName]) -> BTreeMap<ClusterName, NetworkSeen> {
    let looks = names.iter().map(async |name| {
        let seen = match set.cluster(name) {
            Ok(cluster) => network(cluster).await,
            Err(obstacle) => NetworkSeen {
                nodes: Observed::Unknown(obstacle.clone()),
                each: BTreeMap::new(),
                cilium: Observed::Unknown(obstacle),
            },
        };
        (name.clone(), seen)
    });
    futures::future::join_all(looks).await.into_iter().collect()
}

async fn network(cluster: &Cluster) -> NetworkSeen {
    let scope = Scope::default();
    let (nodes, cilium) =
        futures::join!(cluster.list::<Node>(Resource::NODES, &scope, Shape::Full), cilium(cluster));
    let each = match &nodes {
        Observed::Present(listed) => each(&listed.items),
        Observed::Absent | Observed::Unknown(_) => BTreeMap::new(),
    };
    let nodes = nodes.map(|listed| listed.items.iter().flat_map(Node::ranges).collect());
    NetworkSeen { nodes, each, cilium }
}

/// What each node says, where all do. Virtual ones have no network of the cluster.
fn each(nodes: &[Node]) -> BTreeMap<String, Vec<Cidr>> {
    let nodes = nodes.iter().filter(|node| !node.metadata.is_virtual_node());
    let each: BTreeMap<_, _> = nodes.map(|node| (node.metadata.name.clone(), node.ranges())).collect();
    if each.values().any(Vec::is_empty) { BTreeMap::new() } else { each }
}

async fn cilium(cluster: &Cluster) -> Observed<CiliumSeen> {
    let config = cluster.get::<wire::ConfigMap>(Resource::CONFIG_MAPS, Some(CILIUM.0), CILIUM.1).await;
    let seen = match config {
        Observed::Present(config) => read(&config.data.unwrap_or_default()),
        Observed::Absent => return Observed::Absent,
        Observed::Unknown(obstacle) => return Observed::Unknown(obstacle),
    };
    let peers = if seen.id == 0 { Observed::Absent } else { peers(cluster).await };
    Observed::Present(CiliumSeen { peers, ..seen })
}

async fn peers(cluster: &Cluster) -> Observed<BTreeSet<String>> {
    let (namespace, name) = CLUSTER_MESH;
    match cluster.get::<Keys>(Resource::SECRETS, Some(namespace), name).await.map(Keys::names) {
        // It is made by who connects clusters.
        Observed::Absent if cluster.archive().is_some_and(Archive::is_of_manifests) => {
            Observed::Unknown(Obstacle::NotInFiles { what: format!("secrets {namespace}/{name}") })
        }
        seen @ (Observed::Present(_) | Observed::Absent | Observed::Unknown(_)) => seen,
    }
}

/// What a ConfigMap of Cilium says. Older ones say `tunnel` instead of `routing-mode`. Its ranges of a family that is turned off
/// are those of the chart, and nobody's; where it is chained to another plugin, that one gives addresses.
fn read(config: &Labels) -> CiliumSeen {
    let text = |key: &str| config.get(key).map_or("", |text| text.trim());
    let ranges = |key: &str| text(key).split([' ', ',']).filter_map(Cidr::read).collect::<Vec<_>>();
    let is_on = |family: &str| !["0", "f", "F", "false", "FALSE", "False"].contains(&text(family));
    let is_chained = !["", "none"].contains(&text("cni-chaining-mode"));
    let is_pooled = text("ipam") == "cluster-pool" && !is_chained;
    let is_of_pools = text("ipam") == "multi-pool" && !is_chained;
    let pool = [("enable-ipv4", "cluster-pool-ipv4-cidr"), ("enable-ipv6", "cluster-pool-ipv6-cidr")];
    let pool = pool.into_iter().filter(|(family, _)| is_pooled && is_on(family));
    CiliumSeen {
        is_native: text("routing-mode") == "native" || text("tunnel") == "disabled",
        tunnel: tunnel(text),
        native: ["ipv4-native-routing-cidr", "ipv6-native-routing-cidr"]
            .into_iter()
            .flat_map(ranges)
            .collect(),
        // The agent for that has ranges of its own, private ones among them, and where interfaces are named others do not.
        is_masquerading: is_on("enable-ipv4-masquerade")
            && text("enable-ip-masq-agent") != "true"
            && text("egress-masquerade-interfaces").is_empty(),
        pool: pool.flat_map(|(_, key)| ranges(key)).collect(),
        pools: is_of_pools.then(|| made(text("auto-create-cilium-pod-ip-pools"))),
        is_by_node: text("ipam") == "kubernetes" && !is_chained,
        name: text("cluster-name").to_owned(),
        id: text("cluster-id").parse().unwrap_or(0),
        peers: Observed::Absent,
    }
}

/// How it says that packets go through tunnels. Whoever its agents tell routes to may lead packets to its pods all the same.
fn tunnel<'a>(text: impl Fn(&'static str) -> &'a str) -> Option<(&'static str, String)> {
    let said = [("routing-mode", text("routing-mode")), ("tunnel", text("tunnel"))];
    let is_tunnel = |(_, mode): &(&str, &str)| ["tunnel", "vxlan", "geneve"].contains(mode);
    // The newer word counts.
    let first = said.into_iter().find(|(_, mode)| !mode.is_empty());
    let is_alone = text("enable-bgp-control-plane") != "true";
    first.filter(is_tunnel).filter(|_| is_alone).map(|(key, mode)| (key, mode.to_owned()))
}

/// The ranges of the pools that Cilium made when it was first started, as in `default=ipv4-cidrs:10.0.0.0/8;ipv4-mask-size:24`.
fn made(pools: &str) -> Vec<Cidr> {
    let bare = |word: &str| {
        let families = ["ipv4-cidrs:", "ipv6-cidrs:"];
        families.iter().find_map(|family| word.strip_prefix(family)).unwrap_or(word).to_owned()
    };
    pools.split([' ', ',', ';', '=']).filter_map(|word| Cidr::read(&bare(word))).collect()
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Node {
    metadata: wire::Metadata,
    spec: NodeSpec,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct NodeSpec {
    #[serde(rename = "podCIDR")]
    range: String,
    #[serde(rename = "podCIDRs")]
    ranges: Option<Vec<String>>,
}

impl Node {
    fn ranges(&self) -> Vec<Cidr> {
        let all = self.spec.ranges.as_deref().unwrap_or_default();
        let first = std::slice::from_ref(&self.spec.range);
        if all.is_empty() { first } else { all }.iter().filter_map(|text| Cidr::read(text)).collect()
    }
}

/// The clusters of a cluster mesh are the keys of a Secret. What it holds of them is never read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Keys {
    #[expect(clippy::zero_sized_map_values, reason = "the values are secret and dropped as they are read")]
    data: Option<BTreeMap<String, IgnoredAny>>,
}

impl Keys {
    pub(super) fn names(self) -> BTreeSet<String> {
        self.data.unwrap_or_default().into_keys().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(pairs: &[(&str, &str)]) -> CiliumSeen {
        read(&pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn a_config_says_how_packets_go_and_where_pods_get_their_addresses() {
        let seen = config(&[
            ("routing-mode", "native"),
            ("ipv4-native-routing-cidr", "10.0.0.0/8"),
            ("ipam", "cluster-pool"),
            ("cluster-pool-ipv4-cidr", "10.1.0.0/16 10.2.0.0/16"),
            ("cluster-name", "infra"),
            ("cluster-id", "3"),
        ]);
        let ranges = |texts: &[&str]| texts.iter().filter_map(|text| Cidr::read(text)).collect::<Vec<_>>();
        assert!(seen.is_native);
        assert_eq!(
            (seen.native, seen.pool),
            (ranges(&["10.0.0.0/8"]), ranges(&["10.1.0.0/16", "10.2.0.0/16"]))
        );
        assert_eq!((seen.name.as_str(), seen.id), ("infra", 3));
    }

    #[test]
    fn a_config_that_says_nothing_of_it_is_taken_for_tunnels_and_no_mesh() {
        let seen =
            config(&[("ipam", "kubernetes"), ("cluster-pool-ipv4-cidr", "10.0.0.0/8"), ("cluster-id", "x")]);
        assert_eq!(seen, CiliumSeen { is_by_node: true, ..CiliumSeen::default() });
        assert!(config(&[("tunnel", "disabled")]).is_native);
        let said = |pairs: &[(&str, &str)]| config(pairs).tunnel.map(|(key, mode)| format!("{key} {mode}"));
        assert_eq!(
            said(&[("routing-mode", "tunnel"), ("tunnel", "vxlan")]).as_deref(),
            Some("routing-mode tunnel")
        );
        assert_eq!(said(&[("tunnel", "geneve")]).as_deref(), Some("tunnel geneve"));
        let routed = [("routing-mode", "tunnel"), ("enable-bgp-control-plane", "true")];
        assert_eq!(said(&routed), None, "somebody may be told of its pods");
        assert_eq!(said(&[("routing-mode", "native"), ("tunnel", "vxlan")]), None);
        let pools = "default=ipv4-cidrs:10.1.0.0/16,10.2.0.0/16;ipv4-mask-size:24;ipv6-cidrs:fd00::/104";
        let seen = config(&[("ipam", "multi-pool"), ("auto-create-cilium-pod-ip-pools", pools)]);
        let pool: Vec<String> = seen.pools.iter().flatten().map(ToString::to_string).collect();
        assert!(seen.pool.is_empty() && pool == ["10.1.0.0/16", "10.2.0.0/16", "fd00::/104"], "{pool:?}");
    }

    #[test]
    fn ranges_of_a_family_that_is_off_or_of_a_network_under_another_one_are_nobodys() {
        let pool = |more: &[(&str, &str)]| {
            let pairs = [
                ("ipam", "cluster-pool"),
                ("cluster-pool-ipv4-cidr", "10.0.0.0/8"),
                ("cluster-pool-ipv6-cidr", "fd00::/104"),
            ];
            let seen = config(&[&pairs, more].concat());
            seen.pool.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(pool(&[]), ["10.0.0.0/8", "fd00::/104"]);
        assert_eq!(pool(&[("enable-ipv6", "true"), ("enable-ipv4", "false")]), ["fd00::/104"]);
        assert_eq!(pool(&[("enable-ipv6", "false"), ("cni-chaining-mode", "none")]), ["10.0.0.0/8"]);
        assert_eq!(pool(&[("cni-chaining-mode", "aws-cni")]), Vec::<String>::new());
        assert!(!config(&[("ipam", "kubernetes"), ("cni-chaining-mode", "generic-veth")]).is_by_node);
    }

    #[test]
    fn nodes_are_told_apart_where_all_say_a_range() {
        let node = |name: &str, range: &str, kind: &str| -> Node {
            let node = serde_json::json!({"metadata": {"name": name, "labels": {"type": kind}}, "spec": {"podCIDR": range}});
            serde_json::from_value(node).unwrap()
        };
        let own = || node("a", "10.1.0.0/24", "worker");
        let names = |nodes: &[Node]| each(nodes).into_keys().collect::<Vec<_>>();
        assert_eq!(names(&[own(), node("b", "10.1.1.0/24", "worker")]), ["a", "b"]);
        assert_eq!(names(&[own(), node("v", "", "virtual-kubelet")]), ["a"]);
        assert_eq!(names(&[own(), node("b", "", "worker")]), Vec::<String>::new());
    }

    #[test]
    fn a_node_says_one_range_or_several() {
        let node = |spec: serde_json::Value| -> Vec<String> {
            let node: Node = serde_json::from_value(serde_json::json!({ "spec": spec })).unwrap();
            node.ranges().iter().map(ToString::to_string).collect()
        };
        assert_eq!(node(serde_json::json!({"podCIDR": "10.1.0.0/24"})), ["10.1.0.0/24"]);
        let two = serde_json::json!({"podCIDR": "10.1.0.0/24", "podCIDRs": ["10.1.0.0/24", "fd00::/64"]});
        assert_eq!(node(two), ["10.1.0.0/24", "fd00::/64"]);
        assert_eq!(node(serde_json::json!({"podCIDRs": null})), Vec::<String>::new());
    }
}
