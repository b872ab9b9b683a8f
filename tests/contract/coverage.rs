//! Every kind of request that `kubectl mesh-export` sends, and the belief that it rests on.
//!
//! Two tests read this table: the contract checks that the beliefs exist, and a test of the command line records
//! what the plugin really sends and finds every request here, and every entry in some recording.

/// A kind of request. Names of objects, namespaces and values of the query do not belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Request {
    /// The verb as RBAC names it.
    pub(crate) verb: &'static str,
    /// The resource with its group, as RBAC names it.
    pub(crate) resource: &'static str,
    /// The media type of the body; empty without one.
    pub(crate) body: &'static str,
    /// What is asked for: `json` or `metadata list`.
    pub(crate) accept: &'static str,
    /// What the query says beside the values: its keys, sorted.
    pub(crate) query: &'static str,
    /// The case of the contract that covers it.
    pub(crate) belief: &'static str,
}

/// All of them.
pub(crate) const REQUESTS: &[Request] = &[];
