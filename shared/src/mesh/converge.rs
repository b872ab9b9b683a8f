//! A list of exports against what there is: what is missing is exported, what is exported besides is surplus, and can be
//! taken back where this tool has exported it.

mod surplus;

pub use surplus::Surplus;

use super::change::Change;
use super::export::{self, Again, Planned, Target, Wanted};
use super::keeper::Kept;
use super::link::Way;
use super::snapshot::{Key, MeshSeen};
use crate::plan::{Plan, Step};
use crate::terms::{ClusterName, Kind, Observed};
use crate::verdict::Finding;
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
    converging.add_surplus(seen, (entries, wanted), pruning);
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

impl From<Planned> for Converging {
    fn from(planned: Planned) -> Self {
        Self { planned, ..Self::default() }
    }
}

#[cfg(test)]
mod tests;
