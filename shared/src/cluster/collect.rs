//! What a look has read, as files that can answer for the clusters later. Nothing that opens a door is in it: of Secrets
//! only what is public anyway, and no values of the environments of containers.

mod hide;

use super::Resource;
use super::archive::kinds::kind_of;
use super::archive::meta::{FILE as META, Meta};
use super::archive::packed;
use super::call::{Ask, Call, Shape};
use super::client::Cluster;
use super::look::git_version;
use super::moment::now;
use super::set::{ClusterSet, Reach};
use crate::terms::{ClusterName, Obstacle};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What was read of a cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Collected {
    /// How this run calls it.
    pub name: ClusterName,
    /// The objects as a list, as `kubectl get -o yaml` writes it.
    pub objects: Value,
    /// When that was, and what could not be read: `meta.yaml`.
    pub meta: Value,
}

/// So many characters of objects are in a file, about: one that is much larger would not be read again.
const LARGEST: usize = 8 << 20;

impl Collected {
    /// The folder for the files of a cluster, in a folder or a tar of several clusters.
    pub fn folder_of(name: &ClusterName) -> String {
        packed::folder_of(name.as_str())
    }

    /// Its files: the objects, in as many as are needed, and what they are.
    pub fn files(&self) -> Vec<(String, Value)> {
        let items =
            self.objects.get("items").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let (mut parts, mut size) = (vec![Vec::new()], 0_usize);
        for item in items {
            size += item.to_string().len();
            if size > LARGEST {
                parts.push(Vec::new());
                size = 0;
            }
            parts.last_mut().into_iter().for_each(|part| part.push(item.clone()));
        }
        let name =
            |at: usize| if at == 0 { "objects.yaml".to_owned() } else { format!("objects-{}.yaml", at + 1) };
        let parts = parts.into_iter().enumerate().map(|(at, items)| (name(at), list(&items)));
        parts.chain([(META.to_owned(), self.meta.clone())]).collect()
    }

    /// How many objects there are.
    pub fn count(&self) -> usize {
        self.objects.get("items").and_then(Value::as_array).map_or(0, Vec::len)
    }
}

/// Everything that was read through the sides of a set since they were made, of each cluster that could be reached.
pub async fn collected(set: &ClusterSet) -> Vec<Collected> {
    let mut all = Vec::new();
    for (_, reach) in set.iter() {
        if let Reach::Connected { cluster, .. } = reach {
            // Who it is, and whom its pods take for its API server, are asked before anything is remembered.
            drop(cluster.get::<Value>(Resource::NAMESPACES, None, "kube-system").await);
            drop(cluster.get::<Value>(Resource::CONFIG_MAPS, Some("kube-system"), "kube-root-ca.crt").await);
            all.push(of_cluster(cluster));
        }
    }
    all
}

fn list(items: &[Value]) -> Value {
    json!({ "apiVersion": "v1", "kind": "List", "items": items })
}

/// Files with their names as one, a tar.
///
/// # Errors
/// A name that no tar can have.
pub fn pack(files: &[(String, String)]) -> std::io::Result<Vec<u8>> {
    packed::written(files, u64::try_from(now().as_second()).unwrap_or_default())
}

fn of_cluster(cluster: &Cluster) -> Collected {
    let (mut found, mut denied, mut version) = (Found::default(), BTreeSet::new(), None);
    for told in cluster.remembered() {
        match (told.body(), told.obstacle()) {
            (Some(body), _) if told.call.ask == Ask::Version => version = git_version(&body),
            (Some(body), _) => found.take(&told.call, &body),
            (None, Some(Obstacle::Forbidden { resource, .. })) => drop(denied.insert(resource.clone())),
            (None, Some(_) | None) => {}
        }
    }
    let items: Vec<Value> = found.0.into_values().map(|(_, object)| object).collect();
    let objects = list(&items);
    let denied = denied.into_iter().collect();
    let meta = json!(Meta { taken_at: Some(now()), server_version: version, denied });
    Collected { name: cluster.name().clone(), objects, meta }
}

/// Objects by resource, namespace and name, and whether each is whole.
#[derive(Default)]
struct Found(BTreeMap<(String, String, String), (bool, Value)>);

impl Found {
    fn take(&mut self, call: &Call, body: &[u8]) {
        let Ok(answer) = serde_json::from_slice::<Value>(body) else { return };
        match &call.ask {
            Ask::One(_) => self.keep(call, answer, true),
            Ask::Many(_, shape) => {
                let items = answer.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
                for item in items {
                    self.keep(call, item, *shape == Shape::Full);
                }
            }
            Ask::Served | Ask::Version | Ask::Other => {}
        }
    }

    /// A whole object is better than its metadata.
    fn keep(&mut self, call: &Call, mut object: Value, is_whole: bool) {
        let Resource { group, version, plural } = call.resource;
        let Some(kind) = kind_of(group, plural) else { return };
        let version = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
        // The items of a list do not say what they are.
        let Some(fields) = object.as_object_mut() else { return };
        fields.insert("apiVersion".to_owned(), version.into());
        fields.insert("kind".to_owned(), kind.into());
        hide::hide(&mut object);
        let metadata = object.get("metadata").cloned().unwrap_or_default();
        let text = |key: &str| metadata.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let key = (call.resource.name(), text("namespace"), text("name"));
        let (was_whole, kept) = self.0.entry(key).or_insert_with(|| (is_whole, object.clone()));
        if is_whole && !*was_whole {
            (*was_whole, *kept) = (true, object);
        }
    }
}
