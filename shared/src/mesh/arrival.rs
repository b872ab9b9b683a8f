//! How far a mirror has come, judged from objects alone. A status entry of a Link proves nothing: the last one is
//! never removed, and `True` survives a deleted mirror. What proves a mirror is that it was written from the very
//! version of the exported Service that is there now.

use super::export::Target;
use super::link::Way;
use super::snapshot::{EndpointsSeen, Key, ServiceSeen};
use crate::terms::ClusterName;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How far a mirror has come; later states include the earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// Nobody could look.
    Unknown,
    /// The exported Service is not there.
    NotExported,
    /// The exported Service is there without the labels that the Link wants.
    NotLabelled,
    /// The exported Service has the labels; no mirror yet.
    Labelled,
    /// A mirror is there, written from an earlier version of the exported Service.
    Behind,
    /// The mirror equals the exported Service; it has no ready endpoints.
    Mirrored,
    /// The mirror equals the exported Service and has ready endpoints.
    EndpointsReady,
    /// The federated Service has the exported one as a member.
    Joined,
}

impl State {
    /// All states, least first.
    pub const ALL: [Self; 8] = [
        Self::Unknown,
        Self::NotExported,
        Self::NotLabelled,
        Self::Labelled,
        Self::Behind,
        Self::Mirrored,
        Self::EndpointsReady,
        Self::Joined,
    ];

    /// With which state a mirror of this kind has come. One for a flat network has no endpoints, nor has a federated
    /// Service.
    pub fn end_of(way: Way) -> Self {
        match way {
            Way::Gateway => Self::EndpointsReady,
            Way::Flat => Self::Mirrored,
            Way::Federated => Self::Joined,
        }
    }

    /// How it is shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::NotExported => "not there",
            Self::NotLabelled => "not labelled",
            Self::Labelled => "labelled",
            Self::Behind => "behind",
            Self::Mirrored => "mirrored",
            Self::EndpointsReady => "endpoints ready",
            Self::Joined => "joined",
        }
    }
}

/// All that is known at a moment of the exported Services and their mirrors.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Board {
    exported: BTreeMap<Key, Known<ServiceSeen>>,
    mirrors: BTreeMap<(ClusterName, Key), Known<ServiceSeen>>,
    endpoints: BTreeMap<(ClusterName, Key), Known<EndpointsSeen>>,
    /// The clusters that the last look could not see: what is known of them may be out of date.
    unseen: BTreeSet<ClusterName>,
}

/// An object, or that it is gone, as of a version.
#[derive(Debug, Clone, PartialEq)]
struct Known<T> {
    version: String,
    object: Option<T>,
}

/// A piece of news for the board.
#[derive(Debug, Clone, PartialEq)]
pub struct News {
    /// What is told.
    pub about: About,
    /// The version of the object, or of its deletion, or of the listing that does not name it; empty when nobody knows.
    pub version: String,
}

impl News {
    /// Something that was so at this version.
    pub fn new(about: About, version: impl Into<String>) -> Self {
        Self { about, version: version.into() }
    }
}

/// What a piece of news is about. `None` means that the object is gone.
#[derive(Debug, Clone, PartialEq)]
pub enum About {
    /// Of an exported Service.
    Exported(Key, Option<Box<ServiceSeen>>),
    /// Of a Service in a consumer.
    Mirror(ClusterName, Key, Option<Box<ServiceSeen>>),
    /// Of Endpoints in a consumer.
    Endpoints(ClusterName, Key, Option<Box<EndpointsSeen>>),
}

impl Board {
    /// Takes note, unless something newer is known of the object: a watch may lag behind a look.
    pub fn take(&mut self, News { about, version }: News) {
        match about {
            About::Exported(key, seen) => {
                put(&mut self.exported, key, Known { version, object: seen.map(|seen| *seen) });
            }
            About::Mirror(cluster, key, seen) => {
                let known = Known { version, object: seen.map(|seen| *seen) };
                put(&mut self.mirrors, (cluster, key), known);
            }
            About::Endpoints(cluster, key, seen) => {
                let known = Known { version, object: seen.map(|seen| *seen) };
                put(&mut self.endpoints, (cluster, key), known);
            }
        }
    }

    /// Takes note that a look saw everything but these clusters.
    pub fn looked(&mut self, unseen: impl IntoIterator<Item = ClusterName>) {
        self.unseen = unseen.into_iter().collect();
    }

