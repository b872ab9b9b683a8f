//! What was told of each Link and mirror, and what of that explains what.

use super::Weights;
use super::blind::weighed;
use super::grace::Spared;
use crate::mesh::causes::{explains, is_nearest, is_of_fences, may_lead_to, position};
use crate::mesh::snapshot::Key;
use crate::terms::{ClusterName, Fleet, Kind, ObjectRef};
use crate::verdict::{Cause, Evidence, Finding, Severity};
use std::collections::BTreeMap;

/// The check of a mirror that is not there.
const MISSING: &str = "mirror-missing";
/// The check of where the gateway is probed.
const PLACE: &str = "probe-place";
/// The check of what somebody has changed.
const EDITED: &str = "mirror-edited";

/// A Link: the exporter that it leads to, the cluster that it is in, its namespace and name.
pub(super) type Place = (ClusterName, ClusterName, Key);

/// Everything that was found, by where it holds.
pub(super) struct Told<'a> {
    chosen: &'a dyn Fn(&str) -> bool,
    fleet: Option<&'a Fleet>,
    /// Of no Link alone.
    everybody: Vec<Finding>,
    links: BTreeMap<Place, OfLink>,
    /// What of it may pass.
    pub(super) spared: Spared,
}

/// What holds for all mirrors of a Link, and what for single ones, by their names.
#[derive(Default)]
struct OfLink {
    all: Vec<Finding>,
    /// Of a gateway that nothing goes through.
    idle: Vec<Finding>,
    single: BTreeMap<Key, Vec<Finding>>,
}

impl<'a> Told<'a> {
    /// Nothing yet, and only of chosen checks later.
    pub(super) fn of_chosen(chosen: &'a dyn Fn(&str) -> bool, fleet: Option<&'a Fleet>) -> Self {
        Self { chosen, fleet, everybody: Vec::new(), links: BTreeMap::new(), spared: Spared::new() }
    }

    pub(super) fn is_chosen(&self, check: &str) -> bool {
        (self.chosen)(check)
    }

    fn chosen(&self, found: impl IntoIterator<Item = Finding>) -> Vec<Finding> {
        let chosen = found.into_iter().filter(|finding| self.is_chosen(finding.check));
        chosen.map(|finding| weighed(finding, self.fleet)).collect()
    }

    pub(super) fn of_everybody(&mut self, found: impl IntoIterator<Item = Finding>) {
        let found = self.chosen(found);
        self.everybody.extend(found);
    }

    pub(super) fn of_link(&mut self, place: &Place, found: impl IntoIterator<Item = Finding>) {
        let found = self.chosen(found);
        self.links.entry(place.clone()).or_default().all.extend(found);
    }

    pub(super) fn of_idle(&mut self, place: &Place, found: Vec<Finding>) {
        self.links.entry(place.clone()).or_default().idle.extend(found);
    }

    pub(super) fn of_mirror(&mut self, place: &Place, mirror: &Key, found: Vec<Finding>) {
        let found = self.chosen(found);
        if !found.is_empty() {
            let link = self.links.entry(place.clone()).or_default();
            link.single.entry(mirror.clone()).or_default().extend(found);
        }
    }

    /// What is told of a mirror; where the federated Service is no more like its own member than like this one, that finding, with
    /// what proves this one.
    pub(super) fn joined(&mut self, finding: Finding) -> Finding {
        let is_same = |one: &&mut Finding| {
            one.check == EDITED
                && finding.check == EDITED
                && one.object.is_some()
                && one.object == finding.object
        };
        let Some(one) = self.everybody.iter_mut().find(is_same) else { return finding };
        // What the federated Service has, both say.
        let is_said = |said: &Evidence| one.evidence.iter().any(|known| known.field == said.field);
        let besides: Vec<Evidence> = finding.evidence.into_iter().filter(|said| !is_said(said)).collect();
        one.evidence.extend(besides);
        one.clone()
    }

    /// Takes note of what may pass, and why.
    pub(super) fn spare(&mut self, found: &[Finding], why: impl Fn(&Finding) -> Option<String>) {
        let spared = found.iter().filter_map(|finding| Some((finding.fingerprint.clone(), why(finding)?)));
        self.spared.extend(spared);
    }

    /// What was told of a Link and its mirrors, and of its two clusters alone.
    pub(super) fn weights_of(&self, place: &Place) -> Weights {
        let (exporter, consumer, link) = place;
        // What is wrong with a Link weighs on no other one.
        let is_other = |object: &ObjectRef| {
            object.kind == Kind::Link
                && (object.name != link.name || object.namespace.as_ref() != Some(&link.namespace))
        };
        let is_of_both = |finding: &&Finding| {
            finding.clusters.iter().all(|name| name == exporter || name == consumer)
                && !finding.object.as_ref().is_some_and(is_other)
        };
        let near = self.everybody.iter().filter(is_of_both);
        let here = self.links.get(place);
        let idle: Vec<Finding> = here.into_iter().flat_map(|link| &link.idle).map(lowered).collect();
        let here = here.into_iter().flat_map(|link| link.all.iter().chain(link.single.values().flatten()));
        let mut weights = Weights::new();
        for finding in near.chain(here).chain(&idle) {
            let weight = weights.entry(finding.fingerprint.clone()).or_insert(finding.severity);
            *weight = finding.severity.max(*weight);
        }
        weights
    }

