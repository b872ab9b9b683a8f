//! Services and Endpoints of some places, by key.

use super::super::export::MANAGER;
use super::super::link::Way;
use super::super::snapshot::{Belonging, EndpointsSeen, Key, LinkSeen, Objects, ServiceSeen};
use super::super::wire;
use super::{Selected, Which, places};
use crate::cluster::{Cluster, ClusterSet, Listed, Resource, Shape};
use crate::terms::{LabelSelector, Labels, Observed, PerCluster, Scope};
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;

/// The Services of some places.
pub async fn services_in(cluster: &Cluster, places: Vec<Scope>) -> Observed<Objects<ServiceSeen>> {
    services_among(cluster, places, |_, _| true).await
}

/// The Endpoints of some places.
pub async fn endpoints_in(cluster: &Cluster, places: Vec<Scope>) -> Observed<Objects<EndpointsSeen>> {
    endpoints_among(cluster, places, |_, _| true).await
}

/// Those of the Services of some places that matter, by their keys and labels; the others are let go page by page.
pub(super) async fn services_among(
    cluster: &Cluster,
    places: Vec<Scope>,
    matters: impl Fn(&Key, &Labels) -> bool,
) -> Observed<Objects<ServiceSeen>> {
    let take = |service: wire::Service| {
        let key = service.metadata.key();
        matters(&key, service.metadata.labels()).then(|| (key, service.into()))
    };
    objects_in(cluster, Resource::SERVICES, places, take).await
}

/// The same of Endpoints.
pub(super) async fn endpoints_among(
    cluster: &Cluster,
    places: Vec<Scope>,
    matters: impl Fn(&Key, &Labels) -> bool,
) -> Observed<Objects<EndpointsSeen>> {
    let take = |endpoints: wire::Endpoints| {
        let key = endpoints.metadata.key();
        matters(&key, endpoints.metadata.labels()).then(|| (key, endpoints.into()))
    };
    objects_in(cluster, Resource::ENDPOINTS, places, take).await
}

async fn objects_in<W: DeserializeOwned, T>(
    cluster: &Cluster,
    resource: Resource,
    places: Vec<Scope>,
    take: impl Fn(W) -> Option<(Key, T)>,
) -> Observed<Objects<T>> {
    let looks =
        places.iter().map(async |scope| cluster.list_as((resource, scope, Shape::Full), None, &take).await);
    let looked = futures::future::join_all(looks).await;
    let mut objects = Objects::default();
    for (scope, listed) in places.into_iter().zip(looked) {
        match listed {
            Observed::Present(Listed { items, version }) => {
                objects.by_key.extend(items);
                objects.places.push((scope, version));
            }
            Observed::Absent => {}
            Observed::Unknown(obstacle) => return Observed::Unknown(obstacle),
        }
    }
    Observed::Present(objects)
}

type LinksSeen = PerCluster<Observed<Vec<LinkSeen>>>;

/// The selected Services in the exporter.
pub(super) async fn exported(
    set: &ClusterSet,
    selected: &Selected,
    links: &LinksSeen,
) -> Observed<Objects<ServiceSeen>> {
    let cluster = match set.cluster(&set.primary) {
        Ok(cluster) => cluster,
        Err(obstacle) => return Observed::Unknown(obstacle),
    };
    let places = match selected.which {
        Which::Exported => exported_places(selected, links),
        Which::Names(_) | Which::Labelled(_) | Which::All | Which::Listed(_) => places(selected),
    };
    let mut found = services_in(cluster, places).await;
    if let Observed::Present(objects) = &mut found {
        objects.by_key.retain(|key, service| match &selected.which {
            Which::Names(names) => names.contains(&key.name),
            Which::Listed(listed) => listed.keys.contains(key) || is_exported(links, service),
            Which::Labelled(_) | Which::All | Which::Exported => true,
        });
    }
    found
}

/// Whether a Link mirrors it, or it has a label of ours, which nobody serves then.
fn is_exported(links: &LinksSeen, service: &ServiceSeen) -> bool {
    let serves = |seen: &LinkSeen| {
        matches!(seen.belonging, Belonging::Exporter(_)) && !seen.link.ways(&service.labels).is_empty()
    };
    let is_served = links.iter().any(|(_, links)| match links {
        Observed::Present(links) => links.iter().any(serves),
        Observed::Absent | Observed::Unknown(_) => false,
    });
    is_served || !service.owners.applied_labels(MANAGER).is_empty()
}

/// One place for each different selector of the Links to the exporter, since the server can select for us.
fn exported_places(selected: &Selected, links: &LinksSeen) -> Vec<Scope> {
    let seen = links.iter().filter_map(|(_, links)| match links {
        Observed::Present(links) => Some(links),
        Observed::Absent | Observed::Unknown(_) => None,
    });
    let ours = seen.flatten().filter(|seen| matches!(seen.belonging, Belonging::Exporter(_)));
    let selectors = ours.flat_map(|seen| Way::ALL.map(|way| seen.link.selector_of(way)));
    let queries: BTreeSet<String> =
        selectors.filter(|selector| !selector.is_empty()).map(LabelSelector::query).collect();
    let place = |query| Scope::namespace(selected.namespace.as_deref()).labelled(query);
    queries.into_iter().map(place).collect()
}

/// The Endpoints of the selected Services; optional, so that a missing right hides nothing else.
pub(super) async fn endpoints_of_exported(
    set: &ClusterSet,
    (selected, is_judged): (&Selected, bool),
    services: &Observed<Objects<ServiceSeen>>,
) -> Observed<Objects<EndpointsSeen>> {
    match (&selected.which, services, set.cluster(&set.primary)) {
        // A list shows mirrors; backends are the concern of the commands that judge.
        (Which::Exported, _, _) if !is_judged => Observed::Absent,
        (_, Observed::Absent, _) => Observed::Absent,
        (_, Observed::Unknown(obstacle), _) => Observed::Unknown(obstacle.clone()),
        (_, _, Err(obstacle)) => Observed::Unknown(obstacle),
        (_, Observed::Present(services), Ok(cluster)) => {
            endpoints_among(cluster, places(selected), |key, _| services.by_key.contains_key(key)).await
        }
    }
}
