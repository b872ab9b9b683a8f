//! In which order a snapshot is told.

use super::super::snapshot::MeshSeen;
use crate::terms::Observed;

/// The same snapshot in an order of our own: servers list as they like, and a story must not change with that.
pub(super) fn ordered(seen: &MeshSeen) -> MeshSeen {
    let mut seen = seen.clone();
    seen.consumers = seen.consumers.map(|_, consumer| {
        consumer.map(|mut consumer| {
            by_name(&mut consumer.links, |one| (one.link.namespace.clone(), one.link.name.clone()));
            consumer
        })
    });
    seen.machinery = seen.machinery.map(|_, machinery| {
        machinery.map(|mut machinery| {
            by_name(&mut machinery.services, |one| one.name.clone());
            by_name(&mut machinery.deployments, |one| one.name.clone());
            by_name(&mut machinery.pods, |one| one.name.clone());
            by_name(&mut machinery.leases, |one| one.name.clone());
            machinery
        })
    });
    seen
}

fn by_name<T, N: Ord>(list: &mut Observed<Vec<T>>, name: impl Fn(&T) -> N) {
    if let Observed::Present(list) = list {
        list.sort_by_key(name);
    }
}
