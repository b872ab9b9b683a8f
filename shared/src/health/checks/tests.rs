//! Healthy clusters, and one thing after another that is wrong with them.

use super::*;
use crate::terms::{ContextName, Fleet, Member, Obstacle};

fn node(name: &str) -> NodeSeen {
    NodeSeen { name: name.into(), is_ready: true, age: Some(9000), ..NodeSeen::default() }
}

fn seen(clusters: &[(&str, Vec<NodeSeen>, i64)]) -> HealthSeen {
    let member = |name: &str| Member { name: ClusterName::new(name), context: ContextName(name.to_owned()) };
    HealthSeen {
        fleet: Fleet::new(clusters.iter().map(|(name, ..)| member(name)).collect()).unwrap(),
        clusters: clusters
            .iter()
            .map(|(name, nodes, clock)| ClusterHealth {
                name: ClusterName::new(*name),
                nodes: Observed::Present(nodes.clone()),
                clock: Some(*clock),
            })
            .collect(),
    }
}

/// Of two clusters with two nodes each, of which one node is changed.
fn found(change: impl FnOnce(&mut NodeSeen)) -> Vec<(&'static str, Severity, String)> {
    let mut second = node("b");
    change(&mut second);
    told(&seen(&[("infra", vec![node("a"), second], 0), ("apps", vec![node("c")], 1)]))
}

fn told(seen: &HealthSeen) -> Vec<(&'static str, Severity, String)> {
    let all = judge(seen, &|_| true);
    for finding in &all {
        assert!(finding.remedy.is_some() || finding.severity == Severity::Info, "{finding:?}");
    }
    all.into_iter().map(|finding| (finding.check, finding.severity, finding.summary)).collect()
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
    let text = "1 of 2 nodes of infra are not ready: b (NodeStatusUnknown)";
    assert_eq!(lost(Some(900)), [("node-ready", Severity::Warning, text.to_owned())]);
    assert_eq!(lost(None), [("node-ready", Severity::Warning, text.to_owned())], "nobody says since when");
    let restarting = format!("{text}, for 40s so far, as in a restart");
    assert_eq!(lost(Some(40)), [("node-ready", Severity::Info, restarting)]);
}

#[test]
fn a_cluster_without_any_node_that_is_ready_is_an_error_from_the_beginning() {
    let lost = NodeSeen { is_ready: false, age: Some(1), ..node("c") };
    let all = told(&seen(&[("infra", vec![node("a")], 0), ("apps", vec![lost], 0)]));
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].0, all[0].1), ("node-ready", Severity::Error), "{all:?}");
}

#[test]
fn what_a_node_is_short_of_is_named_and_a_node_without_network_is_told_unless_it_starts() {
    let pressed = found(|node| node.pressures = vec!["DiskPressure".into(), "PIDPressure".into()]);
    let text = "b of infra is short of something (DiskPressure, PIDPressure): pods are evicted";
    assert_eq!(pressed, [("node-pressure", Severity::Warning, text.to_owned())]);
    let cut = found(|node| node.lacks_network = true);
    assert_eq!(cut, [("node-network", Severity::Warning, "pods of b have no network".to_owned())]);
    let fresh = found(|node| (node.lacks_network, node.network_age) = (true, Some(20)));
    assert_eq!(
        fresh,
        [("node-network", Severity::Info, "pods of b have no network, as in a start".to_owned())]
    );
}

#[test]
fn clocks_are_compared_with_the_one_in_the_middle() {
    let clocks = |all: &[(&str, i64)]| {
        let clusters: Vec<_> = all.iter().map(|(name, clock)| (*name, vec![node("a")], *clock)).collect();
        let all = judge(&seen(&clusters), &|check| check == "cluster-clock");
        let short = |finding: &Finding| {
            (finding.severity, finding.summary.split(':').next().unwrap_or_default().to_owned())
        };
        all.iter().map(short).collect::<Vec<_>>()
    };
    assert_eq!(clocks(&[("infra", -3600), ("apps", -3598)]), [], "it is this machine that is wrong");
    let behind = "the clock of apps is 90s behind that of infra".to_owned();
    assert_eq!(clocks(&[("infra", 0), ("apps", -90)]), [(Severity::Error, behind)]);
    let little = "the clock of infra is 10s behind that of apps".to_owned();
    assert_eq!(clocks(&[("infra", 0), ("apps", 10)]), [(Severity::Warning, little)]);
    let ahead = "the clock of edge is 21s ahead of that of infra".to_owned();
    assert_eq!(clocks(&[("apps", -1), ("edge", 21), ("infra", 0)]), [(Severity::Error, ahead)]);
}

#[test]
fn nodes_that_nobody_may_list_are_said_to_be_unseen_and_hide_no_others() {
    let mut all =
        seen(&[("infra", vec![], 0), ("apps", vec![NodeSeen { lacks_network: true, ..node("c") }], 0)]);
    let (verb, resource, message) = ("list".to_owned(), "nodes".to_owned(), String::new());
    let forbidden = Obstacle::Forbidden { verb, resource, namespace: None, message };
    all.clusters[0].nodes = Observed::Unknown(forbidden);
    let found = judge(&all, &|_| true);
    let short: Vec<_> = found.iter().map(|finding| (finding.check, finding.severity)).collect();
    assert_eq!(short, [("node-ready", Severity::Info), ("node-network", Severity::Error)]);
    assert_eq!(found[0].summary, "not looked at: its nodes (cannot list nodes: forbidden)");
}
