//! The kinds that a cluster serves: a table of built-in ones, and those that `CustomResourceDefinition`s add.

mod builtin;
mod custom;
mod schema;

use std::sync::Arc;

use serde_json::Value;

use crate::object::{Kept, as_map};

pub(crate) use custom::priority;
pub(crate) use schema::Misfit;

/// The table in which definitions of custom resources are.
pub(crate) const DEFINITIONS: &str = "customresourcedefinitions.apiextensions.k8s.io";

/// One kind of object.
#[derive(Debug, Clone)]
#[expect(clippy::struct_field_names, reason = "a kind is called `kind` everywhere in Kubernetes")]
pub(crate) struct Kind {
    pub(crate) group: String,
    /// The versions that are served; the first one is preferred.
    pub(crate) versions: Vec<Version>,
    pub(crate) kind: String,
    pub(crate) plural: String,
    pub(crate) singular: String,
    pub(crate) short_names: Vec<String>,
    pub(crate) categories: Vec<String>,
    pub(crate) scope: Scope,
    pub(crate) origin: Origin,
}

/// One served version of a kind.
#[derive(Debug, Clone, Default)]
pub(crate) struct Version {
    pub(crate) name: String,
    /// Whether the status is written through a path of its own.
    pub(crate) has_status: bool,
    /// The columns of a custom resource.
    pub(crate) columns: Vec<Value>,
    /// The fields of a custom resource that can be selected by.
    pub(crate) selectable: Vec<String>,
}

/// Where objects of a kind are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    Namespaced,
    Cluster,
}

/// Who brought the kind, and with it how its objects are checked.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Origin {
    /// Kubernetes itself: objects are read and written as this type.
    BuiltIn(schema::Check),
    /// A definition: objects are kept as they come.
    Custom,
}

impl Kind {
    /// The name of its table, which is how RBAC and refusals name it: `deployments.apps`.
    pub(crate) fn table(&self) -> String {
        if self.group.is_empty() { self.plural.clone() } else { format!("{}.{}", self.plural, self.group) }
    }

    /// `v1`, `apps/v1`.
    pub(crate) fn api_version(&self, version: &str) -> String {
        if self.group.is_empty() { version.to_owned() } else { format!("{}/{version}", self.group) }
    }

    pub(crate) fn version(&self, name: &str) -> Option<&Version> {
        self.versions.iter().find(|version| version.name == name)
    }

    /// Whether this is the built-in kind of this group and name.
    pub(crate) fn is(&self, group: &str, kind: &str) -> bool {
        self.group == group && self.kind == kind
    }

    pub(crate) fn is_custom(&self) -> bool {
        match self.origin {
            Origin::Custom => true,
            Origin::BuiltIn(_) => false,
        }
    }

    /// The object as this kind keeps it, without its headers and what it does not know.
    ///
    /// # Errors
    /// Says what does not fit.
    pub(crate) fn read(&self, object: &Value) -> Result<Value, Misfit> {
        match self.origin {
            Origin::BuiltIn(check) => check(object),
            Origin::Custom => schema::with_metadata(bare(object.clone())),
        }
    }

    /// What of an object this kind would not keep: the ways to the fields.
    pub(crate) fn unknown_fields(&self, object: &Value) -> Vec<String> {
        match self.read(object) {
            Ok(kept) => schema::lost(object, &kept),
            Err(_) => Vec::new(),
        }
    }
}

/// The object without what every answer puts in front.
pub(crate) fn bare(mut object: Value) -> Value {
    let fields = as_map(&mut object);
    fields.shift_remove("apiVersion");
    fields.shift_remove("kind");
    object
}

/// All kinds of a cluster.
#[derive(Debug)]
pub(crate) struct Kinds {
    all: Vec<Arc<Kind>>,
}

impl Default for Kinds {
    fn default() -> Self {
        Self { all: builtin::kinds().map(Arc::new).collect() }
    }
}

/// What a path leads to.
#[derive(Debug, Clone)]
pub(crate) enum Found {
    /// A kind in a version that is served.
    Kind(Arc<Kind>),
    /// The group is built in and has no such version or resource.
    NotServed,
    /// There is no such group, or it is custom and has no such version or resource.
    NoPage,
}

impl Kinds {
    /// Looks a resource up.
    pub(crate) fn find(&self, group: &str, version: &str, plural: &str) -> Found {
        let found = self
            .all
            .iter()
            .find(|kind| kind.group == group && kind.plural == plural && kind.version(version).is_some());
        if let Some(kind) = found {
            return Found::Kind(Arc::clone(kind));
        }
        if self.all.iter().any(|kind| kind.group == group && !kind.is_custom()) {
            Found::NotServed
        } else {
            Found::NoPage
        }
    }

    /// The kind of a table.
    pub(crate) fn of_table(&self, table: &str) -> Option<Arc<Kind>> {
        let (plural, group) = table.split_once('.').unwrap_or((table, ""));
        self.all.iter().find(|kind| kind.plural == plural && kind.group == group).cloned()
    }

    /// The kind that an object's own words name.
    pub(crate) fn of_object(&self, api_version: &str, kind: &str) -> Option<Arc<Kind>> {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        let is_it =
            |one: &&Arc<Kind>| one.group == group && one.kind == kind && one.version(version).is_some();
        self.all.iter().find(is_it).cloned()
    }

    pub(crate) fn all(&self) -> &[Arc<Kind>] {
        &self.all
    }

    /// Takes the kinds of these definitions in place of all custom ones.
    pub(crate) fn define<'a>(&mut self, definitions: impl Iterator<Item = &'a Arc<Kept>>) {
        self.all.retain(|kind| !kind.is_custom());
        self.all.extend(definitions.filter_map(|definition| custom::kind(definition)).map(Arc::new));
    }
}
