//! The queue of a service mirror. It works off one Service after the other, and its API client is held to five
//! requests a second, of which a mirror takes three: at most a hundred mirrors a minute.

use super::super::export::Target;
use super::super::names;
use super::super::snapshot::{Key, ServiceSeen};
use super::super::wire;
use super::Wait;
use super::patience::{Pace, Queue};
use crate::cluster::{Cluster, Resource, Shape};
use crate::mesh::link::{Link, Way};
use crate::terms::{ClusterName, GoDuration, Observed, Obstacle, Scope};
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

/// How many of these mirrors, without those that hold already, stand in the longest queue: each Link has a service mirror
/// and a queue of its own.
pub(super) fn longest(targets: &[Target], holds: impl Fn(&Target) -> bool) -> usize {
    let mut queues: BTreeMap<(&ClusterName, Option<&Key>), usize> = BTreeMap::new();
    for target in targets.iter().filter(|target| !holds(target)) {
        *queues.entry((&target.consumer, target.link.as_ref())).or_default() += 1;
    }
    queues.into_values().max().unwrap_or_default()
}

/// Counts what waits in front of each service mirror that the wait is about, all at once; what cannot be seen, or not
/// within this time, is left out.
pub(super) async fn lengths(wait: &Wait<'_>, within: Duration) -> Vec<(Queue, Observed<usize>)> {
    let Ok(exporter) = wait.set.cluster(&wait.seen.exporter) else { return Vec::new() };
    let queues: BTreeSet<(&ClusterName, &Key)> =
        wait.targets.iter().filter_map(|target| Some((&target.consumer, target.link.as_ref()?))).collect();
    let counts = queues.into_iter().map(async |(name, link)| {
        let cluster = wait.set.cluster(name).ok()?;
        let found = wait.seen.link(name, link)?;
        let counted = tokio::time::timeout(within, length(exporter, cluster, found)).await;
        Some(((name.clone(), link.clone()), counted.ok()?))
    });
    futures::future::join_all(counts).await.into_iter().flatten().collect()
}

/// How far the mirrors of a wait have come that stand in one queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Come {
    /// How many are as they are wanted.
    pub(super) arrived: usize,
    /// Of how many.
    pub(super) all: usize,
    /// How long the rest takes at the rate that was seen.
    pub(super) left: Option<Duration>,
}

impl Come {
    /// How many are not.
    pub(super) fn waiting(self) -> usize {
        self.all.saturating_sub(self.arrived)
    }
}

/// What there is to say of a long queue, whose length may not be known.
pub(super) fn words(link: &str, (length, pace): (Option<usize>, Pace), come: Come) -> String {
    let mut parts = vec![format!("{} of {} mirrors have come", come.arrived, come.all)];
    if let Some(length) = length {
        parts.push(format!("{length} Services are queued for the service mirror of Link {link}"));
    }
    let standing = length.filter(|_| pace == Pace::Stands);
    if standing.is_some() {
        parts.push("the queue is not shrinking; waiting no longer".to_owned());
        return parts.join("; ");
    }
    let usual = time_for(length.unwrap_or_default().max(come.waiting()));
    parts.push(match come.left {
        Some(left) => format!("about {} left at the current rate", GoDuration::from_secs(left.as_secs())),
        None => format!("that takes {} or more", GoDuration::from_secs(usual.as_secs())),
    });
    parts.join("; ")
}

/// How many exported Services have no mirror of their present version. An empty selector selects nothing here, and
/// everything elsewhere, so nobody is asked by one.
async fn length(exporter: &Cluster, consumer: &Cluster, link: &Link) -> Observed<usize> {
    let selectors = [Way::Gateway, Way::Flat].map(|way| link.selector_of(way));
    let scopes = selectors.into_iter().filter(|one| !one.is_empty());
    let mirrors = Scope::default().labelled(format!("{}={}", names::CLUSTER_NAME, link.target_cluster_name));
    let exported = scopes.map(|selector| listed(exporter, Scope::default().labelled(selector.query())));
    let (exported, mirrors) =
        futures::join!(futures::future::try_join_all(exported), listed(consumer, mirrors));
    let (exported, mirrors) = match (exported, mirrors) {
        (Ok(exported), Ok(mirrors)) => (exported.concat(), mirrors),
        (Err(obstacle), _) | (_, Err(obstacle)) => return Observed::Unknown(obstacle),
    };
    let versions: BTreeMap<Key, Option<String>> =
        mirrors.into_iter().map(|found| (found.metadata.key(), remote_version(&found))).collect();
    let waiting = exported.iter().filter(|found| {
        let mirror = names::mirror(&found.metadata.name, &link.target_cluster_name);
        let key = Key::new(found.metadata.namespace.clone(), mirror);
        versions.get(&key).and_then(Option::as_deref) != Some(found.metadata.resource_version.as_str())
    });
    Observed::Present(waiting.count())
}

async fn listed(cluster: &Cluster, scope: Scope) -> Result<Vec<wire::Plain>, Obstacle> {
    let listed = cluster.list::<wire::Plain>(Resource::SERVICES, &scope, Shape::Metadata).await;
    Ok(listed.known()?.map(|listed| listed.items).unwrap_or_default())
}

fn remote_version(found: &wire::Plain) -> Option<String> {
    let annotations = found.metadata.annotations.clone().unwrap_or_default();
    let seen = ServiceSeen { annotations, ..ServiceSeen::default() };
    seen.remote_version().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::export::targets;
    use crate::mesh::samples::{consumer, default_link, mesh, service};

    #[test]
    fn a_long_queue_says_how_many_have_come_how_many_wait_and_how_long_that_takes() {
        let come =
            |arrived, left: Option<u64>| Come { arrived, all: 300, left: left.map(Duration::from_secs) };
        let said = [
            words("infra", (Some(310), Pace::First), come(0, None)),
            words("infra", (Some(190), Pace::Shrinks), come(120, Some(114))),
            words("infra", (Some(190), Pace::Stands), come(120, Some(114))),
            words("infra", (None, Pace::First), come(120, None)),
        ];
        assert_eq!(
            said,
            [
                "0 of 300 mirrors have come; 310 Services are queued for the service mirror of Link infra; that takes 3m6s \
                 or more",
                "120 of 300 mirrors have come; 190 Services are queued for the service mirror of Link infra; about 1m54s \
                 left at the current rate",
                "120 of 300 mirrors have come; 190 Services are queued for the service mirror of Link infra; the queue is \
                 not shrinking; waiting no longer",
                "120 of 300 mirrors have come; that takes 1m48s or more",
            ]
        );
    }

    #[test]
    fn queues_of_several_consumers_are_worked_off_side_by_side_and_what_holds_stands_in_none() {
        let (apps, edge) = (consumer(vec![default_link("one")]), consumer(vec![default_link("two")]));
        let seen = mesh(service(), vec![("apps", apps), ("edge", edge)]);
        let links = seen.others().flat_map(|(name, _)| {
            seen.links_of(name).into_iter().map(|link| (name.clone(), link)).collect::<Vec<_>>()
        });
        let mut targets = targets(&seen, &links.collect::<Vec<_>>(), &[]);
        targets.extend([targets[0].clone(), targets[0].clone()]);
        let of_edge = |target: &Target| target.consumer == ClusterName::new("edge");
        assert_eq!(longest(&targets, |_| false), 3);
        assert_eq!(longest(&targets, |target| !of_edge(target)), 1);
        assert_eq!(longest(&targets, |_| true), 0);
    }
}
