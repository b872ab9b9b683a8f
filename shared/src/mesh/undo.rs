//! Taking an export back: which labels go, which mirrors go with them, and which are left by a deleted Link.

use super::change::{Change, Keeping, Ownership};
use super::export::{
    Again, Chosen, MANAGER, Planned, Routed, SideEffect, Target, Wanted, after_set, chosen, effects,
    kept_by_nobody, missing, of_ours, target,
};
use super::link::{Link, Way};
use super::snapshot::{ConsumerSeen, Key, MeshSeen, ServiceSeen};
use crate::plan::{Plan, Step};
use crate::terms::{ClusterName, Kind, Labels, ObjectRef, Observed};
use crate::verdict::{Finding, against};

mod kept;
mod labels;
mod orphans;

pub use kept::kept;
pub(crate) use labels::is_mark;
pub use orphans::{Orphan, orphans};
pub(crate) use orphans::{names_of_exporter, removal};

use labels::Split;

/// Plans to take back the export of all Services that were seen. The orphans of deleted Links are deleted too.
///
/// # Errors
/// Every reason against it, each with its remedy.
pub fn plan(seen: &MeshSeen, wanted: &Wanted) -> Result<Planned, Vec<Finding>> {
    let mut planned = Planned::default();
    let mut steps = Vec::new();
    let orphans = orphans(seen, (&wanted.consumers, &wanted.ways));
    let Chosen { consumers, findings, .. } = chosen(seen, &wanted.consumers);
    planned.findings.extend(not_there(seen, &orphans, &wanted.again));
    planned.findings.extend(unseen(seen, &consumers));
    planned.findings.extend(orphans::strays(seen, &wanted.consumers));
    if let Observed::Present(services) = &seen.services {
        for (key, service) in &services.by_key {
            let asked = Asked { seen, key, service, consumers: &consumers, wanted };
            asked.take_back(&mut planned, &mut steps);
        }
    }
    planned.targets.extend(orphans.iter().map(|orphan| orphan.target(seen)));
    steps.extend(orphans.into_iter().map(Orphan::step));
    // Without any Link nothing is mirrored; labels of ours and orphans that are left are cleared away all the same.
    planned
        .findings
        .extend(findings.into_iter().filter(|finding| finding.check != "no-link" || steps.is_empty()));
    planned.plan = Plan::new(steps);
    let findings = std::mem::take(&mut planned.findings);
    planned.unless_forbidden(findings)
}

/// The same for labels alone: nothing of what deleted Links have left.
///
/// # Errors
/// Every reason against it.
pub fn labels_alone(seen: &MeshSeen, wanted: &Wanted) -> Result<Planned, Vec<Finding>> {
    let (mut planned, mut steps) = (Planned::default(), Vec::new());
    let Chosen { consumers, .. } = chosen(seen, &wanted.consumers);
    planned.findings.extend(unseen(seen, &consumers));
    if let Observed::Present(services) = &seen.services {
        for (key, service) in &services.by_key {
            Asked { seen, key, service, consumers: &consumers, wanted }.take_back(&mut planned, &mut steps);
        }
    }
    planned.plan = Plan::new(steps);
    let findings = std::mem::take(&mut planned.findings);
    planned.unless_forbidden(findings)
}

/// Whether a Service ends when this export is taken back: every mirror does, a federated Service with its last member.
pub fn ends(seen: &MeshSeen, target: &Target) -> bool {
    let is_last = |found: &ServiceSeen| {
        found.local_member().is_none() && found.remote_members().all(|member| member == target.member())
    };
    target.way != Way::Federated || target.found_in(seen).is_none_or(is_last)
}

/// Services that are asked for and not there, unless a mirror of theirs is.
fn not_there(seen: &MeshSeen, orphans: &[Orphan], again: &Again) -> Vec<Finding> {
    let has_orphan = |finding: &Finding| {
        let object = finding.object.as_ref();
        object.is_some_and(|object| orphans.iter().any(|orphan| orphan.is_of(object)))
    };
    missing(seen, again).into_iter().filter(|finding| !has_orphan(finding)).collect()
}

/// Consumers in which nobody can see whether a mirror is there. Without that, it cannot be seen to go either.
fn unseen(seen: &MeshSeen, consumers: &[(ClusterName, &Link)]) -> Vec<Finding> {
    let looked = seen.others().filter(|(name, _)| consumers.iter().any(|(consumer, _)| consumer == *name));
    let hidden = looked.filter_map(|(name, consumer)| match consumer {
        Observed::Present(ConsumerSeen { services: Observed::Unknown(obstacle), .. }) => {
            Some((name, obstacle))
        }
        Observed::Present(_) | Observed::Absent | Observed::Unknown(_) => None,
    });
    hidden
        .map(|(name, obstacle)| {
            let text = format!("cannot see the mirrors of {}: {obstacle}", seen.exporter);
            let remedy = against(obstacle, name, &seen.fleet);
            Finding::unknown("mirror-unseen", &[&seen.exporter, name], text, remedy)
        })
        .collect()
}

