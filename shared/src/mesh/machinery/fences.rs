//! Network policies, those of Kubernetes and those of Cilium: what they let to pods, and what they let pods reach.

mod denied;
mod dns;
mod enforced;
mod lets;
mod peer;
mod reading;
mod words;

pub use denied::denying;
pub use dns::{DNS, lets_some_ask, silencing};
pub use enforced::enforced;
pub use lets::{lacking, ranges_alone, reads};
pub use peer::{Peer, Whom};
pub use reading::{Reading, Servers};

use super::Pod;
use crate::terms::{Kind, LabelSelector, Labels};
use lets::is_encrypted;
use peer::is_in;

/// A network policy. What several of them let through adds up; a pod that none selects is free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// `NetworkPolicy`, `CiliumNetworkPolicy`, …
    pub kind: Kind,
    /// Its namespace; `None` when it is about the whole cluster.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// The pods that it is about.
    pub pods: LabelSelector,
    /// What it lets to them; `None` when it is not about that.
    pub ingress: Option<Vec<Opening>>,
    /// What it lets them reach; `None` when it is not about that.
    pub egress: Option<Vec<Opening>>,
    /// What it denies, whatever lets it through, of what comes in and of what goes out.
    pub denied: [Vec<Opening>; 2],
    /// Whether it only adds to what others let through, for what comes in and for what goes out.
    pub is_addition: [bool; 2],
    /// How the network of its cluster reads it.
    pub reading: Reading,
}

/// Some peers at some ports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opening {
    /// `None` for everybody.
    pub peers: Option<Vec<Peer>>,
    /// Ports of TCP, first and last; by name where the last is 0. `None` for all.
    pub ports: Option<Vec<(String, u16)>>,
    /// Ports of UDP, likewise.
    pub udp_ports: Option<Vec<(String, u16)>>,
    /// The protocol that connections are read for, where they are: what is encrypted is none.
    pub protocol: Option<&'static str>,
}

/// Which way packets of a connection first go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To the pod.
    Ingress,
    /// From the pod.
    Egress,
}

/// The label by which a namespace has its name, which Kubernetes sets, ...
const NAME: &str = "kubernetes.io/metadata.name";
/// ... and the one by which Cilium knows that of a pod.
const CILIUMS_NAMESPACE: &str = "io.kubernetes.pod.namespace";
/// Likewise its account.
const CILIUMS_ACCOUNT: &str = "io.cilium.k8s.policy.serviceaccount";
/// Likewise the name of its cluster.
pub const CILIUMS_CLUSTER: &str = "io.cilium.k8s.policy.cluster";
/// What Cilium knows of pods besides, and we do not, but for the name of their namespace.
const FOREIGN: &str = "io.cilium.k8s.namespace.labels.";
const CILIUMS_NAME: &str = "io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name";

impl Fence {
    /// Whether it is about a pod; `None` when it asks for what is not known of the pod.
    fn selects(&self, pod: &Pod) -> Option<bool> {
        let is_there = self.namespace.as_ref().is_none_or(|namespace| *namespace == pod.namespace);
        if pod.is_on_host || !is_there { Some(false) } else { holds(&self.pods, pod, &self.reading) }
    }

    /// Whether it may be about pods of a namespace. One of the whole cluster may say by its selector that it is not.
    fn may_be_in(&self, namespace: &str) -> bool {
        self.namespace.as_ref().is_none_or(|one| one == namespace) && may_be_of(&self.pods, namespace)
    }

    /// Whether it is about all pods of its places.
    pub fn is_about_all(&self) -> bool {
        self.pods.requirements().all(|part| [CILIUMS_NAMESPACE, CILIUMS_NAME].contains(&part.key.as_str()))
    }

    fn openings(&self, direction: Direction) -> Option<&[Opening]> {
        match direction {
            Direction::Ingress => self.ingress.as_deref(),
            Direction::Egress => self.egress.as_deref(),
        }
    }
}

/// Whether a selector holds for a pod; `None` when it asks for what is not known of it.
fn holds(selector: &LabelSelector, pod: &Pod, reading: &Reading) -> Option<bool> {
    let mut labels = pod.labels.clone();
    labels.extend(names_of(&pod.namespace));
    labels.insert(CILIUMS_ACCOUNT.to_owned(), pod.account.clone());
    labels.extend(reading.cluster.iter().map(|cluster| (CILIUMS_CLUSTER.to_owned(), cluster.clone())));
    let own = reading.labels_of(&pod.namespace);
    labels.extend(
        own.iter().flat_map(|own| own.iter()).map(|(key, value)| (format!("{FOREIGN}{key}"), value.clone())),
    );
    let is_hidden = |key: &str| {
        (key.starts_with(FOREIGN) && key != CILIUMS_NAME && own.is_none())
            || (key == CILIUMS_CLUSTER && !labels.contains_key(CILIUMS_CLUSTER))
    };
    (!selector.requirements().any(|part| is_hidden(&part.key))).then(|| selector.holds(&labels))
}

/// The labels by which Cilium knows that a pod is in a namespace.
fn names_of(namespace: &str) -> [(String, String); 2] {
    [CILIUMS_NAMESPACE, CILIUMS_NAME].map(|key| (key.to_owned(), namespace.to_owned()))
}

/// Whether some of the pods that a selector is about may be in a namespace, by these labels.
fn may_be_of(pods: &LabelSelector, namespace: &str) -> bool {
    let names = Labels::from(names_of(namespace));
    pods.requirements().filter(|part| names.contains_key(&part.key)).all(|part| part.holds(&names))
}

