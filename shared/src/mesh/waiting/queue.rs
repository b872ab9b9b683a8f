//! The queue of a service mirror. It works off one Service after the other, and its API client is held to five
//! requests a second, of which a mirror takes three: at most a hundred mirrors a minute.

use super::super::names;
use super::super::snapshot::{Key, ServiceSeen};
use super::super::wire;
use super::Wait;
use crate::cluster::{Cluster, Resource, Shape};
use crate::mesh::link::Link;
use crate::terms::{ClusterName, GoDuration, Observed, Scope};
use std::collections::BTreeMap;
use std::time::Duration;

/// What one mirror takes in a queue; observed.
const ONE_MIRROR: Duration = Duration::from_millis(600);
/// Up to this many mirrors nobody speaks of a queue.
pub(super) const SHORT: usize = 20;

/// How long a queue of this length takes at the best.
pub(super) fn time_for(length: usize) -> Duration {
    ONE_MIRROR.saturating_mul(u32::try_from(length).unwrap_or(u32::MAX))
}

/// Counts what waits in front of each service mirror, says so, and returns the longest queue.
pub(super) async fn announce(wait: &Wait<'_>, after: Duration) -> usize {
    let Ok(exporter) = wait.set.cluster(&wait.seen.exporter) else { return 0 };
    let mut consumers: Vec<&ClusterName> = wait.targets.iter().map(|target| &target.consumer).collect();
    consumers.sort();
    consumers.dedup();
    let mut longest = 0;
    for name in consumers {
        let Ok(cluster) = wait.set.cluster(name) else { continue };
        for link in wait.seen.links_of(name) {
            let Some(length) = length(exporter, cluster, link).await else { continue };
            longest = longest.max(length);
            if length > SHORT {
                let time = GoDuration::from_duration(Duration::from_secs(time_for(length).as_secs()));
                let text = format!(
                    "{length} Services wait for the service mirror of Link {}; that takes {time} or more",
                    link.name
                );
                wait.progress.happened(name, &text, after);
            }
        }
    }
    longest
}

/// How many exported Services have no mirror of their present version; `None` when that cannot be seen.
async fn length(exporter: &Cluster, consumer: &Cluster, link: &Link) -> Option<usize> {
    let exported = Scope::default().labelled(link.selector.query());
    let mirrors = Scope::default().labelled(format!("{}={}", names::CLUSTER_NAME, link.target_cluster_name));
    let (exported, mirrors) = futures::join!(
        exporter.list::<wire::Plain>(Resource::SERVICES, &exported, Shape::Metadata),
        consumer.list::<wire::Plain>(Resource::SERVICES, &mirrors, Shape::Metadata)
    );
    let (Observed::Present(exported), Observed::Present(mirrors)) = (exported, mirrors) else { return None };
    let versions: BTreeMap<Key, Option<String>> =
        mirrors.items.into_iter().map(|found| (found.metadata.key(), remote_version(&found))).collect();
    let waiting = exported.items.iter().filter(|found| {
        let mirror = names::mirror(&found.metadata.name, &link.target_cluster_name);
        let key = Key::new(found.metadata.namespace.clone(), mirror);
        versions.get(&key).and_then(Option::as_deref) != Some(found.metadata.resource_version.as_str())
    });
    Some(waiting.count())
}

fn remote_version(found: &wire::Plain) -> Option<String> {
    let annotations = found.metadata.annotations.clone().unwrap_or_default();
    let seen = ServiceSeen { annotations, ..ServiceSeen::default() };
    seen.remote_version().map(str::to_owned)
}
