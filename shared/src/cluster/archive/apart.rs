//! What is in a repository beside plain manifests, and is passed over: charts and templates, patches of kustomize, what SOPS
//! has encrypted, and what somebody fills in later. Nobody knows what a cluster gets of these.

use super::objects::{self, Text, text};
use super::yaml;
use crate::manifest::{Overlay, namespace_set};
use crate::verdict::Failure;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

/// What was passed over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Apart {
    /// Documents that are no Kubernetes objects, such as values of a chart; empty ones do not count.
    pub foreign: usize,
    /// Where the first of them stand in a dump, which should have none, and what is odd of each: `FILE:LINE: why`.
    pub odd: Vec<String>,
    /// Objects that SOPS has encrypted.
    pub encrypted: usize,
    /// Objects with a place that something fills in later, such as `${NAME}` of Flux: their kinds and names.
    pub unfilled: Vec<String>,
    /// Files with changes that kustomize makes to other files.
    pub patches: usize,
    /// Templates, and folders of charts.
    pub templates: Vec<PathBuf>,
    /// Kustomizations that change what the files say.
    pub changing: Vec<PathBuf>,
    /// What is read as if it had quotes, and no API server takes without: `FILE:LINE:COLUMN: the field and its value`.
    pub refused: Vec<String>,
    /// What a repository takes in from elsewhere, and was not read, and why.
    pub unread: Vec<String>,
}

impl Apart {
    /// Adds what was passed over elsewhere.
    pub(super) fn add(&mut self, other: Self) {
        let Self { foreign, odd, encrypted, unfilled, patches, templates, changing, refused, unread } = other;
        self.foreign += foreign;
        self.odd.extend(odd);
        self.encrypted += encrypted;
        self.unfilled.extend(unfilled);
        self.patches += patches;
        self.templates.extend(templates);
        self.changing.extend(changing);
        self.refused.extend(refused);
        self.unread.extend(unread);
    }
}

/// The folder of a chart has templates and values, and nothing that is applied as it is.
pub(super) fn is_chart(folder: &Path) -> bool {
    folder.join("Chart.yaml").is_file()
}

/// Reads a file of a repository. One that is no YAML is passed over where it holds no object, or is a template.
///
/// # Errors
/// It is no YAML, and should be (exit 2).
pub(super) fn read(path: &Path, bytes: &[u8]) -> Result<Text, Failure> {
    let failure = match objects::read(path, bytes) {
        Ok(mut text) => {
            // A repository is full of what is meant for others.
            text.apart.odd.clear();
            return Ok(text);
        }
        Err(failure) => failure,
    };
    let holds = |word: &[u8]| bytes.windows(word.len()).any(|part| part == word);
    let apart = if !holds(b"apiVersion") {
        Apart { foreign: 1, ..Apart::default() }
    } else if holds(b"{{") {
        Apart { templates: vec![path.to_owned()], ..Apart::default() }
    } else {
        return Err(failure);
    };
    Ok(Text { objects: Vec::new(), apart })
}

/// What a kustomization does to files.
#[derive(Debug, Default)]
pub(super) struct Kustomized {
    /// Files with changes, which are no objects themselves.
    pub(super) patches: BTreeSet<PathBuf>,
    /// Those that change what the files say.
    pub(super) changing: Vec<PathBuf>,
    /// Files and folders that are taken in, by the folders of the kustomizations that do.
    pub(super) taken: Vec<(PathBuf, PathBuf)>,
    /// Which files they take in, and the namespaces that they set.
    overlays: Vec<Overlay>,
}

/// What changes objects, of all that a kustomization may have. The namespace that one sets is set here, too.
const CHANGES: [&str; 14] = [
    "commonAnnotations",
    "commonLabels",
    "components",
    "helmCharts",
    "labels",
    "namePrefix",
    "nameSuffix",
    "patches",
    "patchesJson6902",
    "patchesStrategicMerge",
    "replacements",
    "transformers",
    "validators",
    "vars",
];

impl Kustomized {
    /// Whether a file is a kustomization, by its name.
    pub(super) fn is_named(path: &Path) -> bool {
        path.file_stem().is_some_and(|stem| stem == "kustomization")
    }

