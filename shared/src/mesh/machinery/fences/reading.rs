//! How a network reads policies.

/// How a network reads policies, where they do not say it themselves. By default it may read them in whatever way lets through most.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// What its cluster is called by the labels that Cilium gives to pods; `None` where that is not known.
    pub cluster: Option<String>,
    /// Whether ranges of addresses are about no pod, whatever address it has: Cilium knows pods by their labels.
    pub are_ranges_foreign: bool,
    /// Whether pods that no policy is about are shut, too.
    pub is_strict: bool,
    /// Whether who comes through another node, and does not show itself, is shown as what it is: something of the world. Tunnels of
    /// Cilium say so, and balancing that keeps addresses does; else it is shown as that node.
    pub is_world_told: bool,
}
