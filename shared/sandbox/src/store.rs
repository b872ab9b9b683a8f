//! What a cluster holds, with versions: every change has a number, and the past can be looked at.
//!
//! One list of changes serves watches, pages of an earlier moment and conflicts alike. Nothing here knows Kubernetes
//! but for the version that an object carries.

mod past;
mod weight;

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;
use std::sync::Arc;

use serde_json::Value;

use crate::object::{self, Kept};

use weight::weight;

/// Versions below this one are never given out, so that version 1 is as forgotten as on a server that has run a while.
const FIRST: u64 = 1000;

/// How much is remembered; who asks for older changes is told that they have expired.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    changes: usize,
    /// Bytes of JSON of the states that nothing but the memory of changes keeps; in memory they take a few times as
    /// much.
    bytes: usize,
}

const BOUNDS: Bounds = Bounds { changes: 200_000, bytes: 64 << 20 };

/// One change of one object.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    /// Its number, which is the object's version after it.
    pub(crate) version: u64,
    /// The table.
    pub(crate) table: Arc<str>,
    /// The place in the table.
    pub(crate) key: Arc<str>,
    /// What was there before.
    pub(crate) before: Option<Arc<Kept>>,
    /// What is there now. A deletion keeps here nothing, and `before` is the last state.
    pub(crate) after: Option<Arc<Kept>>,
}

/// The objects of one table in the order of their keys.
type Table = BTreeMap<Arc<str>, Arc<Kept>>;

/// All tables of one cluster.
#[derive(Debug)]
pub(crate) struct Store {
    version: u64,
    tables: BTreeMap<Arc<str>, Table>,
    changes: VecDeque<Change>,
    forgotten: u64,
    bounds: Bounds,
    /// Bytes of what is remembered.
    remembered: usize,
}

impl Default for Store {
    fn default() -> Self {
        Self {
            version: FIRST,
            tables: BTreeMap::new(),
            changes: VecDeque::new(),
            forgotten: FIRST,
            bounds: BOUNDS,
            remembered: 0,
        }
    }
}

impl Store {
    /// The number of the latest change.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// The newest version of which nothing is known any more.
    pub(crate) fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// Reads one object.
    pub(crate) fn get(&self, table: &str, key: &str) -> Option<Arc<Kept>> {
        self.tables.get(table)?.get(key).cloned()
    }

    /// All objects of a table, or those of one namespace, in the order of their keys.
    pub(crate) fn list(
        &self,
        table: &str,
        namespace: Option<&str>,
    ) -> impl Iterator<Item = &Arc<Kept>> + use<'_> {
        self.rows(table, namespace).map(|(_, object)| object)
    }

    /// The same with their keys.
    pub(crate) fn rows(
        &self,
        table: &str,
        namespace: Option<&str>,
    ) -> impl Iterator<Item = (&Arc<str>, &Arc<Kept>)> + use<'_> {
        let start = namespace.map(|namespace| format!("{namespace}/")).unwrap_or_default();
        let table = self.tables.get(table);
        let rows =
            table.map(|table| table.range::<str, _>((Bound::Included(start.as_str()), Bound::Unbounded)));
        rows.into_iter().flatten().take_while(move |(key, _)| key.starts_with(&start))
    }

    /// Everything that is there, as if it had come just now.
    pub(crate) fn everything(&self) -> impl Iterator<Item = Change> {
        let rows = self.tables.iter().flat_map(|(table, rows)| rows.iter().map(move |row| (table, row)));
        rows.map(|(table, (key, object))| Change {
            version: self.version,
            table: Arc::clone(table),
            key: Arc::clone(key),
            before: None,
            after: Some(Arc::clone(object)),
        })
    }

    /// Writes an object under the next version, which it carries from then on, and returns it.
    pub(crate) fn put(&mut self, table: &str, mut object: Value) -> Arc<Kept> {
        self.version += 1;
        object::metadata(&mut object).insert("resourceVersion".into(), self.version.to_string().into());
        let key: Arc<str> = object::key(object::namespace(&object), object::name(&object)).into();
        let object = Arc::new(Kept::new(object));
        let table = self.table(table);
        let rows = self.tables.entry(Arc::clone(&table)).or_default();
        let before = rows.insert(Arc::clone(&key), Arc::clone(&object));
        self.remember(Change { version: self.version, table, key, before, after: Some(Arc::clone(&object)) });
        object
    }

    /// Removes an object. What watches show is its last state under the version of the removal.
    pub(crate) fn remove(&mut self, table: &str, key: &str) -> Option<Arc<Kept>> {
        let (key, before) = self.tables.get_mut(table)?.remove_entry(key)?;
        self.version += 1;
        let table = self.table(table);
        let change =
            Change { version: self.version, table, key, before: Some(Arc::clone(&before)), after: None };
        self.remember(change);
        Some(before)
    }

    /// The changes after this version, oldest first; `None` when some of them are forgotten.
    pub(crate) fn since(&self, version: u64) -> Option<impl DoubleEndedIterator<Item = &Change>> {
        if version < self.forgotten {
            return None;
        }
        let start = self.changes.partition_point(|change| change.version <= version);
        Some(self.changes.range(start..))
    }

    /// The key of a table, shared by all its changes.
    fn table(&self, name: &str) -> Arc<str> {
        self.tables.get_key_value(name).map_or_else(|| Arc::from(name), |(key, _)| Arc::clone(key))
    }

    fn remember(&mut self, change: Change) {
        self.remembered += weight(&change);
        self.changes.push_back(change);
        while self.changes.len() > self.bounds.changes || self.remembered > self.bounds.bytes {
            let Some(oldest) = self.changes.pop_front() else { return };
            self.remembered = self.remembered.saturating_sub(weight(&oldest));
            self.forgotten = oldest.version;
        }
    }
}

