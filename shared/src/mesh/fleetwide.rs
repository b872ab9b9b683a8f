//! What is wrong between the clusters of a fleet: every Link in its direction, and every mirror of it. The causes lead,
//! and what follows from one is told under it. Pure.

mod told;

use super::causes::{is_known, position};
use super::checks::{CHECKS, Check, Pair, Question};
use super::explain::shortfall;
use super::export::{
    Again, Target, chosen, each_once, flatness, is_due, lacks_multicluster, missing, targets,
};
use super::flatness::Flatness;
use super::link::{Link, Way};
use super::snapshot::{ConsumerSeen, Key, MeshSeen};
use crate::terms::{ClusterName, Observed, Silence};
use crate::verdict::{Finding, Severity};
use serde::Serialize;
use std::collections::BTreeSet;
use told::Told;

/// A finding that nothing else explains, and what it explains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// What leads.
    pub finding: Finding,
    /// What follows from it, the worst first.
    pub effects: Vec<Finding>,
}

impl Cause {
    /// The worst of them all: a warning may be the cause of errors.
    pub fn severity(&self) -> Severity {
        let all = self.effects.iter().map(|finding| finding.severity);
        all.fold(self.finding.severity, Severity::max)
    }
}

/// What was looked at, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Looked {
    /// Links between clusters of the fleet.
    pub links: usize,
    /// Mirrors that there are or should be.
    pub mirrors: usize,
    /// How many questions were asked: each check of each Link and mirror that it is about.
    pub questions: usize,
}

/// A Link in its direction, and how far it can be relied on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LinkSummary {
    /// The cluster that it leads to, whose Services are mirrored.
    pub exporter: ClusterName,
    /// The cluster that it is in, which gets the mirrors.
    pub consumer: ClusterName,
    /// Its namespace there.
    pub namespace: String,
    /// Its name.
    pub link: String,
    /// Mirrors that it makes or should make.
    pub mirrors: usize,
    /// The weightiest of what was found in its direction; absent where nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worst: Option<Severity>,
}

/// What a fleet comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judged {
    /// The worst first.
    pub causes: Vec<Cause>,
    /// In numbers.
    pub looked: Looked,
    /// Each Link between clusters of the fleet, in the order of the fleet by what it leads to.
    pub links: Vec<LinkSummary>,
}

impl Judged {
    /// Adds what was found besides, of which nothing here explains anything, in its place.
    pub fn add(&mut self, found: impl IntoIterator<Item = Finding>) {
        self.causes.extend(found.into_iter().map(|finding| Cause { finding, effects: Vec::new() }));
        self.sort();
    }

    /// The worst first, then in causal order: what everything stands on stands before the mesh.
    fn sort(&mut self) {
        self.causes.sort_by(|one, other| {
            let order = |cause: &Cause| {
                let check = cause.finding.check;
                (is_known(check), position(check), cause.finding.fingerprint.clone())
            };
            other.severity().cmp(&one.severity()).then_with(|| order(one).cmp(&order(other)))
        });
    }

    /// Takes out what is known and accepted, with what follows from it, and returns each finding with the reason.
    pub fn silence(&mut self, silences: &[Silence]) -> Vec<(Finding, Silence)> {
        let known = |finding: &Finding| silences.iter().find(|one| !one.is_over && holds(one, finding));
        let mut silenced = Vec::new();
        self.causes.retain_mut(|cause| {
            if let Some(silence) = known(&cause.finding) {
                let all = [&cause.finding].into_iter().chain(&cause.effects);
                silenced.extend(all.map(|finding| (finding.clone(), silence.clone())));
                return false;
            }
            let (accepted, left) =
                std::mem::take(&mut cause.effects).into_iter().partition(|one| known(one).is_some());
            cause.effects = left;
            let accepted: Vec<Finding> = accepted;
            silenced.extend(accepted.into_iter().filter_map(|one| Some((one.clone(), known(&one)?.clone()))));
            true
        });
        silenced
    }

