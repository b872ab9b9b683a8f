//! Objects as the sandbox holds them: JSON without `apiVersion` and `kind`, which every answer puts in front.
//!
//! Readers are forgiving, since what is there has passed the checks of `admission`; a field of another type reads as
//! absent.

use std::ops::Deref;
use std::sync::OnceLock;

use serde_json::{Map, Value};

/// An object as it is kept. Its text is written once, however many lists show it.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    value: Value,
    text: OnceLock<Box<[u8]>>,
}

impl Kept {
    pub(crate) fn new(value: Value) -> Self {
        Self { value: close(value), text: OnceLock::new() }
    }

    /// The object itself.
    pub(crate) fn value(&self) -> &Value {
        &self.value
    }

    /// The object as JSON.
    pub(crate) fn text(&self) -> &[u8] {
        self.text.get_or_init(|| serde_json::to_vec(&self.value).unwrap_or_default().into())
    }
}

impl Deref for Kept {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.value
    }
}

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

/// The same value without the room that its parts have kept for growing: a large cluster has millions of them, most of which
/// are maps of a field or two.
fn close(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(name, value)| (name, close(value))).collect())
        }
        Value::Array(items) => {
            let mut items: Vec<Value> = items.into_iter().map(close).collect();
            items.shrink_to_fit();
            Value::Array(items)
        }
        Value::String(mut text) => {
            text.shrink_to_fit();
            Value::String(text)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value,
    }
}

/// Returns the text at this place, or an empty one.
pub(crate) fn text<'a>(object: &'a Value, way: &str) -> &'a str {
    object.pointer(way).and_then(Value::as_str).unwrap_or_default()
}

/// Returns the name.
pub(crate) fn name(object: &Value) -> &str {
    text(object, "/metadata/name")
}

/// Returns the namespace; empty for an object of the whole cluster.
pub(crate) fn namespace(object: &Value) -> &str {
    text(object, "/metadata/namespace")
}

/// Returns the uid.
pub(crate) fn uid(object: &Value) -> &str {
    text(object, "/metadata/uid")
}

/// Returns the list at this place, or an empty one.
pub(crate) fn list<'a>(object: &'a Value, way: &str) -> &'a [Value] {
    object.pointer(way).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Returns whether the object is being deleted.
pub(crate) fn is_going(object: &Value) -> bool {
    object.pointer("/metadata/deletionTimestamp").is_some()
}

/// Returns the fields of a map that is made when it is not there; what is no map is replaced by one.
pub(crate) fn fields<'a>(object: &'a mut Value, name: &str) -> &'a mut Map<String, Value> {
    let slot = as_map(object).entry(name).or_insert_with(|| Value::Object(Map::new()));
    as_map(slot)
}

/// Returns the metadata.
pub(crate) fn metadata(object: &mut Value) -> &mut Map<String, Value> {
    fields(object, "metadata")
}

/// Returns the value as a map; what is no map becomes an empty one.
pub(crate) fn as_map(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    match value {
        Value::Object(map) => map,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            unreachable!("it has just been made a map")
        }
    }
}

/// Returns where an object is in the store: `namespace/name`, or the name alone.
pub(crate) fn key(namespace: &str, name: &str) -> String {
    if namespace.is_empty() { name.to_owned() } else { format!("{namespace}/{name}") }
}
