//! The queue of a service mirror. It works off one Service after the other, and its API client is held to five
//! requests a second, of which a mirror takes three: at most a hundred mirrors a minute.

use super::super::names;
use super::super::snapshot::{Key, ServiceSeen};
use super::super::wire;
use super::Wait;
use super::patience::{Pace, Queue};
use crate::cluster::{Cluster, Resource, Shape};
use crate::mesh::link::Link;
use crate::terms::{ClusterName, GoDuration, Observed, Scope};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// What one mirror takes in a queue; observed.
const ONE_MIRROR: Duration = Duration::from_millis(600);
/// Up to this many mirrors nobody speaks of a queue.
pub(super) const SHORT: usize = 20;

/// How long a queue of this length takes at the best.
pub(super) fn time_for(length: usize) -> Duration {
    ONE_MIRROR.saturating_mul(u32::try_from(length).unwrap_or(u32::MAX))
}

/// Counts what waits in front of each service mirror that the wait is about, all at once; what cannot be seen, or not
/// within this time, is left out.
pub(super) async fn lengths(wait: &Wait<'_>, within: Duration) -> Vec<(Queue, usize)> {
    let Ok(exporter) = wait.set.cluster(&wait.seen.exporter) else { return Vec::new() };
    let queues: BTreeSet<(&ClusterName, &str)> =
        wait.targets.iter().map(|target| (&target.consumer, target.link.as_str())).collect();
    let counts = queues.into_iter().map(async |(name, link)| {
        let cluster = wait.set.cluster(name).ok()?;
        let found = wait.seen.links_of(name).into_iter().find(|found| found.name == link)?;
        let counted = tokio::time::timeout(within, length(exporter, cluster, found)).await;
        Some(((name.clone(), link.to_owned()), counted.ok()??))
    });
    futures::future::join_all(counts).await.into_iter().flatten().collect()
}

/// What there is to say of a long queue.
pub(super) fn words(link: &str, length: usize, pace: Pace) -> String {
    match pace {
        Pace::First | Pace::Shrinks => {
            let time = GoDuration::from_secs(time_for(length).as_secs());
            format!("{length} Services wait for the service mirror of Link {link}; that takes {time} or more")
        }
        Pace::Stands => format!(
            "{length} Services wait for the service mirror of Link {link}, and they do not become fewer; it is not \
             given more time"
        ),
    }
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
