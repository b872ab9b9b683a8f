//! How far a mirror has come, judged from objects alone. A status entry of a Link proves nothing: the last one is
//! never removed, and `True` survives a deleted mirror. What proves a mirror is that it was written from the very
//! version of the exported Service that is there now.

use super::export::Target;
use super::snapshot::{EndpointsSeen, Key, ServiceSeen};
use crate::terms::ClusterName;
use serde::Serialize;
use std::collections::BTreeMap;

/// How far a mirror has come; later states include the earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
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
}

impl State {
    /// All states, least first.
    pub const ALL: [Self; 6] = [
        Self::NotExported,
        Self::NotLabelled,
        Self::Labelled,
        Self::Behind,
        Self::Mirrored,
        Self::EndpointsReady,
    ];

    /// How it is shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotExported => "not there",
            Self::NotLabelled => "not labelled",
            Self::Labelled => "labelled",
            Self::Behind => "behind",
            Self::Mirrored => "mirrored",
            Self::EndpointsReady => "endpoints ready",
        }
    }
}

/// All that is known at a moment of the exported Services and their mirrors.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Board {
    exported: BTreeMap<Key, ServiceSeen>,
    mirrors: BTreeMap<(ClusterName, Key), ServiceSeen>,
    endpoints: BTreeMap<(ClusterName, Key), EndpointsSeen>,
}

/// A piece of news for the board. `None` means that the object is gone.
#[derive(Debug, Clone, PartialEq)]
pub enum News {
    /// Of an exported Service.
    Exported(Key, Option<Box<ServiceSeen>>),
    /// Of a Service in a consumer.
    Mirror(ClusterName, Key, Option<Box<ServiceSeen>>),
    /// Of Endpoints in a consumer.
    Endpoints(ClusterName, Key, Option<EndpointsSeen>),
}

impl Board {
    /// Takes note.
    pub fn take(&mut self, news: News) {
        match news {
            News::Exported(key, seen) => put(&mut self.exported, key, seen.map(|seen| *seen)),
            News::Mirror(cluster, key, seen) => {
                put(&mut self.mirrors, (cluster, key), seen.map(|seen| *seen));
            }
            News::Endpoints(cluster, key, seen) => put(&mut self.endpoints, (cluster, key), seen),
        }
    }

    /// Forgets the objects of one cluster that a fresh listing does not name.
    pub fn exported_keys(&self) -> Vec<Key> {
        self.exported.keys().cloned().collect()
    }

    /// The mirrors that are known in a cluster.
    pub fn mirror_keys(&self, cluster: &ClusterName) -> Vec<Key> {
        self.mirrors.keys().filter(|(name, _)| name == cluster).map(|(_, key)| key.clone()).collect()
    }

    /// The Endpoints that are known in a cluster.
    pub fn endpoint_keys(&self, cluster: &ClusterName) -> Vec<Key> {
        self.endpoints.keys().filter(|(name, _)| name == cluster).map(|(_, key)| key.clone()).collect()
    }

    /// An exported Service as last seen.
    pub fn exported(&self, key: &Key) -> Option<&ServiceSeen> {
        self.exported.get(key)
    }

    /// A Service in a consumer as last seen.
    pub fn mirror(&self, cluster: &ClusterName, key: &Key) -> Option<&ServiceSeen> {
        self.mirrors.get(&(cluster.clone(), key.clone()))
    }

    /// Endpoints in a consumer as last seen.
    pub fn endpoints_of(&self, cluster: &ClusterName, key: &Key) -> Option<&EndpointsSeen> {
        self.endpoints.get(&(cluster.clone(), key.clone()))
    }

    /// How far a mirror has come. `labelled` says whether the Link selects the exported Service as it is.
    pub fn state(&self, target: &Target, labelled: impl Fn(&ServiceSeen) -> bool) -> State {
        let Some(exported) = self.exported.get(&target.exported) else { return State::NotExported };
        if !labelled(exported) {
            return State::NotLabelled;
        }
        let key = target.key();
        let mirror = self.mirror(&target.consumer, &key);
        let Some(mirror) = mirror.filter(|mirror| mirror.is_mirror_from(&target.target_cluster_name)) else {
            return State::Labelled;
        };
        if mirror.remote_version() != Some(exported.version.as_str()) || !mirror.mirrors(&target.exported) {
            return State::Behind;
        }
        match self.endpoints_of(&target.consumer, &key) {
            Some(endpoints) if endpoints.ready > 0 => State::EndpointsReady,
            Some(_) | None => State::Mirrored,
        }
    }

    /// Whether the mirror is gone: nothing of its name that the service mirror made is left.
    pub fn is_gone(&self, target: &Target) -> bool {
        let mirror = self.mirror(&target.consumer, &target.key());
        mirror.is_none_or(|mirror| !mirror.is_mirror_from(&target.target_cluster_name))
    }
}

fn put<K: Ord, V>(map: &mut BTreeMap<K, V>, key: K, value: Option<V>) {
    match value {
        Some(value) => drop(map.insert(key, value)),
        None => drop(map.remove(&key)),
    }
}

#[cfg(test)]
mod tests;
