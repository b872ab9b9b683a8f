//! How Cilium is set up with regard to proxies, and to policies.

use super::Reading;
use crate::terms::{Kind, Observed};
use std::collections::BTreeSet;

/// Settings of Cilium that proxies depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent settings of one program")]
pub struct CiliumSettings {
    /// Whether it balances connections of pods at their sockets, before their proxies see them.
    pub is_bypassing: bool,
    /// The kinds of policies that it is told not to enforce.
    pub unenforced: BTreeSet<Kind>,
    /// How it reads the others.
    pub reading: Reading,
    /// Whether it is connected to other clusters, whose pods it then knows as its own.
    pub mesh: Observed<()>,
    /// Whether it removes the configuration of every other CNI plugin from its nodes.
    pub is_exclusive: bool,
    /// Whether its agents announce addresses of load balancers to their network, and nobody else of it does.
    pub is_announcing: bool,
    /// Whether they announce none, neither so nor by routes.
    pub is_mute: bool,
}

impl CiliumSettings {
    /// Whether it may know pods of other clusters as it knows its own.
    pub fn may_know_others(&self) -> bool {
        self.mesh != Observed::Absent
    }
}

impl Default for CiliumSettings {
    /// A Cilium that leaves proxies alone, and enforces all policies about its own cluster.
    fn default() -> Self {
        let (unenforced, reading, mesh) = (BTreeSet::new(), Reading::default(), Observed::Absent);
        let [is_bypassing, is_exclusive, is_announcing, is_mute] = [false; 4];
        Self { is_bypassing, unenforced, reading, mesh, is_exclusive, is_announcing, is_mute }
    }
}
