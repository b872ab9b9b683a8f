//! Owners and what they own: it goes with them, before them, or is forgotten by them.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::Value;

use super::{Hand, about};
use crate::object::{Kept, is_going, list, metadata, name, namespace, text, uid};
use crate::store::Change;

/// Table and key.
type At = (Arc<str>, Arc<str>);

/// Who is there, and who owns what, by uid.
#[derive(Debug, Default)]
pub(super) struct Garbage {
    here: HashMap<String, At>,
    owned: HashMap<String, BTreeSet<At>>,
}

fn owners(object: &Value) -> impl Iterator<Item = &str> {
    list(object, "/metadata/ownerReferences").iter().map(|owner| text(owner, "/uid"))
}

fn has_finalizer(object: &Value, name: &str) -> bool {
    list(object, "/metadata/finalizers").iter().any(|one| one == name)
}

impl Garbage {
    /// Keeps the books.
    pub(super) fn note(&mut self, change: &Change) {
        let at = (Arc::clone(&change.table), Arc::clone(&change.key));
        for owner in change.before.iter().flat_map(|before| owners(before)) {
            if let Some(owned) = self.owned.get_mut(owner) {
                owned.remove(&at);
            }
        }
        match (&change.before, &change.after) {
            (_, Some(after)) => {
                for owner in owners(after) {
                    self.owned.entry(owner.to_owned()).or_default().insert(at.clone());
                }
                self.here.insert(uid(after).to_owned(), at);
            }
            (Some(before), None) => drop(self.here.remove(uid(before))),
            (None, None) => {}
        }
    }

    /// Deletes what has lost its owners, and lets owners go that waited for it.
    pub(super) fn see(&self, hand: &mut Hand<'_>, change: &Change) {
        let Some(object) = about(change) else { return };
        if change.after.is_none() {
            for at in self.owned.get(uid(object)).into_iter().flatten() {
                self.collect(hand, at);
            }
        } else if owners(object).next().is_some() {
            self.collect(hand, &(Arc::clone(&change.table), Arc::clone(&change.key)));
        }
        let mut waiting: BTreeSet<String> = owners(object).map(str::to_owned).collect();
        waiting.insert(uid(object).to_owned());
        for owner in waiting {
            self.let_go(hand, &owner);
        }
    }

    fn collect(&self, hand: &mut Hand<'_>, (table, key): &At) {
        let Some(object) = hand.state.store.get(table, key) else { return };
        let lost =
            owners(&object).next().is_some() && !owners(&object).any(|owner| self.here.contains_key(owner));
        if lost && !is_going(&object) {
            hand.delete(table, &object);
        }
    }

    /// Serves the two finalizers of an owner that is going.
    fn let_go(&self, hand: &mut Hand<'_>, owner: &str) {
        let Some((table, key)) = self.here.get(owner) else { return };
        let Some(object) = hand.state.store.get(table, key).filter(|object| is_going(object)) else { return };
        let owned: Vec<At> = self.owned.get(owner).into_iter().flatten().cloned().collect();
        let left: Vec<_> = owned
            .iter()
            .filter_map(|(table, key)| Some((table, hand.state.store.get(table, key)?)))
            .collect();
        if has_finalizer(&object, "foregroundDeletion") {
            for (table, dependent) in left.iter().filter(|(_, dependent)| !is_going(dependent)) {
                hand.delete(table, dependent);
            }
            if left.iter().all(|(table, one)| hand.get(table, namespace(one), name(one)).is_none()) {
                finish(hand, (table, &object), "foregroundDeletion");
            }
        } else if has_finalizer(&object, "orphan") {
            for (table, dependent) in &left {
                forget(hand, (table, dependent), owner);
            }
            finish(hand, (table, &object), "orphan");
        }
    }
}

fn finish(hand: &mut Hand<'_>, (table, object): (&str, &Arc<Kept>), finalizer: &str) {
    without(hand, (table, object), "finalizers", |one| one == finalizer);
}

fn forget(hand: &mut Hand<'_>, (table, object): (&str, &Arc<Kept>), owner: &str) {
    without(hand, (table, object), "ownerReferences", |one| text(one, "/uid") == owner);
}

fn without(
    hand: &mut Hand<'_>,
    (table, object): (&str, &Arc<Kept>),
    list: &str,
    out: impl Fn(&Value) -> bool,
) {
    let mut new = Value::clone(object);
    if let Some(items) = metadata(&mut new).get_mut(list).and_then(Value::as_array_mut) {
        items.retain(|one| !out(one));
    }
    hand.set(table, object, new);
}
