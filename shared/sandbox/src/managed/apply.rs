//! Server-side apply.

use serde_json::{Map, Value, json};

use super::compare::{Comparison, compare, fields_of};
use super::entry::{Entry, Operation, read, write};
use super::fields::{FieldSet, printed};
use super::merge::{merge, take_out};
use super::{Schema, Writer, ownable};
use crate::object::metadata;

/// Maps of texts, in which null is the empty text.
const TEXTS: [&str; 4] = ["/metadata/labels", "/metadata/annotations", "/data", "/stringData"];

/// Fields that an apply would change and others own: the manager as it is named, and the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Conflicts(Vec<(String, String)>);

impl Conflicts {
    /// In the words of the API server.
    pub(crate) fn message(&self) -> String {
        let many = if self.0.len() == 1 { "" } else { "s" };
        let start = format!("Apply failed with {} conflict{many}: ", self.0.len());
        if let [(manager, path)] = &self.0[..] {
            return format!("{start}conflict with {manager}: {path}");
        }
        let mut blocks: Vec<(&str, Vec<&str>)> = Vec::new();
        for (manager, path) in &self.0 {
            match blocks.iter_mut().find(|(name, _)| name == manager) {
                Some((_, paths)) => paths.push(path),
                None => blocks.push((manager, vec![path])),
            }
        }
        let blocks = blocks
            .iter()
            .map(|(manager, paths)| format!("conflicts with {manager}:\n- {}", paths.join("\n- ")));
        format!("{start}{}", blocks.collect::<Vec<_>>().join("\n"))
    }

    /// The causes of the `Status`.
    pub(crate) fn causes(&self) -> Value {
        let cause = |(manager, path): &(String, String)| json!({"reason": "FieldManagerConflict", "message": format!("conflict with {manager}"), "field": path});
        self.0.iter().map(cause).collect()
    }
}

/// Applies a configuration over what is there.
///
/// # Errors
/// Refuses to change what others own, unless forced.
pub(crate) fn apply(
    live: Option<&Value>,
    config: &Value,
    writer: &Writer<'_>,
    force: bool,
    schema: &Schema,
) -> Result<Value, Conflicts> {
    let config = configured(config, writer);
    let set = fields_of(&config, schema);
    let nothing = Value::Object(Map::new());
    let base = live.unwrap_or(&nothing);
    let (own, mut others): (Vec<_>, Vec<_>) =
        read(live).into_iter().partition(|entry| entry.is_of(writer, Operation::Apply));
    let own = own.into_iter().next();
    let mut new = merge(base, &config, "", schema);
    prune(&mut new, own.as_ref(), (&set, &others), schema);
    let found = compare(&ownable(base, writer.subresource), &ownable(&new, writer.subresource), schema);
    let conflicts = conflicts(&others, &found);
    if !force && !conflicts.0.is_empty() {
        return Err(conflicts);
    }
    for entry in &mut others {
        entry.fields = entry.fields.difference(&found.changed).difference(&found.removed);
    }
    let same = found.changed.is_empty() && found.removed.is_empty();
    let mut entry = Entry::new(writer, Operation::Apply, set);
    if let Some(own) = own.filter(|own| same && own.fields == entry.fields) {
        entry.time = own.time;
    }
    others.push(entry);
    write(&mut new, others);
    Ok(new)
}

fn configured(config: &Value, writer: &Writer<'_>) -> Value {
    let mut config = ownable(config, writer.subresource);
    for way in TEXTS {
        for value in
            config.pointer_mut(way).and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut)
        {
            if value.is_null() {
                *value = "".into();
            }
        }
    }
    config
}

/// Takes out what this manager had applied and applies no more, unless somebody else owns it.
fn prune(new: &mut Value, own: Option<&Entry>, (set, others): (&FieldSet, &[Entry]), schema: &Schema) {
    let Some(own) = own else { return };
    let owned = others.iter().fold(set.clone(), |all, entry| all.union(&entry.fields));
    let mut dropped = own.fields.difference(&owned).paths();
    // What is inside goes before what holds it.
    dropped.reverse();
    for path in dropped {
        take_out(new, &path, "", schema);
    }
    metadata(new);
}

fn conflicts(others: &[Entry], found: &Comparison) -> Conflicts {
    let of = |entry: &Entry| {
        let paths = entry.fields.intersection(&found.changed).paths();
        paths.into_iter().map(|path| (entry.name(), printed(&path))).collect::<Vec<_>>()
    };
    Conflicts(others.iter().flat_map(of).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn writer(manager: &'static str) -> Writer<'static> {
        Writer { manager, api_version: "v1", subresource: None, now: "2026-01-02T03:04:05Z" }
    }

    fn applied(live: Option<&Value>, labels: &Value, manager: &'static str) -> Result<Value, Conflicts> {
        let config = json!({"metadata": {"name": "web", "labels": labels}});
        apply(live, &config, &writer(manager), false, Schema::of("Service"))
    }

    proptest! {
        #[test]
        fn the_same_apply_again_changes_nothing(labels in prop::collection::btree_map("[a-c]", "[a-z]", 0..3)) {
            let once = applied(None, &json!(labels), "one").unwrap();
            let later = Writer { now: "2027-01-01T00:00:00Z", ..writer("one") };
            let config = json!({"metadata": {"labels": labels}});
            prop_assert_eq!(apply(Some(&once), &config, &later, false, Schema::of("Service")).unwrap(), once);
        }

        #[test]
        fn managers_of_different_labels_never_conflict(one in "[a-c]", other in "[x-z]") {
            let first = applied(None, &json!({one: "1"}), "one").unwrap();
            let second = applied(Some(&first), &json!({other: "1"}), "two");
            prop_assert!(second.is_ok());
        }
    }

    #[test]
    fn ports_are_owned_one_by_one() {
        let spec = |port: u16| json!({"metadata": {}, "spec": {"ports": [{"port": port, "name": format!("p{port}")}]}});
        let schema = Schema::of("Service");
        let first = apply(None, &spec(80), &writer("one"), false, schema).unwrap();
        let both = apply(Some(&first), &spec(81), &writer("two"), false, schema).unwrap();
        assert_eq!(both["spec"]["ports"].as_array().unwrap().len(), 2);
        let without = apply(Some(&both), &json!({"metadata": {}}), &writer("one"), false, schema).unwrap();
        assert_eq!(without["spec"]["ports"], json!([{"port": 81, "name": "p81"}]));
    }
}