struct Asked<'a> {
    seen: &'a MeshSeen,
    key: &'a Key,
    service: &'a ServiceSeen,
    consumers: &'a [(ClusterName, &'a Link)],
    wanted: &'a Wanted,
}

impl Asked<'_> {
    fn take_back(&self, planned: &mut Planned, steps: &mut Vec<Step<Change>>) {
        let matched = self.matched();
        planned.targets.extend(self.targets(&matched));
        if matched.is_empty() {
            steps.extend(self.without_links(planned));
            return;
        }
        let Split { own, foreign, after: after_own, is_enough } = self.split(&matched);
        let all = || own.iter().chain(&foreign).cloned().collect::<Vec<String>>();
        let (change, after) = if is_enough && self.wanted.keeping == Keeping::Commit {
            planned.findings.push(kept_by_nobody(self.seen, &self.object()));
            return;
        } else if is_enough {
            (self.give_up(own), after_own)
        } else if let Some(left) = self.left_to_its_keeper(&all()) {
            planned.findings.push(left);
            return;
        } else if self.wanted.ownership == Ownership::TakeOver {
            planned.findings.extend(self.set_again(&all()));
            let after = after_set(&self.service.labels, &Labels::new(), &all());
            (Change::Remove { labels: all(), version: self.service.version.clone() }, after)
        } else {
            planned.findings.push(self.owned(&foreign));
            return;
        };
        planned.side_effects.extend(self.losses(&matched, &after));
        steps.push(Step { object: self.object(), action: change, why: "the export is undone".into() });
    }

    /// The ways, of those that are asked for, in which a Service with these labels reaches the Link's cluster.
    fn taken_back(&self, link: &Link, labels: &Labels) -> Vec<Way> {
        let mut ways = link.ways(labels);
        ways.retain(|way| self.is_asked(*way));
        ways
    }

    fn is_asked(&self, way: Way) -> bool {
        self.wanted.ways.is_empty() || self.wanted.ways.contains(&way)
    }

    /// The Links that serve the Service in a way that is taken back.
    fn matched(&self) -> Vec<Routed<'_>> {
        let routed = self.consumers.iter().map(|(consumer, link)| {
            let ways = self.taken_back(link, &self.service.labels);
            Routed { consumer: consumer.clone(), link, ways }
        });
        routed.filter(|one| !one.ways.is_empty()).collect()
    }

    /// The mirrors to wait for: those that a matching Link keeps, and those that are still there.
    fn targets(&self, matched: &[Routed<'_>]) -> Vec<Target> {
        let pairs = self.consumers.iter().flat_map(|(consumer, link)| {
            let kept = link.way(&self.service.labels);
            let made = || target::way_of_mirror(self.seen, consumer, link, self.key);
            let mirrored = kept.or_else(made).unwrap_or(Way::Gateway);
            [mirrored, Way::Federated].map(|way| (consumer, *link, way))
        });
        let asked = pairs.filter(|(_, _, way)| self.is_asked(*way));
        let is_there_or_due = |(consumer, link, way): (&ClusterName, &Link, Way)| {
            let is_due = matched.iter().any(|one| one.is_of(consumer, link) && one.ways.contains(&way));
            let target = target::of_link(self.seen, (consumer, link, way), self.key, self.service);
            let is_there = target.found_in(self.seen).is_some_and(|found| target.leads_there(found));
            (is_due || is_there).then_some(target)
        };
        asked.filter_map(is_there_or_due).collect()
    }

    /// Marks that we set serve nothing any more where no Link is left, in the clusters that were chosen and in all
    /// others of the fleet.
    fn without_links(&self, planned: &mut Planned) -> Option<Step<Change>> {
        let ours = self.service.owners.applied_labels(MANAGER);
        let marks: Vec<String> = ours.into_iter().filter(|key| self.is_asked_mark(key)).collect();
        let is_served = || effects::may_be_mirrored(self.seen, &self.service.labels);
        if !self.consumers.is_empty() || marks.is_empty() || is_served() {
            return None;
        }
        let after = after_set(&self.service.labels, &Labels::new(), &marks);
        planned.side_effects.extend(self.losses(&[], &after));
        let why = "no Link is left that could use it".to_owned();
        Some(Step { object: self.object(), action: self.give_up(marks), why })
    }

    fn object(&self) -> ObjectRef {
        ObjectRef::namespaced(&self.seen.exporter, Kind::Service, &self.key.namespace, &self.key.name)
    }

    fn give_up(&self, removed: Vec<String>) -> Change {
        let mut labels = of_ours(self.service);
        labels.retain(|key, _| !removed.contains(key));
        let (set, ownership, uid) = (Labels::new(), Ownership::Respect, self.service.uid.clone());
        Change::Apply { labels, set, removed, ownership, uid }
    }

    fn losses(&self, matched: &[Routed<'_>], after: &Labels) -> Vec<SideEffect> {
        effects::effects(self.seen, matched, self.key, (&self.service.labels, after)).unasked
    }
}

#[cfg(test)]
mod mode_tests;
#[cfg(test)]
mod tests;
