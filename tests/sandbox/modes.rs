//! Worlds whose Services are federated, or headless and mirrored pod by pod.

use std::time::Duration;

use sandbox::world::{Started, World};
use serde_json::Value;

const WORLD: &str = "
clusters:
- name: infra
  objects:
  - {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
  - apiVersion: v1
    kind: Pod
    metadata: {name: db-0, namespace: shop, labels: {app: db}}
    spec: {nodeName: worker-1, hostname: db-0, subdomain: db, containers: [{name: db, image: example.test/db:1}]}
  - apiVersion: v1
    kind: Service
    metadata: {name: db, namespace: shop, labels: {mirror.linkerd.io/exported: 'true'}}
    spec: {clusterIP: None, selector: {app: db}, ports: [{name: pg, port: 5432}]}
  - apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: shop, labels: {mirror.linkerd.io/federated: member}}
    spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
- name: apps
  localMirror: running
  objects:
  - {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
  - apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: shop, labels: {mirror.linkerd.io/federated: member}}
    spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
links:
- {importer: apps, exporter: infra, headlessServices: enabled}
";

/// The value at this way of an object of `shop` in apps, once it is there.
async fn seen(world: &Started, table: &str, name: &str, way: &str) -> Value {
    let apps = world.sandbox.cluster("apps").unwrap();
    for _ in 0..1000 {
        let object = apps.read(table, "shop", name);
        if let Some(value) = object.and_then(|object| object.pointer(way).cloned()) {
            return value;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{table}/{name} has no {way}");
}

#[tokio::test]
async fn a_world_can_have_federated_services_with_members_on_both_sides() {
    let world = World::read(WORLD).unwrap().start().await.unwrap();
    let note = |key: &str| format!("/metadata/annotations/multicluster.linkerd.io~1{key}");
    assert_eq!(seen(&world, "services", "web-federated", &note("local-discovery")).await, "web");
    assert_eq!(seen(&world, "services", "web-federated", &note("remote-discovery")).await, "web@infra");
}

#[tokio::test]
async fn a_world_can_mirror_headless_services_pod_by_pod() {
    let world = World::read(WORLD).unwrap().start().await.unwrap();
    let address = seen(&world, "endpoints", "db-infra", "/subsets/0/addresses/0").await;
    assert_eq!(address["hostname"], "db-0");
    assert_eq!(address["ip"], seen(&world, "services", "db-0-infra", "/spec/clusterIP").await);
    assert_eq!(seen(&world, "services", "db-infra", "/spec/clusterIP").await, "None");
    let pod = seen(&world, "endpoints", "db-0-infra", "/subsets/0/addresses/0/ip").await;
    assert_eq!(pod, "203.0.113.10");
}
