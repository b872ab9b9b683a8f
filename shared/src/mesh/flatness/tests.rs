use super::*;
use std::collections::{BTreeMap, BTreeSet};

mod ranges;

fn ranges(texts: &[&str]) -> Vec<Cidr> {
    texts.iter().filter_map(|text| Cidr::read(text)).collect()
}

fn network(pods: &[&str], cilium: CiliumSeen) -> NetworkSeen {
    let nodes = Observed::Present(ranges(pods));
    NetworkSeen { nodes, each: BTreeMap::new(), cilium: Observed::Present(cilium) }
}

fn native(covered: &[&str]) -> CiliumSeen {
    CiliumSeen { is_native: true, is_by_node: true, native: ranges(covered), ..CiliumSeen::default() }
}

fn connected(name: &str, id: u32, peers: &[&str]) -> CiliumSeen {
    let peers: BTreeSet<String> = peers.iter().map(|peer| (*peer).to_owned()).collect();
    CiliumSeen { name: name.into(), id, peers: Observed::Present(peers), ..CiliumSeen::default() }
}

fn judged(infra: &NetworkSeen, apps: &NetworkSeen) -> Flatness {
    judge((&ClusterName::new("infra"), infra, &[]), (&ClusterName::new("apps"), apps, &[]))
}

fn not_shown(infra: &NetworkSeen, apps: &NetworkSeen) -> String {
    let Flatness::NotShown(text) = judged(infra, apps) else { panic!("it is told") };
    text
}

const INFRA: &[&str] = &["10.1.0.0/24", "10.1.1.0/24"];
const APPS: &[&str] = &["10.2.0.0/24"];

#[test]
fn native_routing_to_each_others_pods_shows_a_flat_network() {
    let all = || native(&["10.0.0.0/8"]);
    assert!(matches!(judged(&network(INFRA, all()), &network(APPS, all())), Flatness::Shown(_)));
}

#[test]
fn ranges_that_differ_show_nothing_by_themselves() {
    let mut plain = network(INFRA, native(&[]));
    plain.cilium = Observed::Absent;
    let text = not_shown(&plain, &network(APPS, native(&["10.0.0.0/8"])));
    assert!(text.starts_with("infra has no ConfigMap kube-system/cilium-config"), "{text}");
}

#[test]
fn each_side_has_to_route_to_all_pods_of_the_other() {
    let part = network(APPS, native(&["10.1.0.0/24"]));
    let text = not_shown(&network(INFRA, native(&["10.2.0.0/16"])), &part);
    assert!(text.contains("of apps does not cover 10.1.1.0/24, the pods of infra"), "{text}");
    let tunnel = CiliumSeen { is_native: false, ..native(&["10.0.0.0/8"]) };
    let text = not_shown(&network(INFRA, native(&["10.0.0.0/8"])), &network(APPS, tunnel));
    assert!(text.contains("Cilium of apps does not route natively"), "{text}");
}

#[test]
fn pods_are_hidden_behind_their_nodes_where_native_routing_ends() {
    let (infra, apps) = (ClusterName::new("infra"), ClusterName::new("apps"));
    let to_infra = |far: CiliumSeen, home: CiliumSeen| {
        let (far, home) = (network(APPS, far), network(INFRA, home));
        hidden((&apps, &far, &[]), (&infra, &home, &[])).map(|range| range.to_string())
    };
    let from = |cilium: CiliumSeen| to_infra(cilium, native(&["10.0.0.0/8"]));
    assert_eq!(from(native(APPS)).as_deref(), Some("10.1.0.0/24"));
    assert_eq!(from(native(&["10.2.0.0/24", "10.1.0.0/24"])).as_deref(), Some("10.1.1.0/24"));
    assert_eq!(from(native(&["10.0.0.0/8"])), None);
    assert_eq!(from(native(&[])), None, "nobody says what is routed natively");
    assert_eq!(from(CiliumSeen { is_native: false, ..native(APPS) }), None);
    assert_eq!(from(CiliumSeen { is_masquerading: false, ..native(APPS) }), None);
    // Cluster meshes know the pods of their clusters.
    let far = CiliumSeen { is_native: true, native: ranges(APPS), ..connected("apps", 2, &["infra"]) };
    let home = CiliumSeen { is_by_node: true, ..connected("infra", 1, &["apps"]) };
    assert_eq!(to_infra(far.clone(), home.clone()), None);
    assert!(to_infra(far, CiliumSeen { id: 0, ..home }).is_some());
}

#[test]
fn an_overlap_disproves_it_whatever_cilium_says() {
    let all = || native(&["10.0.0.0/8"]);
    let overlapping = judged(&network(INFRA, all()), &network(&["10.1.0.0/16"], all()));
    assert_eq!(
        overlapping,
        Flatness::Disproved(
            "pods of infra have addresses of 10.1.0.0/24, and those of apps of 10.1.0.0/16".into()
        )
    );
}

