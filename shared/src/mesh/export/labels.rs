//! Which labels a Service needs, and who stands in the way.

use super::super::change::{Change, Ownership};
use super::super::link::Way;
use super::super::selection::{Unsatisfiable, labels_to_set};
use super::super::snapshot::{Key, MeshSeen, ServiceSeen};
use super::Routed;
use crate::terms::{Kind, LabelSelector, Labels, ObjectRef};
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
    (routed, ownership): (&[Routed<'_>], Ownership),
) -> Result<Labelling, Vec<Finding>> {
    let object = ObjectRef::namespaced(&seen.exporter, Kind::Service, &key.namespace, &key.name);
    let selectors = selectors(routed, &Way::ALL);
    let set = labels_to_set(&service.labels, &selectors)
        .map_err(|reason| vec![unsatisfiable(seen, &object, &reason)])?;
    let notes = owned_by_others(seen, service, &object, (&selectors_keys(&selectors), &set));
    let removed = in_the_way(service, routed, (&selectors_keys(&selectors), &set));
    let after = after_set(&service.labels, &set, &removed);
    if set.is_empty() && removed.is_empty() {
        return Ok(Labelling { changes: Vec::new(), after, notes });
    }
    let overruled = overruled(seen, service, &object, &set);
    if !overruled.is_empty() && ownership == Ownership::Respect {
        return Err(overruled);
    }
    Ok(Labelling { changes: in_order(service, routed, (set, removed), ownership), after, notes })
}

fn unsatisfiable(seen: &MeshSeen, object: &ObjectRef, reason: &Unsatisfiable) -> Finding {
    let text = format!("no labels make every chosen Link mirror it: {reason}");
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
