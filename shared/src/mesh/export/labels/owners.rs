//! Whose the labels of a Service are.

use super::super::super::snapshot::{MeshSeen, ServiceSeen};
use super::MANAGER;
use crate::terms::{Labels, ObjectRef};
use crate::verdict::{Finding, Remedy};

/// Labels that are to be changed and that somebody else has set to another value.
pub(super) fn overruled(
    seen: &MeshSeen,
    service: &ServiceSeen,
    object: &ObjectRef,
    set: &Labels,
) -> Vec<Finding> {
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
    let remedy = Remedy::new(format!("change it where {owners} keeps it, or add --take-over to override it"));
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
        format!("the label {key}={current} belongs to {}, but {needed} is needed", owners.join(", "))
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
        format!("{manager} applied an empty map of labels, so it owns all labels"),
        Remedy::new(format!("remove the empty `labels: {{}}` where {manager} keeps it, or add --take-over")),
    )
    .about(object.clone())
    .seen("metadata.labels", "{}")
}

/// Labels of the export that are there already and that others own: they, not we, decide how long.
pub(super) fn owned_by_others(
    seen: &MeshSeen,
    service: &ServiceSeen,
    object: &ObjectRef,
    (keys, set): (&[String], &Labels),
) -> Vec<Finding> {
    let standing = keys.iter().filter(|key| !set.contains_key(key) && service.labels.contains_key(key));
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
