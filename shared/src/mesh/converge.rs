//! A list of exports against what there is: what is missing is exported, what is exported besides is surplus, and can be
//! taken back where this tool has exported it.

mod narrowed;

use super::change::{Change, Keeping, Ownership};
use super::export::{self, Again, Planned, Target, Wanted, foreign_owners};
use super::keeper::Kept;
use super::link::Way;
use super::snapshot::{Key, MeshSeen};
use super::undo;
use crate::plan::{Plan, Step};
use crate::terms::{ClusterName, Kind, ObjectRef, Observed};
use crate::verdict::Finding;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// One export of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The Service.
    pub key: Key,
    /// To which clusters; empty means all that have a Link.
    pub consumers: Vec<ClusterName>,
    /// In which ways; empty means `auto`.
    pub ways: Vec<Way>,
}

/// What becomes of exports that are not in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pruning {
    /// They are shown.
    Shown,
    /// `--prune`: those that this tool has made are taken back.
    Asked,
}

/// An export that is not in the list, or goes further than the list says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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

/// One plan for all of a list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Converging {
    /// Exports first, then what is taken back.
    pub planned: Planned,
    /// What is exported besides.
    pub surplus: Vec<Surplus>,
    /// The mirrors of what is taken back.
    pub leaving: Vec<Target>,
}

/// Plans a list.
///
/// # Errors
/// Every reason against any of its exports: nothing is done by halves.
pub fn plan(
    seen: &MeshSeen,
    (entries, wanted): (&[Entry], &Wanted),
    pruning: Pruning,
) -> Result<Converging, Vec<Finding>> {
    let (mut planned, mut against) = (Planned::default(), Vec::new());
    for (seen, wanted) in parts(seen, (entries, wanted)) {
        match export::plan(&seen, &wanted) {
            Ok(part) => planned = joined(planned, part),
            Err(findings) => against.extend(findings),
        }
    }
    if !against.is_empty() {
        return Err(export::each_once([planned.unreached, planned.findings, against].concat()));
    }
    let mut converging = Converging { planned, ..Converging::default() };
    for entry in entries {
        converging.narrow(seen, (entry, wanted), pruning);
    }
    for key in surplus(seen, entries) {
        converging.add(seen, (&key, wanted), pruning);
    }
    converging.planned.findings = export::each_once(converging.planned.findings);
    Ok(converging)
}

/// A list as exports that are wanted alike, each with what there is of its Services alone.
fn parts(seen: &MeshSeen, (entries, wanted): (&[Entry], &Wanted)) -> Vec<(MeshSeen, Wanted)> {
    let mut groups: BTreeMap<(&[ClusterName], &[Way]), BTreeSet<Key>> = BTreeMap::new();
    for entry in entries {
        groups.entry((&entry.consumers, &entry.ways)).or_default().insert(entry.key.clone());
    }
    let part = |((consumers, ways), keys): ((&[ClusterName], &[Way]), BTreeSet<Key>)| {
        let again = of_part(&wanted.again, (consumers, ways));
        (
            only(seen, &keys),
            Wanted { consumers: consumers.to_vec(), ways: ways.to_vec(), again, ..wanted.clone() },
        )
    };
    groups.into_iter().map(part).collect()
}

/// The command for one Service of the list by itself.
fn of_part(again: &Again, (consumers, ways): (&[ClusterName], &[Way])) -> Again {
    let to = consumers.iter().map(|name| name.as_str().to_owned()).collect();
    let words: Vec<&str> = ways.iter().map(|way| way.word()).collect();
    let mode = (!words.is_empty()).then(|| format!("--mode={}", words.join(",")));
    let flags = again.flags.iter().filter(|flag| *flag != "--prune" && !flag.starts_with("--mode")).cloned();
    Again { to, flags: flags.chain(mode).collect(), ..again.clone() }
}

/// The changes of a list that are left to the keepers of its Services.
pub fn kept(seen: &MeshSeen, list: (&[Entry], &Wanted)) -> Vec<Kept> {
    parts(seen, list).iter().flat_map(|(seen, wanted)| export::kept(seen, wanted)).collect()
}

