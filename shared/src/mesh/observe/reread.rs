//! Whether a controller has read its credentials as they are now: a look at Links and a look at pods, put together. What has
//! been read is of no matter, and nothing of it is kept.

use super::super::machinery::{Machinery, Roots};
use super::super::snapshot::ConsumerSeen;
use super::alike::of_pod;
use crate::terms::{Observed, PerCluster};

/// Forgets when credentials were changed where every controller of the cluster was started since, and else when its pods were
/// started.
pub(super) fn put_together(
    consumers: PerCluster<Observed<ConsumerSeen>>,
    machinery: PerCluster<Observed<Machinery>>,
) -> (PerCluster<Observed<ConsumerSeen>>, PerCluster<Observed<Machinery>>) {
    let consumers = consumers.map(|name, consumer| {
        consumer.map(|mut consumer| {
            forget(&mut consumer, first_start(machinery.get(name)).as_deref());
            shorten(&mut consumer, roots(machinery.get(name)));
            consumer
        })
    });
    let machinery = machinery.map(|name, seen| {
        let is_unread = consumers.get(name).is_some_and(has_unread);
        seen.map(|seen| if is_unread { seen } else { timeless(seen) })
    });
    (consumers, machinery)
}

/// What is as it should be with clients is not kept either.
fn shorten(consumer: &mut ConsumerSeen, roots: Option<&Roots>) {
    if let (Observed::Present(clients), Some(roots)) = (&mut consumer.clients, roots) {
        for client in clients {
            of_pod(&mut client.pod, roots);
        }
    }
}

fn timeless(mut seen: Machinery) -> Machinery {
    if let Observed::Present(pods) = &mut seen.pods {
        for pod in pods {
            pod.started.clear();
        }
    }
    seen
}

fn roots(seen: Option<&Observed<Machinery>>) -> Option<&Roots> {
    let Some(Observed::Present(seen)) = seen else { return None };
    if let Observed::Present(roots) = &seen.roots { Some(roots) } else { None }
}

/// When the first of the pods of the extension was started that say so.
fn first_start(seen: Option<&Observed<Machinery>>) -> Option<String> {
    let Some(Observed::Present(seen)) = seen else { return None };
    let Observed::Present(pods) = &seen.pods else { return None };
    let running = pods.iter().filter(|pod| !pod.is_over && !pod.started.is_empty());
    running.map(|pod| pod.started.clone()).min()
}

/// Times of the API are texts of one form, so that they sort. Where no pod says when it was started, nobody can be told apart.
fn forget(consumer: &mut ConsumerSeen, first: Option<&str>) {
    if let Observed::Present(links) = &mut consumer.links {
        let read = links.iter_mut().filter(|seen| first.is_none_or(|first| seen.changed.as_str() <= first));
        read.for_each(|seen| seen.changed.clear());
    }
}

fn has_unread(consumer: &Observed<ConsumerSeen>) -> bool {
    let Observed::Present(consumer) = consumer else { return false };
    let Observed::Present(links) = &consumer.links else { return false };
    links.iter().any(|seen| !seen.changed.is_empty())
}
