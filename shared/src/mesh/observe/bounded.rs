//! Looks that nobody waits for longer than this unless he said so: what is read besides what an export cannot do without.

use crate::cluster::{Cluster, Resource, Shape};
use crate::terms::{Observed, Obstacle, Scope};
use serde::de::DeserializeOwned;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(3);

async fn within<T>(cluster: &Cluster, look: impl Future<Output = Observed<T>>) -> Observed<T> {
    let after = cluster.patience(PATIENCE);
    let late = |_| Observed::Unknown(Obstacle::TimedOut { after });
    tokio::time::timeout(after, look).await.unwrap_or_else(late)
}

/// One object, by namespace and name.
pub(super) async fn one<T: DeserializeOwned>(
    cluster: &Cluster,
    resource: Resource,
    (namespace, name): (&str, &str),
) -> Observed<T> {
    within(cluster, cluster.get::<T>(resource, Some(namespace), name)).await
}

/// One object of the whole cluster, by its name.
pub(super) async fn wide<T: DeserializeOwned>(
    cluster: &Cluster,
    resource: Resource,
    name: &str,
) -> Observed<T> {
    within(cluster, cluster.get::<T>(resource, None, name)).await
}

/// All of a place.
pub(super) async fn listed<T: DeserializeOwned>(
    cluster: &Cluster,
    resource: Resource,
    place: &Scope,
) -> Observed<Vec<T>> {
    sifted(cluster, resource, place, Some::<T>).await
}

/// What is made of those of a place, page by page.
pub(super) async fn sifted<W: DeserializeOwned, T>(
    cluster: &Cluster,
    resource: Resource,
    place: &Scope,
    take: impl Fn(W) -> Option<T>,
) -> Observed<Vec<T>> {
    let patience = cluster.patience(PATIENCE);
    let found = cluster.list_as((resource, place, Shape::Full), Some(patience), take).await;
    found.map(|listed| listed.items)
}

/// All of some places. A kind that a cluster does not have has no objects, and needs no right.
pub(super) async fn several<T: DeserializeOwned>(
    cluster: &Cluster,
    resource: Resource,
    places: &[Scope],
) -> Result<Vec<T>, Obstacle> {
    let looks = places.iter().map(async |place| optional::<T>(cluster, resource, place).await);
    let found = futures::future::try_join_all(looks).await?;
    Ok(found.into_iter().flatten().flatten().collect())
}

/// The same of a kind that many clusters do not have, which one question tells; `None` then.
pub(super) async fn several_if_served<T: DeserializeOwned>(
    cluster: &Cluster,
    resource: Resource,
    places: &[Scope],
) -> Result<Option<Vec<T>>, Obstacle> {
    let Some((first, others)) = places.split_first() else { return Ok(Some(Vec::new())) };
    let Some(mut found) = optional::<T>(cluster, resource, first).await? else { return Ok(None) };
    found.extend(several::<T>(cluster, resource, others).await?);
    Ok(Some(found))
}

/// Those of one place; `None` where the cluster does not have the kind.
pub(super) async fn optional<T: DeserializeOwned>(
    cluster: &Cluster,
    resource: Resource,
    place: &Scope,
) -> Result<Option<Vec<T>>, Obstacle> {
    match listed::<T>(cluster, resource, place).await {
        Observed::Present(found) => Ok(Some(found)),
        Observed::Absent | Observed::Unknown(Obstacle::NotServed { .. }) => Ok(None),
        Observed::Unknown(obstacle @ Obstacle::Forbidden { .. }) => match cluster.serves(resource).await {
            Ok(false) => Ok(None),
            Ok(true) | Err(_) => Err(obstacle),
        },
        Observed::Unknown(obstacle) => Err(obstacle),
    }
}
