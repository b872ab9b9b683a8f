//! Who is let through by a policy, and who wants to come or to go.

use super::super::Pod;
use super::{Direction, Fence, Reading, holds, holds_for_namespace};
use crate::mesh::network::Cidr;
use crate::terms::LabelSelector;

/// Who is let through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Peer {
    /// Whoever is outside of the cluster.
    Outside,
    /// Likewise, by addresses of one family.
    World(Cidr),
    /// All pods of the cluster.
    Cluster,
    /// The node of the pod, by which others may come.
    Node,
    /// Other nodes of the cluster, or Cilium's own proxy: others may stand behind them.
    Front,
    /// The API server of the cluster, and no other.
    ApiServer,
    /// A range of addresses, without some of them.
    Range(Cidr, Vec<Cidr>),
    /// Pods by their labels.
    Pods {
        /// The labels of their namespaces; `None` for that of the policy.
        namespaces: Option<LabelSelector>,
        /// Their own.
        pods: LabelSelector,
    },
    /// Pods by labels that name the cluster, among those that Cilium connects.
    OfCluster(LabelSelector),
    /// Nobody can tell from here.
    Unclear,
}

/// Who comes, or is gone to.
#[derive(Debug, Clone, Copy)]
pub enum Whom<'a> {
    /// Something of another cluster; its address is not known.
    Abroad,
    /// Likewise, through something that may show itself in its place: a load balancer, a node, a proxy of the cluster.
    Translated,
    /// The gateway of another cluster, by these addresses, of which none is of this one.
    Gateway(&'a [Cidr]),
    /// The API server of another cluster, likewise.
    Server(&'a [Cidr]),
    /// Likewise, by what its credentials say, which something of this cluster may have, too.
    Said(&'a [Cidr]),
    /// Something of another cluster that comes to the gateway, by a load balancer or a node.
    Visitor {
        /// The addresses that it comes to; empty where they are not known.
        to: &'a [Cidr],
        /// Whether it comes by its own address.
        is_seen: bool,
    },
    /// A pod of the same cluster.
    Pod(&'a Pod),
}

impl Whom<'_> {
    /// Whether nothing else can stand for it.
    pub fn is_certain(self) -> bool {
        match self {
            Self::Gateway(_) | Self::Server(_) | Self::Pod(_) => true,
            Self::Visitor { is_seen, .. } => is_seen,
            Self::Abroad | Self::Translated | Self::Said(_) => false,
        }
    }

    /// Its namespace, where it is a pod of the same cluster.
    pub fn namespace(self) -> Option<String> {
        match self {
            Self::Pod(pod) => Some(pod.namespace.clone()),
            Self::Abroad
            | Self::Translated
            | Self::Gateway(_)
            | Self::Server(_)
            | Self::Said(_)
            | Self::Visitor { .. } => None,
        }
    }
}

impl Peer {
    /// Whether it is whom a policy is asked about, or may be.
    pub(super) fn may_be(&self, whom: Whom<'_>, fence: &Fence) -> bool {
        match whom {
            Whom::Pod(pod) => self.may_be_pod(pod, fence),
            Whom::Translated => !matches!(self, Self::Pods { .. }),
            // Whom Cilium connects comes as `Translated`. Others are of no cluster that it has a name for.
            _ if matches!(self, Self::OfCluster(_)) => fence.reading.cluster.is_none(),
            Whom::Abroad => match self {
                Self::Pods { .. } | Self::Cluster | Self::Node => false,
                // Nodes of other clusters are such where Cilium is connected to these, which it may be where it is not seen.
                Self::Front | Self::ApiServer => fence.reading.cluster.is_none(),
                Self::Outside | Self::World(_) | Self::Range(..) | Self::OfCluster(_) | Self::Unclear => true,
            },
            Whom::Visitor { to, is_seen } => self.may_visit((to, is_seen), fence),
            Whom::Server(all) | Whom::Said(all) | Whom::Gateway(all) => self.may_have(all),
        }
    }

    /// Whether who comes from outside may be it. Where Cilium is not seen, or does not tell whom a node lets in, a node or a load
    /// balancer may show itself instead.
    fn may_visit(&self, (to, is_seen): (&[Cidr], bool), fence: &Fence) -> bool {
        let Reading { cluster, is_world_told, .. } = &fence.reading;
        match self {
            Self::Pods { .. } => false,
            Self::Cluster | Self::Node | Self::Front if !is_seen && !is_world_told => true,
            Self::World(family) => to.is_empty() || to.iter().any(|one| family.covers(*one)),
            Self::Cluster | Self::Node | Self::Front | Self::ApiServer => cluster.is_none(),
            Self::Outside | Self::Range(..) | Self::OfCluster(_) | Self::Unclear => true,
        }
    }

    /// Whether one of these addresses, which are of no pod and no node, may be its own.
    fn may_have(&self, all: &[Cidr]) -> bool {
        match self {
            Self::Outside | Self::OfCluster(_) | Self::Unclear => true,
            Self::World(family) => all.iter().any(|one| family.covers(*one)),
            Self::Range(range, except) => all.iter().any(|one| is_in(*one, *range, except)),
            Self::Cluster | Self::Node | Self::Front | Self::ApiServer | Self::Pods { .. } => false,
        }
    }

    pub(super) fn may_be_pod(&self, pod: &Pod, fence: &Fence) -> bool {
        match self {
            Self::Unclear | Self::Cluster => true,
            Self::Outside | Self::World(_) => false,
            // Pods come and are reached by themselves, but for those that have the address of a node.
            Self::Node | Self::Front | Self::ApiServer => pod.is_on_host,
            // What stands on a node has the node's address.
            Self::Range(..) if fence.reading.are_ranges_foreign && !pod.is_on_host => false,
            // Where its address is not known yet it may be in the range, unless that is none of pods.
            Self::Range(range, except) => {
                Cidr::of_address(&pod.address).map_or(!range.is_narrow(), |own| is_in(own, *range, except))
            }
            Self::Pods { namespaces, pods } => {
                let is_there = match namespaces {
                    None => fence.namespace.as_ref().is_none_or(|namespace| *namespace == pod.namespace),
                    Some(selector) => {
                        holds_for_namespace(selector, &pod.namespace, &fence.reading) != Some(false)
                    }
                };
                is_there && holds(pods, pod, &fence.reading) != Some(false)
            }
            Self::OfCluster(pods) => holds(pods, pod, &fence.reading) != Some(false),
        }
    }
}

impl Fence {
    /// Whether it opens any ports to a pod by its labels, or those of its namespace.
    pub fn names(&self, direction: Direction, whom: Whom<'_>) -> bool {
        let Whom::Pod(pod) = whom else { return false };
        let is_named = |peer: &Peer| match peer {
            Peer::Pods { namespaces, pods } => {
                let is_about_all =
                    pods.is_empty() && namespaces.as_ref().is_some_and(LabelSelector::is_empty);
                !is_about_all && peer.may_be_pod(pod, self)
            }
            Peer::OfCluster(_) => peer.may_be_pod(pod, self),
            Peer::Outside
            | Peer::World(_)
            | Peer::Cluster
            | Peer::Node
            | Peer::Front
            | Peer::ApiServer
            | Peer::Range(..)
            | Peer::Unclear => false,
        };
        self.openings(direction)
            .into_iter()
            .flatten()
            .flat_map(|one| one.peers.iter().flatten())
            .any(is_named)
    }
}

pub(super) fn is_in(one: Cidr, range: Cidr, except: &[Cidr]) -> bool {
    range.covers(one) && !except.iter().any(|out| out.covers(one))
}
