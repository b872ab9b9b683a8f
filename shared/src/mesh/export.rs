//! Wanted exports and what was seen, made into a plan, or into all the reasons against it at once.

mod consumers;
mod labels;
mod missing;
pub(crate) mod target;
mod unseen;

pub use consumers::{Blocked, Chosen, chosen};
pub use labels::{MANAGER, after_set, foreign_owners, label_command};
pub use missing::{Again, missing};
pub use target::{Target, are_links_seen};
pub use unseen::unseen;

use super::change::{Change, Keeping, Ownership};
use super::checks;
use super::keeper::Kept;
use super::snapshot::{Key, MeshSeen, ServiceSeen};
use crate::plan::{Plan, Step};
use crate::terms::{ClusterName, Kind, Labels, ObjectRef, Observed};
use crate::verdict::{Finding, Severity, worst};
use serde::Serialize;

/// What a user asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// `--to`; empty means every cluster that has a Link to the exporter.
    pub consumers: Vec<ClusterName>,
    /// `--take-over`.
    pub ownership: Ownership,
    /// `--imperative`, `--repo`.
    pub keeping: Keeping,
    /// How the command is given again.
    pub again: Again,
}

/// What happens to a mirror although nobody asked for that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SideEffect {
    /// The cluster.
    pub cluster: ClusterName,
    /// The mirror there.
    pub mirror: String,
    /// Its namespace.
    pub namespace: String,
    /// What happens to it.
    pub effect: Effect,
}

/// What happens to a mirror.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Effect {
    /// It is made.
    Gains,
    /// It is removed.
    Loses,
    /// Nobody can say: the Links of the cluster could not be seen, or not whose cluster one of them leads to.
    Unseen,
    /// It was made for a flat network, and is made for the gateway.
    ToGateway,
    /// It was made for the gateway, and is made for a flat network, where it has no endpoints.
    ToFlat,
}

/// A plan with everything that belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// The changes; empty when all Services are labelled already.
    pub plan: Plan<Change>,
    /// The mirrors that were asked for.
    pub targets: Vec<Target>,
    /// Those that nobody asked for.
    pub side_effects: Vec<SideEffect>,
    /// What is worth knowing; nothing that forbids the plan.
    pub findings: Vec<Finding>,
}

/// Plans the export of all Services that were seen.
///
/// # Errors
/// Every reason against it, each with its remedy, in fleet order and then by Service.
pub fn plan(seen: &MeshSeen, wanted: &Wanted) -> Result<Planned, Vec<Finding>> {
    let Chosen { consumers, mut findings } = chosen(seen, &wanted.consumers);
    findings.extend(missing(seen, &wanted.again));
    let mut steps = Vec::new();
    let mut targets = Vec::new();
    let mut side_effects = Vec::new();
    for (key, service) in services(seen) {
        match labels::change(seen, &key, service, (&consumers, wanted)) {
            Ok((change, notes)) => {
                let after = change.as_ref().map_or_else(|| service.labels.clone(), |set| after(service, set));
                findings.extend(target::flat(seen, &consumers, &key, &after));
                side_effects.extend(target::side_effects(seen, &consumers, &key, (&service.labels, &after)));
                steps.extend(change.map(|change| step(seen, &key, change)));
                findings.extend(notes);
            }
            Err(refused) => findings.extend(refused),
        }
        let asked = target::of_service(seen, &consumers, &key, service);
        findings.extend(checks::ask(seen, &key, service, &asked));
        targets.extend(asked);
    }
    let findings = each_once(findings);
    match worst(&findings) {
        Some(Severity::Error | Severity::Unknown) => Err(findings),
        Some(Severity::Warning | Severity::Info) | None => {
            Ok(Planned { plan: Plan::new(steps), targets, side_effects, findings })
        }
    }
}

/// The Services whose labels an export would have to change, and that somebody keeps.
pub fn kept(seen: &MeshSeen, wanted: &Wanted) -> Vec<Kept> {
    let Chosen { consumers, .. } = chosen(seen, &wanted.consumers);
    let all = services(seen).into_iter();
    all.filter_map(|(key, service)| labels::kept(&key, service, &consumers)).collect()
}

/// The mirrors that the Services have, or would have, in these consumers.
pub fn targets(seen: &MeshSeen, consumers: &[(ClusterName, &super::link::Link)]) -> Vec<Target> {
    let all = services(seen).into_iter();
    all.flat_map(|(key, service)| target::of_service(seen, consumers, &key, service)).collect()
}

/// What keeps mirrors that should be there from working: what forbids an export also explains one that fails.
pub fn hindrances(
    seen: &MeshSeen,
    consumers: &[(ClusterName, &super::link::Link)],
    targets: &[Target],
) -> Vec<Finding> {
    let judge = |(key, service): (Key, &ServiceSeen)| {
        let mut found = target::flat(seen, consumers, &key, &service.labels);
        found.extend(checks::ask(seen, &key, service, targets));
        found
    };
    each_once(
        services(seen)
            .into_iter()
            .flat_map(judge)
            .filter(|finding| finding.severity != Severity::Unknown)
            .collect(),
    )
}

fn services(seen: &MeshSeen) -> Vec<(Key, &ServiceSeen)> {
    let Observed::Present(services) = &seen.services else { return Vec::new() };
    services.by_key.iter().map(|(key, service)| (key.clone(), service)).collect()
}

fn after(service: &ServiceSeen, change: &Change) -> Labels {
    match change {
        Change::Apply { set, removed, .. } => after_set(&service.labels, set, removed),
        Change::Remove { labels, .. } => after_set(&service.labels, &Labels::new(), labels),
        Change::DeleteMirror { .. } => service.labels.clone(),
    }
}

fn step(seen: &MeshSeen, key: &Key, action: Change) -> Step<Change> {
    let object = ObjectRef::namespaced(&seen.exporter, Kind::Service, &key.namespace, &key.name);
    let why = "the selectors of the Links do not match it yet".to_owned();
    Step { object, action, why }
}

/// A reason that holds for several consumers or Services is said once.
pub(super) fn each_once(findings: Vec<Finding>) -> Vec<Finding> {
    let mut said = std::collections::BTreeSet::new();
    let is_new = |finding: &Finding| said.insert((finding.fingerprint.clone(), finding.summary.clone()));
    findings.into_iter().filter(is_new).collect()
}

#[cfg(test)]
mod refusal_tests;
#[cfg(test)]
mod tests;
