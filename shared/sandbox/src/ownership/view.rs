//! Which part of an object a write is about, and the form in which objects are kept.
//!
//! Nobody owns what only the server writes, and nobody owns the status except by writing the subresource: for all
//! questions of ownership these parts are not there.

use serde_json::{Map, Value};

use super::fields::FieldSet;
use super::schema::{Rule, Schema};
use super::step::Step;

/// Fields of the metadata that only the server writes.
const SERVERS: [&str; 9] = [
    "name",
    "namespace",
    "creationTimestamp",
    "selfLink",
    "uid",
    "clusterName",
    "generation",
    "managedFields",
    "resourceVersion",
];

/// The part of an object that can be owned through this subresource.
pub(super) fn ownable(object: &Value, subresource: Option<&str>) -> Map<String, Value> {
    let mut part = object.as_object().cloned().unwrap_or_default();
    part.retain(|name, _| match subresource {
        Some("status") => name == "status",
        Some(_) | None => !matches!(name.as_str(), "apiVersion" | "kind" | "status"),
    });
    if let Some(Value::Object(metadata)) = part.get_mut("metadata") {
        metadata.retain(|name, _| !SERVERS.contains(&name.as_str()));
    }
    part
}

/// The part of an object that can be owned, with the structs that are always there: for comparing versions.
pub(super) fn comparable(object: Option<&Value>, subresource: Option<&str>, schema: Schema) -> Value {
    let mut part = object.map(|object| ownable(object, subresource)).unwrap_or_default();
    complete(&mut part, schema);
    Value::Object(part)
}

fn complete(fields: &mut Map<String, Value>, schema: Schema) {
    for (name, schema) in schema.embedded() {
        let value = fields.entry(name).or_insert(Value::Null);
        let Some(schema) = schema else { continue };
        if value.is_null() {
            *value = Value::Object(Map::new());
        }
        if let Value::Object(fields) = value {
            complete(fields, schema);
        }
    }
}

/// What a new object is before anything is applied to it: its place.
pub(super) fn place(config: &Value) -> Value {
    let mut metadata = config.get("metadata").and_then(Value::as_object).cloned().unwrap_or_default();
    metadata.retain(|name, _| matches!(name.as_str(), "name" | "namespace"));
    Value::Object(Map::from_iter([("metadata".to_owned(), Value::Object(metadata))]))
}

/// Drops what is null at these paths: null is the absence of a value, and not kept.
pub(super) fn without_nulls(value: &mut Value, paths: &FieldSet) {
    let Value::Object(fields) = value else { return };
    for (step, node) in paths.iter() {
        let Step::Field(name) = step else { continue };
        if fields.get(name).is_some_and(Value::is_null) {
            fields.shift_remove(name);
        } else if let Some(value) = fields.get_mut(name) {
            without_nulls(value, &node.below);
        }
    }
}

/// Drops maps of texts that are empty: the server's encoding leaves them out.
pub(super) fn without_empty_maps(object: &mut Value, schema: Schema) {
    let Value::Object(fields) = object else { return };
    fields.retain(|name, value| {
        let is_empty = value.as_object().is_some_and(Map::is_empty);
        !(is_empty && matches!(schema.rule(name), Rule::Texts))
    });
    for (name, schema) in schema.embedded() {
        if let (Some(value), Some(schema)) = (fields.get_mut(name), schema) {
            without_empty_maps(value, schema);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_only_the_server_writes_cannot_be_owned() {
        let object = json!({"kind": "X", "metadata": {"name": "a", "uid": "u", "labels": {}}, "status": {}, "data": {}});
        assert_eq!(Value::Object(ownable(&object, None)), json!({"metadata": {"labels": {}}, "data": {}}));
        assert_eq!(Value::Object(ownable(&object, Some("status"))), json!({"status": {}}));
    }

    #[test]
    fn structs_that_are_always_there_are_there_for_comparing() {
        let service = comparable(None, None, *Schema::of("Service"));
        assert_eq!(service, json!({"metadata": {}, "spec": {}, "status": {"loadBalancer": {}}}));
        assert_eq!(comparable(None, None, *Schema::of("Link")), json!({"metadata": {}}));
    }

    #[test]
    fn a_new_object_is_where_its_configuration_says() {
        let config = json!({"metadata": {"name": "web", "namespace": "shop", "labels": {}, "uid": "u"}});
        assert_eq!(place(&config), json!({"metadata": {"name": "web", "namespace": "shop"}}));
    }

    #[test]
    fn only_empty_maps_and_nulls_at_the_paths_are_dropped() {
        let paths = FieldSet::decode(&json!({"f:spec": {"f:x": {}}})).unwrap();
        let mut object =
            json!({"metadata": {"labels": {}, "annotations": {"a": ""}}, "spec": {"x": null, "y": null}});
        without_nulls(&mut object, &paths);
        without_empty_maps(&mut object, *Schema::of("Link"));
        assert_eq!(object, json!({"metadata": {"annotations": {"a": ""}}, "spec": {"y": null}}));
    }
}
