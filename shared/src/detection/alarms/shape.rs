//! The small worlds as running clusters have them: with what API servers, charts and controllers add to what somebody wrote.

use super::super::world::{CLUSTERS, World};
use json_patch::merge;
use serde_json::{Value, json};

pub(super) fn read(yaml: &str) -> Value {
    serde_saphyr::from_str(yaml).unwrap()
}

fn list(yaml: &str) -> Vec<Value> {
    let Value::Array(all) = read(yaml) else { panic!("a list of objects: {yaml}") };
    all
}

fn is_called(object: &Value, place: &str) -> bool {
    let (kind, name) = place.split_once('/').unwrap();
    object["kind"] == kind && object["metadata"]["name"] == name
}

/// Changes a world: puts objects into a cluster, takes the ones of a `CLUSTER KIND/NAME` away, or merges fields into them.
pub(super) fn applied(World(both): &mut World, step: &Value) {
    let word = |verb: &str| step[verb].as_str().map(|said| said.split_once(' ').unwrap_or((said, "")));
    let (cluster, place) = ["put", "take", "patch"].into_iter().find_map(word).unwrap();
    let objects = &mut both[CLUSTERS.iter().position(|name| *name == cluster).unwrap()];
    if let Some(put) = step["objects"].as_array() {
        objects.extend(put.iter().cloned());
        return;
    }
    assert!(objects.iter().any(|one| is_called(one, place)), "{cluster} has no {place}");
    if step["take"].is_string() {
        objects.retain(|one| !is_called(one, place));
        return;
    }
    for object in objects.iter_mut().filter(|one| is_called(one, place)) {
        merge(object, &step["with"]);
    }
    // Kubernetes makes slices of these.
    let ends = |one: &&Value| place.starts_with("Endpoints/") && is_called(one, place);
    let made: Vec<Value> = objects.iter().filter(ends).map(slice).collect();
    let is_old = |one: &Value| made.iter().any(|new| new["metadata"]["name"] == one["metadata"]["name"]);
    objects.retain(|one| !is_old(one));
    objects.extend(made);
}

/// The world with all that surrounds it.
pub(super) fn dressed(mut world: World) -> World {
    for objects in &mut world.0 {
        let others = list(include_str!("beside.yaml"));
        let is_new = |one: &Value| {
            !objects.iter().any(|other| {
                other["kind"] == one["kind"] && other["metadata"]["name"] == one["metadata"]["name"]
            })
        };
        let mut others: Vec<Value> = others.into_iter().filter(is_new).collect();
        if objects.iter().any(|one| is_called(one, "Service/linkerd-gateway")) {
            others.extend(list("[{apiVersion: apps/v1, kind: Deployment, metadata: {name: linkerd-gateway, namespace: linkerd-multicluster}, spec: {replicas: 1}}]"));
        }
        objects.extend(others);
        let mut slices: Vec<Value> =
            objects.iter().filter(|one| one["kind"] == "Endpoints").map(slice).collect();
        slices.retain(|one| !objects.iter().any(|own| own["metadata"]["name"] == one["metadata"]["name"]));
        objects.extend(slices);
        let node = objects.iter().find(|one| one["kind"] == "Node").unwrap()["metadata"]["name"].clone();
        for object in objects.iter_mut() {
            dress(object, &node);
        }
    }
    world
}

fn dress(object: &mut Value, node: &Value) {
    let metadata = &mut object["metadata"];
    let name = metadata["name"].as_str().unwrap_or_default().to_owned();
    let made = json!([{"manager": "helm", "operation": "Update", "time": "2026-01-05T00:00:00Z", "fieldsType": "FieldsV1", "fieldsV1": {"f:spec": {}}}]);
    for (field, value) in [
        ("uid", json!(format!("of-{name}"))),
        ("creationTimestamp", json!("2026-01-05T00:00:00Z")),
        ("managedFields", made),
    ] {
        if metadata[field].is_null() {
            metadata[field] = value;
        }
    }
    match object["kind"].as_str().unwrap_or_default() {
        "Service" => {
            let own = object.clone();
            merge(
                object,
                &json!({
                    "spec": {"clusterIP": "172.16.0.9", "clusterIPs": ["172.16.0.9"], "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack",
                        "internalTrafficPolicy": "Cluster", "sessionAffinity": "None"},
                    "status": {"loadBalancer": {}}
                }),
            );
            merge(object, &own);
        }
        "Deployment" => {
            let available = json!({"type": "Available", "status": "True", "reason": "MinimumReplicasAvailable", "lastTransitionTime": "2026-01-05T00:00:20Z"});
            let (own, status) = (
                object.clone(),
                json!({"replicas": 1, "readyReplicas": 1, "availableReplicas": 1, "conditions": [available]}),
            );
            merge(object, &json!({"status": status}));
            merge(object, &own);
        }
        "Pod" => merge(
            &mut object["spec"],
            &json!({"nodeName": node, "schedulerName": "default-scheduler", "initContainers": [{"name": "linkerd-init"}]}),
        ),
        _ => {}
    }
}

/// What Kubernetes makes of Endpoints.
fn slice(endpoints: &Value) -> Value {
    let metadata = &endpoints["metadata"];
    let name = metadata["name"].as_str().unwrap();
    let addresses = endpoints["subsets"][0]["addresses"].as_array().cloned().unwrap_or_default();
    let ends: Vec<Value> = addresses
        .iter()
        .map(|one| json!({"addresses": [one["ip"]], "conditions": {"ready": true}}))
        .collect();
    let by = "endpointslicemirroring-controller.k8s.io";
    let mut labels =
        json!({"kubernetes.io/service-name": name, "endpointslice.kubernetes.io/managed-by": by});
    merge(&mut labels, metadata.get("labels").unwrap_or(&json!({})));
    json!({"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4", "endpoints": ends,
        "metadata": {"name": format!("{name}-x"), "namespace": metadata["namespace"], "labels": labels, "annotations": metadata["annotations"]}})
}
