//! What a watch says: the changes after a version, as far as they concern the selection.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Selection;
use crate::kinds::Kind;
use crate::object::{self, Kept, metadata};
use crate::refusal::{Problem, Refusal};
use crate::request::Request;
use crate::state::State;
use crate::store::Change;

/// One watch: whom it concerns, and how far it has come.
#[derive(Debug)]
pub(crate) struct Watch {
    table: String,
    chosen: Selection,
    version: u64,
}

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Event {
    pub(crate) word: &'static str,
    pub(crate) object: Arc<Kept>,
}

/// What a watch has to say now.
#[derive(Debug)]
pub(crate) enum Said {
    Events(Vec<Event>),
    /// What came meanwhile is forgotten: the watch ends with this.
    Lost(Refusal),
}

/// The version from which a watch starts; `None` when it begins with what is there.
///
/// # Errors
/// Refuses what is no number.
pub(crate) fn first_version(request: &Request) -> Result<Option<u64>, Refusal> {
    let Some(text) = request.asked("resourceVersion") else { return Ok(None) };
    text.parse().map_err(|_| no_number(text)).map(|version| Some(version).filter(|version| *version > 0))
}

pub(super) fn no_number(text: &str) -> Refusal {
    let why = format!("strconv.ParseUint: parsing \"{text}\": invalid syntax");
    Refusal::internal(Problem::invalid("resourceVersion", text, &why).to_string())
}

impl Watch {
    /// A watch of what is selected, from this version on.
    pub(crate) fn new(kind: &Kind, chosen: Selection, version: Option<u64>) -> Self {
        Self { table: kind.table(), chosen, version: version.unwrap_or_default() }
    }

    /// What is there, for a watch that starts without a version.
    pub(crate) fn begin(&mut self, state: &State) -> Vec<Event> {
        self.version = state.store.version();
        let here = state.store.list(&self.table, self.chosen.namespace.as_deref());
        let here = here.filter(|object| self.chosen.selects(object));
        here.map(|object| Event { word: "ADDED", object: Arc::clone(object) }).collect()
    }

    /// Begins with what comes from now on.
    pub(crate) fn skip(&mut self, state: &State) {
        self.version = state.store.version();
    }

    /// What has happened since the last look.
    pub(crate) fn next(&mut self, state: &State) -> Said {
        let Some(changes) = state.store.since(self.version) else {
            let words = format!("too old resource version: {} ({})", self.version, state.store.forgotten());
            return Said::Lost(Refusal::expired(words));
        };
        let mine = changes.filter(|change| *change.table == *self.table);
        let events = mine.filter_map(|change| self.event(change)).collect();
        // A version from the future stays ahead, and silent.
        self.version = self.version.max(state.store.version());
        Said::Events(events)
    }

    fn event(&self, change: &Change) -> Option<Event> {
        let chosen = |object: &Option<Arc<Kept>>| object.clone().filter(|object| self.chosen.holds(object));
        match (chosen(&change.before), chosen(&change.after)) {
            (None, None) => None,
            (None, Some(object)) => Some(Event { word: "ADDED", object }),
            (Some(_), Some(object)) => Some(Event { word: "MODIFIED", object }),
            (Some(last), None) => {
                // The last state in the selection, under the version that ended it.
                let mut object = (*last).clone();
                metadata(&mut object).insert("resourceVersion".into(), change.version.to_string().into());
                Some(Event { word: "DELETED", object: Arc::new(Kept::new(object)) })
            }
        }
    }
}

/// The bookmark after everything that was there at the beginning.
pub(crate) fn end_of_beginning(version: u64) -> Event {
    let mut object = Value::clone(&bookmark(version).object);
    object::metadata(&mut object).insert("annotations".into(), json!({"k8s.io/initial-events-end": "true"}));
    Event { word: "BOOKMARK", object: Arc::new(Kept::new(object)) }
}

/// The object of a bookmark: a version and nothing else.
pub(crate) fn bookmark(version: u64) -> Event {
    let mut object = Value::Null;
    object::metadata(&mut object).insert("resourceVersion".into(), version.to_string().into());
    Event { word: "BOOKMARK", object: Arc::new(Kept::new(object)) }
}
