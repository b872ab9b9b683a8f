//! Federated Services of three clusters, which only the sandbox has.

use crate::bed::plugin;
use testkit::held::Held;
use testkit::kubectl::{Kubectl, Outcome};

const WORLD: &str = "
clusters:
- name: infra
  localMirror: running
  objects:
  - {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
  - apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: shop}
    spec: {selector: {app: web}, ports: [{name: http, port: 80}, {name: admin, port: 9000}]}
- name: apps
  localMirror: running
  objects:
  - {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
  - apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: shop, labels: {mirror.linkerd.io/federated: member}}
    spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
- name: edge
  objects:
  - {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
links:
- {importer: apps, exporter: infra}
- {importer: edge, exporter: infra}
- {importer: edge, exporter: apps}
";

/// The command on a world of its own.
struct Fleet {
    kubectl: Kubectl,
    _held: Held,
}

fn fleet(text: &str) -> Fleet {
    let held = Held::start(text);
    Fleet { kubectl: Kubectl::new(plugin()).kubeconfig(held.kubeconfig()), _held: held }
}

impl Fleet {
    fn run(&self, words: &[&str]) -> Outcome {
        let fleet = ["--contexts=infra,apps,edge", "--context=infra", "-n", "shop"];
        self.kubectl.run(["mesh-export"].iter().chain(words).chain(&fleet))
    }

    /// A field of a Service of `shop`, as the real kubectl prints it.
    fn field(&self, cluster: &str, service: &str, template: &str) -> String {
        let words = ["--context", cluster, "-n", "shop", "get", "svc", service, "-o"];
        self.kubectl.run(words.iter().map(ToString::to_string).chain([format!("jsonpath={template}")])).stdout
    }
}

#[test]
fn three_clusters_share_a_service_and_the_ports_of_the_oldest_member_are_explained() {
    if testkit::kubectl::program().is_none() {
        return;
    }
    let held = fleet(WORLD);
    let joined = held.run(&["svc/web", "--mode=federated", "--assume-routable", "-o", "json"]);
    assert_eq!(joined.code, Some(0), "{joined}");
    let report = joined.json();
    let rows: Vec<_> = report["mirrors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["consumer"].as_str().unwrap(),
                row["state"].as_str().unwrap(),
                row["ports"].as_array().unwrap().len(),
            )
        })
        .collect();
    assert_eq!(rows, [("apps", "joined", 1), ("edge", "joined", 2)]);
    for said in [
        "other members: in apps; none in edge",
        "web-federated has the ports of the member in apps, which counts as the oldest: 80/TCP; clients cannot reach \
         9000/TCP there",
    ] {
        assert!(joined.stderr.contains(said), "{said:?}: {joined}");
    }
    let remote = "{.metadata.annotations.multicluster\\.linkerd\\.io/remote-discovery}";
    assert_eq!(held.field("apps", "web-federated", remote), "web@infra");
    let mut members: Vec<String> =
        held.field("edge", "web-federated", remote).split(',').map(str::to_owned).collect();
    members.sort();
    assert_eq!(members, ["web@apps", "web@infra"]);
    assert_eq!(held.field("apps", "web-federated", "{.spec.ports[*].port}"), "80");
    let undone = held.run(&["undo", "svc/web"]);
    assert_eq!(undone.code, Some(0), "{undone}");
    assert_eq!(held.field("edge", "web-federated", remote), "web@apps");
}

#[test]
fn an_exporter_without_a_local_service_mirror_is_told_of() {
    if testkit::kubectl::program().is_none() {
        return;
    }
    let text = WORLD.replacen("  localMirror: running\n", "", 1);
    let joined =
        fleet(&text).run(&["svc/web", "--mode=federated", "--assume-routable", "--to=edge", "--yes"]);
    assert_eq!(joined.code, Some(0), "{joined}");
    assert!(joined.stderr.contains("infra itself has no web-federated with this member"), "{joined}");
}

#[test]
fn a_mirror_that_changes_its_mode_where_nobody_asked_for_it_is_asked_about() {
    if testkit::kubectl::program().is_none() {
        return;
    }
    let fleet = fleet(WORLD);
    let flat = fleet.run(&["svc/web", "--mode=flat", "--assume-routable"]);
    assert_eq!(flat.code, Some(0), "{flat}");
    let narrow = fleet.run(&["svc/web", "--mode=gateway", "--to=apps"]);
    assert_eq!(narrow.code, Some(8), "{narrow}");
    for said in [
        "apps: svc/shop/web-infra: mode to be changed from flat to gateway, in place",
        "svc/shop/web-infra in edge changes from a flat network to the gateway, and there is no terminal to ask on",
    ] {
        assert!(narrow.stderr.contains(said), "{said:?}: {narrow}");
    }
    assert_eq!(
        fleet.field("infra", "web", "{.metadata.labels.mirror\\.linkerd\\.io/exported}"),
        "remote-discovery"
    );
}

#[test]
fn an_account_that_the_links_of_many_clusters_have_is_asked_for_once() {
    if testkit::kubectl::program().is_none() {
        return;
    }
    let listed = fleet(WORLD).run(&["list", "-A", "-v", "6"]);
    assert_eq!(listed.code, Some(0), "{listed}");
    let asked = |path: &str| listed.stderr.lines().filter(|line| line.contains(path)).count();
    assert_eq!((asked("/cluster-credentials-infra "), asked("/serviceaccounts/")), (2, 1), "{listed}");
    assert_eq!(asked("/secrets?fieldSelector=metadata.name%3Dlinkerd-service-mirror"), 1, "{listed}");
}
