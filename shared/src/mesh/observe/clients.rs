//! Who names mirrors, where causes are looked for: pods of all that the run is about, and Ingresses in the namespaces of the mirrors.

use super::super::link::Link;
use super::super::machinery::{Client, Pod};
use super::super::snapshot::{IngressSeen, Key};
use super::super::wire::{self, Mirrors};
use super::Looking;
use super::bounded::sifted;
use super::called::names_of;
use super::consumers::{MANY_NAMESPACES, Place};
use crate::cluster::{Archive, Cluster, Resource, Shape};
use crate::terms::{Observed, Obstacle, Scope};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// So many names are asked for. Where more of that form are no mirrors, it is of something else.
const MOST: usize = 10;

/// Who names what may have been mirrors, one of each name.
type Lost = Mutex<BTreeMap<Key, Pod>>;

/// Who names mirrors, and who names what is none any more.
type Naming = (Observed<Vec<Client>>, Observed<Vec<IngressSeen>>, Vec<Client>);

pub(super) async fn look(cluster: &Cluster, links: &[&Link], place: &Place<'_>) -> Naming {
    if place.looking != Looking::ForCauses || links.is_empty() {
        return (Observed::Absent, Observed::Absent, Vec::new());
    }
    let mirrors: Mirrors = place.keys.iter().flat_map(|key| names_of(links, key)).collect();
    let endings = endings(cluster, links, place);
    let (scopes, lost) = (scopes(&mirrors, place), Lost::default());
    // Where no mirror is, nobody can go to one; there may have been some.
    if scopes.is_empty() && endings.is_empty() {
        return (Observed::Present(Vec::new()), Observed::Present(Vec::new()), Vec::new());
    }
    let mirrors = mirrors.with_endings(endings);
    let (clients, ingresses) = futures::join!(
        pods(cluster, &scopes, (place, &mirrors, &lost)),
        all(cluster, Resource::INGRESSES, &scopes, |one| wire::ingress(one, &mirrors))
    );
    (
        clients.map_or_else(Observed::Unknown, Observed::Present),
        ingresses.map_or_else(Observed::Unknown, Observed::Present),
        missed(cluster, lost.into_inner().unwrap_or_else(PoisonError::into_inner)).await,
    )
}

/// How names of mirrors end, where all is known that there should be of them, and in all namespaces. Manifests have none.
fn endings(cluster: &Cluster, links: &[&Link], place: &Place<'_>) -> Vec<String> {
    let is_everything = place.is_wide && place.namespaces.contains(&None);
    let is_known = matches!(place.services, Observed::Present(_));
    if !is_everything || !is_known || cluster.archive().is_some_and(Archive::is_of_manifests) {
        return Vec::new();
    }
    names_of(links, &Key::new("", "")).into_iter().map(|key| key.name).collect()
}

/// Notes who names what may have been a mirror: the first one, in whatever order they come.
fn note(lost: &Lost, pod: &Pod, key: Key) {
    let mut lost = lost.lock().unwrap_or_else(PoisonError::into_inner);
    let is_before = |known: &Pod| (&known.namespace, &known.name) <= (&pod.namespace, &pod.name);
    if lost.len() <= MOST && !lost.get(&key).is_some_and(is_before) {
        drop(lost.insert(key, pod.clone()));
    }
}

/// Those of which there is no Service. Files may have been made without those of a namespace of which they have nothing.
async fn missed(cluster: &Cluster, lost: BTreeMap<Key, Pod>) -> Vec<Client> {
    if lost.len() > MOST {
        return Vec::new();
    }
    let is_shown = |key: &Key| {
        let is_in = |files: &Archive| files.holds(&key.namespace) && files.has_any(Resource::SERVICES);
        cluster.archive().is_none_or(is_in)
    };
    let looks = lost.into_iter().filter(|(key, _)| is_shown(key)).map(async |(key, pod)| {
        let place = Scope::object(&key.namespace, &key.name);
        let found = cluster.list::<wire::Plain>(Resource::SERVICES, &place, Shape::Metadata).await;
        let is_gone = matches!(found, Observed::Present(found) if found.items.is_empty());
        is_gone.then(|| (format!("{}.{}", key.name, key.namespace), pod))
    });
    let mut clients = BTreeMap::<(String, String), Client>::new();
    for (name, pod) in futures::future::join_all(looks).await.into_iter().flatten() {
        let place = (pod.namespace.clone(), pod.name.clone());
        let client = clients.entry(place).or_insert_with(|| Client { pod, ..Client::default() });
        client.mirrors.insert(name);
    }
    clients.into_values().collect()
}

/// The namespaces of the mirrors; where they are many, all that the run is about.
fn scopes(mirrors: &Mirrors, place: &Place<'_>) -> Vec<Scope> {
    let namespaces: Vec<&str> = mirrors.namespaces().collect();
    if namespaces.len() > MANY_NAMESPACES {
        return place.everything().collect();
    }
    namespaces.into_iter().map(|name| Scope::namespace(Some(name))).collect()
}

/// Where not all can be listed, at least those beside the mirrors.
async fn pods(
    cluster: &Cluster,
    beside: &[Scope],
    (place, mirrors, lost): (&Place<'_>, &Mirrors, &Lost),
) -> Result<Vec<Client>, Obstacle> {
    let everywhere: Vec<Scope> = place.everything().collect();
    let client = |pod| wire::client(pod, mirrors, &|pod, key| note(lost, pod, key));
    let look = async |scopes: &[Scope]| all(cluster, Resource::PODS, scopes, client).await;
    match look(&everywhere).await {
        Err(_) if everywhere != beside => look(beside).await,
        found => found,
    }
}

async fn all<W: DeserializeOwned, T>(
    cluster: &Cluster,
    resource: Resource,
    scopes: &[Scope],
    take: impl Fn(W) -> Option<T>,
) -> Result<Vec<T>, Obstacle> {
    let looks = scopes.iter().map(async |scope| sifted(cluster, resource, scope, &take).await.known());
    let found = futures::future::try_join_all(looks).await?;
    Ok(found.into_iter().flatten().flatten().collect())
}
