//! Three clusters of which one does not answer: the others go on, and the command that goes on there is named.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test code: without its clusters, no test can go on"
)]

use crate::bed::plugin;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::held::Held;
use testkit::kubectl::{Kubectl, Outcome};
use testkit::proxy::{ADMIN_TOKEN, CountingProxy, Upstream};

const WORLD: &str = "
extends: platform
clusters:
- name: edge
  objects:
  - {apiVersion: v1, kind: Namespace, metadata: {name: databases}}
links:
- {importer: edge, exporter: infra}
";

const SERVICE: &str = "svc/postgres-rw";
const GOING_ON: &str = "kubectl mesh-export svc/postgres-rw --namespace databases --contexts infra,apps,edge --context \
                        infra --to edge";

/// Clusters of a world of their own, with a proxy in front of `infra` and of `edge`.
struct Three {
    kubectl: Kubectl,
    infra: CountingProxy,
    edge: CountingProxy,
    _held: Held,
}

impl Three {
    fn new() -> Self {
        let held = Held::start(WORLD);
        let [infra, edge] =
            ["infra", "edge"].map(|name| CountingProxy::start(Upstream::context(&held.kubeconfig(), name)));
        let text = std::fs::read_to_string(held.kubeconfig()).unwrap();
        let mut file: Value = serde_saphyr::from_str(&text).unwrap();
        for (name, proxy) in [("infra", &infra), ("edge", &edge)] {
            let place = json!({ "server": proxy.url(), "insecure-skip-tls-verify": true });
            entry(&mut file, "clusters", name)["cluster"] = place;
            entry(&mut file, "users", name)["user"] = json!({ "token": ADMIN_TOKEN });
        }
        let path = held.kubeconfig().with_file_name("through");
        std::fs::write(&path, serde_saphyr::to_string(&file).unwrap()).unwrap();
        Self { kubectl: Kubectl::new(plugin()).kubeconfig(path), infra, edge, _held: held }
    }

    fn run(&self, words: &[&str]) -> Outcome {
        let fleet = ["--contexts=infra,apps,edge", "--context=infra", "-n", "databases"];
        self.kubectl.run(["mesh-export"].iter().chain(words).chain(&fleet))
    }
}

/// The entry of a kubeconfig that a context of this name uses.
fn entry<'a>(file: &'a mut Value, list: &str, context: &str) -> &'a mut Value {
    let contexts = file["contexts"].as_array().unwrap();
    let own = contexts.iter().find(|one| one["name"] == context).unwrap();
    let name = own["context"][list.trim_end_matches('s')].clone();
    let entries = file[list].as_array_mut().unwrap();
    entries.iter_mut().find(|one| one["name"] == name).unwrap()
}

#[track_caller]
fn ended(outcome: &Outcome, code: i32, words: &[&str]) {
    assert_eq!(outcome.code, Some(code), "{outcome}");
    for word in words {
        assert!(outcome.stderr.contains(word), "{word:?} was not said:\n{outcome}");
    }
}

#[test]
fn the_others_are_exported_to_and_awaited_and_the_dead_one_is_gone_on_with_later() {
    if testkit::kubectl::program().is_none() {
        return;
    }
    let three = Three::new();
    three.edge.stop();
    let asked = three.run(&[SERVICE]);
    ended(
        &asked,
        8,
        &["edge may gain or lose svc/databases/postgres-rw-* too", "there is no terminal to ask on"],
    );
    assert_eq!(three.infra.writes().len(), 0, "{asked}");
    let dry = three.run(&[SERVICE, "--dry-run=server"]);
    ended(&dry, 5, &["cannot see its Links", "--dry-run=server"]);
    let exported = three.run(&[SERVICE, "--yes"]);
    ended(&exported, 7, &["unknown: edge: cannot see its Links", GOING_ON, "kubectl --context edge version"]);
    assert!(exported.stdout.contains("service/postgres-rw labeled\n"), "{exported}");
    assert!(exported.stdout.contains("apps       endpoints ready"), "{exported}");
    assert!(!exported.stdout.contains("edge"), "{exported}");
    assert!(exported.elapsed < Duration::from_secs(20), "{exported}");
    let report = three.run(&[SERVICE, "--to=apps,edge", "-o", "json"]);
    ended(&report, 7, &[GOING_ON]);
    assert_eq!(
        report.json()["findings"][0]["check"],
        "cluster-unseen",
        "nothing changes, so nobody is asked"
    );
    ended(&three.run(&[SERVICE, "--no-wait"]), 7, &[GOING_ON]);
    ended(&three.run(&[SERVICE, "--dry-run=client"]), 6, &["cannot see its Links"]);
    three.edge.resume();
    let pasted = three.kubectl.run(GOING_ON.split_whitespace().skip(1));
    ended(&pasted, 0, &["endpoints ready"]);
    assert!(pasted.stdout.contains("edge       endpoints ready"), "{pasted}");
    ended(&three.run(&[SERVICE]), 0, &[]);
}

#[test]
fn where_all_that_were_named_are_dead_nothing_is_written() {
    if testkit::kubectl::program().is_none() {
        return;
    }
    let three = Three::new();
    three.edge.stop();
    let outcome = three.run(&[SERVICE, "--to=edge", "--yes"]);
    ended(&outcome, 6, &["edge: cannot see its Links: the connection was refused", "next: "]);
    assert_eq!(three.infra.writes().len(), 0, "{outcome}");
}

#[test]
fn one_that_dies_during_the_wait_is_gone_on_with_later_too() {
    if testkit::kubectl::program().is_none() {
        return;
    }
    let three = Three::new();
    three.infra.on(testkit::proxy::When::first("PATCH", "/services/"), testkit::proxy::Fault::HoldAfter);
    let words = ["mesh-export", SERVICE, "-n", "databases", "--contexts=infra,apps,edge", "--context=infra"];
    let running = three.kubectl.spawn(words.iter().chain(&["--timeout=5s"]));
    assert!(three.infra.wait_held(Duration::from_secs(20)).is_some());
    three.edge.stop();
    three.infra.release();
    let outcome = running.wait(Duration::from_secs(40));
    ended(&outcome, 7, &["edge: cannot see how far the mirrors are", "--to edge --timeout=5000ms"]);
    assert!(outcome.stdout.contains("apps       endpoints ready"), "{outcome}");
    assert!(outcome.stdout.contains("edge       unknown"), "{outcome}");
    three.edge.resume();
    ended(&three.run(&[SERVICE, "--to=edge"]), 0, &["endpoints ready"]);
}
