//! Everything that a cluster knows, behind one lock: a request sees one moment, and changes one moment.

use crate::access::Tokens;
use crate::addresses::Addresses;
use crate::kinds::{DEFINITIONS, Kinds};
use crate::store::Store;

/// The state of one cluster.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) store: Store,
    pub(crate) kinds: Kinds,
    pub(crate) tokens: Tokens,
    pub(crate) addresses: Addresses,
}

impl State {
    /// Serves the kinds of the definitions that are there now, and no other custom ones.
    pub(crate) fn redefine(&mut self) {
        self.kinds.define(self.store.list(DEFINITIONS, None));
    }

    /// Returns whether there is a namespace of this name, and whether it is going.
    pub(crate) fn namespace(&self, name: &str) -> Option<Stage> {
        let found = self.store.get("namespaces", name)?;
        Some(if crate::object::is_going(&found) { Stage::Terminating } else { Stage::Active })
    }
}

/// How far a namespace has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Active,
    Terminating,
}
