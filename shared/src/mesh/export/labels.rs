//! Which labels a Service needs, and who stands in the way.

mod owners;

pub use owners::foreign_owners;

use super::super::change::{Change, Keeping, Ownership};
use super::super::keeper::Kept;
use super::super::link::Way;
use super::super::selection::{Unsatisfiable, labels_to_set};
use super::super::snapshot::{Key, MeshSeen, ServiceSeen};
use super::{Routed, Wanted};
use crate::manifest::LabelEdit;
use crate::terms::{Kind, LabelSelector, Labels, ObjectRef};
use crate::verdict::{Finding, Remedy, kubectl};
use owners::{overruled, owned_by_others};

/// Our field manager. It must not begin with `kubectl`: Flux takes back what such managers own.
pub const MANAGER: &str = "mesh-export";

/// Labels as they are once some are set and some are gone.
pub fn after_set(current: &Labels, set: &Labels, removed: &[String]) -> Labels {
    let mut after = current.clone();
    after.extend(set.iter().map(|(key, value)| (key.clone(), value.clone())));
    after.retain(|key, _| !removed.contains(key));
    after
}

/// What is to be done to a Service, and what there is to say of the owners of its labels.
#[derive(Debug, Default)]
pub(super) struct Labelling {
    /// In this order; empty when all chosen Links serve the Service already.
    pub(super) changes: Vec<Change>,
    /// What the labels are afterwards.
    pub(super) after: Labels,
    /// Who else has a say.
    pub(super) notes: Vec<Finding>,
}

/// The changes that make the chosen Links serve the Service in the ways that are wanted.
///
/// # Errors
/// Why no labels do, or whose labels stand in the way.
pub(super) fn labelling(
    seen: &MeshSeen,
    (key, service): (&Key, &ServiceSeen),
    (routed, wanted): (&[Routed<'_>], &Wanted),
) -> Result<Labelling, Vec<Finding>> {
    let object = ObjectRef::namespaced(&seen.exporter, Kind::Service, &key.namespace, &key.name);
    let selectors = selectors(routed, &Way::ALL);
    let set = labels_to_set(&service.labels, &selectors)
        .map_err(|reason| vec![unsatisfiable(seen, &object, &reason)])?;
    let mut notes = owned_by_others(seen, service, &object, (&selectors_keys(&selectors), &set));
    let removed = in_the_way(service, routed, (&selectors_keys(&selectors), &set));
    let after = after_set(&service.labels, &set, &removed);
    if set.is_empty() && removed.is_empty() {
        return Ok(Labelling { changes: Vec::new(), after, notes });
    }
    let overruled = overruled(seen, service, &object, &set);
    if let Some(kept) = kept(key, service, routed) {
        if kept.is_left(wanted.keeping) {
            return Err(vec![kept.refused(&seen.exporter, object)]);
        }
        notes.push(if overruled.is_empty() || kept.keeper.yields() {
            kept.noted(&seen.exporter, object, wanted.keeping)
        } else {
            kept.comes_back(&seen.exporter, object)
        });
    } else if wanted.keeping == Keeping::Commit {
        return Err(vec![kept_by_nobody(seen, &object)]);
    }
    if !overruled.is_empty() && wanted.ownership == Ownership::Respect {
        return Err(overruled);
    }
    Ok(Labelling { changes: in_order(service, routed, (set, removed), wanted.ownership), after, notes })
}

/// A change of manifests would reach the cluster by nobody's hand; and who asks for one wants no other.
pub(crate) fn kept_by_nobody(seen: &MeshSeen, object: &ObjectRef) -> Finding {
    let text = "nothing shows that it is kept in Git; with --repo nothing is changed in the cluster";
    let action = "omit --repo, and change its manifest too if you apply one by hand";
    Finding::error("service-unkept", &[&seen.exporter], text, Remedy::new(action)).about(object.clone())
}

/// The change that the chosen Links need, when somebody keeps the Service.
pub(super) fn kept(key: &Key, service: &ServiceSeen, routed: &[Routed<'_>]) -> Option<Kept> {
    let set = labels_to_set(&service.labels, &selectors(routed, &Way::ALL)).ok()?;
    let edit = LabelEdit { set, removed: Vec::new() };
    Kept::of(key, service, edit).filter(|kept| !kept.edit.set.is_empty())
}

fn unsatisfiable(seen: &MeshSeen, object: &ObjectRef, reason: &Unsatisfiable) -> Finding {
    let text = format!("no set of labels makes every chosen Link mirror it: {reason}");
    let action = "export to the clusters one at a time with --to, or change the selector of a Link";
    Finding::error("selectors-unsatisfiable", &[&seen.exporter], text, Remedy::new(action))
        .about(object.clone())
}

/// The selectors of these of the wanted ways; those that are empty select nothing, which is a finding of its own.
fn selectors<'a>(routed: &[Routed<'a>], ways: &[Way]) -> Vec<&'a LabelSelector> {
    let usable = routed.iter().filter(|one| one.is_usable());
    let pairs = usable.flat_map(|one| one.ways.iter().map(move |way| (one.link, *way)));
    let wanted = pairs.filter(|(_, way)| ways.contains(way)).map(|(link, way)| link.selector_of(way));
    wanted.filter(|selector| !selector.is_empty()).collect()
}

