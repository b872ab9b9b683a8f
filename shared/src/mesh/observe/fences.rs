//! Looks at network policies, those of Kubernetes and those of Cilium.

use super::super::machinery::Fence;
use super::super::wire::{CiliumPolicy, WirePolicy};
use super::Selected;
use super::bounded::{optional, several};
use crate::cluster::{Cluster, Resource};
use crate::terms::{Observed, Obstacle, Scope};

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

/// Where an API server has none of those of the whole cluster it has none of the others, either: one question is enough. Files
/// have what there is, and nothing of a kind without objects.
async fn ciliums(cluster: &Cluster, places: &[Scope]) -> Result<Vec<CiliumPolicy>, Obstacle> {
    let wide = optional::<CiliumPolicy>(cluster, CILIUM_WIDE, &Scope::default()).await?;
    if wide.is_none() && cluster.archive().is_none() {
        return Ok(Vec::new());
    }
    let mut all = wide.unwrap_or_default();
    all.extend(several::<CiliumPolicy>(cluster, CILIUM, places).await?);
    Ok(all)
}
