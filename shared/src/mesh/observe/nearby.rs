//! What may have been meant by a name that is not there.

use super::super::snapshot::{Objects, ServiceSeen};
use super::super::wire;
use super::{Selected, Which};
use crate::cluster::{Cluster, ClusterSet, Resource, Shape};
use crate::terms::{Kind, ObjectRef, Observed, Scope};

/// How many similar names are worth reading for a suggestion.
const ENOUGH: usize = 2_000;

/// Services of the missing names anywhere, and those beside where the name was looked for. Best effort: whatever
/// cannot be seen is just not suggested.
pub(super) async fn look(
    set: &ClusterSet,
    selected: &Selected,
    services: &Observed<Objects<ServiceSeen>>,
) -> Vec<ObjectRef> {
    let (Which::Names(names), Observed::Present(found)) = (&selected.which, services) else {
        return Vec::new();
    };
    let there: Vec<&str> = found.by_key.keys().map(|key| key.name.as_str()).collect();
    let missing: Vec<&str> = names.iter().map(String::as_str).filter(|name| !there.contains(name)).collect();
    if missing.is_empty() {
        return Vec::new();
    }
    let looked = set
        .each(async |cluster| {
            let mut nearby = Vec::new();
            for name in &missing {
                let anywhere = Scope { name: Some((*name).to_owned()), ..Scope::default() };
                nearby.extend(names_in(cluster, &anywhere).await);
            }
            if cluster.name() == &set.primary {
                nearby.extend(names_in(cluster, &Scope::namespace(selected.namespace.as_deref())).await);
            }
            Observed::Present(nearby)
        })
        .await;
    let seen = looked.iter().filter_map(|(_, seen)| match seen {
        Observed::Present(seen) => Some(seen.clone()),
        Observed::Absent | Observed::Unknown(_) => None,
    });
    seen.flatten().collect()
}

async fn names_in(cluster: &Cluster, scope: &Scope) -> Vec<ObjectRef> {
    let listed = cluster.list::<wire::Plain>(Resource::SERVICES, scope, Shape::Metadata).await;
    let Observed::Present(listed) = listed else { return Vec::new() };
    let named = listed.items.into_iter().take(ENOUGH).map(|found| found.metadata);
    named
        .map(|found| ObjectRef::namespaced(cluster.name(), Kind::Service, &found.namespace, &found.name))
        .collect()
}
