//! Reading everything again, past all watches.

use super::super::arrival::News;
use super::super::observe::{endpoints_in, services_in};
use super::super::snapshot::Objects;
use super::Wait;
use super::sources::is_in;
use crate::terms::{ClusterName, Observed, Obstacle, Scope};
use std::time::Duration;

/// What a fresh look gave.
#[derive(Default)]
pub(super) struct Fresh {
    /// What is there now, with a word for everything that no longer is.
    pub(super) news: Vec<News>,
    /// What could not be read, and stays as it was known.
    pub(super) unseen: Vec<(ClusterName, Obstacle)>,
}

/// Reads all places that the wait is about, in all clusters at once, and gives up on a cluster after this time.
pub(super) async fn all(wait: &Wait<'_>, within: Duration) -> Fresh {
    let looks = wait.set.iter().map(async |(name, _)| {
        let look = async {
            if *name == wait.seen.exporter { exporter(wait).await } else { consumer(wait, name).await }
        };
        let looked = tokio::time::timeout(within, look).await;
        (name, looked.unwrap_or(Err(Obstacle::TimedOut { after: within })))
    });
    let mut fresh = Fresh::default();
    for (name, looked) in futures::future::join_all(looks).await {
        match looked {
            Ok(news) => fresh.news.extend(news),
            Err(obstacle) => fresh.unseen.push((name.clone(), obstacle)),
        }
    }
    fresh
}

async fn exporter(wait: &Wait<'_>) -> Result<Vec<News>, Obstacle> {
    let Observed::Present(before) = &wait.seen.services else { return Ok(Vec::new()) };
    let cluster = wait.set.cluster(&wait.seen.exporter)?;
    let places = scopes(&before.places);
    let now = services_in(cluster, places.clone()).await.known()?.unwrap_or_default();
    let known = wait.board.borrow().exported_keys();
    let gone = known.into_iter().filter(|key| places.iter().any(|place| is_in(place, key)));
    let gone: Vec<News> = gone.map(|key| News::Exported(key, None)).collect();
    let there = now.by_key.into_iter().map(|(key, one)| News::Exported(key, Some(Box::new(one))));
    Ok(gone.into_iter().chain(there).collect())
}

async fn consumer(wait: &Wait<'_>, name: &ClusterName) -> Result<Vec<News>, Obstacle> {
    let Some(Observed::Present(before)) = wait.seen.consumers.get(name) else { return Ok(Vec::new()) };
    if !wait.targets.iter().any(|target| &target.consumer == name) {
        return Ok(Vec::new());
    }
    let cluster = wait.set.cluster(name)?;
    let (services, endpoints) = (places_of(&before.services), places_of(&before.endpoints));
    let (now, now_endpoints) =
        futures::join!(services_in(cluster, services.clone()), endpoints_in(cluster, endpoints.clone()));
    let (now, now_endpoints) = (now.known()?.unwrap_or_default(), now_endpoints.known()?.unwrap_or_default());
    let known = wait.board.borrow().mirror_keys(name);
    let gone = known.into_iter().filter(|key| services.iter().any(|place| is_in(place, key)));
    let mut news: Vec<News> = gone.map(|key| News::Mirror(name.clone(), key, None)).collect();
    let there = now.by_key.into_iter();
    news.extend(there.map(|(key, one)| News::Mirror(name.clone(), key, Some(Box::new(one)))));
    let known = wait.board.borrow().endpoint_keys(name);
    let gone = known.into_iter().filter(|key| endpoints.iter().any(|place| is_in(place, key)));
    news.extend(gone.map(|key| News::Endpoints(name.clone(), key, None)));
    let there = now_endpoints.by_key.into_iter();
    news.extend(there.map(|(key, one)| News::Endpoints(name.clone(), key, Some(one))));
    Ok(news)
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
