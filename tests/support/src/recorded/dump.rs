//! What a cluster holds now, in the form in which recordings hold it.

use std::collections::{BTreeMap, BTreeSet};

use kube::Client;
use serde_json::{Value, json};

/// Where Links, their credentials and the probe's objects are.
pub const CONTROL_NAMESPACE: &str = "linkerd-multicluster";

/// Kinds that recordings hold, of a scenario's namespace and of the control namespace: API prefix, version, plural, kind.
const KINDS: [(&str, &str, &str, &str); 4] = [
    ("/api/v1", "v1", "services", "Service"),
    ("/api/v1", "v1", "endpoints", "Endpoints"),
    ("/apis/discovery.k8s.io/v1", "discovery.k8s.io/v1", "endpointslices", "EndpointSlice"),
    ("/api/v1", "v1", "events", "Event"),
];

const LINKS: &str = "/apis/multicluster.linkerd.io/v1alpha3/namespaces/linkerd-multicluster/links";

/// Whose Events, with which reason, are not part of any recording: kube's own remark about topology, and that about
/// an address of a Service that was created and deleted within milliseconds.
const KUBES_OWN: [(&str, &str); 2] = [
    ("endpoint-slice-controller", "TopologyAwareHintsDisabled"),
    ("ipallocator-repair-controller", "ClusterIPNotAllocated"),
];

/// Kind and name of an object of the control namespace; slices go by the name of what they are made from.
pub type Known = BTreeSet<(String, String)>;

/// What to look at.
#[derive(Clone, Debug)]
pub struct Dump<'a> {
    /// The scenario's namespace: all its objects of the recorded kinds are returned.
    pub namespace: &'a str,
    /// The recorded objects: those of the control namespace are returned in any case.
    pub recorded: &'a [Value],
    /// What the control namespace may hold without being recorded.
    pub known: &'a Known,
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
    objects.extend(all_of(client, what.namespace).await?);
    let recorded: Known =
        what.recorded.iter().filter(|object| is_in(object, CONTROL_NAMESPACE)).map(known_as).collect();
    let control = all_of(client, CONTROL_NAMESPACE).await?;
    // A recording that lists some of them has no slices of theirs.
    let left_out = |object: &Value| {
        let name = known_as(object);
        what.known.contains(&name) && !recorded.contains(&name)
    };
    objects.extend(control.into_iter().filter(|object| !left_out(object)));
    if what.links {
        let links = items(get(client, LINKS).await?, "multicluster.linkerd.io/v1alpha3", "Link");
        objects.extend(links.map(|link| only_of(link, what.namespace)));
    }
    let pods = identities(client, what.namespace).await?;
    Ok(objects.into_iter().map(|object| as_recorded(object, &pods)).collect())
}

/// Returns what the control namespace holds now.
///
/// # Errors
/// Says what the API server answered.
pub async fn known(client: &Client) -> Result<Known, String> {
    Ok(all_of(client, CONTROL_NAMESPACE).await?.iter().map(known_as).collect())
}

/// Returns all objects of the recorded kinds in a namespace.
pub(super) async fn all_of(client: &Client, namespace: &str) -> Result<Vec<Value>, String> {
    let mut objects = Vec::new();
    for (prefix, version, plural, kind) in KINDS {
        let list = get(client, &format!("{prefix}/namespaces/{namespace}/{plural}")).await?;
        objects.extend(items(list, version, kind).filter(|object| !is_kubes_own(object)));
    }
    Ok(objects)
}

/// Returns the identities of the pods that are there, by name.
async fn identities(client: &Client, namespace: &str) -> Result<BTreeMap<String, String>, String> {
    let pods = items(get(client, &format!("/api/v1/namespaces/{namespace}/pods")).await?, "v1", "Pod");
    Ok(pods.map(|pod| (text(&pod, "/metadata/name"), text(&pod, "/metadata/uid"))).collect())
}

