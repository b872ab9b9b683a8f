//! Ranges of pools, addresses of pods, and tunnels.

use super::*;

#[test]
fn a_range_of_a_pool_counts_once_the_ranges_before_it_are_used_up() {
    let pooled = |texts: &[&str]| {
        network(&[], CiliumSeen { pool: ranges(texts), ..native(&["10.0.0.0/8", "fd00::/8"]) })
    };
    let (infra, apps) = (ClusterName::new("infra"), ClusterName::new("apps"));
    let one = pooled(&["10.1.0.0/16", "10.50.0.0/16"]);
    let other = pooled(&["10.2.0.0/16", "10.50.0.0/16"]);
    let pod = Pod { address: "10.50.0.7".into(), ..Pod::default() };
    let later = Pod { address: "10.50.1.7".into(), ..Pod::default() };
    let of = |pods: [&[&Pod]; 2]| judge((&infra, &one, pods[0]), (&apps, &other, pods[1]));
    for pods in [[&[][..], &[]], [&[&pod], &[]], [&[], &[&pod]]] {
        let Flatness::NotShown(text) = of(pods) else { panic!("it is told") };
        assert!(text.ends_with("which overlap, unless no pod gets an address of these"), "{text}");
    }
    assert!(matches!(of([&[&pod], &[&later]]), Flatness::Disproved(_)));
    let both = ahead((&infra, &one, &[]), (&apps, &other, &[])).map(|(own, far)| own == far);
    assert_eq!(both, Some(true));
    assert_eq!(ahead((&infra, &one, &[]), (&apps, &pooled(&["10.2.0.0/16"]), &[])), None);
    let first = judged(&one, &pooled(&["10.1.0.0/16"]));
    assert!(matches!(first, Flatness::Disproved(_)), "{first:?}");
}

#[test]
fn pods_with_the_same_address_disprove_it_whoever_gave_it() {
    let pods = |address: &str| Pod { address: address.into(), name: "web".into(), ..Pod::default() };
    let mut plain = network(&[], native(&[]));
    let (infra, apps) = (ClusterName::new("infra"), ClusterName::new("apps"));
    let of = |network: &NetworkSeen, far: &Pod| {
        matches!(
            judge((&infra, network, &[&pods("10.1.0.7")]), (&apps, network, &[far])),
            Flatness::Disproved(_)
        )
    };
    for cilium in [plain.cilium.clone(), Observed::Absent] {
        plain.cilium = cilium;
        assert!(of(&plain, &pods("10.1.0.7")) && !of(&plain, &pods("10.1.0.8")));
        assert!(!of(&plain, &Pod { is_on_host: true, ..pods("10.1.0.7") }));
        assert!(!of(&plain, &Pod { is_over: true, ..pods("10.1.0.7") }));
    }
    plain.nodes = Observed::Present(vec![]);
    let none = Pod::default();
    assert!(!matches!(judge((&infra, &plain, &[&none]), (&apps, &plain, &[&none])), Flatness::Disproved(_)));
}

#[test]
fn pools_that_may_have_changed_count_where_pods_have_their_addresses() {
    let pools = |texts: &[&str]| network(&[], CiliumSeen { pools: Some(ranges(texts)), ..native(&[]) });
    let (infra, apps) = (ClusterName::new("infra"), ClusterName::new("apps"));
    let pod = |address: &str| Pod { address: address.into(), ..Pod::default() };
    let (own, far) = (pod("10.1.0.7"), pod("10.1.1.7"));
    let known = pools(&["10.1.0.0/16"]);
    let of = |network: &NetworkSeen, pods: [&[&Pod]; 2]| {
        let sides = [(&infra, network, pods[0]), (&apps, network, pods[1])];
        let hidden = pooled(sides).map(ToString::to_string);
        (matches!(judge(sides[0], sides[1]), Flatness::Disproved(_)), hidden)
    };
    assert_eq!(of(&known, [&[&own], &[&far]]), (true, None));
    assert_eq!(of(&known, [&[&own], &[]]), (false, Some("apps".to_owned())));
    assert_eq!(of(&known, [&[&pod("10.9.0.7")], &[&far]]), (false, Some("infra".to_owned())));
    assert_eq!(of(&pools(&[]), [&[&own], &[&far]]), (false, Some("infra".to_owned())));
    assert_eq!(of(&network(&[], native(&[])), [&[], &[]]), (false, None), "the nodes say it");
}

#[test]
fn tunnels_end_at_their_own_nodes_unless_a_cluster_mesh_connects_them() {
    let tunnel = || Some(("routing-mode", "tunnel".to_owned()));
    let (infra, apps) = (ClusterName::new("infra"), ClusterName::new("apps"));
    let of = |one: &NetworkSeen, other: &NetworkSeen| {
        tunnelled([(&infra, one, &[]), (&apps, other, &[])]).map(|(name, _)| name.to_string())
    };
    let said = network(APPS, CiliumSeen { tunnel: tunnel(), ..CiliumSeen::default() });
    let unsaid = network(INFRA, CiliumSeen::default());
    assert_eq!(of(&unsaid, &said).as_deref(), Some("apps"));
    assert_eq!(of(&said, &unsaid).as_deref(), Some("infra"));
    assert_eq!(of(&unsaid, &unsaid), None, "what is usual is not said");
    let other = |cilium| NetworkSeen { cilium, ..unsaid.clone() };
    assert_eq!(of(&said, &other(Observed::Absent)).as_deref(), Some("infra"));
    assert_eq!(of(&said, &other(Observed::Unknown(Obstacle::Unauthorized))), None);
    let meshed = |name: &str, id: u32, peers: Observed<BTreeSet<String>>| {
        network(INFRA, CiliumSeen { tunnel: tunnel(), peers, ..connected(name, id, &[]) })
    };
    let named = |name: &str| Observed::Present([name.to_owned()].into());
    let home = meshed("c-infra", 1, named("c-apps"));
    assert_eq!(of(&home, &meshed("c-apps", 2, named("c-infra"))), None);
    assert_eq!(of(&home, &meshed("c-apps", 2, Observed::Unknown(Obstacle::Unauthorized))), None);
    assert_eq!(of(&home, &meshed("c-apps", 2, named("c-edge"))).as_deref(), Some("infra"));
}
