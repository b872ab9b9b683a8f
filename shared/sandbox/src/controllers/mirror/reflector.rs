//! A local copy of all objects of one kind, kept current by list and watch.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::{StreamExt, TryStreamExt};
use kube::{
    Api, Resource, ResourceExt,
    api::{ListParams, WatchEvent, WatchParams},
};
use serde::de::DeserializeOwned;
use tokio::sync::watch;
use tracing::debug;

const PAUSE_AFTER_ERROR: Duration = Duration::from_secs(1);

/// What happened to an object.
#[derive(Clone, Debug)]
pub(super) enum Change<K> {
    Added(Arc<K>),
    Updated(Arc<K>),
    Deleted(Arc<K>),
}

/// The copy, by namespace and name. Clones share it.
#[derive(Debug)]
pub(super) struct Store<K> {
    objects: Arc<Mutex<Objects<K>>>,
    synced: watch::Sender<bool>,
}

type Key = (String, String);
type Objects<K> = BTreeMap<Key, Arc<K>>;

impl<K> Clone for Store<K> {
    fn clone(&self) -> Self {
        Self { objects: self.objects.clone(), synced: self.synced.clone() }
    }
}

impl<K> Default for Store<K> {
    fn default() -> Self {
        Self { objects: Arc::default(), synced: watch::Sender::new(false) }
    }
}

impl<K> Store<K> {
    pub(super) fn get(&self, namespace: &str, name: &str) -> Option<Arc<K>> {
        self.lock().get(&(namespace.to_owned(), name.to_owned())).cloned()
    }

    /// Returns all objects, ordered by namespace and name.
    pub(super) fn all(&self) -> Vec<Arc<K>> {
        self.lock().values().cloned().collect()
    }

    /// Returns once the first list has been taken over.
    pub(super) async fn synced(&self) {
        // The sender lives as long as this store, so waiting cannot fail.
        drop(self.synced.subscribe().wait_for(|done| *done).await);
    }

    fn lock(&self) -> MutexGuard<'_, Objects<K>> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K> Store<K>
where
    K: Resource + Clone + Debug + DeserializeOwned + Send + Sync + 'static,
{
    /// Follows `api` for ever and tells every change to `heard`, after it is in the copy.
    ///
    /// `fields` is a field selector, or empty. A broken watch starts over with a list, so that changes
    /// meanwhile are told, but each object's last state only.
    pub(super) async fn follow(self, api: Api<K>, fields: String, heard: impl Fn(Change<K>) + Send) {
        loop {
            if let Err(error) = self.list_and_watch(&api, &fields, &heard).await {
                debug!(%error, "watch broken, listing again");
                tokio::time::sleep(PAUSE_AFTER_ERROR).await;
            }
        }
    }

    async fn list_and_watch(
        &self,
        api: &Api<K>,
        fields: &str,
        heard: &impl Fn(Change<K>),
    ) -> kube::Result<()> {
        let list = api.list(&ListParams::default().fields(fields)).await?;
        let mut version = list.metadata.resource_version.unwrap_or_default();
        self.replace(list.items).into_iter().for_each(heard);
        self.synced.send_replace(true);
        loop {
            let mut events = api.watch(&WatchParams::default().fields(fields), &version).await?.boxed();
            while let Some(event) = events.try_next().await? {
                version = self.take(event, heard)?.unwrap_or(version);
            }
        }
    }

    /// Takes one watch event over and returns the version to go on from.
    fn take(&self, event: WatchEvent<K>, heard: &impl Fn(Change<K>)) -> kube::Result<Option<String>> {
        let (version, change) = match event {
            WatchEvent::Added(object) | WatchEvent::Modified(object) => {
                (object.resource_version(), self.put(object))
            }
            WatchEvent::Deleted(object) => {
                self.lock().remove(&key(&object));
                (object.resource_version(), Some(Change::Deleted(Arc::new(object))))
            }
            WatchEvent::Bookmark(mark) => (Some(mark.metadata.resource_version), None),
            WatchEvent::Error(status) => return Err(kube::Error::Api(status)),
        };
        change.into_iter().for_each(heard);
        Ok(version)
    }

    fn put(&self, object: K) -> Option<Change<K>> {
        let object = Arc::new(object);
        match self.lock().insert(key(&*object), object.clone()) {
            None => Some(Change::Added(object)),
            Some(old) if old.resource_version() == object.resource_version() => None,
            Some(_) => Some(Change::Updated(object)),
        }
    }

    fn replace(&self, items: Vec<K>) -> Vec<Change<K>> {
        let keys: BTreeSet<Key> = items.iter().map(key).collect();
        let mut changes: Vec<_> = items.into_iter().filter_map(|object| self.put(object)).collect();
        let mut objects = self.lock();
        let gone: Vec<Key> = objects.keys().filter(|key| !keys.contains(key)).cloned().collect();
        changes.extend(gone.iter().filter_map(|key| objects.remove(key)).map(Change::Deleted));
        changes
    }
}

fn key<K: Resource>(object: &K) -> Key {
    let meta = object.meta();
    (meta.namespace.clone().unwrap_or_default(), meta.name.clone().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::ConfigMap;

    use super::*;

    fn object(name: &str, version: &str) -> ConfigMap {
        let metadata = serde_json::json!({"name": name, "namespace": "shop", "resourceVersion": version});
        serde_json::from_value(serde_json::json!({"metadata": metadata})).unwrap()
    }

    fn told(changes: &[Change<ConfigMap>]) -> Vec<String> {
        let tell = |change: &Change<ConfigMap>| match change {
            Change::Added(one) => format!("+{}", one.name_any()),
            Change::Updated(one) => format!("~{}", one.name_any()),
            Change::Deleted(one) => format!("-{}", one.name_any()),
        };
        changes.iter().map(tell).collect()
    }

    #[test]
    fn a_second_list_tells_only_the_differences() {
        let store = Store::default();
        store.replace(vec![object("same", "1"), object("changed", "1"), object("gone", "1")]);
        let changes = store.replace(vec![object("same", "1"), object("changed", "2"), object("new", "3")]);
        assert_eq!(told(&changes), ["~changed", "+new", "-gone"]);
        assert_eq!(store.all().len(), 3);
        assert!(store.get("shop", "gone").is_none());
    }

    #[test]
    fn an_expired_watch_is_an_error_that_starts_over() {
        let store = Store::<ConfigMap>::default();
        let expired = kube::core::Status::failure("too old", "Expired").with_code(410);
        assert!(store.take(WatchEvent::Error(expired.boxed()), &|_| ()).is_err());
    }
}
