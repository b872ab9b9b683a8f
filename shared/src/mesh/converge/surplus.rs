//! What a list does not say: Services that are exported and not in it, and exports of the list that go further than their
//! entries, to other clusters or in other modes.

use super::{Converging, Entry, Pruning, only};
use crate::mesh::change::{Keeping, Ownership};
use crate::mesh::export::{Planned, Wanted, foreign_owners};
use crate::mesh::link::Way;
use crate::mesh::snapshot::{Key, MeshSeen, ServiceSeen};
use crate::mesh::undo;
use crate::plan::Plan;
use crate::terms::{ClusterName, Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Severity};
use serde::Serialize;
use std::collections::BTreeSet;

/// An export that is not in the list, or goes further than the list says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Surplus {
    /// Its namespace.
    pub namespace: String,
    /// The Service.
    pub service: String,
    /// The clusters that the list does not say, where it says others; empty for all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<ClusterName>,
    /// The modes that the list does not say, where it says others; empty for all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub modes: Vec<Way>,
    /// Whether this tool alone has exported it, so that it can be pruned.
    pub ours: bool,
    /// Whether this plan takes it back.
    pub pruned: bool,
    /// Who else has set its labels.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<String>,
}

/// Where an export reaches and the list does not, and what would end that.
struct Excess<'a> {
    key: &'a Key,
    consumers: Vec<ClusterName>,
    ways: Vec<Way>,
    /// The words for it.
    what: String,
}

/// Why something is left.
enum Kept {
    /// More would go with it.
    Shared,
    /// Its labels are not of this tool alone.
    ByOthers,
    /// What hides it.
    Unseen(String),
}

/// All of it, of each entry first.
fn all<'a>(seen: &'a MeshSeen, entries: &'a [Entry]) -> Vec<Excess<'a>> {
    let Observed::Present(services) = &seen.services else { return Vec::new() };
    let listed: BTreeSet<&Key> = entries.iter().map(|entry| &entry.key).collect();
    let of_entry = |entry| Some(further(seen, entry, services.by_key.get(&entry.key)?));
    let strangers = services.by_key.keys().filter(|key| !listed.contains(key)).map(|key| Excess {
        key,
        consumers: Vec::new(),
        ways: Vec::new(),
        what: "exported but not in the list".to_owned(),
    });
    entries.iter().filter_map(of_entry).flatten().chain(strangers).collect()
}

/// Gateway and flat are one mirror, which a change of mode rewrites; a federated Service is another object.
fn is_alike(one: Way, other: Way) -> bool {
    (one == Way::Federated) == (other == Way::Federated)
}

/// Modes that the entry does not name, wherever they lead, and then clusters that it does not.
fn further<'a>(seen: &MeshSeen, entry: &'a Entry, service: &ServiceSeen) -> Vec<Excess<'a>> {
    let links =
        seen.others().flat_map(|(name, _)| seen.links_of(name).into_iter().map(move |link| (name, link)));
    let pairs =
        links.flat_map(|(name, link)| link.ways(&service.labels).into_iter().map(move |way| (name, way)));
    let is_said = |way: Way| entry.ways.is_empty() || entry.ways.iter().any(|one| is_alike(*one, way));
    let is_named = |name: &ClusterName| entry.consumers.is_empty() || entry.consumers.contains(name);
    let (said, unsaid): (Vec<_>, Vec<_>) = pairs.partition(|(_, way)| is_said(*way));
    let strange: Vec<_> = said.into_iter().filter(|(name, _)| !is_named(name)).collect();
    let ways = |pairs: &[(&ClusterName, Way)]| -> Vec<Way> {
        pairs.iter().map(|(_, way)| *way).collect::<BTreeSet<_>>().into_iter().collect()
    };
    let names: BTreeSet<&ClusterName> = strange.iter().map(|(name, _)| *name).collect();
    let words = |list: Vec<&str>| list.join(", ");
    let modes = words(ways(&unsaid).iter().map(|way| way.word()).collect());
    let clusters = words(names.iter().map(|name| name.as_str()).collect());
    let consumers = names.into_iter().cloned().collect();
    [
        (Vec::new(), ways(&unsaid), format!("with the mode {modes}")),
        // In the ways that they have now: what would begin once these end is not there yet.
        (consumers, ways(&strange), format!("to {clusters}")),
    ]
    .into_iter()
    .filter(|(_, ways, _)| !ways.is_empty())
    .map(|(consumers, ways, words)| {
        let what = format!("exported {words}, which is not in the list");
        Excess { key: &entry.key, consumers, ways, what }
    })
    .collect()
}

