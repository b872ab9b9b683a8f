//! Who could be meant: pods and slices by their labels, Services by their selectors.
//!
//! A Service is looked for by one pair of its selector, and its pods by the rarest one: whoever finds something here
//! still has to compare the rest. A namespace of fifty thousand Services is no reason to look at all of them.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::Value;

use super::Hand;
use crate::object::{Kept, namespace};
use crate::store::Change;

/// Table, namespace, key and value.
type Term = (&'static str, String, String, String);
type Keys = BTreeSet<Arc<str>>;

/// The keys of the objects under each of their terms.
#[derive(Debug, Default)]
pub(super) struct Index {
    found: HashMap<Term, Keys>,
}

/// The tables, where their terms are, and how many of them count.
const TABLES: [(&str, &str, usize); 3] = [
    ("pods", "/metadata/labels", usize::MAX),
    ("endpointslices.discovery.k8s.io", "/metadata/labels", usize::MAX),
    ("services", "/spec/selector", 1),
];

impl Index {
    /// Keeps the books.
    pub(super) fn note(&mut self, change: &Change) {
        let Some((table, way, count)) = TABLES.into_iter().find(|(table, ..)| *table == &*change.table)
        else {
            return;
        };
        for term in change.before.iter().flat_map(|before| terms(table, way, before).take(count)) {
            let Some(keys) = self.found.get_mut(&term) else { continue };
            keys.remove(&change.key);
            if keys.is_empty() {
                self.found.remove(&term);
            }
        }
        for term in change.after.iter().flat_map(|after| terms(table, way, after).take(count)) {
            self.found.entry(term).or_default().insert(Arc::clone(&change.key));
        }
    }

    /// The objects of a table that have this label.
    pub(super) fn labelled(
        &self,
        hand: &Hand<'_>,
        (table, namespace): (&'static str, &str),
        (key, value): (&str, &str),
    ) -> Vec<Arc<Kept>> {
        let keys = self.found.get(&(table, namespace.into(), key.into(), value.into()));
        objects(hand, table, keys)
    }

    /// The pods that may be picked by the selector of this Service.
    pub(super) fn pods(&self, hand: &Hand<'_>, service: &Value) -> Vec<Arc<Kept>> {
        let pairs = terms("pods", "/spec/selector", service);
        let rarest = pairs.map(|term| self.found.get(&term)).min_by_key(|keys| keys.map_or(0, BTreeSet::len));
        objects(hand, "pods", rarest.flatten())
    }

    /// The Services whose selectors may pick this pod.
    pub(super) fn services(&self, hand: &Hand<'_>, pod: &Value) -> Vec<Arc<Kept>> {
        let pairs = terms("services", "/metadata/labels", pod);
        pairs.flat_map(|term| objects(hand, "services", self.found.get(&term))).collect()
    }
}

fn terms<'a>(table: &'static str, way: &str, object: &'a Value) -> impl Iterator<Item = Term> + use<'a> {
    let pairs = object.pointer(way).and_then(Value::as_object).into_iter().flatten();
    pairs.map(move |(key, value)| {
        (table, namespace(object).to_owned(), key.clone(), value.as_str().unwrap_or_default().to_owned())
    })
}

/// What has gone since the books were kept is left out.
fn objects(hand: &Hand<'_>, table: &str, keys: Option<&Keys>) -> Vec<Arc<Kept>> {
    keys.into_iter().flatten().filter_map(|key| hand.state.store.get(table, key)).collect()
}
