//! What the mesh looks like, as plain data, parsed at the edge from the few fields that we read.

mod leading;
mod led;
mod young;

pub use leading::{Belonging, Inside, LinkSeen, Proof, Refusal, Trusting};
pub use led::Led;
pub use young::{Later, Young};

use super::link::Link;
use super::machinery::{Client, Discovery, Machinery, Refused};
use super::namespace::NamespaceSeen;
use super::network::NetworkSeen;
use crate::terms::{ClusterName, Fleet, Labels, ObjectRef, Observed, Obstacle, PerCluster, Scope};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

mod objects;

pub use objects::{EndpointsSeen, Mark, Port, ServiceSeen, SliceSeen};

/// The `EndpointSlices` of Services, in the order of their names.
pub type Slices = BTreeMap<Key, Vec<SliceSeen>>;

/// Namespace and name of an object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Key {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

impl Key {
    /// A key.
    pub fn new(namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self { namespace: namespace.into(), name: name.into() }
    }
}

/// A set of objects by namespace and name, and where it was looked, so that a watch can go on from there.
#[derive(Debug, Clone, PartialEq)]
pub struct Objects<T> {
    /// The objects.
    pub by_key: BTreeMap<Key, T>,
    /// Each place that was listed, with the version from which a watch misses nothing.
    pub places: Vec<(Scope, String)>,
}

impl<T> Default for Objects<T> {
    fn default() -> Self {
        Self { by_key: BTreeMap::new(), places: Vec::new() }
    }
}

/// What a consumer's namespace is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamespaceState {
    /// Objects can be made in it.
    Active,
    /// It is being deleted.
    Terminating,
}

/// What a namespace says of the proxies of its pods, and does not come to that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misinjection {
    /// As a label, with this value.
    Label(String),
    /// As an annotation with a value of its own.
    Value(String),
    /// Pods get proxies there, and this level of pod security bars what sets up their network, unless Linkerd's CNI plugin does;
    /// empty where it says none, and the default of the cluster holds.
    Barred(String),
    /// Webhooks of Linkerd pass it over, whatever its pods are annotated with.
    PassedOver,
}

/// An Ingress that names mirrors.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IngressSeen {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its class; empty for the default one.
    pub class: String,
    /// Its annotations.
    pub annotations: Labels,
    /// The names of the mirrors beside it.
    pub mirrors: BTreeSet<String>,
}

/// What was seen of one cluster that may be a consumer.
#[derive(Debug, Clone, PartialEq)]
pub struct ConsumerSeen {
    /// Its Links.
    pub links: Observed<Vec<LinkSeen>>,
    /// The namespaces that mirrors would need.
    pub namespaces: BTreeMap<String, Observed<NamespaceState>>,
    /// When these were made, where that is known.
    pub made: BTreeMap<String, String>,
    /// Services under the names of mirrors, or in the namespaces of mirrors.
    pub services: Observed<Objects<ServiceSeen>>,
    /// Endpoints under the names of mirrors, likewise.
    pub endpoints: Observed<Objects<EndpointsSeen>>,
    /// What Kubernetes has made of those of mirrors; looked at from all sides alone, absent otherwise.
    pub slices: Observed<Slices>,
    /// Pods beside mirrors that name them; looked at only to explain, absent otherwise.
    pub clients: Observed<Vec<Client>>,
    /// Pods that name what may have been mirrors and is not there any more, one of each name; looked at from all sides alone.
    pub lost: Vec<Client>,
    /// Ingresses beside mirrors that name them; likewise.
    pub ingresses: Observed<Vec<IngressSeen>>,
    /// When Cilium's settings were changed, where some of its agents were started before; likewise.
    pub unread_cilium: Option<String>,
    /// Namespaces of mirrors with a mark that the proxy injector does not understand.
    pub misinjected: BTreeMap<String, Misinjection>,
    /// The DNS domain of the cluster, when Linkerd's own configuration could be read.
    pub domain: Observed<String>,
}

impl ConsumerSeen {
    fn obstacles(&self) -> Vec<&Obstacle> {
        let links = match &self.links {
            Observed::Present(links) => links.as_slice(),
            Observed::Absent | Observed::Unknown(_) => &[],
        };
        let unproved = links.iter().filter_map(|seen| match &seen.belonging {
            Belonging::Unknown(obstacle) | Belonging::Unasked(obstacle) => Some(obstacle),
            Belonging::Exporter(_) => seen.hidden.as_ref(),
            Belonging::Elsewhere | Belonging::Stranger(_) | Belonging::Itself => None,
        });
        let places = [self.links.obstacle(), self.services.obstacle(), self.endpoints.obstacle()];
        unproved.chain(places.into_iter().flatten()).collect()
    }
}