    /// Whether something was found that may be no more than a bad moment: a mirror on its way, and nothing that keeps it.
    pub fn may_pass(&self) -> bool {
        const SYMPTOMS: [&str; 3] = ["mirror-missing", "mirror-behind", "mirror-endpoints"];
        self.causes.iter().any(|cause| SYMPTOMS.contains(&cause.finding.check))
    }
}

/// Whether a silence is about a finding.
fn holds(silence: &Silence, finding: &Finding) -> bool {
    let is_there =
        silence.clusters.is_empty() || finding.clusters.iter().all(|one| silence.clusters.contains(one));
    let object = finding.object.as_ref().map(ToString::to_string);
    finding.check == silence.check && is_there && (silence.object.is_none() || silence.object == object)
}

/// What is told beside the checks: what could not be seen, that no Link is there, and what mirrors lack.
pub const FOUND: [&str; 8] = [
    "cluster-unseen",
    "services-unseen",
    "link-credentials",
    "no-link",
    "mirror-missing",
    "federated-passed-over",
    "mirror-behind",
    "mirror-endpoints",
];

/// Judges a fleet by what was seen from each side, each cluster being the exporter once; by the checks that are chosen alone.
pub fn judge(sides: &[MeshSeen], is_chosen: &dyn Fn(&str) -> bool) -> Judged {
    let (mut told, mut looked) = (Told::of_chosen(is_chosen), Looked::default());
    let mut directions = Vec::new();
    for seen in sides {
        told.of_everybody(blind(seen));
        for (consumer, link) in links(seen) {
            let direction = Direction { seen, consumer, link };
            let before = looked.mirrors;
            direction.judge(&mut told, &mut looked);
            directions.push((direction, looked.mirrors - before));
        }
    }
    looked.links = directions.len();
    let links = directions.iter().map(|(direction, mirrors)| direction.summary(*mirrors, &told)).collect();
    if looked.links == 0 {
        told.of_everybody(unlinked(sides));
    }
    let mut judged = Judged { causes: told.causes(), looked, links };
    judged.sort();
    judged
}

/// Every Link to the exporter, with the cluster that it is in.
fn links(seen: &MeshSeen) -> Vec<(&ClusterName, &Link)> {
    let all =
        seen.others().flat_map(|(name, _)| seen.links_of(name).into_iter().map(move |link| (name, link)));
    all.collect()
}

/// What keeps us from knowing which Links lead where. A cluster that is out of reach is told of elsewhere, and that a cluster
/// has no Link in one direction is as good as any other arrangement.
fn blind(seen: &MeshSeen) -> Vec<Finding> {
    let is_out = |name: &ClusterName| matches!(seen.consumers.get(name), Some(Observed::Unknown(_)));
    let mut found = chosen(seen, &[]).findings;
    found.extend(missing(seen, &Again::default()));
    found.retain(|finding| finding.check != "no-link" && !finding.clusters.iter().any(is_out));
    found
}

/// What is wrong where no cluster of the fleet has a Link to another, told once: how the first one would be linked to.
fn unlinked(sides: &[MeshSeen]) -> Option<Finding> {
    let first = sides.first()?;
    let found = chosen(first, &[]).findings.into_iter().find(|finding| finding.check == "no-link")?;
    let clusters: Vec<&ClusterName> = first.fleet.names().collect();
    let lacks = |name: &&ClusterName| sides.iter().any(|seen| lacks_multicluster(seen, name));
    let lacking: Vec<&str> = clusters.iter().copied().filter(lacks).map(ClusterName::as_str).collect();
    let why = match lacking.as_slice() {
        [] => String::new(),
        names => format!(
            ": Linkerd multicluster is not installed in {} (no Links are served)",
            names.join(" and ")
        ),
    };
    let text =
        format!("no cluster of this run has a Link to another, so nothing is mirrored between them{why}");
    Some(Finding::error("no-link", &clusters, text, found.remedy?))
}

