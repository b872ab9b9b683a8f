//! Wanted exports and what was seen, made into a plan, or into all the reasons against it at once.

mod anew;
pub(crate) mod at_home;
mod between;
mod consumers;
pub(crate) mod effects;
mod labels;
mod members;
mod missing;
mod namespaces;
mod past;
mod routes;
pub(crate) mod target;
mod touch;
mod unlinked;
mod unreached;
mod unseen;

pub(crate) use anew::{Wrong, command as link_command, link_anew, link_anew_then, outlook};
pub(crate) use between::{ahead, flatness, hidden, tunnelled, unroutable, unshown};
pub use consumers::{Blocked, Chosen, chosen};
pub use effects::{Effect, SideEffect, are_links_seen};
pub use labels::{MANAGER, after_set, foreign_owners, label_command};
pub(crate) use labels::{kept_by_nobody, of_ours};
pub use missing::{Again, missing};
pub use namespaces::{Creation, namespaces_needed};
pub(crate) use routes::Routed;
pub use routes::networks_needed;
pub use target::Target;
pub(crate) use unlinked::{lacks_multicluster, linkerd};
pub use unreached::going_on;
pub use unseen::unseen;

use super::change::{Change, Keeping, Ownership};
use super::checks;
use super::keeper::Kept;
use super::link::{Link, Way};
use super::snapshot::{Key, MeshSeen, ServiceSeen};
use crate::plan::{Plan, Step};
use crate::terms::{ClusterName, Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Severity, worst};
use labels::Labelling;
use std::collections::{BTreeMap, BTreeSet};

/// What a user asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// `--to`; empty means every cluster that has a Link to the exporter.
    pub consumers: Vec<ClusterName>,
    /// `--mode`; empty means `auto` in an export, and all of them in an undo.
    pub ways: Vec<Way>,
    /// `--assume-routable`.
    pub routability: Routability,
    /// `--take-over`.
    pub ownership: Ownership,
    /// `--imperative`, `--repo`.
    pub keeping: Keeping,
    /// `--create-namespace`.
    pub creation: Creation,
    /// `--despite`: checks of which an error forbids nothing.
    pub despite: BTreeSet<String>,
    /// How the command is given again.
    pub again: Again,
}

impl Wanted {
    /// What was found, as it weighs for a user who knows better.
    fn weighed(&self, finding: Finding) -> Finding {
        if finding.severity != Severity::Error || !self.despite.contains(finding.check) {
            return finding;
        }
        let summary = format!("{} (does not forbid it, by --despite)", finding.summary);
        Finding { severity: Severity::Warning, summary, ..finding }
    }
}

/// What is asked of a network before a Service is exported in a way that needs a flat one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Routability {
    /// What the clusters' APIs show must prove it.
    MustBeShown,
    /// The user says that pods reach each other; only what disproves it counts.
    Assumed,
}

/// A plan with everything that belongs to it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Planned {
    /// The changes; empty when all Services are labelled already.
    pub plan: Plan<Change>,
    /// The mirrors that were asked for.
    pub targets: Vec<Target>,
    /// Those that nobody asked for.
    pub side_effects: Vec<SideEffect>,
    /// Mirrors that stay, and lead clients another way from then on.
    pub switches: Vec<SideEffect>,
    /// What is worth knowing; nothing that forbids the plan.
    pub findings: Vec<Finding>,
    /// Consumers that did not answer: the plan is made without them, and is not complete.
    pub unreached: Vec<Finding>,
}

/// Plans the export of all Services that were seen.
///
/// # Errors
/// Every reason against it, each with its remedy, in fleet order and then by Service.
pub fn plan(seen: &MeshSeen, wanted: &Wanted) -> Result<Planned, Vec<Finding>> {
    let mut chosen = chosen(seen, &wanted.consumers);
    let unreached = unreached::set_aside(seen, wanted, &mut chosen);
    let Chosen { consumers, mut findings, .. } = chosen;
    findings.extend(missing(seen, &wanted.again));
    let mut planned = Planned { unreached, ..Planned::default() };
    let mut steps = Vec::new();
    for (key, service) in services(seen) {
        let routed = routes::routed(seen, &consumers, &service.labels, &wanted.ways);
        findings.extend(routes::networks(seen, &routed, &key, wanted));
        findings.extend(members::members(seen, &routed, &key, service));
        let asked = target::of_service(seen, &routed, &key, service);
        match labels::labelling(seen, (&key, service), (&routed, wanted)) {
            Ok(Labelling { changes, after, notes }) => {
                findings.extend(past::gateway(seen, &routed, &key, &after));
                let effects = effects::effects(seen, &routed, &key, (&service.labels, &after));
                findings.extend(routes::networks_besides(seen, &effects.unasked, &key, wanted));
                planned.side_effects.extend(effects.unasked);
                planned.switches.extend(effects.switches);
                let touch = touch::touch(seen, service, &asked).filter(|_| changes.is_empty());
                steps.extend(changes.into_iter().map(|change| step(seen, &key, change, LABELLED)));
                steps.extend(touch.map(|change| step(seen, &key, change, touch::WHY)));
                findings.extend(notes);
            }
            Err(refused) => findings.extend(refused),
        }
        findings.extend(checks::ask(seen, &key, service, &asked));
        planned.targets.extend(asked);
    }
    let made = namespaces::made(seen, &planned.targets, wanted, &mut findings);
    planned.plan = Plan::new(made.into_iter().chain(steps).collect());
    planned.unless_forbidden(findings.into_iter().map(|one| wanted.weighed(one)).collect())
}

