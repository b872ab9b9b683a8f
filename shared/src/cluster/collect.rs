//! What a look has read, as files that can answer for the clusters later. Nothing that opens a door is in it: of Secrets
//! only what is public anyway, and of what programs are told only which mirrors they are led to.

mod hide;

use super::Resource;
use super::archive::answer::OF_EVERY_CLUSTER;
use super::archive::kinds::kind_of;
use super::archive::meta::Meta;
use super::archive::packed;
use super::call::{Ask, Call, Shape};
use super::client::Cluster;
use super::look::{git_version, made_of};
use super::memory::Told;
use super::moment::now;
use super::set::{ClusterSet, Reach};
use crate::terms::{ClusterName, Mirrors, Obstacle};
pub use packed::Tar;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What was read of a cluster. Its objects stay packed until somebody wants them: parsed, those of a large cluster are
/// gigabytes.
#[derive(Debug)]
pub struct Collected {
    /// How this run calls it.
    pub name: ClusterName,
    /// When that was, and what could not be read: `meta.yaml`.
    pub meta: Value,
    found: Found,
    mirrors: Arc<Mirrors>,
    answers: Vec<Told>,
}

impl Collected {
    /// The name of the file for what is known of the others.
    pub const META: &str = super::archive::meta::FILE;

    /// The folder for the files of a cluster, in a folder or a tar of several clusters.
    pub fn folder_of(name: &ClusterName) -> String {
        packed::folder_of(name.as_str())
    }

    /// The resources that may not be read, as RBAC names them.
    pub fn denied(&self) -> impl Iterator<Item = &str> {
        self.meta.get("denied").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    }

    /// Whether it could be reached; of one that could not, files say so and hold nothing.
    pub fn is_reached(&self) -> bool {
        self.meta.get("unreached").is_none()
    }

    /// How many objects there are.
    pub fn count(&self) -> usize {
        self.found.0.len()
    }

    /// What is made of each object, as `kubectl get -o yaml` shows it: page by page as they were read, by resource, namespace and
    /// name.
    pub fn pages<T>(&self, make: impl Fn(Value) -> T) -> impl Iterator<Item = Vec<T>> {
        let mut told = BTreeSet::new();
        let places =
            self.found.0.values().map(|found| found.answer).filter(move |answer| told.insert(*answer));
        let answers = places.filter_map(|answer| Some((answer, self.answers.get(answer)?)));
        answers.map(move |(answer, told)| {
            let is_from = |key: &Key| self.found.0.get(key).is_some_and(|found| found.answer == answer);
            made(told, |mut object: Value| {
                let key = key(&told.call, text(&object, "namespace"), text(&object, "name"));
                key.filter(is_from)?;
                complete(&told.call, &mut object, &self.mirrors)?;
                Some(make(object))
            })
        })
    }
}

/// Everything that was read through the sides of a set since they were made, and of which cluster nothing could be; and whether
/// these namespaces are there, so that who reads it can tell what was gone from what was left out. That something leads to one of
/// these mirrors stays to be seen.
pub async fn collected(set: &ClusterSet, namespaces: &[&str], mirrors: Mirrors) -> Vec<Collected> {
    let (mirrors, mut all) = (Arc::new(mirrors), Vec::new());
    for (name, reach) in set.iter() {
        let cluster = match reach {
            Reach::Connected { cluster, .. } => cluster,
            Reach::Out(obstacle) => {
                all.push(unreached(name, obstacle, mirrors.clone()));
                continue;
            }
        };
        // Who it is, and whom its pods take for its API server, are asked before anything is remembered.
        let names = OF_EVERY_CLUSTER.iter().chain(namespaces);
        let looks = names.map(|name| cluster.get::<Value>(Resource::NAMESPACES, None, name));
        drop(futures::future::join_all(looks).await);
        drop(cluster.get::<Value>(Resource::CONFIG_MAPS, Some("kube-system"), "kube-root-ca.crt").await);
        all.push(of_cluster(cluster, mirrors.clone()));
    }
    all
}

