use super::*;

fn config(pairs: &[(&str, &str)]) -> Labels {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn pods_that_no_policy_is_about_are_shut_where_it_is_said() {
    let of = |pairs: &[(&str, &str)]| read(&config(pairs)).reading.is_strict;
    assert!(of(&[("enable-policy", "always")]) && of(&[("enable-policy", "Always")]));
    assert!(!of(&[]) && !of(&[("enable-policy", "default")]) && !of(&[("enable-policy", "never")]));
    assert!(!of(&[("enable-policy", "always"), ("policy-audit-mode", "true")]));
}

#[test]
fn sockets_are_balanced_unless_for_nodes_alone() {
    for (replacement, sockets, for_nodes, is_so) in [
        ("", "", "", false),
        ("true", "", "", true),
        ("True", "", "", true),
        ("strict", "", "", true),
        ("strict", "false", "", true),
        ("partial", "", "", false),
        ("partial", "false", "", false),
        ("partial", "true", "", true),
        ("disabled", "true", "", false),
        ("false", "", "", false),
        ("false", "true", "", true),
        ("", "T", "", true),
        ("true", "", "false", true),
        ("true", "", "true", false),
        ("true", "true", "True", false),
        ("strict", "", "1", false),
    ] {
        let pairs = [
            ("kube-proxy-replacement", replacement),
            ("bpf-lb-sock", sockets),
            ("bpf-lb-sock-hostns-only", for_nodes),
        ];
        assert_eq!(is_bypassing(&config(&pairs)), is_so, "{pairs:?}");
    }
}

#[test]
fn who_comes_through_a_node_is_told_from_it_by_tunnels_or_by_its_address() {
    let of = |pairs: &[(&str, &str)]| {
        let all = [&[("kube-proxy-replacement", "true")], pairs].concat();
        read(&config(&all)).reading.is_world_told
    };
    let native = ("routing-mode", "native");
    assert!(of(&[]) && of(&[("routing-mode", "tunnel")]) && of(&[native, ("bpf-lb-mode", "dsr")]));
    assert!(!of(&[native]) && !of(&[native, ("bpf-lb-mode", "snat")]) && !of(&[("tunnel", "disabled")]));
    assert!(!of(&[("kube-proxy-replacement", "false")]), "kube-proxy hands it on");
}

#[test]
fn others_are_removed_where_cilium_writes_its_own_configuration_and_is_told_to() {
    for (exclusive, written, is_so) in [
        ("true", "/host/etc/cni/net.d/05-cilium.conflist", true),
        ("True", "/host/etc/cni/net.d/05-cilium.conflist", true),
        ("false", "/host/etc/cni/net.d/05-cilium.conflist", false),
        ("", "/host/etc/cni/net.d/05-cilium.conflist", false),
        ("true", "", false),
        ("", "", false),
    ] {
        let pairs = [("cni-exclusive", exclusive), ("write-cni-conf-when-ready", written)];
        assert_eq!(read(&config(&pairs)).is_exclusive, is_so, "{pairs:?}");
    }
    let older = [("cni-exclusive", "true"), ("kube-proxy-replacement", "strict")];
    assert!(read(&config(&older)).is_exclusive, "older ones do not say where they write");
    let theirs = [("cni-exclusive", "true"), ("custom-cni-conf", "true")];
    assert!(!read(&config(&theirs)).is_exclusive, "somebody else writes it");
}

#[test]
fn addresses_are_announced_where_that_is_on_and_no_routes_are() {
    for (announcements, routes, is_so, is_mute) in [
        ("true", "", true, false),
        ("true", "false", true, false),
        ("true", "true", false, false),
        ("false", "true", false, false),
        ("false", "", false, true),
        ("", "", false, true),
    ] {
        let pairs = [("enable-l2-announcements", announcements), ("enable-bgp-control-plane", routes)];
        let read = read(&config(&pairs));
        assert_eq!((read.is_announcing, read.is_mute), (is_so, is_mute), "{pairs:?}");
    }
    assert!(!read(&config(&[("bgp-announce-lb-ip", "true")])).is_mute, "an older one");
}

#[test]
fn a_cluster_is_connected_to_those_that_are_named_beside_itself() {
    let is_connected = |names: &[&str]| {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        names_others(&config(&[("cluster-name", "infra"), ("cluster-id", "1")]), &names)
    };
    assert!(is_connected(&["apps"]) && is_connected(&["infra", "apps"]));
    assert!(!is_connected(&[]) && !is_connected(&["infra"]));
}

#[test]
fn a_cluster_has_a_name_before_it_is_connected() {
    let of = |pairs: &[(&str, &str)]| read(&config(pairs)).reading.cluster;
    assert_eq!(of(&[("cluster-name", "infra")]).as_deref(), Some("infra"));
    assert_eq!(of(&[]).as_deref(), Some("default"));
}

#[test]
fn ranges_are_about_no_pods_unless_it_is_said() {
    let of = |mode: &str| {
        let reading = read(&config(&[("policy-cidr-match-mode", mode)])).reading;
        reading.are_ranges_foreign
    };
    assert_eq!(["", "nodes", "pods", "nodes pods", "nodes,pods"].map(of), [true, true, false, false, false]);
}

#[test]
fn policies_are_enforced_unless_all_of_them_or_those_of_a_kind_are_not() {
    use Kind::{CiliumClusterwideNetworkPolicy, CiliumNetworkPolicy, NetworkPolicy};
    let of = |key: &str, value: &str| unenforced(&config(&[(key, value)])).into_iter().collect::<Vec<_>>();
    let all = [NetworkPolicy, CiliumNetworkPolicy, CiliumClusterwideNetworkPolicy];
    for (key, value, kinds) in [
        ("enable-policy", "never", &all[..]),
        ("enable-policy", "always", &[]),
        ("policy-audit-mode", "true", &all),
        ("policy-audit-mode", "false", &[]),
        ("enable-k8s-networkpolicy", "false", &[NetworkPolicy]),
        ("enable-k8s-networkpolicy", "true", &[]),
        ("enable-cilium-network-policy", "False", &[CiliumNetworkPolicy]),
        ("enable-cilium-clusterwide-network-policy", "0", &[CiliumClusterwideNetworkPolicy]),
        ("other", "false", &[]),
    ] {
        assert_eq!(of(key, value), kinds, "{key}: {value}");
    }
}
