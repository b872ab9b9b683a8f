//! Who names mirrors beside them, where causes are looked for: pods and Ingresses in the namespaces of the mirrors.

use super::super::link::Link;
use super::super::machinery::Client;
use super::super::names;
use super::super::snapshot::{IngressSeen, Key};
use super::super::wire;
use super::Looking;
use super::bounded::listed;
use super::consumers::Place;
use crate::cluster::{Cluster, Resource};
use crate::terms::{Observed, Obstacle, Scope};
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;

pub(super) async fn look(
    cluster: &Cluster,
    links: &[&Link],
    place: &Place<'_>,
) -> (Observed<Vec<Client>>, Observed<Vec<IngressSeen>>) {
    if place.looking != Looking::ForCauses || links.is_empty() {
        return (Observed::Absent, Observed::Absent);
    }
    let named = |key: &Key| {
        let mirrors = links.iter().map(|link| names::mirror(&key.name, &link.target_cluster_name));
        let federated = names::federated(&key.name);
        mirrors.chain([federated]).map(|name| Key::new(key.namespace.clone(), name)).collect::<Vec<_>>()
    };
    let mirrors: BTreeSet<Key> = place.keys.iter().flat_map(named).collect();
    let namespaces: BTreeSet<&str> = mirrors.iter().map(|key| key.namespace.as_str()).collect();
    let (pods, ingresses) = futures::join!(
        all::<serde_json::Value>(cluster, Resource::PODS, &namespaces),
        all::<wire::Plain>(cluster, Resource::INGRESSES, &namespaces)
    );
    let clients = pods.map(|pods| pods.into_iter().filter_map(|pod| wire::client(pod, &mirrors)).collect());
    let ingresses =
        ingresses.map(|all| all.into_iter().filter_map(|one| wire::ingress(one, &mirrors)).collect());
    (
        clients.map_or_else(Observed::Unknown, Observed::Present),
        ingresses.map_or_else(Observed::Unknown, Observed::Present),
    )
}

async fn all<T: DeserializeOwned>(
    cluster: &Cluster,
    resource: Resource,
    namespaces: &BTreeSet<&str>,
) -> Result<Vec<T>, Obstacle> {
    let looks = namespaces.iter().map(async |namespace| {
        listed::<T>(cluster, resource, &Scope::namespace(Some(namespace))).await.known()
    });
    let found = futures::future::try_join_all(looks).await?;
    Ok(found.into_iter().flatten().flatten().collect())
}