/// The clusters whose pod networks the exports of a list depend on.
pub fn networks_needed(seen: &MeshSeen, list: (&[Entry], &Wanted)) -> Vec<ClusterName> {
    let parts = parts(seen, list);
    let all = parts.iter().flat_map(|(seen, wanted)| export::networks_needed(seen, wanted));
    all.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The Services that are exported and not in the list.
fn surplus(seen: &MeshSeen, entries: &[Entry]) -> Vec<Key> {
    let Observed::Present(services) = &seen.services else { return Vec::new() };
    let listed: BTreeSet<&Key> = entries.iter().map(|entry| &entry.key).collect();
    services.by_key.keys().filter(|key| !listed.contains(key)).cloned().collect()
}

/// The same, as if these Services alone had been asked for.
fn only(seen: &MeshSeen, keys: &BTreeSet<Key>) -> MeshSeen {
    let mut part = seen.clone();
    part.asked.clone_from(keys);
    if let Observed::Present(services) = &mut part.services {
        services.by_key.retain(|key, _| keys.contains(key));
    }
    part
}

/// Two parts of one plan; a namespace that both make is made once, and before all else.
fn joined(mut all: Planned, part: Planned) -> Planned {
    let is_first = |step: &&Step<Change>| step.object.kind == Kind::Namespace;
    let steps: Vec<Step<Change>> = all.plan.steps().iter().chain(part.plan.steps()).cloned().collect();
    let mut made: Vec<Step<Change>> = steps.iter().filter(is_first).cloned().collect();
    made.sort_by(|one, other| one.object.cmp(&other.object));
    made.dedup();
    let rest = steps.iter().filter(|step| !is_first(step)).cloned();
    all.plan = Plan::new(made.into_iter().chain(rest).collect());
    all.targets.extend(part.targets);
    all.side_effects.extend(part.side_effects);
    all.switches.extend(part.switches);
    all.findings.extend(part.findings);
    all.unreached = export::each_once([all.unreached, part.unreached].concat());
    all
}

impl Converging {
    fn add(&mut self, seen: &MeshSeen, (key, wanted): (&Key, &Wanted), pruning: Pruning) {
        let Observed::Present(services) = &seen.services else { return };
        let Some(service) = services.by_key.get(key) else { return };
        let all = Wanted {
            consumers: Vec::new(),
            ways: Vec::new(),
            ownership: Ownership::Respect,
            keeping: Keeping::Respect,
            ..wanted.clone()
        };
        let back = undo::labels_alone(&only(seen, &[key.clone()].into()), &all);
        let back = back.ok().filter(|back| !back.plan.is_empty());
        let marks = service.labels.keys().filter(|label| undo::is_mark(label));
        let owners: BTreeSet<String> = marks.flat_map(|label| foreign_owners(service, label)).collect();
        let (ours, is_asked) = (back.is_some(), pruning == Pruning::Asked);
        let object = ObjectRef::namespaced(&seen.exporter, Kind::Service, &key.namespace, &key.name);
        let owners: Vec<String> = owners.into_iter().collect();
        if let Some(back) = back.filter(|_| is_asked) {
            self.take(back);
        } else {
            self.tell(seen, object, left("exported and not in the list", ours, &owners));
        }
        let (namespace, service) = (key.namespace.clone(), key.name.clone());
        let (to, modes) = (Vec::new(), Vec::new());
        self.surplus.push(Surplus { namespace, service, to, modes, ours, pruned: ours && is_asked, owners });
    }
}

impl From<Planned> for Converging {
    fn from(planned: Planned) -> Self {
        Self { planned, ..Self::default() }
    }
}

fn left(what: &str, ours: bool, owners: &[String]) -> String {
    if ours {
        return format!("{what}; --prune takes it back");
    }
    let by = if owners.is_empty() {
        "not by this command alone".to_owned()
    } else {
        format!("by {}", owners.join(", "))
    };
    format!("{what}; it was exported {by}, so it is left")
}

#[cfg(test)]
mod tests;
