//! What each check has to see. Who asks for one of them has to hear that it could not be looked at.

use super::super::snapshot::{CiliumSeen, ClusterHealth, HealthSeen};
use crate::mesh::access::is_required;
use crate::terms::{Observed, Obstacle};
use crate::verdict::{Finding, Severity, against};
use std::collections::BTreeMap;

/// Something that is looked at.
struct Sight {
    /// The check that says so where it could not be seen.
    check: &'static str,
    /// Who else needs it.
    besides: &'static [&'static str],
    /// What it is.
    what: &'static str,
    /// What hindered the look.
    obstacle: fn(&ClusterHealth) -> Option<&Obstacle>,
}

#[rustfmt::skip]
const SIGHTS: [Sight; 11] = [
    Sight { check: "node-ready", besides: &["node-network", "node-pressure", "api-version-skew"],
        what: "its nodes", obstacle: |cluster| cluster.nodes.obstacle() },
    Sight { check: "api-version-skew", besides: &[],
        what: "the version of its API server", obstacle: |cluster| cluster.version.obstacle() },
    Sight { check: "api-services", besides: &[],
        what: "its APIServices", obstacle: |cluster| cluster.apis.obstacle() },
    Sight { check: "cilium-agents", besides: &["cilium-operator", "cilium-pools"],
        what: "whether Cilium is its network", obstacle: |cluster| cluster.cilium.obstacle() },
    Sight { check: "cilium-agents", besides: &[],
        what: "the agents of Cilium", obstacle: |cluster| cilium(cluster)?.agents.obstacle() },
    Sight { check: "cilium-agents", besides: &[],
        what: "which agents of Cilium do not serve", obstacle: |cluster| match &cilium(cluster)?.agents {
            Observed::Present(agents) => agents.lost.obstacle(),
            Observed::Absent | Observed::Unknown(_) => None,
        } },
    Sight { check: "cilium-operator", besides: &[],
        what: "the operator of Cilium", obstacle: |cluster| cilium(cluster)?.operator.obstacle() },
    Sight { check: "cilium-pools", besides: &[],
        what: "the pools of Cilium", obstacle: |cluster| cilium(cluster)?.pools.obstacle() },
    Sight { check: "cilium-pools", besides: &["cilium-operator"],
        what: "whether the gateway waits for an address of Cilium", obstacle: |cluster| cilium(cluster)?.gateways.obstacle() },
    Sight { check: "control-plane", besides: &[],
        what: "the control plane of Linkerd", obstacle: |cluster| cluster.control_plane.obstacle() },
    Sight { check: "control-plane", besides: &[],
        what: "whether Linkerd is there, as its multicluster extension is", obstacle: |cluster| cluster.relic.obstacle() },
];

/// Cilium, where it is and could be looked at.
pub(super) fn cilium(cluster: &ClusterHealth) -> Option<&CiliumSeen> {
    match &cluster.cilium {
        Observed::Present(cilium) => Some(cilium),
        Observed::Absent | Observed::Unknown(_) => None,
    }
}

/// Everything that could not be seen and is needed by a check that is chosen: in each cluster, each obstacle once with what it hides.
pub(super) fn unseen(seen: &HealthSeen, is_chosen: &dyn Fn(&str) -> bool) -> Vec<Finding> {
    let is_meant = |sight: &&Sight| is_chosen(sight.check) || sight.besides.iter().any(|id| is_chosen(id));
    let meant: Vec<&Sight> = SIGHTS.iter().filter(is_meant).collect();
    seen.clusters.iter().flat_map(|cluster| of_cluster(seen, cluster, &meant)).collect()
}

/// The chosen checks that could not be answered, once for each cluster, with what hindered that.
pub fn unanswered<'a>(seen: &'a HealthSeen, is_chosen: &dyn Fn(&str) -> bool) -> Vec<&'a Obstacle> {
    let of_cluster = |cluster: &'a ClusterHealth| {
        let hidden = SIGHTS.iter().filter_map(|sight| Some((sight, (sight.obstacle)(cluster)?)));
        let checks = hidden.flat_map(|(sight, obstacle)| {
            [sight.check].into_iter().chain(sight.besides.iter().copied()).map(move |check| (check, obstacle))
        });
        checks.filter(|(check, _)| is_chosen(check)).collect::<BTreeMap<_, _>>().into_values()
    };
    seen.clusters.iter().flat_map(of_cluster).collect()
}

fn of_cluster(seen: &HealthSeen, cluster: &ClusterHealth, meant: &[&Sight]) -> Vec<Finding> {
    let mut groups: Vec<(&Obstacle, Vec<&Sight>)> = Vec::new();
    for sight in meant {
        let Some(obstacle) = (sight.obstacle)(cluster) else { continue };
        match groups.iter_mut().find(|(known, _)| known.to_string() == obstacle.to_string()) {
            Some((_, all)) => all.push(sight),
            None => groups.push((obstacle, vec![sight])),
        }
    }
    let told = groups.into_iter().filter_map(|(obstacle, sights)| {
        let what: Vec<&str> = sights.iter().map(|sight| sight.what).collect();
        let finding =
            Finding::not_looked_at(sights.first()?.check, &[&cluster.name], what.join(", "), obstacle);
        let remedy = Some(against(obstacle, &cluster.name, &seen.fleet));
        let is_required = is_required(obstacle);
        let severity = if is_required { Severity::Unknown } else { finding.severity };
        Some(Finding { remedy, severity, is_unseen: !is_required, ..finding })
    });
    told.collect()
}
