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
    /// How long ago the Endpoints of a mirror were written, or a slice of these.
    pub ends: BTreeMap<(ClusterName, Key), i64>,
    /// How long ago a namespace of a consumer was made that mirrors need.
    pub namespaces: BTreeMap<(ClusterName, String), i64>,
    /// How long a Deployment beside the gateway or the service mirrors has served, or not.
    pub turned: BTreeMap<(ClusterName, String), i64>,
    /// What files of other moments cannot tell.
    pub later: Later,
}

/// What is later than the files of another cluster, in seconds: nobody can tell from them what has come of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Later {
    /// How much later the files of the exporter were taken than those of a consumer.
    pub taken: BTreeMap<ClusterName, i64>,
    /// How long after those of a consumer an exported Service was given a label that a Link asks for, by the label's key.
    pub labels: BTreeMap<(ClusterName, Key, String), i64>,
    /// How long after those of a consumer anything was written of a Service that is exported, or was.
    pub written: BTreeMap<(ClusterName, Key), i64>,
    /// How long after those of the exporter a mirror was written, or what stands in its place.
    pub mirrors: BTreeMap<(ClusterName, Key), i64>,
}

impl Young {
    /// Whatever is older has had its time.
    pub const LONGEST: i64 = 120;
}