/// Labels of ours that make a Link mirror past the gateway that is wanted. Those of others are left, and are a finding.
fn in_the_way(
    service: &ServiceSeen,
    routed: &[Routed<'_>],
    (needed, set): (&[String], &Labels),
) -> Vec<String> {
    let after = after_set(&service.labels, set, &[]);
    let past = routed.iter().filter(|one| {
        one.is_usable() && one.ways.contains(&Way::Gateway) && one.link.way(&after) == Some(Way::Flat)
    });
    let ours = service.owners.applied_labels(MANAGER);
    let mut keys: Vec<String> = past
        .flat_map(|one| one.link.selector_of(Way::Flat).requirements())
        .map(|part| part.key)
        .filter(|key| !needed.contains(key) && ours.contains(key) && foreign_owners(service, key).is_empty())
        .collect();
    keys.sort();
    keys.dedup();
    keys
}

/// A Service that becomes exported and a member at once is passed over by the federation: the service mirror makes the
/// mirror and forgets the rest until the next change. As a member it comes first, so it has one.
fn in_order(
    service: &ServiceSeen,
    routed: &[Routed<'_>],
    (set, removed): (Labels, Vec<String>),
    ownership: Ownership,
) -> Vec<Change> {
    let federated = selectors_keys(&selectors(routed, &[Way::Federated]));
    let mirrored = selectors_keys(&selectors(routed, &[Way::Gateway, Way::Flat]));
    let is_first = |key: &String| federated.contains(key) && !mirrored.contains(key);
    let (first, last): (Labels, Labels) = set.clone().into_iter().partition(|(key, _)| is_first(key));
    if first.is_empty() || last.is_empty() {
        return vec![apply(service, Labels::new(), (set, removed), ownership)];
    }
    vec![
        apply(service, Labels::new(), (first.clone(), Vec::new()), ownership),
        apply(service, first, (last, removed), ownership),
    ]
}

/// Sets labels beside those that are ours, or will be by then.
fn apply(
    service: &ServiceSeen,
    before: Labels,
    (set, removed): (Labels, Vec<String>),
    ownership: Ownership,
) -> Change {
    // Apply owns exactly what it lists: labels of ours that are left out would be removed.
    let mut labels = of_ours(service);
    labels.extend(before);
    labels.extend(set.iter().map(|(key, value)| (key.clone(), value.clone())));
    labels.retain(|key, _| !removed.contains(key));
    Change::Apply { labels, set, removed, ownership, uid: service.uid.clone() }
}

/// The labels that we applied, as they are.
pub(crate) fn of_ours(service: &ServiceSeen) -> Labels {
    let ours = service.owners.applied_labels(MANAGER);
    ours.iter().filter_map(|key| Some((key.clone(), service.labels.get(key)?.clone()))).collect()
}

fn selectors_keys(selectors: &[&LabelSelector]) -> Vec<String> {
    let mut keys: Vec<String> =
        selectors.iter().flat_map(|selector| selector.requirements()).map(|part| part.key).collect();
    keys.sort();
    keys.dedup();
    keys
}

/// How to set or remove labels by hand, for remedies.
pub fn label_command(seen: &MeshSeen, key: &Key, changes: &[String]) -> String {
    let object = format!("svc/{}", key.name);
    let head = ["--namespace", &key.namespace, "label", &object];
    let words: Vec<&str> = head.into_iter().chain(changes.iter().map(String::as_str)).collect();
    kubectl(&seen.fleet, &seen.exporter, &words)
}
