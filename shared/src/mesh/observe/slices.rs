//! What Kubernetes makes of the Endpoints of mirrors, which is what proxies are told of.

use super::super::names::{MIRRORED_SERVICE, OF_SLICES, SLICE_OF};
use super::super::snapshot::{ConsumerSeen, EndpointsSeen, Key, MeshSeen, SliceSeen, Slices};
use super::super::wire::{self, Plain};
use super::Selected;
use super::bounded::sifted;
use crate::cluster::{Cluster, ClusterSet, Resource};
use crate::terms::{ClusterName, Observed, Scope};

/// Those of each consumer that has such Endpoints.
pub(super) async fn look(
    set: &ClusterSet,
    selected: &Selected,
    seen: &MeshSeen,
) -> Vec<(ClusterName, Observed<Slices>)> {
    let place = Scope::namespace(selected.namespace.as_deref()).labelled(format!("{MIRRORED_SERVICE}=true"));
    let consumers = seen.others().filter(|(name, consumer)| match consumer {
        Observed::Present(consumer) => !seen.written.contains(*name) && has_any(consumer),
        Observed::Absent | Observed::Unknown(_) => false,
    });
    let reached = consumers.filter_map(|(name, _)| Some((name.clone(), set.cluster(name).ok()?)));
    let looks = reached.map(async |(name, cluster)| (name, of(cluster, &place).await));
    futures::future::join_all(looks).await
}

fn has_any(consumer: &ConsumerSeen) -> bool {
    let is_theirs = |one: &EndpointsSeen| one.ready > 0 && one.labels.contains_key(MIRRORED_SERVICE);
    matches!(&consumer.endpoints, Observed::Present(ends) if ends.by_key.values().any(is_theirs))
}

const SLICES: Resource = Resource::ENDPOINT_SLICES;

/// By the Service that each is of. Who made files without any that Kubernetes makes of Endpoints has left them out: those of Services
/// with pods show nothing.
async fn of(cluster: &Cluster, place: &Scope) -> Observed<Slices> {
    if cluster.archive().is_some_and(|files| !files.has_any(SLICES) && !files.denies(SLICES)) {
        return Observed::Absent;
    }
    let take = |one: wire::Slice| {
        let service = one.metadata.labels.as_ref()?.get(SLICE_OF)?;
        Some((Key::new(&one.metadata.namespace, service), SliceSeen::from(one)))
    };
    let mut found = match sifted(cluster, SLICES, place, take).await {
        Observed::Present(found) => found,
        Observed::Absent => return Observed::Absent,
        Observed::Unknown(obstacle) => return Observed::Unknown(obstacle),
    };
    if found.is_empty() && cluster.archive().is_some() && !has_made(cluster).await {
        return Observed::Absent;
    }
    found.sort_by(|(_, one), (_, other)| one.name.cmp(&other.name));
    Observed::Present(found.into_iter().fold(Slices::new(), |mut all, (service, one)| {
        all.entry(service).or_default().push(one);
        all
    }))
}

/// Whether files have any that Kubernetes has made of Endpoints.
async fn has_made(cluster: &Cluster) -> bool {
    let made = Scope::namespace(None).labelled(OF_SLICES.to_owned());
    matches!(sifted(cluster, SLICES, &made, |one: Plain| Some(one)).await, Observed::Present(all) if !all.is_empty())
}

/// How old the Endpoints are that a mirror has, or the slices of these, by what tells the age of a moment.
pub(super) fn young<'a>(
    name: &'a ClusterName,
    consumer: &'a ConsumerSeen,
    age: impl Fn(&str) -> Option<i64> + 'a,
) -> impl Iterator<Item = ((ClusterName, Key), i64)> + 'a {
    let ends = if let Observed::Present(all) = &consumer.endpoints { Some(&all.by_key) } else { None };
    let slices = if let Observed::Present(all) = &consumer.slices { Some(all) } else { None };
    let sliced = slices.into_iter().flatten();
    let sliced = sliced.flat_map(|(key, all)| all.iter().map(|one| (key.clone(), &one.written)));
    let ends = ends.into_iter().flatten().map(|(key, one)| (key.clone(), &one.written));
    ends.chain(sliced).filter_map(move |(key, written)| Some(((name.clone(), key), age(written)?)))
}
