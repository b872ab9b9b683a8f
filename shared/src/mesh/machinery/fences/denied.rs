//! What Cilium denies, whatever else lets it through. Where nobody knows whom it means, it denies nothing.

use super::{Direction, Fence, Opening, Peer, Pod, Reading, Whom, has, holds, holds_for_namespace, is_in};
use crate::mesh::network::Cidr;
use crate::terms::LabelSelector;

/// The policies that deny a connection for certain.
pub fn denying<'a>(fences: &'a [Fence], pod: &Pod, what: (Direction, Whom<'_>, u16)) -> Vec<&'a Fence> {
    fences.iter().filter(|fence| fence.selects(pod) == Some(true) && fence.denies(pod, what)).collect()
}

impl Fence {
    /// What it denies in a direction.
    pub(super) fn denied(&self, direction: Direction) -> &[Opening] {
        let [inward, outward] = &self.denied;
        match direction {
            Direction::Ingress => inward,
            Direction::Egress => outward,
        }
    }

    fn denies(&self, pod: &Pod, (direction, whom, port): (Direction, Whom<'_>, u16)) -> bool {
        let is_named = |name: &str| {
            direction == Direction::Ingress && pod.ports.iter().any(|one| one.0 == name && one.1 == port)
        };
        let is_port =
            |(first, last): &(String, u16)| has(first, *last, port).unwrap_or_else(|| is_named(first));
        self.denied(direction).iter().any(|one| {
            one.ports.as_ref().is_none_or(|ports| ports.iter().any(is_port))
                && one.peers.as_ref().is_none_or(|peers| {
                    is_everybody(peers) || peers.iter().any(|peer| peer.is_surely(whom, self))
                })
        })
    }
}

fn is_everybody(peers: &[Peer]) -> bool {
    [Peer::Outside, Peer::Cluster].iter().all(|one| peers.contains(one))
}

impl Peer {
    /// Whether it is whom a policy is asked about, where nothing in between shows itself instead.
    fn is_surely(&self, whom: Whom<'_>, fence: &Fence) -> bool {
        let Reading { cluster, is_world_told, .. } = &fence.reading;
        let is_it = match whom {
            Whom::Pod(pod) => self.is_surely_pod(pod, fence),
            Whom::Translated => false,
            Whom::Abroad => *self == Self::Outside,
            Whom::Visitor { to, is_seen } => (is_seen || *is_world_told) && self.is_world_of(to),
            Whom::Server(all) | Whom::Said(all) | Whom::Gateway(all) => {
                self.is_world_of(all)
                    || matches!(self, Self::Range(range, except) if all.iter().all(|one| is_in(*one, *range, except)))
            }
        };
        is_it && cluster.is_some()
    }

    /// Whether the whole world of the families of these addresses is it.
    fn is_world_of(&self, all: &[Cidr]) -> bool {
        let is_of = |family: &Cidr| !all.is_empty() && all.iter().all(|one| family.covers(*one));
        *self == Self::Outside || matches!(self, Self::World(family) if is_of(family))
    }

    /// Cilium knows pods by their labels alone, and none that has the address of its node.
    fn is_surely_pod(&self, pod: &Pod, fence: &Fence) -> bool {
        let (own, reading) = (&fence.namespace, &fence.reading);
        let is_it = |pods| !pod.is_on_host && holds(pods, pod, reading) == Some(true);
        let is_there = |namespaces: &Option<LabelSelector>| match namespaces {
            None => own.as_ref().is_none_or(|own| *own == pod.namespace),
            Some(all) => holds_for_namespace(all, &pod.namespace, reading) == Some(true),
        };
        *self == Self::Cluster
            || matches!(self, Self::OfCluster(pods) if is_it(pods))
            || matches!(self, Self::Pods { namespaces, pods } if is_there(namespaces) && is_it(pods))
    }
}
