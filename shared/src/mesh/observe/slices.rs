//! What Kubernetes makes of the Endpoints of mirrors, which is what proxies are told of.

use super::super::names::{MIRRORED_SERVICE, SLICE_OF};
use super::super::snapshot::{ConsumerSeen, EndpointsSeen, Key, MeshSeen};
use super::super::wire;
use super::Selected;
use super::bounded::sifted;
use crate::cluster::{Cluster, ClusterSet, Resource};
use crate::terms::{ClusterName, Observed, Scope};
use std::collections::BTreeMap;

type Slices = Observed<BTreeMap<Key, EndpointsSeen>>;

/// Those of each consumer that has such Endpoints.
pub(super) async fn look(
    set: &ClusterSet,
    selected: &Selected,
    seen: &MeshSeen,
) -> Vec<(ClusterName, Slices)> {
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

/// Who made files without any has left them out.
async fn of(cluster: &Cluster, place: &Scope) -> Slices {
    const SLICES: Resource = Resource::ENDPOINT_SLICES;
    if cluster.archive().is_some_and(|files| !files.has_any(SLICES) && !files.denies(SLICES)) {
        return Observed::Absent;
    }
    let take = |one: wire::Slice| Some((one.metadata.key(), one.into()));
    sifted(cluster, SLICES, place, take).await.map(|found| found.into_iter().collect())
}

/// How old the Endpoints are that a mirror has, or the slices of these, by what tells the age of a moment.
pub(super) fn young<'a>(
    name: &'a ClusterName,
    consumer: &'a ConsumerSeen,
    age: impl Fn(&str) -> Option<i64> + 'a,
) -> impl Iterator<Item = ((ClusterName, Key), i64)> + 'a {
    let ends = if let Observed::Present(all) = &consumer.endpoints { Some(&all.by_key) } else { None };
    let slices = if let Observed::Present(all) = &consumer.slices { Some(all) } else { None };
    let sliced = slices.into_iter().flatten().filter_map(|(own, one)| {
        Some((Key::new(own.namespace.clone(), one.labels.get(SLICE_OF)?), &one.written))
    });
    let ends = ends.into_iter().flatten().map(|(key, one)| (key.clone(), &one.written));
    ends.chain(sliced).filter_map(move |(key, written)| Some(((name.clone(), key), age(written)?)))
}
