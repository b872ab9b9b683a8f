//! Any write but an apply: it takes what it changes.

use serde_json::Value;

use super::Writer;
use super::compare::compare;
use super::fields::FieldSet;
use super::managed::{self, Entry, Manager, Operation};
use super::schema::{Rule, Schema};
use super::view;

/// Returns the object as it shall be, with its owners brought up to date.
pub(crate) fn update(live: Option<&Value>, mut new: Value, writer: &Writer<'_>, schema: &Schema) -> Value {
    view::without_empty_maps(&mut new, *schema);
    let part = |object| view::comparable(object, writer.subresource, *schema);
    let found = compare(&part(live), &part(Some(&new)), Rule::Struct(*schema));
    let mut owners = managed::entries_for_update(live, &new, writer.subresource);
    for entry in &mut owners {
        entry.fields = entry.fields.difference(&found.changed).difference(&found.removed);
    }
    if !found.changed.is_empty() {
        take(&mut owners, found.changed, writer);
    }
    managed::record(live, new, owners)
}

/// Who only removes owns nothing new, and its entry keeps its time.
fn take(owners: &mut Vec<Entry>, changed: FieldSet, writer: &Writer<'_>) {
    let manager = Manager::of(writer, Operation::Update);
    let time = Some(writer.now.to_owned());
    match owners.iter_mut().find(|entry| entry.manager.is(&manager)) {
        Some(own) => {
            own.fields = own.fields.union(&changed);
            own.time = time;
        }
        None => owners.push(Entry { manager, time, fields: changed }),
    }
}
