//! Reading everything again, past all watches.

use super::super::arrival::News;
use super::super::observe::{endpoints_in, services_in};
use super::super::snapshot::Objects;
use super::Wait;
use super::sources::is_in;
use crate::terms::{ClusterName, Observed, Scope};

/// What is there now, with a word for everything that no longer is. What cannot be read stays as it was known.
pub(super) async fn all(wait: &Wait<'_>) -> Vec<News> {
    let looks = wait.set.iter().map(async |(name, _)| {
        if *name == wait.seen.exporter { exporter(wait).await } else { consumer(wait, name).await }
    });
    futures::future::join_all(looks).await.into_iter().flatten().collect()
}

async fn exporter(wait: &Wait<'_>) -> Vec<News> {
    let (Observed::Present(before), Ok(cluster)) =
        (&wait.seen.services, wait.set.cluster(&wait.seen.exporter))
    else {
        return Vec::new();
    };
    let places = scopes(&before.places);
    let Observed::Present(now) = services_in(cluster, places.clone()).await else { return Vec::new() };
    let known = wait.board.borrow().exported_keys();
    let gone = known.into_iter().filter(|key| places.iter().any(|place| is_in(place, key)));
    let gone: Vec<News> = gone.map(|key| News::Exported(key, None)).collect();
    let there = now.by_key.into_iter().map(|(key, one)| News::Exported(key, Some(Box::new(one))));
    gone.into_iter().chain(there).collect()
}

async fn consumer(wait: &Wait<'_>, name: &ClusterName) -> Vec<News> {
    let Some(Observed::Present(before)) = wait.seen.consumers.get(name) else { return Vec::new() };
    let Ok(cluster) = wait.set.cluster(name) else { return Vec::new() };
    if !wait.targets.iter().any(|target| &target.consumer == name) {
        return Vec::new();
    }
    let (services, endpoints) = (places_of(&before.services), places_of(&before.endpoints));
    let (now, now_endpoints) =
        futures::join!(services_in(cluster, services.clone()), endpoints_in(cluster, endpoints.clone()));
    let mut news = Vec::new();
    if let Observed::Present(now) = now {
        let known = wait.board.borrow().mirror_keys(name);
        let gone = known.into_iter().filter(|key| services.iter().any(|place| is_in(place, key)));
        news.extend(gone.map(|key| News::Mirror(name.clone(), key, None)));
        let there = now.by_key.into_iter();
        news.extend(there.map(|(key, one)| News::Mirror(name.clone(), key, Some(Box::new(one)))));
    }
    if let Observed::Present(now) = now_endpoints {
        let known = wait.board.borrow().endpoint_keys(name);
        let gone = known.into_iter().filter(|key| endpoints.iter().any(|place| is_in(place, key)));
        news.extend(gone.map(|key| News::Endpoints(name.clone(), key, None)));
        let there = now.by_key.into_iter();
        news.extend(there.map(|(key, one)| News::Endpoints(name.clone(), key, Some(one))));
    }
    news
}

fn scopes(places: &[(Scope, String)]) -> Vec<Scope> {
    places.iter().map(|(scope, _)| scope.clone()).collect()
}

fn places_of<T>(objects: &Observed<Objects<T>>) -> Vec<Scope> {
    match objects {
        Observed::Present(objects) => scopes(&objects.places),
        Observed::Absent | Observed::Unknown(_) => Vec::new(),
    }
}
