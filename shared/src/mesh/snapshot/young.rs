//! What is so young that what follows from it may be on its way.

use super::Key;
use crate::terms::ClusterName;
use std::collections::BTreeMap;

/// Ages in seconds, of what is at most [`Young::LONGEST`] old.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Young {
    /// How long an exported Service has had a label that a Link asks for, by the label's key.
    pub labels: BTreeMap<(Key, String), i64>,
    /// How long ago anything was written of a Service that is exported, or was.
    pub written: BTreeMap<Key, i64>,
    /// How long ago the pods behind an exported Service changed.
    pub backends: BTreeMap<Key, i64>,
    /// How long ago a namespace of a consumer was made that mirrors need.
    pub namespaces: BTreeMap<(ClusterName, String), i64>,
    /// How long a Deployment beside the gateway or the service mirrors has served, or not.
    pub turned: BTreeMap<(ClusterName, String), i64>,
}

impl Young {
    /// Whatever is older has had its time.
    pub const LONGEST: i64 = 120;
}
