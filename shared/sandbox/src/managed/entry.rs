//! The entries of `managedFields`.

use serde_json::{Value, json};

use super::{Writer, fields::FieldSet};
use crate::object::{list, metadata, text};

/// How a manager came to own something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Operation {
    Apply,
    Update,
}

/// What one manager owns through one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) operation: Operation,
    pub(super) manager: String,
    pub(super) api_version: String,
    pub(super) subresource: String,
    pub(super) time: String,
    pub(super) fields: FieldSet,
}

impl Entry {
    pub(super) fn new(writer: &Writer<'_>, operation: Operation, fields: FieldSet) -> Self {
        Self {
            operation,
            manager: writer.manager.into(),
            api_version: writer.api_version.into(),
            subresource: writer.subresource.unwrap_or_default().into(),
            time: writer.now.into(),
            fields,
        }
    }

    /// Whether this is the writer's own. An apply in another version is still the same manager's.
    pub(super) fn is_of(&self, writer: &Writer<'_>, operation: Operation) -> bool {
        self.operation == operation
            && self.manager == writer.manager
            && self.subresource == writer.subresource.unwrap_or_default()
            && (operation == Operation::Apply || self.api_version == writer.api_version)
    }

    /// As conflicts name a manager: those that update with version and time, so that they can be told apart.
    pub(super) fn name(&self) -> String {
        let subresource = match self.subresource.as_str() {
            "" => String::new(),
            name => format!(" with subresource \"{name}\""),
        };
        let how = match self.operation {
            Operation::Apply => String::new(),
            Operation::Update => format!(" using {} at {}", self.api_version, self.time),
        };
        format!("\"{}\"{subresource}{how}", self.manager)
    }

    fn read(value: &Value) -> Self {
        Self {
            operation: if text(value, "/operation") == "Apply" {
                Operation::Apply
            } else {
                Operation::Update
            },
            manager: text(value, "/manager").into(),
            api_version: text(value, "/apiVersion").into(),
            subresource: text(value, "/subresource").into(),
            time: text(value, "/time").into(),
            fields: FieldSet::read(value.get("fieldsV1").unwrap_or(&Value::Null)),
        }
    }

    fn write(&self) -> Value {
        let operation = match self.operation {
            Operation::Apply => "Apply",
            Operation::Update => "Update",
        };
        let mut value = json!({
            "manager": self.manager, "operation": operation, "apiVersion": self.api_version, "time": self.time,
            "fieldsType": "FieldsV1", "fieldsV1": self.fields.write(),
        });
        if let Value::Object(fields) = &mut value
            && !self.subresource.is_empty()
        {
            fields.insert("subresource".into(), self.subresource.as_str().into());
        }
        value
    }
}

/// Reads the entries of an object.
pub(super) fn read(object: Option<&Value>) -> Vec<Entry> {
    object
        .map(|object| list(object, "/metadata/managedFields").iter().map(Entry::read).collect())
        .unwrap_or_default()
}

/// Writes entries into an object; those that own nothing vanish.
pub(super) fn write(object: &mut Value, mut entries: Vec<Entry>) {
    entries.retain(|entry| !entry.fields.is_empty());
    entries.sort_by(|one, other| {
        let key = |entry: &Entry| (entry.operation, entry.time.clone(), entry.manager.clone());
        key(one).cmp(&key(other))
    });
    let entries: Vec<_> = entries.iter().map(Entry::write).collect();
    metadata(object).insert("managedFields".into(), entries.into());
}
