//! What consumers hold under the names of mirrors.

use super::super::link::{Link, Way};
use super::super::names;
use super::super::namespace::NamespaceSeen;
use super::super::snapshot::{
    Belonging, ConsumerSeen, Key, LinkSeen, Misinjection, NamespaceState, Objects, ServiceSeen,
};
use super::super::wire;
use super::called::Called;
use super::objects::{endpoints_among, services_among};
use super::{Looking, agents, clients};
use crate::cluster::{Cluster, ClusterSet, Resource, Shape};
use crate::terms::{ClusterName, Labels, Observed, Scope};
use std::collections::{BTreeMap, BTreeSet};

/// From how many on namespaces are listed instead of read one by one.
pub(super) const MANY_NAMESPACES: usize = 3;

/// Up to how many Links to one exporter each mirror is asked for by its name; more would take all connections.
const MANY_LINKS: usize = 2;

/// Which mirrors are looked for, and how.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) keys: &'a BTreeSet<Key>,
    pub(super) services: &'a Observed<Objects<ServiceSeen>>,
    pub(super) namespaces: &'a [Option<&'a str>],
    pub(super) looking: Looking,
    pub(super) ways: &'a [Way],
    /// Whether all is looked at that the exporter exports.
    pub(super) is_wide: bool,
}

impl Place<'_> {
    /// All that is in the namespaces of the run.
    pub(super) fn everything(&self) -> impl Iterator<Item = Scope> {
        self.namespaces.iter().map(|namespace| Scope::namespace(*namespace))
    }

    /// The namespaces of mirrors; none where no Link makes any.
    fn namespaces_of(&self, links: &[&Link]) -> BTreeSet<&str> {
        let keys = self.keys.iter().filter(|_| !links.is_empty());
        keys.map(|key| key.namespace.as_str()).collect()
    }

    /// The Services that are, or are to be, members of federated ones.
    fn members<'b>(&'b self, links: &'b [&Link]) -> impl Iterator<Item = &'b Key> {
        let is_asked = self.ways.contains(&Way::Federated);
        let is_labelled = |key: &Key| match self.services {
            Observed::Present(services) => services
                .by_key
                .get(key)
                .is_some_and(|service| links.iter().any(|link| link.goes(&service.labels, Way::Federated))),
            Observed::Absent | Observed::Unknown(_) => false,
        };
        self.keys.iter().filter(move |key| is_asked || is_labelled(key))
    }
}

pub(super) async fn look(
    set: &ClusterSet,
    name: &ClusterName,
    links: Option<&Observed<Vec<LinkSeen>>>,
    place: &Place<'_>,
) -> Observed<ConsumerSeen> {
    if name == &set.primary {
        return Observed::Absent;
    }
    let cluster = match set.cluster(name) {
        Ok(cluster) => cluster,
        Err(obstacle) => return Observed::Unknown(obstacle),
    };
    let links = links.cloned().unwrap_or(Observed::Absent);
    let ours = ours(&links);
    let scopes = scopes(&ours, place);
    let federated = federated(&ours, place, &scopes);
    let pods = of_pods(&ours, place);
    let called = Called::of(&ours, place.keys);
    let matters = |key: &Key, labels: &Labels| called.matters(key, labels);
    let (services, endpoints, namespaces, (clients, ingresses, lost), unread_cilium) = futures::join!(
        services_among(cluster, scopes.iter().cloned().chain(federated).chain(pods).collect(), matters),
        endpoints_among(cluster, scopes.clone(), matters),
        namespaces_of(cluster, place.namespaces_of(&ours)),
        clients::look(cluster, &ours, place),
        agents::unread(cluster, &ours, place.looking)
    );
    let (misinjected, domain) = (of_each(&namespaces, |one| one.mark.clone()), Observed::Absent);
    let made = of_each(&namespaces, |one| one.made.clone());
    let namespaces = namespaces.into_iter().map(|(name, seen)| (name, seen.map(|one| one.state))).collect();
    Observed::Present(ConsumerSeen {
        links,
        namespaces,
        made,
        services: services.map(without_targets),
        endpoints,
        slices: Observed::Absent,
        clients,
        lost,
        ingresses,
        unread_cilium,
        misinjected,
        domain,
    })
}

/// Mirrors select no pods: what their ports lead to is said by their Endpoints. Who asks for a federated Service asks for the number
/// of a port, and it is called as by the first of its members.
pub(super) fn without_targets(mut services: Objects<ServiceSeen>) -> Objects<ServiceSeen> {
    for service in services.by_key.values_mut() {
        service.targets.clear();
        if service.is_federated() {
            service.ports.iter_mut().for_each(|port| port.name.clear());
        }
    }
    services
}

fn ours(links: &Observed<Vec<LinkSeen>>) -> Vec<&Link> {
    let Observed::Present(links) = links else { return Vec::new() };
    let ours = links.iter().filter(|seen| matches!(seen.belonging, Belonging::Exporter(_)));
    ours.map(|seen| &seen.link).collect()
}