#[test]
fn an_overlap_of_what_nodes_say_counts_only_where_pods_get_that() {
    let elsewhere = || CiliumSeen { is_by_node: false, ..native(&["10.0.0.0/8"]) };
    let text = not_shown(&network(INFRA, elsewhere()), &network(INFRA, native(&["10.0.0.0/8"])));
    assert!(text.contains("which overlap, unless pods get other addresses"), "{text}");
    let mut plain = network(INFRA, native(&[]));
    plain.cilium = Observed::Absent;
    assert!(not_shown(&plain, &plain).contains("which overlap"));
    // Another network than Cilium's, whose pods show that they have these.
    plain.each = [("a".to_owned(), ranges(INFRA))].into();
    let pod = Pod { node: "a".into(), address: "10.1.0.7".into(), ..Pod::default() };
    let (infra, apps) = (ClusterName::new("infra"), ClusterName::new("apps"));
    let of = |pods: [&[&Pod]; 2]| judge((&infra, &plain, pods[0]), (&apps, &plain, pods[1]));
    assert!(matches!(of([&[&pod], &[&pod]]), Flatness::Disproved(_)));
    assert!(matches!(of([&[&pod], &[]]), Flatness::NotShown(_)), "nobody shows it in apps");
}

#[test]
fn pods_of_a_pool_have_its_addresses_and_not_those_of_the_nodes() {
    let pooled = |range: &str| CiliumSeen { pool: ranges(&[range]), ..native(&["10.0.0.0/8"]) };
    let same_nodes = (network(APPS, pooled("10.8.0.0/16")), network(APPS, pooled("10.9.0.0/16")));
    assert!(matches!(judged(&same_nodes.0, &same_nodes.1), Flatness::Shown(_)));
    let same_pool = (network(INFRA, pooled("10.8.0.0/16")), network(APPS, pooled("10.8.0.0/16")));
    assert!(matches!(judged(&same_pool.0, &same_pool.1), Flatness::Disproved(_)));
}

#[test]
fn a_cluster_mesh_shows_it_when_each_side_names_the_other() {
    let infra = |peers: &[&str]| network(INFRA, connected("c-infra", 1, peers));
    let apps = |id: u32| network(APPS, connected("c-apps", id, &["c-infra"]));
    assert!(matches!(judged(&infra(&["c-apps", "c-edge"]), &apps(2)), Flatness::Shown(_)));
    let text = not_shown(&infra(&["c-edge"]), &apps(2));
    assert!(text.ends_with("the cluster mesh of infra does not name apps (c-apps)"), "{text}");
    for id in [0, 1] {
        let text = not_shown(&infra(&["c-apps"]), &apps(id));
        assert!(text.ends_with("not connected as a cluster mesh (cluster-id)"), "{text}");
    }
}

#[test]
fn what_cannot_be_seen_is_neither_shown_nor_disproved() {
    let obstacle = || Obstacle::Unauthorized;
    let apps = ClusterName::new("apps");
    let all = || native(&["10.0.0.0/8"]);
    let hidden_nodes = NetworkSeen { nodes: Observed::Unknown(obstacle()), ..network(APPS, all()) };
    let hidden_cilium = NetworkSeen { cilium: Observed::Unknown(obstacle()), ..network(APPS, all()) };
    for hidden in [hidden_nodes, hidden_cilium] {
        let seen = judged(&network(INFRA, all()), &hidden);
        assert_eq!(seen, Flatness::Unknown(apps.clone(), obstacle()));
    }
    let mut hidden_peers = connected("c-apps", 2, &[]);
    hidden_peers.peers = Observed::Unknown(obstacle());
    let infra = network(INFRA, connected("c-infra", 1, &["c-apps"]));
    assert_eq!(judged(&infra, &network(APPS, hidden_peers)), Flatness::Unknown(apps, obstacle()));
}

#[test]
fn pods_show_that_they_have_the_addresses_of_their_nodes() {
    let each = [("a", "10.1.0.0/24"), ("b", "10.1.1.0/24")];
    let each = each.map(|(node, range)| (node.to_owned(), ranges(&[range]))).into();
    let nodes = Observed::Present(ranges(INFRA));
    let network = NetworkSeen { nodes, each, cilium: Observed::Absent };
    let pod =
        |node: &str, address: &str| Pod { node: node.into(), address: address.into(), ..Pod::default() };
    let of = |network: &NetworkSeen, pods: &[Pod]| {
        let range = ranges(INFRA)[0];
        is_certain((&ClusterName::new("infra"), network, &pods.iter().collect::<Vec<_>>()), range)
    };
    let own = || pod("a", "10.1.0.7");
    let on_host = Pod { is_on_host: true, ..pod("b", "192.0.2.7") };
    let over = Pod { is_over: true, ..pod("b", "10.9.0.7") };
    assert!(of(&network, &[own(), pod("b", "10.1.1.7"), on_host.clone(), over, pod("b", "")]));
    assert!(!of(&network, &[on_host]), "nobody shows it");
    assert!(of(&network, &[own(), pod("b", "10.1.0.8")]), "the range is that of another node");
    assert!(!of(&network, &[own(), pod("b", "10.1.2.8")]), "no node says it");
    assert!(
        !of(&NetworkSeen { each: BTreeMap::new(), ..network.clone() }, &[own()]),
        "not all nodes say some"
    );
    for cilium in [Observed::Present(CiliumSeen::default()), Observed::Unknown(Obstacle::Unauthorized)] {
        let network = NetworkSeen { cilium, ..network.clone() };
        assert!(!of(&network, &[own()]), "Cilium may give addresses of its own");
    }
}