/// Everything that an export is planned from.
#[derive(Debug, Clone, PartialEq)]
pub struct MeshSeen {
    /// The clusters of the run with their contexts.
    pub fleet: Fleet,
    /// Where the Services are.
    pub exporter: ClusterName,
    /// The Services that are asked for, whether they are there or not.
    pub asked: BTreeSet<Key>,
    /// Those of them that are there.
    pub services: Observed<Objects<ServiceSeen>>,
    /// Their Endpoints.
    pub endpoints: Observed<Objects<EndpointsSeen>>,
    /// All other clusters of the fleet. The exporter's own entry is empty.
    pub consumers: PerCluster<Observed<ConsumerSeen>>,
    /// What carries the mirrors, in each cluster that a Link to the exporter leads from or to.
    pub machinery: PerCluster<Observed<Machinery>>,
    /// What the control planes of consumers know of the exporter, looked at only where mirrors go past the gateway.
    pub discovery: BTreeMap<ClusterName, Observed<Vec<Discovery>>>,
    /// The pod networks of clusters, looked at only when an export depends on them.
    pub networks: BTreeMap<ClusterName, NetworkSeen>,
    /// Services of the same names in other clusters, looked for only when they are to be federated.
    pub peers: BTreeMap<ClusterName, Observed<Objects<ServiceSeen>>>,
    /// Namespaces of the exporter, looked at only when they are to be made elsewhere.
    pub homes: BTreeMap<String, Observed<NamespaceSeen>>,
    /// Links of the exporter by where they lead, looked for only where a cluster has none to the exporter.
    pub outward: BTreeMap<ClusterName, ObjectRef>,
    /// Services that a user may have meant, looked for only when one that was asked for is not there.
    pub nearby: Vec<ObjectRef>,
    /// Clusters of which there are manifests alone: what these lack may be there all the same.
    pub written: BTreeSet<ClusterName>,
    /// What looks on Services as if it asked for mirrors, where there are manifests alone of the exporter.
    pub marks: Vec<Mark>,
    /// Deployments whose pods are refused for their proxies; looked at from all sides alone, where something shows that some may be.
    pub refused: BTreeMap<ClusterName, Vec<Refused>>,
    /// What may be on its way, looked at for a fleet alone; `None` where nothing is given time.
    pub young: Option<Young>,
}

impl MeshSeen {
    /// The same, judged as if everything had had its time.
    #[must_use]
    pub fn impatient(self) -> Self {
        Self { young: None, ..self }
    }

    /// Everything that kept us from seeing what an export is judged by.
    pub fn obstacles(&self) -> impl Iterator<Item = &Obstacle> {
        let homes = self.homes.values().filter_map(Observed::obstacle);
        self.services.obstacle().into_iter().chain(homes).chain(self.others().flat_map(|(_, consumer)| {
            match consumer {
                Observed::Present(consumer) => consumer.obstacles(),
                Observed::Absent => Vec::new(),
                Observed::Unknown(obstacle) => vec![obstacle],
            }
        }))
    }

    /// The Links of all other clusters, with the cluster that each is in, wherever they lead; of one that cannot be seen none.
    pub fn links(&self) -> impl Iterator<Item = (&ClusterName, &LinkSeen)> {
        self.others().flat_map(|(name, consumer)| {
            let links = if let Observed::Present(consumer) = consumer { Some(&consumer.links) } else { None };
            let links = if let Some(Observed::Present(links)) = links { links.as_slice() } else { &[] };
            links.iter().map(move |one| (name, one))
        })
    }

    /// What carries mirrors in a cluster, where it was seen; that it was not is told by the checks of what is unseen.
    pub fn machinery_of(&self, cluster: &ClusterName) -> Option<&Machinery> {
        match self.machinery.get(cluster) {
            Some(Observed::Present(machinery)) => Some(machinery),
            Some(Observed::Absent | Observed::Unknown(_)) | None => None,
        }
    }

    /// What was seen of a consumer, with the same reserve.
    pub fn consumer(&self, cluster: &ClusterName) -> Option<&ConsumerSeen> {
        match self.consumers.get(cluster) {
            Some(Observed::Present(consumer)) => Some(consumer),
            Some(Observed::Absent | Observed::Unknown(_)) | None => None,
        }
    }

    /// The Links of a consumer that lead to the exporter; empty when it has none or cannot be seen.
    pub fn links_of(&self, consumer: &ClusterName) -> Vec<&Link> {
        let Some(seen) = self.consumer(consumer) else { return Vec::new() };
        let Observed::Present(links) = &seen.links else { return Vec::new() };
        let ours = links.iter().filter(|seen| matches!(seen.belonging, Belonging::Exporter(_)));
        ours.map(|seen| &seen.link).collect()
    }

    /// The Link of this namespace and name in a consumer, if it leads to the exporter.
    pub fn link(&self, consumer: &ClusterName, key: &Key) -> Option<&Link> {
        self.links_of(consumer)
            .into_iter()
            .find(|link| link.name == key.name && link.namespace == key.namespace)
    }

    /// The context of a cluster, for commands to paste.
    pub fn context<'a>(&'a self, cluster: &'a ClusterName) -> &'a str {
        self.fleet.context(cluster)
    }

    /// All clusters but the exporter, in fleet order.
    pub fn others(&self) -> impl Iterator<Item = (&ClusterName, &Observed<ConsumerSeen>)> {
        self.consumers.iter().filter(|(name, _)| **name != self.exporter)
    }
}