    /// Whether the last look could not see this cluster.
    pub fn is_unseen(&self, cluster: &ClusterName) -> bool {
        self.unseen.contains(cluster)
    }

    /// The exported Services that are known.
    pub fn exported_keys(&self) -> Vec<Key> {
        there(&self.exported).cloned().collect()
    }

    /// The mirrors that are known in a cluster.
    pub fn mirror_keys(&self, cluster: &ClusterName) -> Vec<Key> {
        there(&self.mirrors).filter(|(name, _)| name == cluster).map(|(_, key)| key.clone()).collect()
    }

    /// The Endpoints that are known in a cluster.
    pub fn endpoint_keys(&self, cluster: &ClusterName) -> Vec<Key> {
        there(&self.endpoints).filter(|(name, _)| name == cluster).map(|(_, key)| key.clone()).collect()
    }

    /// An exported Service as last seen.
    pub fn exported(&self, key: &Key) -> Option<&ServiceSeen> {
        self.exported.get(key)?.object.as_ref()
    }

    /// A Service in a consumer as last seen.
    pub fn mirror(&self, cluster: &ClusterName, key: &Key) -> Option<&ServiceSeen> {
        self.mirrors.get(&(cluster.clone(), key.clone()))?.object.as_ref()
    }

    /// Endpoints in a consumer as last seen.
    pub fn endpoints_of(&self, cluster: &ClusterName, key: &Key) -> Option<&EndpointsSeen> {
        self.endpoints.get(&(cluster.clone(), key.clone()))?.object.as_ref()
    }

    /// How far a mirror had come when all of it was seen last. `labelled` says whether the Link selects the exported Service as it is.
    pub fn state(&self, target: &Target, labelled: impl Fn(&ServiceSeen) -> bool) -> State {
        let Some(exported) = self.exported(&target.exported) else { return State::NotExported };
        if !labelled(exported) {
            return State::NotLabelled;
        }
        let mirror = self.mirror(&target.consumer, &target.key()).filter(|mirror| target.is_made(mirror));
        match (target.way, mirror) {
            (Way::Federated, Some(federated)) if target.leads_there(federated) => State::Joined,
            (Way::Gateway | Way::Flat, Some(mirror)) => self.state_of_mirror(target, exported, mirror),
            (Way::Federated, Some(_)) | (_, None) => State::Labelled,
        }
    }

    /// The same of a mirror that is there. One that was made in another way is as old as one of an earlier version.
    fn state_of_mirror(&self, target: &Target, exported: &ServiceSeen, mirror: &ServiceSeen) -> State {
        let is_other = mirror.is_flat() != (target.way == Way::Flat);
        if is_other
            || mirror.remote_version() != Some(exported.version.as_str())
            || !mirror.mirrors(&target.exported)
        {
            return State::Behind;
        }
        match self.endpoints_of(&target.consumer, &target.key()) {
            Some(endpoints) if endpoints.ready > 0 && target.way == Way::Gateway => State::EndpointsReady,
            Some(_) | None => State::Mirrored,
        }
    }

    /// Whether the mirror is gone: nothing of its name that the service mirror made is left. A federated Service may stay
    /// for its other members.
    pub fn is_gone(&self, target: &Target) -> bool {
        let mirror = self.mirror(&target.consumer, &target.key());
        mirror.is_none_or(|mirror| match target.way {
            Way::Gateway | Way::Flat => !target.is_made(mirror),
            Way::Federated => !target.leads_there(mirror),
        })
    }
}

fn there<K, V>(map: &BTreeMap<K, Known<V>>) -> impl Iterator<Item = &K> {
    map.iter().filter(|(_, known)| known.object.is_some()).map(|(key, _)| key)
}

fn put<K: Ord, V>(map: &mut BTreeMap<K, Known<V>>, key: K, news: Known<V>) {
    let is_old = map.get(&key).is_some_and(|known| is_older(&news.version, &known.version));
    if !is_old {
        map.insert(key, news);
    }
}

/// Versions of one kind in one cluster are in order where they are numbers; of others nobody can say.
fn is_older(one: &str, other: &str) -> bool {
    match (one.parse::<u64>(), other.parse::<u64>()) {
        (Ok(one), Ok(other)) => one < other,
        (Ok(_) | Err(_), _) => false,
    }
}

#[cfg(test)]
mod tests;
