//! Addresses and ports of pods, as Endpoints and slices list them.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::clock;
use crate::object::{Kept, as_map, is_going, list, metadata, name, namespace, text, uid};

const TRIGGER: &str = "endpoints.kubernetes.io/last-change-trigger-time";

/// Whether a pod takes traffic.
pub(super) fn is_ready(pod: &Value) -> bool {
    !is_going(pod)
        && list(pod, "/status/conditions")
            .iter()
            .any(|one| text(one, "/type") == "Ready" && text(one, "/status") == "True")
}

/// Pods with an address, in the order of their addresses.
pub(super) fn with_address(pods: &[Arc<Kept>]) -> Vec<&Arc<Kept>> {
    let mut pods: Vec<_> = pods.iter().filter(|pod| !text(pod, "/status/podIP").is_empty()).collect();
    pods.sort_by_key(|pod| text(pod, "/status/podIP").parse::<std::net::IpAddr>().ok());
    pods
}

/// The ports of a Service as this pod serves them: a port by name is that of the pod's container.
pub(super) fn ports(service: &Value, pod: Option<&Value>) -> Vec<Value> {
    let port = |port: &Value| {
        let target = port.get("targetPort").unwrap_or(&Value::Null);
        let number = match target.as_str() {
            Some(name) => named_port(pod?, name)?,
            None => target.as_u64()?,
        };
        let mut found = json!({"port": number, "protocol": port.get("protocol")});
        if let (Value::Object(fields), Some(name)) = (&mut found, port.get("name")) {
            fields.insert("name".into(), name.clone());
        }
        Some(found)
    };
    list(service, "/spec/ports").iter().filter_map(port).collect()
}

fn named_port(pod: &Value, name: &str) -> Option<u64> {
    let ports = list(pod, "/spec/containers").iter().flat_map(|container| list(container, "/ports"));
    ports.into_iter().find(|port| text(port, "/name") == name)?.get("containerPort")?.as_u64()
}

/// What a pod is called in lists of addresses.
pub(super) fn reference(pod: &Value) -> Value {
    json!({"kind": "Pod", "namespace": namespace(pod), "name": name(pod), "uid": uid(pod)})
}

/// The subsets of a Service's Endpoints: pods with the same ports are together.
pub(super) fn of(service: &Value, pods: &[Arc<Kept>]) -> Vec<Value> {
    let mut groups: Vec<(Vec<Value>, Vec<Value>, Vec<Value>)> = Vec::new();
    for pod in with_address(pods) {
        let mut ports = ports(service, Some(pod));
        ports.sort_by_key(|port| text(port, "/name").to_owned());
        let mut address = json!({"ip": text(pod, "/status/podIP"), "targetRef": reference(pod)});
        if let Value::Object(fields) = &mut address {
            fields.insert("nodeName".into(), text(pod, "/spec/nodeName").into());
            let hostname = text(pod, "/spec/hostname");
            let named = !hostname.is_empty() && text(pod, "/spec/subdomain") == name(service);
            fields.extend(named.then(|| ("hostname".to_owned(), hostname.into())));
        }
        if !groups.iter().any(|group| group.0 == ports) {
            groups.push((ports.clone(), Vec::new(), Vec::new()));
        }
        if let Some(group) = groups.iter_mut().find(|group| group.0 == ports) {
            if is_ready(pod) { group.1.push(address) } else { group.2.push(address) }
        }
    }
    groups.into_iter().map(subset).collect()
}

/// How many addresses there are, ready ones.
pub(super) fn addresses(subsets: &[Value]) -> usize {
    subsets.iter().map(|subset| list(subset, "/addresses").len()).sum()
}

/// Says when what made the controller write happened; a write for another reason says nothing.
pub(super) fn note_trigger(object: &mut Value, time: Option<Timestamp>) {
    let annotations = as_map(metadata(object).entry("annotations").or_insert_with(|| json!({})));
    match time {
        Some(time) => drop(annotations.insert(TRIGGER.into(), clock::text(time).into())),
        None => drop(annotations.shift_remove(TRIGGER)),
    }
}

fn subset((ports, ready, unready): (Vec<Value>, Vec<Value>, Vec<Value>)) -> Value {
    let mut subset = serde_json::Map::new();
    for (field, items) in [("addresses", ready), ("notReadyAddresses", unready), ("ports", ports)] {
        if !items.is_empty() {
            subset.insert(field.into(), items.into());
        }
    }
    Value::Object(subset)
}
