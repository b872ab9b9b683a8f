//! The mirrors that an export asks for, and those that it causes besides.

use super::super::link::Link;
use super::super::names;
use super::super::snapshot::{ConsumerSeen, Key, MeshSeen, Port, ServiceSeen};
use super::{Effect, SideEffect};
use crate::terms::{ClusterName, Labels, ObjectRef, Observed, Obstacle};
use serde::Serialize;

/// What the domain of a cluster is taken to be when its Linkerd configuration cannot be read: Kubernetes' default.
const DEFAULT_DOMAIN: &str = "cluster.local";

/// One mirror that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// The exported Service.
    #[serde(skip)]
    pub exported: Key,
    /// The cluster that gets the mirror.
    pub consumer: ClusterName,
    /// The Link that makes it.
    pub link: String,
    /// The suffix of its name.
    #[serde(skip)]
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

    /// The mirror as an object.
    pub fn object(&self) -> ObjectRef {
        let key = self.key();
        ObjectRef::namespaced(&self.consumer, crate::terms::Kind::Service, &key.namespace, &key.name)
    }
}

/// The mirrors of one Service that are asked for; a Link without a usable target name gives none.
pub(crate) fn of_service(
    seen: &MeshSeen,
    consumers: &[(ClusterName, &Link)],
    key: &Key,
    service: &ServiceSeen,
) -> Vec<Target> {
    let targets = consumers.iter().map(|(consumer, link)| {
        let mirror = names::mirror(&key.name, &link.target_cluster_name);
        Target {
            exported: key.clone(),
            consumer: consumer.clone(),
            link: link.name.clone(),
            target_cluster_name: link.target_cluster_name.clone(),
            dns: format!("{mirror}.{}.svc.{}", key.namespace, domain(seen, consumer)),
            mirror,
            ports: service.ports.clone(),
        }
    });
    targets.collect()
}

fn domain(seen: &MeshSeen, consumer: &ClusterName) -> String {
    match seen.consumers.get(consumer) {
        Some(Observed::Present(consumer)) => match &consumer.domain {
            Observed::Present(domain) => domain.clone(),
            Observed::Absent | Observed::Unknown(_) => DEFAULT_DOMAIN.to_owned(),
        },
        Some(Observed::Absent | Observed::Unknown(_)) | None => DEFAULT_DOMAIN.to_owned(),
    }
}

/// The clusters that gain or lose a mirror of the Service without having been chosen.
pub(crate) fn side_effects(
    seen: &MeshSeen,
    chosen: &[(ClusterName, &Link)],
    key: &Key,
    (before, after): (&Labels, &Labels),
) -> Vec<SideEffect> {
    let mut effects = Vec::new();
    for (cluster, consumer) in seen.others() {
        if before != after && !are_links_seen(consumer) && !chosen.iter().any(|(name, _)| name == cluster) {
            effects.push(effect_in(cluster, key, &format!("{}-*", key.name), Effect::Unseen));
        }
        let unasked = |link: &&Link| !chosen.iter().any(|(name, one)| name == cluster && one == link);
        for link in seen.links_of(cluster).into_iter().filter(unasked) {
            let effect = match (link.mirrors(before), link.mirrors(after)) {
                (false, true) => Effect::Gains,
                (true, false) => Effect::Loses,
                (true, true) | (false, false) => continue,
            };
            let mirror = names::mirror(&key.name, &link.target_cluster_name);
            effects.push(effect_in(cluster, key, &mirror, effect));
        }
    }
    effects
}

fn effect_in(cluster: &ClusterName, key: &Key, mirror: &str, effect: Effect) -> SideEffect {
    let (cluster, namespace) = (cluster.clone(), key.namespace.clone());
    SideEffect { cluster, mirror: mirror.to_owned(), namespace, effect }
}

fn are_links_seen(consumer: &Observed<ConsumerSeen>) -> bool {
    match consumer {
        Observed::Present(consumer) => match &consumer.links {
            Observed::Present(_) | Observed::Absent | Observed::Unknown(Obstacle::NotServed { .. }) => true,
            Observed::Unknown(_) => false,
        },
        Observed::Absent => true,
        Observed::Unknown(_) => false,
    }
}
