//! Deployments whose pods are refused for their proxies, where something shows that it may be so: a Service without backends, or a
//! namespace that says nothing of pod security in a cluster that holds all pods to some.

use super::super::machinery::Refused;
use super::super::snapshot::{ConsumerSeen, MeshSeen, Misinjection};
use super::super::wire::{Plain, WireDeployment};
use super::Selected;
use super::bounded::{listed, sifted};
use crate::cluster::{Cluster, ClusterSet, Resource};
use crate::terms::{ClusterName, Observed, Scope};
use serde_json::Value;
use std::collections::BTreeMap;

/// The same with those of each such cluster, and without what turns out to say nothing of any.
pub(super) async fn look(set: &ClusterSet, selected: &Selected, seen: MeshSeen) -> MeshSeen {
    let refused = all(set, selected, &seen).await;
    let consumers = seen.consumers.map(|name, consumer| {
        let all = refused.get(name).map(Vec::as_slice).unwrap_or_default();
        let is_so = |namespace: &String| all.iter().any(|one| one.namespace == *namespace);
        consumer.map(|mut consumer| {
            consumer.misinjected.retain(|namespace, mark| !is_default(mark) || is_so(namespace));
            consumer
        })
    });
    MeshSeen { consumers, refused, ..seen }
}

async fn all(set: &ClusterSet, selected: &Selected, seen: &MeshSeen) -> BTreeMap<ClusterName, Vec<Refused>> {
    let place = Scope::namespace(selected.namespace.as_deref());
    let looks = set.iter().map(async |(name, _)| {
        let cluster = set.cluster(name).ok()?;
        let may_be = if *name == seen.exporter {
            lacks_backends(seen)
        } else {
            matches!(seen.consumers.get(name), Some(Observed::Present(one)) if is_open(one))
                && is_strict(cluster).await
        };
        if !may_be {
            return None;
        }
        match sifted(cluster, Resource::DEPLOYMENTS, &place, WireDeployment::refused).await {
            Observed::Present(found) if !found.is_empty() => Some((name.clone(), found)),
            Observed::Present(_) | Observed::Absent | Observed::Unknown(_) => None,
        }
    });
    futures::future::join_all(looks).await.into_iter().flatten().collect()
}

fn lacks_backends(seen: &MeshSeen) -> bool {
    let Observed::Present(ends) = &seen.endpoints else { return false };
    seen.asked.iter().any(|key| ends.by_key.get(key).is_none_or(|one| one.ready == 0))
}

fn is_open(consumer: &ConsumerSeen) -> bool {
    consumer.misinjected.values().any(is_default)
}

/// Whether the default of the cluster is what may bar pods there.
fn is_default(mark: &Misinjection) -> bool {
    matches!(mark, Misinjection::Barred(level) if level.is_empty())
}

/// Whether it holds pods to something where their namespace says nothing, as Talos does.
async fn is_strict(cluster: &Cluster) -> bool {
    let is_talos = |node: &Plain| {
        let image = node.status.pointer("/nodeInfo/osImage").and_then(Value::as_str);
        image.is_some_and(|image| image.starts_with("Talos"))
    };
    let nodes = listed::<Plain>(cluster, Resource::NODES, &Scope::default()).await;
    matches!(nodes, Observed::Present(nodes) if nodes.iter().any(is_talos))
}
