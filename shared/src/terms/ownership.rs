//! Who owns which field of an object, as `metadata.managedFields` tells.

use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

/// One entry of `metadata.managedFields`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
pub struct ManagedField {
    /// The field manager.
    pub manager: String,
    /// `Apply` or `Update`.
    pub operation: String,
    /// The subresource written through; empty for the object itself.
    pub subresource: String,
    /// When it last wrote, as the API writes times.
    pub time: Option<String>,
    /// The fields that it owns.
    pub fields_v1: Option<FieldSet>,
}

/// What somebody asks of a set of fields in the `FieldsV1` format: `{"f:metadata": {"f:labels": {"f:KEY": {}}}}`. The rest is
/// let go as it is read, since it is much of what a list has.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct FieldSet {
    #[serde(rename = "f:metadata")]
    metadata: Option<OwnedMetadata>,
    #[serde(rename = "f:spec")]
    spec: Option<IgnoredAny>,
    #[serde(rename = "f:data")]
    data: Option<IgnoredAny>,
    #[serde(rename = "f:webhooks")]
    webhooks: Option<IgnoredAny>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
#[expect(clippy::zero_sized_map_values, reason = "serde reads no set from the keys of an object")]
struct OwnedMetadata {
    #[serde(rename = "f:labels")]
    labels: Option<BTreeMap<String, IgnoredAny>>,
}

/// A part of an object that somebody owns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What it should be.
    Spec,
    /// The content of a `ConfigMap` or a Secret.
    Data,
    /// Those of a configuration of webhooks.
    Webhooks,
}

impl ManagedField {
    /// Whether it owns something of this part.
    pub fn owns(&self, part: Part) -> bool {
        self.fields_v1.as_ref().is_some_and(|set| match part {
            Part::Spec => set.spec.is_some(),
            Part::Data => set.data.is_some(),
            Part::Webhooks => set.webhooks.is_some(),
        })
    }
}

/// One entry of `metadata.ownerReferences`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
pub struct OwnerReference {
    /// Its group and version.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Its name, in the namespace of the object.
    pub name: String,
    /// Whether it is the one that makes the object what it is.
    pub controller: bool,
}

impl OwnerReference {
    /// The API group; empty for the core.
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }
}

/// The owners of the labels of one object. What else they own is let go: of thousands of Services it would be most of what is
/// known of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Owners {
    entries: Vec<Owner>,
}

/// What one entry says of labels.
#[derive(Debug, Clone, PartialEq)]
struct Owner {
    manager: String,
    /// Whether it has applied the object itself.
    has_applied: bool,
    /// The keys of those that it owns.
    labels: Vec<String>,
    /// Whether it has written an empty map of labels.
    has_all: bool,
    /// When it last wrote.
    time: Option<String>,
}

impl From<ManagedField> for Owner {
    fn from(entry: ManagedField) -> Self {
        let ManagedField { manager, operation, subresource, time, fields_v1 } = entry;
        let labels = fields_v1.and_then(|set| set.metadata).and_then(|metadata| metadata.labels);
        let keys = labels.iter().flat_map(BTreeMap::keys).filter_map(|key| key.strip_prefix("f:"));
        Self {
            has_applied: operation == "Apply" && subresource.is_empty(),
            has_all: labels.as_ref().is_some_and(BTreeMap::is_empty),
            labels: keys.map(str::to_owned).collect(),
            manager,
            time,
        }
    }
}

impl Owners {
    /// Wraps the entries of an object.
    pub fn new(entries: Vec<ManagedField>) -> Self {
        Self { entries: entries.into_iter().map(Into::into).collect() }
    }

    /// The managers that own a label, each once, in the order of the entries.
    pub fn of_label(&self, key: &str) -> Vec<String> {
        let mut owners: Vec<String> = Vec::new();
        for entry in self.entries_of(key) {
            if !owners.contains(&entry.manager) {
                owners.push(entry.manager.clone());
            }
        }
        owners
    }

    /// The entries that own a label.
    fn entries_of(&self, key: &str) -> impl Iterator<Item = &Owner> {
        self.entries.iter().filter(move |entry| entry.labels.iter().any(|label| label == key))
    }

    /// When a label was last written at the earliest: by who owns it longest. `None` where nobody says.
    pub fn label_time(&self, key: &str) -> Option<&str> {
        // Times of the API are texts of one form, so that they sort.
        self.entries_of(key).filter_map(|entry| entry.time.as_deref()).min()
    }