fn scopes(links: &[&Link], place: &Place<'_>) -> Vec<Scope> {
    let label = format!("{}=true", names::MIRRORED_SERVICE);
    let made = || place.everything().map(|scope| scope.labelled(label.clone())).collect();
    match (place.looking, place.keys.len()) {
        (Looking::ByLabel, _) => made(),
        (Looking::ByName | Looking::ForCauses, 0) => Vec::new(),
        (Looking::ForCauses, _) if links.is_empty() => made(),
        (Looking::ByName | Looking::ForCauses, 1) if links.len() <= MANY_LINKS => {
            let pairs = place.keys.iter().flat_map(|key| links.iter().map(move |link| (key, link)));
            let name = |(key, link): (&Key, &&Link)| {
                Scope::object(&key.namespace, &names::mirror(&key.name, &link.target_cluster_name))
            };
            pairs.map(name).collect()
        }
        (Looking::ByName, _) if links.is_empty() => Vec::new(),
        (Looking::ByName | Looking::ForCauses, _) => place.everything().collect(),
    }
}

/// Federated Services where nobody looks already. They have no Endpoints.
fn federated(links: &[&Link], place: &Place<'_>, scopes: &[Scope]) -> Vec<Scope> {
    let is_by_name = scopes.iter().all(|scope| scope.name.is_some());
    if links.is_empty() || !is_by_name {
        return Vec::new();
    }
    let members = place.members(links);
    members.map(|key| Scope::object(&key.namespace, &names::federated(&key.name))).collect()
}

/// The mirrors of single pods, which belong to those of headless Services: of all of these, since one pod may be of several.
fn of_pods(links: &[&Link], place: &Place<'_>) -> Vec<Scope> {
    let Observed::Present(services) = place.services else { return Vec::new() };
    let is_headless = |key: &&Key| services.by_key.get(key).is_some_and(|service| service.is_headless);
    let headless = place.keys.iter().filter(|_| !links.is_empty()).filter(is_headless);
    let namespaces: BTreeSet<&String> = headless.map(|key| &key.namespace).collect();
    let scope = |name: &String| Scope::namespace(Some(name)).labelled(names::OF_HEADLESS.to_owned());
    namespaces.into_iter().map(scope).collect()
}

/// The namespaces of the exporter of these names, as they are to be made elsewhere.
pub async fn homes(set: &ClusterSet, wanted: &BTreeSet<String>) -> BTreeMap<String, Observed<NamespaceSeen>> {
    let looks = wanted.iter().map(async |name| {
        let seen = match set.cluster(&set.primary) {
            Ok(cluster) => cluster.get::<wire::Plain>(Resource::NAMESPACES, None, name).await,
            Err(obstacle) => Observed::Unknown(obstacle),
        };
        let home = seen.map(|found| NamespaceSeen {
            labels: found.metadata.labels.unwrap_or_default(),
            annotations: found.metadata.annotations.unwrap_or_default(),
        });
        (name.clone(), home)
    });
    futures::future::join_all(looks).await.into_iter().collect()
}

/// A namespace, when it was made, and its mark for the proxy injector where that says nothing.
#[derive(Clone)]
struct Marked {
    state: NamespaceState,
    made: Option<String>,
    mark: Option<Misinjection>,
}

async fn namespaces_of(cluster: &Cluster, wanted: BTreeSet<&str>) -> BTreeMap<String, Observed<Marked>> {
    if wanted.len() > MANY_NAMESPACES {
        return many_namespaces(cluster, &wanted).await;
    }
    let looks = wanted.iter().map(async |name| {
        let seen = cluster.get::<wire::Plain>(Resource::NAMESPACES, None, name).await;
        ((*name).to_owned(), seen.map(|found| state(&found)))
    });
    futures::future::join_all(looks).await.into_iter().collect()
}

async fn many_namespaces(cluster: &Cluster, wanted: &BTreeSet<&str>) -> BTreeMap<String, Observed<Marked>> {
    let listed = cluster.list::<wire::Plain>(Resource::NAMESPACES, &Scope::default(), Shape::Metadata).await;
    let states = listed.map(|listed| {
        listed
            .items
            .iter()
            .map(|found| (found.metadata.name.clone(), state(found)))
            .collect::<BTreeMap<_, _>>()
    });
    let of = |name: &str| match &states {
        Observed::Present(states) => {
            states.get(name).map_or(Observed::Absent, |state| Observed::Present(state.clone()))
        }
        Observed::Absent => Observed::Absent,
        Observed::Unknown(obstacle) => Observed::Unknown(obstacle.clone()),
    };
    wanted.iter().map(|name| ((*name).to_owned(), of(name))).collect()
}

fn state(found: &wire::Plain) -> Marked {
    let state = match found.metadata.deletion_timestamp {
        Some(_) => NamespaceState::Terminating,
        None => NamespaceState::Active,
    };
    let made = found.metadata.creation_timestamp.clone();
    Marked { state, made, mark: super::injected::mark(&found.metadata) }
}

fn of_each<T>(
    namespaces: &BTreeMap<String, Observed<Marked>>,
    read: impl Fn(&Marked) -> Option<T>,
) -> BTreeMap<String, T> {
    let has = namespaces.iter().filter_map(|(name, seen)| match seen {
        Observed::Present(one) => Some((name.clone(), read(one)?)),
        Observed::Absent | Observed::Unknown(_) => None,
    });
    has.collect()
}
