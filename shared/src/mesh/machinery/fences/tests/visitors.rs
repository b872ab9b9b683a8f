//! Who comes from elsewhere, and what is of the cluster and no pod.

use super::*;

#[test]
fn who_comes_by_a_load_balancer_is_of_no_cluster_that_cilium_knows_and_of_one_family() {
    let to = [Cidr::of_address("203.0.113.10").unwrap()];
    let family = |text: &str| Peer::World(Cidr::read(text).unwrap());
    for (peer, shut) in [
        (Peer::Outside, false),
        (family("0.0.0.0/0"), false),
        (family("::/0"), true),
        (Peer::Cluster, true),
        (Peer::Front, true),
        (Peer::ApiServer, true),
    ] {
        let reading = Reading { cluster: Some("infra".into()), is_world_told: true, ..Reading::default() };
        let fences = [Fence { reading, ..fence(Some(vec![peer.clone()]), None) }];
        for is_seen in [false, true] {
            let whom = Whom::Visitor { to: &to, is_seen };
            assert_eq!(is_shut(&fences, whom, 4143), shut, "{peer:?}");
            assert_eq!(whom.is_certain(), is_seen, "a node in between may show itself");
        }
        let by_name = Whom::Visitor { to: &[], is_seen: true };
        assert_eq!(is_shut(&fences, by_name, 4143), shut && !matches!(peer, Peer::World(_)), "{peer:?}");
        assert!(!is_shut(&fences, Whom::Translated, 4143), "Cilium may be connected: {peer:?}");
    }
}

#[test]
fn nodes_proxies_and_api_servers_are_no_pods_but_those_on_the_host() {
    let near = pod("linkerd-multicluster", "linkerd-gateway");
    let on_host = Pod { is_on_host: true, ..near.clone() };
    for peer in [Peer::Node, Peer::Front, Peer::ApiServer] {
        let fences = [fence(Some(vec![peer.clone()]), None)];
        assert!(is_shut(&fences, Whom::Pod(&near), 4143), "{peer:?}");
        assert!(!is_shut(&fences, Whom::Pod(&on_host), 4143), "{peer:?}");
    }
}

#[test]
fn who_is_handed_on_by_a_node_may_be_shown_as_that_node_where_nothing_tells_it() {
    for (peer, by_node) in
        [(Peer::Cluster, true), (Peer::Node, true), (Peer::Front, true), (Peer::ApiServer, false)]
    {
        let reading = Reading { cluster: Some("infra".into()), ..Reading::default() };
        let fences = [Fence { reading, ..fence(Some(vec![peer.clone()]), None) }];
        let is_open = |is_seen| !is_shut(&fences, Whom::Visitor { to: &[], is_seen }, 4143);
        assert_eq!((is_open(false), is_open(true)), (by_node, false), "{peer:?}");
    }
}
