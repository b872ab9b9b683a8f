//! A law of files: in which versions a cluster serves something is told by definitions alone, and not by what is left out.

use super::certificates::Certificates;
use super::look::Seen;
use super::world::World;
use serde_json::{Value, json};

/// A dump with routes of HTTP, and without one of gRPC.
fn without_grpc() -> World {
    let mut world = World::policed();
    world.0.iter_mut().for_each(|objects| objects.retain(|object| object["kind"] != "GRPCRoute"));
    world
}

/// As the Gateway API defines it, in these versions.
fn definition(plural: &str, kind: &str, versions: &[&str]) -> Value {
    let group = "gateway.networking.k8s.io";
    let versions: Vec<Value> = versions
        .iter()
        .map(|name| json!({ "name": name, "served": true, "storage": *name == "v1" }))
        .collect();
    json!({ "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": { "name": format!("{plural}.{group}") },
        "spec": { "group": group, "scope": "Namespaced", "versions": versions,
            "names": { "plural": plural, "kind": kind, "listKind": format!("{kind}List") } } })
}

/// Whether it is said that routes are not served as Linkerd reads them.
fn is_told(definitions: &[Value]) -> bool {
    let mut world = without_grpc();
    world.0[0].extend_from_slice(definitions);
    let found = Seen::of(&world, &Certificates::new()).judged();
    found.iter().any(|finding| finding.check == "route-version")
}

#[test]
fn a_gateway_api_is_old_by_its_definitions_and_not_for_want_of_routes() {
    let [https, grpcs] = [
        definition("httproutes", "HTTPRoute", &["v1beta1", "v1"]),
        definition("grpcroutes", "GRPCRoute", &["v1"]),
    ];
    assert!(!is_told(&[]), "nobody says what is served");
    assert!(!is_told(&[https.clone(), grpcs]), "both are served");
    assert!(is_told(&[https]), "routes of HTTP are, and those of gRPC are not");
}

#[test]
fn a_gateway_api_that_nobody_may_read_is_not_old() {
    let hidden = "httproutes.gateway.networking.k8s.io";
    let found = Seen::without(hidden, "infra", &without_grpc(), &Certificates::new()).judged();
    let odd: Vec<&str> =
        found.iter().filter(|one| one.check == "route-version").map(|one| one.summary.as_str()).collect();
    assert_eq!(odd, Vec::<&str>::new());
}
