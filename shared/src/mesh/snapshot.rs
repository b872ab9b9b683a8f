//! What the mesh looks like, as plain data, parsed at the edge from the few fields that we read.

mod leading;

pub use leading::{Belonging, LinkSeen, Proof};

use super::link::Link;
use super::machinery::Machinery;
use super::names;
use crate::terms::{
    ClusterName, Fleet, Labels, ObjectRef, Observed, Obstacle, OwnerReference, Owners, PerCluster, Scope,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

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

/// A port of a Service; prints as `5432/TCP`, as kubectl does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Port {
    /// Its name; empty when it has none.
    pub name: String,
    /// Its number.
    pub port: u16,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: String,
    /// What is spoken on it, where that is declared.
    #[serde(rename = "appProtocol", skip_serializing_if = "String::is_empty")]
    pub app_protocol: String,
}

impl std::fmt::Display for Port {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}/{}", self.port, self.protocol)
    }
}

/// A Service, exported or mirrored.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ServiceSeen {
    /// Its uid.
    pub uid: String,
    /// Its `resourceVersion`.
    pub version: String,
    /// Its labels.
    pub labels: Labels,
    /// Its annotations.
    pub annotations: Labels,
    /// Who owns which of its labels.
    pub owners: Owners,
    /// The object whose controller makes it, if one does.
    pub controller: Option<OwnerReference>,
    /// Its ports.
    pub ports: Vec<Port>,
    /// `ClusterIP`, `ExternalName`, …
    pub service_type: String,
}

impl ServiceSeen {
    /// Whether the service mirror made it for this target: its label and its version annotation say so.
    pub fn is_mirror_from(&self, target_cluster_name: &str) -> bool {
        is_labelled_for(&self.labels, target_cluster_name)
            && self.annotations.contains_key(names::REMOTE_VERSION)
    }

    /// Whether it mirrors just this Service: two pairs of a name and a suffix can give the same mirror name.
    pub fn mirrors(&self, exported: &Key) -> bool {
        let prefix = format!("{}.{}.svc.", exported.name, exported.namespace);
        self.annotations.get(names::REMOTE_NAME).is_some_and(|name| name.starts_with(&prefix))
    }

    /// The version of the exported Service that a mirror was written from.
    pub fn remote_version(&self) -> Option<&str> {
        self.annotations.get(names::REMOTE_VERSION).map(String::as_str)
    }
}

/// An Endpoints object; the service mirror reads and writes these, not slices.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EndpointsSeen {
    /// Its `resourceVersion`.
    pub version: String,
    /// Its labels.
    pub labels: Labels,
    /// How many addresses are ready.
    pub ready: usize,
    /// How many are not: in a mirror, all of them once its gateway has died.
    pub not_ready: usize,
}

impl EndpointsSeen {
    /// Whether the service mirror made it for this target: its labels say so.
    pub fn is_made_for(&self, target_cluster_name: &str) -> bool {
        is_labelled_for(&self.labels, target_cluster_name)
    }
}

fn is_labelled_for(labels: &Labels, target_cluster_name: &str) -> bool {
    let made = labels.get(names::MIRRORED_SERVICE).is_some_and(|value| value == "true");
    made && labels.get(names::CLUSTER_NAME).is_some_and(|value| value == target_cluster_name)
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

/// What was seen of one cluster that may be a consumer.
#[derive(Debug, Clone, PartialEq)]
pub struct ConsumerSeen {
    /// Its Links.
    pub links: Observed<Vec<LinkSeen>>,
    /// The namespaces that mirrors would need.
    pub namespaces: BTreeMap<String, Observed<NamespaceState>>,
    /// Services under the names of mirrors, or in the namespaces of mirrors.
    pub services: Observed<Objects<ServiceSeen>>,
    /// Endpoints under the names of mirrors, likewise.
    pub endpoints: Observed<Objects<EndpointsSeen>>,
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
            Belonging::Exporter(_) | Belonging::Elsewhere => None,
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
    /// Services that a user may have meant, looked for only when one that was asked for is not there.
    pub nearby: Vec<ObjectRef>,
}

impl MeshSeen {
    /// Everything that kept us from seeing what an export is judged by.
    pub fn obstacles(&self) -> impl Iterator<Item = &Obstacle> {
        self.services.obstacle().into_iter().chain(self.others().flat_map(|(_, consumer)| match consumer {
            Observed::Present(consumer) => consumer.obstacles(),
            Observed::Absent => Vec::new(),
            Observed::Unknown(obstacle) => vec![obstacle],
        }))
    }

    /// The Links of a consumer that lead to the exporter; empty when it has none or cannot be seen.
    pub fn links_of(&self, consumer: &ClusterName) -> Vec<&Link> {
        let Some(Observed::Present(seen)) = self.consumers.get(consumer) else { return Vec::new() };
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
