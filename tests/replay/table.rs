//! The scenarios, as lists of steps. Order and actions are those of each folder's `action.md`.

mod exports;
mod federated;
mod headless;
mod lifecycle;
mod namespaces;

pub(crate) use exports::*;
pub(crate) use federated::*;
pub(crate) use headless::*;
pub(crate) use lifecycle::*;
pub(crate) use namespaces::*;

/// All documents of a file.
const ALL: &[&str] = &[];
const EXPORTED: &str = r#"{"metadata":{"labels":{"mirror.linkerd.io/exported":"true"}}}"#;
const EXPORTED_FLAT: &str = r#"{"metadata":{"labels":{"mirror.linkerd.io/exported":"remote-discovery"}}}"#;
const FEDERATED: &str = r#"{"metadata":{"labels":{"mirror.linkerd.io/federated":"member"}}}"#;
const UNFEDERATED: &str = r#"{"metadata":{"labels":{"mirror.linkerd.io/federated":null}}}"#;
const UNEXPORTED: &str = r#"{"metadata":{"labels":{"mirror.linkerd.io/exported":null}}}"#;
