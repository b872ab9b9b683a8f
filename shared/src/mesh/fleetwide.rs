//! What is wrong between the clusters of a fleet: every Link in its direction, and every mirror of it. The causes lead,
//! and what follows from one is told under it. Pure.

mod alike;
mod beneath;
mod blind;
mod direction;
mod fences;
mod grace;
mod grouped;
mod hearsay;
mod labels;
mod later;
mod leftovers;
mod local;
mod local_led;
mod looked;
mod lost;
mod members;
mod merged;
mod mistaken;
mod nowhere;
mod parts;
mod restarts;
mod slices;
mod summary;
mod told;
mod unheard;
mod unlinked;
mod written;

pub use beneath::nodes;
pub use looked::{Looked, Unanswered};
pub use summary::{ExportSummary, LinkSummary};

use super::causes::{is_known, is_symptom, position};
use super::export::{Again, chosen, missing};
use super::link::Link;
use super::snapshot::MeshSeen;
use crate::terms::{ClusterName, Observed, Silence};
use crate::verdict::{Cause, Finding, Remedy, Severity};
use direction::Direction;
use std::collections::{BTreeMap, BTreeSet};
use told::Told;

/// What a fleet comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judged {
    /// The worst first.
    pub causes: Vec<Cause>,
    /// In numbers.
    pub looked: Looked,
    /// Each Link between clusters of the fleet, in the order of the fleet by what it leads to.
    pub links: Vec<LinkSummary>,
    /// What was told of each of them.
    pub weights: Vec<Weights>,
}

/// What was told of a Link, by fingerprint, and how much each of it matters.
pub type Weights = BTreeMap<String, Severity>;

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

    /// Whether a silence is about anything that was found.
    pub fn is_met(&self, silence: &Silence) -> bool {
        let all = self.causes.iter().flat_map(|cause| [&cause.finding].into_iter().chain(&cause.effects));
        all.into_iter().any(|finding| holds(silence, finding))
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
        self.forgive(&silenced);
        silenced
    }

    /// What is accepted weighs on no Link.
    fn forgive(&mut self, silenced: &[(Finding, Silence)]) {
        let accepted: BTreeSet<&str> =
            silenced.iter().map(|(finding, _)| finding.fingerprint.as_str()).collect();
        for weights in &mut self.weights {
            weights.retain(|fingerprint, _| !accepted.contains(fingerprint.as_str()));
        }
        self.weigh();
    }

    /// Gives each Link the weightiest of what was told of it.
    fn weigh(&mut self) {
        for (link, weights) in self.links.iter_mut().zip(&self.weights) {
            link.weigh(weights);
        }
    }

    /// Whether something was found that may be no more than a bad moment: a mirror on its way, and nothing that keeps it.
    pub fn may_pass(&self) -> bool {
        let may_go = |check: &str| is_symptom(check) || [leftovers::CHECK, slices::CHECK].contains(&check);
        self.causes.iter().any(|cause| may_go(cause.finding.check))
    }
}

/// Whether a silence is about a finding.
fn holds(silence: &Silence, finding: &Finding) -> bool {
    let is_there =
        silence.clusters.is_empty() || finding.clusters.iter().all(|one| silence.clusters.contains(one));
    // A pod may be named, or what makes such pods.
    let is_it = |object: &str| {
        finding.lasting() == Some(object)
            || finding.object.as_ref().is_some_and(|one| one.to_string() == object)
    };
    finding.check == silence.check && is_there && silence.object.as_deref().is_none_or(is_it)
}

/// That the last day of a silence has passed.
pub fn ended(silence: &Silence) -> Finding {
    let clusters: Vec<&ClusterName> = silence.clusters.iter().collect();
    let day = silence.until.as_deref().unwrap_or_default();
    let text = format!(
        "the silence of {} in the fleet file expired on {day} ({}): the finding is reported again",
        silence.check, silence.reason
    );
    let remedy = Remedy::new("remove it from the fleet file, or give it a later day");
    Finding { remedy: Some(remedy), ..Finding::info("silence-ended", &clusters, text) }
        .seen("silence[].until", day)
}

