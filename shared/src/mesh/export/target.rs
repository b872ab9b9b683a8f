//! The mirrors that an export asks for.

use super::super::link::{Link, Way};
use super::super::names;
use super::super::snapshot::{ConsumerSeen, Key, MeshSeen, Port, ServiceSeen};
use super::{Routed, members};
use crate::terms::{ClusterName, Kind, ObjectRef, Observed};

/// What the domain of a cluster is taken to be when its Linkerd configuration cannot be read: Kubernetes' default.
const DEFAULT_DOMAIN: &str = "cluster.local";

/// One mirror that is asked for, or a federated Service that is to have the exported one as a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The exported Service.
    pub exported: Key,
    /// The cluster that gets the mirror.
    pub consumer: ClusterName,
    /// Namespace and name of the Link that makes it; `None` once that is deleted.
    pub link: Option<Key>,
    /// How clients reach the exported Service by it.
    pub way: Way,
    /// The suffix of its name; what a federated Service calls the exporter.
    pub target_cluster_name: String,
    /// The mirror's name; its namespace is that of the exported Service.
    pub mirror: String,
    /// Under which name clients in the consumer reach it.
    pub dns: String,
    /// Its ports.
    pub ports: Vec<Port>,
}

impl Target {
    /// Namespace and name of the mirror.
    pub fn key(&self) -> Key {
        Key::new(self.exported.namespace.clone(), self.mirror.clone())
    }

    /// The Link that makes it, among those that were seen.
    pub fn link_in<'a>(&self, seen: &'a MeshSeen) -> Option<&'a Link> {
        seen.link(&self.consumer, self.link.as_ref()?)
    }

    /// The mirror as an object.
    pub fn object(&self) -> ObjectRef {
        let key = self.key();
        ObjectRef::namespaced(&self.consumer, Kind::Service, &key.namespace, &key.name)
    }

    /// Whether this is no foreign Service: the service mirror made it, whatever for.
    pub fn is_made(&self, found: &ServiceSeen) -> bool {
        match self.way {
            Way::Gateway | Way::Flat => {
                let target = &self.target_cluster_name;
                found.is_mirror_from(target)
                    || (found.is_stripped_for(target) && found.mirrors(&self.exported))
            }
            Way::Federated => found.is_federated(),
        }
    }

    /// Whether this leads to the exported Service, in any version of it.
    pub fn leads_there(&self, found: &ServiceSeen) -> bool {
        match self.way {
            Way::Gateway | Way::Flat => self.is_made(found) && found.mirrors(&self.exported),
            Way::Federated => self.is_made(found) && found.remote_members().any(|one| one == self.member()),
        }
    }

    /// What a federated Service calls the exported one.
    pub fn member(&self) -> String {
        format!("{}@{}", self.exported.name, self.target_cluster_name)
    }

    /// The Service under its name in its cluster, when that could be looked at.
    pub(crate) fn found_in<'a>(&self, seen: &'a MeshSeen) -> Option<&'a ServiceSeen> {
        let consumer = seen.consumer(&self.consumer)?;
        found(consumer, &self.key())
    }
}

fn found<'a>(consumer: &'a ConsumerSeen, key: &Key) -> Option<&'a ServiceSeen> {
    let Observed::Present(services) = &consumer.services else { return None };
    services.by_key.get(key)
}

/// The mirrors of one Service that are asked for; a Link without a usable target name gives none.
pub(crate) fn of_service(
    seen: &MeshSeen,
    routed: &[Routed<'_>],
    key: &Key,
    service: &ServiceSeen,
) -> Vec<Target> {
    let pairs = routed.iter().flat_map(|one| one.ways.iter().map(move |way| (one, *way)));
    pairs.map(|(one, way)| of_link(seen, (&one.consumer, one.link, way), key, service)).collect()
}

/// The mirror that a Link makes of a Service in one way.
pub(crate) fn of_link(
    seen: &MeshSeen,
    (consumer, link, way): (&ClusterName, &Link, Way),
    key: &Key,
    service: &ServiceSeen,
) -> Target {
    let mirror = name(key, link, way);
    Target {
        exported: key.clone(),
        consumer: consumer.clone(),
        link: Some(Key::new(link.namespace.clone(), link.name.clone())),
        way,
        target_cluster_name: link.target_cluster_name.clone(),
        dns: dns(seen, consumer, (&key.namespace, &mirror)),
        mirror,
        ports: match way {
            Way::Gateway | Way::Flat => service.ports.clone(),
            Way::Federated => members::ports(seen, (consumer, link), key, service),
        },
    }
}

/// What the mirror of a Service is called.
pub(super) fn name(key: &Key, link: &Link, way: Way) -> String {
    match way {
        Way::Gateway | Way::Flat => names::mirror(&key.name, &link.target_cluster_name),
        Way::Federated => names::federated(&key.name),
    }
}

/// In which way the mirror of this Link's name was made; `None` where there is none.
pub(crate) fn way_of_mirror(seen: &MeshSeen, consumer: &ClusterName, link: &Link, key: &Key) -> Option<Way> {
    let consumer = seen.consumer(consumer)?;
    let mirror = Key::new(key.namespace.clone(), name(key, link, Way::Gateway));
    let found = found(consumer, &mirror).filter(|found| found.is_mirror_from(&link.target_cluster_name))?;
    Some(if found.is_flat() { Way::Flat } else { Way::Gateway })
}

/// Under which name clients in the consumer reach a Service.
pub(crate) fn dns(seen: &MeshSeen, consumer: &ClusterName, (namespace, name): (&str, &str)) -> String {
    format!("{name}.{namespace}.svc.{}", domain(seen, consumer))
}

fn domain(seen: &MeshSeen, consumer: &ClusterName) -> String {
    match seen.consumer(consumer).map(|consumer| &consumer.domain) {
        Some(Observed::Present(domain)) => domain.clone(),
        Some(Observed::Absent | Observed::Unknown(_)) | None => DEFAULT_DOMAIN.to_owned(),
    }
}
