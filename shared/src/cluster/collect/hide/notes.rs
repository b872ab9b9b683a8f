//! Annotations: notes of programs, some of which copy the whole object there, with all that is hidden in the object itself.

use super::HIDDEN;
use serde_json::Value;

/// Where kubectl, Rancher with k3s, kapp and others keep a copy of what was applied.
const COPIES: [&str; 5] = [
    "/last-applied-configuration",
    "/last-applied",
    "objectset.rio.cattle.io/applied",
    "kapp.k14s.io/original",
    "kapp.k14s.io/original-diff",
];
/// Whose notes on pods and nodes are judged, or known not to hold anything that opens a door.
const KNOWN: [&str; 4] = ["linkerd.io", "kubernetes.io", "k8s.io", "cilium.io"];
/// The class of an Ingress, as it was told before it had a field for that.
const CLASS: &str = "kubernetes.io/ingress.class";
/// What a snippet of configuration is looked through for.
const OVERRIDE: &str = "l5d-dst-override";

/// Removes the copies, wherever in the object annotations are.
pub(super) fn copies(object: &mut Value) {
    each(object, &mut |notes| {
        notes.retain(|key, value| {
            let text = value.as_str().unwrap_or_default().trim_start();
            let is_object = text.starts_with('{') && text.contains("\"kind\"");
            !is_object && !COPIES.iter().any(|copy| key.ends_with(copy))
        });
    });
}

/// Of an Ingress only what is judged: snippets and addresses of who lets somebody in may hold anything.
pub(super) fn of_ingress(object: &mut Value) {
    each(object, &mut |notes| {
        for (_, value) in notes.iter_mut().filter(|(key, _)| *key != CLASS) {
            let left = match value.as_str().unwrap_or_default() {
                "true" | "false" => continue,
                text if text.contains(OVERRIDE) => OVERRIDE,
                _ => HIDDEN,
            };
            *value = left.into();
        }
    });
}

/// Of pods and nodes those of Kubernetes, Linkerd and Cilium.
pub(super) fn of_others(object: &mut Value) {
    each(object, &mut |notes| {
        for (key, value) in notes.iter_mut() {
            let domain = key.split_once('/').map_or("", |(domain, _)| domain);
            let is_of = |known: &&str| {
                domain.strip_suffix(*known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            };
            if !KNOWN.iter().any(is_of) {
                *value = HIDDEN.into();
            }
        }
    });
}

fn each(value: &mut Value, change: &mut impl FnMut(&mut serde_json::Map<String, Value>)) {
    match value {
        Value::Object(fields) => {
            if let Some(notes) = fields.get_mut("annotations").and_then(Value::as_object_mut) {
                change(notes);
            }
            fields.values_mut().for_each(|value| each(value, change));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| each(item, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
