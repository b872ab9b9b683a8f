//! The leaves of an object, and how one is changed.

use super::encode::CODES;
use serde_json::Value;

/// A step from a value to one within it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// Of a map.
    Key(String),
    /// Of a list.
    At(usize),
}

/// The way from an object to one of its leaves.
pub(super) type Path = Vec<Step>;

/// What an API server answers by, or lets nobody change.
const FIXED: [&str; 5] = ["apiVersion", "kind", "metadata.namespace", "metadata.name", "roleRef.kind"];

/// Every leaf of an object: what holds nothing else, and lists and maps that hold nothing.
pub(super) fn leaves(object: &Value) -> Vec<Path> {
    let mut found = Vec::new();
    walk(object, &mut Vec::new(), &mut found);
    found.retain(|path| !FIXED.contains(&shown(path).as_str()));
    found
}

fn walk(value: &Value, path: &mut Path, found: &mut Vec<Path>) {
    let inner: Vec<(Step, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(key, value)| (Step::Key(key.clone()), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(at, value)| (Step::At(at), value)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    if inner.is_empty() {
        found.push(path.clone());
    }
    for (step, value) in inner {
        path.push(step);
        walk(value, path, found);
        path.pop();
    }
}

/// The keys of a path, without those that say how a text is encoded.
pub(super) fn keys(path: &Path) -> impl Iterator<Item = &str> {
    path.iter().filter_map(|step| match step {
        Step::Key(key) if !CODES.contains(&key.as_str()) => Some(key.as_str()),
        Step::Key(_) | Step::At(_) => None,
    })
}

/// As a path is written: `spec.ports[0].port`, and a key with dots in brackets.
pub(super) fn shown(path: &Path) -> String {
    path.iter().fold(String::new(), |text, step| match step {
        Step::Key(key) if CODES.contains(&key.as_str()) => text,
        Step::Key(key) if key.contains(['.', '/']) => format!("{text}[{key}]"),
        Step::Key(key) if text.is_empty() => key.clone(),
        Step::Key(key) => format!("{text}.{key}"),
        Step::At(at) => format!("{text}[{at}]"),
    })
}

/// What a path leads to.
pub(super) fn get<'a>(object: &'a Value, path: &[Step]) -> Option<&'a Value> {
    path.iter().try_fold(object, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::At(at) => value.get(at),
    })
}

fn get_mut<'a>(object: &'a mut Value, path: &[Step]) -> Option<&'a mut Value> {
    path.iter().try_fold(object, |value, step| match step {
        Step::Key(key) => value.get_mut(key),
        Step::At(at) => value.get_mut(at),
    })
}

/// Puts another value in its place.
pub(super) fn set(object: &mut Value, path: &[Step], value: Value) {
    if let Some(there) = get_mut(object, path) {
        *there = value;
    }
}

/// Takes it away. A text that is encoded goes with what it is encoded in.
pub(super) fn delete(object: &mut Value, path: &[Step]) {
    let is_code = |step: &Step| matches!(step, Step::Key(key) if CODES.contains(&key.as_str()));
    let Some((last, before)) = path.split_last() else { return };
    if is_code(last) {
        return delete(object, before);
    }
    match (get_mut(object, before), last) {
        (Some(Value::Object(fields)), Step::Key(key)) => drop(fields.shift_remove(key)),
        (Some(Value::Array(items)), Step::At(at)) => drop(items.remove(*at)),
        (Some(_) | None, _) => {}
    }
}
