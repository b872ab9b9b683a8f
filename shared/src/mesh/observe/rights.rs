//! Looks at who may do what: roles and their bindings.

use super::super::machinery::{Binding, Rights, Role};
use super::super::wire::{WireBinding, WireRole};
use super::bounded::listed;
use crate::cluster::{Cluster, Resource};
use crate::terms::{Observed, Scope};
use std::collections::BTreeSet;

/// The roles of the whole cluster, and in a consumer those of the extension's namespace. For a glance those are enough that its
/// accounts have: who finds that they lack something looks again.
pub(super) async fn look(cluster: &Cluster, extension: &str, is_exporter: bool) -> Rights {
    let everywhere = Scope::default();
    let all = async {
        if cluster.is_taking_any_version() {
            return of_accounts(cluster, extension).await;
        }
        futures::join!(
            roles(cluster, Resource::CLUSTER_ROLES, &everywhere),
            bindings(cluster, Resource::CLUSTER_ROLE_BINDINGS, &everywhere)
        )
    };
    let ((cluster_roles, cluster_bindings), (roles, bindings)) =
        futures::join!(all, local(cluster, (!is_exporter).then_some(extension)));
    Rights { cluster_roles, cluster_bindings, roles, bindings }
}

/// The ClusterRoles that accounts of the extension have by name, and who has which: a cluster has a hundred others.
async fn of_accounts(cluster: &Cluster, extension: &str) -> (Observed<Vec<Role>>, Observed<Vec<Binding>>) {
    let bindings = bindings(cluster, Resource::CLUSTER_ROLE_BINDINGS, &Scope::default()).await;
    let Observed::Present(found) = &bindings else { return (Observed::Present(Vec::new()), bindings) };
    let names: BTreeSet<&str> =
        found.iter().filter(|one| one.is_of_any(extension)).map(|one| one.role.as_str()).collect();
    let looks = names.into_iter().map(|name| {
        let place = Scope { name: Some(name.to_owned()), ..Scope::default() };
        async move { roles(cluster, Resource::CLUSTER_ROLES, &place).await }
    });
    (join(futures::future::join_all(looks).await), bindings)
}

/// All of it; what could not be seen, where some could not.
fn join<T>(parts: Vec<Observed<Vec<T>>>) -> Observed<Vec<T>> {
    parts.into_iter().fold(Observed::Present(Vec::new()), |all, part| match (all, part) {
        (Observed::Present(all), Observed::Present(part)) => {
            Observed::Present(all.into_iter().chain(part).collect())
        }
        (Observed::Present(all), Observed::Absent) => Observed::Present(all),
        (Observed::Present(_), unseen) | (unseen, _) => unseen,
    })
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
