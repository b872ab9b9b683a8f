//! The fields of a value, and the fields in which two values differ.

use std::collections::BTreeMap;

use serde_json::Value;

use super::fields::FieldSet;
use super::schema::{Rule, Schema, items};

/// The fields that a configuration sets.
pub(super) fn fields_of(value: &Value, schema: &Schema) -> FieldSet {
    let mut set = FieldSet::default();
    collect(value, "", schema, &mut set);
    set
}

fn collect(value: &Value, way: &str, schema: &Schema, set: &mut FieldSet) {
    match (value, schema.rule(way, value)) {
        (Value::Object(fields), Rule::Granular) if !fields.is_empty() || way.is_empty() => {
            for (name, value) in fields {
                collect(value, &format!("{way}.{name}"), schema, set.child(format!("f:{name}")));
            }
        }
        (Value::Array(list), rule @ (Rule::Keyed(_) | Rule::Set)) if !list.is_empty() => {
            for (step, item) in items(value, rule) {
                let child = set.child(step);
                child.member = true;
                if item.is_object() {
                    within(item, way, schema, child);
                }
            }
        }
        _ => set.member = true,
    }
}

fn within(item: &Value, way: &str, schema: &Schema, set: &mut FieldSet) {
    for (name, value) in item.as_object().into_iter().flatten() {
        collect(value, &format!("{way}.{name}"), schema, set.child(format!("f:{name}")));
    }
}

/// What has come or changed, and what has gone.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    pub(super) changed: FieldSet,
    pub(super) removed: FieldSet,
}

/// Compares two values field by field.
pub(super) fn compare(old: &Value, new: &Value, schema: &Schema) -> Comparison {
    let mut comparison = Comparison::default();
    let out = (&mut comparison.changed, &mut comparison.removed);
    differ((Some(old), Some(new)), "", schema, out);
    comparison
}

type Sides<'a> = (Option<&'a Value>, Option<&'a Value>);
type Out<'a> = (&'a mut FieldSet, &'a mut FieldSet);

fn differ((old, new): Sides<'_>, way: &str, schema: &Schema, (changed, removed): Out<'_>) {
    if old == new {
        return;
    }
    let present = new.or(old).unwrap_or(&Value::Null);
    let rule = schema.rule(way, present);
    let alike = match (old, new) {
        (Some(old), Some(new)) => old.is_object() == new.is_object() && old.is_array() == new.is_array(),
        (None, _) | (_, None) => true,
    };
    let container = present.is_object() || present.is_array();
    if rule == Rule::Atomic || !container || !alike {
        return mark((old, new), (changed, removed));
    }
    // A struct that every object has is no field of its own.
    if (old.is_none() || new.is_none()) && way.matches('.').count() > 1 {
        mark((old, new), (&mut *changed, &mut *removed));
    }
    for (step, sides) in pairs((old, new), rule) {
        let mut found = Comparison::default();
        let out = (&mut found.changed, &mut found.removed);
        match rule {
            Rule::Keyed(_) | Rule::Set => item(sides, way, schema, out),
            Rule::Granular | Rule::Atomic => differ(sides, &below(way, &step), schema, out),
        }
        keep(changed, &step, found.changed);
        keep(removed, &step, found.removed);
    }
}

/// An item of a list comes and goes as a whole, and changes field by field.
fn item(sides: Sides<'_>, way: &str, schema: &Schema, (changed, removed): Out<'_>) {
    if sides.0.is_none() || sides.1.is_none() {
        mark(sides, (&mut *changed, &mut *removed));
    }
    for (step, sides) in pairs(sides, Rule::Granular) {
        let mut found = Comparison::default();
        differ(sides, &below(way, &step), schema, (&mut found.changed, &mut found.removed));
        keep(changed, &step, found.changed);
        keep(removed, &step, found.removed);
    }
}

fn below(way: &str, step: &str) -> String {
    format!("{way}.{}", step.strip_prefix("f:").unwrap_or(step))
}

/// The children of both sides, by step.
fn pairs<'a>((old, new): Sides<'a>, rule: Rule) -> BTreeMap<String, Sides<'a>> {
    let mut pairs = BTreeMap::<String, Sides<'a>>::new();
    for (step, value) in children(old, rule) {
        pairs.entry(step).or_default().0 = Some(value);
    }
    for (step, value) in children(new, rule) {
        pairs.entry(step).or_default().1 = Some(value);
    }
    pairs
}

fn keep(set: &mut FieldSet, step: &str, found: FieldSet) {
    if !found.is_empty() {
        set.children.insert(step.to_owned(), found);
    }
}

fn mark((_, new): Sides<'_>, (changed, removed): Out<'_>) {
    if new.is_some() { changed.member = true } else { removed.member = true }
}

fn children(value: Option<&Value>, rule: Rule) -> Vec<(String, &Value)> {
    match value {
        Some(Value::Object(fields)) => {
            fields.iter().map(|(name, value)| (format!("f:{name}"), value)).collect()
        }
        Some(list @ Value::Array(_)) => items(list, rule),
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) | None => Vec::new(),
    }
}
