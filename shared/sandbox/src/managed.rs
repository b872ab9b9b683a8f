//! Who owns which field: server-side apply, and what other writes do to ownership.
//!
//! A set of fields is a tree as `FieldsV1` writes it. An apply merges, takes away what its manager has dropped, and
//! conflicts with the owners of what it would change; any other write takes what it changes without asking.

mod apply;
mod compare;
mod entry;
mod fields;
mod merge;
mod schema;
mod update;

pub(crate) use apply::apply;
pub(crate) use schema::Schema;
pub(crate) use update::update;

use serde_json::{Map, Value};

use crate::object::as_map;

/// In whose name something is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Writer<'a> {
    pub(crate) manager: &'a str,
    pub(crate) api_version: &'a str,
    pub(crate) subresource: Option<&'a str>,
    /// The time, as objects carry it.
    pub(crate) now: &'a str,
}

/// Fields of the metadata that only the server writes, and nobody owns.
const SERVERS: [&str; 8] = [
    "name",
    "namespace",
    "creationTimestamp",
    "selfLink",
    "uid",
    "generation",
    "managedFields",
    "resourceVersion",
];

/// The part of an object that can be owned through this path.
fn ownable(object: &Value, subresource: Option<&str>) -> Value {
    let mut kept = object.clone();
    let fields = as_map(&mut kept);
    fields.retain(|name, _| match subresource {
        Some(subresource) => name == subresource,
        None => !matches!(name.as_str(), "apiVersion" | "kind" | "status"),
    });
    if let Some(metadata) = fields.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.retain(|name, _| !SERVERS.contains(&name.as_str()) && name != "deletionTimestamp");
    }
    if fields.get("metadata").and_then(Value::as_object).is_some_and(Map::is_empty) {
        fields.shift_remove("metadata");
    }
    kept
}
