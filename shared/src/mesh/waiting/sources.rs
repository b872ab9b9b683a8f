//! Where news of mirrors comes from: the snapshot first, then a watch on each place that was listed for it.

use super::super::arrival::{About, News};
use super::super::link::Link;
use super::super::snapshot::{EndpointsSeen, Key, MeshSeen, Objects, ServiceSeen};
use super::super::wire;
use super::{Goal, Wait};
use crate::cluster::{Change, Cluster, Resource, Versioned, together};
use crate::terms::{ClusterName, Observed, Obstacle, Scope};
use futures::StreamExt;
use futures::stream::LocalBoxStream;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;

/// What a watch says.
pub(super) enum Heard {
    /// Objects changed.
    News(Vec<News>),
    /// It was interrupted and goes on.
    Blind(ClusterName, Obstacle),
}

/// Everything that a snapshot knows, as news.
pub(super) fn of_snapshot(seen: &MeshSeen) -> Vec<News> {
    let mut news = Vec::new();
    if let Observed::Present(services) = &seen.services {
        let all = services.by_key.iter();
        news.extend(all.map(|(key, one)| exported(key.clone(), one.clone())));
    }
    for (name, consumer) in seen.others() {
        let Observed::Present(consumer) = consumer else { continue };
        if let Observed::Present(services) = &consumer.services {
            let all = services.by_key.iter();
            news.extend(all.map(|(key, one)| mirror(name, key.clone(), one.clone())));
        }
        if let Observed::Present(found) = &consumer.endpoints {
            let all = found.by_key.iter();
            news.extend(all.map(|(key, one)| endpoints(name, key.clone(), one.clone())));
        }
    }
    news
}

/// The clusters that the snapshot of a wait does not know enough of for its goal.
pub(super) fn unseen_in(wait: &Wait<'_>) -> Vec<ClusterName> {
    let hidden = wait.seen.others().filter(|(name, consumer)| match consumer {
        Observed::Present(consumer) => {
            let ends = consumer.endpoints.obstacle().filter(|_| wait.needs_endpoints(name));
            consumer.services.obstacle().or(ends).is_some()
        }
        Observed::Absent => false,
        Observed::Unknown(_) => true,
    });
    hidden.map(|(name, _)| name.clone()).collect()
}

/// An exported Service that is there.
pub(super) fn exported(key: Key, service: ServiceSeen) -> News {
    let version = service.version.clone();
    News::new(About::Exported(key, Some(Box::new(service))), version)
}

/// A Service in a consumer that is there.
pub(super) fn mirror(cluster: &ClusterName, key: Key, service: ServiceSeen) -> News {
    let version = service.version.clone();
    News::new(About::Mirror(cluster.clone(), key, Some(Box::new(service))), version)
}

/// Endpoints in a consumer that are there.
pub(super) fn endpoints(cluster: &ClusterName, key: Key, endpoints: EndpointsSeen) -> News {
    let version = endpoints.version.clone();
    News::new(About::Endpoints(cluster.clone(), key, Some(Box::new(endpoints))), version)
}

/// Watches on all places that matter for the goal; those of clusters that cannot be reached are left out.
pub(super) fn follow<'a>(wait: &'a Wait<'a>) -> LocalBoxStream<'a, Heard> {
    let mut streams = Vec::new();
    if let (Goal::Arrived, Observed::Present(services), Ok(cluster)) =
        (wait.goal, &wait.seen.services, wait.set.cluster(&wait.seen.exporter))
    {
        let known = || wait.board.borrow().exported_keys();
        let about = |key, service: Option<ServiceSeen>| About::Exported(key, service.map(Box::new));
        streams.extend(watches::<wire::Service, _>(cluster, &followed(wait.seen, services), (known, about)));
    }
    for (name, consumer) in wait.seen.others() {
        let (Observed::Present(consumer), Ok(cluster)) = (consumer, wait.set.cluster(name)) else { continue };
        if !wait.targets.iter().any(|target| &target.consumer == name) {
            continue;
        }
        if let Observed::Present(services) = &consumer.services {
            let known = || wait.board.borrow().mirror_keys(name);
            let about =
                |key, service: Option<ServiceSeen>| About::Mirror(name.clone(), key, service.map(Box::new));
            streams.extend(watches::<wire::Service, _>(cluster, &services.places, (known, about)));
        }
        if let (true, Observed::Present(endpoints)) = (wait.needs_endpoints(name), &consumer.endpoints) {
            let known = || wait.board.borrow().endpoint_keys(name);
            let about = |key, endpoints: Option<EndpointsSeen>| {
                About::Endpoints(name.clone(), key, endpoints.map(Box::new))
            };
            streams.extend(watches::<wire::Endpoints, _>(cluster, &endpoints.places, (known, about)));
        }
    }
    together(streams)
}

