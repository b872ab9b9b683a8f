//! Reading everything again, past all watches.

use super::super::arrival::{About, News};
use super::super::observe::{endpoints_in, services_in};
use super::super::snapshot::{Key, Objects};
use super::Wait;
use super::sources::{self, is_in};
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
    let places = match &wait.seen.services {
        Observed::Present(services) => sources::followed(wait.seen, services),
        Observed::Absent => Vec::new(),
        Observed::Unknown(obstacle) => return Err(obstacle.clone()),
    };
    let places = places.into_iter().map(|(place, _)| place).collect();
    let cluster = wait.set.cluster(&wait.seen.exporter)?;
    let now = services_in(cluster, places).await.known()?.unwrap_or_default();
    let known = wait.board.borrow().exported_keys();
    Ok(news(now, known, (sources::exported, |key| About::Exported(key, None))))
}

async fn consumer(wait: &Wait<'_>, name: &ClusterName) -> Result<Vec<News>, Obstacle> {
    let Some(before) = wait.seen.consumer(name) else { return Ok(Vec::new()) };
    if !wait.targets.iter().any(|target| &target.consumer == name) {
        return Ok(Vec::new());
    }
    let cluster = wait.set.cluster(name)?;
    let services = services_in(cluster, places_of(&before.services)?);
    let endpoints = if wait.needs_endpoints(name) { places_of(&before.endpoints)? } else { Vec::new() };
    let (services, endpoints) = futures::join!(services, endpoints_in(cluster, endpoints));
    let (services, endpoints) =
        (services.known()?.unwrap_or_default(), endpoints.known()?.unwrap_or_default());
    let (mirrors, ends) = (wait.board.borrow().mirror_keys(name), wait.board.borrow().endpoint_keys(name));
    let mirror = |key, one| sources::mirror(name, key, one);
    let end = |key, one| sources::endpoints(name, key, one);
    let mut all = news(services, mirrors, (mirror, |key| About::Mirror(name.clone(), key, None)));
    all.extend(news(endpoints, ends, (end, |key| About::Endpoints(name.clone(), key, None))));
    Ok(all)
}

/// What is there now, and what was known and is not there any more, as of the listing that does not name it.
fn news<T>(
    now: Objects<T>,
    known: Vec<Key>,
    (there, gone): (impl Fn(Key, T) -> News, impl Fn(Key) -> About),
) -> Vec<News> {
    let Objects { by_key, places } = now;
    let missing = known.into_iter().filter(|key| !by_key.contains_key(key));
    let missing = missing.filter_map(|key| {
        let (_, version) = places.iter().find(|(place, _)| is_in(place, &key))?;
        Some(News::new(gone(key), version))
    });
    let mut all: Vec<News> = missing.collect();
    all.extend(by_key.into_iter().map(|(key, one)| there(key, one)));
    all
}

/// Where objects were looked for; where nobody could look then, nobody can now.
fn places_of<T>(objects: &Observed<Objects<T>>) -> Result<Vec<Scope>, Obstacle> {
    match objects {
        Observed::Present(objects) => Ok(objects.places.iter().map(|(scope, _)| scope.clone()).collect()),
        Observed::Absent => Ok(Vec::new()),
        Observed::Unknown(obstacle) => Err(obstacle.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::snapshot::ServiceSeen;
    use std::collections::BTreeMap;

    #[test]
    fn what_a_listing_does_not_name_is_gone_as_of_its_version_and_what_it_names_is_there_as_of_its_own() {
        let (web, old, far) = (Key::new("shop", "web"), Key::new("shop", "old"), Key::new("far", "old"));
        let service = ServiceSeen { version: "50".into(), ..ServiceSeen::default() };
        let now = Objects {
            by_key: BTreeMap::from([(web.clone(), service)]),
            places: vec![(Scope::namespace(Some("shop")), "100".into())],
        };
        let known = vec![web.clone(), old.clone(), far];
        let news = news(now, known, (sources::exported, |key| About::Exported(key, None)));
        let told: Vec<(bool, &str)> = news
            .iter()
            .map(|one| (one.about == About::Exported(old.clone(), None), one.version.as_str()))
            .collect();
        assert_eq!(
            told,
            [(true, "100"), (false, "50")],
            "and nothing is said of a place that was not listed"
        );
    }

    #[test]
    fn a_place_that_could_not_be_looked_at_is_not_an_empty_one() {
        let obstacle = Obstacle::TimedOut { after: Duration::from_secs(1) };
        assert_eq!(places_of::<ServiceSeen>(&Observed::Unknown(obstacle.clone())), Err(obstacle));
        assert_eq!(places_of::<ServiceSeen>(&Observed::Absent), Ok(vec![]));
    }
}
