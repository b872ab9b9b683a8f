//! Looks at network policies, those of Kubernetes and those of Cilium.

use super::super::machinery::Fence;
use super::super::wire::{CiliumPolicy, WirePolicy};
use super::Selected;
use super::machinery::listed;
use crate::cluster::{Cluster, Resource};
use crate::terms::{Observed, Obstacle, Scope};
use serde::de::DeserializeOwned;

const CILIUM: Resource = of_cilium("ciliumnetworkpolicies");
const CILIUM_WIDE: Resource = of_cilium("ciliumclusterwidenetworkpolicies");

const fn of_cilium(plural: &'static str) -> Resource {
    Resource { group: "cilium.io", version: "v2", plural }
}

/// Those in the namespaces of the extension and of the Services, and those of the whole cluster.
pub(super) async fn look(cluster: &Cluster, extension: &str, selected: &Selected) -> Observed<Vec<Fence>> {
    let places = selected.places(extension);
    let (plain, ciliums) = futures::join!(
        several::<WirePolicy>(cluster, Resource::NETWORK_POLICIES, &places),
        ciliums(cluster, &places)
    );
    let seen = || {
        let plain = plain?.into_iter().map(Fence::from);
        Ok(plain.chain(ciliums?.into_iter().flat_map(CiliumPolicy::fences)).collect())
    };
    seen().map_or_else(Observed::Unknown, Observed::Present)
}

/// Where nobody serves those of the whole cluster, one question is enough.
async fn ciliums(cluster: &Cluster, places: &[Scope]) -> Result<Vec<CiliumPolicy>, Obstacle> {
    let Some(mut all) = optional::<CiliumPolicy>(cluster, CILIUM_WIDE, &Scope::default()).await? else {
        return Ok(Vec::new());
    };
    all.extend(several::<CiliumPolicy>(cluster, CILIUM, places).await?);
    Ok(all)
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

/// Those of one place; `None` where the cluster does not have the kind.
async fn optional<T: DeserializeOwned>(
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