#[cfg(test)]
impl Store {
    /// Forgets all changes.
    pub(crate) fn forget(&mut self) {
        self.changes.clear();
        (self.remembered, self.forgotten) = (0, self.version);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(namespace: &str, name: &str, value: u64) -> Value {
        json!({"metadata": {"name": name, "namespace": namespace}, "value": value})
    }

    #[test]
    fn every_write_has_the_next_version_and_is_remembered() {
        let mut store = Store::default();
        let start = store.version();
        store.put("maps", object("a", "one", 1));
        store.put("maps", object("a", "one", 2));
        store.remove("maps", "a/one");
        let seen: Vec<_> = store.since(start).unwrap().collect();
        let versions: Vec<_> = seen.iter().map(|change| change.version).collect();
        assert_eq!(versions, [start + 1, start + 2, start + 3]);
        assert_eq!(seen[1].before.as_ref().unwrap()["value"], 1);
        assert_eq!((seen[2].before.as_ref().unwrap()["value"].clone(), &seen[2].after), (json!(2), &None));
        assert!(store.since(start - 1).is_none(), "what was before the beginning is not known");
    }

    #[test]
    fn what_is_remembered_is_bounded_by_count_and_by_size() {
        for bounds in [Bounds { changes: 3, bytes: usize::MAX }, Bounds { changes: 100, bytes: 300 }] {
            let mut store = Store { bounds, ..Store::default() };
            (0..9).for_each(|value| drop(store.put("maps", object("a", "one", value))));
            assert!(store.since(store.version() - 2).is_some(), "{bounds:?}");
            assert!(store.since(FIRST).is_none(), "{bounds:?}");
            assert!(store.remembered <= 300, "{bounds:?}");
        }
    }

    #[test]
    fn a_namespace_ends_where_a_longer_name_begins() {
        let mut store = Store::default();
        for (namespace, name) in [("shop", "b"), ("shop-b", "x"), ("shop", "a"), ("shopping", "y")] {
            store.put("maps", object(namespace, name, 0));
        }
        let names: Vec<_> = store.list("maps", Some("shop")).map(|one| object::name(one)).collect();
        assert_eq!(names, ["a", "b"]);
        let all: Vec<_> = store.list("maps", None).map(|one| object::name(one)).collect();
        assert_eq!(all, ["x", "a", "b", "y"], "by the bytes of namespace/name");
    }
}
