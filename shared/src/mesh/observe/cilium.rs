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

/// It is exclusive where it is told to be and writes its own configuration at all.
fn read(config: &Labels) -> CiliumSettings {
    CiliumSettings {
        is_bypassing: is_bypassing(config),
        unenforced: unenforced(config),
        reading: Reading {
            cluster: Some(cluster_name(config).to_owned()),
            are_ranges_foreign: !ranges_match_pods(config),
            is_strict: is_strict(config),
            is_world_told: is_world_told(config),
            ..Reading::default()
        },
        is_exclusive: is(config, "cni-exclusive", false) && writes_cni(config),
        is_announcing: is(config, "enable-l2-announcements", false)
            && !is(config, "enable-bgp-control-plane", false),
        is_mute: !["enable-l2-announcements", "enable-bgp-control-plane", "bgp-announce-lb-ip"]
            .iter()
            .any(|key| is(config, key, false)),
        ..CiliumSettings::default()
    }
}

/// Older ones do it without being told where, unless somebody else does.
fn writes_cni(config: &Labels) -> bool {
    let is_told = config.get("write-cni-conf-when-ready").is_none_or(|file| !file.trim().is_empty());
    is_told && !is(config, "custom-cni-conf", false)
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
mod tests;