/// Where the exported Services are looked for while they are waited for. A selector that speaks of a label that Links
/// select by would lose sight of a Service in the very moment in which it is exported.
pub(super) fn followed<T>(seen: &MeshSeen, services: &Objects<T>) -> Vec<(Scope, String)> {
    let links = seen.others().flat_map(|(name, _)| seen.links_of(name));
    let keys: BTreeSet<String> = links.flat_map(Link::keys).collect();
    let speaks = |selector: &String| keys.iter().any(|key| selector.contains(key));
    let follow = |(scope, version): &(Scope, String)| {
        let labels = scope.labels.clone().filter(|selector| !speaks(selector));
        (Scope { labels, ..scope.clone() }, version.clone())
    };
    services.places.iter().map(follow).collect()
}

/// What a wire type stands for.
pub(super) trait Wired: Versioned + Clone + DeserializeOwned {
    type Seen;
    const RESOURCE: Resource;
    fn key(&self) -> Key;
    fn seen(self) -> Self::Seen;
}

impl Wired for wire::Service {
    type Seen = ServiceSeen;
    const RESOURCE: Resource = Resource::SERVICES;
    fn key(&self) -> Key {
        self.metadata.key()
    }
    fn seen(self) -> ServiceSeen {
        self.into()
    }
}

impl Wired for wire::Endpoints {
    type Seen = EndpointsSeen;
    const RESOURCE: Resource = Resource::ENDPOINTS;
    fn key(&self) -> Key {
        self.metadata.key()
    }
    fn seen(self) -> EndpointsSeen {
        self.into()
    }
}

fn watches<'a, W, S>(
    cluster: &'a Cluster,
    places: &[(Scope, String)],
    (known, about): (impl Fn() -> Vec<Key> + Clone + 'a, impl Fn(Key, Option<S>) -> About + Clone + 'a),
) -> Vec<LocalBoxStream<'a, Heard>>
where
    W: Wired<Seen = S> + 'a,
    S: 'a,
{
    let watch = |(scope, version): &(Scope, String)| {
        let (known, about, place) = (known.clone(), about.clone(), scope.clone());
        let changes = cluster.follow::<W>(W::RESOURCE, scope.clone(), version.clone());
        let name = cluster.name().clone();
        changes.map(move |change| hear(change, &name, &place, (&known, &about))).boxed_local()
    };
    places.iter().map(watch).collect()
}

fn hear<W: Wired>(
    change: Change<W>,
    cluster: &ClusterName,
    place: &Scope,
    (known, about): (&impl Fn() -> Vec<Key>, &impl Fn(Key, Option<W::Seen>) -> About),
) -> Heard {
    let there = |object: W| {
        let version = object.version().to_owned();
        News::new(about(object.key(), Some(object.seen())), version)
    };
    match change {
        Change::Set(object) => Heard::News(vec![there(object)]),
        Change::Gone(object) => Heard::News(vec![News::new(about(object.key(), None), object.version())]),
        Change::Blind(obstacle) => Heard::Blind(cluster.clone(), obstacle),
        Change::All { objects, version } => {
            let listed: BTreeSet<Key> = objects.iter().map(Wired::key).collect();
            let gone = known().into_iter().filter(|key| is_in(place, key) && !listed.contains(key));
            let gone: Vec<News> = gone.map(|key| News::new(about(key, None), &version)).collect();
            Heard::News(gone.into_iter().chain(objects.into_iter().map(there)).collect())
        }
    }
}

/// Whether a listing of the place would name the object.
pub(super) fn is_in(place: &Scope, key: &Key) -> bool {
    let named = place.name.as_ref().is_none_or(|name| *name == key.name);
    named && place.namespace.as_ref().is_none_or(|namespace| *namespace == key.namespace)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::samples::{consumer, default_link, mesh, service};

    #[test]
    fn a_listing_anew_tells_of_what_it_does_not_name_as_of_its_own_version_and_of_the_rest_once() {
        let web: wire::Service = serde_json::from_value(serde_json::json!({
            "metadata": {"namespace": "shop", "name": "web", "resourceVersion": "48"}
        }))
        .unwrap();
        let known = || vec![Key::new("shop", "web"), Key::new("shop", "old"), Key::new("far", "old")];
        let about = |key, service: Option<ServiceSeen>| About::Exported(key, service.map(Box::new));
        let change = Change::All { objects: vec![web], version: "50".into() };
        let place = Scope::namespace(Some("shop"));
        let heard = hear(change, &ClusterName::new("infra"), &place, (&known, &about));
        let Heard::News(news) = heard else { panic!("it was not interrupted") };
        assert_eq!(news[0], News::new(About::Exported(Key::new("shop", "old"), None), "50"));
        assert_eq!((news.len(), news[1].version.as_str()), (2, "48"));
    }

    #[test]
    fn a_selector_that_speaks_of_the_export_is_not_followed_since_the_export_ends_it() {
        let seen = mesh(service(), vec![("apps", consumer(vec![default_link("infra")]))]);
        let place = |labels: &str| (Scope::namespace(Some("shop")).labelled(labels), "7".to_owned());
        let places = ["app=web", "!mirror.linkerd.io/exported", "app=web,mirror.linkerd.io/exported!=true"];
        let services = Objects::<ServiceSeen> { places: places.map(place).to_vec(), ..Objects::default() };
        let whole = (Scope::namespace(Some("shop")), "7".to_owned());
        assert_eq!(followed(&seen, &services), [place("app=web"), whole.clone(), whole]);
    }
}
