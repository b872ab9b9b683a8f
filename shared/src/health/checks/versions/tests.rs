use super::super::tests::{blind, fleet, node, short, spoken};
use super::*;
use crate::verdict::Severity;

/// Clusters with API servers of these versions, and kubelets of the same.
fn of(versions: &[(&str, &str)]) -> HealthSeen {
    let mut seen = fleet(&versions.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    for (cluster, (_, version)) in seen.clusters.iter_mut().zip(versions) {
        cluster.version = Observed::Present((*version).to_owned());
        cluster.nodes = Observed::Present(vec![NodeSeen { kubelet: (*version).to_owned(), ..node("a") }]);
    }
    seen
}

/// Two clusters of 1.33, the first with nodes of these kubelets; a star is a node with a control plane.
fn with(kubelets: &[&str]) -> HealthSeen {
    let mut seen = of(&[("infra", "v1.33.1"), ("apps", "v1.33.1")]);
    let kubelet = |(number, version): (usize, &&str)| NodeSeen {
        kubelet: version.trim_end_matches('*').to_owned(),
        has_control_plane: version.ends_with('*'),
        ..node(&format!("worker-{number}"))
    };
    seen.clusters[0].nodes = Observed::Present(kubelets.iter().enumerate().map(kubelet).collect());
    seen
}

#[test]
fn clusters_that_no_kubectl_is_made_for_together_are_told() {
    insta::assert_snapshot!(spoken(&of(&[("infra", "v1.30.4-eks-a737599"), ("apps", "v1.33.1")])), @"
        warning api-version-skew 
          infra has Kubernetes v1.30.4-eks-a737599, and apps v1.33.1: 3 minor versions apart, and no kubectl supports both
          infra: gitVersion = v1.30.4-eks-a737599
          apps: gitVersion = v1.33.1
          upgrade infra one minor version at a time, or use a different kubectl for each; to see the version of yours, run: `kubectl --context infra version`
    ");
}

#[test]
fn clusters_that_are_upgraded_one_after_the_other_are_no_matter() {
    for other in ["v1.31.0", "v1.32.9+k3s1", "v1.33.9", "v1.35.0", "v2.0.0", "edge", ""] {
        assert_eq!(spoken(&of(&[("infra", "v1.33.1"), ("apps", other)])), "", "{other}");
    }
    let three = of(&[("infra", "v1.31.0"), ("apps", "v1.34.0"), ("edge", "v1.30.0")]);
    let clusters: Vec<_> = between(&three).into_iter().map(|finding| finding.clusters).collect();
    let names = |older: &str| vec![ClusterName::new(older), ClusterName::new("apps")];
    assert_eq!(clusters, [names("infra"), names("edge")], "each with the newest");
}

#[test]
fn a_kubelet_that_is_newer_than_its_api_server_is_told() {
    insta::assert_snapshot!(spoken(&with(&["v1.33.1", "v1.34.2", "v1.35.0"])), @"
        warning api-version-skew infra: node/worker-1
          the kubelet of worker-1, worker-2 in infra is newer than its API server (v1.34.2 and v1.33.1), which Kubernetes does not support
          status.nodeInfo.kubeletVersion = v1.34.2
          gitVersion = v1.33.1
          bring the API server to that version, which comes first in an upgrade; to see all versions, run: `kubectl --context infra get nodes --output wide`
    ");
}

#[test]
fn a_kubelet_that_is_too_old_is_told_and_one_that_waits_for_its_upgrade_is_not() {
    insta::assert_snapshot!(spoken(&with(&["v1.33.1", "v1.29.8"])), @"
        warning api-version-skew infra: node/worker-1
          the kubelet of worker-1 in infra is too many minor versions behind its API server (v1.29.8 and v1.33.1), which Kubernetes does not support
          status.nodeInfo.kubeletVersion = v1.29.8
          gitVersion = v1.33.1
          upgrade the node; to see the versions of all of them, run: `kubectl --context infra get nodes --output wide`
    ");
    let others = ["v1.33.9", "v1.32.0", "v1.30.0", "kwok-v0.7.0", "v1.19.10-vk-azure-aci-1.4.8", ""];
    assert_eq!(spoken(&with(&others)), "");
    let mut seen = with(&["v1.33.1", "v1.29.8"]);
    let Observed::Present(nodes) = &mut seen.clusters[0].nodes else { panic!("they are there") };
    nodes[1].is_virtual = true;
    assert_eq!(spoken(&seen), "", "what a virtual one tells is the version of a library in it");
    assert_eq!([24, 25].map(allowed), [2, 3]);
}

#[test]
fn a_control_plane_of_several_nodes_is_upgraded_node_by_node() {
    let severity = |kubelets: &[&str]| short(&with(kubelets)).first().map(|found| found.0);
    assert_eq!(severity(&["v1.34.0*", "v1.33.1*", "v1.33.1*", "v1.33.1"]), Some(Severity::Info));
    assert_eq!(
        severity(&["v1.34.0*", "v1.33.1*", "v1.34.0"]),
        Some(Severity::Warning),
        "a worker comes later"
    );
    assert_eq!(severity(&["v1.35.0*", "v1.33.1*"]), Some(Severity::Warning), "one version after the other");
    assert_eq!(severity(&["v1.34.0*", "v1.34.0*"]), Some(Severity::Warning), "none is left that waits");
}

#[test]
fn a_version_that_nobody_may_ask_for_is_not_looked_at() {
    let mut seen = with(&["v1.35.0"]);
    seen.clusters[0].version = Observed::Unknown(blind("get", "/version"));
    insta::assert_snapshot!(spoken(&seen), @"
        info api-version-skew 
          not looked at: the version of its API server (cannot get /version: forbidden)
          rules[] = {nonResourceURLs: [/version], verbs: [get]}
          ask for permission to `get /version` in infra; to test it, run: `kubectl --context infra auth can-i get /version`
    ");
}