impl Planned {
    /// The plan with what is worth knowing.
    ///
    /// # Errors
    /// All findings, when one of them forbids it.
    pub(super) fn unless_forbidden(self, findings: Vec<Finding>) -> Result<Self, Vec<Finding>> {
        let findings = each_once(findings);
        match worst(&findings) {
            Some(Severity::Error | Severity::Unknown) => Err([self.unreached, findings].concat()),
            Some(Severity::Warning | Severity::Info) | None => Ok(Self { findings, ..self }),
        }
    }
}

/// The Services whose labels an export would have to change, and that somebody keeps.
pub fn kept(seen: &MeshSeen, wanted: &Wanted) -> Vec<Kept> {
    let Chosen { consumers, .. } = chosen(seen, &wanted.consumers);
    let of_service = |(key, service): (Key, &ServiceSeen)| {
        let routed = routes::routed(seen, &consumers, &service.labels, &wanted.ways);
        labels::kept(&key, service, &routed)
    };
    services(seen).into_iter().filter_map(of_service).collect()
}

/// The mirrors that the Services have, or would have, in these consumers; of `--mode` alone, when it was given.
pub fn targets(seen: &MeshSeen, consumers: &[(ClusterName, &Link)], asked: &[Way]) -> Vec<Target> {
    let of_service = |(key, service): (Key, &ServiceSeen)| {
        let routed = routes::routed(seen, consumers, &service.labels, asked);
        target::of_service(seen, &routed, &key, service)
    };
    services(seen).into_iter().flat_map(of_service).collect()
}

/// Whether a mirror should be there, or would be if its Link were in order.
pub fn is_due(seen: &MeshSeen, target: &Target) -> bool {
    let Observed::Present(services) = &seen.services else { return false };
    let (service, link) = (services.by_key.get(&target.exported), target.link_in(seen));
    link.zip(service)
        .is_some_and(|(link, service)| !link.problems.is_empty() || link.goes(&service.labels, target.way))
}

/// What keeps mirrors that should be there from working: what forbids an export also explains one that fails.
pub fn hindrances(
    seen: &MeshSeen,
    (consumers, asked): (&[(ClusterName, &Link)], &[Way]),
    targets: &[Target],
) -> Vec<Finding> {
    // Of ten thousand Services, each looks at its own mirrors alone.
    let mut own = BTreeMap::<&Key, Vec<&Target>>::new();
    for target in targets {
        own.entry(&target.exported).or_default().push(target);
    }
    let judge = |(key, service): (Key, &ServiceSeen)| {
        let routed = routes::routed(seen, consumers, &service.labels, asked);
        let mut found = past::gateway(seen, &routed, &key, &service.labels);
        found.extend(checks::ask(seen, &key, service, own.get(&key).into_iter().flatten().copied()));
        found
    };
    let found = services(seen).into_iter().flat_map(judge);
    each_once(found.filter(|finding| finding.severity != Severity::Unknown).collect())
}

/// What speaks against one mirror, whatever it weighs.
pub(crate) fn objections(
    seen: &MeshSeen,
    (target, link): (&Target, &Link),
    key: &Key,
    service: &ServiceSeen,
) -> Vec<Finding> {
    let routed = Routed { consumer: target.consumer.clone(), link, ways: vec![target.way] };
    let mut found = past::gateway(seen, &[routed], key, &service.labels);
    found.extend(checks::ask(seen, key, service, std::slice::from_ref(target)));
    found
}

fn services(seen: &MeshSeen) -> Vec<(Key, &ServiceSeen)> {
    let Observed::Present(services) = &seen.services else { return Vec::new() };
    services.by_key.iter().map(|(key, service)| (key.clone(), service)).collect()
}

/// Why labels are set.
const LABELLED: &str = "the selectors of the Links do not match it yet";

fn step(seen: &MeshSeen, key: &Key, action: Change, why: &str) -> Step<Change> {
    let object = ObjectRef::namespaced(&seen.exporter, Kind::Service, &key.namespace, &key.name);
    Step { object, action, why: why.to_owned() }
}

/// A reason that holds for several consumers or Services is said once.
pub(crate) fn each_once(findings: Vec<Finding>) -> Vec<Finding> {
    let mut said = std::collections::BTreeSet::new();
    let is_new = |finding: &Finding| said.insert((finding.fingerprint.clone(), finding.summary.clone()));
    findings.into_iter().filter(is_new).collect()
}

#[cfg(test)]
mod federated_tests;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod member_tests;
#[cfg(test)]
mod mode_tests;
#[cfg(test)]
mod namespace_tests;
#[cfg(test)]
mod refusal_tests;
#[cfg(test)]
mod tests;
