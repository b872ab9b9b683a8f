//! From recorded objects to objects that can be created.

use serde_json::{Map, Value, json};

use super::step::Elsewhere;

/// Fields that the API server fills in.
const SERVER_FIELDS: [&str; 5] =
    ["uid", "resourceVersion", "creationTimestamp", "generation", "ownerReferences"];

/// Returns the object without what only the server may write. That a Service has no address is not its affair.
pub(crate) fn creatable(object: &Value) -> Value {
    let mut object = object.clone();
    remove(object.as_object_mut(), &["status"]);
    remove(object.get_mut("metadata").and_then(Value::as_object_mut), &SERVER_FIELDS);
    if text(&object, "/spec/clusterIP") != "None" {
        remove(object.get_mut("spec").and_then(Value::as_object_mut), &["clusterIP", "clusterIPs"]);
    }
    object
}

/// Returns kind and name, as the table writes them.
pub(crate) fn title(object: &Value) -> String {
    format!("{}/{}", text(object, "/kind"), text(object, "/metadata/name"))
}

/// Returns the text at this place, or an empty one.
pub(crate) fn text<'a>(object: &'a Value, way: &str) -> &'a str {
    object.pointer(way).and_then(Value::as_str).unwrap_or_default()
}

/// Returns the status of a Link that has mirrored Services of other namespaces before.
pub(crate) fn with_neighbours(elsewhere: &[Elsewhere]) -> Value {
    let list = |one: &Elsewhere| match one {
        Elsewhere::Mirrors => ("mirrorServices".to_owned(), json!([neighbour("db-infra")])),
        Elsewhere::Federated => ("federatedServices".to_owned(), json!([neighbour("db-federated")])),
    };
    let status: Map<String, Value> = elsewhere.iter().map(list).collect();
    if status.is_empty() { json!({}) } else { json!({"status": status}) }
}

fn neighbour(local: &str) -> Value {
    let reference =
        |name: &str| json!({"group": "core", "kind": "Service", "name": name, "namespace": "elsewhere"});
    json!({
        "controllerName": "linkerd.io/service-mirror",
        "remoteRef": reference("db"),
        "conditions": [{
            "type": "Mirrored", "status": "True", "reason": "Mirrored", "message": "",
            "lastTransitionTime": "2026-01-02T03:04:05Z", "localRef": reference(local),
        }],
    })
}

pub(crate) fn is_ready(pod: &Value) -> bool {
    let conditions = pod.pointer("/status/conditions").and_then(Value::as_array);
    conditions.into_iter().flatten().any(|one| one["type"] == "Ready" && one["status"] == "True")
}

/// Orders the mirrors of a Link's status by name.
pub(crate) fn sort_status(object: &mut Value) {
    if let Some(entries) = object.pointer_mut("/status/mirrorServices").and_then(Value::as_array_mut) {
        entries.sort_by_key(|entry| entry.pointer("/remoteRef").map(Value::to_string));
    }
}

/// Orders the addresses of Endpoints, and those of slices, by host name. Whether their controller finds the Service before its
/// pods, or all of them at once, is left to chance too: what tells that is taken away.
pub(crate) fn sort_addresses(object: &mut Value) {
    let sort = |list: Option<&mut Value>| {
        if let Some(addresses) = list.and_then(Value::as_array_mut) {
            addresses.sort_by_key(|one| one.get("hostname").map(Value::to_string));
        }
    };
    for subset in object.get_mut("subsets").and_then(Value::as_array_mut).into_iter().flatten() {
        sort(subset.get_mut("addresses"));
    }
    sort(object.get_mut("endpoints"));
    without_history(object);
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        remove(metadata.get_mut("annotations").and_then(Value::as_object_mut), &[TRIGGERED]);
        metadata.retain(|name, value| {
            name != "annotations" || value.as_object().is_none_or(|all| !all.is_empty())
        });
    }
}

/// The annotation with the time of the change that the controller came for.
const TRIGGERED: &str = "endpoints.kubernetes.io/last-change-trigger-time";

/// Takes away what tells how often a slice has changed; with the first change it loses `generateName` as well.
pub(crate) fn without_history(object: &mut Value) {
    if text(object, "/kind") == "EndpointSlice" {
        remove(object.get_mut("metadata").and_then(Value::as_object_mut), &["generation", "generateName"]);
    }
}

fn remove(fields: Option<&mut Map<String, Value>>, names: &[&str]) {
    let Some(fields) = fields else { return };
    fields.retain(|name, _| !names.contains(&name.as_str()));
}