/// Whether a selector holds for a namespace; `None` when it asks for what is not known of it.
fn holds_for_namespace(selector: &LabelSelector, name: &str, reading: &Reading) -> Option<bool> {
    let own = reading.labels_of(name);
    let is_known = own.is_some() || selector.requirements().all(|part| part.key == NAME);
    let mut labels = own.cloned().unwrap_or_default();
    labels.insert(NAME.to_owned(), name.to_owned());
    is_known.then(|| selector.holds(&labels))
}

/// Whether some policy of a namespace lets some of its pods there, or lets somebody to some of them, whichever these are.
pub fn lets_some(
    fences: &[Fence],
    namespace: &str,
    (direction, whom, port): (Direction, Whom<'_>, u16),
) -> bool {
    let is_port = |first: &str, last: u16| has(first, last, port).unwrap_or(true);
    let goal = (whom, is_encrypted(&Pod::default(), port));
    let mut ours = fences.iter().filter(|fence| fence.may_be_in(namespace));
    ours.any(|fence| fence.opens(direction, goal, is_port))
}

/// Whether some policy about a pod lets it out to a port of some pods of this namespace: these may have labels that are not known.
pub fn leads_into(fences: &[Fence], pod: &Pod, (namespace, port): (&str, u16)) -> bool {
    let is_port =
        |ports: &[(String, u16)]| ports.iter().any(|(first, last)| has(first, *last, port).unwrap_or(true));
    let is_there = |peer: &Peer, reading: &Reading| match peer {
        Peer::Pods { namespaces: Some(selector), pods } => {
            holds_for_namespace(selector, namespace, reading) != Some(false) && may_be_of(pods, namespace)
        }
        // Of the namespace of the policy, whoever it is about.
        Peer::Pods { namespaces: None, .. }
        | Peer::Outside
        | Peer::World(_)
        | Peer::Cluster
        | Peer::Node
        | Peer::Front
        | Peer::ApiServer
        | Peer::Range(..)
        | Peer::OfCluster(_)
        | Peer::Unclear => false,
    };
    let about = fences.iter().filter(|fence| fence.selects(pod) != Some(false));
    let mut openings = about.flat_map(|fence| fence.egress.iter().flatten().map(move |one| (fence, one)));
    openings.any(|(fence, opening)| {
        opening.peers.iter().flatten().any(|peer| is_there(peer, &fence.reading))
            && opening.ports.as_deref().is_none_or(is_port)
    })
}

/// Whether a port is in a range; `None` for a name.
fn has(first: &str, last: u16, port: u16) -> Option<bool> {
    let first = first.parse::<u16>().ok()?;
    Some((first..=last.max(first)).contains(&port))
}

/// The policies that together keep a connection from a pod, or from where a pod wants to go; empty when it is let through,
/// or may be. The second says whether they open that port to anybody at all.
pub fn shutting<'a>(
    fences: &'a [Fence],
    pod: &Pod,
    (direction, whom, port): (Direction, Whom<'_>, u16),
) -> (Vec<&'a Fence>, bool) {
    let is_port = |first: &str, last: u16| is_port_of(pod, (direction, port), (first, last));
    let is_encrypted = is_encrypted(pod, port);
    let by = closing(fences, pod, direction, |fence| fence.opens(direction, (whom, is_encrypted), is_port));
    let is_open_to_some = |fence: &Fence| fence.is_open_to_some(direction, is_encrypted, is_port);
    let is_for_others =
        fences.iter().any(|fence| fence.selects(pod) != Some(false) && is_open_to_some(fence));
    (by, is_for_others)
}

/// Whether a port that a policy says is one. The name of a port is one of whom is gone to.
fn is_port_of(pod: &Pod, (direction, port): (Direction, u16), (first, last): (&str, u16)) -> bool {
    has(first, last, port).unwrap_or_else(|| {
        direction == Direction::Egress || pod.ports.iter().any(|one| one.0 == first && one.1 == port)
    })
}

/// The policies that would let a connection through, and are about other pods of the same place.
pub fn beside<'a>(
    fences: &'a [Fence],
    pod: &Pod,
    (direction, whom, port): (Direction, Whom<'_>, u16),
) -> Vec<&'a Fence> {
    let is_port = |first: &str, last: u16| is_port_of(pod, (direction, port), (first, last));
    let is_of_others = |fence: &&Fence| {
        let is_there = fence.namespace.as_ref().is_none_or(|one| *one == pod.namespace);
        is_there && !pod.is_on_host && fence.selects(pod) == Some(false)
    };
    let goal = (whom, is_encrypted(pod, port));
    fences.iter().filter(is_of_others).filter(|fence| fence.opens(direction, goal, is_port)).collect()
}

/// The policies that shut a pod in, or off; empty when one lets through what is asked for, or may.
fn closing<'a>(
    fences: &'a [Fence],
    pod: &Pod,
    direction: Direction,
    opens: impl Fn(&Fence) -> bool,
) -> Vec<&'a Fence> {
    // Who may be about the pod may open, and who is about it may shut.
    let about = |fence: &&Fence| fence.selects(pod) != Some(false) && fence.openings(direction).is_some();
    if fences.iter().filter(about).any(opens) {
        return Vec::new();
    }
    let adds = |fence: &Fence| match (direction, fence.is_addition) {
        (Direction::Ingress, [adds, _]) | (Direction::Egress, [_, adds]) => adds,
    };
    fences.iter().filter(about).filter(|fence| !adds(fence) && fence.selects(pod) == Some(true)).collect()
}

#[cfg(test)]
mod tests;