    /// When anything of the object was last written, its status too. `None` where nobody says.
    pub fn last_time(&self) -> Option<&str> {
        self.entries.iter().filter_map(|entry| entry.time.as_deref()).max()
    }

    /// Whether this manager is among them, whatever it owns.
    pub fn includes(&self, manager: &str) -> bool {
        self.entries.iter().any(|entry| entry.manager == manager)
    }

    /// The managers that applied an empty map of labels. Such a map belongs to them as a whole: as long as it is
    /// empty, a server refuses the first label that another manager adds.
    pub fn of_all_labels(&self) -> Vec<String> {
        let whole = self.entries.iter().filter(|entry| entry.has_all);
        whole.map(|entry| entry.manager.clone()).collect()
    }

    /// The label keys that a manager owns by server-side apply, in order.
    pub fn applied_labels(&self, manager: &str) -> Vec<String> {
        let ours = self.entries.iter().filter(|entry| entry.manager == manager && entry.has_applied);
        let mut keys: Vec<String> = ours.flat_map(|entry| entry.labels.iter().cloned()).collect();
        keys.sort();
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owners() -> Owners {
        Owners::new(
            serde_json::from_value(serde_json::json!([
                {"manager": "kubectl-label", "operation": "Update", "fieldsV1": {"f:metadata": {"f:labels": {"f:exported": {}}}}},
                {"manager": "mesh-export", "operation": "Apply", "fieldsV1":
                    {"f:metadata": {"f:labels": {"f:exported": {}, "f:tier": {}}}}},
                {"manager": "kube-controller-manager", "operation": "Update", "subresource": "status",
                    "fieldsV1": {"f:status": {}}},
            ]))
            .unwrap(),
        )
    }

    #[test]
    fn every_owner_of_a_label_is_named_once() {
        assert_eq!(owners().of_label("exported"), ["kubectl-label", "mesh-export"]);
        assert_eq!(owners().of_label("absent"), Vec::<String>::new());
    }

    #[test]
    fn a_label_is_as_old_as_what_its_longest_owner_wrote() {
        let labels = serde_json::json!({"f:metadata": {"f:labels": {"f:exported": {}}}});
        let entry = |time: &str| ManagedField {
            time: Some(time.into()),
            fields_v1: Some(serde_json::from_value(labels.clone()).unwrap()),
            ..ManagedField::default()
        };
        let status = ManagedField { time: Some("2026-01-03T00:00:00Z".into()), ..ManagedField::default() };
        let owners = Owners::new(vec![entry("2026-01-02T00:00:00Z"), entry("2026-01-01T00:00:00Z"), status]);
        assert_eq!(owners.label_time("exported"), Some("2026-01-01T00:00:00Z"));
        assert_eq!((owners.label_time("absent"), owners.last_time()), (None, Some("2026-01-03T00:00:00Z")));
    }

    #[test]
    fn an_entry_owns_the_parts_that_it_names() {
        let entry = |fields: serde_json::Value| -> ManagedField {
            serde_json::from_value(serde_json::json!({"fieldsV1": fields})).unwrap()
        };
        let owned = |fields: serde_json::Value| {
            let entry = entry(fields);
            [Part::Spec, Part::Data, Part::Webhooks].map(|part| entry.owns(part))
        };
        assert_eq!(
            owned(serde_json::json!({"f:spec": {"f:x": {}}, "f:metadata": null})),
            [true, false, false]
        );
        assert_eq!(owned(serde_json::json!({"f:data": {}, "f:status": {}})), [false, true, false]);
        assert_eq!(owned(serde_json::json!({"f:webhooks": {".": {}}})), [false, false, true]);
        assert_eq!(owned(serde_json::Value::Null), [false; 3]);
    }

    #[test]
    fn an_empty_map_belongs_to_its_manager_as_a_whole() {
        let entry = serde_json::json!([
            {"manager": "flux", "operation": "Apply", "fieldsV1": {"f:metadata": {"f:labels": {}}}}
        ]);
        let owners = Owners::new(serde_json::from_value(entry).unwrap());
        assert_eq!((owners.of_all_labels(), owners.of_label("exported")), (vec!["flux".to_owned()], vec![]));
    }

    #[test]
    fn only_labels_owned_by_apply_can_be_taken_back_by_apply() {
        assert_eq!(owners().applied_labels("mesh-export"), ["exported", "tier"]);
        assert_eq!(owners().applied_labels("kubectl-label"), Vec::<String>::new());
    }
}
