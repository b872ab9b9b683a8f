//! A table as it was: today's, with the changes since then taken back.

use std::sync::Arc;

use super::{Store, Table};

impl Store {
    /// The table as it was at this version; `None` when that is forgotten.
    pub(crate) fn at(&self, table: &str, version: u64) -> Option<Table> {
        let mut rows = self.tables.get(table).cloned().unwrap_or_default();
        for change in self.since(version)?.rev().filter(|change| &*change.table == table) {
            match &change.before {
                Some(before) => drop(rows.insert(Arc::clone(&change.key), Arc::clone(before))),
                None => drop(rows.remove(&change.key)),
            }
        }
        Some(rows)
    }
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
        store.put("maps", object("stays", 1));
        store.put("maps", object("goes", 1));
        let then = store.version();
        store.put("maps", object("stays", 2));
        store.remove("maps", "goes");
        store.put("maps", object("comes", 1));
        store.put("other", object("stays", 9));
        let rows = store.at("maps", then).unwrap();
        let seen: Vec<_> = rows.iter().map(|(key, object)| (&**key, object["value"].clone())).collect();
        assert_eq!(seen, [("goes", json!(1)), ("stays", json!(1))]);
    }
}
