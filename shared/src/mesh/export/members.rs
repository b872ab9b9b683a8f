//! The other members of a federated Service: which clusters have one, and whose ports it has. The oldest member decides: the
//! one in its own cluster, else that of the oldest Link.

use super::super::link::{Link, Way};
use super::super::names;
use super::super::snapshot::{ConsumerSeen, Key, LinkSeen, MeshSeen, Port, ServiceSeen};
use super::Routed;
use crate::terms::{ClusterName, Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy};
use std::collections::BTreeSet;

/// Whose ports a federated Service has once the exported one is a member.
enum Elder<'a> {
    /// Those of the exported Service: nobody is older.
    Nobody,
    /// Those of the member in its own cluster.
    Local,
    /// Those that came by this Link.
    Link(&'a Link),
}

/// A consumer, as far as a federated Service there depends on it.
struct Place<'a> {
    cluster: &'a ClusterName,
    link: &'a Link,
    links: &'a [LinkSeen],
    federated: Option<&'a ServiceSeen>,
    /// The Service of the same name there.
    own: Option<&'a ServiceSeen>,
}

impl<'a> Place<'a> {
    fn of(seen: &'a MeshSeen, (cluster, link): (&'a ClusterName, &'a Link), key: &Key) -> Option<Self> {
        let consumer = seen.consumer(cluster)?;
        let ConsumerSeen { links: Observed::Present(links), services: Observed::Present(services), .. } =
            consumer
        else {
            return None;
        };
        let federated = Key::new(key.namespace.clone(), names::federated(&key.name));
        let federated = services.by_key.get(&federated).filter(|found| found.is_federated());
        Some(Self { cluster, link, links, federated, own: peer(seen, cluster, key) })
    }

    fn elder(&self) -> Elder<'a> {
        let is_member = |own: &ServiceSeen| self.link.goes(&own.labels, Way::Federated);
        if self.federated.is_some_and(|found| found.local_member().is_some())
            || self.own.is_some_and(is_member)
        {
            return Elder::Local;
        }
        let members: Vec<&str> = self.federated.into_iter().flat_map(ServiceSeen::remote_members).collect();
        let clusters = members.iter().filter_map(|member| Some(member.split_once('@')?.1));
        // The service mirror takes the name of a member's cluster for that of its Link; who knows no time is not older.
        let links =
            clusters.filter_map(|name| self.links.iter().map(|seen| &seen.link).find(|one| one.name == name));
        let is_older = |one: &&Link| {
            !one.created.is_empty() && !self.link.created.is_empty() && one.created < self.link.created
        };
        links.filter(is_older).min_by_key(|one| &one.created).map_or(Elder::Nobody, Elder::Link)
    }

    /// The ports that clients find there.
    fn ports(&self, exported: &ServiceSeen) -> Vec<Port> {
        let standing = self.federated.or(self.own);
        match (self.elder(), standing) {
            (Elder::Local | Elder::Link(_), Some(standing)) => standing.ports.clone(),
            (Elder::Local | Elder::Link(_), None) | (Elder::Nobody, _) => exported.ports.clone(),
        }
    }
}

/// The Service of this name in another cluster.
fn peer<'a>(seen: &'a MeshSeen, cluster: &ClusterName, key: &Key) -> Option<&'a ServiceSeen> {
    let Some(Observed::Present(services)) = seen.peers.get(cluster) else { return None };
    services.by_key.get(key)
}

/// The ports under which clients in a consumer find a federated Service.
pub(super) fn ports(
    seen: &MeshSeen,
    (consumer, link): (&ClusterName, &Link),
    key: &Key,
    service: &ServiceSeen,
) -> Vec<Port> {
    let place = Place::of(seen, (consumer, link), key);
    place.map_or_else(|| service.ports.clone(), |place| place.ports(service))
}

/// What there is to say of the other members; nothing where they were not looked for.
pub(super) fn members(
    seen: &MeshSeen,
    routed: &[Routed<'_>],
    key: &Key,
    service: &ServiceSeen,
) -> Vec<Finding> {
    let federated: Vec<&Routed<'_>> =
        routed.iter().filter(|one| one.is_usable() && one.ways.contains(&Way::Federated)).collect();
    if federated.is_empty() || seen.peers.is_empty() {
        return Vec::new();
    }
    let places = federated.iter().filter_map(|one| Place::of(seen, (&one.consumer, one.link), key));
    let mut findings: Vec<Finding> =
        places.filter_map(|place| other_ports(seen, &place, key, service)).collect();
    findings.push(others(seen, &federated, key));
    findings
}

/// Ports that clients will not find, since those of the oldest member hold.
fn other_ports(seen: &MeshSeen, place: &Place<'_>, key: &Key, service: &ServiceSeen) -> Option<Finding> {
    let (held, standing) = (numbers(&place.ports(service)), place.federated.or(place.own));
    let before = standing.map_or_else(BTreeSet::new, |found| numbers(&found.ports));
    let own = numbers(&service.ports);
    let lost = listed(own.union(&before).filter(|port| !held.contains(*port)));
    if lost.is_empty() {
        return None;
    }
    let whose = match place.elder() {
        Elder::Local => format!("of the member in {}, which counts as the oldest", place.cluster),
        Elder::Link(link) => format!("that came by the Link {}, which is older", link.name),
        Elder::Nobody => format!("of {}, whose Link is the oldest", seen.exporter),
    };
    let name = names::federated(&key.name);
    let text =
        format!("{name} has the ports {whose}: {}; clients cannot reach {lost} there", listed(held.iter()));
    let remedy = Remedy::new("give all members the same ports, or have clients use those that all have");
    let object = ObjectRef::namespaced(place.cluster, Kind::Service, &key.namespace, &name);
    let clusters = [&seen.exporter, place.cluster];
    Some(Finding::warning("federated-ports", &clusters, text, remedy).about(object))
}

fn numbers(ports: &[Port]) -> BTreeSet<String> {
    ports.iter().map(ToString::to_string).collect()
}

fn listed<'a>(ports: impl Iterator<Item = &'a String>) -> String {
    ports.map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// Which of the other clusters have a member, or could have one.
fn others(seen: &MeshSeen, federated: &[&Routed<'_>], key: &Key) -> Finding {
    let is_member =
        |found: &ServiceSeen| federated.iter().any(|one| one.link.goes(&found.labels, Way::Federated));
    let kind_of = |name: &ClusterName| match seen.peers.get(name) {
        Some(Observed::Present(services)) => match services.by_key.get(key) {
            Some(found) if is_member(found) => "in",
            Some(_) => "a Service of its name without the label in",
            None => "none in",
        },
        Some(Observed::Absent) => "none in",
        Some(Observed::Unknown(_)) | None => "not looked at:",
    };
    let kinds = ["in", "a Service of its name without the label in", "none in", "not looked at:"];
    let parts = kinds.into_iter().filter_map(|kind| {
        let names = seen.others().map(|(name, _)| name).filter(|name| kind_of(name) == kind);
        let names = names.map(ClusterName::as_str).collect::<Vec<_>>().join(", ");
        (!names.is_empty()).then(|| format!("{kind} {names}"))
    });
    let text = format!("other members: {}", parts.collect::<Vec<_>>().join("; "));
    let object = ObjectRef::namespaced(&seen.exporter, Kind::Service, &key.namespace, &key.name);
    Finding::info("federated-members", &[&seen.exporter], text).about(object)
}
