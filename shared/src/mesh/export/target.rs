//! The mirrors that an export asks for, and those that it causes besides.

use super::super::link::{Link, Way};
use super::super::names;
use super::super::snapshot::{Belonging, ConsumerSeen, Key, LinkSeen, MeshSeen, Port, ServiceSeen};
use super::{Effect, SideEffect};
use crate::terms::{ClusterName, Kind, Labels, ObjectRef, Observed, Obstacle};
use crate::verdict::{Finding, Remedy, kubectl};

/// What the domain of a cluster is taken to be when its Linkerd configuration cannot be read: Kubernetes' default.
const DEFAULT_DOMAIN: &str = "cluster.local";

/// One mirror that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The exported Service.
    pub exported: Key,
    /// The cluster that gets the mirror.
    pub consumer: ClusterName,
    /// Namespace and name of the Link that makes it; `None` once that is deleted.
    pub link: Option<Key>,
    /// The suffix of its name.
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
            link: Some(Key::new(link.namespace.clone(), link.name.clone())),
            target_cluster_name: link.target_cluster_name.clone(),
            dns: dns(seen, consumer, (&key.namespace, &mirror)),
            mirror,
            ports: service.ports.clone(),
        }
    });
    targets.collect()
}

/// Under which name clients in the consumer reach a Service.
pub(crate) fn dns(seen: &MeshSeen, consumer: &ClusterName, (namespace, name): (&str, &str)) -> String {
    format!("{name}.{namespace}.svc.{}", domain(seen, consumer))
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

/// What happens to mirrors of the Service without having been asked for: they come or go in clusters or by Links that
/// were not chosen, or change their way. A Link that nobody can attribute counts when it would answer differently.
pub(crate) fn side_effects(
    seen: &MeshSeen,
    chosen: &[(ClusterName, &Link)],
    key: &Key,
    labels: (&Labels, &Labels),
) -> Vec<SideEffect> {
    let mut effects = Vec::new();
    for (cluster, consumer) in seen.others() {
        let is_chosen = chosen.iter().any(|(name, _)| name == cluster);
        if labels.0 != labels.1 && !shows_links(consumer) && !is_chosen {
            effects.push(effect_in(cluster, key, &format!("{}-*", key.name), Effect::Unseen));
        }
        for link in links(consumer) {
            let is_asked = chosen.iter().any(|(name, one)| name == cluster && **one == link.link);
            if let Some(effect) = effect_of(link, is_asked, labels) {
                let mirror = names::mirror(&key.name, &link.link.target_cluster_name);
                effects.push(effect_in(cluster, key, &mirror, effect));
            }
        }
    }
    effects
}

/// The chosen Links that would mirror a Service with these labels past their gateway.
pub(super) fn flat(
    seen: &MeshSeen,
    chosen: &[(ClusterName, &Link)],
    key: &Key,
    labels: &Labels,
) -> Vec<Finding> {
    let flat =
        chosen.iter().filter(|(_, link)| link.problems.is_empty() && link.way(labels) == Some(Way::Flat));
    flat.map(|(cluster, link)| {
        let object = ObjectRef::namespaced(&seen.exporter, Kind::Service, &key.namespace, &key.name);
        let text = format!(
            "the remoteDiscoverySelector of the Link {} matches it ({}), so its mirror would be made for a flat \
             network and have no endpoints",
            link.name,
            link.remote_discovery_selector.query()
        );
        let spelled = format!("links.multicluster.linkerd.io/{}", link.name);
        let words = kubectl(&seen.fleet, cluster, &["--namespace", &link.namespace, "edit", &spelled]);
        let action = "take those labels off the Service, or have the Link select other ones; to edit it, run";
        let clusters = [&seen.exporter, cluster];
        Finding::error("gateway-mode", &clusters, text, Remedy::run(action, words)).about(object)
    })
    .collect()
}

fn effect_of(seen: &LinkSeen, is_asked: bool, (before, after): (&Labels, &Labels)) -> Option<Effect> {
    let (was, will) = (seen.link.way(before), seen.link.way(after));
    match (&seen.belonging, was, will) {
        _ if was == will => None,
        (Belonging::Elsewhere, _, _) => None,
        (Belonging::Unknown(_) | Belonging::Unasked(_), _, _) => Some(Effect::Unseen),
        (Belonging::Exporter(_), Some(_), Some(Way::Gateway)) => Some(Effect::ToGateway),
        (Belonging::Exporter(_), Some(_), Some(Way::Flat)) => Some(Effect::ToFlat),
        (Belonging::Exporter(_), None, _) => (!is_asked).then_some(Effect::Gains),
        (Belonging::Exporter(_), Some(_), None) => (!is_asked).then_some(Effect::Loses),
    }
}

/// Whether some cluster mirrors a Service with these labels, or may do so unseen.
pub(crate) fn may_be_mirrored(seen: &MeshSeen, labels: &Labels) -> bool {
    let leads_away = |link: &LinkSeen| link.belonging == Belonging::Elsewhere;
    let serves = |link: &LinkSeen| !leads_away(link) && link.link.mirrors(labels);
    seen.others().any(|(_, consumer)| !shows_links(consumer) || links(consumer).iter().any(serves))
}

fn links(consumer: &Observed<ConsumerSeen>) -> &[LinkSeen] {
    match consumer {
        Observed::Present(ConsumerSeen { links: Observed::Present(links), .. }) => links,
        Observed::Present(_) | Observed::Absent | Observed::Unknown(_) => &[],
    }
}

fn effect_in(cluster: &ClusterName, key: &Key, mirror: &str, effect: Effect) -> SideEffect {
    let (cluster, namespace) = (cluster.clone(), key.namespace.clone());
    SideEffect { cluster, mirror: mirror.to_owned(), namespace, effect }
}

/// Whether it is known which Links a cluster has.
pub fn are_links_seen(seen: &MeshSeen, cluster: &ClusterName) -> bool {
    seen.consumers.get(cluster).is_some_and(shows_links)
}

fn shows_links(consumer: &Observed<ConsumerSeen>) -> bool {
    match consumer {
        Observed::Present(consumer) => match &consumer.links {
            Observed::Present(_) | Observed::Absent | Observed::Unknown(Obstacle::NotServed { .. }) => true,
            Observed::Unknown(_) => false,
        },
        Observed::Absent => true,
        Observed::Unknown(_) => false,
    }
}
