mod leads;
mod visitors;

use super::*;
use crate::mesh::network::Cidr;
use crate::terms::{Requirement, SelectorOperator};
use Direction::{Egress, Ingress};

fn labels(pairs: &[(&str, &str)]) -> Labels {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn selecting(pairs: &[(&str, &str)]) -> LabelSelector {
    LabelSelector { match_labels: labels(pairs), match_expressions: vec![] }
}

fn pod(namespace: &str, app: &str) -> Pod {
    Pod {
        namespace: namespace.into(),
        labels: labels(&[("app", app)]),
        address: "10.1.0.7".into(),
        ports: vec![("postgresql".into(), 5432)],
        ..Pod::default()
    }
}

/// A policy of all pods of `databases` with one opening.
fn fence(peers: Option<Vec<Peer>>, ports: Option<Vec<(&str, u16)>>) -> Fence {
    let ports = ports.map(|ports| ports.into_iter().map(|(first, last)| (first.to_owned(), last)).collect());
    Fence {
        kind: Kind::NetworkPolicy,
        namespace: Some("databases".into()),
        name: "fence".into(),
        pods: LabelSelector::default(),
        ingress: Some(vec![Opening { peers, ports, ..Opening::default() }]),
        egress: None,
        denied: [vec![], vec![]],
        is_addition: [false; 2],
        reading: Reading::default(),
    }
}

fn is_shut(fences: &[Fence], whom: Whom<'_>, port: u16) -> bool {
    !shutting(fences, &pod("databases", "postgres"), (Ingress, whom, port)).0.is_empty()
}

#[test]
fn a_pod_that_no_policy_selects_is_free_and_one_that_is_selected_gets_what_is_opened() {
    let closed = Fence { ingress: Some(vec![]), ..fence(None, None) };
    assert!(!is_shut(&[], Whom::Abroad, 4143));
    assert!(is_shut(std::slice::from_ref(&closed), Whom::Abroad, 4143));
    let elsewhere = Fence { namespace: Some("other".into()), ..closed.clone() };
    let others = Fence { pods: selecting(&[("app", "web")]), ..closed.clone() };
    let outward = Fence { ingress: None, egress: Some(vec![]), ..closed.clone() };
    assert!(!is_shut(&[elsewhere, others, outward], Whom::Abroad, 4143));
    // What several let through adds up.
    assert!(!is_shut(&[closed, fence(None, Some(vec![("4143", 0)]))], Whom::Abroad, 4143));
    let on_host = Pod { is_on_host: true, ..pod("databases", "postgres") };
    assert!(
        shutting(
            &[Fence { ingress: Some(vec![]), ..fence(None, None) }],
            &on_host,
            (Ingress, Whom::Abroad, 1)
        )
        .0
        .is_empty()
    );
}

#[test]
fn ports_are_numbers_ranges_or_names_of_the_pod() {
    for (ports, port, shut) in [
        (None, 4143, false),
        (Some(vec![]), 4143, true),
        (Some(vec![("5432", 0)]), 4143, true),
        (Some(vec![("4000", 5000)]), 4143, false),
        (Some(vec![("postgresql", 0)]), 5432, false),
        (Some(vec![("postgresql", 0)]), 4143, true),
    ] {
        assert_eq!(is_shut(&[fence(None, ports.clone())], Whom::Abroad, port), shut, "{ports:?} {port}");
    }
    // The name of a port is one of the other side.
    let out = Fence { egress: fence(None, Some(vec![("https", 0)])).ingress, ..fence(None, None) };
    assert!(shutting(&[out], &pod("databases", "web"), (Egress, Whom::Abroad, 6443)).0.is_empty());
}

#[test]
fn who_comes_from_another_cluster_is_no_pod_and_may_be_in_any_range() {
    let range = Cidr::read("192.0.2.0/24").unwrap();
    for (peer, shut) in [
        (Peer::Outside, false),
        (Peer::Range(range, vec![]), false),
        (Peer::Unclear, false),
        (Peer::Cluster, true),
        (Peer::Pods { namespaces: Some(LabelSelector::default()), pods: LabelSelector::default() }, true),
    ] {
        assert_eq!(is_shut(&[fence(Some(vec![peer.clone()]), None)], Whom::Abroad, 1), shut, "{peer:?}");
    }
}

#[test]
fn a_pod_is_let_in_by_its_labels_its_namespace_or_its_address() {
    let gateway = pod("mesh", "gateway");
    let all = LabelSelector::default;
    let named = |name: &str| Some(selecting(&[("kubernetes.io/metadata.name", name)]));
    let by_team = LabelSelector {
        match_expressions: vec![Requirement {
            key: "team".into(),
            operator: SelectorOperator::Exists,
            values: vec![],
        }],
        ..all()
    };
    let pods = |namespaces, pods| Peer::Pods { namespaces, pods };
    let range = |text: &str| Cidr::read(text).unwrap();
    for (peer, shut) in [
        (Peer::Cluster, false),
        (Peer::Outside, true),
        // Without a word of namespaces, pods of its own.
        (pods(None, all()), true),
        (pods(Some(all()), all()), false),
        (pods(named("mesh"), selecting(&[("app", "gateway")])), false),
        (pods(named("mesh"), selecting(&[("app", "web")])), true),
        (pods(named("shop"), all()), true),
        // Of a namespace nothing is known but its name.
        (pods(Some(by_team), all()), false),
        (pods(Some(all()), selecting(&[("io.kubernetes.pod.namespace", "mesh")])), false),
        (pods(Some(all()), selecting(&[("io.kubernetes.pod.namespace", "shop")])), true),
        (Peer::Range(range("10.1.0.0/16"), vec![]), false),
        (Peer::Range(range("10.1.0.0/16"), vec![range("10.1.0.0/24")]), true),
        (Peer::Range(range("192.0.2.0/24"), vec![]), true),
    ] {
        assert_eq!(
            is_shut(&[fence(Some(vec![peer.clone()]), None)], Whom::Pod(&gateway), 1),
            shut,
            "{peer:?}"
        );
    }
}

#[test]
fn what_only_adds_shuts_nobody_out_and_lets_in_beside_what_does() {
    let closed = Fence { ingress: Some(vec![]), ..fence(None, None) };
    let adding =
        |ports| Fence { is_addition: [true, false], ..fence(Some(vec![Peer::Outside]), Some(ports)) };
    assert!(!is_shut(&[adding(vec![("4143", 0)])], Whom::Abroad, 5432), "alone it shuts nothing");
    assert!(!is_shut(&[closed.clone(), adding(vec![("4143", 0)])], Whom::Abroad, 4143));
    let both = [closed, adding(vec![("4191", 0)])];
    let (by, _) = shutting(&both, &pod("databases", "postgres"), (Ingress, Whom::Abroad, 4143));
    assert_eq!(by.len(), 1, "the one that shuts is named");
}

#[test]
fn what_comes_through_a_load_balancer_may_look_like_anything_of_the_cluster() {
    for (peer, abroad, translated) in
        [(Peer::Cluster, true, false), (Peer::Node, true, false), (Peer::Outside, false, false)]
    {
        let fences = [fence(Some(vec![peer.clone()]), None)];
        assert_eq!(is_shut(&fences, Whom::Abroad, 1), abroad, "{peer:?}");
        assert_eq!(is_shut(&fences, Whom::Translated, 1), translated, "{peer:?}");
    }
    let own = Peer::Pods { namespaces: None, pods: LabelSelector::default() };
    let open = [fence(Some(vec![own]), None)];
    let (by, is_for_others) = shutting(&open, &pod("databases", "postgres"), (Ingress, Whom::Translated, 1));
    assert_eq!((by.len(), is_for_others), (1, true));
}

#[test]
fn a_policy_that_may_be_about_a_pod_opens_and_never_shuts() {
    let closed = Fence { ingress: Some(vec![]), ..fence(None, None) };
    let hidden = selecting(&[("io.cilium.k8s.namespace.labels.team", "data")]);
    let open = Fence { pods: hidden.clone(), ..fence(Some(vec![Peer::Outside]), None) };
    assert!(!is_shut(&[closed.clone(), open], Whom::Abroad, 4143));
    assert!(!is_shut(&[Fence { pods: hidden, ..closed.clone() }], Whom::Abroad, 4143));
    let of_account = |account: &str| {
        let pods = selecting(&[("io.cilium.k8s.policy.serviceaccount", account)]);
        let pod = Pod { account: "postgres".into(), ..pod("databases", "postgres") };
        let fences = [Fence { pods, ..closed.clone() }];
        shutting(&fences, &pod, (Ingress, Whom::Abroad, 1)).0.len()
    };
    assert_eq!([of_account("postgres"), of_account("other")], [1, 0]);
}

#[test]
fn who_is_named_with_its_cluster_is_a_pod_of_it_and_nobody_whom_cilium_does_not_know() {
    let gateway = pod("linkerd-multicluster", "linkerd-gateway");
    let of_cluster = selecting(&[("io.cilium.k8s.policy.cluster", "apps"), ("app", "linkerd-gateway")]);
    let addresses = [Cidr::of_address("203.0.113.10").unwrap()];
    for (cluster, pod, abroad) in
        [(None, false, false), (Some("apps"), false, true), (Some("infra"), true, true)]
    {
        let reading = Reading { cluster: cluster.map(str::to_owned), ..Reading::default() };
        let open = fence(Some(vec![Peer::OfCluster(of_cluster.clone())]), None);
        let fences = [Fence { reading, ..open }];
        assert_eq!(is_shut(&fences, Whom::Pod(&gateway), 5432), pod, "the gateway of {cluster:?}");
        for whom in [Whom::Abroad, Whom::Gateway(&addresses), Whom::Server(&addresses)] {
            assert_eq!(is_shut(&fences, whom, 5432), abroad, "{whom:?} to {cluster:?}");
        }
        assert!(!is_shut(&fences, Whom::Translated, 5432), "which clusters Cilium connects");
    }
}

#[test]
fn a_policy_is_about_pods_of_its_own_cluster() {
    let of = |name: &str, cluster: Option<&str>| {
        let pods = selecting(&[("io.cilium.k8s.policy.cluster", name)]);
        let reading = Reading { cluster: cluster.map(str::to_owned), ..Reading::default() };
        let fences = [Fence { pods, reading, ingress: Some(vec![]), ..fence(None, None) }];
        is_shut(&fences, Whom::Abroad, 5432)
    };
    assert_eq!(
        [of("infra", Some("infra")), of("apps", Some("infra")), of("infra", None)],
        [true, false, false]
    );
}

#[test]
fn ranges_are_about_pods_where_the_network_knows_pods_by_their_addresses() {
    let all = Cidr::read("0.0.0.0/0").unwrap();
    let near = pod("linkerd-multicluster", "linkerd-gateway");
    let on_host = Pod { is_on_host: true, ..near.clone() };
    for (are_ranges_foreign, pod, shut) in
        [(false, &near, false), (true, &near, true), (true, &on_host, false), (false, &on_host, false)]
    {
        let reading = Reading { are_ranges_foreign, ..Reading::default() };
        let fences = [Fence { reading, ..fence(Some(vec![Peer::Range(all, vec![])]), None) }];
        assert_eq!(is_shut(&fences, Whom::Pod(pod), 5432), shut, "{are_ranges_foreign} {}", pod.is_on_host);
        assert!(!is_shut(&fences, Whom::Abroad, 5432), "whoever is of no cluster of Cilium is in them");
    }
}
