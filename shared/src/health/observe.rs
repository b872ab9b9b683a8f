//! Looks at what clusters stand on. The list of nodes is one that others need too; clocks are told by any answer. Of the rest
//! only what is needed to judge is asked for, most of it by name.

mod apis;
mod cilium;
mod dns;
mod linkerd;
mod nodes;
mod object;
mod workload;

use super::snapshot::{ClusterHealth, HealthSeen};
use crate::cluster::{Archive, Cluster, ClusterSet, Resource};
use crate::terms::{Observed, Obstacle};

/// Looks at all clusters that can be reached.
pub async fn health(set: &ClusterSet) -> HealthSeen {
    let names = set.fleet.names();
    let looks = names.filter_map(|name| set.cluster(name).ok()).map(of_cluster);
    HealthSeen { fleet: set.fleet.clone(), clusters: futures::future::join_all(looks).await }
}

async fn of_cluster(cluster: &Cluster) -> ClusterHealth {
    let now = cluster.now();
    let (nodes, version, apis, cilium, (control_plane, relic), (mute, unfound)) = futures::join!(
        Box::pin(nodes::look(cluster, now)),
        Box::pin(cluster.version()),
        Box::pin(apis::look(cluster, now)),
        Box::pin(cilium::look(cluster, now)),
        Box::pin(linkerd::look(cluster, now)),
        Box::pin(dns::look(cluster, now)),
    );
    let name = cluster.name().clone();
    ClusterHealth {
        name,
        nodes,
        version,
        apis,
        cilium,
        control_plane,
        mute,
        unfound,
        relic,
        clock: cluster.clock(),
    }
}

/// What is there as it runs: manifests say that it should be there, and nothing of how it does.
fn running<T>(cluster: &Cluster, resource: Resource, seen: Observed<T>) -> Observed<T> {
    let is_wanted_only = cluster.archive().is_some_and(Archive::is_of_manifests);
    if is_wanted_only && matches!(seen, Observed::Present(_)) {
        let what = format!("the status of {}, which only a running cluster has", resource.name());
        return Observed::Unknown(Obstacle::NotInFiles { what });
    }
    seen
}

/// What is there or not: a dump that has none of its like in the namespace does not say that there is none.
fn kept<T>(cluster: &Cluster, (resource, namespace): (Resource, &str), seen: Observed<T>) -> Observed<T> {
    let is_left_out = cluster.archive().is_some_and(|archive| !archive.has_any_in(resource, namespace));
    if is_left_out && matches!(seen, Observed::Absent) {
        let what = format!("any {} in {namespace}", resource.name());
        return Observed::Unknown(Obstacle::NotInFiles { what });
    }
    seen
}

/// The same of several: where there are none, nothing runs.
fn all_running<T>(cluster: &Cluster, resource: Resource, seen: Observed<Vec<T>>) -> Observed<Vec<T>> {
    let is_empty = matches!(&seen, Observed::Present(all) if all.is_empty());
    if is_empty { seen } else { running(cluster, resource, seen) }
}