impl Converging {
    /// Adds what is exported besides, and takes it back where that is asked for.
    pub(super) fn add_surplus(
        &mut self,
        seen: &MeshSeen,
        (entries, wanted): (&[Entry], &Wanted),
        pruning: Pruning,
    ) {
        for excess in all(seen, entries) {
            self.add(seen, (&excess, wanted), pruning);
        }
    }

    /// Where this plan changes the labels of a Service already, the next run takes the rest back.
    fn add(&mut self, seen: &MeshSeen, (excess, wanted): (&Excess<'_>, &Wanted), pruning: Pruning) {
        let Key { namespace, name } = excess.key;
        let object = ObjectRef::namespaced(&seen.exporter, Kind::Service, namespace, name);
        let is_changed = self.planned.plan.steps().iter().any(|step| step.object == object);
        let (back, owners) = (back(seen, (excess, wanted)), owners(seen, excess.key));
        let ours = back.is_ok();
        let pruned = ours && pruning == Pruning::Asked && !is_changed;
        let then = match back {
            Ok(back) if pruned => {
                self.take(back);
                None
            }
            Ok(_) if is_changed => Some("run again to undo it".to_owned()),
            Ok(_) => Some("--prune undoes it".to_owned()),
            Err(kept) => Some(kept.words(&owners)),
        };
        self.planned.findings.extend(then.map(|then| {
            let text = format!("{}; {then}", excess.what);
            Finding::info("export-surplus", &[&seen.exporter], text).about(object)
        }));
        let (to, modes) = (excess.consumers.clone(), excess.ways.clone());
        let (namespace, service) = (namespace.clone(), name.clone());
        self.surplus.push(Surplus { namespace, service, to, modes, ours, pruned, owners });
    }

    /// Takes something back beside what is planned already.
    fn take(&mut self, back: Planned) {
        let steps = self.planned.plan.steps().iter().chain(back.plan.steps()).cloned();
        self.planned.plan = Plan::new(steps.collect());
        self.planned.side_effects.extend(back.side_effects);
        self.planned.findings.extend(back.findings);
        self.leaving.extend(back.targets);
    }
}

/// Who else has set the marks of a Service.
fn owners(seen: &MeshSeen, key: &Key) -> Vec<String> {
    let Observed::Present(services) = &seen.services else { return Vec::new() };
    let Some(service) = services.by_key.get(key) else { return Vec::new() };
    let marks = service.labels.keys().filter(|label| undo::is_mark(label));
    let owners: BTreeSet<String> = marks.flat_map(|label| foreign_owners(service, label)).collect();
    owners.into_iter().collect()
}

fn back(seen: &MeshSeen, (excess, wanted): (&Excess<'_>, &Wanted)) -> Result<Planned, Kept> {
    let all = Wanted {
        consumers: excess.consumers.clone(),
        ways: excess.ways.clone(),
        ownership: Ownership::Respect,
        keeping: Keeping::Respect,
        ..wanted.clone()
    };
    let back = undo::labels_alone(&only(seen, &[excess.key.clone()].into()), &all);
    let back = back.map_err(|against| Kept::of(&against))?;
    // Of a whole export everything may go; of a part of one, what is a side effect is what the list says.
    let is_part = !excess.ways.is_empty();
    match (back.plan.is_empty(), back.side_effects.is_empty()) {
        (true, _) => Err(Kept::ByOthers),
        (false, false) if is_part => Err(Kept::Shared),
        (false, _) => Ok(back),
    }
}

impl Kept {
    fn of(against: &[Finding]) -> Self {
        let hidden = against.iter().find(|one| one.severity == Severity::Unknown);
        hidden.map_or(Self::ByOthers, |one| Self::Unseen(one.summary.clone()))
    }

    fn words(&self, owners: &[String]) -> String {
        match self {
            Self::Shared => {
                "its labels serve more than that, so it is left alone; make the Links select different labels"
                    .to_owned()
            }
            Self::Unseen(why) => format!("it is left alone, since its removal cannot be observed: {why}"),
            Self::ByOthers if owners.is_empty() => {
                "it was not exported by this command alone, so it is left alone".to_owned()
            }
            Self::ByOthers => format!("it was exported by {}, so it is left alone", owners.join(", ")),
        }
    }
}
