//! How Cilium is set up with regard to proxies, and to policies.

use crate::terms::Kind;
use std::collections::BTreeSet;

/// Settings of Cilium that proxies depend on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CiliumSettings {
    /// Whether it balances connections of pods at their sockets, before their proxies see them.
    pub is_bypassing: bool,
    /// The kinds of policies that it is told not to enforce.
    pub unenforced: BTreeSet<Kind>,
    /// Whether it may be connected to other clusters, whose pods it then knows as its own.
    pub is_connected: bool,
    /// Whether it removes the configuration of every other CNI plugin from its nodes.
    pub is_exclusive: bool,
}
