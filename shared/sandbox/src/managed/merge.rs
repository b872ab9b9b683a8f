//! Merging a configuration into an object, and taking fields out of one.

use serde_json::Value;

use super::schema::{Rule, Schema, items, key_step};

/// Puts what the configuration says over what is there.
pub(super) fn merge(live: &Value, config: &Value, way: &str, schema: &Schema) -> Value {
    match (live, config, schema.rule(way, config)) {
        (Value::Object(old), Value::Object(new), Rule::Granular) => {
            let mut merged = old.clone();
            for (name, value) in new {
                let below = format!("{way}.{name}");
                let value =
                    merged.get(name).map_or_else(|| value.clone(), |old| merge(old, value, &below, schema));
                merged.insert(name.clone(), value);
            }
            Value::Object(merged)
        }
        (Value::Array(_), Value::Array(_), rule @ (Rule::Keyed(_) | Rule::Set)) => {
            merge_lists((live, config), way, schema, rule)
        }
        _ => config.clone(),
    }
}

fn merge_lists((live, config): (&Value, &Value), way: &str, schema: &Schema, rule: Rule) -> Value {
    let new = items(config, rule);
    let old = items(live, rule);
    let kept = old.iter().map(|(step, item)| match new.iter().find(|(one, _)| one == step) {
        Some((_, other)) if item.is_object() => merge_items(item, other, way, schema),
        Some(_) | None => (*item).clone(),
    });
    let added = new.iter().filter(|(step, _)| !old.iter().any(|(one, _)| one == step));
    kept.chain(added.map(|(_, item)| (*item).clone())).collect()
}

fn merge_items(old: &Value, new: &Value, way: &str, schema: &Schema) -> Value {
    let mut merged = old.as_object().cloned().unwrap_or_default();
    for (name, value) in new.as_object().into_iter().flatten() {
        let below = format!("{way}.{name}");
        let value = merged.get(name).map_or_else(|| value.clone(), |old| merge(old, value, &below, schema));
        merged.insert(name.clone(), value);
    }
    Value::Object(merged)
}

/// Takes out the field at this path. A map or list that still holds something stays: others own what is in it.
pub(super) fn take_out(value: &mut Value, path: &[String], way: &str, schema: &Schema) {
    let Some((step, rest)) = path.split_first() else { return };
    match value {
        Value::Object(fields) => {
            let name = step.strip_prefix("f:").unwrap_or(step);
            let Some(child) = fields.get_mut(name) else { return };
            if rest.is_empty() {
                if !holds(child, &format!("{way}.{name}"), schema) {
                    fields.shift_remove(name);
                }
            } else {
                take_out(child, rest, &format!("{way}.{name}"), schema);
            }
        }
        Value::Array(_) => {
            let rule = schema.rule(way, value);
            let Value::Array(list) = value else { return };
            let here = |item: &Value| match rule {
                Rule::Keyed(fields) => key_step(item, fields) == *step,
                Rule::Set | Rule::Atomic | Rule::Granular => format!("v:{item}") == *step,
            };
            if rest.is_empty() {
                list.retain(|item| !here(item));
            } else if let Some(item) = list.iter_mut().find(|item| here(item)) {
                take_out(item, rest, way, schema);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn holds(value: &Value, way: &str, schema: &Schema) -> bool {
    let merged = schema.rule(way, value) != Rule::Atomic;
    match value {
        Value::Object(fields) => merged && !fields.is_empty(),
        Value::Array(list) => merged && !list.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
