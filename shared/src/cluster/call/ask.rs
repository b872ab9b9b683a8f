//! What a read asks for, as a value: who answers from files needs no path and no query.

use super::Shape;
use crate::terms::Scope;

/// What a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cluster) enum Ask {
    /// Whether the resource is served in its version.
    Served,
    /// Which version of Kubernetes answers.
    Version,
    /// One object, by its name.
    One(String),
    /// The objects of a scope. How many at once is left to the server.
    Many(Scope, Shape),
    /// What only a server can do: watches, logs and writes.
    Other,
}
