//! Field ownership: who owns which field of an object, and server-side apply on top of that.
//!
//! A set of fields is a tree of path steps, which `managedFields` carries as `FieldsV1`. An [`apply`] merges its
//! configuration into what is there, prunes what its manager has dropped, and conflicts with the owners of what it
//! would change; an [`update`] takes what it changes without asking. Both reason about two versions of an object
//! only, so that nothing here knows of stores, requests or clocks.

mod apply;
mod compare;
mod conflicts;
mod fields;
mod kinds;
mod managed;
mod merge;
mod pods;
mod prune;
mod schema;
mod step;
mod update;
mod view;

#[cfg(test)]
mod apply_tests;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod update_tests;

pub(crate) use apply::apply;
pub(crate) use schema::Schema;
pub(crate) use update::update;

/// In whose name, in which version and when something is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Writer<'a> {
    /// The field manager.
    pub(crate) manager: &'a str,
    /// Group and version in which the request wrote the object.
    pub(crate) api_version: &'a str,
    /// The subresource that was written, if it was one.
    pub(crate) subresource: Option<&'a str>,
    /// The time, as objects carry it: RFC 3339 with seconds, in UTC.
    pub(crate) now: &'a str,
}
