use super::super::tests::{blind, fleet, node, told};
use super::*;
use crate::verdict::Severity;

/// Two clusters with these nodes.
fn seen(infra: Vec<NodeSeen>, apps: Vec<NodeSeen>) -> HealthSeen {
    let mut seen = fleet(&["infra", "apps"]);
    seen.clusters[0].nodes = Observed::Present(infra);
    seen.clusters[1].nodes = Observed::Present(apps);
    seen
}

/// Of two clusters with two nodes each, of which one node is changed.
fn found(change: impl FnOnce(&mut NodeSeen)) -> Vec<(&'static str, Severity, String)> {
    let mut second = node("b");
    change(&mut second);
    told(&seen(vec![node("a"), second], vec![node("c")]))
}

#[test]
fn nothing_speaks_against_nodes_that_are_ready_and_clocks_that_agree() {
    assert_eq!(found(|_| ()), []);
    assert_eq!(found(|node| node.reason = "KubeletReady".into()), []);
}

#[test]
fn a_node_that_is_lost_is_a_warning_and_one_that_restarts_is_none() {
    let lost = |age| {
        found(move |node| (node.is_ready, node.age, node.reason) = (false, age, "NodeStatusUnknown".into()))
    };
    let text = "1 of 2 nodes of infra is not ready: b (NodeStatusUnknown)";
    assert_eq!(lost(Some(900)), [("node-ready", Severity::Warning, text.to_owned())]);
    assert_eq!(lost(None), [("node-ready", Severity::Warning, text.to_owned())], "nobody says since when");
    let restarting = format!("{text}, for 40s so far, as in a restart");
    assert_eq!(lost(Some(40)), [("node-ready", Severity::Info, restarting)]);
}

#[test]
fn a_cluster_without_any_node_that_is_ready_is_an_error_from_the_beginning_unless_it_has_but_one() {
    let lost = |name, age| NodeSeen {
        is_ready: false,
        age: Some(age),
        lacks_network: true,
        network_age: Some(age),
        ..node(name)
    };
    let of = |nodes: Vec<NodeSeen>| -> Vec<_> {
        told(&seen(vec![node("a")], nodes)).into_iter().map(|found| (found.0, found.1)).collect()
    };
    let both = |severity| [("node-ready", severity), ("node-network", severity)];
    assert_eq!(of(vec![lost("c", 1), lost("d", 1)]), both(Severity::Error));
    assert_eq!(of(vec![lost("c", 1)]), both(Severity::Info), "it restarts");
    assert_eq!(of(vec![lost("c", 900)]), both(Severity::Error));
}

#[test]
fn a_virtual_node_has_no_pods_of_a_mesh_and_no_network_of_the_cluster() {
    let lost = |name, age| NodeSeen { is_ready: false, age: Some(age), ..node(name) };
    let is_virtual = |node: NodeSeen| NodeSeen { is_virtual: true, ..node };
    let of = |nodes: Vec<NodeSeen>| told(&seen(nodes, vec![node("c")]));
    let all = of(vec![lost("a", 900), is_virtual(node("v"))]);
    let text = "no node of infra but virtual ones is ready: no new pod starts there, and running pods are considered lost";
    assert_eq!(all, [("node-ready", Severity::Error, text.to_owned())]);
    assert_eq!(of(vec![lost("a", 40), is_virtual(node("v"))])[0].1, Severity::Info, "the only one restarts");
    assert_eq!(of(vec![node("a"), is_virtual(lost("v", 900))])[0].1, Severity::Warning);
    assert_eq!(of(vec![is_virtual(lost("v", 900))])[0].1, Severity::Error, "there are no others");
    assert_eq!(of(vec![node("a"), is_virtual(NodeSeen { lacks_network: true, ..node("v") })]), []);
}

#[test]
fn what_a_node_is_short_of_is_named_and_a_node_without_network_is_told_unless_it_starts() {
    let pressed = found(|node| node.pressures = vec!["DiskPressure".into(), "PIDPressure".into()]);
    let text = "b of infra is under pressure (DiskPressure, PIDPressure): pods are evicted";
    assert_eq!(pressed, [("node-pressure", Severity::Warning, text.to_owned())]);
    let short = |name, of: &str| NodeSeen { pressures: vec![of.to_owned()], ..node(name) };
    let two = told(&seen(vec![short("a", "MemoryPressure"), short("b", "DiskPressure")], vec![node("c")]));
    assert_eq!(two[0].2, "a, b of infra are under pressure (DiskPressure, MemoryPressure): pods are evicted");
    let cut = found(|node| node.lacks_network = true);
    assert_eq!(cut, [("node-network", Severity::Warning, "pods of b have no network".to_owned())]);
    let fresh = found(|node| (node.lacks_network, node.network_age) = (true, Some(20)));
    assert_eq!(
        fresh,
        [("node-network", Severity::Info, "pods of b have no network, as in a start".to_owned())]
    );
}

#[test]
fn nodes_that_nobody_may_list_are_said_to_be_unseen_and_hide_no_others() {
    let mut all = seen(vec![], vec![NodeSeen { lacks_network: true, ..node("c") }]);
    all.clusters[0].nodes = Observed::Unknown(blind("list", "nodes"));
    let found = told(&all);
    let short: Vec<_> = found.iter().map(|finding| (finding.0, finding.1)).collect();
    assert_eq!(short, [("node-ready", Severity::Unknown), ("node-network", Severity::Error)]);
    assert_eq!(found[0].2, "not looked at: its nodes (cannot list nodes: forbidden)");
}

#[test]
fn a_node_that_nobody_hears_of_is_told_from_one_that_says_what_it_lacks() {
    let lost = |name: &str, is_silent: bool, reason: &str| NodeSeen {
        is_ready: false,
        is_silent,
        reason: reason.to_owned(),
        age: Some(900),
        ..node(name)
    };
    let of = |nodes: Vec<NodeSeen>| {
        let found = ready(&seen(nodes, vec![node("z")])).remove(0);
        let said = found.evidence.into_iter().map(|one| one.value).collect::<Vec<_>>().join(", ");
        (found.summary, said, found.remedy.unwrap().to_string())
    };
    let (text, said, next) = of(vec![node("a"), lost("b", true, "NodeStatusUnknown")]);
    let silent =
        "1 of 2 nodes of infra is not ready: b (NodeStatusUnknown; its kubelet has stopped reporting)";
    assert_eq!((text.as_str(), said.as_str()), (silent, "Unknown"));
    assert!(next.contains("make sure that the machine") && next.ends_with("describe node b`"), "{next}");
    let (text, said, next) = of(vec![node("a"), lost("b", false, "KubeletNotReady")]);
    let says = "1 of 2 nodes of infra is not ready: b (KubeletNotReady)";
    assert_eq!((text.as_str(), said.as_str()), (says, "False"));
    assert!(next.starts_with("fix what its kubelet reports"), "{next}");
    let both = vec![node("a"), lost("b", true, "NodeStatusUnknown"), lost("c", false, "KubeletNotReady")];
    let (text, said, next) = of(both);
    assert!(text.ends_with("(KubeletNotReady; on 1 of them the kubelet has stopped reporting)"), "{text}");
    assert!(said == "False" && next.ends_with("describe node c`"), "{said}: {next}");
}
