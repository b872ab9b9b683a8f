//! Which labels a Service needs, and who stands in the way.

use super::super::change::{Change, Ownership};
use super::super::link::Link;
use super::super::selection::labels_to_set;
use super::super::snapshot::{Key, MeshSeen, ServiceSeen};
use crate::terms::{ClusterName, Kind, Labels, ObjectRef};
use crate::verdict::{Finding, Remedy, command};

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
    (consumers, ownership): (&[(ClusterName, &Link)], Ownership),
) -> Result<(Option<Change>, Vec<Finding>), Vec<Finding>> {
    let object = ObjectRef::namespaced(&seen.exporter, Kind::Service, &key.namespace, &key.name);
    // A Link that cannot be used is a finding of its own; no labels can please it.
    let usable: Vec<_> = consumers.iter().filter(|(_, link)| link.problems.is_empty()).collect();
    let selectors: Vec<_> =
        usable.iter().map(|(_, link)| &link.selector).filter(|selector| !selector.is_empty()).collect();
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
    let notes = owned_by_others(seen, service, &object, (&selectors_keys(&selectors), &set));
    if set.is_empty() {
        return Ok((None, notes));
    }
    let overruled = overruled(seen, service, &object, &set);
    if !overruled.is_empty() && ownership == Ownership::Respect {
        return Err(overruled);
    }
    Ok((Some(apply(service, set, ownership)), notes))
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
    let owned = set.iter().filter_map(|(key, value)| {
        let current = service.labels.get(key)?;
        let owners = foreign_owners(service, key);
        (!owners.is_empty()).then(|| (key, value, current, owners.join(", ")))
    });
    owned
        .map(|(key, value, current, owners)| {
            Finding::error(
                "label-owned",
                &[&seen.exporter],
                format!("the label {key}={current} belongs to {owners}, and {value} is needed"),
                Remedy::new(format!("change it where {owners} keeps it, or add --take-over to overrule it")),
            )
            .about(object.clone())
            .seen(format!("metadata.labels[{key}]"), current.clone())
        })
        .collect()
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
    let owned = standing.filter_map(|key| {
        let owners = foreign_owners(service, key);
        (!owners.is_empty()).then(|| (key, owners.join(", ")))
    });
    owned
        .map(|(key, owners)| {
            Finding::info(
                "label-co-owned",
                &[&seen.exporter],
                format!("the label {key} was set by {owners}, which can take it back"),
            )
            .about(object.clone())
        })
        .collect()
}

/// The managers of a label except ours.
pub fn foreign_owners(service: &ServiceSeen, key: &str) -> Vec<String> {
    let mut owners = service.owners.of_label(key);
    owners.retain(|owner| owner != MANAGER);
    owners
}

/// How to set or remove labels by hand, for remedies.
pub fn label_command(seen: &MeshSeen, key: &Key, changes: &[String]) -> String {
    let head = ["kubectl", "--context", seen.context(&seen.exporter), "--namespace", &key.namespace, "label"];
    let object = format!("svc/{}", key.name);
    command(head.into_iter().chain([object.as_str()]).chain(changes.iter().map(String::as_str)))
}
