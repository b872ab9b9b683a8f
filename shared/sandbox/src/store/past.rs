//! A table as it was: today's, with the changes since then taken back.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use super::{Store, Table};
use crate::object::Kept;

/// A table at an earlier moment. What has not changed since is read from where it is.
#[derive(Debug)]
pub(crate) struct Past<'a> {
    today: Option<&'a Table>,
    /// What was there then of all that has changed since.
    changed: BTreeMap<&'a Arc<str>, Option<&'a Arc<Kept>>>,
}

impl Store {
    /// The table as it was at this version; `None` when that is forgotten.
    pub(crate) fn at(&self, table: &str, version: u64) -> Option<Past<'_>> {
        let mut changed = BTreeMap::new();
        for change in self.since(version)?.rev().filter(|change| &*change.table == table) {
            changed.insert(&change.key, change.before.as_ref());
        }
        Some(Past { today: self.tables.get(table), changed })
    }
}

impl<'a> Past<'a> {
    /// The rows after this key, in the order of their keys.
    pub(crate) fn after(&self, key: &str) -> impl Iterator<Item = (&'a Arc<str>, &'a Arc<Kept>)> {
        let today = self.today.map(|table| table.range::<str, _>((Bound::Excluded(key), Bound::Unbounded)));
        let today = today.into_iter().flatten().filter(|(key, _)| !self.changed.contains_key(key));
        let then = self.changed.range::<Arc<str>, _>((Bound::Excluded(&Arc::from(key)), Bound::Unbounded));
        let then = then.filter_map(|(key, object)| Some((*key, (*object)?)));
        merged(today, then)
    }
}

/// Two rows of keys as one.
fn merged<'a, R: Iterator<Item = (&'a Arc<str>, &'a Arc<Kept>)>>(
    one: R,
    other: impl Iterator<Item = R::Item>,
) -> impl Iterator<Item = R::Item> {
    let (mut one, mut other) = (one.peekable(), other.peekable());
    std::iter::from_fn(move || match (one.peek(), other.peek()) {
        (Some((left, _)), Some((right, _))) if right < left => other.next(),
        (Some(_), _) => one.next(),
        (None, _) => other.next(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn the_past_has_what_is_gone_and_not_what_has_come() {
        let object =
            |name: &str, value: u64| -> Value { json!({"metadata": {"name": name}, "value": value}) };
        let mut store = Store::default();
        for name in ["first", "goes", "rests", "stays"] {
            store.put("maps", object(name, 1));
        }
        let then = store.version();
        store.put("maps", object("stays", 2));
        store.put("maps", object("stays", 3));
        store.remove("maps", "goes");
        store.put("maps", object("comes", 1));
        store.put("other", object("stays", 9));
        let past = store.at("maps", then).unwrap();
        let seen: Vec<_> =
            past.after("first").map(|(key, object)| (&**key, object["value"].clone())).collect();
        assert_eq!(seen, [("goes", json!(1)), ("rests", json!(1)), ("stays", json!(1))]);
    }
}
