//! Ages of what may be on its way, so that nobody judges by a clock.

use super::super::link::Link;
use super::super::machinery::{FAILING, Machinery, Pod};
use super::super::snapshot::{ConsumerSeen, EndpointsSeen, Key, MeshSeen, Young};
use super::{later, slices};
use crate::cluster::ClusterSet;
use crate::terms::{ClusterName, Observed};
use jiff::Timestamp;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Who writes an object because of another one needs no longer for it, in seconds.
const TOGETHER: i64 = 2;

/// What of this is young, and of Services that nobody mirrors any more. Of a cluster that cannot be asked nothing is.
pub(super) fn look(set: &ClusterSet, seen: &MeshSeen, lapsed: &[(Key, String)]) -> Young {
    let mut young = Young { later: later::look(set, seen, lapsed), ..Young::default() };
    if let Ok(exporter) = set.cluster(&set.primary) {
        let now = exporter.now();
        exported(seen, now, &mut young);
        let lapsed = lapsed.iter().filter_map(|(key, written)| Some((key.clone(), age(written, now)?)));
        young.written.extend(lapsed);
    }
    for (name, consumer) in seen.consumers.iter() {
        let (Observed::Present(consumer), Ok(cluster)) = (consumer, set.cluster(name)) else { continue };
        young.namespaces.extend(made(name, consumer, cluster.now()));
        young.ends.extend(slices::young(name, consumer, |moment| age(moment, cluster.now())));
    }
    for (name, machinery) in seen.machinery.iter() {
        let Observed::Present(machinery) = machinery else { continue };
        if let (Observed::Present(services), Ok(cluster)) = (&machinery.services, set.cluster(name)) {
            let waiting = services.iter().filter(|one| one.ingress.is_empty());
            let made = waiting.filter_map(|one| Some((one, age(&one.created, cluster.now())?)));
            young.turned.extend(made.map(|(one, age)| ((name.clone(), one.name.clone()), age)));
        }
        let Ok(cluster) = set.cluster(name) else { continue };
        let turned = turned(machinery, cluster.now()).into_iter();
        young.turned.extend(turned.map(|(one, age)| ((name.clone(), one.to_owned()), age)));
    }
    young
}

/// What Deployments there have turned just now, by name. Where they are hidden, their pods tell.
fn turned(machinery: &Machinery, now: Timestamp) -> BTreeMap<&str, i64> {
    match (&machinery.deployments, &machinery.pods) {
        (Observed::Present(all), _) => {
            all.iter().filter_map(|one| Some((one.name.as_str(), age(&one.turned, now)?))).collect()
        }
        (Observed::Unknown(_), Observed::Present(pods)) => {
            let there = pods.iter().filter(|pod| !pod.is_over);
            let ages = there.filter_map(|pod| Some((second_old(pod.turned?, now)?, pod.maker())));
            // The youngest is the last of its name.
            let ages: BTreeSet<(Reverse<i64>, &str)> = ages.map(|(age, of)| (Reverse(age), of)).collect();
            ages.into_iter().map(|(age, of)| (of, age.0)).collect()
        }
        _ => BTreeMap::new(),
    }
}

fn made<'a>(
    name: &'a ClusterName,
    consumer: &'a ConsumerSeen,
    now: Timestamp,
) -> impl Iterator<Item = ((ClusterName, String), i64)> + 'a {
    consumer
        .made
        .iter()
        .filter_map(move |(space, made)| Some(((name.clone(), space.clone()), age(made, now)?)))
}