/// That nobody could see whether pods reach each other, where mirrors lead past the gateway.
fn unshown(pair: &Pair<'_>) -> Option<Finding> {
    let Some(Flatness::Unknown(place, obstacle)) =
        flatness(pair.seen, pair.consumer).filter(|_| pair.way.is_direct())
    else {
        return None;
    };
    let text = format!("not looked at: whether pods reach each other (in {place}: {obstacle})");
    Some(Finding::info("flat-network", &[&pair.seen.exporter, pair.consumer], text))
}

/// A Link, from the exporter to the cluster that it is in.
struct Direction<'a> {
    seen: &'a MeshSeen,
    consumer: &'a ClusterName,
    link: &'a Link,
}

impl Direction<'_> {
    fn judge(&self, told: &mut Told<'_>, looked: &mut Looked) {
        let Some(Observed::Present(seen_here)) = self.seen.consumers.get(self.consumer) else { return };
        let mirrors = self.mirrors();
        let place = self.place();
        for way in self.ways(&mirrors) {
            let pair = self.pair(way, seen_here);
            // Who says more of a mirror is asked with the mirrors, where there are some.
            let is_asked = |check: &&Check| {
                told.is_chosen(check.id)
                    && check.judge.is_of_links()
                    && (mirrors.is_empty() || !check.judge.is_of_mirrors())
            };
            let asked: Vec<&Check> = CHECKS.iter().filter(is_asked).collect();
            told.of_link(&place, asked.iter().filter_map(|check| check.judge.of_link(&pair)));
            told.of_link(&place, unshown(&pair));
            looked.questions += asked.len();
        }
        for target in &mirrors {
            told.of_mirror(&place, &target.key(), self.mirror(target, seen_here));
            let is_asked = |check: &&Check| told.is_chosen(check.id) && check.judge.is_of_mirrors();
            looked.questions += CHECKS.iter().filter(is_asked).count();
        }
        looked.mirrors += mirrors.len();
    }

    /// In short. A direction whose Services nobody could list has mirrors that nobody knows of: it is not seen.
    fn summary(&self, mirrors: usize, told: &Told<'_>) -> LinkSummary {
        let hidden = matches!(self.seen.services, Observed::Unknown(_)).then_some(Severity::Unknown);
        LinkSummary {
            exporter: self.seen.exporter.clone(),
            consumer: self.consumer.clone(),
            namespace: self.link.namespace.clone(),
            link: self.link.name.clone(),
            mirrors,
            worst: told.worst_of(&self.place()).max(hidden),
        }
    }

    /// The mirrors that its selectors ask for.
    fn mirrors(&self) -> Vec<Target> {
        let all = targets(self.seen, &[(self.consumer.clone(), self.link)], &[]);
        all.into_iter().filter(|target| is_due(self.seen, target)).collect()
    }

    /// The ways that are used; of a Link that mirrors nothing yet the one that it was made for.
    fn ways(&self, mirrors: &[Target]) -> BTreeSet<Way> {
        let used: BTreeSet<Way> = mirrors.iter().map(|target| target.way).collect();
        if !used.is_empty() {
            return used;
        }
        let way = if self.link.gateway_address.is_empty() { Way::Flat } else { Way::Gateway };
        BTreeSet::from([way])
    }

    fn place(&self) -> told::Place {
        let key = Key::new(&self.link.namespace, &self.link.name);
        (self.seen.exporter.clone(), self.consumer.clone(), key)
    }

    fn pair<'b>(&'b self, way: Way, seen_here: &'b ConsumerSeen) -> Pair<'b> {
        Pair { seen: self.seen, link: self.link, way, consumer: self.consumer, seen_here }
    }

    /// What speaks against one mirror, and how far it is from being usable.
    fn mirror(&self, target: &Target, seen_here: &ConsumerSeen) -> Vec<Finding> {
        let Observed::Present(services) = &self.seen.services else { return Vec::new() };
        let Some(service) = services.by_key.get(&target.exported) else { return Vec::new() };
        let question = Question { pair: self.pair(target.way, seen_here), service, target };
        let found = CHECKS.iter().filter_map(|check| check.judge.of_mirror(&question));
        let symptom = shortfall(self.seen, target, self.link);
        each_once(found.chain(symptom).collect())
    }
}

#[cfg(test)]
mod tests;
