//! Exports of a list that reach further than their entries say: to other clusters, or in other modes.

use super::{Converging, Entry, Pruning, Surplus, left, only};
use crate::mesh::change::{Keeping, Ownership};
use crate::mesh::export::{Planned, Wanted, foreign_owners};
use crate::mesh::link::Way;
use crate::mesh::snapshot::{Key, MeshSeen, ServiceSeen};
use crate::mesh::undo;
use crate::plan::Plan;
use crate::terms::{ClusterName, Kind, ObjectRef, Observed};
use crate::verdict::Finding;
use std::collections::BTreeSet;

/// Where an export reaches and its entry does not, and what would end that.
struct Excess {
    consumers: Vec<ClusterName>,
    ways: Vec<Way>,
    /// The words for it.
    words: String,
}

/// Gateway and flat are one mirror, which a change of mode rewrites; a federated Service is another object.
fn is_alike(one: Way, other: Way) -> bool {
    (one == Way::Federated) == (other == Way::Federated)
}

/// Clusters that the entry does not name, else ways that it does not name in those that it does.
fn excess(seen: &MeshSeen, entry: &Entry, service: &ServiceSeen) -> Option<Excess> {
    let pairs: Vec<(&ClusterName, Way)> = seen
        .others()
        .flat_map(|(name, _)| seen.links_of(name).into_iter().map(move |link| (name, link)))
        .flat_map(|(name, link)| link.ways(&service.labels).into_iter().map(move |way| (name, way)))
        .collect();
    let is_named = |name: &ClusterName| entry.consumers.is_empty() || entry.consumers.contains(name);
    let strangers: BTreeSet<&ClusterName> =
        pairs.iter().map(|(name, _)| *name).filter(|name| !is_named(name)).collect();
    if !strangers.is_empty() {
        // In the ways that they have now: what would begin once these end is not there yet.
        let ways: BTreeSet<Way> =
            pairs.iter().filter(|(name, _)| !is_named(name)).map(|(_, way)| *way).collect();
        let ways = ways.into_iter().collect();
        let words: Vec<&str> = strangers.iter().map(|name| name.as_str()).collect();
        let words = format!("to {}", words.join(", "));
        return Some(Excess { consumers: strangers.into_iter().cloned().collect(), ways, words });
    }
    let is_wanted = |way: Way| entry.ways.is_empty() || entry.ways.iter().any(|one| is_alike(*one, way));
    let ways: BTreeSet<Way> = pairs.iter().map(|(_, way)| *way).filter(|way| !is_wanted(*way)).collect();
    let words = ways.iter().map(|way| way.word()).collect::<Vec<_>>().join(", ");
    let (consumers, ways) = (entry.consumers.clone(), ways.into_iter().collect::<Vec<_>>());
    (!ways.is_empty()).then(|| Excess { consumers, words: format!("with the mode {words}"), ways })
}

impl Converging {
    /// An export of the list that goes further than its entry. Where this plan changes its labels already, the next run takes
    /// the rest back.
    pub(super) fn narrow(&mut self, seen: &MeshSeen, (entry, wanted): (&Entry, &Wanted), pruning: Pruning) {
        let Observed::Present(services) = &seen.services else { return };
        let Some(service) = services.by_key.get(&entry.key) else { return };
        let Some(excess) = excess(seen, entry, service) else { return };
        let object =
            ObjectRef::namespaced(&seen.exporter, Kind::Service, &entry.key.namespace, &entry.key.name);
        let is_changed = self.planned.plan.steps().iter().any(|step| step.object == object);
        let back = back(seen, &entry.key, (&excess, wanted));
        let marks = service.labels.keys().filter(|label| undo::is_mark(label));
        let owners: BTreeSet<String> = marks.flat_map(|label| foreign_owners(service, label)).collect();
        let owners: Vec<String> = owners.into_iter().collect();
        let (ours, pruned) = (back.is_ok(), pruning == Pruning::Asked && back.is_ok() && !is_changed);
        match back {
            Ok(back) if pruned => self.take(back),
            Ok(_) if is_changed => self.tell(seen, object, words(&excess, "run again, to take it back")),
            Ok(_) => self.tell(seen, object, words(&excess, "--prune takes it back")),
            Err(Kept::Shared) => {
                let text =
                    "its labels serve more than that, so it is left; let the Links select different ones";
                self.tell(seen, object, words(&excess, text));
            }
            Err(Kept::ByOthers) => {
                self.tell(seen, object, left(&format!("exported {}", excess.words), false, &owners));
            }
        }
        let Key { namespace, name } = entry.key.clone();
        let (to, modes) = (excess.consumers, excess.ways);
        self.surplus.push(Surplus { namespace, service: name, to, modes, ours, pruned, owners });
    }
}

/// Why something is left.
enum Kept {
    /// More would go with it.
    Shared,
    /// Its labels are not of this tool alone.
    ByOthers,
}

fn back(seen: &MeshSeen, key: &Key, (excess, wanted): (&Excess, &Wanted)) -> Result<Planned, Kept> {
    let all = Wanted {
        consumers: excess.consumers.clone(),
        ways: excess.ways.clone(),
        ownership: Ownership::Respect,
        keeping: Keeping::Respect,
        ..wanted.clone()
    };
    let back = undo::labels_alone(&only(seen, &[key.clone()].into()), &all).ok();
    let back = back.filter(|back| !back.plan.is_empty()).ok_or(Kept::ByOthers)?;
    if back.side_effects.is_empty() { Ok(back) } else { Err(Kept::Shared) }
}

fn words(excess: &Excess, then: &str) -> String {
    format!("exported {}, which the list does not say; {then}", excess.words)
}

impl Converging {
    /// Takes something back beside what is planned already.
    pub(super) fn take(&mut self, back: Planned) {
        let steps = self.planned.plan.steps().iter().chain(back.plan.steps()).cloned();
        self.planned.plan = Plan::new(steps.collect());
        self.planned.side_effects.extend(back.side_effects);
        self.planned.findings.extend(back.findings);
        self.leaving.extend(back.targets);
    }

    /// Says what is left.
    pub(super) fn tell(&mut self, seen: &MeshSeen, object: ObjectRef, text: String) {
        self.planned.findings.push(Finding::info("export-surplus", &[&seen.exporter], text).about(object));
    }
}
