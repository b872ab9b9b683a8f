//! Linkerd's control plane.

use super::super::snapshot::WorkloadSeen;
use super::all_running;
use super::object::Object;
use crate::cluster::{Cluster, Resource, Shape};
use crate::mesh::names::CONTROL_PLANE;
use crate::terms::{Observed, Scope};

/// All Deployments of its namespace: there are few, and others look at them with the same list.
pub(super) async fn look(cluster: &Cluster, now: jiff::Timestamp) -> Observed<Vec<WorkloadSeen>> {
    let place = Scope::namespace(Some(CONTROL_PLANE));
    let listed = cluster.list::<Object>(Resource::DEPLOYMENTS, &place, Shape::Full).await;
    let seen = listed.map(|listed| listed.items.into_iter().map(|one| one.workload(now)).collect());
    all_running(cluster, Resource::DEPLOYMENTS, seen)
}
