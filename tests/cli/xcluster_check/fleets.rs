//! Fleets of three clusters, with Links in several directions.

#![expect(clippy::unwrap_used, reason = "what these tests share may end a test at once, as a test may")]

use crate::worlds::{kubectl, until};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::kubectl::{Kubectl, Outcome, program};

/// `infra` and `apps` lead to each other, `edge` gets from both; only `apps` has nothing that leads to `edge`.
const FLEET: &str = "
extends: platform
clusters:
- {name: infra, localMirror: running}
- {name: apps, localMirror: running, objects: [
    {apiVersion: v1, kind: Pod, metadata: {name: web-1, namespace: shop, labels: {app: web}}, spec: {nodeName: worker-1, containers: [{name: web, image: example.test/web}]}},
    {apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {selector: {app: web}, ports: [{name: http, port: 80}]}}]}
- {name: edge, localMirror: running, objects: [
    {apiVersion: v1, kind: Namespace, metadata: {name: databases}},
    {apiVersion: v1, kind: Namespace, metadata: {name: shop}}]}
links:
- {importer: apps, exporter: infra, spec: {excludedLabels: ['cnpg.io/*']}}
- {importer: infra, exporter: apps}
- {importer: edge, exporter: infra, spec: {excludedLabels: ['cnpg.io/*']}}
- {importer: edge, exporter: apps}
";

/// Everything is exported that there is, and has come.
fn fleet() -> Kubectl {
    let kubectl = kubectl(FLEET);
    let shop = ["--context", "infra", "create", "namespace", "shop"];
    assert_eq!(kubectl.run(shop).code, Some(0));
    for line in [
        "--context infra -n databases label svc/postgres-rw mirror.linkerd.io/exported=true",
        "--context apps -n shop label svc/web mirror.linkerd.io/exported=true",
    ] {
        let outcome = kubectl.run(line.split(' '));
        assert_eq!(outcome.code, Some(0), "{outcome}");
    }
    let come = until(&kubectl, &FLAG, "all mirrors have come", |outcome| outcome.code == Some(0));
    assert!(come.stdout.starts_with("nothing is wrong: 3 of 3 clusters"), "{come}");
    kubectl
}

const FLAG: [&str; 2] = ["--contexts", "infra,apps,edge"];

fn report(outcome: &Outcome) -> Value {
    outcome.json()
}

/// What was found of each Link, by its ends.
fn worst(report: &Value) -> BTreeMap<String, Value> {
    let links = report["links"].as_array().unwrap();
    let end = |link: &Value, end: &str| link[end].as_str().unwrap().to_owned();
    links
        .iter()
        .map(|link| (format!("{} > {}", end(link, "exporter"), end(link, "consumer")), link["worst"].clone()))
        .collect()
}

#[test]
fn links_in_all_directions_are_judged_and_a_healthy_fleet_is_told_so() {
    if program().is_none() {
        return;
    }
    let kubectl = fleet();
    let well = kubectl.run(["xcluster-check", "-o", "json"].iter().chain(&FLAG));
    assert_eq!(well.code, Some(0), "{well}");
    let said = report(&well);
    assert_eq!(
        (&said["findings"], &said["looked"]["links"], &said["looked"]["mirrors"]),
        (&json!([]), &json!(4), &json!(4)),
        "{well}"
    );
    let ends: Vec<String> = worst(&said).into_keys().collect();
    assert_eq!(ends, ["apps > edge", "apps > infra", "infra > apps", "infra > edge"]);
    let two = kubectl.run(["xcluster-check", "--contexts", "infra,apps", "-o", "jsonpath={.looked.links}"]);
    assert_eq!(two.stdout, "2", "a fleet is what is named, and no more: {two}");
}

#[test]
fn what_breaks_in_one_cluster_leads_and_weighs_only_on_links_that_lead_there() {
    if program().is_none() {
        return;
    }
    let kubectl = fleet();
    let gone =
        "--context apps -n linkerd-multicluster delete deployment/linkerd-gateway pod/linkerd-gateway-0";
    assert_eq!(kubectl.run(gone.split(' ')).code, Some(0));
    let is_told = |outcome: &Outcome| outcome.stdout.contains("(gateway-up)");
    let said = until(&kubectl, &FLAG, "the gateway is missed", is_told);
    assert_eq!(said.code, Some(3), "{said}");
    assert!(said.stdout.contains("\n1 error: 3 of 3 clusters, 4 Links"), "{said}");
    let said = report(&kubectl.run(["xcluster-check", "-o", "json"].iter().chain(&FLAG)));
    let leading: Vec<&Value> =
        said["findings"].as_array().unwrap().iter().filter(|one| one.get("because").is_none()).collect();
    assert_eq!(leading.len(), 1, "{leading:#?}");
    assert_eq!(
        (&leading[0]["check"], &leading[0]["object"]["cluster"]),
        (&json!("gateway-up"), &json!("apps"))
    );
    let weights = worst(&said);
    let bad: Vec<&str> = weights
        .iter()
        .filter(|(_, worst)| **worst == json!("error"))
        .map(|(ends, _)| ends.as_str())
        .collect();
    assert_eq!(bad, ["apps > edge", "apps > infra"], "{weights:?}");
}

#[test]
fn a_federated_service_of_three_clusters_is_well_and_a_member_that_nobody_joins_is_told() {
    if program().is_none() {
        return;
    }
    let kubectl = kubectl(FLEET);
    let label = |line: &str| {
        let outcome = kubectl.run(line.split(' '));
        assert_eq!(outcome.code, Some(0), "{outcome}");
    };
    label("--context infra -n databases label svc/postgres-rw mirror.linkerd.io/federated=member");
    let well = until(&kubectl, &FLAG, "it has joined", |outcome| outcome.code == Some(0));
    assert!(well.stdout.contains("4 Links, 2 mirrors"), "{well}");
    label("--context edge -n linkerd-multicluster delete deployment --all");
    let said = until(&kubectl, &FLAG, "the controllers are missed", |outcome| outcome.code == Some(3));
    assert!(said.stdout.contains("(controller-running)"), "{said}");
    assert!(!said.stdout.contains("apps: link/"), "only edge is concerned: {said}");
}
