//! The end of an object: at once, or when nothing holds it back any more.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Act;
use crate::admission;
use crate::clock;
use crate::kinds::{DEFINITIONS, Kind};
use crate::object::{self, Kept, as_map, fields, list, metadata};
use crate::state::State;

/// What becomes of what an object owns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Propagation {
    /// It goes afterwards.
    Background,
    /// It goes first.
    Foreground,
    /// It stays.
    Orphan,
}

impl Propagation {
    /// The policy of this name; the usual one for any other.
    pub(super) fn named(name: &str) -> Self {
        match name {
            "Foreground" => Self::Foreground,
            "Orphan" => Self::Orphan,
            _ => Self::Background,
        }
    }

    fn finalizer(self) -> Option<&'static str> {
        match self {
            Self::Background => None,
            Self::Foreground => Some("foregroundDeletion"),
            Self::Orphan => Some("orphan"),
        }
    }
}

/// Whether a finalizer holds the object.
pub(super) fn is_held(kind: &Kind, object: &Value) -> bool {
    let of_namespace = kind.is("", "Namespace") && !list(object, "/spec/finalizers").is_empty();
    of_namespace || !list(object, "/metadata/finalizers").is_empty()
}

impl Act<'_> {
    /// Deletes the object, or marks it when something holds it; returns the marked one.
    pub(crate) fn delete(
        &self,
        state: &mut State,
        object: &Arc<Kept>,
        how: Propagation,
    ) -> Option<Arc<Kept>> {
        let held = how.finalizer().is_some() || is_held(self.kind, object);
        if !held {
            self.remove(state, object);
            return None;
        }
        if object::is_going(object) {
            return Some(Arc::clone(object));
        }
        let mut marked = (**object).clone();
        let times = metadata(&mut marked);
        times.insert("deletionTimestamp".into(), clock::text(self.now).into());
        times.insert("deletionGracePeriodSeconds".into(), 0.into());
        if let Some(finalizer) = how.finalizer() {
            let finalizers = times.entry("finalizers").or_insert_with(|| json!([]));
            if let Some(finalizers) = finalizers.as_array_mut() {
                finalizers.push(finalizer.into());
            }
        }
        if self.kind.is("", "Namespace") {
            fields(&mut marked, "status").insert("phase".into(), "Terminating".into());
            as_map(&mut marked);
        }
        Some(state.store.put(&self.kind.table(), marked))
    }

    /// Removes the object now.
    pub(crate) fn remove(&self, state: &mut State, object: &Value) {
        let table = self.kind.table();
        state.store.remove(&table, &object::key(object::namespace(object), object::name(object)));
        admission::settle(self.kind, Some(object), None, &mut state.addresses);
        if table == DEFINITIONS {
            // A definition is called like the table of its objects.
            let keys: Vec<_> =
                state.store.rows(object::name(object), None).map(|(key, _)| Arc::clone(key)).collect();
            for key in keys {
                state.store.remove(object::name(object), &key);
            }
            state.redefine();
        }
    }
}