/// How many names of a kind are told.
const NAMED: usize = 3;

/// What is told beside the checks: what could not be seen, that no Link is there, and what mirrors lack.
pub const FOUND: [&str; 9] = [
    "cluster-unseen",
    "services-unseen",
    "link-credentials",
    "no-link",
    "mirror-missing",
    "federated-passed-over",
    "mirror-behind",
    "mirror-endpoints",
    leftovers::CHECK,
];

/// Judges a fleet by what was seen from each side, each cluster being the exporter once; by the checks that are chosen alone.
pub fn judge(sides: &[MeshSeen], is_chosen: &dyn Fn(&str) -> bool) -> Judged {
    match mistaken::mistaken(sides) {
        Some((sides, found)) => judge_beside(&sides, found, is_chosen),
        None => judge_beside(sides, Vec::new(), is_chosen),
    }
}

/// The same, beside what was found already.
fn judge_beside(sides: &[MeshSeen], found: Vec<Finding>, is_chosen: &dyn Fn(&str) -> bool) -> Judged {
    let fleet = sides.first().map(|seen| &seen.fleet);
    let (mut told, mut looked) = (Told::of_chosen(is_chosen, fleet), Looked::default());
    told.of_everybody(found);
    let mut directions = Vec::new();
    for seen in sides {
        told.of_everybody(local::at_home(sides, seen, &links(seen)));
    }
    for seen in sides {
        told.of_everybody(blind(sides, seen));
        let links = links(seen);
        labels::tell(sides, seen, &links, &mut told);
        for (consumer, link) in links {
            let direction = Direction { seen, consumer, link };
            let exports = direction.judge(&mut told, &mut looked);
            directions.push((direction, exports));
        }
        leftovers::tell(sides, seen, &mut told);
    }
    looked.links = directions.len();
    let weights: Vec<Weights> = directions.iter().map(|(direction, _)| direction.weights(&told)).collect();
    let links = directions.into_iter().zip(&weights);
    let links = links.map(|((direction, exports), weights)| direction.summary(exports, weights)).collect();
    if looked.links == 0 {
        told.of_everybody(unlinked::unlinked(sides));
    } else {
        told.of_everybody(written::abroad(sides));
        told.of_everybody(written::unasked(sides, is_chosen));
    }
    let spared = std::mem::take(&mut told.spared);
    let mut judged = Judged { causes: told.causes(), looked, links, weights };
    judged.spare(&spared);
    judged.spare_members(sides);
    judged.fold(fleet);
    judged
}

/// Every Link to the exporter, with the cluster that it is in.
fn links(seen: &MeshSeen) -> Vec<(&ClusterName, &Link)> {
    let sorted = |name| {
        let mut links = seen.links_of(name);
        links.sort_by(|one, other| (&one.namespace, &one.name).cmp(&(&other.namespace, &other.name)));
        links
    };
    seen.others().flat_map(|(name, _)| sorted(name).into_iter().map(move |link| (name, link))).collect()
}

/// What keeps us from knowing which Links lead where. A cluster that is out of reach is told of elsewhere, and that a cluster
/// has no Link in one direction is as good as any other arrangement.
fn blind(sides: &[MeshSeen], seen: &MeshSeen) -> Vec<Finding> {
    let is_out = |name: &ClusterName| matches!(seen.consumers.get(name), Some(Observed::Unknown(_)));
    let mut found = chosen(seen, &[]).findings;
    found.extend(missing(seen, &Again::default()));
    let nowhere = nowhere::nowhere(sides, seen);
    let is_told = |finding: &Finding| nowhere.iter().any(|one| one.object == finding.object);
    found.retain(|finding| {
        finding.check != "no-link" && !finding.clusters.iter().any(is_out) && !is_told(finding)
    });
    let mut found: Vec<Finding> = found.into_iter().map(nowhere::unread).collect();
    found.extend(nowhere.into_iter().chain(lost::lost(sides, seen)));
    found
}

#[cfg(test)]
pub(crate) mod tests;