    /// Learns from a kustomization. What Flux calls so is an object, and changes nothing here.
    pub(super) fn learn(&mut self, path: &Path, bytes: &[u8]) {
        let documents = yaml::documents(bytes).unwrap_or_default();
        let Some(document) = documents.into_iter().next().map(|first| first.value) else { return };
        if text(&document, "/apiVersion").starts_with("kustomize.toolkit.fluxcd.io/") {
            return;
        }
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        self.overlays.extend(Overlay::read(&named(path), text));
        let is_empty = |value: &Value| match value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(fields) => fields.is_empty(),
            Value::Bool(_) | Value::Number(_) => false,
        };
        if CHANGES.iter().any(|key| document.get(*key).is_some_and(|value| !is_empty(value))) {
            self.changing.push(path.to_owned());
        }
        let path = whole(path);
        let folder = path.parent().unwrap_or(Path::new(""));
        let taken = ["resources", "bases", "components"].map(|key| document.get(key));
        let taken =
            taken.into_iter().flatten().filter_map(Value::as_array).flatten().filter_map(Value::as_str);
        self.taken.extend(taken.map(|entry| (folder.to_owned(), plain(&folder.join(entry)))));
        let lists = ["patches", "patchesJson6902", "patchesStrategicMerge"].map(|key| document.get(key));
        let entries = lists.into_iter().flatten().filter_map(Value::as_array).flatten();
        let files = entries.filter_map(|entry| entry.as_str().or_else(|| entry.get("path")?.as_str()));
        // A patch may stand there itself.
        let files = files.filter(|file| !file.contains('\n'));
        self.patches.extend(files.map(|file| plain(&folder.join(file))));
    }

    /// Whether what the kustomization of a folder takes in is changed, by it or by another one that takes it in.
    pub(super) fn is_changed(&self, folder: &Path) -> bool {
        let (mut ways, mut at) = (vec![folder], 0);
        while let Some(folder) = ways.get(at).copied() {
            if self.changing.iter().any(|one| whole(one).parent() == Some(folder)) {
                return true;
            }
            let above =
                self.taken.iter().filter(|(_, taken)| taken == folder).map(|(above, _)| above.as_path());
            let new: Vec<&Path> = above.filter(|above| !ways.contains(above)).collect();
            ways.extend(new);
            at += 1;
        }
        false
    }

    /// Leaves out what is no object of its own, and puts the others where they go.
    pub(super) fn settle(&self, path: &Path, mut text: Text) -> Text {
        if self.patches.contains(&whole(path)) {
            return Text { objects: Vec::new(), apart: Apart { patches: 1, ..Apart::default() } };
        }
        if let Some(namespace) = namespace_set(&self.overlays, &named(path)) {
            text.put_into(namespace);
        }
        text
    }
}

/// A path as overlays name it.
fn named(path: &Path) -> String {
    let whole = whole(path);
    let names = whole.components().filter_map(|part| match part {
        Component::Normal(name) => name.to_str(),
        Component::CurDir | Component::ParentDir | Component::RootDir | Component::Prefix(_) => None,
    });
    names.collect::<Vec<_>>().join("/")
}

/// A path from the root of the disk, so that it can be compared with others.
pub(super) fn whole(path: &Path) -> PathBuf {
    plain(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
}

/// A path without the steps up and on the spot that it has.
fn plain(path: &Path) -> PathBuf {
    let mut found = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if found.file_name().is_some() => drop(found.pop()),
            Component::ParentDir | Component::Normal(_) | Component::RootDir | Component::Prefix(_) => {
                found.push(part);
            }
        }
    }
    found
}

/// Kinds whose commands may have any text in them, of which nothing is judged.
const WORKLOADS: [&str; 7] =
    ["CronJob", "DaemonSet", "Deployment", "Job", "Pod", "ReplicaSet", "StatefulSet"];

/// Whether SOPS has encrypted an object.
pub(super) fn is_encrypted(object: &Value) -> bool {
    object.pointer("/sops/mac").is_some()
}

/// The kind and name of an object in which something has to be filled in before a cluster can get it.
pub(super) fn unfilled(object: &Value) -> Option<String> {
    let kind = text(object, "/kind");
    let metadata = object.get("metadata").is_some_and(|metadata| has(metadata, is_place));
    let is_unfilled = match kind {
        // Values of charts, dashboards and alerts are full of what their readers fill in: Linkerd keeps its own there.
        "ConfigMap" => metadata || has(object, is_variable),
        kind if WORKLOADS.contains(&kind) => metadata,
        _ => has(object, is_place),
    };
    is_unfilled.then(|| format!("{kind} {}", text(object, "/metadata/name")))
}

fn has(value: &Value, is_place: fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => is_place(text),
        Value::Array(items) => items.iter().any(|item| has(item, is_place)),
        Value::Object(fields) => fields.iter().any(|(key, value)| is_place(key) || has(value, is_place)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn is_place(text: &str) -> bool {
    text.contains("{{") || is_variable(text)
}

fn is_variable(text: &str) -> bool {
    let begins = |rest: &str| rest.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    text.split("${").skip(1).any(begins)
}

#[cfg(test)]
#[path = "apart_tests.rs"]
mod tests;
