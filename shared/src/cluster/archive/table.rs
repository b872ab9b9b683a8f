//! The objects by their resources, in the order in which an API server lists them.

use super::kinds::{Kinds, Place};
use super::objects::Found;
use super::{Contents, Origin};
use crate::terms::Labels;
use crate::verdict::Failure;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::ops::Range;

/// An object as it is answered. Kept as text, which needs a fraction of the room of a parsed one and is sent as it is.
#[derive(Debug)]
pub(super) struct Kept {
    /// JSON.
    pub(super) text: String,
    /// Where in it the metadata are.
    metadata: Range<usize>,
    pub(super) namespace: Option<String>,
    pub(super) name: String,
    pub(super) labels: Labels,
    pub(super) origin: Origin,
}

impl Kept {
    /// Its metadata, as JSON.
    pub(super) fn metadata(&self) -> &str {
        self.text.get(self.metadata.clone()).unwrap_or("{}")
    }
}

/// The objects of one resource.
#[derive(Debug)]
pub(super) struct Table {
    kind: String,
    /// By `namespace/name`, since the bytes of that are the order of an API server.
    objects: BTreeMap<String, Kept>,
}

/// All tables, by group and plural. Versions do not part them: one object has one place in a cluster, in whatever
/// version it is written.
#[derive(Debug, Default)]
pub(super) struct Tables(BTreeMap<(String, String), Table>);

fn key(namespace: Option<&str>, name: &str) -> String {
    namespace.map_or_else(|| name.to_owned(), |namespace| format!("{namespace}/{name}"))
}

/// The group of an `apiVersion`; empty for the core.
pub(super) fn group_of(version: &str) -> &str {
    version.split_once('/').map_or("", |(group, _)| group)
}

impl Table {
    pub(super) fn get(&self, namespace: Option<&str>, name: &str) -> Option<&Kept> {
        self.objects.get(&key(namespace, name))
    }

    /// Those of a namespace, or all, in order.
    pub(super) fn of(&self, namespace: Option<&str>) -> impl Iterator<Item = &Kept> {
        let start = namespace.map(|namespace| format!("{namespace}/")).unwrap_or_default();
        let within = self.objects.range(start.clone()..);
        within.take_while(move |(key, _)| key.starts_with(&start)).map(|(_, kept)| kept)
    }
}

impl Tables {
    pub(super) fn get(&self, group: &str, plural: &str) -> Option<&Table> {
        self.0.get(&(group.to_owned(), plural.to_owned()))
    }

    pub(super) fn of_kind(&self, kind: &str) -> impl IntoIterator<Item = &Table> {
        self.0.values().filter(move |table| table.kind == kind)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Table> {
        self.0.values()
    }

    pub(super) fn count(&self) -> usize {
        self.0.values().map(|table| table.objects.len()).sum()
    }

    /// Puts an object to its like.
    ///
    /// # Errors
    /// It is there already: nobody knows which of the two the cluster has (exit 2). What is there twice just so, as the
    /// manifest of a namespace, is meant once.
    pub(super) fn add(&mut self, kinds: &Kinds, found: Found, contents: Contents) -> Result<(), Failure> {
        let Found { mut object, origin } = found;
        let of = |field: &str| object.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (version, kind) = (of("apiVersion"), of("kind"));
        let group = group_of(&version).to_owned();
        let (plural, place) = kinds.resource(&group, &kind);
        let (namespace, name) = settled(&mut object, place);
        let (text, metadata) = written(&object);
        let labels = labels(&object);
        let at = key(namespace.as_deref(), &name);
        let table = Table { kind: kind.clone(), objects: BTreeMap::new() };
        let table = self.0.entry((group, plural)).or_insert(table);
        if let Some(first) = table.objects.get(&at) {
            let what = format!("{origin}: {kind} {at} is in {} already", first.origin);
            return match contents {
                // In a dump, of `get pods` and `get all` for instance.
                _ if first.text == text => Ok(()),
                Contents::Manifests => Err(Failure::usage(
                    what,
                    "name a folder with the manifests of one cluster, or with what `kubectl kustomize DIR` prints of them",
                )),
                Contents::Dump => Err(Failure::usage(
                    what,
                    "keep one of the two: a folder holds the objects of one cluster at one time",
                )),
            };
        }
        table.objects.insert(at, Kept { text, metadata, namespace, name, labels, origin });
        Ok(())
    }
}

/// The namespace and the name, and the object as a cluster would have it: with the namespace that it goes to.
fn settled(object: &mut Value, place: Place) -> (Option<String>, String) {
    let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) else {
        return (None, String::new());
    };
    let text = |metadata: &Map<String, Value>, field: &str| {
        metadata.get(field).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let written = text(metadata, "namespace");
    let namespace = match place {
        Place::Namespace => Some(written.unwrap_or_else(|| "default".to_owned())),
        Place::Cluster => None,
        Place::Unknown => written,
    };
    match &namespace {
        Some(namespace) => metadata.insert("namespace".to_owned(), Value::String(namespace.clone())),
        None => metadata.remove("namespace"),
    };
    (namespace, text(metadata, "name").unwrap_or_default())
}

/// Labels that are no text count as missing; no API server would have them.
fn labels(object: &Value) -> Labels {
    let labels = object.pointer("/metadata/labels").and_then(Value::as_object).into_iter().flatten();
    labels.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}

/// The object as JSON, and where its metadata stand in that.
fn written(object: &Value) -> (String, Range<usize>) {
    let (mut text, mut metadata) = ("{".to_owned(), 0..0);
    for (key, value) in object.as_object().into_iter().flatten() {
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(&Value::String(key.clone()).to_string());
        text.push(':');
        let start = text.len();
        text.push_str(&value.to_string());
        if key == "metadata" {
            metadata = start..text.len();
        }
    }
    text.push('}');
    text.shrink_to_fit();
    (text, metadata)
}
