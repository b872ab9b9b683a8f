//! Built-in objects read and written as their published types: what a type does not know is lost on the way, and
//! what it cannot read is refused.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::bare;

/// Reads an object as a type, and returns what that type keeps of it.
pub(crate) type Check = fn(&Value) -> Result<Value, Misfit>;

/// Why an object is not of its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Misfit(pub(crate) String);

/// Reads an object as `T`.
pub(super) fn as_type<T: DeserializeOwned + Serialize>(object: &Value) -> Result<Value, Misfit> {
    let typed: T = T::deserialize(object).map_err(|error| Misfit(error.to_string()))?;
    serde_json::to_value(&typed).map(bare).map_err(|error| Misfit(error.to_string()))
}

/// Reads the metadata of an object, of which nothing else is known.
pub(super) fn with_metadata(mut object: Value) -> Result<Value, Misfit> {
    if let Some(metadata) = object.get_mut("metadata").filter(|metadata| !metadata.is_null()) {
        *metadata = as_type::<ObjectMeta>(metadata)?;
    }
    Ok(object)
}

/// The ways to everything in `object` that `kept` does not have; null is nothing.
pub(super) fn lost(object: &Value, kept: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk("", object, kept, &mut found);
    found
}

fn walk(way: &str, object: &Value, kept: &Value, found: &mut Vec<String>) {
    match (object, kept) {
        (Value::Object(fields), Value::Object(others)) => {
            for (name, value) in
                fields.iter().filter(|(name, value)| !is_header(way, name) && !value.is_null())
            {
                match others.get(name) {
                    Some(other) => walk(&format!("{way}.{name}"), value, other, found),
                    None => found.push(format!("{way}.{name}")),
                }
            }
        }
        (Value::Array(items), Value::Array(others)) => {
            for (index, (item, other)) in items.iter().zip(others).enumerate() {
                walk(&format!("{way}[{index}]"), item, other, found);
            }
        }
        _ => {}
    }
}

fn is_header(way: &str, name: &str) -> bool {
    way.is_empty() && matches!(name, "apiVersion" | "kind")
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::Service;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_type_does_not_know_is_lost_and_named() {
        let object = json!({
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "labels": null},
            "spec": {"nope": 1, "ports": [{"port": 80, "targetPort": "http", "odd": {}}]},
        });
        let kept = as_type::<Service>(&object).unwrap();
        let expected =
            json!({"metadata": {"name": "web"}, "spec": {"ports": [{"port": 80, "targetPort": "http"}]}});
        assert_eq!(kept, expected);
        assert_eq!(lost(&object, &kept), [".spec.nope", ".spec.ports[0].odd"]);
    }

    #[test]
    fn what_a_type_cannot_read_is_refused() {
        let object = json!({"metadata": {"name": "web"}, "spec": {"ports": [{"port": "eighty"}]}});
        assert!(as_type::<Service>(&object).is_err());
    }
}