    /// The causes, each with what follows from it. What holds in several places is told once.
    pub(super) fn causes(self) -> Vec<Cause> {
        let mut graph = Graph::default();
        graph.add_all(&self.everybody, &self.everybody.iter().collect::<Vec<_>>());
        for (_, link) in self.links {
            let OfLink { all, idle, single } = link;
            // What is wrong with one mirror explains nothing of another.
            for found in single.values() {
                let near: Vec<&Finding> = all.iter().chain(found).collect();
                graph.add_all(found, &near);
            }
            // Policies that shut a gateway off are told with mirrors where there are some.
            let shut = single.values().flatten().filter(|one| is_of_fences(one.check));
            let near = all.iter().chain(shut).chain(unexplained(&all, &single)).collect::<Vec<_>>();
            graph.add_all(&all, &near);
            for finding in &idle {
                let near = all.iter().chain(&idle).collect::<Vec<_>>();
                graph.add(&lowered(finding), cause(finding, &near));
            }
        }
        graph.causes()
    }
}

/// What is wrong with a gateway that nothing goes through keeps nobody from anything yet.
fn lowered(finding: &Finding) -> Finding {
    let severity = if finding.severity == Severity::Error { Severity::Warning } else { finding.severity };
    Finding { severity, ..finding.clone() }
}

/// A mirror of which nobody knows why it is not there: what else its service mirror has not made has that reason.
fn unexplained<'a>(all: &[Finding], single: &'a BTreeMap<Key, Vec<Finding>>) -> Option<&'a Finding> {
    let is_led = all.iter().any(|one| one.check == PLACE);
    single.values().filter(|_| is_led).find_map(|found| {
        let missing = found.iter().find(|one| one.check == MISSING)?;
        cause(missing, &all.iter().chain(found).collect::<Vec<_>>()).is_none().then_some(missing)
    })
}

/// The first of these, in causal order, that explains a finding. What does not work explains more than what works, but not
/// as it should.
fn cause<'a>(finding: &Finding, near: &[&'a Finding]) -> Option<&'a Finding> {
    let causes = near.iter().filter(|one| explains(one, finding));
    causes
        .min_by_key(|one| (!is_nearest(one, finding), one.severity < Severity::Error, position(one.check)))
        .copied()
}

/// The same check of the same objects, with the same words.
type Id = (String, String);

fn id(finding: &Finding) -> Id {
    (finding.fingerprint.clone(), finding.summary.clone())
}

#[derive(Default)]
struct Graph {
    all: BTreeMap<Id, (Finding, Option<Id>)>,
}

impl Graph {
    /// Adds findings, each with the first of these that explains it.
    fn add_all(&mut self, found: &[Finding], near: &[&Finding]) {
        // Thousands of one check do not explain each other, and are not asked whether they do.
        let mut of_check: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        for finding in found {
            let leads = || near.iter().filter(|one| may_lead_to(one, finding.check)).copied().collect();
            let near = of_check.entry(finding.check).or_insert_with(leads);
            self.add(finding, cause(finding, near));
        }
    }

    /// Adds a finding once. In one place it may follow from something, in another stand alone: then it is explained, since
    /// there its cause is the better thing to begin with.
    fn add(&mut self, finding: &Finding, cause: Option<&Finding>) {
        let (kept, known) = self.all.entry(id(finding)).or_insert_with(|| (finding.clone(), None));
        // Of one thing another Link may say more.
        if kept.severity < finding.severity {
            let (because, because_of) = (kept.because, kept.because_of.take());
            *kept = Finding { because, because_of, ..finding.clone() };
        }
        if known.is_none() {
            kept.follow(cause);
            *known = cause.map(id);
        }
    }

    /// The end of the way from effect to cause. Causes stand before effects in their table, so that there is one.
    fn root(&self, id: &Id) -> Option<&Id> {
        let mut at = self.all.get(id)?.1.as_ref()?;
        while let Some((_, Some(next))) = self.all.get(at) {
            at = next;
        }
        Some(at)
    }

    fn causes(self) -> Vec<Cause> {
        let mut effects: BTreeMap<&Id, Vec<&Finding>> = BTreeMap::new();
        for (id, (finding, _)) in &self.all {
            if let Some(root) = self.root(id) {
                effects.entry(root).or_default().push(finding);
            }
        }
        let leads = self.all.iter().filter(|(_, (_, cause))| cause.is_none());
        let cause = |(id, (finding, _)): (&Id, &(Finding, _))| {
            let mut effects: Vec<Finding> =
                effects.get(id).into_iter().flatten().map(|finding| (*finding).clone()).collect();
            effects.sort_by_key(|one| (std::cmp::Reverse(one.severity), position(one.check)));
            Cause { finding: finding.clone(), effects }
        };
        leads.map(cause).collect()
    }
}

#[cfg(test)]
#[path = "told_tests.rs"]
mod tests;
