//! Kustomizations of Flux: which folder of a repository each applies, and what it fills in there.

use super::super::apart::whole;
use super::super::objects::{Text, text};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

/// The API group, as it begins.
pub(super) const GROUP: &str = "kustomize.toolkit.fluxcd.io/";

/// Kinds of Flux that nothing here judges: who patches these alone changes nothing else.
const OWN: [&str; 4] = ["GitRepository", "HelmRelease", "HelmRepository", "Kustomization"];

/// A Kustomization of Flux.
#[derive(Debug, Clone)]
pub(super) struct Flux {
    /// Where it stands.
    pub(super) file: PathBuf,
    path: String,
    /// Kind, namespace and name of what its path is in.
    pub(super) source: [String; 3],
    /// Whether it is applied to another cluster.
    pub(super) is_for_another: bool,
    /// Whether it changes what it applies.
    pub(super) is_changing: bool,
    /// The namespace that all of it goes to.
    namespace: Option<String>,
    values: BTreeMap<String, String>,
    /// Whether it knows more values than these.
    has_more: bool,
}

impl Flux {
    /// Reads one; `None` for anything else.
    pub(super) fn read(object: &Value, file: &Path) -> Option<Self> {
        let of = |pointer: &str| text(object, pointer).to_owned();
        if text(object, "/kind") != "Kustomization" || !text(object, "/apiVersion").starts_with(GROUP) {
            return None;
        }
        let spec = object.get("spec")?;
        let namespace = of("/spec/sourceRef/namespace");
        let namespace = if namespace.is_empty() { of("/metadata/namespace") } else { namespace };
        let values = spec.pointer("/postBuild/substitute").and_then(Value::as_object).into_iter().flatten();
        let is_full =
            |key: &str| spec.get(key).is_some_and(|value| *value != "" && *value != Value::Array(vec![]));
        let patches = spec.get("patches").and_then(Value::as_array).into_iter().flatten();
        let is_own = |patch: &Value| OWN.contains(&text(patch, "/target/kind"));
        let changing = ["components", "namePrefix", "nameSuffix", "patchesJson6902", "patchesStrategicMerge"];
        Some(Self {
            file: file.to_owned(),
            path: of("/spec/path"),
            source: [of("/spec/sourceRef/kind"), namespace, of("/spec/sourceRef/name")],
            is_for_another: spec.get("kubeConfig").is_some_and(|config| !config.is_null()),
            is_changing: changing.into_iter().any(is_full) || !patches.into_iter().all(is_own),
            namespace: Some(of("/spec/targetNamespace")).filter(|name| !name.is_empty()),
            values: values.map(|(key, value)| (key.clone(), plain(value))).collect(),
            has_more: spec.pointer("/postBuild/substituteFrom").is_some(),
        })
    }

    /// The root of its repository, and what it applies there. Where nobody knows the root, the nearest folder above that has
    /// such a path is it.
    pub(super) fn target(&self) -> Option<(PathBuf, PathBuf)> {
        let parts = Path::new(&self.path).components();
        if parts.clone().any(|part| part == Component::ParentDir) {
            return None;
        }
        let path: PathBuf = parts.filter(|part| matches!(part, Component::Normal(_))).collect();
        let file = whole(&self.file);
        let above = || file.ancestors().skip(1).filter(|above| above.parent().is_some());
        let root =
            root(&file).or_else(|| above().find(|above| above.join(&path).exists()).map(Path::to_owned))?;
        let target = root.join(path);
        let is_within = target.canonicalize().ok()?.starts_with(root.canonicalize().ok()?);
        is_within.then_some((root, target))
    }

    /// Whether it says anything of objects that their files do not.
    pub(super) fn fills(&self) -> bool {
        self.namespace.is_some() || !self.values.is_empty()
    }

    /// Whether it fills in the same.
    pub(super) fn fills_like(&self, other: &Self) -> bool {
        let all = |one: &Self| (one.namespace.clone(), one.values.clone(), one.has_more);
        all(self) == all(other)
    }

    /// Fills it in.
    pub(super) fn fill(&self, text: &mut Text) {
        if let Some(namespace) = &self.namespace {
            text.put_into(namespace);
        }
        if !self.values.is_empty() {
            text.objects.iter_mut().for_each(|found| self.value(&mut found.object));
        }
    }

    fn value(&self, value: &mut Value) {
        match value {
            Value::String(text) if text.contains("${") => *text = self.filled(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(item)),
            Value::Object(fields) => fields.values_mut().for_each(|field| self.value(field)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// A place of which nothing is known stays as it is.
    fn filled(&self, text: &str) -> String {
        let mut parts = text.split("${");
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            // `$${NAME}` stands for itself.
            let place = part.split_once('}').filter(|_| !filled.ends_with('$'));
            match place.and_then(|(place, rest)| Some((self.of(place)?, rest))) {
                Some((value, rest)) => filled.extend([value, rest]),
                None => filled.extend(["${", part]),
            }
        }
        filled
    }

    /// The value of `NAME` or `NAME:=otherwise`.
    fn of<'a>(&'a self, place: &'a str) -> Option<&'a str> {
        let (name, otherwise) = match place.split_once(":=").or_else(|| place.split_once(":-")) {
            Some((name, otherwise)) => (name, Some(otherwise)),
            None => (place, None),
        };
        let known = self.values.get(name).map(String::as_str);
        known.or(otherwise.filter(|_| !self.has_more))
    }
}

/// The root of the repository of Git that a place is in, if it is in one.
pub(super) fn root(place: &Path) -> Option<PathBuf> {
    place.ancestors().find(|above| above.join(".git").exists()).map(Path::to_owned)
}

/// A value as text.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
