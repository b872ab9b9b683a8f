//! How a network reads policies.

use super::{CILIUMS_NAME, CILIUMS_NAMESPACE, FOREIGN, Fence, NAME, Peer, Pod};
use super::{holds_for_namespace, may_be_of};
use crate::mesh::names::NAMES;
use crate::terms::{LabelSelector, Labels};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The labels by which namespaces are named.
const NAMED: [&str; 3] = [NAME, CILIUMS_NAMESPACE, CILIUMS_NAME];

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
    /// The labels of namespaces that policies ask for, by the names of these; `None` where none does. Of a namespace that is not
    /// there nothing is known.
    pub namespaces: Option<Arc<BTreeMap<String, Labels>>>,
    /// Who answers for names; `None` where no policy lets pods alone be asked, and where it is not known.
    pub servers: Option<Arc<Servers>>,
}

/// The Service by which most clusters resolve names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Servers {
    /// What it selects, ...
    pub selector: LabelSelector,
    /// ... and its pods.
    pub pods: Vec<Pod>,
}

impl Reading {
    /// What is known of the labels of a namespace.
    pub(super) fn labels_of(&self, namespace: &str) -> Option<&Labels> {
        self.namespaces.as_ref()?.get(namespace)
    }
}

impl Fence {
    /// The labels of namespaces that it asks for besides their names.
    pub fn asked_of_namespaces(&self) -> BTreeSet<String> {
        let openings = [&self.ingress, &self.egress].into_iter().flatten().chain(&self.denied).flatten();
        let peers = openings.flat_map(|opening| opening.peers.iter().flatten());
        peers.flat_map(asked_by).chain(of_pods(&self.pods)).collect()
    }

    /// What a namespace has of these, where that is known and it asks for some.
    pub fn has_of_namespace(&self, namespace: &str) -> Option<String> {
        let own = self.reading.labels_of(namespace)?;
        let asked = self.asked_of_namespaces();
        let has = own.iter().filter(|(key, _)| asked.contains(*key));
        let has: Vec<String> = has.map(|(key, value)| format!("{key}={value}")).collect();
        let none = || format!("no {}", asked.iter().cloned().collect::<Vec<_>>().join(", "));
        (!asked.is_empty()).then(|| if has.is_empty() { none() } else { has.join(",") })
    }
}

fn asked_by(peer: &Peer) -> Vec<String> {
    match peer {
        Peer::Pods { namespaces, pods } => {
            let own = namespaces.iter().flat_map(LabelSelector::requirements).map(|part| part.key);
            own.filter(|key| key != NAME).chain(of_pods(pods)).collect()
        }
        Peer::OfCluster(pods) => of_pods(pods),
        Peer::Outside
        | Peer::World(_)
        | Peer::Cluster
        | Peer::Node
        | Peer::Front
        | Peer::ApiServer
        | Peer::Range(..)
        | Peer::Unclear => Vec::new(),
    }
}

/// The labels of namespaces by which Cilium knows pods, but for the name.
fn of_pods(pods: &LabelSelector) -> Vec<String> {
    let of = |key: &str| key.strip_prefix(FOREIGN).filter(|_| key != CILIUMS_NAME).map(str::to_owned);
    pods.requirements().filter_map(|part| of(&part.key)).collect()
}

/// Whether pods of namespaces are servers, where these are known. Such ones of other namespaces may be somebody's own, those among
/// them that are named and not seen.
pub(super) fn may_be_server(
    fence: &Fence,
    peer: &Peer,
    (namespaces, pods): (&LabelSelector, &LabelSelector),
    without: &[&str],
) -> bool {
    let (Some(servers), Some(all)) = (&fence.reading.servers, &fence.reading.namespaces) else { return true };
    let parts = namespaces.requirements().chain(pods.requirements());
    let named = parts.filter(|part| NAMED.contains(&part.key.as_str())).flat_map(|part| part.values);
    let is_there = |name: String| {
        name != NAMES.0
            && !without.contains(&name.as_str())
            && holds_for_namespace(namespaces, &name, &fence.reading) != Some(false)
            && may_be_of(pods, &name)
    };
    servers.pods.iter().any(|pod| peer.may_be_pod(pod, fence))
        || all.keys().cloned().chain(named).any(is_there)
}
