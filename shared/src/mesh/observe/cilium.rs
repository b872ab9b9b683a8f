//! Looks at how Cilium is set up with regard to proxies, and to policies.

use super::super::machinery::{CiliumSettings, Reading};
use super::super::names::{CILIUM, CLUSTER_MESH};
use super::super::wire;
use super::bounded::one;
use super::networks::Keys;
use crate::cluster::{Archive, Cluster, Resource};
use crate::terms::{Kind, Labels, Observed, Obstacle};
use std::collections::BTreeSet;

/// Its settings; absent without it.
pub(super) async fn settings(cluster: &Cluster) -> Observed<CiliumSettings> {
    let config = one::<wire::ConfigMap>(cluster, Resource::CONFIG_MAPS, CILIUM).await;
    match config.map(|config| config.data.unwrap_or_default()) {
        Observed::Present(config) => {
            let mesh = mesh(cluster, &config).await;
            Observed::Present(CiliumSettings { mesh, ..read(&config) })
        }
        Observed::Absent => Observed::Absent,
        Observed::Unknown(obstacle) => Observed::Unknown(obstacle),
    }
}

/// A cluster without a number is connected to none; one with a number is where the Secret names others. Manifests may lack it,
/// since it is made by who connects clusters.
async fn mesh(cluster: &Cluster, config: &Labels) -> Observed<()> {
    if ["", "0"].contains(&text(config, "cluster-id")) {
        return Observed::Absent;
    }
    match one::<Keys>(cluster, Resource::SECRETS, CLUSTER_MESH).await.map(Keys::names) {
        Observed::Present(names) if names_others(config, &names) => Observed::Present(()),
        Observed::Absent if cluster.archive().is_some_and(Archive::is_of_manifests) => {
            let what = format!("secrets {}/{}", CLUSTER_MESH.0, CLUSTER_MESH.1);
            Observed::Unknown(Obstacle::NotInFiles { what })
        }
        Observed::Present(_) | Observed::Absent => Observed::Absent,
        Observed::Unknown(obstacle) => Observed::Unknown(obstacle),
    }
}

/// Cilium passes over its own cluster there.
fn names_others(config: &Labels, names: &BTreeSet<String>) -> bool {
    names.iter().any(|name| name != cluster_name(config))
}

/// What the cluster is called, connected or not.
fn cluster_name(config: &Labels) -> &str {
    Some(text(config, "cluster-name")).filter(|name| !name.is_empty()).unwrap_or("default")
}

/// It is exclusive where it is told to be and writes its own configuration at all: its chart says both, and neither where somebody
/// else writes it.
fn read(config: &Labels) -> CiliumSettings {
    CiliumSettings {
        is_bypassing: is_bypassing(config),
        unenforced: unenforced(config),
        reading: Reading {
            cluster: Some(cluster_name(config).to_owned()),
            are_ranges_foreign: !ranges_match_pods(config),
            is_strict: is_strict(config),
            is_world_told: is_world_told(config),
        },
        is_exclusive: is(config, "cni-exclusive", false)
            && !text(config, "write-cni-conf-when-ready").is_empty(),
        is_announcing: is(config, "enable-l2-announcements", false)
            && !is(config, "enable-bgp-control-plane", false),
        ..CiliumSettings::default()
    }
}

fn text<'a>(config: &'a Labels, key: &str) -> &'a str {
    config.get(key).map_or("", |text| text.trim())
}

/// In the words that Go reads for yes or no, as Cilium does; what is said otherwise is `usual`.
fn is(config: &Labels, key: &str, usual: bool) -> bool {
    match text(config, key) {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => true,
        "0" | "f" | "F" | "false" | "FALSE" | "False" => false,
        _ => usual,
    }
}

/// Since Cilium 1.20 it can be told so; that they match nodes is another word.
fn ranges_match_pods(config: &Labels) -> bool {
    text(config, "policy-cidr-match-mode").split([' ', ',']).any(|mode| mode == "pods")
}

/// Pods on the network of their node are let alone all the same, and in its audit mode nobody is shut in.
fn is_strict(config: &Labels) -> bool {
    text(config, "enable-policy").eq_ignore_ascii_case("always") && !is(config, "policy-audit-mode", false)
}

/// In its audit mode it tells what it would have kept from where, and keeps nothing.
fn unenforced(config: &Labels) -> BTreeSet<Kind> {
    let is_lax =
        text(config, "enable-policy").eq_ignore_ascii_case("never") || is(config, "policy-audit-mode", false);
    let kinds = [
        (Kind::NetworkPolicy, "enable-k8s-networkpolicy"),
        (Kind::CiliumNetworkPolicy, "enable-cilium-network-policy"),
        (Kind::CiliumClusterwideNetworkPolicy, "enable-cilium-clusterwide-network-policy"),
    ];
    kinds.into_iter().filter(|(_, key)| is_lax || !is(config, key, true)).map(|(kind, _)| kind).collect()
}

/// It does where it replaces kube-proxy or was told to, unless for the nodes' own connections alone. In the words of older ones,
/// `strict` is to replace it, `disabled` forbids it, and `partial` leaves it to the other setting.
fn is_bypassing(config: &Labels) -> bool {
    let is_told = text(config, "kube-proxy-replacement") != "disabled" && is(config, "bpf-lb-sock", false);
    (replaces_kube_proxy(config) || is_told) && !is(config, "bpf-lb-sock-hostns-only", false)
}

fn replaces_kube_proxy(config: &Labels) -> bool {
    text(config, "kube-proxy-replacement") == "strict" || is(config, "kube-proxy-replacement", false)
}

/// Who is handed on to another node comes with an address of the first one, unless that is kept; a tunnel, which is usual, says all
/// the same that it is of the world. kube-proxy knows of neither.
fn is_world_told(config: &Labels) -> bool {
    let has_tunnels = text(config, "routing-mode") != "native" && text(config, "tunnel") != "disabled";
    let keeps_addresses = ["dsr", "hybrid"].contains(&text(config, "bpf-lb-mode"));
    replaces_kube_proxy(config) && (has_tunnels || keeps_addresses)
}

#[cfg(test)]
mod tests {
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
    }

    #[test]
    fn addresses_are_announced_where_that_is_on_and_no_routes_are() {
        for (announcements, routes, is_so) in [
            ("true", "", true),
            ("true", "false", true),
            ("true", "true", false),
            ("false", "", false),
            ("", "", false),
        ] {
            let pairs = [("enable-l2-announcements", announcements), ("enable-bgp-control-plane", routes)];
            assert_eq!(read(&config(&pairs)).is_announcing, is_so, "{pairs:?}");
        }
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
        assert_eq!(
            ["", "nodes", "pods", "nodes pods", "nodes,pods"].map(of),
            [true, true, false, false, false]
        );
    }

    #[test]
    fn policies_are_enforced_unless_all_of_them_or_those_of_a_kind_are_not() {
        use Kind::{CiliumClusterwideNetworkPolicy, CiliumNetworkPolicy, NetworkPolicy};
        let of =
            |key: &str, value: &str| unenforced(&config(&[(key, value)])).into_iter().collect::<Vec<_>>();
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
}
