//! Writes: from what a request wants to what is kept.
//!
//! Every way to change an object ends in [`Act::create`], [`Act::replace`] or [`Act::remove`], so that admission,
//! ownership, dry runs and versions are the same for all of them.

mod apply;
mod body;
mod delete;
mod fields;
mod guard;
mod patch;
mod protobuf;
mod remove;
mod twice;

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use crate::admission;
use crate::kinds::{DEFINITIONS, Kind, Scope};
use crate::object::{self, Kept, is_going, metadata, text};
use crate::ownership::{self, Schema, Writer};
use crate::refusal::{Named, Refusal};
use crate::request::Place;
use crate::state::{Stage, State};
use crate::{chance, clock};

pub(crate) use apply::apply;
pub(crate) use body::{create, makes, parse, update};
pub(crate) use delete::{Gone, delete, delete_all};
pub(crate) use patch::patch;
pub(crate) use remove::Propagation;

/// The media type of server-side apply.
const APPLY: &str = "application/apply-patch+yaml";

/// One write of one user: where, what kind, in whose name, when, and whether for real.
#[derive(Debug)]
pub(crate) struct Act<'a> {
    pub(crate) kind: &'a Kind,
    pub(crate) place: &'a Place,
    pub(crate) manager: String,
    /// Group and version in which the object is written.
    pub(crate) api_version: String,
    pub(crate) dry: bool,
    pub(crate) now: Timestamp,
}

/// What a write has come to.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) object: Arc<Kept>,
    pub(crate) created: bool,
    /// What the server warns of.
    pub(crate) warnings: Vec<String>,
}

/// Who is said to have written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The manager takes what it changes.
    Updates,
    /// The object says already who owns what.
    Settled,
}

impl<'a> Act<'a> {
    /// A write of a controller of the cluster itself.
    pub(crate) fn of_house(kind: &'a Kind, place: &'a Place, now: Timestamp) -> Self {
        let api_version = kind.api_version(&place.version);
        Self { kind, place, manager: "kube-controller-manager".into(), api_version, dry: false, now }
    }

    /// The same act on another object of the kind.
    pub(super) fn at<'b>(&'b self, place: &'b Place) -> Act<'b> {
        Act { place, manager: self.manager.clone(), api_version: self.api_version.clone(), ..*self }
    }

    pub(crate) fn named(&self) -> Named<'_> {
        self.place.named()
    }

    fn key(&self) -> String {
        let namespace = if self.kind.scope == Scope::Cluster { "" } else { &self.place.namespace };
        object::key(namespace, &self.place.name)
    }

    /// What is there now.
    ///
    /// # Errors
    /// Refuses when there is nothing.
    pub(crate) fn current(&self, state: &State) -> Result<Arc<Kept>, Refusal> {
        self.found(state).ok_or_else(|| Refusal::not_found(&self.named()))
    }

    fn found(&self, state: &State) -> Option<Arc<Kept>> {
        state.store.get(&self.kind.table(), &self.key())
    }

    fn is_status(&self) -> bool {
        self.place.subresource == "status"
    }

    fn has_status(&self) -> bool {
        self.kind.version(&self.place.version).is_some_and(|version| version.has_status)
    }

    /// Makes an object. Its name is in it; the namespace is that of the place.
    ///
    /// # Errors
    /// Refuses a namespace that is missing or going, a name that is taken, and what is not valid.
    pub(crate) fn create(&self, state: &mut State, mut new: Value, owner: Owner) -> Result<Written, Refusal> {
        admission::place(self.kind, &self.place.namespace, &mut new);
        Self::name(&mut new);
        self.admit(state, object::name(&new))?;
        let fields = metadata(&mut new);
        fields.shift_remove("resourceVersion");
        fields.shift_remove("deletionTimestamp");
        fields.insert("uid".into(), chance::uid().into());
        fields.insert("creationTimestamp".into(), clock::text(self.now).into());
        if admission::counts_generations(self.kind) {
            fields.insert("generation".into(), 1.into());
        }
        if self.has_status() {
            object::as_map(&mut new).shift_remove("status");
        }
        admission::claim(self.kind, None, &new, state)?;
        admission::fill(self.kind, None, &mut new, &mut state.addresses);
        admission::check(self.kind, None, &new)?;
        let key = object::key(object::namespace(&new), object::name(&new));
        if state.store.get(&self.kind.table(), &key).is_some() {
            return Err(Refusal::exists(&Named { name: object::name(&new), ..self.named() }));
        }
        Ok(Written { object: self.keep(state, None, new, owner), created: true, warnings: Vec::new() })
    }

    fn name(new: &mut Value) {
        let generated = text(new, "/metadata/generateName").to_owned();
        if object::name(new).is_empty() && !generated.is_empty() {
            metadata(new).insert("name".into(), format!("{generated}{}", chance::suffix()).into());
        }
    }

    fn admit(&self, state: &State, name: &str) -> Result<(), Refusal> {
        if self.kind.scope == Scope::Cluster {
            return Ok(());
        }
        let namespace = &self.place.namespace;
        match state.namespace(namespace) {
            Some(Stage::Active) => Ok(()),
            Some(Stage::Terminating) => Err(Refusal::terminating(&Named { name, ..self.named() }, namespace)),
            None => Err(Refusal::not_found(&Named { group: "", resource: "namespaces", name: namespace })),
        }
    }

    /// Puts `new` in the place of `before`. A `resourceVersion` in it is a precondition.
    ///
    /// # Errors
    /// Refuses a version that is not the present one, and what is not valid.
    pub(crate) fn replace(
        &self,
        state: &mut State,
        before: &Arc<Kept>,
        mut new: Value,
        owner: Owner,
    ) -> Result<Written, Refusal> {
        self.same_version(before, &new)?;
        self.restrict(before, &mut new);
        admission::claim(self.kind, Some(before), &new, state)?;
        admission::fill(self.kind, Some(before), &mut new, &mut state.addresses);
        admission::check(self.kind, Some(before), &new)?;
        self.count(before, &mut new);
        Ok(Written {
            object: self.keep(state, Some(before), new, owner),
            created: false,
            warnings: Vec::new(),
        })
    }

    /// Stores the object, unless nothing has changed or it is only a rehearsal.
    fn keep(&self, state: &mut State, before: Option<&Arc<Kept>>, mut new: Value, owner: Owner) -> Arc<Kept> {
        admission::tidy(&mut new);
        if owner == Owner::Updates {
            new = ownership::update(
                before.map(|before| before.value()),
                new,
                &self.writer(&clock::text(self.now)),
                self.schema(),
            );
            admission::tidy(&mut new);
        }
        if let Some(before) = before.filter(|before| *before.value() == new) {
            return Arc::clone(before);
        }
        if self.dry {
            return Arc::new(Kept::new(new));
        }
        let table = self.kind.table();
        let kept = state.store.put(&table, new);
        admission::settle(self.kind, before.map(|before| before.value()), Some(&kept), &mut state.addresses);
        if is_going(&kept) && !remove::is_held(self.kind, &kept) {
            self.remove(state, &kept);
        }
        if table == DEFINITIONS {
            state.redefine();
        }
        kept
    }

    fn writer<'b>(&'b self, now: &'b str) -> Writer<'b> {
        Writer {
            manager: &self.manager,
            api_version: &self.api_version,
            subresource: Some(self.place.subresource.as_str()).filter(|subresource| !subresource.is_empty()),
            now,
        }
    }

    fn schema(&self) -> &'static Schema {
        // A custom kind may be called like a built-in one.
        Schema::of(if self.kind.is_custom() { "" } else { &self.kind.kind })
    }
}
