//! From the schema of a type to the one that is published.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

use super::API_VERSION;

/// The schema of the reports of one kind, which are this type. Fields that are left out where there is nothing to say may
/// be missing, and are never null; no field has a name that is not in it.
pub fn published<T: JsonSchema>(kind: &str, title: &str) -> Value {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<T>().to_value();
    tighten(&mut schema);
    for (field, value) in [("apiVersion", API_VERSION), ("kind", kind)] {
        schema["properties"][field] = json!({ "const": value });
    }
    let head = [("$schema".to_owned(), schema["$schema"].clone()), ("title".to_owned(), title.into())];
    let rest = schema.as_object().cloned().unwrap_or_default().into_iter();
    Value::Object(
        head.into_iter()
            .chain(rest.filter(|(name, _)| !["$schema", "title"].contains(&name.as_str())))
            .collect(),
    )
}

/// Replaces what a field of a named type can hold by another named type.
pub fn narrow(schema: &mut Value, (of, field): (&str, &str), to: &str) {
    let place = &mut schema["$defs"][of]["properties"][field];
    let description = place["description"].take();
    *place = json!({ "description": description, "$ref": format!("#/$defs/{to}") });
    forget(schema);
}

/// Takes fields out that reports of this kind never have.
pub fn leave_out(schema: &mut Value, fields: &[&str]) {
    for field in fields {
        let known = schema["properties"].as_object_mut().and_then(|all| all.shift_remove(*field));
        assert!(known.is_some(), "there is no field {field}");
    }
    forget(schema);
}

/// Closes every object, and takes away that what may be missing might be null.
fn tighten(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(tighten),
        Value::Object(fields) => {
            never_null(fields);
            if fields.get("properties").is_some_and(Value::is_object) && fields.contains_key("type") {
                fields.insert("additionalProperties".to_owned(), false.into());
            }
            fields.values_mut().for_each(tighten);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => (),
    }
}

fn never_null(fields: &mut Map<String, Value>) {
    if let Some([one, null]) = fields.get("type").and_then(Value::as_array).map(Vec::as_slice)
        && null == "null"
    {
        let one = one.clone();
        fields.insert("type".to_owned(), one);
    }
    if let Some([one, null]) = fields.get("anyOf").and_then(Value::as_array).map(Vec::as_slice)
        && null == &json!({ "type": "null" })
    {
        let one = one.as_object().cloned().unwrap_or_default();
        fields.shift_remove("anyOf");
        fields.extend(one);
    }
}

/// Takes the definitions away that nothing names any more.
fn forget(schema: &mut Value) {
    loop {
        let text = schema.to_string();
        let Some(defs) = schema["$defs"].as_object_mut() else { return };
        let is_named = |name: &String| text.contains(&format!("\"#/$defs/{name}\""));
        let lost: BTreeSet<String> = defs.keys().filter(|name| !is_named(name)).cloned().collect();
        if lost.is_empty() {
            return;
        }
        defs.retain(|name, _| !lost.contains(name));
    }
}
