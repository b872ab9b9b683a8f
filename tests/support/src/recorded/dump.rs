//! What a cluster holds now, in the form in which recordings hold it.

use std::collections::BTreeSet;

use kube::Client;
use serde_json::{Value, json};

/// Where Links, their credentials and the probe's objects are.
pub const CONTROL_NAMESPACE: &str = "linkerd-multicluster";

/// Kinds of a scenario's namespace that recordings hold: API prefix, version, plural, kind.
const KINDS: [(&str, &str, &str, &str); 4] = [
    ("/api/v1", "v1", "services", "Service"),
    ("/api/v1", "v1", "endpoints", "Endpoints"),
    ("/apis/discovery.k8s.io/v1", "discovery.k8s.io/v1", "endpointslices", "EndpointSlice"),
    ("/api/v1", "v1", "events", "Event"),
];

const LINKS: &str = "/apis/multicluster.linkerd.io/v1alpha3/namespaces/linkerd-multicluster/links";

/// Whose Events are not part of any recording: kube's own remarks about topology, and about an address
/// of a Service that was created and deleted within milliseconds.
const KUBES_OWN: [&str; 2] = ["endpoint-slice-controller", "ipallocator-repair-controller"];

/// What to look at.
#[derive(Clone, Debug)]
pub struct Dump<'a> {
    /// The scenario's namespace: all its objects of the recorded kinds are returned.
    pub namespace: &'a str,
    /// The recorded objects: those of the control namespace are looked at by name.
    pub recorded: &'a [Value],
    /// Whether this cluster has Links; all of them are returned.
    pub links: bool,
}

/// Returns the objects, without managed fields, and of a Link's status the namespace's entries only.
///
/// # Errors
/// Says what the API server answered.
pub async fn dump(client: &Client, what: &Dump<'_>) -> Result<Vec<Value>, String> {
    let mut objects: Vec<Value> =
        get(client, &format!("/api/v1/namespaces/{}", what.namespace)).await?.into_iter().collect();
    for (prefix, version, plural, kind) in KINDS {
        let list = get(client, &format!("{prefix}/namespaces/{}/{plural}", what.namespace)).await?;
        objects.extend(items(list, version, kind).filter(|object| !is_kubes_own(object)));
    }
    for (plural, kind, name) in control_objects(what.recorded) {
        let path = format!("/api/v1/namespaces/{CONTROL_NAMESPACE}/{plural}/{name}");
        objects.extend(get(client, &path).await?.map(|object| typed(object, "v1", &kind)));
    }
    if what.links {
        let links = items(get(client, LINKS).await?, "multicluster.linkerd.io/v1alpha3", "Link");
        objects.extend(links.map(|link| only_of(link, what.namespace)));
    }
    Ok(objects.into_iter().map(as_recorded).collect())
}

fn control_objects(recorded: &[Value]) -> BTreeSet<(String, String, String)> {
    let text = |object: &Value, way: &str| {
        object.pointer(way).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let here = recorded.iter().filter(|object| text(object, "/metadata/namespace") == CONTROL_NAMESPACE);
    let named = here.filter_map(|object| {
        let kind = text(object, "/kind");
        let plural = KINDS.iter().find(|known| known.3 == kind)?.2;
        Some((plural.to_owned(), kind, text(object, "/metadata/name")))
    });
    named.collect()
}

async fn get(client: &Client, path: &str) -> Result<Option<Value>, String> {
    let request = http::Request::get(path).body(Vec::new()).map_err(|error| error.to_string())?;
    match client.request::<Value>(request).await {
        Ok(value) => Ok(Some(value)),
        Err(kube::Error::Api(status)) if status.code == 404 => Ok(None),
        Err(error) => Err(format!("{path}: {error}")),
    }
}

fn items(list: Option<Value>, version: &str, kind: &str) -> impl Iterator<Item = Value> {
    let items = list.and_then(|mut list| list.get_mut("items").map(Value::take));
    let items = items.and_then(|mut items| items.as_array_mut().map(std::mem::take)).unwrap_or_default();
    items.into_iter().map(move |object| typed(object, version, kind))
}

fn typed(mut object: Value, version: &str, kind: &str) -> Value {
    if let Some(fields) = object.as_object_mut() {
        fields.insert("apiVersion".into(), version.into());
        fields.insert("kind".into(), kind.into());
    }
    object
}

fn is_kubes_own(object: &Value) -> bool {
    let component = object.get("reportingComponent").and_then(Value::as_str);
    component.is_some_and(|component| KUBES_OWN.contains(&component))
}

fn only_of(mut link: Value, namespace: &str) -> Value {
    for list in link.get_mut("status").and_then(Value::as_object_mut).into_iter().flatten() {
        if let Some(entries) = list.1.as_array_mut() {
            entries.retain(|entry| entry.pointer("/remoteRef/namespace") == Some(&json!(namespace)));
        }
    }
    link
}

/// Removes what recordings never hold: managed fields, and in Endpoints the identity of pods.
fn as_recorded(mut object: Value) -> Value {
    remove(object.get_mut("metadata"), "managedFields");
    for subset in list(object.get_mut("subsets")) {
        for address in list(subset.get_mut("addresses")) {
            remove(address.get_mut("targetRef"), "uid");
        }
    }
    object
}

fn list(value: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    value.and_then(Value::as_array_mut).into_iter().flatten()
}

fn remove(value: Option<&mut Value>, field: &str) {
    if let Some(fields) = value.and_then(Value::as_object_mut) {
        fields.remove(field);
    }
}
