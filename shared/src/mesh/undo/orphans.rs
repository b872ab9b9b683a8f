//! Mirrors whose Link was deleted: Linkerd leaves them for ever, with addresses that look ready.

use super::super::change::Change;
use super::super::export::{Again, Target, target};
use super::super::link::Way;
use super::super::names;
use super::super::snapshot::{ConsumerSeen, Key, LinkSeen, MeshSeen, ServiceSeen};
use crate::plan::Step;
use crate::terms::{ClusterName, Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy, kubectl};
use std::collections::{BTreeMap, BTreeSet};

mod federated;

/// A mirror that no Link keeps any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orphan {
    /// The Service that it mirrors.
    pub exported: Key,
    /// The mirror.
    pub object: ObjectRef,
    /// Its uid.
    pub uid: String,
    /// The cluster name that it carries.
    pub target_cluster_name: String,
    /// How clients reached the Service by it.
    pub way: Way,
}

impl Orphan {
    /// Whether it is the mirror of this Service.
    pub(super) fn is_of(&self, exported: &ObjectRef) -> bool {
        exported.namespace.as_ref() == Some(&self.exported.namespace) && self.exported.name == exported.name
    }

    /// The same as a mirror whose going is waited for.
    pub(super) fn target(&self, seen: &MeshSeen) -> Target {
        let Self { exported, object, target_cluster_name, way, .. } = self;
        Target {
            exported: exported.clone(),
            consumer: object.cluster.clone(),
            link: None,
            way: *way,
            target_cluster_name: target_cluster_name.clone(),
            mirror: object.name.clone(),
            dns: target::dns(seen, &object.cluster, (&exported.namespace, &object.name)),
            ports: Vec::new(),
        }
    }

    pub(super) fn step(self) -> Step<Change> {
        let why = match (self.way, self.target_cluster_name.as_str()) {
            (Way::Federated, "") => "no member is left in its lists".to_owned(),
            (_, name) => format!("its cluster has no Link with targetClusterName {name} left"),
        };
        Step { object: self.object, action: Change::DeleteMirror { uid: self.uid }, why }
    }
}

/// The orphans of the Services that are asked for, made in a way that is asked for, in fleet order. A mirror counts only
/// when it names one of these Services, carries the exporter's name, and its cluster's Links could be seen and none of them
/// keeps it; a federated Service, when no other member is left.
pub fn orphans(seen: &MeshSeen, (asked, ways): (&[ClusterName], &[Way])) -> Vec<Orphan> {
    let names = names_of_exporter(seen);
    let mut found = Vec::new();
    for place in places(seen, asked) {
        found.extend(in_cluster(seen, &place, &names));
        found.extend(federated::orphans(seen, &place, &names));
    }
    found.retain(|orphan| ways.is_empty() || ways.contains(&orphan.way));
    found
}

/// A cluster in which orphans can be told.
struct Place<'a> {
    cluster: &'a ClusterName,
    links: &'a [LinkSeen],
    services: &'a BTreeMap<Key, ServiceSeen>,
}

impl Place<'_> {
    /// Whether a Link keeps what is made for this cluster name.
    fn keeps(&self, name: &str) -> bool {
        self.links.iter().any(|seen| seen.link.target_cluster_name == name)
    }
}

fn places<'a>(seen: &'a MeshSeen, asked: &'a [ClusterName]) -> impl Iterator<Item = Place<'a>> {
    let chosen = seen.others().filter(|(name, _)| asked.is_empty() || asked.contains(name));
    chosen.filter_map(|(cluster, consumer)| match consumer {
        Observed::Present(ConsumerSeen {
            links: Observed::Present(links),
            services: Observed::Present(services),
            ..
        }) => Some(Place { cluster, links, services: &services.by_key }),
        Observed::Present(_) | Observed::Absent | Observed::Unknown(_) => None,
    })
}

/// What mirrors of the exporter may be called after: its name in this run and in every Link to it.
pub(crate) fn names_of_exporter(seen: &MeshSeen) -> BTreeSet<String> {
    let links = seen.others().flat_map(|(cluster, _)| seen.links_of(cluster));
    let targets = links.map(|link| link.target_cluster_name.clone());
    targets.chain([seen.exporter.as_str().to_owned(), seen.context(&seen.exporter).to_owned()]).collect()
}

/// What removes the mirrors of a Service that nobody keeps.
pub(crate) fn removal(seen: &MeshSeen, key: &Key) -> Remedy {
    let undo = Again { verb: Some("undo"), flags: Vec::new(), ..Again::default() };
    let words = undo.command(&seen.fleet, &seen.exporter, key);
    Remedy::run("remove it, unless its target comes back; run", words)
}

fn in_cluster(seen: &MeshSeen, place: &Place<'_>, exporter_names: &BTreeSet<String>) -> Vec<Orphan> {
    let orphaned = place.services.iter().filter_map(|(key, service)| {
        let name = service.labels.get(names::CLUSTER_NAME)?;
        let ours = exporter_names.contains(name) && !place.keeps(name) && service.is_mirror_from(name);
        let exported = asked_for(seen, key, service, name).filter(|_| ours)?;
        Some(Orphan {
            exported,
            object: ObjectRef::namespaced(place.cluster, Kind::Service, &key.namespace, &key.name),
            uid: service.uid.clone(),
            target_cluster_name: name.clone(),
            way: if service.is_flat() { Way::Flat } else { Way::Gateway },
        })
    });
    orphaned.collect()
}

/// Mirrors of the asked Services under a cluster name that no Link of their cluster keeps and that is none of the
/// exporter's. They may be orphans of a Link that was made under another name, or those of another exporter, so they are
/// named and left; and so are federated Services that list a member which is none any more.
pub(super) fn strays(seen: &MeshSeen, asked: &[ClusterName]) -> Vec<Finding> {
    let names = names_of_exporter(seen);
    let mut found = Vec::new();
    for place in places(seen, asked) {
        found.extend(place.services.iter().filter_map(|(key, service)| {
            let name = service.labels.get(names::CLUSTER_NAME)?;
            let stray = !names.contains(name) && !place.keeps(name) && service.is_mirror_from(name);
            asked_for(seen, key, service, name)
                .filter(|_| stray)
                .map(|_| stray_at(seen, place.cluster, (key, name)))
        }));
        found.extend(federated::strays(seen, &place, &names));
    }
    found
}

fn stray_at(seen: &MeshSeen, cluster: &ClusterName, (key, name): (&Key, &str)) -> Finding {
    let object = ObjectRef::namespaced(cluster, Kind::Service, &key.namespace, &key.name);
    let text = format!(
        "it mirrors a Service of this name from {name:?}, for which {cluster} has no Link left; it may not be {}, so it is \
         left alone",
        seen.exporter
    );
    let service = format!("svc/{}", key.name);
    let words = kubectl(&seen.fleet, cluster, &["--namespace", &key.namespace, "delete", &service]);
    let remedy = Remedy::run("if nothing manages it, delete it by hand", words);
    Finding::warning("mirror-stray", &[&seen.exporter, cluster], text, remedy).about(object)
}

/// The asked Service that this mirrors.
fn asked_for(seen: &MeshSeen, key: &Key, mirror: &ServiceSeen, suffix: &str) -> Option<Key> {
    let name = key.name.strip_suffix(&format!("-{suffix}"))?;
    let exported = Key::new(key.namespace.clone(), name);
    (seen.asked.contains(&exported) && mirror.mirrors(&exported)).then_some(exported)
}
