//! How the house writes: as any user does, and without asking anybody.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use crate::cluster::place;
use crate::kinds::Kind;
use crate::object::{Kept, name, namespace};
use crate::state::State;
use crate::write::{Act, Owner, Propagation};

/// One moment of one cluster, to be changed.
pub(super) struct Hand<'a> {
    pub(super) state: &'a mut State,
    pub(super) now: Timestamp,
    /// The certificate of the cluster's authority.
    pub(super) authority: &'a str,
}

impl Hand<'_> {
    pub(super) fn get(&self, table: &str, namespace: &str, name: &str) -> Option<Arc<Kept>> {
        self.state.store.get(table, &crate::object::key(namespace, name))
    }

    /// The objects of a table in a namespace, as they are now.
    pub(super) fn list(&self, table: &str, namespace: &str) -> Vec<Arc<Kept>> {
        self.state.store.list(table, Some(namespace)).cloned().collect()
    }

    /// Makes an object. What is refused is left, as a controller would leave it until the next change.
    pub(super) fn make(&mut self, table: &str, namespace: &str, object: Value) {
        let Some(kind) = self.kind(table) else { return };
        let place = place(&kind, namespace, name(&object));
        drop(Act::of_house(&kind, &place, self.now).create(self.state, object, Owner::Updates));
    }

    /// Puts `new` in the place of `before`.
    pub(super) fn set(&mut self, table: &str, before: &Arc<Kept>, new: Value) {
        self.write(table, before, new, "");
    }

    /// Writes the status of `new`.
    pub(super) fn set_status(&mut self, table: &str, before: &Arc<Kept>, new: Value) {
        self.write(table, before, new, "status");
    }

    fn write(&mut self, table: &str, before: &Arc<Kept>, new: Value, subresource: &str) {
        let Some(kind) = self.kind(table) else { return };
        let mut place = place(&kind, namespace(before), name(before));
        place.subresource = subresource.into();
        drop(Act::of_house(&kind, &place, self.now).replace(self.state, before, new, Owner::Updates));
    }

    /// Deletes an object that is still there.
    pub(super) fn delete(&mut self, table: &str, object: &Value) {
        let Some(kind) = self.kind(table) else { return };
        let place = place(&kind, namespace(object), name(object));
        let Some(object) = self.get(table, &place.namespace, &place.name) else { return };
        drop(Act::of_house(&kind, &place, self.now).delete(self.state, &object, Propagation::Background));
    }

    fn kind(&self, table: &str) -> Option<Arc<Kind>> {
        self.state.kinds.of_table(table)
    }
}
