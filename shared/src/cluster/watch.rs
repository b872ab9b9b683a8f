//! Following objects: a list and then every change, across closed and expired watches, until nobody listens.

use super::call::{Call, Resource, Shape};
use super::client::Cluster;
use super::explain;
use super::look::Listed;
use crate::terms::{Observed, Obstacle, Scope};
use futures::stream::{LocalBoxStream, StreamExt};
use kube::core::{Status, WatchEvent};
use serde::de::DeserializeOwned;
use std::time::Duration;

/// The server closes a watch after this long; a new one goes on where it ended.
const WATCH_SECONDS: u64 = 240;
/// The pause before a watch that failed is opened again; doubled with each failure in a row.
const REOPEN: Duration = Duration::from_millis(500);
/// It is doubled so often: a watch that is forbidden is asked for every eight seconds.
const DOUBLINGS: u32 = 4;

/// What happened to the objects of a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change<T> {
    /// It is there, new or changed.
    Set(T),
    /// It was deleted; this is how it looked at the end.
    Gone(T),
    /// All that is there now; what is not listed is gone. Sent after history was lost.
    All {
        /// The objects.
        objects: Vec<T>,
        /// The version of this listing; empty when the API is not there any more.
        version: String,
    },
    /// The watch is interrupted; it is opened again. What was seen before may be out of date until then.
    Blind(Obstacle),
}

/// What can be followed: knows the version of an object.
pub trait Versioned {
    /// `metadata.resourceVersion`
    fn version(&self) -> &str;
}

struct Following<'a, T> {
    cluster: &'a Cluster,
    resource: Resource,
    scope: Scope,
    version: String,
    open: Option<LocalBoxStream<'a, kube::Result<WatchEvent<T>>>>,
    permit: Option<[tokio::sync::SemaphorePermit<'a>; 2]>,
    /// How often it failed, or ended without a word, since it last said something.
    failures: u32,
}

impl Cluster {
    /// Follows a scope from the version of a listing. The stream never ends by itself.
    pub fn follow<'a, T>(
        &'a self,
        resource: Resource,
        scope: Scope,
        version: String,
    ) -> LocalBoxStream<'a, Change<T>>
    where
        T: Versioned + Clone + DeserializeOwned + 'a,
    {
        let following =
            Following { cluster: self, resource, scope, version, open: None, permit: None, failures: 0 };
        futures::stream::unfold(following, async |mut following| {
            let change = following.next().await;
            Some((change, following))
        })
        .boxed_local()
    }
}

impl<'a, T: Versioned + Clone + DeserializeOwned + 'a> Following<'a, T> {
    async fn next(&mut self) -> Change<T> {
        loop {
            if let Err(obstacle) = self.opened().await {
                return self.interrupted(obstacle).await;
            }
            let event = match &mut self.open {
                Some(open) => open.next().await,
                None => None,
            };
            let change = match event {
                None => self.ended(),
                Some(Ok(event)) => self.take(event).await,
                Some(Err(error)) => {
                    let obstacle = explain::obstacle(&error, &self.call().names());
                    Some(self.interrupted(obstacle).await)
                }
            };
            if let Some(change) = change {
                return change;
            }
        }
    }

    /// Makes sure that a watch is open; one that has failed waits for its turn.
    async fn opened(&mut self) -> Result<(), Obstacle> {
        if self.open.is_some() {
            return Ok(());
        }
        tokio::time::sleep(pause(self.failures)).await;
        match self.open().await {
            Err(Obstacle::Unauthorized) => {
                self.close();
                let live = self.cluster.live(&self.call())?;
                if live.renew().await { self.open().await } else { Err(Obstacle::Unauthorized) }
            }
            opened => opened,
        }
    }

    /// Watches end after their time; one that always ends at once must not become a storm.
    fn ended(&mut self) -> Option<Change<T>> {
        self.close();
        self.failures = self.failures.saturating_add(1);
        None
    }

    fn call(&self) -> Call {
        Call::watch(self.resource, &self.scope, &self.version, WATCH_SECONDS)
    }

    async fn open(&mut self) -> Result<(), Obstacle> {
        let call = self.call();
        let live = self.cluster.live(&call)?;
        self.permit = live.permit_to_watch().await;
        let request = call.request()?;
        let client = live.client().await;
        let opening = tokio::time::timeout(self.cluster.bound(), client.request_events::<T>(request)).await;
        let opened = opening.map_err(|_| Obstacle::TimedOut { after: self.cluster.bound() })?;
        let events = opened.map_err(|error| explain::obstacle(&error, &call.names()))?;
        self.open = Some(events.boxed_local());
        Ok(())
    }

    fn close(&mut self) {
        self.open = None;
        self.permit = None;
    }

    async fn take(&mut self, event: WatchEvent<T>) -> Option<Change<T>> {
        match heard(event, &mut self.version) {
            Ok(change) => {
                self.failures = 0;
                change
            }
            Err(status) => {
                let obstacle = explain::obstacle(&kube::Error::Api(status), &self.call().names());
                Some(self.interrupted(obstacle).await)
            }
        }
    }

    /// Lists again when history is lost, else reports. The pause comes before the next opening.
    async fn interrupted(&mut self, obstacle: Obstacle) -> Change<T> {
        self.close();
        self.failures = self.failures.saturating_add(1);
        if obstacle != Obstacle::Expired {
            return Change::Blind(obstacle);
        }
        match self.cluster.list(self.resource, &self.scope, Shape::Full).await {
            Observed::Present(Listed { items, version }) => {
                self.version = version;
                Change::All { objects: items, version: self.version.clone() }
            }
            Observed::Absent => Change::All { objects: Vec::new(), version: String::new() },
            Observed::Unknown(obstacle) => Change::Blind(obstacle),
        }
    }
}

/// What an event says, and in `version` where the next watch goes on. An event that names no version keeps the place: a watch
/// from nowhere would never hear of what was deleted meanwhile.
pub(super) fn heard<T: Versioned>(
    event: WatchEvent<T>,
    version: &mut String,
) -> Result<Option<Change<T>>, Box<Status>> {
    let mut keep = |named: &str| {
        if !named.is_empty() {
            named.clone_into(version);
        }
    };
    Ok(match event {
        WatchEvent::Added(object) | WatchEvent::Modified(object) => {
            keep(object.version());
            Some(Change::Set(object))
        }
        WatchEvent::Deleted(object) => {
            keep(object.version());
            Some(Change::Gone(object))
        }
        WatchEvent::Bookmark(bookmark) => {
            keep(&bookmark.metadata.resource_version);
            None
        }
        WatchEvent::Error(status) => return Err(status),
    })
}

/// How long to pause before a watch is opened that has failed so often in a row.
pub(super) fn pause(failures: u32) -> Duration {
    match failures {
        0 => Duration::ZERO,
        failures => REOPEN.saturating_mul(1 << failures.saturating_sub(1).min(DOUBLINGS)),
    }
}

/// Several followings as one; changes arrive in the order in which they are seen.
pub fn together<'a, T: 'a>(streams: Vec<LocalBoxStream<'a, T>>) -> LocalBoxStream<'a, T> {
    futures::stream::select_all(streams).boxed_local()
}

#[cfg(test)]
mod tests;
