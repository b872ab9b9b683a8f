//! Any write but an apply: it takes what it changes.

use serde_json::Value;

use super::compare::compare;
use super::entry::{Entry, Operation, read, write};
use super::{Schema, Writer, ownable};

/// Returns the object with its owners brought up to date.
pub(crate) fn update(live: Option<&Value>, mut new: Value, writer: &Writer<'_>, schema: &Schema) -> Value {
    let nothing = Value::Object(serde_json::Map::new());
    let old = live.map_or_else(|| nothing.clone(), |live| ownable(live, writer.subresource));
    let found = compare(&old, &ownable(&new, writer.subresource), schema);
    let mut entries = read(live);
    for entry in &mut entries {
        let own = entry.is_of(writer, Operation::Update);
        let left =
            if own { entry.fields.union(&found.changed) } else { entry.fields.difference(&found.changed) };
        let left = left.difference(&found.removed);
        if own && (left != entry.fields || !found.changed.is_empty()) {
            entry.time = writer.now.into();
        }
        entry.fields = left;
    }
    if !entries.iter().any(|entry| entry.is_of(writer, Operation::Update)) {
        entries.push(Entry::new(writer, Operation::Update, found.changed));
    }
    write(&mut new, entries);
    new
}