fn known_as(object: &Value) -> (String, String) {
    let name = match object.pointer("/metadata/labels/kubernetes.io~1service-name") {
        Some(service) => service.as_str().unwrap_or_default().to_owned(),
        None => text(object, "/metadata/name"),
    };
    (text(object, "/kind"), name)
}

fn is_in(object: &Value, namespace: &str) -> bool {
    text(object, "/metadata/namespace") == namespace
}

fn text(object: &Value, way: &str) -> String {
    object.pointer(way).and_then(Value::as_str).unwrap_or_default().to_owned()
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
    let (component, reason) = (text(object, "/reportingComponent"), text(object, "/reason"));
    KUBES_OWN.contains(&(component.as_str(), reason.as_str()))
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
///
/// The recorder dropped this identity, though it kept that in slices. So it is removed here once it is found to be
/// that of the pod, and another one stays, as a difference.
fn as_recorded(mut object: Value, pods: &BTreeMap<String, String>) -> Value {
    remove(object.get_mut("metadata"), "managedFields");
    for subset in list(object.get_mut("subsets")) {
        for field in ["addresses", "notReadyAddresses"] {
            pods_of(subset.get_mut(field)).for_each(|pod| forget_identity(pod, pods));
        }
    }
    for pod in pods_of(object.get_mut("endpoints")) {
        if !is_right(pod, pods) {
            note_wrong(pod);
        }
    }
    object
}

const WRONG: &str = "not that of the pod";

fn pods_of(addresses: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    list(addresses).filter_map(|address| address.get_mut("targetRef"))
}

fn forget_identity(pod: &mut Value, pods: &BTreeMap<String, String>) {
    if is_right(pod, pods) { remove(Some(pod), "uid") } else { note_wrong(pod) }
}

fn is_right(pod: &Value, pods: &BTreeMap<String, String>) -> bool {
    pods.get(&text(pod, "/name")) == Some(&text(pod, "/uid"))
}

fn note_wrong(pod: &mut Value) {
    if let Some(fields) = pod.as_object_mut() {
        fields.insert("uid".into(), WRONG.into());
    }
}

fn list(value: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    value.and_then(Value::as_array_mut).into_iter().flatten()
}

fn remove(value: Option<&mut Value>, field: &str) {
    if let Some(fields) = value.and_then(Value::as_object_mut) {
        fields.remove(field);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_in_endpoints_is_left_out_only_when_it_is_that_of_the_pod() {
        let pods = BTreeMap::from([("web-0".to_owned(), "7".to_owned())]);
        let seen = |uid: &Value| {
            let address = json!([{"targetRef": {"name": "web-0", "uid": uid}}]);
            let object = json!({"subsets": [{"notReadyAddresses": address}], "endpoints": address});
            let object = as_recorded(object, &pods);
            let at = |way: &str| object.pointer(way).cloned().unwrap_or_default();
            (at("/subsets/0/notReadyAddresses/0/targetRef/uid"), at("/endpoints/0/targetRef/uid"))
        };
        assert_eq!(seen(&json!("7")), (Value::Null, json!("7")));
        assert_eq!(seen(&json!("8")), (json!(WRONG), json!(WRONG)));
        assert_eq!(seen(&Value::Null), (json!(WRONG), json!(WRONG)));
    }

    #[test]
    fn only_the_two_remarks_of_kube_are_left_out() {
        let event =
            |component: &str, reason: &str| json!({"reportingComponent": component, "reason": reason});
        assert!(is_kubes_own(&event("endpoint-slice-controller", "TopologyAwareHintsDisabled")));
        assert!(!is_kubes_own(&event("endpoint-slice-controller", "FailedToUpdateEndpointSlices")));
        assert!(!is_kubes_own(&event("service-mirror", "TopologyAwareHintsDisabled")));
        assert!(!is_kubes_own(&json!({"kind": "Service"})));
    }
}
