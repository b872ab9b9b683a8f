//! Which labels a Service needs, and who stands in the way.

use super::super::change::{Change, Ownership};
use super::super::keeper::Kept;
use super::super::link::Link;
use super::super::selection::labels_to_set;
use super::super::snapshot::{Key, MeshSeen, ServiceSeen};
use super::Wanted;
use crate::manifest::LabelEdit;
use crate::terms::{ClusterName, Kind, LabelSelector, Labels, ObjectRef};
use crate::verdict::{Finding, Remedy, kubectl};

/// Our field manager. It must not begin with `kubectl`: Flux takes back what such managers own.
pub const MANAGER: &str = "mesh-export";

/// Labels as they are once some are set and some are gone.
pub fn after_set(current: &Labels, set: &Labels, removed: &[String]) -> Labels {
    let mut after = current.clone();
    after.extend(set.iter().map(|(key, value)| (key.clone(), value.clone())));
    after.retain(|key, _| !removed.contains(key));
    after
}

/// The change that makes all chosen Links mirror the Service, `None` when they do already, with notes on owners.
pub(super) fn change(
    seen: &MeshSeen,
    key: &Key,
    service: &ServiceSeen,
    (consumers, wanted): (&[(ClusterName, &Link)], &Wanted),
) -> Result<(Option<Change>, Vec<Finding>), Vec<Finding>> {
    let object = ObjectRef::namespaced(&seen.exporter, Kind::Service, &key.namespace, &key.name);
    let selectors = selectors(consumers);
    let set = labels_to_set(&service.labels, &selectors).map_err(|reason| {
        vec![
            Finding::error(
                "selectors-unsatisfiable",
                &[&seen.exporter],
                format!("no labels make every chosen Link mirror it: {reason}"),
                Remedy::new(
                    "export to the clusters one at a time with --to, or change the selector of a Link",
                ),
            )
            .about(object.clone()),
        ]
    })?;
    let mut notes = owned_by_others(seen, service, &object, (&selectors_keys(&selectors), &set));
    if set.is_empty() {
        return Ok((None, notes));
    }
    let overruled = overruled(seen, service, &object, &set);
    if let Some(kept) = kept(key, service, consumers) {
        if kept.is_left(wanted.keeping) {
            return Err(vec![kept.refused(&seen.exporter, object)]);
        }
        notes.push(if overruled.is_empty() || kept.keeper.yields() {
            kept.noted(&seen.exporter, object, wanted.keeping)
        } else {
            kept.comes_back(&seen.exporter, object)
        });
    }
    if !overruled.is_empty() && wanted.ownership == Ownership::Respect {
        return Err(overruled);
    }
    Ok((Some(apply(service, set, wanted.ownership)), notes))
}

/// The change that the chosen Links need, when somebody keeps the Service.
pub(super) fn kept(key: &Key, service: &ServiceSeen, consumers: &[(ClusterName, &Link)]) -> Option<Kept> {
    let set = labels_to_set(&service.labels, &selectors(consumers)).ok()?;
    let edit = LabelEdit { set, removed: Vec::new() };
    Kept::of(key, service, edit).filter(|kept| !kept.edit.set.is_empty())
}

/// What the Links select. One that cannot be used is a finding of its own; no labels can please it.
fn selectors<'a>(consumers: &[(ClusterName, &'a Link)]) -> Vec<&'a LabelSelector> {
    let usable = consumers.iter().filter(|(_, link)| link.problems.is_empty());
    usable.map(|(_, link)| &link.selector).filter(|selector| !selector.is_empty()).collect()
}

fn apply(service: &ServiceSeen, set: Labels, ownership: Ownership) -> Change {
    // Apply owns exactly what it lists: labels of ours that are left out would be removed.
    let ours = service.owners.applied_labels(MANAGER);
    let kept = ours.iter().filter_map(|key| Some((key.clone(), service.labels.get(key)?.clone())));
    let mut labels: Labels = kept.collect();
    labels.extend(set.iter().map(|(key, value)| (key.clone(), value.clone())));
    Change::Apply { labels, set, removed: Vec::new(), ownership, uid: service.uid.clone() }
}

