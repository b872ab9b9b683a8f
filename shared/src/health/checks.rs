//! The checks of what clusters stand on, as a table. Each is asked once about the whole fleet.

mod apis;
mod cilium;
mod clock;
mod control_plane;
mod nodes;
mod pools;
mod sights;
mod versions;

pub use pools::written;
pub use sights::unanswered;

use super::snapshot::{HealthSeen, SCALED_DOWN, WorkloadSeen};
use crate::terms::first_of;
use crate::verdict::{Finding, Remedy, Typed};

/// One check: a stable id, what it asks, and the judge.
pub struct Check {
    /// Stable, for scripts and documentation.
    pub id: &'static str,
    /// What it asks, for people.
    pub title: &'static str,
    /// One finding for each cluster of which something is to be said.
    pub judge: fn(&HealthSeen) -> Vec<Finding>,
}

/// All of them.
pub const CHECKS: [Check; 10] = [
    Check { id: "node-ready", title: "pods can be run on the nodes", judge: nodes::ready },
    Check { id: "node-network", title: "pods of the nodes have a network", judge: nodes::network },
    Check { id: "node-pressure", title: "nodes run out of nothing", judge: nodes::pressure },
    Check { id: "cluster-clock", title: "the clocks of the clusters agree", judge: clock::clock },
    Check {
        id: "api-version-skew",
        title: "versions of Kubernetes go together, in a cluster and between them",
        judge: versions::skew,
    },
    Check { id: "api-services", title: "every API has somebody who answers", judge: apis::services },
    Check { id: "cilium-agents", title: "an agent of Cilium serves on every node", judge: cilium::agents },
    Check { id: "cilium-operator", title: "the operator of Cilium serves", judge: cilium::operator },
    Check {
        id: "cilium-pools",
        title: "Cilium has an address for the gateway, and its pools do not overlap",
        judge: pools::pools,
    },
    Check { id: "control-plane", title: "Linkerd's control plane serves", judge: control_plane::serves },
];

/// What may take so long, in seconds, to come back, as a normal roll-out does to one after the other.
const GRACE: i64 = 300;
/// How many of several are named.
const NAMED: usize = 3;

/// Everything that speaks against the clusters, by the checks that are chosen.
pub fn judge(seen: &HealthSeen, is_chosen: &dyn Fn(&str) -> bool) -> Vec<Finding> {
    let chosen = CHECKS.iter().filter(|check| is_chosen(check.id));
    let unseen = sights::unseen(seen, is_chosen);
    unseen.into_iter().chain(chosen.flat_map(|check| (check.judge)(seen))).collect()
}

/// Whether all of them have not been as they are for longer than a restart takes.
fn are_fresh(ages: impl IntoIterator<Item = Option<i64>>) -> bool {
    ages.into_iter().all(|age| age.is_some_and(|age| age < GRACE))
}

/// The first names of several, and how many there are besides.
fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    first_of(&names.into_iter().collect::<Vec<_>>(), NAMED)
}

/// The finding with pods that do not serve.
fn idle<'a>(finding: Finding, pods: impl IntoIterator<Item = &'a str>) -> Finding {
    pods.into_iter().take(NAMED).fold(finding, Finding::pod_not_ready)
}

/// How a Deployment is brought up that does not serve, and why it does not, as it stands behind that.
fn raised(workload: &WorkloadSeen, namespace: &str, typed: Typed<'_>) -> (String, Remedy) {
    let failing = workload.failing.as_ref();
    let reason = failing.map_or_else(|| workload.reason.clone(), |(_, one)| one.to_string());
    let remedy = failing.and_then(|(pod, one)| Remedy::of_failing((namespace, pod), one, typed));
    let described = ["--namespace", namespace, "describe", "deployment", &workload.name];
    let object = format!("deployment/{}", workload.name);
    let scaled = ["--namespace", namespace, "scale", &object, "--replicas=1"];
    let describe = || match workload.reason.as_str() {
        SCALED_DOWN => Remedy::run("scale it back up", typed(&scaled)),
        _ => Remedy::run("bring it up; to see what blocks it, run", typed(&described)),
    };
    (why(&reason), remedy.unwrap_or_else(describe))
}

/// The finding with those of its pods, and with what keeps the first of them.
fn standing(finding: Finding, workload: &WorkloadSeen) -> Finding {
    let finding = idle(finding, workload.idle.iter().map(String::as_str));
    let Some((pod, one)) = &workload.failing else { return finding };
    finding.seen_of_pod(&one.field(), pod, one.state())
}

/// A reason as it stands behind what it explains; nothing where there is none.
fn why(reason: &str) -> String {
    if reason.is_empty() { String::new() } else { format!(" ({reason})") }
}

#[cfg(test)]
pub(crate) mod tests;
