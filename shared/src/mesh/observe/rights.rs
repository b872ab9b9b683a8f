//! Looks at who may do what: roles and their bindings.

use super::super::machinery::{Binding, Rights, Role};
use super::super::wire::{WireBinding, WireRole};
use super::bounded::listed;
use crate::cluster::{Cluster, Resource};
use crate::terms::{Observed, Scope};

/// The roles of the whole cluster, and those of a namespace where these matter too.
pub(super) async fn look(cluster: &Cluster, namespace: Option<&str>) -> Rights {
    let everywhere = Scope::default();
    let (cluster_roles, cluster_bindings, (roles, bindings)) = futures::join!(
        roles(cluster, Resource::CLUSTER_ROLES, &everywhere),
        bindings(cluster, Resource::CLUSTER_ROLE_BINDINGS, &everywhere),
        local(cluster, namespace),
    );
    Rights { cluster_roles, cluster_bindings, roles, bindings }
}

async fn local(cluster: &Cluster, namespace: Option<&str>) -> (Observed<Vec<Role>>, Observed<Vec<Binding>>) {
    if namespace.is_none() {
        return (Observed::Absent, Observed::Absent);
    }
    let place = Scope::namespace(namespace);
    futures::join!(
        roles(cluster, Resource::ROLES, &place),
        bindings(cluster, Resource::ROLE_BINDINGS, &place)
    )
}

async fn roles(cluster: &Cluster, resource: Resource, place: &Scope) -> Observed<Vec<Role>> {
    let found = listed::<WireRole>(cluster, resource, place).await;
    found.map(|found| found.into_iter().map(Into::into).collect())
}

async fn bindings(cluster: &Cluster, resource: Resource, place: &Scope) -> Observed<Vec<Binding>> {
    let found = listed::<WireBinding>(cluster, resource, place).await;
    found.map(|found| found.into_iter().map(Into::into).collect())
}