fn selectors_keys(selectors: &[&crate::terms::LabelSelector]) -> Vec<String> {
    let mut keys: Vec<String> =
        selectors.iter().flat_map(|selector| selector.requirements()).map(|part| part.key).collect();
    keys.sort();
    keys.dedup();
    keys
}

/// Labels that are to be changed and that somebody else has set to another value.
fn overruled(seen: &MeshSeen, service: &ServiceSeen, object: &ObjectRef, set: &Labels) -> Vec<Finding> {
    let whole = service.owners.of_all_labels();
    let whole = whole.iter().find(|manager| service.labels.is_empty() && *manager != MANAGER);
    if let Some(manager) = whole {
        return vec![whole_map_owned(seen, object, manager)];
    }
    let owned: Vec<_> = set.iter().filter_map(|(key, value)| Owned::of(service, key, value)).collect();
    if owned.is_empty() {
        return Vec::new();
    }
    let owners = listed(owned.iter().flat_map(|one| &one.owners));
    let parts: Vec<String> = owned.iter().map(Owned::words).collect();
    let remedy = Remedy::new(format!("change it where {owners} keeps it, or add --take-over to overrule it"));
    let finding = Finding::error("label-owned", &[&seen.exporter], parts.join("; "), remedy);
    let evidence = |finding: Finding, one: &Owned<'_>| {
        finding.seen(format!("metadata.labels[{}]", one.key), one.current.clone())
    };
    vec![owned.iter().fold(finding.about(object.clone()), evidence)]
}

/// A label that others have set to another value than is needed.
struct Owned<'a> {
    key: &'a String,
    needed: &'a String,
    current: &'a String,
    owners: Vec<String>,
}

impl<'a> Owned<'a> {
    fn of(service: &'a ServiceSeen, key: &'a String, needed: &'a String) -> Option<Self> {
        let current = service.labels.get(key)?;
        let owners = foreign_owners(service, key);
        (!owners.is_empty()).then_some(Self { key, needed, current, owners })
    }

    fn words(&self) -> String {
        let Self { key, needed, current, owners } = self;
        format!("the label {key}={current} belongs to {}, and {needed} is needed", owners.join(", "))
    }
}

/// Names, each once, in order.
fn listed<'a>(names: impl Iterator<Item = &'a String>) -> String {
    let names: std::collections::BTreeSet<&str> = names.map(String::as_str).collect();
    names.into_iter().collect::<Vec<_>>().join(", ")
}

fn whole_map_owned(seen: &MeshSeen, object: &ObjectRef, manager: &str) -> Finding {
    Finding::error(
        "label-owned",
        &[&seen.exporter],
        format!("{manager} applied an empty map of labels, so that all labels belong to it"),
        Remedy::new(format!("remove the empty `labels: {{}}` where {manager} keeps it, or add --take-over")),
    )
    .about(object.clone())
    .seen("metadata.labels", "{}")
}

/// Labels of the export that are there already and that others own: they, not we, decide how long.
fn owned_by_others(
    seen: &MeshSeen,
    service: &ServiceSeen,
    object: &ObjectRef,
    (keys, set): (&[String], &Labels),
) -> Vec<Finding> {
    let standing = keys.iter().filter(|key| !set.contains_key(*key) && service.labels.contains_key(*key));
    let owned: Vec<String> = standing
        .filter_map(|key| {
            let owners = foreign_owners(service, key);
            let text = || format!("the label {key} was set by {}, which can take it back", owners.join(", "));
            (!owners.is_empty()).then(text)
        })
        .collect();
    let note = |text: String| Finding::info("label-co-owned", &[&seen.exporter], text).about(object.clone());
    (!owned.is_empty()).then(|| note(owned.join("; "))).into_iter().collect()
}

/// The managers of a label except ours.
pub fn foreign_owners(service: &ServiceSeen, key: &str) -> Vec<String> {
    let mut owners = service.owners.of_label(key);
    owners.retain(|owner| owner != MANAGER);
    owners
}

/// How to set or remove labels by hand, for remedies.
pub fn label_command(seen: &MeshSeen, key: &Key, changes: &[String]) -> String {
    let object = format!("svc/{}", key.name);
    let head = ["--namespace", &key.namespace, "label", &object];
    let words: Vec<&str> = head.into_iter().chain(changes.iter().map(String::as_str)).collect();
    kubectl(&seen.fleet, &seen.exporter, &words)
}
