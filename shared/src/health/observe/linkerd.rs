//! Linkerd's control plane.

use super::super::snapshot::WorkloadSeen;
use super::object::Object;
use super::{all_running, workload};
use crate::cluster::{Cluster, Resource, Shape};
use crate::mesh::names::CONTROL_PLANE;
use crate::terms::{Observed, Scope};

/// All Deployments of its namespace: there are few, and others look at them with the same list.
pub(super) async fn look(cluster: &Cluster, now: jiff::Timestamp) -> Observed<Vec<WorkloadSeen>> {
    let place = Scope::namespace(Some(CONTROL_PLANE));
    let listed = cluster.list::<Object>(Resource::DEPLOYMENTS, &place, Shape::Full).await;
    match all_running(cluster, Resource::DEPLOYMENTS, listed.map(|listed| listed.items)) {
        Observed::Present(all) => {
            let looks = all.into_iter().map(|one| workload::look(cluster, one, now));
            Observed::Present(futures::future::join_all(looks).await)
        }
        Observed::Absent => Observed::Absent,
        Observed::Unknown(obstacle) => Observed::Unknown(obstacle),
    }
}
