//! Services that nobody mirrors any more, and of which a mirror is left: it may be about to go.

use super::super::snapshot::{Key, MeshSeen};
use super::super::wire;
use crate::cluster::{Cluster, ClusterSet, Resource, Shape};
use crate::terms::{Observed, Owners, Scope};

/// So many are looked for. More do not lapse in one moment, or whoever did that will look again.
const MOST: usize = 10;

/// When each of them was last written, as the API writes times. One that is gone says nothing.
pub(super) async fn look(set: &ClusterSet, seen: &MeshSeen) -> Vec<(Key, String)> {
    let Ok(exporter) = set.cluster(&set.primary) else { return Vec::new() };
    let all = seen.lapsed();
    if all.len() > MOST {
        return Vec::new();
    }
    let looks = all.into_iter().map(async |key| Some((written(exporter, &key).await?, key)));
    let found = futures::future::join_all(looks).await;
    found.into_iter().flatten().map(|(time, key)| (key, time)).collect()
}

async fn written(exporter: &Cluster, key: &Key) -> Option<String> {
    let place = Scope::object(&key.namespace, &key.name);
    match exporter.list::<wire::Plain>(Resource::SERVICES, &place, Shape::Metadata).await {
        Observed::Present(found) => {
            let metadata = found.items.into_iter().next()?.metadata;
            Owners::new(metadata.managed_fields?).last_time().map(str::to_owned)
        }
        Observed::Absent | Observed::Unknown(_) => None,
    }
}
