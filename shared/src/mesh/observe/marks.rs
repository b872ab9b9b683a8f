//! What looks on Services as if it asked for mirrors, right or wrong. Only in manifests, where to list them costs nothing,
//! and where somebody may still have mistyped what an API server would refuse.

use super::super::names::{DOMAIN, MIRRORED_SERVICE};
use super::super::snapshot::{Key, Mark};
use super::Selected;
use crate::cluster::{Archive, Cluster, ClusterSet, Resource, Shape};
use crate::terms::{ClusterName, Observed, Scope};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

#[derive(Deserialize)]
struct Service {
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    namespace: String,
    name: String,
    #[serde(default)]
    labels: Value,
    #[serde(default)]
    annotations: Value,
}

/// The clusters of which there are manifests alone.
pub(super) fn written(set: &ClusterSet) -> BTreeSet<ClusterName> {
    let is_written = |name: &&ClusterName| {
        set.cluster(name).ok().and_then(Cluster::archive).is_some_and(Archive::is_of_manifests)
    };
    set.fleet.names().filter(is_written).cloned().collect()
}

/// Those of the exporter.
pub(super) async fn look(set: &ClusterSet, selected: &Selected) -> Vec<Mark> {
    let Some(cluster) = set.cluster(&set.primary).ok().filter(|_| written(set).contains(&set.primary)) else {
        return Vec::new();
    };
    let place = Scope::namespace(selected.namespace.as_deref());
    let listed = cluster.list::<Service>(Resource::SERVICES, &place, Shape::Metadata).await;
    let Observed::Present(listed) = listed else { return Vec::new() };
    listed.items.iter().flat_map(|service| marks(&service.metadata)).collect()
}

fn marks(metadata: &Metadata) -> Vec<Mark> {
    let nothing = Map::new();
    let (labels, annotations) = (&metadata.labels, &metadata.annotations);
    let [labels, annotations] = [labels, annotations].map(|fields| fields.as_object().unwrap_or(&nothing));
    // A mirror has labels of that domain which say where it is from.
    if labels.contains_key(MIRRORED_SERVICE) {
        return Vec::new();
    }
    let mark = |is_label: bool, (field, value): (&String, &Value)| Mark {
        service: Key::new(&metadata.namespace, &metadata.name),
        field: field.clone(),
        value: value.as_str().map_or_else(|| value.to_string(), str::to_owned),
        is_label,
        is_text: value.is_string(),
    };
    let besides = annotations.iter().filter(|(field, _)| !labels.contains_key(*field));
    let all = labels.iter().map(|entry| mark(true, entry)).chain(besides.map(|entry| mark(false, entry)));
    // The domain itself may be mistyped: the judge says how far.
    all.filter(|mark| strsim::osa_distance(mark.field.split('/').next().unwrap_or_default(), DOMAIN) <= 2)
        .collect()
}
