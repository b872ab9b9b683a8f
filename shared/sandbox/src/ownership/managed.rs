//! The entries of `metadata.managedFields`.
//!
//! Who updates is told apart by version as well; who applies is one manager in all versions, because what it applied
//! last in one is what it may drop in another. What cannot be read counts as nothing, as clients may write anything.

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::Writer;
use super::fields::FieldSet;

/// How a manager came to own something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Operation {
    Apply,
    Update,
}

/// Who owns fields.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Manager {
    pub(super) name: String,
    pub(super) operation: Operation,
    pub(super) api_version: String,
    pub(super) subresource: Option<String>,
}

/// What one manager owns, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) manager: Manager,
    pub(super) time: Option<String>,
    pub(super) fields: FieldSet,
}

impl Operation {
    fn word(self) -> &'static str {
        match self {
            Self::Apply => "Apply",
            Self::Update => "Update",
        }
    }
}

impl Manager {
    /// The manager that writes.
    pub(super) fn of(writer: &Writer<'_>, operation: Operation) -> Self {
        Self {
            name: writer.manager.to_owned(),
            operation,
            api_version: writer.api_version.to_owned(),
            subresource: writer.subresource.filter(|name| !name.is_empty()).map(ToOwned::to_owned),
        }
    }

    /// Whether this is the same manager as that one.
    pub(super) fn is(&self, other: &Self) -> bool {
        let same_version = match self.operation {
            Operation::Apply => true,
            Operation::Update => self.api_version == other.api_version,
        };
        let same_name = self.name == other.name && self.operation == other.operation;
        same_name && same_version && self.subresource == other.subresource
    }
}

impl Entry {
    fn decode(value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let owned = |name: &str| text(name).map(ToOwned::to_owned);
        let operations = [Operation::Apply, Operation::Update];
        let manager = Manager {
            name: owned("manager").unwrap_or_default(),
            operation: operations.into_iter().find(|known| Some(known.word()) == text("operation"))?,
            api_version: owned("apiVersion")?,
            subresource: owned("subresource"),
        };
        let fields = text("fieldsType").filter(|kind| *kind == "FieldsV1").and(value.get("fieldsV1"))?;
        Some(Self { manager, time: owned("time"), fields: FieldSet::decode(fields)? })
    }

    fn encode(&self) -> Value {
        let Manager { name, operation, api_version, subresource } = &self.manager;
        let mut value = json!({
            "manager": name, "operation": operation.word(), "apiVersion": api_version, "time": self.time,
            "fieldsType": "FieldsV1", "fieldsV1": self.fields.encode(), "subresource": subresource,
        });
        if let Value::Object(fields) = &mut value {
            fields.retain(|_, value| !value.is_null());
        }
        value
    }

    fn order(&self, other: &Self) -> Ordering {
        let key = |entry: &Self| (entry.manager.operation, entry.time.clone(), entry.manager.clone());
        key(self).cmp(&key(other))
    }
}

/// The entries of an object.
pub(super) fn entries(object: Option<&Value>) -> Vec<Entry> {
    let decoded =
        object.and_then(list).map(|list| list.iter().map(Entry::decode).collect::<Option<Vec<_>>>());
    decoded.flatten().unwrap_or_default()
}

/// The entries from which an update goes on: clients may take out and reset them, but whoever leaves them out or spoils
/// them changes nothing, and no subresource carries them.
pub(super) fn entries_for_update(live: Option<&Value>, new: &Value, subresource: Option<&str>) -> Vec<Entry> {
    let is_reset = match list(new) {
        Some([]) => true,
        Some([only]) => only.as_object().is_some_and(serde_json::Map::is_empty),
        Some(_) | None => false,
    };
    let given = entries(Some(new));
    match subresource {
        None if is_reset || !given.is_empty() => given,
        None | Some(_) => entries(live),
    }
}

fn list(object: &Value) -> Option<&[Value]> {
    object.pointer("/metadata/managedFields").and_then(Value::as_array).map(Vec::as_slice)
}

/// The object with these entries; `live` itself when nothing differs from it.
pub(super) fn record(live: Option<&Value>, mut new: Value, mut owners: Vec<Entry>) -> Value {
    owners.retain(|entry| !entry.fields.is_empty());
    owners.sort_by(Entry::order);
    if let Some(live) = live.filter(|live| is_same(live, &new) && entries(Some(live)) == owners) {
        return live.clone();
    }
    if let Some(Value::Object(metadata)) = new.get_mut("metadata") {
        if owners.is_empty() {
            metadata.shift_remove("managedFields");
        } else {
            metadata.insert("managedFields".to_owned(), owners.iter().map(Entry::encode).collect());
        }
    }
    new
}

/// Whether two versions of an object differ at most in their owners.
pub(super) fn is_same(one: &Value, other: &Value) -> bool {
    let without = |object: &Value| {
        let mut object = object.clone();
        if let Some(Value::Object(metadata)) = object.get_mut("metadata") {
            metadata.shift_remove("managedFields");
        }
        object
    };
    without(one) == without(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(managed: &Value) -> Value {
        json!({"metadata": {"name": "web", "managedFields": managed}})
    }

    fn entry(manager: &str, operation: &str, time: &str) -> Value {
        json!({
            "manager": manager, "operation": operation, "apiVersion": "v1", "time": time, "fieldsType": "FieldsV1",
            "fieldsV1": {"f:data": {"f:a": {}}},
        })
    }

    #[test]
    fn entries_are_sorted_by_operation_time_and_manager() {
        let sorted = json!([
            entry("z", "Apply", "2"),
            entry("b", "Update", "1"),
            entry("a", "Update", "2"),
            entry("b", "Update", "2")
        ]);
        let mut shuffled = entries(Some(&object(&sorted)));
        shuffled.reverse();
        assert_eq!(record(None, object(&json!([])), shuffled).to_string(), object(&sorted).to_string());
    }

    #[test]
    fn an_object_without_owners_has_no_entries() {
        assert_eq!(record(None, object(&json!([])), Vec::new()), json!({"metadata": {"name": "web"}}));
    }

    #[test]
    fn one_bad_entry_spoils_them_all() {
        let managed =
            json!([entry("a", "Update", "1"), {"manager": "b", "operation": "Patch", "apiVersion": "v1"}]);
        assert_eq!(entries(Some(&object(&managed))), []);
    }

    #[test]
    fn an_update_may_reset_entries_but_not_through_a_subresource() {
        let live = object(&json!([entry("a", "Update", "1")]));
        for reset in [json!([]), json!([{}])] {
            assert_eq!(entries_for_update(Some(&live), &object(&reset), None), []);
            assert_eq!(
                entries_for_update(Some(&live), &object(&reset), Some("status")),
                entries(Some(&live))
            );
        }
        assert_eq!(entries_for_update(Some(&live), &json!({"metadata": {}}), None), entries(Some(&live)));
    }
}
