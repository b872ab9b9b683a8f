//! Taking an export back: which labels go, which mirrors go with them, and which are left by a deleted Link.

use super::change::{Change, Ownership};
use super::export::{
    Again, Chosen, MANAGER, Planned, SideEffect, Target, Wanted, after_set, chosen, each_once,
    foreign_owners, label_command, missing, target,
};
use super::link::Link;
use super::snapshot::{ConsumerSeen, Key, MeshSeen, ServiceSeen};
use crate::plan::{Plan, Step};
use crate::terms::{ClusterName, Kind, Labels, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy, Severity, against, worst};

mod kept;
mod orphans;

pub use kept::kept;
pub use orphans::{Orphan, orphans};

/// Plans to take back the export of all Services that were seen. The orphans of deleted Links are deleted too.
///
/// # Errors
/// Every reason against it, each with its remedy.
pub fn plan(seen: &MeshSeen, wanted: &Wanted) -> Result<Planned, Vec<Finding>> {
    let mut planned = Planned {
        plan: Plan::new(Vec::new()),
        targets: Vec::new(),
        side_effects: Vec::new(),
        findings: Vec::new(),
    };
    let mut steps = Vec::new();
    let orphans = orphans(seen, &wanted.consumers);
    let Chosen { consumers, findings } = chosen(seen, &wanted.consumers);
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
    let findings = each_once(std::mem::take(&mut planned.findings));
    match worst(&findings) {
        Some(Severity::Error | Severity::Unknown) => Err(findings),
        Some(Severity::Warning | Severity::Info) | None => {
            Ok(Planned { plan: Plan::new(steps), findings, ..planned })
        }
    }
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

/// The labels of an export by owner.
struct Split {
    own: Vec<String>,
    foreign: Vec<String>,
    /// What is left without our own.
    after: Labels,
    is_enough: bool,
}

impl Asked<'_> {
    fn take_back(&self, planned: &mut Planned, steps: &mut Vec<Step<Change>>) {
        let matched = self.matched();
        let targets = target::of_service(self.seen, self.consumers, self.key, self.service);
        planned.targets.extend(targets.into_iter().filter(|target| self.is_there_or_due(target, &matched)));
        if matched.is_empty() {
            steps.extend(self.without_links(planned));
            return;
        }
        let Split { own, foreign, after: after_own, is_enough } = self.split(&matched);
        let all = || own.iter().chain(&foreign).cloned().collect::<Vec<String>>();
        let (change, after) = if is_enough {
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
        steps.push(Step { object: self.object(), action: change, why: "the export is taken back".into() });
    }

    /// What of the labels is ours alone, what is not, and whether it is enough to give up the former.
    fn split(&self, matched: &[(ClusterName, &Link)]) -> Split {
        let ours = self.service.owners.applied_labels(MANAGER);
        let (own, foreign): (Vec<String>, Vec<String>) = self
            .keys(matched)
            .into_iter()
            .partition(|key| ours.contains(key) && foreign_owners(self.service, key).is_empty());
        let after = after_set(&self.service.labels, &Labels::new(), &own);
        let is_enough = matched.iter().all(|(_, link)| !link.mirrors(&after));
        Split { own, foreign, after, is_enough }
    }

    fn matched(&self) -> Vec<(ClusterName, &Link)> {
        self.consumers.iter().filter(|(_, link)| link.mirrors(&self.service.labels)).cloned().collect()
    }

    /// Marks that we set serve nothing any more where no Link is left, in the clusters that were chosen and in all
    /// others of the fleet.
    fn without_links(&self, planned: &mut Planned) -> Option<Step<Change>> {
        let ours = self.service.owners.applied_labels(MANAGER);
        let marks: Vec<String> = ours.into_iter().filter(|key| is_mark(key)).collect();
        let is_served = || target::may_be_mirrored(self.seen, &self.service.labels);
        if !self.consumers.is_empty() || marks.is_empty() || is_served() {
            return None;
        }
        let after = after_set(&self.service.labels, &Labels::new(), &marks);
        planned.side_effects.extend(self.losses(&[], &after));
        let why = "no Link is left that it could serve".to_owned();
        Some(Step { object: self.object(), action: self.give_up(marks), why })
    }

    fn object(&self) -> ObjectRef {
        ObjectRef::namespaced(&self.seen.exporter, Kind::Service, &self.key.namespace, &self.key.name)
    }

    /// A mirror to wait for: one that a matching Link keeps, or one that is still there.
    fn is_there_or_due(&self, target: &Target, matched: &[(ClusterName, &Link)]) -> bool {
        let link = target.link_in(self.seen);
        let kept = matched.iter().any(|(name, one)| *name == target.consumer && Some(*one) == link);
        kept || self.is_there(target)
    }

    fn is_there(&self, target: &Target) -> bool {
        let Some(Observed::Present(consumer)) = self.seen.consumers.get(&target.consumer) else {
            return false;
        };
        let Observed::Present(services) = &consumer.services else { return false };
        let found = services.by_key.get(&target.key());
        found
            .is_some_and(|found| found.is_mirror_from(&target.target_cluster_name) && found.mirrors(self.key))
    }

    /// The labels that the matching Links ask for and whose removal ends the match; what the Service had besides
    /// (an application label in a selector) is nobody's export.
    fn keys(&self, matched: &[(ClusterName, &Link)]) -> Vec<String> {
        let parts = matched.iter().flat_map(|(_, link)| {
            link.selector.requirements().chain(link.remote_discovery_selector.requirements())
        });
        let mut keys: Vec<String> =
            parts.map(|part| part.key).filter(|key| self.service.labels.contains_key(key)).collect();
        keys.sort();
        keys.dedup();
        let ours = self.service.owners.applied_labels(MANAGER);
        let marks: Vec<String> =
            keys.iter().filter(|key| is_mark(key) || ours.contains(key)).cloned().collect();
        if marks.is_empty() { keys } else { marks }
    }

    fn give_up(&self, removed: Vec<String>) -> Change {
        let ours = self.service.owners.applied_labels(MANAGER).into_iter();
        let kept = ours.filter(|key| !removed.contains(key));
        let labels: Labels =
            kept.filter_map(|key| Some((key.clone(), self.service.labels.get(&key)?.clone()))).collect();
        let (set, ownership, uid) = (Labels::new(), Ownership::Respect, self.service.uid.clone());
        Change::Apply { labels, set, removed, ownership, uid }
    }

    fn losses(&self, matched: &[(ClusterName, &Link)], after: &Labels) -> Vec<SideEffect> {
        target::side_effects(self.seen, matched, self.key, (&self.service.labels, after))
    }

    fn owned(&self, foreign: &[String]) -> Finding {
        let owners: std::collections::BTreeSet<String> =
            foreign.iter().flat_map(|key| foreign_owners(self.service, key)).collect();
        let owners = match owners.into_iter().collect::<Vec<_>>().join(", ") {
            nobody if nobody.is_empty() => {
                "was not set by this command, and nobody is recorded to own it".to_owned()
            }
            owners => format!("was set by {owners}, not by this command"),
        };
        let removals: Vec<String> = foreign.iter().map(|key| format!("{key}-")).collect();
        Finding::error(
            "label-owned",
            &[&self.seen.exporter],
            format!("the label {} {owners}", foreign.join(", ")),
            Remedy::run(
                "remove it where it was set, or add --take-over; by hand it is",
                label_command(self.seen, self.key, &removals),
            ),
        )
        .about(self.object())
    }
}

/// Labels that exist for nothing but mirroring.
fn is_mark(key: &str) -> bool {
    key.starts_with("mirror.linkerd.io/")
}

#[cfg(test)]
mod tests;
