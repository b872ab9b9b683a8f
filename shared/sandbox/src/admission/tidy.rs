//! What the server's encoding leaves out: empty maps and lists in the metadata, nulls everywhere.

use serde_json::Value;

use crate::object::{as_map, metadata};

/// Fields of the metadata that are not kept empty.
const OMITTED: [&str; 6] =
    ["labels", "annotations", "finalizers", "ownerReferences", "managedFields", "generateName"];

/// Fields of an object that are kept although they are null.
const NULLABLE: [&str; 3] = ["endpoints", "eventTime", "ports"];

/// Removes what would not be kept.
pub(crate) fn tidy(object: &mut Value) {
    let fields = as_map(object);
    fields.retain(|name, value| !value.is_null() || NULLABLE.contains(&name.as_str()));
    fields.values_mut().for_each(without_nulls);
    metadata(object).retain(|name, value| !(OMITTED.contains(&name.as_str()) && is_empty(value)));
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::String(text) => text.is_empty(),
        Value::Null => true,
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn without_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, value| !value.is_null());
            fields.values_mut().for_each(without_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(without_nulls),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