fn exported(seen: &MeshSeen, now: Timestamp, young: &mut Young) {
    let links = seen.others().flat_map(|(name, _)| seen.links_of(name));
    let asked: BTreeSet<String> = links.flat_map(Link::keys).collect();
    if let Observed::Present(services) = &seen.services {
        for (key, service) in &services.by_key {
            let written = service.owners.last_time().unwrap_or(&service.created);
            young.written.extend(age(written, now).map(|age| (key.clone(), age)));
            for label in service.labels.keys().filter(|label| asked.contains(*label)) {
                let since = service.owners.label_time(label).unwrap_or(&service.created);
                young.labels.extend(age(since, now).map(|age| ((key.clone(), label.clone()), age)));
            }
        }
    }
    let none = EndpointsSeen::default();
    let ends: Vec<(&Key, &EndpointsSeen)> = match (&seen.endpoints, &seen.services) {
        (Observed::Present(endpoints), _) => endpoints.by_key.iter().collect(),
        // Who may not look at these sees pods none of which serves.
        (Observed::Unknown(_), Observed::Present(services)) => {
            let is_idle = |key: &&Key| behind(seen, key).iter().all(|pod| pod.is_over || !pod.is_ready);
            services.by_key.keys().filter(is_idle).map(|key| (key, &none)).collect()
        }
        _ => Vec::new(),
    };
    let changed = ends.into_iter();
    young
        .backends
        .extend(changed.filter_map(|(key, one)| Some((key.clone(), backends(seen, (key, one), now)?))));
}

/// The pods that the selector of a Service selects.
fn behind<'a>(seen: &'a MeshSeen, key: &Key) -> Vec<&'a Pod> {
    let (Observed::Present(services), Some(Observed::Present(there))) =
        (&seen.services, seen.machinery.get(&seen.exporter))
    else {
        return Vec::new();
    };
    match (&there.backends, services.by_key.get(key)) {
        (Observed::Present(pods), Some(service)) => pods.selected(&key.namespace, &service.selector),
        _ => Vec::new(),
    }
}

/// How long ago the pods behind a Service changed: by what the controller of Kubernetes says of them, by when it last wrote, which
/// is all that a pod leaves that is gone, and by the pods that are there. Those that have failed over and over for longer do
/// nothing else than change.
fn backends(seen: &MeshSeen, (key, ends): (&Key, &EndpointsSeen), now: Timestamp) -> Option<i64> {
    let Observed::Present(services) = &seen.services else { return None };
    let (service, pods) = (services.by_key.get(key), behind(seen, key));
    let turned = |pod: &&Pod| second_old(pod.turned?, now);
    if pods.iter().any(|pod| !pod.is_over && pod.trouble == FAILING && turned(pod).is_none()) {
        return None;
    }
    // Labels of a Service are copied to its Endpoints, so that these are written with them.
    let asked = service.and_then(|service| service.owners.last_time()).and_then(second);
    let is_own = |written: i64| !asked.is_some_and(|asked| (0..=TOGETHER).contains(&(written - asked)));
    let written = second(&ends.written).filter(|written| is_own(*written));
    let of_ends = [second(&ends.changed), written].into_iter().flatten();
    of_ends.filter_map(|moment| second_old(moment, now)).chain(pods.iter().filter_map(turned)).min()
}

fn second(moment: &str) -> Option<i64> {
    Some(moment.parse::<Timestamp>().ok()?.as_second())
}

/// How old it is, where it is young. Clocks differ a little, so that something may have been written in a moment.
fn age(moment: &str, now: Timestamp) -> Option<i64> {
    second_old(second(moment)?, now)
}

fn second_old(moment: i64, now: Timestamp) -> Option<i64> {
    let age = now.as_second() - moment;
    (age.abs() <= Young::LONGEST).then_some(age.max(0))
}

#[cfg(test)]
#[path = "young_tests.rs"]
mod of_backends;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_old_or_says_nothing_is_not_young() {
        let now: Timestamp = "2026-03-01T00:02:00Z".parse().unwrap();
        assert_eq!(age("2026-03-01T00:01:52Z", now), Some(8));
        assert_eq!(age("2026-03-01T00:02:03Z", now), Some(0), "its clock is ahead");
        assert_eq!(age("2026-03-01T00:00:00Z", now), Some(120));
        assert_eq!(age("2026-02-28T23:59:59Z", now), None);
        assert_eq!((age("", now), age("yesterday", now)), (None, None));
    }
}
