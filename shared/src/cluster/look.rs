//! Looking: the only way from an answer of a server to an [`Observed`].

mod culprit;
mod page;

use super::call::{Call, Resource, Shape};
use super::client::Cluster;
use super::explain;
use super::memory::Body;
use crate::terms::{Observed, Obstacle, Scope};
use culprit::Culprit;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// kubectl's chunk size; also what keeps a page of full objects in a few hundred kilobytes.
const PAGE: usize = 500;
/// How often a listing starts again when its continue token has expired under way.
const RESTARTS: usize = 2;

/// All objects of a listing, and the version from which a watch misses nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T> {
    /// In the server's order: by the bytes of `namespace/name`, so that `shop-b` comes before `shop`.
    pub items: Vec<T>,
    /// Opaque.
    pub version: String,
}

#[derive(Deserialize)]
struct Served {
    #[serde(default)]
    resources: Vec<Name>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    git_version: String,
}

/// The version of Kubernetes that an answer names.
pub(super) fn git_version(body: &[u8]) -> Option<String> {
    serde_json::from_slice::<Version>(body).ok().map(|version| version.git_version)
}

#[derive(Deserialize)]
struct Name {
    name: String,
}

impl Cluster {
    /// Reads one object; `T` declares just the fields that matter.
    pub async fn get<T: DeserializeOwned>(
        &self,
        resource: Resource,
        namespace: Option<&str>,
        name: &str,
    ) -> Observed<T> {
        self.one(&self.asked(Call::get(resource, namespace, name))).await
    }

    /// The same of what never changes in the life of an object, so that it is no matter how old the answer is.
    pub async fn get_lasting<T: DeserializeOwned>(
        &self,
        resource: Resource,
        namespace: Option<&str>,
        name: &str,
    ) -> Observed<T> {
        self.one(&Call::get(resource, namespace, name).of_any_version()).await
    }

    async fn one<T: DeserializeOwned>(&self, call: &Call) -> Observed<T> {
        match self.send(call).await {
            Ok(body) => match serde_json::from_slice(&body) {
                Ok(object) => Observed::Present(object),
                Err(error) => Observed::Unknown(self.unreadable::<T>(&error, call, &body)),
            },
            Err(obstacle) => absent_or_unknown(obstacle),
        }
    }

    /// Whether a resource is there at all: who may not list it is refused before it is looked for.
    ///
    /// # Errors
    /// What hindered the question.
    pub async fn serves(&self, resource: Resource) -> Result<bool, Obstacle> {
        let call = Call::served(resource);
        match self.send(&call).await {
            Ok(body) => {
                let served: Served = read(&call, &body)?;
                Ok(served.resources.iter().any(|one| one.name == resource.plural))
            }
            Err(Obstacle::NotServed { .. } | Obstacle::Refused { code: 404, .. }) => Ok(false),
            Err(obstacle) => Err(obstacle),
        }
    }

    /// The version of Kubernetes of its API server, `v1.33.1`; of files what they say of it.
    pub async fn version(&self) -> Observed<String> {
        let call = Call::version();
        match self.send(&call).await.and_then(|body| read::<Version>(&call, &body)) {
            Ok(version) => Observed::Present(version.git_version),
            Err(obstacle) => Observed::Unknown(obstacle),
        }
    }

    /// Lists all objects of a scope, page by page.
    pub async fn list<T: DeserializeOwned>(
        &self,
        resource: Resource,
        scope: &Scope,
        shape: Shape,
    ) -> Observed<Listed<T>> {
        self.list_only(resource, scope, shape, |_| true).await
    }

    /// The same, keeping only some: each page is sifted before the next one comes, so that a search through a large
    /// cluster needs little room.
    pub async fn list_only<T: DeserializeOwned>(
        &self,
        resource: Resource,
        scope: &Scope,
        shape: Shape,
        keep: impl Fn(&T) -> bool,
    ) -> Observed<Listed<T>> {
        self.list_as((resource, scope, shape), None, |one: T| Some(one).filter(&keep)).await
    }

    /// The same, keeping of each object what is made of it, if anything: of large ones the few fields that matter. With a
    /// patience, all of it has to come within that; who looks from all sides came for all of it, and waits as long as each page
    /// does.
    pub async fn list_as<W: DeserializeOwned, T>(
        &self,
        what: (Resource, &Scope, Shape),
        patience: Option<Duration>,
        take: impl Fn(W) -> Option<T>,
    ) -> Observed<Listed<T>> {
        let look = self.list_anew(what, patience, take);
        match patience.filter(|_| !self.is_remembering()) {
            None => look.await,
            Some(after) => {
                let late = |_| Observed::Unknown(Obstacle::TimedOut { after });
                tokio::time::timeout(after, look).await.unwrap_or_else(late)
            }
        }
    }

