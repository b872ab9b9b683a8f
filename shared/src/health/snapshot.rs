//! What each cluster stands on, as plain data.

use crate::terms::{ClusterName, Fleet, Observed};

/// A node.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NodeSeen {
    /// Its name.
    pub name: String,
    /// Whether its kubelet says that pods can be run there.
    pub is_ready: bool,
    /// Why not, as one word of the kubelet or the node controller; empty when it is, or nobody says.
    pub reason: String,
    /// For how many seconds it has been as it is.
    pub age: Option<i64>,
    /// What it runs out of, in the words of its conditions: `MemoryPressure`, `DiskPressure`, `PIDPressure`.
    pub pressures: Vec<String>,
    /// Whether its pods have no network.
    pub lacks_network: bool,
    /// For how many seconds that has been so or not so.
    pub network_age: Option<i64>,
}

/// One cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterHealth {
    /// How this run calls it.
    pub name: ClusterName,
    /// Its nodes.
    pub nodes: Observed<Vec<NodeSeen>>,
    /// How many seconds the clock of its API server was ahead of this machine's, when it last answered; negative when it was
    /// behind. `None` where no answer had a date.
    pub clock: Option<i64>,
}

/// All clusters that could be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthSeen {
    /// The clusters of the run, for commands to paste.
    pub fleet: Fleet,
    /// Each of them, in the order of the fleet.
    pub clusters: Vec<ClusterHealth>,
}