/// Without a word of it, who reads the files would take the others for all clusters of the run.
fn unreached(name: &ClusterName, obstacle: &Obstacle, mirrors: Arc<Mirrors>) -> Collected {
    let meta = Meta { taken_at: Some(now()), unreached: Some(obstacle.to_string()), ..Meta::default() };
    let (found, answers) = (Found::default(), Vec::new());
    Collected { name: name.clone(), meta: json!(meta), found, mirrors, answers }
}

fn of_cluster(cluster: &Cluster, mirrors: Arc<Mirrors>) -> Collected {
    let (mut found, mut denied, mut version) = (Found::default(), BTreeSet::new(), None);
    let answers = cluster.remembered();
    for (answer, told) in answers.iter().enumerate() {
        match told.obstacle() {
            Some(Obstacle::Forbidden { resource, .. }) => drop(denied.insert(resource.clone())),
            None if told.call.ask == Ask::Version => {
                version = told.body().and_then(|body| git_version(&body));
            }
            None => found.note(told, answer),
            Some(_) => {}
        }
    }
    let denied = denied.into_iter().collect();
    let meta = json!(Meta { taken_at: Some(now()), server_version: version, denied, unreached: None });
    Collected { name: cluster.name().clone(), meta, found, mirrors, answers }
}

/// Where each object is.
#[derive(Debug, Default)]
struct Found(BTreeMap<Key, Place>);

/// Resource and group, namespace, name.
type Key = (&'static str, &'static str, String, String);

#[derive(Debug)]
struct Place {
    /// The place of the answer.
    answer: usize,
    is_whole: bool,
}

#[derive(Deserialize)]
struct Named {
    metadata: Name,
}

#[derive(Deserialize)]
struct Name {
    #[serde(default)]
    namespace: String,
    #[serde(default)]
    name: String,
}

impl Found {
    /// A whole object is better than its metadata.
    fn note(&mut self, told: &Told, answer: usize) {
        let is_whole = matches!(told.call.ask, Ask::One(_) | Ask::Many(_, Shape::Full));
        let named = |Named { metadata }: Named| key(&told.call, &metadata.namespace, &metadata.name);
        for key in made(told, named) {
            let place = self.0.entry(key).or_insert(Place { answer, is_whole });
            if is_whole && !place.is_whole {
                *place = Place { answer, is_whole };
            }
        }
    }
}

/// What is made of the objects of an answer, one after the other; nothing of one that holds none.
fn made<W: DeserializeOwned, T>(told: &Told, make: impl Fn(W) -> Option<T>) -> Vec<T> {
    let Some(body) = told.body() else { return Vec::new() };
    match told.call.ask {
        Ask::One(_) => serde_json::from_slice(&body).ok().and_then(make).into_iter().collect(),
        Ask::Many(..) => made_of(&body, make),
        Ask::Served | Ask::Version | Ask::Other => Vec::new(),
    }
}

/// `None` for what no file can hold.
fn key(call: &Call, namespace: &str, name: &str) -> Option<Key> {
    let Resource { group, plural, .. } = call.resource;
    kind_of(group, plural).map(|_| (plural, group, namespace.to_owned(), name.to_owned()))
}

fn text<'a>(object: &'a Value, field: &str) -> &'a str {
    object
        .get("metadata")
        .and_then(|metadata| metadata.get(field))
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// The items of a list do not say what they are, and nobody is told what opens a door.
fn complete(call: &Call, object: &mut Value, mirrors: &Mirrors) -> Option<()> {
    let Resource { group, version, plural } = call.resource;
    let version = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
    let fields = object.as_object_mut()?;
    fields.insert("apiVersion".to_owned(), version.into());
    fields.insert("kind".to_owned(), kind_of(group, plural)?.into());
    hide::hide(object, mirrors);
    Some(())
}
