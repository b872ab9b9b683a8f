//! Healthy clusters, and what all these tests share.

pub(crate) mod matrix;

use super::super::snapshot::{ClusterHealth, NodeSeen};
use super::*;
use crate::terms::{ClusterName, ContextName, Fleet, Member, Observed, Obstacle};
use crate::verdict::Severity;

pub(super) fn node(name: &str) -> NodeSeen {
    NodeSeen {
        name: name.into(),
        is_ready: true,
        age: Some(9000),
        kubelet: "v1.33.1".into(),
        ..NodeSeen::default()
    }
}

/// Clusters with a node each, of one version and with one clock, and with nothing else.
pub(super) fn fleet(names: &[&str]) -> HealthSeen {
    let member =
        |name: &&str| Member { name: ClusterName::new(*name), context: ContextName((*name).to_owned()) };
    let health = |name: &&str| ClusterHealth {
        name: ClusterName::new(*name),
        nodes: Observed::Present(vec![node("a")]),
        version: Observed::Present("v1.33.1".to_owned()),
        apis: Observed::Present(Vec::new()),
        cilium: Observed::Absent,
        control_plane: Observed::Present(Vec::new()),
        mute: None,
        unfound: None,
        relic: Observed::Absent,
        clock: Some(0),
    };
    HealthSeen {
        fleet: Fleet::new(names.iter().map(member).collect()).unwrap(),
        clusters: names.iter().map(health).collect(),
    }
}

/// A right that is missing.
pub(super) fn blind(verb: &str, resource: &str) -> Obstacle {
    let (verb, resource, message) = (verb.to_owned(), resource.to_owned(), String::new());
    Obstacle::Forbidden { verb, resource, namespace: None, message }
}

/// Everything that is said.
fn all(seen: &HealthSeen) -> Vec<Finding> {
    let all = judge(seen, &|_| true);
    for finding in &all {
        assert!(finding.remedy.is_some() || finding.severity == Severity::Info, "{finding:?}");
    }
    all
}

/// How much each matters, and its sentence.
pub(super) fn short(seen: &HealthSeen) -> Vec<(Severity, String)> {
    all(seen).into_iter().map(|finding| (finding.severity, finding.summary)).collect()
}

/// The same with the check before it.
pub(super) fn told(seen: &HealthSeen) -> Vec<(&'static str, Severity, String)> {
    all(seen).into_iter().map(|finding| (finding.check, finding.severity, finding.summary)).collect()
}

/// All of it as text: what it is about, what it says, by what, and what to do.
pub(super) fn spoken(seen: &HealthSeen) -> String {
    let spoken = |finding: Finding| {
        let object = finding.object.map(|object| object.to_string()).unwrap_or_default();
        let head = format!("{} {} {object}", finding.severity.word(), finding.check);
        let evidence = finding.evidence.into_iter().map(|one| format!("{} = {}", one.field, one.value));
        let lines = [finding.summary].into_iter().chain(evidence);
        let lines = lines.chain(finding.remedy.map(|remedy| remedy.to_string()));
        [head].into_iter().chain(lines.map(|line| format!("  {line}"))).collect::<Vec<_>>().join("\n")
    };
    all(seen).into_iter().map(spoken).collect::<Vec<_>>().join("\n")
}

#[test]
fn nothing_speaks_against_healthy_clusters() {
    assert_eq!(told(&fleet(&["infra", "apps"])), []);
}

#[test]
fn what_could_not_be_seen_is_told_once_to_whoever_needs_it_and_to_nobody_else() {
    let mut seen = fleet(&["infra", "apps"]);
    seen.clusters[0].nodes = Observed::Unknown(blind("list", "nodes"));
    seen.clusters[0].cilium = Observed::Unknown(blind("get", "configmaps"));
    let told = |id: &str| {
        let found = judge(&seen, &|check| check == id);
        found.into_iter().map(|finding| (finding.check, finding.severity)).collect::<Vec<_>>()
    };
    for id in ["node-ready", "node-network", "node-pressure", "api-version-skew"] {
        assert_eq!(told(id), [("node-ready", Severity::Unknown)], "{id}");
    }
    for id in ["cilium-agents", "cilium-operator", "cilium-pools"] {
        assert_eq!(told(id), [("cilium-agents", Severity::Unknown)], "{id}");
    }
    for id in ["cluster-clock", "api-services", "control-plane"] {
        assert_eq!(told(id), [], "{id}");
    }
    assert_eq!(short(&seen).len(), 2);
}

#[test]
fn each_obstacle_is_told_once_with_what_it_hides() {
    let mut seen = fleet(&["infra", "apps"]);
    let infra = &mut seen.clusters[0];
    infra.nodes = Observed::Unknown(blind("list", "nodes"));
    (infra.version, infra.apis) =
        (Observed::Unknown(Obstacle::Expired), Observed::Unknown(Obstacle::Expired));
    seen.clusters[1].nodes = Observed::Unknown(Obstacle::Expired);
    let texts: Vec<String> = short(&seen).into_iter().map(|(_, text)| text).collect();
    let wanted = [
        "not looked at: its nodes (cannot list nodes: forbidden)",
        "not looked at: the version of its API server, its APIServices (the requested version is too old)",
        "not looked at: its nodes (the requested version is too old)",
    ];
    assert_eq!(texts, wanted);
}
