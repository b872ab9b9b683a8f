//! Server-side apply.

use serde_json::Value;

use super::Writer;
use super::compare::{compare, fields_of};
use super::conflicts::Conflicts;
use super::fields::{FieldSet, Node};
use super::managed::{self, Entry, Manager, Operation};
use super::merge::merge;
use super::prune::prune;
use super::schema::{Rule, Schema};
use super::step::Step;
use super::view;

/// Applies a configuration over what is there, and returns the object as it shall be.
///
/// Of what only the server writes, a new object gets its name and namespace from the configuration, and one that is
/// there keeps all; checking that the configuration says the same is up to the caller.
///
/// # Errors
/// Refuses to change what other managers own, unless it is forced to.
pub(crate) fn apply(
    live: Option<&Value>,
    config: &Value,
    writer: &Writer<'_>,
    force: bool,
    schema: &Schema,
) -> Result<Value, Conflicts> {
    let rule = Rule::Struct(*schema);
    let manager = Manager::of(writer, Operation::Apply);
    let (own, mut others): (Vec<_>, Vec<_>) =
        managed::entries(live).into_iter().partition(|entry| entry.manager.is(&manager));
    let own = own.into_iter().next();
    let last = own.as_ref().map(|entry| entry.fields.clone()).unwrap_or_default();
    let applied = configuration(config, writer.subresource, rule);
    let fields = fields_of(&applied, rule);

    let mut new = merge(&live.cloned().unwrap_or_else(|| view::place(config)), &applied, rule);
    prune(&mut new, &last, &owned(&fields, &others), rule);
    // Where pruning has left nothing, the configuration may still say that there shall be an empty map or list.
    new = merge(&new, &applied, rule);
    let part = |object| view::comparable(object, writer.subresource, *schema);
    let found = compare(&part(live), &part(Some(&new)), rule);
    if let Some(conflicts) = Conflicts::with(&others, &found.changed).filter(|_| !force) {
        return Err(conflicts);
    }
    for entry in &mut others {
        entry.fields = entry.fields.difference(&found.changed).difference(&found.removed);
    }

    view::without_nulls(&mut new, &last.union(&fields));
    view::without_empty_maps(&mut new, *schema);
    let settled =
        own.filter(|own| own.fields == fields && live.is_some_and(|live| managed::is_same(live, &new)));
    let time = settled.map_or_else(|| Some(writer.now.to_owned()), |own| own.time);
    others.push(Entry { manager, time, fields });
    Ok(managed::record(live, new, others))
}

/// What of a configuration can be applied, without nulls among texts.
fn configuration(config: &Value, subresource: Option<&str>, rule: Rule) -> Value {
    let mut applied = view::ownable(config, subresource);
    if applied.get("metadata").and_then(Value::as_object).is_some_and(serde_json::Map::is_empty) {
        applied.shift_remove("metadata");
    }
    let mut applied = Value::Object(applied);
    spell_out(&mut applied, rule);
    applied
}

/// Among texts, null is how a configuration writes the empty one.
fn spell_out(value: &mut Value, rule: Rule) {
    let is_texts = matches!(rule, Rule::Texts);
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if is_texts && value.is_null() {
                    *value = Value::from("");
                }
                spell_out(value, rule.field(name));
            }
        }
        Value::Array(items) => {
            for item in items {
                let rule = rule.item(item).map_or(Rule::Atomic, |(_, rule)| rule);
                spell_out(item, rule);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What somebody owns once this is applied. The metadata is nobody's and stays.
fn owned(fields: &FieldSet, others: &[Entry]) -> FieldSet {
    let mut owned = others.iter().fold(fields.clone(), |owned, entry| owned.union(&entry.fields));
    owned.insert(Step::field("metadata"), Node { member: true, below: FieldSet::default() });
    owned
}