    async fn list_anew<W: DeserializeOwned, T>(
        &self,
        what: (Resource, &Scope, Shape),
        patience: Option<Duration>,
        take: impl Fn(W) -> Option<T>,
    ) -> Observed<Listed<T>> {
        for _ in 0..RESTARTS {
            match self.list_once(what, patience, &take).await {
                Err(Obstacle::Expired) => self.forget(what.0),
                Err(obstacle) => return Observed::Unknown(obstacle),
                Ok(listed) => return Observed::Present(listed),
            }
        }
        Observed::Unknown(Obstacle::Expired)
    }

    async fn list_once<W: DeserializeOwned, T>(
        &self,
        (resource, scope, shape): (Resource, &Scope, Shape),
        patience: Option<Duration>,
        take: impl Fn(W) -> Option<T>,
    ) -> Result<Listed<T>, Obstacle> {
        let mut items = Vec::new();
        let mut after = String::new();
        loop {
            let call = Call::list(resource, scope, shape, PAGE, &after);
            let call = if after.is_empty() { self.asked(call) } else { call };
            let body = self.send_within(&call, patience).await?;
            let page = page::read(&body, &mut items, &take);
            let page = page.map_err(|error| self.unreadable::<W>(&error, &call, &body))?;
            after = page.after.unwrap_or_default();
            if after.is_empty() {
                items.shrink_to_fit();
                return Ok(Listed { items, version: page.resource_version });
            }
        }
    }

    /// Why an answer cannot be read: by which object, and for files where it stands.
    fn unreadable<W: DeserializeOwned>(
        &self,
        error: &serde_json::Error,
        call: &Call,
        body: &[u8],
    ) -> Obstacle {
        let is_readable = |bytes: &[u8]| serde_json::from_slice::<W>(bytes).is_ok();
        let Some(culprit) = culprit::of(body, &is_readable).filter(|_| error.is_data()) else {
            return explain::unreadable(error, &call.names());
        };
        self.malformed(call.resource, &culprit)
    }

    fn malformed(&self, resource: Resource, culprit: &Culprit) -> Obstacle {
        let Culprit { namespace, name, field } = culprit;
        let origin = self.archive().and_then(|files| files.origin(resource, namespace.as_deref(), name));
        let place = origin.map(|origin| format!(" ({origin})")).unwrap_or_default();
        let namespace = namespace.as_ref().map(|namespace| format!("{namespace}/")).unwrap_or_default();
        let (of, cause) = match field.as_str() {
            "" => (String::new(), "several fields have unexpected types"),
            field => (format!("{field} of "), "it has an unexpected type"),
        };
        let what = format!("{of}{} {namespace}{name}{place}", resource.name());
        Obstacle::Malformed { what, cause: cause.to_owned() }
    }

    async fn send_within(&self, call: &Call, patience: Option<Duration>) -> Result<Body, Obstacle> {
        let Some(after) = patience else { return self.send(call).await };
        let late = |_| Err(Obstacle::TimedOut { after });
        tokio::time::timeout(after, self.send(call)).await.unwrap_or_else(late)
    }
}

/// Reads an answer.
pub(crate) fn read<T: DeserializeOwned>(call: &Call, body: &[u8]) -> Result<T, Obstacle> {
    serde_json::from_slice(body).map_err(|error| explain::unreadable(&error, &call.names()))
}

/// What is made of the objects of a page that was read once, one after the other; nothing of what is none.
pub(super) fn made_of<W: DeserializeOwned, T>(body: &[u8], make: impl Fn(W) -> Option<T>) -> Vec<T> {
    let mut items = Vec::new();
    page::read(body, &mut items, &make).map(|_| items).unwrap_or_default()
}

/// The objects of a page.
#[cfg(any(test, feature = "fuzzing"))]
pub(super) fn items(call: &Call, body: &[u8]) -> Result<Vec<serde_json::Value>, Obstacle> {
    let mut items = Vec::new();
    let read = page::read(body, &mut items, &Some);
    read.map(|_| items).map_err(|error| explain::unreadable(&error, &call.names()))
}

/// A missing object is absent; everything else keeps us from looking.
fn absent_or_unknown<T>(obstacle: Obstacle) -> Observed<T> {
    if matches!(obstacle, Obstacle::Refused { code: 404, .. }) {
        return Observed::Absent;
    }
    Observed::Unknown(obstacle)
}

#[cfg(test)]
mod tests;
