//! Who names mirrors, where causes are looked for: pods of all that the run is about, and Ingresses in the namespaces of the mirrors.

use super::super::link::Link;
use super::super::machinery::Client;
use super::super::snapshot::IngressSeen;
use super::super::wire::{self, Mirrors};
use super::Looking;
use super::bounded::sifted;
use super::called::names_of;
use super::consumers::{MANY_NAMESPACES, Place};
use crate::cluster::{Cluster, Resource};
use crate::terms::{Observed, Obstacle, Scope};
use serde::de::DeserializeOwned;

pub(super) async fn look(
    cluster: &Cluster,
    links: &[&Link],
    place: &Place<'_>,
) -> (Observed<Vec<Client>>, Observed<Vec<IngressSeen>>) {
    if place.looking != Looking::ForCauses || links.is_empty() {
        return (Observed::Absent, Observed::Absent);
    }
    let mirrors: Mirrors = place.keys.iter().flat_map(|key| names_of(links, key)).collect();
    let scopes = scopes(&mirrors, place);
    // Where no mirror is, nobody can go to one.
    if scopes.is_empty() {
        return (Observed::Present(Vec::new()), Observed::Present(Vec::new()));
    }
    let (clients, ingresses) = futures::join!(
        pods(cluster, &scopes, (place, &mirrors)),
        all(cluster, Resource::INGRESSES, &scopes, |one| wire::ingress(one, &mirrors))
    );
    (
        clients.map_or_else(Observed::Unknown, Observed::Present),
        ingresses.map_or_else(Observed::Unknown, Observed::Present),
    )
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
    (place, mirrors): (&Place<'_>, &Mirrors),
) -> Result<Vec<Client>, Obstacle> {
    let everywhere: Vec<Scope> = place.everything().collect();
    let look =
        async |scopes: &[Scope]| all(cluster, Resource::PODS, scopes, |pod| wire::client(pod, mirrors)).await;
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
